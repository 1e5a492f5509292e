"""Maps by circles show what has no outline, its surface as its number."""

import math
from itertools import pairwise

import pytest
from django.template import Context, Template
from lxml import html

from territories.circles import Spot, circle_map
from territories.models import Territory

GRENOBLE = Spot("Grenoble", "/g", 5.7243, 45.1842, 40)
ECHIROLLES = Spot("Échirolles", "/e", 5.7145, 45.1470, 10)
MASKED = Spot("Meylan", "/m", 5.7776, 45.2097, None)
NONE = Spot("Bresson", "/b", 5.7494, 45.1389, 0)
SPOTS = [ECHIROLLES, GRENOBLE, MASKED, NONE]


def test_surfaces_are_as_the_numbers() -> None:
    drawn = circle_map("38", SPOTS)
    radius = {c.spot.name: c.radius for c in drawn.circles if c.spot}
    assert radius["Grenoble"] ** 2 / radius["Échirolles"] ** 2 == pytest.approx(4)
    assert radius["Bresson"] < radius["Échirolles"]
    assert [c.radius for c in drawn.circles] == sorted(radius.values(), reverse=True)


def test_size_of_what_is_masked_says_nothing() -> None:
    alone, beside = circle_map("38", [MASKED]), circle_map("38", [*SPOTS, MASKED])
    sizes = {c.radius for drawn in (alone, beside) for c in drawn.circles if c.value is None}
    assert len(sizes) == 1


def test_legend_is_of_round_numbers_at_the_same_scale() -> None:
    drawn = circle_map("38", SPOTS)
    assert [circle.value for circle in drawn.legend] == [20, 10, 2]
    largest = next(c for c in drawn.circles if c.value == 40)
    assert drawn.legend[0].radius == pytest.approx(largest.radius / math.sqrt(2))
    ends = [(c.x - c.radius, c.x + c.radius) for c in drawn.legend]
    assert all(before[1] < after[0] for before, after in pairwise(ends))


@pytest.mark.parametrize("closely", [False, True])
@pytest.mark.parametrize("department", ["38", "974", "75", "2A"])
def test_places_lie_within_what_is_drawn(department: str, closely: bool) -> None:
    within = {"38": (5.7, 45.1), "974": (55.5, -21.1), "75": (2.34, 48.85), "2A": (8.9, 41.9)}
    longitude, latitude = within[department]
    drawn = circle_map(department, [Spot("Ici", "/", longitude, latitude, 3)], closely=closely)
    left, top, width, height = drawn.box
    (circle,) = drawn.circles
    assert left < circle.x < left + width and top < circle.y < top + height


def test_nothing_to_count_draws_no_legend() -> None:
    assert circle_map("38", [NONE, MASKED]).legend == ()
    assert circle_map("38", []).circles == ()


@pytest.mark.django_db
def test_says_each_number_and_hides_what_is_masked(geography: None) -> None:
    template = Template(
        "{% load territory_maps %}{% territory_circles of spots 'structures' 'Par commune' %}"
    )
    drawn = template.render(
        Context({"of": Territory.objects.get(pk="epci-200040715"), "spots": SPOTS})
    )
    tree = html.fromstring(drawn)
    titles = [title.text for title in tree.iter("title")]
    assert set(titles) == {
        "Grenoble\u00a0: 40 structures",
        "Échirolles\u00a0: 10 structures",
        "Meylan\u00a0: masqué",
        "Bresson\u00a0: 0 structures",
    }
    assert {link.get("href") for link in tree.iter("a")} == {"/g", "/e", "/m", "/b"}
    assert {link.get("tabindex") for link in tree.iter("a")} == {"-1"}
    assert "masqué (petit effectif)" in drawn


@pytest.mark.django_db
def test_territory_without_outline_draws_nothing(geography: None) -> None:
    from territories.templatetags.territory_maps import territory_circles

    lands = Territory(level="departement", code="984", name="Terres australes")
    assert territory_circles(lands, SPOTS, "structures", "Par commune") == ""
