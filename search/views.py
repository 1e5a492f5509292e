from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from search.filters import Filters
from search.finding import find
from search.french.queries import asked
from search.results import results_of

PAGE_SIZE = 20


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The page of what is found; the bare box where nothing is asked."""
    question = asked(request.GET.get("q", ""))
    filters = Filters(request.GET)
    path = reverse("search:results")
    found = find(question, filters, request.user, exactly=request.GET.get("exactement") == "1")
    page = Paginator(found.entries, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "search/results.html",
        {
            "asked": question,
            "found": found,
            "page_obj": page,
            "results": results_of(list(page.object_list), found.question, request.user),
            "facets": filters.facets(found.lines, found.everywhere, path, question.text),
            "chips": filters.chips(path, question.text),
            "clear_url": path + filters.query(question.text, {}),
            "unknown": filters.unknown(path, question.text),
            "gives_nothing": filters.gives_nothing,
            "exactly_url": path + filters.query(question.text, filters.chosen, exactement="1"),
            "breadcrumbs": [("Accueil", reverse("pages:home")), ("Recherche", None)],
        },
    )
