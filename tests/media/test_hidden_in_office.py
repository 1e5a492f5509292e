"""Word, Excel and PowerPoint: nothing of their authors goes out, and what is hidden is told."""

from io import BytesIO

import docx as python_docx
import openpyxl
import pytest
from docx.shared import Inches
from PIL import Image as Pillow

from media.cleaning.files import clean
from media.cleaning.findings import Refused
from tests.media.office_files import (
    MICROSOFT_REL,
    P,
    R,
    W,
    X,
    docx,
    office,
    paragraph,
    pptx,
    rels,
    row,
    shape,
    slide,
    unzipped,
    xlsx,
    zipped,
)

AUTHOR = b"Durand"
Links = tuple[tuple[str, ...], ...]


def cleaned(content: bytes, extension: str) -> tuple[bytes, list[str]]:
    target = BytesIO()
    found = clean(BytesIO(content), target, extension, "Titre montré")
    return target.getvalue(), found.sentences()


def told(content: bytes, extension: str) -> str:
    """Returns one line for each thing that is hidden, without the advice."""
    return "\n".join(cleaned(content, extension)[1])


def all_bytes(package: bytes) -> bytes:
    return b"\n".join(name.encode() + content for name, content in unzipped(package).items())


def photograph() -> bytes:
    exif = Pillow.Exif()
    exif[0x010F] = AUTHOR.decode()
    buffer = BytesIO()
    Pillow.effect_noise((60, 40), 50).save(buffer, "JPEG", exif=exif, comment=AUTHOR)
    return buffer.getvalue()


# --- Metadata ---

CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Durand</dc:creator>'
    "<dc:title>Brouillon de Durand</dc:title><dc:language>fr-FR</dc:language>"
    "<cp:lastModifiedBy>Durand</cp:lastModifiedBy><cp:revision>12</cp:revision>"
    "<cp:keywords>Durand</cp:keywords></cp:coreProperties>"
)
AFFAIRS: dict[str, str | bytes] = {
    "docProps/core.xml": CORE,
    "docProps/app.xml": "<Properties><Company>Durand</Company><Manager>Durand</Manager>"
    "<Template>C:/Users/Durand/Normal.dotm</Template></Properties>",
    "docProps/custom.xml": "<Properties><property>Durand</property></Properties>",
    "docProps/thumbnail.jpeg": photograph(),
    "customXml/item1.xml": "<fiche>Durand</fiche>",
    "docMetadata/LabelInfo.xml": "<labels>Durand</labels>",
}
CORE_REL = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
ROOT_LINKS = (
    ("rCore", CORE_REL, "docProps/core.xml"),
    ("rApp", "extended-properties", "docProps/app.xml"),
    ("rCustom", "custom-properties", "docProps/custom.xml"),
    ("rThumb", "http://x/metadata/thumbnail", "docProps/thumbnail.jpeg"),
    ("rLabel", "http://x/2020/02/relationships/classificationlabels", "docMetadata/LabelInfo.xml"),
)


def test_word_document_says_nothing_of_its_author() -> None:
    picture = (
        '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="C:\\Users\\Durand\\a.png" '
        'descr="C:\\Users\\Durand\\a.png"/><a:graphic><a:graphicData><pic:pic><pic:nvPicPr>'
        '<pic:cNvPr id="1" name="Durand confidentiel.JPG"/></pic:nvPicPr><pic:blipFill>'
        '<a:blip r:embed="rImg"><a:extLst><a:ext uri="x"><a14:imgProps><a14:imgLayer '
        'r:embed="rOriginal"/></a14:imgProps></a:ext></a:extLst></a:blip></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    shown = (
        '<w:sdt><w:sdtPr><w:dataBinding w:xpath="x"/></w:sdtPr><w:sdtContent>'
        + paragraph("Par le réseau")
        + '</w:sdtContent></w:sdt><w:p><w:fldSimple w:instr=" AUTHOR "><w:r><w:t>Le réseau</w:t>'
        "</w:r></w:fldSimple></w:p>"
    )
    content = docx(
        paragraph("Bonjour") + shown + picture,
        (
            ("rSettings", "settings", "settings.xml"),
            ("rPeople", "http://x/2011/relationships/people", "people.xml"),
            ("rXml", "customXml", "../customXml/item1.xml"),
            ("rImg", "image", "media/image1.jpeg"),
            ("rOriginal", "http://x/2007/relationships/hdphoto", "media/hdphoto1.wdp"),
            ("rGlossary", "glossaryDocument", "glossary/document.xml"),
        ),
        {
            **AFFAIRS,
            "word/settings.xml": f'<w:settings {W} {R}><w:attachedTemplate r:id="rTemplate"/>'
            '<w:docVars><w:docVar w:name="a" w:val="Durand"/></w:docVars>'
            '<w:mailMerge><w:connectString w:val="Durand"/></w:mailMerge></w:settings>',
            "word/_rels/settings.xml.rels": rels(
                ("rTemplate", "attachedTemplate", "file:///C:/Users/Durand/N.dotm", "External")
            ),
            "word/people.xml": "<people>Durand</people>",
            "word/media/image1.jpeg": photograph(),
            "word/media/hdphoto1.wdp": b"before it was retouched, Durand",
            "word/glossary/document.xml": f"<w:glossaryDocument {W}>Durand</w:glossaryDocument>",
            "word/forgotten.xml": "<p>Durand</p>",
        },
        root_links=ROOT_LINKS,
    )
    result, hidden = cleaned(content, "docx")

    assert hidden == []
    assert AUTHOR not in all_bytes(result)
    files = unzipped(result)
    assert "Titre montré".encode() in files["docProps/core.xml"]
    assert b"fr-FR" in files["docProps/core.xml"]
    assert "Par le réseau".encode() in files["word/document.xml"]
    assert b'fldLock="1"' in files["word/document.xml"]
    # Nothing names what is gone, or programs would call the file damaged.
    assert b"imgLayer" not in files["word/document.xml"]
    assert b"attachedTemplate" not in files["word/settings.xml"]
    assert b"thumbnail" not in files["_rels/.rels"]
    assert b"people" not in files["[Content_Types].xml"]
    text = [p.text for p in python_docx.Document(BytesIO(result)).paragraphs]
    assert text[0] == "Bonjour"
    with Pillow.open(BytesIO(files["word/media/image1.jpeg"])) as read:
        assert not read.getexif() and read.size == (60, 40)


def test_workbook_says_nothing_of_its_author() -> None:
    workbook = (
        '<fileSharing userName="Durand"/><mc:AlternateContent '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice '
        'Requires="x15"><x15ac:absPath xmlns:x15ac="http://x" url="C:\\Users\\Durand\\"/>'
        "</mc:Choice></mc:AlternateContent>"
    )
    content = xlsx(
        row("Bonjour"),
        workbook=workbook,
        sheet_links=(("rPrinter", "printerSettings", "../printerSettings/p1.bin"),),
        files={"xl/printerSettings/p1.bin": b"Imprimante de Durand"},
    )
    result, hidden = cleaned(content, "xlsx")

    assert hidden == []
    assert AUTHOR not in all_bytes(result)
    assert b"rPrinter" not in all_bytes(result)
    assert openpyxl.load_workbook(BytesIO(result))["Bilan"]["A1"].value == "Bonjour"


def test_presentation_says_nothing_of_its_author() -> None:
    content = pptx(
        slide(shape("Bonjour", holder="title")),
        links=(
            ("rChanges", f"{MICROSOFT_REL}/changesInfo", "changesInfos/changesInfo1.xml"),
            ("rRevision", f"{MICROSOFT_REL}/revisionInfo", "revisionInfo.xml"),
        ),
        files={
            "ppt/changesInfos/changesInfo1.xml": "<chgInfo name='Durand'/>",
            "ppt/revisionInfo.xml": "<revInfo>Durand</revInfo>",
        },
    )
    result, hidden = cleaned(content, "pptx")

    assert hidden == []
    assert AUTHOR not in all_bytes(result)


def test_documents_of_real_programs_still_open() -> None:
    document = python_docx.Document()
    document.core_properties.author = AUTHOR.decode()
    document.add_heading("Un titre")
    document.add_picture(BytesIO(photograph()), width=Inches(1))
    document.add_table(2, 2).cell(0, 0).text = "Une cellule"
    buffer = BytesIO()
    document.save(buffer)
    workbook = openpyxl.Workbook()
    workbook.properties.creator = AUTHOR.decode()
    workbook["Sheet"].append(["année", 2025, 3.5])
    other = BytesIO()
    workbook.save(other)

    for content, extension in ((buffer.getvalue(), "docx"), (other.getvalue(), "xlsx")):
        result, hidden = cleaned(content, extension)
        assert hidden == []
        assert AUTHOR not in all_bytes(result)
        again, _ = cleaned(result, extension)
        assert again == result  # cleaning what is clean changes nothing
        if extension == "docx":
            read = python_docx.Document(BytesIO(result))
            assert read.paragraphs[0].text == "Un titre" and len(read.inline_shapes) == 1
            assert read.tables[0].cell(0, 0).text == "Une cellule"
        else:
            values = openpyxl.load_workbook(BytesIO(result))["Sheet"].iter_rows(values_only=True)
            assert list(values) == [("année", 2025, 3.5)]


# --- Hidden in Word ---

STYLES = (
    f"<w:styles {W}>"
    '<w:style w:type="character" w:styleId="Cache"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Derive"><w:basedOn w:val="Cache"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="PCache"><w:rPr><w:vanish w:val="true"/></w:rPr>'
    '</w:style><w:style w:type="paragraph" w:styleId="Boucle"><w:basedOn w:val="Boucle"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Fond"><w:pPr><w:shd w:fill="000000"/></w:pPr></w:style>'
    "</w:styles>"
)
STYLED: Links = (("rStyles", "styles", "styles.xml"),)


@pytest.mark.parametrize(
    ("properties", "of_paragraph"),
    [
        ("<w:vanish/>", ""),
        ('<w:vanish w:val="1"/>', ""),
        ("<w:specVanish/>", ""),
        ('<w:rStyle w:val="Cache"/>', ""),
        ('<w:rStyle w:val="Derive"/>', ""),
        ("", '<w:pStyle w:val="PCache"/>'),
        ('<w:color w:val="FFFFFF"/>', ""),
        ('<w:sz w:val="2"/>', ""),
    ],
)
def test_text_that_word_does_not_show_is_quoted(properties: str, of_paragraph: str) -> None:
    body = paragraph("Montré") + paragraph("Avis réservé", properties, of_paragraph)

    said = told(docx(body, STYLED, {"word/styles.xml": STYLES}), "docx")

    assert "«\u00a0Avis réservé\u00a0»" in said and "Montré" not in said


@pytest.mark.parametrize(
    ("properties", "of_paragraph"),
    [
        ('<w:vanish w:val="0"/>', '<w:pStyle w:val="PCache"/>'),
        ('<w:vanish w:val="false"/>', ""),
        ("<w:webHidden/>", ""),
        ('<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>', ""),
        ('<w:color w:val="FFFFFF"/>', '<w:pStyle w:val="Fond"/>'),
        ("", '<w:pStyle w:val="Boucle"/>'),
    ],
)
def test_text_that_word_shows_is_not_told(properties: str, of_paragraph: str) -> None:
    content = docx(
        paragraph("Montré", properties, of_paragraph), STYLED, {"word/styles.xml": STYLES}
    )

    assert told(content, "docx") == ""


def test_table_that_its_style_hides_is_told() -> None:
    styles = (
        f'<w:styles {W}><w:style w:type="table" w:styleId="T"><w:rPr><w:vanish/></w:rPr></w:style>'
        "</w:styles>"
    )
    table = '<w:tbl><w:tblPr><w:tblStyle w:val="T"/></w:tblPr><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>'
    for cell, is_told in (
        (paragraph("Avis"), True),
        (paragraph("a", '<w:vanish w:val="0"/>'), False),
    ):
        content = docx(table.format(cell), STYLED, {"word/styles.xml": styles})
        assert ("texte masqué" in told(content, "docx")) == is_told


def test_hidden_runs_that_follow_each_other_are_one_passage() -> None:
    run = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>{}</w:t></w:r>"

    said = told(docx(f"<w:p>{run.format('mot ')}{run.format('secret')}</w:p>"), "docx")

    assert said.startswith("1 passage en texte masqué") and "mot secret" in said


@pytest.mark.parametrize(
    ("kind", "section", "settings", "is_told"),
    [
        ("first", "", "", True),
        ("first", "<w:titlePg/>", "", False),
        ("even", "", "", True),
        ("even", "", "<w:evenAndOddHeaders/>", False),
        ("default", "", "", False),
    ],
)
def test_header_that_no_page_has_is_told(
    kind: str, section: str, settings: str, is_told: bool
) -> None:
    content = docx(
        f'<w:sectPr><w:headerReference w:type="{kind}" r:id="rHead"/>{section}</w:sectPr>',
        (("rHead", "header", "header1.xml"), ("rSettings", "settings", "settings.xml")),
        {
            "word/header1.xml": f"<w:hdr {W}>{paragraph('Avis réservé')}</w:hdr>",
            "word/settings.xml": f"<w:settings {W}>{settings}</w:settings>",
        },
    )
    assert ("Avis réservé" in told(content, "docx")) == is_told


def test_every_part_with_text_is_read() -> None:
    hidden = paragraph("Avis réservé", "<w:vanish/>")
    for name, kind, tag in (("header1", "header", "hdr"), ("footnotes", "footnotes", "footnotes")):
        part = f"<w:{tag} {W}>{hidden}</w:{tag}>"
        content = docx(
            paragraph("Montré"), (("rPart", kind, f"{name}.xml"),), {f"word/{name}.xml": part}
        )
        assert "Avis réservé" in told(content, "docx"), name


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "<w:p><w:del w:author='Durand'><w:r><w:delText>licencier</w:delText></w:r></w:del>"
            "<w:ins w:author='Durand' w:date='2026-01-01T00:00:00Z'><w:r><w:t>garder</w:t></w:r>"
            "</w:ins></w:p>",
            [
                "1 texte supprimé",
                "«\u00a0licencier\u00a0»",
                "1 texte ajouté",
                "«\u00a0garder\u00a0»",
            ],
        ),
        (
            "<w:p><w:moveFrom w:author='Durand'><w:r><w:t>ancien</w:t></w:r></w:moveFrom></w:p>",
            ["1 texte supprimé", "ancien"],
        ),
        (
            "<w:p><w:pPr><w:pPrChange w:author='Durand'><w:pPr/></w:pPrChange></w:pPr></w:p>",
            ["1 modification suivie de la mise en forme"],
        ),
        (
            "<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>"
            + paragraph("Salaires")
            + "</w:tc></w:tr></w:tbl>",
            ["Salaires"],
        ),
        (
            "<w:p><w:fldSimple w:instr=' IF 1 = 1 &quot;oui&quot; &quot;avis réservé&quot; '/>"
            "</w:p>",
            ["1 champ dont le code", "avis réservé"],
        ),
        (
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText> INCLUDETEXT '
            '"C:\\\\Users\\\\Durand\\\\note.docx" </w:instrText><w:fldChar w:fldCharType="end"/>'
            "</w:r></w:p>",
            ["1 champ qui nomme un fichier", "Durand"],
        ),
        (
            '<w:p><w:r><w:pict><v:shape style="visibility:hidden"><v:textbox><w:txbxContent>'
            + paragraph("Avis réservé")
            + "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>",
            ["1 forme ou image masquée", "Avis réservé"],
        ),
        (
            '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="Plan" hidden="1"/>'
            "</wp:inline></w:drawing></w:r></w:p>",
            ["1 forme ou image masquée", "Plan"],
        ),
        (
            '<w:p><w:r><w:drawing><pic:pic><pic:blipFill><a:srcRect l="25000"/></pic:blipFill>'
            "</pic:pic></w:drawing></w:r></w:p>",
            ["1 image rognée"],
        ),
    ],
)
def test_what_word_keeps_beside_the_text_is_told(body: str, expected: list[str]) -> None:
    result, hidden = cleaned(docx(body), "docx")

    assert all(each in "\n".join(hidden) for each in expected)
    assert b'"Durand"' not in unzipped(result)["word/document.xml"]


def test_comments_are_counted_and_quoted_without_their_authors() -> None:
    comments = "".join(
        f'<w:comment w:id="{n}" w:author="Durand" w:initials="D">{paragraph(text)}</w:comment>'
        for n, text in enumerate(("À revoir", "Trop cher", "Non"))
    )
    content = docx(
        paragraph("Bonjour"),
        (("rComments", "comments", "comments.xml"),),
        {"word/comments.xml": f"<w:comments {W}>{comments}</w:comments>"},
    )
    result, hidden = cleaned(content, "docx")

    assert hidden[0].startswith(
        "3 commentaires de relecture, par exemple "
        "«\u00a0À revoir\u00a0» et «\u00a0Trop cher\u00a0»."
    )
    assert "Révision\u00a0› Supprimer" in hidden[0]
    assert AUTHOR not in all_bytes(result)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (("r1", "hyperlink", "file:///C:/Users/Durand/a.xlsx", "External"), "lien vers un fichier"),
        (("r1", "hyperlink", "\\\\serveur\\partage\\a.xlsx", "External"), "lien vers un fichier"),
        (("r1", "image", "https://ailleurs.example/a.png", "External"), "reste hors du fichier"),
        (("r1", "hyperlink", "https://ailleurs.example/", "External"), ""),
        (("r1", "hyperlink", "mailto:a@example.org", "External"), ""),
    ],
)
def test_links_to_the_author_s_files_are_told(link: tuple[str, ...], expected: str) -> None:
    said = told(docx(paragraph("Bonjour"), (link,)), "docx")

    assert expected in said and bool(said) == bool(expected)


def test_embedded_documents_are_told_and_read() -> None:
    workbook = xlsx(row("Bonjour"), state="hidden")
    content = docx(
        paragraph("Bonjour"),
        (
            ("rBook", "package", "embeddings/Classeur1.xlsx"),
            ("rOle", "oleObject", "embeddings/o.bin"),
        ),
        {"word/embeddings/Classeur1.xlsx": workbook, "word/embeddings/o.bin": b"\xd0\xcf\x11\xe0"},
    )
    said = told(content, "docx")

    assert "2 documents incorporés" in said
    assert "feuille masquée" in said and "dans un document incorporé" in said


def chart(*values: str) -> str:
    said = "".join(f"<c:pt><c:v>{value}</c:v></c:pt>" for value in values)
    return f'<c:chartSpace xmlns:c="http://schemas/chart">{said}</c:chartSpace>'


@pytest.mark.parametrize(
    ("shown", "is_told"),
    [(("Année", "2025", "12.50"), False), (("Année", "2025"), True), ((), True)],
)
def test_chart_whose_workbook_says_more_is_told(shown: tuple[str, ...], is_told: bool) -> None:
    workbook = xlsx(
        row("Année") + '<row r="2"><c r="A2"><v>2025</v></c><c r="B2"><v>12.5</v></c></row>'
    )
    content = docx(
        paragraph("Bonjour"),
        (("rChart", "chart", "charts/chart1.xml"),),
        {
            "word/charts/chart1.xml": chart(*shown),
            "word/charts/_rels/chart1.xml.rels": rels(("r1", "package", "../embeddings/b.xlsx")),
            "word/embeddings/b.xlsx": workbook,
        },
    )
    assert ("graphique dont le classeur contient autre chose" in told(content, "docx")) == is_told


# --- Hidden in Excel ---


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (lambda: xlsx(row("a"), state="hidden"), "1 feuille masquée\u00a0: «\u00a0Paie\u00a0»"),
        (lambda: xlsx(row("a"), state="veryHidden"), "1 feuille masquée par un programme"),
        (
            lambda: xlsx(row("Avis", properties='hidden="1"')),
            "1 ligne masquée ou filtrée\u00a0: «\u00a0Avis",
        ),
        (lambda: xlsx(row("Avis", properties='ht="0" customHeight="1"')), "1 ligne masquée"),
        (lambda: xlsx(row("Avis"), of_sheet='<sheetFormatPr zeroHeight="1"/>'), "1 ligne masquée"),
        (
            lambda: xlsx(
                row("a", "Avis"), of_sheet='<cols><col min="2" max="9" hidden="1"/></cols>'
            ),
            "1 colonne masquée\u00a0: «\u00a0Avis",
        ),
        (
            lambda: xlsx(
                row("a", "Avis"), of_sheet='<cols><col min="2" max="2" width="0"/></cols>'
            ),
            "1 colonne masquée",
        ),
        (
            lambda: xlsx(
                '<row r="1" hidden="1"><c r="A1" t="s"><v>1</v></c></row>',
                links=(("rS", "sharedStrings", "sharedStrings.xml"),),
                files={
                    "xl/sharedStrings.xml": f"<sst {X}><si><t>a</t></si><si><r><t>Av</t></r><r>"
                    "<t>is</t></r></si></sst>"
                },
            ),
            "«\u00a0Avis\u00a0»",
        ),
    ],
)
def test_what_excel_does_not_show_is_told(content: object, expected: str) -> None:
    assert expected in told(content(), "xlsx")  # type: ignore[operator]


@pytest.mark.parametrize("format_code", [";;;", "; ;", '"";"";""'])
def test_values_that_their_format_hides_are_told(format_code: str) -> None:
    code = format_code.replace('"', "&quot;")
    styles = (
        f'<styleSheet {X}><numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs></styleSheet>'
    )
    content = xlsx(
        '<row r="1"><c r="A1" s="1"><v>38000</v></c><c r="B1" s="0"><v>12</v></c></row>',
        links=(("rStyles", "styles", "styles.xml"),),
        files={"xl/styles.xml": styles},
    )
    said = told(content, "xlsx")

    assert said.startswith("1 valeur que le format") and "38000" in said


def test_hidden_names_are_told_and_those_of_filters_are_not() -> None:
    names = (
        '<definedNames><definedName name="Salaire" hidden="1">38000</definedName>'
        '<definedName name="_xlnm._FilterDatabase" hidden="1">Bilan!$A$1</definedName>'
        '<definedName name="Montre">12</definedName></definedNames>'
    )
    said = told(xlsx(row("a"), workbook=names), "xlsx")

    assert said.startswith("1 nom défini masqué\u00a0: «\u00a0Salaire = 38000\u00a0»")


def test_empty_hidden_rows_and_columns_are_no_secret() -> None:
    content = xlsx(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="A2" s="1"/></row>',
        of_sheet='<cols><col min="3" max="16384" hidden="1"/></cols>',
    )
    assert told(content, "xlsx") == ""


def test_data_behind_a_workbook_is_told() -> None:
    content = xlsx(
        row("Bonjour"),
        links=(
            ("rPivot", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),
            ("rLink", "externalLink", "externalLinks/externalLink1.xml"),
            ("rConnections", "connections", "connections.xml"),
            ("rModel", "http://x/2011/relationships/powerPivotData", "model/item.data"),
        ),
        files={
            "xl/pivotCache/pivotCacheDefinition1.xml": f"<pivotCacheDefinition {X} "
            'refreshedBy="Durand"/>',
            "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": rels(
                ("r1", "pivotCacheRecords", "pivotCacheRecords1.xml")
            ),
            "xl/pivotCache/pivotCacheRecords1.xml": f"<pivotCacheRecords {X}/>",
            "xl/externalLinks/externalLink1.xml": f"<externalLink {X}/>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": rels(
                ("r1", "externalLinkPath", "file:///C:/Paie.xlsx", "External")
            ),
            "xl/connections.xml": f'<connections {X}><connection name="Base RH"/></connections>',
            "xl/model/item.data": b"data",
        },
    )
    result, hidden = cleaned(content, "xlsx")

    said = "\n".join(hidden)
    for expected in ("1 tableau croisé", "autre classeur", "Paie.xlsx", "Base RH", "1 modèle"):
        assert expected in said
    assert AUTHOR not in all_bytes(result)


def test_notes_of_a_sheet_are_told_without_their_authors() -> None:
    note = '<comment ref="A1" authorId="0"><text><t>À revoir</t></text></comment>'
    content = xlsx(
        row("Bonjour"),
        sheet_links=(("rNotes", "comments", "../comments1.xml"),),
        files={
            "xl/comments1.xml": f"<comments {X}><authors><author>Durand</author></authors>"
            f"<commentList>{note}</commentList></comments>"
        },
    )
    result, hidden = cleaned(content, "xlsx")

    assert hidden[0].startswith("1 commentaire ou note\u00a0: «\u00a0À revoir\u00a0»")
    assert AUTHOR not in all_bytes(result)


def test_thread_of_comments_is_told_once() -> None:
    """Excel keeps a copy of its first comment for older programs."""
    copy = '<comment ref="A1" authorId="0"><text><t>À revoir</t></text></comment>'
    person = '<person displayName="Durand" id="{P}" userId="durand@x.fr" providerId="AD"/>'
    content = xlsx(
        row("Bonjour"),
        links=(("rPeople", "http://x/2017/10/relationships/person", "persons/person.xml"),),
        sheet_links=(
            ("rNotes", "comments", "../comments1.xml"),
            (
                "rThread",
                "http://x/2017/10/relationships/threadedComment",
                "../threadedcomments1.xml",
            ),
        ),
        files={
            "xl/comments1.xml": f"<comments {X}><authors><author>tc={{1}}</author></authors>"
            f"<commentList>{copy}</commentList></comments>",
            "xl/threadedcomments1.xml": '<ThreadedComments><threadedComment personId="{P}">'
            "<text>À revoir</text></threadedComment></ThreadedComments>",
            "xl/persons/person.xml": f"<personList>{person}</personList>",
        },
    )
    result, hidden = cleaned(content, "xlsx")

    assert hidden[0].startswith("1 commentaire ou note\u00a0: «\u00a0À revoir\u00a0»")
    assert AUTHOR not in all_bytes(result) and b"durand" not in all_bytes(result)
    assert b"tc={1}" in all_bytes(result) and b'id="{P}"' in all_bytes(result)


# --- Hidden in PowerPoint ---


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            lambda: pptx(
                slide(shape("a")), slide(shape("Plan B", holder="title"), attributes='show="0"')
            ),
            "1 diapositive masquée\u00a0: «\u00a0Plan B\u00a0»",
        ),
        (
            lambda: pptx(slide(shape("a")), slide(shape("Plan B")), listed=(1,)),
            "1 diapositive masquée\u00a0: «\u00a0Plan B\u00a0»",
        ),
        (lambda: pptx(slide(shape("Avis", x=9_200_000))), "1 texte ou image à côté"),
        (lambda: pptx(slide(shape("Avis", x=-5000))), "1 texte ou image à côté"),
        (
            lambda: pptx(slide(shape("Avis", hidden="1"))),
            "1 forme ou image masquée\u00a0: «\u00a0Avis",
        ),
    ],
)
def test_what_powerpoint_does_not_show_is_told(content: object, expected: str) -> None:
    assert expected in told(content(), "pptx")  # type: ignore[operator]


BLACK = "<a:solidFill><a:srgbClr val='000000'/></a:solidFill>"
GLASS = "<a:solidFill><a:srgbClr val='000000'><a:alpha val='40000'/></a:srgbClr></a:solidFill>"


@pytest.mark.parametrize(
    ("shapes", "is_told"),
    [
        (shape("Avis") + shape("", fill=BLACK), True),
        (shape("Avis") + shape("", fill="<a:noFill/>"), False),
        (shape("Avis") + shape("", fill=GLASS), False),
        (shape("Avis") + shape("", x=500, fill=BLACK), False),  # a part of it is seen
        (shape("", fill=BLACK) + shape("Avis"), False),
    ],
)
def test_text_under_a_shape_is_told(shapes: str, is_told: bool) -> None:
    assert ("entièrement caché sous une forme" in told(pptx(slide(shapes)), "pptx")) == is_told


@pytest.mark.parametrize(("words", "is_told"), [("Ne pas dire", True), ("", False)])
def test_notes_of_the_speaker_are_told_where_there_are_any(words: str, is_told: bool) -> None:
    page = slide(shape("3", holder="sldNum") + shape(words, holder="body"), tag="notes")
    content = pptx(
        slide(shape("a")),
        slide_links=(("rNotes", "notesSlide", "../notesSlides/notesSlide1.xml"),),
        files={"ppt/notesSlides/notesSlide1.xml": page},
    )
    assert ("Ne pas dire" in told(content, "pptx")) == is_told
    assert bool(told(content, "pptx")) == is_told


def test_comments_of_slides_are_told_without_their_authors() -> None:
    content = pptx(
        slide(shape("a")),
        links=(("rAuthors", "commentAuthors", "commentAuthors.xml"),),
        slide_links=(("rComments", "comments", "../comments/comments1.xml"),),
        files={
            "ppt/commentAuthors.xml": f'<p:cmAuthorLst {P}><p:cmAuthor id="0" name="Durand" '
            'initials="D"/></p:cmAuthorLst>',
            "ppt/comments/comments1.xml": f"<p:cmLst {P}><p:cm><p:text>À revoir</p:text></p:cm>"
            "</p:cmLst>",
        },
    )
    result, hidden = cleaned(content, "pptx")

    assert hidden[0].startswith("1 commentaire de relecture\u00a0: «\u00a0À revoir\u00a0»")
    assert AUTHOR not in all_bytes(result)


# --- Refused and left ---


def refusal(content: bytes, extension: str) -> str:
    with pytest.raises(Refused) as refused:
        clean(BytesIO(content), BytesIO(), extension, "")
    return str(refused.value)


def test_macros_are_refused_under_any_name() -> None:
    macro_type = "application/vnd.ms-word.document.macroEnabled.main+xml"
    body = f"<w:document {W}><w:body/></w:document>"
    link = ("rVba", "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vba.bin")

    assert "macros" in refusal(office("docx", body, main_type=macro_type), "docx")
    assert "macros" in refusal(office("docx", body, (link,), {"word/vba.bin": b"x"}), "docx")


def test_signed_document_stays_as_it_is_and_says_so() -> None:
    content = docx(
        paragraph("Bonjour"),
        files={"docProps/core.xml": CORE, "_xmlsignatures/sig1.xml": "<Signature/>"},
        root_links=(("rCore", CORE_REL, "docProps/core.xml"),),
    )
    result, hidden = cleaned(content, "docx")

    assert result == content
    assert "1 signature électronique" in hidden[0]


def test_strict_documents_are_read_alike() -> None:
    """Office's other vocabulary has names in other spaces."""
    content = docx(paragraph("Avis réservé", "<w:vanish/>"))
    strict = {
        name: part.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, part in unzipped(content).items()
    }
    assert "Avis réservé" in told(zipped(strict), "docx")
