"""Hours say whose clock they are of: in every letter, and on pages where it is not obvious."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from events.models import Event, Registration
from events.registrations import due
from events.registrations.guest_list import Guest
from events.registrations.invitations import invite
from events.registrations.organisers import change_state
from events.registrations.places import cancel, choose_sessions
from mailing.services import deliver_due
from publishing import services
from territories.models import Territory
from tests.factories import EventFactory, live, place_at

pytestmark = pytest.mark.django_db

ZONES = [("Europe/Paris", "heure de Paris"), ("America/Martinique", "heure de la Martinique")]
# A span of hours, and what follows it.
SPAN = re.compile(r"de \d+\u00a0h(?:\u00a0\d\d)? à \d+\u00a0h(?:\u00a0\d\d)?(.{0,25})", re.DOTALL)
WORKSHOPS = [{"title": "Atelier A", "capacity": 1}, {"title": "Atelier B"}]


def publish_again(event: Event, **changed: Any) -> None:
    Event.objects.filter(pk=event.pk).update(**changed)
    event.refresh_from_db()
    services.record_save(working=event, by=None)
    services.publish(working=event, by=None)


@pytest.mark.parametrize(("zone", "words"), ZONES)
def test_every_letter_says_whose_hours_they_are(zone: str, words: str) -> None:
    event = EventFactory(time_zone=zone, open_to_all=True, sessions=WORKSHOPS, published=True)
    keys = [session["key"] for session in live(event).content["sessions"]]
    first = place_at(event, sessions=tuple(keys))
    waits = place_at(event, sessions=(keys[0],))  # for the workshop
    invite(event=event, guests=[Guest("invitee@ailleurs.example")])
    choose_sessions(registration=first, keys=[keys[1]])
    publish_again(event, starts_time=time(11), ends_time=time(18, 30))
    due.run()
    change_state(event=event, state="postponed")
    due.run()
    change_state(event=event, state="planned")
    due.run()
    cancel(registration=waits)
    deliver_due()
    kinds = {one.subject.partition("\u00a0:")[0] for one in mail.outbox}
    assert {"Vous êtes inscrit·e", "Une place en atelier", "Invitation", "Vos ateliers"} <= kinds
    assert {"Du nouveau", "Nouvelle date", "Reporté"} <= kinds
    one: Any
    for one in mail.outbox:
        for text in (one.body, one.alternatives[0][0]):
            for after in SPAN.findall(text):
                assert after.startswith(f", {words}"), (one.subject, after, text)


def test_what_was_told_without_its_zone_is_not_told_again() -> None:
    """Rows of before hours said it: a corrected word writes to nobody."""
    event = EventFactory(open_to_all=True, sessions=WORKSHOPS, published=True)
    keys = tuple(session["key"] for session in live(event).content["sessions"])
    place = place_at(event, sessions=keys)
    for told in (place.announced_facts, place.announced_sessions):
        for name, words in told.items():
            assert ", heure de Paris" in words or name == "Où" or name == "Lien"
            told[name] = words.replace(", heure de Paris", "")
    place.save()
    deliver_due()
    mail.outbox.clear()
    publish_again(event, standfirst="Un mot corrigé.")
    assert due.run().announced == 0
    place = Registration.objects.get()
    assert "heure de Paris" in place.announced_facts["Quand"]
    publish_again(event, time_zone="America/Martinique")
    assert due.run().announced == 1


@pytest.mark.parametrize(
    ("zone", "format", "said"),
    [
        ("Europe/Paris", "online", "heure de Paris"),
        ("Europe/Paris", "in_person", ""),
        ("America/Martinique", "in_person", "heure de la Martinique"),
    ],
)
@pytest.mark.usefixtures("geography")
def test_pages_say_whose_hours_they_are_where_readers_may_be_elsewhere(
    zone: str, format: str, said: str
) -> None:
    event = EventFactory(
        time_zone=zone,
        format=format,
        commune=None if format == "online" else Territory.objects.get(pk="commune-38185"),
        open_to_all=True,
        sessions=WORKSHOPS,
        published=True,
    )
    keys = tuple(session["key"] for session in live(event).content["sessions"])
    place = place_at(event, sessions=keys)
    month = f"{reverse('events:list')}?vue=mois&mois={live(event).first_day:%Y-%m}"
    for url, count in (
        (event.get_absolute_url(), 2),  # the facts, and above the programme
        (place.get_absolute_url(), 3),  # and each workshop
        (reverse("events:register", args=[event.slug]), 1),
        (reverse("events:list"), 1),
        (month, 1),
    ):
        page = Client().get(url, follow=True).content.decode()
        assert event.title in page
        assert page.count("heure de") >= count if said else "heure de" not in page, url
        assert said in page


def test_the_entrance_is_on_the_clock_of_the_place(organiser: Client) -> None:
    event = EventFactory(time_zone="America/Martinique", open_to_all=True, published=True)
    place = place_at(event)
    at = datetime(2026, 12, 12, 21, 38, tzinfo=UTC)
    Registration.objects.filter(pk=place.pk).update(attended_at=at)
    entrance = reverse("admin:events_event_entrance", args=[event.pk])
    page = organiser.get(entrance, {"q": place.code}).content.decode()
    assert "Déjà là, depuis 17:38" in page
