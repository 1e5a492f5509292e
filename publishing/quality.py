"""Finds what a reader of rich text would trip on, whatever content it is part of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import html as lxml_html

from publishing.remarks import Link, Remark

TITLE_LENGTH = 60  # a search result shows so many
MOST_WORDS = 180  # words of a paragraph
VAGUE_LINKS = re.compile(
    r"^(cliquer|cliquez|ici|lien|lire|lire la suite|en savoir plus|voir|plus|télécharger|"
    r"cliquer ici|cliquez ici|cliquez-ici|ce lien|site|site web|https?://\S+|www\.\S+)[\s.…»>]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fragment:
    """A rich text, and how the editor names the place where it is written."""

    where: str
    markup: str
    anchor: str = ""

    @cached_property
    def tree(self) -> Any:
        return lxml_html.fragment_fromstring(self.markup, create_parent="div")


def links(fragments: Iterable[Fragment]) -> list[Link]:
    """Returns every link that the texts make."""
    return [
        Link(
            fragment.where,
            " ".join(anchor.text_content().split()),
            anchor.get("href", ""),
            fragment.anchor,
        )
        for fragment in fragments
        for anchor in fragment.tree.iter("a")
    ]


def headings(fragments: Iterable[Fragment], *, under: int = 1) -> Iterator[Remark]:
    """Yields remarks on headings. `under` is the level of the title that the texts come below."""
    previous = under
    for fragment in fragments:
        where, tree, anchor = fragment.where, fragment.tree, fragment.anchor
        for heading in tree.iter("h2", "h3", "h4"):
            level = int(heading.tag[1])
            text = " ".join(heading.text_content().split())
            if not text:
                yield Remark(where, "Un intertitre est vide.", anchor)
                continue
            if level > previous + 1:
                yield Remark(
                    where,
                    f"L’intertitre « {text} » est de niveau {level} alors que le précédent est de "
                    f"niveau {previous} : un niveau est sauté.",
                    anchor,
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
                        anchor,
                    )


def link_labels(found: Iterable[Link]) -> Iterator[Remark]:
    for link in found:
        if not link.label:
            yield Remark(link.where, f"Un lien vers {link.url} n’a pas de texte.", link.anchor)
        elif VAGUE_LINKS.match(link.label):
            yield Remark(
                link.where,
                f"Le lien « {link.label} » ne dit pas où il mène : hors de sa phrase, un lecteur "
                "d’écran n’en saura rien.",
                link.anchor,
            )


def long_paragraphs(fragments: Iterable[Fragment]) -> Iterator[Remark]:
    for fragment in fragments:
        for paragraph in fragment.tree.iter("p"):
            words = paragraph.text_content().split()
            if len(words) > MOST_WORDS:
                start = " ".join(words[:6])
                yield Remark(
                    fragment.where,
                    f"Le paragraphe « {start}… » compte {len(words)} mots.",
                    fragment.anchor,
                )
