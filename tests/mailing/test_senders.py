"""The addresses that the portal writes from: told at the start, and no mail's fault."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.utils import timezone

from mailing import checks
from mailing.models import Message
from mailing.senders import fault_of
from mailing.services import deliver_due, enqueue
from tests.mailing.smtp_sink import Sink

BAD = {
    "Portail, DLA <portail@reseau.example>": "guillemets",
    "Réseau, DLA <portail@reseau.example>": "guillemets",
    "Portail: DLA <portail@reseau.example>": "guillemets",
    "Portail [DLA] <portail@reseau.example>": "guillemets",
    "a@reseau.example, b@reseau.example": "guillemets",
    "Portail portail@reseau.example": "guillemets",
    "<portail@reseau.example": "guillemets",
    "prénom@reseau.example": "avant le @",
    "Portail <prénom@reseau.example>": "avant le @",
    "portail@reseau.example\nBcc: x@reseau.example": "retour à la ligne",
    "portail\u200b@reseau.example": "invisible",
    "portail@reseau": "pas une adresse",
    "portail@": "pas une adresse",
    "": "pas une adresse",
}
GOOD = [
    "portail@localhost",
    "Portail DLA <portail@reseau.example>",
    '"Portail, DLA" <portail@reseau.example>',
    "Réseau DLA à l’écoute <portail@reseau.example>",
    "portail@réseau.example",
]


@pytest.mark.parametrize("address", BAD)
def test_an_address_that_nothing_can_leave_from_is_told_at_the_start(
    address: str, settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = address
    (error,) = run_checks(tags=[checks.TAG])
    assert error.msg.startswith("DEFAULT_FROM_EMAIL ne peut pas servir d’expéditeur")
    assert BAD[address] in error.msg
    assert repr(address) in str(error.hint)


@pytest.mark.django_db
@pytest.mark.parametrize("address", GOOD)
def test_an_address_that_mails_leave_from_is_taken(address: str, settings: Any, sink: Sink) -> None:
    settings.DEFAULT_FROM_EMAIL = address
    assert run_checks(tags=[checks.TAG]) == []
    enqueue(key="a", to="a@reseau.example", subject="Bonjour", text="Bonjour.")
    assert deliver_due().sent == 1


def test_commands_of_the_timer_refuse_to_start_with_a_bad_address(settings: Any) -> None:
    settings.SERVER_EMAIL = "Portail, DLA <portail@reseau.example>"
    with pytest.raises(SystemCheckError, match="SERVER_EMAIL ne peut pas servir"):
        call_command("run_due", skip_checks=False, stderr=io.StringIO())


def test_a_server_that_is_not_named_or_at_the_wrong_door_is_told(settings: Any) -> None:
    settings.EMAIL_BACKEND = "mailing.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = None, 465
    settings.EMAIL_USE_SSL = False
    assert [found.id for found in run_checks(tags=[checks.TAG])] == ["mailing.E002", "mailing.W001"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", [address for address in BAD if fault_of(address)])
def test_the_portals_own_bad_address_is_the_end_of_no_mail(
    address: str, settings: Any, sink: Sink
) -> None:
    """Whether it fails before anything is said to the server, or the server refuses it."""
    sink.sender = "553 5.1.7 Not an address"
    enqueue(key="a", to="a@reseau.example", subject="Bonjour", text="Bonjour.")
    enqueue(key="b", to="b@reseau.example", subject="Bonjour", text="Bonjour.")
    settings.DEFAULT_FROM_EMAIL = address
    report = deliver_due()
    assert (report.sent, report.failed, report.retried) == (0, 0, 1)
    assert report.in_trouble
    assert set(Message.objects.values_list("status", flat=True)) == {Message.Status.WAITING}
    settings.DEFAULT_FROM_EMAIL = "portail@reseau.example"
    sink.sender = "250 ok"
    assert deliver_due(now=timezone.now() + timedelta(minutes=2)).sent == 2


@pytest.mark.django_db
def test_an_address_of_somebody_that_cannot_be_written_is_its_mails_own_fault(sink: Sink) -> None:
    enqueue(key="a", to="a@reseau.example", subject="Bonjour", text="Bonjour.")
    enqueue(key="b", to="b@reseau.example", subject="Bonjour", text="Bonjour.")
    written = "Nom, Prénom <a@reseau.example>"  # no column of addresses lets it in any more
    with connection.cursor() as cursor:
        cursor.execute('UPDATE mailing_message SET "to" = %s WHERE key = %s', [written, "a"])
    report = deliver_due()
    assert (report.sent, report.failed, report.in_trouble) == (1, 1, False)
