from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import UserFactory

PASSWORD = "une-longue-phrase-1"

SignIn = Callable[..., Any]


@pytest.fixture
def person(db: None) -> User:
    """A member of the network with a password and nothing else, as every account before this
    page."""
    user: User = UserFactory(email="Camille.Martin@reseau.example")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def sign_in(client: Client) -> SignIn:
    """`sign_in(user)`: posts the form of the page, from the test's own client or another."""

    def post(email: str, password: str = PASSWORD, by: Client | None = None, **more: Any) -> Any:
        return (by or client).post(
            reverse("accounts:login"),
            {"login": email, "password": password, **more.pop("data", {})},
            **more,
        )

    return post
