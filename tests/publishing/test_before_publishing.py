"""« Avant de publier », in the form: what is lacking and what trips, told while one writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.models import User
from articles.models import Article
from events.models import Event
from territories.models import Territory
from tests.factories import ArticleFactory, EventFactory, UserFactory, make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(group="Rédaction"))
    return client


def read(answer: Any) -> Any:
    return html.fromstring(answer.content.decode())


def page_of(client: Client, url: str) -> Any:
    answer = client.get(url)
    assert answer.status_code == 200
    return read(answer)


def url_of(row: Any, page: str = "change") -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[row.pk])


def values_of(page: Any, form_id: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in page.get_element_by_id(form_id).form_values():
        if "__prefix__" not in name:
            values.setdefault(name, []).append((value or "").removeprefix("\n"))
    return values


def sentences(panel: Any) -> list[str]:
    return [" ".join(item.text_content().split()) for item in panel.iter("li")]


def poor_article() -> Article:
    """It lacks about all, and trips at about all."""
    article: Article = ArticleFactory(title="Un titre " * 8, standfirst="", text="<h4>Saut</h4>")
    article.themes.clear()
    article.type = None
    article.cover = make_image()
    article.save()
    article.blocks.create(kind="figure", image=make_image(), alt="IMG_2041.jpg", position=1)
    article.blocks.create(kind="quote", position=2)
    article.blocks.create(
        kind="text", text='<p><a href="https://a.example/">ici</a></p>', position=3
    )
    return article


def poor_event() -> Event:
    event: Event = EventFactory(
        title="Un titre " * 8,
        standfirst="",
        format="hybrid",
        online_url="",
        contact_email="",
        audience="invited",
        registration_for="everyone",
        description="<h4>Saut</h4>",
        sessions=[{"title": "Tôt", "starts": "06:00", "ends": "07:00"}, {"title": "Bilan"}],
    )
    event.themes.clear()
    return event


@pytest.mark.parametrize("make", [poor_article, poor_event])
def test_each_sentence_leads_to_a_place_of_the_page(editor: Client, make: Any) -> None:
    row = make()
    page = page_of(editor, url_of(row))
    panel = page.find_class("before")[0]
    links = [link.get("href") for link in panel.iter("a")]
    assert len(links) >= 8
    assert all(link.startswith("#") and page.get_element_by_id(link[1:]) is not None
               for link in links)  # fmt: skip
    assert len(links) == len(sentences(panel)), "each has its place"


@pytest.mark.parametrize("make", [poor_article, poor_event])
def test_the_publish_page_leads_to_the_same_places(editor: Client, make: Any) -> None:
    row = make()
    form = page_of(editor, url_of(row))
    page = page_of(editor, url_of(row, "publish"))
    links = [link.get("href") for listed in page.find_class("remarks") for link in listed.iter("a")]
    assert len(links) >= 8
    for link in links:
        address, _, anchor = link.partition("#")
        assert address == url_of(row)
        assert form.get_element_by_id(anchor) is not None


def test_what_a_draft_may_lack_is_marked_in_the_form(editor: Client) -> None:
    page = page_of(editor, reverse("admin:articles_article_add"))
    marked = {
        row.getparent().get("class", "") + row.get("class", "")
        for row in page.find_class("form-row")
        if row.find_class("needed")
    }
    named = " ".join(marked)
    assert all(f"field-{name}" in named for name in ("type", "standfirst", "themes"))
    assert "field-title" not in named, "without it nothing is saved"
    assert "Choisissez un type d’article." in sentences(page.find_class("before")[0])


def test_the_form_is_evaluated_as_it_is_typed_and_nothing_is_saved(editor: Client) -> None:
    article = poor_article()
    page = page_of(editor, url_of(article))
    typed = values_of(page, "article_form") | {
        "title": ["Un titre court"],
        "standfirst": ["x" * 600],
        "blocks-2-text": ["<p>Une citation.</p>"],
    }
    versions = article.versions.count()
    answer = editor.post(page.find_class("before")[0].get("data-before"), typed)
    said = sentences(read(answer))
    assert any("600 signes" in one for one in said)
    assert not any("Écrivez le chapô" in one or "65 signes" in one for one in said)
    assert not any(one.startswith("Bloc 3") for one in said)
    article.refresh_from_db()
    assert article.standfirst == "" and article.versions.count() == versions


def test_numbers_follow_what_was_moved_and_lead_to_where_it_is(editor: Client) -> None:
    article = poor_article()
    page = page_of(editor, url_of(article))
    typed = values_of(page, "article_form")
    for index, position in enumerate((1, 2, 0, 3)):
        typed[f"blocks-{index}-position"] = [str(position)]
    typed["blocks-3-DELETE"] = ["on"]
    answer = editor.post(page.find_class("before")[0].get("data-before"), typed)
    panel = read(answer)
    links = {link.text_content(): link.get("href") for link in panel.iter("a")}
    assert links["Bloc 1 · Citation"] == "#id_blocks-2-text"
    assert links["Bloc 3 · Image"] == "#id_blocks-1-alt"
    assert "Bloc 4 · Texte" not in links


def test_a_new_article_is_evaluated_too(editor: Client) -> None:
    page = page_of(editor, reverse("admin:articles_article_add"))
    typed = values_of(page, "article_form") | {
        "title": ["Un titre"],
        "slug": ["un-titre"],
        "blocks-TOTAL_FORMS": ["1"],
        "blocks-0-kind": ["quote"],
        "blocks-0-position": ["0"],
    }
    answer = editor.post(page.find_class("before")[0].get("data-before"), typed)
    said = sentences(read(answer))
    assert "Choisissez un type d’article." in said
    assert not Article.objects.exists()


def test_events_are_evaluated_with_their_programme(editor: Client) -> None:
    event = poor_event()
    page = page_of(editor, url_of(event))
    typed = values_of(page, "event_form")
    typed["sessions-0-starts"], typed["sessions-0-ends"] = ["10:00"], ["11:00"]
    panel = page.find_class("before")[0]
    assert any("Session 1 · Atelier · Tôt" in one for one in sentences(panel))
    answer = editor.post(panel.get("data-before"), typed)
    said = sentences(read(answer))
    assert not any("Tôt" in one for one in said)


def test_nothing_is_evaluated_for_whoever_may_not_write_it(geography: Any) -> None:
    article = ArticleFactory(territories=[Territory.objects.get(pk="departement-38")])
    url = url_of(article, "before")
    client = Client()
    assert client.post(url).status_code == 302
    paris = Territory.objects.get(pk="departement-75")
    client.force_login(UserFactory(group="Rédaction", territories=[paris]))
    assert client.post(url).status_code == 404
    assert client.get(url).status_code == 405
    reader = User.objects.create_user("lecture@reseau.example", "x", is_staff=True)
    client.force_login(reader)
    assert client.post(reverse("admin:articles_article_before_adding")).status_code == 403


# --- Numbers, and errors ---


def titles(page: Any, group: str) -> list[str]:
    return [
        " ".join(title.text_content().replace("Supprimer", "").split())
        for title in page.xpath(f"//*[@id='{group}-group']//div/h3[b]")
        if "empty" not in title.getparent().get("id")
    ]


def test_blocks_and_sessions_are_numbered_at_load(editor: Client) -> None:
    assert titles(page_of(editor, url_of(poor_article())), "blocks") == [
        "Bloc 1 Texte", "Bloc 2 Image", "Bloc 3 Citation", "Bloc 4 Texte",
    ]  # fmt: skip
    assert titles(page_of(editor, url_of(poor_event())), "sessions") == [
        "Session 1 Atelier · Tôt",
        "Session 2 Atelier · Bilan",
    ]


def test_errors_are_listed_with_the_place_of_each(editor: Client) -> None:
    event = poor_event()
    typed = values_of(page_of(editor, url_of(event)), "event_form") | {
        "title": [""],
        "sessions-1-title": [""],
        "_continue": "1",
    }
    answer = editor.post(url_of(event), typed)
    page = read(answer)
    listed = page.find_class("error-summary")[0]
    places = {" ".join(a.text_content().split()): a.get("href") for a in listed.iter("a")}
    assert places["Titre"] == "#id_title"
    assert places["Session 2 · Atelier · Bilan, titre"] == "#id_sessions-1-title"
    assert all(page.get_element_by_id(anchor[1:]) is not None for anchor in places.values())


def test_blocks_of_a_form_that_comes_back_are_numbered_by_their_rank(editor: Client) -> None:
    article = poor_article()
    typed = values_of(page_of(editor, url_of(article)), "article_form") | {"title": [""]}
    for index, position in enumerate((1, 2, 0, 3)):
        typed[f"blocks-{index}-position"] = [str(position)]
    answer = editor.post(url_of(article), typed)
    page = read(answer)
    assert titles(page, "blocks") == [
        "Bloc 2 Texte", "Bloc 3 Image", "Bloc 1 Citation", "Bloc 4 Texte",
    ]  # fmt: skip
