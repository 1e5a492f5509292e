"""The glossary, as the rest of the portal knows it (`publishing.kinds`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from glossary import structured_data
from glossary.models import Term
from publishing.index_cards import IndexCard
from publishing.kinds import Card, Kind


class GlossarySitemap(Sitemap[str]):
    def items(self) -> list[str]:
        pages = [term.get_absolute_url() for term in Term.objects.all()]
        return [Glossary().list_url(), *sorted(pages)]

    def location(self, item: str) -> str:
        return item


class Glossary(Kind):
    name = "glossary"
    title = "Glossaire"
    this = "ce mot du glossaire"
    all_words = "Tous les mots"
    model = Term
    page = "glossary:detail"
    list_page = "glossary:list"

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return Term.objects.all()

    def is_seen(self, user: Any, **parameters: Any) -> bool:
        """Counts its former addresses, which lead to it."""
        slug = parameters["slug"]
        return super().is_seen(user, slug=slug) or bool(Term.objects.today([slug]))

    def text(self, row: Term) -> str:
        return "\n".join(filter(None, [*row.names(), row.definition, row.source]))

    def index_cards(self, keys: Collection[Any]) -> Iterable[IndexCard]:
        for row in Term.objects.filter(pk__in=keys):
            _, *names = row.names()
            yield IndexCard(
                row.pk, row.term, names=names, body="\n".join([row.definition, row.source])
            )

    def structured_data(self, row: Term) -> dict[str, Any]:
        return structured_data.defined_term(row)

    def card(self, row: Term) -> Card:
        return Card(title=row.term, url=row.get_absolute_url(), sort=row.expansion)

    def sitemaps(self) -> Mapping[str, Sitemap[Any]]:
        return {self.name: GlossarySitemap()}
