"""Territories are chosen in a real browser: by keyboard, with a screen reader's marks, without
JavaScript, on a telephone."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse, set_urlconf
from playwright.sync_api import Page, Route, expect

from territories.loading import load
from territories.models import Territory
from tests.browser import NewPage, axe, each_scheme, overflow
from tests.factories import ArticleFactory, UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.territories.urls_field"),
]


@pytest.fixture
def places(watch: Any, reduced_files: Path) -> None:
    set_urlconf(None)
    load(reduced_files)


def field(page: Page) -> Any:
    return page.locator("#id_places")


def options(page: Page) -> Any:
    return page.get_by_role("listbox").get_by_role("option")


def type_and_wait(page: Page, text: str) -> None:
    page.keyboard.type(text)
    expect(options(page).first).to_be_visible()


def test_several_are_chosen_and_one_is_removed_by_keyboard_only(
    places: None, new_page: NewPage
) -> None:
    page = new_page()
    page.goto("/essai/")
    field(page).focus()
    type_and_wait(page, "greno")
    box = field(page)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    first = options(page).first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Retirer Grenoble"))).to_be_visible()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("choisi")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")

    type_and_wait(page, "isère")
    page.keyboard.press("Enter")  # it is the first, without going down to it
    type_and_wait(page, "meylan")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    # Going back through the chips removes one, and the focus stays near.
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("retiré")
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")  # nothing is typed or open: the form is sent
    expect(page.locator("#received")).to_have_text("commune-38185 departement-38")
    axe(page)


def test_escape_closes_then_empties(places: None, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/essai/")
    field(page).focus()
    type_and_wait(page, "greno")
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(field(page)).to_have_value("greno")
    page.keyboard.press("Escape")
    expect(field(page)).to_have_value("")


def test_nothing_found_is_said(places: None, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/essai/")
    field(page).focus()
    page.keyboard.type("zzzzzzzzz")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Aucun territoire")


def test_look_up_that_fails_leaves_the_plain_form(
    places: None, new_page: NewPage, allow_problem: Any
) -> None:
    allow_problem("500")
    page = new_page()
    page.goto("/essai/")
    page.route("**/territoires/recherche/**", lambda route: route.fulfill(status=500))
    field(page).focus()
    page.keyboard.type("Isère")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("ne viennent pas")
    page.keyboard.press("Enter")
    expect(page.locator("#received")).to_have_text("departement-38")


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_is_chosen_by_touch_on_a_telephone(
    color_scheme: Any, places: None, new_page: NewPage
) -> None:
    page = new_page((320, 640), color_scheme=color_scheme, has_touch=True)
    page.goto("/essai/")
    field(page).tap()
    type_and_wait(page, "saint martin")
    axe(page)
    assert not overflow(page)
    options(page).first.tap()
    expect(page.locator("[data-chosen] li")).to_have_count(1)
    page.get_by_role("button", name="Envoyer").tap()
    expect(page.locator("#received")).to_have_text(re.compile("commune-38"))


def test_without_javascript_answers_are_ticked(places: None, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto("/essai/")
    field(page).fill("saint martin")
    page.get_by_label("Remarque").fill("à garder")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("main")).to_contain_text("cochez le bon")
    expect(page.get_by_label("Remarque")).to_have_value("à garder")
    page.get_by_label("Saint-Martin-d’Hères").check()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#received")).to_have_text("commune-38421")
    page.get_by_label(re.compile("Saint-Martin-d’Hères")).uncheck()
    field(page).fill("Isère")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#received")).to_have_text("departement-38")


def test_search_of_territories_opens_the_page_that_is_picked(
    places: None, new_page: NewPage
) -> None:
    page = new_page()
    page.goto("/territoires/")
    page.get_by_role("main").get_by_role("combobox").focus()
    type_and_wait(page, "meyl")
    axe(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/territoires/commune/38229/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Meylan")


# --- The look-up: Enter acts at once --------------------------------------------------------------

SUGGESTIONS = re.compile(r"format=json")
MEYLAN = "**/territoires/commune/38229/**"


def look_up(page: Page) -> Any:
    page.goto("/territoires/")
    box = page.get_by_role("main").get_by_role("combobox")
    box.focus()
    return box


def test_enter_goes_before_proposals_are_asked(places: None, new_page: NewPage) -> None:
    page = new_page()
    look_up(page)
    page.keyboard.type("meylan")
    page.keyboard.press("Enter")
    page.wait_for_url(MEYLAN)


def test_enter_goes_while_proposals_are_slow(places: None, new_page: NewPage) -> None:
    page = new_page("phone")
    held: list[Route] = []
    page.route(SUGGESTIONS, lambda route: held.append(route))
    look_up(page)
    with page.expect_request(SUGGESTIONS):
        page.keyboard.type("meylan")
    page.keyboard.press("Enter")
    page.wait_for_url(MEYLAN)
    assert held, "they were asked, and never came"


def test_enter_twice_goes_once_more_to_the_same_place(places: None, new_page: NewPage) -> None:
    page = new_page()
    page.route(SUGGESTIONS, lambda route: route.abort())
    look_up(page)
    page.keyboard.type("meylan")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url(MEYLAN)


def test_what_was_typed_decides_though_proposals_are_there(places: None, new_page: NewPage) -> None:
    page = new_page()
    look_up(page)
    type_and_wait(page, "meyl")
    page.keyboard.press("Enter")
    page.wait_for_url("**/territoires/recherche/?q=meyl*")
    expect(page.get_by_role("link", name="Meylan", exact=True)).to_be_visible()


def test_what_was_gone_to_before_the_last_letter_is_not_chosen(
    places: None, new_page: NewPage
) -> None:
    page = new_page()
    look_up(page)
    type_and_wait(page, "greno")
    page.keyboard.press("ArrowDown")
    page.route(SUGGESTIONS, lambda route: None)
    page.keyboard.type("zz")
    page.keyboard.press("Enter")
    page.wait_for_url("**/territoires/recherche/?q=grenozz*")


def test_enter_goes_after_escape(places: None, new_page: NewPage) -> None:
    page = new_page()
    look_up(page)
    type_and_wait(page, "meylan")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url(MEYLAN)


def test_enter_that_ends_an_input_method_chooses_nothing(places: None, new_page: NewPage) -> None:
    page = new_page()
    box = look_up(page)
    type_and_wait(page, "greno")
    page.keyboard.press("ArrowDown")
    for told in ({"isComposing": True}, {"keyCode": 229}):
        event = {"key": "Enter", "bubbles": True, "cancelable": True, **told}
        press = "(box, event) => box.dispatchEvent(new KeyboardEvent('keydown', event))"
        box.evaluate(press, event)
        expect(box).to_have_value("greno")
    expect(options(page).first).to_have_attribute("aria-selected", "true")


# A telephone, a small one, and the same above its keyboard.
@pytest.mark.parametrize("size", [(390, 844), (360, 640), (360, 300), (320, 640)])
def test_list_never_covers_the_button(
    size: tuple[int, int], places: None, new_page: NewPage
) -> None:
    page = new_page(size, has_touch=True)
    page.goto("/territoires/")
    page.get_by_role("main").get_by_role("combobox").tap()
    type_and_wait(page, "meylan")
    button = page.get_by_role("button", name="Trouver")
    told, listed = button.bounding_box(), page.get_by_role("listbox").bounding_box()
    assert told and listed
    assert told["y"] + told["height"] <= listed["y"]
    # Two proposals are in sight, or the only one.
    assert told["y"] >= 0
    assert listed["y"] + min(88, listed["height"]) <= size[1]
    assert not overflow(page)
    button.tap()
    page.wait_for_url(MEYLAN)


def test_filter_takes_what_was_typed(places: None, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/structures/")
    page.route(SUGGESTIONS, lambda route: None)
    page.locator("#id_territoire").focus()
    page.keyboard.type("meylan")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("commune=38229|territoire_q=meylan"))
    expect(page.get_by_role("link", name=re.compile("^Meylan"))).to_be_visible()


# --- Forms that write something -------------------------------------------------------------------


# The admin's own script copies its empty row so.
ADD_ROW = """() => {
  const form = document.querySelector(".empty-form");
  const row = form.cloneNode(true);
  row.className = "";
  for (const part of row.querySelectorAll("*"))
    for (const name of ["for", "id", "name"])
      if (part.hasAttribute(name))
        part.setAttribute(name, part.getAttribute(name).replace("__prefix__", "0"));
  form.replaceWith(row);
  row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true }));
}"""

IS_WHOLE = """list => {
  const { left, bottom, width } = list.getBoundingClientRect();
  return list.contains(document.elementFromPoint(left + width / 2, bottom - 8));
}"""


def town(page: Page) -> Any:
    return page.locator("#id_town")


def test_required_choice_is_sent_though_its_box_is_empty(places: None, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/essai/un/")
    town(page).focus()
    type_and_wait(page, "grenoble")
    page.keyboard.press("Enter")
    remove = page.get_by_role("button", name="Retirer Grenoble (Isère)", exact=True)
    expect(remove).to_be_visible()
    type_and_wait(page, "meylan")  # it takes its place
    page.keyboard.press("Enter")
    expect(remove).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#received")).to_have_text("commune-38229")


def test_enter_before_the_suggestions_come_sends_nothing(places: None, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/essai/un/")
    town(page).focus()
    page.keyboard.type("meylan")
    page.keyboard.press("Enter")
    expect(options(page).first).to_be_visible()
    expect(page.locator("#received")).to_have_text("")


def test_enter_on_a_name_that_nobody_chose_sends_nothing(places: None, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/essai/un/")
    town(page).focus()
    type_and_wait(page, "38229")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Escape")
    town(page).fill("zzzzzzzz")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Aucun territoire ne répond")).to_be_visible()
    expect(page.locator("#received")).to_have_text("")


def test_keys_of_the_caret_leave_the_list(places: None, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/essai/un/")
    town(page).focus()
    type_and_wait(page, "saint")
    for key in ("Home", "End", "ArrowLeft", "ArrowRight"):
        page.keyboard.press("ArrowDown")
        expect(town(page)).to_have_attribute("aria-activedescendant", re.compile("."))
        page.keyboard.press(key)
        expect(town(page)).not_to_have_attribute("aria-activedescendant", re.compile("."))
        expect(town(page)).to_have_attribute("aria-expanded", "true")


def test_pick_replaces_an_answer_that_was_ticked(places: None, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/essai/un/")
    town(page).focus()
    type_and_wait(page, "saint martin")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_label("Saint-Martin-d’Hères").check()
    town(page).fill("")
    town(page).focus()
    type_and_wait(page, "meylan")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#received")).to_have_text("commune-38229")


def test_row_added_in_the_admin_sends_its_own_name(places: None, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/essai/lignes/")
    expect(page.locator("[data-ready]")).to_have_count(0)
    page.evaluate(ADD_ROW)
    page.locator("#id_rows-0-places").focus()
    type_and_wait(page, "meylan")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=rows-0-places]")).to_have_value("commune-38229")


def test_script_moves_nothing_on_the_page(places: None, new_page: NewPage) -> None:
    heights = []
    for javascript in (False, True):
        page = new_page(javascript=javascript)
        page.goto("/essai/")
        page.wait_for_load_state("networkidle")
        heights.append(page.get_by_label("Remarque").bounding_box())
    assert heights[0] == heights[1]


@pytest.mark.parametrize("viewport", ["phone", "wide"])
def test_list_is_whole_and_in_line_in_the_admin(
    viewport: Any, places: None, new_page: NewPage
) -> None:
    article = ArticleFactory(territories=Territory.objects.filter(pk__in=["departement-38"]))
    user = UserFactory(is_staff=True, is_superuser=True)
    page = new_page(viewport, user=user)
    page.goto(reverse("admin:articles_article_change", args=[article.pk]))
    box = page.locator("#id_territories")
    box.evaluate("box => box.scrollIntoView()")
    box.focus()
    type_and_wait(page, "saint martin")
    page.keyboard.press("ArrowDown")
    listed = page.get_by_role("listbox", name="Territoires proposés")
    for _ in each_scheme(page):
        assert listed.evaluate(IS_WHOLE)
        places_on_screen = [box.bounding_box(), listed.bounding_box()]
        places_on_screen.append(page.locator("[data-chosen]").bounding_box())
        assert len({place["x"] for place in places_on_screen if place}) == 1
        axe(page, ".territory-field")


def test_what_was_typed_before_the_script_came_is_answered(places: None, new_page: NewPage) -> None:
    page = new_page()
    held: list[Route] = []
    page.route("**/combobox*.js", lambda route: held.append(route))
    page.goto("/essai/", wait_until="commit")
    field(page).focus()
    page.keyboard.type("greno")
    expect(field(page)).to_have_value("greno")
    for route in held:
        route.continue_()
    expect(options(page).first).to_be_visible()
