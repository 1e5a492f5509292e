"""A letter about an event, whoever it is for: one template, one mail in the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from events.models import EventPublication
from mailing.services import Attachment, Priority, enqueue

# It stands between the words of one phrase of a subject.
COLON = "\u00a0: "


@dataclass(frozen=True)
class Action:
    label: str
    url: str


@dataclass(frozen=True)
class Letter:
    """What changes from one letter to another; the event's facts and the signature are the same.
    `by_hand` says that these are an organiser's own words, subject and all."""

    subject: str
    paragraphs: Sequence[str]
    actions: Sequence[Action] = ()
    with_facts: bool = True
    with_calendar: bool = False
    by_hand: bool = False


def paragraphs_of(text: str) -> list[str]:
    """Returns the paragraphs of what somebody typed: separated by empty lines, whatever their
    browser ends lines with."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    return [part.strip() for part in parts if part.strip()]


def post(
    publication: EventPublication,
    letter: Letter,
    *,
    key: str,
    to: str,
    first_name: str,
    facts: Sequence[tuple[str, str]],
    page_url: str,
    refusal: Action | None,
    why: str,
    calendar: bytes = b"",
    priority: Priority = Priority.MANY,
    not_after: datetime | None = None,
) -> None:
    context = {
        "letter": letter,
        "first_name": first_name,
        "facts": facts,
        "page_url": page_url,
        "refusal": refusal,
        "why": why,
        "event_title": publication.title,
        "organiser": publication.content["organiser"],
        "portal_name": settings.PORTAL_NAME,
        "portal_url": settings.SITE_URL,
    }
    name = f"{publication.slug[:60]}.ics"
    enqueue(
        key=key,
        to=to,
        subject=letter.subject,
        text=render_to_string("events/emails/letter.txt", context),
        html=render_to_string("events/emails/letter.html", context),
        reply_to=publication.content["contact_email"],
        attachments=[Attachment(name, calendar, "text/calendar")] if calendar else [],
        by_hand=letter.by_hand,
        priority=priority,
        not_after=not_after,
    )
