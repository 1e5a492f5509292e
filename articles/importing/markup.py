"""Makes pieces of an HTML tree. Word and Markdown documents come through here too, as HTML.

What the page does not show (`publishing.unseen`) is taken out first, before anything is read in it.

Nothing of the document's own markup is copied: text is escaped and tags are written anew, from a
short list, so that what comes out is well-formed before the sanitiser ever sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from lxml import html as lxml_html
from lxml.html import HtmlElement

from articles.importing.documents import DocumentRefused
from articles.importing.pictures import PictureBox
from articles.importing.pieces import Piece, Reading
from articles.importing.wording import labelled, quoted, shortened, visible_text
from publishing.unseen import take_out_unseen

INLINE = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "sub": "sub", "sup": "sup"}
SILENT = {"script", "style", "template", "noscript", "head", "title", "meta", "link", "svg",
          "math", "canvas", "colgroup", "param", "source", "track", "base"}  # fmt: skip
EMBEDDED = {"iframe", "video", "audio", "embed", "object"}
CONTROLS = {"form", "button", "select", "textarea", "nav", "aside", "dialog", "menu"}
BLOCKS = {"p", "div", "section", "article", "main", "header", "footer", "h1", "h2", "h3", "h4",
          "h5", "h6", "ul", "ol", "dl", "dt", "dd", "li", "blockquote", "table", "thead", "tbody",
          "tr", "td", "th", "figure", "figcaption", "pre", "hr", "address", "details", "summary",
          "center", "fieldset", "hgroup", "body", "html", "img", "picture", *EMBEDDED,
          *CONTROLS}  # fmt: skip
CALLOUT_CLASS = re.compile(r"(?:^|[\s_-])(?:callout|encadre|encart|highlight|alert)(?:$|[\s_-])")
LEAD_CLASS = re.compile(
    r"(?:^|[\s_-])(?:chapo|chapeau|standfirst|lead|introduction|subtitle)(?:$|\s)"
)
SAFE_LINK = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)
MOST_ELEMENTS = 200_000
_SPACES = re.compile(r"[ \t\n\r\f\v]+")


def parse_markup(markup: str) -> HtmlElement:
    """Returns the tree of a page, within bounds: elements are counted first, depth is the parser's
    own. Raises DocumentRefused.

    The parser stops by itself at 256 levels, but silently: what follows would be lost.
    """
    if markup.count("<") > MOST_ELEMENTS:
        raise DocumentRefused(
            "Cette page contient trop d’éléments pour un article. Gardez la partie utile du "
            "document, puis recommencez."
        )
    parser = lxml_html.HTMLParser(encoding="utf-8")
    try:
        tree = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (ValueError, lxml_html.etree.LxmlError) as error:
        raise DocumentRefused(
            "Cette page ne contient aucun texte lisible. Vérifiez le fichier, puis recommencez."
        ) from error
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise DocumentRefused(
            "Cette page emboîte trop d’éléments les uns dans les autres pour être lue. "
            "Copiez son texte dans un document Word ou un fichier texte, puis recommencez."
        )
    return tree


def shown_tree(markup: str, reading: Reading) -> HtmlElement:
    """Returns the tree of a page as it is shown; what it hides is quoted in the reading."""
    tree = parse_markup(markup)
    reading.leave_out(take_out_unseen(tree))
    return tree


def text_nodes(root: HtmlElement) -> Iterator[str]:
    """Yields every run of text that a reader may see, in order; the witness of what must be
    kept."""
    hidden = 0
    for event, element in lxml_html.etree.iterwalk(root, events=("start", "end")):
        silent = element.tag in SILENT
        if event == "start":
            hidden += silent
            if not hidden and element.text and element.text.strip():
                yield element.text
        else:
            hidden -= silent
            if not hidden and element is not root and element.tail and element.tail.strip():
                yield element.tail


def text_of(element: HtmlElement) -> str:
    return _SPACES.sub(" ", " ".join(part.strip() for part in text_nodes(element))).strip()


class TreeReader:
    """Walks a tree once and appends pieces to a reading, flushing loose text into paragraphs."""

    def __init__(self, reading: Reading, pictures: PictureBox) -> None:
        self.reading = reading
        self.pictures = pictures
        self._inline: list[str] = []

    def read(self, root: HtmlElement) -> None:
        self._children(root)
        self._flush()

    # -- containers ---------------------------------------------------------

    def _children(self, element: HtmlElement) -> None:
        self._inline.append(_text(element.text))
        for child in element:
            self._element(child)
            self._inline.append(_text(child.tail))

    def _element(self, element: HtmlElement) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in SILENT:
            return
        if tag not in BLOCKS and not _holds_blocks(element):
            self._inline.append(self._inline_element(element))
            return
        self._flush()
        handler = getattr(self, f"_read_{_HANDLERS.get(tag, 'container')}")
        handler(element)
        self._flush()

    def _flush(self) -> None:
        markup = _trim("".join(self._inline))
        self._inline = []
        if visible_text(markup):
            self._paragraph(markup)

    def _paragraph(self, markup: str, lead: bool = False) -> None:
        bold = markup.startswith("<strong>") and not visible_text(
            re.sub(r"<strong>.*?</strong>", "", markup, flags=re.DOTALL)
        )
        self._add(Piece("paragraph", html=markup, bold=bold, role="standfirst" if lead else ""))

    def _add(self, piece: Piece) -> None:
        self.reading.pieces.append(piece)

    def _read_container(self, element: HtmlElement) -> None:
        css = element.get("class", "")
        if CALLOUT_CLASS.search(css) and not _has(element, "h1"):
            self._read_callout(element)
            return
        start = len(self.reading.pieces)
        self._children(element)
        self._flush()
        inner = self.reading.pieces[start:]
        if LEAD_CLASS.search(css) and len(inner) == 1 and inner[0].kind == "paragraph":
            inner[0].role = inner[0].role or "standfirst"

    # -- text ---------------------------------------------------------------

    def _read_paragraph(self, element: HtmlElement) -> None:
        if _holds_blocks(element):
            self._children(element)
            return
        markup = self._inline_content(element)
        css = element.get("class", "")
        if not visible_text(markup):
            return
        if css == "toc":  # the portal draws its own table of contents
            self.reading.discarded.append(visible_text(markup))
        elif css == "caption":
            self._add(Piece("paragraph", html=markup, role="caption"))
        else:
            self._paragraph(markup, lead=bool(LEAD_CLASS.search(css)))

    def _read_heading(self, element: HtmlElement) -> None:
        markup = self._inline_content(element)
        if visible_text(markup):
            is_title = element.get("class") == "title" and element.tag == "h1"
            level = int(element.tag[1])
            self._add(Piece("heading", html=markup, level=level, role="title" if is_title else ""))
        self._pictures_in(element)

    def _read_preformatted(self, element: HtmlElement) -> None:
        lines = [escape(line) for line in element.text_content().splitlines() if line.strip()]
        if lines:
            self._add(Piece("paragraph", html="<br>".join(lines)))

    def _read_list(self, element: HtmlElement) -> None:
        markup = self._list(element)
        if visible_text(markup):
            self._add(Piece("list", html=markup))
        self._pictures_in(element)

    def _list(self, element: HtmlElement) -> str:
        items: list[str] = []
        for child in element:
            if not isinstance(child.tag, str) or child.tag in SILENT:
                continue
            content = self._list(child) if child.tag in ("ul", "ol") else self._item(child)
            if child.tag in ("ul", "ol") and items:
                items[-1] = items[-1].removesuffix("</li>") + content + "</li>"
            elif visible_text(content):
                items.append(f"<li>{content}</li>")
        tag = "ol" if element.tag == "ol" else "ul"
        return f"<{tag}>{''.join(items)}</{tag}>" if items else ""

    def _item(self, element: HtmlElement) -> str:
        """Returns an item's own lines, broken where its paragraphs were, then its nested lists."""
        lines: list[str] = [""]
        nested: list[str] = []

        def take(node: HtmlElement) -> None:
            lines[-1] += _text(node.text)
            for child in node:
                if isinstance(child.tag, str) and child.tag in ("ul", "ol"):
                    nested.append(self._list(child))
                elif isinstance(child.tag, str) and child.tag not in SILENT:
                    if child.tag in BLOCKS or _holds_blocks(child):
                        lines.append("")
                        take(child)
                        lines.append("")
                    else:
                        lines[-1] += self._inline_element(child)
                lines[-1] += _text(child.tail)

        take(element)
        return "<br>".join(filter(visible_text, map(_trim, lines))) + "".join(nested)

    def _read_definitions(self, element: HtmlElement) -> None:
        for child in element.iter("dt", "dd"):
            markup = self._item(child)
            if visible_text(markup):
                self._add(
                    Piece("paragraph", html=f"<strong>{_plain(markup)}</strong>")
                    if child.tag == "dt"
                    else Piece("paragraph", html=markup)
                )

    # -- quotes, callouts, tables, figures ----------------------------------

    def _read_quote(self, element: HtmlElement) -> None:
        inner = self._sub_pieces(element)
        source = ""
        if inner and inner[-1].kind == "paragraph" and len(inner) > 1:
            last = inner[-1].text
            if re.match(r"^[—–-]\s?\S", last) and len(last) <= 150:
                source = last.lstrip("—–- \u00a0")
                inner = inner[:-1]
        for name in ("footer", "cite", "figcaption"):
            found = text_of(element.find(f".//{name}")) if _has(element, name) else ""
            if found and not source:
                source = found.lstrip("—–- \u00a0")
                inner = [piece for piece in inner if piece.text != found]
        markup = "".join(_as_body(piece) for piece in inner if not piece.cells)
        if visible_text(markup):
            self._add(Piece("quote", html=markup, source=source))
        for piece in inner:
            if piece.kind in ("figure", "table"):
                self._add(piece)

    def _read_callout(self, element: HtmlElement) -> None:
        inner = self._sub_pieces(element)
        title = ""
        if inner and (inner[0].kind == "heading" or inner[0].bold) and len(inner) > 1:
            title = inner.pop(0).text
        apart = [piece for piece in inner if piece.kind in ("figure", "table")]
        markup = "".join(_as_body(piece) for piece in inner if piece not in apart)
        if visible_text(markup):
            self._add(Piece("callout", html=markup, title=title))
        elif title:
            self._add(Piece("paragraph", html=escape(title)))
        for piece in apart:
            self._add(piece)

    def _sub_pieces(self, element: HtmlElement) -> list[Piece]:
        """Returns the pieces inside an element, kept apart from the main list."""
        start = len(self.reading.pieces)
        self._children(element)
        self._flush()
        inner = self.reading.pieces[start:]
        del self.reading.pieces[start:]
        return inner

    def _read_table(self, element: HtmlElement) -> None:
        rows = [row for row in element.iter("tr") if _nearest_table(row) is element]
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        if sum(len(row) for row in cells) == 1:
            self._read_callout(cells[0][0] if cells[0] else element)
            return
        if _has(element, "table") or all(len(row) <= 1 for row in cells):
            for part in element.iter("caption", "td", "th"):  # a table that only lays out the page
                if _nearest_table(part) is element:
                    self._children(part)
                    self._flush()
            return
        caption = text_of(element.find("caption")) if _has(element, "caption") else ""
        grid = _grid(cells)
        if grid:
            lines = "\n".join("\t".join(row) for row in grid)
            self._add(Piece("table", cells=lines, title=caption))
        self._pictures_in(element)

    def _read_figure(self, element: HtmlElement) -> None:
        caption_element = element.find(".//figcaption")
        caption = text_of(caption_element) if caption_element is not None else ""
        start = len(self.reading.pieces)
        if caption_element is not None:
            caption_element.drop_tree()
        self._children(element)
        self._flush()
        if not caption:
            return
        for piece in self.reading.pieces[start:]:
            if piece.kind == "figure":
                piece.caption = caption
                return
            if piece.kind == "quote" and not piece.source:
                piece.source = caption.lstrip("—–- \u00a0")
                return
            if piece.kind == "table" and not piece.title:
                piece.title = caption
                return
        self._add(Piece("paragraph", html=escape(caption), role="caption"))

    def _read_picture(self, element: HtmlElement) -> None:
        image = element if element.tag == "img" else element.find(".//img")
        if image is None:
            return
        piece = self.pictures.figure(image.get("src", ""), (image.get("alt") or "").strip())
        if piece is not None:
            self._add(piece)

    def _pictures_in(self, element: HtmlElement) -> None:
        for image in element.iter("img"):
            self._read_picture(image)

    # -- what has no place in an article ------------------------------------

    def _read_embedded(self, element: HtmlElement) -> None:
        address = element.get("src") or element.get("data") or ""
        inner = element.find(".//source")
        if not address and inner is not None:
            address = inner.get("src", "")
        self.reading.unrecognised.append(
            labelled(
                "Contenu intégré (vidéo, carte, lecteur…) non repris",
                shortened(address) or "sans adresse",
            )
        )
        self._children(element)

    def _read_control(self, element: HtmlElement) -> None:
        discard(element, self.reading)

    # -- inline -------------------------------------------------------------

    def _inline_content(self, element: HtmlElement) -> str:
        parts = [_text(element.text)]
        for child in element:
            if isinstance(child.tag, str) and child.tag not in SILENT:
                parts.append(self._inline_element(child))
            parts.append(_text(child.tail))
        return _trim("".join(parts))

    def _inline_element(self, element: HtmlElement) -> str:
        if element.tag == "br":
            return "\n" if element.get("class") == "soft" else "<br>"
        if element.tag in SILENT or element.tag == "img":
            return ""
        parts = [_text(element.text)]
        for child in element:
            if isinstance(child.tag, str):
                parts.append(self._inline_element(child))
            parts.append(_text(child.tail))
        content = "".join(parts)
        if not visible_text(content):
            return content
        if element.tag == "a":
            return _link(content, (element.get("href") or "").strip(), self.reading)
        if tag := INLINE.get(element.tag):
            return f"<{tag}>{content}</{tag}>"
        return f"{quoted(content)}" if element.tag == "q" else content


_HANDLERS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("p", "summary", "address", "figcaption"), "paragraph"),
    **dict.fromkeys(("ul", "ol"), "list"),
    **dict.fromkeys(EMBEDDED, "embedded"),
    **dict.fromkeys(CONTROLS, "control"),
    **dict.fromkeys(("img", "picture"), "picture"),
    "dl": "definitions",
    "pre": "preformatted",
    "blockquote": "quote",
    "table": "table",
    "figure": "figure",
}


def discard(element: HtmlElement, reading: Reading) -> None:
    """Notes what an element said before it is left out."""
    if text := text_of(element):
        reading.discarded.append(text)


def _link(content: str, href: str, reading: Reading) -> str:
    if SAFE_LINK.match(href):
        return f'<a href="{escape(href)}">{content}</a>'
    if href and not href.startswith("#"):
        reading.unusable_links.append((visible_text(content), shortened(href)))
    return content


def _text(text: str | None) -> str:
    return escape(_SPACES.sub(" ", text), quote=False) if text else ""


def _trim(markup: str) -> str:
    """Returns the text without the spaces and breaks that lead or end it (by hand: a pattern would
    backtrack)."""
    start, end = 0, len(markup)
    while start < end and (markup[start].isspace() or markup.startswith("<br>", start)):
        start += 1 if markup[start].isspace() else 4
    while start < end and (markup[end - 1].isspace() or markup.endswith("<br>", start, end)):
        end -= 1 if markup[end - 1].isspace() else 4
    return markup[start:end]


def _plain(markup: str) -> str:
    return escape(visible_text(markup), quote=False)


def _has(element: HtmlElement, tag: str) -> bool:
    return element.find(f".//{tag}") is not None


def _holds_blocks(element: HtmlElement) -> bool:
    return any(
        isinstance(node.tag, str) and node.tag in BLOCKS for node in element.iterdescendants()
    )


def _nearest_table(element: HtmlElement) -> HtmlElement | None:
    return next(element.iterancestors("table"), None)


def _as_body(piece: Piece) -> str:
    """Returns the HTML of a piece inside a quotation or a call-out, where only simple paragraphs
    and lists go."""
    if piece.kind in ("list", "quote", "callout"):
        lead = f"<p><strong>{escape(piece.title)}</strong></p>" if piece.title else ""
        tail = f"<p>{escape(piece.source)}</p>" if piece.source else ""
        return f"{lead}{piece.html}{tail}"
    if piece.kind == "heading":
        return f"<p><strong>{piece.html}</strong></p>"
    return f"<p>{piece.html}</p>" if piece.html else ""


def _grid(rows: list[list[HtmlElement]]) -> list[list[str]]:
    """Cells as text, each merged cell followed by the empty ones that keep columns in line."""
    grid: list[list[str]] = []
    hanging: dict[int, int] = {}  # column -> rows still covered by a cell from above
    for row in rows:
        line: list[str] = []
        for cell in row:
            while hanging.get(len(line), 0):
                hanging[len(line)] -= 1
                line.append("")
            down = _span(cell.get("rowspan"))
            for offset in range(_span(cell.get("colspan"))):
                if down > 1:
                    hanging[len(line)] = down - 1
                line.append("" if offset else text_of(cell).replace("\t", " "))
        while hanging.get(len(line), 0):
            hanging[len(line)] -= 1
            line.append("")
        if any(line):
            grid.append(line)
    width = max(map(len, grid), default=0)
    return [line + [""] * (width - len(line)) for line in grid]


def _span(value: str | None) -> int:
    """Reads a span as browsers do, within reason: a page may ask for a million columns."""
    return min(max(int(value), 1), 50) if value and value.isascii() and value.isdigit() else 1
