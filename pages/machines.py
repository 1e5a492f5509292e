"""Addresses that machines ask for: robots, sitemaps' sections, how to search, health."""

from typing import Any

from django.contrib.sitemaps import views as sitemaps
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from database.failures import close_broken_connections, unavailability
from mailing.secret_links import secret_prefixes
from publishing.kinds import declared
from publishing.structured_data import absolute


def _sections() -> dict[str, Any]:
    return {name: section for kind in declared() for name, section in kind.sitemaps().items()}


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Answers with the index of its sections."""
    return sitemaps.index(request, sitemaps=_sections(), sitemap_url_name="sitemap_section")


@require_safe
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    return sitemaps.sitemap(request, sitemaps=_sections(), section=section)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    # Results of searches are not here: their page says `noindex`, which only who may read it sees.
    closed = ["/admin/", "/compte/"]
    closed += [path for path in secret_prefixes() if not path.startswith("/compte/")]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        f"Sitemap: {absolute(reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """Answers with what browsers and readers of feeds need to search here by themselves
    (OpenSearch 1.1, draft 6)."""
    return render(
        request,
        "pages/opensearch.xml",
        {
            "results": absolute(reverse("search:results")),
            "feed": absolute(reverse("search:atom")),
            "here": absolute(reverse("opensearch")),
            "icon": absolute("/favicon.ico"),
        },
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Answers whether the portal can serve: the database answers and its tables are those of this
    code."""
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
