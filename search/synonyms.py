"""What editors say means the same, as each process remembers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from search.expressions import Meanings, key_of
from search.french.words import Word
from search.models import Synonym, Vocabulary

# « S. I. A. E. » and the longest expressions are no longer.
LONGEST_RUN = 8

_remembered: tuple[str, Synonyms] | None = None


@dataclass(frozen=True)
class Run:
    """So many words of a question, and what means the same."""

    length: int
    same: tuple[tuple[Word, ...], ...]


@dataclass(frozen=True)
class Synonyms:
    """All that is known to mean the same, by its key (`search.expressions`)."""

    known: Mapping[str, tuple[tuple[Word, ...], ...]] = field(default_factory=dict)

    @classmethod
    def now(cls) -> Synonyms:
        """Returns those of this moment: one query where nothing has changed, three where something
        has."""
        global _remembered
        stamp = Vocabulary.objects.filter(pk=1).values_list("stamp", flat=True).first()
        remembered = _remembered
        if stamp and remembered and remembered[0] == stamp:
            return remembered[1]
        # The stamp was read first: what is written meanwhile has another, and is read next time.
        found = cls.of(Synonym.objects.meanings())
        if stamp:
            _remembered = (stamp, found)
        return found

    @classmethod
    def of(cls, meanings: Meanings) -> Synonyms:
        return cls(meanings.known())

    def runs(self, said: Sequence[Word]) -> dict[int, Run]:
        """Returns where in these words something is known to mean the same, by the place of the
        first: the longest where two overlap, else the first."""
        found = [
            (start, end, key)
            for start in range(len(said))
            for end in range(start + 1, min(start + LONGEST_RUN, len(said)) + 1)
            if (key := key_of(said[start:end])) in self.known
        ]
        runs: dict[int, Run] = {}
        taken: set[int] = set()
        for start, end, key in sorted(found, key=lambda run: (run[0] - run[1], run[0])):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                runs[start] = Run(end - start, self.known[key])
        return runs


def forget() -> None:
    """Forgets what this process remembers."""
    global _remembered
    _remembered = None
