"""What somebody can find who holds the whole public register, and as much of the public figures as
any number of requests could give.

They know of every organisation its commune, sector, legal form, size and approvals. They must not
learn whether one was supported, in what year, nor its jobs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from structures.register.communes import CommuneIndex
from structures.register.counted import Array, Counted
from structures.register.displacement import Population, cells, rarity
from territories.models import Level

SHOWN = 5
AXES = ("sector", "form", "size", "approvals")


@dataclass(frozen=True)
class Found:
    """How an attacker did with the targets of one group: how many there are; of how many the
    attacker said it; of these, and of what they would have said without the figures, the share that
    was right."""

    group: str
    targets: int
    said: int
    right: float
    by_chance: float

    def __str__(self) -> str:
        shares = f"{self.right:7.1%} {self.by_chance:7.1%}"
        return f"{self.group:34} {self.targets:8} {self.said:8} {shares}"


class Attacker:
    """An attacker. `truth` is looked at to judge it, and for what public registers tell of
    everyone."""

    def __init__(self, truth: Counted, copy: Counted) -> None:
        self.truth, self.copy = truth, copy
        population = Population.of(truth)
        self.rarity = rarity(population)
        self.current = np.flatnonzero(truth.is_current)
        self.is_supported = np.zeros(len(truth), dtype=bool)
        self.is_supported[population.supported] = True
        # Each counts once: the copy's rows have the supports of one structure.
        self.like = self._like(truth, self.current)
        self.like_copy = self._like(copy, np.arange(len(copy)))

    @staticmethod
    def _like(counted: Counted, at: Array) -> list[Array]:
        return [counted.place[at], *(getattr(counted, axis)[at] for axis in AXES)]

    def groups(self) -> Iterator[tuple[str, Array]]:
        """Yields flags of the structures that are there, from the rarest to all."""
        degree = self.rarity.degree[self.current]
        alike = self._alike(self.like, self.like)
        rarest = np.zeros(len(self.current), dtype=bool)
        # The first are alone of their kind where it is hardest to be: the rarest tenth of those
        # supported.
        order = np.lexsort((alike, degree))
        supported = self.is_supported[self.current][order]
        tenth = np.searchsorted(np.cumsum(supported), supported.sum() / 10)
        rarest[order[: tenth + 1]] = True
        yield "le dixième le plus rare", rarest
        for number, name in enumerate(("seuls de leur case", "à 2", "à 3 ou 4", "à 5 et plus")):
            yield name, degree == number
        yield "seuls de leur commune et sorte", alike == 1
        yield "tous", np.ones(len(self.current), dtype=bool)

    @staticmethod
    def _alike(ones: list[Array], others: list[Array]) -> Array:
        """Returns for each of the ones how many of the others have the same values."""
        joined = [
            np.concatenate([a, b]).astype(np.int64) for a, b in zip(ones, others, strict=True)
        ]
        _, cell = np.unique(cells(*joined), return_inverse=True)
        first = len(ones[0])
        counts: Array = np.bincount(cell[first:], minlength=int(cell.max(initial=0)) + 1)[
            cell[:first]
        ]
        return counts

    # --- Was it supported? ---

    def belief_from_copy(self) -> Array:
        """Believes every row of the copy: as many of a kind in a commune as it shows, of those that
        there are."""
        there = self._alike(self.like, self.like)
        return np.minimum(self._alike(self.like, self.like_copy) / there, 1.0)

    def belief_from_tables(self) -> Array:
        """Believes the fullest cell that a target is in, of every table that may be asked for.
        Cells that are masked are worked out where a total leaves a single one of them."""
        belief = np.zeros(len(self.current))
        for place_true, place_copy, axes in self._tables():
            columns = [place_true, *(self.like[1 + AXES.index(axis)] for axis in axes)]
            copied = [place_copy, *(self.like_copy[1 + AXES.index(axis)] for axis in axes)]
            there = self._alike(columns, columns)
            counted = self._alike(columns, copied)
            known = counted >= SHOWN
            for left_out in range(1, len(columns)):
                known |= self._worked_out(columns, counted, known, left_out)
            belief = np.maximum(belief, np.where(known, counted / there, 0.0))
        return np.minimum(belief, 1.0)

    def _tables(self) -> Iterator[tuple[Array, Array, tuple[str, ...]]]:
        for level, crossed in (
            (Level.COMMUNE, 0),
            (Level.EPCI, 1),
            (Level.DEPARTMENT, 2),
            (Level.REGION, 3),
        ):
            of_commune = self.truth.places.groups[level].of_commune
            for axes in combinations(AXES, crossed):
                yield of_commune[self.like[0]], of_commune[self.like_copy[0]], axes

    @staticmethod
    def _worked_out(columns: list[Array], counted: Array, known: Array, left_out: int) -> Array:
        """Works out cells that are the only masked one of their row, whose total is shown."""
        row = [column for number, column in enumerate(columns) if number != left_out]
        _, row_of = np.unique(cells(*row), return_inverse=True)
        _, first = np.unique(cells(*columns), return_index=True)
        masked = np.bincount(row_of[first], ~known[first], minlength=int(row_of.max()) + 1)
        total = np.bincount(row_of[first], counted[first], minlength=len(masked))
        return (masked[row_of] == 1) & (total[row_of] >= SHOWN) & ~known

    def membership(self, belief: Array) -> list[Found]:
        """Judges how many were supported of those that are said to have been."""
        supported = self.is_supported[self.current]
        return [
            _found(name, group, group & (belief >= 0.5), supported, supported[group].mean())
            for name, group in self.groups()
            if group.any()
        ]

    def most_certain(self, belief: Array) -> Found:
        """Judges those of whom the attacker is the most certain, a hundred at the least."""
        supported = self.is_supported[self.current]
        bar = max(np.sort(belief)[-100:].min(), 0.5)
        everyone = np.ones(len(belief), dtype=bool)
        return _found("les plus certains", everyone, belief >= bar, supported, supported.mean())

    # --- What is told of one that is known to have been supported ---

    def year(self) -> list[Found]:
        """Guesses the first year of a target: that of a row like it, else the most frequent one."""
        true_year, guess, matched = self._matched(self.truth.year, self.copy.year)
        frequent = np.bincount(true_year).argmax()
        right = np.where(matched, guess == true_year, frequent == true_year)
        return self._told(right, true_year == frequent)

    def jobs(self) -> list[Found]:
        """Guesses the jobs of its first support that says any, within 15 %: those of a row like it,
        else those of the middle of its size."""
        has_true, has_copy = self.truth.definition > 0, self.copy.definition > 0
        true_jobs, guess, matched = self._matched(
            np.where(has_true, self.truth.jobs, -1), np.where(has_copy, self.copy.jobs, -1)
        )
        size = self.truth.size[self._supported]
        middle = np.zeros(int(size.max(initial=0)) + 1)
        for number in np.unique(size):
            middle[number] = np.median(true_jobs[(size == number) & (true_jobs >= 0)])
        by_size = np.abs(middle[size] - true_jobs) <= 0.15 * np.maximum(true_jobs, 1)
        by_row = np.abs(guess - true_jobs) <= 0.15 * np.maximum(true_jobs, 1)
        said = true_jobs > 0
        return self._told(
            np.where(matched & (guess >= 0), by_row, by_size)[said], by_size[said], said
        )

    @property
    def _supported(self) -> Array:
        return np.flatnonzero(self.is_supported & self.truth.is_current)

    def _matched(self, true_values: Array, copied_values: Array) -> tuple[Array, Array, Array]:
        """Returns for each structure that was supported the value of its first support, that of a
        row of the copy like it, and whether there is one."""
        first_true = _first(self.truth, true_values)[self._supported]
        first_copy = _first(self.copy, copied_values)
        ones = self._like(self.truth, self._supported)
        joined = [
            np.concatenate([a, b]).astype(np.int64)
            for a, b in zip(ones, self.like_copy, strict=True)
        ]
        _, cell = np.unique(cells(*joined), return_inverse=True)
        row_of_cell = np.full(int(cell.max(initial=0)) + 1, -1)
        row_of_cell[cell[len(ones[0]) :]] = np.arange(len(self.copy))
        row = row_of_cell[cell[: len(ones[0])]]
        return first_true, np.where(row >= 0, first_copy[row], -1), row >= 0

    def _told(self, right: Array, by_chance: Array, among: Array | None = None) -> list[Found]:
        of_current = np.searchsorted(self.current, self._supported)
        found = []
        for name, group in self.groups():
            theirs = group[of_current] if among is None else group[of_current][among]
            if theirs.any():
                count = int(theirs.sum())
                found.append(
                    Found(name, count, count, right[theirs].mean(), by_chance[theirs].mean())
                )
        return found


def _first(counted: Counted, values: Array) -> Array:
    """Returns by structure the first of its supports' values."""
    first = np.full(len(counted), -1, dtype=np.int64)
    first[counted.structure_at[::-1]] = values[::-1]
    return first


def _found(name: str, group: Array, said: Array, true: Array, by_chance: float) -> Found:
    right = float(true[said].mean()) if said.any() else 0.0
    return Found(name, int(group.sum()), int(said.sum()), right, float(by_chance))


# --- A register to attack -------------------------------------------------------------------------


def drawn(
    places: CommuneIndex,
    weights: Array,
    *,
    structures: int,
    supported: int,
    seed: int,
    shares: dict[str, Iterable[float]],
) -> Counted:
    """Draws a register over these places, each by its weight: its shares are those of the
    demonstration, by axis, in the order of the numbers from 1."""
    draw = np.random.default_rng(seed)
    place = draw.choice(len(weights), structures, p=weights / weights.sum())

    def of(name: str, count: int) -> Array:
        chances = np.array([*shares[name]], dtype=float)
        return 1 + draw.choice(len(chances), count, p=chances / chances.sum())

    with_support = np.sort(draw.choice(structures, supported, replace=False))
    support_of = np.repeat(with_support, draw.choice([1, 2, 3], supported, p=[0.6, 0.3, 0.1]))
    count = len(support_of)
    size = of("size", structures)
    definition = draw.choice(4, count, p=[0.15, 0.6, 0.17, 0.08])
    # Sizes are drawn around powers, as bands of employees are.
    jobs = np.rint(2.0 ** (size[support_of] * 0.9) * draw.uniform(0.8, 1.6, count))
    zeros = np.zeros(structures, dtype=bool)
    return Counted(
        places=places,
        id=np.arange(structures, dtype=np.int64),
        place=place.astype(np.int32),
        sector=of("sector", structures),
        family=np.ones(structures, dtype=np.uint8),
        form=of("form", structures),
        size=size,
        approvals=of("approvals", structures) - 1,
        is_current=~zeros,
        is_closed=zeros,
        support_of=support_of.astype(np.int64),
        year=draw.integers(2002, 2027, count).astype(np.int16),
        phase=draw.integers(1, 6, count).astype(np.uint8),
        mode=draw.integers(1, 3, count).astype(np.uint8),
        operator=np.ones(count, dtype=np.int32),
        jobs=np.where(definition > 0, jobs, 0).astype(np.int32),
        definition=definition.astype(np.uint8),
        themes=np.ones(count, dtype=np.uint64),
        theme_bits={1: 0},
    )


SHARES: dict[str, Iterable[float]] = {
    "sector": (18, 10, 9, 9, 9, 8, 8, 8, 7, 4, 4, 3, 3),
    "size": (3, 10, 22, 20, 18, 11, 8, 5, 2, 1),
    "form": (90, 3, 1, 1, 2, 1, 0.4, 0.4, 1.2),
    "approvals": (90, 4, 3, 1, 2),
}
