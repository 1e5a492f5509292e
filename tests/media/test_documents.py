"""Documents: what is taken, how it is handed over, and that it has no public address."""

import zipfile
from io import BytesIO

import pytest
from csp.middleware import CSPMiddleware
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.http import FileResponse
from django.test import Client, RequestFactory

from dla_portal import settings as portal
from media.documents import MOST_BYTES
from media.models import Document
from media.services import create_document
from media.views import document_response

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def zipped(**files: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def office(main: str) -> bytes:
    return zipped(**{"[Content_Types].xml": "<Types/>", main: "<document/>"})


def open_document(kind: str) -> bytes:
    return zipped(
        mimetype=f"application/vnd.oasis.opendocument.{kind}", **{"content.xml": "<office/>"}
    )


GOOD = {
    "pdf": PDF,
    "docx": office("word/document.xml"),
    "xlsx": office("xl/workbook.xml"),
    "pptx": office("ppt/presentation.xml"),
    "odt": open_document("text"),
    "ods": open_document("spreadsheet"),
    "odp": open_document("presentation"),
    "rtf": b"{\\rtf1 Bonjour}",
    "zip": zipped(lisezmoi="Bonjour"),
    "csv": "année;structures\n2025;12\n".encode("utf-8-sig"),
    "txt": "Bonjour à tous".encode("cp1252"),
}


def made(name: str, content: bytes) -> Document:
    return create_document(title="Un document", content=ContentFile(content, name=name))


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        made(name, content)
    return " ".join(refused.value.messages)


# --- Taken and refused ---


@pytest.mark.django_db
@pytest.mark.parametrize("extension", GOOD)
def test_takes_what_is_what_its_name_says(extension: str) -> None:
    document = made(f"Fiche.{extension.upper()}", GOOD[extension])

    assert document.size == len(GOOD[extension])
    assert document.format_label == extension.upper()
    with document.file.open("rb") as file:
        assert file.read() == GOOD[extension]


@pytest.mark.parametrize(
    ("extension", "content"),
    [
        *((extension, PDF) for extension in GOOD if extension not in ("pdf", "csv", "txt")),
        *((extension, GOOD["zip"]) for extension in ("docx", "xlsx", "pptx", "odt", "ods", "odp")),
        ("docx", GOOD["xlsx"]),
        ("ods", GOOD["odt"]),
        ("pdf", b"MZ\x90\x00 a program"),
        ("pdf", b"<!DOCTYPE html><script>alert(1)</script> %PDF-1.7"),
        ("zip", b"PK\x03\x04 cut short"),
        ("txt", b"MZ\x90\x00 a program"),
        ("csv", GOOD["zip"]),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_refuses_what_its_name_hides(extension: str, content: bytes) -> None:
    assert f"n’est pas un document .{extension}" in refusal(f"fiche.{extension}", content)


@pytest.mark.parametrize(
    "name", ["page.html", "image.svg", "macro.docm", "script.js", "fiche", "fiche.pdf.exe"]
)
def test_refuses_other_formats(name: str) -> None:
    assert "format n’est pas accepté" in refusal(name, PDF)


def test_refuses_an_empty_file() -> None:
    assert "vide" in refusal("fiche.pdf", b"")


def test_refuses_more_than_thirty_megabytes() -> None:
    assert "30\u00a0Mo" in refusal("fiche.pdf", PDF + bytes(MOST_BYTES))


# --- Told to readers ---


@pytest.mark.parametrize(
    ("size", "label"),
    [
        (1, "1\u00a0octet"),
        (999, "999\u00a0octets"),
        (1200, "1,2\u00a0ko"),
        (85_400, "85\u00a0ko"),
        (999_999, "1\u00a0Mo"),
        (1_240_000, "1,2\u00a0Mo"),
        (9_960_000, "10\u00a0Mo"),
        (31_457_280, "31\u00a0Mo"),
    ],
)
def test_size_is_told_as_readers_expect(size: int, label: str) -> None:
    assert Document(size=size).size_label == label


@pytest.mark.django_db
def test_new_title_does_not_need_the_file() -> None:
    document = made("fiche.pdf", PDF)
    document.file.storage.delete(str(document.file.name))

    document.title = "Un autre titre"
    document.save()

    document.refresh_from_db()
    assert document.title == "Un autre titre"
    assert document.size == len(PDF)


# --- Handed over ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("Évaluation d’impact (2025) FINAL.PDF", "evaluation-dimpact-2025-final.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ('a";\r\nSet-Cookie: b=c.pdf', "a-set-cookie-bc.pdf"),
        ("文書.pdf", "document.pdf"),
        ("x" * 300 + ".pdf", "x" * 60 + ".pdf"),
    ],
)
def test_is_downloaded_under_a_readable_name(name: str, given: str) -> None:
    response = document_response(made(name, PDF))

    assert response["Content-Disposition"] == f'attachment; filename="{given}"'
    assert b"".join(response) == PDF


@pytest.mark.django_db
def test_is_never_read_as_a_page() -> None:
    document = made("fiche.txt", b"<script>alert(1)</script>")

    answer = CSPMiddleware(lambda request: document_response(document))
    response = answer(RequestFactory().get("/"))

    assert isinstance(response, FileResponse)
    assert response["Content-Type"].startswith("text/plain")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]
    policy = [each.strip() for each in response["Content-Security-Policy"].split(";")]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    response.close()


# --- No address of its own ---


@pytest.mark.django_db
def test_has_no_public_address(client: Client) -> None:
    document = made("fiche.pdf", PDF)

    assert client.get(f"/media/{document.file.name}").status_code == 404
    assert not storages["default"].exists(str(document.file.name))


def test_private_files_are_kept_away_from_public_ones() -> None:
    """As deployed: one directory served by the front server, the other by nobody."""
    public, private = (
        portal.STORAGES[name]["OPTIONS"]["location"]  # type: ignore[index]  # settings are dictionaries of anything
        for name in ("default", "private")
    )

    assert not private.is_relative_to(public)
    assert not public.is_relative_to(private)


def test_private_file_has_no_address_of_its_own(db: None) -> None:
    document = create_document(title="Une fiche", content=ContentFile(b"a;b", name="a.csv"))
    with pytest.raises(ValueError, match="private"):
        _ = document.file.url
