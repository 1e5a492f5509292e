"""Maps by circles: what has no outline (intercommunalités, communes) is shown where it is, its
surface as its number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from territories import maps
from territories.maps import Box, Point

# These are shares of the larger side of the drawing.
LARGEST, MASKED, SMALLEST, NONE, TEXT = 0.05, 0.012, 0.007, 0.004, 0.026
# These lines, of what is masked, are drawn for maps of about 1,000 units.
HATCHED_FOR = 2_500
# This is left around the places, when the drawing is of them alone; what is smaller is not enlarged
# further.
AROUND, NEAREST = 0.12, 120.0
GAP = 0.02
KILOMETRES_OF_A_DEGREE = 111.2  # of latitude
# Beyond so many kilometres, what lies behind the neighbours is on the map too.
NEIGHBOURS_REACH = 20


@dataclass(frozen=True)
class Spot:
    """A place with its number, which is None where it may not be shown."""

    name: str
    url: str
    longitude: float
    latitude: float
    value: float | None


@dataclass(frozen=True)
class Circle:
    """A circle, in units of the drawing."""

    x: float
    y: float
    radius: float
    value: float | None
    spot: Spot | None = None


@dataclass(frozen=True)
class Ring:
    """So many kilometres around the middle of a map, in units of the drawing, and its words."""

    x: float
    y: float
    radius: float
    said: str
    text_y: float


@dataclass(frozen=True)
class CircleMap:
    shapes: tuple[maps.Shape, ...]
    circles: tuple[Circle, ...]
    # The legend below the map says what circles of some sizes are worth.
    legend: tuple[Circle, ...]
    # These are sizes of the map; the legend takes `depth` more.
    box: Box
    depth: float
    text_size: float
    # Of a map around a place: how far, and where that place is.
    ring: Ring | None = None

    @property
    def hatch(self) -> float:
        """How much larger its lines are than those of other maps."""
        return max(self.box[2:]) / HATCHED_FOR

    @property
    def view_box(self) -> str:
        left, top, width, height = self.box
        return f"{left:.0f} {top:.0f} {width:.0f} {height + self.depth:.0f}"


def circle_map(department: str, spots: Sequence[Spot], *, closely: bool = False) -> CircleMap:
    """Returns the map of `spots` in a department, or `closely` around them. Raises ValueError where
    there is no outline."""
    every = tuple((spot.longitude, spot.latitude) for spot in spots)
    drawing = maps.department(department, every)
    box = _around(drawing.dots) if closely and drawing.dots else drawing.box
    return _drawn(drawing, spots, box)


def map_around(
    department: str, centre: Point, kilometres: float, spots: Sequence[Spot]
) -> CircleMap:
    """Returns the map of `spots` around a place (longitude, latitude) of a department, as far as so
    many kilometres, whatever the departments. Raises ValueError where there is no outline."""
    longitude, latitude = centre
    north = longitude, latitude + kilometres / KILOMETRES_OF_A_DEGREE
    every = tuple((spot.longitude, spot.latitude) for spot in spots)
    farther = kilometres > NEIGHBOURS_REACH
    drawing = maps.department(department, (*every, centre, north), farther=farther)
    *_, (x, y), (north_x, north_y) = drawing.dots
    radius = math.hypot(north_x - x, north_y - y)
    edge = radius * (1 + AROUND)
    box = (x - edge, y - edge, 2 * edge, 2 * edge)
    ring = Ring(x, y, radius, f"{kilometres:g}\u00a0km", y - radius - TEXT * edge / 2)
    return replace(_drawn(drawing, spots, box), ring=ring)


def _drawn(drawing: maps.Drawing, spots: Sequence[Spot], box: Box) -> CircleMap:
    """Draws the spots, which are the first dots of the drawing."""
    at = dict(zip(spots, drawing.dots, strict=False))
    side = max(box[2:])
    most = max((spot.value or 0 for spot in spots), default=0)

    def radius(value: float | None) -> float:
        if not value:
            return (NONE if value == 0 else MASKED) * side
        share = math.sqrt(value / most)
        return max(SMALLEST, LARGEST * share) * side

    circles = [Circle(*at[spot], radius(spot.value), spot.value, spot) for spot in spots]
    # The small ones are drawn over the large ones.
    circles.sort(key=lambda circle: -circle.radius)
    worth = _round_values(most)
    left, top, _, height = box
    legend, x = [], left + GAP * side
    foot = top + height + LARGEST * side + GAP * side
    for value in worth:
        legend.append(Circle(x + radius(value), foot, radius(value), value))
        x += 2 * radius(value) + (len(str(int(value))) * 0.6 + 2.2) * TEXT * side
    depth = 2 * (LARGEST + GAP) * side if worth else 0
    return CircleMap(drawing.shapes, tuple(circles), tuple(legend), box, depth, TEXT * side)


def _around(dots: Sequence[Point]) -> Box:
    xs, ys = [x for x, _ in dots], [y for _, y in dots]
    side = max(max(xs) - min(xs), max(ys) - min(ys), NEAREST)
    width, height = max(max(xs) - min(xs), side * 0.7), max(max(ys) - min(ys), side * 0.5)
    edge = AROUND * side
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return (
        middle_x - width / 2 - edge,
        middle_y - height / 2 - edge,
        width + 2 * edge,
        height + 2 * edge,
    )


def _round_values(most: float) -> list[float]:
    """Returns up to three numbers that are easy to read, the largest at most `most`."""
    if most < 1:
        return []
    values: list[float] = []
    for wanted in (most, most / 4, most / 16):
        unit = 10 ** math.floor(math.log10(wanted)) if wanted >= 1 else 1
        first = next(step for step in (5, 2, 1) if step * unit <= max(wanted, 1)) * unit
        if first not in values:
            values.append(first)
    return values
