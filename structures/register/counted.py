"""Figures are counted over these, whatever they come from: some structures and their supports, as
arrays. The register itself is one such set (`arrays`); its protected copy is another
(`editions`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from structures.register.communes import CommuneIndex, Flags

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Counted:
    """A set of structures and supports. Structures are in the order of their ids, supports in that
    of their structures."""

    places: CommuneIndex

    id: Array
    place: Array
    sector: Array
    family: Array
    form: Array
    size: Array
    approvals: Array  # bits, in the order of their list
    is_current: Flags  # not merged into another
    is_closed: Flags

    support_of: Array  # ids of structures
    year: Array
    phase: Array
    mode: Array
    operator: Array
    jobs: Array
    definition: Array
    themes: Array  # bits
    theme_bits: dict[int, int]

    def __len__(self) -> int:
        return len(self.id)

    @cached_property
    def structure_at(self) -> Array:
        """By support: the position of its structure."""
        return np.searchsorted(self.id, self.support_of).astype(np.int32)

    @cached_property
    def rank(self) -> Array:
        """By support: its structure's number among those that have one."""
        if not len(self.support_of):
            return np.zeros(0, dtype=np.int32)
        starts = np.concatenate([[True], self.support_of[1:] != self.support_of[:-1]])
        return (np.cumsum(starts) - 1).astype(np.int32)

    @cached_property
    def supported(self) -> int:
        """How many structures have a support."""
        return int(self.rank[-1]) + 1 if len(self.rank) else 0
