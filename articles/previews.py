"""The working copy as readers would see it, for editors and for those they give a link to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from articles.models import Article
from articles.presentation import article_page
from articles.rendering import publication_of
from publishing.previews import kept_private, preview_token


def preview_link(article: Article, by: Any = None) -> str:
    return reverse("articles:shared_preview", args=[preview_token(article, by)])


def preview_response(
    request: HttpRequest,
    article: Article,
    *,
    note: str,
    data: dict[str, Any] | None = None,
    edit_url: str = "",
) -> HttpResponse:
    """The article page of a snapshot (the working copy's by default)."""
    data = data or article.snapshot()
    publication = publication_of(article, data)
    context = article_page(
        request, publication, is_preview=True, preview_note=note, edit_url=edit_url
    )
    return kept_private(render(request, "articles/detail.html", context))
