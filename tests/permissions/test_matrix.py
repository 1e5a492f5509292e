"""Every person on every surface and action, asked through HTTP."""

import pytest

from tests.permissions.document import PATH, document
from tests.permissions.matrix import RULES
from tests.permissions.world import PEOPLE, Person, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_each_person_may_do_what_the_matrix_says(person: Person) -> None:
    client = person.client()
    for surface in dict.fromkeys(rule.surface for rule in RULES):
        world = World()  # a surface's actions may change it
        for rule in RULES:
            if rule.surface == surface:
                answer = rule.ask(client, world)
                assert answer == (person in rule.allowed), f"{rule.surface}, {rule.action}"


def test_documentation_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == document(), "make permissions"
