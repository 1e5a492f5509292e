from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from glossary.models import Term
from publishing.kinds import published, with_lists
from search import missed
from search.answers import answers_to, eased
from search.filters import EXACTLY, Filters
from search.finding import LAST, Found, find
from search.french.queries import asked
from search.ranking import Ranked
from search.results import results_of
from search.ways_on import ways_on
from themes.models import Theme

PAGE_SIZE = 20
EXAMPLES = 4


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
    query = asked(request.GET.get("q", ""))
    if not (query.words or query.phrases):
        return render(request, "search/bare.html", _page(asked=query) | _examples())
    user = request.user
    filters = Filters(request.GET)
    path, text = reverse("search:results"), query.text
    number = _as_number(request.GET.get("page", ""))
    found = find(query, filters, user, exactly=filters.exactly, most=PAGE_SIZE * number)
    missed.note(query, filters.gives_nothing or sum(found.everywhere.values()), request)
    page = ResultPages(found).get_page(number)
    # Who narrows or goes on reads the list.
    is_first = page.number == 1 and not filters.is_any
    answers = answers_to(found, user) if is_first or not found.total else None
    shown = results_of(list(page.object_list), found.question, user)
    exactly = filters.query(text, filters.chosen, **{EXACTLY: "1"})
    meant = filters.query(found.suggested, filters.chosen)
    followed = filters.query(found.corrected or text, filters.chosen)
    return render(
        request,
        "search/results.html",
        _page(
            asked=query,
            found=found,
            page_obj=page,
            results=answers.not_repeated_by(shown) if answers else shown,
            most_shown=LAST if found.total > LAST else None,
            answers=answers,
            eased=eased(found.question, user) if found.total else None,
            ways=[] if found.total else ways_on(found, filters, user),
            lists=with_lists(),
            tabs=filters.tabs(found.lines, path, text),
            kinds=filters.chosen["genre"],
            # Kinds are tabs.
            facets=filters.facets(found.lines, found.everywhere, path, text)[1:],
            chips=filters.chips(path, text),
            clear_url=path + filters.query(text, {"genre": filters.chosen["genre"]}),
            unknown=filters.unknown(path, text),
            gives_nothing=filters.gives_nothing,
            exactly=filters.exactly,
            exactly_url=path + exactly,
            meant_url=path + meant,
            rss_url=reverse("search:rss") + followed,
            atom_url=reverse("search:atom") + followed,
        ),
    )


def _page(**context: Any) -> dict[str, Any]:
    trail = [("Accueil", reverse("pages:home")), ("Recherche", None)]
    return {**context, "breadcrumbs": trail}


def _examples() -> dict[str, Any]:
    """Returns searches that find something, whoever asks, and what is coming."""
    visitor = AnonymousUser()
    coming = [
        row
        for kind in published()
        if kind.is_timely
        for row in kind.completed(kind.first_cards(visitor)[:1])
    ]
    themes = Theme.objects.values_list("name", flat=True)[:EXAMPLES]
    terms = Term.objects.order_by("pk").values_list("term", flat=True)[:EXAMPLES]
    return {"themes": themes, "terms": terms, "coming": coming, "lists": with_lists()}
