"""What publishing a snapshot would change for those who are registered, said beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Count

from events.dates.wording import place_words, quoted, session_words, when_words
from events.models import Event, EventPublication, Question, Registration, SessionPlace
from events.programme.rendering import publication_of


def consequences(event: Event, data: Mapping[str, Any] | None = None) -> list[str]:
    """Returns a sentence for each change; none where nobody is registered, or nothing is published
    yet. They are of the working copy, unless another snapshot is given."""
    data = event.snapshot() if data is None else data
    before = EventPublication.objects.live_of(event)
    standing = event.registrations.standing().count()
    if before is None or before.has_ended or not standing or data["starts_on"] is None:
        return []
    after = publication_of(event, data)
    return [
        *_facts(before, after, standing),
        *_capacity(event, after),
        *_sessions(before, after),
        *_questions(event, before, after),
    ]


def _people(count: int) -> str:
    return f"{count} personne{'s' if count > 1 else ''}"


def _facts(before: EventPublication, after: EventPublication, standing: int) -> Iterator[str]:
    changed = [
        name
        for name, old, new in (
            ("le jour ou l’heure", *(when_words(one, in_mail=True) for one in (before, after))),
            ("le lieu", place_words(before), place_words(after)),
            ("le lien de connexion", before.online_url, after.online_url),
        )
        if old != new
    ]
    if changed:
        yield (
            f"{_people(standing)} recevront un courriel\u00a0: {', '.join(changed)} change."
            if standing > 1
            else f"1 personne recevra un courriel\u00a0: {', '.join(changed)} change."
        )
    if before.takes_registrations and not after.takes_registrations:
        yield f"Plus personne ne pourra s’inscrire. Déjà inscrit\u00a0: {_people(standing)}."


def _capacity(event: Event, after: EventPublication) -> Iterator[str]:
    taken = event.registrations.confirmed().count()
    if after.capacity is not None and taken > after.capacity:
        departures = taken - after.capacity + 1
        yield (
            f"{taken} places sont prises, pour {after.capacity}\u00a0: aucune n’est retirée, et "
            f"aucune ne sera donnée avant {departures} départ{'s' if departures > 1 else ''}."
        )


def _sessions(before: EventPublication, after: EventPublication) -> Iterator[str]:
    chosen = dict(
        SessionPlace.objects.filter(registration__event=before.event_id)
        .exclude(registration__status=Registration.Status.CANCELLED)
        .order_by()
        .values_list("session_key")
        .annotate(Count("pk"))
    )
    sessions = {session["key"]: session for session in after.content["sessions"]}
    for session in before.content["sessions"]:
        if not (count := chosen.get(session["key"], 0)):
            continue
        choice = f"{_people(count)} {'l’ont' if count > 1 else 'l’a'} choisi, et le sauront"
        choice = choice if count > 1 else choice.replace("le sauront", "le saura")
        now = sessions.get(session["key"])
        if now is None:
            yield f"{quoted(session['title'])} n’est plus au programme\u00a0: {choice}."
        elif _words(before, session) != _words(after, now):
            yield f"{quoted(session['title'])} change\u00a0: {choice}."
        elif not now["by_registration"]:
            yield (
                f"{quoted(session['title'])} n’est plus sur inscription\u00a0: {_people(count)} "
                f"{'l’ont' if count > 1 else 'l’a'} choisi, et rien ne le dira plus."
            )


def _words(publication: EventPublication, session: dict[str, Any]) -> str:
    return f"{session['title']}, {session_words(session, publication.time_zone)}"


def _questions(event: Event, before: EventPublication, after: EventPublication) -> Iterator[str]:
    kept = {question["key"] for question in after.content["questions"]}
    answers = event.registrations.standing().values_list("answers", flat=True)
    for question in before.content["questions"]:
        if question["key"] in kept or question["when"] != Question.When.REGISTRATION:
            continue
        if count := sum(question["key"] in given for given in answers):
            yield (
                f"{quoted(question['label'])} n’est plus demandé\u202f; "
                f"{count} réponse{'s' if count > 1 else ''} rest{'ent' if count > 1 else 'e'} "
                "dans l’export."
            )
