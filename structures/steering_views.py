"""The pilot's room, for people of the network; what they do not see wholly is masked there too."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from audit.models import Action
from audit.services import record
from media.pdf import NoPdf, pdf_of
from publishing.filter_values import reasons, refused
from publishing.spreadsheets import MARK, csv_lines
from publishing.structured_data import absolute
from structures.maps import map_of
from structures.models import SavedView
from structures.steering import Sheet, Steering, are_reserved, compared, compared_tables, spots
from territories.models import Geography, Level

HOME = ("Accueil", "/")
COMPARED = ("secteur", "taille", "famille", "theme", "modalite")


Answer = Callable[[HttpRequest, Steering], HttpResponse]


def asking(*, a_file: bool = False) -> Callable[[Answer], Callable[[HttpRequest], HttpResponse]]:
    """Gives a view the question of the person. No view counts where nothing is known of what one of
    the filters asks, and no file is made of which something would be missing."""

    def decorate(view: Answer) -> Callable[[HttpRequest], HttpResponse]:
        @require_safe
        @login_required
        @wraps(view)
        def answer(request: HttpRequest) -> HttpResponse:
            asked = Steering(request.GET, request.user)
            asked.page_path = reverse("steering:sheet") if a_file else request.path
            if a_file and asked.unknown:
                back_url = asked.page_path + asked.query()
                return refused(request, asked.unknown, heading="Pas de fiche", back_url=back_url)
            if asked.gives_nothing:
                context = {"heading": "Introuvable", "breadcrumbs": _trail("Introuvable")}
                context |= _page(request, asked, "")
                return render(request, "structures/steering/unknown.html", context)
            return view(request, asked)

        return answer

    return decorate


def _page(request: HttpRequest, asked: Steering, name: str) -> dict[str, Any]:
    """Returns what the pages of the room share."""
    return {
        "asked": asked,
        "page_name": name,
        "threshold": settings.SMALL_COUNT,
        "geography": Geography.objects.first(),
        "query": asked.same_query(),
        "canonical_url": absolute(request.path),
        "description": "Figures, comparaisons et fiches de comité du Dispositif local "
        "d’accompagnement.",
    }


def _trail(label: str = "") -> list[tuple[str, str | None]]:
    if not label:
        return [HOME, ("Pilotage", None)]
    return [HOME, ("Pilotage", reverse("steering:figures")), (label, None)]


@asking()
def figures(request: HttpRequest, asked: Steering) -> HttpResponse:
    heading, places = asked.places(asked.figures)
    context = _page(request, asked, "figures") | {
        "directory": asked,
        "breadcrumbs": _trail(),
        "total": asked.figures.total(),
        "jobs": asked.figures.jobs(),
        "series": asked.series_of_years(),
        "multiples": asked.small_multiples("secteur"),
        "tables": asked.tables(),
        "places_heading": heading,
        "places": places,
        "places_are_reserved": are_reserved(places),
        "saved": _views_of(request),
    }
    if asked.territory is None or asked.territory.level == Level.REGION:
        context |= map_of(asked)
    elif asked.territory.level in (Level.DEPARTMENT, Level.EPCI) and not are_reserved(places):
        inside = heading[0].lower() + heading[1:]
        context |= {
            "spots": spots(places),
            "circles_label": f"Structures accompagnées, {inside}",
        }
    return render(request, "structures/steering/figures.html", context)


@asking()
def comparison(request: HttpRequest, asked: Steering) -> HttpResponse:
    columns = compared(asked)
    return render(
        request,
        "structures/steering/comparison.html",
        _page(request, asked, "comparison")
        | {
            "breadcrumbs": _trail("Comparer"),
            "columns": columns,
            "tables": compared_tables(columns, COMPARED),
        },
    )


@asking()
def sheet(request: HttpRequest, asked: Steering) -> HttpResponse:
    return render(request, "structures/steering/sheet.html", _sheet(request, asked))


def _sheet(request: HttpRequest, asked: Steering) -> dict[str, Any]:
    made = Sheet(asked)
    heading, places = made.places
    return _page(request, asked, "sheet") | {
        "directory": asked,
        "breadcrumbs": _trail("Fiche de comité"),
        "sheet": made,
        "total": made.total,
        "jobs": made.figures.jobs(),
        "series": asked.series_of_years(),
        "places_heading": heading,
        "places": places,
        "places_are_reserved": are_reserved(places),
        "sheet_query": asked.query(annee=[made.year]),
    }


@asking(a_file=True)
def sheet_pdf(request: HttpRequest, asked: Steering) -> HttpResponse:
    context = _sheet(request, asked)
    html = render_to_string("structures/steering/sheet_pdf.html", context)
    try:
        content = pdf_of(html, "structures/sheet.css")
    except NoPdf:
        messages.error(
            request,
            "Ce serveur ne sait pas faire de PDF (il lui manque la bibliothèque Pango). Imprimez "
            "cette page depuis votre navigateur\u00a0: la fiche est la même.",
        )
        return redirect(reverse("steering:sheet") + context["sheet_query"])
    _trace(request, context, "pdf")
    return _download(context, content, "application/pdf", "pdf")


@asking(a_file=True)
def sheet_csv(request: HttpRequest, asked: Steering) -> HttpResponse:
    """Answers with the same numbers, masked alike, in one table that a spreadsheet opens."""
    context = _sheet(request, asked)
    rows = [["territoire", "année", "tableau", "ligne", "structures", "accompagnements"]]
    made = context["sheet"]

    def write(table: str, label: str, row: Any) -> None:
        hidden = "réservé" if row.is_reserved else "masqué"
        shown = [hidden if number is None else number for number in (row.structures, row.supports)]
        rows.append([asked.title, made.year, table, label, *shown])

    write("Ensemble", "", made.total)
    for table in made.tables:
        for bar in table.bars:
            write(table.label, bar.row.label, bar.row)
    if made.tables.reserved:
        rows.append([asked.title, made.year, made.tables.reserved, "", "réservé", "réservé"])
    for place in context["places"]:
        write(context["places_heading"], place.name, place.row)
    _trace(request, context, "csv")
    content = (MARK + csv_lines(rows)).encode()
    return _download(context, content, "text/csv; charset=utf-8", "csv")


def _trace(request: HttpRequest, context: dict[str, Any], kind: str) -> None:
    detail = f"Fiche de comité ({kind}), {context['asked'].title}, {context['sheet'].year}."
    record(action=Action.EXPORTED, by=request.user, detail=detail)


def _download(
    context: dict[str, Any], content: bytes, content_type: str, kind: str
) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    name = slugify(f"fiche dla {context['asked'].title[:60]} {context['sheet'].year}")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _views_of(request: HttpRequest) -> QuerySet[SavedView]:
    person: Any = request.user
    return SavedView.objects.filter(user=person)


@require_POST
@login_required
def save_view(request: HttpRequest) -> HttpResponse:
    """Saves under a name that the person has not given yet, or in place of the view that has it."""
    asked = Steering(QueryDict(request.POST.get("query", "")[:2000]), request.user)
    query, name = asked.query(), request.POST.get("name", "").strip()
    address = reverse("steering:figures") + asked.same_query()
    if asked.unknown:
        # Without what is not known, the view would show more than what was looked at.
        messages.error(request, "La vue n’est pas enregistrée. " + reasons(asked.unknown))
        return redirect(address)
    existing = _views_of(request).filter(name=name).first()
    person: Any = request.user
    view = existing or SavedView(user=person, name=name)
    view.query = query
    try:
        view.full_clean()
    except ValidationError as refusal:
        messages.error(request, "La vue n’est pas enregistrée. " + " ".join(refusal.messages))
        return redirect(address)
    if existing is None and _views_of(request).count() >= SavedView.MOST:
        messages.error(
            request, f"Vous avez déjà {SavedView.MOST} vues\u00a0: retirez-en une d’abord."
        )
        return redirect(address)
    view.save()
    messages.success(request, f"Vue «\u00a0{view.name}\u00a0» enregistrée.")
    return redirect(address)


@require_POST
@login_required
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(_views_of(request), pk=pk)
    view.delete()
    messages.success(request, f"Vue «\u00a0{view.name}\u00a0» retirée.")
    return redirect("steering:figures")
