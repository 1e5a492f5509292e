"""What stands above results: how the question was understood, and what answers it by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from search.corrections import Correction
from search.models import ChosenAnswer
from structures.models import Agreement
from territories.models import Territory
from tests.factories import ArticleFactory, OperatorFactory, StructureFactory, TermFactory
from tests.search.pages_of_results import answers, count_of, notices, page_at, page_of, titles

pytestmark = pytest.mark.django_db


def test_what_was_corrected_is_said_and_can_be_refused() -> None:
    ArticleFactory(title="La buvette", published=True)
    page = page_of(q="buvtete")
    assert titles(page) == ["La buvette"]
    assert notices(page) == ["Résultats pour « buvette » ; chercher exactement « buvtete »"]
    (exactly,) = page.xpath("//p[@class='notice']/a/@href")
    refused = page_at(exactly)
    assert titles(refused) == notices(refused) == []


def test_what_was_perhaps_meant_is_offered(monkeypatch: Any) -> None:
    meant = Correction("buvette", {"buvetto": "buvette"})
    monkeypatch.setattr("search.finding.corrected", lambda question, user: meant)
    ArticleFactory(title="La buvetto", published=True)
    for _ in range(4):
        ArticleFactory(title="La buvette", published=True)
    page = page_of(q="buvetto", genre="articles")
    assert titles(page) == ["La buvetto"]
    assert notices(page) == ["Vouliez-vous dire buvette ?"]
    (link,) = page.xpath("//p[@class='notice']/a/@href")
    assert count_of(page_at(link)) == 4


def test_words_that_nothing_holds_are_named() -> None:
    ArticleFactory(title="La buvette", published=True)
    page = page_of(q="buvette xyzzyq")
    assert titles(page) == ["La buvette"]
    assert notices(page) == ["Rien ne contient « xyzzyq » : voici ce qui répond au reste."]


def test_words_that_nothing_holds_together_are_named() -> None:
    ArticleFactory(title="La buvette", published=True)
    ArticleFactory(title="La fanfare", published=True)
    page = page_of(q="buvette fanfare")
    assert set(titles(page)) == {"La buvette", "La fanfare"}
    assert notices(page) == [
        "Ces résultats n’ont pas forcément tous vos mots : « buvette », « fanfare »."
    ]


def test_a_word_that_is_only_begun_is_said() -> None:
    ArticleFactory(title="Les fanfaronnades", published=True)
    page = page_of(q="fanfaron")
    assert titles(page) == ["Les fanfaronnades"]
    assert notices(page) == [
        "Rien ne contient le mot « fanfaron » : voici ce qui contient un mot qui commence ainsi."
    ]


@pytest.mark.parametrize("typed", ["BVT", "b.v.t.", "buvette vivante et tranquille"])
def test_a_term_is_defined_above_the_results(typed: str) -> None:
    TermFactory(
        term="BVT",
        expansion="buvette vivante et tranquille",
        definition="Des entreprises qui poursuivent un autre but.",
        source="Loi du 31 juillet 2014",
        slug="bvt",
    )
    ArticleFactory(title="La BVT en débat (buvette vivante et tranquille)", published=True)
    page = page_of(q=typed)
    assert answers(page) == ["BVT (buvette vivante et tranquille)"]
    assert page.xpath("//div[@class='answer']//h3/a/@href") == ["/glossaire/bvt/"]
    text = page.find_class("answer")[0].text_content()
    assert "un autre but" in text and "Loi du 31 juillet 2014" in text
    # It is not told twice.
    assert len(titles(page)) == count_of(page) - 1 == 1
    assert answers(page_of(q=f"{typed} en débat")) == []
    assert answers(page_of(q=typed, genre="articles")) == []


def test_what_editors_chose_comes_first() -> None:
    ArticleFactory(title="La buvette", published=True)
    TermFactory(term="buvette", slug="buvette")
    ChosenAnswer.objects.create(
        queries="buvette", title="Ouvrir une buvette", text="Demandez à la mairie.", link="/le-dla/"
    )
    ChosenAnswer.objects.create(
        queries="fanfare", title="Entre nous", text="…", link="/le-dla/", audience="network"
    )
    page = page_of(q="Buvettes")
    assert answers(page) == ["Ouvrir une buvette", "buvette"]
    assert page.xpath("//div[@class='answer']//h3/a/@href")[0] == "/le-dla/"
    assert "Demandez à la mairie." in page.find_class("answer")[0].text_content()
    assert answers(page_of(q="fanfare")) == []


@pytest.fixture
def operator(geography: None) -> Any:
    operator = OperatorFactory(name="Maison des associations", phone="04 76 00 00 00")
    isere = Territory.objects.get(pk="departement-38")
    Agreement.objects.create(
        operator=operator,
        territory=isere,
        first_year=date.today().year - 1,  # noqa: DTZ011  # any year
    )
    return operator


@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ("grenoble", "Grenoble (Isère)"),
        ("38000", "Grenoble (Isère)"),
        ("isère", "Isère"),
        ("associations à Grenoble", "Grenoble (Isère)"),
    ],
)
def test_a_place_comes_with_whom_to_call(typed: str, heading: str, operator: Any) -> None:
    StructureFactory(name="Association du quartier", public=True)
    page = page_of(q=typed)
    assert answers(page) == [heading]
    (answer,) = page.find_class("answer")
    assert "Votre DLA : Maison des associations" in " ".join(answer.text_content().split())
    assert answer.xpath(".//a[@class='phone']/@href") == ["tel:0476000000"]


def test_a_small_place_answers_only_for_itself(operator: Any) -> None:
    """Its name is often another word."""
    ArticleFactory(title="Le cinéma de Francheleins", published=True)
    assert answers(page_of(q="Francheleins")) == ["Francheleins (Ain)"]
    assert answers(page_of(q="cinéma Francheleins")) == []


def test_namesakes_are_offered(geography: None) -> None:
    page = page_of(q="Paris")
    (answer,) = page.find_class("answer")
    others = answer.xpath(".//p[@class='meta']/a/@href")
    assert others
    assert answer.xpath(".//h3/a/@href")[0] not in others


def test_who_goes_on_reads_the_list(operator: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("search.views.PAGE_SIZE", 2)
    for _ in range(3):
        ArticleFactory(title="Grenoble", published=True)
    assert answers(page_of(q="grenoble", page="2")) == []
    assert answers(page_of(q="grenoble")) == ["Grenoble (Isère)"]
