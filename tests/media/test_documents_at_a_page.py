"""A document that was found at a page is opened there, where a browser can."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from articles.rendering import document_address
from media.documents import address_at, place_label
from media.services import create_document
from tests.factories import ArticleFactory, make_document
from tests.media.test_hidden_in_pdf import made

pytestmark = pytest.mark.django_db


def test_address_of_a_page_and_how_it_is_called() -> None:
    assert address_at("/a/", "pdf", 12) == "/a/?page=12#page=12"
    assert address_at("/a/?cle=x", "pdf", 12) == "/a/?cle=x&page=12#page=12"
    assert address_at("/a/", "pptx", 12) == address_at("/a/", "pdf", None) == "/a/"
    assert place_label("pdf", 12) == "page\u00a012"
    assert place_label("pptx", 3) == "diapositive\u00a03"
    assert place_label("docx", None) == ""


def test_pdf_is_shown_at_a_page_and_downloaded_otherwise(client: Client) -> None:
    content = ContentFile(made(), name="bilan.pdf")
    document = create_document(title="Bilan", content=content)
    sheet = make_document("Tableau")
    ArticleFactory(published=True, documents=[document, sheet])
    address = document_address(document.pk)

    shown = client.get(address_at(address, "pdf", 2))
    assert shown["Content-Disposition"] == 'inline; filename="bilan.pdf"'
    assert shown["Content-Type"] == "application/pdf"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in shown["Content-Security-Policy"]
    assert client.get(address)["Content-Disposition"].startswith("attachment")
    other = client.get(document_address(sheet.pk), {"page": "2"})
    assert other["Content-Disposition"].startswith("attachment")


def test_pdf_that_holds_more_than_it_shows_is_always_downloaded(client: Client) -> None:
    """A signed one stays as it came, scripts included."""
    document = create_document(title="Bilan", content=ContentFile(made(), name="bilan.pdf"))
    document.hidden = ["1 signature électronique"]
    document.hidden_meant_at = document.created_at
    document.save()
    ArticleFactory(published=True, documents=[document])

    answer = client.get(document_address(document.pk), {"page": "2"})
    assert answer["Content-Disposition"].startswith("attachment")
