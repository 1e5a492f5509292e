"""What is stored already is brought to the one form: nothing is lost, no double stops it."""

from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
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
from structures.models.structure import name_keys
from tests.factories import EventFactory, OperatorFactory, StructureFactory, UserFactory
from tests.spelling.test_addresses import STORED
from tests.spelling.test_lines import STORED as LINES

pytestmark = pytest.mark.django_db

UNICODE, PUNYCODE = "camille@café.example", "camille@xn--caf-dma.example"


@pytest.fixture(scope="module")
def history() -> Any:
    """Returns the models as migrations see them: columns, without what the rooms do with them."""
    return MigrationLoader(None).project_state().apps


def run(room: str, number: str, history: Any) -> None:
    migration = import_module(f"{room}.migrations.{number}_one_spelling").Migration
    for operation in (one for one in migration.operations if hasattr(one, "code")):
        operation.code(history, None)


def as_before(row: Any, **values: str) -> None:
    """Writes a row as no form would."""
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
    run("accounts", "0005", history)  # running it twice is safe

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


def test_quoted_accounts_are_one_and_what_no_form_takes_is_told(history: Any) -> None:
    quoted, plain, alone, wide, snow, gone = (
        UserFactory(email=f"{name}@demo.example", is_staff=True) for name in "abcdef"
    )
    asked = Invitation.objects.create(email="g@demo.example")
    as_before(quoted, email='"b.c"@exemple.fr')
    as_before(plain, email="b.c@exemple.fr")
    User.objects.filter(pk=plain.pk).update(last_login=timezone.now())
    as_before(alone, email='"Seule"@exemple.fr')
    as_before(wide, email="large\uff20exemple.fr")
    as_before(snow, email="s@\u2603.example")
    as_before(gone, email='"a b"@exemple.fr')
    as_before(asked, email="i@[127.0.0.1]")

    run("accounts", "0005", history)
    run("accounts", "0005", history)  # it is told once

    kept = {person.pk: (person.email, person.is_active) for person in User.objects.all()}
    assert kept[plain.pk] == ("b.c@exemple.fr", True)
    assert kept[quoted.pk] == (f"b.c+doublon-{quoted.pk}@exemple.fr", False)
    assert kept[alone.pk] == ("Seule@exemple.fr", True)
    assert kept[wide.pk] == ("large@exemple.fr", True)
    told = Entry.objects.filter(detail__contains="à corriger").values_list(
        "target_type__model", "target_id"
    )
    assert sorted((str(model), int(key)) for model, key in told) == [
        ("invitation", asked.pk), ("user", snow.pk), ("user", gone.pk)
    ]  # fmt: skip
    for person in User.objects.all():
        assert User.objects.get(email=person.email) == person
        person.save()


# Composed, it is two letters: so the form of what fills its column is too long.
SWELLS = "\ufb2a"


def test_form_without_room_leaves_the_row_as_it_is(history: Any) -> None:
    named, addressed, double = (UserFactory(email=f"{name}@demo.example") for name in "abc")
    domain = ".".join(["é" * 49] * 4)
    as_before(named, first_name=SWELLS * 150, last_name="Démo\u200b")
    as_before(addressed, email=f"{'a' * 50}@{domain}")
    as_before(double, email=f"{'a' * 50}@{domain}\u200b")
    structure = StructureFactory()
    as_before(structure, name=SWELLS * 250)
    registration = Registration.objects.create(
        event=EventFactory(), number=1, email="n@demo.example", status="waiting"
    )
    as_before(registration, first_name=SWELLS * 80)

    for room, number in (("accounts", "0005"), ("events", "0015"), ("structures", "0009")):
        run(room, number, history)

    for row in (named, addressed, structure, registration):
        row.refresh_from_db()
        row.save()  # they hold nothing that is needed later
    assert (named.first_name, named.last_name) == (SWELLS * 150, "Démo")
    addressed.refresh_from_db()
    assert addressed.email == f"{'a' * 50}@{domain}"
    assert structure.name == SWELLS * 250
    assert registration.first_name == SWELLS * 80


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


def test_workshop_that_is_held_passes_to_the_place_that_stands(history: Any) -> None:
    event = EventFactory()
    first, double = (
        Registration.objects.create(
            event=event, number=number, email=f"{number}@demo.example", status="confirmed",
            confirmed_at=timezone.now(),
        )
        for number in (1, 2)
    )  # fmt: skip
    chosen = {
        first: [("held", 3, "waiting"), ("asked", 4, "waiting"), ("mine", 5, "confirmed")],
        double: [("held", 6, "confirmed"), ("asked", 2, "waiting"), ("mine", 7, "waiting")],
    }
    for registration, places in chosen.items():
        for key, number, status in places:
            SessionPlace.objects.create(
                registration=registration, session_key=key, number=number, status=status
            )
    as_before(first, email=UNICODE)
    as_before(double, email=PUNYCODE)

    run("events", "0015", history)

    assert set(
        SessionPlace.objects.values_list("registration", "session_key", "number", "status")
    ) == {
        (first.pk, "held", 6, "confirmed"),
        (first.pk, "asked", 2, "waiting"),
        (first.pk, "mine", 5, "confirmed"),
    }
    assert SessionPlace.objects.taken(event.pk) == {"held": 1, "mine": 1}
    told = Entry.objects.get(target_type__model="event")
    assert told.target_id == str(event.pk)
    assert "rang 2 est annulée" in told.detail and "rang 1" in told.detail


def test_one_invitation_of_a_mailbox_stays(history: Any) -> None:
    event = EventFactory()
    silent = Guest.objects.create(event=event, email="a@demo.example")
    written = Guest.objects.create(event=event, email="b@demo.example", times_sent=1)
    as_before(silent, email=UNICODE)
    as_before(written, email=PUNYCODE)

    run("events", "0015", history)

    assert list(Guest.objects.values_list("pk", "email")) == [(written.pk, PUNYCODE)]


def test_link_of_an_invitation_that_left_still_opens(client: Any, history: Any) -> None:
    event = EventFactory(audience="invited", registration_for="invited", published=True)
    now = timezone.now()
    older = Guest.objects.create(event=event, email="a@demo.example", times_sent=1, sent_at=now)
    newer = Guest.objects.create(
        event=event, email="b@demo.example", times_sent=1, sent_at=now, words="Venez",
        organisation="Ligue", declined_at=None,
    )  # fmt: skip
    Guest.objects.filter(pk=older.pk).update(declined_at=now)
    as_before(older, email=UNICODE)
    as_before(newer, email=PUNYCODE)
    pages = [newer.get_absolute_url(), newer.register_url, older.get_absolute_url()]
    assert [client.get(page).status_code for page in pages] == [200] * 3

    run("events", "0015", history)

    assert [client.get(page).status_code for page in pages] == [200] * 3
    kept = Guest.objects.get()
    assert (kept.pk, kept.words, kept.organisation) == (older.pk, "Venez", "Ligue")
    assert kept.declined_at is None
    assert Entry.objects.filter(target_type__model="event").exists()


def test_capitals_make_no_second_place(history: Any) -> None:
    event = EventFactory()
    kinds: list[tuple[Any, ...]] = [
        (Guest, {}, {}, {}),
        (Registration, {"status": "waiting"}, {"number": 1}, {"number": 2}),
    ]
    for model, given, first, another in kinds:
        row = model.objects.create(event=event, email="a@demo.example", **given, **first)
        as_before(row, email="S@demo.example")
        run("events", "0015", history)
        row.refresh_from_db()
        assert row.email == "s@demo.example"
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.bulk_create(
                [model(event=event, email="S@demo.example", **given, **another)]
            )


def test_name_that_shows_nothing_is_emptied_where_it_may_be(history: Any) -> None:
    person, structure = UserFactory(), StructureFactory()
    as_before(person, first_name=" \u200b", last_name="\u3164")
    as_before(structure, name="\u200b", short_name="\u200b")

    run("accounts", "0005", history)
    run("structures", "0009", history)

    person.refresh_from_db()
    structure.refresh_from_db()
    assert (person.first_name, person.last_name) == ("", "")
    assert (structure.name, structure.short_name) == ("\u200b", "")


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


def test_names_of_all_scripts_get_their_keys(history: Any) -> None:
    names = {
        "جمعية": "~", "Луна": "~", "Asso Đặng مدرسة": "asso ang", "Søren": "s ren",
        "Taʻata": "ta ata", "ガス": "~", "№ 5": "No 5",
    }  # fmt: skip
    made = [StructureFactory(name=name, short_name="") for name in names]
    for row in made:
        as_before(row, sort_key=names[row.name], search_key=names[row.name].strip("~"))
    signs, plain = StructureFactory(name="★"), StructureFactory(name="L’Haÿ – Œuvre")
    untouched = Structure.objects.filter(pk__in=[signs.pk, plain.pk]).order_by("pk")
    before, number = list(untouched.values()), Revision.objects.get(pk=1).number

    run("structures", "0009", history)

    assert list(untouched.values()) == before
    for row in made:
        row.refresh_from_db()
        assert (row.sort_key, row.search_key) == name_keys(row.name, ""), row.name
        assert row.revision == number + 1
    assert [row.sort_key for row in made] == [
        "جمعية", "луна", "asso dang مدرسة", "soren", "ta ata", "ガス", "no 5",
    ]  # fmt: skip


def test_frozen_forms_are_those_of_the_portal() -> None:
    """They were the same when they were written. Where the portal changes, these cases part from
    them."""
    plain = [typed for typed in STORED if "@" in typed and not set(typed) & set("<>:;")]
    assert len(plain) > 20
    assert {typed: frozen.address(typed) for typed in plain} == {
        typed: looked_up(typed) for typed in plain
    }
    # What emoji spell is left to the next save.
    lines = [typed for typed in LINES if one_line(typed) and not frozen._SPELT_WITH.search(typed)]
    assert len(lines) > 20
    assert {typed: frozen.name(typed) for typed in lines} == {
        typed: one_line(typed) for typed in lines
    }
