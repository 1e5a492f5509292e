"""The filters of the list of articles."""

from __future__ import annotations

from articles.models import ArticleType, Publication, Series
from publishing.filters import (
    Choices,
    ListFilter,
    SeveralFilter,
    TerritoryFilter,
    regions,
    slugs_of,
    years_of,
)
from themes.models import Theme


def _years() -> Choices:
    return years_of(Publication.objects.live(), "published_on")


class ArticleFilter(ListFilter):
    theme = SeveralFilter(rows="themes__slug", choices=slugs_of(Theme), label="Thématique")
    type = SeveralFilter(rows="type__slug", choices=slugs_of(ArticleType), label="Type")
    territoire = TerritoryFilter(
        field_name="territories__region_id", choices=regions, label="Territoire"
    )
    serie = SeveralFilter(rows="series__slug", choices=slugs_of(Series), label="Série")
    annee = SeveralFilter(rows="published_on__year", choices=_years, label="Année")

    class Meta:
        model = Publication
        fields: list[str] = []
