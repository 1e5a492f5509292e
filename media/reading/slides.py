"""The text of a presentation, slide by slide: neither speakers' notes nor what no slide shows.

Source: ECMA-376 part 1, chapters 19 and 21.
"""

from __future__ import annotations

from collections.abc import Iterator

from media.cleaning.findings import Findings
from media.cleaning.markup import Element, attribute, local, named
from media.cleaning.parts import Part, Parts
from media.cleaning.slides import Rewriting
from media.reading.bounds import Page
from media.reading.drawings import drawn_words, is_hidden_shape, runs

_OF_THE_SLIDE = {"sldNum", "dt", "ftr", "hdr"}


def pages(parts: Parts) -> Iterator[Page]:
    rewriting = Rewriting(parts, Findings())
    targets = {link.id: link.target for link in parts.main.links}
    slides = [
        targets.get(value, "")
        for listed in named(parts.tree(parts.main.name), "sldId")
        for key, value in listed.attrib.items()
        if key.endswith("}id")
    ]
    # Those that are hidden count: their number is on none of the others.
    for number, name in enumerate(slides, 1):
        if name not in parts.package:
            continue
        part, root = parts[name], parts.tree(name)
        if rewriting.is_hidden(part, root):
            continue
        unseen = {shape for _, shape, _ in rewriting.unseen(root)}
        yield number, "\n".join(_lines(parts, part, root, unseen))


def _lines(parts: Parts, part: Part, element: Element, unseen: set[Element]) -> Iterator[str]:
    for each in element:
        if each in unseen or is_hidden_shape(each):
            continue
        match local(each):
            case "tr":
                cells = (cell for cell in each if local(cell) == "tc")
                yield "\t".join("\n".join(_lines(parts, part, cell, unseen)) for cell in cells)
            case "p":
                yield runs(each)
            case "graphicData":
                yield from drawn_words(parts, part, each)
                yield from _lines(parts, part, each, unseen)
            case "AlternateContent":
                # Programs of today show the first form.
                yield from _lines(parts, part, next(iter(each), each), unseen)
            case "sp" if _is_of_the_slide(each):
                continue
            case _:
                yield from _lines(parts, part, each, unseen)


def _is_of_the_slide(shape: Element) -> bool:
    """Says whether a shape holds the number, the date or the foot that slides have in common."""
    return any(attribute(holder, "type") in _OF_THE_SLIDE for holder in named(shape, "ph"))
