"""What lies on a PDF's pages and cannot be seen: under a shape, white on white, out of the page.

To cover words with a black box is the best known way to publish what was to be masked: they are
still there, for whoever selects them. The drawing is followed as a reader would do it, by boxes
only: where text begins, which boxes are painted before and after it. Letters are not read, so
the page is told, not its words. Invisible text over a scanned picture says what the picture shows,
and is how scans are read aloud: it is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from media.cleaning.findings import Findings, Kind

COVERED = Kind(
    "page où du texte est caché sous un aplat ou une image, et se copie encore",
    "pages où du texte est caché sous un aplat ou une image, et se copie encore",
    "Noircir ne suffit pas : supprimez ces mots dans le document d’origine, puis refaites le PDF.",
)
OUTSIDE = Kind(
    "page avec du texte hors de ce qui se voit de la page",
    "pages avec du texte hors de ce qui se voit de la page",
    "Supprimez ce texte dans le document d’origine, ou imprimez le document en PDF.",
)
INVISIBLE = Kind(
    "page avec du texte invisible ou blanc sur blanc",
    "pages avec du texte invisible ou blanc sur blanc",
    OUTSIDE.advice,
)
UNCHECKED = Kind(
    "page si chargée que du texte caché n’y a pas été cherché jusqu’au bout",
    "pages si chargées que du texte caché n’y a pas été cherché jusqu’au bout",
    "Imprimez le document en PDF, ou partagez-le en plusieurs.",
)
MOST_OPERATIONS = 1_000_000
_DEEPEST = 8
_LEAST_LETTERS = 2
_SMALLEST = 3  # points; smaller text cannot be read
_BAND = 12  # points
Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_SHOWS = {"Tj", "TJ", "'", '"'}
_FILLS = {"f", "F", "f*", "B", "B*", "b", "b*"}
_ENDS = {"S", "s", "n"}
_PLAIN_SPACES = {
    *("/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/CalGray", "/CalRGB", "/ICCBased"),
}
_ALL: Box = (-1e9, -1e9, 1e9, 1e9)


@dataclass(frozen=True)
class _State:
    """The state that `q` keeps and `Q` gives back."""

    matrix: Matrix = _IDENTITY
    is_white: bool = False
    is_plain: bool = True  # `sc` names colours of this space
    is_opaque: bool = True
    mode: int = 0
    size: float = 10
    leading: float = 0


@dataclass
class _Page:
    visible: Box
    # Each is `(x, y, size)`, kept by its height on the page: a box is compared with what is near
    # it.
    texts: dict[int, list[tuple[float, float, float]]] = field(default_factory=dict)
    grounds: list[Box] = field(default_factory=list)
    is_covered: bool = False
    is_outside: bool = False
    is_invisible: bool = False
    invisible: int = 0  # how many letters without ink, and whether there is a picture under them
    has_picture: bool = False


def tell_unseen(pdf: pikepdf.Pdf, found: Findings, *, most: int) -> None:
    left = MOST_OPERATIONS
    for number, page in enumerate(pdf.pages, 1):
        walk = _Walk(pdf, _Page(_box(page.cropbox)), left, most)
        # Readers show a page as far as they understand it.
        with suppress(pikepdf.PdfError, ValueError, TypeError, IndexError, OverflowError):
            walk.content(page.obj, page.obj.get("/Contents"), _State(), 0)
        left = walk.left
        seen = walk.page
        if seen.is_covered:
            found.add(COVERED, f"page {number}")
        if seen.is_outside:
            found.add(OUTSIDE, f"page {number}")
        if seen.is_invisible or (seen.invisible and not seen.has_picture):
            found.add(INVISIBLE, f"page {number}")
        if left <= 0:
            found.add(UNCHECKED, f"page {number}")
            return


class _Walk:
    def __init__(self, pdf: pikepdf.Pdf, page: _Page, left: int, most: int) -> None:
        self.pdf, self.page, self.left, self._most = pdf, page, left, most

    def content(self, owner: Any, content: Any, state: _State, depth: int) -> None:
        """Follows a page's or a form's operators; `owner` has the resources that they name."""
        if depth > _DEEPEST:
            return
        resources = owner.get("/Resources", pikepdf.Dictionary())
        stack: list[_State] = []
        path: list[tuple[float, float]] = []
        line = place = _IDENTITY
        for operands, operator in self._operators(content):
            self.left -= 1
            if self.left <= 0:
                return
            name = str(operator)
            if name == "q":
                stack.append(state)
            elif name == "Q":
                state = stack.pop() if stack else state
            elif name == "cm":
                state = replace(state, matrix=_times(_matrix(operands), state.matrix))
            elif name in ("rg", "g", "k"):
                state = replace(state, is_white=_is_white(operands))
            elif name in ("sc", "scn"):
                state = replace(state, is_white=state.is_plain and _is_white(operands))
            elif name == "cs":
                space = str(operands[0])
                space = resources.get("/ColorSpace", {}).get(space, space)
                state = replace(state, is_white=False, is_plain=_is_plain(space))
            elif name == "gs":
                state = _with(state, resources.get("/ExtGState", {}).get(str(operands[0])))
            elif name == "BT":
                line = place = _IDENTITY
            elif name == "Tf":
                state = replace(state, size=abs(float(operands[1])) or state.size)
            elif name == "TL":
                state = replace(state, leading=float(operands[0]))
            elif name == "Tr":
                state = replace(state, mode=int(operands[0]))
            elif name in ("Td", "TD"):
                x, y = float(operands[0]), float(operands[1])
                if name == "TD":
                    state = replace(state, leading=-y)
                line = place = _times((1, 0, 0, 1, x, y), line)
            elif name == "Tm":
                line = place = _matrix(operands)
            elif name == "T*" or name in ("'", '"'):
                line = place = _times((1, 0, 0, 1, 0, -state.leading), line)
            if name in _SHOWS:
                self._text(operands, place, state)
            elif name == "re":
                x, y, w, h = map(float, operands)
                path += [
                    _at(state.matrix, *p) for p in ((x, y), (x + w, y), (x, y + h), (x + w, y + h))
                ]
            elif name in ("m", "l", "c", "v", "y"):
                numbers = list(map(float, operands))
                path += [
                    _at(state.matrix, *numbers[i : i + 2]) for i in range(0, len(numbers) - 1, 2)
                ]
            elif name in _FILLS:
                if path:
                    self._paint(_around(path), state, covers=_is_box(path))
                path = []
            elif name in _ENDS:
                path = []
            elif name == "sh":
                self.page.grounds.append(_ALL)
            elif name == "Do":
                self._thing(
                    resources.get("/XObject", {}).get(str(operands[0])), owner, state, depth
                )

    def _operators(self, content: Any) -> Iterator[tuple[Any, Any]]:
        streams = list(content) if isinstance(content, pikepdf.Array) else [content]
        data = b"\n".join(each.read_bytes() for each in streams if isinstance(each, pikepdf.Stream))
        if len(data) > self._most:
            return
        for instruction in pikepdf.parse_content_stream(pikepdf.Stream(self.pdf, data)):
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                self.page.has_picture = True
                continue
            yield instruction.operands, instruction.operator

    def _thing(self, thing: Any, owner: Any, state: _State, depth: int) -> None:
        if not isinstance(thing, pikepdf.Stream):
            return
        if thing.get("/Subtype") == "/Image":
            self.page.has_picture = True
            corners = [_at(state.matrix, *p) for p in ((0, 0), (1, 0), (0, 1), (1, 1))]
            box = _around(corners)
            solid = "/SMask" not in thing and "/Mask" not in thing and not thing.get("/ImageMask")
            # A scan is sometimes laid over the text that was read from it.
            covers = solid and not self._is_whole_page(box)
            self._paint(box, replace(state, is_white=False), covers=covers)
        elif thing.get("/Subtype") == "/Form":
            matrix = thing.get("/Matrix")
            inner = _times(_matrix(matrix), state.matrix) if matrix is not None else state.matrix
            resources = thing if "/Resources" in thing else owner
            self.content(resources, thing, replace(state, matrix=inner), depth + 1)

    def _is_whole_page(self, box: Box) -> bool:
        left, bottom, right, top = self.page.visible
        width = min(box[2], right) - max(box[0], left)
        height = min(box[3], top) - max(box[1], bottom)
        whole = (right - left) * (top - bottom)
        return width > 0 and height > 0 and width * height >= 0.8 * whole

    def _text(self, operands: Any, place: Matrix, state: _State) -> None:
        letters = _letters(operands)
        if letters < _LEAST_LETTERS:
            return
        whole = _times(place, state.matrix)
        x, y = whole[4], whole[5]
        size = state.size * max(abs(whole[0]) + abs(whole[1]), abs(whole[2]) + abs(whole[3]))
        if state.mode in (3, 7):
            self.page.invisible += letters
            return
        left, bottom, right, top = self.page.visible
        if x > right or y > top or y + size < bottom or x + size * letters < left:
            self.page.is_outside = True
            return
        middle = (x + size * 0.3, y + size * 0.3)
        if state.is_white and not self.page.is_invisible:
            self.page.is_invisible = not self._has_ground(*middle)
        self.page.texts.setdefault(int(middle[1] // _BAND), []).append((*middle, size))

    def _has_ground(self, x: float, y: float) -> bool:
        for box in reversed(self.page.grounds):
            self.left -= 1
            if _holds(box, x, y):
                return True
        return False

    def _paint(self, box: Box, state: _State, *, covers: bool) -> None:
        if not state.is_white:
            self.page.grounds.append(box)
        # A rule that underlines or strikes is thinner than what hides.
        thickness = min(box[2] - box[0], box[3] - box[1]) / 0.6
        if not (covers and state.is_opaque) or thickness < _SMALLEST:
            return
        texts = self.page.texts
        low, high = int(max(box[1], -1e6) // _BAND), int(min(box[3], 1e6) // _BAND)
        bands = range(low, high + 1) if high - low < len(texts) else list(texts)
        for band in bands:
            if not (near := texts.get(band)):
                continue
            self.left -= len(near) // 8  # it takes as long as following an operator
            clear = [each for each in near if not (_holds(box, *each[:2]) and each[2] <= thickness)]
            if len(clear) < len(near):
                self.page.is_covered = True
                texts[band] = clear  # it is told once, and no longer looked at


def _letters(operands: Any) -> int:
    count = 0
    for operand in operands:
        if isinstance(operand, pikepdf.String):
            count += len(bytes(operand).strip())
        elif isinstance(operand, pikepdf.Array):
            count += _letters(list(operand))
    return count


def _with(state: _State, said: Any) -> _State:
    """Returns the state as a dictionary changes it: blending such as a highlighter's lets the text
    be seen through."""
    if not isinstance(said, pikepdf.Dictionary):
        return state
    opacity, blending = said.get("/ca"), said.get("/BM")
    if opacity is None and blending is None:
        return state
    is_opaque = state.is_opaque if opacity is None else float(opacity) > 0.95
    if blending is not None:
        is_opaque = is_opaque and str(blending) in ("/Normal", "/Compatible")
    return replace(state, is_opaque=is_opaque)


def _is_plain(space: Any) -> bool:
    """Says whether the colours are of light or of four inks, where one knows what is white; not of
    one ink, whose whole is its own colour."""
    family = str(space[0]) if isinstance(space, pikepdf.Array) and len(space) else str(space)
    return family in _PLAIN_SPACES


def _is_white(operands: Any) -> bool:
    values = [float(each) for each in operands if not isinstance(each, pikepdf.Object)]
    if len(values) == 4:
        return bool(values) and max(values) < 0.02
    return bool(values) and min(values) > 0.98


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(each) for each in operands)
    return a, b, c, d, e, f


def _times(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    return (
        matrix[0] * x + matrix[2] * y + matrix[4],
        matrix[1] * x + matrix[3] * y + matrix[5],
    )


def _around(points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _is_box(points: list[tuple[float, float]]) -> bool:
    """Says whether every point is a corner of the whole: one box, upright."""
    left, bottom, right, top = _around(points)
    return all(
        min(abs(x - left), abs(x - right)) < 0.5 and min(abs(y - bottom), abs(y - top)) < 0.5
        for x, y in points
    )


def _box(numbers: Any) -> Box:
    left, bottom, right, top = (float(each) for each in numbers)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
