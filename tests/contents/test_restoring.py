"""A snapshot put back, whatever the kind of content."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models import Article
from events.models import Event
from tests.factories import ArticleFactory, EventFactory, make_document

pytestmark = pytest.mark.django_db


def test_what_it_is_made_of_comes_back_in_order() -> None:
    first, second = ArticleFactory(), ArticleFactory()
    article: Article = ArticleFactory(text="<p>Un.</p>", related=[first, second])
    data = article.snapshot()
    article.blocks.all().delete()
    article.related_articles.filter(target=first).delete()

    assert article.restore_from(data) == []

    assert Article.objects.get(pk=article.pk).snapshot() == data


def test_what_has_a_key_stays_the_same_row() -> None:
    event: Event = EventFactory(sessions=[{"title": "Plénière"}, {"title": "Atelier"}])
    workshop = event.sessions.get(title="Atelier")
    data = event.snapshot()
    event.sessions.filter(title="Plénière").delete()
    event.sessions.create(title="Ajout", starts="10:00", ends="11:00")
    workshop.title = "Autre chose"
    workshop.save()

    assert event.restore_from(data) == []

    assert event.sessions.get(title="Atelier") == workshop
    assert Event.objects.get(pk=event.pk).snapshot() == data


@pytest.mark.parametrize("make", [ArticleFactory, EventFactory])
def test_an_address_taken_since_is_left_out_and_told(make: type[ArticleFactory]) -> None:
    content = make(slug="la-mienne")
    data = content.snapshot()
    content.slug = "une-autre"
    content.save()
    make(slug="la-mienne")

    (told,) = content.restore_from(data)

    kind = content._meta.verbose_name
    taken = f"«\u00a0la-mienne\u00a0» est prise par un autre {kind}"
    assert told == f"adresse\u00a0: {taken}"
    assert content.slug == "une-autre"


def test_what_points_at_nothing_any_more_is_left_out_and_told() -> None:
    gone = make_document("Rapport")
    event: Event = EventFactory()
    event.resources.create(title="Le rapport", document=gone)
    event.resources.create(title="La vidéo", url="https://video.example/1", position=1)
    data = event.snapshot()
    event.resources.all().delete()
    gone.delete()

    assert len(event.restore_from(data)) == 1

    assert [resource.title for resource in event.resources.all()] == ["La vidéo"]


def test_words_below_inherited_fields_are_those_of_each_kind() -> None:
    for name in ("territories", "structures"):
        texts = {model._meta.get_field(name).help_text for model in (Article, Event)}  # type: ignore[union-attr]  # columns of ours
        assert len(texts) == 2


def test_a_preview_leaves_out_what_was_deleted_since() -> None:
    article: Article = ArticleFactory()
    data = {**article.snapshot(), "cover": 0, "series": 0, "event": 0}

    publication: Any = article.freeze(data)

    assert (publication.cover, publication.series, publication.event) == (None, None, None)
