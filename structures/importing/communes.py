"""Finds which commune a line means: by Insee code, by postal code and name, by name, read as
people write them (`territories.reading`). It never guesses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property

from structures.models.structure import place_codes
from territories.lookup import areas_in_force
from territories.models import Level, Territory
from territories.names import Spelling, in_one_word, words_of
from territories.reading import Reading, departments_of_postal_code, readings

LEVELS = (Level.COMMUNE, Level.MUNICIPAL, Level.FORMER)


@dataclass(frozen=True, slots=True)
class CommuneMatch:
    """A place's key, or the reason why there is none."""

    key: str | None
    problem: str = ""


NOTHING_SAID = CommuneMatch(None)


class Communes:
    """All of France, read once: 38,000 rows, former communes included."""

    def __init__(self) -> None:
        self._by_key = {
            place.pk: place for place in Territory.objects.filter(level__in=LEVELS).order_by("pk")
        }
        for place in self._by_key.values():
            if place.successor_id:
                place.successor = self._by_key[place.successor_id]
        self._by_postal_code: dict[str, list[Territory]] = defaultdict(list)
        self._by_name: dict[str, list[Territory]] = defaultdict(list)
        # What was renamed, by its former names.
        self._by_former_name: dict[str, list[Territory]] = defaultdict(list)
        for place in self._by_key.values():
            for key in _keys(place.name):
                self._by_name[key].append(place)
            for key in {key for name in place.former_names.splitlines() for key in _keys(name)}:
                self._by_former_name[key].append(place)
            if place.successor_id is None:
                for code in place.postal_codes.split():
                    self._by_postal_code[code].append(place)
        self._areas = areas_in_force()
        self._codes: dict[str | None, dict[str, str]] = {}
        self._found: dict[tuple[str, str, str], CommuneMatch] = {}

    def codes(self, key: str | None) -> dict[str, str]:
        """Returns what is copied beside a structure of that place."""
        if key not in self._codes:
            self._codes[key] = place_codes(self._by_key[key] if key else None)
        return self._codes[key]

    def territory(self, key: str) -> Territory:
        return self._by_key[key]

    def find(self, *, code: str = "", postal_code: str = "", name: str = "") -> CommuneMatch:
        asked = (code, postal_code, name)
        found = self._found.get(asked)
        if found is None:
            if len(self._found) > 200_000:
                self._found.clear()
            found = self._found[asked] = self._find(*asked)
        return found

    def _find(self, code: str, postal_code: str, name: str) -> CommuneMatch:
        if not (code or postal_code or name):
            return NOTHING_SAID
        if code:
            for level in (Level.COMMUNE, Level.MUNICIPAL):
                if (key := f"{level}-{code}") in self._by_key:
                    return CommuneMatch(key)
        if name and not (code and not postal_code):
            return self._named(postal_code, name)
        if postal_code:
            return self._of_postal_code(postal_code)
        if name:
            return self._named("", name)
        return CommuneMatch(None, f"code de commune inconnu\u00a0: {code}")

    def _of_postal_code(self, code: str) -> CommuneMatch:
        there = self._by_postal_code.get(code, [])
        if len(there) > 1:
            # An arrondissement and its city share a postal code.
            there = [place for place in there if place.level == Level.MUNICIPAL] or there
        if len(there) == 1:
            return CommuneMatch(there[0].pk)
        if there:
            return CommuneMatch(
                None, f"plusieurs communes ont le code postal {code}\u00a0: nommez-la"
            )
        return CommuneMatch(None, f"code postal inconnu\u00a0: {code}")

    def _named(self, postal_code: str, name: str) -> CommuneMatch:
        bearers: list[Territory] = []
        where = postal_code
        for read in readings(name, self._areas):
            # The postal code of a column is surer than one among the words of a name.
            reading = replace(read, code=postal_code or read.code)
            where = reading.code
            if reading.words in ((), (reading.code,)):
                return self._of_postal_code(reading.code)
            named = self._bearers(reading)
            if key := self._one_at(reading.code, named):
                return CommuneMatch(key)
            bearers += named
        if where and not any(_in_department(place, where) for place in bearers):
            return CommuneMatch(None, f"«\u00a0{name.strip()}\u00a0» n’est pas au {where}")
        if not bearers:
            return CommuneMatch(None, f"commune inconnue\u00a0: «\u00a0{name.strip()}\u00a0»")
        return CommuneMatch(
            None,
            f"plusieurs communes s’appellent «\u00a0{name.strip()}\u00a0»\u00a0: donnez le code "
            "postal ou le code Insee",
        )

    def _bearers(self, reading: Reading) -> list[Territory]:
        """Returns those of that name where the reading says; by today's names, or else by former
        ones."""
        if reading.is_of_city:
            # An arrondissement is nearer than its city, which has its postal codes too.
            there = self._by_postal_code.get(reading.code, [])
            if numbered := [place for place in there if place.level == Level.MUNICIPAL]:
                return numbered
        for names in (self._by_name, self._by_former_name):
            for key in (reading.key, *in_one_word(reading.joined)):
                found = [place for place in names.get(key, ()) if _may_be_meant(place, reading)]
                # There is a La Vergne and a Vergné in one department.
                as_written = [place for place in found if words_of(place.name) == reading.words]
                if found:
                    return as_written or found
        return []

    def _one_at(self, code: str, places: list[Territory]) -> str | None:
        """Returns the only one that has that postal code or code of Insee, or lies in the same
        department (as those of CEDEX do); the only one of all where nothing is said."""
        if not code:
            return self._one_of_today(places)
        exact = [place for place in places if code in (*place.postal_codes.split(), place.code)]
        near = [place for place in places if _in_department(place, code)]
        return self._one_of_today(exact) or self._one_of_today(near)

    def _one_of_today(self, places: list[Territory]) -> str | None:
        """Returns the only one, or the only one that still exists."""
        today = [place for place in places if place.successor_id is None]
        for choice in (today, places):
            if len(choice) == 1:
                return choice[0].pk
        return None

    @cached_property
    def blank(self) -> dict[str, str]:
        return self.codes(None)


def _keys(name: str) -> set[str]:
    spelling = Spelling(name)
    return {spelling.whole, *spelling.joined}


def _department(place: Territory) -> frozenset[str]:
    return frozenset({(place.department_id or "").rpartition("-")[2]})


def _may_be_meant(place: Territory, reading: Reading) -> bool:
    return (not reading.levels or place.level in reading.levels) and reading.may_lie_in(
        _department(place)
    )


def _in_department(place: Territory, postal_code: str) -> bool:
    return not departments_of_postal_code(postal_code).isdisjoint(_department(place))
