"""What was meant by a word that nothing holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from database.prefixes import begins
from search.french.resembling import allowed, beginnings, distance
from search.french.words import Word, words
from search.models import Entry, WordKey
from search.storage import matching
from search.understanding import Question, Term, ways_of

# So many words that resemble are looked at, and so many of their results are counted.
MOST_LOOKED_AT, MOST_COUNTED = 12, 50
LONGEST_ACRONYM = 5


@dataclass(frozen=True)
class Correction:
    """What is searched instead, in words, and by which of them others are replaced (exact
    forms)."""

    text: str
    instead: Mapping[str, str]


def corrected(question: Question, user: Any) -> Correction | None:
    """Returns what was probably meant, where a word of the question is found nowhere by this person
    and one that resembles it is. Words are offered to those who find something by them, and to
    nobody else."""
    visible = Entry.objects.visible_to(user)
    instead: dict[str, str] = {}
    for term in question.terms:
        for word in term.said:
            if _is_written_right(word, term, question) or matching(visible, ways_of(word)).exists():
                continue
            if other := _nearest(word.exact, visible):
                instead[word.exact] = other
    if not instead:
        return None
    return Correction(_replaced(question.asked.text, instead), instead)


def _is_written_right(word: Word, term: Term, question: Question) -> bool:
    """Numbers, acronyms, places and what editors know are taken as they are written."""
    written = question.asked.text[word.start : word.end]
    is_acronym = len(written) <= LONGEST_ACRONYM and written.isupper()
    shouts = question.asked.text.isupper()
    return bool(
        term.places or term.same or not allowed(word.exact, is_acronym=is_acronym and not shouts)
    )


def _nearest(typed: str, visible: Any) -> str:
    """Returns the word that resembles what was typed and finds the most; empty for none."""
    ways = Q(pk__in=[])
    for beginning in beginnings(typed):
        ways |= begins("key", beginning)
    near = {
        word: errors
        for word in WordKey.objects.filter(ways).values_list("word", flat=True).distinct()
        if (errors := distance(typed, word)) <= allowed(typed)
    }
    best: tuple[int, int, str] | None = None
    for word in sorted(near, key=lambda each: (near[each], each))[:MOST_LOOKED_AT]:
        if best is not None and near[word] > best[0]:
            break
        (said, *_) = words(word)
        found = len(matching(visible, ways_of(said)).values_list("pk", flat=True)[:MOST_COUNTED])
        if found and (best is None or -found < best[1]):
            best = (near[word], -found, word)
    return best[2] if best else ""


def _replaced(text: str, instead: Mapping[str, str]) -> str:
    parts: list[str] = []
    last = 0
    for word in words(text):
        if word.exact in instead:
            parts += [text[last : word.start], instead[word.exact]]
            last = word.end
    return "".join([*parts, text[last:]])
