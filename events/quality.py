"""What a reader of an event would trip on."""

from __future__ import annotations

from collections.abc import Iterator

from events import zones
from events.models import Event
from media.remarks import held_documents
from publishing import quality
from publishing.quality import TITLE_LENGTH, Fragment
from publishing.remarks import Link, Remark

# As the form names them.
TEXTS = {
    "Présentation": "description",
    "Informations pratiques": "practical",
    "Ce qu’il faut en retenir": "takeaways",
}


def remarks(event: Event) -> list[Remark]:
    """All remarks on the working copy, in the order of the form."""
    fragments = _fragments(event)
    return [
        *_facts(event),
        *quality.headings(fragments, under=2),
        *quality.link_labels(quality.links(fragments)),
        *quality.long_paragraphs(fragments),
        *_programme(event),
        *_places(event),
        *held_documents(event.resources.values_list("document", flat=True)),
    ]


def links(event: Event) -> list[Link]:
    """Every link that its page makes for everyone: not the one kept for those who have a place."""
    found = quality.links(_fragments(event))
    found += [
        Link("Programme", session.title, session.replay_url)
        for session in event.sessions.exclude(replay_url="")
    ]
    found += [
        Link("Documents et vidéos", resource.title, resource.url)
        for resource in event.resources.exclude(url="")
    ]
    if event.registration_url:
        found.append(Link("Inscriptions", "inscription ailleurs", event.registration_url))
    return found


def _fragments(event: Event) -> list[Fragment]:
    return [
        Fragment(where, text) for where, name in TEXTS.items() if (text := getattr(event, name))
    ]


def _facts(event: Event) -> Iterator[Remark]:
    if len(event.title) > TITLE_LENGTH:
        yield Remark(
            "Titre",
            f"{len(event.title)} signes\u00a0: au-delà de {TITLE_LENGTH}, il est coupé dans les "
            "résultats de recherche.",
        )
    if event.has_ended and not event.takeaways:
        yield Remark("Textes", "L’événement est passé\u00a0: que faut-il en retenir\u202f?")
    if event.format != Event.Format.ONLINE and not event.access_provisions:
        yield Remark("Où", "Dites si le lieu est accessible, et à qui écrire pour un besoin.")
    if event.format != Event.Format.IN_PERSON and not event.online_url and not event.has_ended:
        yield Remark("Où", "Il n’y a pas encore de lien de connexion.")


def _programme(event: Event) -> Iterator[Remark]:
    opens, closes = event.starts_at(), event.ends_at()
    first, zone = event.starts_on, event.time_zone
    if opens is None or closes is None or first is None:
        return
    for session in event.sessions.all():
        starts, ends = zones.span(session.day or first, session.starts, session.ends, zone)
        if starts < opens or ends > closes:
            yield Remark(
                "Programme",
                f"«\u00a0{session}\u00a0» commence avant l’événement ou finit après lui\u00a0: "
                "la page et les agendas disent l’événement passé à l’heure de sa fin.",
            )


def _places(event: Event) -> Iterator[Remark]:
    takes_registrations = event.registration_for != Event.RegistrationFor.NOBODY
    if takes_registrations and not event.contact_email:
        yield Remark(
            "Organisation",
            "Sans adresse de contact, personne ne reçoit les réponses aux courriels.",
        )
    if not takes_registrations and event.sessions.filter(by_registration=True).exists():
        yield Remark("Programme", "Des ateliers sont sur inscription, l’événement ne l’est pas.")
    if "invited" in (event.audience, event.registration_for) and not event.invitations.exists():
        yield Remark(
            "Lecteurs",
            "Personne n’est encore invité\u00a0: écrivez leurs adresses sur la page "
            "«\u00a0Invitations\u00a0».",
        )
