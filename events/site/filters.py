"""The filters of the agenda."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.safestring import SafeString

from events.dates.months import FIRST_YEAR, asked_month, is_month
from events.models import EventPublication, EventSeries, Format, PublishedEventQuerySet
from publishing.filter_values import (
    MOST_REPORTED,
    Suggestion,
    UnknownValue,
    Values,
    values_of,
)
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
from territories.models import Level
from territories.widgets import TerritoriesWidget, settle
from themes.models import Theme

# The filter offers so many years; an event is seldom announced earlier.
YEARS_AHEAD = 5
# The territory, as its box and its choices send it, and what was typed there.
TERRITORY, TYPED = "territoire", "territoire_q"
TYPED_LEVELS = (Level.REGION, Level.DEPARTMENT, Level.EPCI, Level.COMMUNE, Level.MUNICIPAL)
# It can be followed from anywhere.
FOLLOWED_ONLINE = Q(format__in=[Format.ONLINE, Format.HYBRID])
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


class NearFilter(TerritoryFilter):
    """Keeps what concerns a territory, and what can be followed online from there, whatever it is
    about."""

    def concerning(self, qs: QuerySet[Any], value: Values) -> Q:
        return super().concerning(qs, value) | FOLLOWED_ONLINE


class EventFilter(ListFilter):
    theme = AddressFilter(model=Theme, rows="themes", label="Thématique", noun="la thématique")
    territoire = NearFilter(
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
        # The month that is asked for, if one is.
        self.asked_month = asked_month(self.months.known[-1]) if self.months.known else None
        data = self._settled(data)
        now = timezone.now()
        if not (all_periods or self.in_months or self.period == "tous"):
            queryset = queryset.past(now) if self.period == "passes" else queryset.coming(now)
        super().__init__(data, queryset=queryset)

    def _settled(self, data: Any) -> Any:
        """Returns what was sent, with what was typed in the box among the territories if it means
        one; the box shows what else it may mean."""
        self._box = TerritoriesWidget(levels=TYPED_LEVELS)
        sent = self._box.value_from_datadict(data or {}, {}, TERRITORY)
        self._posted, self._answers = settle(sent, TYPED_LEVELS)
        posted = self._posted
        self.typed = values_of([posted.typed], ())
        if not sent.typed:
            return data
        settled = QueryDict(mutable=True)
        for name in self.base_filters:
            settled.setlist(name, _sent(data, name))
        settled.setlist(TERRITORY, list(posted.keys))
        return settled

    @property
    def box(self) -> SafeString:
        """The box in which a territory is typed; those chosen are among the options."""
        shown = replace(self._posted, keys=()) if self._posted.typed else None
        words = "Votre commune, son code postal…"
        return self._box.render(TERRITORY, shown, {"id": "id_territoire", "placeholder": words})

    def beside(self) -> dict[str, tuple[Values, str]]:
        return {
            "quand": (self.periods, "la période"),
            "mois": (self.months, "le mois"),
            TYPED: (self.typed, "le territoire"),
        }

    def unknown(self, path: str) -> list[UnknownValue]:
        found = super().unknown(path)
        for at, one in enumerate(self.missing):
            if one.name == TYPED:
                chosen = self.chosen()
                others = [other for other in self.missing if other != one]
                instead = tuple(
                    Suggestion(
                        f"{answer.label}, {answer.detail}",
                        path
                        + self.query(
                            {**chosen, TERRITORY: [*chosen[TERRITORY], answer.territory.pk]}, others
                        ),
                    )
                    for answer in self._answers[:MOST_REPORTED]
                )
                found[at] = replace(found[at], instead=instead)
        return found

    def option_counts(self, name: str, others: QuerySet[Any]) -> dict[str, int]:
        counts = super().option_counts(name, others)
        if name != TERRITORY or not (counts or self.asked[name].known):
            return counts
        # What is followed online counts everywhere, once; a territory that has nothing of its own
        # is not offered for that alone.
        online = others.filter(FOLLOWED_ONLINE).count()
        there = super().option_counts(name, others.exclude(FOLLOWED_ONLINE))
        found = {key: there.get(key, 0) + online for key in counts}
        # What is chosen and is no region is an option too.
        for key in self.asked[name].known[:MOST_REPORTED]:
            if key not in found:
                found[key] = self.filters[name].filter(others, Values((key,))).count()
        return found

    @property
    def month(self) -> date:
        """The month that is shown: the one asked for, or the next that holds something."""
        return self.asked_month or self.next_month

    @cached_property
    def next_month(self) -> date:
        """The next month, this one included, in which something of this question takes place; this
        one if nothing does."""
        today = timezone.localdate()
        coming: Any = self.qs.coming().taking_place()
        first = coming.aggregate(first=Min("first_day"))["first"]
        return asked_month(f"{max(first or today, today):%Y-%m}")

    def query(self, chosen: Mapping[str, list[str]], missing: Iterable[Missing] = ()) -> str:
        """Adds the period, the view and its month, which no choice of a filter changes."""
        return self.address(
            chosen,
            period=self.period,
            in_months=self.in_months,
            month=self.asked_month,
            missing=missing,
        )

    def address(
        self,
        chosen: Mapping[str, list[str]],
        *,
        period: str = "a-venir",
        in_months: bool = False,
        month: date | None = None,
        missing: Iterable[Missing] = (),
    ) -> str:
        """Returns the query of a view of the same choices; empty for the bare agenda. Without a
        `month`, the view by months opens on the next that holds something. `missing` are as in
        `query`."""
        parameters = QueryDict(mutable=True)
        if in_months or month:
            parameters["vue"] = "mois"
            if month:
                parameters["mois"] = f"{month:%Y-%m}"
        elif period != "a-venir":
            parameters["quand"] = period
        own = super().query(chosen, missing).removeprefix("?")
        encoded = "&".join(filter(None, [parameters.urlencode(), own]))
        return f"?{encoded}" if encoded else ""
