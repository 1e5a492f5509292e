"""The page that someone reads who tried too often. The limits are in the settings, "Accounts"."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MESSAGE = "Trop d’essais. Réessayez dans cinq minutes."


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answers 429. No limit counts over a longer time than the one given here."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(settings.LONGEST_WAIT)
    response["Cache-Control"] = "private, no-store"
    return response
