"""What a page of results shows of each entry: asked again of its room, with an excerpt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from publishing.kinds import Card, Kind, declared
from search.french.excerpts import Piece, excerpt, highlighted
from search.models import Entry
from search.understanding import Question

LENGTH_OF_EXCERPT = 220


@dataclass(frozen=True)
class Result:
    """One row found: its card, its title and an excerpt in pieces (text, whether it is marked)."""

    kind: Kind
    row: Any
    card: Card
    title: Sequence[Piece]
    excerpt: Sequence[Piece]


def results_of(entries: Sequence[Entry], question: Question, user: Any) -> list[Result]:
    """Returns what this person may see of these entries, in their order. Each room is asked again:
    the index may be behind, and shows nothing by itself."""
    kinds = {kind.name: kind for kind in declared()}
    rows: dict[tuple[str, str], Any] = {}
    for name in dict.fromkeys(entry.kind for entry in entries):
        keys = [entry.key for entry in entries if entry.kind == name]
        rows |= {(name, str(row.pk)): row for row in kinds[name].found(keys, user)}
    bodies = _bodies(entries)
    shown = []
    for entry in entries:
        row = rows.get((entry.kind, entry.key))
        if row is not None:
            kind = kinds[entry.kind]
            card = kind.card(row)
            shown.append(
                Result(
                    kind=kind,
                    row=row,
                    card=card,
                    title=highlighted(card.title, question.wanted),
                    excerpt=excerpt(bodies.get(entry.pk, ""), question.wanted, LENGTH_OF_EXCERPT),
                )
            )
    return shown


def _bodies(entries: Iterable[Entry]) -> dict[int, str]:
    keys = [entry.pk for entry in entries]
    return dict(Entry.objects.filter(pk__in=keys).values_list("pk", "body"))
