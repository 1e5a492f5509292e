"""The closed lists of the portal, as people write them in spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from spelling.folding import folded, same_name
from structures.columns import STRUCTURE, SUPPORT
from structures.importing.cells import Unclear
from structures.models import Operator, ResourceCentre, Sector
from structures.nomenclature import LEGAL_FORMS, Approval, Family, JobsDefinition, Mode, Phase
from themes.models import Theme

# It parts a column's values by whatever people separate them with.
SEVERAL = re.compile(r"[;|\n/]")
OR_COMMAS = re.compile(r"[;|\n/,]")


class Words:
    """The names that a closed list goes by, and what they stand for."""

    def __init__(self, what: str, names: Iterable[tuple[str, Any]]) -> None:
        self.what = what
        self.values: dict[str, Any] = {}
        self.labels: dict[str, str] = {}
        for name, value in names:
            self.values.setdefault(same_name(name), value)
            self.labels.setdefault(same_name(name), name)

    def find(self, cell: str) -> Any:
        """Returns what a cell stands for; None for a cell without a word. Raises Unclear, with the
        nearest name."""
        key = same_name(cell)
        if key in self.values:
            return self.values[key]
        if not folded(cell):
            return None
        near = get_close_matches(key, self.values, 1, 0.75)
        hint = f". Peut-être «\u00a0{self.labels[near[0]]}\u00a0»" if near else ""
        raise Unclear(
            f"«\u00a0{cell.strip()[:80]}\u00a0» n’est pas dans la liste des {self.what}{hint}"
        )


class Vocabulary:
    """The closed lists of the portal, read once."""

    def __init__(self) -> None:
        self.lists = {
            "operator": Words("structures porteuses", _rows(Operator)),
            "resource_centre": Words("centres de ressources", _rows(ResourceCentre)),
            "sector": Words("secteurs", _rows(Sector)),
            "themes": Words("thématiques", _rows(Theme)),
            "family": Words("familles", [*_choices(Family.choices), *PLURALS]),
            "legal_form": Words(
                "formes juridiques",
                _choices([(code, label) for code, (label, _) in LEGAL_FORMS.items()]),
            ),
            "approvals": Words(
                "agréments",
                [
                    *_choices(Approval.choices),
                    *((label.rpartition("\u00a0: ")[2], v) for v, label in Approval.choices),
                ],
            ),
            "phase": Words("étapes", [*_choices(Phase.choices), *OTHER_PHASES]),
            "mode": Words("modalités", [*_choices(Mode.choices), *OTHER_MODES]),
            "jobs_definition": Words(
                "définitions d’emplois", [*_choices(JobsDefinition.choices), *OTHER_DEFINITIONS]
            ),
        }

    def read(self, name: str, cell: str) -> Any:
        """Returns the value of a cell of that field; None where it is blank. Raises Unclear."""
        if name == "themes":
            return self._themes(cell)
        if name == "approvals":
            found = {self.lists[name].find(part) for part in OR_COMMAS.split(cell)} - {None}
            return " ".join(value for value in Approval.values if value in found) or None
        if name in self.lists:
            return self.lists[name].find(cell)
        return PLAIN[name](cell) if cell else None

    def _themes(self, cell: str) -> frozenset[int] | None:
        """Reads the whole cell first: names of themes hold commas and "et"."""
        words = self.lists["themes"]
        if not cell.strip():
            return None
        for cut in (None, SEVERAL, OR_COMMAS):
            parts = [part for part in (cut.split(cell) if cut else [cell]) if part.strip()]
            if all(same_name(part) in words.values for part in parts):
                return frozenset(words.values[same_name(part)] for part in parts)
        return frozenset(words.find(part) for part in SEVERAL.split(cell)) - {None} or None


def _rows(model: Any) -> list[tuple[str, Any]]:
    """Returns names and addresses of rows, which stand for their keys; the first of two alike
    counts, so that a former address comes after those of today."""
    rows = list(model.objects.values_list("pk", "name", "slug", "former_slugs"))
    present = [(text, pk) for pk, name, slug, _ in rows for text in (name, slug)]
    return present + [(slug, pk) for pk, _, _, former in rows for slug in former]


def _choices(choices: Iterable[tuple[Any, Any]]) -> list[tuple[str, Any]]:
    return [(text, value) for value, label in choices for text in (str(label), str(value))]


PLURALS = [(f"{label}s", value) for value, label in Family.choices]
OTHER_PHASES = [
    ("Diagnostic", Phase.DIAGNOSIS.value),
    ("Parcours", Phase.PLAN.value),
    ("Plan d’accompagnement", Phase.PLAN.value),
    ("Accompagnement", Phase.COACHING.value),
    ("Coordination", Phase.COACHING.value),
    ("Suivi", Phase.FOLLOW_UP.value),
    ("Réorienté", Phase.REDIRECTED.value),
]
OTHER_MODES = [("Individuelle", Mode.INDIVIDUAL.value), ("Collective", Mode.COLLECTIVE.value)]
OTHER_DEFINITIONS = [
    ("Salariés", JobsDefinition.WORKFORCE.value),
    ("Effectifs", JobsDefinition.WORKFORCE.value),
    ("Équivalent temps plein", JobsDefinition.FULL_TIME.value),
    ("CDI", JobsDefinition.PERMANENT.value),
]


# These columns have no closed list, and say how they are read.
PLAIN = {column.name: column.read for column in (*STRUCTURE, *SUPPORT) if column.read is not None}
