"""What is suggested while somebody types: names, of what they may see, the nearest first."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from publishing.audiences import Role
from structures.models import Structure
from territories.loading import load
from tests.factories import (
    ArticleFactory,
    EventFactory,
    SeriesFactory,
    StructureFactory,
    TermFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def answered(typed: str, user: User | None = None) -> dict[str, list[str]]:
    """Returns the names that are suggested, by what stands over them."""
    client = Client()
    if user:
        client.force_login(user)
    answer = client.get(reverse("search:suggestions"), {"q": typed})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    return {
        group["label"]: [option["label"] for option in group["options"]]
        for group in answer.json()["groups"]
    }


def names(typed: str, user: User | None = None) -> list[str]:
    return [name for group in answered(typed, user).values() for name in group]


# --- Who is told ---


@pytest.fixture
def one_of_each() -> None:
    ArticleFactory(published=True, title="Zibeline pour tous")
    ArticleFactory(published=True, title="Zibeline du réseau", audience="network")
    pilots = {"audience": "roles", "audience_roles": "pilot"}
    ArticleFactory(published=True, title="Zibeline des pilotes", **pilots)
    EventFactory(published=True, title="Zibeline des pilotes, la réunion", **pilots)
    StructureFactory(public=True, name="Zibeline d’insertion")
    StructureFactory(name="Zibeline qui n’a pas donné son accord")


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (None, {"pour tous"}),
        (Role.CRDLA, {"pour tous", "du réseau"}),
        (Role.PILOT, {"pour tous", "du réseau", "des pilotes", "des pilotes, la réunion"}),
        (Role.EDITOR, {"pour tous", "du réseau", "des pilotes", "des pilotes, la réunion"}),
    ],
)
def test_titles_are_told_to_their_readers(
    role: Role | None, told: set[str], one_of_each: None
) -> None:
    user = UserFactory(role=role) if role else None
    # By the beginning of the name, and by that of a word within it.
    for typed in ("zib", "zibeline", "ZIBELINE"):
        found = set(names(typed, user))
        assert found == {f"Zibeline {end}" for end in {*told, "d’insertion"}}
    assert "Zibeline des pilotes" not in names("pilot") + names("pilot", UserFactory(role="crdla"))


def test_structures_are_told_where_they_lie(reduced_files: Path) -> None:
    load(reduced_files)
    StructureFactory(name="Zibeline qui n’a pas donné son accord", commune_id="commune-38185")
    there = UserFactory(role=Role.PILOT, territories=["departement-38"])
    elsewhere = UserFactory(role=Role.PILOT, territories=["departement-01"])
    assert names("zibel", there) == ["Zibeline qui n’a pas donné son accord"]
    assert names("zibel", elsewhere) == names("zibel") == []


def test_what_waits_or_is_over_is_told_to_nobody() -> None:
    editor = UserFactory(role=Role.EDITOR)
    article = ArticleFactory(scheduled=True, title="Zibeline de demain")
    ArticleFactory(published=True, title="Zibeline retirée")
    assert names("zibeline", editor) == ["Zibeline retirée"]
    past = ArticleFactory(archived=True, title="Zibeline archivée")
    assert past.title not in names("zibeline", editor)
    article.publications.update(live_from=timezone.now() - timedelta(seconds=1))
    assert "Zibeline de demain" in names("zibeline")


def test_draft_of_what_is_online_is_not_told() -> None:
    article = ArticleFactory(published=True, title="Zibeline")
    article.title = "Zibeline secrète"
    article.save()
    assert names("zibeline") == ["Zibeline"]
    assert names("secrete", UserFactory(role=Role.EDITOR)) == []


def test_series_is_told_to_who_reads_one_of_its_articles() -> None:
    series = SeriesFactory(name="Zibelines")
    ArticleFactory(published=True, series=series, audience="network")
    assert names("zibel") == []
    assert names("zibel", UserFactory(role=Role.CRDLA)) == ["Zibelines"]


def test_nothing_is_kept_between_people(one_of_each: None) -> None:
    client = Client()
    client.force_login(UserFactory(role=Role.PILOT))
    for one in (client, Client()):
        answer = one.get(reverse("search:suggestions"), {"q": "zib"})
        assert answer.headers["Cache-Control"] == "private, no-store"


# --- What is found ---


def test_nearest_names_come_first() -> None:
    for title in ("Le bilan du tandem", "Tandem", "Tandems et compagnie", "Tandem solidaire"):
        ArticleFactory(published=True, title=title)
    assert names("tandem") == ["Tandem", "Tandem solidaire", "Tandems et compagnie"]
    assert names("tandem s")[:2] == ["Tandem", "Tandem solidaire"]
    assert names("tandem so")[0] == "Tandem solidaire"
    assert names("bilan") == ["Le bilan du tandem"]


@pytest.mark.parametrize(
    "typed",
    ["éco", "eco", "ÉCOLE", "école d", "ecole de", "ecole de lav", "l’école de l’aven", "l'ecole"],
)
def test_accents_capitals_and_small_words_count_for_nothing(typed: str) -> None:
    ArticleFactory(published=True, title="L’École de l’avenir")
    ArticleFactory(published=True, title="Un autre sujet")
    found = answered(typed)["Articles"]
    assert found == ["L’École de l’avenir"]


@pytest.mark.parametrize("typed", ["coopérati", "solid", "des coop", "ssa", "zzz", "e", "é", ""])
def test_last_word_is_a_beginning_and_the_others_are_whole(typed: str) -> None:
    ArticleFactory(published=True, title="La vie des coopératives solidaires")
    begins = typed in ("coopérati", "solid", "des coop")
    assert bool(names(typed)) == begins


def test_theme_and_term_come_first_by_two_letters() -> None:
    ThemeFactory(name="Gouvernance partagée")
    TermFactory(term="GUSO", expansion="guichet unique")
    ArticleFactory(published=True, title="Gouverner à plusieurs")
    assert names("gu") == ["GUSO"]
    assert names("go") == ["Gouvernance", "Gouvernance partagée"]
    assert answered("gouv") == {
        "Thématiques": ["Gouvernance", "Gouvernance partagée"],
        "Articles": ["Gouverner à plusieurs"],
    }
    # By its expansion too.
    assert names("guichet") == ["GUSO"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("38", "Isère"), ("greno", "Grenoble"), ("st martin d’h", "Saint-Martin-d’Hères"),
     ("38185", "Grenoble"), ("isere", "Isère")],
)  # fmt: skip
def test_places_are_found_as_they_are_looked_up(
    typed: str, first: str, reduced_files: Path
) -> None:
    load(reduced_files)
    places = answered(typed)["Territoires"]
    assert places[0] == first
    assert len(places) <= 3


def test_eight_in_all_and_three_of_a_kind(reduced_files: Path) -> None:
    load(reduced_files)
    for number in range(5):
        ArticleFactory(published=True, title=f"Grenoble en fête {number}")
        EventFactory(published=True, title=f"Grenoble en fête {number}")
        StructureFactory(public=True, name=f"Grenoble en fête {number}")
    found = answered("grenoble")
    assert sum(map(len, found.values())) == 8
    assert max(map(len, found.values())) == 3
    assert next(iter(found)) == "Territoires"


def test_structures_that_were_merged_are_gone() -> None:
    kept = StructureFactory(public=True, name="Zibeline")
    double = StructureFactory(name="Zibeline en double")
    anyone = UserFactory(role=Role.NATIONAL, whole_country=True)
    assert names("zibel", anyone) == ["Zibeline", "Zibeline en double"]
    Structure.objects.filter(pk=double.pk).update(merged_into=kept)
    assert names("zibel", anyone) == ["Zibeline"]


# --- Whatever is typed ---


HOSTILE = {
    "nothing": "\x00", "nothing within": "zib\x00eline", "ten thousand": "z" * 10_000,
    "many words": "zibeline " * 2_000, "few letters": "a b c d e f g h i j k", "quote": '"',
    "quoted": 'zib"', "star": "*", "prefix": "zib*", "weight": "zib:*", "operator": "AND",
    "near": "NEAR(zib)", "column": "{title} : zib", "elision": "l'", "apostrophe": "'",
    "minus": "-zib", "hanging": "zib - ", "department": "dla-38", "emoji": "🦡",
    "emoji after": "zib🦡", "right to left": "عربي", "percent": "%", "underscore": "_",
    "name": "=zib", "theme": "@theme-1", "backslash": "\\",
}  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_anything_is_answered(typed: str) -> None:
    ArticleFactory(published=True, title="Zibeline")
    for parameters in ({"q": typed}, {"q": typed, "format": "opensearch"}):
        address = f"{reverse('search:suggestions')}?{urlencode(parameters)}"
        answer = Client().get(address)
        assert answer.status_code == 200
        assert answer.json()


def test_nothing_asked_suggests_nothing() -> None:
    assert Client().get(reverse("search:suggestions")).json() == {"query": "", "groups": []}
    assert Client().post(reverse("search:suggestions")).status_code == 405


def test_browsers_are_answered_in_their_own_way() -> None:
    article = ArticleFactory(published=True, title="Zibeline")
    ArticleFactory(published=True, title="Zibeline du réseau", audience="network")
    answer = Client().get(reverse("search:suggestions"), {"q": "zib", "format": "opensearch"})
    assert answer.headers["Content-Type"] == "application/x-suggestions+json"
    query, titles, details, addresses = answer.json()
    assert (query, titles) == ("zib", ["Zibeline"])
    assert len(details) == 1
    assert addresses == [f"http://testserver/articles/{article.slug}/"]


def test_queries_do_not_grow_with_what_is_found() -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert names("zibeline")
        return len(captured)

    def publish(count: int) -> None:
        for _ in range(count):
            ArticleFactory(published=True, title="Zibeline")
            EventFactory(published=True, title="Zibeline")
            StructureFactory(public=True, name="Zibeline")

    publish(3)
    names("zibeline")
    few = cost()
    publish(6)
    assert cost() <= few
    assert few <= 26
