"""A search is followed by feed: what is published and answers it, as a visitor sees it."""

from __future__ import annotations

from datetime import date
from typing import Any

import feedparser
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from publishing import services
from publishing.audiences import Role
from tests.factories import ArticleFactory, EventFactory, StructureFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db

feeds = pytest.mark.parametrize("name", ["search:rss", "search:atom"])


def read(name: str = "search:atom", client: Client | None = None, **query: Any) -> Any:
    response = (client or Client()).get(reverse(name), query)
    assert response.status_code == 200
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


@feeds
def test_what_is_found_comes_newest_first(name: str) -> None:
    """What was published last is first, whatever it is worth to the search."""
    ArticleFactory(title="La buvette", published=True)
    ArticleFactory(title="Le stade", text="<p>Et sa buvette.</p>", published=True)
    event = EventFactory(title="Rencontre des buvettes", published=True)
    ArticleFactory(title="Autre", published=True)
    TermFactory(term="buvette")
    StructureFactory(name="Buvette", public=True)
    parsed = read(name, q="buvette")
    titles = [entry.title for entry in parsed.entries]
    assert titles == ["Rencontre des buvettes", "Le stade", "La buvette"]
    assert parsed.entries[0].link == f"http://testserver/evenements/{event.slug}/"
    assert "En ligne" in parsed.entries[0].summary
    assert parsed.feed.title == "Portail DLA – Recherche\u00a0: «\u00a0buvette\u00a0»"
    assert "Événements" in [tag.term for tag in parsed.entries[0].tags]


def test_filters_are_those_of_the_page() -> None:
    kept = ArticleFactory(title="La buvette", published_on=date(2024, 5, 1), published=True)
    ArticleFactory(title="La buvette bis", published_on=date(2025, 5, 1), published=True)
    EventFactory(title="La buvette", published=True)
    theme = kept.themes.get()
    parsed = read(q="buvette", genre="articles", annee="2024", theme=theme.slug)
    assert [entry.link for entry in parsed.entries] == [f"http://testserver/articles/{kept.slug}/"]
    assert parsed.feed.title.endswith(f"«\u00a0buvette\u00a0», Articles, {theme.name}, 2024")
    unknown = read(q="buvette", theme="rien-de-tel")
    assert not unknown.entries
    assert "rien-de-tel" in unknown.feed.subtitle


@pytest.mark.parametrize("audience", ["network", "roles", "scheduled", "archived", "draft"])
def test_it_is_always_a_visitors(audience: str) -> None:
    traits: dict[str, dict[str, Any]] = {
        "network": {"audience": "network", "published": True},
        "roles": {"audience": "roles", "audience_roles": "pilot", "published": True},
        "scheduled": {"scheduled": True},
        "archived": {"archived": True},
        "draft": {},
    }
    ArticleFactory(title="La buvette", **traits[audience])
    member = Client()
    member.force_login(UserFactory(role=Role.PILOT, is_superuser=True, whole_country=True))
    assert not read(q="buvette", client=member).entries


def test_an_entry_stays_the_same_and_is_that_of_other_feeds() -> None:
    article = ArticleFactory(title="La buvette", published=True)
    before = read(q="buvette").entries[0].id
    assert before == feedparser.parse(Client().get(reverse("articles:atom")).content).entries[0].id
    article.slug = "ailleurs"
    article.save()
    services.publish(working=article, by=None)
    (after,) = read(q="buvette").entries
    assert (after.id, after.link) == (before, "http://testserver/articles/ailleurs/")


def test_the_page_leads_to_the_feed_of_what_it_shows() -> None:
    ArticleFactory(title="Le financement", published=True)
    page: Any = html.fromstring(
        Client().get(reverse("search:results"), {"q": "financemnet", "genre": "articles"}).content
    )
    links = page.xpath("//link[@rel='alternate'][@title='Cette recherche']/@href")
    assert len(links) == 2
    for link in links:
        # What was typed wrong would find nothing for ever.
        assert [entry.title for entry in feedparser.parse(Client().get(link).content).entries] == [
            "Le financement"
        ]


@pytest.mark.parametrize(
    "typed", ["", " ", '"', "*", "l'", "\x00\x0b\x1b", "\ufffe\uffff", "🎈", "<b>&", "x" * 10_000]
)
def test_whatever_is_typed_is_a_feed(typed: str) -> None:
    for name in ("search:rss", "search:atom"):
        assert not read(name, q=typed).entries


def test_queries_do_not_grow_with_what_is_found() -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            read(q="buvette")
        return len(captured)

    for _ in range(2):
        ArticleFactory(title="La buvette", published=True)
        EventFactory(title="La buvette", published=True)
    cost()  # a process reads synonyms once
    few = cost()
    for _ in range(5):
        ArticleFactory(title="La buvette", published=True)
        EventFactory(title="La buvette", published=True)
    assert cost() == few <= 9
