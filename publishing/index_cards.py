"""What search knows of one row: its room fills in a card, as a library does for a book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from publishing.audiences import Audience

# What has this audience is for those whose territory it lies in: its kind says who (`beyond`).
OF_A_TERRITORY = "territory"
# What has this one is there for whoever may read something that it gathers.
GATHERING = "gathering"


# Where weights tell who finds what (`Kind.weight_tells_line`), everybody finds what is below.
PUBLIC_WEIGHTS = 50_000


@dataclass(frozen=True)
class IndexCard:
    """One row, as search finds it. `key` is its primary key.

    Where words stand decides how much they count: in the title or one of its other names, in the
    lead, in the body, in the documents that it offers. Several rows of a kind whose `weight` is the
    same are in the order of their keys; the smallest weight comes first (0 to 99,999).
    """

    key: Any
    title: str
    # Other whole names, by which it is found as by its title: a short name, a former one.
    names: Sequence[str] = ()
    # These are typed whole: a Siret, a code of Insee.
    numbers: Sequence[str] = ()
    lead: Sequence[str] = ()
    body: str = ""
    # Each is the text of one page of a document.
    documents: Sequence[str] = ()
    audience: str = Audience.PUBLIC
    audience_roles: str = ""
    live_from: datetime | None = None
    live_until: datetime | None = None
    # The day that readers know it by, and when it is over.
    day: date | None = None
    ends_at: datetime | None = None
    # An old one is worth less than a new one: news, not guides.
    fades: bool = False
    themes: Sequence[int] = ()
    # Keys of the territories that it speaks of, or lies in.
    territories: Sequence[str] = ()
    # Codes of the places where it lies, for what has the audience of a territory.
    codes: Mapping[str, str] = field(default_factory=dict)
    weight: int = 0
    # It is a territory itself: who names the one in which it lies does not mean it.
    is_place: bool = False
