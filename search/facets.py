"""What filters count by: each entry bears it on one line, and counts are sums over lines.

A line is `year|themes|territories|spoken of`: `2026|3 7|departement-38 region-84|departement-38`.
Entries that bear the same one are counted together by the database; what filters offer is made of
these sums, so that a hundred thousand entries found are read once for all counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from publishing.index_cards import IndexCard
from territories.models import Level

# Filters offer these; finer ones are asked by their marks.
COUNTED = (Level.REGION, Level.DEPARTMENT)
# How many entries there are, by their kind and the line that they bear.
Lines = Mapping[tuple[str, str], int]
_PREFIXES = tuple(f"{level.value}-" for level in COUNTED)


@dataclass(frozen=True)
class Facets:
    year: str
    themes: tuple[str, ...]
    # Those in which it lies, wholly, and those of which it speaks itself.
    territories: tuple[str, ...]
    spoken_of: tuple[str, ...]


def line_of(card: IndexCard, within: Iterable[str]) -> str:
    year = str(card.day.year) if card.day else ""
    themes = " ".join(str(key) for key in sorted(card.themes))
    territories = " ".join(sorted(key for key in within if key.startswith(_PREFIXES)))
    spoken_of = (
        ""
        if card.codes
        else " ".join(k for k in sorted(card.territories) if k.startswith(_PREFIXES))
    )
    return f"{year}|{themes}|{territories}|{spoken_of}"


@lru_cache(maxsize=1 << 16)
def read(line: str) -> Facets:
    year, themes, territories, spoken_of = line.split("|")
    return Facets(year, tuple(themes.split()), tuple(territories.split()), tuple(spoken_of.split()))
