"""Outlines as lists of points, on a plane of 1600 by 1200.

Here: plain shapes, smooth curves, and ways to move them. Not here: paint (``canvas``).
"""

from collections.abc import Sequence
from math import cos, pi, radians, sin

Point = tuple[float, float]
Points = Sequence[Point]


def rect(x: float, y: float, w: float, h: float, r: float = 0) -> list[Point]:
    """Return a rectangle, with corners rounded by ``r``."""
    if r <= 0:
        return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    corners = ((x + w - r, y + r), (x + w - r, y + h - r), (x + r, y + h - r), (x + r, y + r))
    points: list[Point] = []
    for turn, (cx, cy) in enumerate(corners):
        points += sweep((cx, cy), (r, r), 90 * turn - 90, 90 * turn)
    return points


def oval(cx: float, cy: float, rx: float, ry: float | None = None) -> list[Point]:
    """Return an ellipse, or a circle when one radius is given."""
    return sweep((cx, cy), (rx, rx if ry is None else ry), 0, 360)


def sweep(centre: Point, radii: Point, start: float, end: float) -> list[Point]:
    """Return an arc from ``start`` to ``end`` degrees; zero is right, ninety is down."""
    count = max(8, int(abs(end - start) / 4))
    angles = (radians(start + (end - start) * i / count) for i in range(count + 1))
    return [(centre[0] + radii[0] * cos(a), centre[1] + radii[1] * sin(a)) for a in angles]


def curve(points: Points, *, closed: bool = False) -> list[Point]:
    """Return a smooth line through the points (Catmull-Rom)."""
    known = list(points)
    ring = [known[-1], *known, known[0], known[1]] if closed else [known[0], *known, known[-1]]
    smooth: list[Point] = []
    for a, b, c, d in zip(ring, ring[1:], ring[2:], ring[3:], strict=False):
        smooth += [_between((a, b, c, d), step / 14) for step in range(14)]
    return smooth if closed else [*smooth, known[-1]]


def _between(four: tuple[Point, Point, Point, Point], t: float) -> Point:
    a, b, c, d = four
    x, y = (
        0.5
        * (
            2 * b[i]
            + (c[i] - a[i]) * t
            + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t * t
            + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t * t * t
        )
        for i in (0, 1)
    )
    return (x, y)


def moved(points: Points, dx: float, dy: float) -> list[Point]:
    """Return the shape at another place."""
    return [(x + dx, y + dy) for x, y in points]


def turned(points: Points, centre: Point, degrees: float) -> list[Point]:
    """Return the shape turned clockwise around a point."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    ox, oy = centre
    return [(ox + (x - ox) * c - (y - oy) * s, oy + (x - ox) * s + (y - oy) * c) for x, y in points]


def mirrored(points: Points, axis: float) -> list[Point]:
    """Return the shape seen in an upright mirror at ``axis``."""
    return [(2 * axis - x, y) for x, y in reversed(points)]


def whole(half: Points, axis: float) -> list[Point]:
    """Return the closed shape of which ``half`` is the right side, from top to bottom."""
    return [*half, *mirrored(half, axis)]


def wave(start: Point, length: float, height: float, bends: int) -> list[Point]:
    """Return a wavy line to the right."""
    count = bends * 12
    return [
        (start[0] + length * i / count, start[1] + height * sin(2 * pi * bends * i / count))
        for i in range(count + 1)
    ]


def scatter(count: int, x: float, y: float, w: float, h: float) -> list[Point]:
    """Return points strewn over a box, looking as if by chance and always the same."""
    return [(x + w * (i * 0.7548777 % 1), y + h * (i * 0.5698403 % 1)) for i in range(1, count + 1)]


def leaf(foot: Point, length: float, width: float, degrees: float) -> list[Point]:
    """Return a pointed leaf that grows from ``foot``; zero degrees is straight up."""
    x, y = foot
    side = [(x + width / 2 * sin(pi * i / 12) ** 0.9, y - length * i / 12) for i in range(13)]
    other = [(2 * x - px, py) for px, py in reversed(side)]
    return turned([*side, *other], foot, degrees)
