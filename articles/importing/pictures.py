"""Pictures that travel inside a document: accepted by what their bytes say, within limits."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from hashlib import sha256

from articles.importing.documents import ImportedImage
from articles.importing.pieces import Piece, Reading
from articles.importing.wording import labelled, quoted, shortened

MOST_PICTURES = 60
LARGEST_PICTURE = 15 * 1024 * 1024
_DATA_ADDRESS = re.compile(r"^data:[\w.+-]+/[\w.+-]+;base64,", re.IGNORECASE)
# What older Word gave as a description: the name of the file, with its whole path.
_FILE_NAME = re.compile(
    r"^(?:file:|[a-z]:[\\/]|\\\\)|^\S*\.(?:png|jpe?g|gif|bmp|webp|tiff?|emf|wmf|svg|heic)$",
    re.IGNORECASE,
)
_ONE_TOO_MANY = "import:trop"


def content_type_of(content: bytes) -> str:
    """Returns the type that the first bytes prove, or ""; what the document claims is not asked."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return ""


class PictureBox:
    """Collects the pictures of one document and hands out figures that name them by key."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._stored: dict[str, bytes] = {}
        self._asked = 0

    def store(self, read: Callable[[], bytes]) -> str:
        """Keeps bytes aside (Word's pictures come before their place) and returns their address.

        A document may show one large picture ten thousand times: the same bytes are kept once, and
        past the limit they are not even read.
        """
        self._asked += 1
        if self._asked > MOST_PICTURES:
            return _ONE_TOO_MANY
        content = read()
        address = f"import:{sha256(content).hexdigest()}"
        self._stored.setdefault(address, content)
        return address

    def figure(self, address: str, alt: str) -> Piece | None:
        """Returns the figure for an address, or None with a word to the editor: nothing is ever
        fetched."""
        if _FILE_NAME.search(alt):  # which no reader was meant to see, nor the folders of a person
            self.reading.discarded.append(labelled("Nom de fichier d’une image", quoted(alt)))
            alt = ""
        content = self._stored.get(address)
        if content is None and _DATA_ADDRESS.match(address):
            content = _decode(address)
        content_type = content_type_of(content or b"")
        reason = ""
        if address == _ONE_TOO_MANY or len(self.reading.images) >= MOST_PICTURES:
            reason = f"le document en contient plus de {MOST_PICTURES}"
        elif content is None:
            reason = f"elle est restée à son adresse, {shortened(address) or 'inconnue'}"
        elif not content_type:
            reason = "son format n’est ni PNG, ni JPEG, ni GIF, ni WebP"
        elif len(content) > LARGEST_PICTURE:
            reason = "elle dépasse 15 Mo"
        if content is None or reason:
            name = (
                f"Image {quoted(alt)} non reprise" if alt else "Image sans description non reprise"
            )
            self.reading.unrecognised.append(labelled(name, reason))
            return None
        key = f"image-{len(self.reading.images) + 1}"
        self.reading.images.append(ImportedImage(key, content, content_type, alt))
        return Piece("figure", image_key=key, alt=alt)


def _decode(address: str) -> bytes | None:
    try:
        return base64.b64decode(address.partition(",")[2], validate=False)
    except (binascii.Error, ValueError):
        return None
