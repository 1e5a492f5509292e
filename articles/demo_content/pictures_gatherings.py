"""People together: around a table, on screens, in a hall."""

from __future__ import annotations

import math
from collections import defaultdict

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
    SKINS,
    WIDTH,
    Plate,
    Sheet,
    away,
    chance,
    turned,
)

CLOTHES = (CLAY, INK, OCHRE, EARTH, BLUSH, LEAF, CLAY, EARTH)
HAIR = ("#2a1c14", "#5b3a24", INK, "#b9ab93")


def table() -> Sheet:
    """A table seen from above: seven people, a chair kept free, and a plan in the middle."""
    sheet = Sheet(BAND)
    floor = Plate()
    for row in range(0, HEIGHT + 1, 125):
        floor.line([(0, row), (WIDTH, row)], 3)
        for joint in range(3):
            x = 1600 * chance("joint", row, joint)
            floor.line([(x, row), (x, row + 125)], 3)
    sheet.print(floor, "#e3d8c0")

    seats = [away(0, 0, index * 45 + 22.5, 1) for index in range(8)]
    places = [
        (800 + 640 * x, 500 + 395 * y, math.degrees(math.atan2(-y * 395, -x * 640)))
        for x, y in seats
    ]
    shadow = Plate()
    shadow.oval(818, 526, 470, 250)
    for x, y, inwards in places:
        shadow.bar(*away(x + 16, y + 22, inwards, -16), 96, 150, inwards, 34)
    sheet.print(shadow, SAND, over=True)
    chairs = Plate()
    for x, y, inwards in places:
        chairs.bar(*away(x, y, inwards, -28), 92, 146, inwards, 30)
    sheet.print(chairs, "#6d4a2e")

    top = Plate()
    top.oval(800, 500, 470, 250)
    sheet.print(top, OCHRE)
    sheet.print(top.hatched(3, 27, 2.4), "#c58f2c")

    for index, (x, y, inwards) in enumerate(places):
        if index != 6:
            _sitter(sheet, x, y, inwards, index)
    _plan(sheet)
    _things_on_table(sheet)
    return sheet


def _sitter(sheet: Sheet, x: float, y: float, inwards: float, index: int) -> None:
    """Someone seen from above, who faces that way, hands on the table."""
    clothes, hands, hair = Plate(), Plate(), Plate()
    clothes.oval(x, y, 52, 92, inwards)
    for side in (-1, 1):
        shoulder = away(*away(x, y, inwards, 8), inwards + side * 90, 70)
        elbow = away(*away(x, y, inwards, 84), inwards + side * 90, 84 - 18 * (index % 2))
        hand = away(*away(x, y, inwards, 146), inwards + side * 90, 34 + 16 * ((index + side) % 3))
        clothes.line([shoulder, elbow, hand], 36)
        hands.disc(*away(*hand, inwards, 8), 19)
    head = away(x, y, inwards, 16)
    skin = SKINS[(index * 3 + 1) % 4]
    nose = Plate()
    nose.oval(*away(*head, inwards, 38), 14, 10, inwards)
    for plate in (hands, nose):
        sheet.print(plate, skin)
    sheet.print(clothes, CLOTHES[index])
    hands_over = Plate()
    for side in (-1, 1):
        hand = away(*away(x, y, inwards, 146), inwards + side * 90, 34 + 16 * ((index + side) % 3))
        hands_over.disc(*away(*hand, inwards, 10), 19)
    sheet.print(hands_over, skin)
    face = Plate()
    face.disc(*head, 45)
    face.oval(*away(*head, inwards, 44), 9, 9)
    sheet.print(face, skin)
    hair.disc(*away(*head, inwards, -5), 44)
    if index % 3 == 0:
        hair.disc(*away(*head, inwards, -54), 20)
    elif index % 3 == 1:
        hair.oval(*away(*head, inwards, -26), 34, 50, inwards)
    else:
        hair.oval(*away(*head, inwards, 44), 26, 60, inwards, cut=True)
    sheet.print(hair, HAIR[index % 4] if index != 4 else CLAY)
    parting = Plate()
    parting.line([away(*head, inwards, 26), away(*head, inwards, -24)], 3)
    sheet.print(parting.within(hair), "#46352a")


def _plan(sheet: Sheet) -> None:
    """The plan of support in the middle: five stages, one after another."""
    paper, ways, stages = Plate(), Plate(), Plate()
    paper.bar(800, 500, 380, 172, -4, 4)
    sheet.print(paper, PAPER)
    spots = turned([(-140, 36), (-72, -30), (0, 26), (74, -34), (142, 18)], 800, 500, -4)
    ways.line(spots, 5)
    sheet.print(ways, INK)
    for index, (x, y) in enumerate(spots):
        stages.disc(x, y, 13 + index * 2.6)
    sheet.print(stages, CLAY)


def _things_on_table(sheet: Sheet) -> None:
    saucers, cups, coffee = Plate(), Plate(), Plate()
    for x, y in ((520, 470), (1075, 545), (700, 635), (912, 364)):
        saucers.disc(x, y, 37)
        cups.disc(x, y, 26)
        cups.bar(*away(x, y, -30, 32), 22, 12, -30, 5)
        coffee.disc(x, y, 20)
    sheet.print(saucers, BAND)
    sheet.print(cups, EARTH)
    sheet.print(coffee, "#4a2c1a")
    papers, words = Plate(), Plate()
    for x, y, angle in ((560, 592, 24), (1030, 412, -16), (655, 372, -30), (985, 640, 12)):
        papers.bar(x, y, 92, 122, angle, 3)
        for row in range(4):
            ends = [(-30, -40 + row * 24), (30 - 18 * (row % 2), -40 + row * 24)]
            words.line(turned(ends, x, y, angle), 4.5)
    sheet.print(papers, PAPER)
    sheet.print(words, SAND)
    pencils = Plate()
    pencils.bar(648, 560, 96, 10, 62, 4)
    pencils.bar(1110, 470, 96, 10, -50, 4)
    sheet.print(pencils, CLAY)


def windows() -> Sheet:
    """December 2020: as many lit windows as there were participants, 250."""
    sheet = Sheet(INK)
    columns, rows, w, h = 25, 10, 46, 62
    step_x, step_y = (WIDTH - 120) / columns, (HEIGHT - 130) / rows
    by_ink: dict[str, Plate] = {ink: Plate() for ink in (PAPER, OCHRE, BLUSH, LEAF, "#f0d9a4")}
    busts, panes = Plate(), Plate()
    inks = (OCHRE, PAPER, "#f0d9a4", OCHRE, BLUSH, "#f0d9a4", LEAF, PAPER)
    for row in range(rows):
        for column in range(columns):
            x, y = 66 + column * step_x, 78 + row * step_y
            ink = inks[int(chance("lamp", row, column) * len(inks))]
            by_ink[ink].box(x, y, w, h, 2)
            habit = chance("habit", row, column)
            if habit < 0.62:
                lean = (chance("lean", row, column) - 0.5) * 12
                size = 0.86 + 0.3 * chance("size", row, column)
                middle = x + w / 2 + lean
                busts.disc(middle, y + h - 29 * size, 8.4 * size)
                busts.oval(middle, y + h, 16 * size, 19 * size)
            elif habit < 0.78:
                panes.line([(x + w / 2, y), (x + w / 2, y + h)], 3, round_ends=False)
                panes.line([(x, y + h * 0.42), (x + w, y + h * 0.42)], 3, round_ends=False)
            elif habit < 0.88:
                panes.box(x, y, w, h * (0.25 + 0.4 * chance("blind", row, column)))
    whole = Plate()
    for ink, plate in by_ink.items():
        sheet.print(plate, ink)
        whole.mask.paste(255, mask=plate.mask)
    sheet.print(busts.within(whole), INK)
    sheet.print(panes.within(whole), "#4b5a5c")
    return sheet


def hall() -> Sheet:
    """July 2021: a hall seen from above, with as many people as came, 173, around a stage."""
    sheet = Sheet("#f3e6cd")
    light, stage = Plate(), Plate()
    for reach in range(5):
        light.arc(800, 1030, 300 + reach * 190, 95, 180, 360)
    sheet.print(light, "#f0dfc0")
    stage.disc(800, 1030, 232)
    sheet.print(stage, OCHRE)
    sheet.print(stage.hatched(0, 19, 2.4), "#c58f2c")
    places: list[tuple[float, float, float]] = []
    for row in range(8):
        radius = 310 + row * 91
        count = 16 + row * 4
        for seat in range(count):
            angle = 180 + (seat + 0.5) * 180 / count
            x, y = away(800, 1030, angle, radius)
            aisle = min(abs(angle - 240), abs(angle - 300)) < math.degrees(36 / radius)
            if not aisle and 40 < x < WIDTH - 40 and 40 < y < HEIGHT - 10:
                places.append((x, y, angle + 180))
    on_stage = [(away(800, 1030, angle, 150), angle) for angle in (206, 238, 270, 302, 334)]
    came = sorted(range(len(places)), key=lambda place: chance("came", place))
    came = came[: 173 - len(on_stage)]
    assert len(came) + len(on_stage) == 173  # the picture is the figure
    chairs = Plate()
    for x, y, facing in places:
        chairs.bar(*away(x, y, facing, -11), 26, 56, facing, 9)
    sheet.print(chairs, SAND)
    plates: defaultdict[str, Plate] = defaultdict(Plate)
    for index in came:
        _seen_from_above(plates, *places[index], index)
    for (x, y), angle in on_stage:
        _seen_from_above(plates, x, y, angle, round(angle))
    for ink, plate in sorted(plates.items(), key=lambda item: item[0] in HAIR):
        sheet.print(plate, ink)
    return sheet


def _seen_from_above(
    plates: defaultdict[str, Plate], x: float, y: float, facing: float, index: int
) -> None:
    """Someone seated, small: shoulders, head, and now and then a notebook."""
    clothes = (INK, EARTH, CLAY, EARTH, "#5b876a", BLUSH, INK, CLAY)
    shoulders = plates[clothes[int(chance("clothes", index) * 8)]]
    shoulders.oval(x, y, 19, 34, facing)
    if chance("notebook", index) < 0.3:
        plates[PAPER].bar(*away(x, y, facing, 29), 20, 26, facing, 2)
    hair = plates[HAIR[int(chance("hair", index) * 4)]]
    hair.disc(*away(x, y, facing, 3), 16)


PICTURES = {"table": table, "fenetres": windows, "salle": hall}
