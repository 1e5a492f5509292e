"""The registrations of an event as a table, and what was answered after it as another."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from events.admin.listing import EVERYONE, Wanted, rows_of
from events.models import Event, EventPublication, Question, SessionPlace
from events.programme.retired import questions_answered, sessions_chosen
from events.registrations.forms import questions_of
from publishing.spreadsheets import MARK, csv_lines, sheet_cells, sheet_of

Cells = list[Any]


def answer_words(answer: Any) -> str:
    if answer is True:
        return "oui"
    return ", ".join(map(str, answer)) if isinstance(answer, list) else str(answer)


def table(
    event: Event, publication: EventPublication | None, wanted: Wanted = EVERYONE
) -> Iterator[Cells]:
    """Yields a line a registration, as the list shows them, with a column a question, and one a
    session."""
    rows = rows_of(event, wanted, whole=True)
    asked = questions_of(publication, Question.When.REGISTRATION) if publication else []
    answers = [row.registration.answers for row in rows]
    questions = questions_answered(event, asked, answers)
    sessions = sessions_chosen(event, publication)
    yield [
        "Ordre",
        "État",
        "Rang d’attente",
        "Prénom",
        "Nom",
        "Organisation",
        "Adresse électronique",
        "Code d’accueil",
        "Demandée le",
        "Confirmée le",
        "Présence",
        "Liste des participant·es",
        *(question["label"] for question in questions),
        *(session["title"] for session in sessions),
    ]
    for row in rows:
        registration = row.registration
        places = {place.session_key: place for place in registration.session_places.all()}
        yield [
            row.order,
            registration.get_status_display(),
            row.queue_rank or "",
            registration.first_name,
            registration.last_name,
            registration.organisation,
            registration.email,
            registration.code,
            _moment(registration.created_at),
            _moment(registration.confirmed_at),
            _moment(registration.attended_at),
            "oui" if registration.is_listed else "non",
            *(answer_words(registration.answers.get(q["key"], "")) for q in questions),
            *(_place(places.get(s["key"])) for s in sessions),
        ]


def opinions_table(event: Event, publication: EventPublication) -> Iterator[Cells]:
    """Yields a line an opinion, in no order that would say whose it is
    (`Evaluation.Meta.ordering`)."""
    given = list(event.evaluations.values_list("answers", flat=True))
    asked = questions_of(publication, Question.When.EVALUATION)
    questions = questions_answered(event, asked, given)
    yield [question["label"] for question in questions]
    for answers in given:
        yield [answer_words(answers.get(question["key"], "")) for question in questions]


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}" if at else ""


def _place(place: SessionPlace | None) -> str:
    if place is None:
        return ""
    return "oui" if place.holds_place else "liste d’attente"


def as_csv(rows: Iterable[Cells], name: str) -> HttpResponse:
    content = MARK + csv_lines(rows)
    return _attached(content.encode("utf-8"), "text/csv; charset=utf-8", name)


def as_xlsx(rows: Iterable[Cells], name: str) -> HttpResponse:
    file = io.BytesIO()
    with sheet_of(file, "Inscriptions") as sheet:
        for row in rows:
            sheet.append(sheet_cells(sheet, row))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _attached(file.getvalue(), kind, name)


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
