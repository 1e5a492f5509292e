"""The working copy as readers would see it, for editors and for those they give a link to."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from articles.models import Article, Publication
from articles.presentation import article_page
from publishing.models import Status
from publishing.services import new_preview_key

LINK_DAYS = 7
SALT = "articles.preview"


def preview_link(article: Article) -> str:
    """The path of a link that opens for a week, or until the links are revoked."""
    key = article.preview_key or new_preview_key(working=article)
    token = signing.dumps({"article": article.pk, "key": key}, salt=SALT)
    return reverse("articles:shared_preview", args=[token])


def article_of(token: str) -> Article | None:
    """The article that a link shows; None when it is forged, expired, revoked or archived."""
    try:
        claim = signing.loads(token, salt=SALT, max_age=LINK_DAYS * 24 * 3600)
    except signing.BadSignature:
        return None
    return (
        Article.objects.filter(pk=claim["article"], preview_key=claim["key"])
        .exclude(status=Status.ARCHIVED)
        .first()
    )


def preview_response(
    request: HttpRequest,
    article: Article,
    *,
    note: str,
    data: dict[str, Any] | None = None,
    edit_url: str = "",
) -> HttpResponse:
    """The article page of a snapshot (the working copy's by default), never cached or indexed."""
    data = data or article.snapshot()
    publication = article.freeze(data)
    assert isinstance(publication, Publication)
    context = article_page(
        request, publication, is_preview=True, preview_note=note, edit_url=edit_url
    )
    response = render(request, "articles/detail.html", context)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
