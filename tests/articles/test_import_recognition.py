"""The import knows an article by its shape. The same one, invented here, comes in four formats."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape

import docx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles.importing import DocumentRefused, ImportedDocument, Vocabulary, read_document
from articles.importing.labels import label_of
from articles.importing.marked import split_front_matter

TITLE = "Jardins et solidarités : comment les associations cultivent leur quartier"
STANDFIRST = (
    "Samedi 3 avril 2021, trois associations ouvraient leurs potagers aux habitants. Retour sur "
    "une journée d’échanges, entre outils partagés et budgets à équilibrer."
)
FIRST = (
    "Un potager partagé demande du temps, de l’eau et des règles écrites. Les bénévoles rencontrés "
    "racontent comment ils se sont répartis les tâches."
)
SECOND = (
    "Les ressources viennent de la commune, d’une fondation et de la vente de plants. Chacune a "
    "ses contraintes, que le trésorier suit dans un tableau simple & partagé."
)
THIRD = "La suite s’écrira avec les écoles du quartier, dès la rentrée prochaine."
CALL = '>> Lire l’article "Portrait : une serre au pied des tours"'
SITE_CALL = ">> Découvrez le guide complet sur www.jardins-demo.example"
HEADINGS = [
    "Des règles pour partager la terre",
    "Un budget à plusieurs mains",
    "La journée des potagers, rendez-vous annuel",
]
NEWSLETTER = [
    "Abonnez-vous à la newsletter des jardins",
    "Tenez-vous informés des prochaines plantations",
    "Choisissez la lettre qui vous intéresse",
]
DATES = "Publié le 12 avril 2021 - Mise à jour le 1er mai 2021"
THEMES = ["Vie associative", "Alimentation et agriculture"]

TEXT = f"""Retour d'expérience
Les Belles rencontres du DLA

{TITLE}

{DATES}
{STANDFIRST}

{HEADINGS[0]}

{FIRST}

{HEADINGS[1]}

{SECOND}

{CALL}

{HEADINGS[2]}

{THIRD}

{SITE_CALL}

Thématiques

{THEMES[0]}
{THEMES[1]}

{NEWSLETTER[0]}

{NEWSLETTER[1]}

{NEWSLETTER[2]}
"""


def as_text() -> tuple[str, bytes]:
    return "article.txt", TEXT.encode()


def as_markdown() -> tuple[str, bytes]:
    text = TEXT.replace(TITLE, f"# {TITLE}").replace("\nThématiques\n", "\n## Thématiques\n")
    for heading in HEADINGS:
        text = text.replace(heading, f"## {heading}")
    return "article.md", text.encode()


def as_page() -> tuple[str, bytes]:
    themes = "".join(f"<li><a href='/theme/{n}'>{name}</a></li>" for n, name in enumerate(THEMES))
    sections = "".join(
        f"<h{level}>{heading}</h{level}>{body}"
        for heading, level, body in (
            (HEADINGS[0], 3, f"<p>{FIRST}</p>"),
            (
                HEADINGS[1],
                3,
                f"<p>{SECOND.replace('&', '&amp;')}</p><p>{CALL.replace('>', '&gt;')}</p>",
            ),
            (HEADINGS[2], 3, f"<p>{THIRD}</p><p>{SITE_CALL.replace('>', '&gt;')}</p>"),
        )
    )
    page = f"""<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">
    <title>{TITLE} | Jardins</title><style>p {{ color: red }}</style></head><body>
    <header><nav><ul><li>Accueil du site</li><li>Agenda</li></ul></nav></header>
    <main><article><header><p>Retour d'expérience</p><p>Les Belles rencontres du DLA</p>
    <h1>{TITLE}</h1><p>{DATES}</p></header><p>{STANDFIRST}</p>{sections}
    <h3>Thématiques</h3><ul>{themes}</ul>
    <h3>{NEWSLETTER[0]}</h3><p>{NEWSLETTER[1]}</p><p>{NEWSLETTER[2]}</p></article></main>
    <footer>Jardins de démonstration</footer><script>track()</script></body></html>"""
    return "article.html", page.encode()


def as_word() -> tuple[str, bytes]:
    document = docx.Document()
    document.add_paragraph("Retour d'expérience")
    document.add_paragraph("Les Belles rencontres du DLA")
    document.add_paragraph(TITLE, style="Title")
    document.add_paragraph(DATES)
    document.add_paragraph(STANDFIRST)
    for heading, texts in (
        (HEADINGS[0], [FIRST]),
        (HEADINGS[1], [SECOND, CALL]),
        (HEADINGS[2], [THIRD, SITE_CALL]),
        ("Thématiques", THEMES),
    ):
        document.add_paragraph(heading, style="Heading 1")
        for text in texts:
            document.add_paragraph(text)
    for line in NEWSLETTER:
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return "article.docx", file.getvalue()


def as_word_with_bold_headings() -> tuple[str, bytes]:
    document = docx.Document()
    for line in TEXT.splitlines():
        if line in (*HEADINGS, "Thématiques", TITLE):
            document.add_paragraph().add_run(line).bold = True
        elif line:
            document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return "article.docx", file.getvalue()


FORMATS = [as_text, as_markdown, as_page, as_word, as_word_with_bold_headings]


@pytest.mark.parametrize("written", FORMATS)
def test_recognises_the_same_article_in_every_format(
    written: Callable[[], tuple[str, bytes]],
) -> None:
    document = read_document(*written())

    assert document.title == TITLE
    assert document.type_name == "Retour d'expérience"
    assert document.series_name == "Les Belles rencontres du DLA"
    assert document.published_on == date(2021, 4, 12)
    assert document.updated_on == date(2021, 5, 1)
    assert document.standfirst == STANDFIRST
    assert document.theme_names == tuple(THEMES)
    assert [block.kind for block in document.blocks] == ["text"]
    body = document.blocks[0].html
    assert re.findall(r"<h2>(.*?)</h2>", body) == HEADINGS
    assert re.findall(r"<h[13456]", body) == []
    assert re.findall(r"<p>(.*?)</p>", body) == [
        FIRST,
        SECOND.replace("&", "&amp;"),
        CALL.replace(">", "&gt;"),
        THIRD,
        SITE_CALL.replace(">", "&gt;").replace(
            "www.jardins-demo.example",
            '<a href="https://www.jardins-demo.example">www.jardins-demo.example</a>',
        ),
    ]
    assert [line for line in document.discarded if line in NEWSLETTER] == NEWSLETTER
    assert document.unrecognised == ()


@pytest.mark.parametrize("written", FORMATS)
def test_lists_the_calls_to_read_on(written: Callable[[], tuple[str, bytes]]) -> None:
    first, second = read_document(*written()).links

    assert first.label == 'Lire l’article "Portrait : une serre au pied des tours"'
    assert first.suggested_title == "Portrait : une serre au pied des tours"
    assert first.href == ""
    assert first.raw == CALL
    assert second.href == "https://www.jardins-demo.example"
    assert second.suggested_title == ""


def test_tells_the_editor_what_it_recognised() -> None:
    recognised = read_document(*as_text()).recognised

    assert f"Titre\u00a0: {TITLE}" in recognised
    assert "Publié le 12 avril 2021" in recognised
    assert "Mis à jour le 1er mai 2021" in recognised
    assert "Série\u00a0: Les Belles rencontres du DLA" in recognised


def test_sets_aside_the_menus_of_a_page_and_quotes_them() -> None:
    discarded = read_document(*as_page()).discarded

    assert "Accueil du site Agenda" in discarded
    assert "Jardins de démonstration" in discarded
    assert not any("track" in text or "color" in text for text in discarded)


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("Publié le 22 décembre 2020", date(2020, 12, 22), None),
        ("publiée le mardi 22 Décembre 2020", date(2020, 12, 22), None),
        (
            "Publié le 1er février 2021 – Mis à jour le 02 mars 2021",
            date(2021, 2, 1),
            date(2021, 3, 2),
        ),
        ("Mis en ligne le 03/04/2019", date(2019, 4, 3), None),
        ("Date de publication : 3.04.2019", date(2019, 4, 3), None),
        (
            "Publié le 2019-04-03 | Dernière mise à jour : 5 août 2019",
            date(2019, 4, 3),
            date(2019, 8, 5),
        ),
        ("Mise à jour le 4 janv. 2021", None, date(2021, 1, 4)),
        ("Modifié\u00a0le 4 aout 2021", None, date(2021, 8, 4)),
        ("22 décembre 2020", date(2020, 12, 22), None),
    ],
)
def test_reads_dates_as_editors_write_them(
    line: str, published: date | None, updated: date | None
) -> None:
    document = read_document(
        "a.txt", f"Un titre assez court\n\n{line}\n\n{FIRST}\n\n{SECOND}".encode()
    )

    assert (document.published_on, document.updated_on) == (published, updated)
    assert document.title == "Un titre assez court"


def test_reports_a_date_that_no_calendar_holds() -> None:
    text = f"Un titre assez court\n\nPublié le 31 février 2021\n\n{FIRST}\n\n{SECOND}"
    document = read_document("a.txt", text.encode())

    assert document.published_on is None
    assert "Date impossible\u00a0: «\u00a031 février 2021\u00a0»" in document.unrecognised


def test_leaves_in_the_body_a_sentence_that_mentions_a_date() -> None:
    sentence = "Le rapport, publié le 3 mai 2019, a été relu par les bénévoles de la commune."
    text = (
        f"{TITLE}\n\nPublié le 12 avril 2021\n\n{STANDFIRST}\n\n{FIRST}\n\n{sentence}\n\n{SECOND}"
    )
    document = read_document("a.txt", text.encode())

    assert document.published_on == date(2021, 4, 12)
    assert f"<p>{sentence}</p>" in document.blocks[0].html


@pytest.mark.parametrize(
    "head",
    [
        "decryptage\nles belles rencontres du dla",
        "DÉCRYPTAGE | Les belles rencontres du DLA",
        "Les Belles Rencontres du DLA – Décryptages",
        "Type : décryptage\nSérie : Les Belles rencontres du DLA",
    ],
)
def test_knows_names_whatever_their_accents_case_and_plural(head: str) -> None:
    document = read_document("a.txt", f"{head}\n\n{TITLE}\n\n{FIRST}\n\n{SECOND}".encode())

    assert document.type_name.lower().startswith(("décryptage", "decryptage"))
    assert document.series_name.lower() == "les belles rencontres du dla"
    assert document.title == TITLE


def test_knows_the_names_of_the_database() -> None:
    vocabulary = Vocabulary(
        types=("Brève",), series=("Carnets d’essai",), themes=("Alimentation et agriculture",)
    )
    text = TEXT.replace("Retour d'expérience", "Brève").replace(
        "Les Belles rencontres du DLA\n", "Carnets d'essai\n"
    )
    document = read_document("a.txt", text.encode(), vocabulary=vocabulary)

    assert (document.type_name, document.series_name) == ("Brève", "Carnets d'essai")
    assert document.theme_names == tuple(THEMES)
    assert document.unrecognised == (
        "Thématique inconnue du portail\u00a0: «\u00a0Vie associative\u00a0»",
    )


def test_takes_the_line_under_the_type_as_a_series_yet_unknown() -> None:
    text = TEXT.replace("Les Belles rencontres du DLA\n", "Les cahiers du potager\n")
    document = read_document("a.txt", text.encode())

    assert document.series_name == "Les cahiers du potager"
    assert document.title == TITLE
    assert "Série inconnue du portail\u00a0: «\u00a0Les cahiers du potager\u00a0»" in (
        document.unrecognised
    )


def test_keeps_in_the_body_a_line_of_the_head_that_it_cannot_place() -> None:
    text = TEXT.replace("Retour d'expérience\n", "Une mention inconnue\n")
    document = read_document("a.txt", text.encode())

    assert document.title == TITLE
    assert document.blocks[0].html.startswith("<p>Une mention inconnue</p>")
    assert (
        "Ligne de l’en-tête gardée au début du texte\u00a0: «\u00a0Une mention inconnue\u00a0»"
        in (document.unrecognised)
    )


def test_does_not_take_a_heading_that_starts_like_a_series_for_the_series() -> None:
    text = f"{TITLE}\n\n{STANDFIRST}\n\nLes Belles rencontres du DLA, mode d’emploi\n\n{FIRST}"
    document = read_document("a.txt", text.encode())

    assert document.series_name == ""
    assert "<h2>Les Belles rencontres du DLA, mode d’emploi</h2>" in document.blocks[0].html


def test_starts_headings_at_the_second_level_without_a_jump() -> None:
    sections = "<h4>Un</h4><p>a</p><h6>Deux</h6><p>b</p><h3>Trois</h3><p>c</p>"
    page = f"<main><h1>Titre de la page</h1>{sections}</main>"
    body = read_document("a.html", page.encode()).blocks[0].html

    assert re.findall(r"<(h\d)>", body) == ["h2", "h3", "h2"]


def test_joins_lines_that_were_cut_at_a_fixed_width() -> None:
    wrapped = (
        "Les adhérents se retrouvent chaque semaine autour du composteur, et y\n"
        "décident ensemble des plantations à venir, des achats et des travaux\n"
        "du mois suivant."
    )
    document = read_document("a.txt", f"{TITLE}\n\n{STANDFIRST}\n\n{FIRST}\n\n{wrapped}".encode())

    assert "composteur, et y décident ensemble" in document.blocks[0].html


def test_reads_front_matter_and_reports_what_it_does_not_know() -> None:
    text = (
        f'---\ntitle: "{TITLE}"\ntype: Portrait\ndate: 2021-04-12\ntags:\n  - Vie associative\n'
        f"  - Sport\nlayout: post\n---\n\n{FIRST}\n\n## Suite\n\n{SECOND}\n"
    )
    document = read_document("a.md", text.encode())

    assert (document.title, document.type_name) == (TITLE, "Portrait")
    assert document.published_on == date(2021, 4, 12)
    assert document.theme_names == ("Vie associative", "Sport")
    assert document.unrecognised == ("En-tête du fichier, non repris\u00a0: layout: post",)


def test_reads_the_dates_that_a_page_declares() -> None:
    page = f"""<head><meta property="og:title" content="Un titre déclaré">
    <script type="application/ld+json">{{"@graph": [{{"@type": "Article",
    "datePublished": "2020-12-22T08:00:00+01:00", "dateModified": "2021-01-04"}}]}}</script></head>
    <body><p>{FIRST}</p><p>{SECOND}</p></body>"""
    document = read_document("a.html", page.encode())

    assert document.title == "Un titre déclaré"
    assert (document.published_on, document.updated_on) == (date(2020, 12, 22), date(2021, 1, 4))


def test_keeps_a_newsletter_that_an_article_speaks_of() -> None:
    sentence = "La newsletter du jardin est lue par trois cents personnes, dont beaucoup d’élus."
    document = read_document("a.txt", f"{TITLE}\n\n{STANDFIRST}\n\n{sentence}\n\n{FIRST}".encode())

    assert sentence in document.blocks[0].html
    assert document.discarded == ()


def everything(document: ImportedDocument) -> str:
    parts = [document.title, document.type_name, document.series_name, document.standfirst]
    for block in document.blocks:
        parts += [unescape(re.sub(r"<[^>]*>", "", block.html)), block.title, block.cells]
    parts += [*document.theme_names, *document.recognised, *document.unrecognised]
    parts += [*document.discarded, *(link.raw for link in document.links)]
    return without_spaces("".join(parts))


def without_spaces(text: str) -> str:
    """Separators between the names of a line ("Sport · Santé") go once the names are apart."""
    return "".join(re.sub(r"[;•·|,.'\"\[\]]", "", text).split())


LINES = st.one_of(
    st.sampled_from(
        [*TEXT.splitlines(), "Partager", "1. Un", "- Deux", "* Trois", "Thématiques", "---"]
    ),
    st.text(st.characters(categories=["L", "N", "P", "Zs", "S"]), max_size=140),
)


@given(st.lists(LINES, max_size=25).map("\n".join))
@settings(max_examples=150, deadline=None)
@example("Titre : a\nTitre : b")
@example("---\n- Deux\n---")
@example("---\n00:\n---")
@example("---\n\n---\nRetour d'expérience")
@example("Thématiques\n\nA, B\n\nPartager")
@example("Retour\nRetour\nRetour\nTHEME\nRetour")
def test_loses_no_line_of_a_text(text: str) -> None:
    try:
        document = read_document("a.txt", text.encode())
    except DocumentRefused:
        # Said aloud, of a file that holds no text: at most what it says about itself.
        assert not re.search(r"\w", split_front_matter(text)[1])
        return
    kept = everything(document)
    for line in text.splitlines():
        bare = re.sub(r"^\s*(?:[•◦▪‣·–*-]|\d{1,2}[.)])\s+", "", line)
        squeezed = without_spaces(bare)
        # "THEME" on a line of its own announces what follows, as "Type : …" names what it holds.
        interpreted = label_of(line) or re.match(
            r"(?:publié|mise à jour|type|série|titre)", line.strip(), re.I
        )
        says_something = re.search(r"\w", line)
        assert squeezed in kept or interpreted or not says_something, (line, document)


@given(st.text(max_size=600), st.sampled_from(["a.txt", "a.md", "a.html"]))
@settings(max_examples=200, deadline=None)
def test_reads_or_refuses_any_text(text: str, name: str) -> None:
    try:
        read_document(name, text.encode("utf-8", "surrogatepass"))
    except DocumentRefused as refusal:
        refused = refusal.message
    else:
        refused = ""
    assert not refused or refused.endswith(", puis recommencez.")


@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.md", "a.html", "a.docx", "a.pdf"]))
@settings(max_examples=200, deadline=None)
def test_reads_or_refuses_any_bytes(content: bytes, name: str) -> None:
    try:
        read_document(name, io.BytesIO(content))
    except DocumentRefused as refusal:
        refused = refusal.message
    else:
        refused = ""
    assert not refused or refused.endswith(", puis recommencez.")
