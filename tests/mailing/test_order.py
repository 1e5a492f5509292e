"""In which order mails leave, and which do not leave any more."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from mailing import services
from mailing.models import Message
from mailing.services import (
    Draft,
    Priority,
    deliver_due,
    enqueue,
    enqueue_many,
    send_again,
    withdraw,
)
from tests.factories import UserFactory
from tests.mailing.smtp_sink import Sink

pytestmark = pytest.mark.django_db

Status = Message.Status
SECRET = "k" * 32
LINK = f"https://portail.example/compte/invitation/{SECRET}/"


def put_many(count: int) -> None:
    enqueue_many(
        [
            Draft(
                key=f"lettre-{n}",
                to=f"p{n}@reseau.example",
                subject="Du nouveau",
                text="Bonjour.",
                priority=Priority.MANY,
            )
            for n in range(count)
        ]
    )


def put(key: str, priority: Priority = Priority.NOTICE, **more: object) -> Message:
    return enqueue(
        key=key,
        to=f"{key}@reseau.example",
        subject="Bonjour",
        text=f"Ouvrez {LINK}",
        priority=priority,
        **more,  # type: ignore[arg-type]
    )


def test_what_somebody_waits_for_leaves_before_letters_written_earlier() -> None:
    put_many(30)
    put("avis")
    put("attendu", Priority.AWAITED)
    assert deliver_due(limit=3).sent == 3
    assert [sent.to[0] for sent in mail.outbox] == [
        "attendu@reseau.example",
        "avis@reseau.example",
        "p0@reseau.example",
    ]


def test_what_somebody_waits_for_passes_a_batch_that_is_already_leaving(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written while the third of twenty leaves, and is the fourth."""
    put_many(30)
    end = services._end

    def write_meanwhile(message: Message, *args: Any, **kwargs: Any) -> None:
        end(message, *args, **kwargs)
        if message.key == "lettre-2":
            put("attendu", Priority.AWAITED)

    monkeypatch.setattr(services, "_end", write_meanwhile)
    assert deliver_due().sent == 31
    assert sink.mails[3]["To"] == "attendu@reseau.example"
    assert len(sink.accepted) == len(set(sink.accepted)) == 31


def test_a_mail_whose_link_has_died_does_not_leave_and_keeps_no_link() -> None:
    put("lien", not_after=timezone.now() + timedelta(hours=2))
    put("sans-fin")
    assert deliver_due(now=timezone.now() + timedelta(hours=3)).sent == 1
    assert [sent.to[0] for sent in mail.outbox] == ["sans-fin@reseau.example"]
    expired = Message.objects.get(key="lien")
    assert expired.status == Status.EXPIRED
    assert "il ne part plus" in expired.last_error
    assert SECRET not in expired.text


def test_a_failed_mail_may_be_sent_again_for_as_long_as_its_link_lives(sink: Sink) -> None:
    sink.refused["lien@reseau.example"] = "550 5.1.1 No such user"
    message = put("lien", not_after=timezone.now() + timedelta(hours=2))
    assert deliver_due().failed == 1
    message.refresh_from_db()
    assert LINK in message.text
    assert send_again(message=message, by=UserFactory())
    assert deliver_due().failed == 1
    deliver_due(now=timezone.now() + timedelta(hours=3))
    message.refresh_from_db()
    assert message.status == Status.EXPIRED
    assert "No such user" in message.last_error
    assert SECRET not in message.text
    assert not send_again(message=message, by=UserFactory())


def test_what_is_withdrawn_does_not_leave_and_keeps_no_link() -> None:
    put("compte-1-a")
    put("compte-1-b")
    put("compte-12")
    Message.objects.filter(key="compte-1-b").update(status=Status.FAILED, last_error="550 non")
    withdraw("compte-1-")
    assert deliver_due().sent == 1
    assert [sent.to[0] for sent in mail.outbox] == ["compte-12@reseau.example"]
    gone = Message.objects.filter(status=Status.EXPIRED).order_by("key")
    assert [message.last_error for message in gone] == [
        "Un courriel plus récent le remplace.",
        "Un courriel plus récent le remplace. 550 non",
    ]
    assert not any(SECRET in message.text for message in gone)


def test_what_is_withdrawn_while_its_batch_leaves_is_not_handed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put("a")
    put("b")
    end = services._end

    def withdraw_meanwhile(message: Message, *args: Any, **kwargs: Any) -> None:
        withdraw("b")
        end(message, *args, **kwargs)

    monkeypatch.setattr(services, "_end", withdraw_meanwhile)
    assert deliver_due().sent == 1
    assert Message.objects.get(key="b").status == Status.EXPIRED


def test_a_delivery_with_nothing_due_writes_nothing(
    django_assert_num_queries: Any,
) -> None:
    put("demain", not_before=timezone.now() + timedelta(days=1))
    with django_assert_num_queries(4) as asked:
        deliver_due()
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)


def test_a_delivery_stops_between_two_mails_when_told_to() -> None:
    put_many(3)
    assert deliver_due(stopped=lambda: len(mail.outbox) == 2).sent == 2
    assert not Message.objects.filter(status=Status.SENDING).exists()


def test_what_is_written_too_late_while_others_leave_does_not_leave_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody may ask for mails to a stranger as fast as letters leave."""
    for number in range(4):
        put(f"lettre-{number}", Priority.MANY)
    end = services._end

    def write_meanwhile(message: Message, *args: Any, **kwargs: Any) -> None:
        end(message, *args, **kwargs)
        put(f"tard-{message.key}", Priority.AWAITED, not_after=timezone.now())

    monkeypatch.setattr(services, "_end", write_meanwhile)
    assert deliver_due().sent == 4
    deliver_due()
    assert {sent.to[0] for sent in mail.outbox} == {
        f"lettre-{number}@reseau.example" for number in range(4)
    }
    late = Message.objects.filter(key__startswith="tard-")
    assert set(late.values_list("status", flat=True)) == {Status.EXPIRED}


def test_what_is_withdrawn_while_the_server_refuses_it_for_now_is_not_tried_again(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink.refused["lien@reseau.example"] = "451 4.3.0 Later"
    put("lien")
    note = services._note

    def withdraw_meanwhile(*args: Any) -> None:
        withdraw("lien")
        note(*args)

    monkeypatch.setattr(services, "_note", withdraw_meanwhile)
    assert deliver_due().sent == 0
    del sink.refused["lien@reseau.example"]
    assert deliver_due(now=timezone.now() + timedelta(hours=3)).sent == 0
    assert Message.objects.get(key="lien").status == Status.EXPIRED
