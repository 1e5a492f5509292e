"""What a page that gathers contents shows of each kind: home, a theme, a territory, a structure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from publishing.kinds import PublishedKind, published


@dataclass(frozen=True)
class Shelf:
    """Some contents of one kind, and the address of the list that has them all."""

    kind: PublishedKind
    title: str
    rows: Sequence[Any]
    all_url: str


def first_shelves(
    user: Any,
    *,
    most: int,
    but: type[Model] | None = None,
    relation: str = "",
    things: Sequence[Any] = (),
    most_everywhere: int = 0,
    **chosen: str,
) -> list[Shelf]:
    """Returns what this person is shown first, `most` at most of each kind, what is to come before
    what was written; where a `relation` is given, only what speaks of these `things`, and
    `most_everywhere` at most of what concerns every territory. `but` is the model of the kind that
    the page shows otherwise; `chosen` are the filters of the lists that show the same."""
    timely_first = sorted(published(), key=lambda kind: (not kind.is_timely, kind.menu_rank or 0))
    shelves = []
    for kind in timely_first:
        if kind.model is but or (relation and not kind.has(relation)):
            continue
        rows = kind.first_cards(user)
        found = list((kind.about(rows, relation, things) if relation else rows)[:most])
        if most_everywhere and kind.everywhere is not None:
            # Taken apart, so that neither leaves no room for the other.
            found += rows.filter(kind.everywhere)[:most_everywhere]
        shown = kind.completed({row.pk: row for row in found}.values())
        if shown:
            shelves.append(Shelf(kind, kind.first_title, shown, kind.all_url(**chosen)))
    return shelves


def all_shelves(
    user: Any, *, relation: str, things: Iterable[Any], but: type[Model] | None = None
) -> list[Shelf]:
    """Returns all that speaks of these things and that this person may see, the newest first, in
    the order of the menu. `but` is as in `first_shelves`."""
    shelves = []
    for kind in sorted(published(), key=lambda kind: kind.menu_rank or 0):
        if kind.model is not but and kind.has(relation):
            rows = list(kind.about(kind.all_shown(user), relation, things))
            if rows:
                shelves.append(Shelf(kind, kind.title, rows, kind.all_url()))
    return shelves
