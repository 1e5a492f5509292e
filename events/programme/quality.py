"""Finds what a reader of an event would trip on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

from events.models import Event, Session
from media.remarks import documents_without_text, held_documents
from publishing import quality
from publishing.quality import TITLE_LENGTH, Fragment
from publishing.remarks import Link, Remark, at_field, at_row
from territories import wall_clocks

# The form names them so.
TEXTS = {
    "Présentation": "description",
    "Informations pratiques": "practical",
    "Ce qu’il faut en retenir": "takeaways",
}


def remarks(event: Event, data: Mapping[str, Any] | None = None, *, reader: Any) -> list[Remark]:
    """Returns all remarks on the working copy, in the order of the form; or on a snapshot that is
    not saved, given the event with its columns. They are as that person may read them."""
    data = event.snapshot() if data is None else data
    fragments = _fragments(data)
    documents = [
        *(resource["document"] for resource in data["resources"]),
        *(key for session in data["sessions"] for key in session["documents"]),
    ]
    return [
        *_facts(event),
        *quality.headings(fragments, under=2),
        *quality.link_labels(quality.links(fragments)),
        *quality.long_paragraphs(fragments),
        *_programme(event, data),
        *_places(event, data),
        *held_documents(documents, reader=reader),
        *documents_without_text(documents, reader=reader),
    ]


def links(data: Mapping[str, Any]) -> list[Link]:
    """Returns every link that its page makes for everyone: not the one kept for those who have a
    place."""
    found = quality.links(_fragments(data))
    found += [
        Link(
            Session.numbered(number, session),
            session["title"],
            session["replay_url"],
            at_row("sessions", number, "replay_url"),
        )
        for number, session in _sessions(data)
        if session["replay_url"]
    ]
    found += [
        Link(
            "Documents et vidéos",
            resource["title"],
            resource["url"],
            at_row("resources", number, "url"),
        )
        for number, resource in enumerate(data["resources"], start=1)
        if resource["url"]
    ]
    if url := data["registration_url"]:
        anchor = at_field("registration_url")
        found.append(Link("Inscriptions", "inscription ailleurs", url, anchor))
    return found


def _fragments(data: Mapping[str, Any]) -> list[Fragment]:
    return [
        Fragment(where, data[name], at_field(name)) for where, name in TEXTS.items() if data[name]
    ]


def _sessions(data: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yields sessions with their numbers."""
    yield from enumerate(Session.in_order(data["sessions"], data), start=1)


def _facts(event: Event) -> Iterator[Remark]:
    if len(event.title) > TITLE_LENGTH:
        yield Remark(
            "Titre",
            f"{len(event.title)} signes\u00a0: au-delà de {TITLE_LENGTH}, il est coupé dans les "
            "résultats de recherche.",
            at_field("title"),
        )
    if event.has_ended and not event.takeaways:
        yield Remark(
            "Textes",
            "L’événement est passé\u00a0: que faut-il en retenir\u202f?",
            at_field("takeaways"),
        )
    if event.format != Event.Format.ONLINE and not event.access_provisions:
        yield Remark(
            "Où",
            "Dites si le lieu est accessible, et à qui écrire pour un besoin.",
            at_field("access_provisions"),
        )
    if event.format != Event.Format.IN_PERSON and not event.online_url and not event.has_ended:
        yield Remark("Où", "Il n’y a pas encore de lien de connexion.", at_field("online_url"))


def _programme(event: Event, data: Mapping[str, Any]) -> Iterator[Remark]:
    opens, closes = event.starts_at(), event.ends_at()
    first, zone = event.starts_on, event.time_zone
    if opens is None or closes is None or first is None:
        return
    for number, session in _sessions(data):
        if not session["starts"] or not session["ends"]:
            continue
        day = date.fromisoformat(session["day"]) if session["day"] else first
        first_clock, last_clock = (time.fromisoformat(session[name]) for name in ("starts", "ends"))
        starts, ends = wall_clocks.span(day, first_clock, last_clock, zone)
        if starts < opens or ends > closes:
            yield Remark(
                Session.numbered(number, session),
                f"«\u00a0{session['title']}\u00a0» commence avant l’événement ou finit après "
                "lui\u00a0: la page et les agendas disent l’événement passé à l’heure de sa fin.",
                at_row("sessions", number, "ends" if ends > closes else "starts"),
            )


def _places(event: Event, data: Mapping[str, Any]) -> Iterator[Remark]:
    takes_registrations = event.registration_for != Event.RegistrationFor.NOBODY
    if takes_registrations and not event.contact_email:
        yield Remark(
            "Organisation",
            "Sans adresse de contact, personne ne reçoit les réponses aux courriels.",
            at_field("contact_email"),
        )
    chosen = [number for number, session in _sessions(data) if session["by_registration"]]
    if not takes_registrations and chosen:
        yield Remark(
            "Programme",
            "Des ateliers sont sur inscription, l’événement ne l’est pas.",
            at_row("sessions", chosen[0], "by_registration"),
        )
    invites = "invited" in (event.audience, event.registration_for)
    if invites and not (event.pk and event.invitations.exists()):
        yield Remark(
            "Lecteurs",
            "Personne n’est encore invité\u00a0: écrivez leurs adresses sur la page "
            "«\u00a0Invitations\u00a0».",
            at_field("audience"),
        )
