"""What is pasted in the editor, in a real browser: the same answers as the sanitiser gives."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser import axe
from tests.factories import ArticleFactory, UserFactory
from tests.publishing.unseen_cases import CASES, DELETED, HIDDEN, said, squeezed

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "#blocks-0 .ProseMirror[contenteditable]"
# Each page pasted in an empty editor: its text, what the editor then tells, what it would save.
PASTE_EACH = """([selector, pages]) => pages.map((html) => {
    const box = document.querySelector(selector);
    box.editor.commands.clearContent();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", html);
    clipboardData.setData("text/plain", "secret");
    const options = {clipboardData, bubbles: true, cancelable: true};
    box.dispatchEvent(new ClipboardEvent("paste", options));
    const told = box.closest(".form-row").querySelectorAll(".left-out li");
    return [box.textContent, [...told].map((item) => item.textContent), box.editor.getHTML()];
})"""

PASTE = """(field, html) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", html);
    clipboardData.setData("text/plain", "secret");
    const event = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
    return field.dispatchEvent(event);
}"""


@pytest.fixture
def form(staff_page: Callable[[User], Page]) -> Page:
    """The form of an article with one text."""
    article = ArticleFactory(text="<p>Un</p>")
    page = staff_page(UserFactory(group="Rédaction"))
    page.goto(reverse("admin:articles_article_change", args=[article.pk]))
    expect(page.locator(TEXT)).to_be_visible()
    return page


def test_paste_gives_what_its_source_shows_and_tells_the_rest(form: Page) -> None:
    form.locator(TEXT).click()
    answers = form.evaluate(PASTE_EACH, [TEXT, [case.markup for case in CASES]])
    wrong = [
        (case.name, text, told)
        for case, (text, told, html) in zip(CASES, answers, strict=True)
        if squeezed(text) != squeezed(case.kept)
        or tuple(told) != tuple(dict.fromkeys(case.quoted))
        or "secret" in html
    ]

    assert not wrong
    form.evaluate(PASTE_EACH, [TEXT, ["<p>Vu.</p><p hidden>secret</p>"]])
    place = form.locator("#blocks-0").get_by_role("status")
    expect(place).to_contain_text(said(HIDDEN, "secret"))
    axe(form, "#blocks-0")
    form.evaluate(PASTE_EACH, [TEXT, ["<p>Un style = rond.</p>"]])
    expect(place).to_be_empty()
    expect(form.locator(TEXT)).to_have_text("Un style = rond.")


def test_title_of_a_pasted_link_is_told_and_left_out(form: Page) -> None:
    link = '<p><a href="https://a.example/" title="{}">Vu.</a></p>'
    (first, second) = form.evaluate(
        PASTE_EACH, [TEXT, [link.format("secret"), link.format("https://a.example/")]]
    )

    assert first[1] == ["Infobulle d’un lien\u00a0: «\u00a0secret\u00a0»"]
    assert second[1] == []
    assert "title=" not in first[2] + second[2]


def test_plain_field_gets_what_the_source_shows_and_tells_the_rest(form: Page) -> None:
    standfirst, title = form.get_by_label("Chapô :"), form.locator("#id_title")
    for field in (standfirst, title):
        field.fill("")
        field.click()
        field.evaluate(PASTE, "<p>Un <del>secret </del>mot.</p>")
        expect(field).to_have_value("Un mot.")
    place = form.locator(".field-standfirst").get_by_role("status")
    expect(place).to_contain_text(said(DELETED, "secret"))


def test_plain_field_leaves_an_ordinary_paste_to_the_browser(form: Page) -> None:
    title = form.locator("#id_title")
    title.click()

    assert title.evaluate(PASTE, "<p>Un mot.</p>")  # not prevented
