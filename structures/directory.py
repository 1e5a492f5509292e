"""The directory of structures as a page shows it: what its address asks, every further choice with
what it would give, what is chosen, and the rows of one page.

The address is the query: official codes and slugs, in the same order always, so that partners can
link to it. What does not exist gives nothing, and is told (`questions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import capfirst

from publishing.facets import Chip, toggled
from publishing.filter_values import Suggestion, UnknownValue, values_of
from spelling.lines import one_line
from structures.models import Structure
from structures.presentation import Precision, distance_words, near_words, precision_of
from structures.questions import (
    LEVELS,
    NAME_OF_LEVEL,
    NEAR,
    RADII,
    RADIUS,
    TYPED,
    Missing,
    NoSelection,
    asked_commune,
    asked_territories,
    axis_values,
    labels_of,
    missing_of,
    reserved,
)
from structures.register.figures import Figures
from structures.register.reading import Reading
from structures.register.selection import (
    ALPHABETICAL,
    LARGEST_FIRST,
    LATEST_FIRST,
    NEAREST_FIRST,
    Asked,
    Nearness,
    Selection,
)
from territories.models import Level, Territory
from territories.unknown_codes import Replacement
from territories.widgets import TerritoriesWidget, TerritoryWidget, settle

PAGE_SIZE = 25
LONGEST_QUERY = 100
# So many options are shown before the fold.
UNFOLDED = 8

ORDERS = {ALPHABETICAL: "Nom", LATEST_FIRST: "Dernier accompagnement", LARGEST_FIRST: "Taille"}
# Offered first, and followed unless another is asked for, where nearness is asked.
NEAR_ORDERS = {NEAREST_FIRST: "Les plus proches", **ORDERS}
TABLE, MAP, FIGURES = "liste", "carte", "figures"
VIEWS = {TABLE: "Liste", MAP: "Carte", FIGURES: "Chiffres"}
SUPPORTED = {"oui": True, "non": False}


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class FoldedFacet:
    """A filter with its first options, and those behind a fold."""

    name: str
    label: str
    options: tuple[Choice, ...]
    folded: tuple[Choice, ...]


@dataclass(frozen=True)
class Loosening:
    """A filter less, and how many there would be."""

    label: str
    count: int
    url: str


def _encoded(parameters: Mapping[str, Sequence[str]], missing: Iterable[Missing] = ()) -> str:
    query = QueryDict(mutable=True)
    for name, values in parameters.items():
        query.setlist(name, [*values])
    for one in missing:
        query.appendlist(one.name, one.value)
    encoded = query.urlencode()
    return f"?{encoded}" if encoded else ""


class Directory:
    """One person's question to the register. `sent` is what the address says, whatever it is."""

    def __init__(self, sent: QueryDict, user: Any) -> None:
        self.user = user
        self.reading = Reading(user)
        self.sight, self.columns = self.reading.sight, self.reading.columns
        # The address where what is not known is taken back.
        self.page_path = self.path
        self._missing: list[Missing] = []
        # Nothing is known of one of the filters: the whole answer is empty.
        self.gives_nothing = False
        self.axes = {
            name: axis
            for name, axis in self.reading.axes.items()
            if axis.is_public or self.sight.anything
        }
        self.view = self._shown(sent, "vue", VIEWS, TABLE)
        self.near = self._near(sent)
        self.order_words = NEAR_ORDERS if self.near else ORDERS
        self.usual_order = next(iter(self.order_words))
        self.order = self._shown(sent, "tri", self.order_words, self.usual_order)
        self.territories = self._territories(sent)
        values = {name: axis_values(sent, axis) for name, axis in self.axes.items()}
        for name, found in values.items():
            self._note(missing_of(name, found), empty=found.gives_nothing)
        supported = self._one(sent, "accompagnement", SUPPORTED) if self.sight.anything else ""
        reserved_here = reserved(sent, self._reserved())
        self._note(reserved_here, empty=bool(reserved_here))
        self.asked = Asked(
            values={name: found.known for name, found in values.items()},
            territories=self.territories,
            typed=one_line(sent.get("q", "")[:LONGEST_QUERY]),
            supported=SUPPORTED[supported] if supported else None,
            near=self.near,
        )
        # The form offers this beside: sent again, it holds only what is known.
        self.offered = self.reading.selection(self.asked)
        self.selection = self.offered
        if self.gives_nothing:
            self.selection = NoSelection(self.columns, self.sight, self.asked, self.reading.axes)
        self.figures = self.reading.figures(self.asked)

    # --- What is asked ---

    @staticmethod
    def _shown(sent: QueryDict, name: str, known: Mapping[str, Any], otherwise: str) -> str:
        """Returns the way to show that is asked for, which narrows nothing: any other is the
        ordinary one."""
        value = sent.get(name, otherwise)
        return value if value in known else otherwise

    def _one(self, sent: QueryDict, name: str, known: Mapping[str, Any]) -> str:
        """Returns the value of a filter with one, which is the last; empty for none."""
        values = values_of(sent.getlist(name), known)
        self._note(missing_of(name, values), empty=values.gives_nothing)
        return values.known[-1] if values.known else ""

    def _note(self, missing: Iterable[Missing], *, empty: bool) -> None:
        self._missing += missing
        self.gives_nothing = self.gives_nothing or empty

    def _reserved(self) -> dict[str, str]:
        """Returns the filters that this person has not, by name, with their labels."""
        hidden = {
            name: axis.label for name, axis in self.reading.axes.items() if name not in self.axes
        }
        return hidden if self.sight.anything else {**hidden, "accompagnement": "Accompagnement"}

    def _territories(self, sent: QueryDict) -> tuple[Territory, ...]:
        """Returns today's territories; one that lies in another of them narrows it."""
        box = TerritoriesWidget(levels=tuple(NAME_OF_LEVEL))
        posted, answers = settle(box.value_from_datadict(sent, {}, TYPED), box.levels)
        # The box of territories shows this: a name that may mean several, and which.
        self.box = box.render(
            TYPED,
            replace(posted, keys=()) if posted.typed else None,
            {"id": "id_territoire", "placeholder": "Commune, code postal, département…"},
        )
        found = asked_territories(sent, posted, answers)
        self._note(found.missing, empty=found.gives_nothing)
        return found.territories

    # The form's box of the commune near which one asks; a page without it has none.
    near_box: Any = ""

    def _near(self, sent: QueryDict) -> Nearness | None:
        """Returns near which commune is asked. A distance without a commune narrows nothing."""
        box = TerritoryWidget(levels=(*LEVELS["commune"][:2],))
        posted, answers = settle(box.value_from_datadict(sent, {}, NEAR), box.levels)
        commune, missing = asked_commune(sent, posted, answers)
        # As the other box: what was typed and is not settled, else what is chosen.
        self.near_box = box.render(
            NEAR,
            replace(posted, keys=()) if posted.typed else commune,
            {"id": "id_pres", "placeholder": "Votre commune ou son code postal"},
        )
        self._note(missing, empty=bool(missing) and commune is None)
        radius = self._one(sent, RADIUS, {str(kilometres): kilometres for kilometres in RADII})
        return Nearness(commune, int(radius) if radius else None) if commune else None

    # --- Addresses ---

    @property
    def path(self) -> str:
        return reverse("structures:list")

    def parameters(self) -> dict[str, list[str]]:
        """What counts of the address, in its order."""
        asked = self.asked
        parameters: dict[str, list[str]] = {"q": [asked.typed] if asked.typed else []}
        parameters |= {name: [] for name in LEVELS}
        for territory in self.territories:
            parameters[NAME_OF_LEVEL[Level(territory.level)]].append(territory.code)
        near = asked.near
        parameters[NEAR] = [near.place.code] if near else []
        parameters[RADIUS] = [str(near.within)] if near and near.within else []
        parameters |= {name: list(values) for name, values in asked.values.items()}
        if asked.supported is not None:
            parameters["accompagnement"] = ["oui" if asked.supported else "non"]
        parameters["tri"] = [self.order] if self.order != self.usual_order else []
        parameters["vue"] = [self.view] if self.view != TABLE else []
        return parameters

    def query(self, **changes: Sequence[str]) -> str:
        """Returns `?region=84&…`, with these values in place of its own; empty for none. What is
        not known is left out."""
        return _encoded({**self.parameters(), **changes})

    def url(self, **changes: Sequence[str]) -> str:
        return self.path + self.query(**changes)

    def same_query(self, **changes: Sequence[str]) -> str:
        """Returns the same question, with what is not known of it: another view of it must say so
        too."""
        return _encoded({**self.parameters(), **changes}, self._missing)

    @cached_property
    def unknown(self) -> list[UnknownValue]:
        """Returns what is not known of the address: why, how to take it back, what may be meant."""
        return [
            UnknownValue(
                one.reason,
                self.page_path + _encoded(self.parameters(), self._others(one)),
                tuple(
                    Suggestion(way.label, self._instead(way, one))
                    for way in one.explained.replacements
                ),
            )
            for one in self._missing
        ]

    def _instead(self, way: Replacement, missing: Missing) -> str:
        parameters = self.parameters()
        if missing.name.startswith(NEAR):
            parameters[NEAR] = [territory.code for territory in way.territories]
            return self.page_path + _encoded(parameters, self._others(missing))
        for territory in way.territories:
            codes = parameters[NAME_OF_LEVEL[Level(territory.level)]]
            codes += [territory.code] if territory.code not in codes else []
        return self.page_path + _encoded(parameters, self._others(missing))

    def _others(self, missing: Missing) -> list[Missing]:
        return [one for one in self._missing if one != missing]

    # --- What the page shows ---

    @property
    def near_words(self) -> str:
        return near_words(self.near.place.name) if self.near else ""

    @property
    def radii(self) -> list[tuple[int, bool]]:
        """The distances that the form offers, and which is chosen."""
        within = self.near.within if self.near else None
        return [(kilometres, kilometres == within) for kilometres in RADII]

    @cached_property
    def figures_everywhere(self) -> Figures:
        """The figures, whatever the territory that is asked for: a map compares."""
        return self.reading.figures(replace(self.asked, territories=()))

    @cached_property
    def precision(self) -> Precision:
        return precision_of(self.figures)

    @cached_property
    def facets(self) -> list[FoldedFacet]:
        facets = self._territory_facets()
        for axis in self.axes.values():
            counts = self.offered.counts(axis)
            chosen = list(self.asked.values[axis.name])
            labels = labels_of(axis, chosen).items()
            facets.append(self._facet(axis.name, axis.label, labels, counts, chosen))
        return [facet for facet in facets if facet.options]

    def _territory_facets(self) -> list[FoldedFacet]:
        """Returns regions, the departments of those that are chosen, and the intercommunalités of
        these."""
        around = set().union(*(t.lineage() for t in self.territories), set())
        keys = {t.pk for t in self.territories}
        regions = Territory.objects.filter(level=Level.REGION, vanished_on=None)
        facets = [self._of_level("region", "Région", regions)]
        if open_regions := {key for key in keys | around if key.startswith("region-")}:
            departments = Territory.objects.filter(
                level=Level.DEPARTMENT, vanished_on=None, region__in=open_regions
            )
            facets.append(self._of_level("departement", "Département", departments))
        opened = {key for key in keys | around if key.startswith("departement-")}
        epcis = Territory.objects.filter(level=Level.EPCI, vanished_on=None).filter(
            Q(department__in=opened) | Q(pk__in=keys)
        )
        facets.append(self._of_level("epci", "Intercommunalité", epcis))
        # Communes are typed, and offered only to be taken back.
        if any(territory.level in LEVELS["commune"] for territory in self.territories):
            chosen = Territory.objects.filter(pk__in=keys)
            facets.append(self._of_level("commune", "Commune", chosen))
        return facets

    def _of_level(self, name: str, label: str, territories: Any) -> FoldedFacet:
        level = LEVELS[name][0]
        counts = {
            key.partition("-")[2]: count
            for key, count in self.offered.counts_by_territory(level).items()
        }
        rows = territories.filter(level__in=LEVELS[name]).order_by("sort_key")
        labels = rows.values_list("code", "name")
        chosen = [t.code for t in self.territories if t.level in LEVELS[name]]
        return self._facet(name, label, labels, counts, chosen)

    def _facet(
        self,
        name: str,
        label: str,
        labels: Iterable[tuple[str, str]],
        counts: Mapping[str, int],
        chosen: list[str],
    ) -> FoldedFacet:
        options = [
            Choice(value, str(text), counts.get(value, 0), value in chosen)
            for value, text in labels
            if counts.get(value) or value in chosen
        ]
        shown = options
        if len(options) > UNFOLDED + 2:
            # What is chosen is never behind the fold.
            most = sorted(options, key=lambda option: (-option.selected, -option.count))
            kept = {option.value for option in most[:UNFOLDED]} | set(chosen)
            if name in ("annee",):
                kept = {option.value for option in options[:UNFOLDED]} | set(chosen)
            shown = [option for option in options if option.value in kept]
        folded = [option for option in options if option not in shown]
        return FoldedFacet(name, label, tuple(shown), tuple(folded))

    @cached_property
    def chips(self) -> list[Chip]:
        return [Chip(label, url) for label, url, _ in self._removals]

    @cached_property
    def _removals(self) -> list[tuple[str, str, Asked]]:
        """Returns each choice: its words, the address without it, what that address asks."""
        asked, removals = self.asked, []
        if asked.typed:
            removals.append(
                (f"«\u00a0{asked.typed}\u00a0»", self.url(q=[]), replace(asked, typed=""))
            )
        parameters = self.parameters()
        for territory in self.territories:
            name = NAME_OF_LEVEL[Level(territory.level)]
            left = tuple(t for t in asked.territories if t != territory)
            url = self.url(**{name: toggled(parameters[name], territory.code)})
            removals.append((territory.label, url, replace(asked, territories=left)))
        if near := asked.near:
            anywhere = self.url(**{NEAR: [], RADIUS: []})
            words = capfirst(near_words(near.place.label))
            removals.append((words, anywhere, replace(asked, near=None)))
            if near.within:
                however_far = replace(asked, near=replace(near, within=None))
                label = f"À moins de {near.within}\u00a0km"
                removals.append((label, self.url(**{RADIUS: []}), however_far))
        for name, values in asked.values.items():
            for value in values:
                left_values = toggled(list(values), value)
                removals.append(
                    (
                        labels_of(self.axes[name], values)[value],
                        self.url(**{name: left_values}),
                        replace(asked, values={**asked.values, name: left_values}),
                    )
                )
        if asked.supported is not None:
            label = "Déjà accompagnée" if asked.supported else "Jamais accompagnée"
            removals.append((label, self.url(accompagnement=[]), replace(asked, supported=None)))
        return removals

    @property
    def offers_unsupported(self) -> bool:
        """Says whether those that were never supported may be told from the others."""
        return self.sight.anything

    @property
    def said(self) -> str:
        """What is asked, in words, for the trail."""
        return ", ".join(chip.label for chip in self.chips)[:300] or "toutes"

    @property
    def loosenings(self) -> list[Loosening]:
        """The choices of an empty result that may be taken back, those that give most first."""
        found = []
        for label, url, asked in self._removals:
            if count := self.reading.selection(asked).count:
                found.append(Loosening(label, count, url))
        return sorted(found, key=lambda loosening: -loosening.count)

    def page(self, number: Any) -> Any:
        """The page that is asked for, or the nearest one when it does not exist. Any page costs
        alike."""
        rows: Any = StructureSlices(self)
        return Paginator(rows, PAGE_SIZE).get_page(number)

    @property
    def export_query(self) -> str:
        return self.query(vue=[])

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        return [
            (
                label,
                self.path + self.same_query(vue=[view] if view != TABLE else []),
                view == self.view,
            )
            for view, label in VIEWS.items()
        ]

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        return [
            (
                label,
                self.url(tri=[order] if order != self.usual_order else []),
                order == self.order,
            )
            for order, label in self.order_words.items()
        ]


class StructureSlices:
    """The structures of the directory, read from the database one page at a time."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    def __len__(self) -> int:
        return self.directory.selection.count

    def __getitem__(self, asked: slice) -> list[Structure]:
        directory = self.directory
        chosen, order = directory.selection, directory.order
        return structures_at(chosen, directory.user, asked.start, asked.stop, order=order)


def structures_at(
    selection: Selection, user: Any, start: int, stop: int, *, order: str
) -> list[Structure]:
    """Returns the structures of a selection from one rank to another, as the database has them for
    this person, each with its `latest_year`, and its `distance` in words."""
    ids = selection.ids(start, stop, order)
    found = (
        Structure.objects.visible_to(user)
        .select_related("sector", "commune__department", "commune__successor__department")
        .in_bulk(ids)
    )
    at = selection.columns.positions_of(ids)
    years = selection.columns.latest_year[at].tolist()
    for pk, year, far in zip(ids, years, selection.kilometres(at), strict=True):
        if structure := found.get(pk):
            structure.latest_year = year or None
            structure.distance = distance_words(far)
    return [found[pk] for pk in ids if pk in found]
