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
LARGEST_TEXT = 2_000_000


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


def spoken_of_mark(key: str) -> str:
    """Returns the mark of what speaks of that very territory, and not only of what lies in it: it
    concerns all that lies there."""
    return f"@@{key.lower()}"


def theme_mark(key: int) -> str:
    return f"@theme-{key}"


def lexemes_of(card: IndexCard, within: Iterable[str]) -> Lexemes:
    """Returns what is looked up of that card; `within` are the keys of its territories and of all
    that they lie in."""
    names = [words(name) for name in (card.title, *card.names)]
    texts: dict[Field, Sequence[list[Word]]] = {
        Field.TITLE: names,
        Field.LEAD: [words(text) for text in card.lead],
        Field.BODY: [words(card.body[:LARGEST_TEXT])] if card.body else [],
        Field.DOCUMENTS: [words(text) for text in card.documents],
    }
    marks = {name_mark(name) for name in names if name}
    marks |= {number_mark(number) for number in card.numbers}
    marks |= {territory_mark(key) for key in within}
    if not card.codes:
        marks |= {spoken_of_mark(key) for key in card.territories}
    marks |= {theme_mark(key) for key in card.themes}
    placed: dict[Field, list[str]] = {}
    forms: dict[Field, set[str]] = {}
    place, seen = 0, Counter[str]()
    for field, said in texts.items():
        placed[field], forms[field] = [], set()
        for text in said:
            for word in text:
                exact = word.exact
                place += 1
                seen[exact] += 1
                if place <= LAST_PLACE and seen[exact] <= MOST_PLACES:
                    placed[field].append(exact)
                else:
                    forms[field].add(exact)
                if word.others:
                    forms[field].update(word.others)
                for stem in word.stems:
                    forms[field].add(stem_lexeme(stem))
            if place <= LAST_PLACE:
                placed[field].append(GAP)
                place += 1
    _promote(texts[Field.BODY], forms[Field.LEAD])
    return Lexemes(frozenset(marks), placed, forms)


def _promote(body: Sequence[list[Word]], lead: set[str]) -> None:
    """Adds to the forms of the lead what a long body says again and again."""
    counted = Counter(word.exact for text in body for word in text if word.stems)
    often = {exact for exact, count in counted.items() if count >= OFTEN}
    for text in body:
        for word in text:
            if word.exact in often:
                often.discard(word.exact)
                lead.add(word.exact)
                lead.update(map(stem_lexeme, word.stems))
