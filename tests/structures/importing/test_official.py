"""The official files, in the shapes that they are published in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from stdnum import luhn

from structures.models import Structure
from structures.nomenclature import Family
from tests.factories import StructureFactory, siret_of
from tests.structures.importing import files
from tests.structures.importing.conftest import Import, report_of

SIREN = siret_of(7)[:9]


def test_an_association_of_the_rna(imported: Import, tmp_path: Path) -> None:
    run = imported(files.rna(tmp_path / "rna.csv", {"siret": siret_of(1)}), "rna")

    assert (run.created, run.refused) == (1, 0)
    structure = Structure.objects.get()
    assert structure.name == "LES AMIS DU VÉLO"
    assert structure.rna == "W381234567"
    assert structure.siret == siret_of(1)
    assert structure.siren == siret_of(1)[:9]
    assert structure.commune_id == "commune-38185"
    assert structure.department_code == "38"
    assert structure.address == "12 RUE DE L'EXEMPLE"
    assert structure.created_on == date(1998, 4, 2)
    assert structure.closed_on is None
    assert (structure.family, structure.legal_form) == (Family.ASSOCIATION, "9220")
    assert structure.description == "promouvoir la bicyclette ; tenir un atelier"
    assert not structure.is_public
    # The model would have written this.
    slug, keys = structure.slug, (structure.sort_key, structure.search_key)
    structure.complete()
    assert (structure.slug, (structure.sort_key, structure.search_key)) == (slug, keys)


def test_dissolved_and_struck_off(imported: Import, tmp_path: Path) -> None:
    imported(
        files.rna(
            tmp_path / "rna.csv",
            {"position": "D", "date_disso": "2019-05-06"},
            {"id": "W381234568", "position": "S", "maj_time": "2021-02-03 04:05:06"},
        ),
        "rna",
    )

    closed = Structure.objects.order_by("rna").values_list("closed_on", flat=True)
    assert list(closed) == [date(2019, 5, 6), date(2021, 2, 3)]


def test_lines_that_cannot_be_right_are_told_and_the_others_are_kept(
    imported: Import, tmp_path: Path
) -> None:
    path = files.rna(
        tmp_path / "rna.csv",
        {"id": "381234567"},
        {"id": "W381234568", "titre": "", "titre_court": ""},
        {"id": "W381234569", "siteweb": "en cours", "adrs_codeinsee": "38999",
         "adrs_codepostal": "99999"},
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + b"W381234570;trop;court\r\n")
    run = imported(path, "rna")

    assert (run.created, run.refused) == (1, 3)
    said = report_of(run)
    assert [(line, outcome, column) for line, outcome, column, _ in said] == [
        ("2", "refusée", "id"),
        ("3", "refusée", "titre"),
        ("4", "créée", "adrs_codeinsee"),
        ("4", "créée", "siteweb"),
        ("5", "refusée", ""),
    ]
    assert "3 cellules au lieu de 39" in said[-1][3]


def test_legal_units_of_sirene(imported: Import, tmp_path: Path) -> None:
    """They are of the ESS by what they say or by their form; who is not published is not named."""
    unit = {
        "siren": SIREN,
        "statutDiffusionUniteLegale": "O",
        "dateCreationUniteLegale": "2001-01-01",
        "identifiantAssociationUniteLegale": "W381234567",
        "trancheEffectifsUniteLegale": "03",
        "etatAdministratifUniteLegale": "A",
        "denominationUniteLegale": "RESSOURCERIE DU PONT",
        "categorieJuridiqueUniteLegale": "9220",
    }

    def other(number: int, **changed: str) -> dict[str, str]:
        return {
            **unit,
            "siren": siret_of(number)[:9],
            "identifiantAssociationUniteLegale": "",
            **changed,
        }

    path = tmp_path / "unites.csv"
    path.write_text(
        files.written(
            files.UNITS,
            [
                unit,
                other(11, categorieJuridiqueUniteLegale="5710"),
                other(
                    12,
                    categorieJuridiqueUniteLegale="5710",
                    economieSocialeSolidaireUniteLegale="O",
                ),
                other(13, statutDiffusionUniteLegale="P", denominationUniteLegale="[ND]"),
                other(14, etatAdministratifUniteLegale="C"),
            ],
            separator=",",
        ),
        encoding="utf-8",
    )
    run = imported(path, "sirene")

    assert (run.created, run.left_out, run.refused) == (2, 3, 0)
    first = Structure.objects.get(siren=SIREN)
    assert (first.name, first.rna, first.size) == ("RESSOURCERIE DU PONT", "W381234567", "03")
    assert Structure.objects.get(siren=siret_of(12)[:9]).family == Family.COMPANY


def test_a_unit_that_closed_closes_the_structure_that_we_have(
    imported: Import, tmp_path: Path
) -> None:
    structure = StructureFactory(siret=siret_of(7), name="Ressourcerie du Pont")
    path = tmp_path / "unites.csv"
    closed = {
        "siren": SIREN,
        "statutDiffusionUniteLegale": "P",
        "etatAdministratifUniteLegale": "C",
        "dateDebut": "2024-12-31",
        "denominationUniteLegale": "[ND]",
    }
    path.write_text(files.written(files.UNITS, [closed], separator=","), encoding="utf-8")
    run = imported(path, "sirene")

    assert run.updated == 1
    structure.refresh_from_db()
    assert structure.closed_on == date(2024, 12, 31)
    assert structure.name == "Ressourcerie du Pont"


def test_establishments_of_sirene(imported: Import, tmp_path: Path) -> None:
    """They complete what is there: the head office that moved, never a stranger."""
    moved = StructureFactory(siret=siret_of(7), name="Ressourcerie")
    new_seat = f"{SIREN}0002"
    new_seat += luhn.calc_check_digit(new_seat)
    seat = {
        "siren": SIREN,
        "siret": new_seat,
        "statutDiffusionEtablissement": "O",
        "etablissementSiege": "true",
        "numeroVoieEtablissement": "3",
        "typeVoieEtablissement": "PL",
        "libelleVoieEtablissement": "DU MARCHE",
        "codePostalEtablissement": "38000",
        "libelleCommuneEtablissement": "GRENOBLE",
        "codeCommuneEtablissement": "38185",
        "etatAdministratifEtablissement": "A",
    }
    path = tmp_path / "etablissements.csv"
    path.write_text(
        files.written(
            files.ESTABLISHMENTS,
            [
                {**seat, "siret": siret_of(7), "etatAdministratifEtablissement": "F"},
                seat,
                {**seat, "siret": siret_of(99), "siren": siret_of(99)[:9]},
            ],
            separator=",",
        ),
        encoding="utf-8",
    )
    run = imported(path, "sirene")

    assert (run.updated, run.left_out) == (1, 2)
    moved.refresh_from_db()
    assert moved.siret == new_seat
    assert (moved.address, moved.commune_id) == ("3 PL DU MARCHE", "commune-38185")
    assert [former.siret for former in moved.former_identities.all()] == [siret_of(7)]


def test_the_list_of_ess_france(imported: Import, tmp_path: Path) -> None:
    """Several establishments of one company are one structure, where the first one is."""
    path = tmp_path / "ess.csv"
    siren = siret_of(3)[:9]
    path.write_text(
        "\ufeff"
        + files.written(
            files.ESS,
            [
                [siren, "Régie de quartier", "Association", "38000", "Grenoble", "38", "", ""],
                [siren, "Régie de quartier", "Association", "69003", "Lyon 3e", "69", "", ""],
                [siret_of(4)[:9], "Scop du pont", "Coopérative", "38000", "Grenoble", "", "", ""],
                ["123", "Siren faux", "Mutuelle", "", "", "", "", ""],
            ],
        ),
        encoding="utf-8",
    )
    run = imported(path, "ess")

    assert (run.created, run.unchanged, run.refused) == (2, 1, 1)
    first = Structure.objects.get(siren=siren)
    assert first.commune_id == "commune-38185"
    assert Structure.objects.get(name="Scop du pont").family == Family.COOPERATIVE


def test_a_file_of_another_format_is_refused_whole(imported: Import, tmp_path: Path) -> None:
    path = tmp_path / "autre.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    run = imported(path, "rna")

    assert run.state == run.State.STOPPED
    assert "il y manque les colonnes id, titre" in run.problem
    assert not Structure.objects.exists()


def test_a_second_time_nothing_changes(imported: Import, tmp_path: Path) -> None:
    path = files.rna(
        tmp_path / "rna.csv",
        {},
        {"id": "W381234568", "titre": "AUTRE", "siret": siret_of(5)},
        # The same number is said otherwise: the first line is kept, both times.
        {"titre": "UN AUTRE NOM"},
    )
    first = imported(path, "rna")
    before = list(Structure.objects.order_by("pk").values())
    second = imported(path, "rna")

    assert (first.created, first.unchanged) == (2, 1)
    assert (second.created, second.updated, second.unchanged) == (0, 0, 3)
    assert list(Structure.objects.order_by("pk").values()) == before
    assert "ligne 2, qui est gardée" in report_of(second)[-1][3]


def test_what_a_person_wrote_better_is_kept(imported: Import, tmp_path: Path) -> None:
    structure = StructureFactory(
        rna="W381234567",
        name="Les Amis du vélo",
        public=True,
        description="Un atelier ouvert à tous.",
        email="contact@exemple.fr",
    )
    run = imported(files.rna(tmp_path / "rna.csv", {}), "rna")

    assert run.updated == 1
    structure.refresh_from_db()
    assert structure.name == "Les Amis du vélo"
    assert structure.description == "Un atelier ouvert à tous."
    assert structure.email == "contact@exemple.fr"
    assert structure.short_name == "ADV"
    assert structure.is_public


def test_a_new_name_leaves_the_old_one_readable(imported: Import, tmp_path: Path) -> None:
    structure = StructureFactory(rna="W381234567", name="Le Vélo pour tous")
    imported(files.rna(tmp_path / "rna.csv", {}), "rna")

    structure.refresh_from_db()
    assert structure.name == "LES AMIS DU VÉLO"
    assert [former.name for former in structure.former_identities.all()] == ["Le Vélo pour tous"]


def test_two_structures_that_one_line_could_mean_are_left_alone(
    imported: Import, tmp_path: Path
) -> None:
    StructureFactory(rna="W381234567", name="A")
    StructureFactory(siret=siret_of(1), name="B")
    run = imported(files.rna(tmp_path / "rna.csv", {"siret": siret_of(1)}), "rna")

    assert run.refused == 1
    assert "réunissez-les" in report_of(run)[0][3]
    assert sorted(Structure.objects.values_list("name", flat=True)) == ["A", "B"]


def test_a_merged_structure_does_not_come_back(imported: Import, tmp_path: Path) -> None:
    kept = StructureFactory(name="Gardée")
    StructureFactory(name="Réunie", rna="W381234567", merged_into=kept)
    run = imported(files.rna(tmp_path / "rna.csv", {}), "rna")

    assert (run.created, run.updated, run.unchanged) == (0, 0, 1)
    assert Structure.objects.current().get() == kept
