"""What time makes due in the index, which shows nothing wrong until then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from publishing import services
from search.models import Entry, IndexState, WordKey
from search.rebuilding import compare, make_due, rebuild
from tests.factories import ArticleFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_what_has_ended_is_taken_away() -> None:
    article = ArticleFactory.create()
    editor = UserFactory.create()
    services.publish(working=article, by=editor)
    services.archive(working=article, by=editor)
    rebuild()

    make_due()

    assert not Entry.objects.filter(kind="articles").exists()
    assert not compare()


def test_words_that_stand_nowhere_any_more_are_forgotten_within_a_week() -> None:
    rebuild()
    theme = ThemeFactory.create(name="Zoothérapie associative")
    theme.name = "Autre chose"
    theme.save()
    assert WordKey.objects.filter(word="zootherapie").exists()

    make_due()
    assert WordKey.objects.filter(word="zootherapie").exists()

    long_ago = timezone.now() - timedelta(days=8)
    IndexState.objects.update(words_forgotten_at=long_ago)
    make_due()
    assert not WordKey.objects.filter(word="zootherapie").exists()
    assert WordKey.objects.filter(word="chose").exists()


def test_an_index_that_reads_words_in_another_way_is_written_anew() -> None:
    rebuild()
    ThemeFactory.create(name="Cantines solidaires")
    IndexState.objects.update(reading=0)
    Entry.objects.update(title="autrement")

    make_due()

    assert not compare()
    assert IndexState.objects.get().reading > 0
