"""What time makes due: changes told, reminders, thanks; each once."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from events.models import Event, Registration
from events.registrations import due
from events.registrations.organisers import change_state, note_attendance
from events.registrations.places import cancel
from mailing.models import Message
from publishing import services
from territories import wall_clocks
from tests.factories import EventFactory, live, place_at

pytestmark = pytest.mark.django_db


def subjects() -> list[str]:
    return sorted(Message.objects.values_list("subject", flat=True))


def forget_letters() -> None:
    Message.objects.all().delete()


def moved(event: Event, **values: Any) -> None:
    for name, value in values.items():
        setattr(event, name, value)
    event.save()
    services.publish(working=event, by=None)


def test_a_change_of_day_is_told_once_to_those_who_are_registered() -> None:
    event = EventFactory(open=True, capacity=1, published=True)
    holder, waiter, gone = (place_at(event) for _ in range(3))
    cancel(registration=gone)
    forget_letters()

    moved(event, starts_on=event.starts_on + timedelta(days=7))

    assert due.run().announced == 2
    assert due.run().announced == 0
    written = Message.objects.filter(to=holder.email).get()
    assert written.subject == f"Du nouveau\u00a0: {event.title}"
    assert "et non plus" in written.text
    assert written.attachments
    assert Message.objects.filter(to=waiter.email).exists()
    assert not Message.objects.filter(to=gone.email).exists()


def test_a_corrected_word_is_told_to_nobody() -> None:
    event = EventFactory(open=True, published=True)
    place_at(event)
    moved(event, standfirst="Une autre présentation, mieux tournée.")
    assert due.run().announced == 0


def test_a_new_link_is_told_to_those_who_have_a_place() -> None:
    event = EventFactory(open=True, capacity=1, published=True)
    holder, waiter = place_at(event), place_at(event)
    forget_letters()
    moved(event, online_url="https://visio.example/nouveau")
    assert due.run().announced == 1
    assert "visio.example/nouveau" in Message.objects.get(to=holder.email).text
    assert not Message.objects.filter(to=waiter.email).exists()


@pytest.mark.parametrize(("state", "word"), [("cancelled", "Annulé"), ("postponed", "Reporté")])
def test_a_change_of_state_is_told_with_its_reason(state: str, word: str) -> None:
    event = EventFactory(open=True, published=True)
    place_at(event)
    forget_letters()
    change_state(event=event, state=state, note="Salle indisponible.")
    assert due.run().announced == 1
    written = Message.objects.get()
    assert written.subject == f"{word}\u00a0: {event.title}"
    assert "Salle indisponible." in written.text
    # And when it takes place after all.
    change_state(event=event, state="planned")
    assert due.run().announced == 1


def test_a_scheduled_change_is_told_when_it_is_published() -> None:
    event = EventFactory(open=True, published=True)
    place_at(event)
    event.starts_on += timedelta(days=1)
    event.save()
    later = timezone.now() + timedelta(days=2)
    services.publish(working=event, by=None, at=later)
    assert due.run().announced == 0
    assert due.run(now=later + timedelta(minutes=1)).announced == 1


def test_reminds_once_and_only_those_who_come() -> None:
    event = EventFactory(open=True, capacity=2, reminder_days=3, published=True)
    for _ in range(3):
        place_at(event)
    forget_letters()
    three_days_before = live(event).starts_at - timedelta(days=3)

    assert due.run(now=three_days_before - timedelta(minutes=1)).reminded == 0
    assert due.run(now=three_days_before).reminded == 2
    assert due.run(now=three_days_before + timedelta(hours=1)).reminded == 0
    assert subjects() == [f"Bientôt\u00a0: {event.title}"] * 2


def test_a_workshop_that_moves_or_goes_is_told_to_those_who_chose_it() -> None:
    event = EventFactory(
        open=True,
        sessions=[{"title": "Un"}, {"title": "Deux", "starts": time(16), "ends": time(17)}],
        published=True,
    )
    one, two = (s["key"] for s in live(event).content["sessions"])
    of_one, of_both, of_none = (place_at(event, sessions=keys) for keys in ((one,), (one, two), ()))
    forget_letters()

    event.sessions.filter(key=one).update(room="Salle B")
    event.sessions.filter(key=two).delete()
    services.publish(working=event, by=None)

    assert due.run().announced == 2
    assert due.run().announced == 0
    text = Message.objects.get(to=of_both.email).text
    assert "Salle B (et non plus «\u00a0Un\u00a0»" in text
    assert "n’est plus au programme" in text
    assert "n’est plus au programme" not in Message.objects.get(to=of_one.email).text
    assert not Message.objects.filter(to=of_none.email).exists()
    file = base64.b64decode(Message.objects.get(to=of_both.email).attachments[0]["content"])
    assert f"UID:{two}@portail-dla" in file.decode().replace("\r\n ", "")
    assert b"STATUS:CANCELLED" in file


def test_a_workshop_that_comes_back_is_told_with_its_place_kept() -> None:
    event = EventFactory(open=True, sessions=[{"title": "Un"}], published=True)
    (key,) = (s["key"] for s in live(event).content["sessions"])
    registration = place_at(event, sessions=(key,))
    first = event.versions.latest("id")
    event.sessions.all().delete()
    services.publish(working=event, by=None)
    assert due.run().announced == 1
    services.restore(working=event, version=first, by=None)  # type: ignore[arg-type]  # nobody in particular
    services.publish(working=event, by=None)
    assert due.run().announced == 1
    assert "est au programme" in Message.objects.latest("id").text
    assert registration.session_places.get().holds_place


def test_what_went_back_to_what_it_was_before_it_was_told_is_not_told() -> None:
    event = EventFactory(open=True, published=True)
    place_at(event)
    day = event.starts_on
    moved(event, starts_on=day + timedelta(days=7))
    moved(event, starts_on=day)
    assert due.run().announced == 0


def test_what_is_postponed_and_planned_anew_is_reminded_anew() -> None:
    event = EventFactory(open=True, reminder_days=2, published=True)
    place_at(event)
    first = live(event).starts_at
    assert due.run(now=first - timedelta(days=1)).reminded == 1
    moved(event, starts_on=event.starts_on + timedelta(days=30))
    assert due.run(now=first - timedelta(hours=20)).reminded == 0
    assert due.run(now=first + timedelta(days=28)).reminded == 1
    assert due.run(now=first + timedelta(days=29)).reminded == 0


def test_what_moves_by_some_hours_is_not_reminded_twice() -> None:
    event = EventFactory(open=True, reminder_days=2, published=True)
    place_at(event)
    first = live(event).starts_at
    assert due.run(now=first - timedelta(days=2)).reminded == 1
    moved(event, starts_time=time(13))
    assert due.run(now=first - timedelta(days=1)).reminded == 0


@pytest.mark.parametrize("state", ["cancelled", "postponed"])
def test_does_not_remind_of_what_will_not_be(state: str) -> None:
    event = EventFactory(open=True, published=True)
    place_at(event)
    change_state(event=event, state=state)
    assert due.run(now=live(event).starts_at - timedelta(hours=1)).reminded == 0


def test_thanks_those_who_came_and_asks_what_they_thought() -> None:
    event = EventFactory(open=True, past=True, published=True)
    there, _ = place_at(event), place_at(event)
    note_attendance(registration=there)
    forget_letters()
    assert due.run().thanked == 1
    assert due.run().thanked == 0
    written = Message.objects.get()
    assert written.to == there.email
    assert "attestation" in written.text


def test_where_nobody_was_noted_everyone_is_asked() -> None:
    event = EventFactory(open=True, past=True, published=True)
    for _ in range(2):
        place_at(event)
    assert due.run().thanked == 2


def test_thanks_come_an_hour_after_the_end_and_not_for_ever() -> None:
    event = EventFactory(open=True, published=True)
    place_at(event)
    end = live(event).ends_at
    assert due.run(now=end + timedelta(minutes=59)).thanked == 0
    assert due.run(now=end + timedelta(days=16)).thanked == 0
    assert due.run(now=end + timedelta(hours=1)).thanked == 1


def test_names_are_forgotten_three_years_after() -> None:
    event = EventFactory(open=True, past=True, published=True)
    place_at(event)
    recent = EventFactory(open=True, past=True, published=True)
    place_at(recent)
    event.publications.update(
        starts_at=timezone.now() - timedelta(days=1200),
        ends_at=timezone.now() - timedelta(days=1199),
    )
    assert due.purge() == 1
    assert Registration.objects.get().event == recent


def test_run_due_does_it_all_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    event = EventFactory(open=True, capacity=1, published=True)
    place_at(event)
    call_command("run_due", soon=True)
    assert "Oublié" not in (said := capsys.readouterr().out)
    assert "Courriels envoyés\u00a0: 1." in said
    assert len(mail.outbox) == 1
    call_command("run_due")
    assert len(mail.outbox) == 1


# --- Wall clocks ---


@pytest.mark.parametrize(
    ("zone", "day", "clock", "exists"),
    [
        ("Europe/Paris", date(2027, 3, 28), time(2, 30), False),
        ("Europe/Paris", date(2027, 3, 28), time(3, 0), True),
        ("Europe/Paris", date(2027, 10, 31), time(2, 30), True),
        ("Indian/Reunion", date(2027, 3, 28), time(2, 30), True),
        ("America/Martinique", date(2027, 3, 14), time(2, 30), True),
        ("America/Miquelon", date(2027, 3, 14), time(2, 30), False),
    ],
)
def test_knows_the_hour_that_spring_skips(zone: str, day: date, clock: time, exists: bool) -> None:
    assert wall_clocks.exists(day, clock, zone) is exists


def test_of_an_hour_that_comes_twice_takes_the_first() -> None:
    first = wall_clocks.moment(date(2027, 10, 31), time(2, 30), "Europe/Paris")
    assert first.utcoffset() == timedelta(hours=2)
    assert first.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


# --- Whatever else happens ---


def test_nobody_is_told_what_was_true_a_moment_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """One machine reads its list, an organiser cancels, another tells, the first goes on."""
    event = EventFactory(open=True, published=True)
    registration = place_at(event)
    moved(event, starts_on=event.starts_on + timedelta(days=7))
    forget_letters()
    first_reads = due._with_people_behind

    def read_then_overtaken(now: datetime) -> list[int]:
        events = first_reads(now)
        monkeypatch.setattr(due, "_with_people_behind", first_reads)
        change_state(event=event, state="cancelled")
        due.run()
        return events

    monkeypatch.setattr(due, "_with_people_behind", read_then_overtaken)
    due.run()
    due.run()
    assert subjects() == [f"Annulé\u00a0: {event.title}"]
    registration.refresh_from_db()
    assert registration.announced_facts["État"] == "Annulé"


def test_an_event_that_fails_keeps_nobody_else_from_being_written_to(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = (EventFactory(open=True, published=True) for _ in range(2))
    for event in (broken, sound):
        place_at(event)
        change_state(event=event, state="cancelled")
    # As a publication of a former release, whose content lacks what this one reads.
    broken.publications.update(content={})
    with pytest.raises(CommandError, match="en échec\u00a0: 1"):
        call_command("run_due", soon=True)
    assert {subject for subject in subjects() if subject.startswith("Annulé")} == {
        f"Annulé\u00a0: {sound.title}"
    }
    assert len(mail.outbox) == 3
    assert f"Event {broken.pk}" in caplog.text


def test_asks_little_where_there_is_nothing_to_do(
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(6):
        place_at(EventFactory(open=True, published=True))
    with django_assert_max_num_queries(6):
        due.run()


def test_a_date_that_was_mistyped_once_keeps_no_name_for_ever() -> None:
    event = EventFactory(open=True, past=True, published=True)
    place_at(event)
    event.publications.update(ends_at=timezone.now() + timedelta(days=9000))
    services.publish(working=event, by=None)
    event.publications.filter(live_until=None).update(
        starts_at=timezone.now() - timedelta(days=1200),
        ends_at=timezone.now() - timedelta(days=1199),
    )
    assert due.purge() == 1
