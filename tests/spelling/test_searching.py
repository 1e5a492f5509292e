"""Words as search boxes read them, however they are written."""

import re

import pytest

from spelling.searching import LONGEST_SEARCH, pattern

# Each is as somebody types it, and as it is written.
READ_AS = [
    ("l'Enseignement", "Ligue de l’Enseignement"), ("l’enseignement", "L'ENSEIGNEMENT"),
    ("L'Isle", "de L’Isle-d’Abeau"), ("O’Brien", "O'Brien"), ("Eve", "Ève"), ("ève", "EVE"),
    ("oedipe", "Œdipe"), ("œdipe", "OEDIPE"), ("ÿ", "Ÿ"), ("co", "Cœur"), ("eur", "Cœur"),
    ("Ta'ata", "Taʻata"), ("taata", "Taʻata"), ("dang", "Đặng"), ("Đặng", "Dang"),
    ("lodz", "Łódź"), ("soren", "Søren"), ("strasse", "Straße"), ("straße", "STRASSE"),
    ("луна", "ЛУНА"), ("σοφος", "ΣΟΦΟΣ"), ("كتاب", "كِتاب"), ("中文", "中文学校"),
    ("guarani", "G̃uarani"), ("g̃uarani", "Guarani"), ("jean-marie", "Jean‑Marie"), ("a+b", "A+B"),
    ("c.d", "C.D"), ("🙂", "Asso 🙂"), ("e\u0301te\u0301", "Été"),
]  # fmt: skip
NOT_READ_AS = [
    ("луна", "Весна"), ("جمعية", "مدرسة"), ("c.d", "CXD"), ("a+", "Aa"), (".*", "Anna"), ("★", "☆"),
    ("ガス", "カス"), ("[a-z]", "a"), ("a|b", "a"), ("\\w", "a"), ("***", "a"), ("(?i)", "a"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "written"), READ_AS)
def test_what_is_typed_is_read(typed: str, written: str) -> None:
    assert re.search(pattern(typed), written)


@pytest.mark.parametrize(("typed", "written"), NOT_READ_AS)
def test_what_is_not_typed_is_not_read(typed: str, written: str) -> None:
    assert not re.search(pattern(typed), written)


def test_an_expression_is_bounded() -> None:
    assert all(len(pattern(letter * LONGEST_SEARCH)) < 50_000 for letter in "aeo'й中")
