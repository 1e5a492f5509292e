"""Puts a year's official geography in the database, as the only writer of territories.

Territories are brought up to date where they stand. What the new year no longer holds keeps its
row, with the day it vanished and its successor, so that whatever points at it still resolves.
All of it happens in one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from territories.models import PLACES, Geography, Kind, Level, LookupKey, Territory
from territories.names import Spelling, compared, short_names
from territories.sources import DATA, Problems, Refused, Year, fingerprint, read
from territories.usual_names import USUAL

BATCH = 2000
COLUMNS = [
    field.attname for field in Territory._meta.concrete_fields if field.attname not in ("id",)
]
# The files no longer say this of a commune that merged, and its row still knows it.
KEPT_WHEN_VANISHED = (
    "population",
    "former_names",
    "postal_codes",
    "longitude",
    "latitude",
    "article",
)

# The first in a list of names alike is what is larger in kind, then what is more populated.
PLACE = {
    Level.REGION: 0,
    Level.DEPARTMENT: 1,
    Level.COMMUNE: 2,
    Level.EPCI: 2,
    Level.MUNICIPAL: 3,
    Level.ARRONDISSEMENT: 4,
    Level.FORMER: 5,
}
VANISHED = 5
NEARER, POSTAL_FIRST, AFTER_DEPARTMENTS = -10 * PLACES, -20 * PLACES, 2 * PLACES
# An intercommunalité is as populated as all its communes: it would hide the town it is named after.
EPCI_WEIGHT = 0.2


@dataclass(frozen=True)
class Report:
    date: date
    created: int
    updated: int
    unchanged: int
    vanished: list[Territory]


def is_loaded(directory: Path = DATA) -> bool:
    """Says whether these very files are those in force."""
    newest = Geography.objects.first()
    return newest is not None and newest.fingerprint == fingerprint(directory)


def load(directory: Path = DATA, *, on: date | None = None) -> Report:
    """Loads that directory's files as the geography in force; `on` is its date if not theirs.

    Raises `Refused`, and changes nothing, if a line cannot be right, if a newer geography is
    loaded already, or if a commune vanished without a word on what became of it.
    """
    year = read(directory, on)
    with transaction.atomic():
        newest = Geography.objects.select_for_update().first()
        if newest is not None and newest.date > year.date:
            raise Refused(
                f"Ces fichiers donnent la géographie au {year.date:%d/%m/%Y}, celle de la base "
                f"est au {newest.date:%d/%m/%Y}."
            )
        is_new = newest is None or newest.fingerprint != year.fingerprint
        report = _bring_up_to_date(year, is_new=is_new)
        _write_lookup_keys()
        Geography.objects.update_or_create(
            fingerprint=year.fingerprint, defaults={"date": year.date}
        )
    return report


def _bring_up_to_date(year: Year, *, is_new: bool) -> Report:
    before = Territory.objects.in_bulk()
    vanished = _mark_vanished(before, year)
    wanted = list(year.territories.values())
    for territory in wanted:
        if territory.vanished_on and (known := before.get(territory.pk)):
            for column in KEPT_WHEN_VANISHED:
                setattr(territory, column, getattr(known, column))
        elif known := before.get(territory.pk):
            territory.former_names = _former_names(known, territory, is_new=is_new)
    wanted += vanished
    _shorten_successions(before, wanted)

    created = [territory for territory in wanted if territory.pk not in before]
    changed = [
        territory
        for territory in wanted
        if (known := before.get(territory.pk)) and _values(known) != _values(territory)
    ]
    Territory.objects.bulk_create(created, batch_size=BATCH)
    Territory.objects.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[column.removesuffix("_id") for column in COLUMNS],
    )
    newly_vanished = [
        territory
        for territory in wanted
        if territory.vanished_on
        and (known := before.get(territory.pk))
        and known.vanished_on is None
    ]
    return Report(
        date=year.date,
        created=len(created),
        updated=len(changed),
        unchanged=len(wanted) - len(created) - len(changed),
        vanished=newly_vanished,
    )


def _former_names(known: Territory, territory: Territory, *, is_new: bool) -> str:
    """Returns the former names that the files say, and those that this portal has known since. A
    name that differs from that of the same files was changed by hand: it is repaired, not kept."""
    names = [*territory.former_names.splitlines(), *known.former_names.splitlines()]
    if is_new and compared(known.name) != compared(territory.name):
        names.insert(0, known.name)
    return "\n".join(name for name in dict.fromkeys(names) if name != territory.name)


def _values(territory: Territory) -> list[object]:
    """Returns the values as they are stored, to be compared with those of before."""
    return [getattr(territory, column) for column in COLUMNS]


def _mark_vanished(before: dict[str, Territory], year: Year) -> list[Territory]:
    """Marks rows of today that the year no longer holds, with their successor. The files say what a
    commune became. Anything else goes where most of its people went: the files do not say it, the
    communes do.

    Of a commune, the files say what it became. Anything else goes where most of its people went:
    the files do not say it, the communes do.
    """
    problems = Problems()
    vanished = []
    gone = {
        key: territory
        for key, territory in before.items()
        if key not in year.territories and territory.vanished_on is None
    }
    moves = _where_people_went(before, year)
    for key, territory in gone.items():
        if territory.level in (Level.COMMUNE, Level.MUNICIPAL):
            problems.add(
                "communes_old.csv",
                f"{territory.name} ({territory.code}) n’est plus dans communes.csv et rien ne dit "
                "ce qu’elle est devenue.",
            )
            continue
        destinations = moves.get(key)
        successor = destinations.most_common(1)[0][0] if destinations else territory.department_id
        if successor is None or successor not in year.territories:
            problems.add(
                str(territory.get_level_display()),
                f"{territory.name} ({territory.code}) a disparu et rien ne dit où sont passées ses "
                "communes.",
            )
            continue
        row = copy(territory)  # `before` stays what it was, to be compared with
        row.vanished_on = year.date
        row.successor_id = successor
        vanished.append(row)
    problems.refuse()
    return vanished


def _where_people_went(before: dict[str, Territory], year: Year) -> dict[str, Counter[str]]:
    """Returns, for each territory above communes, today's territories of the same level, by the
    number of people of its former communes who now live in them."""
    moves: dict[str, Counter[str]] = {}
    for key, commune in before.items():
        if commune.level != Level.COMMUNE or commune.vanished_on:
            continue
        now = year.territories.get(key)
        if now is not None and now.successor_id:
            now = year.territories[now.successor_id]
        if now is None:
            continue
        for column in ("region_id", "department_id", "arrondissement_id", "epci_id", "ept_id"):
            was, became = getattr(commune, column), getattr(now, column)
            if was and became:
                moves.setdefault(was, Counter())[became] += commune.population + 1
    return moves


def _shorten_successions(before: dict[str, Territory], wanted: list[Territory]) -> None:
    """Makes today's territory one step away, whatever the number of mergers since."""
    now = before | {territory.pk: territory for territory in wanted}
    listed = {territory.pk for territory in wanted}
    for key, territory in now.items():
        end = territory
        while end.successor_id:
            end = now[end.successor_id]
        if territory.successor_id and territory.successor_id != end.pk:
            row = territory if key in listed else copy(territory)
            row.successor_id = end.pk
            if key not in listed:
                wanted.append(row)


# --- Look-up ----------------------------------------------------------------------------------


def _write_lookup_keys() -> None:
    """Writes the keys anew each time: a release may compare names otherwise than the one before."""
    table = LookupKey._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608  # the table's own name
        # There are 300,000 rows of four columns: through model instances it takes five times as
        # long.
        statement = (
            f"INSERT INTO {table} (key, exactness, rank, territory_id) VALUES (%s, %s, %s, %s)"  # noqa: S608  # the table's own name
        )
        rows = (row for territory in Territory.objects.iterator() for row in _keys_of(territory))
        # Neighbours in the order of keys are read together: they lie together.
        cursor.executemany(statement, sorted(rows))
        cursor.execute(f"ANALYZE {table}")
        cursor.execute(f"ANALYZE {Territory._meta.db_table}")


def _keys_of(territory: Territory) -> Iterator[tuple[str, int, int, str]]:
    """Yields rows of the look-up: key, exactness, rank, territory."""
    if territory.level == Level.REGION and territory.kind == Kind.COLLECTIVITY:
        return  # it is told by its department, which is the same place
    rank = _rank(territory)
    keys: dict[str, tuple[int, int]] = {}

    def give(exactness: LookupKey.Exactness, rank: int, *given: str) -> None:
        for key in given:
            keys[key] = min(keys.get(key, (exactness, rank)), (exactness, rank))

    for name, called, of in _names(territory):
        spelling = Spelling(name)
        give(called, rank + of, spelling.whole)
        give(max(called, LookupKey.Exactness.JOINED), rank + of, *spelling.joined)
        give(LookupKey.Exactness.WORD_START, rank + of, *spelling.starts)
    if territory.level != Level.FORMER:
        # People know the numbers of departments, and few those of regions, which are the same.
        nearness = AFTER_DEPARTMENTS if territory.level == Level.REGION else 0
        give(LookupKey.Exactness.WHOLE, rank + nearness, territory.code.lower())
    # An arrondissement is nearer to what 75005 means than Paris is; what is asked for by five
    # digits is more often a postal code than a code of Insee.
    nearness = NEARER if territory.level == Level.MUNICIPAL else 0
    give(
        LookupKey.Exactness.WHOLE,
        rank + nearness + POSTAL_FIRST,
        *territory.postal_codes.split(),
    )
    for key, (exactness, its_rank) in sorted(keys.items()):
        yield key, exactness, its_rank, territory.pk


def _names(territory: Territory) -> Iterator[tuple[str, LookupKey.Exactness, int]]:
    """Yields what it is called, how surely, and what the rank grows by."""
    yield territory.name, LookupKey.Exactness.WHOLE, 0
    for name in USUAL.get(territory.pk, ()):
        yield name, LookupKey.Exactness.WHOLE, 0
    for name in territory.former_names.splitlines():
        yield name, LookupKey.Exactness.WHOLE, (VANISHED - PLACE[Level(territory.level)]) * PLACES
    if territory.level == Level.EPCI:
        form, _, own_name = territory.name.partition(" ")
        if form in Kind.values and own_name:
            yield own_name, LookupKey.Exactness.WHOLE, 0
        for name in short_names(territory.name):
            yield name, LookupKey.Exactness.SHORT, 0


def _rank(territory: Territory) -> int:
    place = VANISHED if territory.vanished_on else PLACE[Level(territory.level)]
    people = territory.population
    if territory.level == Level.EPCI:
        people = int(people * EPCI_WEIGHT)
    return place * PLACES - people
