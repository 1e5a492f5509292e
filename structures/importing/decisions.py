"""What one line comes to, and what undoing needs to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from structures.importing.drafts import Draft
from structures.importing.matching import Record, SupportRecord
from structures.importing.network import BY_NAME
from structures.models import ImportLine
from structures.nomenclature import Family, Mode, Phase, Size

Outcome = ImportLine.Outcome
NEW: dict[str, Any] = {
    "name": "", "short_name": "", "description": "", "siren": None, "siret": None, "rna": None,
    "family": Family.ASSOCIATION.value, "legal_form": "", "size": Size.UNKNOWN.value,
    "sector_id": None, "approvals": "", "commune_id": None, "address": "", "postal_code": "",
    "email": "", "phone": "", "website": "", "created_on": None, "closed_on": None,
}  # fmt: skip
NEW_SUPPORT: dict[str, Any] = {
    "operator_id": None, "resource_centre_id": None, "reference": None, "title": "", "year": None,
    "phase": Phase.WELCOME.value, "mode": Mode.INDIVIDUAL.value, "group": "",
    "planned_start": None, "planned_end": None, "started_on": None, "ended_on": None, "jobs": None,
    "jobs_definition": "",
}  # fmt: skip
BLANK = frozenset({"", None, Size.UNKNOWN.value})
LABELS = {field.name: field.label for field in BY_NAME.values()} | {
    "commune_id": "Commune",
    "sector_id": "Secteur d’activité",
    "operator_id": "Structure porteuse",
    "resource_centre_id": "Centre de ressources",
}


@dataclass(slots=True)
class Decision:
    """What one draft comes to. Changes are {field: value}; `record` is one to be created when it
    has no key yet."""

    draft: Draft
    outcome: Outcome
    record: Record | None = None
    is_new: bool = False
    changes: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    support: SupportRecord | None = None
    is_new_support: bool = False
    support_changes: dict[str, Any] | None = None
    support_before: dict[str, Any] | None = None
    former: int | None = None
    identity: str = ""


def memory_of(decision: Decision) -> dict[str, Any] | None:
    """What undoing puts back. Nothing for rows that were made: they go as they came."""
    memory: dict[str, Any] = {}
    if decision.changes and decision.before and not decision.is_new:
        memory["structure"] = {
            name: [plain(decision.before[name]), plain(value)]
            for name, value in decision.changes.items()
        }
    if decision.support_changes and decision.support_before and not decision.is_new_support:
        memory["support"] = {
            name: [plain(decision.support_before[name]), plain(value)]
            for name, value in decision.support_changes.items()
        }
    if decision.former is not None:
        memory["former"] = decision.former
    return memory or None


def plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value
