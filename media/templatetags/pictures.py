from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from media.models import Image

register = template.Library()


@register.simple_tag
def picture(image: Image, alt: str = "", sizes: str = "100vw", loading: str = "lazy") -> SafeString:
    """Returns a `<picture>` with all widths and formats, without a query or a look at the storage.
    An empty `alt` says that it is decorative; `loading="eager"` that it is the page's main picture.

    An empty `alt` says that it is decorative; `loading="eager"` that it is the page's main picture.
    """
    return format_html(
        '<picture><source type="image/avif" srcset="{avif}" sizes="{sizes}">'
        '<source type="image/webp" srcset="{webp}" sizes="{sizes}">'
        '<img src="{src}" srcset="{srcset}" sizes="{sizes}" width="{width}" height="{height}"'
        ' alt="{alt}" loading="{loading}" decoding="async"{priority}></picture>',
        avif=image.srcset("avif"),
        webp=image.srcset("webp"),
        src=image.url_for(960),
        srcset=image.srcset(image.fallback_extension),
        sizes=sizes,
        width=image.width,
        height=image.height,
        alt=alt,
        loading=loading,
        priority=SafeString(' fetchpriority="high"') if loading == "eager" else "",
    )
