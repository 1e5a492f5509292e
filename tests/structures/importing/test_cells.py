"""Cells as people write them, and as spreadsheets spoil them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from stdnum import luhn

from structures.importing import cells
from structures.importing.cells import Unclear
from structures.importing.communes import Communes
from tests.factories import siret_of


@pytest.mark.parametrize(
    ("clean", "cell", "value"),
    [
        (cells.siren, " 356 000 000 ", "356000000"),
        (cells.siret, siret_of(1), siret_of(1)),
        (cells.siret, "", ""),
        (cells.rna, " w381 234 567", "W381234567"),
        (cells.day, "0001-01-01", None),
        (cells.day, "1998-04-02 00:00:00", date(1998, 4, 2)),
        (cells.day, "2/4/1998", date(1998, 4, 2)),
        (cells.day, "19980402", date(1998, 4, 2)),
        (cells.day, "0000-00-00", None),
        (cells.whole, "1 200", 1200),
        (cells.whole, "12.0", 12),
        (cells.email, "Contact@Exemple.fr ; autre@exemple.fr", "contact@exemple.fr"),
        (cells.email, "Contact <contact@CAFÉ.example>\u200b", "contact@xn--caf-dma.example"),
        (cells.email, "\ufeffcontact@xn--caf-dma.example", "contact@xn--caf-dma.example"),
        (cells.email, "\u200b", ""),
        (cells.siret, f"\u200b{siret_of(1)}\u202c", siret_of(1)),
        (cells.text, "The\u0301a\u0302tre\u200b\u00a0 du \u00adLac", "Théâtre du Lac"),
        (cells.text, "\u200b\ufeff", ""),
        (cells.website, "WWW.Exemple.fr/Page", "https://www.exemple.fr/Page"),
        (cells.phone, "476123456", "04 76 12 34 56"),
        (cells.phone, "+33 4 76 12 34 56", "04 76 12 34 56"),
        (cells.postal_code, "1000", "01000"),
        (cells.postal_code, "38000.0", "38000"),
        (cells.insee_code, "1004", "01004"),
        (cells.insee_code, "2a004", "2A004"),
        (cells.band, "12", "12"),
        (cells.band, "NN", ""),
        (cells.size, "12", "11"),
        (cells.size, "0", "00"),
        (cells.size, "3 à 5 salariés", "02"),
        (cells.size, "20000", "53"),
    ],
)
def test_clean(clean: Callable[[str], Any], cell: str, value: Any) -> None:
    assert clean(cell) == value


def test_lost_zeros_are_given_back() -> None:
    siren = "00512345"
    siren += luhn.calc_check_digit(siren)
    siret = f"{siren}0001"
    siret += luhn.calc_check_digit(siret)

    assert cells.siren(siren.lstrip("0")) == siren
    assert cells.siret(siret.lstrip("0")) == siret


@pytest.mark.parametrize(
    ("clean", "cell", "said"),
    [
        (cells.siret, "12345678900011", "n’est pas valide"),
        (cells.siret, "8,32019E+13", "arrondi"),
        (cells.rna, "W12", "n’est pas valide"),
        (cells.day, "le 3 mars", "31/12/2025"),
        (cells.day, "31/02/2020", "n’existe pas"),
        (cells.whole, "douze", "nombre entier"),
        (cells.email, "pas une adresse", "courriel"),
        (cells.email, "con\u202etact@exemple.fr", "courriel"),
        (cells.website, "en cours", "site"),
    ],
)
def test_what_is_unclear_is_said(clean: Callable[[str], Any], cell: str, said: str) -> None:
    with pytest.raises(Unclear, match=said):
        clean(cell)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"code": "38185"}, "commune-38185"),
        # Another's postal code and name do not count where there is a code.
        ({"code": "38185", "postal_code": "69001", "name": "Lyon"}, "commune-38185"),
        ({"postal_code": "38000", "name": "GRENOBLE CEDEX 9"}, "commune-38185"),
        ({"postal_code": "69003", "name": "LYON 3EME"}, "arrondissement-municipal-69383"),
        ({"postal_code": "75012", "name": "PARIS"}, "arrondissement-municipal-75112"),
        # A former commune has a code of its own.
        ({"postal_code": "01090", "name": "Amareins"}, "commune-01003"),
        ({"name": "grenoble"}, "commune-38185"),
        ({"name": "Grenoble (38)"}, "commune-38185"),
        ({"name": "38021 GRENOBLE CEDEX 1"}, "commune-38185"),
        ({"name": "ST MARTIN DHERES"}, "commune-38421"),
        ({"name": "Ville de Grenoble"}, "commune-38185"),
        ({"name": "PARIS 12"}, "arrondissement-municipal-75112"),
        ({"name": "75012 PARIS"}, "arrondissement-municipal-75112"),
        ({"name": "Paris 12e arrondissement"}, "arrondissement-municipal-75112"),
        ({"name": "LYON CEDEX 03"}, "arrondissement-municipal-69383"),
        ({"postal_code": "69440", "name": "LYON CEDEX 03"}, "arrondissement-municipal-69383"),
        ({"name": "38000"}, "commune-38185"),
        ({"code": "99999", "postal_code": "38000", "name": "Grenoble"}, "commune-38185"),
    ],
)
def test_which_commune_is_meant(geography: None, asked: dict[str, str], key: str) -> None:
    assert Communes().find(**asked).key == key


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "Nulle-Part"},
        {"postal_code": "38000", "name": "Lyon"},
        {"postal_code": "99999"},
        {"name": "Grenoble (69)"},
        {"name": "Grenoble gare"},
        {"name": "Grenobel"},
        {"name": "***"},
        {"name": "69000 GRENOBLE"},
        {"code": "99999"},
    ],
)
def test_never_a_guess(geography: None, asked: dict[str, str]) -> None:
    found = Communes().find(**asked)
    assert found.key is None
    assert found.problem
