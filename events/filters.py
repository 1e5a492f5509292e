"""The filters of the agenda."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from events.models import EventPublication, EventSeries, Format, PublishedEventQuerySet
from events.months import FIRST_YEAR, asked_month
from publishing.filters import (
    Choices,
    ListFilter,
    SeveralFilter,
    TerritoryFilter,
    regions,
    slugs_of,
)
from themes.models import Theme

# Of the filter; an event is seldom announced earlier.
YEARS_AHEAD = 5
# What has its own word in the address; the first is what the bare address shows.
PERIODS = {"a-venir": "À venir", "passes": "Passés", "tous": "Tous"}


def _years() -> Choices:
    """All that may be: those of what is published would tell of events that a reader may not see.
    Only those that hold something are shown."""
    last = timezone.localdate().year + YEARS_AHEAD
    return [(str(year), str(year)) for year in range(last, FIRST_YEAR - 1, -1)]


class EventFilter(ListFilter):
    theme = SeveralFilter(rows="themes__slug", choices=slugs_of(Theme), label="Thématique")
    territoire = TerritoryFilter(
        field_name="territories__region_id", choices=regions, label="Territoire"
    )
    forme = SeveralFilter(rows="format", choices=lambda: list(Format.choices), label="Forme")
    serie = SeveralFilter(rows="series__slug", choices=slugs_of(EventSeries), label="Série")
    annee = SeveralFilter(rows="first_day__year", choices=_years, label="Année")

    class Meta:
        model = EventPublication
        fields: list[str] = []

    def __init__(
        self, data: Any, *, queryset: PublishedEventQuerySet, all_periods: bool = False
    ) -> None:
        """`all_periods`: a month shows what is past in it too, and so does a calendar."""
        asked = data.get("quand", "") if data else ""
        self.period = asked if asked in PERIODS else "a-venir"
        self.in_months = bool(data) and data.get("vue") == "mois"
        self.month = asked_month(data.get("mois", "") if data else "")
        now = timezone.now()
        if not (all_periods or self.in_months or self.period == "tous"):
            queryset = queryset.past(now) if self.period == "passes" else queryset.coming(now)
        super().__init__(data, queryset=queryset)

    def query(self, chosen: Mapping[str, list[str]]) -> str:
        """With the period, the view and its month, which no choice of a filter changes."""
        month = self.month if self.in_months else None
        return self.address(chosen, period=self.period, month=month)

    def address(
        self,
        chosen: Mapping[str, list[str]],
        *,
        period: str = "a-venir",
        month: date | None = None,
    ) -> str:
        """The query of a view of the same choices; empty for the bare agenda."""
        parameters = QueryDict(mutable=True)
        if month:
            parameters["vue"] = "mois"
            if month != asked_month(""):
                parameters["mois"] = f"{month:%Y-%m}"
        elif period != "a-venir":
            parameters["quand"] = period
        own = super().query(chosen).removeprefix("?")
        encoded = "&".join(filter(None, [parameters.urlencode(), own]))
        return f"?{encoded}" if encoded else ""
