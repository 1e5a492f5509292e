"""`{{ text|first_words:36 }}`: an excerpt that keeps its no-break spaces."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def first_words(text: str, count: int) -> str:
    """Django's own `truncatewords` writes every space anew as a plain one. Words that a no-break
    space holds together count as one and stay together; "…" is set against the last word."""
    words = text.split(" ")
    if len(words) <= count:
        return text
    return " ".join(words[:count]).rstrip(",;:.!?\u00a0\u202f") + "…"
