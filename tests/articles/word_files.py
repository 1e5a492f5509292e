"""Word documents written element by element: what python-docx has no words for, and small."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    }.items()
)
TITLE = "Titre du document"
LONG = (
    "Un paragraphe assez long pour être le chapô de ce document d’essai, écrit pour les besoins de "
    "la cause par une personne patiente."
)
BODY = "Un autre paragraphe, qui fait le corps de l’article et se termine comme une phrase."


def run(text: str, properties: str = "", tag: str = "t") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    inner = "".join(piece if piece.startswith("<") else run(piece) for piece in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def style(kind: str, name: str, properties: str, based_on: str = "", more: str = "") -> str:
    """A style whose runs have these properties."""
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{base}'
        f"<w:rPr>{properties}</w:rPr>{more}</w:style>"
    )


def table(*rows: str, properties: str = "") -> str:
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid/>{''.join(rows)}</w:tbl>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def cell(*runs: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(*runs)}</w:tc>"


def field(code: str, *result: str) -> str:
    mark = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
    return (
        mark.format("begin")
        + f"<w:r><w:instrText>{code}</w:instrText></w:r>"
        + mark.format("separate")
        + "".join(map(run, result))
        + mark.format("end")
    )


_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_HEAD = (
    '<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>'
    f"{TITLE}</w:t></w:r></w:p><w:p><w:r><w:t>{LONG}</w:t></w:r></w:p>"
    f"<w:p><w:r><w:t>{BODY}</w:t></w:r></w:p>"
)


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    """The part that gives each identifier its kind and its target."""
    inner = "".join(
        f'<Relationship Id="{name}" Type="{_KINDS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{inner}</Relationships>'


def word_file(
    body: str,
    *,
    before: str = "",
    styles: str = "",
    defaults: str = "",
    normal: str = "",
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A document with a title, a standfirst, one paragraph, then `body`; `before` stands above.

    `styles` are added to the style sheet, `defaults` and `normal` are properties that it gives to
    every run and to its default style; `parts` are further parts, by name.
    """
    sheet = (
        f"<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{defaults}</w:rPr>"
        "</w:rPrDefault></w:docDefaults><w:style w:type='paragraph' w:default='1' "
        f"w:styleId='Normal'><w:name w:val='Normal'/><w:rPr>{normal}</w:rPr></w:style>"
        f"{style('paragraph', 'Title', '', 'Normal')}{styles}</w:styles>"
    )
    written: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations({"r1": ("officeDocument", "word/document.xml")}),
        "word/styles.xml": sheet,
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{before}{_HEAD}{body}</w:body>"
        "</w:document>",
        **(parts or {}),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in written.items():
            archive.writestr(name, content)
    return file.getvalue()
