"""Signed links that show a working copy to somebody without account, for a week."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models import Model
from django.http import HttpResponse

from publishing.models import Publishable, Status
from publishing.services import new_preview_key
from publishing.snapshots import readable

LINK_DAYS = 7

P = TypeVar("P", bound=Publishable)


def _salt(model: type[Publishable]) -> str:
    return f"{model._meta.app_label}.preview"


def preview_token(working: Publishable, by: Any = None) -> str:
    """Good for a week, or until the links are revoked. It shows no more than `by` may see, who
    makes it: none reads by it what is reserved to others."""
    key = working.preview_key or new_preview_key(working=working)
    claim = {str(working._meta.model_name): working.pk, "key": key}
    if by is not None:
        claim["by"] = by.pk
    return signing.dumps(claim, salt=_salt(type(working)))


def working_copy_of(model: type[P], token: str) -> P | None:
    """What a link shows; None when it is forged, expired, revoked or archived."""
    try:
        claim = signing.loads(token, salt=_salt(model), max_age=LINK_DAYS * 24 * 3600)
    except signing.BadSignature:
        return None
    return (
        model._default_manager.filter(
            pk=claim[str(model._meta.model_name)], preview_key=claim["key"]
        )
        .exclude(status=Status.ARCHIVED)
        .first()
    )


def shown_by(
    working: Publishable, parts: Mapping[str, type[Model]], token: str
) -> dict[str, Any] | None:
    """Of a link that `working_copy_of` opened: the snapshot that it shows. None: the working copy
    as it is."""
    maker = signing.loads(token, salt=_salt(type(working))).get("by")
    if maker is None:
        return None
    user = get_user_model()._default_manager.filter(pk=maker, is_active=True).first()
    return readable(type(working), parts, working.snapshot(), user or AnonymousUser())


def kept_private(response: HttpResponse) -> HttpResponse:
    """A preview is neither cached nor indexed, and tells no other site its address."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
