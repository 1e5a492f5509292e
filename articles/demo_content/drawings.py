"""Pictures made for the portal: flat shapes on paper, in the colours of the tokens.

Drawn three times too large and reduced, so that edges are smooth. Each is the same on every
machine.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1600, 1000
SCALE = 2
PAPER, BAND, INK = "#faf6ee", "#f0e9da", "#17262b"
EARTH, LEAF, SAND = "#2b5846", "#98a779", "#cabf94"
CLAY, BLUSH, OCHRE = "#a23c1d", "#e0916f", "#d9a441"
OUTLINES = Path(__file__).resolve().parents[2] / "territories/data/departments_light.geojson"

Canvas = ImageDraw.ImageDraw
Point = tuple[float, float]


def _s(*values: float) -> tuple[float, ...]:
    return tuple(value * SCALE for value in values)


def _disc(canvas: Canvas, x: float, y: float, radius: float, colour: str) -> None:
    canvas.ellipse(_s(x - radius, y - radius, x + radius, y + radius), fill=colour)


def _polygon(canvas: Canvas, points: list[Point], colour: str) -> None:
    canvas.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)


def _line(canvas: Canvas, points: list[Point], colour: str, width: float) -> None:
    scaled = [(x * SCALE, y * SCALE) for x, y in points]
    canvas.line(scaled, fill=colour, width=round(width * SCALE), joint="curve")
    for x, y in (points[0], points[-1]):
        _disc(canvas, x, y, width / 2 - 0.5, colour)


def _box(canvas: Canvas, x: float, y: float, w: float, h: float, colour: str, r: float = 0) -> None:
    canvas.rounded_rectangle(_s(x, y, x + w, y + h), radius=r * SCALE, fill=colour)


def _table(canvas: Canvas) -> None:
    """A table seen from above, people around it, papers and cups on it."""
    canvas.rectangle(_s(0, 0, WIDTH, HEIGHT), fill=BAND)
    for index in range(0, WIDTH, 200):
        _line(canvas, [(index, 0), (index, HEIGHT)], "#e6dcc6", 3)
    _box(canvas, 330, 290, 940, 420, EARTH, 60)
    _box(canvas, 350, 306, 900, 388, "#35694f", 48)
    places = [
        (470, 190),
        (800, 170),
        (1130, 190),
        (470, 810),
        (800, 830),
        (1130, 810),
        (215, 500),
        (1385, 500),
    ]
    colours = [CLAY, INK, OCHRE, BLUSH, CLAY, LEAF, INK, OCHRE]
    for (x, y), colour in zip(places, colours, strict=True):
        sideways = x in (215, 1385)
        rx, ry = (62, 112) if sideways else (112, 62)
        canvas.ellipse(_s(x - rx, y - ry, x + rx, y + ry), fill=colour)
        _disc(canvas, x, y, 46, "#e9c9a8" if colour != OCHRE else "#8a5a3c")
        canvas.pieslice(
            _s(x - 46, y - 46, x + 46, y + 46), 180, 360, fill=INK if colour != INK else CLAY
        )
    for x, y, angle in (
        (480, 400, 8),
        (760, 380, -6),
        (1080, 400, 4),
        (560, 600, -10),
        (860, 600, 6),
        (1110, 590, -4),
    ):
        _sheet(canvas, x, y, angle)
    for x, y in ((650, 470), (960, 520), (420, 520)):
        _disc(canvas, x, y, 34, PAPER)
        _disc(canvas, x, y, 24, "#5b3a24")


def _sheet(canvas: Canvas, x: float, y: float, angle: float) -> None:
    turn = math.radians(angle)

    def at(dx: float, dy: float) -> Point:
        return (
            x + dx * math.cos(turn) - dy * math.sin(turn),
            y + dx * math.sin(turn) + dy * math.cos(turn),
        )

    _polygon(canvas, [at(-56, -72), at(56, -72), at(56, 72), at(-56, 72)], PAPER)
    for row in range(4):
        _line(canvas, [at(-36, -44 + row * 28), at(36 - row % 2 * 22, -44 + row * 28)], SAND, 7)


def _map(canvas: Canvas, lit: Callable[[str, int], str]) -> None:
    canvas.rectangle(_s(0, 0, WIDTH, HEIGHT), fill=PAPER)
    features = json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]
    for index, feature in enumerate(features):
        code = feature["properties"]["code"]
        if code.startswith("97"):
            continue
        geometry = feature["geometry"]
        polygons = (
            [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        )
        for polygon in polygons:
            points = [
                (
                    335 + (lon + 5.2) * math.cos(math.radians(46.5)) * 92,
                    30 + (51.2 - lat) * 96,
                )
                for lon, lat, *_ in polygon[0]
            ]
            scaled = [(x * SCALE, y * SCALE) for x, y in points]
            canvas.polygon(scaled, fill=lit(code, index))
            canvas.line([*scaled, scaled[0]], fill=PAPER, width=3 * SCALE, joint="curve")


def _departments(canvas: Canvas) -> None:
    shades = ["#e9dfc8", SAND, LEAF, "#5b876a", EARTH]
    chance = random.Random(2002)
    _map(canvas, lambda code, index: CLAY if code == "03" else chance.choice(shades))


def _rural(canvas: Canvas) -> None:
    """Fields up to the horizon, a road, a village."""
    canvas.rectangle(_s(0, 0, WIDTH, 420), fill="#f3dfc0")
    _disc(canvas, 1180, 300, 130, OCHRE)
    bands = [
        ("#5b876a", 400, 60),
        (LEAF, 470, 90),
        ("#c8b866", 570, 120),
        (EARTH, 690, 150),
        ("#7f9a6b", 830, 200),
    ]
    for colour, top, wave in bands:
        points = [(x, top + math.sin(x / 260 + top) * wave / 3) for x in range(0, WIDTH + 20, 20)]
        _polygon(canvas, [*points, (WIDTH, HEIGHT), (0, HEIGHT)], colour)
    for furrow in range(14):
        _line(canvas, [(700 + furrow * 70, 1000), (800 + furrow * 26, 840)], "#6d8a5b", 5)
    _polygon(canvas, [(330, 1000), (560, 1000), (610, 560), (596, 560)], PAPER)
    for x, h, colour in ((640, 70, PAPER), (720, 96, BLUSH), (810, 64, PAPER), (890, 84, SAND)):
        _box(canvas, x, 520 - h, 74, h, colour)
        _polygon(canvas, [(x - 8, 520 - h), (x + 82, 520 - h), (x + 37, 476 - h)], CLAY)
    _box(canvas, 766, 330, 34, 140, SAND)
    _polygon(canvas, [(762, 330), (804, 330), (783, 250)], INK)


def _path_of_support(canvas: Canvas) -> None:
    """The five phases of a support, as steps that climb."""
    canvas.rectangle(_s(0, 0, WIDTH, HEIGHT), fill="#eef0e2")
    colours = [SAND, LEAF, "#5b876a", EARTH, CLAY]
    for step, colour in enumerate(colours):
        _box(canvas, 140 + step * 264, 760 - step * 130, 264, 400 + step * 130, colour)
        _box(canvas, 140 + step * 264, 760 - step * 130, 264, 14, PAPER)
    for x, y, colour in ((250, 760, INK), (740, 500, CLAY), (850, 500, INK), (1330, 240, OCHRE)):
        _person(canvas, x, y, colour)
    _line(canvas, [(1440, 240), (1440, 70)], INK, 10)
    _polygon(canvas, [(1444, 72), (1560, 112), (1444, 152)], CLAY)


def _person(canvas: Canvas, x: float, y: float, colour: str, size: float = 1) -> None:
    """Someone standing with the feet at (x, y)."""
    _line(canvas, [(x - 14 * size, y - 8), (x - 8 * size, y - 76 * size)], INK, 20 * size)
    _line(canvas, [(x + 14 * size, y - 8), (x + 8 * size, y - 76 * size)], INK, 20 * size)
    _box(canvas, x - 34 * size, y - 176 * size, 68 * size, 112 * size, colour, 30 * size)
    _disc(canvas, x, y - 206 * size, 31 * size, "#d9a884")


def _bridge(canvas: Canvas) -> None:
    canvas.rectangle(_s(0, 0, WIDTH, HEIGHT), fill="#f6e6cf")
    canvas.rectangle(_s(0, 700, WIDTH, HEIGHT), fill="#4c7a86")
    for row in range(6):
        for x in range(-100 + row % 2 * 90, WIDTH, 180):
            canvas.arc(
                _s(x, 740 + row * 46, x + 90, 780 + row * 46),
                200,
                340,
                fill="#7fa6ac",
                width=5 * SCALE,
            )
    _polygon(canvas, [(0, 470), (260, 470), (340, 1000), (0, 1000)], EARTH)
    _polygon(canvas, [(1600, 470), (1340, 470), (1260, 1000), (1600, 1000)], EARTH)
    _box(canvas, 0, 440, WIDTH, 40, CLAY)
    for x in (520, 800, 1080):
        canvas.arc(_s(x - 140, 480, x + 140, 800), 180, 360, fill=CLAY, width=34 * SCALE)
    for x, colour in ((560, INK), (690, OCHRE), (1000, EARTH), (880, BLUSH)):
        _person(canvas, x, 440, colour, 0.9)
    for x in range(30, WIDTH, 70):
        _line(canvas, [(x, 440), (x, 372)], INK, 5)
    _line(canvas, [(0, 372), (WIDTH, 372)], INK, 8)


def _network(canvas: Canvas) -> None:
    canvas.rectangle(_s(0, 0, WIDTH, HEIGHT), fill=EARTH)
    chance = random.Random(17)
    nodes = [
        (
            120 + (i % 9) * 170 + chance.randint(-46, 46),
            130 + i // 9 * 190 + chance.randint(-46, 46),
        )
        for i in range(45)
    ]
    for i, a in enumerate(nodes):
        for b in nodes[i + 1 :]:
            if math.dist(a, b) < 235:
                _line(canvas, [a, b], "#5b876a", 5)
    for i, (x, y) in enumerate(nodes):
        big = i % 7 == 3
        _disc(canvas, x, y, 40 if big else 20, [PAPER, OCHRE, BLUSH][i % 3])
        if big:
            _disc(canvas, x, y, 16, CLAY)


def _garden(canvas: Canvas) -> None:
    """Seedlings at several ages, the last one grown into a tree."""
    canvas.rectangle(_s(0, 0, WIDTH, HEIGHT), fill="#f3ead6")
    _disc(canvas, 1260, 300, 240, "#dfe4c4")
    canvas.rectangle(_s(0, 760, WIDTH, HEIGHT), fill="#6b4226")
    for x in range(30, WIDTH, 64):
        _disc(canvas, x, 830 + x * 7 % 110, 9, "#8a5a38")
    for index, (x, height) in enumerate(((180, 60), (420, 140), (690, 240), (980, 350))):
        _line(canvas, [(x, 770), (x, 770 - height)], EARTH, 12 + index * 4)
        for leaf in range(1 + index * 2):
            y = 770 - height + leaf * 52
            side = -1 if leaf % 2 else 1
            _polygon(
                canvas,
                [(x, y), (x + side * 60, y - 46), (x + side * 92, y - 8), (x + side * 50, y + 14)],
                ["#5b876a", LEAF][leaf % 2],
            )
    _line(canvas, [(1300, 770), (1300, 480)], "#5b3a24", 44)
    for dx, dy, radius, colour in (
        (0, -120, 170, EARTH),
        (-130, -20, 120, "#3d7058"),
        (130, -30, 130, "#3d7058"),
        (10, 20, 110, "#5b876a"),
    ):
        _disc(canvas, 1300 + dx, 440 + dy, radius, colour)
    for dx, dy in ((-90, -150), (60, -190), (120, -40), (-40, -30), (20, -100), (-150, 0)):
        _disc(canvas, 1300 + dx, 440 + dy, 18, CLAY)


def _poster(canvas: Canvas) -> None:
    """December's seminar: screens that look at one another."""
    canvas.rectangle(_s(0, 0, WIDTH, HEIGHT), fill=CLAY)
    colours = [OCHRE, "#35694f", BLUSH, INK, LEAF, SAND]
    for row in range(3):
        for column in range(5):
            x, y = 110 + column * 285, 90 + row * 285
            _box(canvas, x, y, 240, 240, PAPER, 18)
            _box(canvas, x + 14, y + 14, 212, 190, colours[(row * 2 + column) % 6], 10)
            head = "#e9c9a8" if (row + column) % 2 else "#8a5a3c"
            _disc(canvas, x + 120, y + 96, 40, head)
            canvas.pieslice(_s(x + 44, y + 140, x + 196, y + 292), 180, 360, fill=PAPER)
            _box(canvas, x + 30, y + 216, 90, 8, SAND, 4)


def _assembly(canvas: Canvas) -> None:
    """July's seminar: a hall, a stage, rows of people seen from behind."""
    canvas.rectangle(_s(0, 0, WIDTH, HEIGHT), fill=INK)
    _box(canvas, 300, 90, 1000, 360, "#f6e6cf", 6)
    _polygon(canvas, [(240, 520), (1360, 520), (1480, 600), (120, 600)], CLAY)
    for x, colour in ((560, OCHRE), (800, LEAF), (1040, BLUSH)):
        _person(canvas, x, 540, colour, 1.1)
    for row in range(4):
        for column in range(12 - row):
            x = 60 + row * 66 + column * (1480 - row * 132) / (11 - row)
            y = 980 - (3 - row) * 96
            canvas.ellipse(
                _s(x - 62, y + 20, x + 62, y + 160),
                fill=[EARTH, "#35694f", "#4b5a5c", "#7d2c14"][(row + column) % 4],
            )
            _disc(
                canvas,
                x,
                y,
                38,
                ["#5b3a24", "#2a1c14", "#a0713f", "#c8b8a0"][(row * 3 + column) % 4],
            )


def _workshop(canvas: Canvas) -> None:
    canvas.rectangle(_s(0, 0, WIDTH, HEIGHT), fill="#e7dcc4")
    canvas.rectangle(_s(0, 640, WIDTH, HEIGHT), fill="#8a5a38")
    canvas.rectangle(_s(0, 640, WIDTH, 672), fill="#6b4226")
    for x in (200, 480, 760, 1040, 1320):
        _line(canvas, [(x, 90), (x, 170)], INK, 6)
    _line(canvas, [(120, 90), (1480, 90)], INK, 14)
    _line(canvas, [(200, 170), (200, 420)], OCHRE, 26)
    _box(canvas, 130, 160, 140, 66, INK, 10)
    _line(canvas, [(480, 170), (480, 300)], CLAY, 34)
    _line(canvas, [(480, 300), (480, 440)], "#7d8a86", 14)
    _polygon(canvas, [(740, 170), (780, 170), (850, 440), (670, 440)], "#aab5b1")
    _box(canvas, 725, 150, 70, 44, CLAY, 12)
    canvas.arc(_s(970, 170, 1110, 310), 40, 320, fill=INK, width=30 * SCALE)
    _line(canvas, [(1040, 300), (1040, 440)], INK, 30)
    _disc(canvas, 1320, 300, 120, EARTH)
    _disc(canvas, 1320, 300, 84, "#e7dcc4")
    for x, w, h, colour in (
        (240, 300, 150, CLAY),
        (600, 220, 210, EARTH),
        (880, 340, 120, OCHRE),
        (1270, 180, 180, BLUSH),
    ):
        _box(canvas, x, 640 - h, w, h, colour, 6)
        _line(canvas, [(x + 30, 640 - h / 2), (x + w - 30, 640 - h / 2)], PAPER, 8)


def _bars(canvas: Canvas) -> None:
    """Figures that grow, and what they rest on."""
    canvas.rectangle(_s(0, 0, WIDTH, HEIGHT), fill=PAPER)
    for y in range(200, 860, 130):
        _line(canvas, [(140, y), (1460, y)], "#e0d5bd", 4)
    heights = [180, 240, 210, 320, 380, 350, 460, 540]
    for index, height in enumerate(heights):
        colour = CLAY if index == len(heights) - 1 else [LEAF, EARTH][index % 2]
        _box(canvas, 170 + index * 162, 850 - height, 112, height, colour)
    points = [(226 + i * 162, 800 - h) for i, h in enumerate(heights)]
    _line(canvas, points, INK, 10)
    for x, y in points:
        _disc(canvas, x, y, 20, PAPER)
        _disc(canvas, x, y, 12, INK)
    _line(canvas, [(120, 850), (1480, 850)], INK, 12)


def _digital(canvas: Canvas) -> None:
    canvas.rectangle(_s(0, 0, WIDTH, HEIGHT), fill="#dfe4c4")
    _box(canvas, 300, 170, 1000, 620, INK, 34)
    _box(canvas, 336, 206, 928, 520, PAPER, 12)
    _polygon(canvas, [(180, 850), (1420, 850), (1300, 790), (300, 790)], "#4b5a5c")
    _box(canvas, 336, 206, 240, 520, EARTH, 12)
    for row in range(5):
        _box(canvas, 366, 250 + row * 80, 150 + row % 2 * 30, 22, "#8fb59f", 11)
    for row, width in enumerate((420, 560, 500, 300)):
        _box(canvas, 640, 260 + row * 56, width, 24, SAND, 12)
    for index, height in enumerate((60, 120, 90, 170, 140)):
        _box(canvas, 660 + index * 110, 690 - height, 72, height, [CLAY, OCHRE][index % 2], 4)


def _pots(canvas: Canvas) -> None:
    """One source that several basins share: financing."""
    canvas.rectangle(_s(0, 0, WIDTH, HEIGHT), fill="#f6e6cf")
    for index, (x, y, w, colour) in enumerate(
        (
            (580, 150, 440, EARTH),
            (250, 430, 400, CLAY),
            (950, 430, 400, OCHRE),
            (90, 730, 330, LEAF),
            (480, 730, 300, BLUSH),
            (830, 730, 300, SAND),
            (1180, 730, 330, "#5b876a"),
        )
    ):
        _polygon(canvas, [(x, y), (x + w, y), (x + w - 50, y + 150), (x + 50, y + 150)], colour)
        canvas.ellipse(_s(x, y - 34, x + w, y + 34), fill="#4c7a86")
        if index == 0:
            _line(canvas, [(800, 30), (800, 160)], "#4c7a86", 30)
    for x, y, to in (
        (620, 200, 450),
        (980, 200, 1150),
        (300, 480, 250),
        (600, 480, 630),
        (1000, 480, 980),
        (1300, 480, 1350),
    ):
        _line(canvas, [(x, y), (to, y + 220)], "#4c7a86", 20)


_DRAWINGS: dict[str, Callable[[Canvas], None]] = {
    "table": _table,
    "departements": _departments,
    "campagne": _rural,
    "parcours": _path_of_support,
    "pont": _bridge,
    "reseau": _network,
    "jardin": _garden,
    "ecrans": _poster,
    "assemblee": _assembly,
    "atelier": _workshop,
    "chiffres": _bars,
    "numerique": _digital,
    "bassins": _pots,
}
NAMES = tuple(_DRAWINGS)


def draw(name: str) -> Image.Image:
    picture = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PAPER)
    _DRAWINGS[name](ImageDraw.Draw(picture))
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def picture_content(name: str) -> bytes:
    """The drawing as a PNG file."""
    buffer = BytesIO()
    draw(name).save(buffer, "PNG")
    return buffer.getvalue()
