"""Word, Excel and PowerPoint (Office Open XML): what is done to any of their parts.

Source: ECMA-376 part 1; each program's own ways to hide are in `word`, `sheets` and `slides`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import BinaryIO
from urllib.parse import unquote

from lxml import etree

from media.cleaning import sheets, slides, word
from media.cleaning.drawings import bare_drawing, bare_svg
from media.cleaning.findings import TOO_LARGE, Findings, Kind, Refused
from media.cleaning.kinds import LOCAL_LINK, MEDIA, OBJECT, SIGNED
from media.cleaning.markup import Element, is_local_path, local, parsed, removed, serialised
from media.cleaning.packages import MOST_IN_A_TREE, NewPackage, Package
from media.cleaning.parts import MAIN_FOLDERS, Part, Parts, rels_xml, types_xml
from media.cleaning.pictures import bare

# Such a function cleans a document that lies inside another: it takes its content, its extension
# and where to tell.
Nested = Callable[[bytes, str, Findings], bytes]
Rewriting = word.Rewriting | sheets.Rewriting | slides.Rewriting
_REWRITINGS: dict[str, type[Rewriting]] = {
    "docx": word.Rewriting,
    "xlsx": sheets.Rewriting,
    "pptx": slides.Rewriting,
}
_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"/>'
)
_DC = "http://purl.org/dc/elements/1.1/"
_DISTANT = Kind(
    "image ou objet qui reste hors du fichier",
    "images ou objets qui restent hors du fichier",
    "Insérez-les dans le document (Word : Fichier › Informations › Modifier les liens d’accès aux "
    "fichiers › Rompre la liaison).",
)
_IMPORTED = Kind(
    "document inséré dans le document, qui n’a pas pu être vérifié",
    "documents insérés dans le document, qui n’ont pas pu être vérifiés",
    "Ouvrez le document dans Word et enregistrez-le de nouveau.",
)
_BEHIND_A_CHART = Kind(
    "graphique dont le classeur contient autre chose que ce qu’il montre",
    "graphiques dont les classeurs contiennent autre chose que ce qu’ils montrent",
    "Remplacez le graphique par son image (Couper, puis Collage spécial › Image).",
)


def is_signed(package: Package) -> bool:
    return any(name.startswith("_xmlsignatures/") for name in package.names)


def clean(
    package: Package,
    target: BinaryIO,
    *,
    extension: str,
    title: str,
    found: Findings,
    nested: Nested,
) -> None:
    """Writes the package to `target`, without what is removed, and adds to `found` what is told."""
    if is_signed(package):
        found.add(SIGNED)
    parts = Parts(package, extension)
    rewriting = _REWRITINGS[extension](parts, found)
    properties = {link.target for link in parts.root.links if link.kind == "core-properties"}
    with NewPackage(target) as written:
        written.write("[Content_Types].xml", types_xml(parts))
        written.write(parts.root.rels_name, rels_xml(parts.root, parts))
        for part in parts:
            _tell_links(part, found)
            if part.name in properties:
                content = _properties(parts.tree(part.name), title)
            else:
                content = _cleaned(parts, part, rewriting, found, nested)
            written.write(part.name, content)
            if part.rels_name in package:
                written.write(part.rels_name, rels_xml(part, parts))


def _cleaned(
    parts: Parts, part: Part, rewriting: Rewriting, found: Findings, nested: Nested
) -> bytes:
    content = parts.package.read(part.name)
    name, kind = part.name.lower(), part.content_type
    if kind.startswith(("video/", "audio/")):
        found.add(MEDIA, posixpath.basename(part.name))
    elif content.startswith(b"PK\x03\x04"):
        return _inner_document(parts, part, content, found, nested)
    elif content.startswith(b"\xd0\xcf\x11\xe0") or "/embeddings/" in name:
        found.add(OBJECT)
    elif name.endswith(".svg"):
        return bare_svg(content)
    elif kind.endswith(("+xml", "/xml", "vmlDrawing")) or name.endswith((".xml", ".vml")):
        return _markup(part, content, rewriting, found)
    elif kind.startswith(("text/", "application/rtf", "message/")):
        found.add(_IMPORTED)
    else:
        return bare(content)
    return content


def _markup(part: Part, content: bytes, rewriting: Rewriting, found: Findings) -> bytes:
    if isinstance(rewriting, sheets.Rewriting) and rewriting.is_sheet(part):
        return rewriting.sheet(part, content)
    if len(content) > MOST_IN_A_TREE:
        raise Refused(TOO_LARGE)
    root = parsed(content)
    _cut(root, part.cut)
    bare_drawing(root, found)
    rewriting.rewrite(part, root)
    return serialised(root)


def _inner_document(
    parts: Parts, part: Part, content: bytes, found: Findings, nested: Nested
) -> bytes:
    """Cleans a document inside this one. A workbook behind a chart is told where it holds more than
    the chart shows; any other is more than the image that stands for it."""
    extension = next(
        (e for e, folder in MAIN_FOLDERS.items() if folder.encode() in content[-1_000_000:]), ""
    )
    if not extension:
        found.add(OBJECT)
        return content
    cleaned = nested(content, extension, found.inside("un document incorporé"))
    chart = next((each for each in parts.owners(part) if "chart" in each.content_type), None)
    if chart is None or extension != "xlsx":
        found.add(OBJECT)
    elif more := sheets.not_shown(content, parts.tree(chart.name)):
        found.add(_BEHIND_A_CHART, more)
    return cleaned


def _tell_links(part: Part, found: Findings) -> None:
    for link in part.links:
        if not link.is_outside:
            continue
        address = unquote(link.target)
        if link.kind == "externalLinkPath":
            continue  # it is told with the workbook that it names
        if is_local_path(address):
            found.add(LOCAL_LINK, address)
        elif link.kind not in ("hyperlink", "video", "audio", "media"):
            found.add(_DISTANT, address)


def _cut(root: Element, ids: set[str]) -> None:
    """Takes out the elements that name a link which is cut: programs call a package damaged where
    a link is named and missing."""
    if not ids:
        return
    for element in list(root.iter()):
        for key, value in element.attrib.items():
            if value in ids and "relationships" in key:
                extension = next(element.iterancestors("{*}ext"), None)
                if local(element) == "imgLayer" and extension is not None:
                    element = extension  # it is there for the link alone
                removed(element)
                break


def _properties(former: Element, title: str) -> bytes:
    """Keeps the title that readers see, and the language, which assistive technologies use."""
    root = parsed(_PROPERTIES)
    etree.SubElement(root, f"{{{_DC}}}title").text = title
    language = next((each.text for each in former if local(each) == "language"), None)
    if language:
        etree.SubElement(root, f"{{{_DC}}}language").text = language
    return serialised(root)
