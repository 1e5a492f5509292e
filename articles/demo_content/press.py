"""A small printing press: plates are cut as masks, then printed one ink after another on paper.

Inks are few and may be printed over one another, as on a duplicator, which is what makes the
pictures of the demonstration look like a set. Everything is drawn several times too large and
reduced, so that edges are smooth, and nothing depends on chance or on the machine.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw

WIDTH, HEIGHT = 1600, 1000
SCALE = 2

# The colours of the tokens (static/site/variables.css), and tints of them that only pictures use.
PAPER, BAND, INK = "#faf6ee", "#f0e9da", "#17262b"
EARTH, LEAF, SAND = "#2b5846", "#98a779", "#cabf94"
CLAY, BLUSH, OCHRE = "#a23c1d", "#e0916f", "#dba53f"
SKINS = ("#d9a884", "#8a5a3c", "#eac6a6", "#b57a52")

Point = tuple[float, float]


def chance(*seed: int | str) -> float:
    """A number from 0 to 1 that looks drawn by lot and is always the same for the same seed."""
    mixed = zlib.crc32(repr(seed).encode())
    # The check sum alone keeps neighbours alike; this scatters them (MurmurHash3's last step).
    mixed = (mixed ^ mixed >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return (mixed ^ mixed >> 16) / 2**32


def away(x: float, y: float, angle: float, distance: float) -> Point:
    """The point at that distance, the angle in degrees, clockwise from three o'clock."""
    turn = math.radians(angle)
    return x + distance * math.cos(turn), y + distance * math.sin(turn)


def between(a: Point, b: Point, part: float) -> Point:
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def turned(points: Iterable[Point], x: float, y: float, angle: float) -> list[Point]:
    """Points given around the origin, turned and moved to (x, y)."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return [(x + px * cos - py * sin, y + px * sin + py * cos) for px, py in points]


def smooth(points: Sequence[Point], *, closed: bool = False, steps: int = 14) -> list[Point]:
    """A curve through all the points (Catmull-Rom)."""
    count = len(points)
    if closed:
        around = [points[-1], *points, points[0], points[1]]
        spans = count
    else:
        around = [points[0], *points, points[-1]]
        spans = count - 1
    curve: list[Point] = []
    for span in range(spans):
        a, b, c, d = around[span : span + 4]
        for step in range(steps):
            t = step / steps
            curve.append(
                (
                    _catmull_rom(a[0], b[0], c[0], d[0], t),
                    _catmull_rom(a[1], b[1], c[1], d[1], t),
                )
            )
    if not closed:
        curve.append(points[-1])
    return curve


def _catmull_rom(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )


class Plate:
    """What one ink will print. Lengths are those of the finished picture.

    With `cut=True` a shape is taken away instead of added.
    """

    def __init__(self) -> None:
        self.mask = Image.new("L", (WIDTH * SCALE, HEIGHT * SCALE))
        self._draw = ImageDraw.Draw(self.mask)

    def polygon(self, points: Iterable[Point], *, cut: bool = False) -> None:
        self._draw.polygon(_scaled(points), fill=0 if cut else 255)

    def blob(self, points: Sequence[Point], *, cut: bool = False) -> None:
        """A soft closed shape through the points."""
        self.polygon(smooth(points, closed=True), cut=cut)

    def disc(self, x: float, y: float, radius: float, *, cut: bool = False) -> None:
        self.oval(x, y, radius, radius, cut=cut)

    def oval(
        self, x: float, y: float, rx: float, ry: float, angle: float = 0, *, cut: bool = False
    ) -> None:
        if angle == 0:
            box = [v * SCALE for v in (x - rx, y - ry, x + rx, y + ry)]
            self._draw.ellipse(box, fill=0 if cut else 255)
            return
        rim = [
            (rx * math.cos(math.radians(a)), ry * math.sin(math.radians(a)))
            for a in range(0, 360, 4)
        ]
        self.polygon(turned(rim, x, y, angle), cut=cut)

    def ring(self, x: float, y: float, radius: float, width: float) -> None:
        self.arc(x, y, radius, width, 0, 360)

    def arc(
        self,
        x: float,
        y: float,
        radius: float,
        width: float,
        start: float,
        end: float,
        *,
        cut: bool = False,
    ) -> None:
        """Part of a ring whose middle line has that radius."""
        outer = radius + width / 2
        box = [v * SCALE for v in (x - outer, y - outer, x + outer, y + outer)]
        self._draw.arc(box, start, end, fill=0 if cut else 255, width=round(width * SCALE))

    def box(
        self, x: float, y: float, w: float, h: float, radius: float = 0, *, cut: bool = False
    ) -> None:
        corners = [v * SCALE for v in (x, y, x + w, y + h)]
        self._draw.rounded_rectangle(corners, radius=radius * SCALE, fill=0 if cut else 255)

    def bar(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        angle: float,
        radius: float = 0,
        *,
        cut: bool = False,
    ) -> None:
        """A rectangle around (x, y), turned, its corners rounded."""
        r = min(radius, w / 2, h / 2)
        corners = [
            (w / 2 - r, h / 2 - r, 0),
            (r - w / 2, h / 2 - r, 90),
            (r - w / 2, r - h / 2, 180),
            (w / 2 - r, r - h / 2, 270),
        ]
        rim = [away(cx, cy, a + step, r) for cx, cy, a in corners for step in range(0, 91, 15)]
        self.polygon(turned(rim, x, y, angle), cut=cut)

    def line(
        self, points: Sequence[Point], width: float, *, round_ends: bool = True, cut: bool = False
    ) -> None:
        fill = 0 if cut else 255
        self._draw.line(_scaled(points), fill=fill, width=round(width * SCALE), joint="curve")
        if round_ends:
            for x, y in (points[0], points[-1]):
                self.disc(x, y, width / 2 - 0.4, cut=cut)

    def taper(self, points: Sequence[Point], start: float, end: float) -> None:
        """A line that grows thinner, as a stem or a root does."""
        curve = smooth(points)
        for index, (a, b) in enumerate(pairwise(curve)):
            width = start + (end - start) * index / len(curve)
            self.line([a, b], max(width, 1))

    def dashes(self, points: Sequence[Point], width: float, dash: float, gap: float) -> None:
        """A dashed line along a curve that is already smooth."""
        run, drawn = 0.0, [points[0]]
        on = True
        for a, b in pairwise(points):
            run += math.dist(a, b)
            if on:
                drawn.append(b)
            if run >= (dash if on else gap):
                if on and len(drawn) > 1:
                    self.line(drawn, width)
                on, run, drawn = not on, 0.0, [b]
        if on and len(drawn) > 1:
            self.line(drawn, width)

    def leaf(
        self,
        x: float,
        y: float,
        angle: float,
        length: float,
        width: float,
        *,
        cut: bool = False,
    ) -> None:
        """A leaf that starts at (x, y) and points that way."""
        rim = [
            (0.0, 0.0),
            (length * 0.3, -width * 0.46),
            (length * 0.62, -width * 0.4),
            (length, 0.0),
            (length * 0.62, width * 0.4),
            (length * 0.3, width * 0.46),
        ]
        upper = smooth(rim[:4])
        lower = smooth([rim[3], rim[4], rim[5], rim[0]])
        self.polygon(turned(upper + lower, x, y, angle), cut=cut)

    def hatched(self, angle: float, gap: float, width: float) -> Plate:
        """This plate again, engraved: only parallel lines of it print."""
        engraved = Plate()
        box = self.mask.getbbox()
        if box is None:
            return engraved
        lines = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        pen = ImageDraw.Draw(lines)
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        reach, step = math.hypot(*lines.size) / 2, gap * SCALE
        # The lines of all shapes lie on one grid, so neighbours never beat against each other.
        turn = math.radians(angle)
        offset = -x * math.sin(turn) + y * math.cos(turn)
        first, last = math.floor((offset - reach) / step), math.ceil((offset + reach) / step)
        for number in range(first, last):
            shift = number * step - offset
            middle = (x - box[0] - shift * math.sin(turn), y - box[1] + shift * math.cos(turn))
            ends = [away(*middle, angle, -reach), away(*middle, angle, reach)]
            pen.line(ends, fill=255, width=round(width * SCALE))
        engraved.mask.paste(ImageChops.darker(self.mask.crop(box), lines), box)
        return engraved

    def within(self, other: Plate) -> Plate:
        """Only what also lies on the other plate."""
        self.mask = ImageChops.darker(self.mask, other.mask)
        self._draw = ImageDraw.Draw(self.mask)
        return self


def _scaled(points: Iterable[Point]) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]


class Sheet:
    """The paper, and what has been printed on it so far."""

    def __init__(self, paper: str = PAPER) -> None:
        self._image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), paper)

    def print(self, plate: Plate, colour: str, *, over: bool = False) -> None:
        """Prints a plate; `over` lets what is beneath show through, darker."""
        box = plate.mask.getbbox()
        if box is None:
            return
        mask, below = plate.mask.crop(box), self._image.crop(box)
        ink = Image.new("RGB", below.size, colour)
        if over:
            ink = ImageChops.multiply(below, ink)
        self._image.paste(ink, box, mask)

    def finished(self) -> Image.Image:
        return self._image.reduce(SCALE)
