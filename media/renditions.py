"""Makes of an uploaded picture the files that readers get.

Each width in AVIF, WebP and a format that everything reads. Re-encoding is also what removes
metadata (place, camera) and anything hidden behind the picture's data.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

import numpy as np
from django.core.exceptions import ValidationError
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps, UnidentifiedImageError

from media.cleaning.pictures import JPEG_SIGNATURE, PNG_SIGNATURE, bare, bare_png, is_animated_png

WIDTHS = (480, 960, 1600)
LARGEST_WIDTH = 2400
LARGEST_HEIGHT = 16_383  # WebP holds no more
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
READABLE = ("JPEG", "PNG", "WEBP", "GIF")  # they are known by their content, whatever their name
FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "avif": ("AVIF", {"quality": 55, "speed": 8}),
    "webp": ("WEBP", {"quality": 78, "method": 4}),
    "jpg": ("JPEG", {"quality": 82, "optimize": True, "progressive": True}),
    "png": ("PNG", {"optimize": True}),
}
# A drawing with soft edges has some thousands of colours, a photograph tens of thousands.
MOST_COLOURS_OF_A_DRAWING = 4096
# An opacity of so much, of 255, is shown by no screen.
FAINTEST = 3
SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class Picture:
    """Pixels that are ready to be written: upright, in sRGB, no larger than is kept, without
    metadata."""

    pixels: Pillow.Image
    fallback: str  # the extension of the format that everything reads

    @property
    def widths(self) -> list[int]:
        """The usual widths, but none wider than the picture."""
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
    except ValidationError:
        raise
    except Exception as error:  # the decoders raise nearly anything on damaged files
        raise ValidationError(
            "Cette image est abîmée : ouvrez-la et enregistrez-la de nouveau, puis réessayez."
        ) from error


def renditions(picture: Picture) -> Iterator[tuple[int, str, bytes]]:
    """Yields `(width, extension, file)` for each rendition."""
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
    """Returns what the first bytes say it is; no pixel is decoded before its size is known."""
    too_large = ValidationError(
        "Cette image compte plus de 50 millions de points : réduisez-la, puis réessayez."
    )
    # What is damaged, very long or a second picture beside the picture says nothing of it: the
    # decoder would refuse or read the whole for it.
    whole = content.read()
    is_animated = is_animated_png(whole)
    if whole.startswith(PNG_SIGNATURE):
        whole = bare_png(whole, with_exif=True)
    elif whole.startswith(JPEG_SIGNATURE):
        whole = bare(whole)
    content = BytesIO(whole)
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
    if is_animated or getattr(source, "is_animated", False):
        raise ValidationError(
            "Cette image est animée, et le portail ne montre que des images fixes : enregistrez "
            "l’image voulue seule, en PNG ou en JPEG, puis réessayez."
        )
    return source


def _prepared(source: Pillow.Image) -> Picture:
    profile = source.info.get("icc_profile")
    ratio = min(1, LARGEST_WIDTH / source.width, LARGEST_HEIGHT / source.height)
    if min(source.width, source.height) * ratio < 1:
        raise ValidationError(
            f"Cette image de {source.width} × {source.height} points est trop étroite pour sa "
            "longueur : recadrez-la, puis réessayez."
        )
    # A JPEG can be decoded at a half or a quarter of its size: less memory, less time.
    source.draft(None, (LARGEST_WIDTH, LARGEST_WIDTH))
    source.load()
    with suppress(Exception):  # the metadata is damaged: the picture stays as its pixels are
        ImageOps.exif_transpose(source, in_place=True)
    colours, alpha = _parted(source)
    if alpha is not None:
        low, high = alpha.getextrema()
        if high == 0:
            raise ValidationError(
                "Cette image est entièrement transparente : on n’y verrait rien. Enregistrez-la de "
                "nouveau, puis réessayez."
            )
        if low == 255:
            alpha = None
    pixels = _in_srgb(colours, profile)
    if alpha is not None:
        # What lies under transparent points may be a whole picture that its author thought erased.
        bare = Pillow.new("RGBA", pixels.size, (0, 0, 0, 0))
        pixels.putalpha(alpha)
        bare.paste(pixels, mask=alpha.point(lambda value: 255 if value else 0))
        pixels = bare
    is_drawing = pixels.getcolors(MOST_COLOURS_OF_A_DRAWING) is not None
    ratio = min(1, LARGEST_WIDTH / pixels.width, LARGEST_HEIGHT / pixels.height)
    if ratio < 1:
        pixels = _resized(pixels, max(1, int(pixels.width * ratio)))
    pixels.info.clear()
    return Picture(pixels, "png" if alpha is not None or is_drawing else "jpg")


def _parted(source: Pillow.Image) -> tuple[Pillow.Image, Pillow.Image | None]:
    """Parts the colours, in a mode that a colour profile may be of, from the opacity. Points
    fainter than anybody sees become transparent: nothing can be hidden in them.

    Points fainter than anybody sees are transparent: nothing can be hidden in them.
    """
    key = source.info.get("transparency")
    if source.mode.startswith("I"):  # 16 bits of grey, which convert() would clip to white
        values = np.asarray(source)
        opacity = np.where(values == key, 0, 255) if isinstance(key, int) else None
        # It does the same as dividing by 256, which drops the lower byte.
        colours = Pillow.fromarray((values >> 8).clip(0, 255).astype(np.uint8))
        alpha = None if opacity is None else Pillow.fromarray(opacity.astype(np.uint8))
        return colours, alpha
    if key is None and "A" not in source.getbands():
        plain = {"1": "L", "P": "RGB"}.get(source.mode)
        return source.convert(plain) if plain else source, None
    if isinstance(key, tuple) and _has_16_bits(source):
        source.info["transparency"] = tuple(value >> 8 for value in key)
    whole = source.convert("RGBA")
    alpha = whole.getchannel("A").point(lambda value: value if value > FAINTEST else 0)
    return whole.convert("L" if source.mode in ("1", "L", "LA") else "RGB"), alpha


def _has_16_bits(source: Pillow.Image) -> bool:
    """Says whether a PNG has 16 bits: it is read in 8, but its transparent colour is still told in
    16."""
    return any(isinstance(value, int) and value > 255 for value in source.info["transparency"])


def _in_srgb(colours: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    """Converts to sRGB: phones and printers have wider colours, which look dull once their profile
    is gone."""
    if profile:
        # The profile may be damaged, or not the picture's own.
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            converted = ImageCms.profileToProfile(
                colours, ImageCms.ImageCmsProfile(BytesIO(profile)), SRGB, outputMode="RGB"
            )
            if converted is not None:
                return converted
    return colours.convert("RGB")


def _resized(pixels: Pillow.Image, width: int) -> Pillow.Image:
    height = max(1, round(pixels.height * width / pixels.width))
    return pixels.resize((width, height), Pillow.Resampling.LANCZOS)
