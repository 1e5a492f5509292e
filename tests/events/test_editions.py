"""A new edition: what is prepared again, and what stays with the former one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Event
from events.programme.editions import new_edition
from publishing import services
from tests.factories import EventFactory, UserFactory, live, make_document, place_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    made: Event = EventFactory(
        title="Rencontres",
        starts_on=date(2026, 12, 9),
        ends_on=date(2026, 12, 10),
        registration_for="members",
        registration_opens_on=date(2026, 10, 1),
        capacity=50,
        takeaways="<p>Nous avons appris.</p>",
        sessions=[
            {"title": "Plénière", "day": None, "replay_url": "https://video.example/1"},
            {"title": "Atelier", "day": date(2026, 12, 10), "capacity": 12},
        ],
        questions=[{"label": "Un régime ?"}],
    )
    made.sessions.get(title="Atelier").documents.add(make_document("Diaporama"))
    made.resources.create(title="Actes", document=make_document("Actes"))
    services.record_save(working=made, by=None)
    services.publish(working=made, by=None)
    place_at(made)
    return made


def test_takes_the_programme_with_all_days_moved_as_much(event: Event) -> None:
    made = new_edition(event=event, title="Rencontres 2027", starts_on=date(2027, 7, 5), by=None)
    made.refresh_from_db()
    assert (made.starts_on, made.ends_on) == (date(2027, 7, 5), date(2027, 7, 6))
    # As many days before it as for the former one.
    assert made.registration_opens_on == date(2027, 4, 27)
    assert list(made.sessions.values_list("title", "day", "capacity")) == [
        ("Plénière", None, None),
        ("Atelier", date(2027, 7, 6), 12),
    ]
    assert [question.label for question in made.questions.all()] == ["Un régime\u202f?"]
    assert (made.capacity, made.slug) == (50, "rencontres-2027")
    assert set(made.themes.all()) == set(event.themes.all())


def test_leaves_what_belongs_to_the_former_one(event: Event) -> None:
    made = new_edition(event=event, title="Rencontres", starts_on=date(2027, 7, 5), by=None)
    made.refresh_from_db()
    assert (made.online_url, made.takeaways, made.published_on) == ("", "", None)
    assert not made.resources.exists()
    assert not made.registrations.exists()
    assert not made.is_live
    for session in made.sessions.all():
        assert not session.replay_url
        assert not session.documents.exists()


def test_is_another_event_for_calendars_and_places(event: Event) -> None:
    made = new_edition(event=event, title="Rencontres", starts_on=date(2027, 7, 5), by=None)
    assert made.uid != event.uid
    assert not {s.key for s in made.sessions.all()} & {s.key for s in event.sessions.all()}
    assert not {q.key for q in made.questions.all()} & {q.key for q in event.questions.all()}
    # And the former one is as it was.
    assert live(event).content["sessions"][0]["key"] in {s.key for s in event.sessions.all()}
    assert event.registrations.count() == 1


def test_the_same_title_twice_a_year_has_two_addresses(event: Event) -> None:
    slugs = {
        new_edition(
            event=event, title="Rencontres", starts_on=date(2027, 1, 4) + timedelta(days=n), by=None
        ).slug
        for n in range(2)
    }
    assert slugs == {"rencontres-2027", "rencontres-2027-2"}


def test_an_editor_prepares_it_from_the_former_one(client: Client, event: Event) -> None:
    client.force_login(UserFactory(group="Rédaction"))
    address = reverse("admin:events_event_edition", args=[event.pk])
    page = client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert address in page

    refused = client.post(address, {"title": "Rencontres d’été", "starts_on": "bientôt"})
    assert refused.status_code == 400
    assert "Rencontres d’été" in refused.content.decode()

    answer: Any = client.post(address, {"title": "Rencontres d’été", "starts_on": "2027-07-05"})
    made = Event.objects.exclude(pk=event.pk).get()
    assert answer.headers["Location"] == reverse("admin:events_event_change", args=[made.pk])
    assert "D’après" in made.versions.get().note
