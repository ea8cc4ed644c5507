"""Recorded voices: a file per string and language, heard instead of the device's voice.

What lives here: how such a file is named, which there are, sending one. What does not: which
are still missing (recording.py), and the reading itself (static/js/listen.js).
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Response, current_app, g, has_app_context, send_file
from werkzeug.exceptions import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PLACE = "voice"
KINDS = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".webm": "audio/webm",
}


@dataclass(frozen=True)
class Recording:
    """One file: its version goes along in its address, so that a browser may keep it."""

    path: Path
    version: str


@dataclass(frozen=True, eq=False)
class Voices:
    """The recordings of an installation, by language and name of the text."""

    found: Mapping[tuple[str, str], Recording] = field(default_factory=dict)

    def address(self, tag: str, text: str) -> str | None:
        """Give the address of the recording of this text, if there is one."""
        if not self.found:
            return None
        recording = self.found.get((tag, name_of(text)))
        if recording is None:
            return None
        return f"/bestand/{recording.version}/{PLACE}/{tag}/{recording.path.name}"


NONE = Voices()


def name_of(text: str) -> str:
    """Name a text: the same for the same words, however they were written down."""
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def load(static: Path) -> Voices:
    """Find the recordings under static/voice/<language>/. They stay on the disk."""
    found = {}
    for path in sorted((static / PLACE).glob("*/*")):
        if path.suffix in KINDS:
            seen = path.stat()
            version = f"{seen.st_mtime_ns:x}{seen.st_size:x}"
            found[path.parent.name, path.stem] = Recording(path, version)
    return Voices(found)


def here() -> Voices:
    """Give the recordings of the application that makes this page."""
    found: Voices = (
        current_app.extensions.get("portfolio.voices", NONE) if has_app_context() else NONE
    )
    return found


def send(version: str, name: str) -> Response:
    """Send one recording, whole or in part."""
    tag, _, file = name.removeprefix(f"{PLACE}/").partition("/")
    recording = here().found.get((tag, file.partition(".")[0]))
    if recording is None or (recording.version, recording.path.name) != (version, file):
        raise NotFound
    response = send_file(recording.path, mimetype=KINDS[recording.path.suffix], conditional=True)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    g.cacheable = True
    return response
