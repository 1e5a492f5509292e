"""What the author's screen does not show stays out of an imported document, and is quoted."""

from __future__ import annotations

import pytest

from articles.importing import ImportedDocument, read_document
from publishing.richtext import plain_text
from tests.articles.word_files import BODY, LONG, TITLE, paragraph, word_file
from tests.publishing.unseen_cases import CASES, Case, said, squeezed

HIDDEN, DELETED = "Texte masqué", "Texte supprimé (suivi des modifications)"
COMMENT, STRUCK = "Commentaire de relecture", "Texte barré"


def published(document: ImportedDocument) -> str:
    """Every text that would go into the draft."""
    blocks = [
        (block.html, block.title, block.source, block.cells, block.alt, block.caption)
        for block in document.blocks
    ]
    return f"{document.title}\n{document.standfirst}\n{document.theme_names}\n{blocks}"


def page(inner: str) -> bytes:
    return f"<h1>Titre du document</h1><p>{LONG}</p><p>{BODY}</p>{inner}".encode()


# -- pages ----------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_page_gives_what_it_shows_and_quotes_the_rest(case: Case) -> None:
    document = read_document("a.html", page(case.markup))

    assert "secret" not in published(document)
    assert set(case.quoted) <= set(document.discarded)
    assert not any("secret" in sentence for sentence in document.unrecognised)
    if "sombre" not in case.name:  # white among black, it is hidden here
        text = "".join(plain_text(block.html) for block in document.blocks)
        assert squeezed(case.kept) in squeezed(text)


def test_no_hidden_line_is_taken_for_the_title_or_the_standfirst() -> None:
    content = f"""<style>.off {{display: none}}</style><h1 class=off>Titre secret</h1>
    <p class=off>Chapô secret : {LONG}</p><h1>Titre du document</h1><p>{LONG}</p><p>{BODY}</p>
    <p>Thématiques : <span class=off>secret,</span> Gouvernance</p>"""
    document = read_document("a.html", content.encode())

    assert (document.title, document.standfirst) == ("Titre du document", LONG)
    assert "secret" not in published(document)
    assert document.theme_names == ("Gouvernance",)


def test_title_that_only_the_head_declares_is_told() -> None:
    content = f"<meta property=og:title content='Titre secret'><p>{LONG}</p><p>{BODY}</p>"
    document = read_document("a.html", content.encode())

    assert document.title == "Titre secret"
    assert document.unrecognised == (
        "Titre pris dans les propriétés de la page, que son texte ne montre pas\u00a0: à vérifier"
        "\u00a0: «\u00a0Titre secret\u00a0»",
    )


def test_properties_of_a_page_saved_by_word_say_nothing_in_the_article() -> None:
    content = f"""<head><meta name=Generator content="Microsoft Word 15"><title>Titre secret</title>
    <!--[if gte mso 9]><xml><o:Author>secret</o:Author></xml><![endif]--></head>
    <body><p class=MsoTitle>Titre du document</p><p>{LONG}</p><p>{BODY}</p></body>"""
    document = read_document("a.html", content.encode())

    assert document.title == "Titre du document"
    assert "secret" not in repr(document)


@pytest.mark.parametrize("alt", [r"C:\Users\secret\photo.jpg", "secret.PNG", "file:///x/secret"])
def test_name_of_a_file_describes_no_picture(alt: str) -> None:
    pixels = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5C"
    )
    picture = f'<img alt="{alt}" src="data:image/png;base64,{pixels}YII=">'
    document = read_document("a.html", page(picture))

    assert "secret" not in published(document)
    assert document.discarded == (said("Nom de fichier d’une image", alt),)
    assert [image.alt for image in document.images] == [""]


# -- Markdown ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept", "quoted"),
    [
        ("Un <span hidden>secret</span>mot.", "Un mot.", said(HIDDEN, "secret")),
        ("Un mot.<!-- secret de rédaction -->", "Un mot.", said(COMMENT, "secret de rédaction")),
        ("<!--\nsecret\nde rédaction\n-->\n\nUn mot.", "Un mot.",
         said(COMMENT, "secret de rédaction")),
        ("Un <del>secret</del> mot.", "Un mot.", said(DELETED, "secret")),
        ("Un ~~secret~~ mot.", "Un mot.", said(STRUCK, "secret")),
        ("Un {--secret --}mot.", "Un mot.", said(DELETED, "secret")),
        ("Un mot{>>secret à revoir<<}.", "Un mot.", said(COMMENT, "secret à revoir")),
        ("Un {~~secret~>mot~~}.", "Un mot.", said(DELETED, "secret")),
        ("Un {++mot++}{--\nsecret\n--}.", "Un mot.", said(DELETED, "secret")),
        ("Un {==mot==}{>>secret<<}.", "Un mot.", said(COMMENT, "secret")),
        ("Un mot.\n\n[//]: # (secret)\n\nFin.", "Un mot.Fin.", said(COMMENT, "secret")),
        ("[comment]: <> (secret)\n\nUn mot.", "Un mot.", said(COMMENT, "secret")),
        ("Un mot. %%secret%%", "Un mot.", said(COMMENT, "secret")),
        ('Un [secret]{.deletion author="A" date="2026"}[mot]{.insertion author="A"}.', "Un mot.",
         said(DELETED, "secret")),
        ("Un {++mot {--secret--}vu++}.", "Un mot vu.", said(DELETED, "secret")),
        ("Un {==mot {>>secret<<}vu==}.", "Un mot vu.", said(COMMENT, "secret")),
        ("Un {~~secret~>mot {++vu++}~~}.", "Un mot vu.", said(DELETED, "secret")),
        ('Un [secret [x](https://a.example)]{.deletion author="A"}mot.', "Un mot.",
         said(DELETED, "secret [x](https://a.example)")),
        ('Un mot[secret]{.comment-start id="0" author="A"}[]{.comment-end id="0"}.', "Un mot.",
         said(COMMENT, "secret")),
    ],
)  # fmt: skip
def test_markdown_gives_what_it_shows_and_quotes_the_rest(
    text: str, kept: str, quoted: str
) -> None:
    source = f"# Titre du document\n\n{LONG}\n\n{BODY}\n\n{text}"
    document = read_document("a.md", source.encode())

    assert "secret" not in published(document)
    assert document.discarded == (quoted,)
    assert document.unrecognised == ()
    text = "".join(plain_text(block.html) for block in document.blocks)
    assert squeezed(text) == squeezed(BODY + kept)


@pytest.mark.parametrize("text", ["`{--ceci--}` reste", "{--ceci reste", "100 %% et [ceci] reste"])
def test_marks_that_are_no_review_stay(text: str) -> None:
    document = read_document("a.md", f"# Titre\n\n{LONG}\n\n{BODY}\n\n{text}".encode())

    assert "ceci" in published(document)
    assert document.discarded == ()


# -- characters -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.docx"])
def test_message_in_characters_that_nothing_shows_is_quoted(name: str) -> None:
    message = "".join(chr(0xE0000 + ord(letter)) for letter in "secret")
    sentence = f"Un mot{message} vu\u200b."
    content = {
        "a.docx": word_file(paragraph(sentence)),
        "a.html": page(f"<p>{sentence}</p>"),
    }.get(name, f"{TITLE}\n\n{LONG}\n\n{BODY}\n\n{sentence}".encode())
    document = read_document(name, content)

    assert "Un mot vu." in published(document)
    assert message not in repr(document)
    assert document.discarded == (said("Caractères invisibles", "secret"),)
    assert not any("repris" in sentence for sentence in document.unrecognised)
