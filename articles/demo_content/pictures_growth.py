"""What grows or moves by itself: seedlings, a trained tree, waves."""

from __future__ import annotations

import math

from articles.demo_content.press import (
    BAND,
    BLUSH,
    CLAY,
    EARTH,
    INK,
    LEAF,
    OCHRE,
    PAPER,
    WIDTH,
    Plate,
    Point,
    Sheet,
    away,
    chance,
    smooth,
)

GROUND = 560
TIERS = (695, 520, 345, 170)


def seedlings() -> Sheet:
    """A seed, a shoot, a plant, a shrub, a tree: and as much below the ground as above."""
    sheet = Sheet(BAND)
    sun = Plate()
    sun.disc(330, 200, 104)
    sheet.print(sun, OCHRE)
    soil = Plate()
    soil.polygon(
        [
            *smooth([(-20, GROUND), (400, GROUND - 8), (900, GROUND + 6), (1620, GROUND - 6)]),
            (1620, 1000),
            (-20, 1000),
        ]
    )
    sheet.print(soil, INK)
    stones = Plate()
    for n in range(70):
        x, y = 1600 * chance("sx", n), 620 + 360 * chance("sy", n)
        stones.oval(x, y, 3 + 8 * chance("sr", n), 2 + 4 * chance("sq", n), 180 * chance("sa", n))
    sheet.print(stones, "#33454a")
    roots, stems, dark, light = Plate(), Plate(), Plate(), Plate()
    _seed(sheet, 150)
    for x, size in ((390, 0.32), (650, 0.58), (950, 0.82), (1330, 1.16)):
        _roots(roots, x, size)
        _plant(stems, dark, light, x, size)
    sheet.print(roots, OCHRE)
    sheet.print(stems, EARTH)
    sheet.print(light, LEAF)
    sheet.print(dark, EARTH)
    fruits = Plate()
    for n in range(9):
        x, y = away(1330, 236, n * 40 + 12, 60 + 78 * chance("fruit", n))
        fruits.disc(x, y, 13)
    sheet.print(fruits, CLAY)
    return sheet


def _seed(sheet: Sheet, x: float) -> None:
    seed, germ = Plate(), Plate()
    seed.oval(x, 640, 30, 21, -24)
    germ.taper([(x + 20, 646), (x + 36, 668), (x + 30, 700), (x + 38, 730)], 7, 2)
    sheet.print(germ, OCHRE)
    sheet.print(seed, BLUSH)


def _roots(roots: Plate, x: float, size: float) -> None:
    for n in range(7):
        angle = 90 + (n - 3) * 21
        points: list[Point] = [(x, GROUND - 4)]
        for step in range(1, 5):
            wobble = 26 * (chance("root", round(x), n, step) - 0.5)
            points.append(
                away(x, GROUND, angle + wobble, step * 88 * size * (1 - abs(n - 3) * 0.08))
            )
        roots.taper(points, 13 * size, 2)
        for step in (2, 3):
            start = points[step]
            side = 1 if (n + step) % 2 else -1
            end = away(*start, angle + side * 46, 62 * size)
            middle = away(*start, angle + side * 20, 34 * size)
            roots.taper([start, middle, end], 5 * size, 1.6)


def _plant(stems: Plate, dark: Plate, light: Plate, x: float, size: float) -> None:
    height = 360 * size
    top = GROUND - height
    sway = 18 * size
    trunk = [
        (x, GROUND + 4),
        (x + sway, GROUND - height * 0.4),
        (x - sway * 0.4, GROUND - height * 0.75),
        (x, top),
    ]
    stems.taper(trunk, 24 * size**1.3 + 3, 5 * size + 2)
    pairs = max(1, round(size * 6))
    for pair in range(pairs):
        y = top + height * 0.66 * pair / pairs
        reach = (64 + 96 * math.sin(math.pi * (pair + 1) / (pairs + 1))) * (0.55 + size * 0.45)
        for side in (-1, 1):
            lean = -90 + side * (34 + 42 * pair / pairs)
            plate = dark if (pair + (side > 0)) % 2 else light
            plate.leaf(x, y + 18 * size, lean, reach, reach * 0.5)
            if size > 0.7:
                out = away(x, y + 18 * size, lean + side * 12, reach * 0.55)
                (light if plate is dark else dark).leaf(
                    *out, lean + side * 30, reach * 0.72, reach * 0.34
                )
    light.leaf(x, top + 12, -90, 70 * size + 24, 34 * size + 10)


def espalier() -> Sheet:
    """A pear tree trained on wires: what patient hands make of a tree against a wall."""
    sheet = Sheet("#f2dcc3")
    _wall(sheet)
    ground = Plate()
    ground.polygon(
        [*smooth([(-20, 862), (500, 850), (1100, 866), (1620, 852)]), (1620, 1000), (-20, 1000)]
    )
    sheet.print(ground, EARTH)
    grass = Plate()
    for n in range(260):
        foot = 1600 * chance("gx", n), 868 + 120 * chance("gy", n)
        grass.line([foot, (foot[0] + 8 * (chance("gl", n) - 0.5), foot[1] - 15)], 2.6)
    sheet.print(grass, "#5b876a")
    wires = Plate()
    for y in TIERS:
        wires.line([(40, y), (WIDTH - 40, y)], 3)
    sheet.print(wires, "#8d7b66")
    wood, dark, light, pears, ties = Plate(), Plate(), Plate(), Plate(), Plate()
    wood.taper([(800, 900), (804, 640), (797, 380), (800, 92)], 44, 12)
    for tier, y in enumerate(TIERS):
        half = 690 - tier * 46
        for side in (-1, 1):
            arm = [
                (800, y + 46),
                (800 + side * 60, y + 6),
                (800 + side * 200, y),
                (800 + side * (half - 46), y),
                (800 + side * half, y - 24),
                (800 + side * (half + 12), y - 98),
            ]
            wood.taper(arm, 26 - tier * 3, 7)
            for n in range(1, 12):
                spur = 800 + side * (88 + n * (half - 90) / 12)
                seed = (tier, side, n)
                up = -90 + 70 * (chance("up", *seed) - 0.5)
                (dark if n % 2 else light).leaf(spur, y, up, 66 + 22 * chance("ll", *seed), 34)
                (light if n % 2 else dark).leaf(spur + 14 * side, y, -up - 10, 54, 28)
                if chance("pear", *seed) < 0.3:
                    outline = [(0, 16), (13, 38), (24, 66), (0, 88), (-24, 66), (-13, 38)]
                    pears.blob([(spur + dx, y + dy) for dx, dy in outline])
                if n % 4 == 0:
                    ties.bar(spur, y, 9, 34, 0, 3)
            tip = 800 + side * (half + 10)
            for lift in range(3):
                light.leaf(tip, y - 40 - lift * 26, -90 + (lift - 1) * 50, 56, 28)
    for lift in range(7):
        dark.leaf(800, 96 + lift * 20, -90 + (-1) ** lift * (20 + lift * 9), 66, 32)
    sheet.print(wood, "#5b3a24")
    sheet.print(light, LEAF)
    sheet.print(dark, EARTH)
    sheet.print(ties, CLAY)
    sheet.print(pears, OCHRE)
    sheet.print(pears.hatched(60, 9, 2.2), "#c58f2c")
    return sheet


def _wall(sheet: Sheet) -> None:
    joints, pale, warm = Plate(), Plate(), Plate()
    for row in range(22):
        joints.line([(0, row * 40), (WIDTH, row * 40)], 2.4, round_ends=False)
        for n in range(-1, 22):
            x = n * 82 + 41 * (row % 2)
            joints.line([(x, row * 40), (x, row * 40 + 40)], 2.4, round_ends=False)
            if chance("brick", row, n) < 0.2:
                plate = pale if chance("tone", row, n) < 0.6 else warm
                plate.box(x + 3, row * 40 + 3, 76, 34, 2)
    sheet.print(pale, "#e9c5a3")
    sheet.print(warm, "#e6b894")
    sheet.print(joints, "#f9efe0")


def waves() -> Sheet:
    """A heavy sea in scales, a small boat that holds."""
    sheet = Sheet("#f6e7cd")
    sun = Plate()
    sun.disc(430, 330, 190)
    sheet.print(sun, CLAY)
    sheet.print(sun.hatched(0, 22, 3), "#f6e7cd")
    birds = Plate()
    for x, y, s in ((760, 150, 1.0), (838, 196, 0.7), (690, 226, 0.6), (1260, 120, 0.8)):
        birds.taper([(x - 34 * s, y - 12 * s), (x - 15 * s, y - 18 * s), (x, y)], 3, 6 * s)
        birds.taper([(x + 34 * s, y - 12 * s), (x + 15 * s, y - 18 * s), (x, y)], 3, 6 * s)
    sheet.print(birds, INK)
    inks = (EARTH, "#3f6f5c", INK, EARTH, "#3f6f5c", INK)
    radius = 118
    for row in range(9):
        if row == 3:
            _boat(sheet, 1010, 468)
        for n in range(-1, 10):
            middle = n * radius * 1.72 + (radius * 0.86 if row % 2 else 0)
            swell = 70 * math.sin(middle / 300 + row * 0.5) * (1 - row / 10)
            foot = 520 + row * 64 + swell + radius
            scale = Plate()
            scale.disc(middle, foot, radius)
            sheet.print(scale, inks[(n + 2 * row) % 6])
            rims = Plate()
            for ring, width in (
                (radius - 4, 8),
                (radius - 32, 5),
                (radius - 56, 4),
                (radius - 78, 3),
            ):
                rims.ring(middle, foot, ring, width)
            sheet.print(rims, PAPER if row % 3 == 0 else "#d9dfc8")
    return sheet


def _boat(sheet: Sheet, x: float, y: float) -> None:
    hull, mast, sail, jib, stripe = Plate(), Plate(), Plate(), Plate(), Plate()
    hull.polygon(
        [
            *smooth(
                [
                    (x - 165, y + 10),
                    (x - 120, y + 90),
                    (x, y + 112),
                    (x + 120, y + 78),
                    (x + 190, y - 22),
                ]
            ),
            (x + 190, y - 22),
        ]
    )
    mast.line([(x + 6, y + 40), (x - 20, y - 330)], 10)
    sail.polygon(
        [
            (x - 26, y - 312),
            *smooth([(x - 20, y - 312), (x + 110, y - 190), (x + 150, y - 40)]),
            (x + 2, y - 24),
        ]
    )
    jib.polygon(
        [
            (x - 32, y - 280),
            *smooth([(x - 32, y - 280), (x - 110, y - 150), (x - 140, y - 24)]),
            (x - 10, y - 20),
        ]
    )
    sheet.print(mast, INK)
    sheet.print(sail, OCHRE)
    sheet.print(jib, PAPER)
    sheet.print(hull, CLAY)
    stripe.line([(x - 158, y + 24), (x + 186, y - 6)], 9)
    sheet.print(stripe.within(hull), PAPER)
    crew = Plate()
    for dx, size in ((-84, 1.0), (-30, 0.9), (62, 1.0)):
        crew.disc(x + dx, y - 40 * size, 17)
        crew.oval(x + dx, y + 6, 22, 36)
    crew.within(_above_hull(x, y))
    sheet.print(crew, INK)


def _above_hull(x: float, y: float) -> Plate:
    above = Plate()
    above.polygon([(x - 165, y + 10), (x - 165, y - 200), (x + 190, y - 200), (x + 190, y - 22)])
    return above


PICTURES = {"pousses": seedlings, "espalier": espalier, "vagues": waves}
