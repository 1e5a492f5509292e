"""The time zones of France as calendars want them (VTIMEZONE, RFC 5545): they are written by rule,
as the law gives them, which every client reads; lists of dates are misread by some."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from territories.wall_clocks import zone_of
from territories.zones import Zone


@dataclass(frozen=True)
class Change:
    """A change of each year: the wall clock before it, and which Sunday of which month."""

    first: datetime
    month: int
    sunday: str


@dataclass(frozen=True)
class Rule:
    summer: Change
    winter: Change


# These zones change their clocks. European Union: directive 2000/84/EC, since 1996. Saint-Pierre-
# et-Miquelon follows North America's rule of 2007.
RULES = {
    Zone.PARIS: Rule(
        Change(datetime(1996, 3, 31, 2), 3, "-1SU"),  # noqa: DTZ001  # a wall clock, as the format wants
        Change(datetime(1996, 10, 27, 3), 10, "-1SU"),  # noqa: DTZ001  # the same
    ),
    Zone.MIQUELON: Rule(
        Change(datetime(2007, 3, 11, 2), 3, "2SU"),  # noqa: DTZ001  # the same
        Change(datetime(2007, 11, 4, 2), 11, "1SU"),  # noqa: DTZ001  # the same
    ),
}
WINTER_DAY = datetime(2027, 1, 15)  # noqa: DTZ001  # localised below


def vtimezone(zone: str) -> Timezone:
    winter = WINTER_DAY.replace(tzinfo=zone_of(zone))
    offset = winter.utcoffset()
    assert offset is not None
    component = Timezone()
    component.add("tzid", zone)
    rule = RULES.get(Zone(zone))
    if rule is None:
        component.add_component(_standard(offset, offset, datetime(1970, 1, 1), winter))  # noqa: DTZ001  # a wall clock
        return component
    summer_offset = offset + timedelta(hours=1)
    summer = winter.replace(month=7)
    daylight = TimezoneDaylight()
    daylight.add("dtstart", rule.summer.first)
    daylight.add("tzoffsetfrom", offset)
    daylight.add("tzoffsetto", summer_offset)
    daylight.add("tzname", summer.tzname() or "")
    daylight.add("rrule", _yearly(rule.summer))
    component.add_component(daylight)
    standard = _standard(summer_offset, offset, rule.winter.first, winter)
    standard.add("rrule", _yearly(rule.winter))
    component.add_component(standard)
    return component


def _standard(
    before: timedelta, after: timedelta, first: datetime, winter: datetime
) -> TimezoneStandard:
    standard = TimezoneStandard()
    standard.add("dtstart", first)
    standard.add("tzoffsetfrom", before)
    standard.add("tzoffsetto", after)
    standard.add("tzname", winter.tzname() or "")
    return standard


def _yearly(change: Change) -> vRecur:
    return vRecur(freq="yearly", bymonth=change.month, byday=change.sunday)
