"""A draft, a scheduled, an archived and a reserved article appear to the right people only, on
every surface there is. A new surface is added to SURFACES, and is then tested like the others."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article
from publishing import services
from publishing.audiences import Role
from publishing.previews import preview_link
from territories.models import Territory
from tests.factories import (
    ArticleFactory,
    SeriesFactory,
    ThemeFactory,
    UserFactory,
    make_document,
)

pytestmark = pytest.mark.django_db

SECRET = "Titre-à-ne-pas-lire"
KINDS: dict[str, dict[str, Any]] = {
    "draft": {},
    "in_review": {"in_review": True},
    "scheduled": {"scheduled": True},
    "archived": {"archived": True},
    "network": {"published": True, "network": True},
    "pilots": {"published": True, "audience": "roles", "audience_roles": "pilot"},
    "public": {"published": True},
}

HIDDEN = [kind for kind in KINDS if kind != "public"]

# Reads the articles of these kinds, on every surface that people read.
READERS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "member": ({}, ("public", "network")),
    "contributor": ({"group": "Contribution"}, ("public", "network")),
    "pilot": ({"role": Role.PILOT}, ("public", "network", "pilots")),
    "editor": ({"group": "Rédaction"}, ("public", "network", "pilots")),
    "national team": ({"group": "Équipe nationale"}, ("public", "network", "pilots")),
}


@pytest.fixture
def places(geography: None) -> dict[str, Any]:
    return {
        "territory": Territory.objects.get(pk="departement-38"),
        "theme": ThemeFactory(),
        "series": SeriesFactory(is_highlighted=True),
    }


@pytest.fixture
def make(places: dict[str, Any]) -> Callable[[str], Article]:
    def make(kind: str) -> Article:
        return ArticleFactory(
            title=SECRET,
            slug="adresse-secrete",
            themes=[places["theme"]],
            territories=[places["territory"]],
            series=places["series"],
            **KINDS[kind],
        )

    return make


def surfaces(places: dict[str, Any], article: Any, pointing: Article) -> dict[str, str]:
    theme, series = places["theme"].slug, places["series"].slug
    return {
        "page": reverse("articles:detail", args=["adresse-secrete"]),
        "home": reverse("pages:home"),
        "list": reverse("articles:list"),
        "filtered list": reverse("articles:list") + f"?theme={theme}&serie={series}",
        "filter by type": reverse("articles:list") + f"?type={article.type.slug}",
        "theme": reverse("pages:theme", args=[theme]),
        "series": reverse("articles:series", args=[series]),
        "territory": places["territory"].get_absolute_url(),
        "its commune": "/territoires/commune/38185/",
        "filter by territory": reverse("articles:list") + "?territoire=region-84",
        "related links": reverse("articles:detail", args=[pointing.slug]),
    }


def machine_surfaces(places: dict[str, Any]) -> dict[str, str]:
    return {
        "rss": reverse("articles:rss"),
        "filtered rss": reverse("articles:rss") + f"?theme={places['theme'].slug}",
        "rss of a territory": reverse("articles:rss") + "?territoire=departement-38",
        "atom": reverse("articles:atom"),
        "sitemap": reverse("sitemap_section", args=["articles"]),
    }


def shows(client: Client, url: str) -> bool:
    response = client.get(url)
    text = response.content.decode()
    return response.status_code == 200 and (SECRET in text or "adresse-secrete" in text)


def pointing_at(article: Article) -> Article:
    """A public article that relates to it twice: « à lire aussi » and a list in the body."""
    source = ArticleFactory(related=[article], slug="qui-renvoie")
    block = source.blocks.create(kind="related", title="À lire", position=5)
    block.articles.set([article])
    services.publish(working=source, by=None)
    return source


@pytest.mark.parametrize("kind", KINDS)
def test_visitor_sees_public_articles_only(
    kind: str, make: Callable[[str], Article], places: dict[str, Any]
) -> None:
    article = make(kind)
    pointing = pointing_at(article)
    client = Client()
    every = surfaces(places, article, pointing) | machine_surfaces(places)
    seen = {name: shows(client, url) for name, url in every.items()}
    assert seen == dict.fromkeys(every, kind == "public")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reader", READERS)
def test_signed_in_person_sees_what_is_meant_for_them(
    kind: str, reader: str, make: Callable[[str], Article], places: dict[str, Any]
) -> None:
    """On the public site, staff too: drafts are seen in the admin and in previews."""
    article = make(kind)
    pointing = pointing_at(article)
    client = Client()
    traits, readable = READERS[reader]
    client.force_login(UserFactory(**traits))
    every = surfaces(places, article, pointing)
    assert {name: shows(client, url) for name, url in every.items()} == dict.fromkeys(
        every, kind in readable
    )
    # Machines get what a visitor gets, even with a session.
    machines = machine_surfaces(places)
    assert {name: shows(client, url) for name, url in machines.items()} == dict.fromkeys(
        machines, kind == "public"
    )


@pytest.mark.parametrize("kind", HIDDEN)
def test_counts_do_not_betray_what_is_hidden(
    kind: str, make: Callable[[str], Article], places: dict[str, Any]
) -> None:
    article: Any = make(kind)
    response = Client().get(reverse("articles:list"))
    assert response.context["result_count"] == 0
    assert all(not facet.options for facet in response.context["facets"])
    home = Client().get(reverse("pages:home"))
    assert home.context["series_list"] == []
    assert {theme.article_count for theme in home.context["themes"]} == {0}
    themes = Client().get(reverse("pages:themes"))
    assert {theme.article_count for theme in themes.context["themes"]} == {0}
    plan = Client().get(reverse("pages:sitemap"))
    assert article.type.name not in plan.content.decode()


@pytest.mark.parametrize("kind", HIDDEN)
def test_hidden_page_answers_like_an_unknown_one(kind: str, make: Callable[[str], Article]) -> None:
    make(kind)
    hidden = Client().get(reverse("articles:detail", args=["adresse-secrete"]))
    unknown = Client().get(reverse("articles:detail", args=["n-existe-pas-xxx"]))
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content.replace(b"adresse-secrete", b"") == unknown.content.replace(
        b"n-existe-pas-xxx", b""
    )


def test_former_address_of_a_hidden_article_is_unknown(make: Callable[[str], Article]) -> None:
    article = make("network")
    article.slug = "nouvelle-adresse"
    article.save()
    services.publish(working=article, by=None)
    assert Client().get(reverse("articles:detail", args=["adresse-secrete"])).status_code == 404


def test_structured_data_names_only_what_the_page_shows(make: Callable[[str], Article]) -> None:
    pointing = pointing_at(make("network"))
    page = Client().get(pointing.get_absolute_url()).content.decode()
    assert "application/ld+json" in page
    assert SECRET not in page


@pytest.mark.parametrize("kind", [kind for kind in HIDDEN if kind != "archived"])
def test_preview_link_shows_the_article_but_not_what_it_points_at(
    kind: str, make: Callable[[str], Article]
) -> None:
    hidden = make(kind)
    assert shows(Client(), preview_link(hidden))
    draft = ArticleFactory(related=[hidden])
    assert not shows(Client(), preview_link(draft))


def test_preview_link_of_an_archived_article_is_closed(make: Callable[[str], Article]) -> None:
    article = make("draft")
    link = preview_link(article)
    services.publish(working=article, by=None)
    services.archive(working=article, by=UserFactory())
    assert not shows(Client(), link)


@pytest.mark.parametrize("kind", KINDS)
def test_document_follows_the_articles_that_offer_it(kind: str, geography: None) -> None:
    isere = Territory.objects.get(pk="departement-38")
    document = make_document()
    article = ArticleFactory()
    article.audience = {"network": "network", "pilots": "roles"}.get(kind, "public")
    article.audience_roles = "pilot" if kind == "pilots" else ""
    article.save()
    article.attachments.create(document=document, title="La fiche")
    if kind in ("public", "network", "pilots", "archived"):
        services.publish(working=article, by=None)
    if kind == "archived":
        services.archive(working=article, by=UserFactory())
    url = reverse("articles:document", args=[document.pk])

    def downloads(client: Client) -> bool:
        response: Any = client.get(url)
        return response.status_code == 200 and bool(b"".join(response.streaming_content))

    assert downloads(Client()) == (kind == "public")
    member = Client()
    member.force_login(UserFactory())
    assert downloads(member) == (kind in ("public", "network"))
    pilot = Client()
    pilot.force_login(UserFactory(role=Role.PILOT))
    assert downloads(pilot) == (kind in ("public", "network", "pilots"))
    writer = Client()
    writer.force_login(UserFactory(group="Contribution", role=Role.CRDLA, territories=[isere]))
    assert downloads(writer) == (kind in ("public", "network"))
