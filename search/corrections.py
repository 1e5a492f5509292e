"""What was meant by a word that nothing holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from database.prefixes import begins
from search.french.resembling import allowed, beginnings, distance
from search.french.words import Word, words
from search.models import Entry, WordKey
from search.questions import Lexeme, Node, all_of, any_of
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
    wrong: list[Word] = []
    beside: list[Node] = []
    for term in question.terms:
        said = [word for word in term.said if not _is_written_right(word, term, question, visible)]
        wrong += said
        if not said:
            beside.append(term.node())
    instead: dict[str, str] = {}
    for word in wrong:
        if other := _nearest(word.exact, visible, beside):
            instead[word.exact] = other
            beside.append(ways_of(words(other)[0]))
    if not instead:
        return None
    return Correction(_replaced(question.asked.text, instead), instead)


def _is_written_right(word: Word, term: Term, question: Question, visible: Any) -> bool:
    """Numbers, acronyms, places, what editors know and words that this person finds are taken as
    they are written. A form that nothing holds may be an error though its stem is found: « olivir »
    has that of « olive »."""
    written = question.asked.text[word.start : word.end]
    is_acronym = len(written) <= LONGEST_ACRONYM and written.isupper()
    shouts = question.asked.text.isupper()
    return bool(
        term.places
        or term.same
        or not allowed(word.exact, is_acronym=is_acronym and not shouts)
        or matching(visible, any_of(map(Lexeme, (word.exact, *word.others)))).exists()
    )


def _nearest(typed: str, visible: Any, beside: Sequence[Node]) -> str:
    """Returns the word that resembles what was typed and finds the most beside the others, or by
    itself where none does; empty for none."""
    ways = Q(pk__in=[])
    for beginning in beginnings(typed):
        ways |= begins("key", beginning)
    (itself, *_) = words(typed)
    errors = {
        word: distance(typed, word)
        for word in WordKey.objects.filter(ways).values_list("word", flat=True).distinct()
        # Another form of the same word was found already.
        if itself.stems and set(itself.stems).isdisjoint(words(word)[0].stems)
    }
    near = sorted(
        (word for word in errors if errors[word] <= allowed(typed) and word != typed),
        key=lambda word: (errors[word], word),
    )[:MOST_LOOKED_AT]
    for others in [list(beside), []] if beside else [[]]:
        best: tuple[int, int, str] | None = None
        for word in near:
            if best is not None and errors[word] > best[0]:
                break
            node = all_of([*others, ways_of(words(word)[0])])
            found = len(matching(visible, node).values_list("pk", flat=True)[:MOST_COUNTED])
            if found and (best is None or -found < best[1]):
                best = (errors[word], -found, word)
        if best is not None:
            return best[2]
    return ""


def _replaced(text: str, instead: Mapping[str, str]) -> str:
    parts: list[str] = []
    last = 0
    for word in words(text):
        if word.exact in instead:
            parts += [text[last : word.start], instead[word.exact]]
            last = word.end
    return "".join([*parts, text[last:]])
