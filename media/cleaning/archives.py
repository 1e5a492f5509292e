"""ZIP archives: each document and picture inside is cleaned as if it were sent alone."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import BinaryIO

from media.cleaning.findings import Findings, Refused
from media.cleaning.packages import NewPackage, Package
from media.cleaning.pictures import bare

# The systems of those who make archives add these: never shown, they name people and folders.
_OF_THE_SYSTEM = re.compile(r"(?i)(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)")
_PICTURES = {
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "png": b"\x89PNG\r\n\x1a\n",
    "gif": b"GIF8",
    "webp": b"RIFF",
}


def clean(
    package: Package,
    target: BinaryIO,
    *,
    found: Findings,
    nested: Callable[[bytes, str, Findings], bytes],
) -> None:
    """Writes the archive to `target`, each entry cleaned by `nested` or as a picture. Raises
    Refused for an entry that cannot be checked."""
    with NewPackage(target) as written:
        for name in package.names:
            if _OF_THE_SYSTEM.search(name):
                continue
            content = package.read(name)
            extension = posixpath.splitext(name)[1].lower().removeprefix(".")
            if signature := _PICTURES.get(extension):
                if not content.startswith(signature):
                    raise Refused(_not_checked(name))
                content = bare(content)
            else:
                try:
                    content = nested(content, extension, found.inside(f"« {name} »"))
                except Refused as refused:
                    raise Refused(f"« {name} », dans cette archive : {refused}") from refused
            written.write(name, content)


def _not_checked(name: str) -> str:
    return (
        f"« {name} », dans cette archive, n’est pas l’image que son nom annonce : retirez-la, "
        "puis réessayez."
    )
