from __future__ import annotations

import itertools
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from glossary import structured_data
from glossary.models import Term, in_order
from publishing.addresses import moved
from publishing.shelves import first_shelves
from publishing.structured_data import absolute, as_script, breadcrumb_list

# So many articles at most are named under a term.
MOST_EXPLAINING = 10


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    found = in_order()
    breadcrumbs: list[tuple[str, str | None]] = [
        ("Accueil", reverse("pages:home")),
        ("Glossaire", None),
    ]
    address = absolute(reverse("glossary:list"))
    return render(
        request,
        "glossary/terms.html",
        {
            "count": len(found),
            "letters": [
                (letter, list(rows)) for letter, rows in itertools.groupby(found, key=Term.letter)
            ],
            "canonical_url": address,
            "description": "Les sigles et les mots du Dispositif local d’accompagnement et de "
            "l’économie sociale et solidaire, en une ou deux phrases chacun, avec leur source.",
            "breadcrumbs": breadcrumbs,
            "structured_data": as_script(
                [structured_data.defined_term_set(found), breadcrumb_list(breadcrumbs, address)]
            ),
        },
    )


@require_safe
def term(request: HttpRequest, slug: str) -> HttpResponse:
    every = in_order()
    place = next((at for at, one in enumerate(every) if one.slug == slug), None)
    if place is None:
        return moved(request, Term, slug)
    shown = every[place]
    shelves = first_shelves(
        request.user, most=MOST_EXPLAINING, relation="explained_terms", things=[shown.pk]
    )
    breadcrumbs: list[tuple[str, str | None]] = [
        ("Accueil", reverse("pages:home")),
        ("Glossaire", reverse("glossary:list")),
        (shown.term, None),
    ]
    address = absolute(shown.get_absolute_url())
    context: dict[str, Any] = {
        "term": shown,
        "other_forms": shown.other_forms.splitlines(),
        "explaining": [row for shelf in shelves for row in shelf.rows],
        "before": every[place - 1] if place else None,
        "after": every[place + 1] if place + 1 < len(every) else None,
        "canonical_url": address,
        "description": Truncator(f"{shown.heading}\u00a0: {shown.definition}").chars(300),
        "breadcrumbs": breadcrumbs,
        "structured_data": as_script(
            [structured_data.defined_term(shown), breadcrumb_list(breadcrumbs, address)]
        ),
    }
    return render(request, "glossary/term.html", context)
