"""A definition opens under the text that is being read: by keyboard, without JavaScript, on a
telephone, in large text, and on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article
from publishing import services
from tests.browser import NewPage, axe, each_scheme, overflow
from tests.factories import ArticleFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "".join(f"<p>Un paragraphe, le numéro {n}, qui fait descendre.</p>" for n in range(30))


@pytest.fixture
def article() -> Article:
    term = TermFactory(
        term="ESS",
        expansion="économie sociale et solidaire",
        definition="Une manière d’entreprendre, dont le but n’est pas le partage des bénéfices.",
        source="Loi du 31 juillet 2014",
        slug="ess",
    )
    made: Article = ArticleFactory(text=f"{LONG}<p>Voici l’ESS d’ici.</p>{LONG}")
    made.explained_terms.set([term])
    services.record_save(working=made, by=None)
    services.publish(working=made, by=None)
    return made


def opened(page: Page, article: Article) -> None:
    page.goto(article.get_absolute_url())
    mention = page.locator("a.term")
    mention.scroll_into_view_if_needed()
    mention.press("Enter")
    expect(page.locator("[id='mot:ess']")).to_be_in_viewport()


def place(page: Page) -> float:
    top = page.locator("a.term").evaluate("one => one.getBoundingClientRect().top")
    return float(top)


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("viewport", ["wide", "phone"])
def test_opens_under_the_text_and_leads_back(
    article: Article, new_page: NewPage, viewport: str, javascript: bool
) -> None:
    page = new_page(viewport, javascript=javascript)  # type: ignore[arg-type]  # one of the two
    page.goto(article.get_absolute_url())
    mention = page.locator("a.term")
    mention.scroll_into_view_if_needed()
    mention.focus()
    before = place(page)
    page.keyboard.press("Enter")
    definition = page.locator("[id='mot:ess']")
    expect(definition).to_be_in_viewport(ratio=1)
    assert place(page) == pytest.approx(before, abs=2)  # the text did not move
    if javascript:
        page.keyboard.press("Escape")
        expect(definition).not_to_be_in_viewport()
        assert place(page) == pytest.approx(before, abs=2)
        expect(mention).to_be_focused()
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # reading goes on in the definition
    expect(page.locator("[role=doc-backlink]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(definition).not_to_be_in_viewport()
    expect(mention).to_be_in_viewport()


def test_axe_finds_nothing_while_it_is_open(article: Article, new_page: NewPage) -> None:
    page = new_page("phone")
    opened(page, article)
    for _ in each_scheme(page):
        axe(page)


def test_fits_in_large_text_and_on_the_smallest_telephone(
    article: Article, new_page: NewPage
) -> None:
    page = new_page((320, 640))
    opened(page, article)
    assert overflow(page) == 0
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(page) == 0
    page.get_by_text("Au glossaire").click()
    expect(page.get_by_role("heading", name="ESS", level=1)).to_be_visible()


def test_is_printed_at_the_end(article: Article, new_page: NewPage) -> None:
    page = new_page()
    opened(page, article)
    page.emulate_media(media="print")
    definition = page.locator("[id='mot:ess']")
    assert definition.evaluate("one => getComputedStyle(one).position") == "static"
    expect(definition.get_by_text("Une manière d’entreprendre")).to_be_visible()
    expect(definition.get_by_text("Revenir au texte")).to_be_hidden()


def test_a_remark_opens_the_box_of_a_word_just_typed(article: Article, new_page: NewPage) -> None:
    TermFactory(term="QPV", slug="qpv")
    page = new_page(user=UserFactory(group="Rédaction"))
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    text = page.locator("#blocks-0 [contenteditable=true]").first
    text.click()
    page.keyboard.type("En QPV, ")
    remark = page.locator("[data-before-list] li", has_text="« QPV » est au glossaire")
    expect(remark).to_have_count(1)
    page.locator("[data-before-list] summary").click()
    remark.get_by_role("link").click()
    box = page.get_by_role("checkbox", name="QPV")
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    expect(remark).to_have_count(0)
    axe(page, "#id_explained_terms")
