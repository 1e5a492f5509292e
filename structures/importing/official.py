"""The official files: RNA, Sirene, the list of ESS France.

Sources: Ministère de l'intérieur, Répertoire national des associations (rna_waldec); Insee, Sirene
(StockUniteLegale, StockEtablissement); ESS France, liste des entreprises de l'ESS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from spelling.folding import folded
from structures.importing import cells
from structures.importing.cells import Unclear
from structures.importing.communes import Communes
from structures.importing.drafts import Draft
from structures.importing.reading import FileRefused, FileRow
from structures.nomenclature import LEGAL_FORMS, Family

Reader = Callable[[FileRow], Draft]

RNA = ("id", "titre", "adrs_codeinsee", "adrs_codepostal", "adrs_libcommune", "position")
SIRENE_UNIT = ("siren", "denominationUniteLegale", "categorieJuridiqueUniteLegale")
SIRENE_ESTABLISHMENT = ("siret", "codeCommuneEtablissement")
ESS_NAMES = {
    "siren": "siren",
    "nom ou raison sociale de l entreprise": "name",
    "famille juridique de l entreprise": "family",
    "code postal": "postal_code",
    "libelle de la commune de l etablissement": "commune",
}
ESS_FAMILIES = (
    ("association", Family.ASSOCIATION),
    ("coop", Family.COOPERATIVE),
    ("mutu", Family.MUTUAL),
    ("fond", Family.FOUNDATION),
    ("soci", Family.COMPANY),
    ("entreprise", Family.COMPANY),
)
# Article 1 of the law of 2014 lists these: they are of the ESS by their form; companies have to say
# so.
ESS_BY_FORM = frozenset(
    form for form, (_, family) in LEGAL_FORMS.items() if family != Family.COMPANY
)
YES = "O"
# They are told partly, or not at all, at their request.
NOT_DIFFUSED = ("P", "N")
RNA_READ = (
    "id", "siret", "rup_mi", "date_creat", "date_disso", "titre", "titre_court", "objet",
    "adrs_codeinsee", "adrs_codepostal", "adrs_libcommune", "siteweb", "position", "maj_time",
    "adrs_numvoie", "adrs_repetition", "adrs_typevoie", "adrs_libvoie", "adrs_complement",
    "adrs_distrib",
)  # fmt: skip
UNIT_READ = (
    "siren", "denominationUniteLegale", "denominationUsuelle1UniteLegale", "sigleUniteLegale",
    "identifiantAssociationUniteLegale", "categorieJuridiqueUniteLegale",
    "trancheEffectifsUniteLegale", "economieSocialeSolidaireUniteLegale",
    "etatAdministratifUniteLegale", "statutDiffusionUniteLegale", "dateCreationUniteLegale",
    "dateDebut", "dateDernierTraitementUniteLegale",
)  # fmt: skip
ESTABLISHMENT_READ = (
    "siret", "etablissementSiege", "etatAdministratifEtablissement",
    "statutDiffusionEtablissement", "trancheEffectifsEtablissement", "codePostalEtablissement",
    "libelleCommuneEtablissement", "codeCommuneEtablissement", "numeroVoieEtablissement",
    "typeVoieEtablissement", "libelleVoieEtablissement", "complementAdresseEtablissement",
)  # fmt: skip
DECLARED, OF_PUBLIC_USE = "9220", "9230"


class Headings:
    """Where each heading of a file stands."""

    def __init__(self, headings: Sequence[str], required: Sequence[str], what: str) -> None:
        self.at = {heading: place for place, heading in enumerate(headings)}
        self.count = len(headings)
        if missing := [name for name in required if name not in self.at]:
            raise FileRefused(
                f"Ce n’est pas {what}\u00a0: il y manque "
                f"{'la colonne' if len(missing) == 1 else 'les colonnes'} {', '.join(missing)}."
            )

    def picker(self, names: Sequence[str]) -> Callable[[FileRow], Iterable[str]]:
        """Returns a reader of the cells of those columns, stripped; blank where the file has no
        such column."""
        pick = itemgetter(*(self.at.get(name, self.count) for name in names))

        def picked(row: FileRow) -> Iterable[str]:
            return map(str.strip, pick([*row.cells[: self.count], ""]))

        return picked

    def has_all(self, row: FileRow, draft: Draft) -> bool:
        """Says whether a line is whole: cut short, or with a separator too many, it would shift
        every cell."""
        count = len(row.cells)
        if count < self.count or any(cell.strip() for cell in row.cells[self.count :]):
            draft.refuse("", f"{count} cellules au lieu de {self.count}")
            return False
        return True


def _take(draft: Draft, column: str, clean: Callable[[str], Any], cell: str) -> Any:
    """Returns the cleaned cell; what is unclear is left out and told."""
    try:
        return clean(cell)
    except Unclear as problem:
        draft.remarks.append((column, str(problem)))
        return None


def rna(headings: Sequence[str], communes: Communes) -> Reader:
    columns = Headings(headings, RNA, "un fichier du RNA")
    pick = columns.picker(RNA_READ)

    def read(row: FileRow) -> Draft:
        draft = Draft(row.number)
        if not columns.has_all(row, draft):
            return draft
        number, siret, public_use, created, dissolved, *rest = pick(row)
        title, short, purpose, code, postal_code, commune, *rest = rest
        site, position, changed, *street = rest
        try:
            draft.rna = cells.rna(number)
        except Unclear as problem:
            return draft.refuse("id", str(problem))
        if not draft.rna:
            return draft.refuse("id", "numéro RNA manquant")
        values, fills = draft.values, draft.fills
        if not (name := cells.text(title) or cells.text(short)):
            return draft.refuse("titre", "nom manquant")
        values["name"] = name
        if siret:
            draft.siret = _take(draft, "siret", cells.siret, siret) or ""
        if short:
            values["short_name"] = cells.text(short, 80)
        if day := _take(draft, "date_creat", cells.day, created):
            values["created_on"] = day
        closed = _take(draft, "date_disso", cells.day, dissolved)
        if closed is None and position in ("D", "S"):
            # "Supprimée" comes without a date of its own.
            closed = _take(draft, "maj_time", cells.day, changed)
        if closed:
            values["closed_on"] = closed
        _place(draft, communes, "adrs_codeinsee", values, postal_code, commune, code)
        if address := _street(street):
            values["address"] = address
        fills["family"] = Family.ASSOCIATION.value
        fills["legal_form"] = OF_PUBLIC_USE if public_use else DECLARED
        if purpose:
            fills["description"] = cells.paragraphs(purpose)
        if site and (website := _take(draft, "siteweb", cells.website, site)):
            fills["website"] = website
        return draft

    return read


def sirene(headings: Sequence[str], communes: Communes) -> Reader:
    """Reads files of legal units, or of establishments: the headings say which."""
    if "siret" in headings:
        return _establishments(headings, communes)
    return _units(headings)


def _units(headings: Sequence[str]) -> Reader:
    columns = Headings(headings, SIRENE_UNIT, "un fichier Sirene des unités légales")
    pick = columns.picker(UNIT_READ)

    def read(row: FileRow) -> Draft:
        draft = Draft(row.number)
        if not columns.has_all(row, draft):
            return draft
        number, name, usual_name, short, rna_number, form, band, *rest = pick(row)
        ess_flag, state, diffusion, created, since, treated = rest
        try:
            draft.siren = cells.siren(number)
        except Unclear as problem:
            return draft.refuse("siren", str(problem))
        if not draft.siren:
            return draft.refuse("siren", "Siren manquant")
        # One that the portal has is brought up to date whatever it is.
        draft.may_create = ess_flag == YES or form in ESS_BY_FORM
        values, fills = draft.values, draft.fills
        draft.rna = _take(draft, "identifiantAssociationUniteLegale", cells.rna, rna_number) or ""
        if form in LEGAL_FORMS:
            values["legal_form"] = form
            values["family"] = LEGAL_FORMS[form][1].value
        elif ess_flag == YES:
            fills["family"] = Family.COMPANY.value
        if size := cells.band(band):
            values["size"] = size
        if day := _take(draft, "dateCreationUniteLegale", cells.day, created):
            values["created_on"] = day
        if state == "C":
            draft.may_create = False
            closed = _take(draft, "dateDebut", cells.day, since)
            if closed is None:
                closed = _take(draft, "dateDernierTraitementUniteLegale", cells.day, treated)
            if closed:
                fills["closed_on"] = closed
        if diffusion in NOT_DIFFUSED:
            draft.may_create = False
            return draft
        if said := cells.text(name) or cells.text(usual_name):
            values["name"] = said
        else:
            draft.may_create = False
        if short:
            values["short_name"] = cells.text(short, 80)
        return draft

    return read


def _establishments(headings: Sequence[str], communes: Communes) -> Reader:
    columns = Headings(headings, SIRENE_ESTABLISHMENT, "un fichier Sirene des établissements")
    pick = columns.picker(ESTABLISHMENT_READ)

    def read(row: FileRow) -> Draft:
        draft = Draft(row.number, may_create=False)
        if not columns.has_all(row, draft):
            return draft
        number, seat, state, diffusion, band, postal_code, commune, code, *street = pick(row)
        try:
            draft.siret = cells.siret(number)
        except Unclear as problem:
            return draft.refuse("siret", str(problem))
        if not draft.siret:
            return draft.refuse("siret", "Siret manquant")
        if state == "F":
            return draft.leave_out("etatAdministratifEtablissement", "établissement fermé")
        draft.is_seat = seat.lower() in ("true", "1", "oui", "o")
        if diffusion in NOT_DIFFUSED:
            return draft
        values = draft.values
        _place(draft, communes, "codeCommuneEtablissement", values, postal_code, commune, code)
        if address := _street(street):
            values["address"] = address
        if size := cells.band(band):
            draft.fills["size"] = size
        return draft

    return read


def ess(headings: Sequence[str], communes: Communes) -> Reader:
    known = [ESS_NAMES.get(folded(heading), heading) for heading in headings]
    columns = Headings(known, ("siren", "name", "family"), "la liste d’ESS France")
    pick = columns.picker(("siren", "name", "family", "postal_code", "commune"))

    def read(row: FileRow) -> Draft:
        draft = Draft(row.number)
        if not columns.has_all(row, draft):
            return draft
        number, name, kind, postal_code, commune = pick(row)
        try:
            draft.siren = cells.siren(number)
        except Unclear as problem:
            return draft.refuse("SIREN", str(problem))
        if not draft.siren:
            return draft.refuse("SIREN", "Siren manquant")
        if not name:
            return draft.refuse("Nom ou raison sociale", "nom manquant")
        draft.values["name"] = cells.text(name)
        if kind:
            key = folded(kind)
            family = next((value for word, value in ESS_FAMILIES if word in key), None)
            if family is None:
                draft.remarks.append(("Famille juridique", f"inconnue\u00a0: {kind}"))
            else:
                draft.values["family"] = family.value
        # A company has a line for each establishment: the first says where it is.
        _place(draft, communes, "Libellé de la commune", draft.fills, postal_code, commune)
        return draft

    return read


def _street(parts: Iterable[str]) -> str:
    return cells.text(" ".join(part for part in parts if part not in ("", "_", ".", "-")))


def _place(
    draft: Draft,
    communes: Communes,
    column: str,
    into: dict[str, Any],
    postal_code: str,
    name: str,
    code: str = "",
) -> None:
    postal_code = cells.postal_code(postal_code)
    found = communes.find(code=cells.insee_code(code), postal_code=postal_code, name=name)
    if found.key:
        into["commune_id"] = found.key
    elif found.problem:
        draft.remarks.append((column, f"{found.problem} (laissée vide)"))
    if postal_code:
        into["postal_code"] = postal_code


READERS: Mapping[str, Callable[[Sequence[str], Communes], Reader]] = {
    "rna": rna,
    "sirene": sirene,
    "ess": ess,
}


def guess(headings: Sequence[str]) -> str:
    """Returns the format that a file with these headings is likely to be."""
    names = set(headings)
    if names.issuperset(("id", "titre", "position")):
        return "rna"
    if names.issuperset(SIRENE_UNIT) or names.issuperset(SIRENE_ESTABLISHMENT):
        return "sirene"
    if {"siren", "name", "family"} <= {ESS_NAMES.get(folded(name), "") for name in names}:
        return "ess"
    return "reseau"
