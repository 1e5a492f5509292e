from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from structures.importing import network, runs
from structures.importing.reading import examine
from structures.models import ImportRun

Import = Callable[..., ImportRun]


@pytest.fixture
def imported(geography: None) -> Import:
    """`imported(path, "rna")` goes through a file and returns the run."""

    def run_through(
        path: Path,
        format: str,
        *,
        constants: dict[str, str] | None = None,
        is_trial: bool = False,
        reach: Any = None,
    ) -> ImportRun:
        source = examine(path)
        mapping: dict[str, Any] = {}
        if format == "reseau":
            mapping = network.propose(source.table().headings)
            mapping["constants"] = {**mapping["constants"], **(constants or {})}
        run = runs.begin(
            source=source,
            file_name=path.name,
            format=format,
            mapping=mapping,
            is_trial=is_trial,
        )
        assert runs.advance(run, source, reach=reach)
        return run

    return run_through


def report_of(run: ImportRun) -> list[tuple[str, str, str, str]]:
    return list(runs.report(run))
