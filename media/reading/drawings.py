"""What drawings of Word and PowerPoint say: boxes, charts, diagrams."""

from __future__ import annotations

from collections.abc import Iterator

from media.cleaning.drawings import is_hidden
from media.cleaning.markup import Element, attribute, local, named
from media.cleaning.parts import Part, Parts


def is_hidden_shape(shape: Element) -> bool:
    """Says whether a shape or a picture, with all that is in it, is hidden."""
    if is_hidden(shape):
        return True
    own = (each for each in shape if local(each) in ("docPr", "cNvPr") or local(each)[:2] == "nv")
    return any(
        is_hidden(properties) for each in own for properties in named(each, "docPr", "cNvPr")
    )


def drawn_words(parts: Parts, owner: Part, drawing: Element) -> Iterator[str]:
    """Yields the words of the charts and diagrams that a drawing shows, which are in parts of their
    own: titles, categories, boxes."""
    links = {link.id: link.target for link in owner.links if not link.is_outside}
    for element in named(drawing, "chart", "relIds"):
        target = links.get(attribute(element, "dm") or attribute(element, "id"), "")
        if not target or target not in parts.package:
            continue
        root = parts.tree(target)
        if local(element) == "relIds":
            for paragraph in named(root, "p"):
                yield runs(paragraph)
        else:
            seen: set[str] = set()
            for group in named(root, "rich", "strCache"):
                for said in named(group, "p" if local(group) == "rich" else "v"):
                    words = runs(said) if local(said) == "p" else said.text or ""
                    if words not in seen:  # each series repeats its categories
                        seen.add(words)
                        yield words


def runs(paragraph: Element) -> str:
    """Returns the text of a paragraph of a drawing, without the numbers and dates that the program
    puts in."""
    pieces = []
    for element in named(paragraph, "t", "br"):
        field = element.getparent()
        if local(field) == "fld" and attribute(field, "type").startswith(("slidenum", "datetime")):
            continue
        pieces.append("\n" if local(element) == "br" else element.text or "")
    return "".join(pieces)
