"""What the page of every content shows, as its reader may see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from structures.models import Structure


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
