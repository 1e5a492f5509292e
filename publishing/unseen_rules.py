"""What hides words in a page, declared once for Python (`publishing.unseen`) and for the browser
(`static/publishing/unseen.js`, which is given `RULES`).

Patterns are written in what the regular expressions of both languages have in common, and are
matched against a whole value, in lower case.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from spelling.characters import FLAG, UNSEEN


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
    DRAWING = "drawing"


LABELS = {
    Reason.HIDDEN: "Texte masqué",
    Reason.DELETED: "Texte supprimé (suivi des modifications)",
    Reason.COMMENT: "Commentaire de relecture",
    Reason.STRUCK: "Texte barré",
    Reason.CHARACTERS: "Caractères invisibles",
    Reason.FIELD: "Code d’un champ",
    Reason.PROMPT: "Invite d’un champ à remplir",
    Reason.NOTE: "Note d’un passage écarté",
    Reason.DRAWING: "Dessin ou formule, non repris",
}

# Selectors name an element, an attribute or a class. Classes are those of Word, Google Docs,
# pandoc, and of the systems that most sites are made with: a page is often saved without its style
# sheets.
SELECTORS = {
    Reason.DELETED: """
        del, .msoDel, .ice-del, .deletion[data-author], .paragraph-deletion[data-author]
    """,
    Reason.STRUCK: "s, strike",
    Reason.DRAWING: "svg, math",  # they are shown, but as plain words they would say something else
    Reason.COMMENT: """
        .msocomtxt, .msocomanchor, .msocomoff, .MsoCommentText, .MsoCommentSubject,
        .MsoCommentReference, .comment-start[data-author], [id^="_com_"],
        a[href*="#_msocom_"], a[href^="#cmnt"], a[href*="#cmnt"][id^="cmnt"],
        [class^="MsoCommentText"]
    """,
    Reason.HIDDEN: """
        [hidden], [aria-hidden="true" i], template, noscript, noframes, noembed, datalist, select,
        dialog:not([open]), title,
        .sr-only, .fr-sr-only, .sr-only-focusable, .visually-hidden, .visually-hidden-focusable,
        .visuallyhidden, .screen-reader-text, .screen-reader-only, .element-invisible,
        .element-hidden, .hidden:not([class*=":"]), .d-none:not([class*="d-sm-"],
        [class*="d-md-"], [class*="d-lg-"], [class*="d-xl-"], [class*="d-xxl-"]), rp, [popover],
        progress, meter, xml, .is-hidden, .a11y-hidden, .assistive-text, .print-only,
        .invisible:not([class*=":"])
    """,
}
# It begins the first paragraph of a comment that Google Docs wrote below the text, whose whole box
# goes.
COMMENT_HEAD = 'a[href*="#cmnt_ref"]'
# What stands inside these is for browsers that do not know them.
WORDLESS = ("head", "script", "style")
EMBEDDED = ("iframe", "video", "audio", "object", "canvas")
GROUNDED = ("mark", "button", "input", "textarea", "select")

# It is far enough to be out of any page; columns and centred boxes are moved by less.
_FAR = (
    r"-(?:[5-9]\d\d|\d{4,})(?:\.\d+)?(?:px|pt)?|-\d{3,}(?:\.\d+)?%"
    r"|-(?:[5-9]\d|\d{3,})(?:\.\d+)?(?:r?em|vw|vh)"
)
_FARTHER = r"-(?:999|\d{4,})(?:\.\d+)?(?:px|pt)?|-\d{3,}(?:\.\d+)?r?em"
# What is moved by less than this moves inside the page, such as the pictures that follow one
# another in a frame.
_FARTHEST = (
    r"(?:9999+|\d{5,})(?:\.\d+)?(?:px|pt)?|(?:[5-9]\d\d|\d{4,})(?:\.\d+)?(?:r?em|vw|vh)|\d{4,}%"
)
_NOTHING = r"(?:0(?:\.\d+)?|1(?:\.0+)?)(?:px|pt)?|0(?:\.0+)?(?:r?em|ex|mm|cm|in|pc|vw|vh|%)"
_CUT_OFF = r"(?:hidden|clip|auto|scroll)(?: \w+)?"
# Every property of one entry has to match, each value as a whole.
STYLES: tuple[tuple[Reason, dict[str, str]], ...] = (
    (Reason.COMMENT, {"mso-element": r"comment(?:-list)?"}),
    (Reason.COMMENT, {"mso-special-character": r"comment"}),
    (Reason.STRUCK, {"text-decoration": r".*line-through.*"}),
    (Reason.STRUCK, {"text-decoration-line": r".*line-through.*"}),
    (Reason.HIDDEN, {"display": r"none"}),
    (Reason.HIDDEN, {"mso-hide": r"all|screen"}),
    (Reason.HIDDEN, {"content-visibility": r"hidden"}),
    (Reason.HIDDEN, {"opacity": r"0?\.0\d*|0(?:\.0+)?%?|[1-4]%|-.+"}),
    (Reason.HIDDEN, {"filter": r".*(?:opacity\(0?(?:\.0+)?%?\)|alpha\(opacity=0\)).*"}),
    (Reason.HIDDEN, {"mso-style-textfill-type": r"none"}),
    (Reason.HIDDEN, {"mso-style-textfill-fill-alpha": r"0(?:\.0+)?%"}),
    (Reason.HIDDEN, {"clip": r"rect\((?:[01](?:px|pt)?[\s,]*){4}\)"}),
    (Reason.HIDDEN, {"clip-path": r"inset\(50%\)|inset\((?:.*\s)?100%.*\)"}),
    (Reason.HIDDEN, {"clip-path": r"(?:circle|ellipse)\(0(?:[^.\d].*)?\)"}),
    (Reason.HIDDEN, {"clip-path": r"polygon\((?: ?0(?:px|%)? 0(?:px|%)? ?[,)])+"}),
    (Reason.HIDDEN, {"transform": r".*scale(?:[xy]|3d)?\(\s*0*(?:\.0\d*)?\s*[,)].*"}),
    (Reason.HIDDEN, {"transform": r".*scale\([^,)]*,\s*0\s*\).*"}),
    (Reason.HIDDEN, {"transform": r".*rotate[xy]\(-?90deg\).*"}),
    (Reason.HIDDEN, {"transform": rf".*translate\w*\((?:[^)]*[,\s])?-(?:{_FARTHEST})[,\s)].*"}),
    (Reason.HIDDEN, {"text-indent": rf"{_FAR}|{_FARTHEST}"}),
    (Reason.HIDDEN, {"text-indent": r"\d{3,}%", "white-space": "nowrap", "overflow": _CUT_OFF}),
    (Reason.HIDDEN, {"margin-left": _FARTHER}),
    (Reason.HIDDEN, {"margin-top": rf"-(?:{_FARTHEST})"}),
    *(
        (Reason.HIDDEN, {"position": r"absolute|fixed|relative", side: rf"-?(?:{_FARTHEST})"})
        for side in ("left", "right")
    ),
    (Reason.HIDDEN, {"position": r"relative", "top": rf"-(?:{_FARTHEST})"}),
    *(
        (Reason.HIDDEN, {"position": r"absolute|fixed", side: _FAR})
        for side in ("left", "top", "right", "bottom")
    ),
    *(
        (Reason.HIDDEN, {size: _NOTHING, overflow: _CUT_OFF})
        for size in ("height", "width", "max-height", "max-width")
        for overflow in ("overflow", "overflow-x", "overflow-y")
    ),
)  # fmt: skip
# These are inherited, and an element inside may be shown again.
VISIBILITY = {"hidden": r"hidden|collapse", "shown": r"visible|initial"}
SIZE = {
    "hidden": r"(?:0|0?\.\d+|1(?:\.\d+)?|2(?:\.0+)?)(?:px|pt)|0?\.[01](?:0*)(?:r?em)"
    r"|(?:0|0?\.0\d*)(?:r?em|%|vw)?|calc\(0(?:px)?\)",
    "shown": r"\d*\.?\d+(?:px|pt|rem|mm|cm|in|pc|vw)|(?:xx?-)?(?:small|large)|medium|initial"
    r"|(?:calc|clamp|min|max)\(.+\)",
}
# These are declarations of CSS in one spelling (`publishing.longhands`).
NO_PREFIX = r"^-(?:webkit|moz|ms|o)-"
FONT = (
    r"(?:.*\s)?(0|\d*\.?\d+(?:px|pt|r?em|%|mm|cm|in|pc|vw|ex|ch)|(?:xx?-)?(?:small|large)|medium)"
    r"(?:/\S+)?\s+\D.*"
)
LONGHANDS = {
    "block-size": "height",
    "inline-size": "width",
    "max-block-size": "max-height",
    "max-inline-size": "max-width",
    "inset-inline-start": "left",
    "inset-inline-end": "right",
    "inset-block-start": "top",
    "inset-block-end": "bottom",
    "margin-inline-start": "margin-left",
    "margin-block-start": "margin-top",
}
SIDES = {
    "inset": ("top", "right", "bottom", "left"),
    "margin": ("margin-top", "margin-right", "margin-bottom", "margin-left"),
}
ANIMATED = r"(?!none$).+"
# The value of such a property, as a whole, gives a box the size that the others deny it.
_SOME = r"(?!0(?:px|%|em|rem)?(?:\s|$)|auto|none|initial).+"
RELIES_ON = (
    ("min-height", _SOME, ("height", "max-height")),
    ("min-width", _SOME, ("width", "max-width")),
    ("flex", _SOME, ("height", "width")),
    ("flex-grow", _SOME, ("height", "width")),
    ("padding-top", r".*[1-9]\d*(?:\.\d+)?%", ("height",)),
    ("padding-bottom", r".*[1-9]\d*(?:\.\d+)?%", ("height",)),
)
# These show the letters themselves in another way than by their colour.
LETTERS_SHOWN = {
    "background-clip": r"text",
    "text-shadow": r"(?!none$).+",
    "text-stroke": r"[1-9.].*",
}
# A wide screen in front of which somebody sits has these features; nothing is supposed of others.
SCREEN_FEATURES = (
    r"\((?:(?:any-)?hover:\s*hover|(?:any-)?pointer:\s*fine|orientation:\s*landscape|color"
    r"|scripting:\s*enabled|prefers-color-scheme:\s*light|prefers-reduced-motion:\s*no-preference"
    r"|(?:-webkit-)?min-(?:device-pixel-ratio|resolution):\s*(?:0?\.\d+|1)(?:dppx|x)?)\)"
)
WHITE = "#ffffff"
# Nobody tells apart what differs by less, of 255, in each channel.
SHADES = 10
# These words of a `background` leave what is behind it in sight, or say where its picture stands.
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
INVISIBLE = f"({FLAG})|[{UNSEEN}]"
"""The characters, or a flag (first group) that is none of them."""

BLOCKS = [
    *("p", "div", "section", "article", "main", "header", "footer", "aside", "nav"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "pre", "hr", "br"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "blockquote", "figure"),
    *("figcaption", "body", "form"),
]
# The text calls a comment by these: they are no words to quote.
COMMENT_MARK = r"\[\w{1,5}\]"
# Programs write these for themselves in comments: conditions, marks of the clipboard, styles.
MACHINE_COMMENT = r"\s*(?:\[(?:if|endif)\b|<!\[|(?:start|end)fragment\b|/[*/]|[#@.{<\[/]|/?\s*wp:)"
# A page is supposed to have been written on such a screen, for the rules of some widths only.
SCREEN_WIDTH = 1280
SCREEN_HEIGHT = 720

RULES: dict[str, Any] = {
    "labels": LABELS,
    "selectors": {reason: " ".join(text.split()) for reason, text in SELECTORS.items()},
    "commentHead": COMMENT_HEAD,
    "commentMark": COMMENT_MARK,
    "machineComment": MACHINE_COMMENT,
    "wordless": WORDLESS,
    "embedded": EMBEDDED,
    "grounded": GROUNDED,
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
    "screenHeight": SCREEN_HEIGHT,
    "screenFeatures": SCREEN_FEATURES,
    "noPrefix": NO_PREFIX,
    "font": FONT,
    "longhands": LONGHANDS,
    "sides": SIDES,
    "animated": ANIMATED,
    "reliesOn": RELIES_ON,
    "lettersShown": LETTERS_SHOWN,
    "shades": SHADES,
}
"""All of the above as the browser is given it (JSON)."""
