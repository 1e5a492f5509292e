"""Which terms of the glossary an article mentions: what its editor may have explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from articles.models import Block
from glossary.mentions import Finder, mentioned


def first_mentions(
    blocks: Iterable[Mapping[str, Any]], finder: Finder
) -> dict[int, tuple[int, str]]:
    """Returns by term where the blocks of a snapshot first mention it: the number of the block, and
    the words."""
    found: dict[int, tuple[int, str]] = {}
    for number, block in enumerate(blocks, start=1):
        if block["kind"] in Block.EXPLAINS and block["text"]:
            for term, words in mentioned(block["text"], finder):
                found.setdefault(term, (number, words))
    return found
