import re
from datetime import date

import feedparser
import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree

from publishing import services
from tests.factories import ArticleFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["articles:rss", "articles:atom"])
def test_feed_is_read_by_an_independent_reader(name: str) -> None:
    theme = ThemeFactory(slug="gouvernance-bis", name="Gouvernance bis")
    article = ArticleFactory(
        title="L’atelier & la ville", themes=[theme], published_on=date(2026, 2, 1), published=True
    )
    ArticleFactory(published=True)
    parsed = feedparser.parse(Client().get(reverse(name) + "?theme=gouvernance-bis").content)
    assert not parsed.bozo
    (entry,) = parsed.entries
    assert entry.title == "L’atelier & la ville"
    assert entry.link == f"http://testserver/articles/{article.slug}/"
    assert entry.published_parsed[:3] == (2026, 2, 1)
    assert "Gouvernance bis" in [tag.term for tag in entry.tags]
    assert "Gouvernance bis" in parsed.feed.title


def test_feed_entry_stays_the_same_when_the_address_changes() -> None:
    article = ArticleFactory(published=True)
    before = feedparser.parse(Client().get(reverse("articles:atom")).content).entries[0].id
    article.slug = "une-autre-adresse"
    article.save()
    services.publish(working=article, by=None)
    after = feedparser.parse(Client().get(reverse("articles:atom")).content).entries[0]
    assert (after.id, after.link) == (before, "http://testserver/articles/une-autre-adresse/")


def test_sitemap_index_names_its_sections_and_each_is_valid_xml() -> None:
    ArticleFactory(published=True)
    index = etree.fromstring(Client().get("/sitemap.xml").content)
    sections = [str(loc.text) for loc in index.iter("{*}loc")]
    names = [re.findall(r"sitemap-(\w+)", section)[0] for section in sections]
    assert set(names) == {
        "pages", "articles", "series", "themes", "territories", "structures", "events", "glossary",
    }  # fmt: skip
    assert len(names) == len(set(names))
    for section in sections:
        response = Client().get(section.replace("http://testserver", ""))
        etree.fromstring(response.content)
        assert response.status_code == 200


def test_pasted_control_character_does_not_break_the_feed() -> None:
    ArticleFactory(title="Un\x0b titre\x1b", text="<p>a\x00b</p>", published=True)
    parsed = feedparser.parse(Client().get(reverse("articles:rss")).content)
    assert [entry.title for entry in parsed.entries] == ["Un titre"]


def test_robots_names_the_sitemap_and_hides_previews() -> None:
    lines = Client().get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Disallow: /articles/apercu/" in lines
