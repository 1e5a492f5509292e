"""What the style sheets inside a page, and the styles written on its elements, say of an element.

Only the properties that are asked for, as they are written: nothing is computed, nothing fetched.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2
from cssselect2 import ElementWrapper, Matcher, SelectorError, compile_selector_list
from lxml.html import HtmlElement

from publishing.unseen_rules import SCREEN_WIDTH

_WIDTH = re.compile(r"\((min|max)-width:\s*(\d+(?:\.\d+)?)(px|r?em)\)")
# What bounds the time that a hostile page takes; none of it is reached by what people write.
MOST_SEARCHES = 10
MOST_COMBINATORS = 6
MOST_SECONDS = 4
_COMBINATOR = re.compile(r"\s*[\s>+~]\s*")
_GROUPS = ("supports", "layer", "scope")


def applies_to_screens(query: str) -> bool:
    """Whether the rules of ``@media query`` hold on a wide screen; a feature that is not known
    (a dark scheme, a printer) means that they do not."""

    def fits(match: re.Match[str]) -> str:
        width = float(match[2]) * (1 if match[3] == "px" else 16)
        holds = width <= SCREEN_WIDTH if match[1] == "min" else width >= SCREEN_WIDTH
        return "" if holds else "no"

    return any(
        not re.sub(r"\b(?:only|screen|all|and)\b|\s", "", _WIDTH.sub(fits, part.lower()))
        for part in query.split(",")
    )


class StyleSheets:
    """The rules of a page that declare any of some properties."""

    def __init__(self, texts: Iterable[str], names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._matcher = Matcher()
        self._searches = 0
        self._seconds = 0.0
        self.are_empty = True
        for text in texts:
            rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
            with contextlib.suppress(RecursionError):  # brackets within brackets, by the thousand
                self._add(rules)

    def _add(self, rules: list[Any]) -> None:
        for rule in rules:
            if rule.type == "qualified-rule":
                declared = list(self._declarations(rule.content))
                if declared:
                    self._add_rule(rule.prelude, declared)
            elif rule.type == "at-rule" and rule.content is not None:
                name = rule.lower_at_keyword
                is_read = name in _GROUPS or (
                    name == "media" and applies_to_screens(tinycss2.serialize(rule.prelude))
                )
                if is_read:
                    self._add(tinycss2.parse_rule_list(rule.content, True, True))

    def _add_rule(self, prelude: list[Any], declared: list[tuple[str, str, bool]]) -> None:
        text = tinycss2.serialize(prelude)
        # Parts of a list apart, so that one which is not understood leaves the others.
        for part in [text] if "(" in text else text.split(","):
            self._searches += ":has(" in part  # each looks at everything inside each element
            is_long = len(_COMBINATOR.findall(part.strip())) > MOST_COMBINATORS
            if (is_long and "(" not in part) or self._searches > MOST_SEARCHES:
                continue
            try:
                selectors = compile_selector_list(part)
            except (SelectorError, SyntaxError, RecursionError, MemoryError):
                continue
            for selector in selectors:
                self._matcher.add_selector(selector, declared)
                self.are_empty = False

    def _declarations(self, content: Any) -> Iterator[tuple[str, str, bool]]:
        for item in tinycss2.parse_blocks_contents(content, True, True):
            if item.type == "declaration" and item.lower_name in self._names:
                value = " ".join(tinycss2.serialize(item.value).lower().split())
                yield item.lower_name, value, item.important

    def declared(self, wrapped: ElementWrapper, element: HtmlElement) -> dict[str, str]:
        """Each property with the value that wins, by importance, place and specificity."""
        written = element.get("style")
        if self.are_empty and not written:
            return {}
        winners: dict[str, str] = {}
        settled: set[str] = set()
        sources = [] if self.are_empty else self._matching(wrapped)
        if written:
            sources.append(list(self._declarations(written)))
        for declarations in sources:
            for name, value, is_important in declarations:
                if is_important or name not in settled:
                    winners[name] = value
                if is_important:
                    settled.add(name)
        return winners

    def _matching(self, wrapped: ElementWrapper) -> list[list[tuple[str, str, bool]]]:
        if self._seconds > MOST_SECONDS:
            return []
        start = time.process_time()
        try:
            found = self._matcher.match(wrapped)
        except RecursionError:  # a selector of siblings, among thousands of them
            return []
        self._seconds += time.process_time() - start
        return [declared for _, _, pseudo, declared in found if pseudo is None]
