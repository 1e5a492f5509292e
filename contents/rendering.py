"""Makes of a snapshot what publications of every kind hold and show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from contents.models import Content
from media.models import Document
from publishing import snapshots
from publishing.audiences import Audience
from territories.models import Territory
from territories.templatetags.territory_maps import territory_locator

# These columns of every publication are columns of its working copy.
SAME = (
    "title",
    "slug",
    "audience",
    "published_on",
    "updated_on",
    "standfirst",
    "cover",
    "cover_alt",
    "cover_is_decorative",
)


def columns(working: type[Content], own: Iterable[str], data: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the columns of a publication of that snapshot that working copies of the kind have
    too: all of `SAME`, and its `own`. What was deleted since an old version is left out; a draft
    may lack a date, and its preview has today's."""
    values, _, _ = snapshots.split(working, (*SAME, *own), data)
    if values["audience"] == Audience.ROLES:
        values["audience_roles"] = data["audience_roles"]
    values["published_on"] = values["published_on"] or timezone.localdate()
    return values


def territories_of_page(keys: Iterable[str]) -> list[dict[str, str]]:
    """Returns those territories as a page tells them: `key label url`, `locator` (a small map,
    HTML)."""
    found = Territory.objects.select_related("department", "successor").filter(pk__in=keys)
    return [
        {
            "key": place.pk,
            "label": place.label,
            "url": place.get_absolute_url(),
            "locator": territory_locator(place.today),
        }
        for place in found
    ]


def file_line(document: Document, url: str, title: str = "") -> dict[str, str]:
    """Returns a document that a page offers at that address, as `contents/_file.html` shows it:
    `title url format size_label`."""
    return {
        "title": title or document.title,
        "url": url,
        "format": document.format_label,
        "size_label": document.size_label,
    }
