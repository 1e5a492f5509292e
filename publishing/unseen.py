"""What a page holds without showing it is taken out before anything is published, and quoted.

Hidden words, reviewers’ comments and tracked deletions travel in the markup of whatever a person
saves, sends or pastes, and nothing on their screen says so. Every way in goes through here: the
imports, and the sanitiser of rich text (`publishing.richtext`), hence every form. The paste in the
editor happens in the browser, where `static/publishing/unseen.js` does the same from the same
lists: they are served to it (`RULES`), so that the two cannot drift.

Insertions are kept, as on the screen. What is shown on demand (`<details>`) is kept too. What is
struck through is left out: as plain text, it would read as valid.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import NamedTuple

from cssselect2 import ElementWrapper, Matcher, compile_selector_list
from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from publishing.colours import ground_of, inherited_colour, is_same_colour
from publishing.longhands import in_force
from publishing.stylesheets import StyleSheets, applies_to_screens
from publishing.unseen_rules import (
    BLACK,
    BLOCKS,
    COMMENT_MARK,
    EMBEDDED,
    GROUNDED,
    INVISIBLE,
    LABELS,
    LETTERS_SHOWN,
    MACHINE_COMMENT,
    RELIES_ON,
    SELECTORS,
    SIZE,
    STYLES,
    VISIBILITY,
    WHITE,
    WORDLESS,
    Reason,
)


def _own_rules() -> Matcher:
    matcher = Matcher()
    for reason, text in SELECTORS.items():
        for selector in compile_selector_list(text):
            matcher.add_selector(selector, reason)
    return matcher


_OWN_RULES = _own_rules()
_STYLE_RULES = [
    (reason, {name: re.compile(pattern) for name, pattern in wanted.items()})
    for reason, wanted in STYLES
]
_PROPERTIES = frozenset(
    ["visibility", "font-size", "color", "background", "background-color", "background-image"]
    + ["text-fill-color", "animation", "animation-name", *LETTERS_SHOWN]
    + [name for name, _, _ in RELIES_ON]
).union(*(wanted for _, wanted in STYLES))
_LETTERS_SHOWN = {name: re.compile(pattern) for name, pattern in LETTERS_SHOWN.items()}
_INHERITED = {
    "visibility": {key: re.compile(pattern) for key, pattern in VISIBILITY.items()},
    "font-size": {key: re.compile(pattern) for key, pattern in SIZE.items()},
}
_INVISIBLE_CHARACTER = re.compile(INVISIBLE)
_TAG_CHARACTERS = re.compile(
    "\U0001f3f4[\U000e0061-\U000e007a]{3,6}\U000e007f|([\U000e0020-\U000e007e]+)"
)
MOST_LEVELS = 40
_SPACES = re.compile(r"\s+")
_COMMENT_MARK = re.compile(COMMENT_MARK)
_MACHINE_COMMENT = re.compile(MACHINE_COMMENT, re.IGNORECASE)


@dataclass(frozen=True)
class Unseen:
    """Words that were left out, and why."""

    reason: Reason
    words: str

    def __str__(self) -> str:
        return f"{LABELS[self.reason]}\u00a0: «\u00a0{self.words}\u00a0»"


class Quotes:
    """What is left out, in order: pieces between which nothing is shown make one quotation."""

    def __init__(self) -> None:
        self._pieces: list[tuple[Reason, list[str]]] = []
        self._touches = False

    def add(self, reason: Reason, text: str) -> None:
        """Adds `text` with the spaces that it has, at its ends too."""
        if self._touches and self._pieces[-1][0] is reason:
            self._pieces[-1][1].append(text)
        elif re.search(r"\w", text) and not _COMMENT_MARK.fullmatch(text.strip()):
            self._pieces.append((reason, [text]))
            self._touches = True

    def end_block(self) -> None:
        if self._touches:
            self._pieces[-1][1].append(" ")

    def interrupt(self) -> None:
        """Notes that something is shown here."""
        self._touches = False

    @property
    def unseen(self) -> list[Unseen]:
        return [
            Unseen(reason, _SPACES.sub(" ", "".join(texts)).strip())
            for reason, texts in self._pieces
        ]


def without_invisible_characters(text: str) -> str:
    """Returns the text without the characters that show nothing; flags stay flags."""
    return _INVISIBLE_CHARACTER.sub(lambda match: match[1] or "", text)


def invisible_words(text: str) -> list[Unseen]:
    """Returns the messages written in characters that nothing shows (Unicode’s tags), as
    letters."""
    return [
        Unseen(Reason.CHARACTERS, words.strip())
        for run in _TAG_CHARACTERS.findall(text)
        if (words := "".join(chr(ord(character) - 0xE0000) for character in run)).strip()
    ]


def without_unseen(markup: str) -> tuple[str, list[Unseen]]:
    """Returns a fragment of HTML without what it does not show, and what that was."""
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    source = f"<body>{markup}</body>".encode("utf-8", "replace")
    try:
        tree = lxml_html.document_fromstring(source, parser=parser)
    except (ValueError, etree.LxmlError):
        return "", []
    unseen = take_out_unseen(tree)
    body = tree.find("body")
    if body is None:
        return "", unseen
    inner = [lxml_html.tostring(child, encoding="unicode") for child in body]
    return escape(body.text or "", quote=False) + "".join(inner), unseen


def take_out_unseen(tree: HtmlElement) -> list[Unseen]:
    """Removes from a page what it does not show; returns it, in order.

    What a machine reads (scripts, styles, the head) is left where it is: it has no words.
    """
    styles = (
        element.text or ""
        for element in tree.iter("style")
        if element.get("disabled") is None and applies_to_screens(element.get("media", ""))
    )
    sheets = StyleSheets(styles, _PROPERTIES)
    unseen = _take_out_comments(tree)
    is_styled_elsewhere = tree.find(".//link[@rel='stylesheet']") is not None
    known, unknown = _Sight(colour=BLACK, ground=WHITE), _Sight()
    visit = _Visit(tree, sheets, unknown if is_styled_elsewhere else known)
    if visit.pale > visit.shown:  # it was written for a dark page, of which this is a part
        visit = _Visit(tree, sheets, unknown)
    visit.apply()
    return unseen + visit.quotes.unseen


def _take_out_comments(root: HtmlElement) -> list[Unseen]:
    """Takes out the comments of the markup: LibreOffice and many sites keep those of authors
    there."""
    unseen = []
    for node in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
        words = _SPACES.sub(" ", node.text or "").strip()
        is_comment = node.tag is etree.Comment and not _MACHINE_COMMENT.match(node.text or "")
        if is_comment and re.search(r"[^\W\d_]{2}", words):
            unseen.append(Unseen(Reason.COMMENT, words))
        parent = node.getparent()
        if parent is not None:
            node.drop_tree()
    return unseen


class _Sight(NamedTuple):
    """What an element hands down to the text inside it."""

    is_visible: bool = True
    is_large: bool = True
    is_fallback: bool = False
    colour: str = ""
    ground: str = ""
    variables: Mapping[str, str] = MappingProxyType({})


class _Visit:
    """One walk through a tree, which changes nothing before `apply`."""

    def __init__(self, root: HtmlElement, sheets: StyleSheets, sight: _Sight) -> None:
        self.quotes = Quotes()
        self.pale = self.shown = 0
        self._sheets = sheets
        self._removed: list[HtmlElement] = []
        self._rewritten: list[tuple[HtmlElement, str, str]] = []
        self._walk(root, sight)

    def apply(self) -> None:
        for element, place, text in self._rewritten:
            setattr(element, place, text)
        for element in self._removed:
            element.drop_tree()

    def _walk(self, root: HtmlElement, sight: _Sight) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        wrapped = ElementWrapper.from_html_root(root)
        sights: list[_Sight] = [sight]
        wrappers: list[ElementWrapper] = []
        last: list[tuple[int, ElementWrapper | None]] = [(0, None)]
        for event, element in walk:
            if event == "end":
                sights.pop()
                wrappers.pop()
                last.pop()
                if element is not root:
                    self._read(element, "tail", sights[-1])
                continue
            if wrappers:
                index, previous = last[-1]
                wrapped = ElementWrapper(element, wrappers[-1], index, previous, True)
                # So a selector of many levels has few places to be tried at.
                wrapped._ancestors = tuple(wrappers[-MOST_LEVELS:])
                last[-1] = (index + 1, wrapped)
            reason, inner = self._judge(wrapped, element, sights[-1])
            if element.tag in BLOCKS:
                self.quotes.end_block()
            sights.append(inner)
            wrappers.append(wrapped)
            last.append((0, None))
            if element.tag in WORDLESS:
                walk.skip_subtree()
            elif reason and element is not root:
                self._remove(self._whole(element, reason), reason)
                walk.skip_subtree()
            else:
                self._read(element, "text", inner)

    def _judge(
        self, wrapped: ElementWrapper, element: HtmlElement, sight: _Sight
    ) -> tuple[Reason | None, _Sight]:
        found = _OWN_RULES.match(wrapped)
        if found:
            return found[0][-1], sight
        declared = self._sheets.declared(wrapped, element)
        if element.tag == "font" and element.get("color"):
            declared.setdefault("color", element.get("color", "").lower())
        if element.get("background"):
            declared["background"] = "url()"
        if element.get("bgcolor"):
            declared.setdefault("background-color", element.get("bgcolor", "").lower())
        if element.tag == "a" and element.get("href"):
            sight = sight._replace(colour="")  # the colour of links, unless another is said
        if element.tag in EMBEDDED:
            sight = sight._replace(is_fallback=True)
        if element.tag in GROUNDED:  # browsers give these a ground
            sight = sight._replace(ground="")
        if not declared:
            hides = element.tag == "img" and not sight.is_visible
            return (Reason.HIDDEN if hides else None), sight
        if variables := {name: value for name, value in declared.items() if name[:2] == "--"}:
            sight = sight._replace(variables={**sight.variables, **variables})
        declared = in_force(declared, sight.variables)
        for reason, wanted in _STYLE_RULES:
            if all(
                name in declared and pattern.fullmatch(declared[name])
                for name, pattern in wanted.items()
            ):
                return reason, sight
        sight = sight._replace(
            is_visible=_inherited("visibility", declared, sight.is_visible),
            is_large=_inherited("font-size", declared, sight.is_large),
            colour=_colour_of(declared, sight.colour),
            ground=ground_of(declared, sight.ground),
        )
        hides = element.tag == "img" and not sight.is_visible
        return (Reason.HIDDEN if hides else None), sight

    def _read(self, element: HtmlElement, place: str, sight: _Sight) -> None:
        text = getattr(element, place) or ""
        if not text.strip():
            return
        if (seen := without_invisible_characters(text)) != text:
            for found in invisible_words(text):
                self.quotes.add(found.reason, found.words)
                self.quotes.interrupt()
            self._rewritten.append((element, place, seen))
        is_pale = is_same_colour(sight.colour, sight.ground)
        self.pale += len(text) if is_pale else 0
        if sight.is_visible and sight.is_large and not sight.is_fallback and not is_pale:
            self.shown += len(text)
            self.quotes.interrupt()
            return
        apart = text[0].isspace() or text[-1].isspace()
        self._rewritten.append((element, place, " " if apart else ""))
        self.quotes.add(Reason.HIDDEN, text)

    def _remove(self, element: HtmlElement, reason: Reason) -> None:
        self._removed.append(element)
        self.quotes.add(reason, words_of(element))

    @staticmethod
    def _whole(element: HtmlElement, reason: Reason) -> HtmlElement:
        """Returns the box of the comment that a link of Google Docs begins; else the element
        itself."""
        if reason is not Reason.COMMENT or "#cmnt_ref" not in (element.get("href") or ""):
            return element
        paragraph = next(element.iterancestors("p", "div"), None)
        if paragraph is None:
            return element
        box = paragraph.getparent()
        is_box = box is not None and box.tag == "div" and box[0] is paragraph
        return box if is_box and box is not None else paragraph


def words_of(element: HtmlElement) -> str:
    """Returns the words of an element and those that describe its pictures, a space where a block
    ends.

    Not stripped: whoever joins them to others needs to know what touches.
    """
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            if node.tag in WORDLESS:
                continue
            parts.append(node.text or "")
            if node.tag == "img":
                parts.append(f" image {node.get('alt') or ''} ")
        if node.tag in BLOCKS:
            parts.append(" ")
        if event == "end" and node is not element:
            parts.append(node.tail or "")
    return _SPACES.sub(" ", "".join(parts))


def _colour_of(declared: dict[str, str], inherited: str) -> str:
    """Returns the colour of the letters; "" where something else shows them."""
    for name, pattern in _LETTERS_SHOWN.items():
        if pattern.fullmatch(declared.get(name, "none")):
            return ""
    return inherited_colour(declared.get("text-fill-color") or declared.get("color", ""), inherited)


def _inherited(name: str, declared: dict[str, str], shown: bool) -> bool:
    value = declared.get(name, "")
    if _INHERITED[name]["hidden"].fullmatch(value):
        return False
    return shown or bool(_INHERITED[name]["shown"].fullmatch(value))
