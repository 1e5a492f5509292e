"""The map of departments that answers a question to the directory."""

from __future__ import annotations

from typing import Any

from structures.directory import Directory
from territories.models import Kind, Level, Territory


def map_of(directory: Directory) -> dict[str, Any]:
    """Draws supported structures by department: of the country, or of the region that is asked
    about."""
    region = _region_asked(directory.territories)
    departments = Territory.objects.filter(level=Level.DEPARTMENT, vanished_on=None)
    if region is not None:
        departments = departments.filter(region=region)
    keys = list(departments.values_list("pk", flat=True))
    figures = directory.figures_everywhere
    rows = figures.by_territory(Level.DEPARTMENT, keys)
    return {
        "map_region": region,
        "map_values": {key.partition("-")[2]: row.structures for key, row in rows.items()},
        "map_is_reserved": any(row.is_reserved for row in rows.values()),
        "map_link": directory.path
        + directory.query(region=[], departement=[], epci=[], commune=[])
        + ("&" if directory.query(region=[], departement=[], epci=[], commune=[]) else "?")
        + "departement=",
    }


def _region_asked(territories: tuple[Territory, ...]) -> Territory | None:
    """Returns the one region that holds all that is asked for, if it has departments to show."""
    keys = {territory.region_id for territory in territories}
    if len(keys) != 1 or None in keys:
        return None
    region = Territory.objects.get(pk=keys.pop())
    return region if region.kind == Kind.REGION else None
