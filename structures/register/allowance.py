"""How much people without sight may ask at once: the finer the territory, the fewer criteria.

The numbers come from counting, over a register of 990,000 structures, in how many cells of each
table everyone was supported (docs/confidentialite-des-chiffres.md). What may not be asked is told
as reserved, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Iterable

from structures.register.axes import Axis, BitsAxis
from structures.register.selection import Asked
from territories.models import Level

# So many criteria may be crossed within territories of a level; elsewhere none, the total only.
CROSSED = {Level.REGION: 3, Level.DEPARTMENT: 2, Level.EPCI: 1, Level.COMMUNE: 0}
CROSSED_IN_THE_COUNTRY = 3


def may_be_crossed(levels: Iterable[str]) -> int:
    """Returns how many criteria may be crossed within any union of territories of these levels
    (none stands for the country): as within the finest of them, since unions can be subtracted."""
    return min((CROSSED.get(Level(level), 0) for level in levels), default=CROSSED_IN_THE_COUNTRY)


def crossed(asked: Asked, axes: Iterable[Axis], *, by: Iterable[Axis] = ()) -> int:
    """Returns how many criteria a number answers: the filters, and what a table tells apart. Two
    themes of one support are two criteria, since those that have the one or the other tell those
    that have both.

    Two themes of one support are two criteria, since those that have the one or the other tell
    those that have both.
    """
    count = 0
    told_apart = {axis.name for axis in by}
    for axis in axes:
        values = asked.values.get(axis.name) or ()
        if isinstance(axis, BitsAxis):
            count += min(len(values), 2) + (axis.name in told_apart)
        else:
            count += bool(values) or axis.name in told_apart
    return count
