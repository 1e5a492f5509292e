"""What stands above results: an answer that editors chose, the term or the place that is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from glossary.models import Term
from search.finding import Found
from search.models import ChosenAnswer, Entry
from search.places import Place
from search.results import Result
from search.storage import matching
from search.understanding import PEOPLE_OF_A_PLACE, Question
from structures.local_operators import LocalOperators
from territories.models import Level, Territory

# What is larger is meant by its name, whatever else is asked.
LARGE = (Level.REGION, Level.DEPARTMENT, Level.EPCI)


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
    """Returns the first place that is the whole question, or is large."""
    keys = {key for place in question.places for key in place.keys}
    if not keys:
        return None
    above = ("department", "region", "successor__department", "successor__region")
    territories = Territory.objects.select_related(*above).in_bulk(keys)
    for place in question.places:
        bearers = [territories[key].today for key in place.keys if key in territories]
        # Several bearers may have become one, or have one page.
        distinct = list({one.get_absolute_url(): one for one in reversed(bearers)}.values())[::-1]
        if not distinct:
            continue
        largest, *others = distinct
        if is_last_resort or _is_whole(place, question) or _is_large(largest):
            return NamedPlace(largest, LocalOperators(largest), tuple(others))
    return None


def _is_whole(place: Place, question: Question) -> bool:
    asked = question.asked
    return len(place.positions) == len(asked.words) and not asked.phrases


def _is_large(place: Territory) -> bool:
    return place.level in LARGE or place.population >= PEOPLE_OF_A_PLACE


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
