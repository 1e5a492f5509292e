"""What the article page is made of: the same for readers and for previews."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from articles.models import Publication, PublishedArticleQuerySet
from articles.rendering import listed_in_body
from contents.presentation import share, structures_told
from events.models import EventPublication, PublishedEventQuerySet
from glossary.mentions import explained
from glossary.models import Term
from themes.models import Theme

# « À lire aussi »: as many as are read at the end of a page.
RELATED = 3


def article_page(request: HttpRequest, publication: Publication, **extra: Any) -> dict[str, Any]:
    """Returns the context of `articles/detail.html`, for a publication or for one made for a
    preview."""
    content = publication.content
    in_body = listed_in_body(content) - {publication.article_id}
    listed = _listed(request, in_body)

    def visible(ids: Iterable[int]) -> list[Publication]:
        return [listed[pk] for pk in ids if pk in listed]

    # What was published before there was a glossary explains nothing.
    terms = Term.objects.in_bulk(content.get("terms", [])) if content.get("terms") else {}
    body: list[dict[str, Any]] = []
    for segment in content["body"]:
        if "html" in segment:
            body.append({"html": explained(segment["html"], terms, _mention)})
        elif publications := visible(segment["articles"]):
            publications.sort(key=lambda p: p.published_on, reverse=True)
            body.append({"title": segment["title"], "publications": publications})
    return {
        "publication": publication,
        "body": body,
        "opening": content["opening"],
        "meta": content["meta"],
        "terms": [terms[pk] for pk in content.get("terms", []) if pk in terms],
        "attachments": content["attachments"],
        "related": _related(request, publication, but=in_body),
        "themes": Theme.objects.filter(pk__in=content["themes"]),
        "territories": content.get("territories", []),
        "structures": structures_told(content.get("structures", []), request.user),
        "event": _event(request, content.get("event")),
        "share": share(publication),
        "trail": content["trail"],
        "is_preview": False,
        "preview_note": "",
        "edit_url": "",
        **extra,
    }


def _mention(term: Term, words: str) -> str:
    """Returns the words that lead to their definition, at the end of the page: it opens under the
    text for as long as it is the target, without a script (`.explained` of the style sheet)."""
    return format_html(
        '<a class="term" id="mention:{0}" href="#mot:{0}" role="doc-glossref">{1}</a>',
        term.slug,
        mark_safe(words),  # of the text that was sanitised
    )


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
    return {found.article_id: found for found in _as_rows(publications)}


def _as_rows(publications: PublishedArticleQuerySet) -> PublishedArticleQuerySet:
    """Reads of each what a short row shows."""
    return publications.select_related("type").only(
        "article_id", "slug", "title", "published_on", "audience", "audience_roles", "type__name"
    )


def _related(request: HttpRequest, publication: Publication, *, but: set[int]) -> list[Publication]:
    """Returns what this reader may read of the same themes and territories, in one query: those
    that the editor chose, then those that share the most with it, newest first. One that shares
    nothing is not there, whoever chose it, nor are those `but`, unless they are chosen."""
    content = publication.content
    chosen: list[int] = content["related"]
    # A publication made for a preview has no rows of its own: what was just rendered has the keys.
    places: Any = [place.get("key") for place in content.get("territories", [])]
    if publication.pk:
        own = Publication.territories.through.objects.filter(publication=publication)
        places = own.values("territory")
    shared = {"themes": ("theme", content["themes"]), "territories": ("territory", places)}
    sharing: Q = Q()
    number: Any = Value(0, IntegerField())
    for relation, (column, keys) in shared.items():
        through = getattr(Publication, relation).through.objects.filter(**{f"{column}__in": keys})
        sharing |= Q(pk__in=through.values("publication"))
        counted = through.filter(publication=OuterRef("pk")).order_by().values("publication")
        number += Coalesce(Subquery(counted.annotate(of=Count("pk")).values("of")), 0)
    rank = Case(
        *(When(article_id=pk, then=place) for place, pk in enumerate(chosen)), default=len(chosen)
    )
    found = (
        Publication.objects.visible_to(request.user)
        .filter(sharing)
        .exclude(article_id__in={publication.article_id, *(but - set(chosen))} - {None})
        .annotate(rank=rank, shared=number)
        .order_by("rank", "-shared", "-published_on", "-live_from", "-pk")
    )
    rows = list(_as_rows(found)[: max(RELATED, len(chosen))])
    return [row for place, row in enumerate(rows) if place < RELATED or row.rank < len(chosen)]
