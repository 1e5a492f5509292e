"""What narrows a search: kind, theme, territory, year. The address is the query."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q
from django.http import QueryDict

from publishing.facets import Chip, Facet, Option, toggled
from publishing.filter_values import (
    MOST_REPORTED,
    MOST_VALUES,
    UnknownValue,
    Values,
    not_known,
    values_of,
)
from publishing.kinds import declared, with_lists
from search import facets
from search.facets import Lines
from search.lexemes import place_mark, spoken_of_mark, territory_mark, theme_mark
from search.questions import Mark, Node, any_of
from search.writing import shelf
from territories.models import Level, Territory
from themes.models import Theme

NAMES = ("genre", "theme", "territoire", "annee")
EXACTLY = "exactement"
LABELS = {"genre": "Genre", "theme": "Thématique", "territoire": "Territoire", "annee": "Année"}
NOUNS = {
    "genre": "le genre",
    "theme": "la thématique",
    "territoire": "le territoire",
    "annee": "l’année",
}
FIRST_YEAR = 2002
YEARS_AHEAD = 3


@dataclass(frozen=True)
class Tab:
    """A kind of content, with how many are found; the whole has no name."""

    name: str
    label: str
    count: int
    is_current: bool
    url: str


@dataclass(frozen=True)
class _Choice:
    """A territory that is chosen: what lies in it, and what is said of what it lies in."""

    territory: Territory
    above: frozenset[str]

    @property
    def is_counted(self) -> bool:
        return self.territory.level in facets.COUNTED

    def node(self) -> Node:
        key = self.territory.pk
        spoken_of = [spoken_of_mark(above) for above in sorted(self.above - {key})]
        return any_of(map(Mark, [territory_mark(key), place_mark(key), *spoken_of]))

    def holds(self, line: facets.Facets) -> bool:
        return self.territory.pk in line.territories or not self.above.isdisjoint(line.spoken_of)


class Filters:
    """What an address asks beside the words. Several values of one filter widen it, several filters
    narrow it; one of which no value is known empties it, and is told."""

    def __init__(self, sent: QueryDict) -> None:
        in_order = dict.fromkeys([*with_lists(), *declared()])
        self.kinds = {kind.name: kind for kind in in_order}
        self.themes = {theme.slug: theme for theme in Theme.objects.all()}
        asked = {name: sent.getlist(name)[:MOST_VALUES] for name in NAMES}
        keys = [key for key in asked["territoire"] if key and "\x00" not in key]
        self.territories = Territory.objects.select_related("successor").in_bulk(keys)
        last = date.today().year + YEARS_AHEAD  # noqa: DTZ011  # one day more or less of a year
        self.values: dict[str, Values] = {
            "genre": values_of(asked["genre"], self.kinds),
            "theme": values_of(asked["theme"], self.themes, lambda s: Theme.objects.today(s)),
            "territoire": values_of(asked["territoire"], self.territories),
            "annee": values_of(asked["annee"], {str(year) for year in range(FIRST_YEAR, last + 1)}),
        }
        # Nothing but what was typed is searched.
        self.exactly = sent.get(EXACTLY) == "1"

    @property
    def gives_nothing(self) -> bool:
        return any(values.gives_nothing for values in self.values.values())

    @property
    def is_any(self) -> bool:
        """Says whether one is chosen, known or not."""
        return any(values.known or values.unknown for values in self.values.values())

    @property
    def chosen(self) -> dict[str, list[str]]:
        return {name: list(values.known) for name, values in self.values.items()}

    @cached_property
    def _places(self) -> list[_Choice]:
        chosen = [self.territories[key].today for key in self.values["territoire"].known]
        return [_Choice(one, frozenset(one.lineage())) for one in chosen]

    # --- Asked of the index ---

    def nodes(self) -> list[Node]:
        """Returns what marks answer."""
        found = []
        if themes := self.values["theme"].known:
            found.append(any_of(Mark(theme_mark(self.themes[slug].pk)) for slug in themes))
        if self._places:
            found.append(any_of(choice.node() for choice in self._places))
        return found

    @cached_property
    def finer_places(self) -> list[Node]:
        """Returns what marks answer, and lines do not tell: an intercommunalité, a commune."""
        if any(not choice.is_counted for choice in self._places):
            return [any_of(choice.node() for choice in self._places)]
        return []

    @property
    def finer(self) -> dict[str, Node]:
        """Returns what each of those asks by itself, by the key of the territory."""
        return {one.territory.pk: one.node() for one in self._places if not one.is_counted}

    def condition(self) -> Q:
        """Returns what columns answer."""
        condition = Q()
        if kinds := self.values["genre"].known:
            of_kinds = Q(pk__in=[])
            for name in kinds:
                first, after = shelf(name)
                of_kinds |= Q(pk__gte=first, pk__lt=after)
            condition &= of_kinds
        if years := self.values["annee"].known:
            in_years = Q(pk__in=[])
            for year in map(int, years):
                in_years |= Q(day__gte=date(year, 1, 1), day__lt=date(year + 1, 1, 1))
            condition &= in_years
        return condition

    # --- Counted from lines ---

    def keeps(self, kind: str, line: facets.Facets, *, but: str = "") -> bool:
        """Says whether these filters keep what bears that line, `but` one of them."""
        values = self.values
        if but != "genre" and values["genre"].known and kind not in values["genre"].known:
            return False
        if but != "annee" and values["annee"].known and line.year not in values["annee"].known:
            return False
        if but != "theme" and (slugs := values["theme"].known):
            keys = {str(self.themes[slug].pk) for slug in slugs}
            if keys.isdisjoint(line.themes):
                return False
        if but != "territoire" and self._places and not self.finer_places:
            return any(choice.holds(line) for choice in self._places)
        return True

    def total(self, lines: Lines, *, but: str = "") -> int:
        """Returns how many these filters keep, `but` one of them."""
        return sum(
            count
            for (kind, line), count in lines.items()
            if self.keeps(kind, facets.read(line), but=but)
        )

    def wider(self, everywhere: Lines) -> Iterator[tuple[Territory, int]]:
        """Yields what the one territory that is chosen lies in, where that would keep something,
        with how much."""
        if len(self._places) != 1:
            return
        chosen = self._places[0].territory
        for place in (chosen.department, chosen.region):
            if place is not None and place != chosen:
                choice = _Choice(place, frozenset(place.lineage()))
                count = sum(
                    count
                    for (kind, written), count in everywhere.items()
                    if self.keeps(kind, line := facets.read(written), but="territoire")
                    and choice.holds(line)
                )
                if count:
                    yield place, count

    def facets(
        self,
        lines: Lines,
        everywhere: Lines,
        path: str,
        text: str,
        *,
        within: Mapping[str, Lines] | None = None,
    ) -> list[Facet]:
        """Returns each filter with its options and what they would give, the other filters applied.
        `everywhere` are the lines without what `finer_places` asks, `within` those of each of the
        `finer`."""
        found = []
        for name in NAMES:
            counts = self.counts(name, everywhere if name == "territoire" else lines)
            if name == "territoire":
                for key, own in (within or {}).items():
                    counts[key] = self.total(own, but=name)
            chosen = self.chosen[name]
            options = tuple(
                Option(
                    value=value,
                    label=label,
                    count=counts.get(value, 0),
                    selected=value in chosen,
                    url=path + self.query(text, {**self.chosen, name: toggled(chosen, value)}),
                )
                for value, label in self._labels(name, counts).items()
                if counts.get(value) or value in chosen
            )
            found.append(Facet(name, LABELS[name], options))
        return found

    def tabs(self, lines: Lines, path: str, text: str) -> list[Tab]:
        """Returns the kinds that something is found of or that are chosen, after the whole of what
        the other filters keep. None where there is nothing to choose between."""
        counts = self.counts("genre", lines)
        chosen = self.chosen["genre"]
        named = [name for name in self.kinds if counts.get(name) or name in chosen]
        if len(named) < 2 and not chosen:
            return []
        tabs = [Tab("", "Tout", counts.total(), not chosen, self._kind_url(path, text))]
        for name in named:
            url = self._kind_url(path, text, name)
            tabs.append(Tab(name, self.kinds[name].title, counts[name], name in chosen, url))
        return tabs

    def _kind_url(self, path: str, text: str, *kinds: str) -> str:
        return path + self.query(text, {**self.chosen, "genre": kinds})

    def counts(self, name: str, lines: Lines) -> Counter[str]:
        """Returns how many each value of a filter would give, the other filters applied."""
        counts: Counter[str] = Counter()
        slugs = {str(theme.pk): slug for slug, theme in self.themes.items()}
        offered = self._offered_places if name == "territoire" else []
        for (kind, written), count in lines.items():
            line = facets.read(written)
            if not self.keeps(kind, line, but=name):
                continue
            match name:
                case "genre":
                    counts[kind] += count
                case "annee":
                    if line.year:
                        counts[line.year] += count
                case "theme":
                    for key in line.themes:
                        if key in slugs:
                            counts[slugs[key]] += count
                case _:
                    for choice in offered:
                        if choice.holds(line):
                            counts[choice.territory.pk] += count
        return counts

    @cached_property
    def _offered_places(self) -> list[_Choice]:
        """The regions, each followed by its departments where it is chosen or holds what is."""
        chosen = {choice.territory.region_id for choice in self._places} - {None}
        departments: defaultdict[str | None, list[Territory]] = defaultdict(list)
        if chosen:
            within = Territory.objects.filter(level=Level.DEPARTMENT, region__in=chosen)
            for one in within.today():
                departments[one.region_id].append(one)
        found = []
        for region in Territory.objects.filter(level=Level.REGION).today():
            found.append(_Choice(region, frozenset({region.pk})))
            found += [
                _Choice(one, frozenset({one.pk, region.pk})) for one in departments[region.pk]
            ]
        known = {choice.territory.pk for choice in found}
        return found + [one for one in self._places if one.territory.pk not in known]

    def _labels(self, name: str, counts: Counter[str]) -> dict[str, str]:
        match name:
            case "genre":
                return {kind.name: kind.title for kind in self.kinds.values()}
            case "theme":
                return {slug: theme.name for slug, theme in self.themes.items()}
            case "annee":
                years = {*counts, *self.values["annee"].known}
                return {year: year for year in sorted(years, reverse=True)}
        return {choice.territory.pk: choice.territory.name for choice in self._offered_places}

    # --- Addresses ---

    def query(self, text: str, chosen: Mapping[str, Iterable[str]], **more: str) -> str:
        """Returns `?q=…&genre=…`, always in the same order."""
        parameters = QueryDict(mutable=True)
        parameters["q"] = text
        for name in NAMES:
            parameters.setlist(name, list(chosen.get(name, ())))
        if self.exactly:
            parameters[EXACTLY] = "1"
        for name, value in more.items():
            parameters[name] = value
        return f"?{parameters.urlencode()}"

    def _label(self, name: str, value: str) -> str:
        match name:
            case "genre":
                return self.kinds[value].title
            case "theme":
                return self.themes[value].name
            case "territoire":
                return self.territories[value].label
        return value

    def labels(self, *names: str) -> list[str]:
        """Returns what is chosen of these filters, or of all, in words."""
        chosen = self.chosen
        return [self._label(name, value) for name in names or NAMES for value in chosen[name]]

    def chips(self, path: str, text: str) -> list[Chip]:
        """Returns what is chosen, but kinds, which tabs show."""
        return [
            Chip(
                self._label(name, value),
                path + self.query(text, {**self.chosen, name: toggled(values, value)}),
            )
            for name, values in self.chosen.items()
            if name != "genre"
            for value in values
        ]

    def unknown(self, path: str, text: str) -> list[UnknownValue]:
        """Returns what is not known of the address, and how to take it back."""
        return [
            UnknownValue(not_known(NOUNS[name], value), path + self.query(text, self.chosen))
            for name, values in self.values.items()
            for value in values.unknown[:MOST_REPORTED]
        ]
