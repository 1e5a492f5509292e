"""Questions and sessions that registrations point at, whatever became of them since: answers and
places outlive what was asked and what was planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from events.models import Event, EventPublication, Question, Registration, SessionPlace

Described = dict[str, Any]


def last_described(event: Event, part: str, keys: Iterable[str]) -> dict[str, Described]:
    """Returns by key how the last publication that had them described them. `part` is a part of
    `content`."""
    wanted, found = set(keys), dict[str, Described]()
    if not wanted:
        return found
    published = event.publications.filter(live_from__lte=timezone.now())
    published = published.order_by("-live_from", "-pk")
    for described in published.values_list(f"content__{part}", flat=True).iterator(chunk_size=10):
        found |= {one["key"]: one for one in described or [] if one["key"] in wanted - found.keys()}
        if wanted == found.keys():
            break
    return found


def wordings(event: Event, keys: Iterable[str]) -> dict[str, str]:
    """Returns by key of question how it was last asked: as it was published or, where no
    publication has it any more, as it was written. A key that is nowhere has none."""
    wanted = set(keys)
    found = {key: one["label"] for key, one in last_described(event, "questions", wanted).items()}
    if wanted - found.keys():
        for version in event.versions.order_by("-pk").iterator(chunk_size=10):
            questions = version.data.get("questions") or []
            found = {one["key"]: one["label"] for one in questions if one["key"] in wanted} | found
            if wanted == found.keys():
                break
    return found


def readable_answers(event: Event, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Returns answers by question, as it was last asked. Those of one wording are numbered, since
    each has an answer of its own."""
    asked = wordings(event, answers)
    labels = {key: asked.get(key, "Question retirée") for key in answers}
    alike, before = Counter(labels.values()), Counter[str]()
    readable = {}
    for key, label in labels.items():
        before[label] += 1
        readable[f"{label} ({before[label]})" if alike[label] > 1 else label] = answers[key]
    return readable


def questions_answered(
    event: Event, asked: Iterable[Described], answers: Iterable[dict[str, Any]]
) -> list[Described]:
    """Returns those that are asked, then those that are no longer and were answered."""
    now = list(asked)
    known = {question["key"] for question in now}
    gone = sorted({key for given in answers for key in given} - known)
    found = last_described(event, "questions", gone)
    return now + [
        {
            "kind": Question.Kind.TEXT,
            "choices": [],
            **found.get(key, {}),
            "key": key,
            "label": f"{found[key]['label']} (question retirée)"
            if key in found
            else "Question retirée",
        }
        for key in gone
    ]


def sessions_chosen(event: Event, publication: EventPublication | None) -> list[Described]:
    """Returns those that one registers for, then those that are no longer and were chosen."""
    now = list(publication.chosen_sessions) if publication else []
    places = SessionPlace.objects.filter(
        registration__event=event,
        registration__status__in=[Registration.Status.CONFIRMED, Registration.Status.WAITING],
    )
    gone = places.exclude(session_key__in=[session["key"] for session in now])
    found = last_described(event, "sessions", gone.order_by().values_list("session_key", flat=True))
    return now + [
        {**session, "title": f"{session['title']} (retiré)", "capacity": None, "is_gone": True}
        for session in found.values()
    ]
