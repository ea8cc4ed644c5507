"""The kinds of files we take, known by their first bytes and never by a name or a header.

What does not live here: whether a file is whole; a worker finds that out.
"""

from __future__ import annotations

import filetype

PDF = "PDF"
_PHOTOS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# The demuxer's own names: a worker is told which one to use, and none may be guessed.
_SOUNDS = {
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "audio/ogg": "ogg",
    "video/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/x-wav": "wav",
}

_BRAND_START, _BRAND_END = 8, 12
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"})
_SOUND_BRANDS = frozenset(
    {b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash"}
)


def photo_kind(content: bytes) -> str | None:
    """Name the format of a photo, or None if we do not take it."""
    if _brand(content) in _HEIC_BRANDS:
        return "HEIF"
    return _PHOTOS.get(filetype.guess_mime(content) or "")


def sound_kind(content: bytes) -> str | None:
    """Name the container of a sound, or None if we do not take it."""
    if _brand(content) in _SOUND_BRANDS:
        return "mp4"
    return _SOUNDS.get(filetype.guess_mime(content) or "")


def paper_kind(content: bytes) -> str | None:
    """Name the format of a paper: a PDF, or that of a photo of it."""
    return PDF if content.startswith(b"%PDF-") else photo_kind(content)


def _brand(content: bytes) -> bytes:
    return content[_BRAND_START:_BRAND_END] if content[4:8] == b"ftyp" else b""
