from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from structures.models import Structure


class StructureSitemap(Sitemap[Structure]):
    """Those that agreed to be shown."""

    limit = 5000

    def items(self) -> QuerySet[Any]:
        return (
            Structure.objects.visible_to(AnonymousUser()).order_by("pk").only("slug", "changed_at")
        )

    def lastmod(self, item: Structure) -> Any:
        return item.changed_at
