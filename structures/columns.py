"""What is known of a structure and of its supports, each column described once.

The model says what a column may hold (`models/structure.py`, `models/support.py`: type, closed
list, blank value, name). These two tables say the rest: how imports recognise and read it, which
cell of each export tells it, which part of a form it is in, which filter asks for it and who may.
Imports, exports, forms of the admin, merges, the register in memory, filters and the documentation
of imports are made from them, in the order of the tables unless they say otherwise.

**To add a column of structures** (of supports: the same, with `Support` and `SUPPORT`):

1. `models/structure.py`: the field; then `python manage.py makemigrations structures`.
2. Here: one `Column` of that name in `STRUCTURE`. It is then read by imports, written by exports,
   shown in the admin's form, chosen when two structures are merged. With `is_imported=False` no
   import reads it, without `csv` no table tells it. A closed list that imports read has its words
   in `importing/vocabulary.py`.
3. If people filter by it: `kept` and `filter`, and the name of the array in
   `register/counted.py`. Then `python manage.py renew_figures`: the protected copy that is kept
   has not its values.
4. `templates/structures/structure.html`, where its public page tells it.
5. `python -m structures.columns` prints the tables of `docs/structures.md`.

`tests/structures/test_columns.py` says what is missing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import models

from spelling.folding import folded
from structures.importing import cells


@dataclass(frozen=True)
class Cell:
    """Where a file tells it: under which heading, and in which place, counted from 1. Readers of
    files count their columns: a new one goes last."""

    heading: str
    place: int


@dataclass(frozen=True)
class Exported:
    """What exports tell of a structure; without a `Cell`, that file does not."""

    name: str
    # This cell is of CSV and XLSX.
    csv: Cell | None = None
    # GeoJSON tells it under the heading of the CSV, and in its order; closed lists by their codes.
    in_geojson: bool = False
    # The schema data.inclusion has names and an order of its own.
    data_inclusion: Cell | None = None


@dataclass(frozen=True)
class Filter:
    """What addresses ask of a column, and figures count by it."""

    # Its name in addresses, and its label on screen.
    name: str
    label: str
    # Its name in a sentence about a value that is not known.
    noun: str
    # Its place on the pages, counted from 1.
    place: int
    # It is told of a structure that agreed to be shown; otherwise only to those who see its
    # supports.
    is_public: bool = True


@dataclass(frozen=True)
class Kept:
    """How the register in memory keeps it: under a name of `register.counted.Counted`, as numbers
    of that kind. Members of closed lists are numbered from 1, or have a bit each."""

    name: str
    kind: type[np.generic] = np.uint8


@dataclass(frozen=True, kw_only=True)
class Column(Exported):
    """A field of the model of that name."""

    # Imports call it so, on screen and in their reports.
    label: str
    # Imports know it by these headings too, folded (`spelling.folding.folded`).
    headings: tuple[str, ...] = ()
    # It makes a value of what a cell of an import says, or raises `cells.Unclear`. It is None for
    # what is looked up: closed lists (`importing/vocabulary.py`), places (`importing/communes.py`).
    read: Callable[[str], Any] | None = None
    is_imported: bool = True
    # The column is the model's; the others only help to find what is.
    is_stored: bool = True
    # It is said in passing: what is unclear there is left out and told, the rest of the line
    # stands.
    is_said_in_passing: bool = False
    # It may be said once for every line of a file, where no column says it.
    is_said_for_all: bool = False
    # It is in this part of the admin's form.
    section: str = ""
    kept: Kept | None = None
    # The register counts by it; only for one that it keeps.
    filter: Filter | None = None

    @property
    def words(self) -> frozenset[str]:
        """The headings by which imports know it, folded."""
        return frozenset({folded(self.label), folded(self.name), *self.headings})


# Parts of the forms of the admin, whose titles are in `admin/`.
WHO, NUMBERS, WHAT, WHERE, WHEN = "who", "numbers", "what", "where", "when"
BY_WHOM, HOW, JOBS, STORY, NOTES = "by whom", "how", "jobs", "story", "notes"

STRUCTURE = (
    Column("name", label="Nom de la structure", read=cells.text, section=WHO, headings=(
        "nom", "structure", "denomination", "raison sociale", "association", "intitule",
        "nom de l association", "beneficiaire", "titre", "organisme", "structure accompagnee",
    ), csv=Cell("nom", 1), in_geojson=True),
    Column("short_name", label="Sigle", read=cells.short_text(80), section=WHO,
           headings=("acronyme", "nom court"), csv=Cell("sigle", 2)),
    Column("siret", label="Siret", read=cells.siret, section=NUMBERS,
           headings=("numero siret", "n siret", "no siret", "siret du siege"),
           csv=Cell("siret", 9), in_geojson=True, data_inclusion=Cell("siret", 1)),
    Column("siren", label="Siren", read=cells.siren, section=NUMBERS,
           headings=("numero siren", "n siren", "no siren"), csv=Cell("siren", 8)),
    Column("rna", label="Numéro RNA", read=cells.rna, section=NUMBERS,
           headings=("rna", "n rna", "no rna", "numero waldec", "waldec"),
           csv=Cell("rna", 10), in_geojson=True, data_inclusion=Cell("rna", 2)),
    Column("family", label="Famille", is_said_for_all=True, section=WHAT,
           headings=("famille ess", "statut", "statut juridique", "type de structure"),
           csv=Cell("famille", 3), in_geojson=True,
           kept=Kept("family"), filter=Filter("famille", "Famille", "la famille", 4)),
    Column("legal_form", label="Forme juridique", section=WHAT,
           headings=("categorie juridique", "code forme juridique"),
           csv=Cell("forme_juridique", 4),
           kept=Kept("form"),
           filter=Filter("forme", "Forme juridique", "la forme juridique", 5)),
    Column("size", label="Taille (salariés)", read=cells.size, is_said_in_passing=True,
           section=WHAT, headings=(
        "taille", "effectif", "effectifs", "nombre de salaries", "nb salaries", "salaries",
        "tranche d effectif", "nb de salaries",
    ), csv=Cell("effectif", 6), in_geojson=True,
           kept=Kept("size"), filter=Filter("taille", "Taille", "la taille", 6)),
    Column("sector", label="Secteur d’activité", section=WHAT,
           headings=("secteur", "activite", "domaine d activite"),
           csv=Cell("secteur", 5), in_geojson=True,
           kept=Kept("sector", np.int16), filter=Filter("secteur", "Secteur", "le secteur", 1)),
    Column("approvals", label="Agréments", section=WHAT,
           headings=("agrement", "conventionnement", "conventionnements"),
           csv=Cell("agrements", 7),
           kept=Kept("approvals"), filter=Filter("agrement", "Agrément", "l’agrément", 7)),
    Column("description", label="Présentation", read=cells.paragraphs, is_said_in_passing=True,
           section=WHO,
           headings=("descriptif", "objet social", "activites", "description", "projet"),
           data_inclusion=Cell("presentation_detail", 12)),
    Column("commune", label="Commune", section=WHERE,
           headings=("ville", "commune du siege", "localite", "libelle commune")),
    Column("insee_code", label="Code Insee de la commune", read=cells.insee_code, is_stored=False,
           headings=("code insee", "insee", "code commune", "code insee commune", "codgeo")),
    Column("postal_code", label="Code postal", read=cells.postal_code, section=WHERE,
           headings=("cp", "code postal du siege"),
           csv=Cell("code_postal", 12), data_inclusion=Cell("code_postal", 4)),
    Column("address", label="Adresse", read=cells.text, is_said_in_passing=True, section=WHERE,
           headings=("adresse postale", "rue", "adresse du siege", "voie"),
           csv=Cell("adresse", 11), data_inclusion=Cell("adresse", 6)),
    Column("email", label="Courriel", read=cells.email, is_said_in_passing=True, section=WHERE,
           headings=("email", "e mail", "mail", "adresse mail", "adresse email",
                     "adresse electronique", "mel"),
           csv=Cell("courriel", 22), data_inclusion=Cell("courriel", 10)),
    Column("phone", label="Téléphone", read=cells.phone, is_said_in_passing=True, section=WHERE,
           headings=("tel", "telephone fixe", "portable", "numero de telephone"),
           csv=Cell("telephone", 21), data_inclusion=Cell("telephone", 9)),
    Column("website", label="Site", read=cells.website, is_said_in_passing=True, section=WHERE,
           headings=("site internet", "site web", "url", "siteweb"),
           csv=Cell("site", 23), data_inclusion=Cell("site_web", 11)),
    Column("created_on", label="Date de création", read=cells.day, section=WHEN,
           headings=("creee le", "date creation", "creation"), csv=Cell("creee_le", 24)),
    Column("closed_on", label="Date de fermeture", read=cells.day, section=WHEN,
           headings=("fermee le", "date fermeture", "dissolution"), csv=Cell("fermee_le", 25)),
)  # fmt: skip

# Exports tell these besides: today's territories, and what the portal knows of its own.
# `exports.Records` and `exports_copy` say where each comes from.
ALSO_EXPORTED = (
    Exported("commune_name", Cell("commune", 13), True, Cell("commune", 3)),
    Exported("commune_code", Cell("code_commune", 14), True, Cell("code_insee", 5)),
    Exported("epci_name", Cell("intercommunalite", 15)),
    Exported("epci_code", Cell("siren_intercommunalite", 16)),
    Exported("department_name", Cell("departement", 17)),
    Exported("department_code", Cell("code_departement", 18), True),
    Exported("region_name", Cell("region", 19)),
    Exported("region_code", Cell("code_region", 20), True),
    Exported("longitude", data_inclusion=Cell("longitude", 7)),
    Exported("latitude", data_inclusion=Cell("latitude", 8)),
    Exported("latest_year", Cell("derniere_annee", 26), True),
    Exported("is_public", Cell("publique", 27)),
    Exported("url", Cell("adresse_du_portail", 28), True, Cell("lien_source", 13)),
)

SUPPORT = (
    Column("year", label="Année de l’accompagnement", read=cells.year, is_said_for_all=True,
           section=WHAT, headings=(
        "annee", "millesime", "exercice", "annee dla", "annee d accueil", "annee accompagnement",
    ),
           kept=Kept("year", np.int16), filter=Filter("annee", "Année", "l’année", 3)),
    Column("operator", label="Structure porteuse (DLA)", is_said_for_all=True, section=BY_WHOM,
           headings=("operateur", "dla", "operateur dla", "porteur", "structure porteuse"),
           kept=Kept("operator", np.int32),
           filter=Filter("operateur", "Structure porteuse", "la structure porteuse", 10,
                         is_public=False)),
    Column("resource_centre", label="Centre de ressources (CRDLA)", section=BY_WHOM,
           headings=("crdla", "cr dla")),
    Column("reference", label="Référence du dossier", read=cells.short_text(60), section=BY_WHOM,
           headings=("reference", "ref", "numero de dossier", "n dossier", "id accompagnement",
                     "dossier")),
    Column("title", label="Objet de l’accompagnement", read=cells.short_text(200), section=WHAT,
           headings=("objet", "intitule de l accompagnement", "accompagnement",
                     "titre de l accompagnement")),
    Column("phase", label="Étape", section=WHAT,
           headings=("etape", "phase", "avancement", "etat d avancement"),
           kept=Kept("phase"),
           filter=Filter("etape", "Étape", "l’étape", 9, is_public=False)),
    Column("mode", label="Modalité", is_said_for_all=True, section=HOW,
           headings=("modalite", "individuel collectif", "type d accompagnement", "mode"),
           kept=Kept("mode"),
           filter=Filter("modalite", "Modalité", "la modalité", 8, is_public=False)),
    Column("group", label="Action collective", read=cells.short_text(120), section=HOW,
           headings=("nom de l action collective", "collectif")),
    Column("themes", label="Thématiques", section=HOW,
           headings=("thematique", "theme", "themes", "besoins", "thematique s"),
           kept=Kept("themes", np.uint64),
           filter=Filter("theme", "Thématique", "la thématique", 2)),
    Column("planned_start", label="Début prévu", read=cells.day, section=WHEN,
           headings=("date de debut prevue", "debut previsionnel")),
    Column("planned_end", label="Fin prévue", read=cells.day, section=WHEN,
           headings=("date de fin prevue", "fin previsionnelle")),
    Column("started_on", label="Début", read=cells.day, section=WHEN,
           headings=("date de debut", "debut reel", "date debut", "date d accueil")),
    Column("ended_on", label="Fin", read=cells.day, section=WHEN,
           headings=("date de fin", "fin reelle", "date fin")),
    Column("jobs", label="Emplois concernés", read=cells.whole, section=JOBS,
           headings=("emplois", "nombre d emplois", "nb emplois"),
           kept=Kept("jobs", np.int32)),
    Column("jobs_definition", label="Définition des emplois", is_said_for_all=True, section=JOBS,
           headings=("au sens de", "unite des emplois", "type d emplois"),
           kept=Kept("definition")),
    # A structure's page tells these three once it agreed to them; no export does.
    Column("story_need", label="Le besoin", read=cells.whole_text(300), is_said_in_passing=True,
           section=STORY, headings=("besoin initial", "besoin de la structure")),
    Column("story_done", label="Ce qui a été fait", read=cells.whole_text(300),
           is_said_in_passing=True, section=STORY,
           headings=("actions menees", "travail realise")),
    Column("story_change", label="Ce qui a changé", read=cells.whole_text(300),
           is_said_in_passing=True, section=STORY,
           headings=("resultats", "effets", "changements")),
    # These are read in the admin only: no export, no page, no import.
    Column("notes", label="Notes", is_imported=False, section=NOTES),
)  # fmt: skip


def fields_of(model: type[models.Model], columns: Iterable[Column]) -> list[Any]:
    """Returns the fields of the model that hold these columns, in their order."""
    return [model._meta.get_field(column.name) for column in columns if column.is_stored]


def in_order(exported: Iterable[Exported], file: str) -> tuple[tuple[Exported, Cell], ...]:
    """Returns what that file (`csv`, `data_inclusion`) tells, with its cells, in its order."""
    cells_of = [(one, cell) for one in exported if (cell := getattr(one, file)) is not None]
    return tuple(sorted(cells_of, key=lambda pair: pair[1].place))


def as_documented(columns: Iterable[Column]) -> str:
    """Returns the rows of `docs/structures.md` about what imports read, in Markdown."""
    return "\n".join(
        f"| {column.label} | {', '.join(column.headings)} |"
        for column in columns
        if column.is_imported
    )


if __name__ == "__main__":
    sys.stdout.write(f"{as_documented(STRUCTURE)}\n\n{as_documented(SUPPORT)}\n")
