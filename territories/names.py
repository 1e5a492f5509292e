"""How names of territories are compared, and which article they take in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from spelling.folding import folded

# Insee's "type de nom en clair": which article a name takes.
ARTICLES = {"2": "le ", "3": "la ", "4": "les ", "5": "l’", "6": "aux ", "7": "las ", "8": "los "}

# Comparisons leave these out: people write "La Rochelle" and "Rochelle", "Val d'Oise" and "Val
# Oise".
LEFT_OUT = frozenset(
    {"l", "d", "le", "la", "les", "de", "du", "des", "aux", "au", "a", "en", "et", "las", "los"}
)
# Files and people shorten these; no name is written so in the official files.
WRITTEN_IN_FULL = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "stes": "saintes",
    "mt": "mont",
    "nd": "notre dame",
    "ss": "sous",
}
# « Romans s/Isère », « Fontenay s/s Bois ».
_SHORT_UNDER = re.compile(r"\bs\s*/\s*s(?:\b|/)|\bss\s*/", re.IGNORECASE)
_SHORT_ON = re.compile(r"\bs\s*/|/\s*s\b", re.IGNORECASE)

# The official files begin the names of intercommunalités so.
KINDS_OF_EPCI = frozenset({"ca", "cc", "cu", "metropole", "ept"})


# "1er arrondissement", "2e", "3ème": the number alone.
ORDINAL = re.compile(r"^(\d{1,2})(?:er|ere|e|eme|nd|nde)$")


def words_of(text: str) -> tuple[str, ...]:
    """Returns the words of a name, without accents, hyphens and apostrophes, in full.

    >>> words_of("Romans s/ Isère"), words_of("St-Étienne-de-St-Geoirs")
    (('romans', 'sur', 'isere'), ('saint', 'etienne', 'de', 'saint', 'geoirs'))
    """
    if "/" in text:
        text = _SHORT_ON.sub(" sur ", _SHORT_UNDER.sub(" sous ", text))
    words = folded(text).split()
    last = len(words) - 1
    full = []
    for place, word in enumerate(words):
        if word == "s" and 0 < place < last:
            word = "sur"
        full += WRITTEN_IN_FULL.get(word, ORDINAL.sub(r"\1", word)).split()
    return tuple(full)


def compared(text: str) -> str:
    """Returns what two names have in common when people take them for the same.

    Without accents, hyphens, apostrophes and articles, with "St" in full. A name made of nothing
    else ("Les") keeps what it has.

    >>> compared("St-Étienne-de-St-Geoirs"), compared("Noyelles-lez-Seclin")
    ('saint etienne saint geoirs', 'noyelles seclin')
    """
    return compared_words(words_of(text))


def compared_words(words: Iterable[str]) -> str:
    """Returns the compared name of these words (`words_of`).

    What comes last stays: « lez » is the river of Castelnau-le-Lez, « et » the beginning of
    Saint-Étienne.
    """
    every = list(words)
    last = len(every) - 1
    kept = [
        word
        for place, word in enumerate(every)
        if place == last or not (word in LEFT_OUT or (word == "lez" and place > 0))
    ]
    return " ".join(kept if any(word not in LEFT_OUT for word in kept) else every)


# What begins the keys of names in one word: they lie apart, so that whoever types « sa » does not
# read all the saints twice.
IN_ONE_WORD = "="


def in_one_word(joined: str) -> tuple[str, str]:
    """Returns the keys of what is written so in one word: a name that is one, or that is not."""
    return joined, f"{IN_ONE_WORD}{joined}"


@dataclass(frozen=True)
class Spelling:
    """All the keys by which one name is found."""

    name: str

    @cached_property
    def whole(self) -> str:
        return compared(self.name)

    @cached_property
    def joined(self) -> set[str]:
        """Returns it without a space, with and without its articles: « l hay les roses »,
        « lhay les roses » and « saintmartin d heres » are written alike."""
        in_one = {"".join(words_of(self.name)), self.whole.replace(" ", "")} - {self.whole}
        return {f"{IN_ONE_WORD}{key}" for key in in_one}

    @cached_property
    def starts(self) -> set[str]:
        return set(word_starts(self.whole))

    def __contains__(self, key: object) -> bool:
        return key == self.whole or key in self.joined or key in self.starts


def alphabetical(name: str) -> str:
    """Returns where a name stands in a list: accents count for nothing, nor does the kind of
    intercommunalité.

    >>> alphabetical("Échirolles"), alphabetical("CC du Grand Briançonnais")
    ('echirolles', 'grand brianconnais')
    """
    kind, _, rest = folded(name).partition(" ")
    if kind not in KINDS_OF_EPCI or not rest:
        return folded(name)
    words = rest.split()
    while len(words) > 1 and words[0] in LEFT_OUT:
        del words[0]
    return " ".join(words)


def word_starts(key: str) -> Iterator[str]:
    """Yields the compared name from its second word on, from its third…: where a person may
    begin."""
    position = key.find(" ")
    while position >= 0:
        yield key[position + 1 :]
        position = key.find(" ", position + 1)


def with_article(name: str, article: str) -> str:
    """
    >>> with_article("Ain", "5"), with_article("Drôme", "3"), with_article("Paris", "0")
    ('l’Ain', 'la Drôme', 'Paris')
    """
    return f"{ARTICLES.get(article, '')}{name}"


# Words that say what an intercommunalité is, wherever they stand in its name.
_KIND_WORDS = re.compile(
    r"\b(?:communaute (?:de communes|d agglomeration|urbaine)|communaute|agglomeration|agglo"
    r"|metropole|interco|intercommunalite)\b"
)
_BRACKETS = re.compile(r"\(([^)]*)\)")


def short_names(name: str) -> Iterator[str]:
    """Yields what people call an intercommunalité for short: without its legal form, without the
    words that say what it is, or by its initials.

    >>> list(short_names("CU Limoges Métropole"))
    ['Limoges Métropole', 'limoges']
    >>> list(short_names("CC du Pays Houdanais (CCPH)"))
    ['du Pays Houdanais', 'CCPH']
    """
    without = " ".join(_BRACKETS.sub(" ", name).split())
    form, _, own_name = without.partition(" ")
    if form.lower() not in KINDS_OF_EPCI or form.lower() == "metropole" or not own_name:
        own_name = without
    if own_name != name:
        yield own_name
    bare = " ".join(_KIND_WORDS.sub(" ", folded(own_name)).split())
    if bare != folded(own_name) and compared(bare):
        yield bare
    yield from (initials for initials in _BRACKETS.findall(name) if initials)
