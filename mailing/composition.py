"""A mail as a mail server gets it: its headers, how they are folded, how its parts are encoded.

Django 5.2 folds a subject without counting the header's name, into encoded words of 76 to 78
characters, and sends bodies in 8 bits without asking whether the server takes them; Python's newer
policy loses the spaces between words. What is written here keeps RFC 5322 (lines of 78 characters),
RFC 2045 (7 bits), RFC 2047 (encoded words of 75) and RFC 2231 (names of files).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email import charset
from email.header import Header
from email.message import Message as Parts
from email.utils import formataddr, getaddresses
from typing import Any
from urllib.parse import quote

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

# A line that has an encoded word is no longer than this (RFC 2047, 2); the word itself, which a
# space comes before on all lines but the first, has then 75.
LINE = 76
# A line holds so many octets of a file's name, each three characters at worst.
PIECE = 18
LONGEST_NAME = 150

# RFC 3834, 5: no machine answers. Exchange, which ignores it, has a word of its own; its "All"
# would keep back the reports of what could not be delivered. No Precedence: it is no standard,
# "bulk" is what filters put aside, and a link to reset a password must not be.
OF_MACHINES = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}

# Quoted-printable: 7 bits, short lines, and French that can be read in it.
QUOTED = charset.Charset("utf-8")
QUOTED.body_encoding = charset.QP


class Mail(EmailMultiAlternatives):
    """A mail to be sent. `by_hand` says that subject and text are somebody's own words, and that
    machines may answer that they are away (RFC 3834, 5.1: what is written by hand must not be said
    to be generated)."""

    # Django takes one, as its documentation says, its types do not.
    encoding: Any = QUOTED

    def __init__(self, *args: Any, by_hand: bool = False, **kwargs: Any) -> None:
        headers = {**({} if by_hand else OF_MACHINES), **(kwargs.pop("headers", None) or {})}
        super().__init__(*args, headers=headers, **kwargs)

    def message(self, *args: Any, **kwargs: Any) -> Any:
        """Returns the message. Raises ValueError for a line break in a header, or for what is no
        address."""
        made: Parts = super().message(*args, **kwargs)
        made.replace_header("Subject", folded(str(self.subject), header="Subject"))
        for header in ("From", "To", "Cc", "Reply-To"):
            if made[header] is not None:
                made.replace_header(header, folded_addresses(self._written(header), header=header))
        for part in made.walk():
            if name := part.get_filename():
                part.replace_header("Content-Disposition", disposition(name))
        return made

    def _written(self, header: str) -> list[str]:
        own = {"From": [self.from_email], "To": self.to, "Cc": self.cc, "Reply-To": self.reply_to}
        return [str(self.extra_headers[header])] if header in self.extra_headers else own[header]


def folded(text: str, *, header: str) -> str:
    """Returns the value of an unstructured header, on as many lines as it needs. Decoded, it is
    `text`."""
    # What looks like an encoded word would be read as one.
    if text.isascii() and text.isprintable() and "=?" not in text:
        plain = Header(text, maxlinelen=LINE, header_name=header).encode()
        lines = f"{header}: {plain}".split("\n")
        # A word that is too long for the first line would leave it empty, and bring a space.
        if plain[:1] != "\n" and all(len(line) <= LINE for line in lines):
            return plain
    return Header(text, "utf-8", maxlinelen=LINE, header_name=header).encode()


def folded_addresses(written: Sequence[str], *, header: str) -> str:
    """Returns the addresses, one a line; the names that people read may be anything, the addresses
    are ASCII."""
    lines: list[str] = []
    for name, address in getaddresses([str(one) for one in written]):
        bare = sanitize_address(("", address), "utf-8")
        shown = formataddr((name, bare))
        if not name.isascii() or not name.isprintable() or "=?" in name or len(shown) > LINE - 10:
            words = folded(name, header=header) if name else ""
            # Within a phrase only encoded words are safe from its own punctuation.
            if not words.startswith("=?"):
                words = Header(name, "utf-8", maxlinelen=LINE, header_name=header).encode()
            fits = len(words.rpartition("\n")[2]) + len(bare) + len(header) + 5 <= LINE
            shown = f"{words}{' ' if fits else chr(10) + ' '}<{bare}>" if name else bare
        lines.append(shown)
    return ",\n ".join(lines)


def disposition(file_name: str) -> str:
    """Returns the Content-Disposition of an attached file: its name as it is if that is safe, else
    by RFC 2231, in pieces."""
    name = safe_name(file_name)
    if re.fullmatch(r"[A-Za-z0-9._-]{1,48}", name):
        return f'attachment; filename="{name}"'
    octets = re.findall(r"%..|.", quote(name, safe=""))
    pieces = ["".join(octets[start : start + PIECE]) for start in range(0, len(octets), PIECE)]
    told = [
        f"filename*{number}*={'' if number else 'utf-8' + chr(39) * 2}{piece}"
        for number, piece in enumerate(pieces)
    ]
    return ";\n ".join(["attachment", *told])


def safe_name(file_name: str) -> str:
    """Returns a name that no system refuses and no header is broken by, with the end that says its
    format."""
    name = re.sub(r'[\x00-\x1f\x7f-\x9f\u2028\u2029"\\/:*?<>|]+', "-", file_name).strip(" .")
    stem, dot, end = name.rpartition(".")
    if len(name) > LONGEST_NAME and dot and len(end) < 10:
        return f"{stem[: LONGEST_NAME - len(end) - 1]}.{end}"
    return name[:LONGEST_NAME] or "fichier"
