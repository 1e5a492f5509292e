"""Names, as their beginnings are compared: « L’Atelier du lac » begins like « atelier la »."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from search.french.words import SMALL_WORDS
from search.lexemes import GAP, Field, Lexemes
from search.models.entry import LONGEST_NAME

AFTER_ALL = b"\xff"


def name_of(exact: Iterable[str]) -> bytes:
    """Returns the telling words, given in their exact forms, cut at `LONGEST_NAME` bytes."""
    said = list(exact)
    telling = [word for word in said if word not in SMALL_WORDS] or said
    return " ".join(telling).encode()[:LONGEST_NAME]


def own_name(lexemes: Lexemes) -> bytes:
    """Returns the name that stands first in the title."""
    return name_of(takewhile(lambda word: word != GAP, lexemes.placed[Field.TITLE]))
