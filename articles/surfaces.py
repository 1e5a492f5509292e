"""« Où cela apparaîtra » : every surface, by reader, before the editor publishes.

Asked from the same visibility rule that the surfaces use, so it cannot promise something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from articles.models import Series
from publishing.audiences import READS_ALL, Audience, Reader, Role
from themes.models import Theme

READERS = {"Visiteurs": Reader(is_member=False)} | {
    str(role.label): Reader(is_member=True, role=role) for role in Role if role not in READS_ALL
}


@dataclass(frozen=True)
class Surface:
    name: str
    url: str
    readers: dict[str, bool]  # by READERS

    @property
    def answers(self) -> list[tuple[str, bool]]:
        return list(self.readers.items())


def surfaces(data: Mapping[str, Any]) -> list[Surface]:
    """Where a snapshot will be seen once published, in the order a reader meets them."""
    audience, roles = data["audience"], data.get("audience_roles", "")
    people = {name: reader.reads(audience, roles) for name, reader in READERS.items()}
    machines = dict.fromkeys(READERS, audience == Audience.PUBLIC)  # they have no session
    query = ""
    found = [
        Surface("Page de l’article", reverse("articles:detail", args=[data["slug"]]), people),
        Surface("Accueil, tant qu’il est parmi les plus récents", reverse("pages:home"), people),
        Surface("Liste des articles et ses filtres", reverse("articles:list"), people),
    ]
    for theme in Theme.objects.filter(pk__in=data["themes"]):
        found.append(Surface(f"Thématique « {theme} »", theme.get_absolute_url(), people))
        query = query or f"?theme={theme.slug}"
    found += [
        Surface(f"Série « {series} »", series.get_absolute_url(), people)
        for series in Series.objects.filter(pk=data["series"])
    ]
    found += [
        Surface("Flux RSS et Atom", reverse("articles:rss") + query, machines),
        Surface("Plan du site pour les moteurs (sitemap)", reverse("sitemap"), machines),
        Surface("Résultats des moteurs de recherche et partages", "", machines),
    ]
    return found
