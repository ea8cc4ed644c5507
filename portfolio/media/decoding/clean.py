"""What decoding gives back, and the reasons why something is not taken.

What does not live here: a sentence for the owner; each reason has one in the intake.
"""

from __future__ import annotations

from dataclasses import dataclass

EMPTY, LARGE, KIND, BROKEN = "empty", "large", "kind", "broken"
LONG, FILM = "long", "film"
PAGES, PHOTOS, LOCKED = "pages", "photos", "locked"
FOUND, SILENT = "found", "silent"
# What a worker may say; anything else it says is not believed.
OF_A_WORKER = frozenset({EMPTY, LARGE, BROKEN, LONG, FILM, PAGES, LOCKED})


class NotTakenError(Exception):
    """Bytes are not taken, for one of the reasons above."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Picture:
    """One encoded size of a photo."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True)
class CleanPhoto:
    """A photo as it is kept: for the screen and as a thumbnail."""

    large: Picture
    small: Picture


@dataclass(frozen=True)
class CleanSound:
    """A recording as it is kept: MP4 with AAC, one channel; seconds are rounded up."""

    content: bytes
    seconds: int


@dataclass(frozen=True)
class CleanPaper:
    """A paper as it is kept: a PDF, how many pages it has, and its first page as a picture."""

    content: bytes
    pages: int
    small: Picture


Clean = CleanPhoto | CleanSound | CleanPaper
