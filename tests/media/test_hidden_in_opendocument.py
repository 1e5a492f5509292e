"""OpenDocument: nothing of its authors goes out, and what is hidden is told."""

import zipfile
from io import BytesIO

import pytest

from media.cleaning.files import clean
from media.cleaning.findings import Refused
from tests.media.office_files import meta, opendocument, settings, unzipped

AUTHOR = b"Durand"


def cleaned(content: bytes, extension: str) -> tuple[bytes, list[str]]:
    target = BytesIO()
    found = clean(BytesIO(content), target, extension, "Titre montré")
    return target.getvalue(), found.sentences()


def told(content: bytes, extension: str) -> str:
    return "\n".join(cleaned(content, extension)[1])


def all_bytes(package: bytes) -> bytes:
    return b"\n".join(name.encode() + content for name, content in unzipped(package).items())


def style(name: str, family: str, properties: str, *, parent: str = "") -> str:
    based = f' style:parent-style-name="{parent}"' if parent else ""
    return (
        f'<style:style style:name="{name}" style:family="{family}"{based}>{properties}'
        "</style:style>"
    )


def test_document_says_nothing_of_its_author() -> None:
    content = opendocument(
        "odt",
        "<text:p>Bonjour</text:p><draw:image xlink:href='Pictures/a.png'/>",
        files={
            "meta.xml": meta(
                "<meta:initial-creator>Durand</meta:initial-creator><dc:creator>Durand</dc:creator>"
                "<dc:title>Brouillon de Durand</dc:title><dc:language>fr-FR</dc:language>"
                "<meta:editing-cycles>12</meta:editing-cycles>"
            ),
            "settings.xml": settings(
                '<config:config-item config:name="PrinterName">Durand</config:config-item>'
                '<config:config-item config:name="PrinterSetup">RHV Durand</config:config-item>'
                '<config:config-item config:name="ShowRedlineChanges">true</config:config-item>'
            ),
            "Thumbnails/thumbnail.png": b"Durand",
            "Configurations2/images/a.xml": "<a>Durand</a>",
            "Versions/1.xml": "<p>Durand</p>",
            "VersionList.xml": "<a>Durand</a>",
            "manifest.rdf": "<rdf>Durand</rdf>",
            "Pictures/a.png": b"a picture",
            "Pictures/former.png": b"Durand",
            "Object 1/meta.xml": meta("<dc:creator>Durand</dc:creator>"),
            "Object 1/content.xml": "<a/>",
        },
        types={"Object 1/": "application/vnd.oasis.opendocument.chart"},
    )
    result, hidden = cleaned(content, "odt")

    assert hidden == []
    assert AUTHOR not in all_bytes(result)
    files = unzipped(result)
    assert "Titre montré".encode() in files["meta.xml"] and b"fr-FR" in files["meta.xml"]
    assert b"ShowRedlineChanges" in files["settings.xml"]
    assert "Pictures/a.png" in files and "Pictures/former.png" not in files
    assert b"Thumbnails" not in files["META-INF/manifest.xml"]
    with zipfile.ZipFile(BytesIO(result)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert cleaned(result, "odt") == (result, [])


HIDDEN = '<style:text-properties text:display="none"/>'


@pytest.mark.parametrize(
    ("body", "styles", "expected"),
    [
        (
            "<text:p>Bonjour <text:span text:style-name='T2'>avis</text:span></text:p>",
            style("T1", "text", HIDDEN) + style("T2", "text", "", parent="T1"),
            "1 passage en texte masqué\u00a0: «\u00a0avis",
        ),
        (
            "<text:p text:style-name='P1'>avis</text:p>",
            style("P1", "paragraph", HIDDEN),
            "1 passage en texte masqué",
        ),
        ("<text:section text:display='none'><text:p>avis</text:p></text:section>", "", "avis"),
        ("<text:p><text:hidden-text text:string-value='avis'/></text:p>", "", "avis"),
        ("<text:p>avis<text:hidden-paragraph text:is-hidden='true'/></text:p>", "", "avis"),
        (
            "<text:p><text:conditional-text text:string-value-if-true='a' "
            "text:string-value-if-false='avis'>a</text:conditional-text></text:p>",
            "",
            "1 champ dont le code contient autre chose que ce qu’il montre\u00a0: «\u00a0avis",
        ),
        (
            "<text:p text:style-name='P1'>avis</text:p>",
            style("P1", "paragraph", '<style:text-properties fo:color="#ffffff"/>'),
            "blanc sur blanc",
        ),
        (
            "<text:p>a<office:annotation><dc:creator>Durand</dc:creator><text:p>À revoir</text:p>"
            "</office:annotation></text:p>",
            "",
            "1 commentaire de relecture\u00a0: «\u00a0À revoir\u00a0»",
        ),
        (
            "<text:tracked-changes><text:changed-region><text:deletion><office:change-info>"
            "<dc:creator>Durand</dc:creator></office:change-info><text:p>licencier</text:p>"
            "</text:deletion></text:changed-region><text:changed-region><text:insertion/>"
            "</text:changed-region></text:tracked-changes>",
            "",
            "encore lisible\u00a0: «\u00a0licencier\u00a0»",
        ),
        (
            "<text:p><text:a xlink:href='../Durand/a.odt'>a</text:a></text:p>",
            "",
            "1 lien vers un fichier de votre ordinateur",
        ),
        (
            "<draw:frame draw:style-name='G1'/>",
            style(
                "G1", "graphic", '<style:graphic-properties fo:clip="rect(0cm, 1.5cm, 0cm, 0cm)"/>'
            ),
            "1 image rognée",
        ),
    ],
)
def test_what_writer_does_not_show_is_told(body: str, styles: str, expected: str) -> None:
    result, hidden = cleaned(opendocument("odt", body, styles=styles), "odt")

    assert expected in "\n".join(hidden)
    assert b">Durand<" not in all_bytes(result)


@pytest.mark.parametrize(
    ("body", "styles"),
    [
        ("<text:p text:style-name='P1'>a</text:p>", style("P1", "paragraph", "", parent="P1")),
        ("<text:section text:display='true'><text:p>a</text:p></text:section>", ""),
        (
            "<draw:frame draw:style-name='G1'/>",
            style(
                "G1", "graphic", '<style:graphic-properties fo:clip="rect(0cm, 0cm, 0cm, 0cm)"/>'
            ),
        ),
        ("<text:p><text:a xlink:href='https://exemple.org/'>a</text:a></text:p>", ""),
    ],
)
def test_what_writer_shows_is_not_told(body: str, styles: str) -> None:
    assert told(opendocument("odt", body, styles=styles), "odt") == ""


def cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


@pytest.mark.parametrize(
    ("table", "styles", "expected"),
    [
        (
            "<table:table table:name='Paie' table:style-name='ta1'/>",
            style("ta1", "table", '<style:table-properties table:display="false"/>'),
            "1 feuille masquée\u00a0: «\u00a0Paie\u00a0»",
        ),
        (
            "<table:table table:name='A'><table:table-row-group>"
            f"<table:table-row table:visibility='collapse'>{cell('Avis')}</table:table-row>"
            "</table:table-row-group></table:table>",
            "",
            "1 ligne masquée ou filtrée\u00a0: «\u00a0Avis\u00a0»",
        ),
        (
            "<table:table table:name='A'>"
            f"<table:table-row table:visibility='filter'>{cell('Avis')}</table:table-row>"
            "</table:table>",
            "",
            "1 ligne masquée ou filtrée",
        ),
        (
            "<table:table table:name='A'><table:table-column table:number-columns-repeated='2'/>"
            "<table:table-column table:visibility='collapse'/><table:table-row>"
            + cell("a", "table:number-columns-repeated='2'")
            + cell("Avis")
            + "</table:table-row></table:table>",
            "",
            "1 colonne masquée\u00a0: «\u00a0Avis\u00a0»",
        ),
        (
            "<table:table table:name=\"'file:///C:/Durand.ods'#$Paie\"/>",
            "",
            "1 lien vers un autre classeur",
        ),
    ],
)
def test_what_calc_does_not_show_is_told(table: str, styles: str, expected: str) -> None:
    assert expected in told(opendocument("ods", table, styles=styles), "ods")


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            "<draw:page draw:style-name='dp1'><draw:frame><text:p>Plan B</text:p></draw:frame>"
            "</draw:page>",
            "1 diapositive masquée\u00a0: «\u00a0Plan B\u00a0»",
        ),
        (
            "<draw:page><presentation:notes><draw:frame presentation:class='notes'>"
            "<text:p>Ne pas dire</text:p></draw:frame></presentation:notes></draw:page>",
            "Ne pas dire",
        ),
        (
            "<draw:page><presentation:notes><draw:frame presentation:class='page-number'>"
            "<text:p>3</text:p></draw:frame></presentation:notes></draw:page>",
            "",
        ),
    ],
)
def test_what_impress_does_not_show_is_told(page: str, expected: str) -> None:
    styles = style(
        "dp1", "drawing-page", '<style:drawing-page-properties presentation:visibility="hidden"/>'
    )
    said = told(opendocument("odp", page, styles=styles), "odp")

    assert expected in said and bool(said) == bool(expected)


@pytest.mark.parametrize(
    ("types", "is_told"),
    [
        ({"Object 1/": "application/vnd.oasis.opendocument.spreadsheet"}, True),
        ({"Object 1/": "application/vnd.oasis.opendocument.chart"}, False),
    ],
)
def test_embedded_documents_are_told(types: dict[str, str], is_told: bool) -> None:
    content = opendocument(
        "odt", "<text:p>a</text:p>", files={"Object 1/content.xml": "<a/>"}, types=types
    )
    assert ("document incorporé" in told(content, "odt")) == is_told


def test_hidden_things_inside_an_embedded_document_are_told() -> None:
    inner = unzipped(
        opendocument(
            "ods",
            "<table:table table:name='Paie' table:style-name='ta1'/>",
            styles=style("ta1", "table", '<style:table-properties table:display="false"/>'),
        )
    )["content.xml"]
    content = opendocument("odt", "<text:p>a</text:p>", files={"Object 1/content.xml": inner})

    assert "1 feuille masquée" in told(content, "odt")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            lambda: opendocument("odt", "", entry="<manifest:encryption-data/>"),
            "mot de passe",
        ),
        (lambda: opendocument("odt", "", files={"Basic/Standard/Module1.xml": "<a/>"}), "macros"),
        (lambda: opendocument("odt", "", files={"Scripts/python/a.py": "a"}), "macros"),
        (lambda: opendocument("odt", "</nothing>"), "abîmé"),
    ],
)
def test_what_cannot_be_taken_is_refused(content: object, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        clean(BytesIO(content()), BytesIO(), "odt", "")  # type: ignore[operator]


def test_library_without_a_program_is_left_out() -> None:
    content = opendocument("odt", "<text:p>a</text:p>", files={"Basic/script-lc.xml": "<a/>"})

    assert "Basic/script-lc.xml" not in unzipped(cleaned(content, "odt")[0])


def test_signed_document_stays_as_it_is_and_says_so() -> None:
    content = opendocument("odt", "", files={"META-INF/documentsignatures.xml": "<a/>"})
    result, hidden = cleaned(content, "odt")

    assert result == content and "1 signature électronique" in hidden[0]
