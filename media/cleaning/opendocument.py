"""What LibreOffice and the other OpenDocument programs hide, in texts, sheets and slides.

Source: OpenDocument 1.3, parts 2 (packages) and 3 (schema).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from urllib.parse import unquote

from lxml import etree

from media.cleaning import sheets, slides, word
from media.cleaning.drawings import CROPPED, HIDDEN_SHAPE, bare_svg
from media.cleaning.findings import DAMAGED, LOCKED, MACROS, Findings, Kind, Refused
from media.cleaning.kinds import LOCAL_LINK, MEDIA, OBJECT, SIGNED
from media.cleaning.markup import (
    Element,
    attribute,
    child,
    first,
    is_local_path,
    local,
    named,
    parsed,
    removed,
    serialised,
)
from media.cleaning.packages import MOST_IN_A_TREE, NewPackage, Package
from media.cleaning.pictures import bare

HIDDEN_ROW = Kind(
    sheets.HIDDEN_ROW.one,
    sheets.HIDDEN_ROW.many,
    "LibreOffice : sélectionnez tout › clic droit › Afficher les lignes, puis supprimez-les.",
)
HIDDEN_COLUMN = Kind(sheets.HIDDEN_COLUMN.one, sheets.HIDDEN_COLUMN.many, HIDDEN_ROW.advice)
HIDDEN_TEXT = Kind(
    word.HIDDEN_TEXT.one,
    word.HIDDEN_TEXT.many,
    "LibreOffice : Affichage › Marques de formatage et Champs masqués le montrent : supprimez-le.",
)
_MANIFEST, _META = "META-INF/manifest.xml", "meta.xml"
_SIGNATURES = "META-INF/documentsignatures.xml"
# These are pictures of the first page, toolbars, former versions and the program's own notes.
_AFFAIRS = ("Thumbnails/", "Configurations2/", "Versions/", "VersionList.xml", "layout-cache")
# A library of programs is kept in these, even without a line in it.
_NO_PROGRAM = ("script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml")
_SHOWN_OBJECTS = ("opendocument.chart", "opendocument.formula")
_DC = "http://purl.org/dc/elements/1.1/"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_EMPTY_META = f'<office:document-meta xmlns:office="{_OFFICE}" office:version="1.3"/>'
_SETTINGS = re.compile(r"(?i)printer|database|recentfile|embeddeddata|username")
_LENGTH = re.compile(r"-?\d*\.?\d+")


def is_signed(package: Package) -> bool:
    return _SIGNATURES in package


def clean(package: Package, target: BinaryIO, *, title: str, found: Findings) -> None:
    """Writes the package to `target`, without what is removed, and adds to `found` what is told.
    Raises Refused."""
    if "mimetype" not in package or _MANIFEST not in package:
        raise Refused(DAMAGED)
    manifest = parsed(package.read(_MANIFEST, most=MOST_IN_A_TREE))
    if first(manifest, "encryption-data") is not None:
        raise Refused(LOCKED)
    if is_signed(package):
        found.add(SIGNED)
    types = {attribute(e, "full-path"): attribute(e, "media-type") for e in manifest}
    trees = {
        name: parsed(package.read(name, most=MOST_IN_A_TREE))
        for name in package.names
        if name in types and posixpath.basename(name) in ("content.xml", "styles.xml")
    }
    if "content.xml" not in trees:
        raise Refused(DAMAGED)
    kept = _kept(package, types, trees)
    _tell_objects(types, kept, found)
    for folder in sorted({posixpath.dirname(name) for name in trees}):
        _Document({n: t for n, t in trees.items() if posixpath.dirname(n) == folder}, found)
    with NewPackage(target) as written:
        written.write("mimetype", package.read("mimetype", most=200).strip(), packed=False)
        for name in kept:
            written.write(name, _cleaned(package, name, types[name], trees, title))
        for element in list(manifest):
            path = attribute(element, "full-path")
            if path not in kept and not (path.endswith("/") and _is_kept_folder(path, kept)):
                manifest.remove(element)
        written.write(_MANIFEST, serialised(manifest))


def _kept(package: Package, types: dict[str, str], trees: dict[str, Element]) -> list[str]:
    """Returns the files that the manifest lists and something shows."""
    shown = {
        unquote(attribute(e, "href")).removeprefix("./")
        for tree in trees.values()
        for e in tree.iter()
        if any(key.endswith("}href") for key in e.attrib)
    }
    kept = []
    for name in package.names:
        base = posixpath.basename(name)
        if name.startswith(("Basic/", "Scripts/")):
            if base not in _NO_PROGRAM:
                raise Refused(MACROS)
            continue
        if name not in types or name in ("mimetype", _MANIFEST) or name.startswith(_AFFAIRS):
            continue
        if name.startswith("Pictures/") and name not in shown:
            continue  # it was taken out of the document
        if base in ("manifest.rdf", "meta.rdf") or name.startswith("META-INF/"):
            continue
        kept.append(name)
    return kept


def _is_kept_folder(path: str, kept: list[str]) -> bool:
    return path == "/" or any(name.startswith(path) for name in kept)


def _tell_objects(types: dict[str, str], kept: list[str], found: Findings) -> None:
    for path, kind in types.items():
        if path == "/" or (path not in kept and not _is_kept_folder(path, kept)):
            continue
        is_document = path.endswith("/") and "opendocument" in kind
        if (is_document and not any(each in kind for each in _SHOWN_OBJECTS)) or (
            "oleobject" in kind or "ole-" in kind
        ):
            found.add(OBJECT)
        elif kind.startswith(("video/", "audio/")):
            found.add(MEDIA, posixpath.basename(path))


def _cleaned(
    package: Package, name: str, kind: str, trees: dict[str, Element], title: str
) -> bytes:
    if name in trees:
        return serialised(trees[name])
    base = posixpath.basename(name)
    if base == _META:
        former = parsed(package.read(name, most=MOST_IN_A_TREE))
        return _meta(former, title if name == _META else "")
    content = package.read(name)
    if base == "settings.xml":
        root = parsed(content)
        for item in list(named(root, "config-item")):
            if _SETTINGS.search(attribute(item, "name")):
                removed(item)
        return serialised(root)
    return bare_svg(content) if "svg" in kind or name.endswith(".svg") else bare(content)


def _meta(former: Element, title: str) -> bytes:
    """Keeps the title that readers see, and the language."""
    root = parsed(_EMPTY_META.encode())
    meta = etree.SubElement(root, f"{{{_OFFICE}}}meta")
    if title:
        etree.SubElement(meta, f"{{{_DC}}}title").text = title
    if (language := first(former, "language")) is not None and language.text:
        etree.SubElement(meta, f"{{{_DC}}}language").text = language.text
    return serialised(root)


class Look:
    """Says what the styles and layers of one document hide. `trees` are its content and its
    styles."""

    def __init__(self, trees: Iterable[Element]) -> None:
        trees = list(trees)
        self._styles: dict[tuple[str, str], Element] = {}
        for tree in trees:
            for style in named(tree, "style", "default-style"):
                key = attribute(style, "family"), attribute(style, "name")
                self._styles[key] = style
        self._layers = {
            attribute(layer, "name")
            for tree in trees
            for layer in named(tree, "layer")
            if attribute(layer, "display", "always") in ("none", "printer")
        }

    def hides_slide(self, page: Element) -> bool:
        return self.says(page, "drawing-page", "visibility") == "hidden"

    def hides_sheet(self, table: Element) -> bool:
        return self.says(table, "table", "display") == "false"

    def hides_shape(self, element: Element) -> bool:
        return attribute(element, "layer") in self._layers or (
            attribute(element, "display") == "none"
            and local(element) not in ("layer", "section", "text-properties")
        )

    def how_hidden(self, element: Element) -> Kind | None:
        """Returns the way in which a span, a paragraph or a heading is hidden; None where readers
        see it."""
        family = "text" if local(element) == "span" else "paragraph"
        if not attribute(element, "style-name"):
            return None
        if self.says(element, family, "display") in ("none", "condition"):
            return HIDDEN_TEXT
        size = self.says(element, family, "font-size")
        if size.endswith("pt") and _length(size) <= 2:
            return word.UNSEEN_TEXT
        if self.says(element, family, "color").lower() != "#ffffff":
            return None
        grounds = [self.says(element, family, "background-color")]
        grounds += [
            self.says(each, "paragraph", "background-color")
            for each in element.iterancestors()
            if local(each) in ("p", "h")
        ]
        is_on_a_ground = not all(each in ("", "transparent", "#ffffff") for each in grounds) or any(
            local(each) in ("table-cell", "text-box", "frame", "page", "custom-shape")
            for each in element.iterancestors()
        )
        return None if is_on_a_ground else word.UNSEEN_TEXT

    def says(self, element: Element, family: str, name: str) -> str:
        """Returns what the style of an element, or one that it is based on, says of a property."""
        style = attribute(element, "style-name")
        seen: set[str] = set()
        while style and style not in seen:
            seen.add(style)
            found = self._styles.get((family, style))
            if found is None:
                break
            for properties in found:
                is_said = local(properties).endswith("-properties")
                if is_said and (value := attribute(properties, name)):
                    return value
            style = attribute(found, "parent-style-name")
        return ""


class _Document:
    """One document of the package: its content, and the styles that it uses."""

    def __init__(self, trees: dict[str, Element], found: Findings) -> None:
        self._found = found
        self._look = Look(trees.values())
        used = {
            value
            for tree in trees.values()
            for element in tree.iter()
            for key, value in element.attrib.items()
            if key.endswith("}style-name")
        }
        for tree in trees.values():
            self._tell(tree)
            self._tell_crops(tree, used)
            self._tell_sheets(tree)
            self._anonymise(tree)

    def _tell(self, tree: Element) -> None:
        for element in tree.iter():
            match local(element):
                case "annotation":
                    self._found.add(word.COMMENT, _words(element))
                case "tracked-changes":
                    self._tell_changes(element)
                case "span" | "p" | "h":
                    if (how := self._look.how_hidden(element)) and (said := _words(element)):
                        self._found.add(how, said)
                case "section" if attribute(element, "display", "true") != "true":
                    self._found.add(HIDDEN_TEXT, _words(element))
                case "hidden-text":
                    said = attribute(element, "string-value") or _words(element)
                    self._found.add(HIDDEN_TEXT, said)
                case "hidden-paragraph":
                    self._found.add(HIDDEN_TEXT, _words(element.getparent()))
                case "conditional-text":
                    for name in ("string-value-if-true", "string-value-if-false"):
                        if (said := attribute(element, name)) and said != _words(element):
                            self._found.add(word.FIELD, said)
                case "script" if element.text:
                    self._found.add(word.FIELD, element.text)
                case "event-listener" if "script" in attribute(element, "href"):
                    raise Refused(MACROS)
                case "page" if self._look.hides_slide(element):
                    self._found.add(slides.HIDDEN_SLIDE, _words(element, but="notes"))
                case "notes":
                    if words := _speaker_words(element):
                        self._found.add(slides.NOTES, words)
            if self._look.hides_shape(element):
                self._found.add(HIDDEN_SHAPE, _words(element))
            address = attribute(element, "href")
            if is_local_path(address) or address.startswith("../"):
                self._found.add(LOCAL_LINK, unquote(address))

    def _tell_changes(self, changes: Element) -> None:
        for region in changes:
            for change in region if local(region) == "changed-region" else (region,):
                match local(change):
                    case "deletion" | "cell-content-change":
                        self._found.add(word.DELETION, _words(change))
                    case "insertion":
                        self._found.add(word.INSERTION)
                    case "format-change" | "movement":
                        self._found.add(word.CHANGE)

    def _tell_crops(self, tree: Element, used: set[str]) -> None:
        for style in named(tree, "style"):
            for properties in named(style, "graphic-properties"):
                if attribute(style, "name") not in used:
                    continue
                sides = _LENGTH.findall(attribute(properties, "clip").removeprefix("rect"))
                if any(_length(side) > 0.01 for side in sides):
                    self._found.add(CROPPED)

    def _tell_sheets(self, tree: Element) -> None:
        for table in named(tree, "table"):
            name = attribute(table, "name")
            source = child(table, "table-source")
            if name.startswith("'file:") or source is not None:
                path = name if source is None else attribute(source, "href")
                self._found.add(sheets.OTHER_WORKBOOK, unquote(path))
            elif self._look.hides_sheet(table):
                self._found.add(sheets.HIDDEN_SHEET, name)
            else:
                self._tell_rows(table)
        for _ in named(tree, "scenario"):
            self._found.add(sheets.SCENARIO)

    def _tell_rows(self, table: Element) -> None:
        hidden: list[range] = []
        at = 0
        told: set[int] = set()
        for element in rows_and_columns(table):
            if local(element) == "table-column":
                times = repeated(element, "columns")
                if attribute(element, "visibility", "visible") != "visible":
                    hidden.append(range(at, at + times))
                at += times
                continue
            if attribute(element, "visibility", "visible") != "visible":
                if words := _words(element):
                    self._found.add(HIDDEN_ROW, words, count=repeated(element, "rows"))
                continue
            column = 0
            for cell in element:
                times = repeated(cell, "columns")
                if hidden and (words := _words(cell)):
                    for place, columns in enumerate(hidden):
                        if (
                            place not in told
                            and column < columns.stop
                            and (column + times > columns.start)
                        ):
                            told.add(place)
                            self._found.add(HIDDEN_COLUMN, words)
                column += times

    def _anonymise(self, tree: Element) -> None:
        """Keeps the words only of comments and changes that are published on purpose."""
        for element in named(tree, "creator", "creator-initials", "sender-initials"):
            element.text = "Auteur" if local(element) == "creator" else "A"
        for element in named(tree, "date"):
            if local(element.getparent()) in ("annotation", "change-info"):
                element.text = "1970-01-01T00:00:00"
        for element in named(tree, "date-string"):
            if local(element.getparent()) == "annotation":
                element.text = ""


def rows_and_columns(table: Element) -> Iterator[Element]:
    """Yields the columns and rows of a table, whatever groups they are in, without those of a table
    inside."""
    for element in table:
        match local(element):
            case "table-column" | "table-row":
                yield element
            case (
                "table-columns"
                | "table-header-columns"
                | "table-column-group"
                | "table-rows"
                | "table-header-rows"
                | "table-row-group"
            ):
                yield from rows_and_columns(element)


def repeated(element: Element, what: str) -> int:
    """Returns for how many `rows` or `columns` an element stands."""
    value = attribute(element, f"number-{what}-repeated", "1")
    return int(value) if value.isdigit() else 1


def _words(element: Element, *, but: str = "") -> str:
    """Returns the text of a note, without who wrote it and when."""
    skipped = {"creator", "date", "date-string", "creator-initials", "change-info", but}
    words = []

    def gather(of: Element) -> None:
        if local(of) in skipped:
            return
        words.append(of.text or "")
        for each in of:
            gather(each)
            words.append(each.tail or "")
        if local(of) in ("p", "h"):
            words.append(" ")

    gather(element)
    return " ".join("".join(words).split())


def _speaker_words(notes: Element) -> str:
    words = [
        _words(frame)
        for frame in notes
        if attribute(frame, "class") in ("", "notes")
        and attribute(frame, "placeholder", "false") != "true"
    ]
    return " ".join(each for each in words if each)


def _length(value: str) -> float:
    found = _LENGTH.match(value)
    return float(found[0]) if found else 0.0
