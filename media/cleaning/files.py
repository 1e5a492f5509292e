"""The one entry for all formats: it takes a file and its extension, and writes the file for
readers."""

from __future__ import annotations

import errno
import shutil
from io import BytesIO
from typing import BinaryIO

from media.cleaning import archives, office, opendocument, rtf
from media.cleaning.findings import (
    DAMAGED,
    NO_ROOM,
    TOO_LARGE,
    Findings,
    Refused,
    out_of_room,
)
from media.cleaning.packages import Package

OFFICE = {"docx", "xlsx", "pptx"}
OPEN_DOCUMENT = {"odt", "ods", "odp"}
PLAIN = {"csv", "txt"}  # they hold nothing else than what is read
_DEEPEST = 2  # an archive, a document in it, a workbook in that
UNKNOWN = (
    "ce format ne peut pas être vérifié. Retirez-le de l’archive, ou joignez-le dans un format "
    "accepté."
)


def clean(source: BinaryIO, target: BinaryIO, extension: str, title: str = "") -> Findings:
    """Writes to `target` what readers get of `source`; raises Refused, with a sentence in French.

    `title` becomes the file's own, which programs show to readers and speak to some of them.
    """
    found = Findings()
    try:
        _clean(source, target, extension, title, found, 0)
    except Refused:
        raise
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise Refused(TOO_LARGE) from error
        raise Refused(NO_ROOM if out_of_room(error) else DAMAGED) from error
    except MemoryError as error:
        raise Refused(TOO_LARGE) from error
    except (Exception, RecursionError) as error:  # the readers raise anything on hostile files
        raise Refused(DAMAGED) from error
    return found


def _clean(
    source: BinaryIO, target: BinaryIO, extension: str, title: str, found: Findings, depth: int
) -> None:
    def nested(content: bytes, inner_extension: str, inner: Findings) -> bytes:
        if depth >= _DEEPEST or inner_extension == "zip":
            raise Refused(UNKNOWN)
        written = BytesIO()
        _clean(BytesIO(content), written, inner_extension, "", inner, depth + 1)
        return written.getvalue()

    is_signed = False
    if extension in PLAIN:
        shutil.copyfileobj(source, target)
    elif extension == "pdf":
        from media.cleaning import pdf  # it loads a library that nothing else here needs

        is_signed = not pdf.clean(source, target, title=title, found=found)
    elif extension == "rtf":
        target.write(rtf.clean(source.read(), found))
    elif extension == "zip":
        archives.clean(Package(source), target, found=found, nested=nested)
    elif extension in OFFICE:
        package = Package(source)
        office.clean(package, target, extension=extension, title=title, found=found, nested=nested)
        is_signed = office.is_signed(package)
    elif extension in OPEN_DOCUMENT:
        package = Package(source)
        opendocument.clean(package, target, title=title, found=found)
        is_signed = opendocument.is_signed(package)
    else:
        raise Refused(UNKNOWN)
    if is_signed:  # whatever is written anew is no longer what was signed
        source.seek(0)
        target.seek(0)
        target.truncate()
        shutil.copyfileobj(source, target)
