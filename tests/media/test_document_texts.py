"""What is read inside documents is kept by page, and given for those that readers may have."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from media.models import Document, DocumentText
from media.texts import texts_of
from tests.factories import make_document

pytestmark = pytest.mark.django_db
PAGES: list[list[object]] = [[1, "Accueil"], [3, "Diagnostic partagé"]]


def with_text(title: str = "Bilan") -> Document:
    document = make_document(title)
    DocumentText.objects.update_or_create(
        document=document, defaults={"pages": PAGES, "page_count": 3, "state": "whole"}
    )
    return document


def test_is_given_by_page() -> None:
    document = with_text()

    assert texts_of([document])[document.pk] == [(1, "Accueil"), (3, "Diagnostic partagé")]


def test_of_many_documents_takes_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    documents = [with_text(), with_text(), with_text()]
    DocumentText.objects.filter(document=documents[2]).update(pages=[], state="none")

    with django_assert_num_queries(1):
        found = texts_of(documents)

    assert set(found) == {documents[0].pk, documents[1].pk}


def test_of_a_held_document_is_given_once_it_is_meant() -> None:
    document = with_text()
    document.hidden = ["1 feuille masquée"]
    document.save()
    assert texts_of([document]) == {}

    document.hidden_meant_at = timezone.now()
    document.save()
    assert len(texts_of([document])[document.pk]) == 2


def test_goes_with_its_document() -> None:
    document = with_text()
    document.delete()

    assert not DocumentText.objects.exists()
