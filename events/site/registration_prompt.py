"""Says whether somebody may register for an event, why not, and where they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from events.models import (
    EventPublication,
    Invitation,
    Registration,
    RegistrationFor,
    State,
)
from events.registrations.places import refusal_of


@dataclass(frozen=True)
class Prompt:
    """What the page says of registering, and the one thing that can be done about it."""

    sentence: str
    url: str = ""
    label: str = ""


def prompt_for(
    user: Any,
    publication: EventPublication,
    mine: Registration | None,
    taken: int,
    invitation: Invitation | None = None,
) -> Prompt | None:
    """Returns the prompt; None where there is nothing to say: a past event, or one without
    registration."""
    if mine is not None:
        held = (
            "Vous avez une place."
            if mine.holds_place
            else (f"Vous êtes en liste d’attente, au rang {mine.rank_in_queue()}.")
        )
        return Prompt(held, mine.get_absolute_url(), "Voir mon inscription")
    if publication.has_ended or publication.state in (State.CANCELLED, State.POSTPONED):
        return None
    if publication.registration_url:
        return Prompt(
            "L’inscription se fait sur un autre site.",
            publication.registration_url,
            "S’inscrire sur l’autre site",
        )
    if not publication.takes_registrations:
        return None
    if refusal := refusal_of(publication, taken):
        return Prompt(refusal)
    return _open_prompt(user, publication, taken, invitation)


def _open_prompt(
    user: Any, publication: EventPublication, taken: int, invitation: Invitation | None
) -> Prompt:
    url = reverse("events:register", args=[publication.slug])
    if invitation:
        url = invitation.register_url
    elif publication.registration_for == RegistrationFor.INVITED:
        return Prompt("L’inscription se fait sur invitation.")
    elif publication.registration_for == RegistrationFor.MEMBERS and not user.is_authenticated:
        return Prompt(
            "L’inscription est ouverte aux membres du réseau.",
            f"{reverse('accounts:login')}?next={url}",
            "Se connecter pour s’inscrire",
        )
    invited = "Vous êtes invité·e. " if invitation else ""
    if publication.is_full(taken):
        return Prompt(f"{invited}{full_words(publication)}", url, "Rejoindre la liste d’attente")
    left = (publication.capacity or 0) - taken
    if publication.capacity is None:
        return Prompt(f"{invited}L’inscription est ouverte.", url, "S’inscrire")
    return Prompt(f"{invited}{left} place{'s' if left > 1 else ''} encore.", url, "S’inscrire")


def full_words(publication: EventPublication) -> str:
    """Says how long the queue is, for whoever thinks of joining it."""
    waiting = publication.event.registrations.waiting().count()
    if not waiting:
        return "Il n’y a plus de place pour le moment\u202f; personne n’attend encore."
    people = "1 personne attend" if waiting == 1 else f"{waiting} personnes attendent"
    return f"Il n’y a plus de place pour le moment\u202f; {people} déjà."
