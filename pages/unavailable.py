"""What is answered while the database is away or full: 503, made without asking it anything.

Django ends here whatever raises, in a view, a template or a middleware, so this is the one place
where it is told what is ours to mend (500) from what passes by itself. A disk without room for a
file is told by `media`.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from database.failures import close_broken_connections, unavailability
from media.views import server_error as no_room_or_error
from pages.context_processors import facts, fixed_parts

# The portal is back within some seconds of its database.
RETRY_AFTER = 10  # seconds
READING = "Le portail ne peut pas lire ses données pour le moment. Réessayez dans un instant."
WRITING = (
    "Le portail ne peut pas joindre ses données pour le moment. Ce que vous avez envoyé n’a "
    "peut-être pas été enregistré\u00a0: vérifiez avant de recommencer."
)
SECRET = re.compile(r"password|^code$|credential|secret", re.IGNORECASE)
# No browser shows these as a page.
FILES = (
    ".csv", ".geojson", ".ics", ".json", ".pdf", ".rss", ".atom", ".svg", ".txt", ".xlsx", ".xml",
)  # fmt: skip


def server_error(request: HttpRequest) -> HttpResponse:
    """Answers as `handler500`, which is called while the exception is being handled."""
    if unavailability(sys.exc_info()[1]):
        close_broken_connections()
        return unavailable(request)
    return no_room_or_error(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    is_sending = request.method not in ("GET", "HEAD", "OPTIONS")
    response = _answer(request, is_sending=is_sending)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


def _answer(request: HttpRequest, *, is_sending: bool) -> HttpResponse:
    said = WRITING if is_sending else READING
    match _kind(request):
        case "html":
            context: dict[str, Any] = {
                "portal": facts(),
                "fixed": fixed_parts(),
                "here": request.get_full_path(),
                "is_sending": is_sending,
                **(_sent(request) if is_sending else {}),
            }
            return HttpResponse(render_to_string("503.html", context), status=503)
        case "json":
            return JsonResponse({"error": said}, status=503)
        case _:
            return HttpResponse(f"{said}\n", status=503, content_type="text/plain; charset=utf-8")


def _sent(request: HttpRequest) -> dict[str, Any]:
    """Returns what was typed, for the page to hold: going back asks the portal again for most
    forms, which no browser may keep, and it cannot answer."""
    try:
        fields, files = request.POST.lists(), request.FILES
    except Exception:  # the body itself cannot be read, or no longer
        return {"typed": [], "has_files": False, "came_from": ""}
    typed = [(name, value) for name, values in fields for value in values]
    came_from = request.headers.get("Referer", "")
    return {
        # A password goes into no page.
        "typed": [] if any(SECRET.search(name) for name, _ in typed) else typed,
        "has_files": bool(files),
        "came_from": came_from if _is_ours(came_from, request) else "",
    }


def _is_ours(address: str, request: HttpRequest) -> bool:
    return url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def _kind(request: HttpRequest) -> str:
    """Returns the kind of answer: a page for whoever reads pages or says nothing, few words for the
    rest."""
    accepted = request.headers.get("Accept", "*/*")
    if "text/html" in accepted and request.headers.get("Sec-Fetch-Dest") != "empty":
        return "html"
    if "json" in accepted or request.path.endswith(("json", "/suggestions/")):
        return "json"
    if request.path.endswith(FILES) or request.headers.get("Sec-Fetch-Dest", "document") not in (
        "document",
        "iframe",
    ):
        return "text"
    return "html" if "*/*" in accepted else "text"
