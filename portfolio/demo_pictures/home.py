"""Pictures of home and hands: the front door, and a sewing machine."""

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
    PLUM,
    ROSE,
    TEAL,
    TERRA,
    WHITE,
    WOOD,
    backdrop,
    daylight,
    pot_plant,
    table,
)
from portfolio.demo_pictures.shapes import (
    curve,
    leaf,
    moved,
    oval,
    rect,
    scatter,
    sweep,
    turned,
    wave,
)


def house(c: Canvas) -> None:
    """Paint the front of a house, with its door and a bench."""
    _bricks(c)
    _front_window(c)
    _door(c)
    c.shade(rect(0, 1010, 1600, 190), "#b9a58d", "#8a7660")
    for k in range(-1, 9):
        c.stroke([(k * 200 + 60, 1010), (k * 260 - 160, 1200)], "#8f7c67", 5)
    c.stroke([(0, 1090), (1600, 1090)], "#8f7c67", 5)
    c.shade(rect(930, 990, 460, 60, 6), "#d9cbb5", "#a8977e")
    _bench(c)
    pot_plant(c, 880, 1050, 1.05)
    pot_plant(c, 1490, 1050, 1.35)
    c.soft([(0, 0), (520, 0), (0, 760)], "#ffe6ae", 90, 0.5)


def _bricks(c: Canvas) -> None:
    backdrop(c, "#b86a4e", "#9c543e")
    for row in range(26):
        for k in range(-1, 15):
            place = rect(k * 116 + (row % 2) * 58, row * 40, 110, 34, 3)
            tone = (BRICK, "#d08a68", "#b0604a", "#c87a58", "#a85a44")[
                (row * 7 + k * 3 + row * k) % 5
            ]
            c.fill(place, mixed("#b7694e", tone, 0.5))
    c.shade(rect(0, 930, 1600, 90), "#6f6058", "#574a45")


def _front_window(c: Canvas) -> None:
    c.fill(rect(150, 200, 640, 40, 4), "#e9d9bf")
    c.soft(rect(160, 240, 620, 580), INK, 12, 0.4)
    c.fill(rect(160, 240, 620, 560, 4), WHITE)
    glass = rect(196, 276, 548, 488)
    with c.inside(glass):
        c.shade(glass, "#e8b765", "#f7dca0")
        c.soft(oval(470, 400, 120), "#fff3cf", 60, 0.9)
        c.stroke([(470, 270), (470, 350)], INK, 5)
        c.fill(sweep((470, 420), (92, 80), 180, 360), TERRA)
        c.fill(rect(196, 690, 548, 80), "#a8683f")
        for x in (270, 660):
            pot_plant(c, x, 770, 0.95)
        for side in (0, 1):
            drape = [(196, 270), (330, 270), (300, 460), (236, 600), (230, 770), (196, 770)]
            shape = drape if side == 0 else [(940 - x, y) for x, y in drape]
            c.shade(shape, CREAM, "#e2cfae")
            for k in (24, 60, 96):
                fold = [(196 + k, 276), (196 + k * 0.8, 470), (196 + k * 0.32, 764)]
                c.stroke(fold if side == 0 else [(940 - x, y) for x, y in fold], "#d3bd98", 4)
        c.fill([(540, 270), (640, 270), (420, 780), (320, 780)], WHITE, 0.2)
    c.fill(rect(196, 400, 548, 14), WHITE)
    c.shade(rect(130, 796, 680, 34, 4), "#e9d9bf", "#bba888")


def _door(c: Canvas) -> None:
    c.fill(rect(944, 170, 432, 40, 4), "#e9d9bf")
    c.soft(rect(960, 210, 400, 790), INK, 12, 0.4)
    c.fill(rect(960, 210, 400, 790, 4), WHITE)
    c.shade(rect(996, 246, 328, 130), "#f0c878", "#fbe6b4")
    for k in range(1, 4):
        c.fill(rect(996 + 82 * k - 5, 246, 10, 130), WHITE)
    c.shade(rect(996, 396, 328, 604), "#2f8083", "#1f5760")
    for x, y, h in ((1030, 430, 210), (1176, 430, 210), (1030, 740, 210), (1176, 740, 210)):
        c.fill(rect(x, y, 114, h, 4), mixed(TEAL, INK, 0.35))
        c.shade(rect(x + 8, y + 8, 106, h - 8, 4), "#3a8e90", "#256a70")
    c.fill(rect(1080, 668, 160, 40, 6), OCHRE)
    c.fill(rect(1100, 682, 120, 12, 5), INK)
    c.fill(oval(1294, 716, 17), HONEY)
    c.fill(oval(1290, 711, 6), WHITE)
    c.stroke(oval(1160, 520, 66), PINE, 30)
    for k in range(16):
        foot = oval(1160, 520, 66)[k * 90 // 16]
        c.fill(leaf(foot, 46, 22, k * 22.5 + 60), (MOSS, PINE)[k % 2])
        if k % 4 == 0:
            c.fill(oval(*foot, 13), HONEY)
    c.fill(rect(1386, 470, 78, 90, 8), DEEP)
    for k in range(2):
        c.fill(rect(1402 + 24 * k, 488, 16, 54, 4), WHITE)


def _bench(c: Canvas) -> None:
    c.soft(oval(450, 1124, 330, 22), INK, 14, 0.5)
    for x in (200, 690):
        c.fill(rect(x, 900, 22, 226, 4), BARK)
    for y in (880, 930):
        c.shade(rect(160, y, 590, 34, 8), WOOD, OAK)
    c.shade(rect(140, 1000, 630, 34, 8), "#d8a468", OAK)
    cushion = rect(560, 876, 150, 130, 30)
    c.shadow(cushion, (4, 6), 8)
    with c.inside(cushion):
        c.fill(cushion, HONEY)
        for k in range(4):
            c.stroke([(560, 896 + 34 * k), (720, 896 + 34 * k)], TERRA, 9)


def sewing(c: Canvas) -> None:
    """Paint a sewing machine with cloth and thread."""
    backdrop(c, "#cfd8c4", "#ece3cb")
    daylight(c, 1080, 130)
    _pictures_on_wall(c)
    table(c, 820, "#c08654")
    _machine(c)
    _cloth(c)
    for k, (x, y, colour) in enumerate(((1290, 930, TEAL), (1400, 960, OCHRE), (1500, 920, PLUM))):
        c.ground(x, y + 6, 60)
        c.shade(rect(x - 34, y - 96, 68, 92), mixed(colour, WHITE, 0.2), mixed(colour, INK, 0.25))
        for i in range(8):
            c.stroke(
                [(x - 34, y - 90 + 12 * i), (x + 34, y - 86 + 12 * i)], mixed(colour, INK, 0.3), 2
            )
        for dy in (-104, -10):
            c.shade(rect(x - 44, y + dy, 88, 18, 8), "#e3bd88", OAK)
        c.stroke(
            curve([(x, y - 40), (x + 60, y + 20 + 14 * k), (x - 30, y + 60), (x + 40, y + 110)]),
            colour,
            4,
        )
    _scissors(c, 1290, 1060)


def _pictures_on_wall(c: Canvas) -> None:
    for x, y, w, h, colour in ((150, 120, 200, 250, ROSE), (390, 170, 150, 180, HONEY)):
        c.soft(rect(x + 10, y + 16, w, h), INK, 12, 0.3)
        c.fill(rect(x, y, w, h, 4), OAK)
        c.fill(rect(x + 16, y + 16, w - 32, h - 32), WHITE)
        for petal in range(8):
            c.fill(leaf((x + w / 2, y + h * 0.42), w * 0.22, w * 0.13, petal * 45), colour)
        c.fill(oval(x + w / 2, y + h * 0.42, w * 0.06), OCHRE)
        c.stroke([(x + w / 2, y + h * 0.52), (x + w / 2, y + h * 0.84)], PINE, 5)
        c.fill(leaf((x + w / 2, y + h * 0.8), w * 0.24, w * 0.1, 55), MOSS)


def _machine(c: Canvas) -> None:
    c.soft(oval(700, 912, 500, 34), INK, 18, 0.5)
    c.shade(rect(260, 850, 860, 66, 14), OAK, BARK)
    c.shade(rect(290, 800, 800, 56, 12), "#35606b", "#1d3a48")
    neck = [(430, 720), (560, 720), (556, 600), (880, 600), (900, 800), (1060, 800), (1066, 480)]
    top = curve([(1066, 480), (1036, 424), (960, 408), (520, 412), (440, 440), (424, 500)])
    shape = [*neck, *top, (424, 720)]
    c.shadow(shape, (16, 10), 18)
    with c.inside(shape):
        c.shade(shape, "#3f7480", "#16303d")
        c.soft(rect(470, 424, 560, 22), "#dff0ee", 12, 0.6)
        c.stroke(wave((580, 520), 380, 24, 3), HONEY, 6)
        c.stroke(wave((580, 520), 380, -24, 3), HONEY, 4)
        for k in range(7):
            c.fill(oval(580 + 63 * k, 520, 8), BLUSH)
        for y in (660, 700, 740):
            c.fill(oval(980, y, 20 - (y - 660) / 8), HONEY)
    c.fill(rect(478, 720, 26, 60, 4), "#b8b2a8")
    c.fill(rect(486, 776, 9, 26), "#ded8cc")
    c.fill(rect(452, 796, 84, 12, 4), "#ded8cc")
    _wheel_and_spool(c)


def _wheel_and_spool(c: Canvas) -> None:
    c.shade(rect(1060, 500, 34, 110, 10), "#8d877f", INK)
    wheel = oval(1112, 554, 40, 118)
    c.shade(wheel, "#e0b562", "#94692a")
    c.fill(oval(1112, 554, 24, 86), DEEP)
    c.fill(oval(1112, 554, 12, 30), HONEY)
    c.fill(rect(912, 330, 8, 84), "#b8b2a8")
    c.shade(rect(880, 340, 72, 66, 6), "#d9714a", BRICK)
    for y in (330, 400):
        c.fill(rect(872, y, 88, 14, 6), "#e3bd88")
    c.stroke(curve([(886, 372), (700, 330), (520, 396), (494, 560), (490, 780)]), BRICK, 3)


def _cloth(c: Canvas) -> None:
    edge = curve([(300, 806), (700, 800), (820, 830), (800, 930), (900, 1060), (860, 1250)])
    cloth = [*edge, *curve([(60, 1250), (20, 1100), (110, 980), (160, 860), (300, 806)])]
    c.shadow(cloth, (14, 14), 18)
    with c.inside(cloth):
        c.shade(cloth, "#f2c9b4", "#d98f78")
        for i, (x, y) in enumerate(scatter(44, 20, 800, 880, 420)):
            for petal in range(5):
                c.fill(leaf((x, y), 26, 17, petal * 72 + i * 20), (WHITE, BRICK, HONEY)[i % 3])
            c.fill(oval(x, y, 6), PLUM)
        for fold in (190, 420, 640):
            line = curve([(fold, 830), (fold - 50, 960), (fold + 20, 1080), (fold - 30, 1240)])
            c.soft([*line, *reversed(moved(line, 36, 0))], BRICK, 12, 0.5)
    c.stroke(curve([(500, 803), (700, 800), (820, 830)]), "#fbe3d5", 6)


def _scissors(c: Canvas, x: float, y: float) -> None:
    for side in (-1, 1):
        blade = turned(leaf((x, y), 190, 34, 0), (x, y), -70 + side * 12)
        c.shadow(blade, (6, 10), 8)
        c.shade(blade, "#eae5da", "#a29c92")
        ring = turned([(x, y + 110)], (x, y), -70 - side * 18)[0]
        c.stroke([(x, y), ring], TERRA, 16)
        c.stroke(oval(*ring, 36, 30), TERRA, 17)
    c.fill(oval(x, y, 9), INK)
