"""Calls to read something else, and addresses written without being links."""

from __future__ import annotations

import html
import re

from articles.importing.documents import ImportedLink
from articles.importing.wording import visible_text

LONGEST_CALL = 400
_ARROW = re.compile(r"^\s*(?:>{1,3}|»|›{1,3}|→|➜|➔|➤|▶|►|⇒|=>|->)\s*(?=\S)")
_INVITATION = re.compile(
    r"^(?:lire|à lire|a lire|voir|découvr(?:ir|ez)|consult(?:er|ez)|retrouve[rz]|télécharge[rz]"
    r"|(?:pour )?en savoir plus)\b",
    re.IGNORECASE,
)
_QUOTED_TITLE = re.compile(r"«\s*(.+?)\s*»|“\s*(.+?)\s*”|\"\s*(.+?)\s*\"", re.DOTALL)
_HREF = re.compile(r'<a href="([^"]*)"')
_TAGS_AND_LINKS = re.compile(r"(<a [^>]*>.*?</a>|<[^>]*>)", re.DOTALL)
_ADDRESS = re.compile(
    r"(?<![\w@./-])(?:https?://|www\.)(?:(?!&[lg]t;)[^\s<>\"«»“”])+", re.IGNORECASE
)
_DOMAIN = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,3}(?:fr|org|com|net|eu|coop|gouv\.fr)\b(?![\w@.-]*@)",
    re.IGNORECASE,
)


def is_call(text: str, markup: str = "") -> bool:
    """Says whether a line calls elsewhere: an arrow says so; without one, an invitation does if it
    names a title or holds a link."""
    if len(text) > LONGEST_CALL:
        return False
    if _ARROW.match(text):
        return True
    return bool(_INVITATION.match(text)) and bool(
        _HREF.search(markup) or _QUOTED_TITLE.search(text)
    )


def read_call(markup: str) -> ImportedLink:
    """Returns the call of a paragraph whose addresses have been made links."""
    raw = visible_text(markup)
    address = _HREF.search(markup)
    title = _QUOTED_TITLE.search(raw)
    return ImportedLink(
        label=_ARROW.sub("", raw).strip(),
        href=html.unescape(address[1]) if address else "",
        raw=raw,
        suggested_title=next(filter(None, title.groups()), "").strip() if title else "",
    )


def with_links(markup: str, *, bare_domains: bool = False) -> str:
    """Turns ``www.info-dla.fr`` into a link to it; text that is already a link is left alone.

    A domain without ``www.`` counts only in a call: elsewhere it may be no more than a name.
    """
    parts = _TAGS_AND_LINKS.split(markup)
    for index in range(0, len(parts), 2):
        linked = _ADDRESS.sub(_as_link, parts[index])
        if bare_domains and linked == parts[index]:
            linked = _DOMAIN.sub(_as_link, linked)
        parts[index] = linked
    return "".join(parts)


def _as_link(match: re.Match[str]) -> str:
    address = match[0].rstrip(".,;:!?…'’)")
    tail = match[0][len(address) :]
    href = address if address.lower().startswith("http") else f"https://{address}"
    return f'<a href="{href}">{address}</a>{tail}'
