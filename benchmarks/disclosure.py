"""What attackers find in the protected figures, and what these cost honest readers: registers drawn
over the communes of France, at the sizes of a whole register and of a demonstration.

`python -m benchmarks.disclosure` is the part that runs in a process of its own: it prints tables
(of docs/confidentialite-des-chiffres.md, standard error) and its figures as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.harness import Result

# Each size says how many structures there are, how many were supported, and whether the register
# tells them from others.
SIZES = ((990_000, 92_120), (6_000, 5_880))
BOUND = 0.60
SECONDS = 30


def measure() -> list[Result]:
    """Measures against the bound that is stated, and against the seconds an edition may take."""
    with TemporaryDirectory(prefix="portal-bench-") as scratch:
        url = f"sqlite:///{Path(scratch) / 'disclosure.sqlite3'}"
        output = subprocess.run(
            [sys.executable, "-m", "benchmarks.disclosure"],
            env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    figures: dict[str, Any] = json.loads(output.splitlines()[-1])

    def result(name: str, unit: str, figure: float, goal: float) -> Result:
        ratio = figure / goal
        return Result(name, unit, figure, goal, ratio, (ratio, ratio), "≤ 1", ratio <= 1)

    return [
        result("attaque, copie entière : « accompagnée »", "part", figures["copy"], BOUND),
        result("attaque, tous les tableaux : « accompagnée »", "part", figures["tables"], BOUND),
        result("attaque, copie entière : année", "part", figures["year"], BOUND),
        result("édition de 990 000 structures", "s", figures["seconds"], SECONDS),
    ]


def _run() -> None:
    import django

    django.setup()
    import numpy as np
    from django.core.management import call_command

    from structures.register.communes import commune_index
    from structures.register.displacement import Draws
    from structures.register.editions import protected
    from structures.register.precision import errors
    from territories.loading import load
    from territories.models import Commune
    from tests.structures.register.attackers import SHARES, Attacker, drawn

    call_command("migrate", verbosity=0)
    load()
    where = commune_index()
    people = dict(Commune.objects.values_list("pk", "population"))
    weights = np.array([0, *(people.get(key, -30) + 30 for key in where.number_of)], dtype=float)
    figures: dict[str, float] = {}
    for structures, supported in SIZES:
        truth = drawn(
            where, weights, structures=structures, supported=supported, seed=1, shares=SHARES
        )
        start = time.perf_counter()
        copy = protected(truth, Draws(b"a secret for benchmarks"))
        seconds = time.perf_counter() - start
        attacker = Attacker(truth, copy)
        by_copy, by_tables = attacker.belief_from_copy(), attacker.belief_from_tables()
        found = {
            "copie entière, « accompagnée »": attacker.membership(by_copy),
            "copie entière, les plus certains": [attacker.most_certain(by_copy)],
            "tous les tableaux, « accompagnée »": attacker.membership(by_tables),
            "tous les tableaux, les plus certains": [attacker.most_certain(by_tables)],
            "copie entière, année": attacker.year(),
            "copie entière, emplois à 15 % près": attacker.jobs(),
        }
        print(f"\n{structures} structures, {supported} accompagnées", file=sys.stderr)
        for heading, lines in found.items():
            print(heading, *(f"  {line}" for line in lines), sep="\n", file=sys.stderr)
        for error in errors(truth, copy):
            print(" ", *error.as_row(), sep="\t", file=sys.stderr)
        if not figures:
            figures = {"seconds": seconds} | {
                name: max(line.right for line in found[heading])
                for name, heading in (
                    ("copy", "copie entière, « accompagnée »"),
                    ("tables", "tous les tableaux, « accompagnée »"),
                    ("year", "copie entière, année"),
                )
            }
    print(json.dumps(figures))


if __name__ == "__main__":
    _run()
