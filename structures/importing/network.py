"""The network's own spreadsheets: any columns, in any order, matched with what the portal holds.

A line is a structure, and the support that it was given when it says one. The columns are matched
by their headings, corrected on screen, and remembered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from spelling.folding import folded
from structures.columns import STRUCTURE, SUPPORT, Column, fields_of
from structures.importing import cells
from structures.importing.cells import Unclear
from structures.importing.communes import Communes
from structures.importing.drafts import Draft, SupportDraft
from structures.importing.reading import FileRefused, FileRow
from structures.importing.vocabulary import Vocabulary
from structures.models import ColumnMapping, Structure, Support
from structures.nomenclature import FIRST_YEAR, LEGAL_FORMS, Mode


def _recognised(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Returns the fields in the order in which headings are given to them. A text of several lines
    comes last, since its headings are everyday words (« projet », « activités »)."""
    imported = [column for column in columns if column.is_imported]
    return tuple(sorted(imported, key=lambda column: column.read is cells.paragraphs))


OF_STRUCTURE, OF_SUPPORT = _recognised(STRUCTURE), _recognised(SUPPORT)
COLUMNS = (*OF_STRUCTURE, *OF_SUPPORT)
BY_NAME = {column.name: column for column in COLUMNS}
# This is the order of the form that asks for them: what is said of the support comes first.
CONSTANTS = tuple(c.name for c in (*OF_SUPPORT, *OF_STRUCTURE) if c.is_said_for_all)


TOO_NEAR = 0.84


def fingerprint(headings: Sequence[str]) -> str:
    """Returns the same text for the same columns in another order."""
    said = json.dumps(sorted({folded(heading) for heading in headings}))
    return hashlib.sha256(said.encode()).hexdigest()


def propose(headings: Sequence[str]) -> dict[str, Any]:
    """Returns how these columns were understood the last time, else by their headings.

    `{"columns": {heading: field}, "constants": {field: value}}`; a field is held by one column.
    """
    kept = ColumnMapping.objects.filter(fingerprint=fingerprint(headings)).first()
    if kept is not None:
        return {
            "columns": {h: f for h, f in kept.choices["columns"].items() if h in headings},
            "constants": kept.choices["constants"],
        }
    columns: dict[str, str] = {}
    keys = {heading: folded(heading) for heading in headings}
    for near in (False, True):
        for field in COLUMNS:
            if field.name in columns.values():
                continue
            for heading, key in keys.items():
                if heading in columns or not key:
                    continue
                if key in field.words or (
                    near and get_close_matches(key, field.words, 1, TOO_NEAR)
                ):
                    columns[heading] = field.name
                    break
    return {"columns": columns, "constants": {}}


def remember(headings: Sequence[str], choices: Mapping[str, Any], by: Any) -> None:
    ColumnMapping.objects.update_or_create(
        fingerprint=fingerprint(headings),
        defaults={"headings": list(headings), "choices": dict(choices), "changed_by": by},
    )


def problems(choices: Mapping[str, Any]) -> list[str]:
    """Says in French why a file could not be read with these columns."""
    fields = list(choices["columns"].values())
    said = []
    if not {"name", "siret", "rna", "siren"} & set(fields):
        said.append(
            "Dites quelle colonne contient le nom de la structure, ou son Siret, son numéro RNA ou "
            "son Siren."
        )
    said += [
        f"«\u00a0{BY_NAME[name].label}\u00a0» est choisi pour deux colonnes."
        for name in sorted({name for name in fields if fields.count(name) > 1})
    ]
    vocabulary = Vocabulary()
    for name, value in choices["constants"].items():
        try:
            vocabulary.read(name, value)
        except Unclear as problem:
            said.append(f"{BY_NAME[name].label}\u00a0: {problem}.")
    return said


PLACES = ("insee_code", "postal_code", "commune")
NUMBERS: dict[str, Callable[[str], str]] = {
    "siret": cells.siret,
    "siren": cells.siren,
    "rna": cells.rna,
}
# These are the names under which fields are stored, by name: those of keys of rows differ.
STORED_AS = {
    field.name: field.attname
    for field in (*fields_of(Structure, OF_STRUCTURE), *fields_of(Support, OF_SUPPORT))
}


def reader(
    headings: Sequence[str], communes: Communes, choices: Mapping[str, Any]
) -> Callable[[FileRow], Draft]:
    """Returns a reader of rows. Raises FileRefused where no column says which structure a line is
    about."""
    if said := problems(choices):
        raise FileRefused(" ".join(said))
    place_of = {heading: at for at, heading in enumerate(headings)}
    columns = {
        field: (place_of[heading], heading)
        for heading, field in choices["columns"].items()
        if heading in place_of
    }
    vocabulary = Vocabulary()
    constants = {
        name: vocabulary.read(name, value) for name, value in choices["constants"].items() if value
    }

    def read(row: FileRow) -> Draft:
        return _Line(row, columns, constants, vocabulary, communes).draft()

    return read


class _Line:
    """One line, with the columns that it has."""

    def __init__(
        self,
        row: FileRow,
        columns: Mapping[str, tuple[int, str]],
        constants: Mapping[str, Any],
        vocabulary: Vocabulary,
        communes: Communes,
    ) -> None:
        self.columns, self.constants = columns, constants
        self.vocabulary, self.communes = vocabulary, communes
        self.result = Draft(row.number, is_known_by_name=True)
        self.cells = {
            field: row.cells[at].strip() if at < len(row.cells) else ""
            for field, (at, _) in columns.items()
        }

    def draft(self) -> Draft:
        result = self.result
        for name, clean in NUMBERS.items():
            try:
                setattr(result, name, clean(self.cells.get(name, "")))
            except Unclear as problem:
                result.refuse(self.heading(name), str(problem))
        for column in OF_STRUCTURE:
            if column.name in (*NUMBERS, *PLACES):
                continue
            value = self.value(column.name)
            if value not in (None, ""):
                said_of_all = not self.cells.get(column.name)
                (result.fills if said_of_all else result.values)[STORED_AS[column.name]] = value
        form = result.values.get("legal_form")
        if form and "family" not in result.values:
            result.values["family"] = LEGAL_FORMS[form][1].value
        if not (result.values.get("name") or result.siret or result.rna or result.siren):
            result.refuse(self.heading("name"), "nom manquant")
        self.place()
        self.support()
        return result

    def heading(self, name: str) -> str:
        return self.columns[name][1] if name in self.columns else BY_NAME[name].label

    def value(self, name: str) -> Any:
        cell = self.cells.get(name, "")
        if not cell:
            return self.constants.get(name)
        try:
            return self.vocabulary.read(name, cell)
        except Unclear as problem:
            if BY_NAME[name].is_said_in_passing:
                self.result.remarks.append((self.heading(name), f"{problem} (laissé de côté)"))
            else:
                self.result.refuse(self.heading(name), str(problem))
            return None

    def place(self) -> None:
        code = cells.insee_code(self.cells.get("insee_code", ""))
        postal_code = cells.postal_code(self.cells.get("postal_code", ""))
        found = self.communes.find(
            code=code, postal_code=postal_code, name=self.cells.get("commune", "")
        )
        if found.key:
            self.result.values["commune_id"] = found.key
        elif found.problem:
            column = next(name for name in ("commune", *PLACES) if self.cells.get(name))
            self.result.remarks.append((self.heading(column), f"{found.problem} (laissée vide)"))
        if postal_code:
            self.result.values["postal_code"] = postal_code

    def support(self) -> None:
        said = {column.name: self.value(column.name) for column in OF_SUPPORT}
        written = [name for name in said if self.cells.get(name)]
        # What is said of every line makes no support of a line that says none, but its year does.
        if not written and "year" not in self.constants:
            return
        result = self.result
        start = said["started_on"] or said["planned_start"]
        year = said["year"] or (start.year if start and start.year >= FIRST_YEAR else None)
        if year is None:
            if not result.is_refused:
                result.refuse(
                    self.heading("year"),
                    "année de l’accompagnement manquante\u00a0: donnez-la, ou une date de début",
                )
            return
        values = {
            STORED_AS[name]: value
            for name, value in said.items()
            if value not in (None, "") and name != "themes"
        }
        values["year"] = year
        if said["group"] and said["mode"] is None:
            values["mode"] = Mode.COLLECTIVE.value
        for first, last in (("planned_start", "planned_end"), ("started_on", "ended_on")):
            if first in values and last in values and values[last] < values[first]:
                result.refuse(self.heading(last), "la fin précède le début")
        if "jobs" not in values:
            values.pop("jobs_definition", None)
        elif "jobs_definition" not in values:
            result.refuse(
                self.heading("jobs"),
                "un nombre d’emplois se donne avec sa définition (salariés, ETP ou CDI)",
            )
        if values.get("group") and values.get("mode") == Mode.INDIVIDUAL:
            result.refuse(self.heading("group"), "une action collective va avec le mode collectif")
        result.support = SupportDraft(values, said["themes"])
