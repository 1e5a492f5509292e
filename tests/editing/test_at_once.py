"""Two people who press « Enregistrer » at the very same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from accounts.models import User
from tests.editing.conftest import Form
from tests.factories import ArticleFactory, StructureFactory

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 4


@pytest.mark.parametrize(
    ("make", "name"), [(ArticleFactory, "title"), (StructureFactory, "short_name")]
)
def test_one_alone_is_saved_and_the_others_are_asked(
    opened: Callable[[User, Any], Form], make: Callable[[], Any], name: str
) -> None:
    row = make()
    forms = [
        opened(User.objects.create_superuser(f"p{n}@reseau.example", "x"), row)
        for n in range(PEOPLE)
    ]
    start = Barrier(PEOPLE)

    def save(number: int) -> int:
        try:
            start.wait()
            status: int = forms[number].post({name: f"Du numéro {number}"}).status_code
            return status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(pool.map(save, range(PEOPLE)))
    assert sorted(answers) == [200] * (PEOPLE - 1) + [302], connection.vendor
    row.refresh_from_db()
    assert getattr(row, name) == f"Du numéro {answers.index(302)}"
