"""A month of the agenda, as a table of weeks."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from events.models import EventPublication, PublishedEventQuerySet

# A month shows so many; beyond it the list is the better way.
MOST_SHOWN = 300
MONTH = re.compile(r"^(\d{4})-(\d{2})$", re.ASCII)
FIRST_YEAR, LAST_YEAR = 2002, 2100


@dataclass(frozen=True)
class Day:
    date: date
    in_month: bool
    is_today: bool
    events: tuple[EventPublication, ...]


@dataclass(frozen=True)
class Month:
    first: date
    weeks: tuple[tuple[Day, ...], ...]
    count: int

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return (self.first + timedelta(days=32)).replace(day=1)

    @property
    def is_now(self) -> bool:
        return self.first == asked_month("")

    @property
    def is_first(self) -> bool:
        return self.first == date(FIRST_YEAR, 1, 1)

    @property
    def is_last(self) -> bool:
        return self.first == date(LAST_YEAR, 12, 1)


def is_month(text: str) -> bool:
    """Says whether it is one of the months that are shown: `2026-12`."""
    found = MONTH.match(text)
    return (
        found is not None and FIRST_YEAR <= int(found[1]) <= LAST_YEAR and 1 <= int(found[2]) <= 12
    )


def asked_month(text: str) -> date:
    """Returns the first day of `2026-12`; of this month for anything else."""
    if is_month(text):
        return date(int(text[:4]), int(text[5:7]), 1)
    return timezone.localdate().replace(day=1)


def month_of(first: date, publications: PublishedEventQuerySet) -> Month:
    """Returns the month. An event is on each of its days, as they are where it takes place."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    start, end = weeks[0][0], weeks[-1][-1]
    # A day more is read on each side: it may be another day there.
    near = publications.filter(
        starts_at__lt=_midnight(end + timedelta(days=2)),
        ends_at__gt=_midnight(start - timedelta(days=1)),
    )
    by_day: dict[date, list[EventPublication]] = {}
    shown: set[int] = set()
    for publication in near.for_lists()[:MOST_SHOWN]:
        # Only the days that are shown count of an event that lasts for years.
        day = max(publication.starts_local.date(), start)
        last = min(publication.ends_local.date(), end)
        while day <= last:
            by_day.setdefault(day, []).append(publication)
            if day.month == first.month and day.year == first.year:
                shown.add(publication.pk)
            day += timedelta(days=1)
    today = timezone.localdate()
    return Month(
        first=first,
        weeks=tuple(
            tuple(
                Day(
                    date=day,
                    in_month=day.month == first.month,
                    is_today=day == today,
                    events=tuple(by_day.get(day, ())),
                )
                for day in week
            )
            for week in weeks
        ),
        count=len(shown),
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
