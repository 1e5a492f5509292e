"""The look-up: suggestions for the form field, and a page of choices without JavaScript."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from territories.lookup import LIMIT, LONGEST_QUERY, MOST_NAMESAKES, Found, find
from territories.models import Level, Territory

CACHE_SECONDS = 3600
# Whoever is sent to a place is told of a place of nearly the same name that has so many times its
# inhabitants.
MUCH_LARGER = 20
FIVE_DIGITS = re.compile(r"\d{2}\s?\d{3}")
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
    # A postal code has all its communes, 46 at most.
    limit = MOST_NAMESAKES if FIVE_DIGITS.fullmatch(query) else LIMIT
    found = find(query, levels=levels, limit=limit) if levels or not unknown else []
    likelier = _likelier(found)
    only = _only_one_meant(found) if "aller" in request.GET else None
    if only is not None and not _wants_json(request):
        return redirect(_address(only, likelier))
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
                "found": [answer for answer in found if answer not in likelier],
                "likelier": likelier,
                "only_resembling": all(answer.resembles for answer in found),
                "unknown_levels": unknown,
                "is_cut": len(found) == limit,
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


def _likelier(found: list[Found]) -> list[Found]:
    """Returns larger places of nearly the same name, where some bear the very name: an error may
    have made it theirs."""
    if not any(answer.exact for answer in found):
        return []
    return [answer for answer in found if answer.resembles]


def _address(only: Territory, likelier: list[Found]) -> str:
    """Returns the page of the place, with what else may have been meant (`plutot`)."""
    address = only.get_absolute_url()
    for answer in likelier:
        if answer.territory.population > only.population * MUCH_LARGER:
            return f"{address}?{urlencode({'plutot': answer.territory.pk})}"
    return address


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
