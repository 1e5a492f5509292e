"""The directory in a real browser: in place by keyboard, without JavaScript, on a telephone."""

import re
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from structures.models import Sector, Structure
from structures.register import editions
from structures.services import record_story_agreement
from territories.loading import load
from territories.models import Territory
from tests.browser import NewPage, Viewport, axe, overflow
from tests.factories import StructureFactory, SupportFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def structures(watch: Any, reduced_files: Path) -> None:
    load(reduced_files)
    culture, sport = (Sector.objects.get(slug=slug) for slug in ("culture", "sport"))
    places = [Territory.objects.get(pk=f"commune-{code}") for code in ("38185", "69123")]
    for number in range(30):
        structure = StructureFactory(
            name=f"Atelier {number:02}",
            sector=culture if number % 3 else sport,
            commune=places[number % 2],
            public=True,
        )
        SupportFactory(structure=structure, year=2020 + number % 4)
    StructureFactory(name="Le Secret", commune=places[0])
    editions.renew()


def count(page: Page) -> Any:
    return page.locator("[data-results] strong")


def test_filters_change_the_list_in_place_by_keyboard(structures: None, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/structures/")
    expect(count(page)).to_have_text("30 structures")
    page.evaluate("window.isTheSamePage = true")
    sport = page.get_by_label("Sport")
    sport.focus()
    page.keyboard.press("Space")
    expect(count(page)).to_have_text("10 structures")
    expect(page).to_have_url(re.compile(r"/structures/\?secteur=sport$"))
    assert page.evaluate("window.isTheSamePage"), "the page was not loaded again"
    # The focus is where it was, and the new count is said.
    expect(page.get_by_label("Sport")).to_be_focused()
    expect(page.get_by_label("Sport")).to_be_checked()
    expect(page.locator("[data-announced]")).to_have_text("10 structures")

    page.locator("#id_territoire").focus()
    page.keyboard.type("greno")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(count(page)).to_have_text("5 structures")
    expect(page).to_have_url(re.compile("commune=38185"))
    # The box works again where it came back.
    page.locator("#id_territoire").focus()
    page.keyboard.type("lyon")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    page.get_by_role("link", name=re.compile("^Sport")).focus()
    page.keyboard.press("Enter")
    expect(count(page)).to_have_text("15 structures")
    expect(page.locator("[data-results]")).to_be_focused()
    axe(page)

    page.go_back()
    expect(count(page)).to_have_text("5 structures")


def test_pages_views_and_sorting_follow_in_place(structures: None, new_page: NewPage) -> None:
    page = new_page(color_scheme="dark")
    page.goto("/structures/")
    page.get_by_role("link", name="Page suivante").click()
    expect(page.get_by_text("Page 2 sur 2", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("page=2"))
    page.get_by_role("link", name="Chiffres").click()
    expect(page.get_by_text("Accompagnements", exact=True)).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Carte").click()
    expect(page.get_by_text("Structures accompagnées, par département").first).to_be_visible()
    # What is masked is hatched, in another colour than the paper.
    expect(page.locator("#map-hatch path")).not_to_have_css(
        "stroke", page.locator("path.map-1").first.evaluate("e => getComputedStyle(e).stroke")
    )
    page.get_by_text("Voir le tableau de la carte").click()
    axe(page)
    page.get_by_role("link", name="Isère").last.click()
    expect(page).to_have_url(re.compile("departement=38"))


def test_works_without_javascript_on_a_telephone(structures: None, new_page: NewPage) -> None:
    page = new_page("phone", javascript=False)
    page.goto("/structures/")
    page.get_by_text(re.compile("^Filtrer")).click()
    page.get_by_label("Culture").check()
    page.locator("#id_territoire").fill("Greno")
    page.get_by_role("button", name="Appliquer").click()
    page.get_by_text(re.compile("^Filtrer")).click()
    # It may mean the town or its intercommunalité: both are offered.
    page.get_by_label(re.compile("Grenoble commune|Grenoble.*commune, Isère")).check()
    page.get_by_role("button", name="Appliquer").click()
    expect(count(page)).to_have_text("10 structures")
    assert not overflow(page)


def test_a_member_reads_the_time_line(structures: None, new_page: NewPage) -> None:
    isere = Territory.objects.get(pk="departement-38")
    page = new_page("phone", user=UserFactory(territories=[isere]))
    page.goto("/structures/?q=secret")
    axe(page)
    page.get_by_role("link", name="Le Secret").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Confidentielle")
    axe(page)


@pytest.mark.parametrize("page_name", ["", "comparer/?departement=38&departement=69", "fiche/"])
def test_the_pilots_room_reads_well(page_name: str, structures: None, new_page: NewPage) -> None:
    isere = Territory.objects.get(pk="departement-38")
    page = new_page("phone", user=UserFactory(territories=[isere]), color_scheme="dark")
    page.goto(f"/pilotage/{page_name}")
    axe(page)
    assert not overflow(page)


def test_a_view_is_saved_by_keyboard(structures: None, new_page: NewPage) -> None:
    isere = Territory.objects.get(pk="departement-38")
    page = new_page(user=UserFactory(territories=[isere]))
    page.goto("/pilotage/?secteur=sport")
    page.get_by_label("Garder ces filtres sous le nom").focus()
    page.keyboard.type("Le sport chez nous")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Le sport chez nous", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("secteur=sport"))
    axe(page)


@pytest.fixture
def around_grenoble(structures: None) -> None:
    """Makes structures whose alphabetical order is the reverse of their nearness."""
    for name, code in (("Zanzibar", "38185"), ("Yourte", "38151"), ("Abeilles", "75056")):
        commune = Territory.objects.get(pk=f"commune-{code}")
        StructureFactory(name=name, commune=commune, public=True)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_structures_near_a_commune_the_nearest_first(
    color_scheme: Literal["light", "dark"], around_grenoble: None, new_page: NewPage
) -> None:
    page = new_page(color_scheme=color_scheme)
    page.goto("/structures/")
    page.locator("#id_pres").focus()
    page.keyboard.type("echirol")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?pres=38151$"))
    expect(page.locator("tbody tr").first).to_contain_text("Yourte")
    expect(page.locator("tbody tr").first).to_contain_text("sur place")
    expect(page.locator("tbody tr").nth(1)).to_contain_text("à 4\u00a0km")
    axe(page)
    page.get_by_label("À quelle distance").select_option("50")
    expect(count(page)).to_have_text("17 structures")
    page.get_by_role("link", name="Carte").click()
    rows = page.locator(".nearby-communes tbody tr")
    expect(rows.first).to_contain_text("Échirolles")
    expect(rows.first.get_by_role("link", name="Yourte")).to_be_visible()
    # Points are links for those who point; the table is the keyboard's way.
    expect(page.locator("svg a circle")).to_have_count(2)
    axe(page)
    page.locator("svg a circle").last.click()
    expect(page).to_have_url(re.compile(r"commune=38151"))
    expect(count(page)).to_have_text("1 structure")


@pytest.mark.parametrize("size", ["phone", "wide"])
@pytest.mark.parametrize("view", ["liste", "carte"])
def test_what_is_near_fits_under_large_text(
    size: Viewport, view: str, around_grenoble: None, new_page: NewPage
) -> None:
    page = new_page(size)
    page.goto(f"/structures/?pres=38151&vue={view}")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not overflow(page)


def test_nearness_without_javascript_on_a_telephone(
    around_grenoble: None, new_page: NewPage
) -> None:
    page = new_page("phone", javascript=False)
    page.goto("/structures/?vue=carte")
    page.get_by_text("Filtrer", exact=True).click()
    page.locator("#id_pres").fill("Échirolles")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.locator(".nearby-communes tbody tr").first).to_contain_text("Échirolles")
    assert not overflow(page)
    page.get_by_role("link", name="Liste").click()
    expect(page.locator("tbody tr").first).to_contain_text("Yourte")
    assert not overflow(page)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "wide"])
def test_what_came_of_it_reads_well(
    size: Viewport, color_scheme: Literal["light", "dark"], structures: None, new_page: NewPage
) -> None:
    structure = Structure.objects.get(name="Atelier 00")
    lines = ("Un toit." * 30, "Six journées.", "Un bail de neuf ans.")
    support = SupportFactory(
        structure=structure, year=2014, story_need=lines[0], story_done=lines[1],
        story_change=lines[2],
    )  # fmt: skip
    record_story_agreement(
        support=support,
        story=support.story,
        given_by="Sa présidente",
        given_on=date(2026, 2, 1),
        by=None,
    )
    page = new_page(size, color_scheme=color_scheme)
    page.goto(structure.get_absolute_url())
    story = page.get_by_role("region", name="Ce que l’accompagnement a changé")
    expect(story).to_contain_text("Un bail de neuf ans.")
    axe(page)
    for text_size in ("100%", "200%"):
        page.evaluate("size => document.documentElement.style.fontSize = size", text_size)
        assert not overflow(page)
