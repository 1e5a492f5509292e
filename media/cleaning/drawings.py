"""What drawings hide, in any Office program: cropped parts, hidden shapes, names of files."""

from __future__ import annotations

import re

from media.cleaning.findings import Findings, Kind, Refused
from media.cleaning.markup import (
    Element,
    attribute,
    is_file_name,
    local,
    named,
    parsed,
    removed,
    serialised,
    text_of,
)

CROPPED = Kind(
    "image rognée, dont la partie coupée reste dans le fichier",
    "images rognées, dont les parties coupées restent dans le fichier",
    "Word, Excel, PowerPoint : Format de l’image › Compresser les images › Supprimer les zones "
    "rognées ; LibreOffice : clic droit sur l’image › Compresser.",
)
HIDDEN_SHAPE = Kind(
    "forme ou image masquée",
    "formes ou images masquées",
    "Word, Excel, PowerPoint : Disposition › Volet Sélection montre celles qui sont masquées.",
)
# The unit is a hundredth of a percent of the picture: less than one percent is a rounding of the
# program.
_LEAST_CROP = 1000
_INVISIBLE = re.compile(r"(?i)(visibility\s*:\s*hidden|display\s*:\s*none|mso-hide\s*:\s*all)")
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"


def bare_drawing(root: Element, found: Findings) -> None:
    """Takes names of files off pictures, and tells what is hidden."""
    for element in named(root, "cNvPr", "docPr"):
        if is_hidden(element):
            shape = element.getparent()
            shape = shape if local(element) == "docPr" else shape.getparent()
            found.add(HIDDEN_SHAPE, text_of(shape, "t") or attribute(element, "name"))
        for name in ("name", "descr", "title"):
            if is_file_name(element.get(name, "")):
                element.set(name, "Image" if name == "name" else "")
    for element in named(root, "srcRect"):
        if any(_crop(element.get(side, "")) >= _LEAST_CROP for side in "ltrb"):
            found.add(CROPPED)
    for element in named(root, "imagedata"):  # this is the older way of drawing
        for key in list(element.attrib):
            if local_name(key).startswith("crop") and not element.get(key, "").startswith(
                ("-", "0")
            ):
                found.add(CROPPED)
                break
        for key in list(element.attrib):
            if local_name(key) in ("title", "href", "althref") and is_file_name(element.get(key)):
                del element.attrib[key]
    for element in root.iter("{urn:schemas-microsoft-com:vml}*"):
        # Notes of a sheet are drawn so until they are pointed at; they are told as notes.
        is_note = any(local(each) == "ClientData" for each in element)
        if is_hidden(element) and not is_note:
            found.add(HIDDEN_SHAPE, text_of(element))
        if is_file_name(element.get("alt", "")):
            element.set("alt", "")


def is_hidden(element: Element) -> bool:
    """Says whether the properties of a shape (`cNvPr`, `docPr`), or a shape of the older way, hide
    it."""
    if local(element) in ("cNvPr", "docPr"):
        return attribute(element, "hidden") in ("1", "true", "on")
    return bool(_INVISIBLE.search(element.get("style", "")))


def local_name(key: str) -> str:
    return key.rpartition("}")[2]


def _crop(value: str) -> int:
    try:
        return int(float(value[:-1]) * 1000) if value.endswith("%") else int(value or 0)
    except ValueError:
        return 0


def bare_svg(content: bytes) -> bytes:
    """Returns the drawing only: no comment, no description of its making, nothing of the program's
    own. It is given back as it came when it cannot be read: nobody shows it either.

    Given back as it came when it cannot be read: nobody shows it either.
    """
    try:
        root = parsed(content)
    except Refused:
        return content
    for element in list(root.iter()):
        space = element.tag.rpartition("}")[0].lstrip("{") if isinstance(element.tag, str) else ""
        if local(element) in ("metadata", "script") or space not in (_SVG, ""):
            if element is not root:
                removed(element)
            continue
        for key in list(element.attrib):
            is_of_drawing = key.startswith((f"{{{_XLINK}}}", "{http://www.w3.org/XML"))
            if key.startswith("data-") or (key.startswith("{") and not is_of_drawing):
                del element.attrib[key]
    return serialised(root)
