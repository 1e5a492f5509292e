"""How names of territories are compared, and which article they take in a sentence."""

import re
from collections.abc import Iterator

from spelling.folding import folded

# Insee's "type de nom en clair": which article a name takes.
ARTICLES = {"2": "le ", "3": "la ", "4": "les ", "5": "l’", "6": "aux ", "7": "las ", "8": "los "}

# Comparisons leave these out: people write "La Rochelle" and "Rochelle", "Val d'Oise" and "Val
# Oise".
LEFT_OUT = frozenset(
    {"l", "d", "le", "la", "les", "de", "du", "des", "aux", "au", "a", "en", "et", "las", "los"}
)
WRITTEN_IN_FULL = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}

# The official files begin the names of intercommunalités so.
KINDS_OF_EPCI = frozenset({"ca", "cc", "cu", "metropole", "ept"})


# "1er arrondissement", "2e", "3ème": the number alone.
ORDINAL = re.compile(r"^(\d{1,2})(?:er|ere|e|eme|nd|nde)$")


def compared(text: str) -> str:
    """Returns what two names have in common when people take them for the same.

    Without accents, hyphens, apostrophes and articles, with "St" in full. A name made of nothing
    else ("Les") keeps what it has.

    >>> compared("St-Étienne-de-St-Geoirs")
    'saint etienne saint geoirs'
    """
    words = [WRITTEN_IN_FULL.get(word, ORDINAL.sub(r"\1", word)) for word in folded(text).split()]
    return " ".join([word for word in words if word not in LEFT_OUT] or words)


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
