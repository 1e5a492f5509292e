"""What a person may not see is refused as what does not exist is: the same answer, after the same
questions to the database, so that the time it takes tells nothing either."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from publishing import services
from publishing.audiences import Role
from tests.factories import (
    ArticleFactory,
    EventFactory,
    StructureFactory,
    SupportFactory,
    UserFactory,
    make_document,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden() -> dict[str, tuple[str, str]]:
    """By kind: the address of something that few may see, and one of nothing."""
    structure = StructureFactory(slug="cachee")
    SupportFactory(structure=structure)
    absorbed = StructureFactory(slug="absorbee")
    absorbed.merged_into = structure
    absorbed.save()
    reserved = {"audience": "roles", "audience_roles": "pilot"}
    article = ArticleFactory(slug="cache", published=True, **reserved)
    ArticleFactory(slug="brouillon")
    event = EventFactory(slug="cachee", **reserved)
    document = make_document("Caché")
    event.resources.create(title="Caché", document=document)
    article.attachments.create(document=document, title="Caché")
    for working in (event, article):
        services.record_save(working=working, by=None)
        services.publish(working=working, by=None)
    return {
        "structure": ("/structures/cachee/", "/structures/rien/"),
        "absorbed structure": ("/structures/absorbee/", "/structures/rien/"),
        "article": ("/articles/cache/", "/articles/rien/"),
        "draft": ("/articles/brouillon/", "/articles/rien/"),
        "event": ("/evenements/cachee/", "/evenements/rien/"),
        "calendar": ("/evenements/cachee.ics", "/evenements/rien.ics"),
        "registration": ("/evenements/cachee/inscription/", "/evenements/rien/inscription/"),
        "document of an article": (
            f"/articles/documents/{document.pk}/",
            "/articles/documents/999999/",
        ),
        "document of an event": (
            f"/evenements/documents/{document.pk}/",
            "/evenements/documents/999999/",
        ),
    }


def refused(client: Client, path: str) -> tuple[int, str, list[str]]:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    asked = [re.sub(r"'[^']*'|\b\d+\b", "?", query["sql"]) for query in captured.captured_queries]
    body = response.content.decode().replace(path, "")
    # New at each answer.
    body = re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", body)
    return response.status_code, body, asked


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_what_is_hidden_is_refused_like_what_is_not_there(
    hidden: dict[str, tuple[str, str]], who: str
) -> None:
    client = Client()
    if who == "member":
        client.force_login(UserFactory(role=Role.DEPARTMENTAL_DLA))
    told: dict[str, Any] = {}
    for kind, (path, nothing) in hidden.items():
        client.get(nothing)  # what is read once a process is read
        there, not_there = refused(client, path), refused(client, nothing)
        if there != not_there:
            told[kind] = (there[0], not_there[0], len(there[2]), len(not_there[2]))
    assert not told


def test_a_number_too_large_is_nothing() -> None:
    editor = Client()
    editor.force_login(UserFactory(group="Rédaction"))
    for client in (Client(), editor):
        for room in ("articles", "evenements"):
            assert client.get(f"/{room}/documents/{10**20}/").status_code == 404
