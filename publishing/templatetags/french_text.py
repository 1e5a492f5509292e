"""French in templates: `{{ text|first_words:36 }}`, `{% day article.published_on %}`."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.dateformat import format as formatted
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from spelling import addresses

register = template.Library()
register.filter(addresses.shown_address)


@register.filter
def first_words(text: str, count: int) -> str:
    """Returns the first words. Django's own `truncatewords` writes every space anew as a plain one.
    Here words that a no-break space holds together count as one and stay together; "…" is set
    against the last word."""
    words = text.split(" ")
    if len(words) <= count:
        return text
    return " ".join(words[:count]).rstrip(",;:.!?\u00a0\u202f") + "…"


@register.simple_tag
def day(when: date) -> SafeString:
    """Returns "1er mars 2026", and nothing after it: a template of its own would end with a
    space."""
    local = localtime(when) if isinstance(when, datetime) else when
    number = "1er" if local.day == 1 else str(local.day)
    return format_html(
        '<time datetime="{}">{} {}</time>',
        formatted(local, "Y-m-d"),
        number,
        formatted(local, "F Y"),
    )
