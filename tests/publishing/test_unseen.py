"""Words that the author's screen does not show stay out of every rich text, and are quoted."""

import pytest

from publishing.richtext import plain_text, sanitize_rich_text, unseen_in
from publishing.stylesheets import applies_to_screens
from publishing.unseen import without_invisible_characters
from tests.publishing.unseen_cases import CASES, Case, squeezed


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_saves_what_is_shown_and_quotes_the_rest(case: Case) -> None:
    stored = sanitize_rich_text(case.markup)

    assert squeezed(plain_text(stored)) == squeezed(case.kept)
    assert "secret" not in stored
    assert tuple(map(str, unseen_in(case.markup))) == case.quoted
    assert sanitize_rich_text(stored) == stored


def test_quotes_nothing_of_what_it_has_stored() -> None:
    assert (
        unseen_in("<p>Un <strong>mot</strong> &amp; <a href='https://x.example'>un lien</a></p>")
        == []
    )


@pytest.mark.parametrize(
    ("query", "applies"),
    [
        ("screen", True),
        ("all", True),
        ("print", False),
        ("print, screen", True),
        ("only screen and (min-width: 48rem)", True),
        ("(min-width: 1600px)", False),
        ("(max-width: 1600px)", True),
        ("(prefers-color-scheme: dark)", False),
    ],
)
def test_reads_the_rules_of_a_wide_screen(query: str, applies: bool) -> None:
    assert applies_to_screens(query) is applies


def test_plain_fields_lose_the_characters_that_show_nothing() -> None:
    message = "".join(chr(0xE0000 + ord(letter)) for letter in "secret")

    assert without_invisible_characters(f"Un\u200b ti\u202etre{message}\ufeff") == "Un titre"


@pytest.mark.parametrize(
    "value", ["transform:" + "translate(" * 20_000, "color:" + "rgb(" * 20_000]
)
def test_brackets_within_brackets_take_nothing_down(value: str) -> None:
    assert sanitize_rich_text(f'<p style="{value}">Vu.</p>') == "<p>Vu.</p>"
