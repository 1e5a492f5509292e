"""Whoever follows rows is told of every way of writing them, in the transaction that writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from database import written
from themes.models import Theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[list[set[Any]]]:
    """What a follower of themes was told, the keys of each time."""
    heard: list[set[Any]] = []
    written.follow(Theme, "a test", lambda model, keys: heard.append(set(keys)))
    yield heard
    del written._followers[Theme]["a test"]


def test_saving_and_deleting_are_told(told: list[set[Any]]) -> None:
    theme = Theme.objects.create(name="Numérique solidaire", slug="numerique-solidaire")
    theme.name = "Le numérique"
    theme.save()
    key = theme.pk
    theme.delete()
    assert told == [{key}, {key}, {key}]


def test_writing_many_at_once_is_told(told: list[set[Any]]) -> None:
    made = Theme.objects.bulk_create(Theme(name=f"N{n}", slug=f"n{n}") for n in range(3))
    keys = {theme.pk for theme in made}
    Theme.objects.filter(pk__in=keys).update(position=7)
    for theme in made:
        theme.position = 8
    Theme.objects.bulk_update(made, ["position"])
    Theme.objects.filter(pk__in=keys).delete()
    assert told[:3] == [keys, keys, keys]
    assert set.union(*told[3:]) == keys


def test_rows_that_an_update_takes_out_of_its_own_condition_are_told(told: list[set[Any]]) -> None:
    theme = Theme.objects.create(name="Ancien", slug="ancien")
    Theme.objects.filter(name="Ancien").update(name="Nouveau")
    assert told[-1] == {theme.pk}


def test_the_follower_writes_within_the_same_transaction(told: list[set[Any]]) -> None:
    def fail(model: Any, keys: Any) -> None:
        raise RuntimeError("nothing was followed")

    written.follow(Theme, "a failing test", fail)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            Theme.objects.create(name="Jamais", slug="jamais")
    finally:
        del written._followers[Theme]["a failing test"]
    assert not Theme.objects.filter(slug="jamais").exists()
