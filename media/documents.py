"""The documents that are taken: their name and their content must agree."""

from __future__ import annotations

import codecs
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File

from media.cleaning.findings import LOCKED

MOST_BYTES = 30 * 1024 * 1024
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Format:
    content_type: str
    signature: bytes = b""  # its first bytes; none for plain text
    inner: bytes = b""  # the name of a file that such a ZIP holds


def _office(kind: str, inner: bytes) -> Format:
    return Format(f"application/vnd.openxmlformats-officedocument.{kind}", ZIP, inner)


def _open_document(kind: str) -> Format:
    """Returns an OpenDocument format. The first file of its ZIP is named `mimetype`, has no extra
    field and is not compressed: its name and its content follow each other (OpenDocument 1.3, part
    2, section 3.3)."""
    content_type = f"application/vnd.oasis.opendocument.{kind}"
    return Format(content_type, ZIP, f"mimetype{content_type}".encode())


FORMATS = {
    "pdf": Format("application/pdf", b"%PDF-"),
    "docx": _office("wordprocessingml.document", b"word/document"),
    "xlsx": _office("spreadsheetml.sheet", b"xl/workbook"),
    "pptx": _office("presentationml.presentation", b"ppt/presentation"),
    "odt": _open_document("text"),
    "ods": _open_document("spreadsheet"),
    "odp": _open_document("presentation"),
    "rtf": Format("application/rtf", b"{\\rtf"),
    "zip": Format("application/zip", ZIP),
    "csv": Format("text/csv"),
    "txt": Format("text/plain"),
}
SLIDES = ("pptx", "odp")
# Whoever asks for this page of a document wants to see it, not to keep it.
SHOWN = "page"
# Names of files inside a ZIP stand in clear in the directory at its end. Searching there opens
# nothing, so nothing can be made to swell.
_END = 1024 * 1024
# The longest comes first: one begins with another.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def extension_of(name: str) -> str:
    return PurePath(name).suffix.lower().removeprefix(".")


def place_label(extension: str, number: int | None) -> str:
    """Returns how a reader finds a place in a document: « page 12 », « diapositive 3 », "" where
    its format knows no pages."""
    if number is None:
        return ""
    return f"{'diapositive' if extension in SLIDES else 'page'}\u00a0{number}"


def address_at(address: str, extension: str, number: int | None) -> str:
    """Returns the address, of those that a document has, which opens it at that page: a PDF is then
    shown by the browser, which reads the fragment (RFC 8118). Others are downloaded as ever."""
    if extension != "pdf" or number is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}{SHOWN}={number}#page={number}"


def check_document(content: File[Any]) -> None:
    """Raises ValidationError, in French, for what is too large or is not what its name says."""
    extension = extension_of(content.name or "")
    size = content.size or 0
    if size > MOST_BYTES:
        raise ValidationError("Ce document dépasse 30 Mo : allégez-le, puis réessayez.")
    if not size:
        raise ValidationError("Ce document est vide.")
    if extension not in FORMATS:
        raise ValidationError(
            "Ce format n’est pas accepté. Formats possibles : PDF, Word, Excel et PowerPoint "
            "(.docx, .xlsx, .pptx), OpenDocument, CSV, texte, RTF ou ZIP."
        )
    if FORMATS[extension].signature == ZIP and _is_locked(content):
        raise ValidationError(LOCKED)
    if not _is_a(FORMATS[extension], content, size):
        raise ValidationError(
            f"Ce fichier n’est pas un document .{extension} : vérifiez son nom et son contenu."
        )


def _is_a(wanted: Format, content: File[Any], size: int) -> bool:
    try:
        content.seek(0)
        start = content.read(4096)
        if not wanted.signature:
            return b"\0" not in start or _is_marked_text(start)
        if wanted.signature != ZIP:
            # Some programs write a byte order mark or empty lines first.
            return bool(start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(wanted.signature))
        if not start.startswith(ZIP) or not zipfile.is_zipfile(content):
            return False
        content.seek(max(0, size - _END))
        return wanted.inner in start or wanted.inner in content.read()
    finally:
        content.seek(0)


def _is_locked(content: File[Any]) -> bool:
    """Says whether a document has a password: Office wraps it in the container of its older
    formats."""
    content.seek(0)
    is_wrapped = content.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    content.seek(0)
    return is_wrapped and "EncryptedPackage".encode("utf-16-le") in content.read()


def _is_marked_text(start: bytes) -> bool:
    """Says whether it is text in 16 or 32 bits, as its byte order mark says: what Excel calls «
    texte Unicode »."""
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            try:
                # A character of two or four bytes may be cut where the reading stopped.
                text = codecs.getincrementaldecoder(encoding)().decode(start)
            except UnicodeDecodeError:
                return False
            return "\0" not in text
    return False
