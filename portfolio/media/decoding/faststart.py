"""An MP4 that can be heard while it still arrives: its table stands before its sound.

The muxer writes the table last, since it knows it last. It only ever sees our own files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = 8
# The way down to the table of chunks.
INSIDE = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
OFFSETS = b"stco"
# The muxer leaves room for words about the sound; there are none.
WORDS = b"udta"
NUMBER = 4


def moved_to_front(content: bytes) -> bytes:
    """Write the table of an MP4 before its sound. Raises ValueError for what is no such file."""
    boxes = dict(_boxes(content, 0, len(content)))
    if boxes.keys() != {b"ftyp", b"free", b"mdat", b"moov"}:
        raise ValueError(sorted(boxes))
    parts = {name: content[start:end] for name, (start, end) in boxes.items()}
    table = bytearray(parts[b"moov"])
    # The sound began after ftyp and free; now it begins after ftyp and the table.
    _shift(table, 0, len(table), len(table) - len(parts[b"free"]))
    return parts[b"ftyp"] + bytes(table) + parts[b"mdat"]


def _boxes(
    content: bytes | bytearray, start: int, end: int
) -> Iterator[tuple[bytes, tuple[int, int]]]:
    while start < end:
        size = int.from_bytes(content[start : start + 4], "big")
        if not HEAD <= size <= end - start:
            raise ValueError(size)
        yield bytes(content[start + 4 : start + HEAD]), (start, start + size)
        start += size


def _shift(table: bytearray, start: int, end: int, by: int) -> None:
    for name, (first, last) in _boxes(table, start, end):
        if name in INSIDE:
            _shift(table, first + HEAD, last, by)
        if name == WORDS:
            table[first + NUMBER : last] = b"free".ljust(last - first - NUMBER, b"\0")
        if name == OFFSETS:
            for place in range(first + HEAD + 2 * NUMBER, last, NUMBER):
                moved = int.from_bytes(table[place : place + NUMBER], "big") + by
                table[place : place + NUMBER] = moved.to_bytes(NUMBER, "big")
