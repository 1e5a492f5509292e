"""RSS and Atom of a list: the same filters as the list, and always as a visitor sees it.

A feed reader has no session, and what one person's reader fetched may be shown to another.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed, SyndicationFeed

from publishing.filter_values import reasons
from publishing.filters import ListFilter
from publishing.structured_data import absolute


def noon(day: Any) -> datetime:
    """Returns noon in Paris: feeds want a time, and no time zone must move the day."""
    return timezone.make_aware(datetime.combine(day, time(12)))


class ContentFeed(Feed[Any, ListFilter]):
    """The feed of the list that `filter_class` filters, in RSS; Atom is a class of its own."""

    # The portal's name comes before the first; the second says what it is about, in French.
    name: ClassVar[str]
    about: ClassVar[str]
    filter_class: ClassVar[type[ListFilter]]
    # The names of the addresses of the page of the list, and of the feed itself.
    list_view: ClassVar[str]
    feed_view: ClassVar[str]
    length: ClassVar[int]

    feed_type: type[SyndicationFeed] = Rss201rev2Feed
    language = "fr"
    item_guid_is_permalink = False

    def get_object(self, request: HttpRequest) -> ListFilter:
        model: Any = self.filter_class.Meta.model
        published = model.objects.visible_to(AnonymousUser()).for_lists()
        return self.filter_class(request.GET, queryset=published)

    def title(self, obj: ListFilter) -> str:
        name = f"{settings.PORTAL_NAME} – {self.name}"
        chips = ", ".join(chip.label for chip in obj.chips(""))
        if obj.gives_nothing:
            return f"{name}\u00a0: filtre inconnu"
        return f"{name}\u00a0: {chips}" if chips else name

    def description(self, obj: ListFilter) -> str:
        """Says what is not known, too: a reader that was answered an error would drop the feed."""
        unknown = reasons(obj.unknown(""))
        if obj.gives_nothing:
            return f"{unknown} Ce flux est donc vide."
        return f"{self.about} {unknown}".strip()

    subtitle = description

    def link(self, obj: ListFilter) -> str:
        return self._address(self.list_view, obj)

    def feed_url(self, obj: ListFilter) -> str:
        return self._address(self.feed_view, obj)

    def _address(self, view: str, obj: ListFilter) -> str:
        return absolute(reverse(view) + obj.query(obj.chosen(), obj.missing))

    def newest_first(self, rows: Any) -> Any:
        """Sorts the newest first, which a reader of feeds shows; by default the list does."""
        return rows

    def items(self, obj: ListFilter) -> list[Any]:
        return list(self.newest_first(obj.qs)[: self.length])

    def item_title(self, item: Any) -> str:
        title: str = item.title
        return title

    def item_description(self, item: Any) -> str:
        standfirst: str = item.standfirst
        return standfirst

    def item_link(self, item: Any) -> str:
        return absolute(item.get_absolute_url())

    def item_pubdate(self, item: Any) -> datetime:
        return noon(item.published_on)

    def item_categories(self, item: Any) -> list[str]:
        return [theme.name for theme in item.themes.all()]
