"""The sections of the sitemap whose pages are here."""

from __future__ import annotations

from django.contrib.sitemaps import Sitemap
from django.db.models import Q, QuerySet
from django.urls import reverse

from pages.models import Page
from publishing.kinds import in_menu
from territories.models import Kind, Level, Territory
from themes.models import Theme


class ThemeSitemap(Sitemap[Theme]):
    def items(self) -> list[Theme]:
        return list(Theme.objects.all())


class PageSitemap(Sitemap[str]):
    def items(self) -> list[str]:
        lists = [kind.list_url() for kind in in_menu()]
        pages = [page.get_absolute_url() for page in Page.objects.all()]
        return [reverse("pages:home"), *lists, *pages]

    def location(self, item: str) -> str:
        return item


class TerritorySitemap(Sitemap[Territory]):
    """The sitemap of territories. Communes are left to be found from these: 35,000 addresses would
    hide the articles."""

    limit = 5000
    changefreq = "monthly"

    def items(self) -> QuerySet[Territory]:
        levels = (Level.REGION, Level.DEPARTMENT, Level.EPCI)
        told_by_department = Q(level=Level.REGION, kind=Kind.COLLECTIVITY)
        return (
            Territory.objects.today()
            .filter(level__in=levels)
            .exclude(told_by_department)
            .select_related("successor")
            .order_by("level", "code")
        )
