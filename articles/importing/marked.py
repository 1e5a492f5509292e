"""Makes pieces of Markdown, through HTML; the lines that Markdown would misread are protected
first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from articles.importing.documents import DocumentRefused
from articles.importing.limits import check_amount
from articles.importing.markup import TreeReader, shown_tree, text_nodes
from articles.importing.pictures import PictureBox
from articles.importing.pieces import Reading
from articles.importing.reviewed import without_reviews
from articles.importing.text import read_text

_CALL = re.compile(r"^(\s{0,3})>>(?=\s*[^\W\d_>])")
_OPENING_FENCE = re.compile(r"^---\s*$")
LONGEST_LINE = 20_000
MOST_BRACKETS = 10_000  # each may open a link: a parser looks for every closing one


class _Renderer(RendererHTML):
    def softbreak(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Keeps the author's own line ends: the first lines of a document are often one each."""
        return '<br class="soft">'


def read_markdown(text: str) -> tuple[Reading, str]:
    """Returns the reading, and the front matter that stood before it (lines of ``key: value``).
    Raises DocumentRefused."""
    front_matter, body = split_front_matter(text)
    body, unseen = without_reviews(body)
    reading = Reading()
    reading.leave_out(unseen)
    lines = body.splitlines()
    check_amount(len(body), sum(1 for line in lines if line.strip()))
    if body.count("[") > MOST_BRACKETS or any(len(line) > LONGEST_LINE for line in lines):
        # No author's Markdown: there is nothing to interpret in it.
        reading = read_text(body)
        reading.leave_out(unseen)
        return reading, front_matter
    parser = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"])
    try:
        markup = parser.render("\n".join(_protected(lines)))
    except RecursionError as error:
        raise DocumentRefused(
            "Ce fichier Markdown emboîte trop d’éléments pour être lu. Enregistrez-le au format "
            ".txt, puis recommencez."
        ) from error
    tree = shown_tree(f"<body>{markup}</body>", reading)
    reading.source_texts = [node.strip() for node in text_nodes(tree)]
    reading.source_links = [link for _, name, link, _ in tree.iterlinks() if name == "href"]
    TreeReader(reading, PictureBox(reading)).read(tree)
    return reading, front_matter


def split_front_matter(text: str) -> tuple[str, str]:
    """Parts the front matter (``---``, lines, ``---`` at the very start, as static site generators
    write it) from the text."""
    lines = text.lstrip("\ufeff").splitlines()
    if not lines or not _OPENING_FENCE.match(lines[0]):
        return "", text
    for index, line in enumerate(lines[1:60], start=1):
        if _OPENING_FENCE.match(line):
            # Without a single key these are rules drawn across the page, and the text is the text.
            if not any(re.match(r"^\s*[^\W_][^:]*:", said) for said in lines[1:index]):
                break
            return "\n".join(lines[1:index]), "\n".join(lines[index + 1 :])
        if not re.match(r"^\s*(?:[\w àâéèêîôûç’'-]{2,40}\s?:|-\s|$)", line):
            break
    return "", text


def _protected(lines: list[str]) -> list[str]:
    """Escapes ">> Lire…", which is a call to read on and no quotation inside a quotation."""
    protected: list[str] = []
    previous = ""
    for line in lines:
        if (match := _CALL.match(line)) and not previous.lstrip().startswith(">"):
            line = f"{match[1]}\\>\\>{line[match.end() :]}"
            if previous.strip():
                protected.append("")
        protected.append(line)
        previous = line
    return protected
