"""What is typed in the search box, and what is searched then."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.french.queries import LONGEST_QUERY, MOST_WORDS, Number, NumberKind, asked

INSEE, POSTAL = NumberKind.INSEE, NumberKind.POSTAL


def exacts(text: str) -> list[str]:
    return [word.exact for word in asked(text).words]


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("comment financer un premier emploi ?", ["financer", "premier", "emploi"]),
        ("c'est quoi le DLA", ["dla"]), ("qu’est-ce que l’ESS ?", ["ess"]),
        ("qui peut m'aider", ["aider"]), ("Bonjour, je cherche un DLA svp", ["dla"]),
        ("puis-je bénéficier du DLA", ["beneficier", "dla"]),
        ("existe-t-il des aides", ["aides"]), ("où trouver des bénévoles", ["benevoles"]),
        ("savoir-faire associatif", ["savoir", "faire", "associatif"]),
        ("comment faire", ["comment", "faire"]), ("qui", ["qui"]), ("de la", ["de", "la"]),
        ("l'", ["l"]), ("d", ["d"]), ("association de loi 1901", ["association", "loi", "1901"]),
        ("grand est", ["grand", "est"]), ("dla-38", ["dla", "38"]), ("ess ess ESS", ["ess"]),
        ("ESS AND emploi", ["ess", "emploi"]), ("emploi OR ess NOT", ["emploi", "ess"]),
        ("asso*", ["asso"]), ("*", []), ('"', []), ("", []), ("   ", []), ("🎉", []), ("\x00", []),
        ("- -- ---", []), ("«", []), ("asso\x00ciation", ["association"]), ("?!", []),
        ('emploi "', ["emploi"]), ("« emploi", ["emploi"]), ("(emploi", ["emploi"]),
        ("'; DROP TABLE articles; --", ["drop", "table", "articles"]), ("%", []), ("_", []),
        ("<script>alert(1)</script>", ["script", "alert", "1"]),
        ("جمعية", ["جمعية"]), ("中文", ["中文"]), ("\u202eassociation", ["association"]),
        ("emploi\u00a0-\u00a0formation", ["emploi", "formation"]), ("a:b", ["b"]),
        ("chargé·e de mission", ["charge", "mission"]), ("-formation", ["formation"]),
    ],
    ids=ascii,
)  # fmt: skip
def test_what_carries_sense_is_searched(typed: str, searched: list[str]) -> None:
    assert exacts(typed) == searched


@pytest.mark.parametrize(
    "typed",
    ['"économie sociale" emploi', "« économie sociale » emploi", "“Economie sociale” emploi",
     "emploi «\u00a0économie sociale\u00a0»", "„économie sociale“ emploi"],
)  # fmt: skip
def test_words_in_quotes_follow_one_another(typed: str) -> None:
    question = asked(typed)
    assert question.phrases == (("economie", "sociale"),)
    assert [word.exact for word in question.words] == ["emploi"]


def test_a_phrase_keeps_its_small_words() -> None:
    question = asked('"l’économie de l’E.S.S." de la')
    assert question.phrases == (("l", "economie", "de", "l", "ess"),)
    assert question.words == ()
    assert asked('comment trouver un "premier emploi"').words == ()
    assert asked('""').phrases == () and asked('"?"').words == ()


def test_a_minus_after_a_space_excludes() -> None:
    question = asked('emploi -formation −stage -porte-monnaie -l’art -"fonds social" co-agir')
    assert [word.exact for word in question.excluded] == ["formation", "stage", "art"]
    assert question.excluded_phrases == (("fonds", "social"), ("porte", "monnaie"))
    formation = question.excluded[0]
    assert question.text[formation.start : formation.end] == "formation"
    assert [word.exact for word in question.words] == ["emploi", "co", "agir"]


def test_what_is_left_when_all_is_excluded_is_searched() -> None:
    question = asked('-emploi -"fonds social"')
    assert [word.exact for word in question.words] == ["emploi", "fonds", "social"]
    assert question.excluded == () == question.excluded_phrases


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("832 019 459", Number("832019459", (NumberKind.SIREN,))),
        ("832.019.459 ", Number("832019459", (NumberKind.SIREN,))),
        ("832 019 459 00003", Number("83201945900003", (NumberKind.SIRET,))),
        ("Siret : 832 019 459 00003", Number("83201945900003", (NumberKind.SIRET,))),
        ("n° siren 832019459", Number("832019459", (NumberKind.SIREN,))),
        ("w751234567", Number("W751234567", (NumberKind.RNA,))),
        ("W751 234 567", Number("W751234567", (NumberKind.RNA,))),
        ("38185", Number("38185", (INSEE, POSTAL))), ("38 000", Number("38000", (INSEE, POSTAL))),
        ("2a004", Number("2A004", (INSEE,))), ("832 019 450", None), ("1901", None), ("", None),
        ("loi 38000", None), ("04 76 12 34 56", None), ("٣٨١٨٥", None), ("siren", None),
    ],
)  # fmt: skip
def test_a_number_alone_is_known_for_what_it_is(typed: str, number: Number | None) -> None:
    assert asked(typed).number == number


@pytest.mark.parametrize(
    ("typed", "last"),
    [("emplois soc", "soc"), ("emploi ", ""), ("l'asso", "asso"), ("Éco", "eco"), ("", ""),
     ("dla-3", "3"), ("emploi?", ""), ("c", "c"), ("x" * 300, "")],
)  # fmt: skip
def test_the_word_that_is_being_typed_is_told(typed: str, last: str) -> None:
    assert asked(typed).last == last


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Emplois", "emploi"), ("les travaux", "travail"), ("enjeux locaux", "enjeu local"),
        ("L’économie  SOCIALE", "economie sociale"), ("c'est quoi le DLA ?", "D.L.A."),
        ("832 019 459", "832019459"), ("« Emploi local »", '"emploi LOCAL"'),
        ("accès aux droits", "acces droit"),
        ("emploi -Formations", "emplois -formation"), ("chargés", "charge"),
    ],
)  # fmt: skip
def test_queries_that_mean_the_same_have_one_key(one: str, other: str) -> None:
    assert asked(one).key == asked(other).key


def test_queries_that_differ_have_keys_that_differ() -> None:
    typed = ["emploi local", "local emploi", '"emploi local"', "emploi -local", "emploi", "38000"]
    assert len({asked(text).key for text in typed}) == len(typed)
    assert asked("accès aux emplois").key == "acces emploi"


def test_neighbours_are_searched_in_one_word_too() -> None:
    porte, monnaie = asked("porte monnaie").words
    assert "portemonnaie" in porte.others and "portemonnaie" in monnaie.others
    assert "larochelle" in asked("La Rochelle").words[0].others
    assert "dla38" in asked("dla 38").words[1].others
    assert asked("porte, monnaie").words[0].others == ()


def test_what_is_too_long_is_read_by_its_beginning() -> None:
    question = asked("emploi " * 2_000)
    assert exacts("emploi " * 2_000) == ["emploi"] and question.is_cut
    assert len(question.text) <= LONGEST_QUERY and question.text.endswith("emploi")
    many = asked(" ".join(f"mot{chr(97 + at)}" for at in range(26)))
    assert len(many.words) == MOST_WORDS and many.is_cut
    assert len(asked("x" * 10_000).text) == LONGEST_QUERY
    assert not asked("emploi").is_cut


@given(
    st.text()
    | st.text(alphabet="aé1 \"«»“”-−*'’.·()\x00\u200b\u202e:")
    | st.lists(
        st.sampled_from(['"', "-", "emploi", "de", "«", "»", "AND", "l'", "38000", "\x00", "🎉"])
    ).map(" ".join)
)
def test_anything_that_is_typed_has_a_meaning(text: str) -> None:
    question = asked(text)
    assert len(question.text) <= LONGEST_QUERY and len(question.words) <= MOST_WORDS
    again = asked(question.text)
    assert (again.words, again.phrases, again.excluded) == (
        question.words, question.phrases, question.excluded,
    )  # fmt: skip
    assert isinstance(question.key, str)
