"""What leaves the portal: tables, lists, badges, opinions."""

from __future__ import annotations

import csv
import io
from datetime import time, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from events.admin import badges
from events.models import Event
from events.registrations.organisers import note_attendance
from publishing.services import archive, publish, record_save
from tests.factories import EventFactory, UserFactory, live, place_at

pytestmark = pytest.mark.django_db


def url(name: str, event: Event) -> str:
    return reverse(f"admin:events_event_{name}", args=[event.pk])


def rows_of(client: Client, event: Event, name: str = "export_csv", **asked: str) -> Any:
    text = client.get(url(name, event), asked).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def published_again(event: Event) -> None:
    record_save(working=event, by=None)
    publish(working=event, by=None)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that would be printed."""
    pages: list[str] = []

    def kept(html: str, *styles: str) -> bytes:
        pages.append(html)
        return b"%PDF"

    monkeypatch.setattr(badges, "pdf_of", kept)
    return pages


# --- Tables ---


def test_answers_to_a_question_that_is_gone_are_kept_with_its_words(organiser: Client) -> None:
    event = EventFactory(
        open=True,
        questions=[
            {"label": "Repas", "when": "registration", "kind": "text"},
            {"label": "Train", "when": "registration", "kind": "text"},
        ],
        published=True,
    )
    keys = {q["label"]: q["key"] for q in live(event).content["questions"]}
    one = place_at(event, answers={keys["Repas"]: "Avec", keys["Train"]: "Oui"})
    event.questions.filter(label="Repas").update(label="Votre repas")
    published_again(event)
    event.questions.filter(label="Votre repas").delete()
    published_again(event)
    (row,) = rows_of(organiser, event)
    assert row["Train"] == "Oui"
    assert row["Votre repas (question retirée)"] == "Avec"
    address = reverse("admin:events_event_registration", args=[event.pk, one.pk])
    assert ("Votre repas (question retirée)", "Avec") in organiser.get(address).context["answers"]
    archive(working=event, by=UserFactory())
    assert rows_of(organiser, event) == [row]


def test_places_in_a_workshop_that_is_gone_are_kept(organiser: Client) -> None:
    event = EventFactory(open=True, sessions=[{"title": "Un"}, {"title": "Deux"}], published=True)
    one = next(s["key"] for s in live(event).chosen_sessions if s["title"] == "Un")
    place_at(event, sessions=(one,))
    event.sessions.filter(title="Un").delete()
    published_again(event)
    (row,) = rows_of(organiser, event)
    assert (row["Un (retiré)"], row["Deux"]) == ("oui", "")
    titles = [s["title"] for s in organiser.get(url("desk", event)).context["sessions"]]
    assert titles == ["Deux", "Un (retiré)"]
    assert len(rows_of(organiser, event, atelier=one)) == 1


def test_tables_follow_the_list(organiser: Client) -> None:
    event = EventFactory(open=True, capacity=2, sessions=[{"title": "Un"}], published=True)
    (key,) = (s["key"] for s in live(event).chosen_sessions)
    place_at(event, last_name="Zidane", sessions=(key,))
    place_at(event, last_name="Étienne")
    place_at(event, last_name="Dupont", sessions=(key,))
    found = rows_of(organiser, event, atelier=key)
    assert [row["Nom"] for row in found] == ["Zidane", "Dupont"]
    by_name = rows_of(organiser, event, tri="nom")
    assert [(row["Nom"], row["Ordre"], row["Rang d’attente"]) for row in by_name] == [
        ("Dupont", "3", "1"),
        ("Étienne", "2", ""),
        ("Zidane", "1", ""),
    ]
    assert len(rows_of(organiser, event, etat="waiting")) == 1
    assert len(rows_of(organiser, event, q="etienne")) == 1


def test_a_workbook_reads_as_typed_and_computes_nothing(organiser: Client) -> None:
    event = EventFactory(
        open=True,
        questions=[{"label": "Téléphone", "when": "registration", "kind": "text"}],
        published=True,
    )
    (key,) = (q["key"] for q in live(event).content["questions"])
    place_at(event, organisation="=1+1", answers={key: "+33612345678"})
    content = organiser.get(url("export_xlsx", event)).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    headings = [cell.value for cell in sheet[1]]
    organisation = sheet[2][headings.index("Organisation")]
    assert (organisation.value, organisation.data_type) == ("=1+1", "s")
    assert sheet[2][headings.index("Téléphone")].value == "+33612345678"


# --- Paper ---


def test_the_list_to_sign_is_alphabetical_with_a_column_a_day(
    organiser: Client, printed: list[str]
) -> None:
    event = EventFactory(open=True, published=True)
    event.ends_on = event.starts_on + timedelta(days=1)
    event.save()
    published_again(event)
    for first in ("Zoé", "Élodie"):
        place_at(event, first_name=first, last_name="Dupont")
    organiser.get(url("participants_pdf", event))
    (html,) = printed
    assert html.index("Dupont Élodie") < html.index("Dupont Zoé")
    assert html.count('<th scope="col" class="signature">') == 2
    assert "2 personnes ont une place" in html


def test_a_workshop_has_its_own_list_and_badges_tell_where_to_go(
    organiser: Client, printed: list[str]
) -> None:
    event = EventFactory(
        open=True,
        sessions=[
            {"title": "Le premier", "room": "Salle B", "capacity": 1},
            {"title": "Le second", "starts": time(9, 30), "ends": time(10)},
        ],
        published=True,
    )
    keys = {s["title"]: s["key"] for s in live(event).chosen_sessions}
    place_at(event, last_name="Alix", sessions=tuple(keys.values()))
    place_at(event, last_name="Bao", sessions=(keys["Le premier"],))
    place_at(event, last_name="Chloé")
    note_attendance(registration=event.registrations.get(last_name="Alix"))
    organiser.get(url("participants_pdf", event), {"atelier": keys["Le premier"]})
    organiser.get(url("badges", event))
    listed, badges_html = printed
    assert "Alix" in listed
    assert "présence notée" in listed
    assert "Bao" not in listed  # waits for it
    assert "Chloé" not in listed
    assert "Salle B" in listed
    assert "14\u00a0h · Salle B · Le premier" in badges_html
    assert badges_html.index("9\u00a0h\u00a030 · Le second") < badges_html.index("Le premier")


# --- Opinions ---


def test_opinions_leave_without_names_even_to_questions_that_are_gone(organiser: Client) -> None:
    event = EventFactory(
        open=True,
        past=True,
        questions=[{"label": "Salle", "when": "evaluation", "kind": "choice", "choices": "A\nB"}],
        published=True,
    )
    (key,) = (q["key"] for q in live(event).content["questions"])
    event.evaluations.create(answers={"overall": "4", key: "A"})
    event.questions.all().delete()
    published_again(event)
    page = organiser.get(url("opinions", event))
    last = page.context["opinions"][-1]
    assert (last.label, last.counts) == ("Salle (question retirée)", (("A", 1, 100), ("B", 0, 0)))
    (row,) = rows_of(organiser, event, "opinions_csv")
    assert row["Salle (question retirée)"] == "A"
    assert "Nom" not in row


def test_counts_opinions_in_good_french(organiser: Client) -> None:
    event = EventFactory(open=True, past=True, published=True)
    one = place_at(event)
    type(one).objects.update(evaluation_asked_at=one.created_at)
    assert "sur 1 personne à qui" in organiser.get(url("opinions", event)).content.decode()
