"""The ways to call a term, as they are compared.

A name is its words without capitals nor accents, each without the mark of its plural: « Structures
porteuses » is « structure porteuse ». Dotted acronyms are one word: « E.S.S. » is « ESS ». The
database keeps these keys (`TermName`): what changes them takes a migration.
"""

from __future__ import annotations

import re

from spelling.folding import folded

# Letters that dots part, where no other letter touches them: E.S.S., and E.S.S without the last.
DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){1,}[^\W\d_](?![^\W_])\.?")
_PLURAL = re.compile(r"(?<=\w{3})[sx]$")


def singular(word: str) -> str:
    """Returns a folded word without the s or x of its plural; words of three letters keep it."""
    return _PLURAL.sub("", word)


def key_of(text: str) -> str:
    """Returns what is equal for two ways to write one name; "" for what holds no word.

    >>> key_of("E.S.S."), key_of("Structures porteuses"), key_of("— ?")
    ('ess', 'structure porteuse', '')
    """
    joined = DOTTED.sub(lambda found: f"{found[0].replace('.', '')} ", text)
    return " ".join(map(singular, folded(joined).split()))
