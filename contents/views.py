"""The views that every kind of content has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponsePermanentRedirect
from django.urls import reverse

from contents.models import Content
from media.documents import SHOWN
from media.models import Document
from media.views import document_response
from publishing.kinds import kind_of


def offered_document(
    pk: int,
    *,
    working: type[Content],
    request: HttpRequest,
    is_offered: Callable[[QuerySet[Any]], bool],
) -> FileResponse:
    """Answers with that document to whom something offers it (`is_offered` is asked of a queryset
    of it alone), or who writes contents of that kind and may see it. Raises Http404 to all others.

    Writing opens no document that one may neither change nor read, whichever way it came to be
    attached.
    """
    user: Any = request.user
    wanted = Document.objects.filter(pk=pk)
    opened = is_offered(wanted) or (
        user.has_perm(f"{working._meta.app_label}.change_{working._meta.model_name}")
        and Document.objects.visible_to(user).filter(pk__in=wanted).exists()
    )
    # It is asked all the same, so that one that exists takes no longer to refuse than another.
    found = wanted.first()
    if not opened or found is None:
        raise Http404
    return document_response(found, is_shown=SHOWN in request.GET)


def former_address(
    request: HttpRequest, working: type[Content], slug: str, name: str = ""
) -> HttpResponsePermanentRedirect:
    """Leads from an address that a content had before to its present one: that of its page, or the
    one that has this name. Raises Http404 where the reader may not see it."""
    kind = kind_of(working)
    current = kind.at_address(slug, request.user)
    if current is None:
        raise Http404
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return HttpResponsePermanentRedirect(reverse(name or kind.page, args=[current.slug]) + query)
