"""« Où cela apparaîtra »: contents of every kind are found by their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from publishing.kinds import PublishedKind
from publishing.surfaces import Surface
from search.french.words import words


def result_pages(
    kind: PublishedKind, working: Any, data: Mapping[str, Any], user: Any
) -> Iterable[Surface]:
    """Yields the results of a search for the words of its title (`surfaces.declare_pages`)."""
    said = " ".join(word.exact for word in words(data["title"]))
    query = f"?{urlencode({'q': said})}"
    results = reverse("search:results") + query
    yield Surface("Résultats de recherche, par ses mots", results, kind.readers(data))
    yield Surface(
        "Flux RSS et Atom des recherches suivies",
        reverse("search:rss") + query,
        kind.machines(data),
        is_for_machines=True,
    )
