"""Maps are drawn on the server: outlines become SVG paths, values become classes of colour.

The mainland is in Lambert-93, in kilometres; each overseas territory stands in a box of its own,
at a size that can be read; Paris and its ring are drawn a second time, larger. Outlines are read
once a process. Nothing here asks the database.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from territories.sources import DATA

Point = tuple[float, float]
Ring = list[Point]
Box = tuple[float, float, float, float]  # left, top, width, height

OVERSEAS = ("971", "972", "973", "974", "976")
COLLECTIVITIES = ("975", "977", "978", "986", "987", "988")
PARIS_AND_RING = ("75", "92", "93", "94")
REGIONS_OVERSEAS = {"01": "971", "02": "972", "03": "973", "04": "974", "06": "976"}

# The national map is drawn in kilometres of Lambert-93.
MAINLAND: Box = (80, -7130, 1170, 1100)
GAP = 24
OVERSEAS_BOX, COLLECTIVITY_BOX, LABEL = 200, 130, 48
PARIS_BOX: Box = (124, -7075, 230, 205)
DETAIL_WIDTH = 1000
LOCATOR: Box = (0, 0, 64, 64)


@dataclass(frozen=True)
class Shape:
    code: str
    name: str
    path: str
    # An outline that the map is about, or that lies around it.
    is_context: bool = False


@dataclass(frozen=True)
class Inset:
    """A box of its own on the national map."""

    label: str
    box: Box
    is_labelled_above: bool = False

    @property
    def label_at(self) -> Point:
        left, top, width, height = self.box
        return left + width / 2, top - 12 if self.is_labelled_above else top + height + 34


@dataclass(frozen=True)
class Drawing:
    """Shapes within `box`, which is the viewBox; `level` is that of the territories they stand
    for."""

    level: str
    box: Box
    shapes: tuple[Shape, ...]
    insets: tuple[Inset, ...] = ()
    # These are places on it, where there is no outline to fill.
    dots: tuple[Point, ...] = ()

    @property
    def dots_path(self) -> str:
        """A path of lines without length, which a round cap makes dots."""
        return "".join(f"M{x:.0f} {y:.0f}h0" for x, y in self.dots)

    @property
    def view_box(self) -> str:
        return " ".join(f"{number:.0f}" for number in self.box)


# --- Projections ----------------------------------------------------------------------------------

# These are the constants of Lambert-93 (EPSG:2154), from IGN's note NTG 71.
ECCENTRICITY = 0.0818191910428158
EXPONENT, RADIUS = 0.7256077650532670, 11_754_255.4261
ORIGIN_X, ORIGIN_Y, MERIDIAN = 700_000.0, 12_655_612.0499, math.radians(3)


def lambert_93(longitude: float, latitude: float) -> Point:
    """Converts degrees (WGS84) to kilometres, y growing southward as in SVG."""
    sine = ECCENTRICITY * math.sin(math.radians(latitude))
    isometric = math.log(
        math.tan(math.pi / 4 + math.radians(latitude) / 2)
        * ((1 - sine) / (1 + sine)) ** (ECCENTRICITY / 2)
    )
    distance = RADIUS * math.exp(-EXPONENT * isometric)
    angle = EXPONENT * (math.radians(longitude) - MERIDIAN)
    x = ORIGIN_X + distance * math.sin(angle)
    y = ORIGIN_Y - distance * math.cos(angle)
    return x / 1000, -y / 1000


def plate_carree(longitude: float, latitude: float, middle: float) -> Point:
    """Converts degrees to kilometres that are true at the middle latitude: for one island, or one
    Guyane."""
    return longitude * 111.32 * math.cos(math.radians(middle)), -latitude * 110.57


def _bounds(rings: Iterable[Ring]) -> Box:
    points = [point for ring in rings for point in ring]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    right, bottom = max(x for x, _ in points), max(y for _, y in points)
    return left, top, right - left, bottom - top


def _fitted(rings: Sequence[Ring], box: Box, margin: float = 0.06) -> list[Ring]:
    """Returns the rings, scaled to stand in the middle of the box."""
    left, top, width, height = _bounds(rings)
    box_left, box_top, box_width, box_height = box
    room = 1 - 2 * margin
    scale = min(box_width * room / width, box_height * room / height)
    x0 = box_left + (box_width - width * scale) / 2
    y0 = box_top + (box_height - height * scale) / 2
    return [[(x0 + (x - left) * scale, y0 + (y - top) * scale) for x, y in ring] for ring in rings]


def _path(rings: Iterable[Ring]) -> str:
    """Returns a path of relative steps in whole units, which compress best; a ring that shrank to a
    point is left out."""
    parts = []
    for ring in rings:
        points = [(round(x), round(y)) for x, y in ring]
        steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(points)]
        steps = [step for step in steps if step != (0, 0)]
        if len(steps) < 3:
            continue
        moves = "".join(f"{dx}{dy:+d} " if dy >= 0 else f"{dx}{dy} " for dx, dy in steps[:-1])
        parts.append(f"M{points[0][0]} {points[0][1]}l{moves.replace('+', ' ').rstrip()}z")
    return "".join(parts)


# --- Outlines -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outline:
    """An outline as it is in the file: several rings, in degrees."""

    code: str
    name: str
    region: str
    rings: tuple[tuple[Point, ...], ...] = field(repr=False)

    @property
    def is_overseas(self) -> bool:
        """Says it by where the outline lies: 01 is the Ain, and the region of Guadeloupe."""
        longitude, latitude = self.rings[0][0]
        return not (-10 < longitude < 15 and 40 < latitude < 55)

    def projected(self) -> list[Ring]:
        if not self.is_overseas:
            return [[lambert_93(*point) for point in ring] for ring in self.rings]
        latitudes = [latitude for ring in self.rings for _, latitude in ring]
        middle = (min(latitudes) + max(latitudes)) / 2
        return [[plate_carree(*point, middle) for point in ring] for ring in self.rings]


@cache
def outlines(file: str) -> dict[str, Outline]:
    """Returns the outlines by code, of a file of `territories/data`."""
    with (DATA / f"{file}.geojson").open(encoding="utf-8") as source:
        features: list[dict[str, Any]] = json.load(source)["features"]
    found = {}
    for feature in features:
        geometry, properties = feature["geometry"], feature["properties"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        rings = tuple(
            tuple((float(x), float(y)) for x, y, *_ in ring) for rings in polygons for ring in rings
        )
        code = properties["code"]
        found[code] = Outline(
            code, properties["name"].replace("'", "’"), properties.get("region", ""), rings
        )
    return found


@cache
def neighbours(code: str) -> frozenset[str]:
    """Returns the departments whose outline has points in common with that one's."""
    every = outlines("departments")
    mine = {point for ring in every[code].rings for point in ring}
    return frozenset(
        other.code
        for other in every.values()
        if other.code != code and any(point in mine for ring in other.rings for point in ring)
    )


# --- Drawings -------------------------------------------------------------------------------------


@cache
def france(by: str = "departement", *, collectivities: bool = False) -> Drawing:
    """Draws the country by `departement` or by `region`, overseas in boxes below the mainland.
    Raises ValueError for another `by`."""
    if by not in ("departement", "region"):
        raise ValueError(f"France is drawn by departement or by region, not by {by}")
    every = outlines("departments_light" if by == "departement" else "regions_light")
    boxes = _overseas_boxes(collectivities)
    shapes, insets = [], []
    for outline in every.values():
        department = (
            REGIONS_OVERSEAS.get(outline.code, outline.code) if by == "region" else outline.code
        )
        rings = outline.projected()
        if department in boxes:
            rings = _fitted(rings, boxes[department])
            insets.append(Inset(outline.name, boxes[department]))
        shapes.append(Shape(outline.code, outline.name, _path(rings)))
    if collectivities and by == "departement":
        for outline in outlines("collectivities").values():
            box = boxes[outline.code]
            shapes.append(
                Shape(outline.code, outline.name, _path(_fitted(outline.projected(), box)))
            )
            insets.append(Inset(outline.name, box))
    if by == "departement":
        ring = [every[code] for code in PARIS_AND_RING]
        shapes += _enlarged(ring, PARIS_BOX)
        insets.append(Inset("Paris et couronne", PARIS_BOX, is_labelled_above=True))
    left, top, width, height = MAINLAND
    bottom = max(box[1] + box[3] for box in boxes.values()) + LABEL
    return Drawing(by, (left, top, width, max(height, bottom - top)), tuple(shapes), tuple(insets))


def _overseas_boxes(collectivities: bool) -> dict[str, Box]:
    left, top, width, height = MAINLAND
    rows: list[tuple[Sequence[str], int]] = [(OVERSEAS, OVERSEAS_BOX)]
    if collectivities:  # they are on two rows, for their names to be read
        rows += [(COLLECTIVITIES[:3], COLLECTIVITY_BOX), (COLLECTIVITIES[3:], COLLECTIVITY_BOX)]
    boxes: dict[str, Box] = {}
    y = top + height + GAP / 2
    for codes, size in rows:
        step = width / len(codes)
        for place, code in enumerate(codes):
            boxes[code] = (left + (place + 0.5) * step - size / 2, y, size, size)
        y += size + LABEL + GAP / 2
    return boxes


def _enlarged(group: Sequence[Outline], box: Box) -> list[Shape]:
    """Draws several outlines at one scale, in one box."""
    rings = {outline.code: outline.projected() for outline in group}
    fitted = iter(_fitted([ring for several in rings.values() for ring in several], box))
    return [
        Shape(outline.code, outline.name, _path([next(fitted) for _ in rings[outline.code]]))
        for outline in group
    ]


@cache
def region(code: str) -> Drawing:
    """Draws a region by its departments, those around it faintly. Raises ValueError where it has no
    outline."""
    every = outlines("departments")
    inside = [outline.code for outline in every.values() if outline.region == code]
    if not inside:
        raise ValueError(f"No outline for region {code}")
    around = {other for mine in inside for other in neighbours(mine)} - set(inside)
    return _detailed(inside, around, margin=0.05)


@lru_cache(maxsize=256)
def department(code: str, dots: tuple[Point, ...] = (), *, farther: bool = False) -> Drawing:
    """Draws a department among its neighbours, and theirs if the map goes `farther`; `dots` are
    places on it (longitude, latitude). Raises ValueError where it has no outline."""
    if code in outlines("collectivities"):
        return _detailed([code], set(), margin=0.08, file="collectivities")
    if code not in outlines("departments"):
        raise ValueError(f"No outline for department {code}")
    around = set(neighbours(code))
    if farther:
        around = around.union(*map(neighbours, around)) - {code}
    return _detailed([code], around, margin=0.22, dots=dots)


def _detailed(
    inside: Sequence[str],
    around: Iterable[str],
    *,
    margin: float,
    dots: tuple[Point, ...] = (),
    file: str = "departments",
) -> Drawing:
    every = outlines(file)
    projected = {code: every[code].projected() for code in [*inside, *sorted(around)]}
    left, top, width, height = _bounds(ring for code in inside for ring in projected[code])
    scale = DETAIL_WIDTH / max(width, height)

    def placed(x: float, y: float) -> Point:
        return (x - left) * scale, (y - top) * scale

    shapes = [
        Shape(
            code,
            every[code].name,
            _path([placed(x, y) for x, y in ring] for ring in rings),
            is_context=code not in inside,
        )
        for code, rings in projected.items()
    ]
    # What lies around is drawn first: the lines of what the map is about stay on top.
    shapes.sort(key=lambda shape: not shape.is_context)
    edge = margin * DETAIL_WIDTH
    box = (-edge, -edge, width * scale + 2 * edge, height * scale + 2 * edge)
    outline = every[inside[0]]
    if outline.is_overseas:
        latitudes = [latitude for ring in outline.rings for _, latitude in ring]
        middle = (min(latitudes) + max(latitudes)) / 2
        places = [placed(*plate_carree(*dot, middle)) for dot in dots]
    else:
        places = [placed(*lambert_93(*dot)) for dot in dots]
    return Drawing("departement", box, tuple(shapes), dots=tuple(places))


@cache
def locator(region: str, department: str = "") -> Drawing:
    """Draws a sign of some 500 bytes, compressed: the department lit in the outline of its region,
    or the region alone. Raises ValueError where there is no outline (the southern lands)."""
    regions, departments = outlines("regions_light"), outlines("departments_light")
    collectivities = outlines("collectivities")
    lit = [department] if department else []
    if department in collectivities:
        rings = {department: collectivities[department].projected()}
    elif department in departments and departments[department].is_overseas:
        rings = {department: departments[department].projected()}
    elif region in regions and (not department or department in departments):
        rings = {f"region {region}": regions[region].projected()}
        lit = lit or list(rings)
        if department:
            rings[department] = departments[department].projected()
    else:
        raise ValueError(f"No outline for region {region}, department {department}")
    fitted = iter(_fitted([ring for several in rings.values() for ring in several], LOCATOR))
    shapes = tuple(
        Shape(code, "", _path([next(fitted) for _ in several]), is_context=code not in lit)
        for code, several in rings.items()
    )
    return Drawing("", LOCATOR, shapes)


# --- Values ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """The classes of values, from 1: each holds the values from its lower bound to its upper
    one."""

    bounds: tuple[tuple[float, float], ...]

    def class_of(self, value: float) -> int:
        return max(1, bisect_right([low for low, _ in self.bounds], value))


def scale_of(values: Iterable[float], classes: int = 5) -> Scale:
    """Returns at most that many classes, about as many values in each; equal values are never
    parted."""
    ordered = sorted(values)
    distinct = sorted(set(ordered))
    if len(distinct) <= classes:
        return Scale(tuple((value, value) for value in distinct))
    lows = sorted({ordered[len(ordered) * place // classes] for place in range(classes)})
    highs = [
        ordered[bisect_right(ordered, low_of_next) - 1 - ordered.count(low_of_next)]
        for low_of_next in lows[1:]
    ]
    return Scale(tuple(zip(lows, [*highs, ordered[-1]], strict=True)))


@dataclass(frozen=True)
class Valued:
    """A shape's value as the map and its table show it."""

    code: str
    name: str
    value: float | None
    css_class: str


def valued(drawing: Drawing, values: Mapping[str, float | None]) -> tuple[Scale, dict[str, Valued]]:
    """Returns every shape of the drawing once, with its class: `map-1` to `map-5`, `map-masked` (a
    value that may not be shown: None), `map-none` (no value)."""
    known = [value for value in values.values() if value is not None]
    scale = scale_of(known)
    result = {}
    for shape in drawing.shapes:
        if shape.is_context:
            continue
        if shape.code not in values:
            css_class, value = "map-none", None
        elif (value := values[shape.code]) is None:
            css_class = "map-masked"
        else:
            css_class = f"map-{scale.class_of(value)}"
        result[shape.code] = Valued(shape.code, shape.name, value, css_class)
    return scale, result
