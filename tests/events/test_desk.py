"""The organisers' desk, and what comes out of it."""

from __future__ import annotations

import csv
import io
from datetime import date, time
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Action, Entry
from events.models import Event, Registration
from events.models.registration import new_secret
from events.registrations.organisers import note_attendance
from publishing.services import publish
from territories.models import Territory
from tests.factories import EventFactory, UserFactory, live, place_at

Status = Registration.Status

pytestmark = pytest.mark.django_db

PAGES = (
    "desk",
    "add_registration",
    "message",
    "export_csv",
    "export_xlsx",
    "participants_pdf",
    "badges",
    "entrance",
    "opinions",
)


def url(name: str, event: Event, *args: Any) -> str:
    return reverse(f"admin:events_event_{name}", args=[event.pk, *args])


@pytest.fixture
def event() -> Event:
    made: Event = EventFactory(open=True, capacity=2, published=True)
    for name in ("Alix", "Bao", "Chloé"):
        place_at(made, f"{name.lower()}@ailleurs.example", first_name=name)
    return made


def person(event: Event, name: str) -> Registration:
    return event.registrations.get(first_name=name)


def shown(answer: Any) -> list[str]:
    return [row.registration.first_name for row, _ in answer.context["rows"]]


def act(client: Client, event: Event, name: str, what: str) -> str:
    answer = client.post(url("act", event, person(event, name).pk), {"act": what}, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_is_for_those_who_organise_in_their_territories(
    name: str, event: Event, client: Client, geography: None
) -> None:
    event.territories.set([Territory.objects.get(pk="departement-38")])
    address = url(name, event)
    assert client.get(address).status_code == 302  # to sign in
    for group, region, expected in (
        ("Contribution", "region-84", 403),
        ("Animation régionale", "region-84", 200),
        ("Animation régionale", "region-11", 404),
        ("Rédaction", "", 200),
    ):
        where = [Territory.objects.get(pk=region)] if region else []
        client.force_login(UserFactory(group=group, territories=where))
        assert client.get(address).status_code == expected, (group, region)


def test_counts_and_finds_people(organiser: Client, event: Event) -> None:
    answer = organiser.get(url("desk", event), {"q": "bao ailleurs"})
    assert answer.context["counts"] == {"confirmed": 2, "waiting": 1, "cancelled": 0, "there": 0}
    assert shown(answer) == ["Bao"]
    waiting = organiser.get(url("desk", event), {"etat": "waiting"})
    assert shown(waiting) == ["Chloé"]
    assert organiser.get(url("desk", event), {"q": "\x00", "etat": "?"}).status_code == 200


def test_gives_moves_and_cancels(organiser: Client, event: Event) -> None:
    assert "Chloé Démo" not in act(organiser, event, "Alix", "cancel")
    assert person(event, "Chloé").status == Status.CONFIRMED
    act(organiser, event, "Alix", "give")
    assert person(event, "Alix").status == Status.CONFIRMED
    assert "lui reviendrait aussitôt" in act(organiser, event, "Bao", "queue")
    assert (
        organiser.post(url("act", event, person(event, "Bao").pk), {"act": "autre"}).status_code
        == 404
    )


def test_an_organiser_registers_somebody_who_telephones(organiser: Client, event: Event) -> None:
    given = {"first_name": "Dana", "last_name": "Démo", "email": "dana@ailleurs.example"}
    organiser.post(url("add_registration", event), given)
    assert person(event, "Dana").status == Status.WAITING
    assert organiser.post(url("add_registration", event), {"first_name": "x"}).status_code == 400


def test_checks_people_in_by_code_or_by_name(organiser: Client, event: Event) -> None:
    alix = person(event, "Alix")
    typed = f" {alix.code[:4].lower()}-{alix.code[4:].lower()} "
    page = organiser.get(url("entrance", event), {"q": typed})
    ((found, _),) = page.context["found"]
    assert found == alix
    act(organiser, event, "Alix", "there")
    alix.refresh_from_db()
    first = alix.attended_at
    assert first is not None
    act(organiser, event, "Alix", "there")
    alix.refresh_from_db()
    assert alix.attended_at == first
    page = organiser.get(url("entrance", event), {"q": alix.code})
    assert "Déjà là" in page.content.decode()
    assert (
        "n’a pas de place" in organiser.get(url("entrance", event), {"q": "Chloé"}).content.decode()
    )
    assert (
        "Personne ne répond"
        in organiser.get(url("entrance", event), {"q": "ZZZZZZZZ"}).content.decode()
    )
    assert "donnez-lui-en une" in act(organiser, event, "Chloé", "there")
    act(organiser, event, "Alix", "absent")
    alix.refresh_from_db()
    assert alix.attended_at is None


def test_exports_say_all_and_compute_nothing(organiser: Client, event: Event) -> None:
    Registration.objects.filter(first_name="Bao").update(organisation="=1+1")
    text = organiser.get(url("export_csv", event)).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Prénom"] for row in rows] == ["Alix", "Bao", "Chloé"]
    assert rows[1]["Organisation"] == "'=1+1"
    assert rows[2]["État"] == "En liste d’attente"
    content = organiser.get(url("export_xlsx", event)).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:3] == [1, "Inscrit·e", None]
    assert Entry.objects.filter(action=Action.EXPORTED).count() == 2


@pytest.mark.parametrize("name", ["participants_pdf", "badges"])
def test_prints(name: str, organiser: Client, event: Event) -> None:
    answer = organiser.get(url(name, event))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_certificate_for_whoever_came_and_a_page_that_vouches_for_it(event: Event) -> None:
    alix = person(event, "Alix")
    client = Client()
    certificate = reverse("events:certificate", args=[alix.secret])
    assert client.get(certificate).status_code == 404
    note_attendance(registration=alix)
    assert client.get(certificate).content.startswith(b"%PDF")
    alix.refresh_from_db()
    page = client.get(reverse("events:verify", args=[alix.certificate_key]))
    assert "authentique" in page.content.decode()
    assert "Alix" in page.content.decode()
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert client.get(reverse("events:verify", args=[new_secret()])).status_code == 404
    note_attendance(registration=alix, is_there=False)
    assert client.get(reverse("events:verify", args=[alix.certificate_key])).status_code == 404


def test_opinions_are_given_once_and_without_a_name(organiser: Client) -> None:
    event = EventFactory(
        open=True,
        past=True,
        questions=[
            {"label": "Salle", "when": "evaluation", "kind": "choice", "choices": "Oui\nNon"}
        ],
        published=True,
    )
    (key,) = (q["key"] for q in live(event).content["questions"])
    visitor = Client()
    for number, note in enumerate("54"):
        mine = place_at(event, f"{number}@ailleurs.example")
        link = reverse("events:evaluate", args=[mine.secret])
        assert visitor.post(link, {}).status_code == 400
        given = {"question-overall": note, "question-kept": "Bien", f"question-{key}": "Oui"}
        visitor.post(link, given)
        visitor.post(link, {**given, "question-overall": "1"})
    assert event.evaluations.count() == 2
    page = organiser.get(url("opinions", event))
    overall, _, kept, _, room = page.context["opinions"]
    assert (overall.mean, overall.answered) == (4.5, 2)
    assert kept.texts == ("Bien", "Bien")
    assert room.counts[0] == ("Oui", 2, 100)
    assert "ailleurs.example" not in page.content.decode()


def test_nobody_gives_an_opinion_before_the_end(event: Event) -> None:
    link = reverse("events:evaluate", args=[person(event, "Alix").secret])
    Client().post(link, {"question-overall": "5"})
    assert not event.evaluations.exists()


# --- Writing the event ---


def test_the_state_is_changed_at_once_by_those_who_publish(
    organiser: Client, event: Event, client: Client
) -> None:
    answer = organiser.post(
        url("state", event), {"state": "cancelled", "note": "Neige."}, follow=True
    )
    assert "est maintenant\u00a0: annulé" in answer.content.decode()
    page = Client().get(event.get_absolute_url()).content.decode()
    assert "Annulé" in page
    assert "Neige." in page
    client.force_login(UserFactory(group="Contribution"))
    assert client.get(url("state", event)).status_code == 403


def posted(**values: Any) -> dict[str, Any]:
    formsets = {
        f"{prefix}-{name}": 0
        for prefix in ("sessions", "questions", "resources")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {
        "title": "Une rencontre",
        "slug": "une-rencontre",
        "format": "online",
        "time_zone": "Europe/Paris",
        "starts_on": "2027-03-28",
        "starts_time": "10:00",
        "ends_time": "12:00",
        "audience": "public",
        "registration_for": "nobody",
        "reminder_days": "2",
        **formsets,
        **values,
    }


def session(number: int, **values: Any) -> dict[str, Any]:
    given = {
        "position": number,
        "title": "Atelier",
        "kind": "workshop",
        "starts": "10:00",
        "ends": "11:00",
        **values,
    }
    return {f"sessions-{number}-{name}": value for name, value in given.items()}


def test_an_event_is_written_with_its_programme(organiser: Client) -> None:
    given = posted(**{"sessions-TOTAL_FORMS": 1}, **session(0, title="Le premier"))
    answer = organiser.post(reverse("admin:events_event_add"), given)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    event = Event.objects.get()
    assert event.sessions.get().title == "Le premier"
    assert event.versions.count() == 1
    organiser.post(url("publish", event), {"shown": event.versions.get().pk})
    assert not event.publications.exists()  # it lacks a presentation and a theme


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"starts_time": "02:30"}, "saute le passage à l’heure d’été"),
        ({"ends_time": "09:00"}, "La fin précède le début"),
        ({"ends_on": "2027-03-27"}, "Le dernier jour précède le premier"),
        ({"online_url": "http://visio.example"}, "https://"),
        (
            {"registration_opens_on": "2027-03-02", "registration_closes_on": "2027-03-01"},
            "ferment avant d’avoir ouvert",
        ),
        (
            {"sessions-TOTAL_FORMS": 1, **session(0, starts="02:15", ends="05:00")},
            "saute le passage à l’heure d’été",
        ),
        (
            {
                "starts_on": "2027-03-27",
                "ends_on": "2027-03-28",
                "sessions-TOTAL_FORMS": 1,
                **session(0, starts="20:00", ends="02:15"),
            },
            "saute le passage à l’heure d’été",
        ),
        ({"sessions-TOTAL_FORMS": 1, **session(0, day="2027-04-02")}, "de ceux de l’événement"),
        ({"sessions-TOTAL_FORMS": 1, **session(0, ends="10:00")}, "La fin précède le début"),
        (
            {"sessions-TOTAL_FORMS": 1, **session(0, starts="20:00", ends="08:00")},
            "La fin précède le début",
        ),
        ({"sessions-TOTAL_FORMS": 1, **session(0, ends="09:00")}, "La fin précède le début"),
        (
            {
                "questions-TOTAL_FORMS": 1,
                "questions-0-position": 0,
                "questions-0-label": "Repas",
                "questions-0-kind": "choice",
                "questions-0-when": "registration",
                "questions-0-choices": "Un seul",
            },
            "au moins deux choix",
        ),
        (
            {
                "resources-TOTAL_FORMS": 1,
                "resources-0-position": 0,
                "resources-0-title": "Rien",
            },
            "Donnez un document, ou l’adresse",
        ),
    ],
)
def test_says_what_is_wrong_and_keeps_what_was_typed(
    organiser: Client, values: dict[str, Any], sentence: str
) -> None:
    answer = organiser.post(reverse("admin:events_event_add"), posted(**values))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert sentence in page
    assert 'value="Une rencontre"' in page
    assert not Event.objects.exists()


def test_an_event_that_was_published_is_kept(organiser: Client, event: Event) -> None:
    assert organiser.get(reverse("admin:events_event_delete", args=[event.pk])).status_code == 403


def test_its_history_tells_what_changed(organiser: Client, event: Event) -> None:
    event.sessions.create(title="Ajouté", starts=time(9), ends=time(10), day=date(2030, 1, 1))
    publish(working=event, by=None)
    versions = event.versions.order_by("id")
    old, new = versions[0], versions.last()
    assert new is not None
    page = organiser.get(url("versions", event), {"avant": old.pk, "apres": new.pk})
    assert "Ajouté" in page.content.decode()
