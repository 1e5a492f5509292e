"""What hides words in a page, declared once for Python (`publishing.unseen`) and for the browser
(`static/publishing/unseen.js`, which is given `RULES`).

Patterns are written in what the regular expressions of both languages have in common, and are
matched against a whole value, in lower case.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why words are left out; the value is a key that the browser knows too."""

    HIDDEN = "hidden"
    DELETED = "deleted"
    COMMENT = "comment"
    STRUCK = "struck"
    CHARACTERS = "characters"
    FIELD = "field"
    PROMPT = "prompt"
    NOTE = "note"


LABELS = {
    Reason.HIDDEN: "Texte masqué",
    Reason.DELETED: "Texte supprimé (suivi des modifications)",
    Reason.COMMENT: "Commentaire de relecture",
    Reason.STRUCK: "Texte barré",
    Reason.CHARACTERS: "Caractères invisibles",
    Reason.FIELD: "Code d’un champ",
    Reason.PROMPT: "Invite d’un champ à remplir",
    Reason.NOTE: "Note d’un passage écarté",
}

# By element, attribute or class. Classes are those of Word, Google Docs, pandoc, and of the systems
# that most sites are made with: a page is often saved without its style sheets.
SELECTORS = {
    Reason.DELETED: """
        del, .msoDel, .ice-del, .deletion[data-author], .paragraph-deletion[data-author]
    """,
    Reason.STRUCK: "s, strike",
    Reason.COMMENT: """
        .msocomtxt, .msocomanchor, .msocomoff, .MsoCommentText, .MsoCommentSubject,
        .MsoCommentReference, .comment-start[data-author], [id^="_com_"],
        a[href*="#_msocom_"], a[href*="#cmnt"]
    """,
    Reason.HIDDEN: """
        [hidden], [aria-hidden="true" i], template, noscript, noframes, noembed, datalist, select,
        dialog:not([open]), title, svg desc, svg metadata, math annotation, math annotation-xml,
        .sr-only, .fr-sr-only, .sr-only-focusable, .visually-hidden, .visually-hidden-focusable,
        .visuallyhidden, .screen-reader-text, .screen-reader-only, .element-invisible,
        .element-hidden, .hidden:not([class*=":"]), .d-none:not([class*="d-sm-"],
        [class*="d-md-"], [class*="d-lg-"], [class*="d-xl-"]), .invisible:not([class*=":"])
    """,
}
# The first paragraph of a comment that Google Docs wrote below the text, whose whole box goes.
COMMENT_HEAD = 'a[href*="#cmnt_ref"]'
# What stands inside these is for browsers that do not know them.
WORDLESS = ("head", "script", "style")
EMBEDDED = ("iframe", "video", "audio", "object", "canvas")

# Far enough to be out of any page; columns and centred boxes are moved by less.
_FAR = (
    r"-(?:[5-9]\d\d|\d{4,})(?:\.\d+)?(?:px|pt)?|-\d{3,}(?:\.\d+)?%"
    r"|-(?:[5-9]\d|\d{3,})(?:\.\d+)?(?:r?em|vw|vh)"
)
_FARTHER = r"-(?:999|\d{4,})(?:\.\d+)?(?:px|pt)?|-\d{3,}(?:\.\d+)?r?em"
_NOTHING = r"[01](?:\.0+)?(?:px|pt)?"
# By style: every property of one entry has to match, each value as a whole.
STYLES: tuple[tuple[Reason, dict[str, str]], ...] = (
    (Reason.COMMENT, {"mso-element": r"comment(?:-list)?"}),
    (Reason.COMMENT, {"mso-special-character": r"comment"}),
    (Reason.STRUCK, {"text-decoration": r".*line-through.*"}),
    (Reason.STRUCK, {"text-decoration-line": r".*line-through.*"}),
    (Reason.HIDDEN, {"display": r"none"}),
    (Reason.HIDDEN, {"mso-hide": r"all|screen"}),
    (Reason.HIDDEN, {"content-visibility": r"hidden"}),
    (Reason.HIDDEN, {"opacity": r"0?\.0+|0(?:\.0+)?%?"}),
    (Reason.HIDDEN, {"filter": r"opacity\(0%?\)"}),
    (Reason.HIDDEN, {"clip": r"rect\((?:[01](?:px|pt)?[\s,]*){4}\)"}),
    (Reason.HIDDEN, {"clip-path": r"inset\((?:50|100)%.*\)|circle\(0.*\)"}),
    (Reason.HIDDEN, {"transform": r".*scale[xy]?\(0(?:,\s*0)?\).*"}),
    (Reason.HIDDEN, {"text-indent": _FAR}),
    (Reason.HIDDEN, {"margin-left": _FARTHER}),
    *(
        (Reason.HIDDEN, {"position": r"absolute|fixed", side: _FAR})
        for side in ("left", "top", "right", "bottom")
    ),
    *(
        (Reason.HIDDEN, {size: _NOTHING, overflow: r"hidden|clip"})
        for size in ("height", "width", "max-height", "max-width")
        for overflow in ("overflow", "overflow-x", "overflow-y")
    ),
)  # fmt: skip
# These are inherited, and an element inside may be shown again.
VISIBILITY = {"hidden": r"hidden|collapse", "shown": r"visible|initial"}
SIZE = {
    "hidden": r"(?:0|0?\.\d+|1(?:\.0+)?)(?:px|pt)|(?:0|0?\.0\d*)(?:r?em|%|vw)?",
    "shown": r"\d+(?:\.\d+)?(?:px|pt|rem|mm|cm|in|pc|vw)|(?:xx?-)?(?:small|large)|medium|initial",
}
WHITE = "#ffffff"
# Words of a `background` that leave what is behind it in sight, or say where its picture stands.
NO_GROUND = [
    *("transparent", "none", "initial", "inherit", "unset", "scroll", "fixed", "auto", "cover"),
    *("repeat", "no-repeat", "repeat-x", "repeat-y", "top", "bottom", "left", "right", "center"),
    *("contain", "padding-box", "border-box"),
]
BLACK = "#000000"
COLOURS = {
    **dict.fromkeys(("white", "window", "canvas", "background1"), WHITE),
    **dict.fromkeys(("black", "windowtext", "canvastext", "text1"), BLACK),
    "transparent": "transparent",
}
# Taken out of any text: they show nothing, and may carry a whole message. What shapes writing or
# emoji (joiners, directional marks, soft hyphens) stays.
_INVISIBLE = (
    "\u034f\u115f\u1160\u180e\u200b\u202d\u202e\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e0fff"
)
# The flags of England, Scotland and Wales are written with them.
_FLAG = "\U0001f3f4[\U000e0061-\U000e007a]{3,6}\U000e007f"
INVISIBLE = f"({_FLAG})|[{_INVISIBLE}]"
"""The characters, or a flag (first group) that is none of them."""

BLOCKS = [
    *("p", "div", "section", "article", "main", "header", "footer", "aside", "nav"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "pre", "hr", "br"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "blockquote", "figure"),
    *("figcaption", "body", "form"),
]
# By which the text calls a comment: no words to quote.
COMMENT_MARK = r"\[\w{1,5}\]"
# What programs write for themselves in comments: conditions, marks of the clipboard, styles.
MACHINE_COMMENT = r"\s*(?:\[(?:if|endif)\b|<!\[|(?:start|end)fragment\b|/[*/]|[#@.{<\[/]|/?\s*wp:)"
# The screen that a page is supposed to have been written on, for the rules of some widths only.
SCREEN_WIDTH = 1280

RULES: dict[str, Any] = {
    "labels": LABELS,
    "selectors": {reason: " ".join(text.split()) for reason, text in SELECTORS.items()},
    "commentHead": COMMENT_HEAD,
    "commentMark": COMMENT_MARK,
    "machineComment": MACHINE_COMMENT,
    "wordless": WORDLESS,
    "embedded": EMBEDDED,
    "blocks": BLOCKS,
    "styles": STYLES,
    "visibility": VISIBILITY,
    "size": SIZE,
    "white": WHITE,
    "black": BLACK,
    "colours": COLOURS,
    "noGround": NO_GROUND,
    "invisible": INVISIBLE,
    "screenWidth": SCREEN_WIDTH,
}
"""All of the above as the browser is given it (JSON)."""
