"""Finding people at the desk and at the entrance, and what is done for them there."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from events.models import Event, Registration
from events.registrations.organisers import change_state
from events.registrations.places import cancel
from mailing.models import Message
from publishing.services import archive
from tests.factories import EventFactory, UserFactory, live, place_at

Status = Registration.Status

pytestmark = pytest.mark.django_db


def url(name: str, event: Event, *args: Any) -> str:
    return reverse(f"admin:events_event_{name}", args=[event.pk, *args])


@pytest.fixture
def event() -> Event:
    made: Event = EventFactory(open=True, published=True)
    return made


def person(event: Event, last_name: str) -> Registration:
    return event.registrations.get(last_name=last_name)


# --- Finding them ---


@pytest.mark.parametrize(
    "typed",
    ["elodie", "ÉLODIE", "lefèvre", "LEFEVRE", "Élodie Lefèvre", "lefevre elodie", "E\u0301lodie"],
)
def test_accents_and_case_do_not_matter(organiser: Client, event: Event, typed: str) -> None:
    place_at(event, first_name="Élodie", last_name="Lefèvre")
    place_at(event, first_name="Zoé", last_name="Autre")
    for page, name in (("desk", "rows"), ("entrance", "found")):
        shown = organiser.get(url(page, event), {"q": typed}).context[name]
        assert len(shown) == 1, (page, typed)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("O’Brien", "O'Brien"),
        ("O’Brien", "obrien"),
        ("O'Brien", "o’brien"),
        ("Lecœur", "LECOEUR"),
        ("Lecoeur", "lecœur"),
        ("Saint-Just", "saint just"),
        ("Saint Just", "Saint-Just"),
        ("Иванов", "иванов"),
        ("Yıldız", "yıldız"),
    ],
)
def test_nor_does_typography(organiser: Client, event: Event, name: str, typed: str) -> None:
    place_at(event, last_name=name, email="a@b.example")
    place_at(event, last_name="Autre", email="c@d.example")
    for page, shown in (("desk", "rows"), ("entrance", "found")):
        assert len(organiser.get(url(page, event), {"q": typed}).context[shown]) == 1, page


def test_finds_by_organisation_address_and_code(organiser: Client, event: Event) -> None:
    mine = place_at(event, "jean.petit@asso.example", organisation="Régie d’Échirolles")
    place_at(event)
    for typed in ("regie echirolles", "jean.petit@asso.example", "PETIT@ASSO", mine.code.lower()):
        ((row, _),) = organiser.get(url("desk", event), {"q": typed}).context["rows"]
        assert row.registration == mine, typed


def test_as_many_people_as_there_are_take_no_more_queries(
    organiser: Client, event: Event, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        place_at(event, last_name=f"Élu {number}")
    for page in ("desk", "entrance"):
        with django_assert_max_num_queries(25):
            organiser.get(url(page, event), {"q": "elu"})


def shown(answer: Any) -> list[str]:
    return [row.registration.last_name for row, _ in answer.context["rows"]]


# --- The list ---


def test_orders_by_request_or_by_name_without_accents(organiser: Client, event: Event) -> None:
    for first, last in (("Zoé", "Dupont"), ("Élodie", "Dupont"), ("Bao", "Éboué"), ("A", "Zidane")):
        place_at(event, first_name=first, last_name=last)
    assert shown(organiser.get(url("desk", event))) == ["Dupont", "Dupont", "Éboué", "Zidane"]
    by_name = organiser.get(url("desk", event), {"tri": "nom"})
    names = [row.registration.name for row, _ in by_name.context["rows"]]
    assert names == ["Élodie Dupont", "Zoé Dupont", "Bao Éboué", "A Zidane"]
    assert [row.order for row, _ in by_name.context["rows"]] == [2, 1, 3, 4]


def test_shows_fifty_a_page(organiser: Client, event: Event) -> None:
    for number in range(52):
        place_at(event, last_name=f"Nom {number}")
    first = organiser.get(url("desk", event), {"q": "nom"})
    assert len(first.context["rows"]) == 50
    assert 'href="?q=nom&amp;page=2#liste"' in first.content.decode()
    second = organiser.get(url("desk", event), {"q": "nom", "page": "2"})
    assert shown(second) == ["Nom 50", "Nom 51"]


def test_order_and_rank_are_those_of_people_not_of_a_shared_counter(organiser: Client) -> None:
    event = EventFactory(
        open=True, capacity=1, sessions=[{"title": "Un"}, {"title": "Deux"}], published=True
    )
    keys = tuple(s["key"] for s in live(event).chosen_sessions)
    for name in ("Alix", "Bao", "Chloé"):
        place_at(event, last_name=name, sessions=keys)
    assert person(event, "Chloé").number > 3  # places in sessions count too
    rows = [row for row, _ in organiser.get(url("desk", event)).context["rows"]]
    assert [(row.order, row.queue_rank) for row in rows] == [(1, 0), (2, 1), (3, 2)]


def test_sessions_count_who_waits_for_them_apart_from_who_waits_for_the_event(
    organiser: Client,
) -> None:
    event = EventFactory(
        open=True, capacity=2, sessions=[{"title": "Un", "capacity": 1}], published=True
    )
    (key,) = (s["key"] for s in live(event).chosen_sessions)
    for name in ("Alix", "Bao", "Chloé"):
        place_at(event, last_name=name, sessions=(key,))
    page = organiser.get(url("desk", event), {"atelier": key})
    (session,) = page.context["sessions"]
    assert (session["taken"], session["waiting"], session["wished"]) == (1, 1, 1)
    assert [row.holds_session for row, _ in page.context["rows"]] == [True, False, False]


def test_narrows_to_a_workshop_and_links_keep_to_it(organiser: Client) -> None:
    event = EventFactory(open=True, sessions=[{"title": "Un"}, {"title": "Deux"}], published=True)
    one, two = (s["key"] for s in live(event).chosen_sessions)
    place_at(event, last_name="Alix", sessions=(one,))
    place_at(event, last_name="Bao", sessions=(two,))
    page = organiser.get(url("desk", event), {"atelier": two})
    assert shown(page) == ["Bao"]
    links = dict(page.context["pages"])
    assert links["Liste à imprimer (PDF)"] == url("participants_pdf", event) + f"?atelier={two}"
    assert shown(organiser.get(url("desk", event), {"atelier": "autre"})) == []


@pytest.mark.parametrize(
    ("state", "words"), [("cancelled", "Annulé"), ("postponed", "Reporté"), ("full", "Complet")]
)
def test_says_the_state_first(organiser: Client, event: Event, state: str, words: str) -> None:
    change_state(event=event, state=state, note="Neige.")
    ((said, note),) = organiser.get(url("desk", event)).context["notices"]
    assert (said, note) == (words, "Neige.")


# --- At the door ---


def test_the_entrance_says_that_there_are_more(organiser: Client, event: Event) -> None:
    for number in range(23):
        place_at(event, first_name="Camille", last_name=f"Nom {number}")
    page = organiser.get(url("entrance", event), {"q": "camille"}).content.decode()
    assert "Les 20 premières personnes sur 23" in page
    assert page.count("Noter la présence") == 20


def test_the_entrance_tells_homonyms_apart(organiser: Client, event: Event) -> None:
    two = [
        place_at(event, "a@b.example", last_name="Même", organisation="Première"),
        place_at(event, "c@d.example", last_name="Même"),
    ]
    page = organiser.get(url("entrance", event), {"q": "même"}).content.decode()
    for one, told in zip(two, ("Première", "c@d.example"), strict=True):
        assert f'aria-labelledby="p-{one.pk} d-{one.pk}"' in page
        assert f'<p id="d-{one.pk}">{told} · <code>{one.code}</code></p>' in page


def test_attendance_is_undone_in_one_gesture(organiser: Client, event: Event) -> None:
    one = place_at(event)
    there = {"act": "there", "from": "entrance"}
    page = organiser.post(url("act", event, one.pk), there, follow=True)
    assert page.context["done"] == one
    assert f"{one.name} est là." in page.content.decode()
    organiser.post(url("act", event, one.pk), {"act": "absent", "from": "entrance"})
    one.refresh_from_db()
    assert one.attended_at is None
    for typed in ("", "x", "²", "9" * 30, str(one.pk)):
        again = organiser.get(url("entrance", event), {"fait": typed})
        assert again.context["done"] is None


def test_who_has_no_place_gets_one_at_the_door(organiser: Client) -> None:
    event = EventFactory(open=True, capacity=1, published=True)
    place_at(event)
    one = place_at(event, last_name="Attend")
    page = organiser.get(url("entrance", event), {"q": "attend"}).content.decode()
    assert "Donner une place et noter la présence" in page
    organiser.post(url("act", event, one.pk), {"act": "give_there", "from": "entrance"})
    one.refresh_from_db()
    assert one.holds_place
    assert one.attended_at


def test_nobody_is_noted_there_whose_place_cannot_be_given(organiser: Client, event: Event) -> None:
    one = place_at(event)
    cancel(registration=one)
    place_at(event, one.email)
    page = organiser.post(
        url("act", event, one.pk), {"act": "give_there", "from": "entrance"}, follow=True
    )
    assert "déjà une autre inscription" in page.content.decode()
    one.refresh_from_db()
    assert (one.status, one.attended_at) == (Status.CANCELLED, None)


# --- Registering somebody ---

DANA = {"first_name": "Dana", "last_name": "Démo", "email": "dana@ailleurs.example"}


def test_says_who_has_a_place_and_who_waits(organiser: Client) -> None:
    event = EventFactory(open=True, capacity=1, published=True)
    first = organiser.post(url("add_registration", event), DANA, follow=True)
    assert "Dana Démo a une place." in first.content.decode()
    again = organiser.post(url("add_registration", event), DANA, follow=True)
    assert "avait déjà une place" in again.content.decode()
    other = {**DANA, "email": "autre@ailleurs.example"}
    waits = organiser.post(url("add_registration", event), other, follow=True).content.decode()
    assert "C’est complet\u00a0: Dana Démo est en liste d’attente, au rang 1." in waits
    assert "inscrit·e.</li>" not in waits


def test_gives_a_place_though_it_is_full(organiser: Client) -> None:
    event = EventFactory(open=True, capacity=1, has_waiting_list=False, published=True)
    place_at(event)
    refused = organiser.post(url("add_registration", event), DANA).content.decode()
    assert "plus de place" in refused
    organiser.post(url("add_registration", event), {**DANA, "despite_full": "on"})
    assert person(event, "Démo").holds_place
    (subject,) = Message.objects.filter(to=DANA["email"]).values_list("subject", flat=True)
    assert subject.startswith("Vous êtes inscrit·e")


def test_records_no_consent_that_nobody_gave(organiser: Client) -> None:
    event = EventFactory(open=True, conditions="Je préviens.", published=True)
    organiser.post(url("add_registration", event), DANA)
    assert person(event, "Démo").conditions == ""


def test_nobody_is_registered_to_what_is_cancelled(organiser: Client, event: Event) -> None:
    change_state(event=event, state="cancelled")
    page = organiser.post(url("add_registration", event), DANA, follow=True)
    assert "L’événement est annulé" in page.content.decode()
    assert not event.registrations.exists()


# --- Cancelling, and the trail ---


def test_cancelling_says_first_what_will_happen(organiser: Client) -> None:
    event = EventFactory(
        open=True,
        sessions=[{"title": "Un"}, {"title": "Deux", "starts": time(16), "ends": time(17)}],
        published=True,
    )
    keys = tuple(s["key"] for s in live(event).chosen_sessions)
    one = place_at(event, sessions=keys)
    page = organiser.get(url("registration", event, one.pk)).content.decode()
    assert 'value="cancel"' not in page
    assert url("cancel_registration", event, one.pk) in page
    asked = organiser.get(url("cancel_registration", event, one.pk)).content.decode()
    assert "Ses places dans 2 ateliers sont libérées aussi." in asked
    assert "La personne est prévenue par courriel." in asked
    one.refresh_from_db()
    assert not one.is_cancelled


def test_the_trail_names_each_act_and_the_order_of_the_registration(
    organiser: Client, event: Event
) -> None:
    place_at(event)
    one = place_at(event)
    for what in ("there", "absent", "cancel", "give"):
        organiser.post(url("act", event, one.pk), {"act": what})
    details = Entry.objects.filter(detail__startswith="Inscription").order_by("pk")
    assert [entry.detail for entry in details] == [
        f"Inscription n°\u00a02\u00a0: {words}."
        for words in ("présence notée", "présence retirée", "annulée", "place donnée")
    ]


# --- Once the page is gone ---


def test_an_archived_event_is_read_and_says_what_cannot_be_done(
    organiser: Client, event: Event
) -> None:
    one = place_at(event)
    archive(working=event, by=UserFactory())
    Message.objects.all().delete()
    desk = organiser.get(url("desk", event))
    assert desk.context["notices"][0][0] == "Page retirée"
    assert {"Écrire aux inscrit·es", "Inscrire quelqu’un"}.isdisjoint(dict(desk.context["pages"]))
    for label, address in desk.context["pages"]:
        assert organiser.get(address).status_code == 200, label
    page = organiser.get(url("registration", event, one.pk)).content.decode()
    assert "n’est plus en ligne" in page
    assert "Donner une place" not in page
    written = organiser.post(url("message", event), {"subject": "x"}, follow=True)
    assert "rien ne peut être envoyé" in written.content.decode()
    sentences = organiser.get(url("cancel_registration", event, one.pk)).context["sentences"]
    assert "La personne n’est pas prévenue\u00a0: l’événement n’est plus en ligne." in sentences
    assert not Message.objects.exists()


def test_what_was_never_online_is_said(organiser: Client) -> None:
    event = EventFactory()
    for page in ("participants_pdf", "badges", "opinions", "opinions_csv", "message"):
        answer = organiser.get(url(page, event), follow=True)
        assert "en ligne" in str([str(message) for message in answer.context["messages"]]), page
