"""Names of one line: what shows nothing goes, what is read stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spelling.lines import one_line

STORED = {
    "Marie\u200b": "Marie",
    "\ufeffMarie": "Marie",
    "Ma\u00adrie": "Marie",
    "Ma\u200drie": "Marie",
    "Marie\ufe0f": "Marie",
    "\u202eMarie\u202c": "Marie",
    "Marie\U000e0041\U000e0042": "Marie",
    "Ma\x00rie\x7f": "Marie",
    "  Marie \t\n Durand\u00a0": "Marie Durand",
    "Marie\u00a0Durand": "Marie Durand",
    "Marie \u200b Durand": "Marie Durand",
    "Rene\u0301": "René",
    "\u200b\u2060\u00ad\u3164\u2800\u00a0": "",
    # A variant goes where nothing has variants, even once something before it went.
    "L’\ufe0fIsle": "L’Isle",
    "Jean…\ufe0f": "Jean…",
    "A–\ufe0fB": "A–B",
    "Lot 1\ufe0f": "Lot 1",
    "1\ufe0e2": "12",
    "\u200e\ufe0f€1": "€1",
    "❤\u200b\ufe0f": "❤\ufe0f",
    "❤\ufe0f\ufe0f\ufe0e": "❤\ufe0f",
    "°\u200d°": "°°",
    # A message may be written in letters of flags that are nobody's.
    "\U0001f3f4\U000e0068\U000e0065\U000e0079\U000e007f": "\U0001f3f4",
    # An accent may stand over nothing.
    "\u0301": "",
    "\u200b\u0301Marie": "Marie",
    # What is read stays.
    "1\ufe0f\u20e3 Lot": "1\ufe0f\u20e3 Lot",
    "🙂\u200d↔\ufe0f": "🙂\u200d↔\ufe0f",
    "Ｍａｒｉｅ": "Ｍａｒｉｅ",
    "O’Neil-D'Arcy": "O’Neil-D'Arcy",
    "Association « L’Élan »": "Association « L’Élan »",
    "علی\u200cرضا": "علی\u200cرضا",
    "क्\u200dष": "क्\u200dष",
    "Café ❤\ufe0f\u200d🔥": "Café ❤\ufe0f\u200d🔥",
    "Cymru \U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f":
        "Cymru \U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
}  # fmt: skip


@pytest.mark.parametrize("typed", STORED, ids=ascii)
def test_name_has_one_stored_form(typed: str) -> None:
    assert one_line(typed) == STORED[typed]


def test_typographic_spaces_of_a_title_stay() -> None:
    assert one_line("Quoi\u202f? \u00a0 Dit\u00a0:  ici", no_break=True) == (
        "Quoi\u202f?\u00a0Dit\u00a0: ici"
    )


ODD = st.text("a1€’\u0301 \u00a0\u200b\u200d\ufe0f\u20e3❤↔\u0338🙂\u0915\u094d", max_size=12)


@given(st.text(max_size=40) | ODD, st.booleans())
def test_stored_form_is_that_of_itself(typed: str, no_break: bool) -> None:
    line = one_line(typed, no_break=no_break)

    assert one_line(line, no_break=no_break) == line
    assert line == line.strip()
    assert unicodedata.is_normalized("NFC", line)
    assert "\n" not in line and "\u200b" not in line


@given(st.text(st.characters(categories=("Lu", "Ll", "Nd")), min_size=1, max_size=20))
def test_letters_and_digits_stay(word: str) -> None:
    assert one_line(word) == unicodedata.normalize("NFC", word)
