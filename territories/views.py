"""The look-up: suggestions for the form field, and a page of choices without JavaScript."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from territories.lookup import LIMIT, LONGEST_QUERY, Found, find
from territories.models import Level, Territory

CACHE_SECONDS = 3600
# An answer tells so much of what does not exist.
LONGEST_TOLD = 40


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`?q=` what was typed, `?niveau=` the levels wanted (repeatable; where none is known, nothing
    is found).

    JSON where it is asked for (`Accept`, or `?format=json`), with
    `{"query", "results": [{"id", "level", "code", "label", "detail", "url"}]}`, and `"unknown"`,
    the levels that do not exist, where there are any; a page otherwise.
    With `aller`, the page of the territory of that very name or code, where only one is meant.
    """
    query = request.GET.get("q", "").replace("\x00", "")[:LONGEST_QUERY].strip()
    asked = [value for value in dict.fromkeys(request.GET.getlist("niveau")) if value]
    levels = [Level(value) for value in asked if value in Level.values]
    unknown = [value[:LONGEST_TOLD] for value in asked if value not in Level.values]
    found = find(query, levels=levels) if levels or not unknown else []
    only = _only_one_meant(found) if "aller" in request.GET else None
    if only is not None and not _wants_json(request):
        return redirect(only)
    if _wants_json(request):
        response: HttpResponse = JsonResponse(
            {
                "query": query,
                "results": [_as_data(answer) for answer in found],
                **({"unknown": unknown} if unknown else {}),
            }
        )
    else:
        response = render(
            request,
            "territories/search.html",
            {
                "query": query,
                "found": found,
                "unknown_levels": unknown,
                "is_cut": len(found) == LIMIT,
                "description": "Trouver une région, un département, une intercommunalité ou une "
                "commune par son nom ou son code.",
                "canonical_url": settings.SITE_URL + reverse("territories:search"),
                "breadcrumbs": [
                    ("Accueil", "/"),
                    ("Territoires", reverse("territories:list")),
                    ("Recherche", None),
                ],
            },
        )
    response["Vary"] = "Accept"
    if _wants_json(request):
        # The answer is the same for everyone, and changes once a year.
        response["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    return response


def _only_one_meant(found: list[Found]) -> Territory | None:
    """Returns the territory where only one is meant. Namesakes of one department (a commune and its
    arrondissement, Paris three times) have the same people to call: the first of them will do."""
    certain = [answer.territory for answer in found if answer.exact]
    places = [place for place in certain if place.level != Level.ARRONDISSEMENT] or certain
    if len(places) > 1 and len({place.department_id or place.pk for place in places}) > 1:
        return None
    return places[0] if places else None


def _wants_json(request: HttpRequest) -> bool:
    if asked := request.GET.get("format"):
        return asked == "json"
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _as_data(answer: Found) -> dict[str, Any]:
    territory = answer.territory
    return {
        "id": territory.pk,
        "level": territory.level,
        "code": territory.code,
        "label": answer.label,
        "detail": answer.detail,
        "url": territory.get_absolute_url(),
    }
