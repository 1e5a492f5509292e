"""The cards by which contents of every kind are searched."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils import timezone

from media.models import Document, DocumentText
from media.texts import texts_of
from publishing.index_cards import IndexCard
from territories.models import Territory
from themes.models import Theme

# Joins what stands in several places of a page, so that no sentence runs over from one to the next.
APART = "\n"


def rows_to_index(model: Any, keys: Collection[Any]) -> Any:
    """Returns those of these publications that are online or wait for their day, with what their
    cards tell."""
    ahead = Q(live_until=None) | Q(live_until__gt=timezone.now())
    rows = model._base_manager.filter(ahead, pk__in=keys)
    return rows.prefetch_related("themes", "territories")


def content_card(row: Any, **own: Any) -> IndexCard:
    """Returns the card of a publication, its documents apart; `own` is what its kind says besides
    or instead, with its keywords in `lead`."""
    themes = row.themes.all()
    territories = row.territories.all()
    names = [theme.name for theme in themes] + [place.name for place in territories]
    lead = [row.standfirst, *own.pop("lead", ()), *names]
    said = {
        "key": row.pk,
        "title": row.title,
        "lead": [words for words in lead if words],
        "audience": row.audience,
        "audience_roles": row.audience_roles,
        "live_from": row.live_from,
        "live_until": row.live_until,
        "day": row.published_on,
        "themes": [theme.pk for theme in themes],
        "territories": [place.pk for place in territories],
    }
    return IndexCard(**(said | own))


def with_documents(cards: list[tuple[IndexCard, Collection[int]]]) -> Iterator[IndexCard]:
    """Yields the cards with the text of the documents of these keys, read together."""
    keys = {key for _, offered in cards for key in offered}
    texts = texts_of(Document.objects.filter(pk__in=keys)) if keys else {}
    for card, offered in cards:
        pages = [text for key in offered for _, text in texts.get(key, ())]
        yield replace(card, documents=pages) if pages else card


def followed_by_contents(model: Any) -> dict[type[Any], Any]:
    """Returns what contents of that model tell of rows of others (`Kind.followed`)."""

    def through(path: str) -> Any:
        def those(keys: Collection[Any]) -> Any:
            rows = model._base_manager.filter(**{f"{path}__in": keys})
            return rows.values_list("pk", flat=True).distinct()

        return those

    def in_territories(keys: Collection[Any]) -> Any:
        # What took the place of another tells where it lies.
        there = Q(territories__in=keys) | Q(territories__successor__in=keys)
        return model._base_manager.filter(there).values_list("pk", flat=True).distinct()

    return {
        Theme: through("themes"),
        Territory: in_territories,
        Document: through("documents"),
        DocumentText: through("documents"),  # whose key is its document's
    }
