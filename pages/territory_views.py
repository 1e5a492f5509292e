"""Territory pages: what each place is and holds, then what every room knows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pages.structured_data import place
from publishing.filters import concerned_by, spoken_of
from publishing.shelves import first_shelves
from publishing.structured_data import absolute, as_script, breadcrumb_list
from structures.local_operators import LocalOperators, contact_data
from structures.local_register import LocalRegister
from territories.models import Department, Geography, Kind, Level, Region, Territory

# So many contents of each kind are listed.
LISTED_CONTENTS = 5
# So many others of what concerns every territory: events online.
LISTED_EVERYWHERE = 3
LATEST_YEARS = 8
LISTED_STRUCTURES = 6
# More are folded behind their initials; so many stand for them.
MOST_UNFOLDED = 40
MOST_POPULATED = 12
TITLES = {
    Level.EPCI: "Intercommunalités",
    Level.MUNICIPAL: "Arrondissements",
    Level.COMMUNE: "Communes",
}


@dataclass(frozen=True)
class Child:
    name: str
    url: str
    population: int


@dataclass(frozen=True)
class Initial:
    """A letter behind which territories are folded."""

    letter: str
    count: int
    is_open: bool


@dataclass(frozen=True)
class Children:
    """The territories of one level that lie in the one shown. Many are folded behind their
    initials: the most populated stand for them until a letter is asked for, a page at a time."""

    level: Level
    title: str
    count: int
    shown: Sequence[Child] | Page[Child]
    initials: tuple[Initial, ...] = ()

    @property
    def letter(self) -> str:
        """The letter that is asked for; empty for none."""
        return next((initial.letter for initial in self.initials if initial.is_open), "")


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
    geography = Geography.objects.first()
    shelves = first_shelves(
        request.user,
        most=LISTED_CONTENTS,
        relation="territories",
        things=spoken_of(concerned_by([shown])),
        most_everywhere=LISTED_EVERYWHERE,
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
            "register": _register(request, shown),
            "threshold": settings.SMALL_COUNT,
            "children": _children(request, shown, geography),
            "places": places,
            "map_label": "Un point par commune" if places else "",
            "former": former,
            "instead": _instead(request),
            "shelves": shelves,
            "geography": geography,
            "breadcrumbs": trail,
            "canonical_url": canonical_url,
            "description": f"{shown.name}, {shown.get_kind_display()} : le DLA à contacter, ses "
            "chiffres, des structures accompagnées et des articles.",
            "structured_data": as_script(
                [
                    breadcrumb_list(trail, canonical_url),
                    place(shown),
                    *(contact_data(operator, [shown]) for operator in near.operators),
                ]
            ),
        },
    )


def _instead(request: HttpRequest) -> Territory | None:
    """Returns a larger place of nearly the same name, where the look-up says that it may have been
    meant (`territories.views.search`)."""
    key = request.GET.get("plutot", "").replace("\x00", "")
    if not key:
        return None
    return Territory.objects.today().select_related("department").filter(pk=key).first()


def asked_for(level: str, code: str) -> Territory:
    """Returns the territory that is asked for; raises Http404 where there is none. Communes share
    their addresses with arrondissements municipaux and former names."""
    levels = [level, Level.MUNICIPAL, Level.FORMER] if level == Level.COMMUNE else [level]
    if level not in Level.values or "\x00" in code:
        raise Http404
    found = {
        territory.level: territory
        for territory in Territory.objects.filter(level__in=levels, code=code.upper())
    }
    for wanted in levels:
        if wanted in found:
            return _with_what_is_around(found[wanted])
    raise Http404


AROUND = ("region", "department", "arrondissement", "epci", "ept", "commune", "successor")


def _with_what_is_around(territory: Territory) -> Territory:
    """Reads at once all that the territory points at. Joining the table seven times to itself takes
    longer than asking it twice."""
    keys = {name: getattr(territory, f"{name}_id") for name in AROUND}
    around = Territory.objects.in_bulk({key for key in keys.values() if key})
    for name, key in keys.items():
        if key:
            setattr(territory, name, around[key])
    return territory


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


# Code, name, key by which names are sorted, population.
Row = tuple[str, str, str, int]


@lru_cache(maxsize=128)
def lying_in(shown: Territory, loaded_at: datetime | None) -> Mapping[Level, Sequence[Row]]:
    """Returns what lies in it by level, in the order of names: read once a process, until the
    geography is loaded again. A region's departments are told with whom to call there, its
    thousands of communes by department."""
    levels = [Level.EPCI] if shown.level == Level.REGION else [*TITLES]
    by_level: dict[Level, list[Row]] = {level: [] for level in levels}
    inside = Territory.objects.children_of(shown).filter(level__in=levels).order_by("sort_key")
    for level, *row in inside.values_list("level", "code", "name", "sort_key", "population"):
        by_level[Level(level)].append((row[0], row[1], row[2], row[3]))
    return by_level


def _children(
    request: HttpRequest, shown: Territory, geography: Geography | None
) -> list[Children]:
    return [
        _group(request, level, TITLES[level], rows)
        for level, rows in lying_in(shown, geography.loaded_at if geography else None).items()
        if rows
    ]


def _group(request: HttpRequest, level: Level, title: str, rows: Sequence[Row]) -> Children:
    if len(rows) <= MOST_UNFOLDED:
        return Children(level, title, len(rows), _as_children(level, rows))
    counts = Counter(key[:1].upper() for _, _, key, _ in rows)
    asked = request.GET.get("lettre", "")[:1].upper()
    initials = tuple(Initial(letter, counts[letter], letter == asked) for letter in sorted(counts))
    if asked not in counts:
        most_populated = sorted(rows, key=lambda row: -row[3])[:MOST_POPULATED]
        return Children(level, title, len(rows), _as_children(level, most_populated), initials)
    of_letter = _as_children(level, [row for row in rows if row[2][:1].upper() == asked])
    page = Paginator(of_letter, MOST_UNFOLDED).get_page(request.GET.get("page"))
    return Children(level, title, len(rows), page, initials)


def _as_children(level: Level, rows: Iterable[Row]) -> list[Child]:
    # Communes share their addresses with arrondissements municipaux. One address is made, and the
    # others from it: there may be dozens.
    named = Level.COMMUNE if level == Level.MUNICIPAL else level
    address = reverse("territories:detail", args=[named, "CODE"])
    return [
        Child(name, address.replace("CODE", code), population) for code, name, _, population in rows
    ]


def _register(request: HttpRequest, shown: Territory) -> LocalRegister | None:
    try:
        return LocalRegister(shown, request.user, years=LATEST_YEARS, structures=LISTED_STRUCTURES)
    except LookupError:
        return None


def _places(shown: Territory) -> list[tuple[float, float]]:
    """Returns the communes of what has no outline of its own, for the map."""
    if shown.level not in (Level.EPCI, Level.ARRONDISSEMENT):
        return []
    communes = Territory.objects.children_of(shown).filter(
        level=Level.COMMUNE, longitude__isnull=False
    )
    return list(communes.values_list("longitude", "latitude"))
