"""Wall clocks of places (`territories.zones`), and the moments that they make.

Editors write the time that people will read on the wall of the place: 9 h in Saint-Denis is 9 h
in Saint-Denis, whatever the season in Paris. Moments are made from it, never the other way round.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from territories.zones import Zone


def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(Zone(name).value)


def moment(day: date, clock: time, zone: str) -> datetime:
    """Returns that wall-clock time there, as a moment; the first one of an hour that comes
    twice."""
    return datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone_of(zone))


def closing_day(day: date, starts: time, ends: time) -> date:
    """Returns the day on which something that begins that day ends: an end that is not after the
    start is past midnight."""
    return day if ends > starts else day + timedelta(days=1)


def span(day: date, starts: time, ends: time, zone: str) -> tuple[datetime, datetime]:
    """Returns the time from one clock to the other there, through midnight where need be."""
    return moment(day, starts, zone), moment(closing_day(day, starts, ends), ends, zone)


def exists(day: date, clock: time, zone: str) -> bool:
    """Says whether a clock there shows that time that day: none does in the hour that spring
    skips."""
    asked = moment(day, clock, zone)
    shown = asked.astimezone(UTC).astimezone(zone_of(zone))
    return shown.replace(tzinfo=None) == asked.replace(tzinfo=None)


def local(at: datetime, zone: str) -> datetime:
    return at.astimezone(zone_of(zone))
