"""What a reader of an article would trip on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q

from articles.explaining import first_mentions
from articles.models import Block, Publication
from glossary.mentions import Finder
from glossary.models import Term
from media.remarks import documents_without_text, held_documents
from publishing import quality
from publishing.quality import TITLE_LENGTH, Fragment
from publishing.remarks import Link, Remark, at_field, at_row

DESCRIPTION_LENGTHS = (70, 160)
STANDFIRST_LENGTH = 500
FILE_NAME_ALT = re.compile(r"\.(jpe?g|png|gif|webp|avif)$|^(img|image|photo|dsc)[\s_-]*\d*$", re.I)


def _fragments(data: Mapping[str, Any]) -> Iterator[Fragment]:
    """Yields each block's rich text, with how the editor names the block."""
    for number, block in enumerate(data["blocks"], start=1):
        if block["text"]:
            yield Fragment(
                Block.numbered(number, block), block["text"], at_row("blocks", number, "text")
            )


def links(data: Mapping[str, Any]) -> list[Link]:
    """Returns every link that the body's text and videos make."""
    found = quality.links(_fragments(data))
    found += [
        Link(
            Block.numbered(number, block),
            block["title"],
            block["url"],
            at_row("blocks", number, "url"),
        )
        for number, block in enumerate(data["blocks"], start=1)
        if block["kind"] == Block.Kind.REPLAY and block["url"]
    ]
    return found


def remarks(data: Mapping[str, Any], *, reader: Any) -> list[Remark]:
    """Returns all remarks on a snapshot, in the order of the form, as that person may read them."""
    documents = [row["document"] for row in (*data["blocks"], *data["attachments"])]
    return [
        *_search_result(data),
        *_cover(data),
        *quality.headings(_fragments(data)),
        *quality.link_labels(links(data)),
        *_pictures(data),
        *held_documents(documents, reader=reader),
        *documents_without_text(documents, reader=reader),
        *quality.long_paragraphs(_fragments(data)),
        *_unrelated(data, reader),
        *_terms(data),
    ]


def _search_result(data: Mapping[str, Any]) -> Iterator[Remark]:
    title = data["seo_title"] or data["title"]
    if len(title) > TITLE_LENGTH:
        where = "Titre pour les moteurs de recherche" if data["seo_title"] else "Titre"
        name = "seo_title" if data["seo_title"] else "title"
        yield Remark(
            where,
            f"{len(title)} signes : un résultat de recherche le coupera après {TITLE_LENGTH}. "
            "Donnez un titre plus court pour les moteurs de recherche.",
            at_field(name),
        )
    description = data["seo_description"] or data["standfirst"]
    shortest, longest = DESCRIPTION_LENGTHS
    if not data["seo_description"] and len(description) > longest:
        yield Remark(
            "Description pour les moteurs de recherche",
            f"Vide : c’est le début du chapô, coupé à {longest} signes, qui paraîtra.",
            at_field("seo_description"),
        )
    elif len(description) < shortest:
        yield Remark(
            "Description pour les moteurs de recherche",
            f"{len(description)} signes : c’est peu pour donner envie (de {shortest} à {longest}).",
            at_field("seo_description"),
        )
    if len(data["standfirst"]) > STANDFIRST_LENGTH:
        yield Remark(
            "Chapô",
            f"{len(data['standfirst'])} signes : au-delà de {STANDFIRST_LENGTH}, on ne le lit plus "
            "d’un coup d’œil.",
            at_field("standfirst"),
        )


def _cover(data: Mapping[str, Any]) -> Iterator[Remark]:
    if data["cover"] and FILE_NAME_ALT.search(data["cover_alt"]):
        yield Remark(
            "Texte de remplacement",
            "C’est un nom de fichier : dites ce que l’on voit.",
            at_field("cover_alt"),
        )


def _pictures(data: Mapping[str, Any]) -> Iterator[Remark]:
    for number, block in enumerate(data["blocks"], start=1):
        if block["kind"] != Block.Kind.FIGURE or not block["image"]:
            continue
        where, anchor = Block.numbered(number, block), at_row("blocks", number, "alt")
        if not block["alt"] and not block["is_decorative"]:
            yield Remark(where, "L’image n’a pas de texte de remplacement.", anchor)
        elif FILE_NAME_ALT.search(block["alt"]):
            yield Remark(where, "Le texte de remplacement est un nom de fichier.", anchor)
        elif block["alt"] and block["alt"] == block["caption"]:
            yield Remark(
                where,
                "Le texte de remplacement répète la légende : il sera lu deux fois.",
                anchor,
            )


def _unrelated(data: Mapping[str, Any], reader: Any) -> Iterator[Remark]:
    """Tells of articles « à lire aussi » that the page will leave out, as far as this person may
    read them."""
    rows = data.get("related_articles", [])
    if not rows:
        return
    read = Publication.objects.visible_to(reader).filter(
        article__in=[row["target"] for row in rows]
    )
    shares = Q(themes__in=data["themes"]) | Q(territories__in=data["territories"])
    sharing = set(read.filter(shares).values_list("article", flat=True))
    left_out = set(read.values_list("article", flat=True)) - sharing
    for number, row in enumerate(rows, start=1):
        if row["target"] in left_out:
            yield Remark(
                f"À lire aussi, article {number}",
                "Il ne partage ni thématique ni territoire avec celui-ci : la page ne le montrera "
                "pas.",
                at_row("related_articles", number, "target"),
            )


def _terms(data: Mapping[str, Any]) -> Iterator[Remark]:
    """Tells of terms that the text mentions and does not explain, and of those that it would
    explain if it mentioned them."""
    spellings = list(Term.objects.spellings())
    found = first_mentions(data["blocks"], Finder(spellings))
    chosen = set(data.get("explained_terms", []))
    for term, _ in spellings:
        anchor = at_field(f"explained_terms_{term.pk}")
        if term.pk in found and term.pk not in chosen:
            number, words = found[term.pk]
            yield Remark(
                Block.numbered(number, data["blocks"][number - 1]),
                f"« {words} » est au glossaire. Expliquer ce mot ?",
                anchor,
            )
        elif term.pk in chosen and term.pk not in found:
            yield Remark(
                "Mots expliqués",
                f"« {term} » est coché, mais le texte n’en parle pas : rien n’en paraîtra.",
                anchor,
            )
