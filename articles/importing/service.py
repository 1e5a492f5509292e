"""Takes one file in, and returns one sorted document, or a refusal that says what to do."""

from __future__ import annotations

from pathlib import PurePath
from typing import BinaryIO

from articles.importing.assembly import assemble
from articles.importing.documents import DocumentRefused, ImportedDocument, Vocabulary
from articles.importing.labels import read_front_matter
from articles.importing.limits import check_amount, decode, read_bounded
from articles.importing.marked import read_markdown, split_front_matter
from articles.importing.pieces import Reading
from articles.importing.recognition import Recogniser
from articles.importing.text import read_text
from articles.importing.web import read_page
from articles.importing.word import read_word
from articles.importing.wording import labelled
from publishing.unseen import invisible_words, without_invisible_characters

EXTENSIONS = (".docx", ".html", ".htm", ".md", ".markdown", ".txt")
_ADVICE = {
    ".doc": "Ouvrez-le dans Word ou LibreOffice, enregistrez-le au format .docx",
    ".docm": "Enregistrez-le au format .docx, sans macros",
    ".odt": "Ouvrez-le dans LibreOffice ou Word, enregistrez-le au format .docx",
    ".rtf": "Ouvrez-le dans Word ou LibreOffice, enregistrez-le au format .docx",
    ".pdf": "Retrouvez le document d’origine, ou ouvrez le PDF dans Word et enregistrez-le au "
    "format .docx",
}


def read_document(
    name: str, content: BinaryIO | bytes, *, vocabulary: Vocabulary | None = None
) -> ImportedDocument:
    """Reads a .docx, .html, .md or .txt file; raises DocumentRefused, and nothing else.

    ``content`` is read from where it stands and never past 20 MB; nothing is written to disk and
    nothing is fetched.
    """
    vocabulary = vocabulary or Vocabulary()
    extension = PurePath(name).suffix.lower()
    if extension not in EXTENSIONS:
        raise DocumentRefused(
            f"Le format «\u00a0{extension or 'sans extension'}\u00a0» n’est pas accepté. "
            f"{_ADVICE.get(extension, 'Envoyez un fichier .docx, .html, .md ou .txt')}, puis "
            "recommencez."
        )
    reading, front_matter = _read(extension, read_bounded(content))
    left = read_front_matter(front_matter, reading.hints, vocabulary)
    reading.unrecognised += [labelled("En-tête du fichier, non repris", line) for line in left]
    check_amount(sum(len(piece.html) for piece in reading.pieces) // 2, len(reading.pieces))
    if not reading.pieces and not reading.hints.title:
        raise DocumentRefused(
            "Aucun texte n’a été trouvé dans ce fichier (s’il ne contient que des images, son "
            "texte doit être saisi). Vérifiez le document, puis recommencez."
        )
    recogniser = Recogniser(reading, vocabulary)
    recogniser.run()
    return assemble(reading, recogniser.body, recogniser.placed, vocabulary)


def _read(extension: str, data: bytes) -> tuple[Reading, str]:
    if extension == ".docx":
        return read_word(data), ""
    is_page = extension in (".html", ".htm")
    text, encoding = decode(data, is_page=is_page)
    unseen = invisible_words(text)
    text = without_invisible_characters(text)
    front_matter = ""
    if is_page:
        reading = read_page(text)
    elif extension == ".txt":
        front_matter, body = split_front_matter(text)
        reading = read_text(body)
    else:
        reading, front_matter = read_markdown(text)
    reading.leave_out(unseen)
    if not encoding.startswith("utf"):
        reading.recognised.append(labelled("Encodage du fichier", encoding))
    if "\ufffd" in text:
        reading.unrecognised.append("Des caractères sont illisibles (�)\u00a0: à vérifier.")
    return reading, front_matter
