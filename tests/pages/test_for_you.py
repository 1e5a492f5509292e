"""« Le DLA, c’est pour vous ? » is one tap from everywhere, and says what people ask first."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from pages.models import Page
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/le-dla/"


def read(address: str, status: int = 200) -> Any:
    response = Client().get(address)
    assert response.status_code == status
    return html.fromstring(response.content.decode())


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_says_what_people_ask_then_whom_to_call() -> None:
    page = read(ADDRESS)
    headings = [words(heading) for heading in page.xpath("//main//*[self::h1 or self::h2]")]
    assert headings == [
        "Le DLA, c’est pour vous ?",
        "Pour qui",
        "Plutôt ailleurs",
        "Pour quoi",
        "En cinq étapes",
        "Combien ça coûte",
        "Combien de temps",
        "Qui le saura",
        "Trois questions pour le savoir",
        "Trouver mon DLA",
    ]
    assert len(page.xpath("//main//div[@class='prose']//ol/li")) == 5
    assert page.xpath("//main//form[@role='search']//input[@name='q']")


def test_each_answer_is_a_line_or_two() -> None:
    for paragraph in read(ADDRESS).xpath("//main//div[@class='prose']/*[self::p or self::li]"):
        assert len(words(paragraph)) < 260


def test_national_team_writes_it_and_nobody_else() -> None:
    page = Page.objects.get(slug="le-dla")
    form = reverse("admin:pages_page_change", args=[page.pk])
    for group, status in (("Équipe nationale", 302), ("Rédaction", 403)):
        client = Client()
        client.force_login(UserFactory(group=group))
        answer = client.post(form, {"title": page.title, "body": "<h2>Pour qui</h2><p>Vous.</p>"})
        assert answer.status_code == status
    assert "Vous." in words(read(ADDRESS).xpath("//main//div[@class='prose']")[0])


def test_machines_and_the_site_map_know_it() -> None:
    assert f"{ADDRESS}</loc>" in Client().get("/sitemap-pages.xml").content.decode()
    assert read("/plan-du-site/").xpath(f"//main//a[@href='{ADDRESS}']")


def test_a_page_that_is_not_there_leads_to_it_and_to_the_look_up() -> None:
    links = read("/rien-de-tel/", 404).xpath("//main//a/@href")
    assert ADDRESS in links and "/" in links


def test_a_look_up_that_finds_nothing_leads_to_it(geography: None) -> None:
    assert read("/territoires/recherche/?q=zzzzzz").xpath(f"//main//a[@href='{ADDRESS}']")


def test_every_page_of_a_territory_leads_to_it(geography: None) -> None:
    for address in ("region/84", "departement/38", "epci/200040715", "commune/38185"):
        assert read(f"/territoires/{address}/").xpath(f"//main//a[@href='{ADDRESS}']"), address


def test_menu_says_that_one_is_there() -> None:
    assert read(ADDRESS).xpath("//header//a[@aria-current='page']/@href") == [ADDRESS]
