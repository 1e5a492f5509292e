"""Every person on every surface and action, asked through HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import transaction
from pytest_django import DjangoDbBlocker

from structures.register import arrays
from tests.permissions.document import PATH, document
from tests.permissions.matrix import RULES
from tests.permissions.world import PEOPLE, Person, World, parameters
from tests.putting_back import made_once
from tests.territories.geography import put_back_geography

# In one test process: the other one need not make the world.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("matrix of permissions")]


@pytest.fixture(scope="module")
def world(kept_geography: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    def make() -> World:
        put_back_geography()
        return World()

    yield from made_once(django_db_blocker, make)


@contextmanager
def taken_back() -> Iterator[None]:
    """What a person did is for the next question as if it had not been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    arrays.forget()
    cache.clear()


@parameters(PEOPLE)
def test_each_person_may_do_what_the_matrix_says(person: Person, world: World) -> None:
    client = person.client()
    for rule in RULES:
        with taken_back():
            answer = rule.ask(client, world)
        assert answer == (person in rule.allowed), f"{rule.surface}, {rule.action}"


def test_documentation_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == document(), "make permissions"
