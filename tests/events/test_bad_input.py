"""What people, machines and time do to events that they should not: never a 500, nothing lost."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from dla_portal.logs import WithoutKeys
from events.models import CalendarKey, Event, EventSeries, Invitation
from events.models.registration import new_secret
from events.registrations.organisers import change_state, give_place, put_in_queue
from events.registrations.places import cancel
from events.site import calendar_views
from mailing.models import Message
from publishing import services
from tests.factories import EventFactory, UserFactory, live, place_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(group="Équipe nationale"))
    return client


def form_of(client: Client, event: Event) -> dict[str, str]:
    """Returns what the change form of that event would post."""
    page: Any = html.fromstring(
        client.get(reverse("admin:events_event_change", args=[event.pk])).content
    )
    form = page.get_element_by_id("event_form")
    return {name: value for name, value in form.form_values() if "__prefix__" not in name}


@pytest.mark.parametrize(
    "path",
    [
        "inscription/{}/",
        "inscription/{}/annuler/",
        "inscription/{}/agenda.ics",
        "inscription/{}/attestation.pdf",
        "invitation/{}/",
        "attestations/{}/",
        "agenda/{}.ics",
    ],
)
@pytest.mark.parametrize("secret", ["a%00b" * 6, "é" * 24, "x" * 5_000, "a.b" * 8, "Aa0-_" * 6])
def test_a_link_that_is_no_key_opens_nothing(path: str, secret: str) -> None:
    assert Client().get(f"/evenements/{path.format(secret)}").status_code == 404


@pytest.mark.parametrize("day", ["31/12/9999", "01/01/0001", "01/01/1850"])
@pytest.mark.parametrize("field", ["starts_on", "ends_on", "registration_closes_on"])
def test_an_unlikely_year_is_asked_again(editor: Client, field: str, day: str) -> None:
    event = EventFactory(time_zone="Pacific/Tahiti")
    posted = form_of(editor, event) | {field: day}
    answer = editor.post(reverse("admin:events_event_change", args=[event.pk]), posted)
    assert answer.status_code == 200
    assert "Vérifiez l’année" in answer.content.decode()
    assert day in answer.content.decode()


@pytest.mark.parametrize("count", ["x", "-1", "9" * 400, "²"])
def test_a_form_whose_counts_were_broken_is_no_server_error(editor: Client, count: str) -> None:
    event = EventFactory()
    posted = form_of(editor, event) | {"sessions-INITIAL_FORMS": count}
    answer = editor.post(reverse("admin:events_event_change", args=[event.pk]), posted)
    assert answer.status_code in (200, 302, 400)


def test_an_old_version_opens_without_what_was_deleted_since(editor: Client) -> None:
    series = EventSeries.objects.create(name="Éphémère", slug="ephemere")
    event = EventFactory(series=series)
    version = event.versions.get()
    event.series = None
    event.save()
    series.delete()
    address = reverse("admin:events_event_version", args=[event.pk, version.pk])
    assert editor.get(address).status_code == 200


def test_saving_over_a_restoration_keeps_each_session_once(editor: Client) -> None:
    event = EventFactory(sessions=[{"title": "Atelier"}])
    key = event.sessions.get().key
    posted = form_of(editor, event)
    services.restore(working=event, version=event.versions.get(), by=UserFactory())
    event.refresh_from_db()
    posted |= {"opened_revision": str(event.revision)}
    editor.post(reverse("admin:events_event_change", args=[event.pk]), posted)
    assert [session.key for session in event.sessions.all()] == [key]


def test_a_full_event_tells_no_address(client: Client) -> None:
    event = EventFactory(open_to_all=True, capacity=1, has_waiting_list=False, published=True)
    known = place_at(event)
    answers = {
        email: client.post(
            reverse("events:register", args=[event.slug]),
            {"first_name": "A", "last_name": "B", "email": email},
        ).status_code
        for email in (known.email, "autre@ailleurs.example")
    }
    assert len(set(answers.values())) == 1


@pytest.mark.parametrize("name", ["Voir https://vol.example", "www.vol.example", "A\rB", "A\x07"])
def test_a_letter_to_somebody_cannot_be_made_to_say_anything(name: str) -> None:
    event = EventFactory(open_to_all=True, published=True)
    asked = {"first_name": name, "last_name": "B", "email": "proie@ailleurs.example"}
    Client().post(reverse("events:register", args=[event.slug]), asked)
    for message in Message.objects.all():
        assert name not in message.text


@pytest.mark.parametrize(
    "opened",
    ["/evenements/inscription/{}/annuler/", "/articles/apercu/{}/", "/compte/invitation/{}/"],
)
def test_the_log_holds_no_key(opened: str) -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Bad Request: %s",
        (opened.format(new_secret()),), None,
    )  # fmt: skip
    WithoutKeys().filter(record)
    assert record.getMessage() == f"Bad Request: {opened.format('…')}"


# --- Addresses that were given to people ---


@pytest.mark.parametrize("name", ["detail", "event_calendar", "register"])
def test_every_address_of_a_former_slug_leads_to_the_present_one(name: str) -> None:
    event = EventFactory(open_to_all=True, slug="avant", published=True)
    event.slug = "apres"
    event.save()
    services.publish(working=event, by=None)
    answer = Client().get(reverse(f"events:{name}", args=["avant"]) + "?session=x")
    assert answer.status_code == 301
    assert answer.headers["Location"] == reverse(f"events:{name}", args=["apres"]) + "?session=x"
    services.archive(working=event, by=None)  # type: ignore[arg-type]  # nobody in particular
    assert Client().get(reverse(f"events:{name}", args=["avant"])).status_code == 404


def test_a_feed_that_is_full_keeps_what_is_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_views, "FEED_LENGTH", 3)
    today = timezone.localdate()
    for days in (-40, -30, -20, 10):
        EventFactory(title=f"J {days}", starts_on=today + timedelta(days=days), published=True)
    feed = Client().get(reverse("events:calendar")).content.decode()
    assert "SUMMARY:J 10" in feed
    assert "SUMMARY:J -20" in feed
    assert "SUMMARY:J -40" not in feed


def test_a_place_stays_in_the_calendar_of_whoever_holds_it() -> None:
    member = UserFactory(role="crdla")
    event = EventFactory(open=True, title="Rencontre", published=True)
    place_at(event, member.email, user=member)
    event.audience, event.audience_roles = "roles", "pilot"
    event.save()
    services.publish(working=event, by=None)
    key = CalendarKey.objects.create(user=member, key=new_secret())
    for query in ("", "?tout=1"):
        feed = Client().get(reverse("events:own_calendar", args=[key.key]) + query)
        assert "SUMMARY:Rencontre" in feed.content.decode()


def test_the_letter_that_ends_a_place_links_to_nothing_that_is_closed() -> None:
    event = EventFactory(open=True, network=True, published=True)
    registration = place_at(event)
    cancel(registration=registration)
    text = Message.objects.latest("id").text
    assert event.get_absolute_url() not in text
    assert registration.get_absolute_url() in text
    assert Client().get(registration.get_absolute_url()).status_code == 200


# --- What organisers give and take ---


def test_a_place_given_by_an_organiser_says_so_and_once() -> None:
    event = EventFactory(open=True, capacity=1, sessions=[{"title": "Atelier"}], published=True)
    (key,) = (s["key"] for s in live(event).content["sessions"])
    place_at(event)
    waiting = place_at(event, sessions=(key,))
    Message.objects.all().delete()
    give_place(registration=waiting)
    assert "L’organisation vous donne une place" in Message.objects.get().text
    assert waiting.session_places.get().holds_place


def test_a_place_noted_after_the_end_is_told_to_nobody() -> None:
    event = EventFactory(open=True, capacity=1, past=True, published=True)
    _, waiting = place_at(event), place_at(event)
    Message.objects.all().delete()
    give_place(registration=waiting)
    assert not Message.objects.exists()


def test_a_place_that_is_given_back_to_somebody_comes_with_its_workshop() -> None:
    event = EventFactory(open=True, sessions=[{"title": "Atelier", "capacity": 1}], published=True)
    (key,) = (s["key"] for s in live(event).content["sessions"])
    first, second = place_at(event, sessions=(key,)), place_at(event, sessions=(key,))
    cancel(registration=first)
    place_at(event)
    event.refresh_from_db()
    event.capacity = 2
    event.save()
    services.publish(working=event, by=None)
    place_at(event)
    put_in_queue(registration=second)
    give_place(registration=second)
    letters = Message.objects.filter(to=second.email)
    assert letters.filter(subject__startswith="Une place en atelier").count() == 1
    last = letters.latest("id")
    assert last.subject.startswith("Une place pour vous")
    assert "Atelier" in last.text
    assert "liste d’attente" not in last.text
    assert second.session_places.get().holds_place


def test_somebody_who_had_cancelled_may_be_invited_again(editor: Client) -> None:
    event = EventFactory(open=True, published=True)
    registration = place_at(event, "revient@ailleurs.example")
    cancel(registration=registration)
    editor.post(
        reverse("admin:events_event_guests", args=[event.pk]), {"guests": registration.email}
    )
    assert Invitation.objects.get().sent_at
    assert Message.objects.filter(subject__startswith="Invitation").exists()


def test_nobody_is_reminded_of_what_is_postponed_nor_later_by_accident(editor: Client) -> None:
    event = EventFactory(open=True, published=True)
    editor.post(reverse("admin:events_event_guests", args=[event.pk]), {"guests": "a@b.example"})
    long_ago = timezone.now() - timedelta(days=9)
    Invitation.objects.update(sent_at=long_ago)
    change_state(event=event, state="postponed")
    editor.post(reverse("admin:events_event_remind_guests", args=[event.pk]))
    assert Invitation.objects.get().sent_at == long_ago


def test_conditions_are_accepted_by_the_person_alone(editor: Client) -> None:
    event = EventFactory(open=True, conditions="Je préviens.", published=True)
    editor.post(
        reverse("admin:events_event_add_registration", args=[event.pk]),
        {"first_name": "A", "last_name": "B", "email": "tel@ailleurs.example"},
    )
    registration = event.registrations.get()
    assert registration.conditions == ""
    named = {"first_name": "A", "last_name": "B"}
    assert Client().post(registration.get_absolute_url(), named).status_code == 400
    Client().post(registration.get_absolute_url(), named | {"accepts": "on"})
    registration.refresh_from_db()
    assert registration.conditions == "Je préviens."
