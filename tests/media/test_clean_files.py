"""The command that puts what is there already through today's cleaning."""

from io import BytesIO, StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from PIL import Image as Pillow
from pytest_django import DjangoCaptureOnCommitCallbacks

from media.models import Document, Image
from media.services import create_image
from tests.factories import make_document, make_image
from tests.media.office_files import docx, paragraph, row, unzipped, xlsx

pytestmark = pytest.mark.django_db

CORE = (
    '<cp:coreProperties xmlns:cp="x" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:creator>Durand</dc:creator></cp:coreProperties>"
)


def said(*arguments: str) -> str:
    output = StringIO()
    call_command("clean_files", *arguments, stdout=output, stderr=output)
    return output.getvalue()


def stored(content: bytes, name: str) -> Document:
    """Stores a file as it was before anything was cleaned."""
    document = Document(title="Une fiche")
    document.file.save(name, ContentFile(content), save=False)
    document.save()
    return document


def content_of(document: Document) -> bytes:
    with document.file.storage.open(str(document.file.name)) as file:
        content: bytes = file.read()
    return content


def with_author() -> bytes:
    return docx(
        paragraph("Bonjour"),
        files={"docProps/core.xml": CORE},
        root_links=(("rCore", "http://x/metadata/core-properties", "docProps/core.xml"),),
    )


def test_cleans_what_is_there_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    document = stored(with_author(), "a.docx")
    make_document()
    former = str(document.file.name)

    assert "Fichiers à nettoyer\u00a0: 1." in said("--dry-run")
    assert b"Durand" in unzipped(content_of(document))["docProps/core.xml"]
    with django_capture_on_commit_callbacks(execute=True):
        assert "Fichiers nettoyés\u00a0: 1." in said()

    document.refresh_from_db()
    content = content_of(document)
    assert b"Durand" not in unzipped(content)["docProps/core.xml"]
    assert document.size == len(content) and not document.hidden
    assert not document.file.storage.exists(former)
    assert "Fichiers nettoyés\u00a0: 0." in said()


def test_lists_and_holds_what_hides_something() -> None:
    document = stored(xlsx(row("Bilan"), state="hidden"), "a.xlsx")

    tried = said("--dry-run")
    assert "(retenu)" in tried and "«\u00a0Paie\u00a0»" in tried
    document.refresh_from_db()
    assert not document.is_held
    said()
    document.refresh_from_db()
    assert document.is_held


def test_what_was_meant_stays_so_unless_something_else_is_found() -> None:
    document = stored(xlsx(row("Bilan"), state="hidden"), "a.xlsx")
    said()
    document.refresh_from_db()
    document.hidden_meant_at = document.created_at
    document.save()

    assert "c’est voulu" in said()
    document.refresh_from_db()
    assert not document.is_held

    document.hidden = ["autre chose"]
    document.save()
    said()
    document.refresh_from_db()
    assert document.is_held


def test_what_can_no_longer_be_taken_is_held_and_told() -> None:
    document = stored(b"%PDF-1.7", "a.pdf")

    assert "abîmé" in said()
    document.refresh_from_db()
    assert document.is_held
    assert "Fichiers nettoyés\u00a0: 0." in said()


def test_missing_file_stops_nothing() -> None:
    for media in (make_document(), make_image()):
        media.file.storage.delete(str(media.file.name))
    stored(with_author(), "a.docx")

    told = said()
    assert "le fichier manque" in told
    assert "Fichiers nettoyés\u00a0: 1. Fichiers qui manquent\u00a0: 2." in told


def test_pictures_that_hide_something_are_written_again_under_their_names() -> None:
    pixels = Pillow.new("RGBA", (600, 300), (255, 255, 255, 255))
    pixels.paste((200, 10, 10, 255), (0, 0, 100, 100))
    buffer = BytesIO()
    pixels.paste((0, 0, 0, 0), (200, 0, 300, 100))
    pixels.save(buffer, "PNG")
    image = create_image(title="Une image", content=ContentFile(buffer.getvalue(), name="a.png"))
    storage, name = image.file.storage, str(image.file.name)
    pixels.paste((200, 10, 10, 0), (200, 0, 300, 100))
    buffer = BytesIO()
    pixels.save(buffer, "PNG", pnginfo=None)
    storage.delete(name)
    storage.save(name, ContentFile(buffer.getvalue()))

    assert "Fichiers nettoyés\u00a0: 1." in said()

    assert Image.objects.get().file.name == name
    with storage.open(name) as file, Pillow.open(file) as read:
        assert read.getpixel((250, 50)) == (0, 0, 0, 0)
        assert read.getpixel((50, 50)) == (200, 10, 10, 255)
    assert all(storage.exists(each) for each in image.file_names())
    assert "Fichiers nettoyés\u00a0: 0." in said()
