"""The network's own spreadsheets: structures with their supports, columns in any order."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from structures.importing import network
from structures.models import ColumnMapping, Operator, Structure, Support
from structures.nomenclature import JobsDefinition, Mode, Phase
from tests.factories import OperatorFactory, StructureFactory, UserFactory, siret_of
from tests.structures.importing import files
from tests.structures.importing.conftest import Import, report_of
from themes.models import Theme

HEADINGS = [
    "Structure accompagnée", "N° SIRET", "Ville", "CP", "Nb salariés", "Année", "Opérateur DLA",
    "Thématiques", "Étape", "Emplois", "Au sens de", "Date de début", "Date de fin", "Mail",
]  # fmt: skip


@pytest.fixture
def operator(db: None) -> Operator:
    made: Operator = OperatorFactory(name="Ligue de l’exemple", slug="ligue-exemple")
    return made


@pytest.fixture
def themes(db: None) -> list[Theme]:
    return list(Theme.objects.order_by("position")[:2])


def sheet(path: Path, *rows: list[Any], headings: list[str] = HEADINGS) -> Path:
    return files.workbook(path, headings, *rows)


def a_line(themes: list[Theme], **changed: Any) -> list[Any]:
    said = {
        "Structure accompagnée": "Le Petit Théâtre",
        "N° SIRET": int(siret_of(1)),
        "Ville": "Grenoble",
        "CP": 38000,
        "Nb salariés": 4,
        "Année": 2024,
        "Opérateur DLA": "ligue de l'exemple",
        "Thématiques": "; ".join(theme.name.upper() for theme in themes),
        "Étape": "Diagnostic partagé",
        "Emplois": 4,
        "Au sens de": "ETP",
        "Date de début": date(2024, 3, 1),
        "Date de fin": None,
        "Mail": "contact@theatre.example",
    } | changed
    return [said[heading] for heading in HEADINGS]


def test_a_line_is_a_structure_and_its_support(
    imported: Import, tmp_path: Path, operator: Operator, themes: list[Theme]
) -> None:
    run = imported(sheet(tmp_path / "dla.xlsx", a_line(themes)), "reseau")

    assert (run.created, run.refused) == (1, 0), report_of(run)
    structure = Structure.objects.get()
    assert (structure.name, structure.siret, structure.size) == (
        "Le Petit Théâtre",
        siret_of(1),
        "02",
    )
    assert (structure.commune_id, structure.email) == ("commune-38185", "contact@theatre.example")
    support = Support.objects.get()
    assert support.structure == structure
    assert support.operator == operator
    assert (support.year, support.phase, support.mode) == (2024, Phase.DIAGNOSIS, Mode.INDIVIDUAL)
    assert (support.jobs, support.jobs_definition) == (4, JobsDefinition.FULL_TIME)
    assert support.started_on == date(2024, 3, 1)
    assert set(support.themes.all()) == set(themes)


def test_a_second_time_nothing_changes(
    imported: Import, tmp_path: Path, operator: Operator, themes: list[Theme]
) -> None:
    path = sheet(
        tmp_path / "dla.xlsx",
        a_line(themes),
        a_line(themes, **{"Année": 2025, "Date de début": date(2025, 1, 2)}),
        a_line([], **{"Structure accompagnée": "Sans numéro", "N° SIRET": None}),
        a_line([], **{"Structure accompagnée": "SANS NUMERO", "N° SIRET": None, "Année": 2023,
                      "Date de début": None, "Mail": "autre@theatre.example"}),
        a_line([], **{"Structure accompagnée": "Sans lieu", "N° SIRET": None, "Ville": "Nulle-Part",
                      "CP": None}),
    )  # fmt: skip
    first = imported(path, "reseau")
    before = [list(model.objects.order_by("pk").values()) for model in (Structure, Support)]
    second = imported(path, "reseau")

    assert first.created == 5
    assert Structure.objects.count() == 3
    assert Support.objects.count() == 5
    assert (second.created, second.updated, second.unchanged) == (0, 0, 5)
    assert [list(m.objects.order_by("pk").values()) for m in (Structure, Support)] == before


def test_a_later_file_brings_a_support_further(
    imported: Import, tmp_path: Path, operator: Operator, themes: list[Theme]
) -> None:
    """A blank cell empties nothing."""
    imported(sheet(tmp_path / "1.xlsx", a_line(themes)), "reseau")
    run = imported(
        sheet(
            tmp_path / "2.xlsx",
            a_line(
                themes[:1],
                **{"Étape": "Suivi", "Date de fin": date(2025, 2, 3), "Mail": None, "Emplois": None,
                   "Au sens de": None},
            ),
        ),
        "reseau",
    )  # fmt: skip

    assert (run.created, run.updated) == (0, 1)
    support = Support.objects.get()
    assert (support.phase, support.ended_on, support.jobs) == (
        Phase.FOLLOW_UP,
        date(2025, 2, 3),
        4,
    )
    assert list(support.themes.all()) == themes[:1]
    assert Structure.objects.get().email == "contact@theatre.example"


@pytest.mark.parametrize(
    ("changed", "column", "said"),
    [
        ({"N° SIRET": "12345678900011"}, "N° SIRET", "n’est pas valide"),
        ({"Opérateur DLA": "Ligue de l'exemples"}, "Opérateur DLA", "Ligue de l’exemple"),
        ({"Thématiques": "Gouvernnance inconnue"}, "Thématiques", "n’est pas dans la liste"),
        ({"Année": 1999}, "Année", "2002"),
        ({"Année": None, "Date de début": None}, "Année", "manquante"),
        ({"Date de fin": date(2020, 1, 1)}, "Fin", "précède"),
        ({"Au sens de": None}, "Emplois", "définition"),
        ({"Structure accompagnée": None, "N° SIRET": None}, "Structure accompagnée", "manquant"),
    ],
)
def test_a_wrong_line_is_refused_with_its_column_and_reason(
    imported: Import,
    tmp_path: Path,
    operator: Operator,
    themes: list[Theme],
    changed: dict[str, Any],
    column: str,
    said: str,
) -> None:
    run = imported(
        sheet(
            tmp_path / "dla.xlsx",
            a_line(themes, **changed),
            a_line(themes, **{"N° SIRET": siret_of(2)}),
        ),
        "reseau",
    )

    assert (run.created, run.refused) == (1, 1)
    line, outcome, where, reason = report_of(run)[0]
    assert (line, outcome) == ("2", "refusée")
    assert column in where or where == "Date de fin"
    assert said in reason
    assert Structure.objects.get().siret == siret_of(2)


def test_what_is_unclear_in_passing_is_told_and_left_out(
    imported: Import, tmp_path: Path, operator: Operator, themes: list[Theme]
) -> None:
    run = imported(
        sheet(
            tmp_path / "dla.xlsx",
            a_line(themes, Mail="à demander", Ville="Nulle-Part", CP=None),
        ),
        "reseau",
    )

    assert run.created == 1
    assert {row[2] for row in report_of(run)} == {"Mail", "Ville"}
    structure = Structure.objects.get()
    assert (structure.email, structure.commune) == ("", None)


def test_what_holds_for_every_line_is_said_once(
    imported: Import, tmp_path: Path, operator: Operator
) -> None:
    path = files.workbook(tmp_path / "f.xlsx", ["Nom", "Commune"], ["A", "Grenoble"])
    run = imported(path, "reseau", constants={"year": "2025", "operator": "Ligue de l’exemple"})

    assert run.created == 1
    support = Support.objects.get()
    assert (support.year, support.operator) == (2025, operator)


def test_two_supports_of_one_year_are_told_apart_by_their_reference(
    imported: Import, tmp_path: Path
) -> None:
    headings = ["Nom", "Commune", "Année", "Référence"]
    path = files.workbook(
        tmp_path / "f.xlsx",
        headings,
        ["A", "Grenoble", 2024, "38-1"],
        ["A", "Grenoble", 2024, "38-2"],
        ["B", "Grenoble", 2024, "38-2"],
    )
    run = imported(path, "reseau")

    assert (run.created, run.refused) == (2, 1)
    assert "autre structure" in report_of(run)[-1][3]
    assert list(Support.objects.order_by("pk").values_list("reference", flat=True)) == [
        "38-1",
        "38-2",
    ]
    assert Structure.objects.count() == 1


def test_homonyms_in_one_commune_are_not_guessed(
    imported: Import, tmp_path: Path, geography: None
) -> None:
    for number in (1, 2):
        StructureFactory(name="Amicale laïque", commune_id="commune-38185", siret=siret_of(number))
    path = files.workbook(tmp_path / "f.xlsx", ["Nom", "Commune"], ["Amicale laique", "Grenoble"])
    run = imported(path, "reseau")

    assert run.refused == 1
    assert "donnez le Siret" in report_of(run)[0][3]


def test_nobody_imports_outside_their_territories(
    imported: Import, tmp_path: Path, geography: None
) -> None:
    person = UserFactory(territories=["departement-38"])
    theirs = StructureFactory(name="Ailleurs", siret=siret_of(3), commune_id="commune-69123")
    path = files.workbook(
        tmp_path / "f.xlsx",
        ["Nom", "Commune", "Siret"],
        ["Chez moi", "Grenoble", siret_of(1)],
        ["À Lyon", "Lyon", siret_of(2)],
        ["Nulle part", "", siret_of(4)],
        # One that is elsewhere is not drawn into one's own.
        ["Ailleurs", "Grenoble", siret_of(3)],
    )
    run = imported(path, "reseau", reach=person.scope)

    assert (run.created, run.refused) == (1, 3)
    theirs.refresh_from_db()
    assert theirs.commune_id == "commune-69123"


def test_columns_are_recognised_and_remembered(db: None) -> None:
    proposed = network.propose([*HEADINGS, "Remarques"])

    assert proposed["columns"] == dict(
        zip(
            HEADINGS,
            [
                "name", "siret", "commune", "postal_code", "size", "year", "operator", "themes",
                "phase", "jobs", "jobs_definition", "started_on", "ended_on", "email",
            ],
            strict=True,
        )
    )  # fmt: skip
    choices = {"columns": {"Remarques": "title"}, "constants": {"year": "2025"}}
    network.remember([*HEADINGS, "Remarques"], choices, None)

    # The same headings stand in another order.
    assert network.propose(["Remarques", *reversed(HEADINGS)]) == choices
    assert ColumnMapping.objects.count() == 1


def test_a_mapping_without_the_structure_is_refused(db: None) -> None:
    assert network.problems({"columns": {"A": "year"}, "constants": {}})
    assert network.problems({"columns": {"A": "name", "B": "name"}, "constants": {}})
    assert network.problems({"columns": {"A": "name"}, "constants": {"year": "1999"}})
    assert not network.problems({"columns": {"A": "name"}, "constants": {"year": "2024"}})


def test_names_of_any_script_are_structures_of_their_own(
    imported: Import, tmp_path: Path, operator: Operator, themes: list[Theme]
) -> None:
    names = ["جمعية", "مدرسة", "中文", "Луна", "Весна", "Asso Đặng مدرسة", "Asso Đặng جمعية",
             "ガス", "カス", "★", "☆", "🙂"]  # fmt: skip
    lines = [
        a_line(
            themes, **{"Structure accompagnée": name, "N° SIRET": None, "Mail": f"{n}@a.example"}
        )
        for n, name in enumerate(names)
    ]
    trial = imported(sheet(tmp_path / "trial.xlsx", *lines), "reseau", is_trial=True)
    assert trial.created == len(names), report_of(trial)
    first = imported(sheet(tmp_path / "a.xlsx", *lines), "reseau")
    assert first.created == len(names), report_of(first)
    told = set(Structure.objects.values_list("name", "email"))
    assert told == {(name, f"{n}@a.example") for n, name in enumerate(names)}

    # The same lines come another year, two of them otherwise written: nothing is made again.
    again = [
        a_line(themes, **{"Structure accompagnée": name, "N° SIRET": None, "Année": 2025,
                          "Date de début": date(2025, 3, 1)})
        for name in [*names[:3], "ЛУНА", *names[4:6], "ASSO DANG جَمعية", *names[7:]]
    ]  # fmt: skip
    imported(sheet(tmp_path / "b.xlsx", *again), "reseau")
    assert set(Structure.objects.values_list("name", flat=True)) == set(names)
    assert all(structure.supports.count() == 2 for structure in Structure.objects.all())
