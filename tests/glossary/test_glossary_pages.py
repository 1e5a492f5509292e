"""The glossary as readers, search engines and former addresses find it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from glossary import demonstration
from glossary.models import Term
from publishing.kinds import declared
from tests.factories import TermFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ess() -> Term:
    return TermFactory(
        term="ESS",
        expansion="économie sociale et solidaire",
        definition="Une manière d’entreprendre.\n\nElle a sa loi.",
        source="Loi du 31 juillet 2014",
        source_url="https://www.legifrance.gouv.fr/",
        other_forms="économie sociale",
        slug="ess",
    )


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def data_of(html: str) -> list[dict[str, Any]]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    data: list[dict[str, Any]] = json.loads(found[1])
    return data


def test_lists_all_words_by_letter_with_anchors_of_those_present(client: Client, ess: Term) -> None:
    for word, slug in (("étape", "etape"), ("Zonage", "zonage"), ("3e lieu", "tiers-lieu")):
        TermFactory(term=word, slug=slug)
    html = page(client, "/glossaire/")
    assert re.findall(r'href="#(lettre-[^"]+)"', html) == ["lettre-0-9", "lettre-E", "lettre-Z"]
    assert re.findall(r'<h2 id="lettre-([^"]+)"', html) == ["0-9", "E", "Z"]
    assert re.findall(r'id="mot-([^"]+)"', html) == ["tiers-lieu", "ess", "etape", "zonage"]
    assert "Elle a sa loi." in html
    assert "économie sociale et solidaire" in html


def test_an_empty_glossary_says_so(client: Client) -> None:
    html = page(client, "/glossaire/")
    assert "Aucun mot n’y est encore." in html
    assert "letters" not in html


def test_the_page_of_a_word_says_all_of_it(client: Client, ess: Term) -> None:
    TermFactory(term="CRESS", slug="cress")
    html = page(client, "/glossaire/ess/")
    assert "<h1><dfn>ESS</dfn></h1>" in html
    assert '<p class="expansion">économie sociale et solidaire</p>' in html
    assert '<a href="https://www.legifrance.gouv.fr/">Loi du 31 juillet 2014</a>' in html
    assert "économie sociale</dd>" in html
    assert 'rel="prev" href="/glossaire/cress/"' in html
    assert 'rel="next"' not in html
    assert "Où ce mot est expliqué" not in html
    assert "<title>ESS (économie sociale et solidaire) – Glossaire" in html


def test_machines_read_a_set_of_defined_terms(client: Client, ess: Term) -> None:
    (whole, _) = data_of(page(client, "/glossaire/"))
    assert whole["@type"] == "DefinedTermSet"
    assert [term["name"] for term in whole["hasDefinedTerm"]] == ["ESS"]
    (one, crumbs) = data_of(page(client, "/glossaire/ess/"))
    assert one["@type"] == "DefinedTerm"
    assert one["alternateName"] == ["économie sociale et solidaire", "économie sociale"]
    assert one["inDefinedTermSet"] == whole["@id"]
    assert [item["name"] for item in crumbs["itemListElement"]] == ["Accueil", "Glossaire", "ESS"]


def test_a_former_address_leads_to_the_word(client: Client, ess: Term) -> None:
    ess.slug = "economie-sociale-et-solidaire"
    ess.save()
    moved = client.get("/glossaire/ess/?de=loin")
    assert (moved.status_code, moved["Location"]) == (
        301,
        "/glossaire/economie-sociale-et-solidaire/?de=loin",
    )
    assert client.get("/glossaire/inconnu/").status_code == 404


def test_site_map_sitemap_and_foot_name_it(client: Client, ess: Term) -> None:
    foot = page(client, "/").split("site-footer")[1]
    assert '<a href="/glossaire/">Glossaire</a>' in foot
    assert '<a href="/glossaire/">Tous les mots</a>' in page(client, reverse("pages:sitemap"))
    sitemap = page(client, reverse("sitemap_section", args=["glossary"]))
    assert re.findall(r"<loc>https?://[^/]+([^<]*)", sitemap) == ["/glossaire/", "/glossaire/ess/"]


def test_is_a_kind_that_search_may_read(ess: Term) -> None:
    (kind,) = [kind for kind in declared() if kind.name == "glossary"]
    assert kind.menu_rank is None
    assert kind.is_seen(None, slug="ess")
    assert not kind.is_seen(None, slug="autre")
    assert "économie sociale" in kind.text(ess)
    assert "Une manière d’entreprendre." in kind.text(ess)
    card = kind.card(ess)
    assert (card.title, card.url, card.sort) == (
        "ESS",
        "/glossaire/ess/",
        "économie sociale et solidaire",
    )


def test_costs_the_same_however_many_words(
    client: Client, ess: Term, django_assert_num_queries: Callable[[int], Any]
) -> None:
    client.get("/glossaire/")
    with django_assert_num_queries(1):
        client.get("/glossaire/")
    TermFactory.create_batch(30)
    with django_assert_num_queries(1):
        client.get("/glossaire/")


def test_what_editors_type_is_never_markup(client: Client) -> None:
    TermFactory(
        term="<b>gras</b>", definition="<script>alert(1)</script>", source="<i>", slug="gras"
    )
    for url in ("/glossaire/", "/glossaire/gras/"):
        html = page(client, url)
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html
        assert "<b>gras" not in html


def test_the_demonstration_is_a_glossary_of_correct_words(client: Client) -> None:
    assert demonstration.load() >= 25
    assert demonstration.load() == 0
    for word in ("dla", "E.S.S.", "Scop", "structures d'insertion par l'activité économique"):
        assert Term.objects.named(word) is not None, word
    assert not Term.objects.filter(source="").exists()
    client.force_login(UserFactory(group="Équipe nationale"))
    assert page(client, "/glossaire/").count('class="entry"') == Term.objects.count()
