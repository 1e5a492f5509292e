"""What a Word document holds without showing it, taken out of its parts before they are read.

Hidden text (directly, by a style or by the defaults of the document), tracked deletions, rows and
drawings that are hidden, notes whose call went with a passage, comments, the instructions of
fields, prompts of fields that nobody filled in. Each is quoted.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from articles.importing.word_formatting import Formatting, W, enclosing, is_on
from articles.importing.word_inks import Inks
from publishing.unseen import Quotes, Reason, Unseen

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_STORIES = (f"{W}document", f"{W}footnotes", f"{W}endnotes")
_NOTES = {f"{W}footnote": f"{W}footnoteReference", f"{W}endnote": f"{W}endnoteReference"}
_DELETED = (f"{W}del", f"{W}moveFrom")
# Inside these, the same names only say what happened to a mark, a row or a number.
_PROPERTIES = (f"{W}rPr", f"{W}trPr", f"{W}numPr", f"{_M}ctrlPr")
_KEPT_IN_RUNS = (f"{W}rPr", f"{W}fldChar", f"{W}instrText")
_TEXTS = (f"{W}t", f"{W}delText", f"{_M}t")
_FORMULA = f"{_M}oMath"
_LETTERING = f"{_V}textpath"  # WordArt
# What these fields are given is kept for other fields, and shown nowhere.
_SILENT_FIELD = re.compile(r"\s*(?:SET|ASK|PRIVATE|XE|TC|TA|RD)\b", re.IGNORECASE)
# Around runs that are shown, and not known to what reads the document next.
_WRAPPERS = (f"{W}fldSimple", f"{W}dir", f"{W}bdo")
_KNOWN_TO_WORD = re.compile(r"wp[sgci]|wp1\d|w1\d\w*|a14|am3d|cx\d?|aink|v|o|m")
_GAPS = (f"{W}tab", f"{W}br", f"{W}cr", f"{W}ptab", f"{W}p")
_DRAWINGS = (f"{W}drawing", f"{W}pict", f"{W}object")
_DIAGRAMS = ("dataModel", "chartSpace")
_HIDING_STYLE = re.compile(r"(?:visibility\s*:\s*hidden|display\s*:\s*none)", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_SPACES = re.compile(r"\s+")
_SMALLEST = 4  # half-points
_NARROWEST = 5  # percent of a letter's width
_LOWEST = 40  # twentieths of a point, for a line or a row of that height exactly


@dataclass
class Cleaned:
    """The parts that changed, what was left out of them, and what is shown perhaps."""

    parts: dict[str, bytes] = field(default_factory=dict)
    unseen: list[Unseen] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)


def take_out_unseen(parts: dict[str, bytes], parser: etree.XMLParser) -> Cleaned:
    """Takes out what is not shown. `parts` are the XML parts of the archive by name; those that
    change come back."""
    trees: dict[str, Any] = {
        name: etree.fromstring(part, parser) for name, part in parts.items() if _may_speak(part)
    }
    styles = next((tree for tree in trees.values() if tree.tag == f"{W}styles"), None)
    cleaned = Cleaned()
    stories = [_Story(tree, Formatting(styles)) for tree in trees.values() if tree.tag in _STORIES]
    for story in sorted(stories, key=lambda story: _STORIES.index(story.root.tag)):
        called = {
            (call.tag, call.get(f"{W}id"))
            for one in stories
            if one.root.tag == f"{W}document"
            for call in one.root.iter(*_NOTES.values())
        }
        story.mark(called)
        story.take_out(cleaned)
    for tree in trees.values():
        if tree.tag == f"{W}comments":
            cleaned.unseen += [
                Unseen(Reason.COMMENT, words)
                for comment in tree.iter(f"{W}comment")
                if (words := words_of(comment).strip())
            ]
    for tree in trees.values():
        if etree.QName(tree).localname in _DIAGRAMS and (words := _words_drawn(tree)):
            cleaned.unseen.append(Unseen(Reason.DRAWING, words))
    for name, tree in trees.items():
        if tree.tag in _STORIES:
            cleaned.parts[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    return cleaned


def _may_speak(part: bytes) -> bool:
    """Parts of other kinds (settings, themes, properties) are not worth a tree."""
    return (
        re.search(
            rb"<(?:\w+:)?(?:document|footnotes|endnotes|comments|styles|dataModel|chartSpace)\b",
            part,
        )
        is not None
    )


def _words_drawn(diagram: Any) -> str:
    """Returns the words of a SmartArt or of a chart, which stand in parts of their own."""
    texts = (" ".join((text.text or "").split()) for text in diagram.iter(f"{_A}t"))
    return " ".join(text for text in texts if _LETTER.search(text))


def words_of(element: Any) -> str:
    """Returns the words of an element, deleted ones too, and those that describe its pictures."""
    parts: list[str] = []
    for node in element.iter():
        if node.tag in _TEXTS:
            if not _is_repeated(node, element):
                parts.append(node.text or "")
        elif node.tag in _GAPS:
            parts.append(" ")
        elif node.tag == _LETTERING:
            if not _is_repeated(node, element):
                parts.append(node.get("string", ""))
        elif node.tag == f"{W}noBreakHyphen":
            parts.append("-")
        elif node.tag == f"{_WP}docPr" and next(element.iter(f"{_A}blip"), None) is not None:
            parts.append(f" image {node.get('descr') or ''} ")
    return _SPACES.sub(" ", "".join(parts))


def _is_repeated(node: Any, within: Any) -> bool:
    """Says whether it stands in what older programs are given instead of what stands beside it."""
    for ancestor in node.iterancestors():
        if ancestor is within:
            return False
        if ancestor.tag == f"{_MC}Fallback":
            return ancestor.getparent().find(f"{_MC}Choice") is not None
    return False


class _Story:
    """One part with text. Marked first, as it stands; changed once, in the order of the text."""

    def __init__(self, root: Any, formatting: Formatting) -> None:
        self.root = root
        self.formatting = formatting
        self._marks: dict[Any, Reason | None] = {}  # None: left out without a word
        self._faint: list[Any] = []
        self._perhaps: list[Any] = []
        self._inks = Inks(formatting)

    def mark(self, called: set[tuple[str, str | None]]) -> None:
        self._mark_notes(called)
        self._mark_deletions()
        self._mark_rows()
        self._mark_prompts()
        self._mark_drawings()
        self._mark_instructions()
        self._mark_runs()
        for element in self.root.iter(_FORMULA, _LETTERING):
            is_new = next(element.iterancestors(_FORMULA), None) is None
            if is_new and not (element.tag == _LETTERING and _is_repeated(element, self.root)):
                self._marks.setdefault(element, Reason.DRAWING)

    def take_out(self, cleaned: Cleaned) -> None:
        self._judge_faint(cleaned)
        quotes = Quotes()
        for element in list(self.root.iter()):
            if element in self._marks:
                reason = self._marks[element]
                if reason is not None and not self._is_inside_mark(element):
                    quotes.add(reason, words_of(element))
            elif element.tag in (f"{_MC}Choice", f"{_MC}Fallback"):
                quotes.interrupt()
            elif element.tag == f"{W}p":
                quotes.end_block()
            elif self._is_shown(element):
                quotes.interrupt()
        cleaned.unseen += quotes.unseen
        for element in self._marks:
            _empty(element)
        self._settle_paragraph_marks()
        self._settle_alternates()
        for wrapper in list(self.root.iter(*_WRAPPERS)):
            for child in wrapper:
                wrapper.addprevious(child)
            wrapper.getparent().remove(wrapper)

    def _is_shown(self, element: Any) -> bool:
        is_text = element.tag == f"{W}t" and (element.text or "").strip()
        return bool(is_text) and not self._is_inside_mark(element)

    def _is_inside_mark(self, element: Any) -> bool:
        return any(ancestor in self._marks for ancestor in element.iterancestors())

    # -- what is marked -----------------------------------------------------

    def _mark_notes(self, called: set[tuple[str, str | None]]) -> None:
        """Marks notes whose call is gone, or never was: Word shows none of them."""
        for note in self.root.iter(*_NOTES):
            is_text = note.get(f"{W}type", "normal") == "normal"
            if is_text and (_NOTES[note.tag], note.get(f"{W}id")) not in called:
                self._marks[note] = Reason.NOTE

    def _mark_deletions(self) -> None:
        arrived = _SPACES.sub("", " ".join(map(words_of, self.root.iter(f"{W}moveTo"))))
        for element in self.root.iter(*_DELETED):
            if element.getparent().tag not in _PROPERTIES:
                is_moved = _SPACES.sub("", words_of(element)) in arrived
                is_silent = element.tag == f"{W}moveFrom" and is_moved
                self._marks[element] = None if is_silent else Reason.DELETED
        for text in self.root.iter(f"{W}delText"):  # outside what deletes it: nothing shows it
            if not self._is_inside_mark(text):
                self._marks[text] = Reason.DELETED

    def _mark_rows(self) -> None:
        for row in self.root.iter(f"{W}tr"):
            properties = row.find(f"{W}trPr")
            if properties is None:
                continue
            if properties.find(f"{W}del") is not None:
                self._marks[row] = Reason.DELETED
            elif is_on(properties.find(f"{W}hidden")) or _is_flat(
                properties.find(f"{W}trHeight"), "val", "hRule"
            ):
                self._marks[row] = Reason.HIDDEN
        for cell in self.root.iter(f"{W}tc"):
            if cell.find(f"{W}tcPr/{W}cellDel") is not None:
                self._marks[cell] = Reason.DELETED

    def _mark_prompts(self) -> None:
        for control in self.root.iter(f"{W}sdt"):
            content = control.find(f"{W}sdtContent")
            if content is not None and is_on(control.find(f"{W}sdtPr/{W}showingPlcHdr")):
                self._marks.update(dict.fromkeys(content.iter(f"{W}r"), Reason.PROMPT))

    def _mark_drawings(self) -> None:
        for element in self.root.iter():
            if not isinstance(element.tag, str):
                continue
            name = etree.QName(element).localname
            hides = (
                (
                    name in ("docPr", "cNvPr", "anchor")
                    and element.get("hidden", "0").lower() in ("1", "true")
                )
                or (element.tag == f"{_WP}extent" and _is_flat_picture(element))
                or (element.tag == f"{_A}alphaModFix" and element.get("amt") in ("0", "0%"))
                or (element.tag.startswith(_V) and _HIDING_STYLE.search(element.get("style", "")))
            )
            if hides:
                alternate = f"{_MC}AlternateContent"
                whole = next(element.iterancestors(alternate, *_DRAWINGS), element)
                above = next(whole.iterancestors(alternate), None)
                is_choice = whole.tag in _DRAWINGS and above is not None
                is_around = is_choice and enclosing(whole, "r") is enclosing(above, "r")
                self._marks[above if is_around else whole] = Reason.HIDDEN

    def _mark_instructions(self) -> None:
        """Marks the results of fields inside the code of another: only the outer result is
        shown."""
        for simple in self.root.iter(f"{W}fldSimple"):
            if _SILENT_FIELD.match(simple.get(f"{W}instr", "")):
                self._marks.setdefault(simple, Reason.FIELD)
        every = self.root.iter(f"{W}fldChar", f"{W}instrText")
        codes: dict[Any, int] = {}
        opened: list[list[Any]] = []
        written: list[str] = []
        for mark in [mark for mark in every if not self._is_inside_mark(mark)]:
            kind = mark.get(f"{W}fldCharType")
            if mark.tag == f"{W}instrText":
                if written:
                    written[-1] += mark.text or ""
            elif kind == "begin":
                opened.append([mark])
                written.append("")
            elif opened and kind == "separate":
                opened[-1].append(mark)
            elif opened and kind == "end":
                begin, *rest = [*opened.pop(), mark]
                end = mark if _SILENT_FIELD.match(written.pop()) else rest[0]
                codes[begin] = codes.get(begin, 0) + 1
                codes[end] = codes.get(end, 0) - 1
        depth = 0
        for element in self.root.iter(f"{W}fldChar", f"{W}t", f"{W}drawing"):
            depth += codes.get(element, 0)
            if depth > 0 and element.tag != f"{W}fldChar":
                self._marks.setdefault(element, Reason.FIELD)

    def _mark_runs(self) -> None:
        has_ground = self.root.find(f"{W}background") is not None
        for run in self.root.iter(f"{W}r"):
            if run in self._marks:
                continue
            if self._is_hidden(run) or self._inks.is_inked_out(run):
                self._marks[run] = Reason.HIDDEN
            elif self.formatting.holds(run, "webHidden"):  # page numbers of a table of contents
                self._marks[run] = Reason.HIDDEN if _LETTER.search(words_of(run)) else None
            elif self.formatting.toggles(run, "strike") or self.formatting.holds(run, "dstrike"):
                self._marks[run] = Reason.STRUCK
            elif not has_ground and words_of(run).strip():
                if self._inks.is_white(run):
                    self._faint.append(run)
                elif self._inks.is_white_perhaps(run):
                    self._perhaps.append(run)

    def _is_hidden(self, run: Any) -> bool:
        if (
            self.formatting.toggles(run, "vanish")
            or self.formatting.holds(run, "specVanish")
            or self._inks.is_clear(run)
        ):
            return True
        size = _number(self.formatting.value(run, "sz"))
        scale = _number(self.formatting.value(run, "w"))
        paragraph = next(run.iterancestors(f"{W}p"), None)
        spacing = None
        if paragraph is not None:
            spacing = self.formatting.paragraph_value(paragraph, "spacing")
        is_flat = _is_flat(spacing, "line", "lineRule") and not _has_drawing(run)
        return (
            (size is not None and size <= _SMALLEST)
            or (scale is not None and scale <= _NARROWEST)
            or is_flat
        )

    # -- text of the colour of its ground ---------------------------------------

    def _judge_faint(self, cleaned: Cleaned) -> None:
        """Judges white text: it is hidden, unless something behind it may show it, and then it is
        told."""
        floats = next(self.root.iter(f"{_WP}anchor", f"{W}pict", f"{W}txbxContent"), None)
        faint = [run for run in self._faint if not self._is_inside_mark(run)]
        length = sum(len(words_of(run)) for run in faint)
        whole = sum(len(text.text or "") for text in self.root.iter(f"{W}t"))
        for run in faint:
            if floats is None and length * 2 <= whole:
                self._marks[run] = Reason.HIDDEN
            else:
                cleaned.doubtful.append(words_of(run).strip())
        cleaned.doubtful += [
            words
            for run in self._perhaps
            if run not in self._marks
            and not self._is_inside_mark(run)
            and (words := words_of(run).strip())
        ]

    # -- what is left ---------------------------------------------------------

    def _settle_paragraph_marks(self) -> None:
        """Removes the mark of a deleted end of paragraph that no paragraph follows: it joins
        nothing."""
        for paragraph in self.root.iter(f"{W}p"):
            mark = paragraph.find(f"{W}pPr/{W}rPr/{W}del")
            following = paragraph.getnext()
            while following is not None and following.tag not in (f"{W}p", f"{W}tbl", f"{W}sdt"):
                following = following.getnext()
            if mark is not None and (following is None or following.tag != f"{W}p"):
                mark.getparent().remove(mark)

    def _settle_alternates(self) -> None:
        """Leaves one reading of each alternate, that which Word shows: what older programs are
        given is read next."""
        for alternate in list(self.root.iter(f"{_MC}AlternateContent")):
            choice, fallback = (alternate.find(f"{_MC}{name}") for name in ("Choice", "Fallback"))
            if choice is None or fallback is None:
                continue
            if not all(map(_KNOWN_TO_WORD.fullmatch, choice.get("Requires", "").split())):
                alternate.remove(choice)
            elif (shown := _said(choice)) and shown != _said(fallback):
                _say_alike(choice, fallback)


def _said(element: Any) -> str:
    return _SPACES.sub("", "".join(text.text or "" for text in element.iter(*_TEXTS)))


def _say_alike(choice: Any, fallback: Any) -> None:
    boxes = list(choice.iter(f"{W}txbxContent"))
    for child in list(fallback):
        fallback.remove(child)
    if not boxes:
        fallback.extend(map(deepcopy, choice))
        return
    shape = etree.SubElement(etree.SubElement(fallback, f"{W}pict"), f"{_V}shape")
    for box in boxes:
        etree.SubElement(shape, f"{_V}textbox").append(deepcopy(box))


def _empty(element: Any) -> None:
    """Takes out an element; a run keeps the marks of the fields that it begins or ends."""
    if element.tag == f"{W}r":
        for child in list(element):
            if child.tag not in _KEPT_IN_RUNS:
                element.remove(child)
        return
    parent = element.getparent()
    if parent is None:
        return
    parent.remove(element)
    if parent.tag == f"{W}tr" and parent.find(f"{W}tc") is None and parent.getparent() is not None:
        parent.getparent().remove(parent)


def _number(element: Any) -> float | None:
    value = "" if element is None else element.get(f"{W}val", "")
    match = re.match(r"\d+(?:\.\d+)?", value)
    return float(match[0]) if match else None


def _is_flat(element: Any, size: str, rule: str) -> bool:
    """Says whether it is a line or a row of an exact height that no letter fits in."""
    if element is None or element.get(f"{W}{rule}") != "exact":
        return False
    value = element.get(f"{W}{size}", "")
    return value.isascii() and value.isdigit() and int(value) <= _LOWEST


def _is_flat_picture(extent: Any) -> bool:
    """Says whether it is of no width or height. Lines are flat too, and a text box may grow with
    its words."""
    drawing = extent.getparent()
    return (
        "0" in (extent.get("cx"), extent.get("cy"))
        and next(drawing.iter(f"{_A}blip"), None) is not None
        and next(drawing.iter(f"{W}txbxContent"), None) is None
    )


def _has_drawing(run: Any) -> bool:
    return next(run.iter(*_DRAWINGS), None) is not None
