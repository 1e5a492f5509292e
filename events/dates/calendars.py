"""Calendar files and feeds (RFC 5545), for the readers that people use.

An event keeps its UID for ever. SEQUENCE grows with each publication and each change of state, so
that a reader that has it replaces it. What is cancelled stays in the feeds, and says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from icalendar import Calendar, Event, vCalAddress, vText, vUri

from events.dates.vtimezones import vtimezone
from events.dates.wording import place_words, session_times
from events.models import EventPublication, Format, State
from publishing.structured_data import absolute

PARIS = "Europe/Paris"
PRODUCT = "-//Portail DLA//Agenda//FR"
# A reader that subscribed may ask again so often.
REFRESH = timedelta(hours=1)
STATUS = {State.CANCELLED: "CANCELLED", State.POSTPONED: "TENTATIVE"}
PREFIX = {State.CANCELLED: "Annulé\u00a0: ", State.POSTPONED: "Reporté\u00a0: "}


@dataclass(frozen=True)
class Entry:
    """An event, or one session of it, as it is for one reader."""

    publication: EventPublication
    session: Mapping[str, Any] | None = None
    # Only whoever holds a place knows it.
    online_url: str = ""
    # A place was asked for, and is not given yet.
    is_waiting: bool = False
    # It was given back: a calendar that has it shows that it is off.
    is_withdrawn: bool = False
    # What it says of its reader last changed then.
    changed_at: datetime | None = None


def file_of(name: str, entries: Iterable[Entry], *, about: str = "") -> bytes:
    """Returns the file. `about` is what a reader shows of the calendar itself."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    if about:
        calendar.add("description", about)
        calendar.add("x-wr-caldesc", about)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", vText("PT1H"))
    entries = list(entries)
    events = [_event(entry) for entry in entries]
    # A calendar without any component is none (RFC 5545, 3.6): an empty one keeps its zone.
    for zone in sorted({entry.publication.time_zone for entry in entries} or {PARIS}):
        calendar.add_component(vtimezone(zone))
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical()


def _event(entry: Entry) -> Event:
    publication, session = entry.publication, entry.session
    event = publication.event
    state = State.CANCELLED if entry.is_withdrawn else publication.state
    starts, ends = publication.starts_local, publication.ends_local
    title = publication.title
    if session:
        starts, ends = session_times(session, publication.time_zone)
        title = f"{session['title']} – {title}"
    address = absolute(publication.get_absolute_url())
    revised = max(filter(None, [publication.live_from, event.state_changed_at, entry.changed_at]))
    place = place_words(publication)
    if session and session["room"]:
        place = f"{session['room']}, {place}"
    if entry.is_waiting:
        title = f"Liste d’attente\u00a0: {title}"
    vevent = Event()
    vevent.add("uid", f"{session['key']}@portail-dla" if session else event.calendar_uid)
    vevent.add("dtstamp", revised.astimezone(UTC))
    vevent.add("last-modified", revised.astimezone(UTC))
    vevent.add("sequence", publication.sequence)
    vevent.add("summary", PREFIX.get(state, "") + title)
    vevent.add("dtstart", starts)
    vevent.add("dtend", ends)
    status = STATUS.get(state, "CONFIRMED")
    vevent.add("status", "TENTATIVE" if entry.is_waiting and status == "CONFIRMED" else status)
    vevent.add("url", vUri(address))
    if place:
        vevent.add("location", place)
    commune = publication.commune
    if commune and commune.latitude is not None and publication.format != Format.ONLINE:
        vevent.add("geo", (commune.latitude, commune.longitude))
    vevent.add("description", _description(entry, address))
    vevent.add("categories", [theme.name for theme in publication.themes.all()])
    if contact := publication.content["contact_email"]:
        organiser = vCalAddress(f"mailto:{contact}")
        name = publication.content["organiser"] or settings.PORTAL_NAME
        organiser.params["cn"] = vText(name)
        vevent.add("organizer", organiser)
    return vevent


def _description(entry: Entry, address: str) -> str:
    publication = entry.publication
    lines = [publication.state_note, publication.standfirst]
    if entry.session:
        lines = [publication.state_note, entry.session["abstract"]]
    if entry.online_url:
        lines.append(f"Se connecter\u00a0: {entry.online_url}")
    lines.append(address)
    return "\n\n".join(filter(None, lines))


def subscription(url: str) -> str:
    """Returns the address that a calendar program opens to subscribe, rather than import once."""
    return f"webcal{url[url.index('://') :]}"


def response(request: HttpRequest, content: bytes, file_name: str) -> HttpResponse:
    """Answers a reader that asks again and again with the file only when it has changed."""
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    full = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    full["Content-Disposition"] = f'attachment; filename="{file_name}"'
    full["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=full)
    assert answer is not None
    return answer


def sessions_of(
    publication: EventPublication, keys: Iterable[str], *, online_url: str = ""
) -> list[Entry]:
    wanted = set(keys)
    return [
        Entry(publication, session=session, online_url=online_url)
        for session in publication.content["sessions"]
        if session["key"] in wanted
    ]


def asked_session(
    request: HttpRequest, publication: EventPublication, *, online_url: str = ""
) -> list[Entry]:
    """Returns the session that the address names (`?session=`); empty where it names none, which is
    the whole event. Raises Http404."""
    key = request.GET.get("session", "")
    found = sessions_of(publication, [key], online_url=online_url)
    if key and not found:
        raise Http404
    return found
