"""The pilot's room: the figures of a territory, by year, by what structures are, by what lies in
it; several territories side by side; the sheet of a committee.

A question is the directory's, under other addresses; without a territory it is that of the person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import F, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from structures.directory import Directory
from structures.presentation import Tables, figure_tables
from structures.register.figures import FigureRow, Figures
from structures.register.selection import Asked
from territories.circles import Spot
from territories.former_regions import FORMER_REGIONS, UNTIL
from territories.models import Kind, Level, Territory

# These measure a drawing of years.
COLUMN, HEIGHT = 20, 100
MOST_COMPARED = 4
FORMER_BORDERS = "anciennes"
BORDERS = {FORMER_BORDERS: "De l’époque"}
COUNTRY = {"1": "France entière"}
PER = 1_000


@dataclass(frozen=True)
class TerritoryLine:
    """A line of what lies in a territory."""

    name: str
    url: str
    population: int
    row: FigureRow
    # A map of circles shows them at this longitude and latitude.
    at: tuple[float, float] | None = None

    @property
    def per_thousand(self) -> float | None:
        """The supports for a thousand inhabitants: they say where the scheme reaches few."""
        if self.row.supports is None or not self.population:
            return None
        return self.row.supports * PER / self.population


@dataclass(frozen=True)
class Column:
    """A year of a drawing; `height` is in its units, None where the number is masked."""

    year: str
    value: int | None
    left: int
    top: int
    height: int


@dataclass(frozen=True)
class Series:
    label: str
    columns: tuple[Column, ...]
    latest: int | None

    @property
    def width(self) -> int:
        return COLUMN * len(self.columns)


def columns_of(values: Iterable[tuple[str, int | None]], most: int | None = None) -> Any:
    pairs = list(values)
    highest = most or max((value or 0 for _, value in pairs), default=0) or 1
    heights = [round((value or 0) * HEIGHT / highest) for _, value in pairs]
    return tuple(
        Column(year, value, place * COLUMN, HEIGHT - height, height)
        for place, ((year, value), height) in enumerate(zip(pairs, heights, strict=True))
    )


class Steering(Directory):
    """A question asked in the pilot's room."""

    def __init__(self, sent: QueryDict, user: Any) -> None:
        super().__init__(sent, user)
        self.borders = self._one(sent, "frontieres", BORDERS)

    def _territories(self, sent: QueryDict) -> tuple[Territory, ...]:
        asked = super()._territories(sent)
        self.whole = bool(self._one(sent, "pays", COUNTRY))
        if asked or self.whole or self.gives_nothing:
            return asked
        return tuple(
            territory.today
            for territory in self.sight.scope.territories
            if not self.sight.everything
        )

    def _near(self, sent: QueryDict) -> None:
        """Figures know no nearness: they are asked by territory."""
        return

    @property
    def path(self) -> str:
        return reverse("steering:figures")

    def parameters(self) -> dict[str, list[str]]:
        parameters = super().parameters()
        # The whole country is asked for by name where the person has a territory.
        whole = self.whole and not self.territories and bool(self.sight.scope.territories)
        former = self.borders == FORMER_BORDERS
        return {
            **parameters,
            "pays": ["1"] if whole else [],
            "frontieres": [FORMER_BORDERS] if former else [],
            "tri": [],
            "vue": [],
        }

    @property
    def offers_unsupported(self) -> bool:
        return False  # figures are those of supports

    @property
    def title(self) -> str:
        names = [territory.name for territory in self.territories]
        return ", ".join(names) or "France entière"

    @cached_property
    def territory(self) -> Territory | None:
        """The territory that is asked about, if it is one."""
        return self.territories[0] if len(self.territories) == 1 else None

    # --- By year ---

    @cached_property
    def years(self) -> list[FigureRow]:
        """Counts from the first year to the last, whatever year is asked for."""
        values = {**self.asked.values, "annee": []}
        figures = self.reading.figures(replace(self.asked, values=values))
        return sorted(figures.by(self.reading.axes["annee"]), key=lambda row: row.value)

    def series_of_years(self) -> Series:
        drawn = columns_of((row.value, row.supports) for row in self.years)
        return Series("Accompagnements", drawn, self.years[-1].supports if self.years else None)

    def small_multiples(self, name: str) -> list[Series]:
        """Draws the years of each value of an axis, all at one scale."""
        axis = self.reading.axes[name]
        found = self.figures.by_year(axis)
        most = max((v or 0 for years in found.values() for v in years.values()), default=0)
        series = []
        for value, years in found.items():
            ordered = sorted(years.items())
            drawn = columns_of(ordered, most)
            series.append(Series(str(axis.labels[value]), drawn, ordered[-1][1]))
        return series

    def tables(self) -> Tables:
        return figure_tables(
            self.figures, [axis for name, axis in self.axes.items() if name != "annee"]
        )

    # --- By territory ---

    def places(self, figures: Figures) -> tuple[str, list[TerritoryLine]]:
        """Returns what the territory is made of: a heading, and the lines."""
        former = self.borders == FORMER_BORDERS
        if not self.territories:
            if former:
                return f"Par région d’avant {UNTIL + 1}", self._former_regions(figures)
            regions = Territory.objects.filter(vanished_on=None)
            return "Par région", self._lines(figures, regions, Level.REGION)
        if self.territory is None:
            level = Level(self.territories[0].level)
            asked = Territory.objects.filter(pk__in=[t.pk for t in self.territories])
            return "Par territoire", self._lines(figures, asked, level)
        inside = Territory.objects.children_of(self.territory)
        match self.territory.level:
            case Level.REGION:
                return "Par département", self._lines(figures, inside, Level.DEPARTMENT)
            case Level.DEPARTMENT:
                return "Par intercommunalité", self._lines(figures, inside, Level.EPCI)
        if former:
            return "Par commune d’alors", self._communes_of_the_time(figures)
        return "Par commune", self._lines(figures, inside, Level.COMMUNE)

    def _lines(self, figures: Figures, territories: Any, level: Level) -> list[TerritoryLine]:
        found = list(territories.filter(level=level).order_by("sort_key"))
        rows = figures.by_territory(level, [territory.pk for territory in found])
        at = _points(found, level)
        return [
            TerritoryLine(t.name, self._of(t), t.population, rows[t.pk], at.get(t.pk))
            for t in found
            # Some overseas have nobody, and are named only where there is something to tell.
            if t.kind != Kind.COLLECTIVITY
            or rows[t.pk].supports
            or (rows[t.pk].supports is None and t.population)
        ]

    def _of(self, territory: Territory) -> str:
        return self.url(**{**self._nowhere, str(territory.level): [territory.code], "pays": []})

    _nowhere: dict[str, list[str]] = {"region": [], "departement": [], "epci": [], "commune": []}

    def _former_regions(self, figures: Figures) -> list[TerritoryLine]:
        seen = dict.fromkeys(FORMER_REGIONS, self.sight.everything)
        group = self.columns.places.former_regions
        rows = figures.by_group(group, Level.REGION, list(FORMER_REGIONS), seen)
        populations = dict(
            Territory.objects.filter(level=Level.DEPARTMENT).values_list("code", "population")
        )
        lines = []
        for code, (name, departments) in FORMER_REGIONS.items():
            people = sum(populations.get(department, 0) for department in departments)
            url = self.url(**{**self._nowhere, "departement": departments})
            lines.append(TerritoryLine(name, url, people, rows[code]))
        return lines

    def _communes_of_the_time(self, figures: Figures) -> list[TerritoryLine]:
        """Returns communes as structures were registered: one that has joined another since, by its
        name."""
        assert self.territory is not None
        within = Territory.objects.children_of(self.territory).filter(level=Level.COMMUNE)
        today = {territory.pk: territory for territory in within}
        gone = Territory.objects.filter(successor__in=today).select_related("successor")
        every = {**today, **{territory.pk: territory for territory in gone}}
        seen = dict.fromkeys(every, figures.is_exact)
        then = self.columns.places.of_the_time
        rows = figures.by_group(then, Level.COMMUNE, list(every), seen)
        lines = [
            TerritoryLine(
                territory.name, self._of(territory.today), 0, rows[key], _point(territory)
            )
            for key, territory in every.items()
            if rows[key].supports != 0 or territory.vanished_on is None
        ]
        return sorted(lines, key=lambda line: line.name)

    @property
    def can_show_former_borders(self) -> bool:
        level = self.territory.level if self.territory else ""
        return not self.territories or level == Level.EPCI


def are_reserved(places: Iterable[TerritoryLine]) -> bool:
    """Says whether all that they hold is for those who see the supports."""
    return all(place.row.is_reserved for place in places)


def spots(places: Iterable[TerritoryLine]) -> list[Spot]:
    """Returns what a map of circles shows of them."""
    return [
        Spot(place.name, place.url, *place.at, place.row.structures)
        for place in places
        if place.at is not None
    ]


def _point(territory: Territory) -> tuple[float, float] | None:
    if territory.longitude is None or territory.latitude is None:
        return None
    return territory.longitude, territory.latitude


def _points(territories: Sequence[Territory], level: Level) -> dict[str, tuple[float, float]]:
    """Returns by key where communes are, and the middle of the people of intercommunalités."""
    if level == Level.COMMUNE:
        return {t.pk: point for t in territories if (point := _point(t))}
    if level != Level.EPCI:
        return {}
    people = F("population") + 1
    middles = (
        Territory.objects.filter(level=Level.COMMUNE, epci__in=territories, vanished_on=None)
        .exclude(longitude=None)
        .order_by()
        .values_list("epci_id")
        .annotate(
            at_longitude=Sum(F("longitude") * people) / Sum(people),
            at_latitude=Sum(F("latitude") * people) / Sum(people),
        )
    )
    return {key: (longitude, latitude) for key, longitude, latitude in middles}


# --- Side by side ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """A column of the comparison."""

    name: str
    population: int
    figures: Figures

    @cached_property
    def total(self) -> FigureRow:
        return self.figures.total()

    @cached_property
    def per_thousand(self) -> float | None:
        return TerritoryLine(self.name, "", self.population, self.total).per_thousand


NOBODY = FigureRow("", "", 0, 0)


@dataclass(frozen=True)
class Share:
    """A share of the structures of a column, in hundredths; None is masked, or reserved."""

    hundredths: int | None
    is_reserved: bool

    @classmethod
    def of(cls, part: FigureRow, whole: FigureRow) -> Share:
        if part.structures is None or not whole.structures:
            return cls(None, part.is_reserved or whole.is_reserved)
        return cls(round(part.structures * 100 / whole.structures), False)


@dataclass(frozen=True)
class ComparedRow:
    label: str
    shares: tuple[Share, ...]


def compared(asked: Steering) -> list[Compared]:
    """Returns the territories asked for, then the region that holds them, then the country."""
    territories = list(asked.territories[:MOST_COMPARED])
    regions = {territory.region_id for territory in territories}
    if len(regions) == 1 and None not in regions:
        region = Territory.objects.get(pk=regions.pop())
        if region not in territories:
            territories.append(region)
    columns = [
        Compared(territory.name, territory.population, _figures(asked, (territory,)))
        for territory in territories
    ]
    people = sum(
        Territory.objects.filter(level=Level.REGION, vanished_on=None).values_list(
            "population", flat=True
        )
    )
    return [*columns, Compared("France", people, _figures(asked, ()))]


def compared_tables(columns: Sequence[Compared], names: Iterable[str]) -> list[Any]:
    """Returns by axis how many in a hundred of the structures of each column have each value."""
    tables = []
    are_exact = all(column.figures.is_exact for column in columns)
    for name in names:
        axis = columns[0].figures.axes[name]
        found = [{row.value: row for row in column.figures.by(axis)} for column in columns]
        rows = []
        for value, label in axis.labels.items():
            shares = tuple(
                Share.of(by_value.get(value, NOBODY), column.total)
                for by_value, column in zip(found, columns, strict=True)
            )
            # Where figures are not exact, what is shown depends on no number.
            if not are_exact or any(share.hundredths for share in shares):
                rows.append(ComparedRow(str(label), shares))
        tables.append((axis, rows))
    return tables


def _figures(asked: Steering, territories: tuple[Territory, ...]) -> Figures:
    question: Asked = replace(asked.asked, territories=territories)
    return asked.reading.figures(question)


# --- The sheet of a committee ---------------------------------------------------------------------


class Sheet:
    """One territory and one year, as its comité stratégique reads them."""

    AXES = ("secteur", "taille", "famille", "theme", "etape", "modalite", "operateur")

    def __init__(self, asked: Steering) -> None:
        self.asked = asked
        years = [row.value for row in asked.years if row.supports or row.supports is None]
        chosen = list(asked.asked.values.get("annee", []))
        this_year = str(timezone.localdate().year)
        finished = [year for year in years if year < this_year]
        self.year = chosen[0] if chosen else (finished or years or [this_year])[-1]
        self.figures = self._of(self.year)
        self.total = self.figures.total()
        self.before = self._of(str(int(self.year) - 1)).total()
        self.tables = figure_tables(self.figures, [asked.reading.axes[name] for name in self.AXES])

    def _of(self, year: str) -> Figures:
        asked = self.asked
        values = {**asked.asked.values, "annee": [year]}
        return asked.reading.figures(replace(asked.asked, values=values))

    @property
    def change(self) -> int | None:
        """Returns the change in supports since the year before, in hundredths."""
        now, then = self.total.supports, self.before.supports
        return None if now is None or not then else round((now - then) * 100 / then)

    @cached_property
    def places(self) -> tuple[str, list[TerritoryLine]]:
        return self.asked.places(self.figures)
