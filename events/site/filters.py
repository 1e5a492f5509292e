"""The filters of the agenda."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from events.dates.months import FIRST_YEAR, asked_month, is_month
from events.models import EventPublication, EventSeries, Format, PublishedEventQuerySet
from publishing.filter_values import Values, values_of
from publishing.filters import (
    AddressFilter,
    Choices,
    ListFilter,
    Missing,
    SeveralFilter,
    TerritoryFilter,
    regions,
    years,
)
from themes.models import Theme

# The filter offers so many years; an event is seldom announced earlier.
YEARS_AHEAD = 5
# Each has its own word in the address; the bare address shows the first.
PERIODS = {"a-venir": "À venir", "passes": "Passés", "tous": "Tous"}


def _years() -> Choices:
    return years(FIRST_YEAR, timezone.localdate().year + YEARS_AHEAD)


def _sent(data: Any, name: str) -> list[str]:
    """Returns what was sent, however the filter was given its data: as an address, as a mapping,
    not at all."""
    if data is None:
        return []
    if hasattr(data, "getlist"):
        return list(data.getlist(name))
    value = data.get(name, [])
    return [value] if isinstance(value, str) else list(value)


class EventFilter(ListFilter):
    theme = AddressFilter(model=Theme, rows="themes", label="Thématique", noun="la thématique")
    territoire = TerritoryFilter(
        field_name="territories__region_id", choices=regions, label="Territoire"
    )
    forme = SeveralFilter(
        rows="format", choices=lambda: list(Format.choices), label="Forme", noun="la forme"
    )
    serie = AddressFilter(model=EventSeries, rows="series", label="Série", noun="la série")
    annee = SeveralFilter(rows="first_day__year", choices=_years, label="Année", noun="l’année")

    class Meta:
        model = EventPublication
        fields: list[str] = []

    def __init__(
        self, data: Any, *, queryset: PublishedEventQuerySet, all_periods: bool = False
    ) -> None:
        """`all_periods` shows what is past too, as a month does, and a calendar."""
        self.periods = values_of(_sent(data, "quand"), PERIODS)
        self.period = self.periods.known[-1] if self.periods.known else "a-venir"
        self.in_months = _sent(data, "vue")[-1:] == ["mois"]
        sent = _sent(data, "mois") if self.in_months else []
        self.months = values_of(sent, [month for month in sent if is_month(month)])
        self.month = asked_month(self.months.known[-1] if self.months.known else "")
        now = timezone.now()
        if not (all_periods or self.in_months or self.period == "tous"):
            queryset = queryset.past(now) if self.period == "passes" else queryset.coming(now)
        super().__init__(data, queryset=queryset)

    def beside(self) -> dict[str, tuple[Values, str]]:
        return {"quand": (self.periods, "la période"), "mois": (self.months, "le mois")}

    def query(self, chosen: Mapping[str, list[str]], missing: Iterable[Missing] = ()) -> str:
        """Adds the period, the view and its month, which no choice of a filter changes."""
        month = self.month if self.in_months else None
        return self.address(chosen, period=self.period, month=month, missing=missing)

    def address(
        self,
        chosen: Mapping[str, list[str]],
        *,
        period: str = "a-venir",
        month: date | None = None,
        missing: Iterable[Missing] = (),
    ) -> str:
        """Returns the query of a view of the same choices; empty for the bare agenda. `missing` are
        as in `query`."""
        parameters = QueryDict(mutable=True)
        if month:
            parameters["vue"] = "mois"
            if month != asked_month(""):
                parameters["mois"] = f"{month:%Y-%m}"
        elif period != "a-venir":
            parameters["quand"] = period
        own = super().query(chosen, missing).removeprefix("?")
        encoded = "&".join(filter(None, [parameters.urlencode(), own]))
        return f"?{encoded}" if encoded else ""
