"""What the article page is made of: the same for readers and for previews."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from articles.models import Publication
from articles.rendering import article_ids
from contents.presentation import structures_told
from events.models import EventPublication, PublishedEventQuerySet
from themes.models import Theme


def article_page(request: HttpRequest, publication: Publication, **extra: Any) -> dict[str, Any]:
    """Returns the context of `articles/detail.html`, for a publication or for one made for a
    preview."""
    content = publication.content
    listed = _listed(request, article_ids(content) - {publication.article_id})

    def visible(ids: Iterable[int]) -> list[Publication]:
        return [listed[pk] for pk in ids if pk in listed]

    body = []
    for segment in content["body"]:
        if "html" in segment:
            body.append(segment)
        elif publications := visible(segment["articles"]):
            publications.sort(key=lambda p: p.published_on, reverse=True)
            body.append({"title": segment["title"], "publications": publications})
    return {
        "publication": publication,
        "body": body,
        "opening": content["opening"],
        "meta": content["meta"],
        "attachments": content["attachments"],
        "related": visible(content["related"]),
        "themes": Theme.objects.filter(pk__in=content["themes"]),
        "territories": content.get("territories", []),
        "structures": structures_told(content.get("structures", []), request.user),
        "event": _event(request, content.get("event")),
        "trail": content["trail"],
        "is_preview": False,
        "preview_note": "",
        "edit_url": "",
        **extra,
    }


def _event(request: HttpRequest, event_id: int | None) -> EventPublication | None:
    """Returns what the article reports on, for who may see it."""
    if event_id is None:
        return None
    visible: PublishedEventQuerySet = EventPublication.objects.visible_to(request.user)
    return visible.for_lists().filter(event=event_id).first()


def _listed(request: HttpRequest, ids: set[int]) -> dict[int, Publication]:
    """Returns by article what this reader may see of those that the page points at: what a short
    row shows, in one query."""
    if not ids:
        return {}
    publications = Publication.objects.visible_to(request.user).filter(article_id__in=ids)
    shown = publications.select_related("type").only(
        "article_id", "slug", "title", "published_on", "audience", "audience_roles", "type__name"
    )
    return {found.article_id: found for found in shown}
