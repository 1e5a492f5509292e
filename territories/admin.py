from typing import Any

from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest

from spelling.lines import one_line
from territories.lookup import find
from territories.models import Geography, Territory

MOST_FOUND = 50


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """The admin of official reference data, of which `load_territories` is the only writer."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Territory)
class TerritoryAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "code", "department", "population", "vanished_on")
    list_filter = ("level", ("vanished_on", admin.EmptyFieldListFilter))
    list_select_related = ("department",)
    search_fields = ("name",)  # the box is shown; what is typed goes to the look-up
    search_help_text = "Nom, ancien nom, code Insee, Siren ou code postal."
    show_full_result_count = False
    fields = (
        "name",
        "kind",
        "code",
        "population",
        "region",
        "department",
        "arrondissement",
        "epci",
        "ept",
        "commune",
        "postal_codes",
        "vanished_on",
        "successor",
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not one_line(search_term):
            return queryset, False
        keys = [found.territory.pk for found in find(search_term, limit=MOST_FOUND)]
        best_first = Case(*(When(pk=key, then=place) for place, key in enumerate(keys)), default=0)
        return queryset.filter(pk__in=keys).order_by(best_first), False


@admin.register(Geography)
class GeographyAdmin(ReadOnlyAdmin):
    list_display = ("date", "loaded_at")
