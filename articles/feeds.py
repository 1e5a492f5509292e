"""RSS and Atom of every list: the same filters as the list, and always as a visitor sees it.

A feed reader has no session, and what one person's reader fetched may be shown to another.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

from articles.filters import ArticleFilter
from articles.models import Publication
from publishing.asked import reasons
from publishing.structured_data import absolute

FEED_LENGTH = 30


def _moment(day: Any) -> datetime:
    """Feeds want a time: noon in Paris, so that no time zone moves the day."""
    return timezone.make_aware(datetime.combine(day, time(12)))


class ArticleFeed(Feed[Publication, ArticleFilter]):
    feed_type: type[SyndicationFeed] = Rss201rev2Feed
    view_name = "articles:rss"
    language = "fr"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> ArticleFilter:
        publications = Publication.objects.visible_to(AnonymousUser()).for_lists()
        return ArticleFilter(request.GET, queryset=publications)

    def title(self, obj: ArticleFilter) -> str:
        chips = ", ".join(chip.label for chip in obj.chips(""))
        if obj.gives_nothing:
            return "Portail DLA – Articles : filtre inconnu"
        return f"Portail DLA – Articles : {chips}" if chips else "Portail DLA – Articles"

    def description(self, obj: ArticleFilter) -> str:
        """With what is not known: a reader that was answered an error would drop the feed."""
        about = "Les derniers articles du réseau du Dispositif local d’accompagnement."
        unknown = reasons(obj.unknown(""))
        if obj.gives_nothing:
            return f"{unknown} Ce flux est donc vide."
        return f"{about} {unknown}".strip()

    subtitle = description

    def link(self, obj: ArticleFilter) -> str:
        return absolute(reverse("articles:list") + obj.query(obj.chosen(), obj.missing))

    def feed_url(self, obj: ArticleFilter) -> str:
        return absolute(reverse(self.view_name) + obj.query(obj.chosen(), obj.missing))

    def items(self, obj: ArticleFilter) -> list[Publication]:
        return list(obj.qs[:FEED_LENGTH])

    def item_title(self, item: Publication) -> str:
        return item.title

    def item_description(self, item: Publication) -> str:
        return item.standfirst

    def item_link(self, item: Publication) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Publication) -> str:
        """Stays when the address changes, so that nobody gets the article twice."""
        return absolute(f"/#article-{item.article_id}")

    item_guid_is_permalink = False

    def item_pubdate(self, item: Publication) -> datetime:
        return _moment(item.published_on)

    def item_updateddate(self, item: Publication) -> datetime:
        return _moment(item.updated_on or item.published_on)

    def item_categories(self, item: Publication) -> list[str]:
        return [item.type.name, *(theme.name for theme in item.themes.all())]


class ArticleAtomFeed(ArticleFeed):
    feed_type = Atom1Feed
    view_name = "articles:atom"
