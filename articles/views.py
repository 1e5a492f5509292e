"""Public pages. Everything that readers get comes from `Publication.objects.visible_to(user)`."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.filters import ArticleFilter
from articles.models import Article, Publication, Series
from articles.presentation import article_page
from contents.views import former_address, offered_document
from publishing.addresses import moved
from publishing.structured_data import absolute, as_script, breadcrumb_list

PAGE_SIZE = 20


def paginated(request: HttpRequest, publications: QuerySet[Any]) -> Any:
    """Returns the page that `?page=` asks for; the nearest one when it does not exist."""
    return Paginator(publications, PAGE_SIZE).get_page(request.GET.get("page"))


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    articles = ArticleFilter(
        request.GET, queryset=Publication.objects.visible_to(request.user).for_lists()
    )
    path = reverse("articles:list")
    query = articles.query(articles.chosen())
    same = articles.query(articles.chosen(), articles.missing)
    page = paginated(request, articles.qs)
    chips = articles.chips(path)
    canonical_url = absolute(path + query)
    breadcrumbs = [("Accueil", reverse("pages:home")), ("Articles", None)]
    return render(
        request,
        "articles/list.html",
        {
            "heading": "Articles",
            "page_obj": page,
            "result_count": page.paginator.count,
            "facets": articles.facets(path),
            "chips": chips,
            "clear_url": path,
            "unknown": articles.unknown(path),
            "gives_nothing": articles.gives_nothing,
            "rss_url": reverse("articles:rss") + same,
            "atom_url": reverse("articles:atom") + same,
            "canonical_url": canonical_url,
            "description": "Décryptages, retours d’expérience, portraits et publications du "
            "réseau du Dispositif local d’accompagnement.",
            "breadcrumbs": breadcrumbs,
            "structured_data": as_script(breadcrumb_list(breadcrumbs, canonical_url)),
        },
    )


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    shown = Series.objects.filter(slug=slug).first()
    if shown is None:
        return moved(request, Series, slug)
    publications = Publication.objects.visible_to(request.user).filter(series=shown).for_lists()
    page = paginated(request, publications)
    query = f"?serie={shown.slug}"
    return render(
        request,
        "articles/series.html",
        {
            "series": shown,
            "page_obj": page,
            "result_count": page.paginator.count,
            "rss_url": reverse("articles:rss") + query,
            "atom_url": reverse("articles:atom") + query,
            "canonical_url": absolute(shown.get_absolute_url()),
            "description": f"Les articles de la série « {shown.name} ».",
            "breadcrumbs": [
                ("Accueil", reverse("pages:home")),
                ("Articles", reverse("articles:list")),
                (shown.name, None),
            ],
        },
    )


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    publication = (
        Publication.objects.visible_to(request.user)
        .filter(slug=slug)
        # The rest is rendered in its content.
        .only("article_id", "slug", "title", "seo_title", "audience", "audience_roles", "content")
        .first()
    )
    if publication is None:
        return former_address(request, Article, slug)
    edit_url = ""
    if request.user.is_authenticated and _may_change(request.user, publication.article_id):
        edit_url = reverse("admin:articles_article_change", args=[publication.article_id])
    return render(
        request, "articles/detail.html", article_page(request, publication, edit_url=edit_url)
    )


@require_safe
def document(request: HttpRequest, pk: int) -> FileResponse:
    """Answers with a document, to those who may read an article that offers it, or who write one
    that does."""
    readable = Publication.objects.visible_to(request.user)
    return offered_document(
        pk,
        working=Article,
        request=request,
        is_offered=lambda wanted: readable.filter(documents__in=wanted).exists(),
    )


def _may_change(user: Any, article_id: int) -> bool:
    return (
        user.has_perm("articles.change_article")
        and Article.objects.changeable_by(user).filter(pk=article_id).exists()
    )
