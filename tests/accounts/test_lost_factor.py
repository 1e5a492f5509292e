"""Someone lost their telephone and their codes: the national team lets them start again."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def ask_removal(by: User, of: User) -> None:
    client = Client()
    client.force_login(by)
    client.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "remove_second_factor", "_selected_action": [of.pk]},
    )


@pytest.mark.parametrize(
    ("group", "is_superuser", "removed"),
    [
        ("Équipe nationale", False, True),
        ("Équipe nationale", True, False),
        ("Rédaction", False, False),
    ],
)
def test_second_factor_is_removed_by_those_who_may(
    group: str, is_superuser: bool, removed: bool
) -> None:
    person = UserFactory(is_superuser=is_superuser)
    TOTP.activate(person, generate_totp_secret())
    ask_removal(UserFactory(group=group), person)
    assert Authenticator.objects.filter(user=person).exists() is not removed


def test_tables_of_the_sign_in_library_are_not_in_the_admin() -> None:
    assert not [m for m in admin.site._registry if m.__module__.startswith("allauth.")]
