"""What organisers are told before they publish or archive something that people count on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from events.models import Event
from events.registrations import due
from events.registrations.consequences import consequences
from events.registrations.organisers import change_state
from publishing import services
from territories.models import Territory
from tests.events.test_bad_input import form_of
from tests.factories import EventFactory, UserFactory, live, place_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser(client: Client) -> Client:
    client.force_login(UserFactory(group="Équipe nationale"))
    return client


@pytest.fixture
def event() -> Event:
    made: Event = EventFactory(
        open=True,
        capacity=3,
        sessions=[{"title": "Un"}, {"title": "Deux"}],
        questions=[{"label": "Repas"}],
        published=True,
    )
    content = live(made).content
    keys = {session["title"]: session["key"] for session in content["sessions"]}
    (question,) = (question["key"] for question in content["questions"])
    place_at(made, sessions=(keys["Un"],), answers={question: "Sans noix"})
    place_at(made, sessions=(keys["Un"], keys["Deux"]))
    return made


def url(name: str, event: Event) -> str:
    return reverse(f"admin:events_event_{name}", args=[event.pk])


def archive(organiser: Client, event: Event) -> None:
    """Archives it as the page of its newest version asks."""
    organiser.post(url("archive", event), {"shown": event.versions.latest("pk").pk})


@pytest.mark.usefixtures("geography")
def test_an_event_that_is_no_longer_online_keeps_its_hours(event: Event) -> None:
    """Its page no longer says whose they are, which changes nothing for anybody."""
    event.format, event.commune = "in_person", Territory.objects.get(pk="commune-38185")
    event.save()
    (sentence,) = consequences(event)
    assert "le lieu" in sentence
    assert "heure" not in sentence


def test_a_corrected_word_changes_nothing_for_anybody(event: Event) -> None:
    event.standfirst = "Mieux dit."
    event.save()
    assert consequences(event) == []


def test_says_whom_a_workshop_that_goes_concerns(organiser: Client, event: Event) -> None:
    event.sessions.filter(title="Un").delete()
    event.sessions.filter(title="Deux").update(room="Salle B")
    page = organiser.get(url("publish", event)).content.decode()
    assert "«\u00a0Un\u00a0» n’est plus au programme\u00a0: 2 personnes l’ont choisi" in page
    assert "«\u00a0Deux\u00a0» change\u00a0: 1 personne l’a choisi, et le saura." in page


def test_says_that_places_are_kept_and_answers_too(event: Event) -> None:
    event.capacity = 1
    event.save()
    event.questions.all().delete()
    places, answers = consequences(event)
    assert "2 places sont prises, pour 1" in places
    assert "avant 2 départs" in places
    assert "1 réponse reste dans l’export" in answers


def test_says_who_will_be_written_to(event: Event) -> None:
    event.online_url = "https://visio.example/autre"
    event.save()
    (sentence,) = consequences(event)
    assert sentence == "2 personnes recevront un courriel\u00a0: le lien de connexion change."


def test_what_nobody_registered_for_is_published_without_more_ado() -> None:
    event = EventFactory(open=True, sessions=[{"title": "Un"}], published=True)
    event.sessions.all().delete()
    assert consequences(event) == []


def test_what_people_count_on_is_cancelled_before_it_is_archived(
    organiser: Client, event: Event
) -> None:
    assert "2 personnes sont inscrites" in organiser.get(url("archive", event)).content.decode()
    archive(organiser, event)
    assert event.is_live
    change_state(event=event, state="cancelled")
    archive(organiser, event)
    assert event.is_live  # they do not know yet
    due.run()
    archive(organiser, event)
    assert not event.is_live


def test_what_is_over_is_archived_as_it_is(organiser: Client) -> None:
    event = EventFactory(open=True, past=True, published=True)
    place_at(event)
    archive(organiser, event)
    assert not event.is_live


def test_a_draft_without_a_day_is_shown_without_a_day(organiser: Client) -> None:
    event = EventFactory(starts_on=None, ends_time=None)
    page: Any = html.fromstring(organiser.get(url("preview", event)).content)
    assert "Date à venir" in page.xpath("string(//aside)")
    assert "Terminé" not in page.text_content()
    assert not page.xpath("//*[@class='poster']")


@pytest.mark.parametrize("typed", ["9h", "9h00", "09:00", "9 h"])
def test_hours_are_understood_as_people_write_them(organiser: Client, typed: str) -> None:
    event = EventFactory()
    posted = form_of(organiser, event) | {"starts_time": typed}
    organiser.post(url("change", event), posted)
    event.refresh_from_db()
    assert event.starts_time is not None
    assert f"{event.starts_time:%H:%M}" == "09:00"


def test_the_first_day_comes_first_even_where_it_is_not_written(organiser: Client) -> None:
    event = EventFactory(sessions=[{"title": "Le lendemain"}, {"title": "Le premier jour"}])
    assert event.starts_on
    event.ends_on = event.starts_on.replace(year=event.starts_on.year + 1)
    event.save()
    event.sessions.filter(title="Le lendemain").update(day=event.ends_on)
    services.record_save(working=event, by=None)
    posted = form_of(organiser, event)
    assert posted["sessions-0-title"] == "Le premier jour"
