"""What PowerPoint hides: slides, speakers' notes, comments, what lies beside the slide.

Source: ECMA-376 part 1, chapter 19.
"""

from __future__ import annotations

from collections.abc import Iterator

from media.cleaning.findings import Findings, Kind
from media.cleaning.markup import Element, attribute, child, first, local, named, text_of
from media.cleaning.parts import Part, Parts

HIDDEN_SLIDE = Kind(
    "diapositive masquée",
    "diapositives masquées",
    "Clic droit sur une diapositive barrée, dans la liste : supprimez-la, ou affichez-la.",
)
NOTES = Kind(
    "diapositive avec des notes pour l’orateur ou l’oratrice",
    "diapositives avec des notes pour l’orateur ou l’oratrice",
    "PowerPoint : Fichier › Informations › Vérifier l’absence de problèmes › Inspecter le document "
    "retire toutes les notes ; ou exportez en PDF.",
)
COMMENT = Kind(
    "commentaire de relecture",
    "commentaires de relecture",
    "PowerPoint : Révision › Supprimer › Supprimer tous les commentaires.",
)
BESIDE = Kind(
    "texte ou image à côté de la diapositive, hors du cadre",
    "textes ou images à côté de la diapositive, hors du cadre",
    "Dézoomez pour voir autour des diapositives, et supprimez ce qui s’y trouve.",
)
COVERED = Kind(
    "texte entièrement caché sous une forme ou une image",
    "textes entièrement cachés sous une forme ou une image",
    "Supprimez ce texte : Disposition › Volet Sélection le montre parmi les autres.",
)
TRIMMED = Kind(
    "vidéo ou son dont la partie coupée reste dans le fichier",
    "vidéos ou sons dont les parties coupées restent dans le fichier",
    "Fichier › Informations › Compresser les médias retire ce qui est coupé.",
)
# Placeholders of these kinds, on a page of notes, hold no words of the speaker.
_OF_THE_PAGE = {"sldImg", "sldNum", "dt", "hdr", "ftr"}

_OPAQUE = 95_000  # of 100,000
Box = tuple[int, int, int, int]


class Rewriting:
    """Rewrites the parts of one presentation."""

    def __init__(self, parts: Parts, found: Findings) -> None:
        self._found = found
        presentation = parts.tree(parts.main.name)
        size = first(presentation, "sldSz")
        # A slide that the list does not name is in the file, and in no program's list.
        listed = {v for e in named(presentation, "sldId") for v in e.attrib.values()}
        self._listed = {link.target for link in parts.main.links if link.id in listed}
        self._width = _number(size, "cx")
        self._height = _number(size, "cy")

    def rewrite(self, part: Part, root: Element) -> None:
        match local(root):
            case "sld":
                if self.is_hidden(part, root):
                    self._found.add(HIDDEN_SLIDE, _title(root))
                for kind, _, words in self.unseen(root):
                    self._found.add(kind, words)
                for trim in named(root, "trim"):
                    if any(_number(trim, each) for each in ("st", "end")):
                        self._found.add(TRIMMED)
            case "notes":
                if words := _notes(root):
                    self._found.add(NOTES, words)
            case "cmLst":
                for comment in named(root, "cm"):
                    self._found.add(COMMENT, text_of(comment, "text", "t"))
            case "cmAuthorLst" | "authorLst":
                for author in root:
                    for name in ("name", "userId", "providerId"):
                        if name in author.attrib:
                            author.set(name, "Auteur" if name == "name" else "None")
                    if "initials" in author.attrib:
                        author.set("initials", "A")

    def is_hidden(self, part: Part, root: Element) -> bool:
        return attribute(root, "show", "1") in ("0", "false") or part.name not in self._listed

    def unseen(self, root: Element) -> Iterator[tuple[Kind, Element, str]]:
        """Yields the shapes that lie beside the slide or under another, with their words."""
        tree = first(root, "spTree")
        under: list[tuple[Box, Element, str]] = []  # so far: what comes after is drawn over them
        for shape in tree if tree is not None else ():
            box = _box(shape)
            if box is None or not self._width:
                continue
            words = text_of(shape, "t")
            left, top, right, bottom = box
            is_beside = left >= self._width or top >= self._height or right <= 0 or bottom <= 0
            if is_beside and (words or first(shape, "blip") is not None):
                yield BESIDE, shape, words
            if _is_opaque(shape):
                for covered in [each for each in under if _holds(box, each[0])]:
                    yield COVERED, *covered[1:]
                    under.remove(covered)
            if words:
                under.append((box, shape, words))


def _box(shape: Element) -> Box | None:
    """Returns left, top, right and bottom; None where the layout decides, or where it is turned."""
    place = first(shape, "xfrm")
    start, size = child(place, "off"), child(place, "ext")
    if start is None or size is None or attribute(place, "rot", "0") != "0":
        return None
    x, y = _number(start, "x"), _number(start, "y")
    return x, y, x + _number(size, "cx"), y + _number(size, "cy")


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and outer[2] >= inner[2]
        and outer[3] >= inner[3]
    )


def _is_opaque(shape: Element) -> bool:
    """Says whether it is a picture, or a shape that is filled by itself or by its style."""
    if local(shape) == "pic":
        return True
    properties = child(shape, "spPr")
    if local(shape) != "sp" or properties is None:
        return False
    for fill in properties:
        if local(fill) == "noFill":
            return False
        if local(fill) in ("solidFill", "gradFill", "pattFill", "blipFill"):
            return all(_number(alpha, "val") >= _OPAQUE for alpha in named(fill, "alpha"))
    style = child(child(shape, "style"), "fillRef")
    return style is not None and attribute(style, "idx") not in ("", "0")


def _number(element: Element | None, name: str) -> int:
    value = attribute(element, name) if element is not None else ""
    return int(value) if value.lstrip("-").isdigit() else 0


def _title(slide: Element) -> str:
    for shape in named(slide, "sp"):
        holder = first(shape, "ph")
        if holder is not None and attribute(holder, "type") in ("title", "ctrTitle"):
            return text_of(shape, "t")
    return text_of(slide, "t")


def _notes(page: Element) -> str:
    words = []
    for shape in named(page, "sp", "graphicFrame"):
        holder = first(shape, "ph")
        if holder is None or attribute(holder, "type", "body") not in _OF_THE_PAGE:
            words.append(text_of(shape, "t"))
    return " ".join(each for each in words if each.strip())
