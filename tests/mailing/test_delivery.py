"""What each answer of a real mail server does to a mail, and to those behind it."""

import socket
from datetime import datetime, timedelta
from email.message import Message as Parsed
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from mailing import services
from mailing.models import Message
from mailing.services import deliver_due, enqueue, send_again, settle_abandoned
from tests.factories import UserFactory
from tests.mailing.smtp_sink import Silent, Sink

pytestmark = pytest.mark.django_db

Status = Message.Status


def put(*names: str) -> list[Message]:
    return [
        enqueue(key=name, to=f"{name}@reseau.example", subject="Bonjour", text="Bonjour.")
        for name in names
    ]


def states() -> dict[str, str]:
    return dict(Message.objects.order_by("id").values_list("key", "status"))


def test_a_batch_leaves_over_one_connection(sink: Sink) -> None:
    messages = put("a", "b", "c")
    assert deliver_due().sent == 3
    assert sink.accepted == [message.message_id for message in messages]
    assert sink.connections == 1
    assert sink.mails[0]["To"] == "a@reseau.example"


def test_a_refused_address_is_not_tried_again_and_holds_nobody_up(sink: Sink) -> None:
    sink.refused["b@reseau.example"] = "550 5.1.1 No such user"
    put("a", "b", "c")
    report = deliver_due()
    assert (report.sent, report.failed, report.retried, report.doubtful) == (2, 1, 0, 0)
    refused = Message.objects.get(key="b")
    assert refused.status == Status.FAILED
    assert refused.last_error == "Réponse du serveur\u00a0: 550 5.1.1 No such user"
    assert deliver_due(now=timezone.now() + timedelta(days=2)) == services.Report()


def test_a_refused_content_is_not_tried_again(sink: Sink) -> None:
    sink.before = lambda mail: "554 5.7.1 Not wanted" if "b@" in mail["To"] else None
    put("a", "b", "c")
    report = deliver_due()
    assert (report.sent, report.failed) == (2, 1)
    assert states() == {"a": Status.SENT, "b": Status.FAILED, "c": Status.SENT}


def test_a_full_mailbox_is_tried_later_and_holds_nobody_up(sink: Sink) -> None:
    sink.refused["b@reseau.example"] = "452 4.2.2 Mailbox full"
    put("a", "b", "c")
    now = timezone.now()
    report = deliver_due(now=now)
    assert (report.sent, report.failed, report.retried) == (2, 0, 1)
    waiting = Message.objects.get(key="b")
    assert (waiting.status, waiting.attempts) == (Status.WAITING, 1)
    assert "Mailbox full" in waiting.last_error
    assert deliver_due(now=now + timedelta(seconds=59)) == services.Report()
    sink.refused.clear()
    assert deliver_due(now=now + timedelta(seconds=61)).sent == 1
    sent = Message.objects.get(key="b")
    assert (sent.status, sent.attempts, sent.last_error) == (Status.SENT, 2, "")


def test_what_is_always_refused_for_now_is_given_up_after_eight_tries(sink: Sink) -> None:
    sink.refused["a@reseau.example"] = "450 4.2.0 Try later"
    put("a")
    now = timezone.now()
    waited: list[float] = []
    while True:
        report = deliver_due(now=now)
        message = Message.objects.get()
        if report.failed:
            break
        waited.append((message.not_before - now) / timedelta(minutes=1))
        now = message.not_before
    assert waited == [1, 5, 15, 60, 240, 720, 720]
    assert (message.status, message.attempts) == (Status.FAILED, 8)


def test_an_unreachable_server_leaves_the_rest_untouched(settings: Any) -> None:
    with socket.socket() as nobody:  # the port is bound, and nobody listens
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "mailing.smtp.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = nobody.getsockname()
        put(*(f"k{n}" for n in range(25)))
        untouched = list(Message.objects.order_by("id").values())[1:]
        now = timezone.now()
        report = deliver_due(now=now)
    assert (report.sent, report.failed, report.retried, report.doubtful) == (0, 0, 1, 0)
    tried, *rest = Message.objects.order_by("id").values()
    assert (tried["status"], tried["attempts"]) == (Status.WAITING, 1)
    assert tried["not_before"] == now + timedelta(minutes=1)
    assert tried["last_error"].startswith("ConnectionRefusedError")
    assert rest == untouched


def test_a_server_that_lets_nobody_in_makes_nothing_fail(sink: Sink) -> None:
    sink.greeting = "554 5.7.1 Not you"
    put("a", "b")
    report = deliver_due()
    assert (report.retried, report.failed) == (1, 0)
    assert set(states().values()) == {Status.WAITING}


def test_a_server_that_closes_between_two_mails_leaves_the_rest_untouched(sink: Sink) -> None:
    sink.refused["b@reseau.example"] = "421 4.3.2 Closing"
    put("a", "b", "c")
    report = deliver_due()
    assert (report.sent, report.retried, report.doubtful) == (1, 1, 0)
    attempts = Message.objects.order_by("id").values_list("status", "attempts", "handed_at")
    assert list(attempts)[1:] == [(Status.WAITING, 1, None), (Status.WAITING, 0, None)]
    sink.refused.clear()
    assert deliver_due(now=timezone.now() + timedelta(minutes=2)).sent == 2


def test_a_server_that_takes_a_mail_without_a_word_makes_it_doubtful(sink: Sink) -> None:
    """Hung up upon after the last dot, nobody knows; a plain error would be sent a second time."""

    def hang_up(mail: Parsed) -> None:
        if "b@" in mail["To"]:
            raise Silent

    sink.after = hang_up
    messages = put("a", "b", "c")
    report = deliver_due()
    assert (report.sent, report.retried, report.doubtful) == (1, 0, 1)
    assert states() == {"a": Status.SENT, "b": Status.DOUBTFUL, "c": Status.WAITING}
    assert "peut-être" in Message.objects.get(key="b").last_error
    deliver_due(now=timezone.now() + timedelta(days=1))
    assert sorted(sink.accepted) == sorted(message.message_id for message in messages)
    assert states() == {"a": Status.SENT, "b": Status.DOUBTFUL, "c": Status.SENT}


def test_a_mail_that_cannot_be_written_holds_nobody_up(sink: Sink) -> None:
    put("a", "b", "c")
    Message.objects.filter(key="b").update(to="b@reseau.example\nBcc: x@reseau.example")
    report = deliver_due()
    assert (report.sent, report.failed) == (2, 1)
    assert states() == {"a": Status.SENT, "b": Status.FAILED, "c": Status.SENT}


# --- Processes that die, and what they had claimed ---


def claimed(*, handed: bool, until: datetime) -> Message:
    [message] = put("a")
    Message.objects.update(
        status=Status.SENDING,
        claimed_by="jeton",
        claimed_until=until,
        handed_at=timezone.now() if handed else None,
    )
    return message


def test_what_another_process_holds_is_left_to_it() -> None:
    claimed(handed=False, until=timezone.now() + timedelta(minutes=1))
    assert deliver_due() == services.Report()
    assert mail.outbox == []


def test_what_a_dead_process_never_handed_over_leaves() -> None:
    claimed(handed=False, until=timezone.now())
    assert deliver_due() == services.Report(sent=1)
    assert len(mail.outbox) == 1


def test_what_a_dead_process_handed_over_is_for_staff_to_decide() -> None:
    message = claimed(handed=True, until=timezone.now())
    assert deliver_due() == services.Report(doubtful=1)
    assert deliver_due(now=timezone.now() + timedelta(days=2)) == services.Report()
    assert mail.outbox == []
    person = UserFactory()
    assert send_again(message=message, by=person)
    assert not send_again(message=message, by=person)
    assert deliver_due() == services.Report(sent=1)
    [sent] = mail.outbox
    assert sent.message()["Message-ID"] == message.message_id


def test_a_process_taken_for_dead_tells_what_became_of_its_mail(sink: Sink) -> None:
    """It was slower than its claim: its mail is doubtful for a while, the others are not its
    own."""
    put("a", "b")

    real = services._end

    def slow(message: Message, *args: Any, **kwargs: Any) -> None:
        if message.key == "a":
            assert settle_abandoned(now=timezone.now() + timedelta(hours=1)) == 1
            assert states() == {"a": Status.DOUBTFUL, "b": Status.WAITING}
        real(message, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "_end", slow)
        assert deliver_due(limit=1).sent == 1
    assert states() == {"a": Status.SENT, "b": Status.WAITING}
    assert deliver_due().sent == 1
    assert len(sink.accepted) == len(set(sink.accepted)) == 2


def test_a_claim_that_ran_out_is_not_handed_over(sink: Sink) -> None:
    put("a")
    real = services._claim

    def late(token: str, **kwargs: Any) -> list[Message]:
        batch = real(token, **kwargs)
        Message.objects.update(claimed_until=timezone.now())
        return batch

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "_claim", late)
        assert deliver_due(limit=1).sent == 0
    assert sink.accepted == []
    assert deliver_due().sent == 1


@pytest.mark.django_db(transaction=True)
def test_no_mail_leaves_within_a_transaction(sink: Sink) -> None:
    put("a")
    with pytest.raises(RuntimeError), transaction.atomic():
        deliver_due()
    assert sink.connections == 0
