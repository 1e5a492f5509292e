"""Files as people and administrations make them, a few lines each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook

RNA = """
    id id_ex siret rup_mi gestion date_creat date_decla date_publi date_disso nature groupement
    titre titre_court objet objet_social1 objet_social2 adrs_complement adrs_numvoie
    adrs_repetition adrs_typevoie adrs_libvoie adrs_distrib adrs_codeinsee adrs_codepostal
    adrs_libcommune adrg_declarant adrg_complemid adrg_complemgeo adrg_libvoie adrg_distrib
    adrg_codepostal adrg_achemine adrg_pays dir_civilite siteweb publiweb observation position
    maj_time
""".split()  # noqa: SIM905  # as the files have them, on a line
UNITS = """
    siren statutDiffusionUniteLegale dateCreationUniteLegale sigleUniteLegale
    identifiantAssociationUniteLegale trancheEffectifsUniteLegale
    dateDernierTraitementUniteLegale dateDebut etatAdministratifUniteLegale
    denominationUniteLegale categorieJuridiqueUniteLegale activitePrincipaleUniteLegale
    economieSocialeSolidaireUniteLegale
""".split()  # noqa: SIM905  # as the files have them, on a line
ESTABLISHMENTS = """
    siren nic siret statutDiffusionEtablissement trancheEffectifsEtablissement etablissementSiege
    numeroVoieEtablissement typeVoieEtablissement libelleVoieEtablissement
    codePostalEtablissement libelleCommuneEtablissement codeCommuneEtablissement
    etatAdministratifEtablissement activitePrincipaleEtablissement
""".split()  # noqa: SIM905  # as the files have them, on a line
ESS = [
    "SIREN",
    "Nom ou raison sociale de l'entreprise",
    "Famille juridique de l'entreprise",
    "Code postal",
    "Libellé de la commune de l'établissement",
    "Code du département de l'établissement",
    "Département de l'établissement",
    "Région de l'établissement",
]
AN_ASSOCIATION = {
    "id": "W381234567",
    "date_creat": "1998-04-02",
    "date_publi": "0001-01-01",
    "date_disso": "0001-01-01",
    "nature": "D",
    "groupement": "S",
    "titre": "LES AMIS DU VÉLO",
    "titre_court": "ADV",
    "objet": "promouvoir la bicyclette ; tenir un atelier",
    "adrs_numvoie": "12",
    "adrs_typevoie": "RUE",
    "adrs_libvoie": "DE L'EXEMPLE",
    "adrs_codeinsee": "38185",
    "adrs_codepostal": "38000",
    "adrs_libcommune": "Grenoble",
    "position": "A",
    "maj_time": "2020-01-01 00:00:00",
}


def written(
    headings: Iterable[str],
    rows: Iterable[Mapping[str, str] | Iterable[str]],
    *,
    separator: str = ";",
    quoting: int = csv.QUOTE_MINIMAL,
) -> str:
    headings = list(headings)
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, quoting=quoting)  # type: ignore[arg-type]  # one of csv's constants
    writer.writerow(headings)
    for row in rows:
        cells = [row.get(name, "") for name in headings] if isinstance(row, Mapping) else [*row]
        writer.writerow(cells)
    return file.getvalue()


def rna(path: Path, *rows: Mapping[str, str], encoding: str = "latin-1") -> Path:
    """Writes a file as the ministry publishes it: 39 columns, quoted, latin-1."""
    text = written(RNA, [{**AN_ASSOCIATION, **row} for row in rows], quoting=csv.QUOTE_ALL)
    path.write_bytes(text.encode(encoding))
    return path


def workbook(path: Path, *rows: Iterable[Any], hidden_first: bool = False) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    if hidden_first:
        sheet.title = "Listes"
        sheet.append(["A", "B"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("Données")
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    book.close()
    return path
