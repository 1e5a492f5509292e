"""Documents: what is taken, how it is handed over, and that it has no public address."""

import codecs
from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.http import FileResponse, Http404
from django.test import Client, RequestFactory

from dla_portal import settings as portal
from dla_portal.headers import SecurityHeaders
from media.documents import MOST_BYTES
from media.models import Document
from media.services import HidesSomething, create_document
from media.views import document_response
from tests.media.office_files import (
    docx,
    opendocument,
    paragraph,
    pptx,
    row,
    shape,
    slide,
    xlsx,
    zipped,
)


def blank_pdf() -> bytes:
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page()
        buffer = BytesIO()
        pdf.save(buffer)
        return buffer.getvalue()


PDF = blank_pdf()
GOOD = {
    "pdf": PDF,
    "docx": docx(paragraph("Bonjour")),
    "xlsx": xlsx(row("Bonjour")),
    "pptx": pptx(slide(shape("Bonjour"))),
    "odt": opendocument("odt", "<text:p>Bonjour</text:p>"),
    "ods": opendocument("ods", ""),
    "odp": opendocument("odp", ""),
    "rtf": b"{\\rtf1 Bonjour}",
    "zip": zipped({"lisezmoi.txt": "Bonjour"}),
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

    assert (document.format_label, document.hidden) == (extension.upper(), [])
    with document.file.open("rb") as file:
        content = file.read()
    assert document.size == len(content)
    if extension in ("csv", "txt"):  # its every byte is shown
        assert content == GOOD[extension]


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("extension", ["csv", "txt"])
def test_takes_text_in_any_usual_encoding(extension: str, encoding: str) -> None:
    text = "nom;ville\nÉtoile;Nîmes\n" * 200  # it stands past what is looked at
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""

    assert made(f"liste.{extension}", mark + text.encode(encoding)).size


@pytest.mark.parametrize("content", [b"\xff\xfe" + b"\0" * 40, b"\xff\xfe\x00\xd8" * 9])
def test_a_mark_does_not_make_a_text(content: bytes) -> None:
    assert "n’est pas un document .csv" in refusal("a.csv", content)


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


def test_says_that_an_office_document_has_a_password() -> None:
    wrapped = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")

    assert "mot de passe" in refusal("fiche.docx", wrapped)


def test_refuses_an_empty_file() -> None:
    assert "vide" in refusal("fiche.pdf", b"")


def test_refuses_more_than_thirty_megabytes() -> None:
    assert "30\u00a0Mo" in refusal("fiche.pdf", PDF + bytes(MOST_BYTES))


@pytest.mark.django_db
def test_what_is_hidden_is_refused_until_it_is_meant() -> None:
    content = xlsx(row("Bilan"), state="hidden")

    with pytest.raises(HidesSomething, match="Paie"):
        made("bilan.xlsx", content)
    assert not Document.objects.exists()

    document = create_document(
        title="Bilan", content=ContentFile(content, name="bilan.xlsx"), hidden_is_meant=True
    )
    assert "Paie" in document.hidden[0] and document.hidden_meant_at
    assert not document.is_held and not Document.objects.held().exists()


@pytest.mark.django_db
def test_what_hides_something_is_given_to_nobody_before_it_is_meant() -> None:
    document = made("liste.csv", b"a;b")
    document.hidden = ["1 feuille masquée"]
    document.save()

    assert document.is_held and list(Document.objects.held()) == [document]
    with pytest.raises(Http404):
        document_response(document)


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
    document = made("fiche.csv", b"a;b")
    document.file.storage.delete(str(document.file.name))

    document.title = "Un autre titre"
    document.save()

    document.refresh_from_db()
    assert document.title == "Un autre titre"
    assert document.size == 3


# --- Handed over ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "given"),
    [
        ("Évaluation d’impact (2025)", "evaluation-d-impact-2025.csv"),
        ("../../etc/passwd", "etcpasswd.csv"),
        ('a";\r\nSet-Cookie: b=c', "a-set-cookie-bc.csv"),
        ("文書", "document.csv"),
        ("x" * 200, "x" * 60 + ".csv"),
    ],
)
def test_is_downloaded_under_its_title(title: str, given: str) -> None:
    document = Document(title=title, file="documents/a/document.csv")

    assert document.file_name == given
    document = create_document(title=title, content=ContentFile(b"a;b", name="a.csv"))
    response = document_response(document)
    assert response["Content-Disposition"] == f'attachment; filename="{given}"'
    assert b"".join(response) == b"a;b"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["v3 CONFIDENTIEL Mme Durand.csv", "../../etc/durand.CSV"])
def test_name_that_the_file_had_is_told_to_nobody(name: str) -> None:
    document = made(name, b"a;b")

    assert "durand" not in str(document.file.name).lower()
    assert "durand" not in document_response(document)["Content-Disposition"].lower()


@pytest.mark.django_db
def test_is_never_read_as_a_page() -> None:
    document = made("fiche.txt", b"<script>alert(1)</script>")

    answer = SecurityHeaders(lambda request: document_response(document))
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
    document = made("fiche.csv", b"a;b")

    assert client.get(f"/media/{document.file.name}").status_code == 404
    assert not storages["default"].exists(str(document.file.name))


def test_private_files_are_kept_away_from_public_ones() -> None:
    """One directory is served by the front server, the other by nobody, as deployed."""
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
