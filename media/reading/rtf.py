"""The text of an RTF file: words between braces and backslashes, without groups that hold something
else and switches that hide.

Source: Rich Text Format Specification 1.9.1.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace

from media.cleaning.findings import DAMAGED, Refused
from media.cleaning.rtf import TOKEN
from media.reading.bounds import MOST_CHARACTERS

# A group that begins with `\*` is left out by whoever does not know it: these are text all the
# same.
_TEXT = {b"shpinst", b"shptxt", b"footnote"}
_NO_TEXT = {
    *(b"fonttbl", b"colortbl", b"stylesheet", b"listtable", b"listoverridetable", b"revtbl"),
    *(b"info", b"pict", b"nonshppict", b"object", b"fldinst", b"sp", b"sn", b"sv", b"xe", b"tc"),
    *(b"rxe", b"txe", b"header", b"headerl", b"headerr", b"headerf", b"footer", b"footerl"),
    *(b"footerr", b"footerf", b"ftnsep", b"ftnsepc", b"aftnsep", b"aftnsepc", b"bkmkstart"),
    *(b"bkmkend", b"themedata", b"colorschememapping", b"datastore", b"latentstyles"),
}
_SIGNS = {
    **dict.fromkeys((b"par", b"line", b"sect", b"page", b"row", b"\n", b"\r"), "\n"),
    **dict.fromkeys((b"tab", b"cell"), "\t"),
    **dict.fromkeys((b"emspace", b"enspace", b"~"), " "),
    **{sign.encode(): sign for sign in "\\{}"},
    b"_": "-",
    b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
}


@dataclass(frozen=True)
class _State:
    is_text: bool = True
    hiding: frozenset[bytes] = frozenset()
    fallback: int = 1  # how many signs follow one in Unicode, for older programs


def text(content: bytes) -> str:
    """Returns the text. Raises Refused for what is no RTF."""
    if not content[:100].removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{\\rtf"):
        raise Refused(DAMAGED)
    out: list[str] = []
    stack: list[_State] = []
    state = _State()
    encoding = "cp1252"
    length = at = left = 0  # `left`: signs that stand for one which was read in Unicode
    opening = 0  # how much of a group's beginning was read: nothing, or `\*`
    while at < len(content) and length < MOST_CHARACTERS:
        token = TOKEN.match(content, at)
        if token is None:
            raise Refused(DAMAGED)
        at = token.end()
        name, said = token["word"], ""
        if token["brace"] == b"{":
            stack.append(state)
            opening, left = 1, 0
            continue
        if token["brace"]:
            if not stack:
                break
            state, left = stack.pop(), 0
        elif token["symbol"] == b"*" and opening == 1:
            opening = 2
            continue
        elif name == b"bin":
            at += max(0, int(token["value"] or 0))
        elif name and opening and (name in _NO_TEXT or (opening == 2 and name not in _TEXT)):
            state = replace(state, is_text=False)
        elif name == b"ansicpg":
            encoding = _known(token["value"])
        elif name == b"uc":
            state = replace(state, fallback=max(0, int(token["value"] or 1)))
        elif name == b"u":
            said, left = chr(int(token["value"] or 0) % 0x10000), state.fallback
        elif name in (b"v", b"deleted", b"strike", b"striked"):
            switched = {name} if token["value"] != b"0" else set()
            state = replace(state, hiding=state.hiding - {name} | switched)
        elif name == b"plain":
            state = replace(state, hiding=frozenset())
        elif code := token["code"]:
            said, left = (
                ("", left - 1) if left else (_decoded(bytes.fromhex(code.decode()), encoding), 0)
            )
        elif raw := token["text"]:
            raw = raw.replace(b"\r", b"").replace(b"\n", b"")
            said, left = _decoded(raw[left:], encoding), max(0, left - len(raw))
        else:
            said = _SIGNS.get(name or token["symbol"], "")
        opening = 0
        if said and state.is_text and not state.hiding:
            out.append(said)
            length += len(said)
    # A sign past the first 65,536 is written as two.
    return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _known(page: bytes | None) -> str:
    try:
        return codecs.lookup(f"cp{int(page or 1252)}").name
    except LookupError:
        return "cp1252"


def _decoded(raw: bytes, encoding: str) -> str:
    return raw.decode(encoding, "replace")
