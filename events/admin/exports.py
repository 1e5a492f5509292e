"""The registrations of an event as a table."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook

from events.models import Event, EventPublication, Registration, SessionPlace
from publishing.spreadsheets import MARK, csv_lines, safe_cells

Row = list[Any]


def answer_words(answer: Any) -> str:
    if answer is True:
        return "oui"
    return ", ".join(map(str, answer)) if isinstance(answer, list) else str(answer)


def table(event: Event, publication: EventPublication | None) -> Iterator[Row]:
    """A line a registration, in order; a column a question, and one a session."""
    content = publication.content if publication else {"questions": [], "sessions": []}
    questions = [q for q in content["questions"] if q["when"] == "registration"]
    sessions = [s for s in content["sessions"] if s["by_registration"]]
    yield [
        "Rang",
        "État",
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
    registrations = event.registrations.order_by("number").prefetch_related("session_places")
    for registration in registrations:
        places = {place.session_key: place for place in registration.session_places.all()}
        yield [
            registration.number,
            registration.get_status_display(),
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


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}" if at else ""


def _place(place: SessionPlace | None) -> str:
    if place is None:
        return ""
    return "oui" if place.holds_place else "liste d’attente"


def as_csv(rows: Iterator[Row], name: str) -> HttpResponse:
    content = MARK + csv_lines(rows)
    return _attached(content.encode("utf-8"), "text/csv; charset=utf-8", name)


def as_xlsx(rows: Iterator[Row], name: str) -> HttpResponse:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Inscriptions")
    for row in rows:
        sheet.append(safe_cells(row))
    file = io.BytesIO()
    workbook.save(file)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _attached(file.getvalue(), kind, name)


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def registrations_of(event: Event) -> list[Registration]:
    return list(event.registrations.confirmed().order_by("last_name", "first_name", "pk"))
