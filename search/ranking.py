"""What of all that answers a question comes first. One code, the same on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import exp
from typing import NamedTuple

from search import facets
from search.french.words import words
from search.lexemes import Field
from search.understanding import Question, Term
from structures.sight import COLUMNS
from territories.models import Level

# What a part of a question is worth where it is answered by the very word. A form of it is worth
# FORM as much, what means the same SAME, and lying in the place that it names PLACE.
WORTH = {Field.TITLE: 1.0, Field.LEAD: 0.55, Field.BODY: 0.3, Field.DOCUMENTS: 0.15}
FORM, SAME = 0.85, 0.7
PLACE = 0.45
# A whole name comes before all that only holds its words.
NAMED = 1.5
# The rest of a title takes something away; the words in their order, side by side, add something.
WHOLE_TITLE, IN_ORDER = 0.2, 0.15
# What was published lasts, or is soon old.
NEW, HALF_LIFE_DAYS = 0.25, 240.0
COMING, PAST = 0.15, -0.3
LIES_THERE = 0.25
UNANSWERED = -0.2
# Where two are equal by all else.
OF_KIND = {
    "pages": 0.12, "glossary": 0.12, "territories": 0.1, "themes": 0.1, "operators": 0.1,
    "series": 0.06, "events": 0.05, "articles": 0.06, "structures": 0.0,
}  # fmt: skip


class Ranked(NamedTuple):
    """What order is made of: columns of an entry, by their names. The text of what is shown is read
    apart."""

    pk: int
    kind: str
    key: str
    title: str
    day: date | None
    ends_at: datetime | None
    fades: bool
    facets: str
    region_code: str
    department_code: str
    epci_code: str
    commune_code: str


@dataclass(frozen=True)
class Candidate:
    """An entry that answers a question, the first of the fields in which all of it is answered, and
    whether by its whole name."""

    entry: Ranked
    field: Field
    is_named: bool = False


def ranked(found: Iterable[Candidate], question: Question, now: datetime) -> list[Ranked]:
    """Returns the entries, the best first; equal ones in the order of their shelf marks."""
    scored = [(-score(one, question, now), one.entry.pk, one.entry) for one in found]
    scored.sort(key=lambda each: each[:2])
    return [entry for *_, entry in scored]


def score(one: Candidate, question: Question, now: datetime) -> float:
    entry = one.entry
    title = _title(entry.title)
    worth = 0.0
    for term in question.terms:
        worth += _worth(term, title, one)
    count = len(question.terms) or 1
    total = worth / count if question.terms else WORTH[one.field]
    total += OF_KIND.get(entry.kind, 0.0)
    if one.is_named:
        total += NAMED
    if title.telling:
        answered = sum(_is_answered(exact, stems, question) for exact, stems in title.telling)
        total += WHOLE_TITLE * answered / len(title.telling)
    if len(question.terms) > 1 and _in_order(question, title.sequence):
        total += IN_ORDER
    total += _of_its_time(entry, now)
    if question.places and _lies_there(entry, question):
        total += LIES_THERE
    return round(total, 6)


@dataclass(frozen=True)
class _Title:
    sequence: tuple[str, ...]
    exact: frozenset[str]
    stems: frozenset[str]
    telling: tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=1 << 14)
def _title(title: str) -> _Title:
    said = words(title)
    return _Title(
        sequence=tuple(word.exact for word in said if not word.is_small),
        exact=frozenset(form for word in said for form in (word.exact, *word.others)),
        stems=frozenset(stem for word in said for stem in word.stems),
        telling=tuple((word.exact, word.stems) for word in said if not word.is_small),
    )


def _worth(term: Term, title: _Title, one: Candidate) -> float:
    needed = len(term.said)
    exact = sum(
        word.exact in title.exact or not title.exact.isdisjoint(word.others) for word in term.said
    )
    if exact == needed:
        return WORTH[Field.TITLE]
    by_form = sum(
        not title.stems.isdisjoint(word.stems)
        for word in term.said
        if word.exact not in title.exact
    )
    if exact + by_form >= needed:
        return WORTH[Field.TITLE] * FORM
    for other in term.same:
        if all(
            word.exact in title.exact or not title.stems.isdisjoint(word.stems) for word in other
        ):
            return WORTH[Field.TITLE] * SAME
    if term.places and one.field == Field.TITLE:
        return PLACE
    # It is answered outside the title, in the field by which all is.
    return WORTH[max(one.field, Field.LEAD)] if one.field != Field.TITLE else WORTH[Field.LEAD]


def _is_answered(exact: str, stems: Sequence[str], question: Question) -> bool:
    return exact in question.wanted or not question.wanted.isdisjoint(stems)


def _in_order(question: Question, sequence: tuple[str, ...]) -> bool:
    asked = tuple(word.exact for term in question.terms for word in term.said)
    length = len(asked)
    return any(sequence[at : at + length] == asked for at in range(len(sequence) - length + 1))


def _of_its_time(entry: Ranked, now: datetime) -> float:
    if entry.kind == "events":
        return COMING if entry.ends_at is None or entry.ends_at > now else PAST
    if entry.fades and entry.day is not None:
        days = max((now.date() - entry.day).days, 0)
        return NEW * exp(-days / HALF_LIFE_DAYS) - NEW / 2
    return 0.0


def _lies_there(entry: Ranked, question: Question) -> bool:
    keys = {key for place in question.places for key in place.keys}
    own = {
        f"{level.value}-{code}"
        for level, column in COLUMNS.items()
        if (code := getattr(entry, column))
    }
    return not keys.isdisjoint(own) or not keys.isdisjoint(facets.read(entry.facets).territories)


assert set(COLUMNS) >= {Level.REGION, Level.DEPARTMENT}
