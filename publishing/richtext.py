"""Rich text: one list of extensions drives the editor and the sanitiser, so they cannot drift.

What the text holds without showing it (`publishing.unseen`) is taken out before the sanitiser,
which would unwrap it: nothing else would tell the words apart from then on.
"""

from __future__ import annotations

import html as entities
import re
from typing import Any

import nh3
from django.db import models
from django.utils.html import strip_tags
from django_prose_editor.config import allowlist_from_extensions, expand_extensions
from django_prose_editor.fields import ProseEditorField

from publishing.unseen import Unseen, without_invisible_characters, without_unseen
from spelling.characters import CONTROLS

EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "History": True,
}

_allowlist = allowlist_from_extensions(expand_extensions(EXTENSIONS))
# A list may start elsewhere than at 1 in the editor; readers and imports do not need it.
_allowlist["attributes"] = {"a": {"href", "title"}, "*": set()}
_allowlist["link_rel"] = None
ALLOWED_TAGS: frozenset[str] = frozenset(_allowlist["tags"])
ALLOWED_SCHEMES: frozenset[str] = frozenset(EXTENSIONS["Link"]["protocols"])

_cleaner = nh3.Cleaner(**_allowlist)

_CONTROLS = re.compile(f"[{CONTROLS}]")

_H1 = re.compile(r"<(/?)h1(?=[\s>])", re.IGNORECASE)
_EMPTY = re.compile(
    r"<(p|h2|h3|h4|li|ul|ol|blockquote|strong|em|sub|sup|a)(?: [^<>]*)?>"
    r"(?:\s|&nbsp;|\u00a0|<br>)*</\1>"
)


def without_controls(text: str) -> str:
    """Returns the text without the characters that XML does not admit, nor those that show
    nothing."""
    return without_invisible_characters(_CONTROLS.sub("", text))


# Taking something out can leave a tree that reads otherwise: each pass leaves less to do.
_MOST_PASSES = 20


def sanitize_rich_text(html: str) -> str:
    """Returns the HTML that may be stored and shown: allowed tags only, without empty elements, nor
    words that the markup hides.

    A first-level heading becomes a second-level one: the page's title is the first. Idempotent.
    """
    if _sanitized_once(html) == html:  # nothing in it can hide anything
        return html
    html, _ = without_unseen(_CONTROLS.sub("", html))
    for _ in range(_MOST_PASSES):
        clean = _sanitized_once(html)
        if clean == html:
            break
        html = clean
    return html


def unseen_in(html: str) -> list[Unseen]:
    """Returns the words that `sanitize_rich_text` leaves out because the markup hides them."""
    return [] if _sanitized_once(html) == html else without_unseen(_CONTROLS.sub("", html))[1]


def _sanitized_once(html: str) -> str:
    # It is done twice: an entity may name one (&#27;).
    clean = without_controls(_cleaner.clean(_H1.sub(r"<\1h2", without_controls(html)))).strip()
    while (shorter := _EMPTY.sub("", clean)) != clean:
        clean = shorter
    return clean.strip()


_BLOCK_END = re.compile(r"</(?:p|h[2-4]|li|blockquote)>|<br>")


def plain_text(html: str) -> str:
    """Returns the text alone, one line for each paragraph, entities decoded."""
    lines = strip_tags(_BLOCK_END.sub("\n", html)).splitlines()
    return entities.unescape("\n".join(line.strip() for line in lines if line.strip()))


# These signs say what a tag tells a reader.
_SIGNS = {
    "h2": ("Intertitre : ", ""),
    "h3": ("Intertitre de niveau 3 : ", ""),
    "h4": ("Intertitre de niveau 4 : ", ""),
    "li": ("• ", ""),
    "blockquote": ("> ", ""),
    "strong": ("**", "**"),
    "em": ("_", "_"),
    "sub": ("~", "~"),
    "sup": ("^", "^"),
}
_TAG = re.compile(r"<(/?)(\w+)((?: [^<>]*)?)>")
_HREF = re.compile(r'href="([^"]*)"')


def annotated_text(html: str) -> str:
    """Returns the text with what its markup says, for whoever compares: a heading, a list, an
    emphasis, and where each link leads."""
    addresses: list[str] = []

    def sign(tag: re.Match[str]) -> str:
        closes, name, attributes = tag.groups()
        if name == "a":
            if closes:
                return f" [{addresses.pop()}]" if addresses else ""
            found = _HREF.search(attributes)
            addresses.append(found[1] if found else "")
            return ""
        signs = _SIGNS.get(name)
        kept = signs[1 if closes else 0] if signs else ""
        # The ends of paragraphs are needed for its lines.
        return kept if name in {"strong", "em", "sub", "sup"} else f"{tag[0]}{kept}"

    return plain_text(_TAG.sub(sign, html))


class RichTextField(ProseEditorField):
    """A text column edited as rich text; what is saved has gone through the sanitiser, whatever
    way it came by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["config"] = {"extensions": EXTENSIONS}
        kwargs["sanitize"] = sanitize_rich_text
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str) and value:
            value = sanitize_rich_text(value)
            setattr(model_instance, self.attname, value)
        return value
