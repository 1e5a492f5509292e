"""Makes pieces of plain text: what blank lines, bullets and short lines say about its structure."""

from __future__ import annotations

import re
from html import escape
from itertools import pairwise

from articles.importing.limits import check_amount
from articles.importing.pieces import Piece, Reading

LONGEST_HEADING = 120
_BULLET = re.compile(r"^\s*(?:[•◦▪‣·–*]|-)\s+(?=\S)")
_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s+(?=\S)")
_WRAP_WIDTHS = range(50, 131)
_WORDY = re.compile(r"\w")


def read_text(text: str) -> Reading:
    lines = text.splitlines()
    check_amount(len(text), sum(1 for line in lines if line.strip()))
    reading = Reading(source_texts=[line.strip() for line in lines if line.strip()])
    for number, group in enumerate(_groups(lines), start=1):
        reading.pieces += _pieces_of(group, number, reading)
    _mark_headings(reading.pieces)
    return reading


def _groups(lines: list[str]) -> list[list[str]]:
    """Runs of lines without a blank line between them."""
    groups: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            groups[-1].append(line.rstrip())
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _pieces_of(group: list[str], number: int, reading: Reading) -> list[Piece]:
    pieces: list[Piece] = []
    if _is_wrapped(group):
        joined = "\n".join(escape(line.strip(), quote=False) for line in group)
        return [Piece("paragraph", html=joined, group=number)]
    for line in group:
        tag = "ul" if _BULLET.match(line) else "ol" if _NUMBER.match(line) else ""
        if tag == "ol" and len(group) == 1:
            tag = ""  # "2. Le contexte" alone is a numbered heading, not a list of one item
        content = line.strip()
        if not _WORDY.search(content):
            reading.discarded.append(content)
        elif not tag:
            pieces.append(Piece("paragraph", html=escape(content, quote=False), group=number))
        else:
            marker = _BULLET if tag == "ul" else _NUMBER
            item = f"<li>{escape(marker.sub('', line).strip(), quote=False)}</li>"
            if pieces and pieces[-1].kind == "list" and pieces[-1].html.endswith(f"</{tag}>"):
                pieces[-1].html = pieces[-1].html.removesuffix(f"</{tag}>") + f"{item}</{tag}>"
            else:
                pieces.append(Piece("list", html=f"<{tag}>{item}</{tag}>", group=number))
    return pieces


def _is_wrapped(group: list[str]) -> bool:
    """Says whether lines were cut by a mail program or an editor at a fixed width.

    They were if no line could have taken the first word of the next one.
    """
    width = max(len(line) for line in group)
    if len(group) < 2 or width not in _WRAP_WIDTHS:
        return False
    if any(_BULLET.match(line) or _NUMBER.match(line) for line in group):
        return False
    return all(
        len(line) + 1 + len(following.split()[0]) > width for line, following in pairwise(group)
    )


def looks_like_heading(text: str) -> bool:
    """Says whether it is a short line that starts like a sentence and does not end like one (a
    question may)."""
    return (
        len(text) <= LONGEST_HEADING
        and not text.endswith((".", ",", ";", ":", "…", "!"))
        and not text.startswith((">", "→", "-", "(", "[", "@", "http", "www."))
        and bool(re.search(r"[^\W\d_]{2}", text))
        and not text[0].islower()
    )


def _mark_headings(pieces: list[Piece]) -> None:
    """Makes headings of lines that stand alone, look like headings, and have something to head."""
    sizes: dict[int, int] = {}
    for piece in pieces:
        sizes[piece.group] = sizes.get(piece.group, 0) + 1
    alone = [
        piece.kind == "paragraph" and sizes[piece.group] == 1 and looks_like_heading(piece.text)
        for piece in pieces
    ]
    for index, piece in enumerate(pieces[:-1]):
        if alone[index]:
            piece.kind, piece.level = "heading", 2
