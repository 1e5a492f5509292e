"""Words as they are compared, in the keys that are kept."""

import random
from importlib import import_module

import pytest

from spelling.folding import folded, same_name, searchable
from structures.models.structure import name_keys


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("L’Haÿ-les-Roses", "l hay les roses"), ("Łódź", "lodz"), ("Þór Ðí", "thor di"),
        ("Весна!", "весна"), ("جمعية", "جمعية"), ("جَمْعِيّة", "جمعية"), ("עִבְרִית", "עברית"),
        ("中文", "中文"), ("한국", "한국"), ("ガス", "ガス"), ("हिन्दी", "हिन्दी"), ("ข้าว", "ข้าว"),
        ("№ ٣", "no 3"), ("ΟΔΟΣ", "οδοσ"), ("★ 🙂", ""), ("Ta\u200bata", "taata"),
        ("ｍａｒｉｅ", "marie"),
    ],
)  # fmt: skip
def test_every_letter_stays_and_nothing_else(text: str, key: str) -> None:
    assert folded(text) == key
    assert folded(key) == key


def test_names_are_one_by_their_words_else_by_their_signs() -> None:
    assert same_name("Élan\u00a0!") == same_name("ELAN")
    assert len({same_name(name) for name in ("★", "☆", "🙂", "ガス", "カス", "ขาว", "ข้าว")}) == 7


def test_a_letter_between_letters_parts_a_word_or_not() -> None:
    assert searchable("Fare Taʻata") == "fare ta ata taata"
    assert searchable("L’Isle") == "l isle"


def test_the_migration_wrote_the_keys_of_the_portal() -> None:
    """It did when it was written. Where the portal changes, this parts from it."""
    frozen = import_module("structures.migrations.0009_one_spelling")
    chance = random.Random(20261129)
    blocks = (0x20, 0xC0, 0x100, 0x1E00, 0x2B0, 0x370, 0x400, 0x590, 0x620, 0x900, 0xE00, 0x2000,
              0x3040, 0x4E00, 0xAC00, 0xFB00, 0xFF00, 0x1F600)  # fmt: skip
    for _ in range(5_000):
        start = chance.choice(blocks)
        name = "".join(chr(start + chance.randrange(96)) for _ in range(chance.randrange(1, 30)))
        assert frozen.keys(name, "Sigle") == name_keys(name, "Sigle"), ascii(name)
