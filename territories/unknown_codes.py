"""What a code that no territory has stands for: it may be that of a region or a department of the
past, or be badly copied.

A former commune is a row with its successor, and is found by it. A former region is no part of
today's data: what it held is said, and where to look, since today's region holds more than it did.
"""

from __future__ import annotations

from dataclasses import dataclass

from territories.former_regions import FORMER_REGIONS, UNTIL
from territories.models import Level, Territory, key_of

# By code: the name, the last year and the departments that took its place (Insee).
FORMER_DEPARTMENTS = {"20": ("la Corse", 1975, ("2A", "2B"))}
# How many digits a code has, by level: spreadsheets take away the zero that it begins with.
WIDTHS = {Level.REGION: 2, Level.DEPARTMENT: 2, Level.COMMUNE: 5}


@dataclass(frozen=True)
class Replacement:
    """Some of today's territories that may be meant, under one name."""

    label: str
    territories: tuple[Territory, ...]


@dataclass(frozen=True)
class UnknownCode:
    # What happened to it, in French; empty where nothing is known.
    sentence: str = ""
    replacements: tuple[Replacement, ...] = ()


def explain_unknown_code(level: str, code: str) -> UnknownCode:
    """Says what is known of a code that no territory of this level has."""
    if level == Level.REGION and code in FORMER_REGIONS:
        name, departments = FORMER_REGIONS[code]
        parts = _today(Level.DEPARTMENT, *departments)
        replacements = [Replacement(f"{name}, par ses départements", parts)] if parts else []
        # A key is enough: the region of a department of today is there.
        regions = {part.region_id for part in parts if part.region_id}
        found = Territory.objects.filter(pk__in=regions).order_by("sort_key")
        replacements += [Replacement(region.name, (region,)) for region in found]
        sentence = f"{name} (région {code}) n’est plus une région depuis {UNTIL + 1}."
        return UnknownCode(sentence, tuple(replacements))
    if level == Level.DEPARTMENT and code in FORMER_DEPARTMENTS:
        name, until, departments = FORMER_DEPARTMENTS[code]
        parts = _today(Level.DEPARTMENT, *departments)
        replacements = [Replacement(f"{part.name} ({part.code})", (part,)) for part in parts]
        replacements.append(Replacement(f"{name[3:]} entière", parts))
        sentence = f"Le département {code} ({name}) n’existe plus depuis {until + 1}."
        return UnknownCode(sentence, tuple(replacements) if parts else ())
    width = WIDTHS.get(Level(level)) if level in Level.values else None
    if width and code.isascii() and code.isdigit() and len(code) < width:
        found = _today(level, code.zfill(width))
        return UnknownCode(
            replacements=tuple(Replacement(f"{t.name} ({t.code})", (t,)) for t in found)
        )
    return UnknownCode()


def explain_unknown_key(key: str) -> UnknownCode:
    """The same, by a key that no territory has: `departement-20`."""
    level, _, code = key.rpartition("-")
    return explain_unknown_code(level, code)


def _today(level: str, *codes: str) -> tuple[Territory, ...]:
    found = Territory.objects.in_bulk([key_of(level, code) for code in codes])
    return tuple(found.values())
