"""Themes, territories and editorial pages, as the rest of the portal knows them
(`publishing.kinds`): their pages are here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from articles.models import Publication
from pages import sitemaps
from pages.models import Page
from pages.structured_data import place
from pages.territory_views import asked_for
from publishing.index_cards import IndexCard
from publishing.kinds import Card, Kind, PublishedKind, SitePage
from publishing.remarks import at_field
from publishing.richtext import plain_text
from publishing.surfaces import Surface
from territories.models import Kind as TerritoryKind
from territories.models import Level, Territory
from territories.usual_names import USUAL
from themes.models import Theme

# Those whose names people search for the most come first.
RANKS = [
    Level.REGION, Level.DEPARTMENT, Level.COMMUNE, Level.EPCI, Level.MUNICIPAL,
    Level.ARRONDISSEMENT, Level.FORMER,
]  # fmt: skip


class Themes(Kind):
    name = "themes"
    title = "Thématiques"
    this = "cette thématique"
    all_words = "Toutes les thématiques"
    model = Theme
    page = "pages:theme"
    list_page = "pages:themes"
    comes_with_the_portal = True
    menu_rank = 40

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return Theme.objects.all()

    def is_seen(self, user: Any, **parameters: Any) -> bool:
        """Counts its former addresses, which lead to it."""
        slug = parameters["slug"]
        return super().is_seen(user, slug=slug) or bool(Theme.objects.today([slug]))

    def text(self, row: Theme) -> str:
        return f"{row.name}\n{plain_text(row.description)}".strip()

    def index_cards(self, keys: Collection[Any]) -> Iterable[IndexCard]:
        for row in Theme.objects.filter(pk__in=keys):
            yield IndexCard(row.pk, row.name, body=plain_text(row.description))

    def sitemaps(self) -> Mapping[str, Sitemap[Any]]:
        return {self.name: sitemaps.ThemeSitemap()}

    def site_map(self, user: Any) -> Sequence[SitePage]:
        return [SitePage(theme.name, theme.get_absolute_url()) for theme in Theme.objects.all()]


class Territories(Kind):
    name = "territories"
    title = "Territoires"
    this = "ce territoire"
    all_words = "Tous les territoires"
    model = Territory
    page = "territories:detail"
    list_page = "territories:list"
    menu_rank = 50

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return Territory.objects.all()

    def is_seen(self, user: Any, **parameters: Any) -> bool:
        """Says whether there is a page: former territories lead to those of today."""
        try:
            asked_for(**parameters)
        except Http404:
            return False
        return True

    def text(self, row: Territory) -> str:
        return f"{row.label}\n{row.get_kind_display()}\n{row.postal_codes}".strip()

    def structured_data(self, row: Territory) -> dict[str, Any]:
        return place(row)

    def card(self, row: Territory) -> Card:
        return Card(row.label, row.get_absolute_url(), sort=row.get_kind_display())

    def indexed(self) -> QuerySet[Any]:
        """Former ones lead to those of today, and a collectivity has one page, its department's."""
        of_today = Territory.objects.today()
        return of_today.exclude(level=Level.REGION, kind=TerritoryKind.COLLECTIVITY)

    def index_cards(self, keys: Collection[Any]) -> Iterable[IndexCard]:
        for row in self.indexed().filter(pk__in=keys).order_by().iterator():
            yield IndexCard(
                key=row.pk,
                title=row.name,
                names=[*USUAL.get(row.pk, ()), *row.former_names.splitlines()],
                numbers=[row.code, *row.postal_codes.split()],
                lead=[row.get_kind_display()],
                territories=[row.pk],
                is_place=True,
                weight=RANKS.index(row.level) * 10_000 + max(9_999 - row.population // 250, 0),
            )

    def found(self, keys: Collection[Any], user: Any) -> Iterable[Any]:
        return Territory.objects.filter(pk__in=keys).select_related("department")

    def sitemaps(self) -> Mapping[str, Sitemap[Any]]:
        return {self.name: sitemaps.TerritorySitemap()}


class EditorialPages(Kind):
    name = "pages"
    title = "Le portail"
    this = "cette page"
    model = Page
    page = ""  # each has an address of its own
    comes_with_the_portal = True

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return Page.objects.all()

    def text(self, row: Page) -> str:
        return f"{row.title}\n{plain_text(row.body)}".strip()

    def index_cards(self, keys: Collection[Any]) -> Iterable[IndexCard]:
        for row in Page.objects.filter(pk__in=keys):
            yield IndexCard(row.pk, row.title, body=plain_text(row.body))

    def sitemaps(self) -> Mapping[str, Sitemap[Any]]:
        return {self.name: sitemaps.PageSitemap()}


def gathering_pages(
    kind: PublishedKind, working: Any, data: Mapping[str, Any], user: Any
) -> Iterable[Surface]:
    """Yields the pages of this room on which contents of every kind show
    (`surfaces.declare_pages`)."""
    readers, machines = kind.readers(data), kind.machines(data)
    yield Surface(f"Accueil, {kind.while_first}", reverse("pages:home"), readers)
    # The page of a theme lists all its articles, and what the other kinds show first.
    while_first = "" if kind.model is Publication else f", {kind.while_first}"
    for theme in Theme.objects.filter(pk__in=data.get("themes", [])):
        name = f"Thématique «\u00a0{theme}\u00a0»{while_first}"
        yield Surface(name, theme.get_absolute_url(), readers, "Thématiques", at_field("themes"))
    keys = kind.territories(data)
    for territory in Territory.objects.filter(pk__in=keys).select_related("successor"):
        today = territory.today
        name = (
            f"Territoire «\u00a0{today.label}\u00a0», ceux qui le contiennent et ceux qu’il "
            f"contient, {kind.while_first}"
        )
        address = today.get_absolute_url()
        yield Surface(name, address, readers, "Territoires", at_field("territories"))
    if kind.is_everywhere(data):
        everywhere = f"Pages de tous les territoires, {kind.while_first}"
        yield Surface(everywhere, "", readers)
    url = reverse("sitemap_section", args=[kind.name])
    yield Surface("Plan du site pour les moteurs (sitemap)", url, machines, is_for_machines=True)
    engines = "Résultats des moteurs de recherche et partages"
    yield Surface(engines, "", machines, is_for_machines=True)
