"""Who keeps the registrations."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import UserFactory


@pytest.fixture
def organiser(client: Client) -> Client:
    client.force_login(UserFactory(group="Équipe nationale", email="organise@reseau.example"))
    return client
