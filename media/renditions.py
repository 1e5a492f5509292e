"""From an uploaded picture to the files that readers get.

Each width in AVIF, WebP and a format that everything reads. Re-encoding is also what removes
metadata (place, camera) and anything hidden behind the picture's data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps, UnidentifiedImageError

WIDTHS = (480, 960, 1600)
LARGEST_WIDTH = 2400
LARGEST_HEIGHT = 16_383  # WebP holds no more
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
READABLE = ("JPEG", "PNG", "WEBP", "GIF")  # known by their content, whatever their name
FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "avif": ("AVIF", {"quality": 55, "speed": 8}),
    "webp": ("WEBP", {"quality": 78, "method": 4}),
    "jpg": ("JPEG", {"quality": 82, "optimize": True, "progressive": True}),
    "png": ("PNG", {"optimize": True}),
}
# A drawing with soft edges has some thousands of colours, a photograph tens of thousands.
MOST_COLOURS_OF_A_DRAWING = 4096
SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class Picture:
    """Pixels ready to be written: upright, in sRGB, no larger than is kept, without metadata."""

    pixels: Pillow.Image
    fallback: str  # extension of the format that everything reads

    @property
    def widths(self) -> list[int]:
        """The usual widths, never more than the picture has."""
        smaller = [width for width in WIDTHS if width < self.pixels.width]
        return smaller if len(smaller) == len(WIDTHS) else [*smaller, self.pixels.width]


def opened(content: BinaryIO) -> Picture:
    """Reads an upload; raises ValidationError, in French, for what cannot be taken."""
    content.seek(0, 2)
    if content.tell() > MOST_BYTES:
        raise ValidationError("Cette image dépasse 15 Mo : réduisez-la, puis réessayez.")
    content.seek(0)
    source = _identified(content)
    try:
        return _prepared(source)
    except Exception as error:  # on damaged files the decoders raise nearly anything
        raise ValidationError(
            "Cette image est abîmée : ouvrez-la et enregistrez-la de nouveau, puis réessayez."
        ) from error


def renditions(picture: Picture) -> Iterator[tuple[int, str, bytes]]:
    """`(width, extension, file)` for each."""
    for width in picture.widths:
        pixels = picture.pixels
        if width < pixels.width:
            pixels = _resized(pixels, width)
        for extension in ("avif", "webp"):
            yield width, extension, encoded(pixels, extension)
        if picture.fallback == "png" and pixels.mode == "RGB":
            # Resizing blends the edges of a drawing into thousands of colours: 256 show the same
            # for a third of the weight.
            pixels = pixels.quantize(256, dither=Pillow.Dither.NONE)
        yield width, picture.fallback, encoded(pixels, picture.fallback)


def encoded(pixels: Pillow.Image, extension: str) -> bytes:
    name, options = FORMATS[extension]
    buffer = BytesIO()
    pixels.save(buffer, name, **options)
    return buffer.getvalue()


def _identified(content: BinaryIO) -> Pillow.Image:
    """What the first bytes say it is; no pixel is decoded before its size is known."""
    too_large = ValidationError(
        "Cette image compte plus de 50 millions de points : réduisez-la, puis réessayez."
    )
    try:
        source = Pillow.open(content, formats=READABLE)
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise too_large from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ValidationError(
            "Ce fichier n’est pas une image JPEG, PNG, WebP ou GIF : enregistrez-la dans l’un de "
            "ces formats, puis réessayez."
        ) from error
    if source.width * source.height > MOST_PIXELS:
        raise too_large
    return source


def _prepared(source: Pillow.Image) -> Picture:
    profile = source.info.get("icc_profile")
    # A JPEG can be decoded at a half or a quarter of its size: less memory, less time.
    source.draft(None, (LARGEST_WIDTH, LARGEST_WIDTH))
    source.load()
    ImageOps.exif_transpose(source, in_place=True)
    has_alpha = "A" in source.getbands() or "transparency" in source.info
    if source.mode.startswith("I"):  # 16 bits of grey, which convert() would clip to white
        pixels = source.point(lambda value: value * (1 / 256)).convert("L")
    elif source.mode in ("1", "P", "LA", "PA"):
        pixels = source.convert("RGBA" if has_alpha else "RGB")
    else:
        pixels = source
    is_drawing = pixels.getcolors(MOST_COLOURS_OF_A_DRAWING) is not None
    ratio = min(1, LARGEST_WIDTH / pixels.width, LARGEST_HEIGHT / pixels.height)
    if ratio < 1:
        pixels = _resized(pixels, max(1, int(pixels.width * ratio)))
    pixels = _in_srgb(pixels, profile).convert("RGBA" if has_alpha else "RGB")
    if has_alpha and pixels.getchannel("A").getextrema() == (255, 255):
        has_alpha, pixels = False, pixels.convert("RGB")
    pixels.info.clear()
    return Picture(pixels, "png" if has_alpha or is_drawing else "jpg")


def _in_srgb(pixels: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    """Phones and printers have wider colours, which look dull once their profile is gone."""
    if not profile:
        return pixels
    try:
        return (
            ImageCms.profileToProfile(
                pixels,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                SRGB,
                outputMode="RGBA" if pixels.mode == "RGBA" else "RGB",
            )
            or pixels
        )
    except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that is damaged or not its own
        return pixels


def _resized(pixels: Pillow.Image, width: int) -> Pillow.Image:
    height = max(1, round(pixels.height * width / pixels.width))
    return pixels.resize((width, height), Pillow.Resampling.LANCZOS)
