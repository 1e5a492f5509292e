"""Office and OpenDocument files as their programs write them, with what a test puts in them."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
MICROSOFT_REL = "http://schemas.microsoft.com/office/2016/11/relationships"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = f'xmlns:r="{REL}"'
DRAWING = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
X = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_TYPES = {
    "docx": ("word/document.xml", "wordprocessingml.document.main"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main"),
}
_PREFIX = "application/vnd.openxmlformats-officedocument."
# The types are given by the end of a part's name.
_CONTENT_TYPES = {
    "styles.xml": {"word": "wordprocessingml.styles", "xl": "spreadsheetml.styles"},
    "settings.xml": {"word": "wordprocessingml.settings"},
    "comments.xml": {"word": "wordprocessingml.comments"},
    "comments1.xml": {"xl": "spreadsheetml.comments", "ppt": "presentationml.comments"},
    "header1.xml": {"word": "wordprocessingml.header"},
    "footnotes.xml": {"word": "wordprocessingml.footnotes"},
    "sheet1.xml": {"xl": "spreadsheetml.worksheet"},
    "sheet2.xml": {"xl": "spreadsheetml.worksheet"},
    "sharedStrings.xml": {"xl": "spreadsheetml.sharedStrings"},
    "pivotCacheDefinition1.xml": {"xl": "spreadsheetml.pivotCacheDefinition"},
    "pivotCacheRecords1.xml": {"xl": "spreadsheetml.pivotCacheRecords"},
    "externalLink1.xml": {"xl": "spreadsheetml.externalLink"},
    "connections.xml": {"xl": "spreadsheetml.connections"},
    "slide1.xml": {"ppt": "presentationml.slide"},
    "slide2.xml": {"ppt": "presentationml.slide"},
    "notesSlide1.xml": {"ppt": "presentationml.notesSlide"},
    "commentAuthors.xml": {"ppt": "presentationml.commentAuthors"},
    "chart1.xml": {"word": "drawingml.chart", "ppt": "drawingml.chart"},
}


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rels(*links: tuple[str, str, str] | tuple[str, str, str, str]) -> str:
    """Each is `(id, kind, target)`, with « External » where the target is outside."""
    said = ""
    for name, kind, target, *mode in links:
        kind = kind if kind.startswith("http") else f"{REL}/{kind}"
        outside = f' TargetMode="{mode[0]}"' if mode else ""
        said += f'<Relationship Id="{name}" Type="{kind}" Target="{target}"{outside}/>'
    return f'<Relationships xmlns="{PACKAGE_REL}">{said}</Relationships>'


def office(
    extension: str,
    main: str,
    links: tuple[tuple[str, ...], ...] = (),
    files: Mapping[str, str | bytes] | None = None,
    *,
    root_links: tuple[tuple[str, ...], ...] = (),
    main_type: str = "",
) -> bytes:
    """Makes a package. `main` is the whole of the main part; `links` are its own."""
    files = dict(files or {})
    name, kind = _TYPES[extension]
    folder, _, file = name.rpartition("/")
    overrides = {name: main_type or f"{_PREFIX}{kind}+xml"}
    for part in files:
        for end, kinds in _CONTENT_TYPES.items():
            if part.endswith(f"/{end}") and folder in kinds:
                overrides[part] = f"{_PREFIX}{kinds[folder]}+xml"
    said = "".join(
        f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in overrides.items()
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="jpeg" ContentType="image/jpeg"/>'
        '<Default Extension="bin" ContentType="application/octet-stream"/>'
        f'<Default Extension="rels" ContentType="{PACKAGE_REL}+xml"/>{said}</Types>'
    )
    return zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": rels(("rMain", "officeDocument", name), *root_links),  # type: ignore[arg-type]
            name: main,
            f"{folder}/_rels/{file}.rels": rels(*links),  # type: ignore[arg-type]
            **files,
        }
    )


def docx(
    body: str,
    links: tuple[tuple[str, ...], ...] = (),
    files: Mapping[str, str | bytes] | None = None,
    **options: object,
) -> bytes:
    main = f"<w:document {W} {R} {DRAWING}><w:body>{body}</w:body></w:document>"
    return office("docx", main, links, files, **options)  # type: ignore[arg-type]


def paragraph(text: str, properties: str = "", of_paragraph: str = "") -> str:
    return (
        f"<w:p><w:pPr>{of_paragraph}</w:pPr>"
        f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r></w:p>"
    )


def xlsx(
    sheet: str,
    *,
    state: str = "",
    of_sheet: str = "",
    workbook: str = "",
    links: tuple[tuple[str, ...], ...] = (),
    files: Mapping[str, str | bytes] | None = None,
    sheet_links: tuple[tuple[str, ...], ...] = (),
) -> bytes:
    """Makes a workbook. `state` is that of a second sheet, which is there where it has one."""
    second = f'<sheet name="Paie" sheetId="2" state="{state}" r:id="s2"/>' if state else ""
    main = (
        f'<workbook {X} {R}>{workbook}<sheets><sheet name="Bilan" sheetId="1" r:id="s1"/>'
        f"{second}</sheets></workbook>"
    )
    parts: dict[str, str | bytes] = {
        "xl/worksheets/sheet1.xml": f"<worksheet {X} {R}>{of_sheet}<sheetData>{sheet}</sheetData>"
        '<pageSetup orientation="portrait" r:id="rPrinter"/></worksheet>',
        "xl/worksheets/_rels/sheet1.xml.rels": rels(*sheet_links),  # type: ignore[arg-type]
    }
    named = [("s1", "worksheet", "worksheets/sheet1.xml")]
    if state:
        parts["xl/worksheets/sheet2.xml"] = (
            f'<worksheet {X}><sheetData><row r="1"><c r="A1"><v>38000</v></c></row></sheetData>'
            "</worksheet>"
        )
        named.append(("s2", "worksheet", "worksheets/sheet2.xml"))
    return office("xlsx", main, (*named, *links), {**parts, **(files or {})})


def row(*cells: str, properties: str = "", number: int = 1) -> str:
    said = "".join(
        f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for place, text in enumerate(cells)
    )
    return f'<row r="{number}" {properties}>{said}</row>'


def shape(text: str, *, x: int = 0, holder: str = "", hidden: str = "", fill: str = "") -> str:
    place = f'<p:ph type="{holder}"/>' if holder else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="Titre" hidden="{hidden or 0}"/><p:cNvSpPr/>'
        f'<p:nvPr>{place}</p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="10"/>'
        f'<a:ext cx="1000" cy="1000"/></a:xfrm>{fill}</p:spPr>'
        f"<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def slide(shapes: str, *, tag: str = "sld", attributes: str = "") -> str:
    return (
        f"<p:{tag} {P} {R} {DRAWING} {attributes}><p:cSld><p:spTree>{shapes}</p:spTree>"
        f"</p:cSld></p:{tag}>"
    )


def pptx(
    first: str,
    second: str = "",
    *,
    links: tuple[tuple[str, ...], ...] = (),
    files: Mapping[str, str | bytes] | None = None,
    slide_links: tuple[tuple[str, ...], ...] = (),
    listed: tuple[int, ...] = (1, 2),
) -> bytes:
    main = (
        f"<p:presentation {P} {R}><p:sldIdLst>"
        + "".join(f'<p:sldId id="{256 + n}" r:id="p{n}"/>' for n in listed)
        + "</p:sldIdLst>"
        '<p:sldSz cx="9144000" cy="6858000"/></p:presentation>'
    )
    parts: dict[str, str | bytes] = {
        "ppt/slides/slide1.xml": first,
        "ppt/slides/_rels/slide1.xml.rels": rels(*slide_links),  # type: ignore[arg-type]
    }
    named = [("p1", "slide", "slides/slide1.xml")]
    if second:
        parts["ppt/slides/slide2.xml"] = second
        named.append(("p2", "slide", "slides/slide2.xml"))
    return office("pptx", main, (*named, *links), {**parts, **(files or {})})


_ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for prefix, space in {
        "office": "office",
        "text": "text",
        "style": "style",
        "table": "table",
        "draw": "drawing",
        "presentation": "presentation",
        "fo": "xsl-fo-compatible",
        "meta": "meta",
        "config": "config",
        "script": "script",
        "manifest": "manifest",
    }.items()
)
_ODF += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
_KINDS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def opendocument(
    extension: str,
    body: str,
    *,
    styles: str = "",
    files: Mapping[str, str | bytes] | None = None,
    types: Mapping[str, str] | None = None,
    entry: str = "",
) -> bytes:
    """Makes a package. `types` are the media types of what the manifest lists besides XML, `entry`
    more of it."""
    kind = f"application/vnd.oasis.opendocument.{_KINDS[extension]}"
    contents: dict[str, str | bytes] = {
        "content.xml": f"<office:document-content {_ODF}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:{_KINDS[extension]}>{body}"
        f"</office:{_KINDS[extension]}></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {_ODF}/>",
        **(files or {}),
    }
    said = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    for name in contents:
        said += (
            f'<manifest:file-entry manifest:full-path="{name}" '
            f'manifest:media-type="{(types or {}).get(name, "text/xml")}">{entry}'
            "</manifest:file-entry>"
        )
    for name, media_type in (types or {}).items():
        if name.endswith("/"):
            said += (
                f'<manifest:file-entry manifest:full-path="{name}" '
                f'manifest:media-type="{media_type}"/>'
            )
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml", f"<manifest:manifest {_ODF}>{said}</manifest:manifest>"
        )
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def meta(inner: str) -> str:
    return f"<office:document-meta {_ODF}><office:meta>{inner}</office:meta></office:document-meta>"


def settings(inner: str) -> str:
    return f"<office:document-settings {_ODF}>{inner}</office:document-settings>"
