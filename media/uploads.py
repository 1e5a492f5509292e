"""Files on their way in, which may be larger than what is kept in memory."""

from __future__ import annotations

import logging
from contextlib import suppress
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from media.storage import reason_of

logger = logging.getLogger(__name__)


class Unreceived(UploadedFile):
    """Stands for a file that there was no room to receive.

    The size is what a form's field asks of a file first: the answer is the reason, which the form
    shows beside the field with all that was typed. Raised while the request is read, before any
    view, it would be an error of the server.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.reason = reason
        super().__init__(BytesIO(), name)

    @property
    def size(self) -> int:
        """Raises ValidationError, with the reason."""
        raise ValidationError(self.reason)

    @size.setter
    def size(self, value: Any) -> None:
        pass


class RoomAskingHandler(TemporaryFileUploadHandler):
    """Django's own handler, for which a full TMPDIR is no error of the server."""

    error: OSError | None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.error = None
        self.__dict__.pop("file", None)  # the file before is complete
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._lose(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.error is None:
            try:
                self.file.write(raw_data)
            except OSError as error:
                self._lose(error)

    def file_complete(self, file_size: int) -> Any:
        if self.error is None:
            try:
                return super().file_complete(file_size)
            except OSError as error:  # the rest was still to be written
                self._lose(error)
        assert self.error is not None
        return Unreceived(self.file_name or "fichier", reason_of(self.error))

    def _lose(self, error: OSError) -> None:
        logger.error("A file could not be received", exc_info=error)
        self.error = error
        if file := self.__dict__.pop("file", None):
            with suppress(OSError):
                file.close()
