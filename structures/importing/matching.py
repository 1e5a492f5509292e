"""Finds which structure each line of a batch is about.

A Siret or an RNA number tells; a Siren where only one structure bears it; the network's own lists
are matched by name in one commune too. What two structures could be is refused, never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from spelling.folding import folded, same_name
from structures.columns import STRUCTURE, SUPPORT, fields_of
from structures.importing.communes import Communes
from structures.importing.drafts import Draft
from structures.models import ImportLine, ImportRun, Structure, Support
from structures.models.structure import LONGEST_KEY, NO_WORD, FormerIdentity

# An import writes these of a structure, and of a support besides its themes.
FIELDS = tuple(field.attname for field in fields_of(Structure, STRUCTURE))
SUPPORT_FIELDS = tuple(
    field.attname
    for field in fields_of(Support, (column for column in SUPPORT if column.is_imported))
    if not field.many_to_many
)


class Ambiguous(Exception):
    """Several structures could be meant; the sentence says what to do."""


@dataclass(slots=True)
class SupportRecord:
    values: dict[str, Any]
    pk: int | None = None
    themes: frozenset[int] = frozenset()
    # The first line of this file that said something about it.
    line: int | None = None


@dataclass(slots=True, eq=False)
class Record:
    """A structure as it will be once the batch is written; without a key, one to be created."""

    values: dict[str, Any]
    pk: int | None = None
    line: int | None = None
    supports: list[SupportRecord] = field(default_factory=list)

    def get(self, name: str) -> Any:
        return self.values.get(name)


class Candidates:
    """The structures that a batch of drafts may be about, read by a few queries."""

    def __init__(self, run: ImportRun, drafts: Sequence[Draft], communes: Communes) -> None:
        self.run, self.communes = run, communes
        self.by_siret: dict[str, Record] = {}
        self.by_rna: dict[str, Record] = {}
        self.by_siren: dict[str, list[Record]] = defaultdict(list)
        self.by_name: dict[tuple[str, str], list[Record]] = defaultdict(list)
        self.formerly: dict[str, Record] = {}
        # These come with their structure; None where that is none of the candidates.
        self.by_reference: dict[str, tuple[Record | None, SupportRecord]] = {}
        self._records: dict[int, Record] = {}
        self._by_names = any(draft.is_known_by_name for draft in drafts)
        self._read(drafts)
        self._read_supports(drafts)
        self._read_lines()
        self.seen = self._identities(drafts) if run.is_trial else {}

    # --- Asked -----------------------------------------------------------------------------------

    def find(self, draft: Draft) -> tuple[Record | None, bool]:
        """Returns the record, and whether it is known by a number that it no longer bears. Raises
        Ambiguous."""
        by_siret = self.by_siret.get(draft.siret) if draft.siret else None
        by_rna = self.by_rna.get(draft.rna) if draft.rna else None
        if by_siret and by_rna and by_siret is not by_rna:
            raise Ambiguous(
                f"le Siret est celui de «\u00a0{by_siret.get('name')}\u00a0», le numéro RNA celui "
                f"de «\u00a0{by_rna.get('name')}\u00a0»\u00a0: réunissez-les si elles n’en font "
                "qu’une"
            )
        if found := by_siret or by_rna or self._by_siren(draft):
            return found, False
        for number in (draft.siret, draft.rna):
            if number and (former := self.formerly.get(number)):
                return former, True
        return self._by_name(draft), False

    def add(self, record: Record) -> None:
        """Adds a record, so that the next lines find it."""
        self._index(record)

    def identity(self, draft: Draft) -> str:
        number = draft.siret or draft.rna or draft.siren
        return number or "|".join(self._name_key(draft) or (str(draft.number),))

    def _by_siren(self, draft: Draft) -> Record | None:
        siren = draft.siren or draft.siret[:9]
        same = self.by_siren.get(siren, []) if siren else []
        if not same:
            return None
        if draft.siret:
            without = [record for record in same if not record.get("siret")]
            if len(without) == 1:
                return without[0]
            if draft.is_seat:
                return self._one(same, siren)
            if draft.is_known_by_name:
                alike = [record for record in same if self._is_alike(record, draft)]
                return alike[0] if len(alike) == 1 else None
            return None
        if len(same) > 1 and (name := draft.values.get("name")):
            same = [r for r in same if same_name(r.get("name")) == same_name(name)] or same
        return self._one(same, siren)

    def _one(self, records: list[Record], siren: str) -> Record:
        if len(records) > 1:
            raise Ambiguous(
                f"{len(records)} fiches portent le Siren {siren}\u00a0: donnez le Siret"
            )
        return records[0]

    def _is_alike(self, record: Record, draft: Draft) -> bool:
        return self._name_key(draft) == self._key_of(record)

    def _by_name(self, draft: Draft) -> Record | None:
        key = self._name_key(draft) if draft.is_known_by_name else None
        if key is None:
            return None
        numbers = {"siret": draft.siret, "rna": draft.rna, "siren": draft.siren or draft.siret[:9]}
        alike = [
            record
            for record in self.by_name.get(key, [])
            if not any(
                number and record.get(name) and record.get(name) != number
                for name, number in numbers.items()
            )
        ]
        if len(alike) > 1:
            raise Ambiguous(
                f"{len(alike)} fiches portent ce nom dans cette commune\u00a0: donnez le Siret ou "
                "le numéro RNA"
            )
        return alike[0] if alike else None

    def _name_key(self, draft: Draft) -> tuple[str, str] | None:
        name = draft.values.get("name")
        place = draft.values.get("commune_id")
        if not name:
            return None
        # One without a commune is like others without one.
        return self.communes.codes(place)["commune_code"], same_name(name)[:LONGEST_KEY]

    def _key_of(self, record: Record) -> tuple[str, str]:
        code = self.communes.codes(record.get("commune_id"))["commune_code"]
        return code, same_name(record.get("name"))[:LONGEST_KEY]

    # --- Read ------------------------------------------------------------------------------------

    def _read(self, drafts: Sequence[Draft]) -> None:
        sirets = {draft.siret for draft in drafts} - {""}
        rnas = {draft.rna for draft in drafts} - {""}
        sirens = {draft.siren or draft.siret[:9] for draft in drafts} - {""}
        structures = Structure.objects.order_by()
        for name, numbers in (("siret", sirets), ("rna", rnas), ("siren", sirens)):
            if numbers:
                self._keep(structures.filter(**{f"{name}__in": numbers}))
        keys = {
            key for draft in drafts if draft.is_known_by_name and (key := self._name_key(draft))
        }
        if keys:
            codes = {code for code, _ in keys}
            # Those without a word share one key, and are told apart once they are read.
            names = {name if folded(name) else NO_WORD for _, name in keys}
            self._keep(structures.filter(commune_code__in=codes, sort_key__in=names))
        for name, numbers, known in (
            ("siret", sirets, self.by_siret),
            ("rna", rnas, self.by_rna),
        ):
            if unknown := numbers - known.keys():
                self._read_former(name, unknown)

    def _read_former(self, name: str, numbers: set[str]) -> None:
        former = dict(
            FormerIdentity.objects.order_by("until", "pk")
            .filter(**{f"{name}__in": numbers})
            .values_list(name, "structure_id")
        )
        missing = [pk for pk in former.values() if pk not in self._records]
        if missing:
            self._keep(Structure.objects.order_by().filter(pk__in=missing))
        for number, pk in former.items():
            self.formerly[number] = self._records[pk]

    def _keep(self, structures: Any) -> None:
        """Keeps them with those that they were merged into, in whose place they stand."""
        rows = list(structures.values_list("pk", "merged_into_id", *FIELDS))
        merged: list[tuple[int, int, dict[str, Any]]] = []
        for pk, into, *values in rows:
            if pk in self._records:
                continue
            said = dict(zip(FIELDS, values, strict=True))
            if into is not None:
                merged.append((pk, into, said))
                continue
            record = self._records[pk] = Record(said, pk)
            self._index(record)
        if not merged:
            return
        self._keep(Structure.objects.order_by().filter(pk__in={into for _, into, _ in merged}))
        for pk, into, said in merged:
            record = self._records[pk] = self._records[into]
            for name in ("siret", "rna"):
                # Nobody else bears its number any more.
                if said[name]:
                    self.formerly[said[name]] = record

    def _index(self, record: Record) -> None:
        if siret := record.get("siret"):
            self.by_siret[siret] = record
        if rna := record.get("rna"):
            self.by_rna[rna] = record
        if (siren := record.get("siren")) and record not in self.by_siren[siren]:
            self.by_siren[siren].append(record)
        if self._by_names and record not in self.by_name[key := self._key_of(record)]:
            self.by_name[key].append(record)

    def _read_supports(self, drafts: Sequence[Draft]) -> None:
        said = [draft.support for draft in drafts if draft.support is not None]
        if not said:
            return
        references = {support.values.get("reference") for support in said} - {None}
        rows = Support.objects.order_by("pk")
        found: dict[int, tuple[int, SupportRecord]] = {}
        for supports in (
            rows.filter(structure__in={record.pk for record in self._records.values()}),
            rows.filter(reference__in=references),
        ):
            for pk, structure, *values in supports.values_list(
                "pk", "structure_id", *SUPPORT_FIELDS
            ):
                if pk in found:
                    continue
                record = SupportRecord(dict(zip(SUPPORT_FIELDS, values, strict=True)), pk)
                found[pk] = structure, record
                if structure in self._records:
                    self._records[structure].supports.append(record)
                if reference := record.values["reference"]:
                    self.by_reference[reference] = self._records.get(structure), record
        themes: dict[int, set[int]] = defaultdict(set)
        through = Support.themes.through.objects.filter(support_id__in=found)
        for support, theme in through.values_list("support_id", "theme_id"):
            themes[support].add(theme)
        for pk, chosen in themes.items():
            found[pk][1].themes = frozenset(chosen)

    def _read_lines(self) -> None:
        """Reads what earlier lines of this file were about: the first one that speaks decides."""
        lines = ImportLine.objects.filter(run=self.run, structure__in=self._records)
        supports = {
            support.pk: support for record in self._records.values() for support in record.supports
        }
        for number, structure, support in lines.order_by("-number").values_list(
            "number", "structure_id", "support_id"
        ):
            self._records[structure].line = number
            if support in supports:
                supports[support].line = number

    def _identities(self, drafts: Iterable[Draft]) -> dict[str, int]:
        """Returns structures that earlier lines of a trial would have created."""
        wanted = {self.identity(draft) for draft in drafts}
        lines = ImportLine.objects.filter(run=self.run, identity__in=wanted)
        return dict(lines.order_by("-number").values_list("identity", "number"))
