"""A disk is full, or refuses to be written to: the person is told in French, keeps what was typed,
and nothing of the file stays anywhere."""

from __future__ import annotations

import base64
import errno
import io
import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import docx as python_docx
import pikepdf
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from articles.models import Article
from media.cleaning.files import clean
from media.cleaning.findings import NO_ROOM, Refused
from media.cleaning.sandbox import _run
from media.models import Document, Image
from media.services import create_document, create_image
from media.storage import NotStored, WholeFileStorage
from media.views import document_response
from publishing.spreadsheets import sheet_of
from structures.models import ImportRun
from tests.factories import UserFactory, make_document, make_image, picture
from tests.media.office_files import docx, paragraph

FULL, REFUSED = "n’a plus de place", "ne peut pas enregistrer"
PUBLIC, PRIVATE = (Path(settings.MEDIA_ROOT).with_name(name) for name in ("public", "private"))


def files() -> set[Path]:
    """Lists all there is where files are kept, folders included."""
    return {path for root in (PUBLIC, PRIVATE) for path in root.rglob("*")}


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`disk(room)` lets that many bytes be written where files are kept, from now on."""

    def disk(room: int, number: int = errno.ENOSPC) -> None:
        opened = os.fdopen
        left = [room]

        class Narrow(io.RawIOBase):
            def __init__(self, descriptor: int, mode: str) -> None:
                self.file = opened(descriptor, mode)

            def write(self, content: Any) -> int:
                given = bytes(content)[: left[0]]
                self.file.write(given)
                left[0] -= len(given)
                if len(given) < len(content):
                    raise OSError(number, os.strerror(number))
                return len(content)

            def close(self) -> None:
                self.file.close()
                super().close()

        monkeypatch.setattr("media.storage.os.fdopen", Narrow)

    return disk


@pytest.fixture
def keeper(client: Client) -> Client:
    client.force_login(UserFactory(is_superuser=True, is_staff=True, whole_country=True))
    return client


@pytest.fixture
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before, folder = files(), tmp_path / "TMPDIR"
    folder.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        yield
    assert list(folder.iterdir()) == []
    left = {path for path in files() - before if path.is_file() or path.parent.name == "documents"}
    assert left == set()


def said(response: Any) -> str:
    return str(response.content.decode())


# --- Where files are kept ---


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        *((each, FULL) for each in (errno.ENOSPC, errno.EDQUOT)),
        *((each, REFUSED) for each in (errno.EROFS, errno.EACCES, errno.EFBIG, errno.EIO)),
    ],
)
def test_a_file_is_there_whole_or_not_at_all(
    number: int, sentence: str, disk: Callable[..., None], tmp_path: Path
) -> None:
    disk(100, number)
    with pytest.raises(NotStored, match=sentence):
        WholeFileStorage(location=tmp_path).save("images/a.png", ContentFile(b"x" * 101))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_limits_of_the_system_itself(tmp_path: Path) -> None:
    storage = WholeFileStorage(location=tmp_path / "media")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, hard))
    try:
        with pytest.raises(NotStored):
            storage.save("a.bin", ContentFile(bytes(5 << 20)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((tmp_path / "media").iterdir()) == []
    with pytest.raises(NotStored):
        storage.save("a" * 300, ContentFile(b"x"))
    assert list((tmp_path / "media").iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(NotStored):
        WholeFileStorage(location=tmp_path / "file").save("a.bin", ContentFile(b"x"))
    # A folder that is not there yet is made.
    assert WholeFileStorage(location=tmp_path / "new").save("b/a.bin", ContentFile(b"x"))
    assert (tmp_path / "new/b/a.bin").stat().st_mode & 0o777 == 0o644


def test_what_replaces_a_file_leaves_it_where_there_is_no_room(
    disk: Callable[..., None], tmp_path: Path
) -> None:
    storage = WholeFileStorage(location=tmp_path)
    storage.save("a.png", ContentFile(b"former"))
    storage.replace("a.png", ContentFile(b"later"))
    disk(2)
    with pytest.raises(NotStored):
        storage.replace("a.png", ContentFile(b"last"))
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.png", b"later")]


@pytest.mark.django_db
def test_files_go_with_the_transaction_that_wrote_them(
    tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    storage = WholeFileStorage(location=tmp_path)

    def names() -> list[str]:
        return sorted(path.name for path in tmp_path.rglob("*"))

    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            storage.save("kept/a", ContentFile(b"x"))
        with suppress(IntegrityError), transaction.atomic():
            storage.save("lost/b", ContentFile(b"x"))
            with transaction.atomic():
                storage.save("lost/c", ContentFile(b"x"))
            assert names() == ["a", "b", "c", "kept", "lost"]
            raise IntegrityError
        assert names() == ["a", "kept"]
    assert names() == ["a", "kept"]


@pytest.mark.django_db
def test_files_stay_after_the_commit_whatever_fails_then(
    tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def fails() -> None:
        raise OSError

    with django_capture_on_commit_callbacks() as waiting, transaction.atomic():
        transaction.on_commit(fails)
        WholeFileStorage(location=tmp_path).save("a", ContentFile(b"x"))
    assert waiting.index(fails) == 1, "Django stops there, and forgets what comes after"


# --- In the admin ---

FORMS: list[tuple[str, dict[str, Any]]] = [
    ("admin:media_image_add", {"title": "Un beau titre", "alt": "Ce qu’on y voit"}),
    ("admin:media_document_add", {"title": "Un beau titre"}),
]


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(("name", "typed"), FORMS)
@pytest.mark.parametrize("room", [0, 3000])
def test_the_form_says_it_and_keeps_what_was_typed(
    name: str, typed: dict[str, Any], room: int, keeper: Client, disk: Callable[..., None]
) -> None:
    """There may be room for some of a picture's files, too."""
    sent: dict[str, Any] = {"admin:media_image_add": picture(), "admin:media_document_add": _docx()}
    disk(room)
    response = keeper.post(reverse(name), {**typed, "file": sent[name]})
    assert response.status_code == 200
    form = response.context["adminform"].form
    assert [FULL in error for error in form.errors["file"]] == [True]
    assert "choisissez de nouveau" in said(response)
    for value in typed.values():
        assert value in said(response)
    assert not Image.objects.exists() and not Document.objects.exists()


def _docx() -> SimpleUploadedFile:
    """Makes a document with properties, hence a title."""
    written = io.BytesIO()
    document = python_docx.Document()
    document.add_paragraph("Bonjour")
    document.save(written)
    return SimpleUploadedFile("fiche.docx", written.getvalue())


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_left")
def test_a_row_that_cannot_be_written_leaves_no_file(
    keeper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError("as a database that is full would")

    keeper.raise_request_exception = False
    monkeypatch.setattr("media.models.Image.save", fails)
    answer = keeper.post(reverse(FORMS[0][0]), {"title": "Titre", "file": picture()})
    assert answer.status_code == 500
    with pytest.raises(IntegrityError):
        create_image(title="Titre", content=picture())
    monkeypatch.setattr("media.models.Document.save", fails)
    with pytest.raises(IntegrityError):
        create_document(title="Titre", content=ContentFile(b"a;b", name="a.csv"))


@pytest.mark.django_db
def test_a_new_title_that_the_file_cannot_tell_keeps_the_former(
    keeper: Client, disk: Callable[..., None]
) -> None:
    document = create_document(title="Ancien", content=_docx())
    before = files()
    disk(100)
    address = reverse("admin:media_document_change", args=[document.pk])
    response = keeper.post(address, {"title": "Nouveau"})
    assert response.status_code == 200 and FULL in said(response) and "Nouveau" in said(response)
    document.refresh_from_db()
    assert document.title == "Ancien" and files() == before


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("lost_at", ["new_file", "write", "flush"])
def test_a_full_folder_for_files_on_their_way_in(
    lost_at: str, keeper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are received before any view is asked: the form says it all the same."""
    made = tempfile.NamedTemporaryFile

    def narrow(*args: Any, **kwargs: Any) -> Any:
        if lost_at == "new_file":
            raise OSError(errno.ENOSPC, "full")
        file = made(*args, **kwargs)
        inner = file.file
        full = Path("/dev/full").open("w+b", buffering=0 if lost_at == "write" else -1)  # noqa: SIM115
        file.file = full
        file._closer.file = full  # reading it closes it
        inner.close()
        return file

    monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", narrow)
    monkeypatch.setattr(settings, "FILE_UPLOAD_MAX_MEMORY_SIZE", 0)
    for name, typed in FORMS:
        sent = picture() if "image" in name else _docx()
        response = keeper.post(reverse(name), {**typed, "file": sent})
        assert response.status_code == 200
        assert [FULL in error for error in response.context["adminform"].form.errors["file"]]
        assert FULL in said(response) and typed["title"] in said(response)
    for name, field in (
        ("admin:articles_article_import", "document"),
        ("admin:structures_importrun_upload", "file"),
    ):
        response = keeper.post(reverse(name), {field: _docx()})
        assert response.status_code == 400 and FULL in said(response), name


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_left")
def test_a_name_too_long_for_the_disk(keeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "FILE_UPLOAD_MAX_MEMORY_SIZE", 0)
    sent = SimpleUploadedFile("a." + "b" * 250, b"a;b")
    response = keeper.post(reverse("admin:media_document_add"), {"title": "Titre", "file": sent})
    assert response.status_code == 200 and "trop long" in said(response)


# --- Imports ---


def _page_with_picture(folder: Path) -> Path:
    data = base64.b64encode(picture().read()).decode()
    page = folder / "article.html"
    page.write_text(
        f"<h1>Un titre</h1><p>{'Des mots. ' * 30}</p>"
        f'<p><img alt="Vue" src="data:image/png;base64,{data}"></p>'
    )
    return page


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_left")
def test_an_article_is_imported_with_its_pictures_or_not_at_all(
    keeper: Client,
    disk: Callable[..., None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = _page_with_picture(tmp_path)
    disk(2000)
    with page.open("rb") as content:
        response = keeper.post(reverse("admin:articles_article_import"), {"document": content})
    assert response.status_code == 400 and FULL in said(response)
    with pytest.raises(CommandError, match="refusé"):
        call_command("import_article", str(page))
    assert FULL in capsys.readouterr().err
    assert not Article.objects.exists() and not Image.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_left", "geography")
def test_a_file_of_structures(
    keeper: Client, disk: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = SimpleUploadedFile("liste.csv", b"Nom;Commune\nUne;Grenoble\n" * 20)
    disk(10)
    response = keeper.post(reverse("admin:structures_importrun_upload"), {"file": table})
    assert response.status_code == 400 and FULL in said(response)

    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("structures.importing.uploads.tempfile.TemporaryDirectory", full)
    table.seek(0)
    response = keeper.post(reverse("admin:structures_importrun_upload"), {"file": table})
    assert response.status_code == 400 and FULL in said(response)
    assert not ImportRun.objects.exists()


# --- Cleaning ---


def test_cleaning_says_that_there_is_no_room_rather_than_that_a_file_is_damaged(
    tmp_path: Path,
) -> None:
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(written)
    given = {"pdf": written.getvalue(), "docx": docx(paragraph("a")), "rtf": rb"{\rtf1 a}"}
    for extension, content in given.items():
        with (
            Path("/dev/full").open("w+b", buffering=0) as target,
            pytest.raises(Refused) as refusal,
        ):
            clean(io.BytesIO(content), target, extension)
        assert str(refusal.value) == NO_ROOM, extension
    source = tmp_path / "given"
    source.write_bytes(given["rtf"])
    with pytest.raises(Refused) as refusal:
        _run(source, Path("/dev/full"), "rtf", "")
    assert str(refusal.value) == NO_ROOM


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_left")
def test_no_room_to_clean_a_document(keeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("media.cleaning.sandbox.tempfile.TemporaryDirectory", full)
    response = keeper.post(reverse(FORMS[1][0]), {"title": "Titre", "file": _docx()})
    assert response.context["adminform"].form.errors["file"] == [NO_ROOM]


@pytest.mark.django_db
def test_commands_say_it_and_end(
    disk: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_image()
    document = create_document(title="Une fiche", content=_docx())
    Document.objects.filter(pk=document.pk).update(title="Un autre titre")
    before = {path: path.read_bytes() for path in files() if path.is_file()}
    monkeypatch.setattr("media.services._same", lambda *args: False)
    disk(10)
    with pytest.raises(CommandError, match=FULL):
        call_command("clean_files")
    assert {path: path.read_bytes() for path in files() if path.is_file()} == before


@pytest.mark.parametrize("fails", ["disk", "rows"])
def test_a_workbook_leaves_no_temporary_file(
    fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def write() -> None:
        with sheet_of(io.BytesIO(), "Une feuille") as sheet:
            sheet.append(["premier"])
            if fails == "rows":
                raise OSError(errno.ENOSPC, "full")
            (written,) = tmp_path.iterdir()
            _turn_into_full(written)
            for number in range(5000):
                sheet.append([f"ligne {number}" * 10])

    with pytest.raises(OSError) as raised:
        write()
    assert raised.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def _turn_into_full(written: Path) -> None:
    """Leaves no room to whoever holds this file open."""
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if link.resolve() == written.resolve():
                full = os.open("/dev/full", os.O_WRONLY)
                os.dup2(full, int(link.name))
                os.close(full)


# --- Files that are gone, and what no form can tell ---


@pytest.mark.django_db
def test_a_file_that_is_gone_is_no_error_of_the_server(keeper: Client) -> None:
    image, document = make_image(), make_document()
    address = image.url_for(480)
    for each in (*image.file_names(), document.file.name):
        (PUBLIC / str(each)).unlink(missing_ok=True)
        (PRIVATE / str(each)).unlink(missing_ok=True)
    assert keeper.get(address).status_code == 404
    with pytest.raises(Http404):
        document_response(document)
    for name in ("image", "document"):
        assert keeper.get(reverse(f"admin:media_{name}_changelist")).status_code == 200
    change = reverse("admin:media_document_change", args=[document.pk])
    assert keeper.get(change).status_code == 200
    answer = keeper.post(change, {"title": "Un titre de plus"}, follow=True)
    assert "il manque peut-être" in said(answer)
    assert Document.objects.get().title == "Un titre de plus"


@pytest.mark.django_db
def test_a_file_that_cannot_be_deleted_does_not_keep_its_row(
    keeper: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    image = make_image()

    def refuses(*args: Any) -> None:
        raise PermissionError(errno.EROFS, "read-only")

    address = reverse("admin:media_image_delete", args=[image.pk])
    with django_capture_on_commit_callbacks(execute=True):
        monkeypatch.setattr("django.core.files.storage.filesystem.os.remove", refuses)
        assert keeper.post(address, {"post": "yes"}).status_code == 302
    monkeypatch.undo()
    assert not Image.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OSError(errno.ENOSPC, "full"), 507),
        (OSError(errno.EDQUOT, "full"), 507),
        (NotStored("plein"), 507),
        (OSError(errno.EBADF, "of another kind"), 500),
    ],
)
def test_a_page_says_what_no_form_can(
    error: Exception, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr("pages.views.render", fails)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == status
    assert ("n’a plus de place" in said(answer)) is (status == 507)
    assert "Content-Security-Policy" in answer.headers
