"""Finds what answers a question: counted whole, ranked, and shown to whom may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import inf, log
from typing import Any

from django.utils import timezone

from search.corrections import corrected
from search.counting import lines_of
from search.facets import Lines
from search.filters import Filters
from search.french.queries import Asked
from search.lexemes import Field
from search.models import Entry
from search.questions import Node, all_of, any_of
from search.ranking import Candidate, Ranked, Telling, ranked
from search.storage import by_their_words, matching
from search.understanding import Question, understood
from search.writing import SHELVES, shelf

# So many are compared with one another; what is further down stays in the cheap order. Nobody reads
# on past the last.
COMPARED, LAST = 300, 1_000
# More entries are rather met one after the other than put together.
FOUND_BY_WORDS = 20_000
LONGEST_SHELF = SHELVES[-1]
# Fewer results than that, and what was typed may hold an error.
FEW = 3
# Of so many terms, one may be spared.
FEWEST_TO_SPARE = 3
# A word that so many hold says the least: so much less than one that a single entry holds.
MOST_HELD, LEAST_SAID = 1_000, 0.7
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
    lines: Lines = field(default_factory=dict)
    # The same without what only marks tell of the chosen territories.
    everywhere: Lines = field(default_factory=dict)
    # By the key of a chosen territory that lines do not tell, the lines of what concerns it.
    within: dict[str, Lines] = field(default_factory=dict)
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
    question = replace(understood(asked), opens_doors=not exactly)
    if question.is_empty or filters.gives_nothing:
        return Found(question)
    found = _found(question, filters, user, most)
    if exactly or asked.number:
        return found
    anything = _count(found, user)
    if not anything and (half_typed := _half_typed(question)):
        begun = _found(half_typed, filters, user, most)
        if _count(begun, user):
            return begun
    instead = ""
    if anything < FEW and (other := corrected(question, user)):
        right = understood(asked, instead=other.instead)
        better = _found(right, filters, user, most)
        if _count(better, user) > anything:
            if not anything:
                return replace(better, corrected=other.text)
            found.suggested = other.text
        elif not anything:
            question, instead = right, other.text
    for spared in _spared(question, anything, user):
        eased = _found(replace(question, spared=spared), filters, user, most)
        if eased.everywhere:
            return replace(eased, corrected=instead, suggested=found.suggested)
    return found


def _half_typed(question: Question) -> Question | None:
    """Returns the question whose last word is only begun, where it may be."""
    if not question.terms:  # a phrase is searched as it is
        return None
    *others, last = question.terms
    shortest = 3 if others else 4  # fewer letters begin anything
    if len(last.said[-1].exact) < shortest or last.said[-1].exact != question.asked.last:
        return None
    return replace(question, terms=(*others, replace(last, is_prefix=True)))


def _count(found: Found, user: Any) -> int:
    """Returns how many answer all that is asked, or enough: the page of a place, and its DLA,
    answer a question that says more in part only."""
    question, count = found.question, sum(found.everywhere.values())
    if count >= FEW + len(question.doors) or question.is_of_a_place or not question.doors:
        return count
    whole = matching(Entry.objects.visible_to(user), question.node(with_doors=False))
    return len(whole.values_list("pk", flat=True)[:FEW])


def _spared(question: Question, anything: int, user: Any) -> list[int]:
    """Returns how many terms may go unanswered, one after the other: any but one where nothing is
    found, one of three where all are answered only far down in long texts."""
    count = len(question.terms)
    if not anything:
        return [spared for spared in dict.fromkeys((1, 2, count - 1)) if 0 < spared < count]
    if count < FEWEST_TO_SPARE or question.asked.phrases:
        return []
    visible = Entry.objects.visible_to(user)
    early = matching(visible, question.node(with_doors=False), WINDOWS[1])
    return [] if early.exists() else [1]


def _telling(question: Question, visible: Any) -> Telling:
    """Returns which terms say the most, and what answers each."""
    held = []
    for term in question.terms:
        marks = matching(visible, term.node()).values_list("pk", flat=True)
        held.append(list(marks[:MOST_HELD]))
    return Telling(
        weights=tuple(1 - LEAST_SAID * log(1 + len(marks)) / log(1 + MOST_HELD) for marks in held),
        held=tuple(frozenset(marks) for marks in held),
        last=tuple(marks[-1] if len(marks) == MOST_HELD else inf for marks in held),
    )


def _found(question: Question, filters: Filters, user: Any, most: int) -> Found:
    visible = Entry.objects.visible_to(user)
    node = question.node()
    everywhere = lines_of(node, user)
    lines = everywhere
    if finer := filters.finer_places:
        lines = lines_of(all_of([node, *finer]), user)
    within = {
        key: lines if [place] == filters.finer_places else lines_of(all_of([node, place]), user)
        for key, place in filters.finer.items()
    }
    found = Found(question, lines, everywhere, within, filters.total(lines))
    if found.total:
        answering = sum(everywhere.values())
        found.entries = _best(question, filters, visible, most, answering)
    return found


def _best(
    question: Question, filters: Filters, visible: Any, most: int, answering: int
) -> list[Ranked]:
    """Returns the best, `most` of them at least, where there are as many. They are read from the
    surest on: by name, then by the fields in which all is answered; each time in the cheap order,
    so that nothing is sorted. `answering`: so many entries answer, wherever."""
    kept = visible.filter(filters.condition())
    wanted = COMPARED if most <= COMPARED else LAST
    narrowing = filters.nodes()
    candidates: dict[int, Candidate] = {}

    def take(
        node: Node, within: Sequence[Field], *, is_named: bool = False, is_door: bool = False
    ) -> None:
        for row in _first(kept, all_of([node, *narrowing]), within, wanted, answering):
            if row[0] not in candidates and len(candidates) < wanted:
                field = Field.TITLE if is_named else within[-1]
                candidates[row[0]] = Candidate(Ranked(*row), field, is_named, is_door)

    def mark_as_typed(node: Node) -> None:
        rows = matching(kept, all_of([node, *narrowing])).values_list("pk", flat=True)
        for mark in rows[:wanted]:
            if mark in candidates:
                candidates[mark] = replace(candidates[mark], is_as_typed=True)

    if (name := question.name) is not None:
        take(all_of([name, question.node()]), tuple(Field), is_named=True)
    if question.doors:
        take(all_of([any_of(question.doors), question.node()]), tuple(Field), is_door=True)
    if question.places:
        take(question.node(with_places=False, with_doors=False), WINDOWS[0])
    for within in WINDOWS:
        if len(candidates) < wanted:
            take(question.node(with_doors=False), within)
    # Where titles answer, nothing else says more.
    are_titles = all(one.field == Field.TITLE for one in candidates.values())
    if not are_titles and len(candidates) > 1 and (node := question.as_typed) is not None:
        mark_as_typed(node)
    found = list(candidates.values())
    telling = _telling(question, visible) if question.spared else None
    best = ranked(found[:COMPARED], question, timezone.now(), telling)
    return best + [candidate.entry for candidate in found[COMPARED:]]


def _first(
    entries: Any, node: Node, within: Sequence[Field], most: int, answering: int
) -> list[tuple[Any, ...]]:
    """Returns the columns of `Ranked` of the first of these that answer, in the order of their
    shelf marks. Where very many do, those of the longest shelf, the last, are met by walking along
    it, and the others found by their words."""
    rows = matching(entries, node, within).values_list(*Ranked._fields)
    if answering <= FOUND_BY_WORDS:
        return list(by_their_words(rows)[:most])
    start, _ = shelf(LONGEST_SHELF)
    found = list(by_their_words(rows.filter(pk__lt=start))[:most])
    if len(found) < most:
        found += rows.filter(pk__gte=start)[: most - len(found)]
    return found
