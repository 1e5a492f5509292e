"""Words and expressions that editors write, a line each, as queries are compared with them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, product

from search.french.queries import asked
from search.french.stems import singular_of
from search.french.words import Word, words

# A search asks for all of these beside what was typed: past them, everything means everything.
MOST_SAME = 12
# « chargé·e » has two keys; of an expression in which everything is double, the first ones count.
_MOST_KEYS = 16
# In a query these signs have a meaning of their own.
_SIGNS = re.compile(r"[\"«»“”„]|(?<!\S)[-−]")


@dataclass(frozen=True)
class Expression:
    """What a line says: as it is written, without quotation marks; in the words that a search keeps
    of it; and the keys by which queries are compared with it."""

    written: str
    words: tuple[Word, ...]
    keys: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.keys[0] if self.keys else ""

    @property
    def is_number(self) -> bool:
        return bool(self.words) and all(word.exact.isdigit() for word in self.words)


def key_of(said: Sequence[Word]) -> str:
    """Returns what is equal for words that an editor would call the same, in the singular or not,
    in one word or apart."""
    return "".join(_singular(word.exact) for word in said)


def settled(key: str) -> str:
    """Returns the key of a query so that, typed as it stands, it has the same: « stress » has the
    key « stres », whose own would be « stre »."""
    return " ".join(map(_singular, key.split()))


def _singular(word: str) -> str:
    while (shorter := singular_of(word)) != word:
        word = shorter
    return word


def expression(text: str) -> Expression:
    """Returns what one line says. It has no key where it holds no word.

    >>> expression("Le conseil d’administration").key
    'conseiladministration'
    """
    line = _SIGNS.sub(" ", text)
    # A query leaves out small words: so must what is compared with it.
    kept = {word.exact for word in asked(line).words}
    said = tuple(word for word in words(line) if word.exact in kept)
    forms = ([_singular(form) for form in (word.exact, *word.others)] for word in said)
    keys = islice(product(*forms), _MOST_KEYS) if said else ()
    written = " ".join(line.split()) or text.strip()
    return Expression(written, said, tuple(dict.fromkeys("".join(key) for key in keys)))


def expressions(lines: str) -> list[Expression]:
    return [expression(line) for line in lines.splitlines() if line.strip()]


class Meanings:
    """What means the same as what. It goes one step and no further: of what means the same, what
    means the same as that is not asked."""

    def __init__(self) -> None:
        self._same: defaultdict[str, dict[str, Expression]] = defaultdict(dict)

    def add(self, said: Iterable[Expression], same: Iterable[Expression]) -> None:
        """Notes that whoever asks for any of `said` finds all of `same`."""
        others = [other for other in same if other.key]
        for one in said:
            for key in one.keys:
                for other in others:
                    if key not in other.keys:
                        self._same[key].setdefault(other.key, other)

    def of(self, key: str) -> list[Expression]:
        return list(self._same[key].values()) if key in self._same else []

    def known(self) -> dict[str, tuple[tuple[Word, ...], ...]]:
        """Returns by key the words of what means the same, `MOST_SAME` at most."""
        return {
            key: tuple(other.words for other in islice(others.values(), MOST_SAME))
            for key, others in self._same.items()
            if others
        }
