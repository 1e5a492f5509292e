"""From an uploaded picture to the files that readers get.

Each width in AVIF, WebP and a format that everything reads. Re-encoding is also what removes
metadata (place, camera) and anything hidden behind the picture's data.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from django.core.exceptions import ValidationError
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

WIDTHS = (480, 960, 1600)
LARGEST_WIDTH = 2400
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
READABLE = ("JPEG", "PNG", "WEBP", "GIF")
FORMATS = {
    "avif": ("AVIF", {"quality": 55, "speed": 8}),
    "webp": ("WEBP", {"quality": 78, "method": 4}),
    "jpg": ("JPEG", {"quality": 82, "optimize": True, "progressive": True}),
    "png": ("PNG", {"optimize": True}),
}


def opened(content: BinaryIO) -> Pillow.Image:
    """The picture, upright and without metadata. Refuses, in French, what it cannot be."""
    content.seek(0, 2)
    if content.tell() > MOST_BYTES:
        raise ValidationError("Cette image dépasse 15 Mo : réduisez-la, puis réessayez.")
    content.seek(0)
    try:
        picture = Pillow.open(content, formats=READABLE)
    except (UnidentifiedImageError, Pillow.DecompressionBombError, OSError, ValueError) as error:
        raise ValidationError(
            "Ce fichier n’est pas une image JPEG, PNG ou WebP lisible : enregistrez-la dans l’un de "
            "ces formats, puis réessayez."
        ) from error
    width, height = picture.size
    if width * height > MOST_PIXELS:  # read from the header, before any pixel is decoded
        raise ValidationError(
            f"Cette image est trop grande ({width} × {height} points) : 50 millions au plus."
        )
    try:
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as error:
        raise ValidationError(
            "Cette image est abîmée : ouvrez-la et enregistrez-la de nouveau, puis réessayez."
        ) from error
    has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    clean = upright.convert("RGBA" if has_alpha else "RGB")
    clean.info.clear()
    if clean.width > LARGEST_WIDTH:
        clean = _resized(clean, LARGEST_WIDTH)
    return clean


def fallback_extension(picture: Pillow.Image, source_format: str | None) -> str:
    """Drawings and transparency stay PNG, photographs become JPEG."""
    return "png" if picture.mode == "RGBA" or source_format == "PNG" else "jpg"


def widths_for(picture: Pillow.Image) -> list[int]:
    """The usual widths, never more than the picture has."""
    smaller = [width for width in WIDTHS if width < picture.width]
    return [*smaller, min(picture.width, WIDTHS[-1])] if len(smaller) < len(WIDTHS) else smaller


def renditions(picture: Pillow.Image, fallback: str) -> Iterator[tuple[int, str, bytes]]:
    """`(width, extension, file)` for each."""
    for width in widths_for(picture):
        resized = picture if width == picture.width else _resized(picture, width)
        for extension in ("avif", "webp", fallback):
            yield width, extension, encoded(resized, extension)


def encoded(picture: Pillow.Image, extension: str) -> bytes:
    name, options = FORMATS[extension]
    buffer = BytesIO()
    if extension == "png" and picture.mode == "RGB":
        few = picture.quantize(colors=128, dither=Pillow.Dither.NONE)  # drawings have few
        few.save(buffer, name, **options)
    else:
        picture.save(buffer, name, **options)
    return buffer.getvalue()


def _resized(picture: Pillow.Image, width: int) -> Pillow.Image:
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Pillow.Resampling.LANCZOS)
