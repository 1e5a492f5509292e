"""Makes pieces of a Word document: the archive is weighed before anything in it is parsed."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import mammoth
from lxml import etree

from articles.importing.documents import DocumentRefused
from articles.importing.limits import check_amount
from articles.importing.markup import TreeReader, shown_tree
from articles.importing.pictures import LARGEST_PICTURE, PictureBox
from articles.importing.pieces import Reading
from articles.importing.word_pictures import Cut, cut_pictures
from articles.importing.word_unseen import take_out_unseen
from articles.importing.wording import counted, labelled, quoted, squeeze

MOST_ENTRIES = 2_000
MOST_INFLATED = 100 * 1024 * 1024
MOST_INFLATED_XML = 30 * 1024 * 1024
MOST_RATIO = 200
MOST_XML_ELEMENTS = 200_000
DEEPEST_XML = 90
_CHUNK = 256 * 1024
_MAIN_PART = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Word’s « strict » format is the same under other names.
_STRICT_NAMES = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main",
     b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships",
     b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    (b"http://purl.oclc.org/ooxml/drawingml/main",
     b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/picture",
     b"http://schemas.openxmlformats.org/drawingml/2006/picture"),
    (b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
     b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math",
     b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)  # fmt: skip
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.-]+)", re.IGNORECASE)
_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Titre'] => h1.title:fresh
p[style-name='Titre principal'] => h1.title:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='Sous-titre'] => p.subtitle:fresh
p[style-name='Chapô'] => p.chapo:fresh
p[style-name='Chapeau'] => p.chapo:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='Légende'] => p.caption:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Citation'] => blockquote > p:fresh
p[style-name='Citation intense'] => blockquote > p:fresh
p[style-name='Titre 1'] => h1:fresh
p[style-name='Titre 2'] => h2:fresh
p[style-name='Titre 3'] => h3:fresh
p[style-name='Titre 4'] => h4:fresh
p[style-name='Intertitre'] => h2:fresh
p[style-name='Intertitre 1'] => h2:fresh
p[style-name='Intertitre 2'] => h3:fresh
p[style-name='toc 1'] => p.toc:fresh
p[style-name='toc 2'] => p.toc:fresh
p[style-name='toc 3'] => p.toc:fresh
p[style-name='TOC Heading'] => p.toc:fresh
r[style-name='Emphasis'] => em
u =>
"""


def _damaged(reason: Exception | None = None) -> DocumentRefused:
    refusal = DocumentRefused(
        "Ce document Word est endommagé ou incomplet. Ouvrez-le dans Word ou LibreOffice, "
        "enregistrez-le de nouveau au format .docx, puis recommencez."
    )
    refusal.__cause__ = reason
    return refusal


def _too_heavy() -> DocumentRefused:
    return DocumentRefused(
        "Une fois décompressé, ce document est démesuré. Copiez son texte dans un nouveau document "
        "Word, enregistrez-le au format .docx, puis recommencez."
    )


def read_word(data: bytes) -> Reading:
    """Returns the reading of a .docx file. Raises DocumentRefused."""
    _check_signature(data)
    parts = _inflated_xml(data)
    if _MAIN_PART not in parts:
        raise DocumentRefused(
            "Ce fichier n’est pas un document Word (c’est peut-être un classeur ou une "
            "présentation). Enregistrez le texte au format .docx, puis recommencez."
        )
    reading = Reading()
    for name, part in parts.items():
        _check_xml(name, part)
    parts = {name: _in_usual_names(part) for name, part in parts.items()}
    cleaned = take_out_unseen(parts, _parser())
    parts |= cleaned.parts
    reading.leave_out(cleaned.unseen)
    reading.unrecognised += [
        labelled("Texte écrit en blanc, repris\u00a0: à vérifier", quoted(words))
        for words in cleaned.doubtful
    ]
    _read_witness(parts, reading)
    pictures = PictureBox(reading)
    cut = _cut(data, parts)
    reading.unrecognised += cut.refused
    markup = _to_markup(_rebuilt(data, parts | cut.entries), pictures)
    tree = shown_tree(f"<body>{markup}</body>", reading)
    _settle_notes(tree, reading)
    _settle_addresses(tree)
    TreeReader(reading, pictures).read(tree)
    return reading


def _check_signature(data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise DocumentRefused(
                "Ce document est protégé par un mot de passe. Ouvrez-le dans Word, retirez la "
                "protection (Fichier, Informations, Protéger le document), puis recommencez."
            )
        raise DocumentRefused(
            "Ce fichier est un ancien document Word (.doc), malgré son extension. Ouvrez-le dans "
            "Word ou LibreOffice, enregistrez-le au format .docx, puis recommencez."
        )
    if not data.startswith(b"PK"):
        raise DocumentRefused(
            "Ce fichier n’est pas un document Word, malgré son extension. Enregistrez le texte au "
            "format .docx depuis Word ou LibreOffice, puis recommencez."
        )


def _inflated_xml(data: bytes) -> dict[str, bytes]:
    """Returns the XML parts, once the whole archive has been inflated under a cap (and thrown
    away)."""
    parts: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise _too_heavy()
            for entry in entries:
                if entry.flag_bits & 1:
                    raise DocumentRefused(
                        "Ce document est protégé par un mot de passe. Enregistrez-en une copie "
                        "sans protection, puis recommencez."
                    )
                total += entry.file_size
                suspicious = entry.file_size > MOST_RATIO * max(entry.compress_size, 1)
                if total > MOST_INFLATED or (suspicious and entry.file_size > 1024 * 1024):
                    raise _too_heavy()
            total = 0
            for entry in entries:
                is_xml = entry.filename.endswith((".xml", ".rels"))
                content = bytearray()
                with archive.open(entry) as stream:
                    while chunk := stream.read(_CHUNK):
                        total += len(chunk)
                        if total > MOST_INFLATED:
                            raise _too_heavy()
                        if is_xml:
                            content += chunk
                if len(content) > MOST_INFLATED_XML:
                    raise _too_heavy()
                if is_xml:
                    parts[entry.filename] = bytes(content)
    except (
        zipfile.BadZipFile,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
    ) as e:
        raise _damaged(e) from e
    except Exception as error:
        if isinstance(error, DocumentRefused):
            raise
        raise _damaged(error) from error  # zlib and lzma raise errors of their own
    return parts


def _in_usual_names(part: bytes) -> bytes:
    if b"purl.oclc.org" in part:
        for strict, usual in _STRICT_NAMES:
            part = part.replace(strict, usual)
    return part


def _cut(data: bytes, parts: dict[str, bytes]) -> Cut:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return cut_pictures(parts, archive.read, _parser())


def _rebuilt(data: bytes, entries: dict[str, bytes]) -> bytes:
    """Returns the archive with these entries in place of its own; the others are copied."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in dict.fromkeys([*old.namelist(), *entries]):
            new.writestr(name, entries[name] if name in entries else old.read(name))
    return file.getvalue()


def _check_xml(name: str, part: bytes) -> None:
    """Checks that a part is well-formed, shallow, of a reasonable size, without a document type
    (hence entities)."""
    encoding = _ENCODING.match(part.removeprefix(b"\xef\xbb\xbf"))
    names = (b"utf-8", b"utf8", b"us-ascii", b"iso-8859-1", b"windows-1252")
    unusual = encoding is not None and encoding[1].lower() not in names
    if b"\x00" in part or unusual or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise DocumentRefused(
            "Ce document contient des déclarations qu’un document Word n’a pas, et n’a pas été lu. "
            "Copiez son texte dans un nouveau document Word, puis recommencez."
        )
    depth = elements = 0
    try:
        for event, element in etree.iterparse(
            io.BytesIO(part), events=("start", "end"), resolve_entities=False, no_network=True
        ):
            if event == "start":
                depth, elements = depth + 1, elements + 1
                if depth > DEEPEST_XML or elements > MOST_XML_ELEMENTS:
                    raise _too_heavy()
            else:
                depth -= 1
                element.clear()
    except etree.XMLSyntaxError as error:
        if name.startswith(("word/", "[Content_Types]", "_rels/")):
            raise _damaged(error) from error


def _read_witness(parts: dict[str, bytes], reading: Reading) -> None:
    """Notes what the document says, read straight from its XML, to be found again at the end."""
    main = etree.fromstring(parts[_MAIN_PART], _parser())
    paragraphs = list(main.iter(f"{_W}p"))
    reading.source_texts = _runs(main)
    # The address of a link goes with its words.
    shown_links = {link.get(f"{_R}id") for link in main.iter(f"{_W}hyperlink") if _runs(link)}
    check_amount(sum(map(len, reading.source_texts)), len(paragraphs))
    if next(main.iter(f"{_W}ins"), None) is not None:
        reading.recognised.append("Suivi des modifications\u00a0: les ajouts sont repris")
    for name in sorted(parts):
        if re.fullmatch(r"word/(?:header|footer)\d*\.xml", name):
            reading.discarded += _part_texts(parts[name])
        elif name in ("word/footnotes.xml", "word/endnotes.xml"):
            reading.source_texts += _runs(etree.fromstring(parts[name], _parser()))
        elif name == "word/_rels/document.xml.rels":
            reading.source_links += [
                relation.get("Target", "")
                for relation in etree.fromstring(parts[name], _parser())
                if isinstance(relation.tag, str) and relation.get("Id") in shown_links
            ]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)


def _runs(root: Any) -> list[str]:
    """Returns the texts run by run: a paragraph may be cut by the number of a note or by a
    picture."""
    return [node.text for node in root.iter(f"{_W}t") if node.text and node.text.strip()]


def _part_texts(part: bytes) -> list[str]:
    root = etree.fromstring(part, _parser())
    return [text for node in root.iter(f"{_W}p") if (text := _paragraph_text(node))]


def _paragraph_text(paragraph: Any) -> str:
    """Returns the runs of one paragraph, without those of a text box anchored in it."""
    texts = (
        (node.text or "") if node.tag == f"{_W}t" else " "
        for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br")
        if next(node.iterancestors(f"{_W}p"), None) is paragraph
    )
    return "".join(texts).strip()


def _to_markup(data: bytes, pictures: PictureBox) -> str:
    def convert(image: Any) -> dict[str, str]:
        """Fetches nothing: an external picture makes ``open`` raise, since mammoth is told so."""

        def content() -> bytes:
            with image.open() as stream:
                return bytes(stream.read(LARGEST_PICTURE + 1))

        try:
            return {"src": pictures.store(content)}
        except Exception:  # a linked or missing picture, whatever mammoth raises
            return {"src": "hors du document"}

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=_STYLES,
            include_embedded_style_map=False,
            convert_image=mammoth.images.img_element(convert),
            external_file_access=False,
        )
    except Exception as error:  # a part that is well-formed but makes no sense to mammoth
        raise _damaged(error) from error
    return str(result.value)


def _settle_notes(tree: Any, reading: Reading) -> None:
    """Footnotes keep their number in the text and become a last section of the article."""
    notes = tree.xpath("//li[starts-with(@id, 'footnote-') or starts-with(@id, 'endnote-')]")
    for back in tree.xpath("//li//a[contains(@href, 'note-ref-')]"):
        back.drop_tree()
    for reference in tree.xpath("//sup/a[contains(@href, 'note-')]"):
        reference.text = squeeze(reference.text or "").strip("[]")
    if notes:
        heading = etree.Element(_section_tag(tree))
        heading.text = "Notes"
        notes[0].getparent().addprevious(heading)
        reading.recognised.append(
            labelled(
                "Notes de bas de page, reprises à la fin", counted(len(notes), "note", "notes")
            )
        )


def _settle_addresses(tree: Any) -> None:
    """Keeps, of a link made by a field, the address and the place in the page: its other switches
    (a tooltip, a window) are part of the code, and shown to nobody."""
    for link in tree.iter("a"):
        address, *switches = (link.get("href") or "").split('"')
        if switches:
            place = re.search(r'\\l\s*"([^"]*)', '"'.join(["", *switches, ""]))
            link.set("href", f"{address}#{place[1]}" if place else address)


def _section_tag(tree: Any) -> str:
    """Returns the level of the document's main sections: a single heading of level 1 is its
    title."""
    tags = [heading.tag for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    if tags.count("h1") == 1:
        tags.remove("h1")
    return min(tags, default="h2")
