"""The filters of public lists: what the address asks for, and what each further choice would give.

A room's own filter is a `ListFilter` over its publications, which have `territories`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import django_filters
from django.db.models import Count, F, Model, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.forms import MultipleChoiceField
from django.http import QueryDict

from publishing.addresses import Addressed
from publishing.facets import Chip, Facet, Option, toggled
from publishing.filter_values import (
    MOST_REPORTED,
    MOST_VALUES,
    Moved,
    Suggestion,
    UnknownValue,
    Values,
    not_known,
    values_of,
)
from publishing.kinds import published
from territories.models import Region, Territory
from territories.unknown_codes import explain_unknown_key

Choices = list[tuple[str, str]]


class KnownChoicesField(MultipleChoiceField):
    """Cleans what was sent into what is known of it, and what is not (`Values`)."""

    def __init__(self, *, moved: Moved | None = None, **options: Any) -> None:
        self.moved = moved
        super().__init__(**options)

    def clean(self, value: Any) -> Values:
        sent = self.to_python(value)
        choices: Any = self.choices if any(sent) else ()  # it is read only when something is asked
        return values_of(sent, {str(choice) for choice, _ in choices}, self.moved)


class SeveralFilter(django_filters.MultipleChoiceFilter):
    field_class = KnownChoicesField

    def __init__(
        self,
        *,
        rows: str,
        choices: Callable[[], Choices],
        label: str,
        noun: str,
        moved: Moved | None = None,
    ) -> None:
        """`rows` is the lookup whose value is that of the choices; `noun` is what one is called,
        with its article; `moved` says what former values are called today."""
        self.noun = noun
        super().__init__(field_name=rows, choices=choices, label=label, distinct=False, moved=moved)

    def filter(self, qs: QuerySet[Any], value: Values) -> QuerySet[Any]:
        if not value.known:
            return qs.none() if value.gives_nothing else qs
        # A subquery is needed, since joining themes would repeat what has two of the chosen ones.
        wanted = qs.model._default_manager.filter(**{f"{self.field_name}__in": value.known})
        return qs.filter(pk__in=wanted.values("pk"))


class AddressFilter(SeveralFilter):
    """Filters by the address of a theme, a series, a type; its former addresses are known too."""

    def __init__(self, *, model: type[Addressed], rows: str, label: str, noun: str) -> None:
        super().__init__(
            rows=f"{rows}__slug",
            choices=slugs_of(model),
            label=label,
            noun=noun,
            moved=lambda slugs: model.objects.today(slugs),
        )


class KnownTerritoriesField(MultipleChoiceField):
    """Cleans keys of territories (`departement-38`)."""

    def clean(self, value: Any) -> Values:
        asked = list(dict.fromkeys(self.to_python(value)))[:MOST_VALUES]
        known = Territory.objects.in_bulk([key for key in asked if key and "\x00" not in key])
        return values_of(asked, known)


class TerritoryFilter(django_filters.MultipleChoiceFilter):
    """Keeps what speaks of a territory, of one that lies in it, or of one in which it lies.

    Any territory may be asked for; those offered are the regions.
    """

    field_class = KnownTerritoriesField
    noun = "le territoire"

    def filter(self, qs: QuerySet[Any], value: Values) -> QuerySet[Any]:
        if not value.known:
            return qs.none() if value.gives_nothing else qs
        return qs.filter(self.concerning(qs, value))

    def concerning(self, qs: QuerySet[Any], value: Values) -> Q:
        """Returns what is kept, as a condition."""
        asked = Territory.objects.filter(pk__in=value.known).select_related("successor")
        wanted = qs.model._default_manager.filter(territories__in=concerned_by(asked))
        return Q(pk__in=wanted.values("pk"))


def concerned_by(territories: Iterable[Territory]) -> QuerySet[Territory]:
    """Returns those of which what is said concerns one of these: they themselves, what lies in
    them, what they lie in."""
    today = [territory.today for territory in territories]
    around = {key for territory in today for key in territory.lineage()}
    # Side by side, each of the two is found by an index; one inside the other would read the whole
    # geography.
    return Territory.objects.within(*today) | Territory.objects.filter(pk__in=around)


def spoken_of(territories: QuerySet[Territory]) -> list[str]:
    """Returns the keys of those, among these territories, of which something published speaks:
    dozens of 40,000. Asked first, they spare lists the reading of a department's 500 communes."""
    told = Q(pk__in=[])
    for kind in published():
        if kind.has("territories"):
            through = kind.model.territories.through._default_manager
            told |= Q(pk__in=through.values("territory"))
    return list(territories.filter(told).values_list("pk", flat=True))


def slugs_of(model: type[Model]) -> Callable[[], Choices]:
    return lambda: list(model._default_manager.values_list("slug", "name"))


def regions() -> Choices:
    return list(Region.objects.today().values_list("pk", "name"))


@dataclass(frozen=True)
class Missing:
    """A value that an address sent and that does not exist."""

    name: str
    value: str


class ListFilter(django_filters.FilterSet):
    """The filters of a list. Several values of one filter widen it, several filters narrow it; one
    of which no value is known empties it (`publishing.filter_values`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What is sent, what is chosen and what is offered are read from the same choices.
        for own in self.filters.values():
            own.extra["choices"] = cache(own.extra["choices"])

    @cached_property
    def asked(self) -> dict[str, Values]:
        """What is asked by filter, in their order."""
        self.form.is_valid()  # what is not known is told, not refused: the form is always valid
        return {name: self.form.cleaned_data.get(name) or Values() for name in self.filters}

    def beside(self) -> dict[str, tuple[Values, str]]:
        """Returns what the address asks that no column answers (a period), and what one is
        called."""
        return {}

    @cached_property
    def _everything(self) -> dict[str, tuple[Values, str]]:
        own = {name: (values, self.filters[name].noun) for name, values in self.asked.items()}
        return {**own, **self.beside()}

    @property
    def gives_nothing(self) -> bool:
        return any(values.gives_nothing for values, _ in self._everything.values())

    @property
    def missing(self) -> list[Missing]:
        return [
            Missing(name, value)
            for name, (values, _) in self._everything.items()
            for value in values.unknown[:MOST_REPORTED]
        ]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found: QuerySet[Any] = super().filter_queryset(queryset)
        return found.none() if self.gives_nothing else found

    def chosen(self) -> dict[str, list[str]]:
        """Returns the values that count, by filter, without those that do not exist."""
        return {name: list(values.known) for name, values in self.asked.items()}

    def query(self, chosen: Mapping[str, list[str]], missing: Iterable[Missing] = ()) -> str:
        """Returns `?theme=…&annee=…` for those values, always in the same order; empty for none.
        `missing` are kept where the same question is asked elsewhere, which must say so too."""
        parameters = QueryDict(mutable=True)
        for name in self.filters:
            parameters.setlist(name, chosen.get(name, []))
        for one in missing:
            parameters.appendlist(one.name, one.value)
        encoded = parameters.urlencode()
        return f"?{encoded}" if encoded else ""

    def unknown(self, path: str) -> list[UnknownValue]:
        """Returns what is not known of the address: why, how to take it back, what may be meant."""
        chosen, missing = self.chosen(), self.missing
        found = []
        for one in missing:
            others = [other for other in missing if other != one]
            reason, instead = not_known(self._everything[one.name][1], one.value), []
            if isinstance(self.filters.get(one.name), TerritoryFilter):
                explained = explain_unknown_key(one.value)
                reason = explained.sentence or reason
                for way in explained.replacements:
                    keys = [*chosen[one.name], *(place.pk for place in way.territories)]
                    query = self.query({**chosen, one.name: keys}, others)
                    instead.append(Suggestion(way.label, path + query))
            found.append(UnknownValue(reason, path + self.query(chosen, others), tuple(instead)))
        return found

    def facets(self, path: str) -> list[Facet]:
        """Returns each filter with its options and what they would give, the other filters
        applied."""
        chosen = self.chosen()
        facets = []
        for name, own in self.filters.items():
            others: QuerySet[Any] = self.queryset
            for other, filter_ in self.filters.items():
                if other != name:
                    others = filter_.filter(others, Values(tuple(chosen[other])))
            counts = self.option_counts(name, others)
            # No option offers such a choice: a department, in the address of a territory's page.
            labels = self.labels(name, chosen[name])
            shown = tuple(
                Option(
                    value=value,
                    label=label,
                    count=counts.get(value, 0),
                    selected=value in chosen[name],
                    url=path + self.query({**chosen, name: toggled(chosen[name], value)}),
                )
                for value, label in labels.items()
                if counts.get(value) or value in chosen[name]
            )
            facets.append(Facet(name, str(own.label), shown))
        return facets

    def option_counts(self, name: str, others: QuerySet[Any]) -> dict[str, int]:
        """Returns how many of `others` each option of that filter would keep."""
        return _counts(others, self.filters[name].field_name)

    def labels(self, name: str, chosen: list[str]) -> dict[str, str]:
        """Returns the labels of the options of a filter, and of what is chosen beyond them."""
        labels = {value: str(label) for value, label in self.filters[name].field.choices}
        if beyond := [value for value in chosen if value not in labels]:
            found = Territory.objects.select_related("department").in_bulk(beyond)
            labels |= {key: territory.label for key, territory in found.items()}
        return labels

    def chips(self, path: str) -> list[Chip]:
        chosen = self.chosen()
        return [
            Chip(
                label=self.labels(name, values)[value],
                remove_url=path + self.query({**chosen, name: toggled(values, value)}),
            )
            for name, values in chosen.items()
            for value in values
        ]


def _counts(publications: QuerySet[Any], rows: str) -> dict[str, int]:
    """Returns how many publications have each value of that lookup."""
    key = ExtractYear(rows.removesuffix("__year")) if rows.endswith("__year") else F(rows)
    # Telling rows apart would only cost where nothing multiplies them.
    has_many = publications.model._meta.get_field(rows.partition("__")[0]).many_to_many
    counted = (
        publications.order_by()
        .annotate(key=key)
        .values("key")
        .annotate(count=Count("pk", distinct=bool(has_many)))
    )
    return {str(row["key"]): row["count"] for row in counted if row["key"] is not None}


def years(first: int, last: int) -> Choices:
    """Returns all years that may be, the last first: those of what is published would tell of what
    a reader may not see. Only those that hold something for the reader are shown."""
    return [(str(year), str(year)) for year in range(last, first - 1, -1)]
