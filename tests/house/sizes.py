"""Files stay short enough to be read at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.house.finding import ROOT, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Limit:
    """How many lines the files of a pattern may have, and how many more are tolerated."""

    pattern: str
    lines: int
    tolerance: int = 0


# The first limit that fits a file counts.
LIMITS = (
    Limit("tests/conftest.py", 200),
    Limit("portfolio/**/*.py", 300, 30),
    Limit("tests/**/*.py", 300, 30),
    Limit("migrations/*.py", 300, 30),
    Limit("templates/**/*.html", 120),
)


def check(root: Path = ROOT) -> list[Finding]:
    """Find the files that are too long."""
    return sorted(_too_long(root))


def _too_long(root: Path) -> Iterator[Finding]:
    seen: set[Path] = set()
    for limit in LIMITS:
        for path in root.glob(limit.pattern):
            if path in seen or "node_modules" in path.parts:
                continue
            seen.add(path)
            count = len(path.read_text(encoding="utf-8").splitlines())
            if count > limit.lines + limit.tolerance:
                place = str(path.relative_to(root))
                yield Finding(place, f"{count} lines; split it by a word of the domain")
