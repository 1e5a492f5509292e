"""How much is read, and how bytes become text. Everything here happens before any parser runs."""

from __future__ import annotations

import re
from typing import BinaryIO

from articles.importing.documents import DocumentRefused

LARGEST_FILE = 20 * 1024 * 1024
MOST_CHARACTERS = 500_000
MOST_PIECES = 5_000
_CHUNK = 1024 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.IGNORECASE)
_MOJIBAKE = re.compile(r"Ã[©¨ª§ ´®¢¹»€‰]|â€[™œ¦“]")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SIGNATURES = (
    (b"%PDF", "un PDF", "Ouvrez-le dans Word ou LibreOffice et enregistrez-le au format .docx"),
    (b"PK\x03\x04", "une archive ou un document Office", "S’il vient de Word, donnez-lui "
     "l’extension .docx\u202f; sinon, enregistrez son texte au format .docx"),
    (b"\xd0\xcf\x11\xe0", "un ancien document Office (.doc)",
     "Ouvrez-le dans Word ou LibreOffice et enregistrez-le au format .docx"),
    (b"{\\rtf", "un document RTF", "Ouvrez-le dans Word et enregistrez-le au format .docx"),
    (b"\x89PNG", "une image", "Envoyez le document qui contient le texte"),
    (b"\xff\xd8\xff", "une image", "Envoyez le document qui contient le texte"),
    (b"GIF8", "une image", "Envoyez le document qui contient le texte"),
)  # fmt: skip


def read_bounded(content: BinaryIO | bytes) -> bytes:
    """Returns the whole file, never more than one chunk past the limit, however large the stream.
    Raises DocumentRefused."""
    if isinstance(content, bytes):
        data = content
    else:
        received = bytearray()
        while len(received) <= LARGEST_FILE and (chunk := content.read(_CHUNK)):
            received += chunk
        data = bytes(received)
    if len(data) > LARGEST_FILE:
        raise DocumentRefused(
            "Ce fichier dépasse 20 Mo. Réduisez ses images (dans Word\u00a0: «\u00a0Compresser les "
            "images\u00a0») ou retirez-les, puis recommencez."
        )
    if not data.strip(b"\x00 \t\r\n"):
        raise DocumentRefused(
            "Ce fichier est vide. Vérifiez qu’il a bien été enregistré, puis recommencez."
        )
    return data


def decode(data: bytes, *, is_page: bool = False) -> tuple[str, str]:
    """Returns text and the name of its encoding. Raises DocumentRefused for what is no text rather
    than show rubbish."""
    for signature, nature, advice in _SIGNATURES:
        if data.startswith(signature):
            raise DocumentRefused(
                f"Ce fichier est {nature}, malgré son extension. {advice}, puis recommencez."
            )
    text, encoding = _decoded(data, is_page=is_page)
    controls = len(_CONTROLS.findall(text))
    if "\x00" in text or controls * 100 > len(text):
        raise DocumentRefused(
            "Ce fichier n’est pas un texte\u00a0: son contenu est illisible. Enregistrez le "
            "document au format .docx, ou en texte UTF-8, puis recommencez."
        )
    return _CONTROLS.sub(" ", text), encoding


def _decoded(data: bytes, *, is_page: bool) -> tuple[str, str]:
    candidates = [encoding for mark, encoding in _MARKS if data.startswith(mark)][:1]
    if not candidates:
        declared = _CHARSET.search(data[:4096]) if is_page else None
        candidates = ["utf-8", *([declared[1].decode("ascii")] if declared else []), "cp1252"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        if encoding != "cp1252" or len(_MOJIBAKE.findall(text)) < 3:
            return text, encoding
    raise DocumentRefused(
        "L’encodage de ce fichier n’est pas reconnu, ou il en mélange plusieurs. Ouvrez-le dans un "
        "éditeur de texte, enregistrez-le en UTF-8, puis recommencez."
    )


def check_amount(characters: int, pieces: int) -> None:
    """Raises DocumentRefused for more than an article, even a long one, ever holds; a database dump
    does."""
    if characters > MOST_CHARACTERS or pieces > MOST_PIECES:
        raise DocumentRefused(
            "Ce document est trop long pour un article (au plus 500\u202f000 caractères et "
            "5\u202f000 paragraphes). Découpez-le en plusieurs articles, puis recommencez."
        )
