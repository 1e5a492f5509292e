"""How tests ask the search what it finds, and whether its index is right."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils import timezone

from publishing.kinds import declared
from search.filters import Filters
from search.finding import Found, find
from search.french.queries import asked
from search.rebuilding import Drift, compare, rebuild
from tests.territories.geography import put_back_geography

VISITOR = AnonymousUser()


def search(text: str, user: Any = VISITOR, query: str = "", *, exactly: bool = False) -> Found:
    return find(asked(text), Filters(QueryDict(query)), user, exactly=exactly)


def found(text: str, user: Any = VISITOR, query: str = "") -> list[str]:
    """Returns the titles of what is found by these very words, the first one first."""
    entries = search(text, user, query, exactly=True).entries
    titles: dict[tuple[str, str], str] = {}
    for name in {entry.kind for entry in entries}:
        (kind,) = (kind for kind in declared() if kind.name == name)
        rows = kind.found([entry.key for entry in entries if entry.kind == name], user)
        titles |= {(name, str(row.pk)): kind.card(row).title for row in rows}
    return [titles[entry.kind, entry.key] for entry in entries]


def drift() -> Drift:
    """Returns how the index differs from what the rows say, whole."""
    return compare()


def load_searched_geography() -> None:
    """Puts back the small geography, whose rows tell nobody, and writes the index."""
    put_back_geography()
    rebuild()


def at(patch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Has the portal believe that it is that moment."""
    patch.setattr(timezone, "now", lambda: moment)
