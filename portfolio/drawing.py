"""The geometry of what is drawn: bars, a staircase and a web, as numbers for attributes of SVG.

What does not live here: the figures in words, which stand beside every picture.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def share_of(part: int, whole: int, width: int) -> int:
    """Give how wide a bar is: never wider than the whole, and seen as soon as there is anything."""
    if part <= 0 or whole <= 0:
        return 0
    return max(2, min(width, width * part // whole))


def treads(counts: Sequence[int], most: int, width: int, height: int) -> list[tuple[int, ...]]:
    """Give x, y, width and height of each tread of a staircase, one per moment."""
    if not counts:
        return []
    each = width // len(counts)
    return [
        (number * each, height - tall, each - 2, tall)
        for number, tall in enumerate(share_of(count, most, height) for count in counts)
    ]


def corners(steps: Sequence[int], most: int, radius: int) -> str:
    """Give the corners of a web around 0,0: one per side, as far out as its step."""
    turn = 2 * pi / len(steps)
    points = []
    for number, step in enumerate(steps):
        far = radius * step / most
        points.append(f"{far * sin(number * turn):.1f},{-far * cos(number * turn):.1f}")
    return " ".join(points)
