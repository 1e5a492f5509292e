"""Several people write at the same moment, while the index is written anew."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import Count

from articles.models import Series
from search import rebuilding, storage
from search.models import Entry, IndexState
from structures.models import Structure
from tests.factories import ArticleFactory, SeriesFactory, StructureFactory, ThemeFactory
from tests.search.asking import drift, found
from themes.models import Theme

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 8


def at_once(*acts: Callable[[int], Any]) -> None:
    """Each act is done again and again by a thread of its own; each time all of them begin
    together. None may raise."""
    together = Barrier(len(acts), timeout=60)

    def again(act: Callable[[int], Any]) -> None:
        try:
            for number in range(TIMES):
                together.wait()
                act(number)
        except BaseException:
            together.abort()
            raise
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        raised = [done.exception() for done in [threads.submit(again, act) for act in acts]]
    # The others only waited for the one that raised.
    assert [error for error in raised if not isinstance(error, BrokenBarrierError | None)] == []


def is_right() -> None:
    assert not drift()
    assert not Entry.objects.values("kind", "key").annotate(n=Count("pk")).filter(n__gt=1).exists()


def test_one_article_is_filed_under_what_two_people_rename() -> None:
    """Different rows, which nobody holds for both, write the same entry."""
    theme, series = ThemeFactory(name="Poterie"), SeriesFactory(name="Vannerie")
    ArticleFactory(title="Les lanternes", published=True, themes=[theme], series=series)

    def rename(model: Any, key: int) -> Callable[[int], None]:
        def act(number: int) -> None:
            row = model.objects.get(pk=key)
            row.name = f"Dentelle{number}"
            row.save()

        return act

    at_once(rename(Theme, theme.pk), rename(Series, series.pk))
    is_right()


def test_one_structure_is_saved_deleted_and_made_again_while_all_is_written_anew() -> None:
    structure = StructureFactory(name="Les Lanternes", public=True)
    keys = [StructureFactory(name=f"Torche {number}").pk for number in range(TIMES)]

    def save(number: int) -> None:
        row = Structure.objects.get(pk=structure.pk)
        row.short_name = f"L{number}"
        row.save()

    def update(number: int) -> None:
        Structure.objects.filter(pk=structure.pk).update(description=f"Feu {number}")

    def delete(number: int) -> None:
        with transaction.atomic():
            Structure.objects.get(pk=keys[number]).delete()
            StructureFactory(name=f"Flambeau {number}")

    at_once(save, update, delete, lambda number: rebuilding.rebuild())
    is_right()
    assert found("lanternes") == ["Les Lanternes"]


def test_a_rebuild_that_is_killed_leaves_an_index_and_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(6):
        StructureFactory(name=f"Les Lanternes {number}", public=True)
    before = set(Entry.objects.values_list("pk", flat=True))
    IndexState.objects.update(reading=0)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_wordkey")
    insert, left = storage.insert, [3]

    def killed(rows: Any) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        insert(rows)

    with monkeypatch.context() as patch:
        patch.setattr("search.storage.insert", killed)
        with pytest.raises(KeyboardInterrupt):
            rebuilding.rebuild()
    assert set(Entry.objects.values_list("pk", flat=True)) == before
    assert len(found("lanternes")) == 6
    assert not rebuilding.is_of_today()
    assert "entrées récrites" in rebuilding.make_due()
    assert rebuilding.is_of_today()
    is_right()
