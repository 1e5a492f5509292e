"""Pictures made for the portal, by name: the demonstration's covers and figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO

from PIL import Image

from articles.demo_content import (
    pictures_gatherings,
    pictures_growth,
    pictures_maps,
    pictures_places,
    pictures_things,
)
from articles.demo_content.press import Sheet

_DRAWINGS: dict[str, Callable[[], Sheet]] = {
    **pictures_gatherings.PICTURES,
    **pictures_maps.PICTURES,
    **pictures_places.PICTURES,
    **pictures_growth.PICTURES,
    **pictures_things.PICTURES,
}
NAMES = tuple(_DRAWINGS)


def draw(name: str) -> Image.Image:
    return _DRAWINGS[name]().finished()


@cache
def picture_content(name: str) -> bytes:
    """Returns the drawing as a PNG file; it is drawn once in the life of a process."""
    buffer = BytesIO()
    draw(name).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
