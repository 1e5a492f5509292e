"""Choosing a picture in the form of an article, in a browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser import NewPage
from tests.factories import ArticleFactory, BlockFactory, UserFactory, make_image

pytestmark = pytest.mark.django_db(transaction=True)


def choose(page: Page, field: str, title: str) -> None:
    page.locator(f".field-{field.split('-')[-1]} .select2-selection").first.click()
    page.locator(".select2-dropdown .select2-search__field").fill(title)
    page.locator(".select2-results__option", has_text=title).click()


def test_chosen_picture_is_shown_and_its_alternative_proposed(new_page: NewPage) -> None:
    for title, alt in (("Marché", "Trois étals"), ("Atelier", "Deux établis")):
        image = make_image(title)
        image.alt = alt
        image.save()
    article = ArticleFactory()
    BlockFactory(article=article, kind="figure", image=make_image("Jardin"), text="")
    page = new_page(user=UserFactory(group="Rédaction"))
    page.goto(reverse("admin:articles_article_change", args=[article.pk]))

    expect(page.locator("#blocks-1 .chosen-picture")).to_have_attribute("width", "240")
    assert page.locator("#id_blocks-1-alt").input_value() == ""

    page.locator("summary", has_text="Couverture").click()
    alternative = page.locator("#id_cover_alt")
    choose(page, "cover", "Marché")
    expect(page.locator(".field-cover .chosen-picture")).to_be_visible()
    expect(alternative).to_have_value("Trois étals")

    choose(page, "cover", "Atelier")
    expect(alternative).to_have_value("Deux établis")

    alternative.fill("Ce que l’image apporte ici")
    choose(page, "cover", "Marché")
    page.wait_for_load_state("networkidle")
    expect(alternative).to_have_value("Ce que l’image apporte ici")
    assert page.locator(".field-cover .chosen-picture").count() == 1
