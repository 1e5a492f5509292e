"""Where nothing is found: what would be, counted, so that no way leads to another empty page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from search.counting import lines_of
from search.facets import Lines
from search.filters import EXACTLY, NAMES, Filters
from search.finding import Found, find
from search.french.queries import Asked, asked
from search.questions import all_of
from search.understanding import understood

# So many words are tried alone, in a few queries each.
MOST_WORDS = 5
MOST_YEARS = 3
NO_FILTER: dict[str, tuple[str, ...]] = dict.fromkeys(NAMES, ())
_EXCLUSION = re.compile(r"""(?<!\S)[-−](?:"[^"]*"|«[^»]*»|“[^”]*”|[^\W_]\S*)""")
_QUOTES = re.compile(r"""["«»“”„]""")


@dataclass(frozen=True)
class WayOn:
    """A page that finds so many, and what it asks instead, in French."""

    count: int
    words: str
    url: str


def ways_on(found: Found, filters: Filters, user: Any) -> list[WayOn]:
    """Returns the pages that find something near a question of which nothing is found, counted as
    this person sees them."""
    query = found.question.asked
    if filters.gives_nothing:
        filters = _again(filters, query)
        found = find(query, filters, user, exactly=filters.exactly)
        if found.total:
            return [_way(found.total, "sans le filtre inconnu", filters, query.text)]
    if found.everywhere:
        return list(_with_other_filters(found, filters))
    return list(_with_other_words(query, filters, user))


def _again(filters: Filters, query: Asked, **more: str) -> Filters:
    """Returns what is known of these filters."""
    return Filters(QueryDict(filters.query(query.text, filters.chosen, **more)[1:]))


def _way(count: int, words: str, filters: Filters, text: str, **chosen: Any) -> WayOn:
    query = filters.query(text, {**filters.chosen, **chosen})
    return WayOn(count, words, reverse("search:results") + query)


def _with_other_filters(found: Found, filters: Filters) -> Iterator[WayOn]:
    """Yields the same words without one filter, in other years, in what the territory lies in; or
    without any filter."""
    text = found.question.asked.text
    is_alone = True
    for name in NAMES:
        lines = found.everywhere if name == "territoire" else found.lines
        labels = filters.labels(name) if filters.chosen[name] else []
        if not labels:
            continue
        if name == "annee":
            for year, count in sorted(filters.counts(name, lines).items())[-MOST_YEARS:]:
                yield _way(count, f"en {year}", filters, text, annee=[year])
        if name == "territoire":
            for place, count in filters.wider(lines):
                words = f"pour «\u00a0{place.label}\u00a0»"
                yield _way(count, words, filters, text, territoire=[place.pk])
        if count := filters.total(lines, but=name):
            is_alone = False
            said = "\u00a0», «\u00a0".join(labels)
            which = "le filtre" if len(labels) == 1 else "les filtres"
            words = f"sans {which} «\u00a0{said}\u00a0»"
            yield _way(count, words, filters, text, **{name: ()})
    if is_alone:
        count = sum(found.everywhere.values())
        yield _way(count, "sans aucun filtre", filters, text, **NO_FILTER)


def _with_other_words(query: Asked, filters: Filters, user: Any) -> Iterator[WayOn]:
    """Yields what is found without quotes and exclusions, by words that resemble, or by each word
    alone."""
    if filters.exactly:
        filters = _again(filters, query, **{EXACTLY: ""})
        found = find(query, filters, user)
        if found.total:
            words = "sans chercher exactement ces mots"
            yield _way(found.total, words, filters, query.text)
            return
    plain = asked(_QUOTES.sub(" ", _EXCLUSION.sub(" ", query.text)))
    if plain.text == query.text:
        return  # each word was tried
    found = find(plain, filters, user)
    if not found.everywhere:
        return
    without = "sans guillemets ni mot exclu"
    yield from _counted_way(found.everywhere, found.total, without, filters, plain.text)
    if len(plain.words) > 1:
        for word in plain.words[:MOST_WORDS]:
            typed = plain.text[word.start : word.end]
            node = understood(asked(typed)).node()
            everywhere = lines_of(node, user)
            finer = filters.finer_places
            lines = lines_of(all_of([node, *finer]), user) if finer else everywhere
            alone = f"pour «\u00a0{typed}\u00a0»"
            yield from _counted_way(everywhere, filters.total(lines), alone, filters, typed)


def _counted_way(
    everywhere: Lines, total: int, words: str, filters: Filters, text: str
) -> Iterator[WayOn]:
    """Yields what another text finds, if anything; without filters where these keep nothing of
    it."""
    if total:
        yield _way(total, words, filters, text)
    elif count := sum(everywhere.values()):
        yield _way(count, f"{words}, sans aucun filtre", filters, text, **NO_FILTER)
