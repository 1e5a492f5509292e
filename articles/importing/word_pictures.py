"""Pictures of Word cut to what is shown of them, before anything else reads the document.

Word keeps whole what it crops: the person beside, the rest of the screen. Each cropped picture is
replaced by a new file that holds only what is left; one that cannot be cut is left out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, NamedTuple

from lxml import etree
from PIL import Image as Pillow
from PIL import ImageChops, ImageDraw, ImageOps

from articles.importing.pictures import content_type_of
from articles.importing.wording import labelled, quoted
from media.renditions import MOST_PIXELS, READABLE

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_V = "{urn:schemas-microsoft-com:vml}"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_CUTS = re.compile(rb"srcRect|fillRect|prstGeom|custGeom|crop(?:left|right|top|bottom)")
# Corners are cut off in all of these; for lack of each one's own drawing, all four are.
_ROUNDED = re.compile(r"(?:round|snip)\w*Rect")
_CORNER = 16_667 / 100_000  # of the shorter side, unless the document says otherwise
_MOST_PIXELS_READ = 8 * MOST_PIXELS  # some seconds, however many pictures are cropped


class Window(NamedTuple):
    """What is cut off each side, as a part of the whole picture, and the shape that is left."""

    left: float = 0
    top: float = 0
    right: float = 0
    bottom: float = 0
    shape: str = ""  # "", "ellipse", "rounded" or the name of one that cannot be drawn
    corner: float = _CORNER

    @property
    def is_whole(self) -> bool:
        return not self.shape and max(self[:4]) <= 0


@dataclass
class Cut:
    """The entries of the archive that change or are new, and what is said of those left out."""

    entries: dict[str, bytes] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    pixels: int = 0  # read so far, of all pictures


def cut_pictures(
    parts: dict[str, bytes], read: Callable[[str], bytes], parser: etree.XMLParser
) -> Cut:
    """Cuts the pictures. `read` gives an entry of the archive by its name, or raises KeyError."""
    cut = Cut()
    for name, part in parts.items():
        folder, base = posixpath.split(name)
        relations = parts.get(f"{folder}/_rels/{base}.rels")
        if relations is not None and _CUTS.search(part):
            root = etree.fromstring(part, parser)
            _Part(name, root, etree.fromstring(relations, parser), read, cut).cut_all()
    return cut


class _Part:
    """One part of the archive with the relations that lead from it to its pictures."""

    def __init__(
        self, name: str, root: Any, relations: Any, read: Callable[[str], bytes], cut: Cut
    ) -> None:
        self._name, self._root, self._relations = name, root, relations
        self._read, self._cut = read, cut
        self._folder, self._base = posixpath.split(name)
        self._made: dict[tuple[str, Window], str] = {}

    def cut_all(self) -> None:
        changed = False
        for picture in self._root.iter(f"{_PIC}pic"):
            blip = picture.find(f"{_PIC}blipFill/{_A}blip")
            window = _window_of_drawing(picture)
            if blip is not None and not window.is_whole:
                self._settle(blip, f"{_R}embed", window, _alt_of(picture))
                blip.attrib.pop(f"{_R}link", None)
                changed = True
        for picture in self._root.iter(f"{_V}imagedata"):
            window = _window_of_vml(picture)
            if not window.is_whole:
                self._settle(picture, f"{_R}id", window, _alt_of_vml(picture))
                changed = True
        if changed:
            relations = f"{self._folder}/_rels/{self._base}.rels"
            for name, root in ((self._name, self._root), (relations, self._relations)):
                written = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
                self._cut.entries[name] = written

    def _settle(self, element: Any, attribute: str, window: Window, alt: str) -> None:
        """Points at the picture that is left, or at none."""
        identifier = element.get(attribute, "")
        content = self._content(identifier)
        if content is None or not content_type_of(content):
            return  # linked, missing or of a format that no article takes: it is told elsewhere
        key = (identifier, window)
        if key not in self._made:
            self._cut.pixels += _pixels_of(content)
            left = cropped(content, window) if self._cut.pixels <= _MOST_PIXELS_READ else None
            self._made[key] = "" if left is None else self._add(left)
        if self._made[key]:
            element.set(attribute, self._made[key])
            return
        element.attrib.pop(attribute, None)
        name = f"Image {quoted(alt)} non reprise" if alt else "Image sans description non reprise"
        self._cut.refused.append(
            labelled(
                name,
                "elle est rognée dans le document, et n’a pas pu l’être ici. Rognez-la dans un "
                "logiciel d’images, puis ajoutez-la à l’article",
            )
        )

    def _content(self, identifier: str) -> bytes | None:
        for relation in self._relations:
            if isinstance(relation.tag, str) and relation.get("Id") == identifier:
                target = relation.get("Target", "")
                if relation.get("TargetMode", "") == "External":
                    return None
                path = posixpath.normpath(posixpath.join(f"/{self._folder}", target))
                try:
                    return self._read(path.lstrip("/"))
                except KeyError:
                    return None
        return None

    def _add(self, content: bytes) -> str:
        number = len(self._cut.entries) + 1
        identifier, base = f"rogne{number}", posixpath.basename(self._name)
        target = f"media/rogne-{base}-{number}.{content_type_of(content).removeprefix('image/')}"
        self._cut.entries[f"{self._folder}/{target}"] = content
        relation = etree.SubElement(
            self._relations, f"{{{self._relations.nsmap[None]}}}Relationship"
        )
        relation.attrib.update({"Id": identifier, "Type": _IMAGE, "Target": target})
        return identifier


# -- what the document says ---------------------------------------------------


def _window_of_drawing(picture: Any) -> Window:
    fill = picture.find(f"{_PIC}blipFill")
    source = None if fill is None else fill.find(f"{_A}srcRect")
    left, top, right, bottom = _sides(source)
    # A picture may also be larger than its frame.
    frame = _sides(None if fill is None else fill.find(f"{_A}stretch/{_A}fillRect"))
    width, height = 1 - left - right, 1 - top - bottom
    across, down = 1 - frame[0] - frame[2], 1 - frame[1] - frame[3]
    if across > 0 and down > 0:
        left += max(-frame[0], 0) / across * width
        right += max(-frame[2], 0) / across * width
        top += max(-frame[1], 0) / down * height
        bottom += max(-frame[3], 0) / down * height
    return Window(left, top, right, bottom, *_shape(picture.find(f"{_PIC}spPr")))


def _sides(rectangle: Any) -> tuple[float, float, float, float]:
    if rectangle is None:
        return (0, 0, 0, 0)
    left, top, right, bottom = (_thousandths(rectangle.get(side, "0")) for side in "ltrb")
    return left, top, right, bottom


def _thousandths(value: str) -> float:
    """Reads ``25000`` or, in the strict format, ``25%``, as a part of the whole."""
    try:
        return float(value[:-1]) / 100 if value.endswith("%") else float(value) / 100_000
    except ValueError:
        return 0


def _shape(properties: Any) -> tuple[str, float]:
    if properties is None:
        return "", _CORNER
    if properties.find(f"{_A}custGeom") is not None:
        return "custom", _CORNER
    geometry = properties.find(f"{_A}prstGeom")
    name = "rect" if geometry is None else geometry.get("prst", "rect")
    if name in ("rect", "flowChartProcess", "ellipse", "flowChartConnector"):
        return ("ellipse" if name in ("ellipse", "flowChartConnector") else ""), _CORNER
    if not _ROUNDED.fullmatch(name):
        return name, _CORNER
    corners = [
        int(found[1]) / 100_000
        for guide in geometry.iter(f"{_A}gd")
        if (found := re.fullmatch(r"val (\d{1,6})", guide.get("fmla", "")))
    ]
    return "rounded", min(max(corners, default=_CORNER), 0.5)


def _window_of_vml(picture: Any) -> Window:
    names = ("left", "top", "right", "bottom")
    left, top, right, bottom = (_fraction(picture.get(f"crop{name}", "0")) for name in names)
    return Window(left, top, right, bottom)


def _fraction(value: str) -> float:
    """Reads ``.25``, ``25%`` or ``16384f`` (of 65,536), as a part of the whole."""
    match = re.fullmatch(r"(-?\d*\.?\d+)(f|%)?", value.strip())
    if match is None:
        return 0
    return float(match[1]) / {"f": 65_536, "%": 100, None: 1}[match[2]]


def _alt_of(picture: Any) -> str:
    drawing = next(picture.iterancestors(f"{_WP}inline", f"{_WP}anchor"), None)
    properties = None if drawing is None else drawing.find(f"{_WP}docPr")
    return "" if properties is None else properties.get("descr", "").strip()


def _alt_of_vml(picture: Any) -> str:
    shape = picture.getparent()
    return "" if shape is None else shape.get("alt", "").strip()


# -- pixels -------------------------------------------------------------------


def _pixels_of(content: bytes) -> int:
    try:
        with Pillow.open(BytesIO(content), formats=READABLE) as source:
            return source.width * source.height
    except Exception:  # as below
        return 0


def cropped(content: bytes, window: Window) -> bytes | None:
    """Returns the picture that is left, without metadata; None when it cannot be made.

    The document speaks of the picture as it is stored, before its camera's orientation.
    """
    if window.shape not in ("", "ellipse", "rounded"):
        return None
    try:
        with Pillow.open(BytesIO(content), formats=READABLE) as source:
            if source.width * source.height > MOST_PIXELS:
                return None
            box = (
                round(source.width * max(window.left, 0)),
                round(source.height * max(window.top, 0)),
                round(source.width * (1 - max(window.right, 0))),
                round(source.height * (1 - max(window.bottom, 0))),
            )
            if box[0] >= box[2] or box[1] >= box[3]:
                return None
            is_photograph = source.format == "JPEG" and not window.shape
            pixels = source.crop(box)
        pixels = ImageOps.exif_transpose(pixels)
        profile = pixels.info.get("icc_profile")
        if window.shape:
            pixels = _masked(pixels, window)
        elif pixels.mode == "P" or "transparency" in pixels.info:
            pixels = pixels.convert("RGBA" if "transparency" in pixels.info else "RGB")
        pixels.info.clear()
        file = BytesIO()
        if is_photograph:
            pixels.save(file, "JPEG", quality=92, icc_profile=profile)
        else:
            pixels.save(file, "PNG", icc_profile=profile)
    except Exception:  # on damaged files the decoders raise nearly anything
        return None
    return file.getvalue()


def _masked(pixels: Pillow.Image, window: Window) -> Pillow.Image:
    """Makes it transparent outside the shape."""
    pixels = pixels.convert("RGBA")
    mask = Pillow.new("L", pixels.size, 0)
    frame = (0, 0, pixels.width - 1, pixels.height - 1)
    draw = ImageDraw.Draw(mask)
    if window.shape == "ellipse":
        draw.ellipse(frame, fill=255)
    else:
        draw.rounded_rectangle(frame, radius=min(pixels.size) * window.corner, fill=255)
    shown = ImageChops.multiply(pixels.getchannel("A"), mask)
    # What is transparent keeps its colours, which a reader could bring back.
    blank = Pillow.new("RGBA", pixels.size, (0, 0, 0, 0))
    blank.paste(pixels, mask=mask.point(lambda value: 255 if value else 0))
    blank.putalpha(shown)
    return blank
