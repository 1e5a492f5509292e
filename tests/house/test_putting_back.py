"""Tests that commit leave what migrations wrote, and nothing else."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from tests.factories import ArticleFactory, UserFactory
from themes.models import Theme

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("putting back")]


def _contents() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # our own names
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


@pytest.fixture(scope="module")
def seen() -> list[dict[str, list[str]]]:
    return []


@pytest.mark.parametrize("time", [1, 2])
def test_each_finds_the_database_as_migrations_left_it(
    time: int, seen: list[dict[str, list[str]]]
) -> None:
    seen.append(_contents())
    assert seen[0] == seen[-1]
    assert seen[0]["auth_group"]
    assert not seen[0]["accounts_user"]

    ArticleFactory(published=True)
    UserFactory(group="Rédaction")
    Theme.objects.first().delete()  # type: ignore[union-attr]  # migrations write some
    Group.objects.filter(name="Contribution").update(name="Autre")
