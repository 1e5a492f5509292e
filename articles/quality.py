"""What a reader would trip on: told to the editor before publishing. Nothing here forbids it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import html as lxml_html

from articles.models import Block
from publishing.remarks import Link, Remark

TITLE_LENGTH = 60  # what a search result shows
DESCRIPTION_LENGTHS = (70, 160)
STANDFIRST_LENGTH = 500
VAGUE_LINKS = re.compile(
    r"^(cliquer|cliquez|ici|lien|lire|lire la suite|en savoir plus|voir|plus|télécharger|"
    r"cliquer ici|cliquez ici|cliquez-ici|ce lien|site|site web|https?://\S+|www\.\S+)[\s.…»>]*$",
    re.IGNORECASE,
)
FILE_NAME_ALT = re.compile(r"\.(jpe?g|png|gif|webp|avif)$|^(img|image|photo|dsc)[\s_-]*\d*$", re.I)


def _fragments(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each block's rich text as a tree, with how the editor names the block."""
    labels = dict(Block.Kind.choices)
    for number, block in enumerate(data["blocks"], start=1):
        if block["text"]:
            tree = lxml_html.fragment_fromstring(block["text"], create_parent="div")
            yield f"Bloc {number} ({labels[block['kind']]})", tree


def links(data: Mapping[str, Any]) -> list[Link]:
    """Every link that the body's text and videos make."""
    found = [
        Link(where, " ".join(anchor.text_content().split()), anchor.get("href", ""))
        for where, tree in _fragments(data)
        for anchor in tree.iter("a")
    ]
    found += [
        Link(f"Bloc {number} (Vidéo)", block["title"], block["url"])
        for number, block in enumerate(data["blocks"], start=1)
        if block["kind"] == Block.Kind.REPLAY and block["url"]
    ]
    return found


def remarks(data: Mapping[str, Any]) -> list[Remark]:
    """All remarks on a snapshot, in the order of the form."""
    return [
        *_search_result(data),
        *_cover(data),
        *_headings(data),
        *_link_labels(data),
        *_pictures(data),
        *_long_paragraphs(data),
    ]


def _search_result(data: Mapping[str, Any]) -> Iterator[Remark]:
    title = data["seo_title"] or data["title"]
    if len(title) > TITLE_LENGTH:
        where = "Titre pour les moteurs de recherche" if data["seo_title"] else "Titre"
        yield Remark(
            where,
            f"{len(title)} signes : un résultat de recherche le coupera après {TITLE_LENGTH}. "
            "Donnez un titre plus court pour les moteurs de recherche.",
        )
    description = data["seo_description"] or data["standfirst"]
    shortest, longest = DESCRIPTION_LENGTHS
    if not data["seo_description"] and len(description) > longest:
        yield Remark(
            "Description pour les moteurs de recherche",
            f"Vide : c’est le début du chapô, coupé à {longest} signes, qui paraîtra.",
        )
    elif len(description) < shortest:
        yield Remark(
            "Description pour les moteurs de recherche",
            f"{len(description)} signes : c’est peu pour donner envie (de {shortest} à {longest}).",
        )
    if len(data["standfirst"]) > STANDFIRST_LENGTH:
        yield Remark(
            "Chapô",
            f"{len(data['standfirst'])} signes : au-delà de {STANDFIRST_LENGTH}, on ne le lit plus "
            "d’un coup d’œil.",
        )


def _cover(data: Mapping[str, Any]) -> Iterator[Remark]:
    if data["cover"] and FILE_NAME_ALT.search(data["cover_alt"]):
        yield Remark("Texte de remplacement", "C’est un nom de fichier : dites ce que l’on voit.")


def _headings(data: Mapping[str, Any]) -> Iterator[Remark]:
    previous = 1  # the article's title
    for where, tree in _fragments(data):
        for heading in tree.iter("h2", "h3", "h4"):
            level = int(heading.tag[1])
            text = " ".join(heading.text_content().split())
            if not text:
                yield Remark(where, "Un intertitre est vide.")
                continue
            if level > previous + 1:
                yield Remark(
                    where,
                    f"L’intertitre « {text} » est de niveau {level} alors que le précédent est de "
                    f"niveau {previous} : un niveau est sauté.",
                )
            previous = level
        for paragraph in tree.iter("p"):
            children = list(paragraph)
            only_bold = len(children) == 1 and children[0].tag == "strong"
            if (
                only_bold
                and not (paragraph.text or "").strip()
                and not (children[0].tail or "").strip()
            ):
                text = " ".join(paragraph.text_content().split())
                if 0 < len(text) < 100:
                    yield Remark(
                        where,
                        f"« {text} » est un paragraphe tout en gras : si c’est un intertitre, "
                        "donnez-lui ce style.",
                    )


def _link_labels(data: Mapping[str, Any]) -> Iterator[Remark]:
    for link in links(data):
        if not link.label:
            yield Remark(link.where, f"Un lien vers {link.url} n’a pas de texte.")
        elif VAGUE_LINKS.match(link.label):
            yield Remark(
                link.where,
                f"Le lien « {link.label} » ne dit pas où il mène : hors de sa phrase, un lecteur "
                "d’écran n’en saura rien.",
            )


def _pictures(data: Mapping[str, Any]) -> Iterator[Remark]:
    for number, block in enumerate(data["blocks"], start=1):
        if block["kind"] != Block.Kind.FIGURE or not block["image"]:
            continue
        where = f"Bloc {number} (Image)"
        if not block["alt"] and not block["is_decorative"]:
            yield Remark(where, "L’image n’a pas de texte de remplacement.")
        elif FILE_NAME_ALT.search(block["alt"]):
            yield Remark(where, "Le texte de remplacement est un nom de fichier.")
        elif block["alt"] and block["alt"] == block["caption"]:
            yield Remark(
                where, "Le texte de remplacement répète la légende : il sera lu deux fois."
            )


def _long_paragraphs(data: Mapping[str, Any]) -> Iterator[Remark]:
    for where, tree in _fragments(data):
        for paragraph in tree.iter("p"):
            words = paragraph.text_content().split()
            if len(words) > 180:
                start = " ".join(words[:6])
                yield Remark(where, f"Le paragraphe « {start}… » compte {len(words)} mots.")
