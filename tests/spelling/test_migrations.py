"""What is stored already is brought to the one form: nothing is lost, no double stops it."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from accounts.models import AccessRequest, Invitation, User
from audit.models import Entry
from events.models import Invitation as Guest
from events.models import Registration, SessionPlace
from mailing.models import Message
from spelling import frozen
from spelling.addresses import looked_up
from spelling.lines import one_line
from structures.models import Operator, Revision, Structure
from tests.factories import EventFactory, OperatorFactory, StructureFactory, UserFactory
from tests.spelling.test_addresses import STORED
from tests.spelling.test_lines import STORED as LINES

pytestmark = pytest.mark.django_db

UNICODE, PUNYCODE = "camille@café.example", "camille@xn--caf-dma.example"


@pytest.fixture(scope="module")
def history() -> Any:
    """The models as migrations see them: columns, without what the rooms do with them."""
    return MigrationLoader(None).project_state().apps


def run(room: str, number: str, history: Any) -> None:
    migration = import_module(f"{room}.migrations.{number}_one_spelling").Migration
    for operation in migration.operations:
        operation.code(history, None)


def as_before(row: Any, **values: str) -> None:
    """Written as no form would."""
    columns = ", ".join(f'"{column}" = %s' for column in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{row._meta.db_table}" SET {columns} WHERE id = %s',  # noqa: S608  # names of ours
            [*values.values(), row.pk],
        )


def test_accounts_get_their_form_and_the_one_in_use_keeps_the_mailbox(history: Any) -> None:
    alone, used, unused = (UserFactory(email=f"{name}@demo.example") for name in "abc")
    unseen, seen = (UserFactory(email=f"{name}@demo.example", is_staff=True) for name in "de")
    as_before(
        alone, email="Ana@demo.example\u200b", first_name="\ufeffAna\u200b", last_name="De  X"
    )
    User.objects.filter(pk=used.pk).update(last_login=timezone.now())
    as_before(unused, email=PUNYCODE)
    as_before(used, email=UNICODE)
    as_before(unseen, email="double@demo.example\u200b")
    as_before(seen, email="double@demo.example")
    User.objects.filter(pk=seen.pk).update(is_superuser=True)

    run("accounts", "0005", history)
    run("accounts", "0005", history)  # safe twice

    kept = {person.pk: (person.email, person.is_active) for person in User.objects.all()}
    assert kept[alone.pk] == ("Ana@demo.example", True)
    assert kept[used.pk] == (PUNYCODE, True)
    assert kept[unused.pk] == (f"camille+doublon-{unused.pk}@xn--caf-dma.example", False)
    assert kept[seen.pk] == ("double@demo.example", True)
    assert kept[unseen.pk] == (f"double+doublon-{unseen.pk}@demo.example", False)
    alone.refresh_from_db()
    assert alone.get_full_name() == "Ana De X"
    told = Entry.objects.filter(detail__contains="doublon")
    assert sorted(int(entry.target_id) for entry in told) == [unused.pk, unseen.pk]


def test_newer_invitation_of_a_mailbox_holds(history: Any) -> None:
    older = Invitation.objects.create(email=PUNYCODE)
    newer = Invitation.objects.create(email="b@demo.example")
    ended = Invitation.objects.create(email="c@demo.example", cancelled_at=timezone.now())
    for row in (newer, ended):
        as_before(row, email=UNICODE)
    asked = AccessRequest.objects.create(
        email="d@demo.example", first_name="D", last_name="E", role="pilot"
    )
    as_before(asked, email=UNICODE, organisation="Asso\u200b")

    run("accounts", "0005", history)

    assert set(Invitation.objects.values_list("email", flat=True)) == {PUNYCODE}
    assert list(Invitation.objects.open()) == [newer]
    assert Invitation.objects.filter(pk=older.pk).exists()
    asked.refresh_from_db()
    assert (asked.email, asked.organisation) == (PUNYCODE, "Asso")


def test_one_place_of_a_mailbox_stands_with_all_its_workshops(history: Any) -> None:
    event, other = EventFactory(), EventFactory()
    waits, held, spare = (
        Registration.objects.create(
            event=event, number=number, email=f"{number}@demo.example", status=status,
            first_name="Camille", last_name="Démo",
            confirmed_at=timezone.now() if status == "confirmed" else None,
        )
        for number, status in ((1, "waiting"), (2, "confirmed"), (3, "confirmed"))
    )  # fmt: skip
    elsewhere = Registration.objects.create(
        event=other, number=1, email="x@demo.example", status="waiting"
    )
    SessionPlace.objects.create(registration=held, session_key="a", number=4, status="confirmed")
    for key in "ab":
        SessionPlace.objects.create(
            registration=spare, session_key=key, number=5, status="confirmed"
        )
    as_before(waits, email=PUNYCODE)
    as_before(held, email=UNICODE, last_name="De\u0301mo\u200b")
    as_before(spare, email=f"{UNICODE}\u200b")
    as_before(elsewhere, email=UNICODE)

    run("events", "0015", history)

    rows = Registration.objects.filter(event=event).order_by("number")
    assert [(row.email, row.status) for row in rows] == [
        (PUNYCODE, "cancelled"),
        (PUNYCODE, "confirmed"),
        (PUNYCODE, "cancelled"),
    ]
    assert rows[1].last_name == "Démo"
    assert set(held.session_places.values_list("session_key", flat=True)) == {"a", "b"}
    elsewhere.refresh_from_db()
    assert (elsewhere.email, elsewhere.status) == (PUNYCODE, "waiting")


def test_one_invitation_of_a_mailbox_stays(history: Any) -> None:
    event = EventFactory()
    silent = Guest.objects.create(event=event, email="a@demo.example")
    written = Guest.objects.create(event=event, email="b@demo.example", times_sent=1)
    as_before(silent, email=UNICODE)
    as_before(written, email=PUNYCODE)

    run("events", "0015", history)

    assert list(Guest.objects.values_list("pk", "email")) == [(written.pk, PUNYCODE)]


def test_structures_carriers_and_mails_get_their_form(history: Any) -> None:
    structure, plain, carrier = StructureFactory(), StructureFactory(), OperatorFactory()
    message = Message.objects.create(key="a", to="a@demo.example", subject="S", text="T")
    as_before(
        structure, name="Le\u200b The\u0301âtre\u00a0: ici", email="A@CAFÉ.example\u200b",
        sort_key="le the", search_key="le the",
    )  # fmt: skip
    as_before(carrier, name="Ligue\u200b", email=UNICODE)
    as_before(message, to=UNICODE, reply_to=f"{UNICODE}\u200b")
    number = Revision.objects.get(pk=1).number
    before = Structure.objects.filter(pk=plain.pk).values().get()

    run("structures", "0009", history)
    run("mailing", "0003", history)

    structure.refresh_from_db()
    assert (structure.name, structure.email) == (
        "Le Théâtre\u00a0: ici",
        "A@xn--caf-dma.example",
    )
    assert (structure.sort_key, structure.search_key) == ("le theatre ici", "le theatre ici")
    assert structure.revision > number
    assert Structure.objects.filter(pk=plain.pk).values().get() == before
    assert Operator.objects.values_list("name", "email").get(pk=carrier.pk) == ("Ligue", PUNYCODE)
    message.refresh_from_db()
    assert (message.to, message.reply_to) == (PUNYCODE, PUNYCODE)


def test_frozen_forms_are_those_of_the_portal() -> None:
    """When they were written. Where the portal changes, these cases part from them."""
    plain = [typed for typed in STORED if "@" in typed and not set(typed) & set('<>:;"\uff20')]
    assert len(plain) > 20
    assert {typed: frozen.address(typed) for typed in plain} == {
        typed: looked_up(typed) for typed in plain
    }
    lines = [typed for typed in LINES if one_line(typed)]
    assert {typed: frozen.name(typed) for typed in lines} == {
        typed: one_line(typed) for typed in lines
    }
