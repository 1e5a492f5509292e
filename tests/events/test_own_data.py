"""What « Mes données » tells of the places at events."""

from typing import Any

import pytest

from accounts.personal_data import everything_about
from events.models import Event, Registration
from publishing.services import publish, record_save
from tests.factories import EventFactory, UserFactory, live, place_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Registration:
    event = EventFactory(
        open=True,
        questions=[
            {"label": label, "when": "registration", "kind": "text"}
            for label in ("Repas", "Précisez", "Train", "Précisez")
        ],
        published=True,
    )
    keys = [question["key"] for question in live(event).content["questions"]]
    answers = dict(zip(keys, ("Avec", "Sans sel", "Oui", "De Grenoble"), strict=True))
    return place_at(event, "camille@demo.example", answers=answers)


def readable_answers() -> dict[str, Any]:
    person = UserFactory(email="camille@demo.example")
    (told,) = everything_about(person)["inscriptions à des événements"]
    answers: dict[str, Any] = told["réponses"]
    return answers


def remove_questions(event: Event, *labels: str) -> None:
    event.questions.filter(label__in=labels).delete()
    record_save(working=event, by=None)


def test_answers_come_with_their_questions_none_hiding_another(place: Registration) -> None:
    told = readable_answers()
    assert told.keys() == {"Repas", "Train", "Précisez (1)", "Précisez (2)"}
    assert {told["Précisez (1)"], told["Précisez (2)"]} == {"Sans sel", "De Grenoble"}
    assert (told["Repas"], told["Train"]) == ("Avec", "Oui")


@pytest.mark.parametrize("is_published", [False, True])
def test_question_that_was_deleted_from_the_working_copy_keeps_its_words(
    place: Registration, is_published: bool
) -> None:
    remove_questions(place.event, "Repas", "Précisez")
    if is_published:
        publish(working=place.event, by=None)
    told = readable_answers()
    assert told.keys() == {"Repas", "Train", "Précisez (1)", "Précisez (2)"}
    assert told["Repas"] == "Avec"


def test_where_no_publication_has_it_the_last_version_that_had_it_tells(
    place: Registration,
) -> None:
    place.event.questions.filter(label="Repas").update(label="Votre repas")
    remove_questions(place.event, "Train")
    remove_questions(place.event, "Votre repas")
    place.event.publications.all().delete()
    told = readable_answers()
    assert told["Votre repas"] == "Avec"
    assert told["Train"] == "Oui"


def test_a_key_is_never_told_for_a_question(place: Registration) -> None:
    place.answers = {"0f3a": "Avec"}
    place.save()
    assert readable_answers() == {"Question retirée": "Avec"}
