"""Counts that would tell about one structure are masked, against subtraction too.

Whoever does not see the supports of a territory gets its counts rounded at random to a multiple of
the threshold, up or down, the nearer the likelier, so that on average nothing is added or taken;
below the threshold a count is masked, and nothing is told from one to four (or none). The draw
belongs to the set of structures that is counted (its key is the sum of a secret number of each):
the same structures asked for in any other way give the same answer, so that asking again tells
nothing more, and two sets that differ by one structure are drawn apart. A total is drawn like its
parts and not added up from them: taking parts from it leaves several possible values.

This is the random rounding of official statistics with "cell keys" (Fraser and Wooton, 2005;
used for the European censuses of 2021). Nothing else may turn counts into what is shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

MIX = 0x9E3779B97F4A7C15
WORD = (1 << 64) - 1


def threshold() -> int:
    """Below it, a count is masked (SMALL_COUNT)."""
    return int(settings.SMALL_COUNT)


def published(count: int, key: int) -> int | None:
    """The count as shown to whoever may not know it; None is masked. `key`: the sum of the
    structures' secret numbers."""
    step = threshold()
    if count < step:
        return None
    remainder = count % step
    return count - remainder + (step if _draw(key) % step < remainder else 0)


def published_all(
    counts: Mapping[str, int], keys: Mapping[str, int], every: Mapping[str, object]
) -> dict[str, int | None]:
    """Of each value of `every`: one that nobody has is masked like one that few have."""
    return {value: published(counts.get(value, 0), keys.get(value, 0)) for value in every}


def possible(shown: int | None) -> range:
    """The counts that are shown so: what somebody who reads it can know."""
    step = threshold()
    return range(step) if shown is None else range(max(step, shown - step + 1), shown + step)


def _draw(key: int) -> int:
    mixed = (key * MIX) & WORD
    mixed ^= mixed >> 31
    return ((mixed * MIX) & WORD) >> 33
