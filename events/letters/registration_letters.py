"""The letters to people who registered: one an occasion, by the mail queue.

Each has a key of its own, so that whatever happens it is written once. What tells somebody where
their registration stands notes in the same breath what they were told (`tells`): whoever calls an
occasion has nothing else to do. The others only recall it, and do not make up for the letter that
says what changed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from events.dates.wording import quoted, session_words, when_words
from events.letters.facts import facts_changed, facts_of, programme_changed
from events.letters.letter import COLON, Action, Letter, paragraphs_of
from events.letters.sending import send
from events.models import (
    EventPublication,
    Registration,
    SessionPlace,
    State,
)
from mailing.services import Priority
from publishing.structured_data import absolute


def received(registration: Registration, publication: EventPublication) -> None:
    title = publication.title
    if registration.is_waiting:
        send(
            registration,
            publication,
            "received",
            Letter(
                subject=f"En liste d’attente{COLON}{title}",
                paragraphs=[
                    f"Il n’y a plus de place pour le moment à {publication.quoted_title}. Vous "
                    f"êtes en liste d’attente, au rang {registration.rank_in_queue()}.",
                    "Dès qu’une place se libère, elle va à la première personne de la liste, qui "
                    "est prévenue par courriel. Vous n’avez rien à faire.",
                ],
                actions=[Action("Voir mon inscription", absolute(registration.get_absolute_url()))],
            ),
            priority=Priority.NOTICE,
            tells=True,
        )
        return
    send(
        registration,
        publication,
        "received",
        Letter(
            subject=f"Vous êtes inscrit·e{COLON}{title}",
            paragraphs=[f"Votre place à {publication.quoted_title} est réservée."],
            actions=[Action("Voir mon inscription", absolute(registration.get_absolute_url()))],
            with_calendar=True,
        ),
        priority=Priority.NOTICE,
        tells=True,
    )


def already_registered(registration: Registration, publication: EventPublication) -> None:
    """Writes to somebody who asks again, at most once an hour: the page must not say to a stranger
    that the address is known."""
    hour = timezone.now().strftime("%Y%m%d%H")
    held = (
        f"Vous êtes en liste d’attente, au rang {registration.rank_in_queue()}"
        if registration.is_waiting
        else "Vous y aviez déjà une place"
    )
    subject = "Toujours en liste d’attente" if registration.is_waiting else "Déjà inscrit·e"
    send(
        registration,
        publication,
        f"again-{hour}",
        Letter(
            subject=f"{subject}{COLON}{publication.title}",
            paragraphs=[
                f"Une inscription à {publication.quoted_title} vient d’être demandée avec votre "
                f"adresse. {held}\u202f: rien n’a changé.",
            ],
            actions=[Action("Voir mon inscription", absolute(registration.get_absolute_url()))],
        ),
        priority=Priority.NOTICE,
    )


def promoted(registration: Registration, publication: EventPublication) -> None:
    assert registration.confirmed_at is not None
    send(
        registration,
        publication,
        f"promoted-{registration.confirmed_at:%Y%m%d%H%M%S%f}",
        Letter(
            subject=f"Une place pour vous{COLON}{publication.title}",
            paragraphs=[
                f"Une place s’est libérée à {publication.quoted_title}, et elle est pour vous.",
                "Si vous ne pouvez plus venir, annulez votre inscription\u202f: elle ira à la "
                "personne suivante.",
            ],
            actions=[Action("Voir mon inscription", absolute(registration.get_absolute_url()))],
            with_calendar=True,
        ),
        tells=True,
    )


def place_given(registration: Registration, publication: EventPublication) -> None:
    """Tells of a place that an organiser gave, whatever the order. Once the event has ended it is
    only noted: there is nothing to announce."""
    if publication.has_ended:
        known = facts_of(registration, publication)
        registration.note_announced(known.event, known.sessions, publication.sequence)
        return
    assert registration.confirmed_at is not None
    send(
        registration,
        publication,
        f"promoted-{registration.confirmed_at:%Y%m%d%H%M%S%f}",
        Letter(
            subject=f"Une place pour vous{COLON}{publication.title}",
            paragraphs=[f"L’organisation vous donne une place à {publication.quoted_title}."],
            actions=[Action("Voir mon inscription", absolute(registration.get_absolute_url()))],
            with_calendar=True,
        ),
        tells=True,
    )


def session_promoted(place: SessionPlace, publication: EventPublication) -> None:
    session = next(s for s in publication.content["sessions"] if s["key"] == place.session_key)
    words = session_words(session, publication.time_zone, says_zone=True)
    send(
        place.registration,
        publication,
        f"session-{place.pk}-{timezone.now():%Y%m%d%H%M%S%f}",
        Letter(
            subject=f"Une place en atelier{COLON}{session['title']}",
            paragraphs=[
                f"Une place s’est libérée pour vous\u00a0: {quoted(session['title'])}, {words}."
            ],
            actions=[
                Action("Voir mon inscription", absolute(place.registration.get_absolute_url()))
            ],
            with_calendar=True,
        ),
    )


def put_in_queue(
    registration: Registration, publication: EventPublication, given_back: Collection[str]
) -> None:
    """Tells of it. `given_back` are keys of the sessions in which the person had a place."""
    send(
        registration,
        publication,
        f"queued-{registration.number}",
        Letter(
            subject=f"En liste d’attente{COLON}{publication.title}",
            paragraphs=[
                f"L’organisation de {publication.quoted_title} a remis votre inscription en liste "
                "d’attente. Vous serez prévenu·e si une place se libère.",
            ],
            actions=[Action("Voir mon inscription", absolute(registration.get_absolute_url()))],
            with_calendar=True,
        ),
        withdrawn=given_back,
        tells=True,
    )


def sessions_changed(
    registration: Registration, publication: EventPublication, given_back: Collection[str]
) -> None:
    """Tells what was chosen, by the person or by an organiser. `given_back` are keys of
    sessions."""
    send(
        registration,
        publication,
        f"sessions-{timezone.now():%Y%m%d%H%M%S%f}",
        Letter(
            subject=f"Vos ateliers{COLON}{publication.title}",
            paragraphs=[
                f"Vos choix pour {publication.quoted_title} sont enregistrés\u00a0: ils sont "
                "rappelés ci-dessous."
                if facts_of(registration, publication).sessions
                else f"Vous n’avez plus d’atelier à {publication.quoted_title}.",
            ],
            actions=[Action("Voir mon inscription", absolute(registration.get_absolute_url()))],
            with_calendar=registration.holds_place,
        ),
        withdrawn=given_back,
        priority=Priority.NOTICE,
        tells=True,
    )


def cancelled(
    registration: Registration,
    publication: EventPublication,
    *,
    by_organiser: bool,
    given_back: Collection[str] = (),
) -> None:
    """Tells of it. `given_back` are keys of the sessions in which the person had a place."""
    assert registration.cancelled_at is not None
    had_place = registration.confirmed_at is not None
    who = (
        "L’organisation a annulé votre inscription"
        if by_organiser
        else "Votre inscription est annulée, comme vous l’avez demandé"
    )
    send(
        registration,
        publication,
        f"cancelled-{registration.cancelled_at:%Y%m%d%H%M%S%f}",
        Letter(
            subject=f"Inscription annulée{COLON}{publication.title}",
            paragraphs=[
                f"{who}\u00a0: {publication.quoted_title}.",
                *(["Le fichier joint l’annule aussi dans votre agenda."] if had_place else []),
            ],
            with_facts=False,
            with_calendar=had_place,
        ),
        withdrawn=given_back,
        priority=Priority.NOTICE,
    )


def changed(registration: Registration, publication: EventPublication) -> bool:
    """Tells what is no longer as the person was told, before and after. Returns False, and writes
    no letter, where all is as they know it."""
    if registration.announced_sequence >= publication.sequence:
        return False
    now = facts_of(registration, publication)
    before, known = registration.announced_facts, registration.announced_sessions
    facts, sessions = facts_changed(before, now.event), programme_changed(known, now.sessions)
    if not facts and not sessions:
        registration.note_announced(now.event, now.sessions, publication.sequence)
        return False
    event = f"L’événement {publication.quoted_title}"
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
            f"Ce qui change pour {publication.quoted_title}\u00a0:",
            *facts,
            *sessions,
        ]
    if publication.state_note:
        paragraphs.append(publication.state_note)
    send(
        registration,
        publication,
        f"changed-{publication.sequence}",
        Letter(
            subject=f"{subject}{COLON}{publication.title}",
            paragraphs=paragraphs,
            actions=[Action("Voir mon inscription", absolute(registration.get_absolute_url()))],
            with_calendar=True,
            with_facts=not publication.is_cancelled,
        ),
        withdrawn=known.keys() - now.sessions.keys(),
        tells=True,
    )
    return True


def reminder(
    registration: Registration, publication: EventPublication, *, due: datetime, at: datetime
) -> bool:
    """Reminds, and notes it at that moment. Returns False, and writes no letter, for whoever got
    their place since it was due: they have just been told."""
    registration.reminded_at = at
    registration.save(update_fields=["reminded_at"])
    if registration.confirmed_at and registration.confirmed_at >= due:
        return False
    send(
        registration,
        publication,
        f"reminder-{publication.starts_at:%Y%m%d%H%M}",
        Letter(
            subject=f"Bientôt{COLON}{publication.title}",
            paragraphs=[
                f"{publication.quoted_title} approche\u202f; votre place vous attend.",
                "Vous ne pouvez plus venir\u202f? Annulez votre inscription\u202f: quelqu’un "
                "d’autre en profitera.",
            ],
            actions=[Action("Voir mon inscription", absolute(registration.get_absolute_url()))],
            with_calendar=True,
        ),
        not_after=publication.starts_at,
    )
    return True


def thanks(registration: Registration, publication: EventPublication, *, at: datetime) -> None:
    """Thanks once the event has ended: the evaluation, and the certificate of those who were noted
    there. It notes that they were asked what they thought at that moment."""
    registration.evaluation_asked_at = at
    registration.save(update_fields=["evaluation_asked_at"])
    actions = [Action("Donner mon avis", absolute(registration.evaluation_url))]
    paragraphs = [
        f"Merci d’avoir pris part à {publication.quoted_title}.",
        "Dites-nous ce que vous en avez pensé\u00a0: deux minutes, et vos réponses ne portent pas "
        "votre nom.",
    ]
    if registration.attended_at:
        paragraphs.append("Votre attestation de présence est sur la page de votre inscription.")
        actions.append(Action("Mon attestation", absolute(registration.get_absolute_url())))
    send(
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


def message(
    registration: Registration, publication: EventPublication, *, key: str, subject: str, text: str
) -> None:
    """Writes an organiser's own words."""
    send(
        registration,
        publication,
        f"message-{key}",
        Letter(
            subject=subject,
            paragraphs=paragraphs_of(text),
            actions=[Action("Voir mon inscription", absolute(registration.get_absolute_url()))],
            by_hand=True,
        ),
    )
