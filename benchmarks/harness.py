"""The harness of every benchmark: interleaved rounds, medians, one table.

Absolute times say more about the machine than about the code. Each figure is therefore measured
beside a baseline, in turns, and only the ratio is compared with a goal.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 3


@dataclass(frozen=True)
class Result:
    """What a benchmark measured. `figure` and `baseline` are in `unit`; `ratio` is the median over
    the rounds; `spread` is its lowest and highest."""

    name: str
    unit: str
    figure: float
    baseline: float
    ratio: float
    spread: tuple[float, float]
    goal: str
    reached: bool


def compared(
    name: str,
    unit: str,
    *,
    figure: Callable[[], float],
    baseline: Callable[[], float],
    at_least: float | None = None,
    at_most: float | None = None,
    rounds: int = ROUNDS,
) -> Result:
    """Runs both in turns, `rounds` times after one that does not count."""
    figure(), baseline()
    pairs = [(figure(), baseline()) for _ in range(rounds)]
    ratios = [ours / theirs for ours, theirs in pairs]
    ratio = statistics.median(ratios)
    goal, reached = "", True
    if at_least is not None:
        goal, reached = f"≥ {at_least:g}", ratio >= at_least
    elif at_most is not None:
        goal, reached = f"≤ {at_most:g}", ratio <= at_most
    return Result(
        name,
        unit,
        statistics.median(ours for ours, _ in pairs),
        statistics.median(theirs for _, theirs in pairs),
        ratio,
        (min(ratios), max(ratios)),
        goal,
        reached,
    )


def table(results: list[Result]) -> str:
    header = ("mesure", "unité", "portail", "référence", "rapport", "étendue", "but", "")
    rows = [
        (
            result.name,
            result.unit,
            f"{result.figure:.3g}",
            f"{result.baseline:.3g}",
            f"{result.ratio:.2f}",
            f"{result.spread[0]:.2f}–{result.spread[1]:.2f}",
            result.goal,
            "atteint" if result.reached else "NON ATTEINT",
        )
        for result in results
    ]
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [header, *rows]
    )
