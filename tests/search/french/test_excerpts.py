"""Excerpts: where a text says what is searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.french import excerpts
from search.french.excerpts import LENGTH, excerpt, highlighted
from search.french.queries import asked
from search.french.words import Word, words


def wanted(typed: str) -> set[str]:
    return {form for word in asked(typed).words for form in (word.exact, *word.others, *word.stems)}


def shown(text: str, typed: str, length: int = LENGTH) -> str:
    return "".join(
        f"[{said}]" if marked else said for said, marked in excerpt(text, wanted(typed), length)
    )


FILLING = "Le conseil est réuni chaque année en assemblée. " * 40


def test_titles_are_whole_their_words_marked() -> None:
    pieces = highlighted("Chargé·es de l’E.S.S. et des emplois", wanted("chargée ess emploi"))
    assert pieces == [
        ("Chargé·es", True), (" de l’", False), ("E.S.S", True), (". et des ", False),
        ("emplois", True),
    ]  # fmt: skip
    assert highlighted("Rien", {"emploi"}) == [("Rien", False)]
    assert highlighted("", {"emploi"}) == []


def test_an_excerpt_holds_the_most_words_that_are_searched() -> None:
    text = f"Des emplois. {FILLING}On y parle de financement des emplois associatifs. {FILLING}"
    said = shown(text, "financer emploi")
    assert "[financement] des [emplois]" in said
    assert said.startswith("… ") and said.endswith(" …")


def test_an_excerpt_begins_with_a_sentence() -> None:
    text = f"{FILLING}Trois régions forment les bénévoles. {FILLING}"
    start = shown(text, "bénévole").removeprefix("… ")
    assert start.startswith(("Trois régions", "Le conseil"))


def test_a_short_text_is_whole() -> None:
    assert shown("Un emploi,\n\n deux  emplois", "emploi") == "Un [emploi], deux [emplois]"


def test_a_text_that_says_none_begins_by_its_beginning() -> None:
    said = shown(FILLING, "emploi")
    assert said.startswith("Le conseil") and said.endswith(" …") and "[" not in said
    assert shown("", "emploi") == "" and shown("Un mot", "") == "Un mot"


def test_words_are_found_however_they_are_written() -> None:
    text = (
        "L’E\u0301CONOMIE, une œuvre ; l’E.S.S. : 1\u202f500 co-constructions, directrice·s,"
        " travaux, locaux, employé(e)s, NOUVELLES"
    )
    typed = (
        "economie oeuvre ess 1500 coconstruction directeur travail local employer nouveau sportif"
    )
    assert shown(text, typed) == (
        "L’[ÉCONOMIE], une [œuvre] ; l’[E.S.S]. : [1\u202f500] [co]-[constructions],"
        " [directrice·s], [travaux], [locaux], [employé(e)s], [NOUVELLES]"
    )


def test_what_begins_alike_is_not_marked() -> None:
    assert "[" not in shown("Une emplette, un réemploi, ces emplâtres", "emploi")


@given(
    st.text()
    | st.lists(st.sampled_from(["emploi", " ", ". ", "é", "x" * 90, "\n", "…"])).map("".join),
    st.integers(20, 300),
)
def test_an_excerpt_is_of_the_text_and_short(text: str, length: int) -> None:
    pieces = excerpt(text, {"emploi", "e"}, length)
    assert sum(len(said) for said, _ in pieces) <= length + len("…  …")
    assert all(said for said, _ in pieces)


def test_a_long_text_is_not_read_word_by_word(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(text: str) -> list[Word]:
        read.append(text)
        return words(text)

    monkeypatch.setattr(excerpts, "words", counted)
    text = (FILLING + "Une phrase de plus sur les emplois associatifs. ") * 90
    assert ("emplois", True) in excerpt(text, {"emploi", "emplois"})
    assert sum(map(len, read)) < len(text) / 50
