"""The network's own spreadsheets: any columns, in any order, matched with what the portal holds.

A line is a structure, and the support that it was given when it says one. The columns are matched
by their headings, corrected on screen, and remembered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from structures.importing import cells
from structures.importing.cells import Unclear
from structures.importing.drafts import Draft, SupportDraft
from structures.importing.places import Communes
from structures.importing.reading import FileRefused, Row
from structures.importing.vocabulary import FIRST_YEAR, Vocabulary
from structures.models import ColumnMapping
from structures.nomenclature import LEGAL_FORMS, Mode
from territories.names import folded


@dataclass(frozen=True)
class Field:
    """Something that a column may hold. `also` are headings by which it goes, folded."""

    name: str
    label: str
    also: tuple[str, ...] = ()
    # Of the support, not of the structure.
    is_support: bool = False

    @property
    def words(self) -> frozenset[str]:
        return frozenset({folded(self.label), folded(self.name), *self.also})


FIELDS = (
    Field("name", "Nom de la structure", (
        "nom", "structure", "denomination", "raison sociale", "association", "intitule",
        "nom de l association", "beneficiaire", "titre", "organisme", "structure accompagnee",
    )),
    Field("short_name", "Sigle", ("acronyme", "nom court")),
    Field("siret", "Siret", ("numero siret", "n siret", "no siret", "siret du siege")),
    Field("siren", "Siren", ("numero siren", "n siren", "no siren")),
    Field("rna", "Numéro RNA", ("rna", "n rna", "no rna", "numero waldec", "waldec")),
    Field("family", "Famille", ("famille ess", "statut", "statut juridique", "type de structure")),
    Field("legal_form", "Forme juridique", ("categorie juridique", "code forme juridique")),
    Field("size", "Taille (salariés)", (
        "taille", "effectif", "effectifs", "nombre de salaries", "nb salaries", "salaries",
        "tranche d effectif", "nb de salaries",
    )),
    Field("sector", "Secteur d’activité", ("secteur", "activite", "domaine d activite")),
    Field("approvals", "Agréments", ("agrement", "conventionnement", "conventionnements")),
    Field("commune", "Commune", ("ville", "commune du siege", "localite", "libelle commune")),
    Field("insee_code", "Code Insee de la commune", (
        "code insee", "insee", "code commune", "code insee commune", "codgeo",
    )),
    Field("postal_code", "Code postal", ("cp", "code postal du siege")),
    Field("address", "Adresse", ("adresse postale", "rue", "adresse du siege", "voie")),
    Field("email", "Courriel", ("email", "e mail", "mail", "adresse mail", "adresse email",
                                "adresse electronique", "mel")),
    Field("phone", "Téléphone", ("tel", "telephone fixe", "portable", "numero de telephone")),
    Field("website", "Site", ("site internet", "site web", "url", "siteweb")),
    Field("created_on", "Date de création", ("creee le", "date creation", "creation")),
    Field("closed_on", "Date de fermeture", ("fermee le", "date fermeture", "dissolution")),
    Field("description", "Présentation", ("descriptif", "objet social", "activites",
                                          "description", "projet")),
    Field("year", "Année de l’accompagnement", (
        "annee", "millesime", "exercice", "annee dla", "annee d accueil", "annee accompagnement",
    ), True),
    Field("operator", "Structure porteuse (DLA)", (
        "operateur", "dla", "operateur dla", "porteur", "structure porteuse",
    ), True),
    Field("resource_centre", "Centre de ressources (CRDLA)", ("crdla", "cr dla"), True),
    Field("reference", "Référence du dossier", (
        "reference", "ref", "numero de dossier", "n dossier", "id accompagnement", "dossier",
    ), True),
    Field("title", "Objet de l’accompagnement", (
        "objet", "intitule de l accompagnement", "accompagnement", "titre de l accompagnement",
    ), True),
    Field("phase", "Étape", ("etape", "phase", "avancement", "etat d avancement"), True),
    Field("mode", "Modalité", (
        "modalite", "individuel collectif", "type d accompagnement", "mode",
    ), True),
    Field("group", "Action collective", ("nom de l action collective", "collectif"), True),
    Field("themes", "Thématiques", ("thematique", "theme", "themes", "besoins", "thematique s"),
          True),
    Field("planned_start", "Début prévu", ("date de debut prevue", "debut previsionnel"), True),
    Field("planned_end", "Fin prévue", ("date de fin prevue", "fin previsionnelle"), True),
    Field("started_on", "Début", ("date de debut", "debut reel", "date debut", "date d accueil"),
          True),
    Field("ended_on", "Fin", ("date de fin", "fin reelle", "date fin"), True),
    Field("jobs", "Emplois concernés", ("emplois", "nombre d emplois", "nb emplois"), True),
    Field("jobs_definition", "Définition des emplois", (
        "au sens de", "unite des emplois", "type d emplois",
    ), True),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}
# What may be said once for every line of a file, where no column says it.
CONSTANTS = ("year", "operator", "mode", "jobs_definition", "family")


TOO_NEAR = 0.84


def fingerprint(headings: Sequence[str]) -> str:
    """The same for the same columns in another order."""
    said = json.dumps(sorted({folded(heading) for heading in headings}))
    return hashlib.sha256(said.encode()).hexdigest()


def propose(headings: Sequence[str]) -> dict[str, Any]:
    """How these columns were understood the last time, else by their headings.

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
        for field in FIELDS:
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
    """Why a file could not be read with these columns, in French."""
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


# Said in passing: what is unclear there is left out and told, the rest of the line stands.
IN_PASSING = frozenset({"email", "phone", "website", "address", "description", "size"})
PLACES = ("insee_code", "postal_code", "commune")
NUMBERS: dict[str, Callable[[str], str]] = {
    "siret": cells.siret,
    "siren": cells.siren,
    "rna": cells.rna,
}
COLUMN_OF = {
    "operator": "operator_id",
    "resource_centre": "resource_centre_id",
    "sector": "sector_id",
}


def reader(
    headings: Sequence[str], communes: Communes, choices: Mapping[str, Any]
) -> Callable[[Row], Draft]:
    """Raises FileRefused where no column says which structure a line is about."""
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

    def read(row: Row) -> Draft:
        return _Line(row, columns, constants, vocabulary, communes).draft()

    return read


class _Line:
    """One line, with the columns that it has."""

    def __init__(
        self,
        row: Row,
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
        for field in FIELDS:
            if field.is_support or field.name in (*NUMBERS, *PLACES):
                continue
            value = self.value(field.name)
            if value not in (None, ""):
                column = COLUMN_OF.get(field.name, field.name)
                said_of_all = not self.cells.get(field.name)
                (result.fills if said_of_all else result.values)[column] = value
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
            if name in IN_PASSING:
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
        said = {field.name: self.value(field.name) for field in FIELDS if field.is_support}
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
            COLUMN_OF.get(name, name): value
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
