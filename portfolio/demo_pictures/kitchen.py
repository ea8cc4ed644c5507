"""Pictures of food and drink: a loaf on a board, a pot on the stove, tea for many."""

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
    OAK,
    OCHRE,
    PINE,
    ROSE,
    SAGE,
    TEAL,
    TERRA,
    WHITE,
    WOOD,
    backdrop,
    daylight,
    pot_plant,
    steam,
    table,
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


def bread(c: Canvas) -> None:
    """Paint a loaf and slices on a board."""
    backdrop(c, "#e9d2ac", "#f3e2c2")
    daylight(c, 420, 120)
    pot_plant(c, 1420, 760, 0.9)
    table(c, 740, "#b9794a")
    _towel(c)
    board = rect(230, 860, 1010, 150, 66)
    c.shadow(board)
    c.fill(moved(board, 0, 22), BARK)
    c.shade(board, "#e3b67c", "#cf9a5e")
    c.fill(oval(1180, 930, 22, 14), BARK)
    for i in range(5):
        c.stroke([(330 + 20 * i, 890 + 22 * i), (900 + 50 * i, 886 + 22 * i)], "#c08d55", 2.5)
    _loaf(c)
    for k in (0, 1, 2):
        _slice(c, 930 + 96 * k, 925 + 12 * k, 12 + 8 * k)
    for x, y in ((560, 985), (690, 972), (860, 990), (1130, 1075), (330, 1050)):
        c.fill(oval(x, y, 8, 5), "#e7be86")


def _towel(c: Canvas) -> None:
    cloth = [(940, 1010), (1420, 830), (1640, 960), (1640, 1120), (1240, 1230), (1010, 1230)]
    c.shadow(cloth, (8, 12), 14)
    with c.inside(cloth):
        c.fill(cloth, CREAM)
        for i in range(14):
            x = 880 + 70 * i
            c.stroke([(x, 1300), (x + 220, 800)], TEAL if i % 3 else TERRA, 15)


def _loaf(c: Canvas) -> None:
    c.soft(oval(590, 920, 350, 40), INK, 16, 0.5)
    body = [(262, 880), (262, 780), (350, 660), (500, 590), (650, 588), (800, 650), (885, 770)]
    loaf = curve([*body, (900, 880), (850, 932), (590, 942), (320, 932)], closed=True)
    with c.inside(loaf):
        c.shade(loaf, "#d58b40", "#8a4b22")
        c.soft(oval(480, 650, 230, 70), "#f2c377", 40, 0.8)
        c.soft(oval(600, 960, 420, 60), "#5e2f16", 30, 0.6)
        for k in range(4):
            cut = turned(leaf((430 + 112 * k, 800 - 4 * k), 200, 62, 18), (430 + 112 * k, 700), 8)
            c.fill(moved(cut, 6, 5), "#9a5526")
            c.fill(cut, "#f3d9a4")
            c.soft(cut, "#e2ad62", 8, 0.45)
        for i, (x, y) in enumerate(scatter(80, 290, 600, 580, 270)):
            c.fill(oval(x, y, 2 + i % 4), CREAM, 0.5)


def _slice(c: Canvas, x: float, y: float, turn: float) -> None:
    half = curve([(0, -236), (70, -232), (104, -180), (86, -120), (94, -10), (80, 0), (0, 2)])
    crust = turned(moved(whole(half, 0), x, y), (x, y), turn)
    c.shadow(crust, (10, 8), 12)
    c.fill(moved(crust, 15, 3), "#8a4b22")
    c.fill(crust, "#c47a37")
    crumb = [((px - x) * 0.86 + x, (py - y + 118) * 0.88 + y - 118) for px, py in crust]
    c.shade(crumb, "#f9e6bd", "#efcf96")
    for i, dot in enumerate(scatter(18, x + 6, y - 190, 140, 170)):
        c.fill(oval(*dot, 4 + i % 4, 3 + i % 3), "#e2bb7b")


def pot(c: Canvas) -> None:
    """Paint a pot of soup on the stove."""
    backdrop(c, "#d9e2cf", "#e9e7d2")
    _tiles(c)
    _rail(c)
    c.shade(rect(0, 930, 1600, 270), "#4a4543", "#2e2a2b")
    c.fill(rect(0, 922, 1600, 14), "#6d6763")
    for k in range(4):
        c.shade(oval(520 + 190 * k, 1080, 52), "#d8cfc2", "#a59b8d")
        c.stroke([(520 + 190 * k, 1080), (520 + 190 * k + 22, 1046)], INK, 9)
    c.fill(rect(470, 900, 660, 26, 12), INK)
    steam(c, 780, 470, 300)
    _pan(c)
    _vegetables(c)


def _tiles(c: Canvas) -> None:
    for row in range(8):
        for column in range(-1, 9):
            x, y = column * 200 + (row % 2) * 100, row * 118
            tone = mixed(
                "#dfe5d2", ("#c8d6c4", "#f1eedd", "#d5dfd0")[(row * 5 + column * 3) % 3], 0.6
            )
            c.fill(rect(x + 3, y + 3, 194, 112, 6), tone)
            c.stroke([(x + 10, y + 10), (x + 180, y + 10)], WHITE, 3)
    c.soft([(900, -40), (1300, -40), (800, 960), (300, 960)], "#fff6da", 60, 0.35)


def _rail(c: Canvas) -> None:
    c.soft(rect(90, 166, 1420, 14), INK, 10, 0.35)
    c.fill(rect(80, 140, 1440, 16, 8), "#8a6a45")
    for x, long in ((180, 210), (300, 170), (1290, 220), (1420, 180)):
        c.soft(rect(x + 8, 170, 18, long), INK, 8, 0.25)
        c.stroke([(x, 150), (x, 150 + long)], OAK, 15)
    c.shade(oval(180, 400, 44, 62), WOOD, OAK)
    c.shade(rect(268, 310, 64, 110, 16), WOOD, OAK)
    for k in range(3):
        c.fill(rect(281 + 15 * k, 330, 7, 80, 3), "#dfe5d2")
    c.shade(sweep((1290, 372), (66, 66), 0, 180), "#9a958f", "#5d5856")
    c.shade(oval(1420, 372, 50, 56), WOOD, BARK)
    for k in range(7):
        c.fill(leaf((560, 152), 170, 30, 180 + (k - 3) * 13), (MOSS, PINE, SAGE)[k % 3])
    for k in range(6):
        c.fill(leaf((1080, 152), 130, 20, 180 + (k - 2.5) * 12), (SAGE, MOSS)[k % 2])


def _pan(c: Canvas) -> None:
    for side in (-1, 1):
        handle = sweep((800 + side * 330, 640), (74, 44), 0, 360)
        c.stroke(handle, BRICK, 26)
    body = whole(curve([(330, 0), (336, 120), (322, 250), (268, 318), (0, 324)]), 0)
    body = moved(body, 800, 584)
    c.shadow(body, (26, 10), 24)
    with c.inside(body):
        c.shade(body, "#d9714a", "#9c3f2a")
        c.soft(rect(540, 600, 70, 260, 30), "#ffd9bd", 26, 0.6)
        c.soft(rect(1020, 600, 150, 330), "#6d2418", 40, 0.55)
        c.fill(rect(460, 716, 700, 16), "#f3d4ae")
        c.fill(rect(460, 744, 700, 6), "#f3d4ae")
    c.fill(oval(800, 584, 344, 74), "#8a3524")
    c.fill(oval(800, 580, 330, 64), "#f6e3c0")
    soup = oval(800, 590, 312, 54)
    with c.inside(soup):
        c.shade(soup, "#e59a3c", "#cf7428")
        for i, (x, y) in enumerate(scatter(30, 520, 546, 560, 92)):
            c.fill(oval(x, y, 18 + i % 3 * 5, 8), (HONEY, "#d7532e", MOSS, "#f6d48a")[i % 4])
    c.shadow([(905, 600), (930, 600), (1120, 330), (1096, 320)], (10, 20), 14)
    c.stroke([(900, 596), (1112, 318)], "#d8a468", 25)
    c.stroke([(906, 582), (1104, 322)], "#e9c08a", 7)


def _vegetables(c: Canvas) -> None:
    for x, y, r, colour in ((190, 866, 76, "#d2452f"), (318, 886, 58, "#dd5b38")):
        c.ground(x, y + r - 6, r)
        with c.inside(oval(x, y, r, r * 0.92)):
            c.shade(oval(x, y, r, r * 0.92), mixed(colour, HONEY, 0.25), mixed(colour, INK, 0.3))
            c.soft(oval(x - r * 0.36, y - r * 0.4, r * 0.3, r * 0.2), WHITE, 10, 0.6)
        for k in range(5):
            c.fill(leaf((x, y - r * 0.84), r * 0.5, r * 0.2, -100 + 50 * k), PINE)
    c.ground(1370, 930, 130)
    onion = whole(curve([(0, -96), (14, -64), (78, -30), (92, 20), (50, 66), (0, 72)]), 0)
    for x, colour in ((1310, "#c98a45"), (1456, "#a9566b")):
        shape = moved(onion, x, 860)
        c.shade(shape, mixed(colour, WHITE, 0.3), mixed(colour, BARK, 0.35))
        for k in (-50, -20, 18, 48):
            ribs: list[Point] = [(x, 790), (x + k, 850), (x + k * 0.7, 914)]
            c.stroke(curve(ribs), mixed(colour, BARK, 0.45), 3)


def tea(c: Canvas) -> None:
    """Paint tea for the guests of the community house."""
    backdrop(c, "#dfae86", "#efcda4")
    _garden_window(c)
    _flags(c)
    table(c, 800, "#b5714a")
    cloth = [(0, 836), (1600, 836), (1600, 1010), (0, 1010)]
    with c.inside(cloth):
        c.shade(cloth, "#fbf1df", "#ecdcc0")
        for k in range(41):
            c.fill(turned(rect(k * 40 - 14, 956, 28, 28), (k * 40, 970), 45), (TERRA, TEAL)[k % 2])
    c.soft(rect(0, 1004, 1600, 16), INK, 10, 0.4)
    _teapot(c, 400, 930)
    tray = oval(1010, 960, 420, 82)
    c.shadow(tray, (10, 20), 20)
    c.fill(moved(tray, 0, 14), "#9b6a2c")
    c.shade(tray, "#e4b55c", "#c68d3a")
    c.shade(oval(1010, 956, 384, 66), "#d39d45", "#edc677")
    for x, y in ((800, 936), (960, 920), (1130, 926), (880, 990), (1060, 996), (1230, 968)):
        _glass(c, x, y)
    steam(c, 960, 690, 190)
    steam(c, 1150, 720, 160)
    _cookies(c, 240, 1080)


def _garden_window(c: Canvas) -> None:
    c.soft(rect(470, 60, 700, 640), INK, 18, 0.28)
    c.fill(rect(450, 40, 700, 640, 10), "#7d4b33")
    pane = rect(480, 70, 640, 580)
    with c.inside(pane):
        c.shade(pane, "#bfe0dd", "#f3ecc9")
        c.fill(oval(700, 700, 420, 150), "#9db57c")
        c.fill(oval(1050, 720, 320, 150), "#86a56c")
        tree(c, 640, 590, 1.3)
        tree(c, 960, 620, 1.7, "#7d9a58")
    c.fill(rect(791, 60, 18, 600), "#7d4b33")
    c.fill(rect(470, 300, 660, 16), "#7d4b33")
    c.shade(rect(420, 660, 760, 34, 6), "#8d583c", "#643a28")


def _flags(c: Canvas) -> None:
    line = curve([(-20, 90), (380, 200), (800, 226), (1220, 200), (1620, 90)])
    c.stroke(line, INK, 4)
    for i, (x, y) in enumerate(line[3::4]):
        colour = (TERRA, CREAM, TEAL, HONEY, ROSE)[i % 5]
        c.fill([(x - 36, y), (x + 36, y + 1), (x, y + 78)], colour)
        c.fill([(x, y), (x + 36, y + 1), (x, y + 78)], mixed(colour, INK, 0.12))


def _teapot(c: Canvas, x: float, y: float) -> None:
    c.ground(x, y + 24, 240)
    spout: list[Point] = [
        (x + 120, y - 80),
        (x + 206, y - 122),
        (x + 236, y - 190),
        (x + 276, y - 250),
    ]
    for k, (px, py) in enumerate(curve(spout)):
        c.fill(oval(px, py, 36 - k * 0.4), DEEP)
    c.stroke(sweep((x - 176, y - 140), (84, 92), 60, 300), DEEP, 28)
    body = whole(curve([(0, -262), (110, -250), (190, -160), (182, -60), (110, 14), (0, 22)]), 0)
    body = moved(body, x, y)
    with c.inside(body):
        c.shade(body, "#3d8489", "#1d4654")
        c.soft(oval(x - 90, y - 170, 34, 70), WHITE, 22, 0.6)
        for k in range(9):
            flower = (x - 180 + 46 * k, y - 96 + (k % 2) * 34)
            for petal in range(5):
                c.fill(leaf(flower, 26, 16, petal * 72), BLUSH if k % 2 else HONEY)
            c.fill(oval(*flower, 6), WHITE)
    c.shade(moved(whole([(0, -40), (70, -22), (96, 8), (0, 16)], 0), x, y - 252), "#3d8489", TEAL)
    c.fill(oval(x, y - 306, 24), OCHRE)


def _glass(c: Canvas, x: float, y: float) -> None:
    saucer = oval(x, y + 6, 74, 17)
    c.soft(moved(saucer, 8, 10), "#5e3a12", 8, 0.5)
    c.fill(saucer, WHITE)
    c.fill(oval(x, y + 4, 50, 10), "#e7d6b8")
    outline = curve([(52, -158), (36, -100), (30, -74), (46, -36), (40, -6), (24, 4), (0, 5)])
    cup = moved(whole(outline, 0), x, y)
    c.fill(cup, "#fff8ec", 0.72)
    with c.inside(cup):
        drink = rect(x - 80, y - 128, 160, 140)
        c.shade(drink, "#d9772d", "#8e3516")
        c.soft(rect(x - 30, y - 120, 12, 110), "#ffd58c", 5, 0.85)
    c.fill(oval(x, y - 128, 43, 9), "#e9964a")
    c.stroke(oval(x, y - 158, 52, 11), "#fffaf0", 4)
    c.stroke([(x + 44, y - 140), (x + 30, y - 84)], WHITE, 4)


def _cookies(c: Canvas, x: float, y: float) -> None:
    plate = oval(x, y, 250, 56)
    c.shadow(plate, (8, 16), 16)
    c.fill(plate, WHITE)
    c.stroke(oval(x, y - 3, 222, 44), TEAL, 5)
    spots = ((-120, 0), (-10, 8), (110, 0), (-66, -38), (52, -36), (-6, -74))
    for k, (dx, dy) in enumerate(spots):
        c.fill(oval(x + dx, y + dy - 6, 76, 30), "#a96a31")
        c.shade(oval(x + dx, y + dy - 18, 76, 29), "#efc987", "#d89d55")
        for nut in range(5):
            c.fill(leaf((x + dx - 36 + 18 * nut, y + dy - 12), 16, 9, 40 * nut + k), "#7f9a52")
