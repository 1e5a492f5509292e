"""What a document becomes once read: plain values that know neither Django nor the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

BlockKind = Literal["text", "quote", "table", "figure", "callout"]


class DocumentRefused(Exception):
    """The document cannot be read. The message is in French and tells the editor what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class ImportedBlock:
    """One block of the future article's body; which attributes count depends on ``kind``.

    text: html · quote: html, source · table: title, cells (tab-separated lines, first = header)
    · figure: image_key, alt, caption · callout: title, html.
    """

    kind: BlockKind
    html: str = ""
    title: str = ""
    source: str = ""
    cells: str = ""
    image_key: str = ""
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True)
class ImportedLink:
    """A call to read something else (">> Lire l’article « … »"), kept in the body as well.

    ``href`` is empty when the document names no address; ``suggested_title`` is what stood between
    quotation marks, by which the editor (or a search) finds the article that is meant.
    """

    label: str
    href: str
    raw: str
    suggested_title: str


@dataclass(frozen=True)
class ImportedImage:
    """A picture that travelled inside the document; figure blocks name it by ``key``."""

    key: str
    content: bytes
    content_type: str
    alt: str


@dataclass(frozen=True)
class ImportedDocument:
    """A document, sorted. Every sentence of the three last lists is French, for the editor."""

    title: str = ""
    type_name: str = ""
    series_name: str = ""
    published_on: date | None = None
    updated_on: date | None = None
    standfirst: str = ""
    blocks: tuple[ImportedBlock, ...] = ()
    theme_names: tuple[str, ...] = ()
    links: tuple[ImportedLink, ...] = ()
    images: tuple[ImportedImage, ...] = ()
    recognised: tuple[str, ...] = ()
    unrecognised: tuple[str, ...] = ()
    discarded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """The names that the portal already uses, to be recognised however they are typed.

    The defaults are the editors' own words when the database gives none; an empty ``themes``
    means that any theme is taken as it is written.
    """

    types: tuple[str, ...] = (
        "Décryptage",
        "Actualité",
        "Interview",
        "Retour d’expérience",
        "Portrait",
        "Publication",
        "Dossier",
    )
    series: tuple[str, ...] = (
        "Les Belles rencontres du DLA",
        "Retour sur",
        "Le saviez-vous ?",
        "Ruralités",
        "Financement",
    )
    themes: tuple[str, ...] = ()


@dataclass
class Hints:
    """What the file says about itself outside of its text (front matter, metadata of a page)."""

    title: str = ""
    type_name: str = ""
    series_name: str = ""
    published_on: date | None = None
    updated_on: date | None = None
    standfirst: str = ""
    theme_names: list[str] = field(default_factory=list)
