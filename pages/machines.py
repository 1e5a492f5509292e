"""Addresses for machines: robots, sitemaps' sections, health."""

from django.contrib.sitemaps import Sitemap
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.sitemaps import ArticleSitemap, SeriesSitemap
from database.failures import close_broken_connections, unavailability
from events.site.sitemaps import EventSitemap
from pages.models import Page
from publishing.structured_data import absolute
from structures.sitemaps import StructureSitemap
from territories.models import Kind, Level, Territory
from themes.models import Theme


class ThemeSitemap(Sitemap[Theme]):
    def items(self) -> list[Theme]:
        return list(Theme.objects.all())


class PageSitemap(Sitemap[str]):
    def items(self) -> list[str]:
        names = (
            "pages:home",
            "articles:list",
            "events:list",
            "structures:list",
            "pages:themes",
            "territories:list",
        )
        lists = [reverse(name) for name in names]
        return lists + [page.get_absolute_url() for page in Page.objects.all()]

    def location(self, item: str) -> str:
        return item


class TerritorySitemap(Sitemap[Territory]):
    """Communes are left to be found from these: 35,000 addresses would hide the articles."""

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


SITEMAPS = {
    "pages": PageSitemap,
    "articles": ArticleSitemap,
    "series": SeriesSitemap,
    "themes": ThemeSitemap,
    "territories": TerritorySitemap,
    "structures": StructureSitemap,
    "events": EventSitemap,
}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /compte/",
        "Disallow: /articles/apercu/",
        "Disallow: /evenements/apercu/",
        "Disallow: /evenements/inscription/",
        "Disallow: /evenements/attestations/",
        f"Sitemap: {absolute(reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Able to serve: the database answers and its tables are those of this code."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")  # migrations take time to be read
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as error:
        close_broken_connections()
        why = unavailability(error) or "unexpected error"
        return HttpResponse(f"database: {why}\n", status=503, content_type="text/plain")
    if missing:
        return HttpResponse("migrations missing\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
