"""A question that is asked of the index: words, marks and phrases, joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Lexeme:
    """A word or a form of one; as a prefix, what begins with it."""

    text: str
    is_prefix: bool = False


@dataclass(frozen=True)
class Mark:
    """A name, a number, a territory, a theme."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """Words that follow one another."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class AllOf:
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class AnyOf:
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Without:
    """What answers `kept` and does not answer `left_out`."""

    kept: Node
    left_out: Node


Node = Lexeme | Mark | Phrase | AllOf | AnyOf | Without


def all_of(nodes: Iterable[Node]) -> Node:
    found = tuple(dict.fromkeys(nodes))
    return found[0] if len(found) == 1 else AllOf(found)


def any_of(nodes: Iterable[Node]) -> Node:
    found = tuple(dict.fromkeys(nodes))
    return found[0] if len(found) == 1 else AnyOf(found)
