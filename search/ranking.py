"""What of all that answers a question comes first. One code, the same on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import exp, log2
from operator import or_
from typing import NamedTuple

from search import facets
from search.french.resembling import distance
from search.french.words import words
from search.lexemes import Field
from search.places import PEOPLE_OF_A_PLACE
from search.understanding import Question, Term
from structures.sight import COLUMNS
from territories.models import Level

# What a part of a question is worth where it is answered by the very word. A form of it is worth
# FORM as much, what means the same SAME, and lying in the place that it names PLACE.
WORTH = {Field.TITLE: 1.0, Field.LEAD: 0.55, Field.BODY: 0.3, Field.DOCUMENTS: 0.15}
FORM, SAME = 0.85, 0.7
PLACE = 0.45
# In another of its names, which is not shown: the expansion of an acronym, a former name.
OTHER_NAME = 0.75
# The name of a place has no plural: « Gouvernes » is not what « gouvernance » asks.
FORM_OF_A_PLACE = 0.1
# What holds the very words, one after the other as they are typed, outside its title.
AS_TYPED = 0.2
# A whole name comes before all that only holds its words.
NAMED = 1.5
# Letter by letter a name, small words included: « Le DLA, c’est pour vous ? » is no acronym.
EXACTLY = 0.1
# The rest of a title takes something away; the words in their order, side by side, add something.
WHOLE_TITLE, IN_ORDER = 0.2, 0.15
# What was published lasts, or is soon old.
NEW, HALF_LIFE_DAYS = 0.25, 240.0
COMING, PAST = 0.15, -0.3
LIES_THERE = 0.25
UNANSWERED = -0.2
# Nothing but a place is asked, or whom to call there: its page and its DLA come first, and that
# which is asked for the most before the other.
DOOR, RIGHT_DOOR, LESS_LARGE = 2.1, 1.0, 0.1
# Registers hold hundreds of rows that bear the same word: the more of them, the less each is what
# was meant, where something else bears it too. So many that bear the name of a small place, and do
# not lie there, say that it is a common word: « Jardin » is a village too.
REGISTERS = frozenset(["structures", "operators", "territories"])
CROWD, LARGEST_CROWD = 0.04, 256
COMMON = 5
# Where two are equal by all else.
OF_KIND = {
    "glossary": 0.13, "pages": 0.12, "territories": 0.1, "themes": 0.1, "operators": 0.05,
    "series": 0.06, "events": 0.05, "articles": 0.06, "structures": 0.0,
}  # fmt: skip
# Further down than the lead, texts are what is read: a legal page says many words once.
TEXTS = frozenset(["articles", "events"])


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
    """An entry that answers a question, and how: the first of the fields in which all of it is
    answered; by its whole name; as the page, or the DLA, of a place that is named; by the very
    words, one after the other."""

    entry: Ranked
    field: Field
    is_named: bool = False
    is_door: bool = False
    is_as_typed: bool = False


@dataclass(frozen=True)
class Telling:
    """Of a question of which a part may go unanswered, by term: what it is worth to answer it (a
    word that thousands hold says little), and the shelf marks of what does, all of them up to the
    last."""

    weights: tuple[float, ...]
    held: tuple[frozenset[int], ...]
    last: tuple[float, ...]

    def is_answered(self, term: int, mark: int) -> bool:
        return mark in self.held[term] or mark > self.last[term]


def ranked(
    found: Sequence[Candidate], question: Question, now: datetime, telling: Telling | None = None
) -> list[Ranked]:
    """Returns the entries, the best first; equal ones in the order of their shelf marks."""
    of_registers = sum(one.entry.kind in REGISTERS for one in found)
    crowd = CROWD * log2(min(max(of_registers, 1), LARGEST_CROWD))
    is_common = _is_common_word(found, question)
    scored = []
    for one in found:
        total = score(one, question, now, telling)
        if one.entry.kind in REGISTERS:
            total -= crowd if one.field == Field.TITLE else crowd / 2
        if is_common and one.entry.kind in ("territories", "operators"):
            total -= DOOR + RIGHT_DOOR + NAMED
        scored.append((-round(total, 6), one.entry.pk, one.entry))
    scored.sort(key=lambda each: each[:2])
    return [entry for *_, entry in scored]


def _is_common_word(found: Sequence[Candidate], question: Question) -> bool:
    """Says whether the name of a small place, which is all that is asked, is a word like another:
    much bears it elsewhere."""
    if not question.is_of_a_place or question.asks_whom_to_call:
        return False
    if any(one.people >= PEOPLE_OF_A_PLACE for one in question.offered):
        return False
    elsewhere = sum(
        one.field == Field.TITLE
        and one.entry.kind not in ("territories", "operators")
        and not _lies_there(one.entry, question)
        for one in found
    )
    return elsewhere >= COMMON


def score(
    one: Candidate, question: Question, now: datetime, telling: Telling | None = None
) -> float:
    entry = one.entry
    title = _title(entry.title)
    weights = telling.weights if telling else (1.0,) * len(question.terms)
    worth = 0.0
    for at, (term, weight) in enumerate(zip(question.terms, weights, strict=True)):
        in_title = _worth_in_title(term, title, entry)
        if in_title is None and (
            one.is_door or (telling and not telling.is_answered(at, entry.pk))
        ):
            worth += weight * UNANSWERED
        else:
            worth += weight * (_worth_elsewhere(term, one) if in_title is None else in_title)
    total = worth / sum(weights) if weights else WORTH[one.field]
    if one.field <= Field.LEAD or entry.kind in TEXTS:
        total += OF_KIND.get(entry.kind, 0.0)
    if one.is_named:
        total += NAMED + EXACTLY * (title.whole == question.whole)
    if title.telling and entry.kind != "territories":
        answered = sum(_is_answered(exact, stems, question) for exact, stems in title.telling)
        total += WHOLE_TITLE * answered / len(title.telling)
    if len(question.terms) > 1 and _in_order(question, title.sequence):
        total += IN_ORDER
    elif one.is_as_typed and one.field != Field.TITLE:
        total += AS_TYPED
    total += _of_its_time(entry, now)
    if question.places and entry.kind != "territories" and _lies_there(entry, question):
        total += LIES_THERE
    return total + _as_door(entry, question)


def _as_door(entry: Ranked, question: Question) -> float:
    """Returns what it is worth to be the page or the DLA of the place that alone is asked; the
    largest that bears its name first."""
    if not question.is_of_a_place or entry.kind not in ("territories", "operators"):
        return 0.0
    if entry.kind == "territories":
        doors = [bearer.key == entry.key for bearer in question.offered]
    else:
        carried = facets.read(entry.facets).spoken_of
        doors = [bearer.called_key in carried for bearer in question.offered]
    if True not in doors:
        return 0.0
    is_right = question.asks_whom_to_call == (entry.kind == "operators")
    return DOOR + RIGHT_DOOR * is_right - LESS_LARGE * doors.index(True)


@dataclass(frozen=True)
class _Title:
    whole: tuple[str, ...]
    sequence: tuple[str, ...]
    exact: frozenset[str]
    stems: frozenset[str]
    telling: tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=1 << 14)
def _title(title: str) -> _Title:
    said = words(title)
    return _Title(
        whole=tuple(word.exact for word in said),
        sequence=tuple(word.exact for word in said if not word.is_small),
        exact=frozenset(form for word in said for form in (word.exact, *word.others)),
        stems=frozenset(stem for word in said for stem in word.stems),
        telling=tuple((word.exact, word.stems) for word in said if not word.is_small),
    )


def _worth_in_title(term: Term, title: _Title, entry: Ranked) -> float | None:
    """Returns what a term is worth in the title, None where it is not answered there."""
    exact = [
        word.exact in title.exact or not title.exact.isdisjoint(word.others) for word in term.said
    ]
    if all(exact):
        return WORTH[Field.TITLE]
    by_form = [not title.stems.isdisjoint(word.stems) for word in term.said]
    if all(map(or_, exact, by_form)):
        if entry.kind != "territories":
            return WORTH[Field.TITLE] * FORM
        # A letter that is doubled or not makes no other name: « Marseile ».
        is_name = all(
            any(not distance(word.exact, name) for name in title.sequence) for word in term.said
        )
        return WORTH[Field.TITLE] * (FORM if is_name else FORM_OF_A_PLACE)
    for other in term.same:
        if all(
            word.exact in title.exact or not title.stems.isdisjoint(word.stems) for word in other
        ):
            return WORTH[Field.TITLE] * SAME
    return None


def _worth_elsewhere(term: Term, one: Candidate) -> float:
    """Returns what a term is worth that is answered outside the title, in the field by which all
    is: by another name, by lying there."""
    if one.field != Field.TITLE:
        return WORTH[one.field]
    return PLACE if term.places else OTHER_NAME


def _is_answered(exact: str, stems: Sequence[str], question: Question) -> bool:
    return exact in question.wanted or not question.wanted.isdisjoint(stems)


def _in_order(question: Question, sequence: tuple[str, ...]) -> bool:
    asked = tuple(word.exact for term in question.terms for word in term.said)
    length = len(asked)
    return any(sequence[at : at + length] == asked for at in range(len(sequence) - length + 1))


def _of_its_time(entry: Ranked, now: datetime) -> float:
    if entry.kind == "operators" and not facets.read(entry.facets).territories:
        return PAST
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
