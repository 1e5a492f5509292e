"""What is counted beside a filter is what this filter then shows."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from django.http import QueryDict
from pytest_django import DjangoDbBlocker

from search.filters import Filters
from search.finding import find
from search.french.queries import asked
from territories.models import Level, Territory
from tests.factories import (
    ArticleFactory,
    EventFactory,
    StructureFactory,
    ThemeFactory,
    UserFactory,
)
from tests.putting_back import made_once
from tests.search.asking import VISITOR, found, load_searched_geography, search

pytestmark = pytest.mark.django_db

SETS = 60
VALUES = {
    "genre": ("articles", "events", "structures", "territories", "themes"),
    "theme": ("clairiere", "lisiere", "sous-bois"),
    "territoire": (
        "region-84", "region-11", "departement-38", "departement-75", "commune-38185",
        "epci-200040715",
    ),
    "annee": ("2024", "2025", "2026"),
}  # fmt: skip


@pytest.fixture(scope="module")
def world(kept_geography: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    def make() -> None:
        chance = Random(7)
        load_searched_geography()
        keys = VALUES["territoire"]
        places = list(Territory.objects.filter(pk__in=keys).order_by("pk"))
        communes = [place for place in places if place.level == "commune"]
        themes = [ThemeFactory(slug=slug, name=f"Tilleul {slug}") for slug in VALUES["theme"]]
        for number in range(24):
            about = {
                "themes": chance.sample(themes, chance.randint(1, 2)),
                "territories": chance.sample(places, chance.randint(0, 2)),
                "published": True,
            }
            day = f"{chance.choice(VALUES['annee'])}-03-02"
            ArticleFactory(title=f"Tilleul {number}", published_on=day, **about)
            EventFactory(title=f"Tilleul en fête {number}", **about)
            commune = chance.choice([*communes, None])
            StructureFactory(name=f"Le tilleul {number}", commune=commune, public=True)

    yield from made_once(django_db_blocker, make)


def sets_of_filters() -> list[str]:
    chance = Random(1901)
    found = []
    for _ in range(SETS):
        sent = QueryDict(mutable=True)
        for name, values in VALUES.items():
            count = chance.choice((0, 0, 1, 1, 2))
            sent.setlist(name, chance.sample(values, min(count, len(values))))
        found.append(sent.urlencode())
    return found


def test_counts_are_what_the_filters_show(world: None) -> None:
    compared = 0
    for query in sets_of_filters():
        filters = Filters(QueryDict(query))
        found = find(asked("tilleul"), filters, VISITOR)
        assert found.total == len(found.entries), query
        counted = found.lines, found.everywhere, "", "tilleul"
        for facet in filters.facets(*counted, within=found.within):
            for option in facet.options:
                alone = QueryDict(query, mutable=True)
                alone.setlist(facet.name, [option.value])
                shown = search("tilleul", query=alone.urlencode())
                assert option.count == shown.total == len(shown.entries), (query, option)
                compared += 1
    assert compared > 5 * SETS


def test_a_member_of_an_arrondissement_finds_its_structures(world: None) -> None:
    """Entries have no column of it, as structures have none."""
    place = Territory.objects.get(pk="arrondissement-381")
    member = UserFactory(territories=[place])
    inside = Territory.objects.filter(level=Level.COMMUNE, vanished_on=None)
    commune = inside.filter(arrondissement=place).order_by("pk")[0]
    elsewhere = inside.exclude(arrondissement=place).order_by("pk")[0]
    StructureFactory(name="Zinzolin", commune=commune)
    StructureFactory(name="Zinzolin d’ailleurs", commune=elsewhere)

    assert found("zinzolin", member) == ["Zinzolin"]
    assert search("zinzolin", member).total == 1
