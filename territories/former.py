"""What a code of a region or a department that is no more, or one badly copied, stands for today.

A former commune is a row with its successor, and is found by it. A former region is no part of
today's data: what it held is said, and where to look, since today's region holds more than it did.
"""

from __future__ import annotations

from dataclasses import dataclass

from territories.former_regions import FORMER_REGIONS, UNTIL
from territories.models import Level, Territory, key_of

# Code: its name, its last year, and the departments that it was parted into (Insee).
FORMER_DEPARTMENTS = {"20": ("la Corse", 1975, ("2A", "2B"))}
# Digits of the codes that begin with a zero: spreadsheets take it away.
WIDTHS = {Level.REGION: 2, Level.DEPARTMENT: 2, Level.COMMUNE: 5}


@dataclass(frozen=True)
class Instead:
    """Some of today's territories that may be meant, under one name."""

    label: str
    territories: tuple[Territory, ...]


@dataclass(frozen=True)
class Gone:
    # A sentence, where something is known of it.
    said: str = ""
    instead: tuple[Instead, ...] = ()


def gone(level: str, code: str) -> Gone:
    """Of a code that no territory has."""
    if level == Level.REGION and code in FORMER_REGIONS:
        name, departments = FORMER_REGIONS[code]
        parts = _today(Level.DEPARTMENT, *departments)
        ways = [Instead(f"{name}, par ses départements", parts)] if parts else []
        # A key is enough: the region of a department of today is there.
        regions = {part.region_id for part in parts if part.region_id}
        found = Territory.objects.filter(pk__in=regions).order_by("sort_key")
        ways += [Instead(region.name, (region,)) for region in found]
        said = f"{name} (région {code}) n’est plus une région depuis {UNTIL + 1}."
        return Gone(said, tuple(ways))
    if level == Level.DEPARTMENT and code in FORMER_DEPARTMENTS:
        name, until, departments = FORMER_DEPARTMENTS[code]
        parts = _today(Level.DEPARTMENT, *departments)
        ways = [Instead(f"{part.name} ({part.code})", (part,)) for part in parts]
        ways.append(Instead(f"{name[3:]} entière", parts))
        said = f"Le département {code} ({name}) n’existe plus depuis {until + 1}."
        return Gone(said, tuple(ways) if parts else ())
    width = WIDTHS.get(Level(level)) if level in Level.values else None
    if width and code.isascii() and code.isdigit() and len(code) < width:
        found = _today(level, code.zfill(width))
        return Gone(instead=tuple(Instead(f"{t.name} ({t.code})", (t,)) for t in found))
    return Gone()


def gone_by_key(key: str) -> Gone:
    """Of a key that no territory has: `departement-20`."""
    level, _, code = key.rpartition("-")
    return gone(level, code)


def _today(level: str, *codes: str) -> tuple[Territory, ...]:
    found = Territory.objects.in_bulk([key_of(level, code) for code in codes])
    return tuple(found.values())
