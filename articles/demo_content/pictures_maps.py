"""Maps: departments engraved or lit, and a path over the hills."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

from articles.demo_content.press import (
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

OUTLINES = Path(__file__).resolve().parents[2] / "territories/data/departments_light.geojson"
GRID = 16
OVERSEAS = ("971", "972", "973", "974", "976")


def _outlines() -> dict[str, list[list[Point]]]:
    """Each department as polygons in degrees, the parallels brought nearer as they are there."""
    shapes: dict[str, list[list[Point]]] = {}
    for feature in json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]:
        code, geometry = feature["properties"]["code"], feature["geometry"]
        several = geometry["type"] == "MultiPolygon"
        polygons = geometry["coordinates"] if several else [geometry["coordinates"]]
        first = polygons[0][0][0][1] if code in OVERSEAS else 46.5
        narrow = math.cos(math.radians(first))
        shapes[code] = [[(x * narrow, -y) for x, y, *_ in rings[0]] for rings in polygons]
    return shapes


def _placed(
    shapes: list[list[list[Point]]], x: float, y: float, w: float, h: float
) -> list[list[list[Point]]]:
    """Shapes enlarged together to fit a frame, centred in it."""
    points = [point for polygons in shapes for polygon in polygons for point in polygon]
    left, right = min(p[0] for p in points), max(p[0] for p in points)
    top, bottom = min(p[1] for p in points), max(p[1] for p in points)
    unit = min(w / (right - left), h / (bottom - top))
    dx = x + (w - (right - left) * unit) / 2 - left * unit
    dy = y + (h - (bottom - top) * unit) / 2 - top * unit
    return [
        [[(px * unit + dx, py * unit + dy) for px, py in polygon] for polygon in polygons]
        for polygons in shapes
    ]


def _france(
    frame: tuple[float, float, float, float], overseas: list[tuple[float, float]], size: float
) -> dict[str, list[list[Point]]]:
    """The mainland and Corsica in a frame; those of overseas as large as one another, at spots."""
    shapes = _outlines()
    near = [code for code in shapes if code not in OVERSEAS]
    placed = dict(zip(near, _placed([shapes[code] for code in near], *frame), strict=True))
    for code, (x, y) in zip(OVERSEAS, overseas, strict=True):
        placed[code] = _placed([shapes[code]], x - size / 2, y - size / 2, size, size)[0]
    return placed


def _middle(polygons: list[list[Point]]) -> Point:
    largest = max(polygons, key=len)
    area = x = y = 0.0
    for (ax, ay), (bx, by) in zip(largest, [*largest[1:], largest[0]], strict=True):
        cross = ax * by - bx * ay
        area += cross / 2
        x += (ax + bx) * cross / 6
        y += (ay + by) * cross / 6
    return x / area, y / area


def departments() -> Sheet:
    """Every department engraved in its own direction, as on an old map."""
    sheet = Sheet(PAPER)
    spots = [(170.0, 145 + index * 178.0) for index in range(5)]
    shapes = _france((460, 24, 1060, 952), spots, 124)
    inks = (EARTH, EARTH, LEAF, SAND, EARTH, CLAY, LEAF, EARTH, OCHRE)
    solid = {"19": CLAY, "38": EARTH, "22": OCHRE, "57": LEAF, "34": EARTH, "41": OCHRE, "2B": CLAY}
    edges = Plate()
    for code, polygons in shapes.items():
        plate = Plate()
        for polygon in polygons:
            plate.polygon(polygon)
            edges.line([*polygon, polygon[0]], 5)
        if code in solid:
            sheet.print(plate, solid[code])
            continue
        ink = inks[int(chance("ink", code) * len(inks))]
        angle = int(chance("way", code) * 8) * 22.5
        weight = 3.4 + 4.6 * chance("weight", code)
        sheet.print(plate.hatched(angle, 12, weight), ink)
    sheet.print(edges, PAPER)
    return sheet


def network() -> Sheet:
    """One light for each department, those of overseas in a row, joined to their neighbours."""
    sheet = Sheet(EARTH)
    spots = [(150 + 78.0 * (index % 2), 660 + 78.0 * (index // 2)) for index in range(5)]
    shapes = _france((330, 24, 1100, 952), spots, 50)
    middles = {code: _middle(polygons) for code, polygons in shapes.items()}
    codes = sorted(middles)
    links, lights, rings, cores = Plate(), Plate(), Plate(), Plate()
    for code in codes:
        if code in OVERSEAS:
            continue
        near = sorted(codes, key=lambda other: math.dist(middles[code], middles[other]))[1:6]
        for other in near:
            if other not in OVERSEAS and math.dist(middles[code], middles[other]) < 150:
                links.line([middles[code], middles[other]], 2.6)
    seats = ("59", "76", "14", "35", "44", "45", "21", "67", "75", "33", "31", "69", "13", "2A")
    for code, (x, y) in middles.items():
        if code in seats:
            rings.ring(x, y, 21, 5)
            cores.disc(x, y, 12)
        elif code in OVERSEAS:
            cores.disc(x, y, 10)
            rings.ring(x, y, 18, 4)
        else:
            lights.disc(x, y, 6.5 + 4 * chance("light", code))
    sheet.print(links, "#6f957f")
    sheet.print(lights, PAPER)
    sheet.print(rings, OCHRE)
    sheet.print(cores, BLUSH)
    return sheet


def path() -> Sheet:
    """The five stages of a support, as a walk drawn on a contour map."""
    sheet = Sheet(PAPER)
    wood = Plate()
    wood.blob(
        [(1040, 640), (1240, 600), (1440, 690), (1500, 830), (1360, 920), (1160, 880), (1020, 780)]
    )
    sheet.print(wood, "#dfe3c6")
    lake = Plate()
    lake.blob([(250, 250), (400, 190), (520, 240), (500, 330), (360, 380), (250, 340)])
    sheet.print(lake, "#cfdcd2")
    sheet.print(lake.hatched(0, 14, 3), "#7fa590")
    thin, bold = Plate(), Plate()
    heights = _heights()
    for level in range(1, 17):
        plate = bold if level % 4 == 0 else thin
        for a, b in _contour(heights, level * 0.085):
            plate.line([a, b], 5 if level % 4 == 0 else 2.6)
    sheet.print(thin, LEAF)
    sheet.print(bold, "#5b876a")
    trees = Plate()
    for n in range(120):
        x, y = 1000 + 520 * chance("tx", n), 590 + 340 * chance("ty", n)
        trees.polygon([(x - 10, y + 12), (x + 10, y + 12), (x, y - 20)])
    sheet.print(trees.within(wood), EARTH)
    stations = [(150, 850), (430, 640), (760, 720), (880, 400), (1180, 268)]
    way = smooth(
        [
            stations[0],
            (300, 800),
            stations[1],
            (600, 560),
            stations[2],
            (930, 640),
            stations[3],
            (960, 290),
            stations[4],
        ],
        steps=40,
    )
    trail = Plate()
    trail.dashes(way, 11, 30, 22)
    sheet.print(trail, CLAY)
    grounds, marks, pips = Plate(), Plate(), Plate()
    for index, (x, y) in enumerate(stations):
        grounds.disc(x, y, 64)
        marks.disc(x, y, 52)
        for pip in range(index + 1):
            px, py = (x, y) if index == 0 else away(x, y, -90 + pip * 360 / (index + 1), 23)
            pips.disc(px, py, 9.5)
    sheet.print(grounds, PAPER)
    sheet.print(marks, CLAY)
    sheet.print(pips, PAPER)
    pole, flag = Plate(), Plate()
    pole.line([(1180, 216), (1180, 62)], 8)
    flag.polygon([(1184, 64), (1310, 98), (1184, 136)])
    sheet.print(pole, INK)
    sheet.print(flag, OCHRE)
    return sheet


def _height(x: float, y: float) -> float:
    hills = (
        (1190, 250, 330, 250, 1.15),
        (620, 900, 420, 230, 0.5),
        (1500, 930, 330, 260, 0.62),
        (90, 60, 420, 260, 0.55),
        (640, 380, 260, 210, 0.38),
    )
    return sum(
        high * math.exp(-(((x - cx) / wx) ** 2) - ((y - cy) / wy) ** 2)
        for cx, cy, wx, wy, high in hills
    )


def _heights() -> dict[tuple[int, int], float]:
    """The land's height at each crossing of a grid a little larger than the page."""
    return {
        (i, j): _height(i * GRID, j * GRID)
        for i in range(-1, WIDTH // GRID + 2)
        for j in range(-1, HEIGHT // GRID + 2)
    }


def _contour(heights: dict[tuple[int, int], float], level: float) -> Iterator[tuple[Point, Point]]:
    """The line of that height, in short pieces (marching squares)."""
    for i, j in heights:
        corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
        if corners[2] not in heights or corners[1] not in heights or corners[3] not in heights:
            continue
        crossings: list[Point] = []
        for a, b in zip(corners, [*corners[1:], corners[0]], strict=True):
            low, high = heights[a], heights[b]
            if (low < level) != (high < level):
                part = (level - low) / (high - low)
                crossings.append(
                    between((a[0] * GRID, a[1] * GRID), (b[0] * GRID, b[1] * GRID), part)
                )
        yield from zip(crossings[::2], crossings[1::2], strict=True)


PICTURES = {"departements": departments, "reseau": network, "chemin": path}
