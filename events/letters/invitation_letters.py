"""The letters to people who are asked by name to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from events.dates.wording import place_words, when_words
from events.letters.letter import COLON, Action, Letter, paragraphs_of, post
from events.models import EventPublication, Invitation
from publishing.structured_data import absolute


def invite(
    invitations: Sequence[Invitation], publication: EventPublication, *, at: datetime
) -> None:
    """Writes to each, the first time or once more, and notes when it was written."""
    for invitation in invitations:
        invitation.times_sent += 1
        invitation.sent_at = at
        _invite(invitation, publication)
    Invitation.objects.bulk_update(invitations, ["times_sent", "sent_at"])


def _invite(invitation: Invitation, publication: EventPublication) -> None:
    again = invitation.times_sent > 1
    page = absolute(invitation.get_absolute_url())
    paragraphs = [
        f"Vous n’avez pas encore répondu à notre invitation à {publication.quoted_title}."
        if again
        else f"Nous serions heureux de vous compter parmi nous à {publication.quoted_title}.",
        *paragraphs_of(invitation.words),
    ]
    post(
        publication,
        Letter(
            subject=f"{'Rappel' if again else 'Invitation'}{COLON}{publication.title}",
            paragraphs=paragraphs,
            actions=[
                Action(
                    "Répondre à l’invitation"
                    if publication.takes_registrations
                    else "Voir la page",
                    page,
                )
            ],
        ),
        key=f"invitation-{invitation.pk}-{invitation.times_sent}",
        to=invitation.email,
        first_name=invitation.first_name,
        facts=_facts(publication),
        page_url="",
        refusal=Action(
            "Vous ne viendrez pas\u202f? Dites-le en un geste",
            absolute(invitation.decline_url),
        ),
        why="l’organisation vous invite à cet événement",
    )


def message(
    invitation: Invitation, publication: EventPublication, *, key: str, subject: str, text: str
) -> None:
    """Writes an organiser's own words, to somebody who has not answered."""
    post(
        publication,
        Letter(
            subject=subject,
            paragraphs=paragraphs_of(text),
            actions=[
                Action("Répondre à l’invitation", absolute(invitation.get_absolute_url())),
            ],
            by_hand=True,
        ),
        key=f"invitation-{invitation.pk}-message-{key}",
        to=invitation.email,
        first_name=invitation.first_name,
        facts=_facts(publication),
        page_url="",
        refusal=None,
        why="l’organisation vous invite à cet événement",
    )


def _facts(publication: EventPublication) -> list[tuple[str, str]]:
    """Returns the facts for somebody who has no place: without the link."""
    facts = [("Quand", when_words(publication, in_mail=True)), ("Où", place_words(publication))]
    return [(name, words) for name, words in facts if words]
