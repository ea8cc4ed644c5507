"""How long the easy-Dutch check takes for a comment, and how often it is right."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from portfolio.b1 import findings, is_easy
from tests.bench.measurement import Measurement
from tests.house.finding import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.servers import Run

SENTENCES = ROOT / "tests" / "data"
HALVES = ("tuned", "untouched")
COMMENT = 1000
TIMES = 20


def measure(_run: Run) -> Iterator[Measurement]:
    """Measure comments of 1,000 characters, each cut from other sentences, and both halves."""
    for name in ("easy", "official"):
        text = " ".join(line for half in HALVES for line in lines_of(half, name))
        comments = [text[at : at + COMMENT] for at in range(0, len(text) - COMMENT, COMMENT)]
        findings(comments[0])
        took = [_milliseconds(each) for each in comments for _ in range(TIMES)]
        yield Measurement("easy_ms", name, median(took), "ms")
    for half in HALVES:
        right = [
            is_easy(line) is (name == "easy")
            for name in ("easy", "official")
            for line in lines_of(half, name)
        ]
        yield Measurement("easy_right", half, sum(right) / len(right), "ratio")


def lines_of(half: str, name: str) -> list[str]:
    """Read the sentences of one half that are easy, or official."""
    return (SENTENCES / half / f"{name}.txt").read_text("utf-8").splitlines()


def _milliseconds(text: str) -> float:
    begun = time.perf_counter()
    findings(text)
    return (time.perf_counter() - begun) * 1000
