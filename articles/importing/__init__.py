"""Documents brought in from elsewhere: one file becomes one typed ``ImportedDocument``.

Four readers (text, Markdown, web page, Word) lead to one list of pieces; one recogniser sorts
them; one check proves that every text of the source is in the result, or is reported.
"""

from articles.importing.documents import (
    DocumentRefused,
    ImportedBlock,
    ImportedDocument,
    ImportedImage,
    ImportedLink,
    Vocabulary,
)
from articles.importing.service import EXTENSIONS, read_document

__all__ = [
    "EXTENSIONS",
    "DocumentRefused",
    "ImportedBlock",
    "ImportedDocument",
    "ImportedImage",
    "ImportedLink",
    "Vocabulary",
    "read_document",
]
