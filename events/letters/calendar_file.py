"""The calendar file of somebody who registered: attached to letters, offered on their page."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from events.dates import calendars
from events.models import EventPublication, Registration, SessionPlace
from events.programme.retired import last_described


def calendar_of(
    registration: Registration, publication: EventPublication, withdrawn: Collection[str] = ()
) -> bytes:
    """Returns the event, and the sessions in which the person has a place. `withdrawn` are keys of
    sessions that a former file may have put into their calendar, which are off."""
    common: dict[str, Any] = {
        "online_url": registration.online_url(publication),
        "changed_at": timezone.now(),
        "is_withdrawn": registration.is_cancelled,
    }
    entries = [calendars.Entry(publication, is_waiting=registration.is_waiting, **common)]
    if registration.holds_place:
        held = registration.session_places.filter(status=SessionPlace.Status.CONFIRMED)
        keys = set(held.values_list("session_key", flat=True))
        entries += [
            calendars.Entry(publication, session=session, **common)
            for session in publication.content["sessions"]
            if session["key"] in keys
        ]
    if withdrawn:
        entries += [
            calendars.Entry(publication, session=session, **common | {"is_withdrawn": True})
            for session in last_described(publication.event, "sessions", withdrawn).values()
        ]
    return calendars.file_of(publication.title, entries)
