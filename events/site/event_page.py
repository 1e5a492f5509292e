"""What the event's page is made of: the same for readers and for previews."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.defaultfilters import truncatechars
from django.urls import reverse

from contents.presentation import share, structures_told
from events.dates.wording import place_words, state_words
from events.models import (
    EventPublication,
    Invitation,
    Registration,
)
from events.programme.timetable import timetable
from events.site import structured_data
from events.site.registration_prompt import prompt_for
from publishing.shelves import all_shelves
from publishing.structured_data import absolute, as_script, breadcrumb_list
from themes.models import Theme

OTHER_EDITIONS = 6


@dataclass(frozen=True)
class Opened:
    """What a link opens that only its holder has: the page, whatever its audience, and what it
    offers."""

    secret: str
    mine: Registration | None
    calendar_url: str
    # It is None where the link of a place opens it.
    invitation: Invitation | None = None


def event_page(
    request: HttpRequest,
    publication: EventPublication,
    *,
    opened: Opened | None = None,
    **extra: Any,
) -> dict[str, Any]:
    """Returns the context of `events/detail.html`, for a publication or for one made for a
    preview."""
    content = publication.content
    event = publication.event
    taken = event.registrations.confirmed().count() if publication.takes_registrations else 0
    if opened:
        mine, invitation = opened.mine, opened.invitation
    else:
        mine = Registration.objects.own(request.user, publication.event_id)
        invitation = None if mine else Invitation.objects.own(request.user, publication.event_id)
    address = absolute(publication.get_absolute_url())
    breadcrumbs = [
        ("Accueil", reverse("pages:home")),
        ("Événements", reverse("events:list")),
        (publication.title, None),
    ]
    return {
        "publication": publication,
        "event": event,
        "content": content,
        "state": state_words(publication, taken),
        "place": place_words(publication),
        "days": timetable(publication, mine),
        "prompt": prompt_for(request.user, publication, mine, taken, invitation),
        "opened": opened,
        "invitation": None if mine or publication.has_ended else invitation,
        "calendar_url": opened.calendar_url
        if opened
        else reverse("events:event_calendar", args=[publication.slug]),
        # Files ask again who may read the event.
        "file_query": f"?cle={opened.secret}" if opened else "",
        "mine": mine,
        "participants": _participants(publication, mine),
        "themes": Theme.objects.filter(pk__in=content["themes"]),
        "structures": structures_told(content["structures"], request.user),
        "reports": all_shelves(
            request.user, relation="event", things=[publication.event_id], but=EventPublication
        ),
        "editions": _editions(request.user, publication),
        "has_replays": any(s["replay"] for s in content["sessions"])
        or any(r["replay"] for r in content["resources"]),
        # The address of a page that a secret opens is for its holder alone.
        "share": None if opened else share(publication),
        "canonical_url": address,
        "description": truncatechars(publication.standfirst, 160),
        "og_type": "website",
        "og_image": settings.SITE_URL + publication.cover.url_for(1200)
        if publication.cover
        else "",
        "breadcrumbs": breadcrumbs,
        "structured_data": as_script(
            [structured_data.event(publication), breadcrumb_list(breadcrumbs, address)]
        ),
        "is_preview": False,
        "preview_note": "",
        "edit_url": "",
        "desk_url": "",
        **extra,
    }


def _participants(
    publication: EventPublication, mine: Registration | None
) -> Iterable[Registration]:
    """Returns those who agreed to be listed, for those who have a place."""
    if mine is None or not mine.holds_place or not publication.content["lists_participants"]:
        return []
    listed = Registration.objects.confirmed().filter(event=publication.event_id, is_listed=True)
    return listed.order_by("last_name", "first_name", "pk")


def _editions(user: Any, publication: EventPublication) -> list[EventPublication]:
    if publication.series_id is None:
        return []
    others = EventPublication.objects.visible_to(user).filter(series=publication.series_id)
    if publication.event_id:
        others = others.exclude(event=publication.event_id)
    return list(others.for_lists().order_by("-starts_at", "-id")[:OTHER_EDITIONS])
