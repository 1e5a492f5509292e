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

from publishing.longhands import longhands
from publishing.unseen_rules import SCREEN_FEATURES, SCREEN_HEIGHT, SCREEN_WIDTH

_SIZE = re.compile(r"\((?:(min|max)-)?(width|height)\s*(:|[<>]=?)\s*(\d+(?:\.\d+)?)(px|r?em)\)")
_FEATURE = re.compile(SCREEN_FEATURES)
_NOT = re.compile(r"\(\s*not\s+(no)?\s*\)")
# These bound the time that a hostile page takes; nothing that people write reaches them.
MOST_SEARCHES = 10
MOST_COMBINATORS = 6
MOST_SECONDS = 4
_COMBINATOR = re.compile(r"\s*[\s>+~]\s*")
_LONGEST_SELECTOR = 500
_GROUPS = ("supports", "layer", "scope")


def applies_to_screens(query: str) -> bool:
    """Says whether the rules of ``@media query`` hold on a wide screen; a feature that is not known
    (a dark scheme, a printer) means that they do not."""

    def fits(match: re.Match[str]) -> str:
        size = float(match[4]) * (1 if match[5] == "px" else 16)
        screen = SCREEN_WIDTH if match[2] == "width" else SCREEN_HEIGHT
        is_least = match[1] == "min" or match[3][0] == ">"
        return "" if (size <= screen if is_least else size >= screen) else "no"

    def holds(part: str) -> bool:
        plain = _FEATURE.sub("", _SIZE.sub(fits, part.lower()))
        plain = _NOT.sub(lambda found: "" if found[1] else "no", plain).strip()
        is_denied = plain.startswith("not ")
        left = re.sub(r"\b(?:only|screen|all|and)\b|\s", "", plain.removeprefix("not "))
        # The contrary of what is not known is not known either; a printer is no screen.
        return left in ("no", "print") if is_denied else not left

    return any(map(holds, query.split(",")))


def _is_for_old_browsers(name: str, prelude: str) -> bool:
    return name == "supports" and prelude.lower().startswith("not")


def _nested(selector: str, above: str) -> str:
    if not above or len(above) > _LONGEST_SELECTOR:
        return selector
    if "&" in selector:
        return selector.replace("&", f":is({above})")
    return f":is({above}) {selector}"


class StyleSheets:
    """The rules of a page that declare any of some properties."""

    def __init__(self, texts: Iterable[str], names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._matcher = Matcher()
        self._written: dict[str, list[tuple[str, str, bool]]] = {}
        self._searches = 0
        self._seconds = 0.0
        self.are_empty = True
        for text in texts:
            rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
            with contextlib.suppress(RecursionError):  # brackets may nest by the thousand
                self._add(rules)

    def _add(self, rules: list[Any], above: str = "") -> None:
        """Adds rules. `above` is the selector of the rule in which they are nested."""
        for rule in rules:
            if rule.type == "qualified-rule":
                selector = _nested(tinycss2.serialize(rule.prelude), above)
                if declared := list(self._declarations(rule.content)):
                    self._add_rule(selector, declared)
                if any(item.type == "{} block" for item in rule.content):
                    inner = tinycss2.parse_blocks_contents(rule.content, True, True)
                    self._add([item for item in inner if item.type != "declaration"], selector)
            elif rule.type == "at-rule" and rule.content is not None:
                name = rule.lower_at_keyword
                prelude = tinycss2.serialize(rule.prelude).strip()
                is_read = (
                    applies_to_screens(prelude)
                    if name == "media"
                    else name in _GROUPS and not _is_for_old_browsers(name, prelude)
                )
                if is_read:
                    if above and (declared := list(self._declarations(rule.content))):
                        self._add_rule(above, declared)
                    self._add(tinycss2.parse_rule_list(rule.content, True, True), above)

    def _add_rule(self, text: str, declared: list[tuple[str, str, bool]]) -> None:
        # The parts of a list are kept apart, so that one which is not understood leaves the others.
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
        with contextlib.suppress(RecursionError):  # brackets may nest by the thousand
            for item in tinycss2.parse_blocks_contents(content, True, True):
                if item.type != "declaration":
                    continue
                value = " ".join(tinycss2.serialize(item.value).lower().split())
                if item.name.startswith("--"):
                    yield item.lower_name, value, item.important
                    continue
                for name, part in longhands(item.lower_name, value):
                    if name in self._names:
                        yield name, part, item.important

    def declared(self, wrapped: ElementWrapper, element: HtmlElement) -> dict[str, str]:
        """Returns each property with the value that wins, by importance, place and specificity."""
        written = element.get("style")
        if self.are_empty and not written:
            return {}
        winners: dict[str, str] = {}
        settled: set[str] = set()
        sources = [] if self.are_empty else self._matching(wrapped)
        if written:
            if written not in self._written:  # it is mostly the same on each cell of a table
                self._written[written] = list(self._declarations(written))
            sources.append(self._written[written])
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
        except RecursionError:  # it is a selector of siblings, among thousands of them
            return []
        self._seconds += time.process_time() - start
        return [declared for _, _, pseudo, declared in found if pseudo is None]
