from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def results(request: HttpRequest) -> HttpResponse:
    """The page of results, which asks nobody to type anything yet."""
    return render(request, "search/results.html", {"asked": request.GET.get("q", "")})
