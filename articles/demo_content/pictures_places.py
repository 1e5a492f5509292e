"""Places: fields, a bridge, a shared roof."""

from __future__ import annotations

import math

from articles.demo_content.press import (
    BAND,
    BLUSH,
    CLAY,
    EARTH,
    HEIGHT,
    INK,
    LEAF,
    OCHRE,
    PAPER,
    SAND,
    WIDTH,
    Plate,
    Point,
    Sheet,
    away,
    between,
    chance,
    smooth,
)


def fields() -> Sheet:
    """The country from a balloon: parcels, hedges, a river, a village on its road."""
    sheet = Sheet(SAND)
    parcels = _parcels([(-640, 60), (1180, -640), (2240, 960), (240, 1760)], 0)
    colours = ("#e6d9a8", LEAF, OCHRE, "#7f9a6b", BAND, "#c8b866", BLUSH, LEAF, "#e3cf8d", EARTH)
    hedges, trees = Plate(), Plate()
    for index, parcel in enumerate(parcels):
        plate = Plate()
        plate.polygon(parcel)
        colour = colours[int(chance("crop", index) * len(colours))]
        sheet.print(plate, colour)
        longest = max(
            zip(parcel, [*parcel[1:], parcel[0]], strict=True), key=lambda e: math.dist(*e)
        )
        (ax, ay), (bx, by) = longest
        angle = math.degrees(math.atan2(by - ay, bx - ax))
        furrow = chance("furrow", index)
        if furrow < 0.72:
            sheet.print(plate.hatched(angle, 9 + 14 * furrow, 2.4), "#bba979", over=True)
        elif furrow < 0.86:
            _orchard(trees, plate, angle)
        hedges.line([*parcel, parcel[0]], 7)
        for a, b in zip(parcel, [*parcel[1:], parcel[0]], strict=True):
            _hedge(trees, a, b, index)
    sheet.print(hedges, "#f3ead2")
    sheet.print(trees, EARTH)
    river = smooth(
        [
            (-40, 250),
            (220, 330),
            (420, 250),
            (700, 330),
            (900, 560),
            (1180, 610),
            (1380, 800),
            (1660, 850),
        ]
    )
    bank, water = Plate(), Plate()
    bank.line(river, 64)
    water.line(river, 46)
    sheet.print(bank, EARTH)
    sheet.print(water, "#bcd0c6")
    road = Plate()
    road.line(smooth([(160, 1040), (420, 720), (760, 520), (980, 300), (1240, -40)]), 17)
    road.line(smooth([(760, 520), (1040, 420), (1640, 330)]), 11)
    sheet.print(road, PAPER)
    _village(sheet)
    return sheet


def _parcels(shape: list[Point], depth: int) -> list[list[Point]]:
    """Cuts a four-sided shape across its longer side until the pieces are fields."""
    a, b, c, d = shape
    along, across = math.dist(a, b) + math.dist(c, d), math.dist(b, c) + math.dist(d, a)
    if max(along, across) < 430 or (depth > 6 and max(along, across) < 620):
        return [shape]
    seed = ("cut", depth, round(a[0]), round(a[1]))
    one, two = 0.38 + 0.24 * chance(*seed, 1), 0.38 + 0.24 * chance(*seed, 2)
    if along >= across:
        m, n = between(a, b, one), between(d, c, two)
        halves = [[a, m, n, d], [m, b, c, n]]
    else:
        m, n = between(b, c, one), between(a, d, two)
        halves = [[a, b, m, n], [n, m, c, d]]
    return [piece for half in halves for piece in _parcels(half, depth + 1)]


def _orchard(trees: Plate, plate: Plate, angle: float) -> None:
    rows = Plate()
    for i in range(-30, 31):
        for j in range(-30, 31):
            x, y = away(*away(800, 500, angle, i * 30), angle + 90, j * 30)
            if -10 < x < WIDTH + 10 and -10 < y < HEIGHT + 10:
                rows.disc(x, y, 7.5)
    rows.within(plate)
    trees.mask.paste(255, mask=rows.mask)


def _hedge(trees: Plate, a: Point, b: Point, index: int) -> None:
    if chance("hedge", index, round(a[0])) < 0.45:
        return
    count = int(math.dist(a, b) / 17)
    for n in range(count):
        if chance("tree", index, n, round(b[1])) < 0.7:
            x, y = between(a, b, (n + 0.5) / max(count, 1))
            trees.disc(x, y, 5 + 5 * chance("crown", index, n))


def _village(sheet: Sheet) -> None:
    lit, dark, shadow = Plate(), Plate(), Plate()
    spots = [
        (690, 470),
        (742, 436),
        (800, 456),
        (846, 412),
        (716, 532),
        (780, 560),
        (840, 516),
        (900, 462),
        (886, 372),
        (658, 540),
        (640, 600),
        (930, 404),
        (800, 372),
        (960, 520),
    ]
    for index, (x, y) in enumerate(spots):
        angle = -38 + 90 * (index % 2) + 16 * (chance("roof", index) - 0.5)
        w, h = 46 + 20 * chance("long", index), 30
        shadow.bar(x + 8, y + 10, w, h, angle)
        dark.bar(*away(x, y, angle + 90, h / 4), w, h / 2, angle)
        lit.bar(*away(x, y, angle + 90, -h / 4), w, h / 2, angle)
    sheet.print(shadow, SAND, over=True)
    sheet.print(lit, "#c4532f")
    sheet.print(dark, "#83300f")
    church = Plate()
    church.bar(770, 490, 74, 34, -38)
    church.bar(*away(770, 490, -38, 46), 34, 34, -38)
    sheet.print(church, INK)
    spire = Plate()
    spire.disc(*away(770, 490, -38, 46), 8)
    sheet.print(spire, OCHRE)


def bridge() -> Sheet:
    """A bridge with four arches, its reflection, and people who meet on it."""
    sheet = Sheet("#f6e7cd")
    sun = Plate()
    sun.disc(1130, 420, 215)
    sheet.print(sun, OCHRE)
    for ink, ridge in (
        ("#b9c197", [330, 300, 356, 420, 380, 330, 396]),
        (LEAF, [470, 520, 440, 500, 560, 500, 450]),
    ):
        hills = Plate()
        line = smooth([(-20 + index * 274, y) for index, y in enumerate(ridge)])
        hills.polygon([*line, (1624, 680), (-20, 680)])
        sheet.print(hills, ink)
    water = Plate()
    water.box(0, 660, WIDTH, 340)
    sheet.print(water, EARTH)

    deck = _arches(660, 1)
    mirrored = _arches(660, -1)
    glints = Plate()
    for row in range(18):
        y = 678 + row * row * 0.62 + row * 8
        for n in range(7):
            x = 1600 * chance("glint", row, n) + 40
            wide = (26 + 70 * chance("wide", row, n)) * (0.6 + row / 14)
            if abs(x - 1130) < 130 + 240 * chance("sunny", row, n) or n < 3:
                glints.line([(x - wide, y), (x + wide, y)], 3 + row * 0.2)
    sheet.print(mirrored.hatched(0, 13, 7.5), "#1d3f33")
    sheet.print(glints.hatched(0, 4, 4), "#7fa590")
    suns = Plate()
    for row in range(15):
        y = 690 + row * 21
        wide = 190 - row * 9 + 40 * chance("path", row)
        suns.line([(1130 - wide * 0.8, y), (1130 + wide * 0.8, y)], 5)
    sheet.print(suns, OCHRE)
    sheet.print(deck, CLAY)
    stones = Plate()
    for row, y in enumerate(range(392, 660, 24)):
        stones.line([(0, y), (WIDTH, y)], 2, round_ends=False)
        for n in range(34):
            x = n * 50 + 25 * (row % 2)
            stones.line([(x, y), (x, y + 24)], 2, round_ends=False)
    sheet.print(stones.within(deck), "#8a3115")
    parapet = Plate()
    parapet.box(0, 372, WIDTH, 20)
    sheet.print(parapet, "#7d2c14")
    for x, height, stride, load in (
        (372, 150, 1, 0),
        (446, 138, -1, 1),
        (786, 152, -1, 2),
        (905, 160, 1, 0),
        (968, 104, 1, 3),
        (1330, 148, -1, 1),
    ):
        _walker(sheet, x, 376, height, stride, load)
    return sheet


def _arches(line: float, way: int) -> Plate:
    """The bridge above the water line, or what the water shows of it."""
    plate = Plate()
    top = line - way * 280
    plate.box(0, min(top, line), WIDTH, 280)
    for x in (180, 593, 1007, 1420):
        plate.oval(x, line, 165, 205, cut=True)
    if way < 0:
        plate.box(0, 0, WIDTH, line, cut=True)
    else:
        plate.box(0, line, WIDTH, HEIGHT - line, cut=True)
    return plate


def _walker(sheet: Sheet, x: float, y: float, height: float, way: int, load: int) -> None:
    figure, unit = Plate(), height / 100
    hip, neck = (x, y - 46 * unit), (x + 3 * way * unit, y - 80 * unit)
    figure.line([hip, (x + 12 * way * unit, y - 22 * unit), (x + 13 * way * unit, y)], 9 * unit)
    figure.line([hip, (x - 4 * way * unit, y - 23 * unit), (x - 15 * way * unit, y)], 9 * unit)
    figure.line([hip, neck], 20 * unit)
    figure.disc(neck[0] + 2 * way * unit, neck[1] - 14 * unit, 9 * unit)
    figure.line(
        [neck, (x + 14 * way * unit, y - 60 * unit), (x + 20 * way * unit, y - 46 * unit)], 6 * unit
    )
    if load == 1:
        figure.box(x + way * 22 * unit - 9 * unit, y - 46 * unit, 18 * unit, 18 * unit, 2)
    elif load == 2:
        figure.line([neck, (x + 34 * unit * way, y - 84 * unit)], 6 * unit)
    elif load == 3:
        figure.line(
            [neck, (x - 22 * unit, y - 84 * unit), (x - 42 * unit, y - 70 * unit)], 6 * unit
        )
    sheet.print(figure, INK)


def roof() -> Sheet:
    """Two houses of different make under a single roof."""
    sheet = Sheet("#f6e7cd")
    ground, moon = Plate(), Plate()
    moon.disc(1290, 210, 96)
    sheet.print(moon, OCHRE)
    ground.box(0, 850, WIDTH, 150)
    sheet.print(ground, EARTH)
    sheet.print(ground.hatched(0, 16, 3), "#3d7058")
    left, right = Plate(), Plate()
    left.box(310, 470, 490, 380)
    right.box(800, 470, 490, 380)
    sheet.print(left, PAPER)
    bricks = Plate()
    for row in range(16):
        bricks.line([(310, 470 + row * 24), (800, 470 + row * 24)], 3, round_ends=False)
        for n in range(12):
            x = 310 + n * 48 + 24 * (row % 2)
            bricks.line([(x, 470 + row * 24), (x, 494 + row * 24)], 3, round_ends=False)
    sheet.print(left, BLUSH)
    sheet.print(bricks.within(left), "#c97652")
    sheet.print(right, LEAF)
    sheet.print(right.hatched(90, 26, 4), "#7c8d5e")
    chimney, smoke = Plate(), Plate()
    chimney.box(1060, 190, 74, 200)
    sheet.print(chimney, INK)
    smoke.taper([(1098, 170), (1080, 110), (1130, 70), (1110, 10)], 26, 6)
    sheet.print(smoke, "#e2d2b2")
    cover = Plate()
    cover.polygon([(230, 484), (800, 130), (1370, 484)])
    sheet.print(cover, CLAY)
    tiles = Plate()
    for row in range(14):
        y = 160 + row * 26
        for n in range(-2, 36):
            tiles.arc(230 + n * 34 + 17 * (row % 2), y, 17, 3.4, 0, 180)
    sheet.print(tiles.within(cover), "#7d2c14")
    window = Plate()
    window.disc(800, 350, 62)
    sheet.print(window, PAPER)
    glass = Plate()
    glass.disc(800, 350, 50)
    sheet.print(glass, OCHRE)
    cross = Plate()
    cross.line([(800, 300), (800, 400)], 7)
    cross.line([(750, 350), (850, 350)], 7)
    sheet.print(cross, PAPER)
    panes, frames, doors = Plate(), Plate(), Plate()
    for x in (372, 560, 888, 1076):
        frames.box(x - 8, 540, 128, 134, 4)
        panes.box(x + 2, 550, 108, 114)
    for x in (400, 590, 900, 1090):
        frames.box(x - 8, 722, 104, 128, 4)
        doors.box(x + 2, 732, 84, 118)
    sheet.print(frames, PAPER)
    sheet.print(panes, OCHRE)
    sheet.print(doors, INK)
    _lives(sheet)
    _trees(sheet)
    return sheet


def _trees(sheet: Sheet) -> None:
    """One round, one tall, on either side of the house."""
    trunks, crowns, veins = Plate(), Plate(), Plate()
    trunks.taper([(150, 880), (154, 700), (150, 560)], 26, 10)
    trunks.taper([(1450, 880), (1448, 700), (1450, 420)], 24, 6)
    crowns.blob(
        [
            (150, 420),
            (236, 470),
            (262, 580),
            (210, 680),
            (150, 700),
            (86, 676),
            (40, 590),
            (62, 476),
        ]
    )
    crowns.blob(
        [
            (1450, 300),
            (1500, 420),
            (1522, 600),
            (1492, 740),
            (1450, 770),
            (1408, 740),
            (1378, 600),
            (1400, 420),
        ]
    )
    for x, tops in ((150, (520, 580, 640)), (1450, (440, 520, 600, 680))):
        for y in tops:
            for side in (-1, 1):
                veins.line([(x, y + 34), (x + side * 40, y)], 6)
    sheet.print(crowns, EARTH)
    sheet.print(trunks, "#5b3a24")
    sheet.print(veins, "#5b3a24")


def _lives(sheet: Sheet) -> None:
    """What goes on behind the windows: a ball on one side, a meal on the other."""
    figures, ball = Plate(), Plate()
    for x, y in (
        (410, 640),
        (462, 628),
        (600, 640),
        (920, 640),
        (974, 640),
        (1110, 636),
        (1150, 640),
    ):
        figures.disc(x, y - 42, 14)
        figures.oval(x, y + 12, 21, 40)
    limits = Plate()
    for x in (374, 562, 890, 1078):
        limits.box(x, 550, 108, 114)
    sheet.print(figures.within(limits), INK)
    ball.disc(645, 580, 13)
    sheet.print(ball, CLAY)
    bars = Plate()
    for x in (374, 562, 890, 1078):
        bars.line([(x + 54, 550), (x + 54, 664)], 6, round_ends=False)
    sheet.print(bars, PAPER)


PICTURES = {"champs": fields, "pont": bridge, "toit": roof}
