"""Things of every day: tools, coins, mugs, a loom, a calendar, a noticeboard."""

from __future__ import annotations

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
    Sheet,
    chance,
    smooth,
    turned,
)

STEEL = "#c9d0c4"
WOOD = "#c98d4b"


def tools() -> Sheet:
    """The tools of a repair workshop, laid out in order on a red bench."""
    sheet = Sheet(CLAY)
    grain = Plate()
    for n in range(9):
        y = 60 + n * 112
        grain.line(
            smooth(
                [
                    (-20, y),
                    (400, y + 14 * (chance("g", n) - 0.5)),
                    (1000, y + 22 * (chance("h", n) - 0.5)),
                    (1620, y),
                ]
            ),
            2.4,
        )
    sheet.print(grain, "#8d3116")
    shadow, wood, steel, ink, ochre, paper = (Plate() for _ in range(6))
    # hammer
    wood.bar(190, 560, 44, 560, 0, 18)
    ink.polygon(
        [(96, 226), (250, 226), (286, 252), (286, 282), (250, 300), (96, 300), (80, 282), (80, 244)]
    )
    # saw
    steel.polygon([(352, 170), (440, 170), (440, 690), (396, 690)])
    for tooth in range(26):
        top = 176 + tooth * 19.6
        edge = 352 + (top - 170) * 44 / 520
        steel.polygon([(edge, top), (edge - 13, top + 10), (edge + 1, top + 19)])
    ochre.blob([(380, 690), (450, 680), (478, 740), (470, 830), (420, 856), (372, 820), (366, 750)])
    ochre.oval(422, 768, 22, 40, cut=True)
    # chisels
    for index, x in enumerate((560, 632, 704)):
        wide = 18 + index * 7
        steel.polygon(
            [(x - wide, 200), (x + wide, 176), (x + wide * 0.8, 470), (x - wide * 0.8, 470)]
        )
        ink.box(x - 20, 462, 40, 30, 4)
        wood.bar(x, 600, 46, 230, 0, 22)
    # plane
    wood.box(800, 630, 380, 118, 22)
    ink.polygon([(978, 640), (1030, 560), (1064, 576), (1026, 648)])
    wood.blob([(858, 640), (846, 588), (872, 560), (900, 588), (890, 640)])
    ochre.blob([(1092, 640), (1090, 560), (1132, 542), (1150, 580), (1140, 640)])
    steel.box(800, 748, 380, 13, 3)
    # square
    steel.box(810, 190, 30, 330)
    wood.box(810, 462, 300, 62, 6)
    for n in range(12):
        ink.box(810, 204 + n * 21, 16 if n % 2 else 9, 3)
    # screwdriver
    steel.box(1009, 180, 16, 130)
    ochre.bar(1017, 370, 50, 140, 0, 22)
    # pliers
    for side in (-1, 1):
        steel.polygon(
            [
                (1300 + side * 4, 170),
                (1300 + side * 34, 260),
                (1300 + side * 30, 330),
                (1300 + side * 2, 330),
            ]
        )
        ink.taper(
            [
                (1300 - side * 10, 330),
                (1300 + side * 40, 420),
                (1300 + side * 62, 560),
                (1300 + side * 46, 690),
            ],
            30,
            34,
        )
    steel.disc(1300, 336, 40)
    ink.disc(1300, 336, 12)
    # brush
    wood.bar(1466, 680, 40, 300, 0, 18)
    ink.box(1416, 470, 100, 76, 4)
    paper.polygon(
        [(1420, 470), (1512, 470), (1524, 270), (1490, 240), (1466, 262), (1440, 236), (1408, 272)]
    )
    # screws and a roll of twine
    for n in range(5):
        x, y = 1180 + n * 58, 800 + 26 * (n % 2)
        steel.line([(x, y), (x, y + 58)], 9)
        ink.bar(x, y, 30, 12, 0, 5)
    paper.ring(930, 846, 56, 34)
    steel.ring(640, 846, 40, 20)
    steel.ring(536, 850, 26, 14)
    for plate in (wood, steel, ink, ochre, paper):
        moved = Plate()
        moved.mask.paste(plate.mask, (36, 42))
        shadow.mask.paste(255, mask=moved.mask)
    sheet.print(shadow, "#7d2c14")
    for plate, colour in ((wood, WOOD), (steel, STEEL), (ink, INK), (ochre, OCHRE), (paper, PAPER)):
        sheet.print(plate, colour)
    sheet.print(wood.hatched(88, 13, 2), "#b3782f")
    sheet.print(paper.hatched(90, 9, 2), SAND)
    return sheet


def coins() -> Sheet:
    """A house that stands on five columns of coins: what happens when one of them shrinks."""
    sheet = Sheet("#e4e6d3")
    ground = Plate()
    ground.box(0, 860, WIDTH, 140)
    sheet.print(ground, EARTH)
    counts = (8, 8, 8, 5, 8)
    inks = (OCHRE, CLAY, LEAF, BLUSH, "#3d7058")
    edges = ("#b9842a", "#7d2c14", "#7c8d5e", "#bd6c4c", INK)
    faces = ("#ecc98a", "#c4532f", "#b9c197", "#f0b79c", "#6da388")
    slab = 57
    for column, count in enumerate(counts):
        for n in range(count):
            x = 320 + column * 240 + 20 * (chance("coin", column, n) - 0.5)
            _coin(sheet, x, 862 - n * slab, slab, (inks[column], edges[column], faces[column]))
    beam = Plate()
    beam.box(190, 346, 1220, 44, 4)
    sheet.print(beam, INK)
    _little_house(sheet)
    prop = Plate()
    prop.line([(1040, 562), (1040, 392)], 20, round_ends=False)
    sheet.print(prop, PAPER)
    sheet.print(prop.hatched(-45, 22, 11), CLAY)
    return sheet


def _coin(sheet: Sheet, x: float, y: float, slab: float, inks: tuple[str, str, str]) -> None:
    """A coin that lies flat, its lower edge at y."""
    side, edge, face, grooves = Plate(), Plate(), Plate(), Plate()
    for plate, grow in ((edge, 3), (side, 0)):
        plate.box(x - 92 - grow, y - slab, 184 + 2 * grow, slab)
        plate.oval(x, y, 92 + grow, 26 + grow)
    for groove in range(17):
        gx = x - 88 + groove * 11
        grooves.line([(gx, y - slab), (gx, y + 28)], 3, round_ends=False)
    sheet.print(edge, inks[1])
    sheet.print(side, inks[0])
    sheet.print(grooves.within(side), inks[1])
    face.oval(x, y - slab, 95, 29)
    sheet.print(face, inks[1])
    top = Plate()
    top.oval(x, y - slab, 91, 25)
    top.oval(x, y - slab, 70, 17, cut=True)
    top.oval(x, y - slab, 66, 15)
    sheet.print(top, inks[2])


def _little_house(sheet: Sheet) -> None:
    walls, top, panes, door, flag = (Plate() for _ in range(5))
    walls.box(500, 180, 600, 168)
    top.polygon([(452, 184), (800, 38), (1148, 184)])
    for x in (548, 648, 900, 1000):
        panes.box(x, 222, 58, 66, 3)
    door.box(768, 234, 64, 114, 30)
    flag.disc(800, 122, 24)
    sheet.print(walls, PAPER)
    sheet.print(walls.hatched(0, 14, 1.6), SAND)
    sheet.print(top, CLAY)
    sheet.print(top.hatched(90, 15, 2.4), "#7d2c14")
    sheet.print(panes, OCHRE)
    sheet.print(door, INK)
    sheet.print(flag, PAPER)


def mugs() -> Sheet:
    """Eleven mugs that know one another, and a twelfth."""
    sheet = Sheet("#dfe3c6")
    tiles = Plate()
    for x in range(0, WIDTH, 100):
        tiles.line([(x, 0), (x, HEIGHT)], 3, round_ends=False)
    for y in range(0, HEIGHT, 100):
        tiles.line([(0, y), (WIDTH, y)], 3, round_ends=False)
    sheet.print(tiles, "#ecefdb")
    inks = (EARTH, INK, OCHRE, LEAF, EARTH, SAND, INK, OCHRE, PAPER, EARTH, LEAF)
    for row, y in enumerate((470, 860)):
        shelf, under = Plate(), Plate()
        shelf.box(80, y, 1440, 34, 3)
        under.box(80, y + 34, 1440, 16)
        sheet.print(under, "#a9b38e")
        sheet.print(shelf, WOOD)
        sheet.print(shelf.hatched(1, 8, 1.6), "#b3782f")
        for n in range(6):
            number = row * 6 + n
            x = 210 + n * 236
            is_new = number == 9
            size = 0.82 + 0.3 * chance("mug", number)
            ink = CLAY if is_new else inks[number if number < 9 else number - 1]
            _mug(sheet, x, y, 1.08 if is_new else size, ink, number)
    return sheet


def _mug(sheet: Sheet, x: float, y: float, size: float, ink: str, number: int) -> None:
    body, handle, detail, steam = Plate(), Plate(), Plate(), Plate()
    w, h = 136 * size, 172 * size
    side = 1 if number % 3 else -1
    handle.arc(x + side * w / 2, y - h * 0.52, 40 * size, 18 * size, 0, 360)
    body.box(x - w / 2, y - h, w, h, 20)
    body.box(x - w / 2, y - h, w, h / 2, 4)
    sheet.print(handle, ink)
    sheet.print(body, ink)
    pattern = number % 5
    if ink == CLAY:
        detail.disc(x, y - h * 0.5, 30)
        steam.taper(
            [
                (x - 18, y - h - 14),
                (x - 36, y - h - 50),
                (x - 4, y - h - 84),
                (x - 20, y - h - 122),
            ],
            8,
            3,
        )
        steam.taper(
            [
                (x + 22, y - h - 14),
                (x + 4, y - h - 46),
                (x + 34, y - h - 76),
                (x + 20, y - h - 108),
            ],
            8,
            3,
        )
        sheet.print(steam, PAPER)
    elif pattern == 0:
        detail.box(x - w / 2, y - h * 0.62, w, 16)
        detail.box(x - w / 2, y - h * 0.46, w, 16)
    elif pattern == 1:
        for i in range(3):
            for j in range(4):
                detail.disc(x - w * 0.36 + i * w * 0.36, y - h * 0.82 + j * h * 0.22, 8)
    elif pattern == 2:
        zigzag = [(x - w / 2 + i * w / 6, y - h * (0.5 if i % 2 else 0.66)) for i in range(7)]
        detail.line(zigzag, 11)
    elif pattern == 3:
        detail.leaf(x, y - h * 0.22, -90, h * 0.56, h * 0.34)
    else:
        detail.box(x - w / 2, y - h * 0.3, w, h * 0.3, 20)
    light = ink in (PAPER, SAND, OCHRE, LEAF)
    sheet.print(detail.within(body), EARTH if light else PAPER)


def loom() -> Sheet:
    """Two cloths of different colours woven into one."""
    sheet = Sheet(BAND)
    size, columns, rows = 40, 30, 19
    left, top = 200, 120
    inks_down = ((EARTH, "#1d3f33"), (EARTH, "#1d3f33"), (LEAF, "#7c8d5e"))
    inks_across = ((CLAY, "#7d2c14"), (CLAY, "#7d2c14"), (OCHRE, "#b9842a"))
    for column in range(columns):
        x = left + (column + 0.5) * size
        plate = Plate()
        loose = 40 * chance("warp", column)
        plate.line([(x, 22 + loose), (x, HEIGHT - 60 + loose)], size * 0.84)
        ink, shade = inks_down[column // 2 % 3]
        sheet.print(plate, ink)
        sheet.print(plate.hatched(90, 7, 1.6), shade)
    for row in range(rows):
        y = top + (row + 0.5) * size
        plate = Plate()
        start, end = 60 + 60 * chance("start", row), 1480 + 60 * chance("end", row)
        plate.line([(start, y), (end, y)], size * 0.84)
        for column in range(columns):
            # Diamonds: how far from the middle, counted in threads, tells which thread is above.
            far = abs(column - (columns - 1) / 2) + abs(row - (rows - 1) / 2)
            if int(far) % 6 < 3:
                plate.box(left + column * size - 1, y - size * 0.45, size + 2, size * 0.9, cut=True)
        ink, shade = inks_across[row // 2 % 3]
        sheet.print(plate, ink)
        sheet.print(plate.hatched(0, 7, 1.6), shade)
    return sheet


def bars() -> Sheet:
    """Five ways to engrave a bar, and the ruler without which none means anything."""
    sheet = Sheet(PAPER)
    heights = (300, 520, 410, 640, 560)
    inks = (OCHRE, EARTH, CLAY, INK, LEAF)
    for index, (height, ink) in enumerate(zip(heights, inks, strict=True)):
        plate = Plate()
        x = 330 + index * 232
        plate.box(x, 850 - height, 168, height)
        shadow = Plate()
        shadow.box(x + 14, 864 - height, 168, height - 14)
        sheet.print(shadow, BAND)
        sheet.print(plate, PAPER)
        style = ((45, 13, 6), (0, 17, 10), (-45, 10, 5.5), (90, 14, 9), (0, 9, 4))[index]
        sheet.print(plate.hatched(*style), ink)
        frame = Plate()
        frame.line([(x, 850), (x, 850 - height), (x + 168, 850 - height), (x + 168, 850)], 6)
        sheet.print(frame, ink)
        if index == 4:
            sheet.print(plate.hatched(90, 22, 3), EARTH)
    ruler, marks = Plate(), Plate()
    ruler.box(120, 130, 120, 740, 6)
    sheet.print(ruler, OCHRE)
    for n in range(36):
        y = 850 - n * 20
        marks.box(240 - (62 if n % 5 == 0 else 34), y - 1.5, 62 if n % 5 == 0 else 34, 3.4)
    sheet.print(marks, INK)
    base = Plate()
    base.box(90, 850, 1430, 10)
    sheet.print(base, INK)
    reading = Plate()
    for index, height in enumerate(heights):
        x = 330 + index * 232
        reading.dashes(
            [(240 + d * 4, 850.0 - height) for d in range(int((x - 240) / 4))], 3, 14, 12
        )
    sheet.print(reading, CLAY)
    return sheet


def calendar() -> Sheet:
    """A poster: 9 and 10, one over the other's ink, and the evening of a December."""
    sheet = Sheet(OCHRE)
    band = Plate()
    band.box(0, 0, WIDTH, 96)
    sheet.print(band, INK)
    holes = Plate()
    for x in range(100, WIDTH, 200):
        holes.ring(x, 48, 24, 8)
    sheet.print(holes, PAPER)
    nine = Plate()
    nine.ring(440, 420, 190, 116)
    nine.polygon([(572, 440), (688, 440), (560, 900), (432, 900)])
    nine.disc(440, 420, 134, cut=True)
    one, zero = Plate(), Plate()
    one.polygon(
        [(770, 310), (900, 172), (952, 172), (952, 900), (836, 900), (836, 330), (770, 390)]
    )
    for half in (0, 1):
        y = 420 if half == 0 else 662
        zero.arc(1230, y, 190, 116, 180 * (1 - half), 180 * (2 - half))
    zero.box(982, 418, 116, 246)
    zero.box(1362, 418, 116, 246)
    sheet.print(nine, CLAY)
    sheet.print(one, EARTH)
    sheet.print(zero, EARTH)
    snow = Plate()
    for n in range(150):
        flake = 1600 * chance("fx", n), 120 + 860 * chance("fy", n)
        snow.disc(*flake, 3 + 5 * chance("fr", n))
    sheet.print(snow, PAPER)
    return sheet


def noticeboard() -> Sheet:
    """The village's noticeboard: one sheet that everyone reads among twenty that nobody does."""
    sheet = Sheet("#e7dcc4")
    post, board = Plate(), Plate()
    post.box(150, 60, 46, 960)
    post.box(1404, 60, 46, 960)
    post.polygon([(90, 110), (800, 10), (1510, 110), (1510, 150), (90, 150)])
    board.box(196, 150, 1208, 680)
    sheet.print(board, EARTH)
    sheet.print(board.hatched(45, 16, 1.6), "#3d7058")
    sheet.print(post, "#5b3a24")
    notes = [
        (340, 290, 190, 230, -4, BAND),
        (560, 270, 170, 200, 3, BLUSH),
        (1060, 262, 200, 180, -3, BAND),
        (1270, 300, 180, 230, 4, SAND),
        (320, 560, 180, 180, 5, OCHRE),
        (330, 730, 200, 130, -3, BAND),
        (1080, 470, 170, 180, 3, LEAF),
        (1270, 560, 190, 200, -5, BAND),
        (1110, 690, 190, 200, -2, BLUSH),
        (1290, 735, 160, 130, 4, BAND),
        (530, 470, 130, 150, -6, SAND),
        (540, 700, 190, 190, 4, BAND),
    ]
    for index, (x, y, w, h, angle, ink) in enumerate(notes):
        note, words, pin = Plate(), Plate(), Plate()
        note.bar(x, y, w, h, angle, 2)
        for row in range(int((h - 50) / 20)):
            length = (w - 50) * (0.5 + 0.5 * chance("word", index, row))
            ends = [
                (-w / 2 + 24, -h / 2 + 40 + row * 20),
                (-w / 2 + 24 + length, -h / 2 + 40 + row * 20),
            ]
            words.line(turned(ends, x, y, angle), 4)
        sheet.print(note, ink)
        sheet.print(words, "#b9ab85" if ink == BAND else "#8a7a55")
        pin.disc(*turned([(0, -h / 2 + 16)], x, y, angle)[0], 8)
        sheet.print(pin, INK)
    _bulletin(sheet)
    return sheet


def _bulletin(sheet: Sheet) -> None:
    page, head, words, pin, sprig = (Plate() for _ in range(5))
    page.bar(800, 490, 340, 470, -1, 2)
    sheet.print(page, PAPER)
    head.bar(800, 320, 270, 44, -1, 2)
    sheet.print(head, CLAY)
    sprig.taper([(800, 500), (796, 450), (806, 400)], 7, 4)
    for side in (-1, 1):
        sprig.leaf(799, 470, -90 + side * 55, 84, 42)
        sprig.leaf(801, 430, -90 + side * 40, 66, 32)
    sheet.print(sprig, EARTH)
    for row in range(5):
        words.line([(672, 556 + row * 30), (928 - 60 * (row % 2), 552 + row * 30)], 7)
    sheet.print(words, INK)
    pin.disc(800, 274, 14)
    sheet.print(pin, OCHRE)


PICTURES = {
    "atelier": tools,
    "piles": coins,
    "tasses": mugs,
    "tissage": loom,
    "mesures": bars,
    "calendrier": calendar,
    "panneau": noticeboard,
}
