"""Territory pages: what each place is and holds, then what every room knows of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pages.structured_data import place
from publishing.filters import concerned_by
from publishing.shelves import first_shelves
from publishing.structured_data import absolute, as_script, breadcrumb_list
from structures.directory import NAME_OF_LEVEL, Directory, StructureSlices
from structures.local_operators import LocalOperators, contact_data
from structures.nearby import near_of
from structures.presentation import table_of
from territories.models import Department, Geography, Kind, Level, Region, Territory

# So many contents of each kind are listed.
LISTED_CONTENTS = 5
LATEST_YEARS = 8
LISTED_STRUCTURES = 6
COMMUNES_PER_PAGE = 100
MOST_UNFOLDED = 40


@dataclass(frozen=True)
class Children:
    """The territories of one level that lie in the one shown."""

    title: str
    territories: Iterable[Territory]
    count: int
    # They are folded: a region's 160 intercommunalités would hide what comes after them.
    is_long: bool = False


@require_safe
def france(request: HttpRequest) -> HttpResponse:
    departments = list(Department.objects.today().select_related("region").order_by("code"))
    regions = [
        (region, [d for d in departments if d.region_id == region.pk])
        for region in Region.objects.today().exclude(kind=Kind.COLLECTIVITY).order_by("sort_key")
    ]
    trail = [("Accueil", reverse("pages:home")), ("Territoires", None)]
    canonical_url = absolute(reverse("territories:list"))
    return render(
        request,
        "pages/territories/france.html",
        {
            "query": "",
            "regions": regions,
            "collectivities": [d for d in departments if d.kind == Kind.COLLECTIVITY],
            "geography": Geography.objects.first(),
            "breadcrumbs": trail,
            "canonical_url": canonical_url,
            "description": "Les territoires du Dispositif local d’accompagnement : régions, "
            "départements, intercommunalités et communes.",
            "structured_data": as_script(breadcrumb_list(trail, canonical_url)),
        },
    )


@require_safe
def territory(request: HttpRequest, level: str, code: str) -> HttpResponse:
    """Shows a territory. A code that is no more leads to today's territory; so does a
    collectivity's region."""
    shown = asked_for(level, code)
    if shown.get_absolute_url() != request.path:
        return redirect(shown.get_absolute_url(), permanent=True)
    trail = _trail(shown)
    canonical_url = absolute(shown.get_absolute_url())
    shelves = first_shelves(
        request.user,
        most=LISTED_CONTENTS,
        relation="territories",
        things=concerned_by([shown]),
        territoire=str(shown.pk),
    )
    places = _places(shown)
    near = LocalOperators(shown)
    former = Territory.objects.filter(successor=shown).order_by("-vanished_on", "sort_key")
    return render(
        request,
        "pages/territories/territory.html",
        {
            "territory": shown,
            "parents": shown.parents(),
            "near": near,
            **_register(request, shown),
            "children": _children(request, shown),
            "places": places,
            "map_label": "Un point par commune" if places else "",
            "former": former,
            "shelves": shelves,
            "geography": Geography.objects.first(),
            "breadcrumbs": trail,
            "canonical_url": canonical_url,
            "description": f"{shown.name}, {shown.get_kind_display()} : le DLA à contacter, ses "
            "chiffres, des structures accompagnées et des articles.",
            "structured_data": as_script(
                [
                    breadcrumb_list(trail, canonical_url),
                    place(shown),
                    *(contact_data(operator, near) for operator in near.operators),
                ]
            ),
        },
    )


def asked_for(level: str, code: str) -> Territory:
    """Returns the territory that is asked for; raises Http404 where there is none. Communes share
    their addresses with arrondissements municipaux and former names."""
    levels = [level, Level.MUNICIPAL, Level.FORMER] if level == Level.COMMUNE else [level]
    if level not in Level.values or "\x00" in code:
        raise Http404
    found = {
        territory.level: territory
        for territory in Territory.objects.select_related(
            "region", "department", "arrondissement", "epci", "ept", "commune", "successor"
        ).filter(level__in=levels, code=code.upper())
    }
    for wanted in levels:
        if wanted in found:
            return found[wanted]
    raise Http404


def _trail(shown: Territory) -> list[tuple[str, str | None]]:
    above = [p for p in shown.parents() if p.level in (Level.REGION, Level.DEPARTMENT)]
    if shown.commune:
        above.append(shown.commune)
    return [
        ("Accueil", reverse("pages:home")),
        ("Territoires", reverse("territories:list")),
        *((p.name, p.get_absolute_url()) for p in above if p.name != shown.name),
        (shown.name, None),
    ]


def _children(request: HttpRequest, shown: Territory) -> list[Children]:
    """Returns what lies in it by level, the communes of something large by pages."""
    inside = Territory.objects.children_of(shown).order_by("sort_key")
    children = []
    for level, title in (
        (Level.DEPARTMENT, "Départements"),
        (Level.EPCI, "Intercommunalités"),
        (Level.MUNICIPAL, "Arrondissements"),
        (Level.COMMUNE, "Communes"),
    ):
        if level == Level.COMMUNE and shown.level == Level.REGION:
            continue  # there are thousands: they are listed by department
        rows = inside.filter(level=level)
        if level == Level.COMMUNE:
            page = Paginator(rows, COMMUNES_PER_PAGE).get_page(request.GET.get("page"))
            if page.paginator.count:
                children.append(Children(title, page, page.paginator.count))
        elif found := list(rows):
            children.append(Children(title, found, len(found), len(found) > MOST_UNFOLDED))
    return children


def _register(request: HttpRequest, shown: Territory) -> dict[str, Any]:
    """Returns what the DLA did there, exact for whoever sees its supports, and structures that the
    person may be shown. There is nothing for what the register has no filter for
    (arrondissements)."""
    name = NAME_OF_LEVEL.get(Level(shown.level))
    if name is None:
        return {"directory": None}
    query = QueryDict(mutable=True)
    query[name] = shown.code
    directory = Directory(query, request.user)
    figures, by_year = directory.figures, directory.axes["annee"]
    total = figures.total()
    years = table_of(figures, by_year)
    latest = years.bars[:LATEST_YEARS]
    nearby = near_of(directory)
    return {
        "directory": directory,
        "total": total,
        # A column of masked numbers tells nothing.
        "years": replace(years, bars=latest if any(b.row.structures for b in latest) else ()),
        "has_figures": total.structures != 0,
        "nearby": nearby,
        "structures": [] if nearby else StructureSlices(directory)[:LISTED_STRUCTURES],
        "structure_count": directory.selection.count,
        "threshold": settings.SMALL_COUNT,
    }


def _places(shown: Territory) -> list[tuple[float, float]]:
    """Returns the communes of what has no outline of its own, for the map."""
    if shown.level not in (Level.EPCI, Level.ARRONDISSEMENT):
        return []
    communes = Territory.objects.children_of(shown).filter(
        level=Level.COMMUNE, longitude__isnull=False
    )
    return list(communes.values_list("longitude", "latitude"))
