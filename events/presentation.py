"""What the event's page is made of: the same for readers and for previews."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils import timezone

from events import structured_data
from events.models import EventPublication, Invitation, Registration, RegistrationFor, State
from events.registering import places_taken, session_places_taken
from events.rendering import when
from events.wording import place_words, state_words
from publishing.structured_data import absolute, as_script, breadcrumb_list
from themes.models import Theme

OTHER_EDITIONS = 6


@dataclass(frozen=True)
class Slot:
    """What begins at one time: one session, or several to choose between."""

    starts: datetime
    ends: datetime
    sessions: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class ProgrammeDay:
    day: date
    slots: tuple[Slot, ...]


def programme(publication: EventPublication) -> list[ProgrammeDay]:
    """By day and by time, on the clocks of the place; each session with the places left in it
    (None: as many as one likes, or no registration)."""
    zone = publication.time_zone
    taken = (
        session_places_taken(publication.event_id)
        if publication.event_id and publication.chosen_sessions
        else {}
    )
    timed = [
        (*when(session, zone), {**session, "left": _left(session, taken)})
        for session in publication.content["sessions"]
    ]
    days = []
    for day, of_day in groupby(timed, key=lambda entry: entry[0].date()):
        slots = []
        for starts, together in groupby(of_day, key=lambda entry: entry[0]):
            entries = list(together)
            slots.append(
                Slot(starts, max(entry[1] for entry in entries), tuple(e[2] for e in entries))
            )
        days.append(ProgrammeDay(day, tuple(slots)))
    return days


def _left(session: dict[str, Any], taken: dict[str, int]) -> int | None:
    if not session["by_registration"] or session["capacity"] is None:
        return None
    return max(session["capacity"] - taken.get(session["key"], 0), 0)


@dataclass(frozen=True)
class Door:
    """What the page says of registering, and the one thing that can be done about it."""

    sentence: str
    url: str = ""
    label: str = ""


def own_registration(user: Any, publication: EventPublication) -> Registration | None:
    if not user.is_authenticated:
        return None
    return Registration.objects.standing().held_by(user).filter(event=publication.event_id).first()


@dataclass(frozen=True)
class Opened:
    """By a link that only its holder has: the page, whatever its audience, and what it offers."""

    secret: str
    mine: Registration | None
    register_url: str
    calendar_url: str
    decline_url: str = ""
    has_declined: bool = False


def door_of(
    user: Any,
    publication: EventPublication,
    mine: Registration | None,
    taken: int,
    register_url: str = "",
) -> Door | None:
    """None where there is nothing to say: a past event, or one without registration.
    `register_url`: by an invitation."""
    if mine is not None:
        held = (
            "Vous avez une place."
            if mine.holds_place
            else (f"Vous êtes en liste d’attente, au rang {mine.rank_in_queue()}.")
        )
        return Door(held, mine.get_absolute_url(), "Voir mon inscription")
    state = publication.event.state
    if publication.has_ended or state in (State.CANCELLED, State.POSTPONED):
        return None
    if publication.registration_url:
        return Door(
            "L’inscription se fait sur un autre site.",
            publication.registration_url,
            "S’inscrire sur l’autre site",
        )
    if not publication.takes_registrations:
        return None
    now = timezone.now()
    if publication.registration_opens_at and publication.registration_opens_at > now:
        opens = timezone.localtime(publication.registration_opens_at)
        return Door(f"Les inscriptions ouvrent le {opens:%d/%m/%Y}.")
    if not publication.registration_is_open(now):
        return Door("Les inscriptions sont closes.")
    return _open_door(user, publication, taken, register_url)


def _open_door(user: Any, publication: EventPublication, taken: int, register_url: str) -> Door:
    url = register_url or reverse("events:register", args=[publication.slug])
    is_full = publication.is_full(taken)
    if is_full and not publication.has_waiting_list:
        return Door("Il n’y a plus de place.")
    if not register_url and publication.registration_for == RegistrationFor.INVITED:
        return Door("L’inscription se fait sur invitation.")
    members_only = publication.registration_for == RegistrationFor.MEMBERS
    if members_only and not register_url and not user.is_authenticated:
        return Door(
            "L’inscription est ouverte aux membres du réseau.",
            f"{reverse('accounts:login')}?next={url}",
            "Se connecter pour s’inscrire",
        )
    if is_full:
        return Door("Il n’y a plus de place pour le moment.", url, "Rejoindre la liste d’attente")
    left = (publication.capacity or 0) - taken
    if publication.capacity is None:
        return Door("L’inscription est ouverte.", url, "S’inscrire")
    return Door(f"{left} place{'s' if left > 1 else ''} encore.", url, "S’inscrire")


def own_invitation(user: Any, publication: EventPublication) -> Invitation | None:
    if not user.is_authenticated:
        return None
    return Invitation.objects.of(user).filter(event=publication.event_id).first()


def event_page(
    request: HttpRequest,
    publication: EventPublication,
    *,
    opened: Opened | None = None,
    **extra: Any,
) -> dict[str, Any]:
    """The context of `events/detail.html`, for a publication or for one made for a preview."""
    content = publication.content
    event = publication.event
    taken = places_taken(event) if publication.takes_registrations else 0
    register_url = ""
    if opened:
        mine, register_url = opened.mine, opened.register_url
    else:
        mine = own_registration(request.user, publication)
        if invitation := None if mine else own_invitation(request.user, publication):
            register_url = invitation.register_url
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
        "days": programme(publication),
        "door": door_of(request.user, publication, mine, taken, register_url),
        "opened": opened,
        "calendar_url": opened.calendar_url
        if opened
        else reverse("events:event_calendar", args=[publication.slug]),
        # Files ask again who may read the event.
        "file_query": f"?cle={opened.secret}" if opened else "",
        "mine": mine,
        "participants": _participants(publication, mine),
        "themes": Theme.objects.filter(pk__in=content["themes"]),
        "structures": _structures(request.user, content["structures"]),
        "articles": _articles(request.user, publication),
        "editions": _editions(request.user, publication),
        "has_replays": any(s["replay"] for s in content["sessions"])
        or any(r["replay"] for r in content["resources"]),
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
    """Those who agreed to be listed, for those who have a place."""
    if mine is None or not mine.holds_place or not publication.content["lists_participants"]:
        return []
    listed = Registration.objects.confirmed().filter(event=publication.event_id, is_listed=True)
    return listed.order_by("last_name", "first_name", "pk")


def _structures(user: Any, keys: list[int]) -> Iterable[Any]:
    """Those that this reader may see, as they are today: an agreement may have been withdrawn."""
    if not keys:
        return []
    structure = apps.get_model("structures", "Structure")
    told = Q(pk__in=keys) | Q(absorbed__in=keys)
    found: Iterable[Any] = (
        structure._default_manager.visible_to(user)
        .filter(told)
        .select_related("commune__department")
        .distinct()
        .order_by("sort_key", "pk")
    )
    return found


def _articles(user: Any, publication: EventPublication) -> Iterable[Any]:
    """What this reader may read about it, the newest first. Articles are a floor above: they are
    reached back from here."""
    told = publication.event.told_by.model._default_manager
    found: Iterable[Any] = told.visible_to(user).filter(event=publication.event_id).for_lists()
    return found


def _editions(user: Any, publication: EventPublication) -> list[EventPublication]:
    if publication.series_id is None:
        return []
    others = EventPublication.objects.visible_to(user).filter(series=publication.series_id)
    if publication.event_id:
        others = others.exclude(event=publication.event_id)
    return list(others.for_lists().order_by("-starts_at", "-id")[:OTHER_EDITIONS])
