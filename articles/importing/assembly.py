"""Makes of what was recognised the document that is handed over, and proves that nothing was
lost."""

from __future__ import annotations

import html
import re

from articles.importing.calls import is_call, read_call, with_links
from articles.importing.dates import shown
from articles.importing.documents import (
    Hints,
    ImportedBlock,
    ImportedDocument,
    ImportedLink,
    Vocabulary,
)
from articles.importing.pieces import Piece, Reading
from articles.importing.wording import (
    counted,
    joined,
    known,
    labelled,
    quoted,
    squeeze,
    visible_text,
)
from publishing.richtext import sanitize_rich_text

DEEPEST_HEADING = 4
_HREF = re.compile(r'<a [^>]*?href="([^"]*)"')
_EMPHASIS = re.compile(r"</?strong>")


def assemble(
    reading: Reading, body: list[Piece], placed: list[str], vocabulary: Vocabulary
) -> ImportedDocument:
    hints = reading.hints
    _attach_captions(body)
    _settle_levels(body)
    links = _read_calls(body)
    blocks = _blocks(body)
    themes = _distinct(hints.theme_names)
    unrecognised = [
        *reading.unrecognised,
        *_missing(hints, themes, vocabulary),
        *_unshown_title(reading),
        *_unusable_links(reading, {hints.type_name, hints.series_name, *themes}),
    ]
    document = ImportedDocument(
        title=hints.title,
        type_name=hints.type_name,
        series_name=hints.series_name,
        published_on=hints.published_on,
        updated_on=hints.updated_on,
        standfirst=hints.standfirst,
        blocks=blocks,
        theme_names=themes,
        links=links,
        images=tuple(reading.images),
        recognised=_summary(hints, themes, links, blocks, body, reading),
        unrecognised=_distinct(unrecognised),
        discarded=tuple(reading.discarded),
    )
    lost = _lost_texts(reading, document, placed) + _lost_links(reading, document)
    if not lost:
        return document
    return ImportedDocument(
        **{**vars(document), "unrecognised": _distinct([*document.unrecognised, *lost])}
    )


# -- body ------------------------------------------------------------------


def _attach_captions(body: list[Piece]) -> None:
    """Gives a paragraph in Word's caption style to its neighbour, picture or table."""
    for index in range(len(body) - 1, -1, -1):
        if body[index].role != "caption":
            continue
        neighbours = [body[i] for i in (index - 1, index + 1) if 0 <= i < len(body)]
        for piece in neighbours:
            if piece.kind == "figure" and not piece.caption:
                piece.caption = body[index].text
            elif piece.kind == "table" and not piece.title:
                piece.title = body[index].text
            else:
                continue
            del body[index]
            break


def _settle_levels(body: list[Piece]) -> None:
    """Headings from h2 down, without a jump, whatever levels the document used."""
    above: list[int] = []
    for piece in body:
        if piece.kind != "heading":
            continue
        while above and above[-1] >= piece.level:
            above.pop()
        above.append(piece.level)
        piece.level = min(1 + len(above), DEEPEST_HEADING)


def _read_calls(body: list[Piece]) -> tuple[ImportedLink, ...]:
    links: list[ImportedLink] = []
    for piece in body:
        call = piece.kind in ("heading", "paragraph") and is_call(piece.text, piece.html)
        piece.html = with_links(piece.html, bare_domains=call)
        if call:
            piece.kind = "paragraph"
            links.append(read_call(piece.html))
    return tuple(links)


def _blocks(body: list[Piece]) -> tuple[ImportedBlock, ...]:
    """Pieces of running text become one block until something else interrupts them."""
    blocks: list[ImportedBlock] = []
    running: list[str] = []

    def close() -> None:
        if running:
            blocks.append(ImportedBlock("text", html=sanitize_rich_text("".join(running))))
            running.clear()

    for piece in body:
        if piece.kind == "heading":
            content = _EMPHASIS.sub("", re.sub(r"<br>|\n", " ", piece.html))
            running.append(f"<h{piece.level}>{content}</h{piece.level}>")
        elif piece.kind == "paragraph":
            running.append("<p>" + piece.html.replace("\n", " ") + "</p>")
        elif piece.kind == "list":
            running.append(piece.html.replace("\n", " "))
        else:
            close()
            blocks.append(
                ImportedBlock(
                    piece.kind,
                    html=sanitize_rich_text(piece.html.replace("\n", " ")) if piece.html else "",
                    title=piece.title,
                    source=piece.source,
                    cells=piece.cells,
                    image_key=piece.image_key,
                    alt=piece.alt,
                    caption=piece.caption,
                )
            )
    close()
    return tuple(blocks)


# -- what the editor is told -----------------------------------------------


def _summary(
    hints: Hints,
    themes: tuple[str, ...],
    links: tuple[ImportedLink, ...],
    blocks: tuple[ImportedBlock, ...],
    body: list[Piece],
    reading: Reading,
) -> tuple[str, ...]:
    headings = [piece.text for piece in body if piece.kind == "heading"]
    sentences = [
        labelled("Titre", hints.title) if hints.title else "",
        labelled("Type", hints.type_name) if hints.type_name else "",
        labelled("Série", hints.series_name) if hints.series_name else "",
        f"Publié le {shown(hints.published_on)}" if hints.published_on else "",
        f"Mis à jour le {shown(hints.updated_on)}" if hints.updated_on else "",
        labelled("Chapô", hints.standfirst) if hints.standfirst else "",
        labelled("Intertitres", joined(headings)) if headings else "",
        labelled("Thématiques", joined(themes)) if themes else "",
    ]
    sentences += [labelled("Renvoi", link.label) for link in links]
    for kind, singular, plural in (
        ("figure", "image", "images"),
        ("table", "tableau", "tableaux"),
        ("quote", "citation", "citations"),
        ("callout", "encadré", "encadrés"),
    ):
        number = sum(1 for block in blocks if block.kind == kind)
        sentences.append(counted(number, singular, plural) if number else "")
    return tuple(filter(None, [*sentences, *reading.recognised]))


def _missing(hints: Hints, themes: tuple[str, ...], vocabulary: Vocabulary) -> list[str]:
    sentences = []
    if not hints.title:
        sentences.append("Aucun titre reconnu\u00a0: à saisir.")
    if hints.type_name and not known(hints.type_name, vocabulary.types):
        sentences.append(labelled("Type inconnu du portail", quoted(hints.type_name)))
    if hints.series_name and not known(hints.series_name, vocabulary.series):
        sentences.append(labelled("Série inconnue du portail", quoted(hints.series_name)))
    if vocabulary.themes:
        sentences += [
            labelled("Thématique inconnue du portail", quoted(name))
            for name in themes
            if not known(name, vocabulary.themes)
        ]
    if hints.published_on and hints.updated_on and hints.updated_on < hints.published_on:
        sentences.append("La date de mise à jour précède la date de publication\u00a0: à vérifier.")
    return sentences


def _unshown_title(reading: Reading) -> list[str]:
    title = reading.hints.title
    if not title or title != reading.unshown_title:
        return []
    label = "Titre pris dans les propriétés de la page, que son texte ne montre pas"
    return [labelled(f"{label}\u00a0: à vérifier", quoted(title))]


def _unusable_links(reading: Reading, names: set[str]) -> list[str]:
    """Returns a sentence for each address that leads nowhere from here; those of names that the
    portal links by itself, or of menus, need no word."""
    return [
        labelled("Lien retiré (son texte est gardé)", f"{quoted(text)}, {address}")
        for text, address in reading.unusable_links
        if text not in names and text not in reading.discarded
    ]


# -- nothing lost ----------------------------------------------------------


def _lost_texts(reading: Reading, document: ImportedDocument, placed: list[str]) -> list[str]:
    """Texts of the source that are nowhere in the result.

    The search resumes where the last text was found: a document is mostly in order, and starting
    anew for each line would cost its square.
    """
    haystack = squeeze("\n".join([*_all_texts(document), *placed]))
    lost: list[str] = []
    position = 0
    for text in reading.source_texts:
        needle = squeeze(text)
        found = haystack.find(needle, position)
        if found < 0:
            found = haystack.find(needle)
        if found < 0:
            bare = squeeze(re.sub(r"^\s*(?:[•◦▪‣·–*-]|\d{1,2}[.)])\s+", "", text))
            found = haystack.find(bare, position)
            found = found if found >= 0 else haystack.find(bare)
        if found < 0:
            lost.append(labelled("Texte non repris", quoted(text)))
        else:
            position = found
    return lost


def _all_texts(document: ImportedDocument) -> list[str]:
    texts = [document.title, document.type_name, document.series_name, document.standfirst]
    for block in document.blocks:
        spaced = re.sub(r"</(?:p|li|h\d)>", " ", block.html)
        texts += [block.title, visible_text(spaced), block.cells, block.alt, block.caption]
        texts.append(block.source)
    texts += document.theme_names
    return [*texts, *document.recognised, *document.unrecognised, *document.discarded]


def _lost_links(reading: Reading, document: ImportedDocument) -> list[str]:
    kept = {link.href.rstrip("/") for link in document.links}
    for block in document.blocks:
        kept |= {html.unescape(href).rstrip("/") for href in _HREF.findall(block.html)}
    return [
        labelled("Lien non repris", address.strip())
        for address in reading.source_links
        if address.lower().startswith(("http://", "https://", "mailto:", "tel:"))
        and address.strip().rstrip("/") not in kept
    ]


def _distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
