"""The filters of public lists: what the address asks for, and what each further choice would give.

A room's own filter is a `ListFilter` over its publications, which have `territories`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import django_filters
from django.db.models import Count, F, Max, Min, Model, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.forms import MultipleChoiceField
from django.http import QueryDict

from publishing.facets import Chip, Facet, Option, toggled
from territories.models import Region, Territory

# Of one address; more are left out.
MOST_TERRITORIES = 50

Choices = list[tuple[str, str]]


class KnownChoicesField(MultipleChoiceField):
    """Drops a value that does not exist: a mistyped address should not hide the whole list."""

    def clean(self, value: Any) -> list[str]:
        return [choice for choice in self.to_python(value) if self.valid_value(choice)]


class SeveralFilter(django_filters.MultipleChoiceFilter):
    field_class = KnownChoicesField

    def __init__(self, *, rows: str, choices: Callable[[], Choices], label: str) -> None:
        """`rows`: the lookup whose value is that of the choices."""
        super().__init__(field_name=rows, choices=choices, label=label, distinct=False)

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        if not value:
            return qs
        # A subquery, since joining themes would repeat what has two of the chosen ones.
        wanted = qs.model._default_manager.filter(**{f"{self.field_name}__in": value})
        return qs.filter(pk__in=wanted.values("pk"))


class KnownTerritoriesField(MultipleChoiceField):
    """Keys of territories (`departement-38`); drops those that do not exist."""

    def clean(self, value: Any) -> list[str]:
        asked = [key for key in self.to_python(value)[:MOST_TERRITORIES] if "\x00" not in key]
        known = Territory.objects.in_bulk(asked)
        return [key for key in dict.fromkeys(asked) if key in known]


class TerritoryFilter(django_filters.MultipleChoiceFilter):
    """What speaks of a territory, of one that lies in it, or of one that it lies in.

    Any territory may be asked for; those offered are the regions.
    """

    field_class = KnownTerritoriesField

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        if not value:
            return qs
        territories = list(Territory.objects.filter(pk__in=value).select_related("successor"))
        today = [territory.today for territory in territories]
        around = {key for territory in today for key in territory.lineage()}
        concerned = Territory.objects.filter(
            Q(pk__in=around) | Q(pk__in=Territory.objects.within(*today).values("pk"))
        )
        wanted = qs.model._default_manager.filter(territories__in=concerned)
        return qs.filter(pk__in=wanted.values("pk"))


def slugs_of(model: type[Model]) -> Callable[[], Choices]:
    return lambda: list(model._default_manager.values_list("slug", "name"))


def regions() -> Choices:
    return list(Region.objects.today().values_list("pk", "name"))


class ListFilter(django_filters.FilterSet):
    """Several values of one filter widen the list, several filters narrow it."""

    def chosen(self) -> dict[str, list[str]]:
        """The values that count, by filter, without those that do not exist."""
        self.form.is_valid()  # unknown values are dropped, so it always is
        return {name: self.form.cleaned_data.get(name) or [] for name in self.filters}

    def query(self, chosen: Mapping[str, list[str]]) -> str:
        """`?theme=…&annee=…` for those values, always in the same order; empty for none."""
        parameters = QueryDict(mutable=True)
        for name in self.filters:
            parameters.setlist(name, chosen.get(name, []))
        encoded = parameters.urlencode()
        return f"?{encoded}" if encoded else ""

    def facets(self, path: str) -> list[Facet]:
        """Each filter with its options and what they would give, the other filters applied."""
        chosen = self.chosen()
        facets = []
        for name, own in self.filters.items():
            others: QuerySet[Any] = self.queryset
            for other, filter_ in self.filters.items():
                if other != name:
                    others = filter_.filter(others, chosen[other])
            counts = _counts(others, own.field_name)
            # A choice that no option offers: a department, in the address of a territory's page.
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

    def labels(self, name: str, chosen: list[str]) -> dict[str, str]:
        """Of the options of a filter, and of what is chosen beyond them."""
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
    """How many publications have each value of that lookup."""
    key = ExtractYear(rows.removesuffix("__year")) if rows.endswith("__year") else F(rows)
    # Where nothing multiplies rows, telling them apart would only cost.
    has_many = publications.model._meta.get_field(rows.partition("__")[0]).many_to_many
    counted = (
        publications.order_by()
        .annotate(key=key)
        .values("key")
        .annotate(count=Count("pk", distinct=bool(has_many)))
    )
    return {str(row["key"]): row["count"] for row in counted if row["key"] is not None}


def years_of(publications: QuerySet[Any], field: str) -> Choices:
    """From the last year of that date to the first; those without any are never shown."""
    bounds = publications.aggregate(first=Min(field), last=Max(field))
    if bounds["first"] is None:
        return []
    years = range(bounds["last"].year, bounds["first"].year - 1, -1)
    return [(str(year), str(year)) for year in years]
