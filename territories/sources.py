"""Reads a year's official files and refuses them whole as soon as one line cannot be right.

The columns and their sources are described in `territories/data/SOURCES.md`.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from territories.models import Kind, Level, Territory, key_of
from territories.names import alphabetical
from territories.usual_names import former_names

DATA = Path(__file__).resolve().parent / "data"

CsvRow = Mapping[str, str]

# Each file with its columns, in the order in which they are read: parents first.
FILES: dict[str, tuple[str, ...]] = {
    "regions.csv": ("code", "name", "kind", "seat", "tncc", "population"),
    "departments.csv": ("code", "name", "kind", "region", "seat", "tncc", "population"),
    "arrondissements.csv": ("code", "name", "department", "region", "seat", "tncc", "population"),
    "epcis.csv": ("siren", "name", "kind", "departments", "communes", "population"),
    "epts.csv": ("siren", "name", "kind", "communes", "population"),
    "communes.csv": (
        "code", "name", "kind", "parent", "department", "region", "epci", "arrondissement",
        "population", "postal_codes", "lon", "lat",
    ),
    "communes_old.csv": ("code", "name", "kind", "current", "until"),
    "communes_renamed.csv": ("code", "name", "until"),
}  # fmt: skip
# A folder made before the portal read it has none.
OPTIONAL = frozenset({"communes_renamed.csv"})

CODES = {
    Level.REGION: re.compile(r"\d{2,3}"),
    Level.DEPARTMENT: re.compile(r"\d{2,3}|2[AB]"),
    Level.ARRONDISSEMENT: re.compile(r"(?:\d{2}|2[AB])\d{1,2}"),
    Level.EPCI: re.compile(r"\d{9}"),
    Level.COMMUNE: re.compile(r"(?:\d{2}|2[AB])\d{3}"),
}
MOST_PROBLEMS_SHOWN = 20


class Refused(Exception):
    """The files cannot be loaded; the message says each problem with its file and line."""


@dataclass
class Problems:
    """The problems of a reading, gathered so that one run tells more than the first mistake."""

    found: list[str] = field(default_factory=list)

    def add(self, place: str, reason: str) -> None:
        self.found.append(f"{place}\u00a0: {reason}")

    def refuse(self) -> None:
        """Raises Refused where there are problems, and tells the first ones."""
        if self.found:
            shown = self.found[:MOST_PROBLEMS_SHOWN]
            if len(self.found) > len(shown):
                shown.append(f"… et {len(self.found) - len(shown)} autres problèmes.")
            raise Refused("\n".join(shown))


@dataclass(frozen=True)
class Year:
    """A year's geography as its files give it: every territory by key, unsaved.

    Rows for communes that are no more (`vanished_on` set) come after all the others.
    """

    date: date
    fingerprint: str
    territories: dict[str, Territory]


def fingerprint(directory: Path) -> str:
    """Returns the same text for the same files, whatever the machine."""
    seen = hashlib.sha256()
    for name in FILES:
        path = directory / name
        seen.update(name.encode())
        seen.update(path.read_bytes() if path.is_file() else b"")
    return seen.hexdigest()


def read(directory: Path, on: date | None = None) -> Year:
    """Returns the year's geography of that directory. Its date is that of its latest merger of
    communes (1 January of the year) unless given. Raises `Refused` with every problem's file, line
    and reason.

    Its date is that of its latest merger of communes (1 January of the year) unless given.
    Raises `Refused` with every problem's file, line and reason.
    """
    return _Reader(directory).read(on)


class _Reader:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.problems = Problems()
        self.territories: dict[str, Territory] = {}
        self.latest_merger: date | None = None

    def read(self, on: date | None) -> Year:
        readers: dict[str, Callable[[str, CsvRow], None]] = {
            "regions.csv": self._region,
            "departments.csv": self._department,
            "arrondissements.csv": self._arrondissement,
            "epcis.csv": self._epci,
            "epts.csv": self._ept,
            "communes.csv": self._commune,
            "communes_old.csv": self._former_commune,
            "communes_renamed.csv": self._renamed_commune,
        }
        self.epts: dict[str, str] = {}
        self.renamed: dict[str, list[tuple[date, str]]] = {}
        for name, columns in FILES.items():
            if name in OPTIONAL and not (self.directory / name).is_file():
                continue
            for place, row in self._rows(name, columns):
                readers[name](place, row)
            # A mistake in a parent would be told again for each of its children.
            self.problems.refuse()
        if unknown := [
            code for code in self.epts if key_of(Level.COMMUNE, code) not in self.territories
        ]:
            self.problems.add("epts.csv", f"commune inconnue\u00a0: {', '.join(unknown[:5])}.")
        self.problems.refuse()
        self._give_former_names()
        day = on or self.latest_merger
        if day is None:
            raise Refused("communes_old.csv\u00a0: aucune date ; donnez celle de la géographie.")
        return Year(day, fingerprint(self.directory), self.territories)

    # --- Lines ---

    def _rows(self, name: str, columns: tuple[str, ...]) -> Iterator[tuple[str, CsvRow]]:
        path = self.directory / name
        if not path.is_file():
            raise Refused(f"{name}\u00a0: fichier introuvable.")
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                missing = [column for column in columns if column not in (reader.fieldnames or [])]
                if missing:
                    raise Refused(
                        f"{name}, ligne 1\u00a0: colonne manquante\u00a0: {', '.join(missing)}."
                    )
                count = 0
                for row in reader:
                    count += 1
                    place = f"{name}, ligne {reader.line_num}"
                    if None in row or None in row.values():
                        self.problems.add(
                            place, "le nombre de colonnes n’est pas celui de l’en-tête."
                        )
                        continue
                    yield place, {column: row[column].strip() for column in columns}
                if not count:
                    raise Refused(f"{name}\u00a0: aucune ligne.")
        except UnicodeDecodeError as error:
            raise Refused(f"{name}\u00a0: ce n’est pas de l’UTF-8 ({error.reason}).") from error
        except csv.Error as error:
            raise Refused(f"{name}, ligne {reader.line_num}\u00a0: {error}.") from error

    def _add(self, place: str, territory: Territory) -> None:
        pattern = CODES.get(Level(territory.level), CODES[Level.COMMUNE])
        if not pattern.fullmatch(territory.code):
            self.problems.add(
                place, f"le code «\u00a0{territory.code}\u00a0» n’a pas la bonne forme."
            )
        if not territory.name:
            self.problems.add(place, "le nom manque.")
        territory.pk = key_of(territory.level, territory.code)
        territory.sort_key = alphabetical(territory.name)
        if territory.pk in self.territories:
            self.problems.add(place, f"le code {territory.code} est déjà pris plus haut.")
        self.territories[territory.pk] = territory

    # --- What a line holds ---

    def _parent(self, place: str, level: Level, code: str, *, required: bool = True) -> str | None:
        if not code and not required:
            return None
        key = key_of(level, code)
        if key not in self.territories:
            self.problems.add(place, f"{level.label.lower()} inconnu\u00a0: «\u00a0{code}\u00a0».")
            return None
        return key

    def _kind(self, place: str, value: str, *allowed: Kind) -> str:
        if value not in allowed:
            self.problems.add(place, f"nature inconnue\u00a0: «\u00a0{value}\u00a0».")
        return value

    def _number(self, place: str, column: str, value: str) -> int:
        """Reads a number, which is blank where nobody lives: the southern lands."""
        if (value and not value.isascii()) or (value and not value.isdigit()):
            self.problems.add(place, f"{column}\u00a0: «\u00a0{value}\u00a0» n’est pas un nombre.")
            return 0
        return int(value or 0)

    def _degrees(self, place: str, column: str, value: str, most: int) -> float | None:
        if not value:
            return None
        try:
            degrees = float(value)
        except ValueError:
            degrees = float("nan")
        if not -most <= degrees <= most:
            self.problems.add(place, f"{column}\u00a0: «\u00a0{value}\u00a0» n’est pas en degrés.")
            return None
        return degrees

    def _day(self, place: str, value: str) -> date | None:
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.problems.add(place, f"until\u00a0: «\u00a0{value}\u00a0» n’est pas une date.")
            return None

    def _region(self, place: str, row: CsvRow) -> None:
        region = Territory(
            level=Level.REGION,
            code=row["code"],
            name=_typeset(row["name"]),
            kind=self._kind(
                place, row["kind"], Kind.REGION, Kind.REGION_OVERSEAS, Kind.COLLECTIVITY
            ),
            article=row["tncc"],
            population=self._number(place, "population", row["population"]),
            seat_code=row["seat"],
            region_id=key_of(Level.REGION, row["code"]),
        )
        self._add(place, region)

    def _department(self, place: str, row: CsvRow) -> None:
        self._add(
            place,
            Territory(
                level=Level.DEPARTMENT,
                code=row["code"],
                name=_typeset(row["name"]),
                kind=self._kind(
                    place,
                    row["kind"],
                    Kind.DEPARTMENT,
                    Kind.DEPARTMENT_OVERSEAS,
                    Kind.COLLECTIVITY,
                ),
                article=row["tncc"],
                population=self._number(place, "population", row["population"]),
                seat_code=row["seat"],
                department_id=key_of(Level.DEPARTMENT, row["code"]),
                region_id=self._parent(place, Level.REGION, row["region"]),
            ),
        )

    def _arrondissement(self, place: str, row: CsvRow) -> None:
        self._add(
            place,
            Territory(
                level=Level.ARRONDISSEMENT,
                code=row["code"],
                name=_typeset(row["name"]),
                kind=Kind.ARRONDISSEMENT,
                article=row["tncc"],
                population=self._number(place, "population", row["population"]),
                seat_code=row["seat"],
                department_id=self._parent(place, Level.DEPARTMENT, row["department"]),
                region_id=self._parent(place, Level.REGION, row["region"]),
            ),
        )

    def _epci(self, place: str, row: CsvRow) -> None:
        keys = [self._parent(place, Level.DEPARTMENT, code) for code in row["departments"].split()]
        main = self.territories.get(keys[0] or "") if keys else None
        if not keys:
            self.problems.add(place, "aucun département.")
        self._add(
            place,
            Territory(
                level=Level.EPCI,
                code=row["siren"],
                name=_typeset(row["name"]),
                kind=self._kind(place, row["kind"], Kind.CC, Kind.CA, Kind.CU, Kind.METROPOLIS),
                population=self._number(place, "population", row["population"]),
                department_id=main.pk if main else None,
                region_id=main.region_id if main else None,
                departments=row["departments"],
            ),
        )

    def _ept(self, place: str, row: CsvRow) -> None:
        ept = Territory(
            level=Level.EPCI,
            code=row["siren"],
            name=_typeset(row["name"]),
            kind=self._kind(place, row["kind"], Kind.EPT),
            population=self._number(place, "population", row["population"]),
        )
        self._add(place, ept)
        self.epts |= dict.fromkeys(row["communes"].split(), ept.pk)

    def _commune(self, place: str, row: CsvRow) -> None:
        kind = self._kind(place, row["kind"], Kind.COMMUNE, Kind.MUNICIPAL)
        municipal = kind == Kind.MUNICIPAL
        commune = Territory(
            level=Level.MUNICIPAL if municipal else Level.COMMUNE,
            code=row["code"],
            name=_typeset(row["name"]),
            kind=kind,
            population=self._number(place, "population", row["population"]),
            commune_id=self._parent(place, Level.COMMUNE, row["parent"]) if municipal else None,
            department_id=self._parent(place, Level.DEPARTMENT, row["department"]),
            region_id=self._parent(place, Level.REGION, row["region"]),
            epci_id=self._parent(place, Level.EPCI, row["epci"], required=False),
            arrondissement_id=self._parent(
                place, Level.ARRONDISSEMENT, row["arrondissement"], required=False
            ),
            ept_id=self.epts.get(row["code"]),
            postal_codes=row["postal_codes"],
            longitude=self._degrees(place, "lon", row["lon"], 180),
            latitude=self._degrees(place, "lat", row["lat"], 90),
        )
        if any(not re.fullmatch(r"\d{5}", code) for code in row["postal_codes"].split()):
            self.problems.add(place, f"code postal\u00a0: «\u00a0{row['postal_codes']}\u00a0».")
        self._add(place, commune)
        if commune.ept_id and commune.department_id:
            self._lies_in(self.territories[commune.ept_id], commune)

    def _lies_in(self, ept: Territory, commune: Territory) -> None:
        """Finds the department of an EPT: its file does not say it, its communes do."""
        department = self.territories[commune.department_id or ""]
        if ept.department_id is None:
            ept.department_id, ept.region_id = department.pk, department.region_id
        if department.code not in ept.departments.split():
            ept.departments = f"{ept.departments} {department.code}".strip()

    def _former_commune(self, place: str, row: CsvRow) -> None:
        successor_key = self._parent(place, Level.COMMUNE, row["current"])
        successor = self.territories.get(successor_key or "")
        until = self._day(place, row["until"])
        if successor is None or until is None:
            return
        if successor.vanished_on:
            self.problems.add(place, f"la commune {row['current']} n’est plus.")
            return
        kind = self._kind(place, row["kind"], Kind.DELEGATED, Kind.ASSOCIATED, Kind.FORMER)
        keeps_code = row["code"] == row["current"]
        self.latest_merger = max(until, self.latest_merger or until)
        self._add(
            place,
            Territory(
                level=Level.FORMER if keeps_code else Level.COMMUNE,
                code=row["code"],
                name=_typeset(row["name"]),
                kind=kind,
                department_id=successor.department_id,
                region_id=successor.region_id,
                epci_id=successor.epci_id,
                ept_id=successor.ept_id,
                arrondissement_id=successor.arrondissement_id,
                vanished_on=until,
                successor_id=successor.pk,
            ),
        )

    def _renamed_commune(self, place: str, row: CsvRow) -> None:
        key = self._parent(place, Level.COMMUNE, row["code"])
        until = self._day(place, row["until"])
        if key and until:
            self.renamed.setdefault(key, []).append((until, _typeset(row["name"])))

    def _give_former_names(self) -> None:
        regions = {
            territory.code: (territory.region_id or "").rpartition("-")[2]
            for territory in self.territories.values()
            if territory.level == Level.DEPARTMENT
        }
        for key, name in former_names(regions):
            territory = self.territories.get(key)
            if territory is not None and name != territory.name:
                territory.former_names = "\n".join([*territory.former_names.splitlines(), name])
        for key, names in self.renamed.items():
            latest_first = sorted(names, reverse=True)
            self.territories[key].former_names = "\n".join(name for _, name in latest_first)


def _typeset(name: str) -> str:
    """Sets a name in type: the official files are written with a typewriter's characters."""
    for typed, printed in (
        ("'", "’"),
        ("Coeur", "Cœur"),
        (" - ", " – "),
        (" Arrondissement", " arrondissement"),
    ):
        name = name.replace(typed, printed)
    return name
