from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from media.models import Image

register = template.Library()


def _srcset(image: Image, extension: str) -> str:
    storage = image.file.storage
    return ", ".join(
        f"{storage.url(image.rendition_name(width, extension))} {width}w" for width in image.widths
    )


@register.simple_tag
def picture(image: Image, alt: str = "", sizes: str = "100vw", loading: str = "lazy") -> SafeString:
    """A `<picture>` with all widths and formats. An empty `alt` says that it is decorative."""
    return format_html(
        '<picture><source type="image/avif" srcset="{}" sizes="{}">'
        '<source type="image/webp" srcset="{}" sizes="{}">'
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" loading="{}"'
        ' decoding="async"{}></picture>',
        _srcset(image, "avif"),
        sizes,
        _srcset(image, "webp"),
        sizes,
        image.url_for(960),
        _srcset(image, image.fallback_extension),
        sizes,
        image.width,
        image.height,
        alt,
        loading,
        SafeString(' fetchpriority="high"') if loading == "eager" else "",
    )
