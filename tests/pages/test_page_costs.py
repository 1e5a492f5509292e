"""What each page costs: queries that do not grow with the content, bytes that a phone can bear."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from publishing import services
from tests.factories import ArticleFactory, SeriesFactory, ThemeFactory, UserFactory, make_image

pytestmark = pytest.mark.django_db

PAGES = {
    "/": 11,
    "/articles/": 13,
    "/themes/": 2,
    "/themes/commun/": 5,
    "/series/commune/": 4,
    "/plan-du-site/": 5,
    "/glossaire/": 1,
    "/mentions-legales/": 1,
    "/le-dla/": 1,
    "/le-dla/reponse/?statut=association&emploi=oui&besoin=conseil": 1,
    "/recherche/": 5,
    "/recherche/?q=article": 24,
    "/recherche/?q=article&genre=articles": 24,
    "/recherche/flux.rss?q=article": 8,
    "/articles/flux.rss": 6,
    "/articles/flux.atom": 6,
    "/sitemap-articles.xml": 2,
}
KILOBYTES = 100


def publish(count: int) -> None:
    theme, series = ThemeFactory(slug="commun"), SeriesFactory(slug="commune", is_highlighted=True)
    for _ in range(count):
        article = ArticleFactory(themes=[theme, ThemeFactory()], series=series, cover=make_image())
        article.cover_is_decorative = True
        article.save()
        services.publish(working=article, by=None)


def queries(address: str) -> int:
    client = Client()
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", PAGES)
def test_queries_do_not_grow_with_the_content(address: str) -> None:
    publish(2)
    few = queries(address)
    publish(6)
    assert queries(address) == few
    assert few <= PAGES[address]


def test_admin_list_and_form_ask_no_more_for_more(client: Client) -> None:
    client.force_login(UserFactory(group="Équipe nationale"))

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    publish(2)
    addresses = ("/admin/", "/admin/articles/article/", "/admin/media/image/")
    few = [cost(address) for address in addresses]
    publish(5)
    assert [cost(address) for address in addresses] == few


def test_page_with_its_styles_and_faces_is_light() -> None:
    publish(8)
    page = Client().get("/").content
    tree = html.fromstring(page.decode())
    links = [
        str(link.get("href"))
        for link in tree.iter("link")
        if link.get("rel") in ("stylesheet", "preload", "icon")
    ]
    static = [Path(settings.BASE_DIR) / link.lstrip("/") for link in dict.fromkeys(links)]
    assert any(path.suffix == ".woff2" for path in static)
    weight = len(gzip.compress(page)) + sum(
        path.stat().st_size if path.suffix == ".woff2" else len(gzip.compress(path.read_bytes()))
        for path in static
    )
    assert weight < KILOBYTES * 1000
