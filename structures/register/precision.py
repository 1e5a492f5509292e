"""What the protected copy costs honest readers: how far its counts are from the true ones, by size
of count, measured over whole tables when it is made, and said on every page that shows it."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from itertools import combinations

import numpy as np

from structures.register.counted import Array, Counted
from structures.register.displacement import cells
from territories.models import Level

# Each size of counts goes from one number to the next.
SIZES = (5, 10, 20, 50, 100, 500)
AXES = ("sector", "size", "form", "year")
# Each table has a level, a number of axes that are crossed, and a name.
TABLES = (
    (Level.COMMUNE, 0, "Commune, total"),
    (Level.EPCI, 0, "Intercommunalité, total"),
    (Level.EPCI, 1, "Intercommunalité, un critère"),
    (Level.DEPARTMENT, 0, "Département, total"),
    (Level.DEPARTMENT, 1, "Département, un critère"),
    (Level.DEPARTMENT, 2, "Département, deux critères"),
    (Level.REGION, 0, "Région, total"),
    (Level.REGION, 1, "Région, un critère"),
    (Level.REGION, 2, "Région, deux critères"),
)


@dataclass(frozen=True)
class Error:
    """The error of the cells of some tables whose true count is of one size: how many they are, and
    in hundredths of that count, the error of the middle and the one that 95 in 100 do not pass."""

    table: str
    size: int
    cells: int
    mean: float
    most: float

    def as_row(self) -> list[str | int | float]:
        return [*astuple(self)]

    @classmethod
    def of_row(cls, row: list[str | int | float]) -> Error:
        table, size, count, mean, most = row
        return cls(str(table), int(size), int(count), float(mean), float(most))


def errors(truth: Counted, copy: Counted) -> list[Error]:
    """Returns the errors over the counts of supports, by table and size of count. Sizes with few
    cells are left out."""
    found = []
    for level, crossed, label in TABLES:
        true_counts, copied_counts = [], []
        for axes in combinations(AXES, crossed):
            true_count, copied = _counts(truth, copy, level, axes)
            true_counts.append(true_count)
            copied_counts.append(copied)
        true_count, copied = np.concatenate(true_counts), np.concatenate(copied_counts)
        for size, next_size in zip(SIZES, (*SIZES[1:], None), strict=True):
            of_size = true_count >= size
            if next_size is not None:
                of_size &= true_count < next_size
            if (count := int(np.count_nonzero(of_size))) < SIZES[0]:
                continue
            error = np.abs(copied[of_size] - true_count[of_size]) * 100 / true_count[of_size]
            most = float(np.quantile(error, 0.95))
            found.append(Error(label, size, count, round(float(error.mean()), 1), round(most, 1)))
    return found


def _counts(
    truth: Counted, copy: Counted, level: Level, axes: tuple[str, ...]
) -> tuple[Array, Array]:
    """Returns counts of supports, cell by cell, in the one and in the other."""
    both = []
    for counted in (truth, copy):
        of = counted.structure_at
        place = counted.places.groups[level].of_commune[counted.place]
        columns = [place[of]]
        for axis in axes:
            values = getattr(counted, axis)
            columns.append(values if axis == "year" else values[of])
        kept = counted.is_current[of] & (place[of] > 0)
        both.append([column[kept].astype(np.int64) for column in columns])
    joined = [np.concatenate([one, other]) for one, other in zip(*both, strict=True)]
    _, cell = np.unique(cells(*joined), return_inverse=True)
    first = len(both[0][0])
    width = int(cell.max(initial=-1)) + 1
    return np.bincount(cell[:first], minlength=width), np.bincount(cell[first:], minlength=width)
