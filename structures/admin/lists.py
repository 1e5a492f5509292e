"""Lists of a million rows: what their pages count, and how they are narrowed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from structures.models import Structure, Support
from structures.sight import lies_in
from territories.fields import TerritoriesField
from territories.models import Level


class BoundedPaginator(Paginator[Any]):
    """Counts no further than anybody turns pages."""

    MOST = 2_000

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        found: int = rows.order_by()[: self.MOST + 1].count()
        return found

    @cached_property
    def count(self) -> int:
        return min(self._found, self.MOST)

    @property
    def has_more(self) -> bool:
        return self._found > self.MOST


class TerritoryFilter(admin.SimpleListFilter):
    """Offers a box to type in, since 35,000 communes are no list of links."""

    title = "territoire"
    parameter_name = "territoire"
    template = "admin/structures/territory_filter.html"
    # This path leads from the rows of the list to where the structure is.
    path = ""
    # Any territory may be typed: the form says what is not one.
    judges_values = True

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any
    ) -> None:
        field = TerritoriesField(
            label="Territoire",
            required=False,
            levels=(Level.REGION, Level.DEPARTMENT, Level.EPCI, Level.COMMUNE, Level.MUNICIPAL),
        )
        made = type("TerritoryForm", (forms.Form,), {self.parameter_name: field})
        self.form = made(request.GET)
        for name in ("territoire", "territoire_q", "territoire_asked"):
            params.pop(name, None)
        names = self.expected_parameters()
        self.others = [(k, v) for k, v in request.GET.items() if k not in (*names, "p", "e")]
        super().__init__(request, params, model, model_admin)

    def has_output(self) -> bool:
        return True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def expected_parameters(self) -> list[str | None]:
        return ["territoire", "territoire_q", "territoire_asked"]

    def choices(self, changelist: Any) -> Any:
        return iter(())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.form.is_valid():
            return queryset.none()  # the form's errors say why
        if not self.form.cleaned_data[self.parameter_name]:
            return queryset
        condition = lies_in(self.form.cleaned_data[self.parameter_name])
        if self.path:
            there = Structure.objects.filter(condition).order_by()
            return queryset.filter(**{f"{self.path}__in": there})
        return queryset.filter(condition)


class ClosedFilter(admin.SimpleListFilter):
    title = "activité"
    parameter_name = "activite"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("ouverte", "En activité"), ("fermee", "Fermée")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("ouverte", "fermee"):
            return queryset.filter(closed_on__isnull=self.value() == "ouverte")
        return queryset


class ConsentFilter(admin.SimpleListFilter):
    title = "visibilité"
    parameter_name = "accord"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("publique", "Publique"), ("confidentielle", "Confidentielle")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("publique", "confidentielle"):
            return queryset.filter(consent__isnull=self.value() == "confidentielle")
        return queryset


MISSING, TO_AGREE, TOLD = "manque", "a-faire-accepter", "publie"


class SupportStoryFilter(admin.SimpleListFilter):
    """What came of a support: not written, written, or read by everybody."""

    title = "récit"
    parameter_name = "recit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(MISSING, "Manque"), (TO_AGREE, "À faire accepter"), (TOLD, "Publié")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        told, agreed = Support.objects.told().order_by(), Support.objects.agreed().order_by()
        asked = self.value()
        if asked == MISSING:
            return queryset.exclude(pk__in=told.values("pk"))
        if asked == TO_AGREE:
            return queryset.filter(pk__in=told.values("pk")).exclude(pk__in=agreed.values("pk"))
        if asked == TOLD:
            return queryset.filter(pk__in=agreed.values("pk"), structure__consent__isnull=False)
        return queryset


class StoryFilter(SupportStoryFilter):
    """Of structures: the public ones that tell nothing yet, those whose story waits, those that
    tell."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (MISSING, "Manque (fiche publique)"),
            (TO_AGREE, "À faire accepter"),
            (TOLD, "Publié"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        told, agreed = Support.objects.told().order_by(), Support.objects.agreed().order_by()
        waiting = told.exclude(pk__in=agreed.values("pk"))
        asked, public = self.value(), queryset.filter(consent__isnull=False)
        if asked == MISSING:
            return public.exclude(pk__in=told.values("structure"))
        if asked == TO_AGREE:
            return queryset.filter(pk__in=waiting.values("structure"))
        if asked == TOLD:
            return public.filter(pk__in=agreed.values("structure"))
        return queryset
