"""What changed in the portal’s text, as its editor sees it: by keyboard, without JavaScript, in two
schemes, on a telephone."""

from dataclasses import replace

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pages import following
from pages.declared_texts import TEXTS
from pages.models import Page
from tests.browser import NewPage, axe, each_scheme, overflow
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

PRIVACY = "confidentialite"


@pytest.fixture
def rewritten(monkeypatch: pytest.MonkeyPatch) -> Page:
    page = Page.objects.get(slug=PRIVACY)
    page.body = page.body.replace("sans être suivi", "sans être suivi·e")
    page.save()
    text = TEXTS[PRIVACY]
    written = text.written + "<h2>Lettres</h2><p>Ce que gardent les lettres.</p>"
    changed = replace(text, written=written, changes=(*text.changes, "Les lettres."))
    monkeypatch.setitem(TEXTS, PRIVACY, changed)
    following.put_in_step(using="default")
    return page


@pytest.mark.parametrize("viewport", ["wide", "phone"])
def test_the_panel_is_read_by_everybody_and_answered_by_keyboard(
    rewritten: Page, new_page: NewPage, viewport: str
) -> None:
    page = new_page(viewport, user=UserFactory(group="Équipe nationale"))  # type: ignore[arg-type]  # one of the two
    page.goto(reverse("admin:pages_page_change", args=[rewritten.pk]))
    panel = page.get_by_role("region", name="Le texte du portail a changé")
    expect(panel.get_by_role("cell", name="Ce que gardent les lettres.")).to_be_visible()
    summary = panel.get_by_text("Comparer votre texte")
    summary.press("Enter")
    expect(panel.get_by_role("group", name="Votre texte et celui du portail")).to_be_visible()
    for _ in each_scheme(page):
        axe(page)
    assert overflow(page) == 0
    panel.get_by_role("button", name="Reporter ces changements dans le mien").press("Enter")
    expect(page.get_by_text("Changements du texte du portail reportés.")).to_be_visible()
    expect(page.locator("#texte-du-portail")).to_have_count(0)
    rewritten.refresh_from_db()
    assert "suivi·e" in rewritten.body and "Lettres" in rewritten.body


def test_the_panel_needs_no_javascript(rewritten: Page, new_page: NewPage) -> None:
    page = new_page(user=UserFactory(group="Équipe nationale"), javascript=False)
    page.goto(reverse("admin:pages_page_change", args=[rewritten.pk]))
    page.get_by_role("button", name="Garder le mien").click()
    expect(page.get_by_text("ne seront plus proposés")).to_be_visible()
    rewritten.refresh_from_db()
    assert "suivi·e" in rewritten.body and "Lettres" not in rewritten.body
