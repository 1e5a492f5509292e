from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from search.filters import Filters
from search.finding import LAST, Found, find
from search.french.queries import asked
from search.ranking import Ranked
from search.results import results_of

PAGE_SIZE = 20


class ResultPages(Paginator[Ranked]):
    """The pages of what was found: of a hundred thousand results, the best are read, and those that
    the page asked for needs."""

    def __init__(self, found: Found) -> None:
        super().__init__(found.entries, PAGE_SIZE)
        self.found = found

    @cached_property
    def count(self) -> int:
        return min(self.found.total, LAST)


def _as_number(page: str) -> int:
    """Returns the number of a page, which may be after the last."""
    return max(int(page[:6]), 1) if page.isdecimal() else 1


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The page of what is found; the bare box where nothing is asked."""
    question = asked(request.GET.get("q", ""))
    filters = Filters(request.GET)
    path = reverse("search:results")
    number = _as_number(request.GET.get("page", ""))
    found = find(question, filters, request.user, exactly=filters.exactly, most=PAGE_SIZE * number)
    page = ResultPages(found).get_page(number)
    followed = filters.query(found.corrected or question.text, filters.chosen)
    return render(
        request,
        "search/results.html",
        {
            "asked": question,
            "found": found,
            "page_obj": page,
            "results": results_of(list(page.object_list), found.question, request.user),
            "most_shown": LAST if found.total > LAST else None,
            "tabs": filters.tabs(found.lines, path, question.text),
            "kinds": filters.chosen["genre"],
            # Kinds are tabs.
            "facets": filters.facets(
                found.lines, found.everywhere, path, question.text, within=found.within
            )[1:],
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
