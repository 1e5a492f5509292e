"""Where a text mentions a term: whole words, acronyms as they are written, the longest name."""

from __future__ import annotations

import pytest

from glossary.mentions import Finder, explained, mark_first, mentioned
from glossary.models import Term

TERMS = [
    Term(pk=1, term="ESS", expansion="économie sociale et solidaire", other_forms="monde ESS"),
    Term(pk=2, term="EI", expansion="entreprise d’insertion"),
    Term(pk=3, term="PEC", expansion="parcours emploi compétences"),
    Term(pk=4, term="SCOP", other_forms="Scop"),
    Term(pk=5, term="mutualisation"),
    Term(pk=6, term="structure porteuse"),
    Term(pk=7, term="FSE+", other_forms="Fonds social européen"),
    Term(pk=8, term="bail rural", other_forms="baux ruraux"),
]
FINDER = Finder((term, term.names()) for term in TERMS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L’ESS en Isère", [(1, "ESS")]),
        ("l'E.S.S. d’ici", [(1, "E.S.S.")]),
        ("(ESS)", [(1, "ESS")]),
        ("ESS-France", [(1, "ESS")]),
        ("une promesse, l’essai, ess, Ess", []),
        ("une œuvre des PECs", [(3, "PECs")]),
        ("pectoral, spectacle, pec", []),
        ("VEILLE DES EI", [(2, "EI")]),
        ("les entreprises d'insertion", [(2, "entreprises d'insertion")]),
        ("Économie sociale\u00a0et solidaire", [(1, "Économie sociale\u00a0et solidaire")]),
        ("economie sociale et solidaire", [(1, "economie sociale et solidaire")]),
        ("l’économie sociale. Et solidaire", []),
        ("l’économie sociale", []),
        ("des Scop, une scop, une SCOP", [(4, "Scop"), (4, "scop"), (4, "SCOP")]),
        ("Mutualisations", [(5, "Mutualisations")]),
        ("démutualisation", []),
        ("les structures porteuses", [(6, "structures porteuses")]),
        ("structure, porteuse", []),
        ("le FSE+ finance", [(7, "FSE+")]),
        ("Baux ruraux", [(8, "Baux ruraux")]),
        ("le monde ESS", [(1, "monde ESS")]),
        ("", []),
        ("🙂 \x00 …", []),
    ],
)
def test_a_mention_is_whole_words_as_people_write_them(
    text: str, found: list[tuple[int, str]]
) -> None:
    assert [(m.term, text[m.start : m.end]) for m in FINDER.mentions(text)] == found


def test_a_name_that_says_less_is_another_word() -> None:
    assert not list(FINDER.mentions("le FSE"))


def test_headings_links_and_quotes_are_left_alone() -> None:
    html = (
        '<h2>L’ESS</h2><p><a href="/ess/">ESS</a></p><blockquote><p>ESS</p></blockquote>'
        "<ul><li>Une <strong>EI</strong> et la <em>mutualisation</em></li></ul>"
    )
    assert list(mentioned(html, FINDER)) == [(2, "EI"), (5, "mutualisation")]


def test_only_the_first_mention_of_what_was_chosen_is_marked() -> None:
    html = "<h3>ESS</h3><p>L’ESS &amp; l’EI,<br>puis l’ESS<br>et la mutualisation.</p>"
    marked, terms = mark_first(html, FINDER, {5, 1, 3})
    assert terms == [1, 5]
    assert marked == (
        '<h3>ESS</h3><p>L’<dfn data-term="1">ESS</dfn> &amp; l’EI,<br>puis l’ESS<br>et la '
        '<dfn data-term="5">mutualisation</dfn>.</p>'
    )
    shown = explained(marked, {1: TERMS[0]}, lambda term, words: f"[{words}={term}]")
    assert shown == html.replace("L’ESS", "L’[ESS=ESS]")


def test_several_in_one_piece_of_text_keep_their_order() -> None:
    marked, terms = mark_first("<p>PEC, EI, ESS et PEC</p>", FINDER, {1, 2, 3})
    assert terms == [3, 2, 1]
    assert explained(marked, {}, lambda term, words: "") == "<p>PEC, EI, ESS et PEC</p>"


def test_a_text_without_mention_stays_byte_for_byte() -> None:
    html = "<p>Rien&nbsp;ici<br/></p>"
    assert mark_first(html, FINDER, {1}) == (html, [])
