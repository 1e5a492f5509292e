"""What the page of every content shows, as its reader may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.db.models import Q

from publishing.audiences import Audience
from publishing.structured_data import absolute
from structures.models import Structure


@dataclass(frozen=True)
class Share:
    """What is passed on of a page: its title, its public address, and a mail that holds both, ready
    to be addressed (`mailto:`)."""

    title: str
    url: str
    mail_url: str


def share(publication: Any) -> Share | None:
    """Returns what may be passed on of it; nothing where it is for people invited by name. Whom it
    is reserved to is in the mail too: they alone will read the page."""
    if publication.audience == Audience.INVITED:
        return None
    url = absolute(publication.get_absolute_url())
    lines = [publication.title, url, publication.reserved_to]
    letter = {"subject": publication.title, "body": "\r\n\r\n".join(filter(None, lines))}
    # Mail programs read a plus sign as itself, and not as a space.
    return Share(publication.title, url, "mailto:?" + urlencode(letter, quote_via=quote))


def structures_told(keys: Iterable[int], user: Any) -> Iterable[Structure]:
    """Returns those that this reader may see, as they are today: an agreement may have been
    withdrawn."""
    if not keys:
        return []
    named = Q(pk__in=keys) | Q(absorbed__in=keys)
    found: Iterable[Structure] = (
        Structure.objects.visible_to(user)
        .filter(named)
        .select_related("commune__department")
        .distinct()
        .order_by("sort_key", "pk")
    )
    return found
