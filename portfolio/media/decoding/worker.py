"""One worker: reads an order and bytes from stdin, decodes, writes what is clean to stdout.

An order is a line of JSON and the bytes it counts; the answer has the same form. A worker
serves one order and ends, so nothing of one person's file meets another's.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO

from .clean import BROKEN, LARGE, OF_A_WORKER, NotTakenError, Picture
from .confinement import confine, shut
from .late import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST_LINE = 64 * 1024
PHOTO, SOUND, PAPER, PHOTOS = "photo", "sound", "paper", "photos"
ROOMS = {PHOTO: "photo", SOUND: "sound", PAPER: "paper", PHOTOS: "pages"}

Answer = tuple[dict[str, Any], list[bytes]]


def main() -> None:
    """Serve one order."""
    orders, answers = sys.stdin.buffer, _own_stdout()
    logging.disable()
    confine()
    order = json.loads(orders.readline(LONGEST_LINE))
    load(ROOMS[order["what"]])
    memory = os.open("/proc/self/status", os.O_RDONLY)
    shut()
    facts, parts = answer(order, _contents(orders, order["lengths"]))
    facts["peak_kb"] = _peak(memory)
    facts["lengths"] = [len(part) for part in parts]
    answers.write(json.dumps(facts).encode() + b"\n")
    for part in parts:
        answers.write(part)
    answers.flush()
    # What hostile bytes left behind in this process gets no chance to tidy up.
    os._exit(0)


def answer(order: Mapping[str, Any], contents: Iterator[bytes]) -> Answer:
    """Decode what an order holds; whatever goes wrong becomes a reason."""
    try:
        return _decode(order["what"], list(order["kinds"]), contents)
    except NotTakenError as error:
        why = error.why if error.why in OF_A_WORKER else BROKEN
    except MemoryError:
        why = LARGE
    except Exception:  # noqa: BLE001 -- hostile bytes make decoders raise anything
        why = BROKEN
    return {"refused": why}, []


def _decode(what: str, kinds: list[str], contents: Iterator[bytes]) -> Answer:
    # Each worker loads the decoder it needs and no other.
    room = import_module(f".{ROOMS[what]}", __package__)
    if what == PHOTO:
        photo = room.clean_photo(next(contents), kinds[0])
        return {"sizes": _sizes(photo.large, photo.small)}, [
            photo.large.content,
            photo.small.content,
        ]
    if what == SOUND:
        sound = room.clean_sound(next(contents), kinds[0])
        return {"seconds": sound.seconds}, [sound.content]
    paper = (
        room.clean_paper(next(contents))
        if what == PAPER
        else room.bind(zip(contents, kinds, strict=True))
    )
    return {"pages": paper.pages, "sizes": _sizes(paper.small)}, [
        paper.content,
        paper.small.content,
    ]


def _sizes(*pictures: Picture) -> list[tuple[int, int]]:
    return [(picture.width, picture.height) for picture in pictures]


def _contents(orders: BinaryIO, lengths: list[int]) -> Iterator[bytes]:
    """Read one file after the other, so that only one is held at a time."""
    for length in lengths:
        content = orders.read(length)
        if len(content) != length:
            raise EOFError
        yield content


def _peak(memory: int) -> int:
    """Read how much memory this worker held; getrusage would count the server before it."""
    found = re.search(rb"VmHWM:\s+(\d+)", os.pread(memory, LONGEST_LINE, 0))
    return int(found[1]) if found else 0


def _own_stdout() -> BinaryIO:
    """Keep stdout for the answer alone: a library that prints prints nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers
