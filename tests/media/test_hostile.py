"""Hostile files by the hundred: each is refused or comes out clean, and none hurts the server."""

from __future__ import annotations

import random
import zlib
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from portfolio.media.decoding import limits
from portfolio.media.intake import CleanPaper, CleanPhoto, CleanSound, Intake, RefusedError
from tests.media import documents, pictures
from tests.media.pictures import SECRET, full_of_tags, heic
from tests.media.recordings import WAYS, recorded
from tests.media.test_paper import orderly
from tests.media.test_photo import bare
from tests.media.test_sound import heard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.media.quick import Quick

PHOTOS = ("JPEG", "PNG", "WEBP", "HEIF")
SOUNDS = tuple(WAYS)
HTML = b"<html><script>alert('" + SECRET + b"')</script>"
Clean = CleanPhoto | CleanSound | CleanPaper


def whole(name: str) -> bytes:
    """Make a good file of a kind."""
    if name in PHOTOS:
        return full_of_tags(name)
    if name in WAYS:
        return recorded(WAYS[name], 0.3)
    return documents.full_of_danger()


def taken(intake: Intake, name: str, content: bytes) -> Clean | None:
    """Try a file at its door; what comes out is clean, and of the kind of that door."""
    try:
        if name in PHOTOS:
            made: Clean = intake.photo(content)
        elif name in WAYS:
            made = intake.sound(content)
        else:
            made = intake.paper([content])
    except RefusedError:
        return None
    if isinstance(made, CleanPhoto):
        bare(made.large.content)
        bare(made.small.content)
    elif isinstance(made, CleanSound):
        heard(made)
    else:
        orderly(made)
    return made


def cut(content: bytes, chance: random.Random) -> bytes:
    """Lose the line half-way."""
    return content[: chance.randrange(1, len(content))]


def flipped(content: bytes, chance: random.Random) -> bytes:
    """Change up to twenty bytes."""
    changed = bytearray(content)
    for _ in range(chance.randrange(1, 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def stretched(content: bytes, chance: random.Random) -> bytes:
    """Let four bytes, which may be a length, say as much as they can."""
    place = chance.randrange(len(content))
    much = chance.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", bytes(4), b"\x80\0\0\0"])
    return content[:place] + much + content[place + 4 :]


def mixed(content: bytes, chance: random.Random) -> bytes:
    """Put a piece of it, or of something else, somewhere else."""
    piece = chance.choice(
        [
            b"<html><script>alert(1)</script>",
            content[chance.randrange(len(content)) :][:300],
            bytes(64),
        ]
    )
    place = chance.randrange(8, len(content))
    return content[:place] + piece + content[place:]


WAYS_TO_BREAK = (cut, flipped, stretched, mixed)


def hostile(name: str, number: int) -> Iterator[bytes]:
    """Break a good file in many ways, the same each time."""
    good = whole(name)
    chance = random.Random(f"{name} {number}")  # noqa: S311 -- the same files each time
    for turn in range(number):
        way: Callable[[bytes, random.Random], bytes] = WAYS_TO_BREAK[turn % len(WAYS_TO_BREAK)]
        yield way(good, chance)


@pytest.mark.parametrize("name", [*PHOTOS, *SOUNDS, "PDF"])
def test_broken_files_by_the_hundred(quick: Intake, workers: Quick, name: str) -> None:
    before = len(workers.crashes)
    came_out = [taken(quick, name, content) for content in hostile(name, 30)]
    assert any(one is None for one in came_out)
    # A decoder that dies is caught, but it should not be what usually happens.
    assert len(workers.crashes) - before <= len(came_out) // 10


@pytest.mark.long
@pytest.mark.parametrize("name", [*PHOTOS, *SOUNDS, "PDF"])
def test_broken_files_by_the_thousand(quick: Intake, name: str) -> None:
    """ASVS 5.2.2."""
    for content in hostile(name, 2_000):
        taken(quick, name, content)


@pytest.mark.parametrize("name", ["JPEG", "PDF", "Chrome"])
def test_a_real_worker_does_the_same(
    intake: Intake, workers: Quick, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for content in hostile(name, 6):
        with monkeypatch.context() as patched:
            patched.setattr("portfolio.media.intake.work", workers.work)
            swift = taken(intake, name, content)
        assert taken(intake, name, content) == swift


@pytest.mark.parametrize("name", [*PHOTOS, *SOUNDS, "PDF"])
def test_a_file_that_is_two_things_comes_out_as_one(quick: Intake, name: str) -> None:
    """ASVS 5.2.2."""
    good = whole(name)
    for other in (HTML, b"PK\x05\x06" + SECRET + bytes(18), documents.full_of_danger()):
        for content in (good + other, other + good):
            taken(quick, name, content)
    for other_name in (*PHOTOS, *SOUNDS, "PDF"):
        taken(quick, name, whole(other_name))


def test_a_picture_that_is_a_page_comes_out_as_a_picture(quick: Intake) -> None:
    """The page stands in a comment, before any pixel."""
    good = full_of_tags("JPEG")
    content = good[:2] + pictures.marker(0xFE, HTML) + good[2:]
    photo = quick.photo(content)
    assert b"<" not in bare(photo.large.content).info.get("comment", b"")
    assert b"script" not in photo.large.content


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """Write a PNG by hand, with chunks that need not be true."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    parts = [(b"IHDR", head), *chunks, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(said).to_bytes(4, "big") + name + said + zlib.crc32(name + said).to_bytes(4, "big")
        for name, said in parts
    )


PIXEL = (b"IDAT", zlib.compress(bytes(4)))


def claiming(size: int) -> bytes:
    """Let a small JPEG claim this many pixels on each side."""
    content = bytearray(pictures.encoded(pictures.halves(), "JPEG"))
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = size.to_bytes(2, "big") * 2
    return bytes(content)


def endless() -> bytes:
    """Let 34 bytes hold 256 megapixels."""
    picture = Image.new("RGB", (16_000, 16_000))
    return pictures.encoded(picture, "WEBP", lossless=True, quality=0, method=0)


# Made when their test asks: that takes a while, and every process reads this file.
BOMBS: dict[str, Callable[[], bytes]] = {
    "a JPEG of 65535 by 65535": lambda: claiming(65_535),
    "a JPEG of 7000 by 7000 and no pixels": lambda: claiming(7_000),
    "a PNG of 2 billion pixels a side": lambda: png(2**31 - 1, 2**31 - 1, PIXEL),
    "a PNG of 50 megapixels and none inside": lambda: png(7_000, 7_000, PIXEL),
    "a profile": lambda: png(1, 1, (b"iCCP", b"x\0\0" + documents.bomb(300)), PIXEL),
    "a text": lambda: png(1, 1, (b"zTXt", b"x\0\0" + documents.bomb(300)), PIXEL),
    "texts": lambda: png(1, 1, *[(b"zTXt", b"x\0\0" + documents.bomb(1))] * 200, PIXEL),
    "an international text": lambda: png(
        1, 1, (b"iTXt", b"x\0\1\0\0\0" + documents.bomb(300)), PIXEL
    ),
    "pixels without end": lambda: png(9, 9, (b"IDAT", documents.bomb(600))),
    "a WebP": endless,
    "an iPhone picture of 65000 by 65000": lambda: heic(pictures.halves(), shown=(65_000, 65_000)),
    "an iPhone picture of another size": lambda: heic(pictures.halves(), shown=(6_000, 6_000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_or_small(quick: Intake, workers: Quick, name: str) -> None:
    """ASVS 5.2.3, 5.2.6."""
    before = len(workers.crashes)
    content = BOMBS[name]()
    assert len(content) < limits.PHOTO_BYTES
    taken(quick, "JPEG", content)
    assert len(workers.crashes) == before
