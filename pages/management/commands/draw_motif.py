"""Draws the portal's motif, the departments of France, from the official outlines.

Two drawings: a map by its outlines, and a mark in which each department is one dot. Run again when
the outlines change; what it writes is committed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from PIL import Image, ImageDraw

OUTLINES = settings.BASE_DIR / "territories" / "data" / "departments_light.geojson"
LIT = "03"  # Allier is lit, for being in the middle

# These say where each part of the territory stands in a drawing of 100 by 100, and how much of it
# it takes: (west, south, east, north), left, top, width. Overseas departments are all given the
# same room, below Brittany where the sea is empty.
METROPOLE = (-5.2, 41.3, 9.6, 51.1)
INSETS = {
    "971": (-61.81, 15.83, -61.00, 16.52),
    "972": (-61.23, 14.39, -60.81, 14.88),
    "973": (-54.61, 2.11, -51.63, 5.75),
    "974": (55.21, -21.39, 55.84, -20.87),
    "976": (45.01, -13.01, 45.30, -12.63),
}
INSET_SIDE = 9.0
# Dots are so far from one another: closer ones are pushed apart.
DOT_DISTANCE = 6.9
LIT_ROOM = 2.0  # the one that is larger needs more around it

Point = tuple[float, float]
Step = tuple[int, int]


class Command(BaseCommand):
    help = (
        "Écrit static/img/france.svg, static/logo.svg, static/favicon.svg, ce qui est demandé à "
        "la racine (static/root/) et templates/_logo.html."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        departments = json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]
        map_ = _lines([_rings(department, scale=6) for department in departments])
        _write("static/img/france.svg", _svg(600, f'<path fill="none" stroke="#000" {map_}/>'))

        dots = _spread({_code(department): _centre(department) for department in departments})
        others = "".join(_dot(dot) for code, dot in dots.items() if code != LIT)
        lit = _dot(dots[LIT])
        _write(
            "templates/_logo.html",
            '<svg class="logo-mark" viewBox="0 0 100 100" width="48" height="48" '
            'aria-hidden="true" focusable="false">'
            f'<path class="logo-places" d="{others}"/><path class="logo-lit" d="{lit}"/></svg>\n',
        )
        _write(
            "static/logo.svg",
            _svg(
                100,
                "<style>path{fill:none;stroke:#17262b;stroke-width:5.2;stroke-linecap:round}"
                ".lit{stroke:#a3421a;stroke-width:9.5}@media(prefers-color-scheme:dark)"
                "{path{stroke:#ede7da}.lit{stroke:#f3a072}}</style>"
                f'<path d="{others}"/><path class="lit" d="{lit}"/>',
            ),
        )
        mainland = [d for d in departments if _code(d) not in INSETS]
        coast = _lines([_rings(d, scale=0.64) for d in mainland], shared=False)
        place = _dot((dots[LIT][0] * 0.64, dots[LIT][1] * 0.64))
        _write(
            "static/favicon.svg",
            # The silhouette stands alone: sixteen pixels hold neither inner lines nor dots.
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="3 0 62 64">'
            "<style>path{fill:#17262b}.lit{stroke:#d9622f}"
            "@media(prefers-color-scheme:dark){path{fill:#ede7da}}</style>"
            f'<path {coast}/><path class="lit" stroke-width="19" stroke-linecap="round" '
            f'd="{place}"/></svg>\n',
        )
        root = Path(settings.BASE_DIR, "static", "root")
        root.mkdir(exist_ok=True)
        mark = _drawn(mainland, dots[LIT])
        mark.save(root / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])
        # The mark stands on paper on telephones, which show black what is transparent.
        paper = Image.new("RGB", (180, 180), "#fbf8f1")
        small = mark.resize((140, 140), Image.Resampling.LANCZOS)
        paper.paste(small, (20, 20), small)
        paper.save(root / "apple-touch-icon.png", optimize=True)


def _drawn(departments: list[dict[str, Any]], lit: Point, *, side: int = 768) -> Image.Image:
    """Draws the mark of favicon.svg in points, for what shows no drawing."""
    drawn = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(drawn)
    left, unit = 4.7, side / 100  # the mainland leaves that much free at its left
    for department in departments:
        for polygon in _polygons(department):
            outline = [_placed(x, y, _code(department)) for x, y, *_ in polygon[0]]
            points = [((x - left) * unit, y * unit) for x, y in outline]
            pen.polygon(points, fill="#17262b", outline="#17262b", width=2)
    x, y = (lit[0] - left) * unit, lit[1] * unit
    radius = 14.8 * unit
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill="#d9622f")
    return drawn


def _write(name: str, text: str) -> None:
    path = Path(settings.BASE_DIR, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _svg(side: int, content: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">{content}</svg>\n'


def _code(feature: dict[str, Any]) -> str:
    return str(feature["properties"]["code"])


def _placed(longitude: float, latitude: float, code: str) -> Point:
    """Places a point on a drawing of 100 by 100, by an equirectangular projection that is true in
    the middle of its box."""
    west, south, east, north = INSETS.get(code, METROPOLE)
    narrowing = math.cos(math.radians((south + north) / 2))
    width, height = (east - west) * narrowing, north - south
    if code not in INSETS:
        unit = 100 / max(width, height)
        left, top = 100 - width * unit, (100 - height * unit) / 2
    else:
        unit = INSET_SIDE / max(width, height)
        left = (INSET_SIDE - width * unit) / 2
        top = 44 + list(INSETS).index(code) * 11.6 + (INSET_SIDE - height * unit) / 2
    return left + (longitude - west) * narrowing * unit, top + (north - latitude) * unit


def _polygons(feature: dict[str, Any]) -> list[list[list[list[float]]]]:
    geometry = feature["geometry"]
    coordinates: list[Any] = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else coordinates


def _rings(feature: dict[str, Any], *, scale: float) -> list[list[Step]]:
    """Returns the outlines on a grid of whole numbers, without what falls on one of its points."""
    rings = []
    for polygon in _polygons(feature):
        for ring in polygon:
            steps: list[Step] = []
            for longitude, latitude, *_ in ring:
                x, y = _placed(longitude, latitude, _code(feature))
                step = (round(x * scale), round(y * scale))
                if not steps or steps[-1] != step:
                    steps.append(step)
            if len(set(steps)) > 2:
                rings.append(steps)
    return rings


def _centre(feature: dict[str, Any]) -> Point:
    """Returns the centre of the largest part of a department, by the weight of its area."""

    def area_and_centre(ring: list[list[float]]) -> tuple[float, float, float]:
        points = [_placed(longitude, latitude, _code(feature)) for longitude, latitude, *_ in ring]
        area = x_moment = y_moment = 0.0
        for (x1, y1), (x2, y2) in pairwise(points):
            cross = x1 * y2 - x2 * y1
            area += cross / 2
            x_moment += (x1 + x2) * cross / 6
            y_moment += (y1 + y2) * cross / 6
        return abs(area), x_moment / area, y_moment / area

    _, x, y = max(area_and_centre(polygon[0]) for polygon in _polygons(feature))
    return x, y


def _spread(centres: dict[str, Point]) -> dict[str, Point]:
    """Returns the same points, none closer to another than the dots are wide: Paris and its ring
    are four departments in the room of one."""
    points = dict(centres)
    for _ in range(400):
        for code, (x, y) in points.items():
            # Each goes a little back home, then away from whoever is too close.
            x, y = x + (centres[code][0] - x) * 0.04, y + (centres[code][1] - y) * 0.04
            for other, (other_x, other_y) in points.items():
                distance = math.dist((x, y), (other_x, other_y))
                room = DOT_DISTANCE + (LIT in (code, other)) * LIT_ROOM
                if other != code and 0 < distance < room:
                    push = (room - distance) / 2 / distance
                    x, y = x + (x - other_x) * push, y + (y - other_y) * push
            points[code] = (x, y)
    return points


def _dot(point: Point) -> str:
    """Returns a line of no length, which a round cap makes a dot: it is shorter than a circle, and
    takes any thickness."""
    return f"M{point[0]:.1f} {point[1]:.1f}h0"


def _relative(steps: list[Step]) -> str:
    """Returns relative moves, which are shorter to write."""
    moves = " ".join(f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(steps))
    return f"M{steps[0][0]} {steps[0][1]}l{moves}".replace(" -", "-")


def _lines(outlines: Iterable[list[list[Step]]], *, shared: bool = True) -> str:
    """Returns the attribute that draws them, each border once though two departments share it; only
    the borders of the whole unless `shared`."""
    neighbours: dict[Step, set[Step]] = {}
    for rings in outlines:
        for ring in rings:
            for start, end in pairwise(ring):
                if shared or end not in neighbours.get(start, ()):
                    neighbours.setdefault(start, set()).add(end)
                    neighbours.setdefault(end, set()).add(start)
                else:
                    neighbours[start].discard(end)
                    neighbours[end].discard(start)
    return f'd="{"".join(_relative(line) for line in _walks(neighbours))}"'


def _walks(neighbours: dict[Step, set[Step]]) -> Iterator[list[Step]]:
    """Yields every edge of the graph in as few strokes as a greedy pen needs: it starts where an
    odd number of lines meet, and goes on until it is stuck."""
    odd = [step for step, others in neighbours.items() if len(others) % 2]
    for start in [*odd, *neighbours]:
        while neighbours[start]:
            stroke = [start]
            while neighbours[stroke[-1]]:
                here = stroke[-1]
                following = min(neighbours[here])
                neighbours[here].remove(following)
                neighbours[following].remove(here)
                stroke.append(following)
            yield stroke
