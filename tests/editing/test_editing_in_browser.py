"""Two people in one form, in two browsers: what each is told, and when."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser import NewPage, axe, each_scheme, overflow
from tests.factories import ArticleFactory, UserFactory, make_image

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 10_000  # milliseconds
HASTE = 10


@pytest.fixture
def editor(new_page: NewPage) -> Callable[[str], User]:
    def named(first_name: str) -> User:
        user: User = UserFactory(group="Rédaction", first_name=first_name, last_name="Ba")
        return user

    return named


def hurried(page: Page) -> Page:
    """What it would do in five seconds is done in half a second, for nobody to wait."""
    page.add_init_script(
        f"const wait = setTimeout; window.setTimeout = (act, time) => wait(act, time / {HASTE})"
    )
    return page


def save(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer", exact=True).click()


@pytest.mark.parametrize("viewport", ["wide", "phone"])
def test_each_is_told_soon_what_the_other_does_and_chooses(
    new_page: NewPage, editor: Callable[[str], User], viewport: str
) -> None:
    article = ArticleFactory(title="Au départ")
    url = reverse("admin:articles_article_change", args=[article.pk])
    mine = hurried(new_page(viewport, user=editor("Ana")))  # type: ignore[arg-type]  # one of the two
    theirs = hurried(new_page(user=editor("Ali")))
    mine.goto(url)
    theirs.goto(url)
    expect(mine.get_by_text("Ali Ba a aussi ce contenu ouvert.")).to_be_visible(timeout=SOON)

    mine.locator("#id_title").fill("Le mien")
    theirs.locator("#id_title").fill("Le sien")
    save(theirs)
    news = mine.get_by_role("status").filter(has_text="Ali Ba vient d’enregistrer")
    expect(news).to_be_visible(timeout=SOON)
    # It is heard, and takes neither the focus nor what is typed.
    expect(mine.locator("#id_title")).to_be_focused()
    expect(mine.locator("#id_title")).to_have_value("Le mien")

    save(mine)
    conflict = mine.locator(".conflict")
    expect(conflict).to_be_focused()
    for _ in each_scheme(mine):
        axe(mine)
    assert overflow(mine) == 0
    mine.get_by_label("L’autre").press("Space")
    mine.get_by_label("Ma saisie").press("Space")
    save(mine)
    expect(mine.locator(".messagelist .success")).to_be_visible()
    article.refresh_from_db()
    assert article.title == "Le mien"


def test_who_leaves_is_gone_and_who_is_out_of_sight_asks_nothing(
    new_page: NewPage, editor: Callable[[str], User]
) -> None:
    article = ArticleFactory()
    url = reverse("admin:articles_article_change", args=[article.pk])
    mine, theirs = (hurried(new_page(user=editor(name))) for name in ("Ana", "Ali"))
    mine.goto(url)
    theirs.goto(url)
    told = mine.get_by_text("Ali Ba a aussi ce contenu ouvert.")
    expect(told).to_be_visible(timeout=SOON)
    theirs.goto("/")
    expect(told).to_have_count(0, timeout=SOON)

    asked: list[str] = []
    mine.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    mine.wait_for_timeout(6_000 / HASTE)  # what is on its way
    mine.on("request", lambda request: asked.append(request.url))
    mine.wait_for_timeout(6_000 / HASTE)
    assert [address for address in asked if "presence" in address] == []


def test_numbers_follow_moves_and_a_remark_leads_to_its_block(
    new_page: NewPage, editor: Callable[[str], User]
) -> None:
    article = ArticleFactory(text="<p>Un</p>")
    article.blocks.create(kind="figure", image=make_image(), position=1)
    page = new_page(user=editor("Ana"))
    page.goto(reverse("admin:articles_article_change", args=[article.pk]))
    panel = page.locator(".before")
    expect(panel.get_by_role("link", name="Bloc 2 · Image")).to_be_visible()
    heading = page.locator("#blocks-1 > h3")
    expect(heading).to_contain_text("Bloc 2")
    page.locator("#blocks-1").get_by_role("button", name="Monter").press("Enter")
    expect(heading).to_contain_text("Bloc 1")
    page.locator("#id_standfirst").fill("")
    expect(panel).to_contain_text("Écrivez le chapô.")
    link = panel.get_by_role("link", name="Bloc 1 · Image")
    link.press("Enter")
    expect(page.locator("#id_blocks-1-alt")).to_be_focused()
    # What is folded opens.
    panel.get_by_role("link", name="Description pour les moteurs").press("Enter")
    expect(page.locator("#id_seo_description")).to_be_focused()
    page.locator("#blocks-group .add-row a").click()
    expect(page.locator("#blocks-2 > h3")).to_contain_text("Bloc 3")


def test_the_publish_page_leads_to_the_block(
    new_page: NewPage, editor: Callable[[str], User]
) -> None:
    article = ArticleFactory(text="<h4>Saut</h4>")
    page = new_page(user=editor("Ana"))
    page.goto(reverse("admin:articles_article_publish", args=[article.pk]))
    page.get_by_role("link", name="Bloc 1 · Texte").click()
    expect(page.locator("#blocks-0 .ProseMirror[contenteditable]")).to_be_focused()
