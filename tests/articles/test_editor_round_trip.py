"""An editor's day in a real browser: write, illustrate, look, publish; and a visitor reads."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from articles.models import Article, ArticleType
from publishing import services
from tests.browser import NewPage, Viewport, axe, each_scheme
from tests.factories import ArticleFactory, UserFactory, picture

pytestmark = pytest.mark.django_db(transaction=True)

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><!--StartFragment-->
<h1 style='mso-x:y'>Un titre<o:p></o:p></h1>
<p class=MsoNormal>Du texte <b>gras</b> et <span style='font-style:italic'>italique</span>,
coupé.<o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·
<span style='font:7.0pt'>&nbsp;&nbsp;</span></span>Premier</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·
<span style='font:7.0pt'>&nbsp;&nbsp;</span></span>Second</p>
<p class=MsoNormal style='color:red'><o:p>&nbsp;</o:p></p><!--EndFragment--></body></html>"""


@pytest.fixture
def editor() -> User:
    return UserFactory(group="Rédaction")


def paste(page: Page, selector: str, html: str) -> None:
    page.locator(selector).click()
    page.evaluate(
        """([selector, html]) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            const event = new ClipboardEvent("paste", {
                clipboardData: data, bubbles: true, cancelable: true,
            });
            document.querySelector(selector).dispatchEvent(event);
        }""",
        [selector, html],
    )


@pytest.mark.smoke
def test_editor_writes_publishes_and_a_visitor_reads(
    new_page: NewPage, staff_page: Callable[[User], Page], editor: User
) -> None:
    page = staff_page(editor)
    page.goto(reverse("admin:articles_article_changelist"))
    page.get_by_role("link", name="Écrire un article").click()
    page.get_by_label("Titre :", exact=True).first.fill("Un essai: l'atelier ouvre !")
    page.get_by_label("Type :").select_option(label="Décryptage")
    page.get_by_label("Chapô :").fill("Ce que l'atelier change.")
    page.get_by_label("Gouvernance").check()

    page.get_by_role("button", name="Ajouter : Bloc").or_(
        page.locator("#blocks-group .add-row a")
    ).first.click()
    paste(page, "#blocks-0 .ProseMirror[contenteditable]", WORD)
    box = page.locator("#blocks-0 .ProseMirror[contenteditable]")
    expect(box).to_have_attribute("aria-label", "Texte")
    box.press("Control+End")
    page.keyboard.type(" et une espace tapée")

    page.locator("#blocks-group .add-row a").click()
    page.locator("#id_blocks-1-kind").select_option("figure")
    with page.expect_popup() as opened:
        page.locator("#add_id_blocks-1-image").click()
    popup = opened.value
    popup.get_by_label("Titre :").fill("Un dessin d'atelier")
    drawing = picture()
    popup.get_by_label("Fichier :").set_input_files(
        {"name": "dessin.png", "mimeType": "image/png", "buffer": drawing.read()}
    )
    popup.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("#id_blocks-1-image option:checked")).to_have_text("Un dessin d’atelier")
    page.locator("#id_blocks-1-alt").fill("Un établi")

    page.get_by_role("button", name="Enregistrer et prévisualiser").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "Un essai\u00a0: l’atelier ouvre\u202f!"
    )
    expect(page.get_by_text("Aperçu de la copie de travail")).to_be_visible()
    article = Article.objects.get()
    html = article.blocks.first().text  # type: ignore[union-attr]  # the one just saved
    assert "<h2>Un titre</h2>" in html
    assert "<strong>gras</strong> et <em>italique</em>, coupé." in html
    assert "<ul><li><p>Premier</p></li><li><p>Second et une espace tapée</p></li></ul>" in html
    assert "&nbsp;" not in html
    assert "\u00a0" not in html
    assert "mso" not in html.lower()

    visitor = new_page("phone")
    assert visitor.goto(article.get_absolute_url()).status == 404  # type: ignore[union-attr]  # None only without navigation

    page.get_by_role("link", name="Revenir au texte").click()
    page.get_by_role("button", name="Enregistrer et publier…").click()
    expect(page.get_by_role("heading", name="Où cela apparaîtra")).to_be_visible()
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.get_by_text("est en ligne.")).to_be_visible()

    visitor.goto(article.get_absolute_url())
    expect(visitor.get_by_role("heading", name="Un titre")).to_be_visible()
    expect(visitor.get_by_role("img", name="Un établi")).to_be_visible()
    axe(visitor)


@pytest.fixture(autouse=True)
def expected_404(allow_problem: Callable[[str], None]) -> None:
    allow_problem("404")


def test_second_editor_is_told_and_loses_nothing(
    staff_page: Callable[[User], Page], editor: User
) -> None:
    article = ArticleFactory(title="Version de départ", type=ArticleType.objects.first())
    address = reverse("admin:articles_article_change", args=[article.pk])
    first, second = staff_page(editor), staff_page(UserFactory(group="Rédaction"))
    for page in (first, second):
        page.goto(address)
    expect(second.get_by_text("a aussi ce contenu ouvert.")).to_be_visible()
    title = "#id_title"
    first.locator(title).fill("Version de la première")
    first.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(first.locator(".messagelist .success")).to_be_visible()

    second.locator(title).fill("Version de la seconde")
    second.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(second.get_by_text("Rien n’est perdu")).to_be_visible()
    expect(second.locator(title)).to_have_value("Version de la seconde")
    article.refresh_from_db()
    assert article.title == "Version de la première"

    second.get_by_label("Enregistrer ma version par-dessus").check()
    second.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(second.locator(".messagelist .success")).to_be_visible()
    article.refresh_from_db()
    assert article.title == "Version de la seconde"
    titles = [version.data["title"] for version in article.versions.all()]
    assert titles == ["Version de la seconde", "Version de la première", "Version de départ"]


def test_blocks_are_moved_with_buttons(staff_page: Callable[[User], Page], editor: User) -> None:
    article = ArticleFactory(text="<p>Un</p>", type=ArticleType.objects.first())
    article.blocks.create(kind="text", text="<p>Deux</p>", position=1)
    page = staff_page(editor)
    page.goto(reverse("admin:articles_article_change", args=[article.pk]))
    page.locator("#blocks-1").get_by_role("button", name="Monter").press("Enter")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert [block.text for block in article.blocks.all()] == ["<p>Deux</p>", "<p>Un</p>"]


@pytest.mark.parametrize("viewport", ["phone", "wide"])
def test_edit_form_and_its_pages_are_accessible(
    new_page: NewPage, editor: User, viewport: Viewport
) -> None:
    article = ArticleFactory(published=True, type=ArticleType.objects.first())
    article.blocks.create(kind="key_figure", value="12", title="x", source="y", position=1)
    services.publish(working=article, by=editor, at=timezone.now() + timedelta(days=2))
    article.standfirst = "Un chapô corrigé."
    article.save()
    services.record_save(working=article, by=editor)
    page = new_page(viewport, user=editor)
    for name in ("change", "publish", "at once", "fix", "versions", "link", "archive"):
        if name == "at once":
            page.goto(reverse("admin:articles_article_publish", args=[article.pk]))
            page.get_by_role("button", name="Publier tout de suite…").click()
            expect(page.get_by_role("radio", name="La garder")).to_be_visible()
        else:
            page.goto(reverse(f"admin:articles_article_{name}", args=[article.pk]))
        if name == "change":
            expect(page.locator("#blocks-0 .ProseMirror[contenteditable]")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        for _ in each_scheme(page):
            axe(page)
    for address in (
        "admin:index",
        "admin:articles_article_changelist",
        "admin:articles_article_import",
    ):
        page.goto(reverse(address))
        for _ in each_scheme(page):
            axe(page)
