"""A picture inside a PDF, without what a camera wrote beside it: the pixels stay as they are.

What does not live here: photos that come alone; those are decoded and encoded anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

START, END, SCAN, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
TAGS = range(0xE0, 0xF0)
RESTARTS = range(0xD0, 0xD8)
# How the colours are meant stands in these two, and nothing about a person.
JFIF, ADOBE = b"JFIF\0", b"Adobe"
BARE_JFIF = b"\xff\xe0\x00\x10JFIF\0\x01\x01\x00\x00\x01\x00\x01\x00\x00"
ADOBE_LENGTH = 12

CODESTREAM = b"\xff\x4f\xff\x51"
JPX_COMMENT, TILE = 0x64, 0x90


def bare_jpeg(content: bytes) -> bytes:
    """Drop the tags and comments of a JPEG. Raises ValueError for what is none."""
    if content[:2] != b"\xff\xd8":
        raise ValueError(content[:2])
    return b"".join([content[:2], *_kept(content)])


def _kept(content: bytes) -> Iterator[bytes]:
    place = 2
    while True:
        if content[place : place + 1] != b"\xff":
            raise ValueError(place)
        marker = content[place + 1]
        if marker == END:
            yield content[place : place + 2]
            return
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4], "big")
        if end > len(content) or end < place + 4:
            raise ValueError(place)
        if marker in TAGS:
            yield _tag(content[place + 4 : end])
        elif marker != COMMENT:
            yield content[place:end]
        place = end
        if marker == SCAN:
            place = _after_scan(content, end)
            yield content[end:place]


def _tag(said: bytes) -> bytes:
    if said.startswith(JFIF):
        return BARE_JFIF
    if said.startswith(ADOBE) and len(said) >= ADOBE_LENGTH:
        return b"\xff\xee\x00\x0e" + said[:ADOBE_LENGTH]
    return b""


def _after_scan(content: bytes, place: int) -> int:
    """Find the next marker after the pixels. Raises ValueError when they do not end."""
    while True:
        place = content.index(b"\xff", place)
        following = content[place + 1 : place + 2]
        if following and following[0] and following[0] not in RESTARTS and following != b"\xff":
            return place
        place += 1 if following == b"\xff" else 2


def bare_jpx(content: bytes) -> bytes:
    """Keep the codestream of a JPEG 2000 without its comments. Raises ValueError for what is none.

    The boxes around it are dropped, and with them whatever stands in them; a PDF says itself
    what the colours mean.
    """
    start = content.index(CODESTREAM)
    place = start + 2
    kept = [content[start:place]]
    while content[place] == 0xFF and content[place + 1] != TILE:  # noqa: PLR2004 -- a marker
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4], "big")
        if end > len(content) or end < place + 4:
            raise ValueError(place)
        if content[place + 1] != JPX_COMMENT:
            kept.append(content[place:end])
        place = end
    end = content.rindex(b"\xff\xd9") + 2
    return b"".join([*kept, content[place:end]])
