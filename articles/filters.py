"""The filters of the list of articles."""

from __future__ import annotations

from django.utils import timezone

from articles.models import ArticleType, Publication, Series
from publishing.filters import (
    AddressFilter,
    Choices,
    ListFilter,
    SeveralFilter,
    TerritoryFilter,
    regions,
    years,
)
from themes.models import Theme

# The filter offers no earlier year: no article is older.
FIRST_YEAR = 1900


def _years() -> Choices:
    return years(FIRST_YEAR, timezone.localdate().year + 1)


class ArticleFilter(ListFilter):
    theme = AddressFilter(model=Theme, rows="themes", label="Thématique", noun="la thématique")
    type = AddressFilter(model=ArticleType, rows="type", label="Type", noun="le type")
    territoire = TerritoryFilter(
        field_name="territories__region_id", choices=regions, label="Territoire"
    )
    serie = AddressFilter(model=Series, rows="series", label="Série", noun="la série")
    annee = SeveralFilter(rows="published_on__year", choices=_years, label="Année", noun="l’année")

    class Meta:
        model = Publication
        fields: list[str] = []
