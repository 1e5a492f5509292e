"""Maps: outlines where they should be, classes of values, and what the page gets."""

import gzip
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from territories import maps
from territories.models import Territory
from territories.templatetags.territory_maps import territory_locator, territory_map
from tests.browser import NewPage, axe, each_scheme, overflow


def numbers(path: str) -> list[int]:
    return [int(number) for number in re.findall(r"-?\d+", path)]


def extent(path: str) -> tuple[int, int, int, int]:
    """Returns left, top, right and bottom of a path of relative steps."""
    xs, ys = [], []
    for ring in path.split("M")[1:]:
        steps = numbers(ring)
        x = y = 0
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            xs.append(x)
            ys.append(y)
    return min(xs), min(ys), max(xs), max(ys)


def test_lambert_93_is_igns() -> None:
    """EPSG:2154 has these points of reference: its origin, and Paris's Panthéon within a
    kilometre."""
    assert maps.lambert_93(3, 46.5) == pytest.approx((700, -6600), abs=0.01)
    assert maps.lambert_93(2.3461, 48.8462) == pytest.approx((652.0, -6861.0), abs=1)


@pytest.mark.parametrize(("by", "count"), [("departement", 101), ("region", 18)])
def test_france_is_drawn_whole(by: str, count: int) -> None:
    drawing = maps.france(by)
    codes = [shape.code for shape in drawing.shapes]
    assert len(set(codes)) == count
    # Paris and its ring come a second time, larger.
    assert len(codes) - count == (4 if by == "departement" else 0)
    left, top, width, height = drawing.box
    for shape in drawing.shapes:
        x1, y1, x2, y2 = extent(shape.path)
        assert left <= x1 <= x2 <= left + width, shape.name
        assert top <= y1 <= y2 <= top + height, shape.name


@pytest.mark.parametrize("by", ["departement", "region"])
def test_every_place_stands_where_it_is(by: str) -> None:
    """Neither Aisne (02) nor the region of Martinique (02) is taken for the other."""
    shapes = {shape.code: extent(shape.path) for shape in maps.france(by).shapes}
    bottom_of_the_mainland = maps.MAINLAND[1] + maps.MAINLAND[3]
    overseas = maps.OVERSEAS if by == "departement" else tuple(maps.REGIONS_OVERSEAS)
    for code, (_, top, _, bottom) in shapes.items():
        assert (top > bottom_of_the_mainland) == (code in overseas), code
        assert bottom > top


def test_overseas_departments_are_large_enough_to_be_read() -> None:
    shapes = {shape.code: extent(shape.path) for shape in maps.france().shapes}
    for code in maps.OVERSEAS:
        left, top, right, bottom = shapes[code]
        assert max(right - left, bottom - top) >= 150


def test_collectivities_are_drawn_on_demand() -> None:
    codes = {shape.code for shape in maps.france(collectivities=True).shapes}
    assert set(maps.COLLECTIVITIES) <= codes
    assert not set(maps.COLLECTIVITIES) & {shape.code for shape in maps.france().shapes}


def test_neighbours_of_a_department() -> None:
    assert maps.neighbours("38") == {"01", "05", "07", "26", "42", "69", "73"}
    assert maps.neighbours("971") == set()


@pytest.mark.parametrize("code", [*maps.outlines("regions")])
def test_each_region_is_drawn_with_its_departments(code: str) -> None:
    drawing = maps.region(code)
    inside = {shape.code for shape in drawing.shapes if not shape.is_context}
    assert inside == {o.code for o in maps.outlines("departments").values() if o.region == code}
    left, top, width, height = drawing.box
    for shape in drawing.shapes:
        if not shape.is_context:
            x1, y1, x2, y2 = extent(shape.path)
            assert left <= x1 and x2 <= left + width and top <= y1 and y2 <= top + height
            assert max(width, height) < 1200


def test_department_is_drawn_among_its_neighbours_with_a_dot() -> None:
    drawing = maps.department("38", ((5.7243, 45.1842),))
    context = {shape.code for shape in drawing.shapes if shape.is_context}
    assert context == set(maps.neighbours("38"))
    ((x, y),) = drawing.dots
    x1, y1, x2, y2 = extent(drawing.shapes[-1].path)
    assert x1 < x < x2 and y1 < y < y2


def test_unknown_codes_are_refused() -> None:
    for draw in (maps.region, maps.department, maps.france):
        with pytest.raises(ValueError):
            draw("zz")


# --- Values ---------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 10_000), max_size=120))
def test_classes_hold_every_value_once_and_in_order(values: list[int]) -> None:
    scale = maps.scale_of(values)
    assert len(scale.bounds) <= 5
    assert all(low <= high for low, high in scale.bounds)
    assert all(
        before[1] < after[0] for before, after in zip(scale.bounds, scale.bounds[1:], strict=False)
    )
    for value in values:
        low, high = scale.bounds[scale.class_of(value) - 1]
        assert low <= value <= high


def test_no_more_classes_than_different_values() -> None:
    assert maps.scale_of([4, 4, 4]).bounds == ((4, 4),)
    assert maps.scale_of([0, 7]).bounds == ((0, 0), (7, 7))
    assert maps.scale_of([]).bounds == ()


def test_masked_and_missing_values_are_told_apart() -> None:
    _, rows = maps.valued(maps.france(), {"38": None, "75": 12})
    assert rows["38"].css_class == "map-masked"
    assert rows["69"].css_class == "map-none"
    assert rows["75"].css_class == "map-1"


VALUES: dict[str, float | None] = {
    outline.code: place * 37 for place, outline in enumerate(maps.outlines("departments").values())
}


def test_national_map_is_light() -> None:
    drawn = territory_map(values=VALUES, unit="structures", label="Structures accompagnées")
    assert len(gzip.compress(drawn.encode(), 9)) < 20_000
    assert "nan" not in drawn.lower()


def test_map_and_table_say_the_same() -> None:
    values = {**VALUES, "38": None, "69": 1234}
    del values["01"]
    tree: Any = lxml_html.fromstring(
        territory_map(values=values, unit="structures", label="Exemple", query="?annee=2025")
    )
    rows = tree.xpath("//tbody/tr")
    assert len(rows) == 101
    cells = {row[0].text: (row[1].text_content(), row[2].text) for row in rows}
    assert cells["69"] == ("Rhône", "1\u202f234") or cells["69"] == ("Rhône", "1\u00a0234")
    assert cells["38"] == ("Isère", "masqué")
    assert cells["01"] == ("Ain", "pas de donnée")
    titles = {title.text for title in tree.xpath("//*[local-name()='title']")}
    assert f"Rhône\u00a0: {cells['69'][1]} structures" in titles
    assert "Isère\u00a0: masqué" in titles
    links = set(tree.xpath("//tbody//a/@href"))
    assert "/territoires/departement/2A/?annee=2025" in links
    assert links == set(tree.xpath("//*[local-name()='svg']//*[local-name()='a']/@href"))
    assert len(tree.xpath("//ul[@class='map-legend']/li")) == 7


@pytest.mark.django_db
def test_map_of_a_territory(geography: None) -> None:
    for key, marks in {
        "region-84": 12,
        "departement-38": 1,
        "commune-38185": 1,
        "epci-200040715": 1,
        "departement-977": 1,
    }.items():
        drawn = territory_map(Territory.objects.get(pk=key))
        assert drawn.count('class="map-none"') == marks, key
    assert "map-dots" in territory_map(Territory.objects.get(pk="commune-38185"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("viewport", [(320, 740), (1280, 900)])
def test_territory_pages_are_accessible(
    viewport: tuple[int, int], new_page: NewPage, reduced_files: object
) -> None:
    from territories.loading import load

    load(reduced_files)  # type: ignore[arg-type]  # a path
    page = new_page(viewport)
    for path in ("/territoires/", "/territoires/region/84/", "/territoires/commune/38185/"):
        page.goto(path)
        for scheme in each_scheme(page):
            axe(page)
            assert not overflow(page), scheme
        # The map adds nothing to tab through.
        assert page.locator("svg a:not([tabindex='-1'])").count() == 0


# --- Locators -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "around"),
    [
        ("departement-38", 1),
        ("commune-38185", 1),
        ("region-84", 0),
        ("departement-971", 0),
    ],
)
@pytest.mark.usefixtures("geography")
@pytest.mark.django_db
def test_a_locator_lights_a_department_in_its_region(
    key: str, around: int, django_assert_num_queries: Any
) -> None:
    place = Territory.objects.get(pk=key)
    with django_assert_num_queries(0):
        svg = territory_locator(place)
    assert svg.count("<path") == around + 1
    assert svg.count('class="around"') == around
    assert len(gzip.compress(svg.encode())) < 700


def test_every_department_and_region_has_a_locator_that_fits() -> None:
    drawn = [maps.locator(o.region, o.code) for o in maps.outlines("departments_light").values()]
    drawn += [maps.locator(code) for code in maps.outlines("regions_light")]
    drawn += [maps.locator("", code) for code in maps.outlines("collectivities")]
    for drawing in drawn:
        for shape in drawing.shapes:
            assert shape.path, shape.code
            x1, y1, x2, y2 = extent(shape.path)
            assert 0 <= x1 <= x2 <= 64 and 0 <= y1 <= y2 <= 64, shape.code


@pytest.mark.django_db
def test_a_place_without_outline_has_no_locator() -> None:
    assert territory_locator(Territory(id="departement-984", department_id="departement-984")) == ""
