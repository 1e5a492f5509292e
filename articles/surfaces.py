"""« Où cela apparaîtra », for an article."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from articles.models import Series
from publishing.remarks import at_field
from publishing.surfaces import Surface, machines, people
from themes.models import Theme


def surfaces(data: Mapping[str, Any]) -> list[Surface]:
    """Where a snapshot will be seen once published, in the order a reader meets them."""
    readers = people(data["audience"], data.get("audience_roles", ""))
    bots = machines(data["audience"])
    query = ""
    found = [
        Surface(
            "Page de l’article",
            reverse("articles:detail", args=[data["slug"]]),
            readers,
            "Adresse",
            at_field("slug"),
        ),
        Surface("Accueil, tant qu’il est parmi les plus récents", reverse("pages:home"), readers),
        Surface("Liste des articles et ses filtres", reverse("articles:list"), readers),
    ]
    for theme in Theme.objects.filter(pk__in=data["themes"]):
        name = f"Thématique « {theme} »"
        page = theme.get_absolute_url()
        found.append(Surface(name, page, readers, "Thématiques", at_field("themes")))
        query = query or f"?theme={theme.slug}"
    found += [
        Surface(
            f"Série « {series} »",
            series.get_absolute_url(),
            readers,
            "Série",
            at_field("series"),
        )
        for series in Series.objects.filter(pk=data["series"])
    ]
    found += [
        Surface(
            "Flux RSS et Atom",
            reverse("articles:rss") + query,
            bots,
            "Public",
            at_field("audience"),
        ),
        Surface("Plan du site pour les moteurs (sitemap)", reverse("sitemap"), bots),
        Surface("Résultats des moteurs de recherche et partages", "", bots),
    ]
    return found
