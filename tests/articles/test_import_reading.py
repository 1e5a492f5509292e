"""What the import reads of each format, and what it refuses: nothing hostile gets through."""

from __future__ import annotations

import base64
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from PIL import Image

from articles.importing import DocumentRefused, read_document

LONG = (
    "Un paragraphe assez long pour être le chapô de ce document d’essai, écrit pour les besoins de "
    "la cause par une personne patiente."
)
BODY = "Un autre paragraphe, qui fait le corps de l’article et se termine comme une phrase."


def picture(kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (3, 2), "green").save(file, kind)
    return file.getvalue()


def word(write: Callable[[Any], None]) -> bytes:
    document = docx.Document()
    document.add_paragraph("Titre du document", style="Title")
    document.add_paragraph(LONG)
    write(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word_of(paragraphs: list[str]) -> bytes:
    def write(document: Any) -> None:
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)

    return word(write)


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Returns the same archive with one of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, change(data) if entry.filename == name else data)
    return file.getvalue()


def page(inner: str) -> bytes:
    return f"<main><h1>Titre du document</h1><p>{LONG}</p>{inner}</main>".encode()


def refusal(name: str, content: Any) -> str:
    with pytest.raises(DocumentRefused) as caught:
        read_document(name, content)
    assert caught.value.message.endswith("puis recommencez.")
    return caught.value.message


# -- Word ---------------------------------------------------------------------------


def test_reads_the_lists_tables_quotes_and_emphasis_of_word() -> None:
    def write(document: Any) -> None:
        paragraph = document.add_paragraph("Un mot ")
        paragraph.add_run("important").bold = True
        paragraph.add_run(" et un ")
        paragraph.add_run("autre").italic = True
        document.add_paragraph("Premier point", style="List Bullet")
        document.add_paragraph("Second point", style="List Bullet")
        document.add_paragraph("Étape une", style="List Number")
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip(
            (cell for row in table.rows for cell in row.cells),
            ("Année", "Structures", "2020", "6 000"),
            strict=True,
        ):
            cell.text = text
        document.add_paragraph("Une belle phrase.", style="Quote")

    text, table, quote = read_document("a.docx", word(write)).blocks

    assert "<p>Un mot <strong>important</strong> et un <em>autre</em></p>" in text.html
    assert "<ul><li>Premier point</li><li>Second point</li></ul>" in text.html
    assert "<ol><li>Étape une</li></ol>" in text.html
    assert table.cells == "Année\tStructures\n2020\t6 000"
    assert (quote.kind, quote.html) == ("quote", "<p>Une belle phrase.</p>")


def test_reads_the_pictures_of_word_with_their_captions() -> None:
    def write(document: Any) -> None:
        document.add_paragraph(BODY)
        document.add_picture(io.BytesIO(picture()))
        document.inline_shapes[0]._inline.docPr.set("descr", "Un carré vert")
        document.add_paragraph("Photo\u00a0: service de démonstration", style="Caption")

    document = read_document("a.docx", word(write))
    figure = document.blocks[1]

    assert (figure.kind, figure.alt) == ("figure", "Un carré vert")
    assert figure.caption == "Photo\u00a0: service de démonstration"
    (image,) = document.images
    assert (image.key, image.content, image.content_type) == (
        figure.image_key,
        picture(),
        "image/png",
    )


def test_keeps_once_a_picture_that_is_shown_many_times() -> None:
    def write(document: Any) -> None:
        document.add_paragraph(BODY)
        for _ in range(70):
            document.add_picture(io.BytesIO(picture()))

    document = read_document("a.docx", word(write))

    assert len(document.images) == 60
    assert len({id(image.content) for image in document.images}) == 1
    assert any("plus de 60" in sentence for sentence in document.unrecognised)


def test_reports_the_pictures_that_no_browser_shows() -> None:
    def write(document: Any) -> None:
        document.add_paragraph(BODY)
        document.add_picture(io.BytesIO(picture("BMP")))

    document = read_document("a.docx", word(write))

    assert document.images == ()
    assert any("ni PNG, ni JPEG" in sentence for sentence in document.unrecognised)


def test_never_fetches_a_picture_linked_from_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(document: Any) -> None:
        document.add_paragraph(BODY)
        document.add_picture(io.BytesIO(picture()))
        blip = document.element.body.xpath(".//a:blip")[0]
        relation = document.part.relate_to(
            "http://127.0.0.1:9/photo.png",
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
            is_external=True,
        )
        blip.attrib.clear()
        blip.set(
            "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}link", relation
        )

    def unexpected(*arguments: Any, **options: Any) -> None:
        raise AssertionError("the import asked the network for something")

    monkeypatch.setattr("socket.socket.connect", unexpected)
    monkeypatch.setattr("urllib.request.urlopen", unexpected)
    document = read_document("a.docx", word(write))

    assert document.images == ()
    assert any("non reprise" in sentence for sentence in document.unrecognised)


def test_moves_footnotes_to_the_end_of_the_article() -> None:
    content = word_of([BODY])
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    notes = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {namespace}><w:footnote w:id="2">'
        "<w:p><w:r><w:t>Une note savante.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    content = with_part(
        content,
        "word/document.xml",
        lambda data: data.replace(
            b"comme une phrase.</w:t></w:r>",
            f"comme une phrase.</w:t></w:r>{reference}".encode(),
        ),
    )
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/footnotes.xml", notes)
    document = read_document("a.docx", file.getvalue())

    assert "comme une phrase.<sup>1</sup></p>" in document.blocks[0].html
    assert document.blocks[0].html.endswith("<h2>Notes</h2><ol><li>Une note savante.</li></ol>")
    assert document.unrecognised == ()


def test_reports_what_word_keeps_out_of_the_text() -> None:
    def write(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "Note interne"
        paragraph = document.add_paragraph(BODY)
        namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        paragraph._p.append(
            parse_xml(
                f'<w:del {namespace} w:id="9"><w:r><w:delText>phrase ôtée</w:delText></w:r></w:del>'
            )
        )

    document = read_document("a.docx", word(write))

    assert document.discarded == (
        "Texte supprimé (suivi des modifications)\u00a0: «\u00a0phrase ôtée\u00a0»",
        "Note interne",
    )
    assert document.unrecognised == ()


def test_takes_a_table_of_one_cell_for_a_callout() -> None:
    def write(document: Any) -> None:
        document.add_paragraph(BODY)
        cell = document.add_table(rows=1, cols=1).rows[0].cells[0]
        cell.paragraphs[0].add_run("À retenir").bold = True
        cell.add_paragraph("Ce qui compte.")

    callout = read_document("a.docx", word(write)).blocks[1]

    assert (callout.kind, callout.title, callout.html) == (
        "callout",
        "À retenir",
        "<p>Ce qui compte.</p>",
    )


# -- pages and Markdown ---------------------------------------------------------------


def test_reads_quotes_figures_and_tables_of_a_page() -> None:
    data = base64.b64encode(picture("JPEG")).decode()
    inner = f"""<p>{BODY}</p>
    <blockquote><p>Belle phrase.</p><footer>— Une voisine</footer></blockquote>
    <figure><img src="data:image/jpeg;base64,{data}" alt="Un carré">
    <figcaption>Vert</figcaption></figure>
    <table><caption>Les chiffres</caption><tr><th>A</th><th>B</th></tr>
    <tr><td rowspan="2">1</td><td>2</td></tr><tr><td>3</td></tr></table>"""
    document = read_document("a.html", page(inner))
    text, quote, figure, table = document.blocks

    assert text.html == f"<p>{BODY}</p>"
    assert (quote.html, quote.source) == ("<p>Belle phrase.</p>", "Une voisine")
    assert (figure.alt, figure.caption) == ("Un carré", "Vert")
    assert document.images[0].content_type == "image/jpeg"
    assert (table.title, table.cells) == ("Les chiffres", "A\tB\n1\t2\n\t3")


def test_reports_the_pictures_and_videos_that_stay_elsewhere() -> None:
    inner = f"""<p>{BODY}</p><img src="https://ailleurs.example/photo.jpg" alt="Le jardin">
    <iframe src="https://video.example/1"></iframe>"""
    document = read_document("a.html", page(inner))

    assert [block.kind for block in document.blocks] == ["text"]
    assert any("https://ailleurs.example/photo.jpg" in text for text in document.unrecognised)
    assert any("https://video.example/1" in text for text in document.unrecognised)


def test_strips_everything_active_from_a_page() -> None:
    inner = f"""<p onclick="go()">{BODY} <a href="javascript:alert(1)">un lien</a>
    <a href="https://bon.example/" onmouseover="x()">un autre</a></p><script>alert(2)</script>
    <svg onload="y()"><script>z()</script></svg><p style="x">Fin &lt;script&gt; du texte.</p>"""
    document = read_document("a.html", page(inner))

    assert document.blocks[0].html == (
        f'<p>{BODY} un lien <a href="https://bon.example/">un autre</a></p>'
        "<p>Fin &lt;script&gt; du texte.</p>"
    )
    assert document.unrecognised == (
        "Lien retiré (son texte est gardé)\u00a0: «\u00a0un lien\u00a0», javascript:alert(1)",
    )


def test_keeps_the_header_of_the_article_and_drops_that_of_the_site() -> None:
    content = f"""<body><header>Le site<nav>Menu</nav></header><article><header>
    <h1>Titre du document</h1></header><p>{LONG}</p><p>{BODY}</p><aside>Publicité</aside>
    <form><input><button>S’inscrire</button></form></article><footer>Contact</footer></body>"""
    document = read_document("a.html", content.encode())

    assert document.title == "Titre du document"
    assert document.blocks[0].html == f"<p>{BODY}</p>"
    assert set(document.discarded) == {"Le site Menu", "Publicité", "S’inscrire", "Contact"}


def test_finds_its_way_in_the_divisions_of_a_content_manager() -> None:
    content = f"""<body><a href="#main">Aller au contenu principal</a><div role="main">
    <div class="field-type">Interview</div><div><a href="/series/1">Retour sur</a></div>
    <h1><span>Titre du document</span></h1><div>Publié le 2 février 2021 par l’équipe</div>
    <ul><li><a href="https://reseau.example/share">Facebook</a></li><li>Imprimer</li></ul>
    <div class="field-chapo">Un chapô court, sans paragraphe.</div>
    <div><p><strong>Pourquoi un jardin ?</strong></p><p>{BODY}</p>
    <div class="encadre"><h3>À retenir</h3><ul><li>Un</li></ul></div></div>
    <div>Thématiques</div><div><a href="/t/1">Sport</a></div><div>Ruralités, territoires</div>
    </div></body>"""
    document = read_document("a.html", content.encode())
    text, callout = document.blocks

    assert (document.type_name, document.series_name) == ("Interview", "Retour sur")
    assert document.standfirst == "Un chapô court, sans paragraphe."
    assert document.theme_names == ("Sport", "Ruralités, territoires")
    assert text.html == f"<h2>Pourquoi un jardin ?</h2><p>{BODY}</p>"
    assert (callout.kind, callout.title) == ("callout", "À retenir")
    assert document.unrecognised[0] == (
        "Reste de la ligne des dates, non repris\u00a0: «\u00a0par l’équipe\u00a0»"
    )
    assert set(document.discarded) == {"Aller au contenu principal", "Facebook", "Imprimer"}


def test_reads_the_tables_quotes_and_links_of_markdown() -> None:
    text = f"""# Titre du document

{LONG}

{BODY} [Le guide](https://guide.example/).

> Belle phrase.
>
> — Une voisine

| A | B |
|---|---|
| 1 | 2 |

* un
  * deux

<script>alert(1)</script>
"""
    document = read_document("a.md", text.encode())
    first, quote, table, last = document.blocks

    assert first.html == f'<p>{BODY} <a href="https://guide.example/">Le guide</a>.</p>'
    assert (quote.html, quote.source) == ("<p>Belle phrase.</p>", "Une voisine")
    assert table.cells == "A\tB\n1\t2"
    assert last.html == "<ul><li>un<ul><li>deux</li></ul></li></ul>"


# -- encodings --------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_reads_the_encodings_of_editors(encoding: str) -> None:
    document = read_document("a.txt", f"Été à l’œuvre\n\n{LONG}\n\n{BODY}".encode(encoding))

    assert document.title == "Été à l’œuvre"
    assert document.standfirst == LONG


def test_reads_the_encoding_that_a_page_declares() -> None:
    content = f'<meta charset="iso-8859-15"><h1>Vœux à 10 €</h1><p>{BODY}</p>'
    document = read_document("a.html", content.replace("’", "'").encode("iso-8859-15"))

    assert document.title == "Vœux à 10 €"


def test_refuses_a_text_of_mixed_encodings() -> None:
    mixed = "énergie, fédération, été, réseau".encode() + "\n\nété".encode("cp1252")

    assert "UTF-8" in refusal("a.txt", mixed)


# -- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF-1.7", "PDF"),
        ("a.doc", b"\xd0\xcf\x11\xe0", ".docx"),
        ("a.odt", b"PK\x03\x04", ".docx"),
        ("a.exe", b"MZ", ".docx, .html, .md ou .txt"),
        ("sans-extension", b"texte", "sans extension"),
        ("a.txt", b"", "vide"),
        ("a.md", b" \n\t\n", "vide"),
        ("a.txt", b"%PDF-1.7\n1 0 obj", "un PDF"),
        ("a.html", b"PK\x03\x04....", "archive"),
        ("a.txt", b"{\\rtf1 bonjour}", "RTF"),
        ("a.txt", b"\x00\x01\x02\x03\xff\xfe" * 50, "illisible"),
        ("a.txt", bytes(range(128, 160)) * 9, "UTF-8"),
        ("a.html", b"<html><body><script>x()</script></body></html>", "Aucun texte"),
        ("a.docx", b"un simple texte", "n’est pas un document Word"),
        ("a.docx", b"PK\x03\x04 tronqu\xe9", "endommagé"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "ancien document Word"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
    ],
)
def test_refuses_with_a_way_out(name: str, content: bytes, said: str) -> None:
    assert said in refusal(name, content)


def test_stops_reading_a_file_that_is_too_large() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0
            self.given += size
            return b"a" * size

    stream = Endless()

    assert "20 Mo" in refusal("a.txt", stream)
    assert stream.given <= 22 * 1024 * 1024


def archive_of(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_refuses_an_archive_that_is_no_word_document() -> None:
    assert "classeur" in refusal("a.docx", archive_of({"xl/workbook.xml": b"<a/>"}))


def test_refuses_a_zip_bomb_before_inflating_it() -> None:
    bomb = with_part(word_of([BODY]), "word/document.xml", lambda data: data + b" " * 60_000_000)
    tracemalloc.start()
    message = refusal("a.docx", bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert "démesuré" in message
    assert peak < 10_000_000


def test_refuses_a_bomb_that_lies_about_its_size() -> None:
    bomb = archive_of({"word/document.xml": b" " * 30_000_000})
    declared = (30_000_000).to_bytes(4, "little")
    lying = bomb.replace(declared, (1000).to_bytes(4, "little"))

    assert lying != bomb
    refusal("a.docx", lying)


def test_refuses_too_many_entries() -> None:
    crowd = archive_of({f"word/{number}.xml": b"<a/>" for number in range(2_001)})

    assert "démesuré" in refusal("a.docx", crowd)


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "docProps/core.xml"])
def test_refuses_document_types_and_entities(part: str) -> None:
    doctype = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'
    content = with_part(word_of([BODY]), part, lambda data: data.replace(b"?>", b"?>" + doctype, 1))

    assert "déclarations" in refusal("a.docx", content)


def test_refuses_entities_hidden_by_an_encoding() -> None:
    content = with_part(
        word_of([BODY]),
        "word/document.xml",
        lambda data: data.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    )

    assert "déclarations" in refusal("a.docx", content)


def test_refuses_broken_and_bottomless_xml() -> None:
    broken = with_part(word_of([BODY]), "word/document.xml", lambda data: data[:-40])
    deep = with_part(
        word_of([BODY]),
        "word/document.xml",
        lambda data: data.replace(b"<w:body>", b"<w:body>" + b"<w:p>" * 300 + b"</w:p>" * 300, 1),
    )

    assert "endommagé" in refusal("a.docx", broken)
    refusal("a.docx", deep)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<div>" * 100_000 + b"fond" + b"</div>" * 100_000),
        ("a.html", b"<p>x" * 1_000_000),
        ("a.html", b"<b>" * 90_000 + b"texte"),
        ("a.txt", b"un\n\n" * 1_000_000),
        ("a.txt", b"mot " * 1_000_000),
        ("a.md", b"un\n\n" * 1_000_000),
        ("a.md", b"> " * 9_000 + b"fond"),
        ("a.md", ("\n".join(["[" * 9_000] * 20)).encode()),
        ("a.md", ("\n".join(["*a _b " * 3_000] * 10)).encode()),
        ("a.md", ("\n".join(["<!--" * 2_000 + "`" * n for n in range(40)])).encode()),
        ("a.txt", b"(\xc2\xab" * 100_000),
        ("a.html", b"<p>a" + b"<br> " * 90_000 + b"b"),
        ("a.txt", (b"http://a.b " * 1_000 + b"\n\n") * 40),
        ("a.html", b"<table>" + b"<tr><td colspan=9999 rowspan=9999>x" * 1_000),
    ],
)
def test_answers_quickly_whatever_it_is_given(name: str, content: bytes) -> None:
    start = time.process_time()
    try:
        document = read_document(name, content)
    except DocumentRefused:
        document = None
    assert time.process_time() - start < 10
    assert document is None or document.blocks or document.title or document.unrecognised


def test_does_not_repeat_a_picture_in_its_report() -> None:
    picture_of_another_kind = f"<img src='data:image/tiff;base64,{'A' * 9_000}'>"
    inner = f"<p>{BODY}</p>{picture_of_another_kind}<a href='x:{'y' * 9_000}'>un</a>"
    report = read_document("a.html", page(inner)).unrecognised

    assert len(report) == 2
    assert all(len(sentence) < 300 for sentence in report)


def test_refuses_a_word_document_of_too_many_paragraphs() -> None:
    paragraph = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>"
    content = with_part(
        word_of([BODY]),
        "word/document.xml",
        lambda data: data.replace(b"<w:body>", b"<w:body>" + paragraph * 6_000, 1),
    )

    assert "trop long" in refusal("a.docx", content)
