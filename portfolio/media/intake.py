"""The one door: photos, sound and papers come in clean, or not at all.

Empty, too many bytes, a kind we do not take, the virus scanner, and then decoding in a worker:
in this order. What does not live here: decoding; sealing and keeping.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from portfolio.media.clamd import Scanner
from portfolio.media.decoding import worker
from portfolio.media.decoding.clean import (
    BROKEN,
    EMPTY,
    KIND,
    LARGE,
    PHOTOS,
    CleanPaper,
    CleanPhoto,
    CleanSound,
    NotTakenError,
    Picture,
)
from portfolio.media.decoding.limits import (
    PAPER_BYTES,
    PAPER_PHOTOS,
    PHOTO_BYTES,
    SOUND_BYTES,
    WALL_SECONDS,
)
from portfolio.media.kinds import PDF, paper_kind, photo_kind, sound_kind
from portfolio.media.refusals import OF_A_PAPER, OF_A_PHOTO, OF_A_SOUND
from portfolio.media.workplace import Order, Result, work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = [
    "BusyError",
    "CleanPaper",
    "CleanPhoto",
    "CleanSound",
    "Intake",
    "Picture",
    "RefusedError",
]

AT_ONCE = 2
JPEG, MP4 = b"\xff\xd8\xff", b"ftyp"


class RefusedError(Exception):
    """Something is not taken; `sentence` says what happened and what to do now."""

    def __init__(self, why: str, sentence: str) -> None:
        super().__init__(why)
        self.why = why
        self.sentence = sentence


class BusyError(Exception):
    """Too many are waiting already; later there is room."""


class Intake:
    """Takes in what people send: two files are decoded at once, and few may wait for it."""

    def __init__(self, *, threads: int, clamd_url: str | None) -> None:
        # The other half of the server's threads goes on to serve pages.
        self._inside = BoundedSemaphore(max(1, threads // 2))
        self._decoding = BoundedSemaphore(AT_ONCE)
        self._scanner = Scanner(clamd_url) if clamd_url else None

    def photo(self, content: bytes) -> CleanPhoto:
        """Take in a photo. Raises RefusedError or BusyError."""
        with self._admitted(OF_A_PHOTO):
            kind = _kind_of(content, PHOTO_BYTES, photo_kind)
            result = self._work(Order(worker.PHOTO, (kind,), [content]))
            return _as_photo(result)

    def sound(self, content: bytes) -> CleanSound:
        """Take in a recording. Raises RefusedError or BusyError."""
        with self._admitted(OF_A_SOUND):
            kind = _kind_of(content, SOUND_BYTES, sound_kind)
            result = self._work(Order(worker.SOUND, (kind,), [content]))
            return _as_sound(result)

    def paper(self, pages: Sequence[bytes]) -> CleanPaper:
        """Take in one PDF, or photos that become one PDF. Raises RefusedError or BusyError."""
        with self._admitted(OF_A_PAPER):
            result = self._work(_order_for(pages))
            return _as_paper(result)

    @contextmanager
    def _admitted(self, sentences: Mapping[str, str]) -> Iterator[None]:
        if not self._inside.acquire(blocking=False):
            raise BusyError
        try:
            yield
        except NotTakenError as error:
            why = error.why if error.why in sentences else BROKEN
            raise RefusedError(why, sentences[why]) from error
        finally:
            self._inside.release()

    def _work(self, order: Order) -> Result:
        if self._scanner:
            for content in order.contents:
                self._scanner.check(content)
        if not self._decoding.acquire(timeout=WALL_SECONDS):
            raise BusyError
        try:
            return work(order)
        finally:
            self._decoding.release()


def _kind_of(content: bytes, most: int, kind_of: Callable[[bytes], str | None]) -> str:
    if not content:
        raise NotTakenError(EMPTY)
    if len(content) > most:
        raise NotTakenError(LARGE)
    kind = kind_of(content)
    if kind is None:
        raise NotTakenError(KIND)
    return kind


def _order_for(pages: Sequence[bytes]) -> Order:
    if not pages:
        raise NotTakenError(EMPTY)
    if len(pages) == 1 and paper_kind(pages[0]) == PDF:
        return Order(worker.PAPER, (_kind_of(pages[0], PAPER_BYTES, paper_kind),), pages)
    if len(pages) > PAPER_PHOTOS:
        raise NotTakenError(PHOTOS)
    # A PDF among photos is none of the photos that become one.
    kinds = tuple(_kind_of(page, PHOTO_BYTES, photo_kind) for page in pages)
    return Order(worker.PHOTOS, kinds, pages)


def _as_photo(result: Result) -> CleanPhoto:
    large, small = (_picture(result, place, place) for place in (0, 1))
    return CleanPhoto(large, small)


def _as_sound(result: Result) -> CleanSound:
    content = result.parts[0]
    if content[4:8] != MP4:
        raise NotTakenError(BROKEN)
    return CleanSound(content, result.number("seconds"))


def _as_paper(result: Result) -> CleanPaper:
    if not result.parts[0].startswith(b"%PDF-"):
        raise NotTakenError(BROKEN)
    return CleanPaper(result.parts[0], result.number("pages"), _picture(result, 1, 0))


def _picture(result: Result, part: int, size: int) -> Picture:
    """Believe no more of an answer than that it is a JPEG of some size."""
    content = result.parts[part]
    width, height = result.facts["sizes"][size]
    if not content.startswith(JPEG):
        raise NotTakenError(BROKEN)
    return Picture(content, int(width), int(height))
