"""What people who registered are written: one letter an occasion, by the mail queue.

Each has a key of its own, so that whatever happens it is written once. What tells somebody where
their registration stands notes in the same breath what they were told (`_tell`): whoever calls an
occasion has nothing else to do. The others only recall it (`_write`), and do not make up for the
letter that says what changed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from events.dates.wording import quoted, session_words, when_words
from events.letters.calendar_file import calendar_of
from events.letters.facts import (
    facts_changed,
    facts_for,
    facts_of_letter,
    note_told,
    programme_changed,
    sessions_for,
)
from events.letters.letter import COLON, Action, Letter, named, paragraphs_of, post
from events.models import (
    EventPublication,
    Registration,
    SessionPlace,
    State,
)
from mailing.services import Priority
from publishing.audiences import Audience
from publishing.structured_data import absolute

# --- Addresses ---


def place_url(registration: Registration) -> str:
    return absolute(registration.get_absolute_url())


def event_path(registration: Registration, publication: EventPublication) -> str:
    """Of the event's page: where it is reserved to some, by the person's own link, which opens it
    to those who have no account too."""
    if publication.audience == Audience.PUBLIC:
        return publication.get_absolute_url()
    if registration.is_cancelled:  # their link opens it no more
        return registration.get_absolute_url()
    return reverse("events:place_event", args=[registration.secret])


def cancel_url(registration: Registration) -> str:
    return absolute(reverse("events:cancel", args=[registration.secret]))


# --- The occasions ---


def received(registration: Registration, publication: EventPublication) -> None:
    title = publication.title
    if registration.is_waiting:
        _tell(
            registration,
            publication,
            "received",
            Letter(
                subject=f"En liste d’attente{COLON}{title}",
                paragraphs=[
                    f"Il n’y a plus de place pour le moment à {named(publication)}. Vous êtes en "
                    f"liste d’attente, au rang {registration.rank_in_queue()}.",
                    "Dès qu’une place se libère, elle va à la première personne de la liste, qui "
                    "est prévenue par courriel. Vous n’avez rien à faire.",
                ],
                actions=[Action("Voir mon inscription", place_url(registration))],
            ),
            priority=Priority.NOTICE,
        )
        return
    _tell(
        registration,
        publication,
        "received",
        Letter(
            subject=f"Vous êtes inscrit·e{COLON}{title}",
            paragraphs=[f"Votre place à {named(publication)} est réservée."],
            actions=[Action("Voir mon inscription", place_url(registration))],
            with_calendar=True,
        ),
        priority=Priority.NOTICE,
    )


def already_registered(registration: Registration, publication: EventPublication) -> None:
    """To somebody who asks again: the page must not say to a stranger that the address is known.
    At most one an hour."""
    hour = timezone.now().strftime("%Y%m%d%H")
    held = (
        f"Vous êtes en liste d’attente, au rang {registration.rank_in_queue()}"
        if registration.is_waiting
        else "Vous y aviez déjà une place"
    )
    subject = "Toujours en liste d’attente" if registration.is_waiting else "Déjà inscrit·e"
    _write(
        registration,
        publication,
        f"again-{hour}",
        Letter(
            subject=f"{subject}{COLON}{publication.title}",
            paragraphs=[
                f"Une inscription à {named(publication)} vient d’être demandée avec votre "
                f"adresse. {held}\u202f: rien n’a changé.",
            ],
            actions=[Action("Voir mon inscription", place_url(registration))],
        ),
        priority=Priority.NOTICE,
    )


def promoted(registration: Registration, publication: EventPublication) -> None:
    assert registration.confirmed_at is not None
    _tell(
        registration,
        publication,
        f"promoted-{registration.confirmed_at:%Y%m%d%H%M%S%f}",
        Letter(
            subject=f"Une place pour vous{COLON}{publication.title}",
            paragraphs=[
                f"Une place s’est libérée à {named(publication)}, et elle est pour vous.",
                "Si vous ne pouvez plus venir, annulez votre inscription\u202f: elle ira à la "
                "personne suivante.",
            ],
            actions=[Action("Voir mon inscription", place_url(registration))],
            with_calendar=True,
        ),
    )


def given(registration: Registration, publication: EventPublication) -> None:
    """A place, by an organiser, whatever the order. Once it has ended, only noted: there is nothing
    to announce."""
    if publication.has_ended:
        note_told(registration, publication)
        return
    assert registration.confirmed_at is not None
    _tell(
        registration,
        publication,
        f"promoted-{registration.confirmed_at:%Y%m%d%H%M%S%f}",
        Letter(
            subject=f"Une place pour vous{COLON}{publication.title}",
            paragraphs=[f"L’organisation vous donne une place à {named(publication)}."],
            actions=[Action("Voir mon inscription", place_url(registration))],
            with_calendar=True,
        ),
    )


def session_promoted(place: SessionPlace, publication: EventPublication) -> None:
    session = next(s for s in publication.content["sessions"] if s["key"] == place.session_key)
    words = session_words(session, publication.time_zone, says_zone=True)
    _write(
        place.registration,
        publication,
        f"session-{place.pk}-{timezone.now():%Y%m%d%H%M%S%f}",
        Letter(
            subject=f"Une place en atelier{COLON}{session['title']}",
            paragraphs=[
                f"Une place s’est libérée pour vous\u00a0: {quoted(session['title'])}, {words}."
            ],
            actions=[Action("Voir mon inscription", place_url(place.registration))],
            with_calendar=True,
        ),
    )


def put_in_queue(
    registration: Registration, publication: EventPublication, given_back: Collection[str]
) -> None:
    """`given_back`: keys of the sessions in which the person had a place."""
    _tell(
        registration,
        publication,
        f"queued-{registration.number}",
        Letter(
            subject=f"En liste d’attente{COLON}{publication.title}",
            paragraphs=[
                f"L’organisation de {named(publication)} a remis votre inscription en liste "
                "d’attente. Vous serez prévenu·e si une place se libère.",
            ],
            actions=[Action("Voir mon inscription", place_url(registration))],
            with_calendar=True,
        ),
        withdrawn=given_back,
    )


def sessions_changed(
    registration: Registration, publication: EventPublication, given_back: Collection[str]
) -> None:
    """What was chosen, by the person or by an organiser. `given_back`: keys of sessions."""
    _tell(
        registration,
        publication,
        f"sessions-{timezone.now():%Y%m%d%H%M%S%f}",
        Letter(
            subject=f"Vos ateliers{COLON}{publication.title}",
            paragraphs=[
                f"Vos choix pour {named(publication)} sont enregistrés\u00a0: ils sont rappelés "
                "ci-dessous."
                if sessions_for(registration, publication)
                else f"Vous n’avez plus d’atelier à {named(publication)}.",
            ],
            actions=[Action("Voir mon inscription", place_url(registration))],
            with_calendar=registration.holds_place,
        ),
        withdrawn=given_back,
        priority=Priority.NOTICE,
    )


def cancelled(
    registration: Registration,
    publication: EventPublication,
    *,
    by_organiser: bool,
    given_back: Collection[str] = (),
) -> None:
    """`given_back`: keys of the sessions in which the person had a place."""
    assert registration.cancelled_at is not None
    had_place = registration.confirmed_at is not None
    who = (
        "L’organisation a annulé votre inscription"
        if by_organiser
        else "Votre inscription est annulée, comme vous l’avez demandé"
    )
    _write(
        registration,
        publication,
        f"cancelled-{registration.cancelled_at:%Y%m%d%H%M%S%f}",
        Letter(
            subject=f"Inscription annulée{COLON}{publication.title}",
            paragraphs=[
                f"{who}\u00a0: {named(publication)}.",
                *(["Le fichier joint l’annule aussi dans votre agenda."] if had_place else []),
            ],
            with_facts=False,
            with_calendar=had_place,
        ),
        withdrawn=given_back,
        priority=Priority.NOTICE,
    )


def changed(registration: Registration, publication: EventPublication) -> bool:
    """What is no longer as the person was told, before and after. False, and no letter, where all
    is as they know it."""
    if registration.told_sequence >= publication.sequence:
        return False
    before, now = registration.told, facts_for(registration, publication)
    known, chosen = registration.told_sessions, sessions_for(registration, publication)
    facts, sessions = facts_changed(before, now), programme_changed(known, chosen)
    if not facts and not sessions:
        note_told(registration, publication)
        return False
    event = f"L’événement {named(publication)}"
    kept = "Votre place est gardée" if registration.holds_place else "Votre rang est gardé"
    if publication.state == State.CANCELLED:
        subject, paragraphs = "Annulé", [f"{event} est annulé."]
    elif publication.state == State.POSTPONED:
        subject = "Reporté"
        paragraphs = [f"{event} est reporté. {kept}\u202f; la nouvelle date vous sera écrite."]
    elif before.get("État"):
        subject = "Nouvelle date" if before["État"] == State.POSTPONED.label else "Rétabli"
        paragraphs = [f"{event} aura bien lieu, {when_words(publication, in_mail=True)}. {kept}."]
    else:
        subject = "Du nouveau"
        paragraphs = [
            f"Ce qui change pour {named(publication)}\u00a0:",
            *facts,
            *sessions,
        ]
    if publication.state_note:
        paragraphs.append(publication.state_note)
    _tell(
        registration,
        publication,
        f"changed-{publication.sequence}",
        Letter(
            subject=f"{subject}{COLON}{publication.title}",
            paragraphs=paragraphs,
            actions=[Action("Voir mon inscription", place_url(registration))],
            with_calendar=True,
            with_facts=not publication.is_cancelled,
        ),
        withdrawn=known.keys() - chosen.keys(),
    )
    return True


def reminder(
    registration: Registration, publication: EventPublication, *, due: datetime, at: datetime
) -> bool:
    """Notes that they were reminded at that moment. False, and no letter, for whoever got their
    place since it was due: they have just been told."""
    registration.reminded_at = at
    registration.save(update_fields=["reminded_at"])
    if registration.confirmed_at and registration.confirmed_at >= due:
        return False
    _write(
        registration,
        publication,
        f"reminder-{publication.starts_at:%Y%m%d%H%M}",
        Letter(
            subject=f"Bientôt{COLON}{publication.title}",
            paragraphs=[
                f"{named(publication)} approche\u202f; votre place vous attend.",
                "Vous ne pouvez plus venir\u202f? Annulez votre inscription\u202f: quelqu’un "
                "d’autre en profitera.",
            ],
            actions=[Action("Voir mon inscription", place_url(registration))],
            with_calendar=True,
        ),
        not_after=publication.starts_at,
    )
    return True


def thanks(registration: Registration, publication: EventPublication, *, at: datetime) -> None:
    """Once it has ended: the evaluation, and the certificate of those who were noted there. Notes
    that they were asked what they thought at that moment."""
    registration.evaluation_asked_at = at
    registration.save(update_fields=["evaluation_asked_at"])
    actions = [Action("Donner mon avis", absolute(evaluation_path(registration)))]
    paragraphs = [
        f"Merci d’avoir pris part à {named(publication)}.",
        "Dites-nous ce que vous en avez pensé\u00a0: deux minutes, et vos réponses ne portent pas "
        "votre nom.",
    ]
    if registration.attended_at:
        paragraphs.append("Votre attestation de présence est sur la page de votre inscription.")
        actions.append(Action("Mon attestation", place_url(registration)))
    _write(
        registration,
        publication,
        "thanks",
        Letter(
            subject=f"Votre avis{COLON}{publication.title}",
            paragraphs=paragraphs,
            actions=actions,
            with_facts=False,
        ),
    )


def evaluation_path(registration: Registration) -> str:
    return reverse("events:evaluate", args=[registration.secret])


def message(
    registration: Registration, publication: EventPublication, *, key: str, subject: str, text: str
) -> None:
    """An organiser's own words."""
    _write(
        registration,
        publication,
        f"message-{key}",
        Letter(
            subject=subject,
            paragraphs=paragraphs_of(text),
            actions=[Action("Voir mon inscription", place_url(registration))],
            by_hand=True,
        ),
    )


# --- Writing it ---


def _tell(
    registration: Registration, publication: EventPublication, kind: str, letter: Letter, **how: Any
) -> None:
    """Writes it as `_write` does, and notes what its person is told by it."""
    note_told(registration, publication)
    _write(registration, publication, kind, letter, **how)


def _write(
    registration: Registration,
    publication: EventPublication,
    kind: str,
    letter: Letter,
    *,
    withdrawn: Collection[str] = (),
    priority: Priority = Priority.MANY,
    not_after: datetime | None = None,
) -> None:
    """`kind`: what makes it another letter than the others to that person. `withdrawn`: keys of
    sessions that the calendar file takes back. `priority`: a notice answers what the person has
    just done, and leaves before letters to many. `not_after`: when it has nothing to say any
    more."""
    can_cancel = not (
        registration.is_cancelled or publication.is_cancelled or publication.has_ended
    )
    calendar = b""
    if letter.with_calendar:
        calendar = calendar_of(registration, publication, withdrawn)
    post(
        publication,
        letter,
        key=f"registration-{registration.pk}-{kind}",
        to=registration.email,
        # Anybody may have typed the other name, with anybody's address.
        first_name=registration.user.first_name if registration.user else "",
        facts=facts_of_letter(registration, publication) if letter.with_facts else [],
        page_url=absolute(event_path(registration, publication)),
        refusal=Action(
            "Vous ne pouvez pas venir\u202f? Annulez, sans compte ni mot de passe",
            cancel_url(registration),
        )
        if can_cancel
        else None,
        why="cette adresse a été inscrite à cet événement",
        calendar=calendar,
        priority=priority,
        not_after=not_after,
    )
