"""What a search box asks of a column that holds words as people wrote them: `__reads`.

It is an expression of letters, each with all the ways to write it: both databases read it alike,
whatever their language (SQLite's LIKE knows the capitals of A to Z only), and it goes through the
rows as `__icontains` did, which no index serves either.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any

from django.db.models import CharField, TextField
from django.db.models.lookups import Regex

from spelling.addresses import searched
from spelling.characters import APOSTROPHES, HYPHENS
from spelling.fields import EmailAddressField
from spelling.folding import folded

# More is typed by nobody: it is read by its beginning.
LONGEST_SEARCH = 200
# What may stand after a letter without being one: accents, points, what parts Taʻata.
BETWEEN = "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u02bb\u02bc]*"
SIGNS_OF_EXPRESSIONS = ".^$*+?{}[]\\|()"
# The scripts that have capitals or accents; elsewhere a letter is written in one way.
WRITTEN_IN_SEVERAL_WAYS = (
    range(0x3000), range(0xA640, 0xA800), range(0xFB00, 0xFB50), range(0xFF00, 0xFFF0),
)  # fmt: skip


@cache
def _writings() -> tuple[dict[str, str], dict[str, str]]:
    """Returns all that are read as this letter; of several letters, those that stand for them
    (œ)."""
    alone: dict[str, str] = defaultdict(str)
    together: dict[str, str] = defaultdict(str)
    for letter in map(chr, chain(*WRITTEN_IN_SEVERAL_WAYS)):
        if letter.isalnum() and (said := folded(letter)):
            if len(said) == 1:
                alone[said] += letter
            elif letter.isalpha() and said.isalpha():
                together[said] += letter
    return dict(alone), dict(together)


def pattern(typed: str) -> str:
    """Returns an expression that is found in whatever is read as this."""
    signs = "".join(
        said if (said := folded(sign)) and " " not in said else sign
        for sign in unicodedata.normalize("NFC", typed)
        if not unicodedata.combining(sign) or folded(sign)
    )
    return "".join(_parts(signs))


def _parts(signs: str) -> Iterator[str]:
    alone, together = _writings()
    place = 0
    while place < len(signs):
        written = next(
            (one for length in (3, 2) if (one := signs[place : place + length]) in together), ""
        )
        size = len(written) or 1
        letters = [
            _letter(signs[at], alone, together, is_first=at == 0, is_last=at == len(signs) - 1)
            for at in range(place, place + size)
        ]
        said = "".join(letters)
        yield f"(?:{said}|[{together[written]}]{BETWEEN})" if written else said
        place += size


def _letter(
    sign: str, alone: dict[str, str], together: dict[str, str], *, is_first: bool, is_last: bool
) -> str:
    if sign in APOSTROPHES:
        return f"[{APOSTROPHES}]"
    if sign in HYPHENS:
        return f"[{HYPHENS}]"
    if sign.isspace():
        return r"\s"
    if not sign.isalnum():
        return f"\\{sign}" if sign in SIGNS_OF_EXPRESSIONS else sign
    written = alone.get(sign, sign)
    # « co » is the beginning of « cœur », « eur » its end.
    for said, ligatures in together.items():
        if (is_last and said[0] == sign) or (is_first and said[-1] == sign):
            written += ligatures
    return f"[{written}]{BETWEEN}"


class Reads(Regex):
    """A lookup of what holds that word or these words, as somebody who reads it would say."""

    def get_prep_lookup(self) -> Any:
        return pattern(str(self.rhs))


class ReadsAddress(Reads):
    """A lookup of an address, in which a domain may be typed as people read it, in Unicode."""

    def get_prep_lookup(self) -> Any:
        typed = str(self.rhs)
        ways = {pattern(typed): None, pattern(searched(typed)): None}
        return "|".join(way for way in ways if way)


# They are read by the database as the expressions that they are.
CharField.register_lookup(Reads, "reads")
TextField.register_lookup(Reads, "reads")
EmailAddressField.register_lookup(ReadsAddress, "reads")
