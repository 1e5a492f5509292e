"""Calendars, as others read them: a library that is not ours, and a client that people use."""

from __future__ import annotations

import base64
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from events.dates.vtimezones import vtimezone
from events.models import CalendarKey, Event, Invitation, Registration
from events.models.registration import new_secret
from events.registrations.organisers import change_state, put_in_queue
from events.registrations.places import cancel, choose_sessions
from mailing.models import Message
from publishing import services
from territories.zones import Zone
from tests.factories import EventFactory, UserFactory, live, place_at

pytestmark = pytest.mark.django_db

FEED = reverse("events:calendar")


def read(url: str) -> Any:
    answer = Client().get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    lines = text.split("\r\n")
    assert lines[-1] == ""
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in lines) <= 75
    return vobject.readOne(text)


def file_of(event: Event) -> str:
    return reverse("events:event_calendar", args=[event.slug])


@pytest.mark.parametrize(
    ("zone", "day", "hour", "utc"),
    [
        # Winter and summer in Paris, on each side of both changes of hour.
        ("Europe/Paris", date(2027, 3, 27), 10, 9),
        ("Europe/Paris", date(2027, 3, 28), 10, 8),
        ("Europe/Paris", date(2027, 10, 30), 10, 8),
        ("Europe/Paris", date(2027, 10, 31), 10, 9),
        # Overseas, no clock changes.
        ("Indian/Reunion", date(2027, 3, 28), 10, 6),
        ("Indian/Reunion", date(2027, 12, 1), 10, 6),
        ("America/Martinique", date(2027, 7, 1), 10, 14),
        ("America/Martinique", date(2027, 12, 1), 10, 14),
        ("America/Miquelon", date(2027, 7, 1), 10, 12),
    ],
)
def test_the_hour_is_that_of_the_place_in_every_season(
    zone: str, day: date, hour: int, utc: int
) -> None:
    event = EventFactory(
        time_zone=zone, starts_on=day, starts_time=time(hour), ends_time=time(18), published=True
    )
    calendar = read(file_of(event))
    starts = calendar.vevent.dtstart.value
    assert starts.replace(tzinfo=None) == datetime.combine(day, time(hour))
    assert starts.astimezone(ZoneInfo("UTC")).hour == utc
    assert calendar.vevent.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == [zone]
    assert [str(part.tzid.value) for part in calendar.vtimezone_list] == [zone]


@pytest.mark.parametrize("zone", Zone)
def test_the_rules_given_to_calendars_are_those_of_the_law(zone: str) -> None:
    """Every fifth day since the portal's first events, against the reference data."""
    component = vobject.readOne(
        f"BEGIN:VCALENDAR\r\n{vtimezone(zone).to_ical().decode()}END:VCALENDAR\r\n"
    )
    read_zone = component.vtimezone.gettzinfo()
    day = datetime(2020, 1, 1, 12)  # noqa: DTZ001  # a wall clock
    while day.year < 2036:
        expected = day.replace(tzinfo=ZoneInfo(zone)).utcoffset()
        assert day.replace(tzinfo=read_zone).utcoffset() == expected, day
        day += timedelta(days=5)


def test_an_event_that_crosses_the_change_of_hour_keeps_its_wall_clocks() -> None:
    event = EventFactory(
        starts_on=date(2027, 3, 27),
        ends_on=date(2027, 3, 28),
        starts_time=time(22),
        ends_time=time(4),
        published=True,
    )
    shown = read(file_of(event)).vevent
    assert shown.dtend.value.astimezone(ZoneInfo("UTC")) - shown.dtstart.value.astimezone(
        ZoneInfo("UTC")
    ) == timedelta(hours=5)


def test_an_evening_ends_in_the_night_that_follows() -> None:
    """That of the change of hour is an hour short."""
    event = EventFactory(
        starts_on=date(2027, 3, 27),
        ends_on=date(2027, 3, 28),
        sessions=[{"title": "Soirée", "starts": time(22), "ends": time(3, 30)}],
        published=True,
    )
    (session,) = live(event).content["sessions"]
    shown = read(f"{file_of(event)}?session={session['key']}").vevent
    assert shown.dtend.value.replace(tzinfo=None) == datetime(2027, 3, 28, 3, 30)  # noqa: DTZ001  # a wall clock
    assert shown.dtend.value.astimezone(ZoneInfo("UTC")) - shown.dtstart.value.astimezone(
        ZoneInfo("UTC")
    ) == timedelta(hours=4, minutes=30)


def test_what_changes_reaches_those_who_subscribed() -> None:
    event = EventFactory(title="Avant", published=True)
    client = Client()
    first_answer = client.get(FEED)
    first = read(FEED).vevent
    same = client.get(FEED, headers={"if-none-match": first_answer.headers["ETag"]})
    assert same.status_code == 304

    event.title = "Après"
    event.save()
    services.publish(working=event, by=None)

    answer = client.get(FEED, headers={"if-none-match": first_answer.headers["ETag"]})
    assert answer.status_code == 200
    second = read(FEED).vevent
    assert second.uid.value == first.uid.value == event.calendar_uid
    assert int(second.sequence.value) > int(first.sequence.value)
    assert second.summary.value == "Après"
    assert second.last_modified.value >= first.last_modified.value


def test_what_is_cancelled_stays_and_says_so() -> None:
    event = EventFactory(title="La rencontre", published=True)
    before = int(read(FEED).vevent.sequence.value)
    change_state(event=event, state="cancelled", note="Grève des trains.")
    shown = read(FEED).vevent
    assert shown.status.value == "CANCELLED"
    assert shown.summary.value == "Annulé\u00a0: La rencontre"
    assert "Grève des trains." in shown.description.value
    assert int(shown.sequence.value) == before + 1


def test_sessions_have_files_and_identities_of_their_own() -> None:
    event = EventFactory(
        sessions=[{"title": "Atelier", "room": "Salle A", "starts": time(11), "ends": time(12)}],
        published=True,
    )
    (session,) = live(event).content["sessions"]
    shown = read(f"{file_of(event)}?session={session['key']}").vevent
    assert shown.uid.value == f"{session['key']}@portail-dla"
    assert shown.dtstart.value.hour == 11
    assert shown.location.value.startswith("Salle A")
    assert Client().get(f"{file_of(event)}?session=autre").status_code == 404


def test_the_own_feed_holds_places_sessions_and_waits() -> None:
    member = UserFactory()
    held = EventFactory(open=True, title="Tenue", sessions=[{"title": "Atelier"}], published=True)
    full = EventFactory(open=True, title="Attendue", capacity=1, published=True)
    (key,) = (s["key"] for s in live(held).content["sessions"])
    place_at(held, member.email, user=member, sessions=(key,))
    place_at(full)
    place_at(full, member.email, user=member)
    feed = CalendarKey.objects.create(user=member, key=new_secret())
    calendar = read(reverse("events:own_calendar", args=[feed.key]))
    shown = {part.summary.value: part.status.value for part in calendar.vevent_list}
    assert shown == {
        "Tenue": "CONFIRMED",
        "Atelier – Tenue": "CONFIRMED",
        "Liste d’attente\u00a0: Attendue": "TENTATIVE",
    }


def test_text_with_commas_lines_and_accents_comes_back_whole() -> None:
    event = EventFactory(
        title="Dire, écouter; et — « noter »",
        standfirst="Une ligne,\nune autre ; un\\antislash.",
        published=True,
    )
    shown = read(file_of(event)).vevent
    assert shown.summary.value == live(event).title
    assert live(event).standfirst in shown.description.value
    assert shown.url.value.endswith(event.get_absolute_url())
    assert shown.organizer.value == "mailto:organisation@reseau.example"


def test_old_events_leave_the_feed_after_a_year() -> None:
    today = timezone.localdate()
    EventFactory(title="Récent", starts_on=today - timedelta(days=300), published=True)
    EventFactory(title="Ancien", starts_on=today - timedelta(days=400), published=True)
    assert [part.summary.value for part in read(FEED).vevent_list] == ["Récent"]


def test_a_real_client_imports_updates_and_shows_them(tmp_path: Path) -> None:
    """khal, as somebody would use it: the same event imported twice is one event."""
    (tmp_path / "calendar").mkdir()
    config = tmp_path / "config"
    config.write_text(
        f"[calendars]\n[[dla]]\npath = {tmp_path}/calendar\n"
        f"[sqlite]\npath = {tmp_path}/khal.db\n"
        "[locale]\nlocal_timezone = Europe/Paris\ndefault_timezone = Europe/Paris\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
    )

    def khal(*arguments: str) -> str:
        ran = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "khal", "-c", str(config), *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    event = EventFactory(
        title="Matinée à Saint-Denis",
        time_zone="Indian/Reunion",
        starts_on=date(2027, 7, 6),
        starts_time=time(9),
        ends_time=time(12),
        published=True,
    )
    file = tmp_path / "agenda.ics"
    shown = ["list", "--format", "{start-time} {title} {status}", "--day-format", "", "2027-07-06"]
    file.write_bytes(Client().get(file_of(event)).content)
    khal("import", "--batch", str(file))
    assert " ".join(khal(*shown).split()) == "07:00 Matinée à Saint-Denis CONFIRMED"

    event.starts_time = time(10)
    event.save()
    services.publish(working=event, by=None)
    change_state(event=event, state="postponed")
    file.write_bytes(Client().get(file_of(event)).content)
    khal("import", "--batch", str(file))
    assert " ".join(khal(*shown).split()) == "08:00 Reporté : Matinée à Saint-Denis TENTATIVE"


# --- What somebody's own files say ---


def files_to(registration: Registration) -> list[Any]:
    """The calendar files of the letters to that person, the oldest first."""
    return [
        vobject.readOne(base64.b64decode(message.attachments[0]["content"]).decode())
        for message in Message.objects.filter(to=registration.email).order_by("id")
        if message.attachments
    ]


def statuses_of(calendar: Any) -> dict[str, str]:
    return {part.summary.value: part.status.value for part in calendar.vevent_list}


def test_a_place_given_back_is_taken_out_of_the_calendar_that_had_it() -> None:
    event = EventFactory(
        title="Rencontre", sessions=[{"title": "Atelier"}], open=True, published=True
    )
    (key,) = (s["key"] for s in live(event).content["sessions"])
    registration = place_at(event, sessions=(key,))
    cancel(registration=registration)
    given, taken = files_to(registration)
    assert statuses_of(given) == {"Rencontre": "CONFIRMED", "Atelier – Rencontre": "CONFIRMED"}
    assert statuses_of(taken) == {
        "Annulé\u00a0: Rencontre": "CANCELLED",
        "Annulé\u00a0: Atelier – Rencontre": "CANCELLED",
    }
    assert {part.uid.value for part in taken.vevent_list} == {
        part.uid.value for part in given.vevent_list
    }
    first, last = given.vevent_list[0], taken.vevent_list[0]
    assert int(last.sequence.value) >= int(first.sequence.value)
    assert last.dtstamp.value >= first.dtstamp.value
    assert "visio.example" not in taken.serialize()


def test_a_workshop_left_for_another_is_taken_out_of_the_calendar_that_had_it() -> None:
    event = EventFactory(
        title="Rencontre",
        open=True,
        sessions=[{"title": "Un"}, {"title": "Deux", "starts": time(16), "ends": time(17)}],
        published=True,
    )
    one, two = (s["key"] for s in live(event).content["sessions"])
    registration = place_at(event, sessions=(one,))
    choose_sessions(registration=registration, keys=[two])
    choose_sessions(registration=registration, keys=[two])
    assert len(files_to(registration)) == 2  # nothing changed the second time
    assert statuses_of(files_to(registration)[-1]) == {
        "Rencontre": "CONFIRMED",
        "Deux – Rencontre": "CONFIRMED",
        "Annulé\u00a0: Un – Rencontre": "CANCELLED",
    }


def test_whoever_goes_back_to_the_queue_no_longer_holds_what_they_had() -> None:
    event = EventFactory(
        title="Rencontre", open=True, capacity=1, sessions=[{"title": "Atelier"}], published=True
    )
    (key,) = (s["key"] for s in live(event).content["sessions"])
    registration, _ = place_at(event, sessions=(key,)), place_at(event)
    put_in_queue(registration=registration)
    assert statuses_of(files_to(registration)[-1]) == {
        "Liste d’attente\u00a0: Rencontre": "TENTATIVE",
        "Annulé\u00a0: Atelier – Rencontre": "CANCELLED",
    }


def test_the_page_offers_each_session_to_calendars_whatever_opened_it() -> None:
    event = EventFactory(open=True, network=True, sessions=[{"title": "Atelier"}], published=True)
    (key,) = (s["key"] for s in live(event).content["sessions"])
    registration = place_at(event)
    for opened in (
        reverse("events:place_event", args=[registration.secret]),
        Invitation.objects.create(event=event, email="a@ailleurs.example").get_absolute_url(),
    ):
        page: Any = html.fromstring(Client().get(opened).content)
        (link,) = page.xpath(f"//a[contains(@href,'session={key}')]/@href")
        assert read(link).vevent.uid.value == f"{key}@portail-dla"


def test_the_agenda_can_be_subscribed_to_in_one_gesture() -> None:
    page: Any = html.fromstring(Client().get(reverse("events:list") + "?forme=online").content)
    (address,) = page.xpath("//a[starts-with(@href,'webcal:')]/@href")
    assert address == f"webcal://testserver{FEED}?forme=online"
