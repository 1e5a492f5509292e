"""Chooses on whom supports are counted for those who may not see them.

Of the structures that were supported, some, drawn by a secret key, see all of their supports
counted on another structure of the register, of the same sector and kind where there is one; the
jobs of every support are exchanged with those of another of the same size. Everything that people
without sight read is counted over that one altered copy, so that it adds up, agrees from page to
page, and holds nothing that asking again would average out.

It is the targeted record swapping of official statistics, with the unsupported structures of the
register as partners, so that it hides who was supported and not only what is told of them. What is
drawn belongs to each structure for life: another edition of the copy draws the same.
`docs/confidentialite-des-chiffres.md` gives the reasons, the sources and what attackers find.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations

import numpy as np

from structures.register.communes import Flags
from structures.register.counted import Array, Counted
from territories.models import Level

# A cell of a table that may be asked for is rare with fewer structures of the register than that.
RARE = 5
# These shares of the structures are moved: of rare ones, and beyond the intercommunalité, of
# others.
MOVED_IF_RARE, MOVED = 0.5, 0.15
# In a department with fewer supported structures than that, moves are not all given back, so that
# its total is not exact either. More are drawn there, since some of these moves are not made.
SMALL_DEPARTMENT, MOVED_IF_SMALL = 10, 0.66
# Supports are counted on one of so many structures at least: of fewer it would be guessed.
FEWEST_CANDIDATES = 3
# Jobs are exchanged among so many supports at least: of fewer it would be guessed too.
FEWEST_EXCHANGED = 8


@dataclass(frozen=True)
class Draws:
    """Draws numbers that belong to rows and to the secret, and to nothing else: 64 bits each."""

    secret: bytes

    def of(self, ids: Array, purpose: str) -> Array:
        keyed = blake2b(digest_size=8, key=self.secret[:64], person=purpose.encode()[:16])
        drawn = bytearray()
        for row in ids.astype(">i8"):
            own = keyed.copy()
            own.update(row.tobytes())
            drawn += own.digest()
        return np.frombuffer(bytes(drawn), dtype=">u8").astype(np.uint64)


def _share(drawn: Array) -> Array:
    """Returns numbers as fractions of one."""
    return drawn / np.float64(2**64)


def _nearness(one: np.uint64, others: Array) -> Array:
    """Returns a number for each pair, in place of a draw for each: the lowest is the nearest.
    Whoever is nearest stays so when others come or go."""
    mixed = others ^ one
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def cells(*columns: Array) -> Array:
    """Returns one number for each combination of values."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values = column.astype(np.int64)
        key = key * (int(values.max(initial=0)) + 1) + values
    return key


@dataclass(frozen=True)
class Population:
    """What the moves depend on, for every structure."""

    counted: Counted
    supported: Array  # the positions of the structures that have supports
    region: Array
    department: Array
    epci: Array
    commune: Array

    @classmethod
    def of(cls, counted: Counted) -> Population:
        has = np.zeros(len(counted), dtype=bool)
        has[counted.structure_at] = True
        at = counted.place
        of_commune = {level: group.of_commune for level, group in counted.places.groups.items()}
        return cls(
            counted,
            np.flatnonzero(has & counted.is_current),
            of_commune[Level.REGION][at],
            of_commune[Level.DEPARTMENT][at],
            of_commune[Level.EPCI][at],
            of_commune[Level.COMMUNE][at],
        )

    @property
    def axes(self) -> tuple[Array, ...]:
        """Returns what public registers tell of everyone: the axes of the tables that attackers
        cross."""
        counted = self.counted
        return counted.sector, counted.form, counted.size, counted.approvals


@dataclass(frozen=True)
class Rarity:
    """Where every structure is rare, in the tables of each level (`allowance.CROSSED`)."""

    in_epci: Flags
    in_department: Flags
    in_region: Flags
    # They are rare in no table that may be asked for, but by all that public registers tell of
    # them.
    in_commune: Flags
    # How few are like it: in tables, 0 (alone) to 3 (not rare); and in its commune.
    degree: Array
    degree_in_commune: Array

    @property
    def in_tables(self) -> Flags:
        return self.in_epci | self.in_department | self.in_region


def rarity(population: Population) -> Rarity:
    current = np.flatnonzero(population.counted.is_current)
    is_supported = np.zeros(len(population.counted), dtype=bool)
    is_supported[population.supported] = True
    # To be in the register says so already, where it holds little more than what was supported.
    tells_apart = np.count_nonzero(is_supported) * 2 < len(current)
    none = np.full(len(population.counted), len(population.counted) + 1)

    def rare(place: Array, crossed: int, fewest: Array) -> Flags:
        flags = np.zeros(len(population.counted), dtype=bool)
        for axes in combinations(population.axes, crossed):
            key = cells(place[current], *(axis[current] for axis in axes))
            _, cell, count = np.unique(key, return_inverse=True, return_counts=True)
            fewest[current] = np.minimum(fewest[current], count[cell])
            here = count < RARE
            if tells_apart:
                with_support = np.bincount(cell, is_supported[current], minlength=len(count))
                # Whoever is in a cell that was mostly supported was probably supported.
                here |= with_support * 2 > count
            flags[current] |= here[cell]
        return flags

    fewest, fewest_in_commune = none.copy(), none.copy()
    in_epci = rare(population.commune, 0, fewest) | rare(population.epci, 1, fewest)
    in_department = rare(population.department, 2, fewest)
    in_region = rare(population.region, 3, fewest)
    in_commune = rare(population.commune, len(population.axes), fewest_in_commune)
    degree = np.searchsorted([2, 3, RARE], fewest, side="right")
    degree[(in_epci | in_department | in_region) & (degree == 3)] = 2
    return Rarity(
        in_epci,
        in_department,
        in_region,
        in_commune,
        degree,
        np.searchsorted([2, 3, RARE], fewest_in_commune, side="right"),
    )


def counted_on(counted: Counted, draws: Draws) -> tuple[Array, Array]:
    """Returns the positions of the structures that have supports, and of those that these are
    counted on."""
    population = Population.of(counted)
    supported = population.supported
    if not len(supported):
        return supported, supported
    rare = rarity(population)
    theirs = np.bincount(population.department[supported])
    is_small = theirs[population.department[supported]] < SMALL_DEPARTMENT
    in_tables = rare.in_tables[supported]
    share = np.where(in_tables, np.where(is_small, MOVED_IF_SMALL, MOVED_IF_RARE), MOVED)
    drawn = _share(draws.of(counted.id[supported], "moved"))
    moved = drawn < share
    # Whoever is only known by everything at once need not leave the intercommunalité.
    nearby = ~moved & rare.in_commune[supported] & (drawn < MOVED_IF_RARE)
    own = draws.of(counted.id[supported], "partner")
    towards, moved = _departments(population, rare, moved, is_small, own)
    on = _chosen(population, rare, towards, moved, nearby, own, draws)
    return supported, on


def _departments(
    population: Population, rare: Rarity, moved: Flags, is_small: Flags, own: Array
) -> tuple[Array, Flags]:
    """Returns, for each structure that has supports, the department that they move to, and whether
    they still move."""
    supported = population.supported
    home, region = population.department[supported], population.region[supported]
    sector = population.counted.sector[supported]
    in_region = rare.in_region[supported]
    leaving = moved & (rare.in_department[supported] | in_region)
    towards, moved = home.copy(), moved.copy()
    waiting = leaving.copy()
    many = np.minimum(np.bincount(population.counted.structure_at)[supported], 3)
    for among, group in (
        (leaving & ~in_region, cells(region, sector, many)),
        (leaving & ~in_region, cells(region, sector)),
        (leaving, cells(sector, many)),
        (leaving, cells(many)),
        (leaving, np.zeros_like(home)),
    ):
        at = np.flatnonzero(waiting & among)
        for one, other in pairs(group[at], own[at], apart=home[at]):
            first, second = at[one], at[other]
            towards[first], towards[second] = home[second], home[first]
            waiting[[first, second]] = False
            if is_small[first] or is_small[second]:
                # The move is both ways, or one way only, as often the one as the other.
                match int((own[first] ^ own[second]) % np.uint64(4)):
                    case 0:
                        towards[first], moved[first] = home[first], False
                    case 1:
                        towards[second], moved[second] = home[second], False
    return towards, moved


def pairs(group: Array, own: Array, *, apart: Array) -> list[tuple[int, int]]:
    """Returns members of one group, two by two, never two that have the same `apart`."""
    found = []
    order = np.lexsort((own, group))
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    for members in np.split(order, starts[1:]):
        left = np.ones(len(members), dtype=bool)
        for place, member in enumerate(members):
            if not left[place]:
                continue
            left[place] = False
            others = members[left & (apart[members] != apart[member])]
            if len(others):
                other = others[np.argmin(_nearness(own[member], own[others]))]
                left[members == other] = False
                found.append((int(member), int(other)))
    return found


def _chosen(
    population: Population,
    rare: Rarity,
    towards: Array,
    moved: Flags,
    nearby: Flags,
    own: Array,
    draws: Draws,
) -> Array:
    """Chooses on whom the supports that move are counted: somebody as rare, of the same sector,
    form and size where there are several, in the department that they move to, or in another
    commune of the same intercommunalité (`nearby`); each of them once."""
    counted, supported = population.counted, population.supported
    on = supported.copy()
    current = np.flatnonzero(counted.is_current)
    theirs = draws.of(counted.id, "candidate")
    free = np.ones(len(counted), dtype=bool)
    degrees = (rare.degree, rare.degree_in_commune)
    like = [
        (*degrees, counted.sector, counted.form, counted.size),
        (*degrees, counted.sector, counted.form),
        (*degrees, counted.sector),
        (rare.degree, counted.sector),
        (counted.sector,),
        (),
    ]
    far = [_Pool(current, population.department, population.epci, columns) for columns in like]
    near = [_Pool(current, population.epci, population.commune, columns) for columns in like]
    leaving = np.flatnonzero(moved | nearby)
    for number in leaving[np.argsort(own[leaving])]:
        at = int(supported[number])
        if moved[number]:
            pools = [(pool, int(towards[number])) for pool in far]
        else:
            pools = [(pool, int(population.epci[at])) for pool in near if population.epci[at]]
        for pool, area in pools:
            others = pool.of(area, at)
            others = others[free[others]]
            if len(others) >= FEWEST_CANDIDATES:
                on[number] = others[np.argmin(_nearness(own[number], theirs[others]))]
                free[on[number]] = False
                break
    return on


class _Pool:
    """The structures by area and by what they are, found as fast as a word in a dictionary."""

    def __init__(
        self, current: Array, area: Array, smaller: Array, columns: Sequence[Array]
    ) -> None:
        """`smaller` are the parts of areas; one moves to another of them where there are
        several."""
        self.smaller = smaller
        self.kinds = cells(*columns) if columns else np.zeros(len(area), dtype=np.int64)
        self.width = int(self.kinds.max(initial=0)) + 1
        key = area[current].astype(np.int64) * self.width + self.kinds[current]
        order = np.argsort(key, kind="stable")
        self.key, self.at = key[order], current[order]

    def of(self, area: int, like: int) -> Array:
        """Returns the positions of those in that area that are like one, without itself."""
        wanted = area * self.width + int(self.kinds[like])
        first, last = np.searchsorted(self.key, [wanted, wanted + 1])
        others = self.at[first:last]
        elsewhere = others[self.smaller[others] != self.smaller[like]]
        return elsewhere if len(elsewhere) else others[others != like]


def operators(counted: Counted, at: Array, on: Array) -> Array:
    """Returns operators for the supports at these positions, each counted on the structure at `on`:
    the operator of most supports of that department and year, where they come from another, since
    theirs would tell it."""
    department = counted.places.groups[Level.DEPARTMENT].of_commune[counted.place]
    home, towards = department[counted.structure_at[at]], department[on]
    year, operator = counted.year[at], counted.operator[at].copy()
    every = zip(home.tolist(), year.tolist(), operator.tolist(), strict=True)
    count: Counter[tuple[int, int, int]] = Counter(every)
    # The most frequent is written last.
    usual = {(where, when): who for (where, when, who), _ in reversed(count.most_common())}
    for number in np.flatnonzero(home != towards):
        operator[number] = usual.get((int(towards[number]), int(year[number])), 0)
    return operator


def exchanged_jobs(counted: Counted, at: Array, draws: Draws) -> Array:
    """Returns the jobs of the supports at these positions, each exchanged with another's of the
    same definition and size: of the same region and year where they are several, so that totals of
    these stay exact. What is alone of its kind is blurred."""
    support_of, definition = counted.structure_at[at], counted.definition[at]
    jobs = counted.jobs[at].copy()
    size = counted.size[support_of]
    region = counted.places.groups[Level.REGION].of_commune[counted.place[support_of]]
    # The draw is a structure's own, and the year's: two supports of one structure differ.
    drawn = draws.of(counted.id[support_of] * 10_000 + counted.year[at], "jobs")
    waiting = definition > 0
    for kind in (
        cells(definition, size, region, counted.year[at]),
        cells(definition, size, region),
        cells(definition, size),
        cells(definition),
    ):
        left = np.flatnonzero(waiting)
        _, group, count = np.unique(kind[left], return_inverse=True, return_counts=True)
        left, group = (
            left[count[group] >= FEWEST_EXCHANGED],
            group[count[group] >= FEWEST_EXCHANGED],
        )
        for one, other in pairs(group, drawn[left], apart=support_of[left]):
            first, second = left[one], left[other]
            jobs[first], jobs[second] = jobs[second], jobs[first]
            waiting[[first, second]] = False
    alone = np.flatnonzero(waiting)
    share = _share(drawn[alone])
    # The factor goes from 0.6 to 0.85, or from 1.15 to 1.4: it is never near 1.
    factor = np.where(share < 0.5, 0.6 + share / 2, 0.9 + share / 2)
    jobs[alone] = np.rint(jobs[alone] * factor)
    return jobs
