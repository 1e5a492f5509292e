from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from events.models import EventPublication


class EventSitemap(Sitemap[EventPublication]):
    limit = 5000

    def items(self) -> QuerySet[EventPublication]:
        return (
            EventPublication.objects.visible_to(AnonymousUser())
            .only("slug", "published_on", "updated_on")
            .order_by("-starts_at", "-id")
        )

    def lastmod(self, item: EventPublication) -> date:
        return item.updated_on or item.published_on
