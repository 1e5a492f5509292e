"""What stands above results: an answer that editors chose, the term or the place that is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from glossary.models import Term
from search.finding import Found
from search.models import ChosenAnswer, Entry
from search.results import Result
from search.storage import matching
from search.understanding import Question
from structures.local_operators import LocalOperators
from territories.models import Territory


@dataclass(frozen=True)
class NamedPlace:
    """The largest place that bears a name, whom to call there, and the others that bear it."""

    territory: Territory
    near: LocalOperators
    namesakes: tuple[Territory, ...]


@dataclass(frozen=True)
class Answers:
    chosen: ChosenAnswer | None
    term: Term | None
    place: NamedPlace | None

    def not_repeated_by(self, results: Sequence[Result]) -> list[Result]:
        """Returns the results but those that stand above them."""
        above = [self.term, self.place and self.place.territory]
        return [result for result in results if result.row not in above]


def answers_to(found: Found, user: Any) -> Answers:
    """Returns what answers a question by itself. Where nothing is found, any place that it names
    does."""
    question = found.question
    return Answers(
        ChosenAnswer.objects.answer_to(question.asked, user),
        Term.objects.named(found.corrected or question.asked.text),
        _place(question, is_last_resort=not found.total),
    )


def _place(question: Question, *, is_last_resort: bool) -> NamedPlace | None:
    """Returns the first of the places that are offered; as a last resort, of those that are
    named."""
    offered = [bearer.key for bearer in question.offered]
    named = [place.keys for place in question.places]
    if is_last_resort:
        offered = offered or [keys[0] for keys in named]
    if not offered:
        return None
    first = offered[0]
    keys = next((keys for keys in named if first in keys), ())
    above = ("department", "region", "successor__department", "successor__region")
    territories = Territory.objects.select_related(*above).in_bulk([first, *keys])
    # Several bearers may have become one, or have one page.
    distinct: dict[str, Territory] = {}
    for key in (first, *keys):
        if key in territories:
            place = territories[key].today
            distinct.setdefault(place.get_absolute_url(), place)
    if not distinct:
        return None
    shown, *others = distinct.values()
    return NamedPlace(shown, LocalOperators(shown), tuple(others))


@dataclass(frozen=True)
class Eased:
    """What results may not say, as it was typed: words that are nowhere, some of several words, the
    last one whole."""

    lacking: tuple[str, ...] = ()
    some_of: tuple[str, ...] = ()
    beginning: str = ""


def eased(question: Question, user: Any) -> Eased | None:
    """Returns how a question was made easier; None where it was not."""
    query, terms = question.asked, question.terms
    typed = {word.exact: query.text[word.start : word.end] for word in query.words}
    # A word that was corrected was not typed.
    said = [" ".join(typed.get(word.exact, word.exact) for word in term.said) for term in terms]
    if question.spared:
        visible = Entry.objects.visible_to(user)
        nowhere = [not matching(visible, term.node()).exists() for term in terms]
        lacking = tuple(compress(said, nowhere))
        others = tuple(words for words in said if words not in lacking)
        return Eased(lacking, others if len(lacking) < question.spared else ())
    if terms and terms[-1].is_prefix:
        return Eased(beginning=said[-1])
    return None
