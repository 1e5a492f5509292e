"""Pages that gather several rooms, and those that a site owes its readers."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from articles.models import Publication, Series
from articles.views import paginated
from pages.forms import SelfCheckForm
from pages.models import FrontPage, KeyFigure, Page
from pages.structured_data import website
from publishing.addresses import moved
from publishing.kinds import with_lists
from publishing.shelves import Shelf, first_shelves
from publishing.structured_data import absolute, as_script, breadcrumb_list
from themes.models import Theme

LATEST_COUNT = 8
PER_SERIES = 3
# So many of each other kind stand beside the articles.
LISTED_BESIDE = 3
# What the answer to the three questions begins with where so many are not answered.
MISSING = {
    1: "Il manque une réponse",
    2: "Il manque deux réponses",
    3: "Il manque vos trois réponses",
}


def _counts(publications: QuerySet[Any], relation: str) -> dict[int, int]:
    """Returns how many of them point at each row of that relation."""
    counted = publications.order_by().values(relation).annotate(count=Count("pk"))
    return {row[relation]: row["count"] for row in counted}


def _beside_articles(request: HttpRequest, **about: Any) -> list[Shelf]:
    """Returns what pages whose body is made of articles show of the other kinds."""
    return first_shelves(request.user, most=LISTED_BESIDE, but=Publication, **about)


def _themes_with_counts(request: HttpRequest) -> list[Theme]:
    counts = _counts(Publication.objects.visible_to(request.user), "themes")
    themes = list(Theme.objects.all())
    for theme in themes:
        theme.article_count = counts.get(theme.pk, 0)
    return themes


def _series_with_latest(request: HttpRequest) -> list[Series]:
    """Returns the highlighted series in which this reader finds something, with their newest
    articles."""
    visible = Publication.objects.visible_to(request.user).filter(series__is_highlighted=True)
    rank = Window(
        RowNumber(),
        partition_by=F("series"),
        order_by=[F("published_on").desc(), F("live_from").desc()],
    )
    newest = visible.for_lists().annotate(rank=rank).filter(rank__lte=PER_SERIES)
    latest: dict[int, list[Publication]] = {}
    for publication in newest:
        latest.setdefault(publication.series_id, []).append(publication)
    counts = _counts(visible, "series")
    shown = [s for s in Series.objects.filter(is_highlighted=True) if s.pk in latest]
    for series in shown:
        series.latest = latest[series.pk]
        series.article_count = counts[series.pk]
    return shown


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    visible = Publication.objects.visible_to(request.user).for_lists()
    latest = list(visible[: LATEST_COUNT + 1])
    front = FrontPage.objects.get()
    chosen = visible.filter(article=front.lead_id).first() if front.lead_id else None
    lead = chosen or (latest[0] if latest else None)
    first_sentence, second_sentence = front.sentences
    return render(
        request,
        "pages/home.html",
        {
            "first_sentence": first_sentence,
            "second_sentence": second_sentence,
            "lead": lead,
            "latest": [p for p in latest if p != lead][:LATEST_COUNT],
            "shelves": _beside_articles(request),
            "series_list": _series_with_latest(request),
            "themes": _themes_with_counts(request),
            "figures": KeyFigure.objects.all(),
            "canonical_url": absolute("/"),
            "description": f"{first_sentence} {second_sentence}",
            "breadcrumbs": [],
            "structured_data": as_script(website()),
        },
    )


@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "pages/themes.html",
        {
            "themes": _themes_with_counts(request),
            "canonical_url": absolute(reverse("pages:themes")),
            "description": "Les thématiques de l’accompagnement des structures de l’économie "
            "sociale et solidaire.",
            "breadcrumbs": [("Accueil", reverse("pages:home")), ("Thématiques", None)],
        },
    )


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    shown = Theme.objects.filter(slug=slug).first()
    if shown is None:
        return moved(request, Theme, slug)
    publications = Publication.objects.visible_to(request.user).filter(themes=shown).for_lists()
    page = paginated(request, publications)
    query = f"?theme={shown.slug}"
    context: dict[str, Any] = {
        "theme": shown,
        "page_obj": page,
        "result_count": page.paginator.count,
        # It comes with the newest articles; the next pages go on with older ones.
        "shelves": _beside_articles(request, relation="themes", things=[shown.pk], theme=shown.slug)
        if page.number == 1
        else [],
        "rss_url": reverse("articles:rss") + query,
        "atom_url": reverse("articles:atom") + query,
        "canonical_url": absolute(shown.get_absolute_url()),
        "description": strip_tags(shown.description)[:300]
        or f"Les articles du réseau DLA sur le thème « {shown.name} ».",
        "breadcrumbs": [
            ("Accueil", reverse("pages:home")),
            ("Thématiques", reverse("pages:themes")),
            (shown.name, None),
        ],
    }
    context["structured_data"] = as_script(
        breadcrumb_list(context["breadcrumbs"], context["canonical_url"])
    )
    return render(request, "pages/theme.html", context)


def page_context(page: Page) -> dict[str, Any]:
    """Returns what `pages/page.html` and its like show of a page."""
    return {
        "page": page,
        "preview_note": "",
        "updated_on": page.changed_at,
        "canonical_url": absolute(page.get_absolute_url()),
        "description": f"{page.title} du Portail DLA.",
        "breadcrumbs": [("Accueil", reverse("pages:home")), (page.title, None)],
    }


@require_safe
def editorial_page(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "pages/page.html", page_context(_page(slug)))


def _page(slug: str) -> Page:
    return get_object_or_404(Page, slug=slug)


def _for_you_context() -> dict[str, Any]:
    return {
        **page_context(_page(Page.Slug.FOR_YOU)),
        "description": "À qui s’adresse le dispositif local d’accompagnement, comment il se passe, "
        "combien de temps il dure. Il est gratuit et confidentiel.",
        "query": "",
    }


@require_safe
def for_you(request: HttpRequest) -> HttpResponse:
    """Says whether the DLA is for whoever reads, asks three questions, and says whom to call. An
    address with answers shows them, to be changed."""
    given = {name: request.GET.get(name) for name in SelfCheckForm.base_fields}
    return render(
        request,
        "pages/for_you.html",
        {**_for_you_context(), "form": SelfCheckForm(initial=given)},
    )


@require_safe
def self_check(request: HttpRequest) -> HttpResponse:
    """Answers the three questions, or asks for the answers that are missing."""
    form = SelfCheckForm(request.GET)
    given = {name: form.data[name] for name in form.fields if name in form.data}
    questions = reverse("pages:for_you")
    if not given:
        return redirect(f"{questions}#questions")
    advice = form.advice() if form.is_valid() else None
    context = _for_you_context()
    page = context["page"]
    return render(
        request,
        "pages/self_check.html",
        {
            **context,
            "form": form,
            "advice": advice,
            "heading": advice.verdict.label if advice else MISSING[len(form.errors)],
            "again_url": f"{questions}?{urlencode(given)}#questions",
            "breadcrumbs": [
                ("Accueil", reverse("pages:home")),
                (page.title, questions),
                ("Réponse", None),
            ],
        },
    )


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    sections = [(kind, kind.site_map(request.user)) for kind in with_lists()]
    return render(
        request,
        "pages/sitemap.html",
        {
            **page_context(_page(Page.Slug.SITEMAP)),
            "sections": sections,
            "pages": Page.objects.exclude(slug=Page.Slug.SITEMAP),
        },
    )
