"""What one line of a file says, before anybody knows which structure it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# The report reads them as French sentences: the column's heading and what is wrong.
Remark = tuple[str, str]


@dataclass(slots=True)
class SupportDraft:
    """One course of support: `key` tells it from others of the same structure."""

    values: dict[str, Any]
    # The keys of themes; None where the file has no such column.
    themes: frozenset[int] | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        return (
            self.values["year"],
            self.values.get("operator_id"),
            self.values.get("title", "").casefold(),
        )


@dataclass(slots=True)
class Draft:
    """What a line says. Values that are not there (a blank cell, an absent column) change
    nothing."""

    number: int
    siret: str = ""
    siren: str = ""
    rna: str = ""
    # The file knows the first better, and only adds the second where nothing is said yet.
    values: dict[str, Any] = field(default_factory=dict)
    fills: dict[str, Any] = field(default_factory=dict)
    support: SupportDraft | None = None
    remarks: list[Remark] = field(default_factory=list)
    is_refused: bool = False
    # The line is not for this portal (a company outside the ESS): it is counted, and no error.
    is_left_out: bool = False
    # A structure that is not there yet may be created from it.
    may_create: bool = True
    # It is the head office's number, which replaces the former one.
    is_seat: bool = False
    # In the network's own lists, two lines with one name in one commune are one structure.
    is_known_by_name: bool = False

    def refuse(self, column: str, reason: str) -> Draft:
        self.remarks.append((column, reason))
        self.is_refused = True
        return self

    def leave_out(self, column: str, reason: str) -> Draft:
        self.remarks.append((column, reason))
        self.is_left_out = True
        return self
