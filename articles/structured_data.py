"""schema.org descriptions of what is on the page, for machines. Only what the reader may see."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from articles.models import Contribution, Publication
from articles.presentation import absolute

# The same as Django's json_script: nothing in the data can close the script element.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}

SCHEMA_TYPES = {"actualite": "NewsArticle", "publication": "Report"}


def as_script(data: dict[str, Any] | list[dict[str, Any]]) -> SafeString:
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))


def article(publication: Publication, context: dict[str, Any]) -> SafeString:
    """Article and BreadcrumbList of an article page, from the context that the page shows."""
    authors = [
        {
            "@type": "Person",
            "name": person["name"],
            **({"jobTitle": person["role"]} if person["role"] else {}),
            **(
                {"affiliation": {"@type": "Organization", "name": person["organisation"]}}
                if person["organisation"]
                else {}
            ),
        }
        for person in context["people"]
        if person["kind"] == Contribution.Kind.AUTHOR
    ]
    organisation = {"@type": "Organization", "name": settings.PORTAL_NAME, "url": absolute("/")}
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": SCHEMA_TYPES.get(publication.type.slug, "Article"),
        "headline": publication.title,
        "description": context["description"],
        "inLanguage": "fr",
        "url": context["canonical_url"],
        "mainEntityOfPage": context["canonical_url"],
        "datePublished": publication.published_on.isoformat(),
        "dateModified": (publication.updated_on or publication.published_on).isoformat(),
        "author": authors or [organisation],
        "publisher": organisation,
        "articleSection": publication.type.name,
        "keywords": [theme.name for theme in context["themes"]],
        "isAccessibleForFree": True,
    }
    if publication.cover:
        described["image"] = absolute(publication.cover.url_for(1200))
    if publication.series:
        described["isPartOf"] = {
            "@type": "CreativeWorkSeries",
            "name": publication.series.name,
            "url": absolute(publication.series.get_absolute_url()),
        }
    return as_script([described, breadcrumbs(context)])


def breadcrumbs(context: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": label,
                "item": absolute(path) if path else context["canonical_url"],
            }
            for position, (label, path) in enumerate(context["breadcrumbs"], start=1)
        ],
    }
