"""Articles, as the rest of the portal knows them (`publishing.kinds`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from articles import demonstration, quality, rendering, structured_data
from articles.explaining import first_mentions
from articles.models import Article, ArticleType, Publication, Series
from articles.presentation import article_page
from contents.index_cards import content_card, followed_by_contents, rows_to_index, with_documents
from events.models import Event
from glossary.mentions import Finder
from glossary.models import Term
from publishing.choosing import RESERVED
from publishing.index_cards import GATHERING, IndexCard
from publishing.kinds import Card, Kind, PublishedKind, SitePage
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
    document_page = "articles:document"
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

    def summary(self, row: Publication) -> str:
        return row.standfirst

    def text(self, row: Publication) -> str:
        return "\n".join(filter(None, [row.title, row.standfirst, *_body(row)]))

    def index_cards(self, keys: Collection[Any]) -> Iterable[IndexCard]:
        rows = rows_to_index(Publication, keys).select_related("type", "series")
        cards = [
            content_card(
                row,
                lead=[row.type.name, row.series.name if row.series else ""],
                body="\n".join(
                    [*_body(row), *(a["title"] for a in row.content.get("attachments", []))]
                ),
                fades=row.type.fades,
            )
            for row in rows
        ]
        contents = {row.pk: row.content.get("documents", []) for row in rows}
        return with_documents([(card, contents[card.key]) for card in cards])

    def followed(self) -> Mapping[type[Model], Callable[[Collection[Any]], Iterable[Any]]]:
        def of(path: str) -> Callable[[Collection[Any]], Iterable[Any]]:
            rows = Publication._base_manager
            return lambda keys: rows.filter(**{f"{path}__in": keys}).values_list("pk", flat=True)

        return {
            **followed_by_contents(Publication),
            Series: of("series"),
            ArticleType: of("type"),
        }

    def found(self, keys: Collection[Any], user: Any) -> Iterable[Any]:
        readable = self.visible_to(user).filter(pk__in=keys)
        return readable.select_related("type").only(*TOLD_BY_CARDS, "standfirst")

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


class SeriesPages(Kind):
    """The pages of series, for search: each list of articles leads to them."""

    name = "series"
    title = "Séries"
    this = "cette série"
    model = Series
    page = "articles:series"
    comes_with_the_portal = True

    def visible_to(self, user: Any) -> QuerySet[Any]:
        readable = Publication.objects.visible_to(user).filter(series=OuterRef("pk"))
        return Series.objects.filter(Exists(readable))

    def text(self, row: Series) -> str:
        return f"{row.name}\n{plain_text(row.description)}".strip()

    def index_cards(self, keys: Collection[Any]) -> Iterable[IndexCard]:
        for row in Series.objects.filter(pk__in=keys):
            yield IndexCard(row.pk, row.name, body=plain_text(row.description), audience=GATHERING)

    def beyond(self, user: Any) -> Q:
        """A series is there for whoever may read one of its articles."""
        keys = self.visible_to(user).values_list("pk", flat=True)
        return Q(audience=GATHERING, key__in=[str(key) for key in keys])


def _body(row: Publication) -> list[str]:
    """Returns what the page says below its standfirst, a text for each part of it."""
    content = row.content
    body = [plain_text(segment["html"]) for segment in content.get("body", []) if "html" in segment]
    return body + [
        f"{p['name']} {p['role']} {p['organisation']}" for p in content.get("people", [])
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
