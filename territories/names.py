"""Names of territories: how they are compared, and the article that they take in a sentence."""

import re
import unicodedata
from collections.abc import Iterator

from spelling.characters import JOINERS, SHAPING, UNSEEN

# Insee's "type de nom en clair": which article a name takes.
ARTICLES = {"2": "le ", "3": "la ", "4": "les ", "5": "l’", "6": "aux ", "7": "las ", "8": "los "}

# Left out of comparisons: people write "La Rochelle" and "Rochelle", "Val d'Oise" and "Val Oise".
LEFT_OUT = frozenset(
    {"l", "d", "le", "la", "les", "de", "du", "des", "aux", "au", "a", "en", "et", "las", "los"}
)
WRITTEN_IN_FULL = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss"}

# How the official files begin the names of intercommunalités.
KINDS_OF_EPCI = frozenset({"ca", "cc", "cu", "metropole", "ept"})


SHOWS_NOTHING = re.compile(f"[{UNSEEN}{SHAPING}{JOINERS}]")


class _Letters(dict[int, str | None]):
    """What becomes of each character of decomposed, lower-case text: letters and digits stay,
    accents and what shows nothing vanish, the rest parts words. Filled as characters are met: a
    million names are compared."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        said: str | None = " "
        if letter.isascii() and letter.isalnum():
            said = letter
        elif letter in LIGATURES:
            said = LIGATURES[letter]
        elif unicodedata.combining(letter) or SHOWS_NOTHING.match(letter):
            said = None
        self[code] = said
        return said


LETTERS = _Letters()
# "1er arrondissement", "2e", "3ème": the number alone.
ORDINAL = re.compile(r"^(\d{1,2})(?:er|ere|e|eme|nd|nde)$")


def folded(text: str) -> str:
    """Lower case, without accents: every word is kept, and nothing but words.

    >>> folded("L’Haÿ-les-Roses")
    'l hay les roses'
    """
    lower = text.lower()
    plain = lower if lower.isascii() else unicodedata.normalize("NFKD", lower)
    return " ".join(plain.translate(LETTERS).split())


def compared(text: str) -> str:
    """What two names have in common when people take them for the same.

    Without accents, hyphens, apostrophes and articles, with "St" in full. A name made of nothing
    else ("Les") keeps what it has.

    >>> compared("St-Étienne-de-St-Geoirs")
    'saint etienne saint geoirs'
    """
    words = [WRITTEN_IN_FULL.get(word, ORDINAL.sub(r"\1", word)) for word in folded(text).split()]
    return " ".join([word for word in words if word not in LEFT_OUT] or words)


def alphabetical(name: str) -> str:
    """Where a name stands in a list: accents count for nothing, nor what kind of
    intercommunalité it is.

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
    """The compared name from its second word on, from its third…: where a person may begin."""
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
