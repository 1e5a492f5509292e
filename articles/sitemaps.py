from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from articles.models import Publication, Series


class ArticleSitemap(Sitemap[Publication]):
    limit = 5000

    def items(self) -> QuerySet[Publication]:
        return (
            Publication.objects.visible_to(AnonymousUser())
            .only("slug", "published_on", "updated_on")
            .order_by("-published_on", "-id")
        )

    def lastmod(self, item: Publication) -> date:
        return item.updated_on or item.published_on


class SeriesSitemap(Sitemap[Series]):
    """The series in which a visitor finds something."""

    def items(self) -> QuerySet[Series]:
        public = Publication.objects.visible_to(AnonymousUser())
        return Series.objects.filter(pk__in=public.values("series"))
