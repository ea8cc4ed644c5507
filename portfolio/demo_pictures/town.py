"""Pictures of going out: the market, and a bicycle by the canal."""

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
    cloud,
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
    whole,
)


def gable(c: Canvas, x: float, y: float, size: tuple[float, float], look: tuple[str, int]) -> None:
    """Paint an old canal house; ``look`` is its colour and the form of its gable."""
    w, h = size
    colour, form = look
    steps = [(0.5, 0.0), (0.62, 0.0), (0.62, 0.07), (0.78, 0.07), (0.78, 0.15), (1.0, 0.15)]
    bell = curve([(0.5, 0.0), (0.62, 0.02), (0.7, 0.1), (0.82, 0.16), (1.0, 0.2)])
    point = [(0.5, 0.0), (1.0, 0.2)]
    half = [(x + w * a, y - h * 1.16 + h * b) for a, b in (steps, bell, point)[form]]
    c.shade(
        whole([*half, (x + w, y)], x + w / 2), mixed(colour, WHITE, 0.12), mixed(colour, INK, 0.18)
    )
    for row in range(3):
        for column in range(3):
            left, top = x + w * (0.12 + 0.28 * column), y - h * (0.86 - 0.27 * row)
            c.fill(rect(left - 4, top - 4, w * 0.2 + 8, h * 0.17 + 8, 3), WHITE)
            c.shade(rect(left, top, w * 0.2, h * 0.17), "#5d7f8b", "#a9c6c6")
            c.fill(rect(left, top + h * 0.08, w * 0.2, 4), WHITE)
    c.fill(rect(x + w * 0.4, y - h * 0.2, w * 0.2, h * 0.2, 3), mixed(colour, INK, 0.55))


def market(c: Canvas) -> None:
    """Paint a stall with fruit and vegetables."""
    backdrop(c, "#a9d3da", "#f3e6c6")
    cloud(c, 300, 160, 0.9)
    cloud(c, 1350, 110, 0.7)
    colours = (BRICK, "#d8b27a", "#8d6a5a", TERRA, "#e3c9a0", PLUM, "#b98a5e")
    for k, colour in enumerate(colours):
        gable(c, -40 + 240 * k, 800, (236, 440 + 40 * (k * 2 % 3)), (colour, k % 3))
    c.shade(rect(0, 790, 1600, 410), "#c9ac86", "#937556")
    for x in (150, 1426):
        c.shade(rect(x, 330, 24, 640), WOOD, BARK)
    c.soft(rect(150, 400, 1300, 330), INK, 50, 0.42)
    _lamps(c)
    _crates(c)
    _awning(c)


def _lamps(c: Canvas) -> None:
    line = curve([(160, 440), (480, 500), (800, 516), (1120, 500), (1440, 440)])
    c.stroke(line, INK, 4)
    for x, y in line[4::6]:
        c.soft(oval(x, y + 24, 44), HONEY, 20, 0.6)
        c.fill(oval(x, y + 22, 14, 17), "#ffeeb5")
        c.fill(rect(x - 7, y, 14, 12), INK)


def _awning(c: Canvas) -> None:
    c.soft(rect(70, 440, 1460, 60), INK, 22, 0.4)
    for k in range(13):
        a, b = 180 + k * 95.4, 180 + (k + 1) * 95.4
        low_a, low_b = 60 + k * 113.8, 60 + (k + 1) * 113.8
        colour = CREAM if k % 2 else TERRA
        middle = (low_a + low_b) / 2
        flap = sweep((middle, 410), (56.9, 54), 0, 180)
        c.fill(flap, mixed(colour, INK, 0.12))
        c.shade([(a, 190), (b, 190), (low_b, 412), (low_a, 412)], colour, mixed(colour, INK, 0.07))
    c.fill(rect(170, 178, 1260, 22, 10), BARK)


def _crates(c: Canvas) -> None:
    fruit = ("#e8892b", "#c93f2d", "#8fae4b", "#5b2f52", "#edc23f", "#b52e3f", "#d96b2c", "#6f9a45")
    for row, (y, wide, count) in enumerate(((690, 300, 4), (900, 345, 4))):
        for k in range(count):
            x = 800 - count * wide / 2 + k * wide
            box = (x + 10, y, wide - 20, 150 + 20 * row)
            colour = fruit[row * 4 + k]
            with c.inside(rect(box[0] - 6, y - 130, box[2] + 12, 180)):
                _heap(c, box, colour, ball=(row, k) != (0, 3))
            _crate(c, box)


def _heap(c: Canvas, box: tuple[float, float, float, float], colour: str, *, ball: bool) -> None:
    x, y, w, _ = box
    c.fill(rect(x + 12, y - 40, w - 24, 60), mixed(colour, INK, 0.6))
    for layer, count in enumerate((5, 6, 5, 6)):
        for k in range(count):
            cx = x + w * (k + 0.5) / count
            cy = y - 62 + layer * 30 + abs(k - (count - 1) / 2) * 8
            r = w / 10.6
            tone = mixed(colour, (INK, HONEY, BRICK)[(k + layer) % 3], 0.13)
            shape = (
                oval(cx, cy, r, r * 0.96)
                if ball
                else turned(oval(cx, cy, r * 0.9, r * 1.5), (cx, cy), 24)
            )
            c.fill(moved(shape, 3, 6), mixed(colour, INK, 0.45))
            c.shade(shape, mixed(tone, WHITE, 0.22), mixed(tone, INK, 0.18))
            c.fill(oval(cx - r * 0.3, cy - r * 0.42, r * 0.2, r * 0.12), WHITE, 0.6)
            if k % 2 == layer % 2:
                c.fill(leaf((cx, cy - r * 0.7), r * 0.6, r * 0.32, 50), PINE)


def _crate(c: Canvas, box: tuple[float, float, float, float]) -> None:
    x, y, w, h = box
    c.shadow(rect(x, y, w, h), (8, 18), 16)
    c.shade(rect(x, y, w, h), BARK, INK)
    for k in range(3):
        c.shade(rect(x, y + k * h / 3, w, h / 3 - 8, 4), mixed(WOOD, WHITE, 0.16), OAK)
    for px in (x + 4, x + w - 30):
        c.shade(rect(px, y - 4, 26, h, 3), "#d8a468", "#9a653a")
    tag = turned(rect(x + w / 2 - 48, y + 26, 96, 66, 8), (x + w / 2, y + 50), -4)
    c.shadow(tag, (4, 6), 6)
    c.fill(tag, WHITE)
    c.stroke([(x + w / 2 - 26, y + 50), (x + w / 2 + 28, y + 46)], INK, 6)
    c.stroke([(x + w / 2 - 26, y + 70), (x + w / 2 + 6, y + 68)], TERRA, 6)


def bicycle(c: Canvas) -> None:
    """Paint a bicycle with flowers, on the quay."""
    backdrop(c, "#f6cfa0", "#fdf0d2")
    c.soft(oval(1180, 250, 120), "#fff6d8", 30, 0.95)
    colours = (
        "#c98e78",
        "#dcb48a",
        "#a9746b",
        "#d9c2a0",
        "#b98878",
        "#e0bd97",
        "#a57f86",
        "#d3a283",
    )
    for k, colour in enumerate(colours):
        gable(c, -60 + 214 * k, 690, (210, 400 + 46 * (k * 2 % 3)), (colour, (k + 1) % 3))
    c.soft(rect(0, 480, 1600, 260), "#fbe3bd", 70, 0.55)
    c.shade(rect(0, 690, 1600, 180), "#a9c5bd", "#5f938f")
    for i, (x, y) in enumerate(scatter(34, -40, 700, 1600, 150)):
        c.stroke([(x, y), (x + 60 + 20 * (i % 4), y)], (WHITE, "#f6d9ad", "#3f7679")[i % 3], 4, 1)
    c.shade(rect(0, 850, 1600, 350), "#a78f7b", "#76604f")
    for row in range(7):
        y = 876 + row * row * 7 + row * 6
        for k in range(-1, 20):
            stone = rect(k * 92 + (row % 2) * 46, y, 86, 10 + row * 6, 6)
            c.fill(stone, mixed("#a78f7b", (WHITE, BARK, BLUSH)[(row + k) % 3], 0.15))
    c.shade(rect(0, 838, 1600, 26), "#d3c0a6", "#9f8a72")
    c.soft(oval(800, 1086, 560, 32), INK, 18, 0.5)
    _bike(c)


def _bike(c: Canvas) -> None:
    back, front, pedal = (500.0, 880.0), (1120.0, 880.0), (744.0, 900.0)
    saddle, head = (660.0, 590.0), (1022.0, 560.0)
    for hub in (back, front):
        _wheel(c, hub)
    c.stroke([back, pedal], DEEP, 14)
    c.stroke([back, (672, 640)], DEEP, 13)
    c.stroke([pedal, saddle], TEAL, 22)
    c.stroke(curve([(1030, 612), (930, 760), (830, 850), pedal]), TEAL, 24)
    c.stroke(curve([(1026, 580), (900, 742), (716, 784)]), TEAL, 20)
    c.stroke(curve([head, (1046, 680), (1078, 790), front]), TEAL, 20)
    c.fill(oval(*pedal, 46), INK)
    c.fill(oval(*pedal, 32), "#9a938a")
    c.stroke([pedal, (790, 990)], INK, 12)
    c.fill(rect(756, 984, 74, 20, 6), INK)
    c.stroke(sweep(back, (226, 226), 190, 330), DEEP, 14)
    c.stroke(sweep(front, (226, 226), 205, 340), DEEP, 14)
    c.stroke([saddle, (652, 552)], "#8d877f", 14)
    seat = curve(
        [(560, 520), (640, 512), (760, 530), (752, 548), (660, 572), (580, 572)], closed=True
    )
    c.shade(seat, OAK, BARK)
    c.stroke(curve([(1010, 520), (1000, 470), (930, 452), (860, 470)]), "#8d877f", 15)
    c.stroke([(900, 456), (846, 476)], OAK, 24)
    c.stroke([(440, 640), (640, 640)], DEEP, 13)
    c.stroke([(470, 644), (490, 850)], DEEP, 8)
    _basket(c)


def _wheel(c: Canvas, hub: tuple[float, float]) -> None:
    x, y = hub
    for k in range(14):
        c.stroke([hub, sweep(hub, (196, 196), k * 180 / 7, k * 180 / 7 + 1)[0]], "#cfc6b8", 3)
    c.stroke(oval(x, y, 204), INK, 19)
    c.stroke(oval(x, y, 190), "#d9d0c0", 6)
    c.fill(oval(x, y, 20), DEEP)


def _basket(c: Canvas) -> None:
    for k, (dx, dy) in enumerate(((-60, 0), (-10, -44), (50, -20), (104, -50), (140, 0), (20, 12))):
        x, y = 1120 + dx, 440 + dy
        for turn in (-40, 0, 40):
            c.fill(leaf((x, y + 100), 120, 40, turn), (MOSS, PINE)[k % 2])
        for petal in range(8):
            c.fill(leaf((x, y), 54, 30, petal * 45), (ROSE, WHITE, HONEY)[k % 3])
        c.fill(oval(x, y, 17), (OCHRE, OCHRE, BRICK)[k % 3])
    weave = [(1010, 500), (1300, 500), (1262, 660), (1046, 660)]
    with c.inside(weave):
        c.shade(weave, "#d9a566", OAK)
        for i in range(7):
            c.stroke(wave((1000, 512 + 25 * i), 320, 5, 6), BARK, 5)
    c.stroke([(1006, 500), (1304, 500)], "#e3b67c", 20)
