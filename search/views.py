from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from search.filters import Filters
from search.finding import LAST, find
from search.french.queries import asked
from search.models import Entry
from search.results import results_of

PAGE_SIZE = 20


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The page of what is found; the bare box where nothing is asked."""
    question = asked(request.GET.get("q", ""))
    filters = Filters(request.GET)
    path = reverse("search:results")
    found = find(question, filters, request.user, exactly=filters.exactly)
    followed = filters.query(found.corrected or question.text, filters.chosen)
    page = _nearest_page(Paginator(found.entries, PAGE_SIZE), request.GET.get("page", ""))
    return render(
        request,
        "search/results.html",
        {
            "asked": question,
            "found": found,
            "page_obj": page,
            "results": results_of(page.object_list, found.question, request.user),
            "most_shown": LAST if found.total > LAST else None,
            "tabs": filters.tabs(found.lines, path, question.text),
            "kinds": filters.chosen["genre"],
            # Kinds are tabs.
            "facets": filters.facets(found.lines, found.everywhere, path, question.text)[1:],
            "chips": filters.chips(path, question.text),
            "clear_url": path + filters.query(question.text, {"genre": filters.chosen["genre"]}),
            "unknown": filters.unknown(path, question.text),
            "gives_nothing": filters.gives_nothing,
            "exactly": filters.exactly,
            "exactly_url": path + filters.query(question.text, filters.chosen, exactement="1"),
            "rss_url": reverse("search:rss") + followed,
            "atom_url": reverse("search:atom") + followed,
            "breadcrumbs": [("Accueil", reverse("pages:home")), ("Recherche", None)],
        },
    )


def _nearest_page(paginator: Paginator[Entry], asked: str) -> Page[Entry]:
    """Returns the page that is asked for; the first or the last for what is before or after."""
    # No result is so far that its page has more digits.
    number = asked[:9]
    return paginator.get_page(number if number.isdecimal() and int(number) else 1)
