"""A search that is followed: RSS and Atom of the contents that it finds, as a visitor sees it.

What was published last comes first, whatever it is worth to the search. What has no day of its own
(structures, territories, terms) is not there: nothing would tell what is new of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

from contents.feeds import noon
from publishing.filter_values import reasons
from publishing.kinds import Card, PublishedKind, published
from publishing.structured_data import absolute
from search.filters import Filters
from search.french.queries import Asked, asked
from search.models import Entry
from search.questions import all_of
from search.storage import matching
from search.understanding import understood

LENGTH = 30


@dataclass(frozen=True)
class Followed:
    """What is followed, and the address by which."""

    asked: Asked
    filters: Filters
    address: str


@dataclass(frozen=True)
class Item:
    kind: PublishedKind
    row: Any
    card: Card


class SearchFeed(Feed[Item, Followed]):
    """In RSS; Atom is a class of its own."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed
    language = "fr"
    item_guid_is_permalink = False

    def get_object(self, request: HttpRequest) -> Followed:
        question = asked(request.GET.get("q", ""))
        return Followed(question, Filters(request.GET), request.get_full_path())

    def title(self, obj: Followed) -> str:
        name = f"{settings.PORTAL_NAME} – Recherche"
        if obj.filters.gives_nothing:
            return f"{name}\u00a0: filtre inconnu"
        words = [f"«\u00a0{obj.asked.text}\u00a0»"] if obj.asked.text else []
        said = ", ".join([*words, *obj.filters.labels()])
        return f"{name}\u00a0: {said}" if said else name

    def description(self, obj: Followed) -> str:
        """Says what is not known, too: a reader that was answered an error would drop the feed."""
        unknown = reasons(obj.filters.unknown("", ""))
        if obj.filters.gives_nothing:
            return f"{unknown} Ce flux est donc vide."
        if not obj.asked.text:
            return "Ce flux est vide\u00a0: il suit une recherche, et rien n’est cherché."
        about = "Ce qui est publié et répond à cette recherche, le plus récent d’abord."
        return f"{about} {unknown}".strip()

    subtitle = description

    def link(self, obj: Followed) -> str:
        query = obj.filters.query(obj.asked.text, obj.filters.chosen)
        return absolute(reverse("search:results") + query)

    def feed_url(self, obj: Followed) -> str:
        return absolute(obj.address)

    def items(self, obj: Followed) -> list[Item]:
        question, filters, visitor = understood(obj.asked), obj.filters, AnonymousUser()
        if question.is_empty or filters.gives_nothing:
            return []
        visible = Entry.objects.visible_to(visitor).filter(filters.condition())
        found = matching(
            visible.filter(live_from__isnull=False), all_of([question.node(), *filters.nodes()])
        ).order_by("-live_from", "pk")
        keys = list(found.values_list("kind", "key")[:LENGTH])
        items: dict[tuple[str, str], Item] = {}
        for kind in published():
            if wanted := [key for name, key in keys if name == kind.name]:
                for row in kind.all_shown(visitor).filter(pk__in=wanted):
                    items[kind.name, str(row.pk)] = Item(kind, row, kind.card(row))
        return [items[key] for key in keys if key in items]

    def item_title(self, item: Item) -> str:
        card = item.card
        return f"{card.state}\u00a0: {card.title}" if card.state else card.title

    def item_description(self, item: Item) -> str:
        summary = item.kind.summary(item.row)
        if not item.kind.is_timely:
            return summary
        when = ", ".join(filter(None, [item.card.when, item.card.sort]))
        return f"{when}. {summary}"

    def item_link(self, item: Item) -> str:
        return absolute(item.card.url)

    def item_guid(self, item: Item) -> str:
        """Returns a name that stays when the address changes, so that nobody gets it twice."""
        owner = item.kind.owner
        return absolute(f"/#{owner}-{getattr(item.row, f'{owner}_id')}")

    def item_pubdate(self, item: Item) -> datetime:
        return noon(item.row.published_on)

    def item_updateddate(self, item: Item) -> datetime:
        published_at: datetime = item.row.live_from
        return published_at

    def item_categories(self, item: Item) -> list[str]:
        return [item.kind.title, *(theme.name for theme in item.row.themes.all())]


class SearchAtomFeed(SearchFeed):
    feed_type = Atom1Feed
