"""What is held is given to nobody, and told before a page that offers it is published."""

import pytest
from django.test import Client

from articles import quality as of_articles
from articles.models import Publication
from articles.rendering import document_address
from events import quality as of_events
from events.models import Resource
from media.models import Document
from tests.factories import ArticleFactory, BlockFactory, EventFactory, UserFactory, make_document

pytestmark = pytest.mark.django_db


def held() -> Document:
    document = make_document("Bilan")
    document.hidden = ["1 feuille masquée"]
    document.save()
    return document


def test_is_told_before_an_article_is_published() -> None:
    document, sound = held(), make_document("Autre")
    article = ArticleFactory(documents=[document, sound])
    BlockFactory(article=article, kind="download", document=document, text="")

    told = [r.text for r in of_articles.remarks(article.snapshot()) if r.where == "Documents"]

    assert len(told) == 1
    assert "«\u00a0Bilan\u00a0» est retenu" in told[0]


def test_is_told_before_an_event_is_published() -> None:
    event = EventFactory()
    Resource.objects.create(event=event, title="Bilan", document=held())

    told = [r.text for r in of_events.remarks(event) if r.where == "Documents"]

    assert len(told) == 1 and "est retenu" in told[0]


def test_is_given_to_nobody(client: Client) -> None:
    document = make_document("Bilan")
    ArticleFactory(published=True, documents=[document])
    assert Publication.objects.filter(documents=document).exists()
    address = document_address(document.pk)
    assert client.get(address).getvalue() == b"a;b\n1;2\n"

    document.hidden = ["1 feuille masquée"]
    document.save()

    for reader in (None, UserFactory(group="Équipe nationale")):
        if reader:
            client.force_login(reader)
        assert client.get(address).status_code == 404
