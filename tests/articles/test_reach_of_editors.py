"""What an editor with lesser rights sees, keeps and never gains of what others put into what they
write."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from articles.models import Article
from articles.services import import_document
from media.models import Image
from publishing import services
from publishing.choosing import RESERVED
from territories.models import Territory
from tests.factories import (
    ArticleFactory,
    BlockFactory,
    UserFactory,
    make_document,
    make_image,
    picture,
)
from tests.permissions.test_reach import filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

PILOTS: dict[str, Any] = {"audience": "roles", "audience_roles": "pilot"}


@pytest.fixture
def isere() -> list[Territory]:
    return [Territory.objects.get(pk="departement-38")]


@pytest.fixture
def writer(client: Client, isere: list[Territory]) -> User:
    user = UserFactory(group="Contribution", territories=isere)
    client.force_login(user)
    return user


@pytest.fixture
def embargoed() -> Article:
    """Online under one title, about to be under another."""
    article: Article = ArticleFactory(title="Titre en ligne", published=True)
    article.title = "Titre sous embargo"
    article.standfirst = "Le chapô dit fermeture."
    article.save()
    services.record_save(working=article, by=None)
    return article


def suggested(client: Client, term: str) -> list[str]:
    source = {"app_label": "articles", "model_name": "block", "field_name": "articles"}
    answer = client.get(reverse("admin:autocomplete"), {**source, "term": term})
    return [row["text"] for row in answer.json()["results"]]


def change(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


# --- Titles ---


def test_an_embargoed_title_is_neither_told_nor_found(
    client: Client, writer: User, embargoed: Article
) -> None:
    assert suggested(client, "en ligne") == ["Titre en ligne"]
    assert suggested(client, "embargo") == []
    assert suggested(client, "fermeture") == []


def test_whoever_may_open_it_finds_it_by_its_own_words(client: Client, embargoed: Article) -> None:
    client.force_login(UserFactory(group="Rédaction"))
    assert suggested(client, "fermeture") == ["Titre sous embargo"]
    assert suggested(client, "titre en ligne") == []


def test_a_form_that_points_at_it_tells_its_title_online(
    client: Client, writer: User, isere: list[Territory], embargoed: Article
) -> None:
    mine = ArticleFactory(territories=isere, related=[embargoed])
    mine.blocks.create(kind="related").articles.add(embargoed)
    page = client.get(change(mine)).text
    assert page.count("Titre en ligne") == 2
    assert "embargo" not in page


def test_a_form_that_points_at_a_draft_of_others_keeps_it_without_naming_it(
    client: Client, writer: User, isere: list[Territory]
) -> None:
    draft = ArticleFactory(title="Brouillon de Paris")
    mine = ArticleFactory(territories=isere, related=[draft])
    mine.blocks.create(kind="related", position=1).articles.add(draft)
    services.record_save(working=mine, by=None)
    page = client.get(change(mine))
    assert "Brouillon de Paris" not in page.text and "vous ne pouvez pas l’ouvrir" in page.text
    values = {**filled(page), "title": ["Corrigé"]}
    assert client.post(change(mine), values).status_code == 302
    mine.refresh_from_db()
    assert mine.title == "Corrigé"
    assert mine.related_articles.get().target == draft
    assert list(mine.blocks.get(kind="related").articles.all()) == [draft]
    for name in ("history", "versions", "preview", "publish", "submit"):
        url = reverse(f"admin:articles_article_{name}", args=[mine.pk])
        assert "Brouillon de Paris" not in client.get(url).text, name
    first, *_, last = mine.versions.order_by("pk").values_list("pk", flat=True)
    url = reverse("admin:articles_article_versions", args=[mine.pk])
    assert "Brouillon de Paris" not in client.get(f"{url}?avant={first}&apres={last}").text


def test_what_one_may_not_open_moves_to_no_other_line(
    client: Client, writer: User, isere: list[Territory]
) -> None:
    draft, own = ArticleFactory(), ArticleFactory(territories=isere)
    mine = ArticleFactory(territories=isere, related=[draft])
    values = filled(client.get(change(mine)))
    other = {**values, "event": [""], "related_articles-TOTAL_FORMS": ["2"]}
    other |= {"related_articles-1-target": [str(own.pk)], "related_articles-1-position": ["1"]}
    assert client.post(change(mine), other).status_code == 302
    values = filled(client.get(change(mine)))
    targets = {name: value for name, value in values.items() if name.endswith("-target")}
    kept = next(name for name, value in targets.items() if value == [str(draft.pk)])
    swapped = "related_articles-1-target" if "-0-" in kept else "related_articles-0-target"
    values |= {kept: values[swapped], swapped: [str(draft.pk)]}
    assert client.post(change(mine), values).status_code == 200


def test_deleting_names_nothing_out_of_reach(client: Client, isere: list[Territory]) -> None:
    image = make_image("La façade")
    ArticleFactory(title="Brouillon de Paris", cover=image)
    user = UserFactory(group="Rédaction", territories=isere)
    image.created_by = user
    image.save()
    user.user_permissions.add(*_rights("media.delete_image"))
    client.force_login(user)
    address = reverse("admin:media_image_delete", args=[image.pk])
    assert "Brouillon de Paris" not in client.get(address).text
    chosen = {"action": "delete_selected", "_selected_action": [image.pk]}
    answer = client.post(reverse("admin:media_image_changelist"), chosen)
    assert "Impossible de supprimer" in answer.text and "Brouillon de Paris" not in answer.text
    (line,) = admin.site.get_model_admin(Image).get_deleted_objects([image], answer.wsgi_request)[3]
    assert line == f"Article\u00a0: {RESERVED}"
    client.post(address, {"post": "yes"})
    assert Image.objects.filter(pk=image.pk).exists()


def _rights(*names: str) -> list[Any]:
    return [
        Permission.objects.get(content_type__app_label=room, codename=codename)
        for room, _, codename in (name.partition(".") for name in names)
    ]


def test_an_imported_document_guesses_no_title(
    writer: User, isere: list[Territory], embargoed: Article
) -> None:
    ArticleFactory(title="Brouillon de Paris")

    def related(title: str) -> int:
        content = f"# Le mien\n\nDu texte.\n\n[Lire l’article « {title} »](https://x.example/)\n"
        report = import_document(name="a.md", content=content.encode(), by=writer)
        return report.article.related_articles.count()

    assert related("Brouillon de Paris") == 0
    assert related("Titre sous embargo") == 0
    assert related("Titre en ligne") == 1


# --- Documents and pictures ---


def with_reserved_document(isere: list[Territory]) -> tuple[Article, Any]:
    """Somebody with more rights attached to it what only pilots read."""
    document = make_document("Note aux pilotes")
    ArticleFactory(documents=[document], published=True, **PILOTS)
    mine = ArticleFactory(territories=isere, documents=[document])
    BlockFactory(article=mine, kind="download", document=document, text="", position=3)
    services.record_save(working=mine, by=None)
    return mine, document


def test_a_reserved_document_stays_attached_and_is_neither_read_nor_named(
    client: Client, writer: User, isere: list[Territory]
) -> None:
    mine, document = with_reserved_document(isere)
    page = client.get(change(mine))
    assert client.post(change(mine), {**filled(page), "title": ["Corrigé"]}).status_code == 302
    assert mine.attachments.get().document == document
    assert mine.blocks.get(kind="download").document == document
    pages = [change(mine), reverse("admin:media_document_changelist")]
    pages += [
        reverse(f"admin:articles_article_{name}", args=[mine.pk])
        for name in ("preview", "versions", "history", "submit")
    ]
    for address in pages:
        assert "Note aux pilotes" not in client.get(address).text, address
    for room in ("articles", "events"):
        assert client.get(reverse(f"{room}:document", args=[document.pk])).status_code == 404


def test_a_preview_link_shows_no_more_than_whoever_made_it_may_see(
    client: Client, writer: User, isere: list[Territory]
) -> None:
    mine, _ = with_reserved_document(isere)
    address = reverse("admin:articles_article_link", args=[mine.pk])
    link = client.post(address).context["link"]
    assert "Note aux pilotes" not in Client().get(link).text
    client.force_login(UserFactory(group="Équipe nationale"))
    link = client.post(address).context["link"]
    assert "Note aux pilotes" in Client().get(link).text


def test_an_old_version_brings_back_no_right(
    client: Client, writer: User, isere: list[Territory]
) -> None:
    mine, document = with_reserved_document(isere)
    draft = ArticleFactory(title="Brouillon de Paris")
    mine.related_articles.create(target=draft)
    mine.territories.add(Territory.objects.get(pk="departement-75"))
    services.record_save(working=mine, by=None)
    version = mine.versions.first()
    assert version is not None
    mine.attachments.all().delete()
    mine.related_articles.all().delete()
    mine.territories.set(isere)
    services.record_save(working=mine, by=None)
    restore = reverse("admin:articles_article_restore", args=[mine.pk, version.pk])
    shown = mine.versions.first()
    assert shown is not None
    said = client.post(restore, {"shown": shown.pk}, follow=True).text
    assert not mine.attachments.exists() and not mine.related_articles.exists()
    # What it held still is not lost.
    assert mine.blocks.get(kind="download").document == document
    assert list(mine.territories.all()) == isere
    assert "que vous ne pouvez pas ouvrir" in said and "Brouillon de Paris" not in said


def test_what_one_added_is_found_again_and_renamed(client: Client, writer: User) -> None:
    own = make_document("La mienne")
    own.created_by = writer
    own.save()
    url = reverse("admin:media_document_change", args=[own.pk])
    assert client.post(url, {"title": "La mienne, corrigée"}).status_code == 302
    own.refresh_from_db()
    assert own.title == "La mienne, corrigée"


def test_what_a_page_shows_is_found_and_not_renamed(client: Client, writer: User) -> None:
    document = make_document("Le guide")
    ArticleFactory(documents=[document], published=True)
    assert "Le guide" in client.get(reverse("admin:media_document_changelist")).text
    url = reverse("admin:media_document_change", args=[document.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"title": "Autre"}).status_code == 403


def test_a_picture_of_an_import_is_of_whoever_imported_it(writer: User) -> None:
    page = b'<h1>T</h1><p><img src="data:image/png;base64,%s" alt="Un dessin"></p>'
    content = page % base64.b64encode(picture().read())
    report = import_document(name="a.html", content=content, by=writer)
    (image,) = Image.objects.filter(pk__in=report.article.blocks.values("image"))
    assert image.created_by == writer
