"""Reads the page of results as somebody does."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from lxml import html


def page_at(address: str, client: Client | None = None) -> Any:
    response = (client or Client()).get(address)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def page_of(client: Client | None = None, **query: Any) -> Any:
    response = (client or Client()).get(reverse("search:results"), query)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def words_of(element: Any) -> str:
    return " ".join(element.text_content().split())


def titles(page: Any) -> list[str]:
    """Returns those of the list."""
    return [words_of(title) for title in page.xpath("//ol[contains(@class, 'results')]/li/h3/a")]


def answers(page: Any) -> list[str]:
    """Returns what stands above the list."""
    return [words_of(one) for one in page.xpath("//div[contains(@class, 'answer')]//h3")]


def notices(page: Any) -> list[str]:
    return [words_of(one) for one in page.find_class("notice")]


def count_of(page: Any) -> int:
    (heading,) = page.xpath("//h2[@id='resultats']/strong")
    return int("".join(filter(str.isdigit, heading.text_content())) or 0)


def ways(page: Any) -> list[tuple[str, str]]:
    """Returns the words and addresses of the pages that find something."""
    return [(words_of(way), way.get("href")) for way in page.xpath("//ul[@class='ways']//a")]
