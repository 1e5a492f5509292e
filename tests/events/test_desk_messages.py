"""Writing to many at once: read again, tried, sent once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Event
from events.registrations.guest_list import Guest
from events.registrations.invitations import invite
from events.registrations.organisers import note_attendance
from mailing.models import Message
from tests.factories import EventFactory, live, place_at

pytestmark = pytest.mark.django_db

WRITTEN = {"to": "confirmed", "subject": "Le menu", "text": "Un.\n\nDeux."}


def url(name: str, event: Event) -> str:
    return reverse(f"admin:events_event_{name}", args=[event.pk])


@pytest.fixture
def event() -> Event:
    made: Event = EventFactory(open=True, capacity=2, published=True)
    for name in ("Alix", "Bao", "Chloé"):
        place_at(made, f"{name.lower()}@ailleurs.example", first_name=name)
    Message.objects.all().delete()
    return made


def post(client: Client, event: Event, step: str = "", **values: str) -> Any:
    given = {**WRITTEN, "key": "a1", "step": step, **values}
    return client.post(url("message", event), given, follow=True)


def test_is_read_again_before_anything_leaves(organiser: Client, event: Event) -> None:
    page = post(organiser, event).content.decode()
    assert "Envoyer à 2 personnes" in page
    assert "<p>Un.</p>" in page
    assert not Message.objects.exists()
    back = post(organiser, event, "edit")
    assert back.context["form"]["text"].value() == WRITTEN["text"]


def test_is_tried_on_oneself_without_anybodys_links(organiser: Client, event: Event) -> None:
    page = post(organiser, event, "try").content.decode()
    assert "L’essai part à organise@reseau.example." in page
    assert "Envoyer à 2 personnes" in page
    mail = Message.objects.get()
    assert (mail.to, mail.subject) == ("organise@reseau.example", "Le menu")
    assert "Deux." in mail.text
    for registration in event.registrations.all():
        assert registration.secret not in mail.text + mail.html
        assert registration.code not in mail.text + mail.html
    post(organiser, event, "send")
    assert Message.objects.filter(to__endswith="@ailleurs.example").count() == 2


def test_leaves_once_and_the_desk_remembers(organiser: Client, event: Event) -> None:
    assert "Le message part à 2 personnes." in post(organiser, event, "send").content.decode()
    place_at(event, "tard@ailleurs.example")
    assert "déjà parti" in post(organiser, event, "send", to="all").content.decode()
    assert Message.objects.filter(subject="Le menu").count() == 2
    assert set(Message.objects.filter(subject="Le menu").values_list("reply_to", flat=True)) == {
        "organisation@reseau.example"
    }
    (written,) = organiser.get(url("desk", event)).context["written"]
    assert (written.subject, written.count) == ("Le menu", 2)
    assert written.recipients == "Les personnes qui ont une place"
    assert written.sent_by.email == "organise@reseau.example"


def test_says_when_it_is_for_nobody(organiser: Client, event: Event) -> None:
    assert "rien n’est parti" in post(organiser, event, "send", to="presents").content.decode()
    assert not event.group_messages.exists()


def test_refuses_a_key_of_its_own_making(organiser: Client, event: Event) -> None:
    assert post(organiser, event, key="a/b").status_code == 400


def test_writes_to_those_who_came_and_to_guests_who_have_not_answered(
    organiser: Client, event: Event
) -> None:
    note_attendance(registration=event.registrations.get(first_name="Alix"))
    invite(event=event, guests=[Guest("invitee@ailleurs.example")])
    post(organiser, event, "send", to="presents")
    post(organiser, event, "send", to="unanswered", key="b2")
    to = Message.objects.filter(subject="Le menu").order_by("pk").values_list("to", flat=True)
    assert list(to) == ["alix@ailleurs.example", "invitee@ailleurs.example"]


def test_writes_to_a_workshop(organiser: Client) -> None:
    event = EventFactory(open=True, sessions=[{"title": "Un", "capacity": 1}], published=True)
    (key,) = (s["key"] for s in live(event).chosen_sessions)
    for name in ("a", "b"):
        place_at(event, f"{name}@ailleurs.example", sessions=(key,))
    place_at(event, "c@ailleurs.example")
    form = organiser.get(url("message", event), {"atelier": key, "etat": "waiting"})
    assert form.context["form"]["session"].value() == key
    assert form.context["form"]["to"].value() == "waiting"
    for to, expected in (("confirmed", ["a"]), ("waiting", ["b"]), ("all", ["a", "b"])):
        post(organiser, event, "send", to=to, session=key, key=to, subject=to)
        got = Message.objects.filter(subject=to).order_by("pk").values_list("to", flat=True)
        assert list(got) == [f"{name}@ailleurs.example" for name in expected]
    assert event.group_messages.filter(recipients__endswith="· Un").count() == 3
    refused = post(organiser, event, to="unanswered", session=key, key="z")
    assert refused.status_code == 400
