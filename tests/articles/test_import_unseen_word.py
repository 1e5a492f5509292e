"""What Word does not show stays out of an imported document, and is quoted: one case a line."""

from __future__ import annotations

import io
import zipfile
from typing import NamedTuple

import pytest

from articles.importing import ImportedDocument, read_document
from articles.importing.word import _STRICT_NAMES
from publishing.richtext import plain_text
from tests.articles.word_files import (
    BODY,
    LONG,
    NAMESPACES,
    TITLE,
    cell,
    field,
    paragraph,
    relations,
    row,
    run,
    style,
    table,
    word_file,
)
from tests.publishing.unseen_cases import COMMENT, DELETED, HIDDEN, STRUCK, said, squeezed

VANISH, SHOWN = "<w:vanish/>", '<w:vanish w:val="0"/>'
OFF_STYLE = style("character", "Off", VANISH)
OFF_PARAGRAPH = style("paragraph", "OffP", VANISH)
DEL = "<w:del w:id='1' w:author='A'>{}</w:del>"
INS = "<w:ins w:id='2' w:author='A'>{}</w:ins>"
NOTES = (
    f"<w:footnotes {NAMESPACES}><w:footnote w:id='2'>{{}}</w:footnote>"
    f"<w:footnote w:id='3'>{{}}</w:footnote></w:footnotes>"
)


class Case(NamedTuple):
    name: str
    body: str
    kept: str
    quoted: tuple[str, ...] = (said(HIDDEN, "secret"),)
    styles: str = ""
    parts: dict[str, str] = {}  # a named tuple's own default, never written to


def off(name: str, properties: str, styles: str = "", **more: str) -> Case:
    """A run that these properties hide, in a sentence."""
    body = paragraph("Un ", run("secret", properties), " mot.")
    return Case(name, body, "Un mot.", styles=styles, **more)  # type: ignore[arg-type]  # texts only


def on(name: str, properties: str, styles: str = "", **more: str) -> Case:
    body = paragraph("Un ", run("vrai", properties), " mot.")
    return Case(name, body, "Un vrai mot.", (), styles=styles, **more)  # type: ignore[arg-type]  # texts only


def anchored(choice: str, fallback: str, *, hidden: str = "0") -> str:
    """A text box as Word writes it, twice."""
    return (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor>"
        f"<wp:docPr id='1' name='x' hidden='{hidden}'/><a:graphic><a:graphicData><wps:wsp>"
        f"<wps:txbx><w:txbxContent>{choice}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData>"
        "</a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
        f"<w:txbxContent>{fallback}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


BOX = paragraph("Encadré ", run("secret", VANISH), "vu.")
TABLE_STYLE = "<w:tblStyle w:val='T'/>"
FIRST_ROW = f"<w:tblStylePr w:type='firstRow'><w:rPr>{VANISH}</w:rPr></w:tblStylePr>"
ROWS = (row(cell("secret"), cell("")), row(cell("Un"), cell("mot.")))

CASES = [
    # -- hidden text
    off("vanish", VANISH),
    off("vanish on", '<w:vanish w:val="true"/>'),
    off("specVanish", "<w:specVanish/>"),
    off("character style", '<w:rStyle w:val="Off"/>', OFF_STYLE),
    off("based on", '<w:rStyle w:val="B"/>', OFF_STYLE + style("character", "B", "", "Off")),
    off("one point", '<w:sz w:val="2"/>'),
    off("letters without ink", "<w14:textFill><w14:noFill/></w14:textFill>"),
    off("letters of no width", '<w:w w:val="1"/>'),
    off("white", '<w:color w:val="FFFFFF"/>'),
    off("white by its theme", '<w:color w:val="FFFFFF" w:themeColor="background1"/>'),
    off("white by its theme alone", '<w:color w:val="auto" w:themeColor="background1"/>'),
    off("letters filled with white", "<w14:textFill><w14:solidFill><w14:srgbClr "
        'w14:val="FFFFFF"/></w14:solidFill></w14:textFill>'),
    off("letters filled with the white of a theme", "<w14:textFill><w14:solidFill><w14:schemeClr "
        'w14:val="bg1"/></w14:solidFill></w14:textFill>'),
    off("letters of clear ink", "<w14:textFill><w14:solidFill><w14:srgbClr w14:val='000000'>"
        "<w14:alpha w14:val='100000'/></w14:srgbClr></w14:solidFill></w14:textFill>"),
    off("letters without ink by their style", '<w:rStyle w:val="NF"/>',
        style("character", "NF", "<w14:textFill><w14:noFill/></w14:textFill>")),
    off("under a solid pattern", '<w:color w:val="000000"/>'
        '<w:shd w:val="solid" w:color="000000" w:fill="FFFFFF"/>'),
    off("a point and a half", '<w:sz w:val="3"/>'),
    off("white by its style", '<w:rStyle w:val="Wh"/>',
        style("character", "Wh", '<w:color w:val="fefefe"/>')),
    off("black under a black highlighter", '<w:highlight w:val="black"/>'),
    off("of the colour of its shading", '<w:color w:val="123456"/>'
        '<w:shd w:val="clear" w:fill="123456"/>'),
    Case("of the colour of its cell", table(row(cell("Un"), cell(run("secret",
         '<w:color w:val="00FF00"/>'), properties="<w:shd w:val='clear' w:fill='00FF00'/>")),
         ROWS[1]), "Un Un mot."),
    Case("paragraph style", paragraph("secret", properties="<w:pStyle w:val='OffP'/>")
         + paragraph("Un mot."), "Un mot.", styles=OFF_PARAGRAPH),
    Case("paragraph based on", paragraph("secret", properties="<w:pStyle w:val='C'/>")
         + paragraph("Un mot."), "Un mot.",
         styles=OFF_PARAGRAPH + style("paragraph", "C", "", "OffP")),
    Case("web", paragraph("Un mot.", run(" secret", "<w:webHidden/>")), "Un mot."),
    Case("page number", paragraph("Un mot.", run("\t12", "<w:webHidden/>")), "Un mot.", ()),
    Case("neighbours", paragraph("Un ", run("se", VANISH), run("cret", VANISH), "mot."), "Un mot."),
    Case("two paragraphs", paragraph(run("tout", VANISH)) + paragraph(run("secret", VANISH)),
         "", (said(HIDDEN, "tout secret"),)),
    Case("flat lines", paragraph("secret", properties="<w:spacing w:line='20' "
         "w:lineRule='exact'/>") + paragraph("Un mot."), "Un mot."),
    Case("in an insertion", paragraph("Un ", INS.format(run("secret", VANISH)), "mot."), "Un mot."),
    Case("in a link", paragraph("Un ", f"<w:hyperlink w:anchor='x'>{run('secret', VANISH)}"
         "</w:hyperlink>", "mot."), "Un mot."),
    Case("in a tag", paragraph("Un ", f"<w:smartTag>{run('secret', VANISH)}</w:smartTag>", "mot."),
         "Un mot."),
    Case("in a control", paragraph("Un ", f"<w:sdt><w:sdtContent>{run('secret', VANISH)}"
         "</w:sdtContent></w:sdt>", "mot."), "Un mot."),
    Case("in a cell", table(row(cell("Un"), cell("mot ", run("secret", VANISH))),
         row(cell("a"), cell("b"))), "Un mot a b"),
    Case("table style", table(*ROWS[:1], properties=TABLE_STYLE) + paragraph("Fin."), "Fin.",
         styles=style("table", "T", VANISH)),
    Case("first row of a style", table(*ROWS, properties=TABLE_STYLE + "<w:tblLook "
         "w:val='0020'/>"), "Un mot.", styles=style("table", "T", "", more=FIRST_ROW)),
    Case("index entry", paragraph("Un mot", run("", VANISH), field(' XE "secret" '), "."),
         "Un mot.", ()),
    # -- what is shown
    on("not hidden", SHOWN),
    on("not hidden by its style", f'<w:rStyle w:val="Off"/>{SHOWN}', OFF_STYLE),
    on("not hidden in the end", '<w:rStyle w:val="B"/>',
       OFF_STYLE + style("character", "B", SHOWN, "Off")),
    on("formerly hidden", f"<w:rPrChange w:id='1' w:author='A'><w:rPr>{VANISH}</w:rPr>"
       "</w:rPrChange>"),
    on("white on black", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000000"/>'),
    on("automatic on black shading", '<w:shd w:val="clear" w:fill="000000"/>'),
    on("black on yellow", '<w:highlight w:val="yellow"/>'),
    on("white on a highlight", '<w:color w:val="FFFFFF"/><w:highlight w:val="blue"/>'),
    on("white on the colour of a theme", '<w:color w:val="FFFFFF"/>'
       '<w:shd w:val="clear" w:fill="auto" w:themeFill="accent1"/>'),
    on("white with a contour", '<w:color w:val="FFFFFF"/><w:outline/>'),
    on("black ink over white", '<w:color w:val="FFFFFF"/><w14:textFill><w14:solidFill>'
       '<w14:srgbClr w14:val="000000"/></w14:solidFill></w14:textFill>'),
    Case("white in a dark row", table("<w:tr><w:tblPrEx><w:shd w:val='clear' w:fill='000000'/>"
         "</w:tblPrEx>" + cell(run("Un", '<w:color w:val="FFFFFF"/>')) + cell("mot.") + "</w:tr>",
         ROWS[1]), "Un mot. Un mot.", ()),
    Case("white in a dark cell", table(row(*(cell(run(text, '<w:color w:val="FFFFFF"/>'),
         properties="<w:shd w:val='clear' w:fill='123456'/>") for text in ("Un", "mot.")))),
         "Un mot.", ()),
    Case("hidden end of a paragraph", paragraph("Un mot.", properties=f"<w:rPr>{VANISH}</w:rPr>"),
         "Un mot.", ()),
    Case("two levels cancel out", paragraph(run("Un mot.", '<w:rStyle w:val="Off"/>'),
         properties="<w:pStyle w:val='OffP'/>"), "Un mot.", (), styles=OFF_STYLE + OFF_PARAGRAPH),
    Case("not the first row", table(*ROWS[1:], ROWS[1], properties=TABLE_STYLE + "<w:tblLook "
         "w:val='0000'/>"), "Un mot. Un mot.", (), styles=style("table", "T", "", more=FIRST_ROW)),
    # -- tracked changes
    Case("deletion", paragraph("Un ", DEL.format(run("secret ", tag="delText")),
         INS.format(run("mot")), "."), "Un mot.", (said(DELETED, "secret"),)),
    Case("deletion in an insertion", paragraph("Un ", INS.format(DEL.format(run("secret ",
         tag="delText"))), "mot."), "Un mot.", (said(DELETED, "secret"),)),
    Case("deletion written as text", paragraph("Un ", DEL.format(run("secret ")), "mot."),
         "Un mot.", (said(DELETED, "secret"),)),
    Case("stray deletion", paragraph("Un ", run("secret ", tag="delText"), "mot."), "Un mot.",
         (said(DELETED, "secret"),)),
    Case("move", paragraph(f"<w:moveFrom w:id='3'>{run('Un mot.')}</w:moveFrom>")
         + paragraph(f"<w:moveTo w:id='4'>{run('Un mot.')}</w:moveTo>"), "Un mot.", ()),
    Case("move without arrival", paragraph(f"<w:moveFrom w:id='3'>{run('secret')}</w:moveFrom>")
         + paragraph("Un mot."), "Un mot.", (said(DELETED, "secret"),)),
    Case("row", table(ROWS[1], row(cell("secret"), cell(""), properties="<w:del w:id='1'/>"),
         ROWS[1]), "Un mot. Un mot.", (said(DELETED, "secret"),)),
    Case("cell", table(row(cell("Un"), cell("secret", properties="<w:cellDel w:id='1'/>"),
         cell("mot.")), ROWS[1]), "Un mot. Un mot.", (said(DELETED, "secret"),)),
    Case("hidden row", table(ROWS[1], row(cell("secret"), cell(""), properties="<w:hidden/>"),
         ROWS[1]), "Un mot. Un mot."),
    Case("flat row", table(ROWS[1], row(cell("secret"), cell(""), properties="<w:trHeight "
         "w:val='1' w:hRule='exact'/>"), ROWS[1]), "Un mot. Un mot."),
    Case("paragraph joined to the next", paragraph("Un ", DEL.format(run("secret",
         tag="delText")), properties="<w:rPr><w:del w:id='1'/></w:rPr>") + paragraph("mot."),
         "Un mot.", (said(DELETED, "secret"),)),
    Case("paragraph joined to nothing", table(row("<w:tc>" + paragraph("Un", properties=
         "<w:rPr><w:del w:id='1'/></w:rPr>") + "</w:tc>", cell("mot.")), ROWS[1]),
         "Un mot. Un mot.", ()),
    Case("struck", paragraph("Un ", run("secret", "<w:strike/>"), " mot."), "Un mot.",
         (said(STRUCK, "secret"),)),
    Case("struck twice", paragraph("Un ", run("secret", "<w:dstrike/>"), " mot."), "Un mot.",
         (said(STRUCK, "secret"),)),
    Case("struck by its style", paragraph("Un ", run("secret", '<w:rStyle w:val="S"/>'), " mot."),
         "Un mot.", (said(STRUCK, "secret"),), styles=style("character", "S", "<w:strike/>")),
    # -- comments and notes
    Case("comment", paragraph("<w:commentRangeStart w:id='1'/>", "Un mot.",
         "<w:commentRangeEnd w:id='1'/>", "<w:r><w:commentReference w:id='1'/></w:r>"), "Un mot.",
         (said(COMMENT, "remarque secret"),), parts={"word/comments.xml":
         f"<w:comments {NAMESPACES}><w:comment w:id='1' w:author='A'>"
         f"{paragraph('remarque ', 'secret')}</w:comment></w:comments>"}),
    Case("hidden in a note", paragraph("Un mot", "<w:r><w:footnoteReference w:id='2'/></w:r>",
         "."), "Un mot1. Notes Note vue.", parts={"word/footnotes.xml": NOTES.format(
         paragraph("Note ", run("secret", VANISH), " vue."), paragraph(""))}),
    Case("note of a hidden call", paragraph("Un mot.", f"<w:r><w:rPr>{VANISH}</w:rPr>"
         "<w:footnoteReference w:id='2'/></w:r>"), "Un mot.",
         (said("Note d’un passage écarté", "Note secret"),),
         parts={"word/footnotes.xml": NOTES.format(paragraph("Note secret"), paragraph(""))}),
    Case("note of a deleted call", paragraph("Un mot", DEL.format("<w:r><w:footnoteReference "
         "w:id='3'/></w:r>"), "<w:r><w:footnoteReference w:id='2'/></w:r>", "."),
         "Un mot1. Notes Note vue.", (said("Note d’un passage écarté", "Note secret"),),
         parts={"word/footnotes.xml": NOTES.format(paragraph("Note vue."),
         paragraph("Note secret"))}),
    # -- drawings and text boxes
    Case("hidden in a text box", paragraph("Un mot.", anchored(BOX, BOX)), "Un mot. Encadré vu."),
    Case("hidden text box", paragraph("Un mot.", anchored(paragraph("secret"),
         paragraph("secret"), hidden="1")), "Un mot."),
    Case("hidden shape", paragraph("Un mot.", "<w:r><w:pict><v:shape style='position:absolute;"
         "visibility:hidden'><v:textbox><w:txbxContent>" + paragraph("secret")
         + "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"), "Un mot."),
    Case("what older programs show", paragraph("Un ", "<mc:AlternateContent><mc:Choice "
         f"Requires='wps'>{run('mot')}</mc:Choice><mc:Fallback>{run('secret')}</mc:Fallback>"
         "</mc:AlternateContent>", "."), "Un mot.", ()),
    Case("what newer programs show", paragraph("Un ", "<mc:AlternateContent><mc:Choice "
         f"Requires='zzz'>{run('secret')}</mc:Choice><mc:Fallback>{run('mot')}</mc:Fallback>"
         "</mc:AlternateContent>", "."), "Un mot.", ()),
    Case("box of older programs", paragraph("Un mot.", anchored(paragraph("Encadré."),
         paragraph("secret"))), "Un mot. Encadré.", ()),
    Case("formula", paragraph("Un mot.", "<m:oMath xmlns:m='http://schemas.openxmlformats.org/"
         "officeDocument/2006/math'><m:r><m:t>secret</m:t></m:r></m:oMath>"), "Un mot.",
         (said("Dessin ou formule, non repris", "secret"),)),
    Case("lettering", paragraph("Un mot.", "<w:r><w:pict><v:shape><v:textpath string='secret'/>"
         "</v:shape></w:pict></w:r>"), "Un mot.",
         (said("Dessin ou formule, non repris", "secret"),)),
    Case("diagram", paragraph("Un mot."), "Un mot.",
         (said("Dessin ou formule, non repris", "secret un"),), parts={
         "word/diagrams/data1.xml": f"<d:dataModel xmlns:d='urn:d' {NAMESPACES}><a:t>secret</a:t>"
         "<a:t>un</a:t></d:dataModel>"}),
    # -- fields and controls
    Case("simple field", paragraph("Un ", f"<w:fldSimple w:instr=' REF secret '>{run('mot')}"
         "</w:fldSimple>", "."), "Un mot.", ()),
    Case("simple field that shows nothing", paragraph("Un mot.", "<w:fldSimple w:instr=' SET x '>"
         f"{run('secret')}</w:fldSimple>"), "Un mot.", (said("Code d’un champ", "secret"),)),
    Case("field that shows nothing", paragraph("Un mot.", field(" SET x ", "secret")), "Un mot.",
         (said("Code d’un champ", "secret"),)),
    Case("writing from right to left", paragraph("Un ", f"<w:dir w:val='rtl'>{run('mot')}</w:dir>",
         f"<w:bdo w:val='rtl'>{run('.')}</w:bdo>"), "Un mot.", ()),
    Case("field in the code of another", paragraph("Un ", "<w:r><w:fldChar w:fldCharType='begin'/>"
         "</w:r><w:r><w:instrText> IF </w:instrText></w:r>", field(" MERGEFIELD x ", "secret"),
         "<w:r><w:fldChar w:fldCharType='separate'/></w:r>", run("mot"),
         "<w:r><w:fldChar w:fldCharType='end'/></w:r>", "."), "Un mot.",
         (said("Code d’un champ", "secret"),)),
    Case("field", paragraph("Un ", field(" REF x ", "mot"), "."), "Un mot.", ()),
    Case("field that does not end", paragraph("Un ", "<w:r><w:fldChar w:fldCharType='begin'/>"
         "</w:r>", "mot."), "Un mot.", ()),
    Case("prompt", paragraph("Un mot. ", "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
         "<w:sdtContent>" + run("Cliquez ici pour entrer du secret") + "</w:sdtContent></w:sdt>"),
         "Un mot.",
         (said("Invite d’un champ à remplir", "Cliquez ici pour entrer du secret"),)),
    Case("control that is filled in", paragraph("Un ", "<w:sdt><w:sdtPr><w:alias w:val='secret'/>"
         "</w:sdtPr><w:sdtContent>" + run("mot.") + "</w:sdtContent></w:sdt>"), "Un mot.", ()),
]  # fmt: skip


def texts(document: ImportedDocument) -> str:
    return " ".join(
        plain_text(block.html) + block.cells + block.title + block.caption
        for block in document.blocks
    )


def published(document: ImportedDocument) -> str:
    return f"{document.title} {document.standfirst} {document.theme_names} {document.blocks}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_word_gives_what_it_shows_and_quotes_the_rest(case: Case) -> None:
    content = word_file(case.body, styles=case.styles, parts=dict(case.parts))
    document = read_document("a.docx", content)

    assert document.discarded == case.quoted
    assert document.unrecognised == ()
    assert squeezed(texts(document)) == squeezed(BODY + case.kept)
    assert "secret" not in published(document)


@pytest.mark.parametrize("by", ["defaults", "normal"])
def test_text_that_the_whole_document_hides_is_left_out(by: str) -> None:
    body = paragraph("secret") + paragraph(run("Un mot.", SHOWN))
    content = word_file(body, **{by: VANISH})  # type: ignore[arg-type]  # texts only
    document = read_document("a.docx", content)

    assert squeezed(published(document)).count("Unmot.") == 1
    assert document.discarded == (said(HIDDEN, f"{TITLE} {LONG} {BODY} secret"),)


def test_no_hidden_paragraph_is_taken_for_the_title_or_the_standfirst() -> None:
    title = "<w:pStyle w:val='Title'/>"
    before = paragraph(run("Titre secret", VANISH), properties=title)
    before += paragraph(run(f"Chapô secret. {LONG}", VANISH))
    document = read_document("a.docx", word_file("", before=before))

    assert (document.title, document.standfirst) == (TITLE, LONG)
    assert document.discarded == (said(HIDDEN, f"Titre secret Chapô secret. {LONG}"),)


def test_white_text_on_what_may_be_behind_it_is_kept_and_told() -> None:
    white = run("Un mot.", '<w:color w:val="FFFFFF"/>')
    body = paragraph(anchored(paragraph("Encadré."), paragraph("Encadré."))) + paragraph(white)
    document = read_document("a.docx", word_file(body))

    assert "Un mot." in published(document)
    assert document.unrecognised == (
        "Texte écrit en blanc, repris\u00a0: à vérifier\u00a0: «\u00a0Un mot.\u00a0»",
    )


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ('"https://a.example/" \\o "secret" \\t "_blank"', "https://a.example/"),
        ('"https://a.example/b" \\l "part2" \\o "secret"', "https://a.example/b#part2"),
        ('"https://a.example/"', "https://a.example/"),
    ],
)
def test_code_of_a_link_says_its_address_and_nothing_else(code: str, address: str) -> None:
    instruction = " HYPERLINK " + code.replace('"', "&quot;")
    body = paragraph("Lisez ", field(instruction, "le guide"), ".")
    document = read_document("a.docx", word_file(body))

    assert f'<a href="{address}">le guide</a>' in document.blocks[0].html
    assert "secret" not in repr(document)


def test_address_of_a_hidden_link_is_not_asked_for() -> None:
    link = f"<w:hyperlink r:id='x'>{run('secret', VANISH)}</w:hyperlink>"
    address = relations({"x": ("hyperlink", "https://secret.example/")})
    parts = {"word/_rels/document.xml.rels": address}
    document = read_document("a.docx", word_file(paragraph("Un mot.", link), parts=parts))

    assert document.unrecognised == ()
    assert document.discarded == (said(HIDDEN, "secret"),)


def test_properties_of_the_file_say_nothing_in_the_article() -> None:
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    said_of_it = (
        f"<c:coreProperties xmlns:c='{core}'><c:keywords>secret</c:keywords></c:coreProperties>"
    )
    parts = {"docProps/core.xml": said_of_it, "customXml/item1.xml": "<note>secret</note>"}
    imported = read_document("a.docx", word_file("", parts=parts))

    assert "secret" not in repr(imported)


def test_strict_documents_are_read_alike() -> None:
    body = paragraph(
        "Un ", run("secret ", VANISH), DEL.format(run("secret ", tag="delText")), "mot."
    )
    content = word_file(body)
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            for strict, usual in _STRICT_NAMES:
                data = data.replace(usual, strict)
            new.writestr(name, data)
    document = read_document("a.docx", file.getvalue())

    assert squeezed(texts(document)) == squeezed(f"{BODY} Un mot.")
    assert document.discarded == (said(HIDDEN, "secret"), said(DELETED, "secret"))


def test_white_text_that_the_style_of_a_table_shades_elsewhere_is_told() -> None:
    shades = "<w:tblStylePr w:type='firstRow'><w:tcPr><w:shd w:val='clear' w:fill='000000'/>"
    styles = style("table", "T", "", more=f"{shades}</w:tcPr></w:tblStylePr>")
    white = run("Un", '<w:color w:val="FFFFFF"/>')
    rows = row(cell(white), cell("b")), row(cell(white + run(" mot.")), cell("d"))
    properties = f"{TABLE_STYLE}<w:tblLook w:val='0020'/>"
    document = read_document(
        "a.docx", word_file(table(*rows, properties=properties), styles=styles)
    )

    assert "mot." in published(document)
    assert document.unrecognised == (
        "Texte écrit en blanc, repris\u00a0: à vérifier\u00a0: «\u00a0Un\u00a0»",
    )
