"""Public pages: the directory in its three views, a structure, an operator. Structures come from
`visible_to(user)`; counts of the others, from `register.figures`, which masks them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from publishing.addresses import moved
from publishing.shelves import all_shelves
from publishing.structured_data import absolute, as_script, breadcrumb_list
from structures.directory import FIGURES, MAP, Directory
from structures.local_operators import contact_data
from structures.maps import map_of
from structures.models import Operator, Structure, Support
from structures.nearby import near_of
from structures.nomenclature import Approval
from structures.presentation import figure_tables, identity, organisation
from structures.sight import Sight
from themes.models import Theme

HOME = ("Accueil", "/")
# So many articles are named beside what came of a support; all of them are below.
MOST_TOLD_IN = 3


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    shown = Directory(request.GET, request.user)
    canonical_url = absolute(shown.url())
    breadcrumbs = [HOME, ("Structures", None)]
    context: dict[str, Any] = {
        "directory": shown,
        "count": shown.selection.count,
        "threshold": settings.SMALL_COUNT,
        "breadcrumbs": breadcrumbs,
        "canonical_url": canonical_url,
        "description": "Les structures de l’économie sociale et solidaire que le Dispositif local "
        "d’accompagnement soutient, par territoire, secteur, taille, thématique et année.",
        "structured_data": as_script(breadcrumb_list(breadcrumbs, canonical_url)),
    }
    if not shown.gives_nothing:
        context |= _shown_of(request, shown)
    response = render(request, "structures/directory.html", context)
    # For the page's script, which shows this address once the page has changed in place.
    response["HX-Push-Url"] = shown.path + shown.same_query() + _page_of(request, shown)
    return response


def _shown_of(request: HttpRequest, shown: Directory) -> dict[str, Any]:
    """What the view that is asked for shows of the answer."""
    context: dict[str, Any] = {"total": shown.figures.total()}
    if shown.view == MAP:
        nearby = near_of(shown)
        context |= {"nearby": nearby} if nearby else map_of(shown)
    elif shown.view == FIGURES:
        context["tables"] = figure_tables(shown.figures, list(shown.axes.values()))
        context["jobs"] = shown.figures.jobs()
    else:
        context["page_obj"] = shown.page(request.GET.get("page"))
        if shown.near is None:
            context["around"] = near_of(shown)
    return context


def _page_of(request: HttpRequest, shown: Directory) -> str:
    page = request.GET.get("page", "")
    if not page.isdecimal() or page == "1":
        return ""
    return f"{'&' if shown.same_query() else '?'}page={int(page[:6])}"


@require_safe
def structure(request: HttpRequest, slug: str) -> HttpResponse:
    """A structure that was found to be another one leads to it. One that may not be seen takes as
    long to refuse as one that does not exist: the same question is asked of both."""
    related = ("sector", "commune__department", "commune__successor__department")
    known = Structure.objects.order_by().filter(slug=slug)
    meant = known.values_list(Coalesce("merged_into_id", "pk"))
    shown = Structure.objects.visible_to(request.user).select_related(*related)
    structure = shown.filter(pk__in=meant).first()
    if structure is None:
        raise Http404
    if structure.slug != slug:
        return redirect(structure.get_absolute_url(), permanent=True)
    supports = (
        Support.objects.visible_to(request.user)
        .filter(structure=structure)
        .select_related("operator", "resource_centre")
        .prefetch_related("themes")
    )
    # With those that were found to be this one.
    same = Structure.objects.filter(Q(pk=structure.pk) | Q(merged_into=structure))
    of_it = Support.objects.filter(structure=structure)
    stories = list(of_it.telling_to(request.user))
    shelves = all_shelves(request.user, relation="structures", things=same)
    trail = [HOME, ("Structures", reverse("structures:list"))]
    place = structure.commune.today if structure.commune else None
    if place is not None and place.department is not None:
        query = f"?departement={structure.department_code}"
        trail.append((place.department.name, reverse("structures:list") + query))
    breadcrumbs = [*trail, (structure.name, None)]
    canonical_url = absolute(structure.get_absolute_url())
    return render(
        request,
        "structures/structure.html",
        {
            "structure": structure,
            "place": place,
            "identity": identity(structure),
            "themes": Theme.objects.filter(pk__in=of_it.values("themes")),
            "years": sorted(set(of_it.values_list("year", flat=True))),
            "supports": supports,
            "stories": stories,
            "told": {support.pk for support in stories},
            "articles": [
                shelf.kind.card(row)
                for shelf in shelves
                if not shelf.kind.is_timely
                for row in shelf.rows[:MOST_TOLD_IN]
            ],
            "sees_supports": _reaches(request.user, structure),
            "shelves": shelves,
            "former_identities": structure.former_identities.all(),
            "approvals": [Approval(value).in_plain_words for value in structure.approvals.split()],
            "change_url": _change_url(request.user, structure),
            "breadcrumbs": breadcrumbs,
            "canonical_url": canonical_url,
            "description": structure.description[:160]
            or f"{structure.name}, structure accompagnée par le DLA.",
            "structured_data": as_script(
                [
                    organisation(structure, canonical_url),
                    breadcrumb_list(breadcrumbs, canonical_url),
                ]
            ),
        },
    )


def _change_url(user: Any, structure: Structure) -> str:
    if not (user.is_staff and user.has_perm("structures.change_structure", structure)):
        return ""
    return reverse("admin:structures_structure_change", args=[structure.pk])


def _reaches(user: Any, structure: Structure) -> bool:
    sight = Sight.of(user)
    return sight.everything or bool(structure.commune and sight.scope.holds(structure.commune))


@require_safe
def operator(request: HttpRequest, slug: str) -> HttpResponse:
    shown = Operator.objects.filter(slug=slug).first()
    if shown is None:
        return moved(request, Operator, slug)
    agreements = list(shown.agreements.select_related("territory__successor"))
    year = timezone.localdate().year
    in_force = [a for a in agreements if a.is_in_force(year)]
    breadcrumbs = [HOME, ("Territoires", reverse("territories:list")), (shown.name, None)]
    canonical_url = absolute(shown.get_absolute_url())
    return render(
        request,
        "structures/operator.html",
        {
            "operator": shown,
            "in_force": in_force,
            "past": [a for a in agreements if not a.is_in_force(year)],
            "breadcrumbs": breadcrumbs,
            "canonical_url": canonical_url,
            "description": f"{shown.name}, {shown.get_kind_display()}\u00a0: territoires et "
            "coordonnées.",
            "structured_data": as_script(
                [
                    breadcrumb_list(breadcrumbs, canonical_url),
                    contact_data(shown, [agreement.territory for agreement in in_force]),
                ]
            ),
        },
    )
