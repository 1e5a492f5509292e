"""`{% territory_map %}`: France, a region or a department as SVG, with its legend and its table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString

from territories import maps
from territories.circles import CircleMap, Spot, circle_map, map_around
from territories.models import Level, Territory

register = template.Library()
CIRCLE_CLASSES: dict[float | None, str] = {None: "map-masked", 0: "map-zero"}


@register.simple_tag
def territory_map(
    of: Territory | None = None,
    by: str = "departement",
    values: Mapping[str, float | None] | None = None,
    unit: str = "",
    label: str = "",
    query: str = "",
    *,
    link: str = "",
    collectivities: bool = False,
    dots: Iterable[maps.Point] = (),
) -> SafeString:
    """Draws the map of `of` (France when none), coloured by `values` (by code; None is masked).

    Its links lead to the pages of the places, with `query`; or to `link` and a code. With values
    comes a legend and the table of what the map shows; without, the page that holds the map lists
    the same places. Regions and departments have outlines; what is smaller is shown in its
    department by its own place, or by `dots` (longitude, latitude). A territory without outline
    (the southern lands) draws nothing.
    """
    subject = _subject(of, tuple(dots)) if of else None
    if values is None:
        return _plain(subject, by, label, query, collectivities)
    drawing = _drawing(subject, by, collectivities)
    return _render(drawing, values, unit, label, query, link) if drawing else SafeString()


@register.simple_tag
def territory_circles(of: Territory, spots: Iterable[Spot], unit: str, label: str) -> SafeString:
    """Draws a department, or an intercommunalité closely, with a circle for each place in it: its
    surface is the place's number. The page that holds it has the table of the same numbers."""
    code = of.department.code if of.department else ""
    try:
        drawn = circle_map(code, tuple(spots), closely=of.level != Level.DEPARTMENT)
    except ValueError:
        return SafeString()
    return _circles(drawn, unit, label)


@register.simple_tag
def territory_surroundings(
    of: Territory, within: int, spots: Iterable[Spot], unit: str, label: str
) -> SafeString:
    """Draws what lies around a commune, as far as `within` kilometres, with a circle for each place
    there, whatever its department. The page that holds it has the table of the same."""
    code = of.department.code if of.department else ""
    if of.longitude is None or of.latitude is None:
        return SafeString()
    try:
        drawn = map_around(code, (of.longitude, of.latitude), within, tuple(spots))
    except ValueError:
        return SafeString()
    return _circles(drawn, unit, label)


def _circles(drawn: CircleMap, unit: str, label: str) -> SafeString:
    circles = [
        {
            "url": circle.spot.url,
            "x": circle.x,
            "y": circle.y,
            "radius": circle.radius,
            "css_class": CIRCLE_CLASSES.get(circle.value, "map-circle"),
            "said": f"{circle.spot.name}\u00a0: "
            + ("masqué" if circle.value is None else _counted(circle.value, unit)),
        }
        for circle in drawn.circles
        if circle.spot is not None
    ]
    legend = [
        {
            "x": circle.x,
            "y": circle.y,
            "radius": circle.radius,
            "said": _number(circle.value or 0),
            "text_x": circle.x + circle.radius + drawn.text_size / 3,
            "text_y": circle.y + drawn.text_size / 3,
        }
        for circle in drawn.legend
    ]
    return render_to_string(
        "territories/_circles.html",
        {
            "map": drawn,
            "frame": dict(zip(("x", "y", "width", "height"), drawn.box, strict=True)),
            "frame_box": " ".join(f"{number:.0f}" for number in drawn.box),
            "circles": circles,
            "legend": legend,
            "label": label,
            "has_masked": any(circle.value is None for circle in drawn.circles),
        },
    )


@register.simple_tag
def territory_locator(of: Territory) -> SafeString:
    """Draws a sign beside a name that says where: the department lit in its region. It is not for
    those who listen: the name says it."""
    # Their keys say their codes: no query.
    region = (of.region_id or "").removeprefix("region-")
    return _locator(region, (of.department_id or "").removeprefix("departement-"))


@lru_cache(maxsize=512)
def _locator(region: str, department: str) -> SafeString:
    try:
        drawing = maps.locator(region, department)
    except ValueError:
        return SafeString()
    return SafeString(render_to_string("territories/_locator.html", {"drawing": drawing}).strip())


@dataclass(frozen=True)
class MapSubject:
    """What a map needs to know of its territory."""

    region: str = ""
    department: str = ""
    dots: tuple[maps.Point, ...] = ()


def _subject(of: Territory, dots: tuple[maps.Point, ...]) -> MapSubject:
    if of.level == Level.REGION:
        return MapSubject(region=of.code)
    if not dots and of.longitude is not None and of.latitude is not None:
        dots = ((of.longitude, of.latitude),)
    return MapSubject(department=of.department.code if of.department else "", dots=dots)


@lru_cache(maxsize=512)
def _plain(
    subject: MapSubject | None,
    by: str,
    label: str,
    query: str,
    collectivities: bool,
) -> SafeString:
    """Draws a map that is the same for everyone, as long as the process lives."""
    drawing = _drawing(subject, by, collectivities)
    return _render(drawing, None, "", label, query) if drawing else SafeString()


def _drawing(subject: MapSubject | None, by: str, collectivities: bool) -> maps.Drawing | None:
    if subject is None:
        return maps.france(by, collectivities=collectivities)
    try:
        if subject.region:
            return maps.region(subject.region)
        return maps.department(subject.department, subject.dots)
    except ValueError:  # there is no outline: the southern lands, Clipperton
        return None


def _render(
    drawing: maps.Drawing,
    values: Mapping[str, float | None] | None,
    unit: str,
    label: str,
    query: str,
    link: str = "",
) -> SafeString:
    scale, by_code = maps.valued(drawing, values or {})
    urls = {
        shape.code: link + shape.code
        if link
        else reverse("territories:detail", args=[drawing.level, shape.code]) + query
        for shape in drawing.shapes
    }
    shapes = [
        {
            "url": urls[shape.code],
            "path": shape.path,
            "title": _said(shape.name, by_code.get(shape.code), values, unit),
            "css_class": "map-context" if shape.is_context else by_code[shape.code].css_class,
        }
        for shape in drawing.shapes
    ]
    used = {row.css_class for row in by_code.values()}
    return render_to_string(
        "territories/_map.html",
        {
            "drawing": drawing,
            "shapes": shapes,
            "label": label,
            "unit": unit,
            "has_values": values is not None,
            "is_of_one": len(by_code) == 1 and not drawing.dots,
            "legend": [
                {"css_class": f"map-{number}", "text": _range(low, high)}
                for number, (low, high) in enumerate(scale.bounds, start=1)
            ],
            "has_masked": "map-masked" in used,
            "has_none": "map-none" in used,
            "rows": [
                {"row": row, "url": urls[row.code], "value": _shown(row)}
                for row in sorted(by_code.values(), key=lambda row: row.code)
            ],
        },
    )


def _said(
    name: str,
    row: maps.Valued | None,
    values: Mapping[str, float | None] | None,
    unit: str,
) -> str:
    """Returns words such as "Isère : 1 234 structures"."""
    if values is None or row is None:
        return name
    shown = _shown(row)
    return (
        f"{name}\u00a0: {shown} {unit}".rstrip()
        if row.value is not None
        else f"{name}\u00a0: {shown}"
    )


def _shown(row: maps.Valued) -> str:
    if row.value is not None:
        return _number(row.value)
    return "masqué" if row.css_class == "map-masked" else "pas de donnée"


def _range(low: float, high: float) -> str:
    return _number(low) if low == high else f"{_number(low)} à {_number(high)}"


def _counted(value: float, unit: str) -> str:
    """Returns "1 structure", "2 structures", of a unit that is one word in the plural."""
    return f"{_number(value)} {unit.removesuffix('s') if value == 1 else unit}"


def _number(value: float) -> str:
    whole = value == int(value)
    return number_format(int(value) if whole else value, 0 if whole else 1, force_grouping=True)
