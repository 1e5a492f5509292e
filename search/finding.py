"""Finds what answers a question: counted whole, ranked, and shown to whom may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from search.corrections import corrected
from search.counting import lines_of
from search.filters import Filters
from search.french.queries import Asked
from search.lexemes import Field
from search.models import Entry
from search.questions import Node, all_of
from search.ranking import Candidate, Ranked, ranked
from search.storage import matching
from search.understanding import Question, understood

# So many are compared with one another; what is further down stays in the cheap order. Nobody reads
# on past the last.
COMPARED, LAST = 300, 1_000
# Fewer results than that, and what was typed may hold an error.
FEW = 3
WINDOWS = (
    (Field.TITLE,),
    (Field.TITLE, Field.LEAD),
    (Field.TITLE, Field.LEAD, Field.BODY),
    tuple(Field),
)


@dataclass
class Found:
    """What a question finds, for one person: all of it counted by line, the best in order."""

    question: Question
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    # The same without what only marks tell of the chosen territories.
    everywhere: dict[tuple[str, str], int] = field(default_factory=dict)
    total: int = 0
    entries: list[Ranked] = field(default_factory=list)
    # It was searched as if this had been typed.
    corrected: str = ""
    # So would more be found.
    suggested: str = ""


def find(
    asked: Asked, filters: Filters, user: Any, *, exactly: bool = False, most: int = COMPARED
) -> Found:
    """Returns what this person finds, `most` of it in order at least. With `exactly`, nothing but
    what was typed is searched."""
    question = understood(asked)
    if question.is_empty or filters.gives_nothing:
        return Found(question)
    found = _found(question, filters, user, most)
    if exactly or asked.number:
        return found
    anything = sum(found.everywhere.values())
    if anything < FEW and (other := corrected(question, user)):
        better = _found(understood(asked, instead=other.instead), filters, user, most)
        if sum(better.everywhere.values()) > anything:
            if not anything:
                return replace(better, corrected=other.text)
            found.suggested = other.text
    if not anything:
        for eased in _eased(question):
            found = _found(eased, filters, user, most)
            if found.everywhere:
                return found
    return found


def _eased(question: Question) -> list[Question]:
    """Returns easier questions: the last word may be half typed, a word or two unanswered."""
    if not question.terms:
        return []
    found = []
    *others, last = question.terms
    if len(last.said[-1].exact) > 3:  # fewer letters begin anything
        found.append(replace(question, terms=(*others, replace(last, is_prefix=True))))
    found += [
        replace(question, spared=spared)
        for spared in (1, 2)
        if len(question.terms) > spared + (spared > 1)
    ]
    return found


def _found(question: Question, filters: Filters, user: Any, most: int) -> Found:
    found = counted(question, filters, user)
    if found.total:
        found.entries = _best(question, filters, Entry.objects.visible_to(user), most)
    return found


def counted(question: Question, filters: Filters, user: Any) -> Found:
    """Returns how much this person finds, and no entry."""
    node = question.node()
    everywhere = lines_of(node, user)
    lines = everywhere
    if finer := filters.finer_places:
        lines = lines_of(all_of([node, *finer]), user)
    return Found(question, lines, everywhere, filters.total(lines))


def _best(question: Question, filters: Filters, visible: Any, most: int) -> list[Ranked]:
    """Returns the best, `most` of them at least, where there are as many. They are read from the
    surest on: by name, then by the fields in which all is answered; each time in the cheap order,
    so that nothing is sorted."""
    kept = visible.filter(filters.condition())
    wanted = COMPARED if most <= COMPARED else LAST
    narrowing = filters.nodes()
    candidates: dict[int, Candidate] = {}

    def take(node: Node, within: Sequence[Field], *, is_named: bool = False) -> None:
        rows = matching(kept, all_of([node, *narrowing]), within).values_list(*Ranked._fields)
        for row in rows[:wanted]:
            if row[0] not in candidates and len(candidates) < wanted:
                field = Field.TITLE if is_named else within[-1]
                candidates[row[0]] = Candidate(Ranked(*row), field, is_named)

    if (name := question.name) is not None:
        take(all_of([name, question.node()]), tuple(Field), is_named=True)
    if question.places:
        take(question.node(with_places=False), WINDOWS[0])
    for within in WINDOWS:
        if len(candidates) < wanted:
            take(question.node(), within)
    found = list(candidates.values())
    best = ranked(found[:COMPARED], question, timezone.now())
    return best + [candidate.entry for candidate in found[COMPARED:]]
