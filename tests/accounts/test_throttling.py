"""Guessing is slow: per account, per address, whoever asks and from wherever."""

from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse

from accounts.apps import make_cache_table
from accounts.models import User
from tests.accounts.conftest import PASSWORD, SignIn
from tests.outbox import delivered

pytestmark = pytest.mark.django_db

WRONG = "une-mauvaise-phrase"


def test_account_answers_no_more_after_five_wrong_passwords(
    client: Client, person: User, sign_in: SignIn
) -> None:
    answers = [
        sign_in(person.email, WRONG, REMOTE_ADDR=f"192.0.2.{number}").status_code
        for number in range(1, 7)
    ]
    right = sign_in(person.email, PASSWORD, REMOTE_ADDR="192.0.2.9")

    assert answers == [200] * 5 + [429]
    assert right.status_code == 429, "the right password must not be told from a wrong one"
    assert right["Retry-After"] == "300"
    assert "Réessayez dans cinq minutes" in right.content.decode()


def test_unknown_account_is_throttled_alike(client: Client, sign_in: SignIn) -> None:
    answers = [
        sign_in("personne@reseau.example", WRONG, REMOTE_ADDR=f"192.0.2.{number}").status_code
        for number in range(1, 7)
    ]

    assert answers == [200] * 5 + [429]


def test_capitals_do_not_make_another_account(
    client: Client, person: User, sign_in: SignIn
) -> None:
    spellings = [person.email, person.email.upper(), person.email.lower()] * 2

    answers = [sign_in(spelling, WRONG).status_code for spelling in spellings]

    assert answers == [200] * 5 + [429]


def test_one_address_does_not_try_many_accounts(client: Client, sign_in: SignIn) -> None:
    answers = [
        sign_in(f"personne-{number}@reseau.example", WRONG).status_code for number in range(11)
    ]

    assert answers == [200] * 10 + [429]
    assert sign_in("autre@reseau.example", WRONG, REMOTE_ADDR="192.0.2.1").status_code == 200


def test_forged_header_does_not_make_another_address(client: Client, sign_in: SignIn) -> None:
    answers = [
        sign_in(
            f"personne-{number}@reseau.example", WRONG, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}"
        ).status_code
        for number in range(11)
    ]

    assert answers[-1] == 429


def test_behind_a_server_only_what_it_added_counts(
    client: Client, sign_in: SignIn, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    answers = [
        sign_in(
            f"personne-{number}@reseau.example",
            WRONG,
            HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, 198.51.100.1",
        ).status_code
        for number in range(11)
    ]

    assert answers[-1] == 429
    other = {"HTTP_X_FORWARDED_FOR": "192.0.2.1, 198.51.100.2"}
    assert sign_in("autre@reseau.example", WRONG, **other).status_code == 200


def test_signing_in_often_is_no_failure(person: User, sign_in: SignIn) -> None:
    for _ in range(8):
        assert sign_in(person.email, by=Client()).status_code == 302


def test_reset_mails_are_rationed(client: Client, person: User) -> None:
    ask = reverse("account_reset_password")

    answers = []
    for _ in range(4):
        answers.append(client.post(ask, {"email": person.email}).status_code)
        delivered()

    assert answers == [302, 302, 302, 429]
    assert len(delivered()) == 3


def test_processes_count_together(person: User, sign_in: SignIn, settings: Any) -> None:
    """The portal's own cache is in the database, where a second process would find the count."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
            "OPTIONS": {"MAX_ENTRIES": 50_000},
        }
    }
    make_cache_table("default")  # `migrate` does the same
    caches["default"].clear()

    for _ in range(5):
        sign_in(person.email, WRONG)
    del caches["default"]  # what a process holds of its own is gone

    assert sign_in(person.email, WRONG).status_code == 429
    cache.clear()
