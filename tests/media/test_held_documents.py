"""What is held is given to nobody, and told before a page that offers it is published."""

import pytest
from django.test import Client
from django.urls import reverse

from articles import quality as of_articles
from articles.models import Publication
from articles.rendering import document_address
from events.models import Resource
from events.programme import quality as of_events
from media.models import Document
from publishing import services
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

    found = of_articles.remarks(article.snapshot(), reader=UserFactory(is_superuser=True))
    told = [r.text for r in found if r.where == "Documents"]

    assert len(told) == 1
    assert "«\u00a0Bilan\u00a0» est retenu" in told[0]


def test_is_told_before_an_event_is_published() -> None:
    event = EventFactory()
    Resource.objects.create(event=event, title="Bilan", document=held())

    found = of_events.remarks(event, reader=UserFactory(is_superuser=True))
    told = [r.text for r in found if r.where == "Documents"]

    assert len(told) == 1 and "est retenu" in told[0]


def test_is_not_named_to_those_who_may_not_open_it() -> None:
    """Somebody with more rights attached it to what they may write."""
    document = held()
    article = ArticleFactory(documents=[document])
    BlockFactory(article=article, kind="download", document=document, text="")
    event = EventFactory(sessions=[{"title": "Atelier"}])
    event.sessions.get().documents.add(document)
    ArticleFactory(documents=[document], audience="roles", audience_roles="pilot")
    writer = UserFactory(group="Contribution", role="departmental_dla")
    for working in (article, event):
        services.record_save(working=working, by=None)
        name = f"admin:{working._meta.app_label}_{working._meta.model_name}_change"
        client = Client()
        client.force_login(writer)
        page = client.get(reverse(name, args=[working.pk])).content.decode()
        assert "Un document que vous ne pouvez pas ouvrir est retenu" in page
        assert "Bilan" not in page


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
