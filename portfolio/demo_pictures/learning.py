"""Pictures of learning: a classroom and a library."""

from portfolio.demo_pictures.canvas import Canvas, mixed
from portfolio.demo_pictures.palette import (
    BARK,
    BRICK,
    CREAM,
    DEEP,
    HONEY,
    INK,
    MOSS,
    OAK,
    OCHRE,
    PINE,
    PLUM,
    ROSE,
    SAND,
    TEAL,
    TERRA,
    WHITE,
    WOOD,
    backdrop,
    daylight,
    pot_plant,
)
from portfolio.demo_pictures.shapes import (
    curve,
    moved,
    oval,
    rect,
    sweep,
    turned,
    wave,
    whole,
)

CHALK = "#f4f1e4"
# One gap in thirteen books; the book before it leans.
GAP = (0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)


def classroom(c: Canvas) -> None:
    """Paint a board with first words, and tables with books."""
    backdrop(c, "#f0dfbe", "#f6e9cf")
    c.shade(rect(0, 860, 1600, 340), "#c69a6c", "#9d7148")
    for k in range(-2, 12):
        c.stroke([(800 + (k - 5) * 130, 860), (800 + (k - 5) * 300, 1200)], "#ab7f53", 4)
    c.fill(rect(0, 846, 1600, 20), WHITE)
    _board(c)
    _clock(c, 1420, 180)
    for k, x in enumerate((40, 150)):
        c.soft(rect(x + 6, 226, 92, 120), INK, 8, 0.3)
        c.fill(rect(x, 216, 92, 120, 3), WHITE)
        c.fill(oval(x + 46, 268, 30), (TERRA, TEAL)[k])
        c.fill(rect(x + 16, 310, 60, 10, 4), SAND)
    daylight(c, 1440, 330, 100)
    pot_plant(c, 1480, 862, 1.2)
    for x in (60, 590, 1120):
        _desk(c, x, 960)


def _board(c: Canvas) -> None:
    frame = rect(280, 110, 1000, 560, 12)
    c.shadow(frame, (10, 18), 18)
    c.shade(frame, WOOD, OAK)
    board = rect(306, 136, 948, 508)
    with c.inside(board):
        c.shade(board, "#3f6b5b", "#2a5145")
        c.soft([(306, 560), (700, 136), (980, 136), (420, 660)], "#7fa08f", 50, 0.35)
        _drawings(c)
        _letters(c)
    c.shade(rect(300, 664, 960, 24, 6), "#d8a468", OAK)
    for k, colour in enumerate((WHITE, HONEY, ROSE)):
        c.fill(rect(930 + 70 * k, 652, 50, 13, 6), colour)
    c.fill(rect(360, 640, 110, 28, 6), DEEP)


def _letters(c: Canvas) -> None:
    """Write a, b and c as a teacher does, and a line of writing under each."""
    for x in (420, 600, 780):
        c.stroke([(x - 60, 330), (x + 80, 330)], "#8fae9c", 3)
    c.stroke(oval(410, 290, 36), CHALK, 9)
    c.stroke([(446, 254), (446, 318), (460, 328)], CHALK, 9)
    c.stroke([(570, 190), (570, 328)], CHALK, 9)
    c.stroke(oval(604, 292, 34), CHALK, 9)
    c.stroke(sweep((782, 292), (36, 36), 50, 310), CHALK, 9)
    for row, (y, long) in enumerate(((430, 470), (500, 400), (570, 440))):
        c.stroke(wave((390, y), long, 11, 13 - row), (CHALK, HONEY, CHALK)[row], 6)


def _drawings(c: Canvas) -> None:
    c.stroke([(950, 560), (950, 420), (1050, 330), (1150, 420), (1150, 560), (950, 560)], HONEY, 8)
    c.stroke([(1020, 560), (1020, 470), (1080, 470), (1080, 560)], CHALK, 7)
    c.stroke(oval(1160, 230, 40), HONEY, 8)
    for k in range(8):
        rays = sweep((1160, 230), (84, 84), 45 * k, 45 * k + 1)[0]
        start = sweep((1160, 230), (58, 58), 45 * k, 45 * k + 1)[0]
        c.stroke([start, rays], HONEY, 7)
    c.stroke(curve([(960, 250), (980, 220), (1010, 250), (1040, 220), (1062, 250)]), CHALK, 6)


def _clock(c: Canvas, x: float, y: float) -> None:
    c.soft(oval(x + 8, y + 14, 84), INK, 12, 0.35)
    c.fill(oval(x, y, 84), TERRA)
    c.fill(oval(x, y, 70), WHITE)
    for k in range(12):
        c.fill(oval(*sweep((x, y), (56, 56), 30 * k, 30 * k + 1)[0], 5), INK)
    c.stroke([(x - 26, y - 26), (x, y), (x + 8, y - 46)], INK, 8)


def _desk(c: Canvas, x: float, y: float) -> None:
    c.soft(oval(x + 210, y + 246, 260, 26), INK, 16, 0.4)
    for leg in (40, 360):
        c.fill(rect(x + leg, y + 40, 20, 220), "#6f6964")
    c.shade(
        [(x + 30, y - 50), (x + 390, y - 50), (x + 430, y + 40), (x - 10, y + 40)],
        "#e9c391",
        "#d3a469",
    )
    c.fill(rect(x - 10, y + 40, 440, 22, 6), "#a8713f")
    tone = (TEAL, TERRA, OCHRE)[int(x) // 530 % 3]
    left = [(x + 110, y - 30), (x + 204, y - 24), (x + 200, y + 22), (x + 90, y + 16)]
    c.soft(moved(left, 40, 12), INK, 8, 0.4)
    c.fill(moved(left, -6, 6), tone)
    c.fill(left, WHITE)
    right = [(2 * (x + 203) - px, py) for px, py in left]
    c.fill(moved(right, 6, 6), tone)
    c.fill(right, "#f3ead8")
    for k in range(3):
        c.stroke([(x + 120, y - 16 + 11 * k), (x + 188, y - 12 + 11 * k)], "#cdbb9a", 3)
        c.stroke([(x + 218, y - 12 + 11 * k), (x + 286, y - 16 + 11 * k)], "#cdbb9a", 3)
    c.stroke([(x + 340, y + 20), (x + 370, y - 36)], BRICK, 9)
    c.shade(rect(x + 20, y - 60, 46, 62, 8), mixed(tone, WHITE, 0.3), tone)


def library(c: Canvas) -> None:
    """Paint shelves full of books, a lamp and a chair to read in."""
    backdrop(c, "#8a5b3e", "#6b4430")
    for row in range(4):
        _shelf(c, 60 + row * 240, row)
    for x in (-14, 520, 1054, 1586):
        c.shade(rect(x, 0, 28, 1020), "#b27a4b", "#8a5633")
    c.shade(rect(0, 1010, 1600, 190), "#a9653f", "#74402b")
    rug = oval(1010, 1120, 620, 74)
    c.fill(rug, PLUM)
    c.stroke(oval(1010, 1120, 580, 62), ROSE, 6)
    c.soft(oval(1300, 560, 360, 420), "#ffdf98", 110, 0.55)
    _lamp(c, 1380)
    _chair(c, 980, 1110)


def _shelf(c: Canvas, y: float, row: int) -> None:
    c.shade(rect(0, y - 40, 1600, 230), "#4d2f22", "#603b29")
    end, x, k = 1580, 22, row * 11
    colours = (TERRA, DEEP, CREAM, MOSS, OCHRE, PLUM, TEAL, ROSE, BRICK, SAND, PINE, HONEY)
    while x < end:
        k += 1
        wide, tall = 26 + (k * 17) % 27, 126 + (k * 29) % 62
        x += 70 * GAP[k % 13]
        colour = mixed(colours[(k * 5 + row) % 12], BARK, 0.12)
        lean = -9 * GAP[(k + 1) % 13]
        spine = turned(rect(x, y + 190 - tall, wide, tall, 4), (x, y + 190), lean)
        c.shade(spine, mixed(colour, WHITE, 0.14), mixed(colour, INK, 0.22))
        for dy in (0.16, 0.78) if k % 3 else (0.4,):
            band = rect(x, y + 190 - tall + tall * dy, wide, 9 if k % 3 else 34)
            c.fill(turned(band, (x, y + 190), lean), mixed(colour, (HONEY, CREAM)[k % 2], 0.6))
        x += wide + 3
    c.shade(rect(0, y + 188, 1600, 26), "#c08654", "#8a5633")
    c.soft(rect(0, y + 214, 1600, 18), INK, 8, 0.5)


def _lamp(c: Canvas, x: float) -> None:
    c.soft(oval(x, 1080, 110, 16), INK, 10, 0.5)
    c.fill(oval(x, 1074, 90, 16), INK)
    c.fill(rect(x - 8, 480, 16, 596), INK)
    c.shade(whole([(x + 84, 320), (x + 160, 510)], x), "#fff0c0", "#f2bf5c")
    c.soft(oval(x, 520, 120, 40), "#fff6d8", 26, 0.8)


def _chair(c: Canvas, x: float, y: float) -> None:
    c.soft(oval(x, y + 10, 330, 36), INK, 18, 0.55)
    for dx in (-210, 190):
        c.fill(rect(x + dx, y - 60, 24, 74, 4), BARK)
    c.shade(rect(x - 220, y - 480, 440, 440, 110), "#38858a", "#1f5760")
    for dx, dy in ((-90, -370), (0, -370), (90, -370), (-45, -310), (45, -310)):
        c.fill(oval(x + dx, y + dy, 9), DEEP)
    c.soft(rect(x - 170, y - 200, 340, 40), INK, 16, 0.5)
    c.shade(rect(x - 190, y - 190, 380, 110, 34), "#439397", "#2a6d73")
    for dx in (-270, 170):
        c.shade(rect(x + dx, y - 270, 100, 232, 48), "#439397", "#1f5760")
    c.shade(rect(x - 220, y - 96, 440, 60, 16), "#2a6d73", "#1b4c55")
    page = curve([(0, 0), (60, -24), (130, -6)])
    for side in (1, -1):
        half = [*page, (130, 46), (60, 30), (0, 52)]
        book = moved([(side * px, py) for px, py in half], x - 10, y - 226)
        c.fill(moved(book, 0, 9), BRICK)
        c.fill(book, WHITE if side > 0 else "#f3ead8")
        for k in range(3):
            c.stroke(
                [(x - 10 + side * 22, y - 212 + 14 * k), (x - 10 + side * 108, y - 216 + 14 * k)],
                "#cdbb9a",
                3,
            )
