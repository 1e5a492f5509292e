"""What is printed for the day: badges, and the lists on the welcome table and at workshop doors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils.dateformat import format as formatted
from django.utils.http import urlencode
from django.utils.text import Truncator

from events.admin.listing import ListedRegistration, Wanted, rows_of
from events.dates.wording import place_words, session_times, session_words, when_words
from events.models import Event, EventPublication, Registration
from events.programme.retired import sessions_chosen
from events.registrations.certificates import qr_code
from media.pdf import pdf_of
from territories import wall_clocks
from territories.zones import NBSP, clock_words

PER_SHEET = 10
# A session on a badge has so many letters: one reads it while walking.
LONGEST_TITLE = 44
MOST_SESSIONS = 6
# With more sessions than this, signing each day would leave no room for the names.
MOST_SIGNATURES = 5


def _expected(event: Event, wanted: Wanted) -> list[ListedRegistration]:
    """Returns those who hold a place, in the session too where the list is narrowed to one, by
    name."""
    rows = rows_of(event, replace(wanted, order="nom"), whole=True)
    return [
        row
        for row in rows
        if row.registration.holds_place and (row.holds_session or not wanted.session)
    ]


def badges_pdf(event: Event, publication: EventPublication, wanted: Wanted, entrance: str) -> bytes:
    """Returns ten badges a page; each bears its code, and a drawing of it that opens the entrance
    page."""
    sessions = sessions_chosen(event, publication)
    sessions.sort(key=lambda session: session_times(session, publication.time_zone))
    badges = [
        (
            row.registration,
            qr_code(f"{entrance}?{urlencode({'q': row.registration.code})}"),
            _held(row.registration, sessions, publication),
        )
        for row in _expected(event, wanted)
    ]
    html = render_to_string(
        "admin/events/badges_pdf.html",
        {"publication": publication, "sheets": list(_sheets(badges))},
    )
    return pdf_of(html, "events/badges.css")


def _sheets(badges: list[Any]) -> Iterator[list[Any]]:
    """Yields the badges as `badges.css` lays them out on a page."""
    for start in range(0, len(badges), PER_SHEET):
        yield badges[start : start + PER_SHEET]


def _held(
    registration: Registration, sessions: list[dict[str, Any]], publication: EventPublication
) -> list[str]:
    held = {place.session_key for place in registration.session_places.all() if place.holds_place}
    lines = [_short(session, publication) for session in sessions if session["key"] in held]
    more = len(lines) - MOST_SESSIONS
    return [*lines[: MOST_SESSIONS - 1], f"et {more + 1} autres"] if more > 0 else lines


def _short(session: Mapping[str, Any], publication: EventPublication) -> str:
    """Returns "mer. 14 h · salle B · Le titre", with the day where there are several."""
    starts, _ = session_times(session, publication.time_zone)
    day = "" if publication.one_day else f"{formatted(starts, 'D')}.{NBSP}"
    title = Truncator(session["title"]).chars(LONGEST_TITLE)
    return " · ".join(filter(None, [f"{day}{clock_words(starts)}", session["room"], title]))


def participants_pdf(event: Event, publication: EventPublication, wanted: Wanted) -> bytes:
    """Returns the list in alphabetical order, with a box to sign in each day: of the event, or of
    one workshop."""
    sessions = sessions_chosen(event, publication) if wanted.session else []
    session = next((s for s in sessions if s["key"] == wanted.session), None)
    days = [] if session else _days(publication)
    rows = _expected(event, wanted)
    html = render_to_string(
        "admin/events/participants_pdf.html",
        {
            "publication": publication,
            "title": session["title"] if session else publication.title,
            "above": publication.title if session else "",
            "when": session_words(session, publication.time_zone)
            if session
            else f"{when_words(publication)} · {place_words(publication)}",
            "days": [formatted(day, "D j").lower() for day in days] or ["Signature"],
            "lines": [(row.registration, _signatures(row, days, publication)) for row in rows],
            "count": len(rows),
        },
    )
    return pdf_of(html, "events/badges.css")


def _days(publication: EventPublication) -> list[date]:
    """Returns the days to sign; none for an event of one day, which needs no name for its only
    column."""
    first, last = publication.starts_local.date(), publication.ends_local.date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return days if 1 < len(days) <= MOST_SIGNATURES else []


def _signatures(
    row: ListedRegistration, days: list[date], publication: EventPublication
) -> list[str]:
    """Returns what is known already: that somebody came, on the day when it was noted."""
    at = row.registration.attended_at
    noted = wall_clocks.local(at, publication.time_zone).date() if at else None
    if not days:
        return ["présence notée" if noted else ""]
    return ["présence notée" if day == noted else "" for day in days]
