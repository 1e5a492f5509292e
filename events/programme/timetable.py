"""The programme of an event as its page shows it: by day, then by the time at which it begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from events.dates.wording import session_times
from events.models import EventPublication, Registration, Session, SessionPlace

# Nobody notes these in a calendar.
UNSAVED_KINDS = (Session.Kind.BREAK, Session.Kind.WELCOME)


@dataclass(frozen=True)
class Slot:
    """What begins at one time: one session, or several to choose between. `during_previous` says
    that it begins while the slot before it is not over."""

    starts: datetime
    ends: datetime
    sessions: tuple[dict[str, Any], ...]
    during_previous: bool


@dataclass(frozen=True)
class ProgrammeDay:
    day: date
    slots: tuple[Slot, ...]


def timetable(
    publication: EventPublication, mine: Registration | None = None
) -> list[ProgrammeDay]:
    """Returns the programme by day and by time, on the clocks of the place.

    Each session with its local `starts` and `ends`; `has_file`, whether it is offered to calendars;
    `left`, the places left in it (None: as many as one likes, or no registration); `own`, the
    status of the place that `mine` has in it, or nothing.
    """
    zone = publication.time_zone
    taken = (
        SessionPlace.objects.taken(publication.event_id)
        if publication.event_id and publication.chosen_sessions
        else {}
    )
    own = {p.session_key: p.status for p in mine.session_places.all()} if mine else {}
    described = []
    for session in publication.content["sessions"]:
        starts, ends = session_times(session, zone)
        more = {
            "starts": starts,
            "ends": ends,
            "left": _left(session, taken),
            "own": own.get(session["key"], ""),
            "has_file": publication.pk is not None and session["kind"] not in UNSAVED_KINDS,
        }
        described.append({**session, **more})
    return [
        ProgrammeDay(day, tuple(_slots(of_day)))
        for day, of_day in groupby(described, key=lambda session: session["starts"].date())
    ]


def _slots(sessions: Iterable[dict[str, Any]]) -> Iterator[Slot]:
    over: datetime | None = None
    for starts, together in groupby(sessions, key=lambda session: session["starts"]):
        entries = tuple(together)
        ends = max(session["ends"] for session in entries)
        yield Slot(starts, ends, entries, during_previous=over is not None and starts < over)
        over = ends if over is None else max(over, ends)


def _left(session: dict[str, Any], taken: dict[str, int]) -> int | None:
    if not session["by_registration"] or session["capacity"] is None:
        return None
    return max(session["capacity"] - taken.get(session["key"], 0), 0)
