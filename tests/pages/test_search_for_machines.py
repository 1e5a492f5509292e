"""Browsers, readers of feeds and search engines are told how to search in the portal."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree, html

pytestmark = pytest.mark.django_db

ADDRESS = "/opensearch.xml"
KIND = "application/opensearchdescription+xml"
NAMESPACE = "{http://a9.com/-/spec/opensearch/1.1/}"
# The most characters of each, which must also be plain text (OpenSearch 1.1, draft 6).
MOST = {"ShortName": 16, "LongName": 48, "Description": 1024, "Tags": 256}
ONCE = (*MOST, "InputEncoding", "Language")
RELATIONS = {"results", "suggestions", "self", "collection"}


def described() -> Any:
    answer = Client().get(ADDRESS)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{KIND}; charset=utf-8"
    return etree.fromstring(answer.content)


def test_description_is_valid() -> None:
    description = described()
    assert description.tag == f"{NAMESPACE}OpenSearchDescription"
    for name in ONCE:
        (element,) = description.findall(f"{NAMESPACE}{name}")
        assert element.text and element.text == element.text.strip()
        assert len(element.text) <= MOST.get(name, 20), name
        assert not len(element)
    assert description.findtext(f"{NAMESPACE}Language") == "fr"
    (example,) = description.findall(f"{NAMESPACE}Query")
    assert (example.get("role"), example.get("searchTerms")) == ("example", "emploi")


def test_addresses_are_those_of_the_search() -> None:
    results = "http://testserver" + reverse("search:results")
    wanted = {
        "text/html": f"{results}?q={{searchTerms}}",
        "application/atom+xml": f"http://testserver{reverse('search:atom')}?q={{searchTerms}}",
        "application/x-suggestions+json": (
            f"{results}suggestions/?q={{searchTerms}}&format=opensearch"
        ),
        KIND: f"http://testserver{ADDRESS}",
    }
    addresses = described().findall(f"{NAMESPACE}Url")
    assert {one.get("type"): one.get("template") for one in addresses} == wanted
    assert all(one.get("rel", "results") in RELATIONS for one in addresses)


def test_a_search_from_the_browser_gets_the_page_of_results() -> None:
    (template,) = (
        one.get("template")
        for one in described().findall(f"{NAMESPACE}Url")
        if one.get("type") == "text/html"
    )
    parts = urlsplit(template.replace("{searchTerms}", "l%E2%80%99emploi"))
    page: Any = html.fromstring(Client().get(f"{parts.path}?{parts.query}").content.decode())
    assert page.xpath("//form[@role='search']/input/@value") == ["l’emploi"]


def test_icon_is_there() -> None:
    (icon,) = described().findall(f"{NAMESPACE}Image")
    answer: Any = Client().get(urlsplit(icon.text).path)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)
    assert icon.get("type") == "image/x-icon"


@pytest.mark.parametrize("address", ["/", "/articles/", "/rien/"])
def test_every_page_leads_browsers_to_it(address: str) -> None:
    page: Any = html.fromstring(Client().get(address).content.decode())
    (link,) = page.xpath("/html/head/link[@rel='search']")
    assert (link.get("type"), link.get("href"), link.get("title")) == (KIND, ADDRESS, "Portail DLA")


def test_home_page_says_how_to_search() -> None:
    page: Any = html.fromstring(Client().get("/").content.decode())
    (script,) = page.xpath("//script[@type='application/ld+json']/text()")
    site = json.loads(script)
    assert site["@type"] == "WebSite"
    action = site["potentialAction"]
    assert action["@type"] == "SearchAction"
    results = "http://testserver" + reverse("search:results")
    assert action["target"]["urlTemplate"] == results + "?q={search_term_string}"
    assert action["query-input"] == "required name=search_term_string"


def test_robots_may_read_that_results_are_not_to_be_kept() -> None:
    rules = RobotFileParser()
    rules.parse(Client().get("/robots.txt").content.decode().splitlines())
    assert rules.can_fetch("*", reverse("search:results") + "?q=emploi")
    assert not rules.can_fetch("*", "/compte/")
