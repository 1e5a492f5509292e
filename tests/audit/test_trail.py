"""The audit trail itself: who, what, when; written once, forgotten by age."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import signals
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Action, Entry
from audit.services import forget, months_before, purge, record
from publishing import services
from tests.factories import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
PASSWORD = "une-longue-phrase-1"


def last() -> Entry:
    entry = Entry.objects.first()
    assert entry is not None
    return entry


def test_an_entry_is_never_changed_nor_deleted_alone() -> None:
    entry = record(action=Action.EXPORTED, by=UserFactory(), detail="Structures, 12 lignes.")
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


def test_says_who_and_what_in_words_that_outlive_them() -> None:
    person = UserFactory(first_name="Camille", last_name="Martin", email="camille@reseau.example")
    article = ArticleFactory(title="Un titre")
    record(action=Action.DELETED, by=person, target=article)
    person.delete()
    entry = last()
    assert (entry.actor, entry.actor_label) == (None, "Camille Martin (camille@reseau.example)")
    assert entry.target_label == "Un titre"


def test_takes_any_length_and_null_characters() -> None:
    person = UserFactory(first_name="é" * 150, last_name="é" * 150)
    article = ArticleFactory(title="x" * 150 + "\x00")
    entry = record(action=Action.CHANGED, by=person, target=article, detail="a\x00" * 10_000)
    entry.refresh_from_db()
    assert len(entry.detail) == 500
    assert "\x00" not in entry.detail + entry.target_label


def test_what_is_undone_leaves_no_trace() -> None:
    with transaction.atomic():
        record(action=Action.EXPORTED, by=None)
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("move", "action"),
    [
        ("submit", Action.SUBMITTED),
        ("return_to_draft", Action.RETURNED),
        ("publish", Action.PUBLISHED),
        ("archive", Action.ARCHIVED),
        ("reopen", Action.REOPENED),
        ("unschedule", Action.UNSCHEDULED),
    ],
)
def test_every_move_of_the_publishing_life_is_told(move: str, action: Action) -> None:
    article, person = ArticleFactory(), UserFactory()
    getattr(services, move)(working=article, by=person)
    entry = last()
    assert (entry.action, entry.actor, entry.target_id) == (action, person, str(article.pk))


def test_a_publication_to_come_and_an_import_are_told_apart() -> None:
    article, person = ArticleFactory(), UserFactory()
    services.publish(working=article, by=person, at=timezone.now() + timedelta(days=2))
    assert last().action == Action.SCHEDULED
    services.restore(working=article, version=article.versions.last(), by=person)
    assert last().action == Action.RESTORED


# --- Signing in ---


@pytest.fixture
def person() -> User:
    return User.objects.create_user("camille@reseau.example", PASSWORD, first_name="Camille")


def test_signing_in_and_out_is_told(client: Client, person: User) -> None:
    client.post(reverse("accounts:login"), {"login": person.email, "password": PASSWORD})
    assert (last().action, last().actor) == (Action.SIGNED_IN, person)
    client.post(reverse("accounts:logout"))
    assert (last().action, last().actor) == (Action.SIGNED_OUT, person)


def test_a_refused_sign_in_names_the_account_and_where_from(client: Client, person: User) -> None:
    client.post(
        reverse("accounts:login"),
        {"login": "CAMILLE@reseau.example", "password": "faux"},
        REMOTE_ADDR="192.0.2.7",
    )
    entry = last()
    assert (entry.action, entry.target_id) == (Action.SIGN_IN_FAILED, str(person.pk))
    assert (entry.actor, entry.address) == (None, "192.0.2.7")


@pytest.mark.parametrize(
    "typed", ["inconnue@reseau.example", "un-mot-de-passe@x.example", "a\x00b"]
)
def test_what_is_typed_at_the_door_is_not_kept(typed: str) -> None:
    signals.user_login_failed.send(
        sender=__name__, credentials={"email": typed, "password": "secret"}, request=None
    )
    entry = last()
    assert entry.target_label == ""
    assert entry.detail == "Adresse inconnue du portail."
    assert entry.address is None


# --- Forgetting ---


def aged(days: int, **fields: Any) -> Entry:
    at = timezone.now() - timedelta(days=days)
    return Entry.objects.create(action=Action.CHANGED, at=at, **fields)


def test_entries_go_after_twelve_months_and_addresses_after_thirty_days() -> None:
    old, month, recent = (aged(n, address="192.0.2.7") for n in (400, 40, 20))
    call_command("run_due", verbosity=0)
    left = {entry.pk: entry.address for entry in Entry.objects.all()}
    assert left == {month.pk: None, recent.pk: "192.0.2.7"}
    assert old.pk not in left


def test_the_admins_own_history_goes_with_them() -> None:
    for days in (400, 40):
        LogEntry.objects.create(user=UserFactory(), action_flag=1, object_repr="x")
        LogEntry.objects.filter(object_repr="x").update(
            action_time=timezone.now() - timedelta(days=days), object_repr=f"{days} jours"
        )
    purge()
    assert [line.object_repr for line in LogEntry.objects.all()] == ["40 jours"]


def test_how_long_is_a_setting(settings: Any) -> None:
    settings.AUDIT_MONTHS = 1
    aged(40)
    kept = aged(20)
    assert purge() == 1
    assert list(Entry.objects.all()) == [kept]


def test_purging_goes_by_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.services.BATCH", 2)
    for _ in range(5):
        aged(400)
    assert purge() == 5
    assert purge() == 0


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2024, 3, 31), 1, (2024, 2, 29)),
        ((2026, 1, 15), 12, (2025, 1, 15)),
        ((2026, 1, 15), 13, (2024, 12, 15)),
        ((2026, 12, 1), -1, (2027, 1, 1)),
    ],
)
def test_months_are_those_of_the_calendar(
    day: tuple[int, int, int], months: int, before: tuple[int, int, int]
) -> None:
    found = months_before(datetime(*day, 8, tzinfo=PARIS), months)
    assert (found.year, found.month, found.day) == before


def test_forgetting_a_person_takes_the_name_out_everywhere() -> None:
    person = UserFactory(first_name="Camille", last_name="Martin")
    record(action=Action.SIGNED_IN, by=person)
    keeper = UserFactory()
    record(action=Action.CHANGED, by=keeper, target=person)
    LogEntry.objects.log_actions(
        user_id=keeper.pk, queryset=[person], action_flag=CHANGE, change_message="x"
    )
    forget(person=person)
    assert LogEntry.objects.get().object_repr == "effacé"
    assert not [e for e in Entry.objects.all() if "Martin" in e.actor_label + e.target_label]
    assert Entry.objects.filter(actor_label="compte effacé", actor=None).count() == 1
