"""A long programme in the admin: a line a row, which opens on demand."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from events.models import Event
from tests.browser import NewPage, Watch, axe, each_scheme
from tests.factories import EventFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event(watch: Watch) -> Event:
    made: Event = EventFactory(
        sessions=[{"title": f"Atelier {n}", "room": f"Salle {n}"} for n in range(7)]
    )
    return made


def written(event: Event, new_page: NewPage, viewport: Any = "wide", **context: Any) -> Page:
    page = new_page(viewport, user=UserFactory(group="Équipe nationale"), **context)
    page.goto(reverse("admin:events_event_change", args=[event.pk]))
    return page


def room(row: Locator) -> Locator:
    return row.locator("input[name$='-room']")


@pytest.mark.parametrize("viewport", ["phone", "wide"])
def test_a_row_tells_what_it_holds_and_opens_by_keyboard(
    event: Event, new_page: NewPage, viewport: Any
) -> None:
    page = written(event, new_page, viewport)
    row = page.locator("#sessions-3")
    line = row.locator("summary").first
    expect(line).to_have_text("Atelier 3 : Atelier · 14:00–15:00 · Salle 3")
    expect(room(row)).to_be_hidden()
    for _ in each_scheme(page):
        axe(page, "#sessions-group")

    line.press("Enter")
    assert row.evaluate("row => row.scrollWidth <= row.clientWidth")
    room(row).fill("Grand amphithéâtre")
    room(row).press("Tab")
    expect(line).to_contain_text("Grand amphithéâtre")
    axe(page, "#sessions-group")
    expect(room(page.locator("#sessions-4"))).to_be_hidden()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Enregistré")
    assert event.sessions.get(title="Atelier 3").room == "Grand amphithéâtre"


def test_all_rows_open_and_close_at_once(event: Event, new_page: NewPage) -> None:
    page = written(event, new_page)
    page.get_by_role("button", name="Tout déplier").click()
    expect(room(page.locator("#sessions-6"))).to_be_visible()
    page.get_by_role("button", name="Tout replier").click()
    expect(room(page.locator("#sessions-6"))).to_be_hidden()


def test_a_row_in_error_and_a_new_one_are_open(event: Event, new_page: NewPage) -> None:
    page = written(event, new_page)
    page.locator("#sessions-group .add-row a").click()
    expect(room(page.locator("#sessions-7"))).to_be_visible()
    page.locator("#sessions-7").get_by_role("link", name="Supprimer").or_(
        page.locator("#sessions-7 .inline-deletelink")
    ).first.click()
    page.locator("#sessions-2 summary").first.click()
    page.locator("#sessions-2 input[name$='-title']").fill("")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("#sessions-2 .errorlist")).to_be_visible()
    expect(room(page.locator("#sessions-3"))).to_be_hidden()


def test_without_javascript_all_is_open(event: Event, new_page: NewPage) -> None:
    page = written(event, new_page, javascript=False)
    expect(room(page.locator("#sessions-3"))).to_be_visible()
