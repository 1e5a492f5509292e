"""Makes of a snapshot what the event's page shows: it is rendered when it is published, and read as
it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from contents.rendering import columns, file_line, territories_of_page
from contents.replays import replay
from events.models import Event, EventPublication, Session, Speaker
from media.models import Document, Image
from media.templatetags.pictures import picture
from territories import wall_clocks

# Columns of the publication that are columns of the working copy, besides those of all contents.
OWN = (
    "series",
    "format",
    "time_zone",
    "venue",
    "address",
    "commune",
    "online_url",
    "registration_for",
    "registration_url",
    "capacity",
    "has_waiting_list",
    "reminder_days",
)


def publication_of(event: Event, data: Mapping[str, Any]) -> EventPublication:
    """Returns an unsaved publication of that snapshot. A draft's preview may lack days: today
    stands in."""
    values = columns(Event, OWN, data)
    zone = values["time_zone"]
    starts_on = _day(data["starts_on"]) or timezone.localdate()
    ends_on = _day(data["ends_on"]) or starts_on
    starts_at = wall_clocks.moment(starts_on, _clock(data["starts_time"]) or time(9), zone)
    ends_at = wall_clocks.moment(ends_on, _clock(data["ends_time"]) or time(18), zone)
    opens_on, closes_on = _day(data["registration_opens_on"]), _day(data["registration_closes_on"])
    publication = EventPublication(
        event=event,
        starts_at=starts_at,
        ends_at=ends_at if ends_at > starts_at else starts_at + timedelta(hours=1),
        first_day=starts_on,
        registration_opens_at=wall_clocks.moment(opens_on, time(0), zone) if opens_on else None,
        # The last day is included: it lasts until the midnight that ends it.
        registration_closes_at=(
            wall_clocks.moment(closes_on + timedelta(days=1), time(0), zone) if closes_on else None
        ),
        content=render_content(data, first_day=starts_on),
        **values,
    )
    publication.is_undated = data["starts_on"] is None
    return publication


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def document_address(document_id: int) -> str:
    return reverse("events:document", args=[document_id])


def render_content(data: Mapping[str, Any], *, first_day: date) -> dict[str, Any]:
    """Returns a snapshot as the JSON that the event's page is made from.

    `sessions`: in order of time, each `key title kind kind_label starts_at ends_at` (ISO, with
    offset) `room abstract speakers by_registration capacity replay documents`; `questions`, as
    asked; `resources`; `themes`, `structures` (keys), `territories` (label, url, locator),
    `images`, `documents` and `speakers` that the page shows or offers; the texts.
    """
    sessions = data.get("sessions", [])
    resources = data.get("resources", [])
    speakers = Speaker.objects.select_related("portrait").in_bulk(
        [key for session in sessions for key in session["speakers"]]
    )
    documents = Document.objects.in_bulk(
        [key for session in sessions for key in session["documents"]]
        + [resource["document"] for resource in resources if resource["document"]]
    )
    zone = data["time_zone"]
    programme = [_session(s, zone, first_day, speakers, documents) for s in sessions]
    programme.sort(key=lambda s: (s["starts_at"], s["ends_at"], s["room"], s["title"]))
    images = {speaker.portrait_id for speaker in speakers.values() if speaker.portrait_id}
    if data["cover"]:
        images.add(data["cover"])
    return {
        "sessions": programme,
        "questions": [_question(question) for question in data.get("questions", [])],
        "resources": [_resource(resource, documents) for resource in resources],
        "description": data["description"],
        "practical": data["practical"],
        "takeaways": data["takeaways"],
        "access_provisions": data["access_provisions"],
        "organiser": data["organiser"],
        "contact_email": data["contact_email"],
        "conditions": data["conditions"],
        "lists_participants": data["lists_participants"],
        "themes": data["themes"],
        "structures": data.get("structures", []),
        "territories": territories_of_page(data["territories"]),
        "images": sorted(Image.objects.filter(pk__in=images).values_list("pk", flat=True)),
        "documents": sorted(documents),
        "speakers": sorted(speakers),
    }


def _session(
    session: Mapping[str, Any],
    zone: str,
    first_day: date,
    speakers: Mapping[int, Speaker],
    documents: Mapping[int, Document],
) -> dict[str, Any]:
    starts, ends = time.fromisoformat(session["starts"]), time.fromisoformat(session["ends"])
    starts_at, ends_at = wall_clocks.span(_day(session["day"]) or first_day, starts, ends, zone)
    return {
        "key": session["key"],
        "title": session["title"],
        "kind": session["kind"],
        "kind_label": str(Session.Kind(session["kind"]).label),
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
        "room": session["room"],
        "abstract": session["abstract"],
        "speakers": [_speaker(speakers[key]) for key in session["speakers"] if key in speakers],
        "by_registration": session["by_registration"],
        "capacity": session["capacity"],
        "replay": replay(session["replay_url"], session["title"]),
        "documents": [_file(documents[key]) for key in session["documents"] if key in documents],
    }


def _speaker(speaker: Speaker) -> dict[str, str]:
    portrait = speaker.portrait
    return {
        "name": speaker.name,
        "role": speaker.role,
        "organisation": speaker.organisation,
        # It stands beside the name, which says it all.
        "portrait": picture(portrait, alt="", sizes="4rem") if portrait else "",
    }


def _question(question: Mapping[str, Any]) -> dict[str, Any]:
    choices = [line.strip() for line in question["choices"].splitlines() if line.strip()]
    return {**question, "choices": list(dict.fromkeys(choices))}


def _resource(resource: Mapping[str, Any], documents: Mapping[int, Document]) -> dict[str, Any]:
    document = documents.get(resource["document"]) if resource["document"] else None
    return {
        "title": resource["title"],
        "file": _file(document, resource["title"]) if document else None,
        "replay": replay(resource["url"], resource["title"]),
    }


def _file(document: Document, title: str = "") -> dict[str, str]:
    return file_line(document, document_address(document.pk), title)
