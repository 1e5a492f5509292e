"""Where files are kept. They are there whole, or not at all."""

from __future__ import annotations

import errno
import logging
import os
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from media.cleaning.findings import out_of_room

logger = logging.getLogger(__name__)


class NotStored(Exception):
    """A file could not be written, and nothing of it is left. The text is a sentence in French for
    whoever sent it; the cause is the system's own error."""


def reason_of(error: OSError) -> str:
    """Says in French to whoever sent a file why this error kept it from being written."""
    if error.errno == errno.ENAMETOOLONG:
        return (
            "Le nom de ce fichier est trop long\u00a0: renommez-le, puis choisissez-le de nouveau."
        )
    if out_of_room(error):
        what = "Le portail n’a plus de place pour ce fichier"
    else:
        what = "Le portail ne peut pas enregistrer de fichier en ce moment"
    return (
        f"{what}\u00a0: rien n’en a été gardé. Prévenez l’équipe technique, puis choisissez de "
        "nouveau le fichier\u00a0; le reste de votre saisie est là."
    )


class WholeFileStorage(FileSystemStorage):
    """Writes under another name first, so that no reader meets a file that is being written and
    a full disk leaves nothing; what was written within a transaction goes if that is rolled back.

    Saving raises NotStored. A file that cannot be deleted is logged: it costs room, but what was
    done with its row stands.
    """

    def replace(self, name: str, content: File[Any]) -> None:
        """Puts new content under a name that pages know already: they get the former one, or this,
        whole. Raises NotStored."""
        with self._written(content) as written:
            if self.file_permissions_mode is not None:
                written.chmod(self.file_permissions_mode)
            written.replace(self.path(name))

    def delete(self, name: str) -> None:
        try:
            super().delete(name)
        except OSError:
            logger.exception("%s is no longer used, and could not be deleted", name)

    def _save(self, name: str, content: File[Any]) -> str:
        try:
            with self._written(content) as written:
                saved: str = super()._save(name, _Written(written))  # type: ignore[misc]  # Django's own, undeclared
        except NotStored:
            self._leave(name)
            raise
        if connection.in_atomic_block:
            transaction.on_commit(_Kept(self, saved))
            # It comes first: an error of what else waits for the commit makes Django forget the
            # rest of it.
            connection.run_on_commit.sort(key=lambda waiting: not isinstance(waiting[1], _Kept))
        return saved

    @contextmanager
    def _written(self, content: File[Any]) -> Iterator[Path]:
        partial = None
        try:
            Path(self.location).mkdir(parents=True, exist_ok=True)
            descriptor, path = tempfile.mkstemp(dir=self.location, prefix=".", suffix=".partial")
            partial = Path(path)
            with os.fdopen(descriptor, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
            yield partial
        except OSError as error:
            logger.exception("A file could not be written under %s", self.location)
            raise NotStored(reason_of(error)) from error
        finally:
            if partial is not None:
                with suppress(OSError):  # the file was moved to its place
                    partial.unlink()

    def _discard(self, name: str) -> None:
        self.delete(name)
        self._leave(name)

    def _leave(self, name: str) -> None:
        """Removes the folder that was made for a file which is not there."""
        folder = Path(self.path(name)).parent
        if folder != Path(self.location):
            with suppress(OSError):  # other files are in it
                folder.rmdir()


class PrivateStorage(WholeFileStorage):
    """Files that only a view hands out, after asking who reads. Without an address of its own,
    Django would give theirs under MEDIA_URL."""

    def url(self, name: str | None) -> str:
        """Raises ValueError: a private file has no address."""
        raise ValueError(f"{name} is private: it has no address")


class _Written(UploadedFile):
    """A file that Django moves into place rather than copies."""

    def __init__(self, path: Path) -> None:
        super().__init__(name=path.name)
        self.path = path

    def temporary_file_path(self) -> str:
        return str(self.path)


class _Kept:
    """An object that is called at the commit. Django has no word for a rollback, of a savepoint or
    of the whole: it forgets what waited for the commit, and the file goes with this."""

    def __init__(self, storage: WholeFileStorage, name: str) -> None:
        self._undo = weakref.finalize(self, storage._discard, name)
        self._undo.atexit = False

    def __call__(self) -> None:
        self._undo.detach()
