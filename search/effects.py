"""What a synonym changes to what is found, told before it is saved and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef

from search.expressions import Expression
from search.finding import WINDOWS
from search.french.queries import asked
from search.models import Entry, Synonym
from search.questions import Node, Without
from search.results import Result, results_of
from search.storage import matching
from search.synonyms import Synonyms
from search.understanding import Question, understood

# So many expressions are asked, so many results counted of each, and so many gained ones named.
MOST_EXPRESSIONS, MOST_COUNTED, MOST_NAMED = 6, 5_000, 5


@dataclass(frozen=True)
class Counted:
    """How many results an expression finds without the synonym and with it, `MOST_COUNTED` at
    most."""

    without: int
    with_it: int

    @property
    def is_cut(self) -> bool:
        return self.with_it >= MOST_COUNTED


@dataclass(frozen=True)
class Effect:
    """What changes for whoever searches one expression: what visitors would find, and the person
    who asks; then the first results that are gained, those of everybody and those that only this
    person and others like them may read."""

    expression: str
    for_all: Counted
    for_person: Counted
    gained: Sequence[Result]
    gained_reserved: Sequence[Result]

    @property
    def is_none(self) -> bool:
        return not (self.gained or self.gained_reserved)


def effects_of(synonym: Synonym, user: Any) -> list[Effect]:
    """Returns what the synonym changes, saved or not, for each expression that would find more.
    Nothing is written."""
    meanings = Synonym.objects.exclude(pk=synonym.pk).meanings()
    without = Synonyms.of(meanings)
    synonym.add_to(meanings)
    with_it = Synonyms.of(meanings)
    return [_effect(one, without, with_it, user) for one in concerned(synonym)[:MOST_EXPRESSIONS]]


def concerned(synonym: Synonym) -> list[Expression]:
    """Returns the expressions that find more by it."""
    said, same = synonym.sides()
    return [*said, *same] if synonym.both_ways else said


def _effect(one: Expression, without: Synonyms, with_it: Synonyms, user: Any) -> Effect:
    query = asked(one.written)
    before = understood(query, synonyms=without)
    after = understood(query, synonyms=with_it)
    visitor = AnonymousUser()
    everybody, person = Entry.objects.visible_to(visitor), Entry.objects.visible_to(user)
    more = Without(after.node(), before.node())
    # What everybody may read is named already.
    reserved = person.exclude(Exists(everybody.filter(pk=OuterRef("pk"))))
    return Effect(
        expression=one.written,
        for_all=_counted(everybody, before, after),
        for_person=_counted(person, before, after),
        gained=results_of(_first(everybody, more), after, visitor),
        gained_reserved=results_of(_first(reserved, more), after, user),
    )


def _first(entries: Any, node: Node) -> list[Entry]:
    """Returns the first of them, those that answer by their titles before the others."""
    found: dict[int, Entry] = {}
    for within in WINDOWS:
        if len(found) < MOST_NAMED:
            found |= {entry.pk: entry for entry in matching(entries, node, within)[:MOST_NAMED]}
    return list(found.values())[:MOST_NAMED]


def _counted(entries: Any, before: Question, after: Question) -> Counted:
    without, with_it = (
        matching(entries, question.node()).order_by().values("pk")[:MOST_COUNTED].count()
        for question in (before, after)
    )
    return Counted(without, with_it)
