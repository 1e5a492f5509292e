"""What was answered after an event, question by question."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from events.models import Event, EventPublication, Question
from events.programme.retired import questions_answered
from events.registrations.forms import SCALE, questions_of


@dataclass(frozen=True)
class Opinion:
    """The answers to one question. `counts` are (answer, how many, share of the answers in %).
    `texts` are free words."""

    label: str
    answered: int
    mean: float | None
    counts: tuple[tuple[str, int, int], ...]
    texts: tuple[str, ...]


def opinions(event: Event, publication: EventPublication) -> list[Opinion]:
    given = list(event.evaluations.values_list("answers", flat=True))
    asked = questions_of(publication, Question.When.EVALUATION)
    return [
        _opinion(
            question, [answers[question["key"]] for answers in given if question["key"] in answers]
        )
        for question in questions_answered(event, asked, given)
    ]


def _opinion(question: dict[str, Any], answers: list[Any]) -> Opinion:
    kind = question["kind"]
    if kind == Question.Kind.TEXT:
        texts = tuple(sorted(map(str, answers)))
        return Opinion(question["label"], len(answers), None, (), texts)
    mean = None
    if kind == Question.Kind.SCALE:
        wordings = dict(SCALE)
        notes = [int(answer) for answer in answers if str(answer) in wordings]
        mean = sum(notes) / len(notes) if notes else None
        order = list(wordings)
        counted = Counter(str(answer) for answer in answers)
        labels = wordings
    elif kind == Question.Kind.YES:
        order, labels = ["oui"], {"oui": "Oui"}
        counted = Counter(["oui"] * sum(answer is True for answer in answers))
    else:
        flat = [a for answer in answers for a in (answer if isinstance(answer, list) else [answer])]
        counted = Counter(map(str, flat))
        order = [*question["choices"], *sorted(set(counted) - set(question["choices"]))]
        labels = {choice: choice for choice in order}
    total = max(len(answers), 1)
    counts = tuple(
        (labels[key], counted.get(key, 0), round(100 * counted.get(key, 0) / total))
        for key in order
    )
    return Opinion(question["label"], len(answers), mean, counts, ())
