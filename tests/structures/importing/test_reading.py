"""Files as they come: encodings, separators, quotes, workbooks, and what is no table at all."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from structures.importing.reading import FileRefused, examine, is_broken
from tests.structures.importing.files import workbook, written


def read(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    table = examine(path).table()
    return table.headings, [(row.number, row.cells) for row in table]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"], ids=str)
@pytest.mark.parametrize(
    "separator", [";", ",", "\t", "|"], ids=["semicolon", "comma", "tab", "bar"]
)
def test_any_usual_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "file.csv"
    text = written(["Nom", "Commune"], [["Crèche d'été", "Échirolles"]], separator=separator)
    path.write_bytes(text.encode(encoding))

    assert read(path) == (["Nom", "Commune"], [(2, ["Crèche d'été", "Échirolles"])])


def test_a_workbook_says_by_numbers_what_xml_does_not_take(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "file.xlsx",
        ["Nom_x000D_", "Ville"],
        ["Le Théâtre_x000D_", "Ga_x200B_p_x0000_"],
        ["_x005F_x000D_ _x00e9_t_xE9_", "_xD83D__xDE42_ _xD83D_!"],
    )

    assert read(path) == (
        ["Nom", "Ville"],
        [(2, ["Le Théâtre", "Ga\u200bp"]), (3, ["_x000D_ ét_xE9_", "🙂 !"])],
    )


def test_windows_apostrophes_and_ligatures(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("Nom;Ville\nL’œuvre – 10 €;Gap\n".encode("cp1252"))

    assert read(path)[1] == [(2, ["L’œuvre – 10 €", "Gap"])]


def test_numbers_of_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """Blank lines count, and a cell of several lines."""
    path = tmp_path / "file.csv"
    path.write_text('Nom;Objet\n\nA;"un\ndeux"\n;\nB;x\n', encoding="utf-8")

    assert [number for number, _ in read(path)[1]] == [3, 6]


def test_headings_after_a_title(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("Bilan 2025 du DLA;;\n;;\nNom;Siret;Nom\nA;1;2\n", encoding="utf-8")
    headings, rows = read(path)

    assert headings == ["Nom", "Siret", "Nom (3)"]
    assert rows == [(4, ["A", "1", "2"])]


def test_one_broken_line_does_not_spoil_the_others(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(
        "Nom;Commune\nThéâtre;Échirolles\n".encode() + b"Caf\xe9;Gap\n" + "Été;Gap\n".encode()
    )
    rows = list(examine(path).table())

    assert [is_broken(row) for row in rows] == [False, True, False]


def test_an_open_quote_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('Nom;Objet\nA;b\nB;"jamais fermé\n' + "C;d\n" * 40_000, encoding="utf-8")

    with pytest.raises(FileRefused, match=r"Ligne 3.*guillemet"):
        read(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ancien format"),
        (b"PK\x03\x04 not an archive", "abîmé"),
        (b"12;34\n56;78\n", "intitulés"),
    ],
    ids=["empty", "xls", "damaged", "no headings"],
)
def test_what_is_no_table_is_refused_in_french(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    with pytest.raises(FileRefused, match=said):
        read(path)


def test_an_archive_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")

    with pytest.raises(FileRefused, match="pas un classeur"):
        read(path)


def test_a_workbook_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "file.xlsx", ["Nom", "Siret"], ["A" * 30_000, "b"])
    monkeypatch.setattr("structures.importing.reading.MOST_OPENED", 20_000)

    with pytest.raises(FileRefused, match="trop volumineux"):
        read(path)


def test_cells_of_a_workbook(tmp_path: Path) -> None:
    """Numbers lose no digit, dates are dates, and the hidden sheet of choices is not read."""
    path = workbook(
        tmp_path / "file.xlsx",
        ["Nom", "Siret", "Créée le", "Vu le", "ESS", ""],
        [
            "Été",
            83201945600012,
            date(2020, 1, 2),
            datetime(2020, 1, 3, 12),  # noqa: DTZ001  # workbooks know no zones
            True,
            None,
        ],
        [None, None, None, None, None, None],
        ["B", 12.0, None, None, False, "x"],
        hidden_first=True,
    )
    headings, rows = read(path)

    assert headings == ["Nom", "Siret", "Créée le", "Vu le", "ESS"]
    assert rows == [
        (2, ["Été", "83201945600012", "2020-01-02", "2020-01-03", "oui", ""]),
        (4, ["B", "12", "", "", "non", "x"]),
    ]


@given(content=st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_the_bytes_they_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with suppress(FileRefused):
        read(path)
