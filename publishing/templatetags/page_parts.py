"""What a long page holds, said near its head."""

from __future__ import annotations

import itertools
import re

from django import template
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

register = template.Library()

ID = re.compile(r'\bid="([^"]+)"')
PLACE = mark_safe("<!-- parts -->")
# With fewer, the next one is in sight before a list of them would be read.
FEWEST = 3


@register.simple_tag
def parts_here() -> SafeString:
    """Where `in_this_page` shows its list, which is then of what follows."""
    return PLACE


@register.simple_block_tag
def in_this_page(content: str, heading: str = "h2") -> SafeString:
    """Shows what it holds with a list of its titles, at its beginning or at `parts_here`. They are
    read from what was rendered: no part is named that this reader's page does not have.

    `heading` is the element that titles are; those without an address get one. Reading goes on with
    the title that is followed.
    """
    before, place, after = content.partition(PLACE)
    if not place:
        before, after = "", content
    taken = set(ID.findall(content))
    parts: list[tuple[str, SafeString]] = []

    def reached(found: re.Match[str]) -> str:
        attributes, words = found.groups()
        plain = " ".join(strip_tags(words).split())
        if has_id := ID.search(attributes):
            name = has_id[1]
        else:
            name = _free_name(plain, taken)
            attributes += f' id="{name}"'
        # What had to be escaped was, when it was rendered.
        parts.append((name, mark_safe(plain)))
        return f'<{heading}{attributes} tabindex="-1">{words}</{heading}>'

    title = re.compile(rf"<{heading}((?: [^>]*)?)>(.*?)</{heading}>", re.DOTALL)
    reachable = title.sub(reached, after)
    if len(parts) < FEWEST:
        return mark_safe(before + after)
    return mark_safe(before + render_to_string("_in_this_page.html", {"parts": parts}) + reachable)


def _free_name(words: str, taken: set[str]) -> str:
    base = slugify(words)[:60].strip("-") or "partie"
    names = itertools.chain([base], (f"{base}-{number}" for number in itertools.count(2)))
    name = next(name for name in names if name not in taken)
    taken.add(name)
    return name
