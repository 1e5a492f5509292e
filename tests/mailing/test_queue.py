"""Writing into the queue: once a key, with the caller's work or not at all."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mailing.models import Message
from mailing.services import Attachment, Draft, deliver_due, enqueue, enqueue_many, purge

pytestmark = pytest.mark.django_db

Status = Message.Status


def put(key: str = "inscription-1", to: str = "camille@reseau.example") -> Message:
    return enqueue(key=key, to=to, subject="Votre inscription", text="Elle est confirmée.")


def test_the_same_key_never_makes_a_second_mail() -> None:
    first = put()
    again = enqueue(key=first.key, to="autre@reseau.example", subject="Autre", text="Autre")
    assert again.pk == first.pk
    assert again.to == "camille@reseau.example"
    deliver_due()
    put()
    deliver_due()
    assert len(mail.outbox) == 1


def test_a_mail_is_written_with_the_work_it_tells_or_not_at_all() -> None:
    with transaction.atomic():
        put("perdu")
        transaction.set_rollback(True)
    with transaction.atomic():
        put("gardé")
        put("gardé")  # the transaction is still usable
        put("gardé-aussi")
    assert set(Message.objects.values_list("key", flat=True)) == {"gardé", "gardé-aussi"}


@pytest.mark.django_db(transaction=True)
def test_the_same_key_from_several_threads_makes_one_mail() -> None:
    together = threading.Barrier(4)
    found: list[int] = []

    def write() -> None:
        try:
            together.wait(timeout=20)
            with transaction.atomic():
                found.append(put().pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Message.objects.count() == 1
    assert found == [Message.objects.get().pk] * 4


def test_many_are_written_at_once_and_none_twice() -> None:
    put("rappel-2")
    drafts = [
        Draft(key=f"rappel-{n}", to=f"p{n}@reseau.example", subject="Rappel", text="Demain.")
        for n in (1, 2, 3, 3)
    ]
    enqueue_many(drafts)
    enqueue_many(drafts)
    assert sorted(Message.objects.values_list("key", flat=True)) == [
        "rappel-1",
        "rappel-2",
        "rappel-3",
    ]
    assert Message.objects.get(key="rappel-2").subject == "Votre inscription"
    assert Message.objects.values("message_id").distinct().count() == 3


def test_everything_is_in_the_mail() -> None:
    message = enqueue(
        key="inscription-1",
        to="camille@reseau.example",
        subject="Inscription\u00a0: c’est\nnoté",
        text="Bonjour,\x00 à bientôt.",
        html="<p>Bonjour, à bientôt.</p>",
        reply_to="equipe@reseau.example",
        attachments=[
            Attachment("agenda.ics", "BEGIN:VCALENDAR\r\nSUMMARY:Été\r\n", "text/calendar"),
            Attachment("badge.pdf", b"%PDF-\xff\x00", "application/pdf"),
        ],
    )
    assert deliver_due().sent == 1
    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    assert (sent.to, sent.reply_to) == (["camille@reseau.example"], ["equipe@reseau.example"])
    assert (sent.subject, sent.body) == (
        "Inscription\u00a0: c’est noté",
        "Bonjour, à bientôt.",
    )
    assert [tuple(each) for each in sent.alternatives] == [
        ("<p>Bonjour, à bientôt.</p>", "text/html")
    ]
    assert [tuple(each) for each in sent.attachments] == [
        ("agenda.ics", "BEGIN:VCALENDAR\r\nSUMMARY:Été\r\n", "text/calendar"),
        ("badge.pdf", b"%PDF-\xff\x00", "application/pdf"),
    ]
    parsed = sent.message()
    assert parsed["Message-ID"] == message.message_id
    assert message.message_id.endswith("@testserver>")
    assert parsed["Auto-Submitted"] == "auto-generated"
    message.refresh_from_db()
    assert message.status == Status.SENT
    assert message.sent_at is not None
    assert message.attempts == 1


def test_a_mail_waits_for_its_hour() -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    enqueue(key="r", to="a@reseau.example", subject="R", text="R", not_before=tomorrow)
    assert deliver_due().sent == 0
    assert deliver_due(now=tomorrow).sent == 1


def test_what_was_asked_for_bounds_a_delivery() -> None:
    for n in range(30):
        put(f"k{n}")
    assert deliver_due(limit=3).sent == 3
    assert deliver_due(seconds=0).sent == 0
    assert not Message.objects.filter(status=Status.SENDING).exists()
    assert deliver_due().sent == 27


@pytest.mark.parametrize(
    "state",
    [{"status": Status.SENT}, {"sent_at": timezone.now()}, {"status": Status.SENDING}],
    ids=["sent without a date", "dated without being sent", "sending for nobody"],
)
def test_a_state_and_its_dates_agree(state: dict[str, object]) -> None:
    message = put()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**state)


def test_mails_are_forgotten_with_time() -> None:
    now = timezone.now()
    for key, status, days in (
        ("sent", Status.SENT, 29),
        ("sent-long-ago", Status.SENT, 31),
        ("failed", Status.FAILED, 89),
        ("failed-long-ago", Status.FAILED, 91),
        ("doubtful", Status.DOUBTFUL, 89),
        ("doubtful-long-ago", Status.DOUBTFUL, 91),
        ("waiting-long-ago", Status.WAITING, 400),
    ):
        put(key)
        then = now - timedelta(days=days)
        Message.objects.filter(key=key).update(
            status=status, created_at=then, sent_at=then if status == Status.SENT else None
        )
    assert purge(now=now) == 3
    left = set(Message.objects.values_list("key", flat=True))
    assert left == {"sent", "failed", "doubtful", "waiting-long-ago"}
