"""The text of Office, OpenDocument and RTF files is found as their readers see it, and no more."""

from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest

from media.reading import files, process
from media.reading.bounds import LONGEST_PAGE, Bounded
from media.reading.mending import mended
from tests.media.office_files import (
    X,
    docx,
    opendocument,
    paragraph,
    pptx,
    row,
    shape,
    slide,
    xlsx,
    zipped,
)
from tests.media.test_hidden_in_opendocument import style


def read(content: bytes, extension: str) -> list[tuple[int | None, str]]:
    return process.read(BytesIO(content), extension=extension, hides=True).pages


def pages(content: bytes, extension: str) -> list[tuple[int | None, str]]:
    """Reads in this process, which starts none."""
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return mended(Bounded(files.pages(Path(file.name), extension, hides=True)), laid_out=False)


def text(content: bytes, extension: str) -> str:
    return "\n".join(text for _, text in pages(content, extension))


def run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def cell(*paragraphs: str) -> str:
    return f"<w:tc>{''.join(map(paragraph, paragraphs))}</w:tc>"


ENCLOSED = paragraph("Encadré")
RAISED = '<w:vertAlign w:val="superscript"/>'
HIDDEN_SHAPE = 'hidden="1"'
BOX = (
    "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wp:inline><wp:docPr {}/>"
    "<w:txbxContent>{}</w:txbxContent></wp:inline></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF a</w:instrText></w:r>'
    + run("code")
    + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    + run("tableau 3")
    + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
NOTES = (
    '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    f'<w:footnote w:type="separator">{paragraph("filet")}</w:footnote>'
    f"<w:footnote>{paragraph('Loi de 1901')}</w:footnote></w:footnotes>"
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            f"<w:p>{run('Le diagnos')}{run('tic')}</w:p>", "Le diagnostic", id="cut into runs"
        ),
        pytest.param(
            f"<w:tbl><w:tr>{cell('Région')}{cell('2023', '2024')}</w:tr></w:tbl>",
            "Région 2023\n2024",
            id="table",
        ),
        pytest.param(
            f"<w:tbl><w:tr><w:tc><w:tbl><w:tr>{cell('dedans')}</w:tr></w:tbl></w:tc></w:tr>"
            "</w:tbl>",
            "dedans",
            id="table in a table",
        ),
        pytest.param(
            f"<w:p>{run('Avant')}{BOX.format('', ENCLOSED, ENCLOSED)}</w:p>",
            "Avant\nEncadré",
            id="box, once",
        ),
        pytest.param(f"<w:p>{run('Voir ')}{FIELD}</w:p>", "Voir tableau 3", id="field"),
        pytest.param(
            f"<w:p>{run('20 m')}{run('2', RAISED)}</w:p>",
            "20 m²",
            id="unit",
        ),
        pytest.param(
            f"<w:p>{run('employeuses')}{run('1', RAISED)}</w:p>",
            "employeuses ¹",
            id="number of a note",
        ),
        pytest.param(
            '<w:p><w:pPr><w:framePr w:dropCap="drop"/></w:pPr>'
            + run("D")
            + f"</w:p>{paragraph('epuis 2002')}",
            "Depuis 2002",
            id="initial",
        ),
        pytest.param(
            f"<w:p><w:ins>{run('ajouté')}</w:ins></w:p>"
            f"<w:sdt><w:sdtContent>{paragraph('contrôle')}</w:sdtContent></w:sdt>",
            "ajouté\ncontrôle",
            id="added, controls",
        ),
    ],
)
def test_text_of_word(body: str, expected: str) -> None:
    assert pages(docx(body), "docx") == [(None, expected)]


def test_notes_of_word_follow_its_text() -> None:
    links = (("rNotes", "footnotes", "footnotes.xml"),)
    content = docx(paragraph("Bonjour"), links, {"word/footnotes.xml": NOTES})

    assert text(content, "docx") == "Bonjour\nLoi de 1901"


@pytest.mark.parametrize(
    "body",
    [
        "<w:p><w:del><w:r><w:delText>secret</w:delText></w:r></w:del></w:p>",
        f"<w:p><w:moveFrom>{run('secret')}</w:moveFrom></w:p>",
        paragraph("secret", "<w:vanish/>"),
        paragraph("secret", '<w:color w:val="FFFFFF"/>'),
        paragraph("secret", '<w:sz w:val="2"/>'),
        paragraph("secret", "<w:strike/>"),
        f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr>{cell('secret')}</w:tr></w:tbl>",
        f"<w:p>{BOX.format(HIDDEN_SHAPE, paragraph('secret'), '')}</w:p>",
        f"<w:p>{run('')}<w:r><w:pict><v:shape style='visibility:hidden'><w:txbxContent>"
        f"{paragraph('secret')}</w:txbxContent></v:shape></w:pict></w:r></w:p>",
        '<w:p><w:fldSimple w:instr="IF secret"><w:r><w:t>vu</w:t></w:r></w:fldSimple></w:p>',
    ],
)
def test_what_word_hides_or_strikes_is_not_found(body: str) -> None:
    found = text(docx(paragraph("Bonjour") + body), "docx")

    assert found.startswith("Bonjour") and "secret" not in found


def test_slides_have_their_number_hidden_ones_counted() -> None:
    table = (
        "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r>"
        "<a:t>Axe</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>Emploi</a:t>"
        "</a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    content = pptx(slide(shape("secret"), attributes='show="0"'), slide(shape("Vu") + table))

    assert pages(content, "pptx") == [(2, "Vu\nAxe Emploi")]


@pytest.mark.parametrize(
    "shapes",
    [
        shape("secret", x=9_999_999),
        shape("secret", hidden="1"),
        shape("secret") + shape("Dessus", fill="<a:solidFill/>"),
        shape("secret", holder="sldNum"),
    ],
    ids=["beside", "hidden", "covered", "number"],
)
def test_what_a_slide_does_not_show_is_not_found(shapes: str) -> None:
    found = text(pptx(slide(shapes + shape("Bonjour", x=5000))), "pptx")

    assert "Bonjour" in found and "secret" not in found


def test_speakers_notes_are_not_found() -> None:
    content = pptx(
        slide(shape("Bonjour")),
        slide_links=(("rN", "notesSlide", "../notesSlides/notesSlide1.xml"),),
        files={"ppt/notesSlides/notesSlide1.xml": slide(shape("secret"), tag="notes")},
    )

    assert pages(content, "pptx") == [(1, "Bonjour")]


def test_sheets_give_their_names_and_cells_of_text() -> None:
    cut = "<si><r><t>accomp</t></r><r><t>agnées</t></r></si>"
    strings = f"<sst {X}><si><t>Structures</t></si>{cut}</sst>"
    cells = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1"><v>12</v></c>'
        '<c r="D1" t="str"><v>calculé</v></c></row>'
    )
    content = xlsx(
        cells + row("Isère", number=2),
        links=(("rS", "sharedStrings", "sharedStrings.xml"),),
        files={"xl/sharedStrings.xml": strings},
    )

    assert pages(content, "xlsx") == [(None, "Bilan\nStructures accompagnées calculé\nIsère")]


@pytest.mark.parametrize(
    "content",
    [
        xlsx(row("Vu"), state="hidden"),
        xlsx(row("Vu") + row("Paie", properties='hidden="1"', number=2)),
        xlsx(row("Vu", "Paie"), of_sheet='<cols><col min="2" max="2" hidden="1"/></cols>'),
    ],
    ids=["sheet", "row", "column"],
)
def test_what_a_workbook_hides_is_not_found(content: bytes) -> None:
    assert pages(content, "xlsx") == [(None, "Bilan\nVu")]


def test_text_of_open_document() -> None:
    body = (
        "<text:h>Bilan</text:h><text:p>Un<text:s/>mot<text:tab/>et <text:span>un</text:span> autre"
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>Loi de 1901</text:p></text:note-body></text:note>.</text:p>"
        "<text:list><text:list-item><text:p>Accueil</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Axe</text:p></table:table-cell>"
        "<table:table-cell><text:p>Emploi</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p><draw:frame><draw:text-box><text:p>Encadré</text:p></draw:text-box></draw:frame>"
        "</text:p>"
    )

    assert text(opendocument("odt", body), "odt") == (
        "Bilan\nUn mot et un autre.\nLoi de 1901\nAccueil\nAxe Emploi\nEncadré"
    )


HIDDEN = '<style:text-properties text:display="none"/>'
FIGURE = "office:value-type='float'"
WHITE = '<style:text-properties fo:color="#ffffff"/>'


@pytest.mark.parametrize(
    ("body", "styles"),
    [
        (
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>secret</text:p>"
            "</text:deletion></text:changed-region></text:tracked-changes>",
            "",
        ),
        ("<text:p><office:annotation><text:p>secret</text:p></office:annotation></text:p>", ""),
        ("<text:p text:style-name='P1'>secret</text:p>", style("P1", "paragraph", HIDDEN)),
        ("<text:p text:style-name='P1'>secret</text:p>", style("P1", "paragraph", WHITE)),
        (
            "<text:p><text:span text:style-name='T1'>secret</text:span></text:p>",
            style("T1", "text", HIDDEN),
        ),
        ("<text:section text:display='none'><text:p>secret</text:p></text:section>", ""),
        ("<text:p><text:hidden-text text:string-value='secret'/></text:p>", ""),
        ("<text:p>secret<text:hidden-paragraph/></text:p>", ""),
    ],
)
def test_what_a_text_of_open_document_hides_is_not_found(body: str, styles: str) -> None:
    content = opendocument("odt", f"<text:p>Bonjour</text:p>{body}", styles=styles)

    assert text(content, "odt") == "Bonjour"


def test_slides_of_open_document() -> None:
    def page(words: str, more: str = "") -> str:
        return (
            f"<draw:page {more}><draw:frame><draw:text-box><text:p>{words}</text:p></draw:text-box>"
            "</draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>notes</text:p>"
            "</draw:text-box></draw:frame></presentation:notes></draw:page>"
        )

    hidden = '<style:drawing-page-properties presentation:visibility="hidden"/>'
    content = opendocument(
        "odp",
        page("Un") + page("secret", "draw:style-name='D1'") + page("Trois"),
        styles=style("D1", "drawing-page", hidden),
    )

    assert pages(content, "odp") == [(1, "Un"), (3, "Trois")]


def test_sheets_of_open_document() -> None:
    hidden = '<style:table-properties table:display="false"/>'

    def of_text(words: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{words}</text:p></table:table-cell>"

    body = (
        "<table:table table:name='Bilan'><table:table-column/>"
        "<table:table-column table:visibility='collapse'/><table:table-column/>"
        f"<table:table-row>{of_text('Isère')}{of_text('secret')}"
        f"{of_text('12', FIGURE)}</table:table-row>"
        "<table:table-row table:visibility='collapse' table:number-rows-repeated='1000000'>"
        f"{of_text('secret')}</table:table-row></table:table>"
        f"<table:table table:name='Paie' table:style-name='H'><table:table-row>{of_text('secret')}"
        "</table:table-row></table:table>"
    )

    assert pages(opendocument("ods", body, styles=style("H", "table", hidden)), "ods") == [
        (None, "Bilan\nIsère")
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"Bonjour \'e0 tous\par Suite", "Bonjour à tous\nSuite"),
        (r"l\rquote emploi \u8364?, \u339\'9cuvre", "l’emploi €, œuvre"),
        (r"{\uc2\u233ab}t\u233?", "été"),
        (r"Vu{\v secret} encore{\deleted secret}{\strike secret}", "Vu encore"),
        (r"Vu{\*\annotation secret}{\info{\author secret}}{\pict 00ff}", "Vu"),
        (r"{\field{\*\fldinst secret}{\fldrslt lien}}", "lien"),
        (r"un\cell deux\cell\row trois", "un deux\ntrois"),
        (r"M.\~Exemple, porte\_monnaie \{x\}", "M. Exemple, porte-monnaie {x}"),
        (r"{\shp{\*\shpinst{\sp{\sn a}{\sv secret}}{\shptxt Encadré\'e9}}}", "Encadréé"),
    ],
)
def test_text_of_rtf(body: str, expected: str) -> None:
    header = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Secret;}}"
    content = f"{header}{body}}}".replace("Encadré", r"Encadr\'e9").encode("ascii")

    assert text(content, "rtf") == expected


def test_long_text_is_parted() -> None:
    content = docx("".join(paragraph("Une association employeuse. " * 20) for _ in range(100)))
    found = read(content, "docx")

    assert len(found) > 2
    assert all(number is None and len(words) <= LONGEST_PAGE for number, words in found)


@pytest.mark.parametrize("extension", ["docx", "pptx", "xlsx", "odt", "ods", "odp", "rtf"])
@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04noise", zipped({"a.txt": "a"}), b"{\\rtf"],
    ids=["empty", "noise", "another archive", "a beginning"],
)
def test_what_cannot_be_read_has_no_text(content: bytes, extension: str) -> None:
    assert read(content, extension) == []


def test_hostile_parts_have_no_text() -> None:
    laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    body = f"{laughs}<office:document-content>&b;</office:document-content>"

    assert read(opendocument("odt", "", files={"content.xml": body}), "odt") == []
    deep: Any = "<w:tbl><w:tr><w:tc>" * 80 + paragraph("Fond") + "</w:tc></w:tr></w:tbl>" * 80
    assert read(docx(deep), "docx") in ([], [(None, "Fond")])


def test_words_that_are_no_language_are_text_where_letters_are_written() -> None:
    assert read(docx(paragraph("wwwxyzkqjbv fghwkzyx " * 50)), "docx")


def test_archive_has_no_text() -> None:
    assert read(zipped({"a.docx": docx(paragraph("Bonjour"))}), "zip") == []
