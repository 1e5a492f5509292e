"""Finds which commune a line means: by Insee code, by postal code and name, by name. It never
guesses."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from structures.models.structure import place_codes
from territories.models import Level, Territory
from territories.names import compared

CITIES = frozenset({"paris", "lyon", "marseille"})
LEVELS = (Level.COMMUNE, Level.MUNICIPAL, Level.FORMER)
# La Poste writes "GRENOBLE CEDEX 9", which is not what the commune is called.
CEDEX = re.compile(r"\bcedex\b.*$", re.IGNORECASE)
NUMBERED = re.compile(r"^(paris|lyon|marseille)\b")


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
        for place in self._by_key.values():
            if place.level != Level.MUNICIPAL:
                self._by_name[compared(place.name)].append(place)
            if place.successor_id is None:
                for code in place.postal_codes.split():
                    self._by_postal_code[code].append(place)
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
            return self._named(postal_code, CEDEX.sub("", name))
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
        key = compared(name)
        if postal_code and (city := NUMBERED.match(key)):
            municipal = [
                place
                for place in self._by_postal_code.get(postal_code, [])
                if place.level == Level.MUNICIPAL and compared(place.name).startswith(city[1])
            ]
            if len(municipal) == 1:
                return CommuneMatch(municipal[0].pk)
            key = city[1]
        bearers = self._by_name.get(key, [])
        if postal_code:
            there = {place.pk for place in self._by_postal_code.get(postal_code, [])}
            exact = [place for place in bearers if place.pk in there]
            near = [place for place in bearers if _in_department(place, postal_code)]
            for choice in (exact, near):
                if today := self._one_of_today(choice):
                    return CommuneMatch(today)
            if not bearers or not near:
                return CommuneMatch(
                    None, f"«\u00a0{name.strip()}\u00a0» n’est pas au {postal_code}"
                )
        elif today := self._one_of_today(bearers):
            return CommuneMatch(today)
        if not bearers:
            return CommuneMatch(None, f"commune inconnue\u00a0: «\u00a0{name.strip()}\u00a0»")
        return CommuneMatch(
            None,
            f"plusieurs communes s’appellent «\u00a0{name.strip()}\u00a0»\u00a0: donnez le code "
            "postal ou le code Insee",
        )

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


def _in_department(place: Territory, postal_code: str) -> bool:
    code = (place.department_id or "").rpartition("-")[2]
    if postal_code.startswith("20"):  # postal codes of Corsica
        return code in ("2A", "2B")
    # Saint-Barthélemy and Saint-Martin kept postal codes of Guadeloupe.
    if postal_code.startswith("971"):
        return code in ("971", "977", "978")
    return postal_code.startswith(code)
