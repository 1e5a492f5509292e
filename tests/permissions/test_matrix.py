"""Every person on every surface and action, asked through HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from structures.register import arrays
from tests.permissions.document import PATH, document
from tests.permissions.matrix import RULES
from tests.permissions.world import (
    HEAD_84,
    NATIONAL,
    PEOPLE,
    PILOT_38,
    VISITOR,
    WRITER_38,
    Person,
    World,
)
from tests.territories.geography import put_back_geography

# In one test process: the other one need not make the world.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("matrix of permissions")]

# Of what the second database is asked, each kind: a reader without role, with one, who reads all;
# an editor of a department, of a region, of the whole country. Groups are judged in Python.
OF_EACH_KIND = {VISITOR, PILOT_38, WRITER_38, HEAD_84, NATIONAL}


@pytest.fixture(scope="module")
def world(kept_geography: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once: the transaction of each test stands within this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        put_back_geography()
        world = World()
        # Else each test would end by checking all the references again.
        connection.check_constraints()
        yield world
        transaction.set_rollback(True)


@contextmanager
def taken_back() -> Iterator[None]:
    """What a person did is for the next question as if it had not been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    arrays.forget()
    cache.clear()


@pytest.mark.parametrize(
    "person",
    [
        pytest.param(person, marks=() if person in OF_EACH_KIND else pytest.mark.once)
        for person in PEOPLE
    ],
    ids=lambda person: person.name,
)
def test_each_person_may_do_what_the_matrix_says(person: Person, world: World) -> None:
    client = person.client()
    for rule in RULES:
        with taken_back():
            answer = rule.ask(client, world)
        assert answer == (person in rule.allowed), f"{rule.surface}, {rule.action}"


def test_documentation_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == document(), "make permissions"
