"""What the home page and those of territories tell machines, as schema.org has it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from publishing.structured_data import absolute
from territories.models import Level, Territory


def website() -> dict[str, Any]:
    """Returns the portal, and the address that searches in it: `query-input` names what its braces
    stand for."""
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": settings.PORTAL_NAME,
        "url": absolute("/"),
        "inLanguage": "fr",
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": absolute(reverse("search:results")) + "?q={search_term_string}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def place(territory: Territory) -> dict[str, Any]:
    """Returns the place that its page is about."""
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "City" if territory.level == Level.COMMUNE else "AdministrativeArea",
        "name": territory.name,
        "identifier": territory.code,
        "url": absolute(territory.get_absolute_url()),
    }
    if territory.latitude is not None:
        described["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": territory.latitude,
            "longitude": territory.longitude,
        }
    if parents := territory.parents():
        described["containedInPlace"] = {
            "@type": "AdministrativeArea",
            "name": parents[-1].name,
            "url": absolute(parents[-1].get_absolute_url()),
        }
    return described
