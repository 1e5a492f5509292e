"""What one line comes to, and what undoing needs to know of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from structures.importing.drafts import Draft
from structures.importing.matching import FIELDS, SUPPORT_FIELDS, Record, SupportRecord
from structures.importing.network import BY_NAME, STORED_AS
from structures.models import ImportLine, Structure, Support
from structures.nomenclature import Size

Outcome = ImportLine.Outcome


def _blank(model: type[Model], names: Iterable[str]) -> dict[str, Any]:
    """Returns what a row of the model holds where nobody said anything."""
    meta: Any = model._meta
    defaults = {name: meta.get_field(name.removesuffix("_id")).get_default() for name in names}
    return {name: getattr(value, "value", value) for name, value in defaults.items()}


NEW, NEW_SUPPORT = _blank(Structure, FIELDS), _blank(Support, SUPPORT_FIELDS)
BLANK = frozenset({"", None, Size.UNKNOWN.value})
# These are by name, and by the name of what is stored.
LABELS = {
    **{column.name: column.label for column in BY_NAME.values()},
    **{STORED_AS[c.name]: c.label for c in BY_NAME.values() if c.is_stored},
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
    """Returns what undoing puts back: nothing for rows that were made, which go as they came."""
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
