"""Draws the portal's motif, the departments of France, from the official outlines.

Run again when the outlines change; what it writes is committed.
"""

import json
import math
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

OUTLINES = settings.BASE_DIR / "territories" / "data"
CENTRAL_LATITUDE = math.radians(46.5)
WEST, NORTH = -5.3, 51.2  # the corner of metropolitan France
DEGREES = 10.2  # its height
LIT_DEPARTMENT = "03"  # Allier, for being in the middle

Ring = list[tuple[int, int]]


class Command(BaseCommand):
    help = "Writes static/img/france.svg, static/favicon.svg and templates/_logo.html."

    def handle(self, *args: Any, **options: Any) -> None:
        departments = _features("departments_light.geojson")
        regions = _features("regions_light.geojson")
        size = 600
        outlines = [_path(f, size, detail=1) for f in departments if _is_metropolitan(f)]
        _write(
            settings.BASE_DIR / "static/img/france.svg",
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
            f'<path fill="none" stroke="#000" stroke-width="1.5" stroke-linejoin="round" '
            f'd="{"".join(outlines)}"/></svg>\n',
        )
        small = 64
        land = "".join(_path(f, small, detail=1) for f in regions if _is_metropolitan(f))
        lit = "".join(
            _path(f, small, detail=1) for f in departments if f["properties"]["code"] == LIT_DEPARTMENT
        )
        mark = (
            f'<path class="logo-land" d="{land}"/>'
            f'<path class="logo-lit" d="{lit}"/>'
        )
        _write(
            settings.BASE_DIR / "templates/_logo.html",
            f'<svg class="logo-mark" viewBox="0 0 {small} {small}" width="44" height="44" '
            f'aria-hidden="true" focusable="false">{mark}</svg>\n',
        )
        _write(
            settings.BASE_DIR / "static/favicon.svg",
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {small} {small}">'
            f'<path fill="#2f5d4a" stroke="#2f5d4a" stroke-width="1.5" d="{land}"/>'
            f'<path fill="#f0936d" stroke="#f0936d" d="{lit}"/></svg>\n',
        )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _features(name: str) -> list[dict[str, Any]]:
    loaded: dict[str, Any] = json.loads((OUTLINES / name).read_text(encoding="utf-8"))
    return list(loaded["features"])


def _is_metropolitan(feature: dict[str, Any]) -> bool:
    region = feature["properties"].get("region", feature["properties"]["code"])
    return str(region) >= "11"  # those overseas are 01 to 06


def _rings(feature: dict[str, Any]) -> list[list[list[float]]]:
    geometry = feature["geometry"]
    polygons = (
        [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    )
    return [ring for polygon in polygons for ring in polygon]


def _path(feature: dict[str, Any], size: int, detail: int) -> str:
    """The outline on a grid of `size`, rounded to `detail`; what falls on one point is left out."""
    pieces = []
    for ring in _rings(feature):
        points: Ring = []
        for longitude, latitude, *_ in ring:
            x = (longitude - WEST) * math.cos(CENTRAL_LATITUDE) / DEGREES * size
            y = (NORTH - latitude) / DEGREES * size
            point = (round(x / detail) * detail, round(y / detail) * detail)
            if not points or points[-1] != point:
                points.append(point)
        if len(set(points)) > 2:
            pieces.append(_drawn(points))
    return "".join(pieces)


def _drawn(points: Ring) -> str:
    """Relative lines, which are shorter to write."""
    x, y = points[0]
    steps = []
    for next_x, next_y in points[1:-1]:
        steps.append(f"{next_x - x} {next_y - y}")
        x, y = next_x, next_y
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z"
