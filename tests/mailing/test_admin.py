"""The queue in the admin: those who may read it do nothing there but « Envoyer de nouveau »."""

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from mailing.models import Message
from mailing.services import Attachment, enqueue
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

Status = Message.Status
LIST = "admin:mailing_message_changelist"
DETAIL = "admin:mailing_message_change"


def signed_in(*codenames: str) -> Client:
    person = UserFactory(is_staff=True, whole_country=True)
    person.user_permissions.set(
        Permission.objects.filter(content_type__app_label="mailing", codename__in=codenames)
    )
    client = Client()
    client.force_login(person)
    return client


def put(key: str, status: str) -> Message:
    message = enqueue(
        key=key,
        to=f"{key}@reseau.example",
        subject=f"Objet {key}",
        text="Bonjour <b>vous</b>",
        attachments=[Attachment("agenda.ics", b"BEGIN", "text/calendar")],
    )
    Message.objects.filter(pk=message.pk).update(status=status, last_error="550")
    return message


def send_again(client: Client, *messages: Message) -> str:
    chosen = {"action": "send_again", "_selected_action": [message.pk for message in messages]}
    return client.post(reverse(LIST), chosen, follow=True).content.decode()


def test_the_list_is_read_filtered_and_searched() -> None:
    put("parti", Status.WAITING)
    put("raté", Status.FAILED)
    client = signed_in("view_message")
    page = client.get(reverse(LIST)).content.decode()
    assert "<h1>Courriels</h1>" in page
    assert "Objet parti" in page and "Objet raté" in page
    for query in ({"status__exact": "failed"}, {"q": "raté@reseau"}, {"q": "Objet raté"}):
        page = client.get(reverse(LIST), query).content.decode()
        assert "Objet raté" in page and "Objet parti" not in page


def test_a_mail_is_read_and_neither_written_nor_deleted() -> None:
    message = put("raté", Status.FAILED)
    client = signed_in("view_message", "change_message")
    page = client.get(reverse(DETAIL, args=[message.pk])).content.decode()
    assert "Bonjour &lt;b&gt;vous&lt;/b&gt;" in page
    assert "agenda.ics" in page
    assert 'name="_save"' not in page
    assert client.post(reverse(DETAIL, args=[message.pk]), {}).status_code == 403
    assert client.get(reverse("admin:mailing_message_add")).status_code == 403
    delete = reverse("admin:mailing_message_delete", args=[message.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert Message.objects.filter(pk=message.pk, status=Status.FAILED).exists()


def test_what_a_mail_opens_is_for_whoever_receives_it() -> None:
    secret = "k" * 32
    message = enqueue(
        key="place",
        to="p@reseau.example",
        subject="Votre place",
        text=f"Votre place : https://portail.example/evenements/inscription/{secret}/\nÀ bientôt.",
    )
    page = signed_in("view_message").get(reverse(DETAIL, args=[message.pk])).content.decode()
    assert secret not in page
    assert "/evenements/inscription/…/" in page and "À bientôt." in page


def test_without_the_right_nothing_is_read() -> None:
    message = put("raté", Status.FAILED)
    client = signed_in()
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(reverse(DETAIL, args=[message.pk])).status_code == 403


def test_only_what_did_not_leave_is_sent_again_and_the_trail_tells() -> None:
    failed, doubtful = put("a", Status.FAILED), put("b", Status.DOUBTFUL)
    waiting = put("c", Status.WAITING)
    page = send_again(signed_in("view_message", "change_message"), failed, doubtful, waiting)
    assert "2 courriels remis dans la file." in page
    assert set(Message.objects.values_list("status", flat=True)) == {Status.WAITING}
    told = Entry.objects.filter(detail="Remis dans la file d’envoi.")
    assert set(told.values_list("target_id", flat=True)) == {str(failed.pk), str(doubtful.pk)}


def test_nothing_is_sent_again_without_the_right_to_change() -> None:
    failed = put("a", Status.FAILED)
    page = send_again(signed_in("view_message"), failed)
    assert "Envoyer de nouveau" not in page
    failed.refresh_from_db()
    assert failed.status == Status.FAILED


def test_what_did_not_leave_waits_on_the_dashboard() -> None:
    client = signed_in("view_message", "change_message")
    title = "Courriels qui ne sont pas partis"
    put("c", Status.WAITING)
    assert title not in client.get(reverse("admin:index")).content.decode()
    put("a", Status.DOUBTFUL)
    page = client.get(reverse("admin:index")).content.decode()
    assert title in page and "Incertain" in page


def test_what_is_due_sends_them(capsys: pytest.CaptureFixture[str]) -> None:
    put("a", Status.WAITING)
    call_command("run_due")
    assert "Courriels envoyés\u00a0: 1." in capsys.readouterr().out
    call_command("run_due")
    assert "Courriels envoyés" not in capsys.readouterr().out
