"""Pictures of the open air: a garden, a football field, a train through the fields."""

from portfolio.demo_pictures.canvas import Canvas, mixed
from portfolio.demo_pictures.palette import (
    BARK,
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
    SAND,
    TEAL,
    TERRA,
    WHITE,
    backdrop,
    cloud,
    tree,
)
from portfolio.demo_pictures.shapes import (
    Point,
    curve,
    leaf,
    moved,
    oval,
    rect,
    scatter,
    sweep,
    turned,
    whole,
)

TULIP = (
    whole(curve([(0, -78), (16, -62), (24, -84), (42, -50), (36, -6), (0, 12)]), 0),
    whole(curve([(0, -74), (22, -40), (16, 0), (0, 10)]), 0),
)


def garden(c: Canvas) -> None:
    """Paint a garden full of tulips, with a shed and a watering can."""
    backdrop(c, "#a5d2dc", "#fbf0d0")
    c.soft(oval(360, 220, 110), "#fff8dc", 30, 0.95)
    cloud(c, 900, 170, 1.0)
    cloud(c, 1400, 260, 0.7)
    for k in range(8):
        tree(c, 40 + 220 * k, 560, 0.9 + 0.2 * (k % 3), ("#86a871", "#7a9c66", "#93b078")[k % 3])
    _shed(c)
    for k in range(23):
        c.shade(rect(k * 72 - 10, 500, 46, 170, 4), "#f8efdc", "#d9c7a6")
        c.fill([(k * 72 - 10, 502), (k * 72 + 13, 474), (k * 72 + 36, 502)], "#f8efdc")
    for y in (536, 616):
        c.shade(rect(0, y, 1600, 22), "#f3e6cb", "#cdb994")
    c.shade(rect(0, 650, 1600, 550), "#9dbb68", "#5f8a48")
    colours = (OCHRE, ROSE, BRICK, "#f4d77a", PLUM, TERRA)
    for row in range(6):
        y, size = 700 + row * 66 + row * row * 8, 0.42 + row * 0.15
        count = 26 - row * 3
        c.soft(rect(-20, y - 10, 1640, 30 + row * 6), "#5b4028", 8, 0.75)
        for k in range(-1, count + 1):
            x = (k + 0.5 * (row % 2)) * 1600 / count + (k * 31) % 17 - 8
            _tulip(c, (x, y + (k * 13) % 9), size, colours[(row + (k * 7) % 5 // 4) % 6])
    _can(c, 1330, 1110)


def _tulip(c: Canvas, foot: Point, size: float, colour: str) -> None:
    x, y = foot
    lean = (x * 7 % 9) - 4
    c.fill(leaf((x - 4 * size, y), 150 * size, 44 * size, -22 + lean), "#5d8550")
    c.fill(leaf((x + 4 * size, y), 126 * size, 38 * size, 26 + lean), PINE)
    top = (x + lean * 2 * size, y - 176 * size)
    c.stroke([foot, top], "#6f9a55", 9 * size)
    cup, petal = ([(top[0] + px * size, top[1] + py * size) for px, py in p] for p in TULIP)
    c.shade(cup, mixed(colour, WHITE, 0.28), mixed(colour, BRICK, 0.3))
    c.shade(petal, mixed(colour, WHITE, 0.42), mixed(colour, WHITE, 0.05))


def _shed(c: Canvas) -> None:
    c.shade(rect(1080, 330, 380, 300), "#c0714f", "#8f4a36")
    for k in range(9):
        c.stroke([(1084 + 46 * k, 336), (1084 + 46 * k, 630)], "#9a5240", 4)
    c.shade([(1040, 340), (1110, 210), (1430, 210), (1500, 340)], "#5c4a44", "#3f3330")
    c.fill(rect(1140, 400, 120, 110, 4), WHITE)
    c.shade(rect(1152, 412, 96, 86), "#6d98a3", "#c5dcd8")
    c.fill(rect(1196, 412, 8, 86), WHITE)
    c.shade(rect(1310, 390, 110, 250, 4), "#38858a", TEAL)


def _can(c: Canvas, x: float, y: float) -> None:
    c.ground(x, y + 8, 170)
    c.stroke(sweep((x + 40, y - 200), (110, 96), 200, 380), "#2b6a70", 20)
    c.stroke([(x - 60, y - 60), (x - 190, y - 210)], "#38858a", 34)
    c.fill(turned(rect(x - 250, y - 240, 90, 30, 12), (x - 200, y - 220), -46), "#1f5760")
    body = whole([(100, -190), (120, 0)], 0)
    shape = moved(body, x + 30, y)
    with c.inside(shape):
        c.shade(shape, "#439397", "#1f5760")
        c.soft(rect(x - 50, y - 180, 34, 170), WHITE, 16, 0.45)
        c.fill(rect(x - 120, y - 150, 300, 10), HONEY)
    c.fill(oval(x + 30, y - 190, 100, 22), "#173f4a")


def football(c: Canvas) -> None:
    """Paint a football field on a late afternoon."""
    backdrop(c, "#f3b878", "#fcecc6")
    c.soft(oval(1180, 330, 130), "#fff6d6", 40, 1.0)
    c.soft(oval(1180, 330, 420, 300), "#fff0bd", 120, 0.6)
    cloud(c, 380, 210, 1.0, "#fbe3c4")
    cloud(c, 860, 130, 0.7, "#fbe3c4")
    for k in range(15):
        tree(
            c,
            10 + 116 * k,
            560,
            0.62 + 0.16 * (k * 2 % 3),
            ("#8a9a5a", "#77904f", "#98a060")[k % 3],
        )
    _club(c)
    _pitch(c)
    _goal(c)
    _ball(c, 560, 960, 150)


def _club(c: Canvas) -> None:
    c.shade(rect(90, 430, 360, 140), "#d9c4a0", "#b79c74")
    c.shade([(60, 436), (110, 360), (430, 360), (480, 436)], BRICK, "#7d3426")
    for k in range(4):
        c.shade(rect(126 + 78 * k, 466, 54, 56, 4), "#ffe2a0", "#f0bf6a")
    c.fill(rect(60, 556, 1480, 8), CREAM)
    for k in range(26):
        c.fill(rect(64 + 58 * k, 556, 7, 40), CREAM)
    colours = (TERRA, TEAL, PLUM, OCHRE, BRICK, PINE, ROSE)
    for k in range(9):
        x = 520 + 46 * k + (k * 29) % 20
        c.fill(rect(x - 15, 520, 30, 56, 13), colours[k % 7])
        c.fill(oval(x, 504, 14, 16), ("#8a5a3c", "#d9a27f", "#5f3b28", "#e8bd9a")[k % 4])


def _pitch(c: Canvas) -> None:
    c.shade(rect(0, 584, 1600, 616), "#93b45c", "#4f8142")
    for k in range(-6, 14, 2):
        a, b = 800 + (k - 4) * 120, 800 + (k - 3) * 120
        c.fill(
            [(a, 584), (b, 584), (800 + (b - 800) * 3.2, 1200), (800 + (a - 800) * 3.2, 1200)],
            "#c7d97c",
            0.22,
        )
    c.stroke([(0, 640), (1600, 640)], CREAM, 6)
    c.stroke([(640, 640), (470, 800), (1590, 800), (1440, 640)], CREAM, 8)
    c.stroke(sweep((800, 1240), (900, 220), 180, 360), CREAM, 10)
    for i, (x, y) in enumerate(scatter(150, 0, 680, 1600, 520)):
        c.stroke(
            [(x, y), (x + i % 5 - 2, y - 8 - (y - 640) / 50)], ("#3f6f3a", "#b3cc6a")[i % 2], 3
        )


def _goal(c: Canvas) -> None:
    c.soft([(760, 660), (1330, 660), (1200, 700), (700, 700)], INK, 10, 0.3)
    for k in range(13):
        c.stroke([(804 + 40 * k, 420), (830 + 36 * k, 610)], "#fdf6e6", 2)
    for k in range(7):
        c.stroke([(804 + 4 * k, 430 + 28 * k), (1284 - 4 * k, 430 + 28 * k)], "#fdf6e6", 2)
    for x in (800, 1286):
        c.stroke([(x, 410), (x, 652)], WHITE, 14)
    c.stroke([(800, 410), (1286, 410)], WHITE, 14)


def _ball(c: Canvas, x: float, y: float, r: float) -> None:
    c.soft(oval(x + 26, y + r - 4, r * 1.15, r * 0.18), INK, 14, 0.55)
    ball = oval(x, y, r)
    with c.inside(ball):
        c.shade(ball, "#fffdf6", "#d9cdb8")
        _patches(c, (x - 14, y - 10))
        c.soft(
            sweep((x, y), (r, r), -10, 130) + sweep((x - 50, y - 50), (r, r), 130, -10),
            "#5e4632",
            26,
            0.5,
        )
        c.soft(oval(x - 60, y - 70, 44, 30), WHITE, 22, 0.8)
    for i in range(22):
        px = x - r * 1.1 + i * r * 0.1
        c.fill(
            leaf((px, y + r + 16), 44 + (i * 17) % 30, 9, (i * 23) % 40 - 20),
            ("#4f8142", MOSS, "#86a858")[i % 3],
        )


def _patches(c: Canvas, centre: Point) -> None:
    middle = [sweep(centre, (54, 54), a, a + 1)[0] for a in range(-90, 270, 72)]
    c.fill(middle, INK)
    for k, corner in enumerate(middle):
        far = sweep(centre, (110, 110), 72 * k - 90, 72 * k - 89)[0]
        c.stroke([corner, far], "#6a5d56", 5)
        out = sweep(centre, (158, 158), 72 * k - 90, 72 * k - 89)[0]
        sides = [sweep(centre, (126, 126), 72 * k - 90 + s, 72 * k - 89 + s)[0] for s in (-25, 25)]
        c.fill([far, sides[1], out, sides[0]], INK)
        after = sweep(centre, (126, 126), 72 * k - 90 + 47, 72 * k - 40)[0]
        c.stroke([sides[1], after], "#6a5d56", 5)


def train(c: Canvas) -> None:
    """Paint a train that passes fields, water and a mill."""
    backdrop(c, "#8fc3d3", "#f5ecd0")
    for left, top, size in ((260, 200, 1.1), (820, 130, 0.8), (1330, 240, 1.2)):
        cloud(c, left, top, size)
    c.fill(
        curve(
            [(-60, 660), (300, 630), (700, 646), (1200, 622), (1700, 650), (1700, 900), (-60, 900)]
        ),
        "#9fb98a",
    )
    for k in range(12):
        tree(c, 30 + 150 * k + (k * 37) % 60, 662, 0.42 + 0.1 * (k % 3), "#7d9f78")
    _mill(c, 1290, 650)
    c.shade(rect(0, 650, 1600, 560), "#a9c277", "#6e9352")
    _train_cars(c)
    c.shade([(0, 930), (1600, 930), (1600, 1030), (0, 1060)], "#9cc9cf", "#5a9aa5")
    for x, y in scatter(26, 0, 940, 1600, 80):
        c.stroke([(x, y), (x + 90, y - 2)], "#dff0ee", 4)
    c.shade([(0, 1050), (1600, 1022), (1600, 1200), (0, 1200)], "#86aa58", "#4f7a3f")
    for i, (x, y) in enumerate(scatter(70, 0, 1030, 1600, 170)):
        c.fill(leaf((x, y + 20), 60, 10, -14 + i % 5 * 7), mixed(PINE, HONEY, 0.1 * (i % 4)))
        if i % 3 == 0:
            c.fill(oval(x, y - 30, 11, 9), (CREAM, HONEY, BLUSH)[i % 9 // 3])


def _mill(c: Canvas, x: float, y: float) -> None:
    c.shade(whole([(x + 40, y - 250), (x + 76, y)], x), "#b98a63", "#7d553c")
    c.fill(sweep((x, y - 248), (46, 46), 180, 360), BARK)
    for k in range(4):
        turn = 90 * k + 24
        c.fill(turned(rect(x + 4, y - 420, 34, 140), (x, y - 262), turn), CREAM, 0.9)
        c.stroke([(x, y - 262), *turned([(x, y - 424)], (x, y - 262), turn)], INK, 7)


def _train_cars(c: Canvas) -> None:
    c.shade(rect(0, 850, 1600, 90), "#8c8378", "#675f58")
    for k in range(27):
        c.fill(rect(k * 62 - 10, 872, 36, 12, 3), BARK)
    c.fill(rect(0, 860, 1600, 9), "#d5cdc2")
    c.soft(rect(-20, 840, 1500, 40), INK, 12, 0.6)
    for axle in (60, 240, 560, 740, 1060, 1240):
        c.fill(oval(axle + 30, 838, 34), INK)
        c.fill(oval(axle + 30, 838, 14), "#8d877f")
    nose = curve([(1300, 520), (1380, 532), (1462, 640), (1496, 760), (1490, 824)])
    body = [(-20, 520), *nose, (-20, 824)]
    with c.inside(body):
        c.shade(body, "#f7cf5b", "#dc9c2e")
        c.fill(rect(-20, 716, 1600, 120), DEEP)
        c.fill(rect(-20, 704, 1600, 12), WHITE)
        c.soft(rect(-20, 524, 1500, 18), WHITE, 8, 0.7)
        for k, left in enumerate((30, 180, 334, 506, 640, 794, 994, 1140)):
            _train_window(c, left, door=k in {1, 4, 7})
        c.shade([(1290, 580), (1372, 580), (1436, 690), (1290, 690)], "#24424f", "#7fa9b8")
    for seam in (470, 960):
        c.fill(rect(seam - 7, 524, 12, 300), mixed(OCHRE, INK, 0.45))
    c.fill(oval(1474, 782, 16, 12), "#fff3c4")
    c.stroke([(690, 520), (730, 470), (660, 440), (760, 440)], INK, 7)
    c.stroke([(-20, 436), (1620, 436)], INK, 3)


def _train_window(c: Canvas, x: float, *, door: bool) -> None:
    if door:
        c.fill(rect(x, 560, 104, 262, 8), mixed(DEEP, WHITE, 0.12))
        c.fill(rect(x + 50, 566, 4, 256), INK)
        for dx in (12, 60):
            c.shade(rect(x + dx, 580, 32, 110, 8), "#35535f", "#8fb6bf")
        return
    c.shade(rect(x, 580, 118, 106, 12), "#2d4c59", "#8fb6bf")
    c.fill([(x + 66, 580), (x + 92, 580), (x + 52, 686), (x + 26, 686)], WHITE, 0.22)
    c.fill(oval(x + 36, 652, 15, 18), INK)
    c.fill(sweep((x + 36, 690), (28, 26), 180, 360), (TERRA, SAND, PLUM)[int(x) % 3])
