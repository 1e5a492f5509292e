"""Articles, as the rest of the portal knows them (`publishing.kinds`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from articles import demonstration, quality, rendering, structured_data
from articles.explaining import first_mentions
from articles.models import Article, ArticleType, Publication, Series
from articles.presentation import article_page
from events.models import Event
from glossary.mentions import Finder
from glossary.models import Term
from publishing.choosing import RESERVED
from publishing.kinds import Card, PublishedKind, SitePage
from publishing.remarks import Link, Remark, at_field
from publishing.richtext import plain_text
from publishing.surfaces import Surface, both, people
from publishing.templatetags.french_text import day
from themes.models import Theme

TOLD_BY_CARDS = ("title", "slug", "audience", "audience_roles", "published_on", "type__name")


class SeriesSitemap(Sitemap[Series]):
    """The section of the series in which a visitor finds something."""

    def items(self) -> QuerySet[Series]:
        public = Publication.objects.visible_to(AnonymousUser())
        return Series.objects.filter(pk__in=public.values("series"))


class Articles(PublishedKind):
    name = "articles"
    title = "Articles"
    this = "cet article"
    all_words = "Tous les articles"
    working_copy = Article
    model = Publication
    page = "articles:detail"
    list_page = "articles:list"
    menu_rank = 10
    template = "articles/detail.html"
    preview_page = "articles:shared_preview"
    preview_note = (
        "Aperçu d’un article qui n’est pas publié. Ce lien expire ; merci de ne pas le diffuser."
    )
    first_title = "Articles"
    while_first = "tant qu’il est parmi les plus récents"

    def publication_of(self, working: Article, data: Mapping[str, Any]) -> Publication:
        return rendering.publication_of(working, data)

    def page_context(self, request: HttpRequest, publication: Any, **extra: Any) -> dict[str, Any]:
        return article_page(request, publication, **extra)

    def remarks(self, working: Article, data: Mapping[str, Any], *, reader: Any) -> list[Remark]:
        return quality.remarks(data, reader=reader)

    def links(self, working: Article, data: Mapping[str, Any]) -> list[Link]:
        return quality.links(data)

    def first_cards(self, user: Any) -> QuerySet[Any]:
        newest = Publication.objects.visible_to(user).newest_first()
        return newest.select_related("type").only(*TOLD_BY_CARDS)

    def card(self, row: Publication) -> Card:
        return Card(
            title=row.title,
            url=row.get_absolute_url(),
            when=day(row.published_on),
            sort=row.type.name,
            reserved_to=row.reserved_to,
        )

    def text(self, row: Publication) -> str:
        content = row.content
        body = [plain_text(segment["html"]) for segment in content["body"] if "html" in segment]
        people = [f"{p['name']} {p['role']} {p['organisation']}" for p in content["people"]]
        return "\n".join(filter(None, [row.title, row.standfirst, *body, *people]))

    def structured_data(self, row: Publication) -> dict[str, Any]:
        return structured_data.article(row)

    def own_pages(self, data: Mapping[str, Any]) -> Iterable[Surface]:
        readers, machines = self.readers(data), self.machines(data)
        page = reverse(self.page, args=[data["slug"]])
        yield Surface("Page de l’article", page, readers, "Adresse", at_field("slug"))
        yield Surface("Liste des articles et ses filtres", self.list_url(), readers)
        for series in Series.objects.filter(pk=data["series"]):
            name = f"Série «\u00a0{series}\u00a0»"
            yield Surface(name, series.get_absolute_url(), readers, "Série", at_field("series"))
        # Which those are is theirs to say, and changes without this one being published: « à lire
        # aussi » shows what shares the most.
        name = "Pages des articles qui y renvoient, ou en partagent thématiques et territoires"
        yield Surface(name, "", readers)
        themes = Theme.objects.filter(pk__in=data["themes"])[:1]
        query = "".join(f"?theme={theme.slug}" for theme in themes)
        feed = reverse("articles:rss") + query
        yield Surface(
            "Flux RSS et Atom", feed, machines, "Public", at_field("audience"), is_for_machines=True
        )

    def feeds(self) -> Sequence[SitePage]:
        return [
            SitePage("Flux RSS", reverse("articles:rss")),
            SitePage("Flux Atom", reverse("articles:atom")),
        ]

    def load_demonstration(self, *, editor: Any, publisher: Any) -> int:
        return demonstration.load(editor=editor, publisher=publisher)

    def sitemaps(self) -> Mapping[str, Sitemap[Any]]:
        return {**super().sitemaps(), "series": SeriesSitemap()}

    def site_map(self, user: Any) -> Sequence[SitePage]:
        visible = self.visible_to(user)
        types = ArticleType.objects.filter(pk__in=visible.values("type"))
        series = Series.objects.filter(pk__in=visible.values("series"))
        return [
            *(SitePage(type_.name, self.list_url(type=type_.slug)) for type_ in types),
            *(SitePage(f"Série\u00a0: {one.name}", one.get_absolute_url()) for one in series),
        ]


def pages_of_terms(
    kind: PublishedKind, working: Any, data: Mapping[str, Any], user: Any
) -> Iterable[Surface]:
    """Yields the pages of the terms that an article explains, which name it
    (`surfaces.declare_pages`)."""
    if kind.working_copy is not Article or not data.get("explained_terms"):
        return
    spellings = list(Term.objects.spellings())
    found = first_mentions(data["blocks"], Finder(spellings))
    chosen = set(data["explained_terms"])
    for term, _ in spellings:
        if term.pk in found and term.pk in chosen:
            name = f"Glossaire, «\u00a0{term}\u00a0», {kind.while_first}"
            anchor = at_field("explained_terms")
            yield Surface(
                name, term.get_absolute_url(), kind.readers(data), "Mots expliqués", anchor
            )


def pages_of_reports(
    kind: PublishedKind, working: Any, data: Mapping[str, Any], user: Any
) -> Iterable[Surface]:
    """Yields the pages of the articles that report on an event, which show it
    (`surfaces.declare_pages`)."""
    if kind.working_copy is not Event or working.pk is None:
        return
    reports = Publication.objects.live().filter(event=working).order_by("-published_on", "-pk")
    readable = set(reports.visible_to(user).values_list("pk", flat=True))
    for report in reports:
        name, url = f"Page d’un article {RESERVED}", ""
        if report.pk in readable:
            name, url = f"Page de l’article «\u00a0{report}\u00a0»", report.get_absolute_url()
        theirs = people(report.audience, report.audience_roles)
        yield Surface(name, url, both(kind.readers(data), theirs))
