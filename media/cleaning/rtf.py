r"""RTF files: groups between braces, words after backslashes. What describes the author's affairs
stands in groups of their own, which are left out whole; what is hidden is a switch (`\v`,
`\deleted`) that holds until its group ends or says otherwise.

What describes the author's affairs stands in groups of their own, which are left out whole; what is
hidden is a switch (`\v`, `\deleted`) that holds until its group ends or says otherwise.

Source: Rich Text Format Specification 1.9.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from media.cleaning import word
from media.cleaning.drawings import CROPPED
from media.cleaning.findings import DAMAGED, Findings, Kind, Refused
from media.cleaning.kinds import OBJECT
from media.cleaning.markup import is_local_path
from media.cleaning.pictures import bare

TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<value>-?\d{1,10})? ?"
    rb"|\\'(?P<code>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-zA-Z])|(?P<brace>[{}])|(?P<text>[^\\{}]+)",
    re.DOTALL,
)
_AFFAIRS = {
    *(b"info", b"userprops", b"generator", b"xmlnstbl", b"rsidtbl", b"datastore", b"template"),
    *(b"docvar", b"passwordhash", b"mailmerge", b"protusertbl", b"atnauthor", b"atnid"),
    *(b"atntime", b"atndate", b"revtbl", b"oleclsid", b"private", b"fname", b"linkval", b"company"),
}
_NOT_WORDS = {
    *(b"fonttbl", b"colortbl", b"stylesheet", b"listtable", b"listoverridetable", b"pict"),
    *(b"themedata", b"colorschememapping", b"latentstyles", b"fldinst", b"objdata", b"bkmkstart"),
    *(b"bkmkend", b"datafield", b"panose", b"falt", b"picprop", b"shpinst", b"sn", b"sv"),
}
_DEEPEST = 500


@dataclass(frozen=True)
class _State:
    is_hidden: bool = False
    is_deleted: bool = False
    is_added: bool = False
    group: bytes = b""  # the kind of the nearest group that is no words of the document


def clean(content: bytes, found: Findings) -> bytes:
    """Returns the document without its author's affairs; adds to `found` what is told."""
    return _Reading(content, found).cleaned()


class _Reading:
    def __init__(self, content: bytes, found: Findings) -> None:
        self._content, self._found = content, found
        self._passages: dict[Kind, str] = {}

    def cleaned(self) -> bytes:
        out: list[bytes] = []
        stack: list[tuple[_State, int, int]] = []
        state, at, skipped_from = _State(), 0, -1
        opened_at = 0
        pending = b""  # a `\fldinst` may come in pieces
        while at < len(self._content):
            token = TOKEN.match(self._content, at)
            if token is None:
                raise Refused(DAMAGED)
            start, at = at, token.end()
            piece = token[0]
            if brace := token["brace"]:
                if brace == b"{":
                    if len(stack) >= _DEEPEST:
                        raise Refused(DAMAGED)
                    stack.append((state, len(out), skipped_from))
                    opened_at = at
                    out.append(piece)
                    continue
                if not stack:
                    break  # what follows the last brace is no part of the document
                former, begun, was_skipped = stack.pop()
                if skipped_from == begun and was_skipped != begun:
                    del out[begun:]
                    skipped_from = was_skipped
                elif skipped_from < 0:
                    if state.group == b"fldinst" and former.group != b"fldinst":
                        self._field(pending)
                        pending = b""
                    if state.group == b"pict" and former.group != b"pict":
                        out[begun:] = [_bare_picture(b"".join(out[begun:]))]
                    out.append(piece)
                state = former
                if not stack:
                    break
                continue
            if skipped_from >= 0:
                if token["word"] == b"bin":
                    at += max(0, int(token["value"] or 0))
                continue
            out.append(piece)
            if name := token["word"]:
                value = token["value"]
                if name == b"bin":
                    size = max(0, int(value or 0))
                    out.append(self._content[at : at + size])
                    at += size
                    continue
                is_first = self._content[opened_at:start].strip() in (b"", b"\\*")
                if name in _AFFAIRS and is_first and stack:
                    skipped_from = stack[-1][1]
                    continue
                state = self._switched(state, name, value, is_first)
                if name in (b"par", b"tab", b"line"):
                    self._read(b" ", state)
            elif state.group == b"fldinst":
                pending += token["text"] or (b"\\" if token["symbol"] == b"\\" else b"")
            elif code := token["code"]:
                self._read(bytes([int(code, 16)]), state)
            elif text := token["text"]:
                self._read(text.replace(b"\r", b"").replace(b"\n", b""), state)
        for kind, passage in list(self._passages.items()):
            self._end(kind, passage)
        return b"".join(out)

    def _switched(self, state: _State, name: bytes, value: bytes | None, is_first: bool) -> _State:
        is_on = value != b"0"
        match name:
            case b"v":
                return replace(state, is_hidden=is_on)
            case b"deleted" | b"revauthdel":
                return replace(state, is_deleted=is_on)
            case b"revised":
                return replace(state, is_added=is_on)
            case b"plain":
                return replace(state, is_hidden=False, is_deleted=False, is_added=False)
            case b"object":
                self._found.add(OBJECT)
            case b"annotation":
                self._found.add(word.COMMENT)
                return replace(state, group=b"annotation")
            case b"piccropl" | b"piccropr" | b"piccropt" | b"piccropb":
                if value and int(value) > 20:  # the unit is a twentieth of a point
                    self._found.add(CROPPED)
            case _ if is_first and name in _NOT_WORDS:
                return replace(state, group=name)
        return state

    def _read(self, text: bytes, state: _State) -> None:
        kinds = []
        if not state.group:
            kinds = [
                kind
                for kind, is_so in (
                    (word.HIDDEN_TEXT, state.is_hidden),
                    (word.DELETION, state.is_deleted),
                    (word.INSERTION, state.is_added and not state.is_deleted),
                )
                if is_so
            ]
        for kind in [each for each in self._passages if each not in kinds]:
            self._end(kind, self._passages.pop(kind))
        for kind in kinds:
            self._passages[kind] = self._passages.get(kind, "") + text.decode("cp1252", "replace")

    def _end(self, kind: Kind, passage: str) -> None:
        if passage.strip():
            self._found.add(kind, passage)

    def _field(self, code: bytes) -> None:
        said = code.decode("cp1252", "replace")
        if is_local_path(said):
            self._found.add(word.PATH_IN_FIELD, said)
        elif word.TELLING.match(said):
            self._found.add(word.FIELD, said)


_HEXADECIMAL = re.compile(rb"(?<=[\s}])(?:[0-9a-fA-F]{2}\s*){32,}$")


def _bare_picture(group: bytes) -> bytes:
    """Cleans a picture, whose file stands as digits at the end of its group."""
    digits = _HEXADECIMAL.search(group)
    if digits is None:
        return group
    try:
        content = bytes.fromhex(digits[0].decode())
    except ValueError:
        return group
    stripped = bare(content)
    return (
        group if stripped == content else group[: digits.start()] + b"\n" + stripped.hex().encode()
    )
