"""What the event's page is made of: the same for readers and for previews."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

from events.dates.wording import day_words, place_words, session_times, state_words
from events.models import (
    EventPublication,
    Invitation,
    Registration,
    RegistrationFor,
    Session,
    SessionPlace,
    State,
)
from events.site import structured_data
from publishing.structured_data import absolute, as_script, breadcrumb_list
from territories import wall_clocks
from themes.models import Theme

OTHER_EDITIONS = 6
# Nobody notes them in a calendar.
UNSAVED_KINDS = (Session.Kind.BREAK, Session.Kind.WELCOME)


@dataclass(frozen=True)
class Slot:
    """What begins at one time: one session, or several to choose between. `during_previous`: it
    begins while the slot before it is not over."""

    starts: datetime
    ends: datetime
    sessions: tuple[dict[str, Any], ...]
    during_previous: bool


@dataclass(frozen=True)
class ProgrammeDay:
    day: date
    slots: tuple[Slot, ...]


def programme(
    publication: EventPublication, mine: Registration | None = None
) -> list[ProgrammeDay]:
    """By day and by time, on the clocks of the place.

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
    calendar_url: str
    # None: by the link of a place.
    invitation: Invitation | None = None


def refusal_of(publication: EventPublication, taken: int) -> str:
    """Why nobody may ask for a place now, in a sentence; empty where one may."""
    if publication.state == State.CANCELLED:
        return "L’événement est annulé."
    if publication.state == State.POSTPONED:
        return "L’événement est reporté\u202f: l’inscription attend la nouvelle date."
    if publication.has_ended:
        return "L’événement est terminé."
    opens = publication.registration_opens_at
    if opens and opens > timezone.now():
        day = day_words(wall_clocks.local(opens, publication.time_zone).date())
        return f"Les inscriptions ouvrent le {day}."
    if not publication.registration_is_open():
        return "Les inscriptions sont closes."
    if publication.is_full(taken) and not publication.has_waiting_list:
        return "Il n’y a plus de place."
    return ""


def door_of(
    user: Any,
    publication: EventPublication,
    mine: Registration | None,
    taken: int,
    invitation: Invitation | None = None,
) -> Door | None:
    """None where there is nothing to say: a past event, or one without registration."""
    if mine is not None:
        held = (
            "Vous avez une place."
            if mine.holds_place
            else (f"Vous êtes en liste d’attente, au rang {mine.rank_in_queue()}.")
        )
        return Door(held, mine.get_absolute_url(), "Voir mon inscription")
    if publication.has_ended or publication.state in (State.CANCELLED, State.POSTPONED):
        return None
    if publication.registration_url:
        return Door(
            "L’inscription se fait sur un autre site.",
            publication.registration_url,
            "S’inscrire sur l’autre site",
        )
    if not publication.takes_registrations:
        return None
    if refusal := refusal_of(publication, taken):
        return Door(refusal)
    return _open_door(user, publication, taken, invitation)


def _open_door(
    user: Any, publication: EventPublication, taken: int, invitation: Invitation | None
) -> Door:
    url = reverse("events:register", args=[publication.slug])
    if invitation:
        url = invitation.register_url
    elif publication.registration_for == RegistrationFor.INVITED:
        return Door("L’inscription se fait sur invitation.")
    elif publication.registration_for == RegistrationFor.MEMBERS and not user.is_authenticated:
        return Door(
            "L’inscription est ouverte aux membres du réseau.",
            f"{reverse('accounts:login')}?next={url}",
            "Se connecter pour s’inscrire",
        )
    invited = "Vous êtes invité·e. " if invitation else ""
    if publication.is_full(taken):
        return Door(f"{invited}{full_words(publication)}", url, "Rejoindre la liste d’attente")
    left = (publication.capacity or 0) - taken
    if publication.capacity is None:
        return Door(f"{invited}L’inscription est ouverte.", url, "S’inscrire")
    return Door(f"{invited}{left} place{'s' if left > 1 else ''} encore.", url, "S’inscrire")


def full_words(publication: EventPublication) -> str:
    """How long the queue is, for whoever thinks of joining it."""
    waiting = publication.event.registrations.waiting().count()
    if not waiting:
        return "Il n’y a plus de place pour le moment\u202f; personne n’attend encore."
    people = "1 personne attend" if waiting == 1 else f"{waiting} personnes attendent"
    return f"Il n’y a plus de place pour le moment\u202f; {people} déjà."


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
    taken = event.registrations.confirmed().count() if publication.takes_registrations else 0
    if opened:
        mine, invitation = opened.mine, opened.invitation
    else:
        mine = own_registration(request.user, publication)
        invitation = None if mine else own_invitation(request.user, publication)
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
        "days": programme(publication, mine),
        "door": door_of(request.user, publication, mine, taken, invitation),
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
