"""The schema.org descriptions of what is on the page, for machines: only what the reader may
see."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.defaultfilters import truncatechars

from articles.models import Contribution, Publication
from contents.structured_data import organisation, person
from publishing.structured_data import absolute

SCHEMA_TYPES = {"actualite": "NewsArticle", "publication": "Report"}


def description(publication: Publication) -> str:
    return publication.seo_description or str(truncatechars(publication.standfirst, 160))


def article(publication: Publication) -> dict[str, Any]:
    """Returns the Article that its page is about."""
    address = absolute(publication.get_absolute_url())
    authors = [
        person(contribution)
        for contribution in publication.content["people"]
        if contribution["kind"] == Contribution.Kind.AUTHOR
    ]
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": SCHEMA_TYPES.get(publication.type.slug, "Article"),
        "headline": publication.title,
        "description": description(publication),
        "inLanguage": "fr",
        "url": address,
        "mainEntityOfPage": address,
        "datePublished": publication.published_on.isoformat(),
        "dateModified": (publication.updated_on or publication.published_on).isoformat(),
        "author": authors or [organisation()],
        "publisher": organisation(),
        "articleSection": publication.type.name,
        "isAccessibleForFree": True,
    }
    if publication.cover:
        described["image"] = settings.SITE_URL + publication.cover.url_for(1200)
    if places := publication.content.get("territories"):
        described["spatialCoverage"] = [
            {"@type": "Place", "name": place["label"], "url": settings.SITE_URL + place["url"]}
            for place in places
        ]
    if publication.series:
        described["isPartOf"] = {
            "@type": "CreativeWorkSeries",
            "name": publication.series.name,
            "url": settings.SITE_URL + publication.series.get_absolute_url(),
        }
    return described
