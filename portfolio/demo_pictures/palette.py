"""The colours of all pictures, so that they look like one family, and things many scenes share."""

from math import pi, sin

from portfolio.demo_pictures.canvas import Canvas, mixed
from portfolio.demo_pictures.shapes import Point, leaf, oval, rect, wave, whole

INK, CREAM, SAND, WHITE = "#3a2c2a", "#fbf0dc", "#edd6ae", "#fffaf0"
OCHRE, HONEY, TERRA, BRICK = "#e2a13a", "#f2c46d", "#cc6640", "#9f432f"
ROSE, BLUSH, PLUM = "#e39a86", "#f4cdbb", "#6d3b52"
SAGE, MOSS, PINE = "#a9ba91", "#6b8a5c", "#35584a"
SKY, MIST, TEAL, DEEP = "#bcdcdd", "#dcebe4", "#2f7478", "#22475a"
WOOD, OAK, BARK = "#c48a54", "#a86b3c", "#74452a"


def backdrop(c: Canvas, top: str, bottom: str) -> None:
    """Paint the whole plane."""
    c.shade(rect(0, 0, 1600, 1200), top, bottom)


def table(c: Canvas, y: float, colour: str = WOOD) -> None:
    """Paint a wooden table from ``y`` down, with its grain."""
    c.soft(rect(0, y - 26, 1600, 40), INK, 16, 0.28)
    c.shade(rect(0, y, 1600, 1200 - y), colour, mixed(colour, BARK, 0.55))
    c.fill(rect(0, y, 1600, 7), mixed(colour, WHITE, 0.4))
    for i in range(9):
        line = wave((-40 + 53 * (i % 3), y + 44 + i * (1200 - y) / 9), 1700, 5 + i % 4, 1 + i % 2)
        c.stroke(line, mixed(colour, BARK, 0.5 + 0.03 * i), 2.5)


def daylight(c: Canvas, x: float, y: float, width: float = 230) -> None:
    """Let the light of a window with two panes fall on a wall."""
    for k in (0, 1):
        left = x + k * (width + 34)
        pane = [
            (left, y),
            (left + width, y - 40),
            (left + width - 190, y + 430),
            (left - 190, y + 470),
        ]
        c.soft(pane, "#fff3d0", 7, 0.36)


def steam(c: Canvas, x: float, y: float, height: float = 190) -> None:
    """Let steam rise from a warm thing."""
    for k, (dx, tall) in enumerate(((-40, 0.8), (0, 1.0), (44, 0.72))):
        right: list[Point] = []
        left: list[Point] = []
        for i in range(21):
            t = i / 20
            sway = 15 * (t + 0.3) * sin(2 * pi * t + k)
            thick = 9 * (1 - t) * min(1, t * 6 + 0.2) + 1
            px, py = x + dx + sway, y - height * tall * t
            right.append((px + thick, py))
            left.append((px - thick, py))
        c.soft([*right, *reversed(left)], WHITE, 5, 0.62)


def pot_plant(c: Canvas, x: float, y: float, size: float = 1.0) -> None:
    """Paint a plant in a pot that stands at this place."""
    c.ground(x, y, 95 * size)
    foot = (x, y - 105 * size)
    for i, turn in enumerate((-62, -38, -18, 4, 24, 44, 66)):
        long = (210 - abs(turn) * 0.9) * size
        c.fill(leaf(foot, long, 62 * size, turn), (MOSS, PINE, "#7f9c6c")[i % 3])
        c.stroke([foot, leaf(foot, long * 0.85, 1, turn)[12]], mixed(MOSS, PINE, 0.7), 2.5 * size)
    half = [(x + 74 * size, y - 120 * size), (x + 54 * size, y)]
    c.shade(whole(half, x), TERRA, BRICK)
    c.fill(rect(x - 84 * size, y - 136 * size, 168 * size, 34 * size, 6), mixed(TERRA, WHITE, 0.16))


def cloud(c: Canvas, x: float, y: float, size: float, colour: str = WHITE) -> None:
    """Paint a summer cloud with a flat foot."""
    for dx, dy, r in ((-110, 0, 52), (-52, -34, 70), (30, -52, 86), (104, -14, 62), (0, 0, 60)):
        c.fill(oval(x + dx * size, y + dy * size, r * size, r * size * 0.8), colour)
    c.fill(rect(x - 160 * size, y - 12 * size, 330 * size, 54 * size, 27 * size), colour)
    c.soft(oval(x, y + 30 * size, 150 * size, 20 * size), "#9dbcc4", 16 * size, 0.35)


def tree(c: Canvas, x: float, y: float, size: float, colour: str = MOSS) -> None:
    """Paint a round tree that stands at this place."""
    c.fill(whole([(x + 7 * size, y - 150 * size), (x + 13 * size, y)], x), BARK)
    for dx, dy, r in ((-52, -160, 66), (50, -166, 68), (0, -226, 82), (-8, -150, 70)):
        c.fill(oval(x + dx * size, y + dy * size, r * size), mixed(colour, PINE, 0.12))
    for dx, dy, r in ((-30, -206, 44), (22, -250, 42), (44, -180, 34)):
        c.fill(oval(x + dx * size, y + dy * size, r * size), mixed(colour, HONEY, 0.22))
