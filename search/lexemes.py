"""What of a card is looked up, alike on both databases.

A *word* stands in one of four fields, in its order, so that phrases are found. Beside it stand the
forms that find it too: its stems (`_associ`), the other gender, the whole of what a hyphen joins. A
*mark* is looked up whole, and stands in no field: a name (`=economiesocialeetsolidaire`), a number
(`#824541148`), a territory (`@departement-38`), a theme (`@theme-3`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from publishing.index_cards import IndexCard
from search.french.words import Word, words

# PostgreSQL counts places up to 16,383, and 255 of one word. What is further on is found by each
# word, not by phrases: on both databases, so that they answer alike.
LAST_PLACE = 16_000
MOST_PLACES = 250
# It keeps a phrase from running over from one text to the next.
GAP = ""
LONGEST_MARK = 120
# A word that stands so many times in a body is what the text is about.
OFTEN = 4
SHORT = 60
LARGEST_TEXT = 2_000_000
# PostgreSQL takes a megabyte of lexemes and places an entry: where the words of one are too many,
# those that come last are left out, on both databases. Each takes some bytes besides its letters.
LARGEST_ENTRY, BESIDES = 700_000, 8


class Field(IntEnum):
    """Where a word stands; the smallest counts the most."""

    TITLE = 0
    LEAD = 1
    BODY = 2
    DOCUMENTS = 3


@dataclass(frozen=True)
class Lexemes:
    """What is looked up of one entry: by field, the words in their order (GAP between two texts)
    and the forms that have no place."""

    marks: frozenset[str]
    placed: dict[Field, list[str]]
    forms: dict[Field, set[str]]

    def known_words(self) -> set[str]:
        """Returns the words by which typing errors are put right."""
        return {word for placed in self.placed.values() for word in placed if word}


def stem_lexeme(stem: str) -> str:
    return f"_{stem}"


def name_mark(said: Iterable[Word]) -> str:
    """Returns the mark of a whole name: the same however its words are parted, and whatever small
    words are between them."""
    said = list(said)
    telling = [word for word in said if not word.is_small] or said
    return ("=" + "".join(word.exact for word in telling))[:LONGEST_MARK]


def number_mark(number: str) -> str:
    return "#" + "".join(sign for sign in number.lower() if sign.isalnum())[:LONGEST_MARK]


def territory_mark(key: str) -> str:
    return f"@{key.lower()}"


def place_mark(key: str) -> str:
    """Returns the mark of a territory that lies in that one: filters find it, and questions that
    name a place do not, or « Isère » would be its five hundred communes."""
    return f"@_{key.lower()}"


def spoken_of_mark(key: str) -> str:
    """Returns the mark of what speaks of that very territory, and not only of what lies in it: it
    concerns all that lies there."""
    return f"@@{key.lower()}"


def theme_mark(key: int) -> str:
    return f"@theme-{key}"


@lru_cache(maxsize=1 << 12)
def _said_again(text: str) -> tuple[Word, ...]:
    """Reads what many cards say: a family, a sector, a theme."""
    return tuple(words(text))


def lexemes_of(card: IndexCard, within: Iterable[str]) -> Lexemes:
    """Returns what is looked up of that card; `within` are the keys of its territories and of all
    that they lie in."""
    names = [words(name) for name in (card.title, *card.names)]
    body = words(card.body[:LARGEST_TEXT]) if card.body else []
    texts: tuple[Sequence[Sequence[Word]], ...] = (
        names,
        [_said_again(text) for text in card.lead],
        [body],
        [words(text) for text in card.documents],
    )
    marks = {name_mark(name) for name in names if name}
    marks.update(map(number_mark, card.numbers))
    marks.update(map(place_mark if card.is_place else territory_mark, within))
    if not card.codes:
        marks.update(map(spoken_of_mark, card.territories))
    marks.update(map(theme_mark, card.themes))
    placed: dict[Field, list[str]] = {}
    forms: dict[Field, set[str]] = {}
    is_long = sum(len(text) for said in texts for text in said) > MOST_PLACES
    place, seen = 0, Counter[str]()
    held, room = set[tuple[str, tuple[str, ...], tuple[str, ...]]](), LARGEST_ENTRY
    for field, said in zip(Field, texts, strict=True):
        in_order: list[str] = []
        beside: set[str] = set()
        for text in said:
            for exact, others, stems, *_ in text:
                place += 1
                if is_long:
                    if (lexemes := (exact, others, stems)) not in held:
                        held.add(lexemes)
                        room -= _size(exact, *others, *stems)
                    if room < 0:
                        break
                    seen[exact] += 1
                    if place > LAST_PLACE or seen[exact] > MOST_PLACES:
                        beside.add(exact)
                    else:
                        in_order.append(exact)
                else:
                    in_order.append(exact)
                if others:
                    beside.update(others)
                if stems:
                    beside.update(map(stem_lexeme, stems))
            if place <= LAST_PLACE:
                in_order.append(GAP)
                place += 1
        placed[field], forms[field] = in_order, beside
    if len(body) > SHORT:
        _promote(body, forms[Field.LEAD])
    return Lexemes(frozenset(marks), placed, forms)


def _size(*lexemes: str) -> int:
    return sum(len(one.encode()) + BESIDES for one in lexemes)


def _promote(body: Sequence[Word], lead: set[str]) -> None:
    """Adds to the forms of the lead what a long body says again and again."""
    counted = Counter(word.exact for word in body if word.stems)
    often = {exact for exact, count in counted.items() if count >= OFTEN}
    for word in body:
        if word.exact in often:
            often.discard(word.exact)
            lead.add(word.exact)
            lead.update(map(stem_lexeme, word.stems))
