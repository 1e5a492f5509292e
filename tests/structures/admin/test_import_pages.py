"""Imports on screen: from the file to the report, for whom, and what happens when they go wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from audit.models import Action, Entry
from structures.admin import imports
from structures.importing import runs, uploads
from structures.models import ColumnMapping, ImportRun, Structure, Support
from territories.models import Territory
from tests.browser import NewPage, axe, overflow
from tests.factories import UserFactory, siret_of
from tests.structures.importing import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

UPLOAD = reverse("admin:structures_importrun_upload")
HISTORY = reverse("admin:structures_importrun_changelist")
SHEET = (
    f"Nom;N° Siret;Ville;Année;Remarque\nA;{siret_of(1)};Grenoble;2024;x\nB;faux;Grenoble;2024;y\n"
)
COLUMNS = {
    "format": "reseau",
    "column_0": "name",
    "column_1": "siret",
    "column_2": "commune",
    "column_3": "year",
    "column_4": "",
}


def signed_in(group: str = "Équipe nationale", *keys: str) -> Client:
    client = Client()
    territories = list(Territory.objects.filter(pk__in=keys))
    client.force_login(UserFactory(group=group, territories=territories))
    return client


def given(content: str | bytes = SHEET, name: str = "dla.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def at(name: str, run: ImportRun | None = None) -> str:
    found = run or ImportRun.objects.latest("pk")
    return reverse(f"admin:structures_importrun_{name}", args=[found.pk])


def test_from_the_file_to_the_register() -> None:
    client = signed_in()
    prepared = client.post(UPLOAD, {"file": given()}, follow=True).content.decode()
    # The columns are recognised by their headings, with what they hold.
    assert 'value="name" selected' in prepared
    assert siret_of(1) in prepared

    file = str(ImportRun.objects.get().upload.name)
    assert storages["private"].exists(file)
    trial = client.post(at("prepare"), COLUMNS, follow=True).content.decode()
    assert "Essai à blanc : rien n’est écrit" in trial.replace("\u00a0", " ")
    assert "le Siret faux n’est pas valide".replace("faux", "FAUX") in trial
    assert not Structure.objects.exists()

    written = client.post(at("write"), follow=True).content.decode()
    assert "1 créées" in written and "1 refusées" in written
    assert Structure.objects.get().siret == siret_of(1)
    assert Support.objects.get().year == 2024
    assert Entry.objects.filter(action=Action.IMPORTED, actor__isnull=False).count() == 1
    assert ColumnMapping.objects.count() == 1
    assert not storages["private"].exists(file)
    history = client.get(HISTORY).content.decode()
    assert history.count("dla.csv") >= 2


def test_a_workbook_keeps_its_line_numbers(tmp_path: Path) -> None:
    client = signed_in()
    path = files.workbook(
        tmp_path / "f.xlsx",
        ["Bilan du DLA"],
        [None],
        ["Nom", "Ville", "Siret"],
        ["A\nà deux lignes", "Grenoble", None],
        [None],
        ["B", "Grenoble", "faux"],
    )
    client.post(UPLOAD, {"file": given(path.read_bytes(), "f.xlsx")})
    columns = {"format": "reseau", "column_0": "name", "column_1": "commune", "column_2": "siret"}
    client.post(at("prepare"), columns)

    run = ImportRun.objects.latest("pk")
    assert [row[:2] for row in runs.report(run)] == [("4", "créée"), ("6", "refusée")]


def test_the_columns_can_be_chosen_again_after_the_trial() -> None:
    client = signed_in()
    client.post(UPLOAD, {"file": given()})
    client.post(at("prepare"), {**COLUMNS, "column_1": ""})
    first = ImportRun.objects.latest("pk")
    again = client.post(at("again"), follow=True)

    assert again.redirect_chain[-1][0] == at("prepare")
    assert ImportRun.objects.latest("pk") != first
    # The first trial has no file any more: it writes nothing.
    assert "déjà été importé" in client.post(at("write", first), follow=True).content.decode()
    assert not Structure.objects.exists()


def test_official_files_need_no_columns(tmp_path: Path) -> None:
    client = signed_in()
    path = files.rna(tmp_path / "rna.csv", {})
    client.post(UPLOAD, {"file": given(path.read_bytes())})
    assert ImportRun.objects.latest("pk").format == "rna"
    client.post(at("prepare"), {"format": "rna"})
    client.post(at("write"))

    assert Structure.objects.get().rna == "W381234567"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choisissez un fichier"),
        ({"file": given(b"\xd0\xcf\x11\xe0" + b"\0" * 99)}, "ancien format"),
        ({"file": given(b"PK\x03\x04zip")}, "abîmé"),
    ],
    ids=["none", "xls", "damaged"],
)
def test_a_wrong_file_is_refused_with_what_to_do(data: dict[str, Any], said: str) -> None:
    response = signed_in().post(UPLOAD, data)

    assert response.status_code == 400
    assert said in response.content.decode()
    assert not ImportRun.objects.exists()


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 10)
    response = signed_in().post(UPLOAD, {"file": given()})

    assert response.status_code == 400
    assert "dépasse" in response.content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"column_0": "", "column_1": ""}, "Dites quelle colonne contient le nom"),
        ({"column_4": "name"}, "choisi pour deux colonnes"),
        ({"constant_operator": "Nulle part"}, "dans la liste des structures porteuses"),
        ({"column_0": "couleur"}, "Sélectionnez un choix valide"),
        ({"format": "xyz"}, "Sélectionnez un choix valide"),
    ],
)
def test_wrong_columns_are_asked_again_and_keep_what_was_chosen(
    changed: dict[str, str], said: str
) -> None:
    client = signed_in()
    client.post(UPLOAD, {"file": given()})
    response = client.post(at("prepare"), {**COLUMNS, **changed})

    assert response.status_code == 400
    page = response.content.decode()
    assert said in page
    assert 'value="year" selected' in page
    assert ImportRun.objects.latest("pk").state == ImportRun.State.PREPARED


def test_a_long_import_goes_on_slice_by_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "SLICE_SECONDS", 0)
    monkeypatch.setattr(runs, "BATCH", 2)
    client = signed_in()
    rows = "".join(f"Association {n};Grenoble\n" for n in range(5))
    client.post(UPLOAD, {"file": given("Nom;Ville\n" + rows)})
    columns = {"format": "reseau", "column_0": "name", "column_1": "commune"}
    page = client.post(at("prepare"), columns, follow=True).content.decode()
    assert "2 lignes lues sur" in page and "Continuer" in page
    for _ in range(3):
        client.post(at("advance"))
    client.post(at("write"))
    for _ in range(3):
        client.post(at("advance"))

    assert Structure.objects.count() == 5
    client.post(at("undo"))
    for _ in range(3):
        client.post(at("advance"))
    assert Structure.objects.count() == 0
    assert "Annulée" in client.get(at("change")).content.decode()


def test_an_import_is_undone_after_a_question() -> None:
    client = signed_in()
    client.post(UPLOAD, {"file": given()})
    client.post(at("prepare"), COLUMNS)
    client.post(at("write"))
    assert "Annuler cet import" in client.get(at("change")).content.decode()
    assert "est gardé" in client.get(at("undo")).content.decode()
    assert Structure.objects.exists()
    client.post(at("undo"))

    assert not Structure.objects.exists()
    assert client.get(at("undo")).status_code == 302


def test_the_report_is_filtered_paged_and_downloaded() -> None:
    client = signed_in()
    rows = "".join(f"=Association {n};Nulle-Part\n" for n in range(120))
    client.post(UPLOAD, {"file": given("=Nom;=Ville\n" + rows)})
    columns = {"format": "reseau", "column_0": "name", "column_1": "commune"}
    client.post(at("prepare"), columns)
    page = client.get(at("change"), {"page": 2}).content.decode()
    assert "Page 2 sur 2" in page
    assert "Page 1" in client.get(at("change"), {"page": "x"}).content.decode()
    odd = client.get(at("change"), {"resultat": "x"}).content.decode()
    assert "le résultat «\u00a0x\u00a0»" in odd and "Nulle-Part" not in odd
    refused = client.get(at("change"), {"resultat": "refusee"}).content.decode()
    assert "Aucune ligne de cette sorte" in refused

    response = client.get(at("report"))
    text = b"".join(response).decode()
    assert text.startswith("\ufeffligne;resultat;colonne;motif")
    # What a spreadsheet would compute stays text.
    assert ";'=Ville;" in text and text.count("\n") == 121


def test_a_region_reads_its_own_imports_and_writes_at_home() -> None:
    national, regional = signed_in(), signed_in("Animation régionale", "region-84")
    national.post(UPLOAD, {"file": given()})
    others = ImportRun.objects.latest("pk")
    for name in ("change", "prepare", "report"):
        assert regional.get(at(name, others)).status_code == 404
    assert regional.post(at("advance", others)).status_code == 404
    assert "dla.csv" not in regional.get(HISTORY).content.decode()

    regional.post(UPLOAD, {"file": given("Nom;Ville\nA;Grenoble\nB;Paris\n")})
    columns = {"format": "reseau", "column_0": "name", "column_1": "commune"}
    regional.post(at("prepare"), columns)
    page = regional.post(at("write"), follow=True).content.decode()
    assert "hors de vos territoires" in page
    assert Structure.objects.get().name == "A"


@pytest.mark.parametrize("group", [None, "Rédaction"])
def test_others_import_nothing(group: str | None) -> None:
    signed_in().post(UPLOAD, {"file": given()})
    run = ImportRun.objects.latest("pk")
    client = Client()
    if group:
        client.force_login(UserFactory(group=group))
    for name in ("change", "prepare", "undo", "report"):
        assert client.get(at(name, run)).status_code in (302, 403)
    for name in ("advance", "write", "again", "undo"):
        assert client.post(at(name, run)).status_code in (302, 403)
    assert client.post(UPLOAD, {"file": given()}).status_code in (302, 403)
    assert ImportRun.objects.count() == 1


def test_a_file_that_is_gone_is_said() -> None:
    client = signed_in()
    client.post(UPLOAD, {"file": given()})
    run = ImportRun.objects.latest("pk")
    run.upload.delete(save=False)
    page = client.get(at("prepare"), follow=True).content.decode()
    assert "donnez-le à nouveau" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("viewport", ["phone", "wide"])
def test_an_import_in_a_browser(
    new_page: NewPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, viewport: Any
) -> None:
    """It goes on by itself, and every page is accessible and fits."""
    monkeypatch.setattr(imports, "SLICE_SECONDS", 0)
    monkeypatch.setattr(runs, "BATCH", 1)
    path = tmp_path / "dla.csv"
    path.write_text(SHEET, encoding="utf-8")
    page = new_page(viewport, user=UserFactory(group="Équipe nationale"), color_scheme="dark")

    def checked() -> None:
        axe(page)
        assert not overflow(page)

    page.goto(HISTORY)
    axe(page)
    page.get_by_role("link", name="Importer un fichier").click()
    checked()
    page.get_by_label("Fichier").set_input_files(path)
    page.get_by_role("button", name="Continuer").click()
    checked()
    expect(page.get_by_label("Ville")).to_have_value("commune")
    page.get_by_role("button", name="Essayer à blanc").click()
    page.get_by_role("button", name="Importer pour de bon").wait_for()
    checked()
    page.get_by_role("button", name="Importer pour de bon").click()
    page.get_by_role("link", name="Annuler cet import").wait_for()
    checked()
    expect(page.get_by_role("link", name="1 créées")).to_be_visible()
    page.get_by_role("link", name="Annuler cet import").click()
    checked()
    assert Structure.objects.count() == 1
