"""Makes a new edition from a former one: what is asked and prepared again, without what was
lived."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from events.models import Event
from events.models.programme import new_key
from publishing import services
from publishing.slugs import unused_slug
from publishing.snapshots import Reach

# These days move with the event.
DAYS = ("starts_on", "ends_on", "registration_opens_on", "registration_closes_on")
# These belong to one edition alone; the link too, which opened to those of that one.
LEFT_BEHIND: dict[str, Any] = {
    "published_on": None,
    "updated_on": None,
    "online_url": "",
    "takeaways": "",
    "resources": [],
}
LEFT_BEHIND_BY_SESSIONS: dict[str, Any] = {"replay_url": "", "documents": []}


@transaction.atomic
def new_edition(*, event: Event, title: str, starts_on: date, by: Any) -> Event:
    """Returns a draft that begins on that day: programme, questions, places and texts of `event`,
    all its days moved as much. Nobody is registered, and no calendar takes it for the former
    one."""
    data = event.snapshot()
    shift = starts_on - event.starts_on if event.starts_on else timedelta()
    data |= LEFT_BEHIND
    data |= {name: _moved(data[name], shift) for name in DAYS}
    data |= {"starts_on": starts_on.isoformat(), "title": title}
    year = str(starts_on.year)
    named = title if year in title else f"{title} {year}"
    data["slug"] = unused_slug(Event, named, otherwise="evenement")
    for name in Event.PARTS:
        data[name] = [{**part, "key": new_key()} if "key" in part else part for part in data[name]]
    data["sessions"] = [
        {**session, **LEFT_BEHIND_BY_SESSIONS, "day": _moved(session["day"], shift)}
        for session in data["sessions"]
    ]
    edition = Event(created_by=by, changed_by=by)
    edition.restore_from(data, reach=Reach(by))
    services.record_save(working=edition, by=by, note=f"D’après «\u00a0{event}\u00a0»")
    return edition


def _moved(day: str | None, shift: timedelta) -> str | None:
    return (date.fromisoformat(day) + shift).isoformat() if day else None
