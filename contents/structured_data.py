"""The schema.org descriptions that the pages of every kind of content hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings


def person(contribution: Mapping[str, str]) -> dict[str, Any]:
    """Returns a Person. `contribution` has `name`, `role` and `organisation`, the last two perhaps
    empty."""
    described: dict[str, Any] = {"@type": "Person", "name": contribution["name"]}
    if contribution["role"]:
        described["jobTitle"] = contribution["role"]
    if contribution["organisation"]:
        described["affiliation"] = {"@type": "Organization", "name": contribution["organisation"]}
    return described


def organisation(name: str = "") -> dict[str, str]:
    """Returns the Organization of that name, the portal's by default."""
    return {
        "@type": "Organization",
        "name": name or settings.PORTAL_NAME,
        "url": settings.SITE_URL + "/",
    }
