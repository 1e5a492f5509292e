"""Previews of working copies: the page that editors see, and links, signed for a week, that show it
to somebody without account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from publishing.kinds import PublishedKind, kind_of
from publishing.models import Publishable, Status
from publishing.services import new_preview_key
from publishing.snapshots import readable

LINK_DAYS = 7


def _salt(kind: PublishedKind) -> str:
    return f"{kind.working_copy._meta.app_label}.preview"


def preview_link(working: Publishable, by: Any = None) -> str:
    """Returns the path of a link that is good for a week, or until the links are revoked. It shows
    no more than `by` may see, who makes it: none reads by it what is reserved to others."""
    kind = kind_of(type(working))
    key = working.preview_key or new_preview_key(working=working)
    claim = {str(working._meta.model_name): working.pk, "key": key}
    if by is not None:
        claim["by"] = by.pk
    return reverse(kind.preview_page, args=[signing.dumps(claim, salt=_salt(kind))])


def preview(
    request: HttpRequest,
    working: Publishable,
    data: Mapping[str, Any],
    *,
    note: str,
    edit_url: str = "",
) -> HttpResponse:
    """Returns the page of a snapshot, as its readers would see it."""
    kind = kind_of(type(working))
    publication = kind.publication_of(working, data)
    context = kind.page_context(
        request, publication, is_preview=True, preview_note=note, edit_url=edit_url
    )
    return _kept_private(render(request, kind.template, context))


@require_safe
def shared_preview(request: HttpRequest, token: str, *, model: type[Publishable]) -> HttpResponse:
    """Shows a working copy as its readers would see it, to whoever holds a link that has not
    expired."""
    kind = kind_of(model)
    claim = _claim(kind, token)
    working = _working_copy(kind, claim) if claim else None
    if claim is None or working is None:
        context = {"breadcrumbs": [], "kind": kind}
        return render(request, "publishing/preview_expired.html", context, status=404)
    return preview(request, working, _shown_to_its_maker(working, claim), note=kind.preview_note)


def _claim(kind: PublishedKind, token: str) -> dict[str, Any] | None:
    """Returns what a link says; None when it is forged or expired."""
    try:
        claim: dict[str, Any] = signing.loads(
            token, salt=_salt(kind), max_age=LINK_DAYS * 24 * 3600
        )
    except signing.BadSignature:
        return None
    return claim


def _working_copy(kind: PublishedKind, claim: Mapping[str, Any]) -> Publishable | None:
    """Returns the working copy that a link shows; None when it is revoked or archived."""
    model = kind.working_copy
    key = claim[str(model._meta.model_name)]
    found = model._default_manager.filter(pk=key, preview_key=claim["key"])
    shown: Publishable | None = found.exclude(status=Status.ARCHIVED).first()
    return shown


def _shown_to_its_maker(working: Publishable, claim: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the snapshot that a link shows: what whoever made it may see, if they are still
    there."""
    data = working.snapshot()
    maker = claim.get("by")
    if maker is None:
        return data
    user = get_user_model()._default_manager.filter(pk=maker, is_active=True).first()
    return readable(type(working), working.part_models(), data, user or AnonymousUser())


def _kept_private(response: HttpResponse) -> HttpResponse:
    """Keeps a preview out of caches and indexes; it tells no other site its address."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
