"""Finding people at the desk and at the entrance, and what is done for them there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Event, Registration
from tests.factories import EventFactory, place_at

Status = Registration.Status

pytestmark = pytest.mark.django_db


def url(name: str, event: Event, *args: Any) -> str:
    return reverse(f"admin:events_event_{name}", args=[event.pk, *args])


@pytest.fixture
def event() -> Event:
    made: Event = EventFactory(open=True, published=True)
    return made


# --- Finding them ---


@pytest.mark.parametrize(
    "typed",
    ["elodie", "ÉLODIE", "lefèvre", "LEFEVRE", "Élodie Lefèvre", "lefevre elodie", "E\u0301lodie"],
)
def test_accents_and_case_do_not_matter(organiser: Client, event: Event, typed: str) -> None:
    place_at(event, first_name="Élodie", last_name="Lefèvre")
    place_at(event, first_name="Zoé", last_name="Autre")
    for page, name in (("desk", "registrations"), ("entrance", "found")):
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
    for page, shown in (("desk", "registrations"), ("entrance", "found")):
        assert len(organiser.get(url(page, event), {"q": typed}).context[shown]) == 1, page


def test_finds_by_organisation_address_and_code(organiser: Client, event: Event) -> None:
    mine = place_at(event, "jean.petit@asso.example", organisation="Régie d’Échirolles")
    place_at(event)
    for typed in ("regie echirolles", "jean.petit@asso.example", "PETIT@ASSO", mine.code.lower()):
        (found,) = organiser.get(url("desk", event), {"q": typed}).context["registrations"]
        assert found == mine, typed


def test_as_many_people_as_there_are_take_no_more_queries(
    organiser: Client, event: Event, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        place_at(event, last_name=f"Élu {number}")
    for page in ("desk", "entrance"):
        with django_assert_max_num_queries(25):
            organiser.get(url(page, event), {"q": "elu"})
