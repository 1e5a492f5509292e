"""RSS and Atom of the articles (`contents.feeds`)."""

from __future__ import annotations

from datetime import datetime

from django.utils.feedgenerator import Atom1Feed

from articles.filters import ArticleFilter
from articles.models import Publication
from contents.feeds import ContentFeed, noon
from publishing.structured_data import absolute


class ArticleFeed(ContentFeed):
    name = "Articles"
    about = "Les derniers articles du réseau du Dispositif local d’accompagnement."
    filter_class = ArticleFilter
    list_view = "articles:list"
    feed_view = "articles:rss"
    length = 30

    def item_guid(self, item: Publication) -> str:
        """Returns a name that stays when the address changes, so that nobody gets the article
        twice."""
        return absolute(f"/#article-{item.article_id}")

    def item_updateddate(self, item: Publication) -> datetime:
        return noon(item.updated_on or item.published_on)

    def item_categories(self, item: Publication) -> list[str]:
        return [item.type.name, *super().item_categories(item)]


class ArticleAtomFeed(ArticleFeed):
    feed_type = Atom1Feed
    feed_view = "articles:atom"
