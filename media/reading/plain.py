"""Plain text, in whatever encoding it came."""

from __future__ import annotations

import codecs

# The longest comes first: one begins with another.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}


def decoded(content: bytes) -> str:
    """Returns the text that its byte order mark announces, else UTF-8, else what Windows writes in
    the West, to which any bytes are text."""
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        # The reading may have stopped in the middle of a character.
        if error.end == len(content) and error.reason == "unexpected end of data":
            return content[: error.start].decode()
        return content.decode("cp1252", "replace")
