"""Files that are made before any of it is sent.

Where something fails half-way the reader gets an error, and asks again. Sent as it is read, the
file would look whole: its first half has gone with a 200, and a WSGI server ends the answer
properly whatever raised (granian has no means to break it off).
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable
from typing import IO

from django.http import FileResponse

# So many bytes stay in memory; more of them go to the disk.
IN_MEMORY = 1024 * 1024


def whole_file(parts: Iterable[str | bytes]) -> FileResponse:
    """Answers with the file and its length, so that what the network cuts is seen as well."""
    file: IO[bytes] = io.BytesIO()
    try:
        for part in parts:
            file.write(part.encode() if isinstance(part, str) else part)
            if isinstance(file, io.BytesIO) and file.tell() > IN_MEMORY:
                on_disk = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
                on_disk.write(file.getbuffer())
                file = on_disk
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return FileResponse(file)
