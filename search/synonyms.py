"""What editors say means the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from search.french.words import Word


@dataclass(frozen=True)
class Run:
    """So many words of a question, and what means the same."""

    length: int
    same: tuple[tuple[Word, ...], ...]


@dataclass(frozen=True)
class Synonyms:
    """All that is known to mean the same, by its words."""

    known: Mapping[tuple[str, ...], tuple[tuple[Word, ...], ...]] = field(default_factory=dict)

    @classmethod
    def now(cls) -> Synonyms:
        return cls()

    def runs(self, said: Sequence[Word]) -> dict[int, Run]:
        """Returns where in these words something is known to mean the same."""
        return {}
