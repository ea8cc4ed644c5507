"""What decoders load only when they meet a reason to: a worker loads it before it shuts itself.

What does not live here: what a module names at its top; that is loaded with it.
"""

from __future__ import annotations

from importlib import import_module

# How people's tools write words into files.
_ALPHABETS = ("ascii", "cp1252", "latin_1", "utf_8_sig", "utf_16", "utf_16_be", "utf_16_le")
_PICTURES = ("ImageColor", "ImageFilter", "ImagePalette", "MpoImagePlugin", "TiffImagePlugin")
MODULES = {
    "photo": tuple(f"PIL.{name}" for name in _PICTURES),
    "sound": ("av.subtitles.stream", "av.video.stream"),
    "paper": ("pikepdf._page_copy",),
}
NEEDS = {"photo": ("photo",), "sound": ("sound",), "paper": ("photo", "paper")}
NEEDS["pages"] = NEEDS["paper"]


def load(room: str) -> None:
    """Load a room and all that it may need; nothing can be loaded afterwards."""
    import_module(f".{room}", __package__)
    for name in (module for need in NEEDS[room] for module in MODULES[need]):
        import_module(name)
    for name in _ALPHABETS:
        import_module(f"encodings.{name}")
