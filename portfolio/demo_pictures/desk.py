"""Pictures of a table: a laptop with a letter about oneself, and a certificate."""

from portfolio.demo_pictures.canvas import Canvas, mixed
from portfolio.demo_pictures.palette import (
    BLUSH,
    BRICK,
    CREAM,
    DEEP,
    HONEY,
    INK,
    MOSS,
    OCHRE,
    PINE,
    PLUM,
    ROSE,
    SAGE,
    SAND,
    TEAL,
    TERRA,
    WHITE,
    backdrop,
    pot_plant,
    steam,
    table,
)
from portfolio.demo_pictures.shapes import (
    Point,
    Points,
    curve,
    leaf,
    moved,
    oval,
    rect,
    sweep,
    turned,
    whole,
)


def laptop(c: Canvas) -> None:
    """Paint a laptop with a letter about oneself on it."""
    backdrop(c, "#c8a68f", "#ead0b4")
    _evening(c)
    table(c, 830, "#b87d4f")
    c.soft(oval(790, 1030, 560, 40), INK, 20, 0.45)
    c.shade(rect(420, 330, 760, 530, 26), "#5a5654", "#3a3635")
    screen = rect(446, 356, 708, 476, 6)
    with c.inside(screen):
        c.shade(screen, "#e4eeea", "#c5dcd8")
        _letter(c)
        c.fill([(960, 350), (1160, 350), (1160, 700)], WHITE, 0.16)
    base = [(420, 860), (1180, 860), (1290, 1010), (310, 1010)]
    c.shade(base, "#d5cdc2", "#b0a69a")
    c.fill([(310, 1010), (1290, 1010), (1280, 1034), (320, 1034)], "#8d8379")
    for row in range(4):
        for k in range(13):
            slant = 18 * row
            x = 452 - slant + k * (54 + 2.9 * row)
            c.fill(rect(x, 874 + 23 * row, 44 + 2.6 * row, 17, 4), "#57504c")
    c.fill([(680, 972), (920, 972), (930, 1004), (670, 1004)], "#a3998d")
    _mug(c, 1390, 1010)
    _notebook(c)
    pot_plant(c, 260, 900, 1.0)


def _evening(c: Canvas) -> None:
    c.soft(rect(1010, 70, 500, 520), INK, 14, 0.3)
    c.fill(rect(1000, 60, 500, 520, 6), WHITE)
    pane = rect(1026, 86, 448, 468)
    with c.inside(pane):
        c.shade(pane, "#5f8fa8", "#f6c893")
        c.fill(oval(1240, 640, 420, 200), "#587f6c")
        for k in range(6):
            c.fill(rect(1020 + 80 * k, 420 + 26 * (k % 3), 66, 200), mixed(PLUM, DEEP, 0.2 * k))
            c.fill(rect(1036 + 80 * k, 462 + 26 * (k % 3), 14, 20), HONEY)
    c.fill(rect(1243, 80, 14, 480), WHITE)
    c.shade(rect(970, 576, 560, 28, 6), WHITE, SAND)
    c.soft(oval(270, 470, 260, 280), "#fff0c6", 90, 0.75)
    c.stroke([(96, 830), (96, 500), (220, 320)], DEEP, 14)
    c.fill(oval(96, 500, 16), DEEP)
    shade = moved(whole([(34, -70), (112, 56)], 0), 250, 330)
    c.soft(oval(238, 420, 130, 60), "#fff6d8", 30, 0.9)
    c.fill(turned(oval(250, 386, 112, 22), (250, 330), -24), "#fff0c0")
    c.shade(turned(shade, (250, 330), -24), "#d9714a", BRICK)


def _letter(c: Canvas) -> None:
    page = rect(560, 386, 480, 460, 6)
    c.shadow(page, (4, 10), 12)
    c.fill(page, WHITE)
    c.fill(rect(560, 386, 480, 120), mixed(TEAL, WHITE, 0.1))
    face = oval(640, 470, 56)
    with c.inside(face):
        c.fill(face, HONEY)
        c.fill(oval(640, 454, 22, 24), BRICK)
        c.fill(oval(640, 532, 44, 46), BRICK)
    c.stroke(oval(640, 470, 56), WHITE, 6)
    c.stroke([(724, 430), (930, 430)], WHITE, 16)
    c.stroke([(724, 468), (860, 468)], "#bfe0dd", 10)
    for k, long in enumerate((330, 380, 300, 0, 360, 390, 260, 340)):
        if long:
            c.stroke(
                [(600, 560 + 32 * k), (600 + long, 560 + 32 * k)], "#cfc6b8" if k % 4 else OCHRE, 10
            )


def _mug(c: Canvas, x: float, y: float) -> None:
    c.ground(x, y + 4, 110)
    c.stroke(oval(x + 82, y - 90, 42, 48), "#d9714a", 20)
    cup = rect(x - 84, y - 170, 168, 176, 24)
    with c.inside(cup):
        c.shade(cup, "#de7b52", BRICK)
        c.soft(rect(x - 62, y - 160, 24, 150), WHITE, 12, 0.5)
    c.fill(oval(x, y - 168, 84, 20), CREAM)
    c.fill(oval(x, y - 166, 72, 14), "#6b3a20")
    steam(c, x, y - 190, 150)


def _notebook(c: Canvas) -> None:
    book = turned(rect(60, 1010, 250, 150, 8), (180, 1080), -8)
    c.shadow(book, (8, 12), 12)
    c.fill(moved(book, 0, 10), DEEP)
    c.fill(book, CREAM)
    for k in range(4):
        c.stroke(turned([(86, 1040 + 28 * k), (280, 1040 + 28 * k)], (180, 1080), -8), "#c9b690", 4)
    c.stroke([(150, 1140), (340, 1040)], OCHRE, 14)
    c.stroke([(340, 1040), (354, 1033)], INK, 10)


def certificate(c: Canvas) -> None:
    """Paint a certificate with a seal, seen from above."""
    backdrop(c, "#3a7f80", "#225a63")
    for k in range(7):
        c.stroke([(0, 150 + 190 * k), (1600, 110 + 190 * k)], "#2b6a70", 4)
    c.soft([(0, 0), (900, 0), (0, 900)], "#bfe6dc", 160, 0.35)
    paper = turned(rect(360, 150, 900, 900, 6), (800, 600), -5)
    c.shadow(paper, (22, 34), 30)
    with c.inside(paper):
        c.shade(paper, "#fffaf0", "#f3e6cb")
        _ornament(c)
    _seal(c, 1050, 880)
    _coffee(c, 170, 260)
    _sprig(c)
    pen = turned(rect(1400, 330, 36, 470, 16), (1420, 560), 18)
    c.shadow(pen, (16, 20), 14)
    c.shade(pen, "#d9714a", BRICK)
    c.fill(turned(rect(1400, 330, 36, 150, 16), (1420, 560), 18), INK)
    c.fill(turned([(1402, 796), (1434, 796), (1420, 856)], (1420, 560), 18), HONEY)


def _tilt(points: Points) -> list[Point]:
    return turned(points, (800, 600), -5)


def _ornament(c: Canvas) -> None:
    for inset, colour, width in ((44, OCHRE, 9), (62, TEAL, 3)):
        border = rect(360 + inset, 150 + inset, 900 - 2 * inset, 900 - 2 * inset, 22)
        c.stroke(_tilt([*border, border[0]]), colour, width)
    for k in range(11):
        for side in (-1, 1):
            foot = sweep((810, 330), (150, 110), 90 - side * (14 + 15 * k), 91)[0]
            c.fill(_tilt(leaf(foot, 54, 22, -side * (60 + 15 * k))), (MOSS, PINE)[k % 2])
    star = [
        sweep((810, 330), (r, r), a, a + 1)[0]
        for k in range(5)
        for r, a in ((62, 72 * k - 90), (27, 72 * k - 54))
    ]
    c.fill(_tilt(star), OCHRE)
    _writing(c)


def _writing(c: Canvas) -> None:
    c.stroke(_tilt([(570, 520), (1050, 520)]), INK, 26)
    c.stroke(_tilt([(650, 584), (970, 584)]), TERRA, 13)
    for k, long in enumerate((560, 600, 520)):
        c.stroke(
            _tilt([(810 - long / 2, 666 + 48 * k), (810 + long / 2, 666 + 48 * k)]), "#d6c5a2", 11
        )
    c.stroke(_tilt([(480, 930), (800, 930)]), "#c0ad89", 4)
    begin = [(500, 915), (530, 870), (550, 915), (590, 880)]
    name = curve([*begin, (610, 912), (660, 872), (690, 914), (770, 890)])
    c.stroke(_tilt(name), DEEP, 6)


def _seal(c: Canvas, x: float, y: float) -> None:
    for turn in (-18, 18):
        ribbon = [(x - 44, y), (x + 44, y), (x + 44, y + 210), (x, y + 170), (x - 44, y + 210)]
        shape = turned(ribbon, (x, y), turn)
        c.shadow(shape, (8, 10), 10)
        c.shade(shape, TERRA, BRICK)
    teeth = [
        sweep((x, y), (r, r), a, a + 1)[0]
        for k in range(24)
        for r, a in ((112, 15 * k), (98, 15 * k + 7.5))
    ]
    c.shadow(teeth, (8, 12), 12)
    c.shade(teeth, HONEY, "#c98a2c")
    c.stroke(oval(x, y, 78), "#fbe3a8", 6)
    c.stroke([(x - 36, y + 2), (x - 8, y + 32), (x + 42, y - 32)], WHITE, 17)


def _coffee(c: Canvas, x: float, y: float) -> None:
    c.shadow(oval(x, y, 190), (16, 26), 24)
    c.shade(oval(x, y, 190), WHITE, "#e3d8c4")
    c.stroke(oval(x, y, 150), BLUSH, 6)
    c.stroke([(x + 90, y + 70), (x + 160, y + 124)], WHITE, 34)
    c.soft(oval(x + 8, y + 12, 118), INK, 12, 0.3)
    c.fill(oval(x, y, 116), WHITE)
    c.shade(oval(x, y, 98), "#5d3019", "#8a5230")
    c.soft(oval(x - 30, y - 36, 40, 22), "#e0b98d", 12, 0.6)


def _sprig(c: Canvas) -> None:
    stem = curve([(60, 1180), (180, 1010), (240, 860), (250, 720)])
    c.stroke(stem, PINE, 9)
    for k, foot in enumerate(stem[4:40:6]):
        for side in (-62, 62):
            c.soft(moved(leaf(foot, 110, 44, side + 14), 8, 12), INK, 8, 0.3)
            c.fill(leaf(foot, 110, 44, side + 14), (MOSS, SAGE)[k % 2])
    for petal in range(9):
        c.fill(leaf((250, 700), 92, 46, petal * 40), (ROSE, BLUSH)[petal % 2])
    c.fill(oval(250, 700, 28), OCHRE)
