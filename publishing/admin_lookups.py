"""Lists of the admin answer the questions that their filters ask, and no other: Django lets the
address of a list ask anything of any of its columns (`?text__regex=…`), and enough answers read one
letter by letter, shown or not. `pages.admin_site` mixes it into every class that is registered.
"""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from spelling.lines import one_line
from spelling.searching import LONGEST_SEARCH

YEAR = re.compile(r"[1-8][0-9]{3}")


class DeclaredLookups:
    """A mixin of ChangeList: whatever else is asked is a bad request."""

    def get_filters(self, request: HttpRequest) -> Any:
        """Raises IncorrectLookupParameters for values that no filter reads, and
        DisallowedModelAdminLookup for what none declares."""
        params = self.get_filters_params()  # type: ignore[attr-defined]  # ChangeList's
        asked = set(params)
        # The ends of the calendar have no bounds in another zone.
        years = params.get(f"{self.date_hierarchy}__year", [])  # type: ignore[attr-defined]  # the same
        if not all(YEAR.fullmatch(year) for year in years):
            raise IncorrectLookupParameters("No such year")
        try:
            found = super().get_filters(request)  # type: ignore[misc]  # the same
        except (OverflowError, ValueError) as error:  # no calendar has that day
            raise IncorrectLookupParameters(error) from error
        # Filters take out what they know; a date hierarchy puts bounds of its own instead.
        if undeclared := asked & set(found[2]):
            raise DisallowedModelAdminLookup(f"Filtering by {min(undeclared)} not allowed")
        return found


class DeclaredLookupsAdmin(admin.ModelAdmin[Any]):
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Reads what was pasted into the box as what is stored was read."""
        typed = one_line(search_term[:LONGEST_SEARCH])
        # Django takes what stands between two straight quotes for one word.
        return super().get_search_results(request, queryset, typed.replace("'", "’"))

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Searches whatever the accents, ligatures, apostrophes and capitals on either side."""
        return [f"{name}__reads" for name in super().get_search_fields(request)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        made = super().get_changelist(request, **kwargs)
        return type(made.__name__, (DeclaredLookups, made), {"__module__": made.__module__})
