"""The texts that a page had are kept, shown, compared, and put back."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.urls import reverse
from lxml import html

from audit.models import Action, Entry
from pages import following, versions
from pages.models import Page, PageVersion
from tests.factories import UserFactory
from tests.html_validity import HtmlChecker

pytestmark = pytest.mark.django_db

SLUG = "le-dla"


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(UserFactory(group="Équipe nationale", first_name="Camille", last_name="M"))
    return client


def page() -> Page:
    return Page.objects.get(slug=SLUG)


def newest() -> PageVersion:
    found: Any = page().versions.first()
    assert isinstance(found, PageVersion)
    return found


def address(name: str, *keys: int) -> str:
    return reverse(f"admin:pages_page_{name}", args=[page().pk, *keys])


def write(client: Client, body: str, title: str = "Pour vous") -> PageVersion:
    answer = client.post(address("change"), {"title": title, "body": body})
    assert answer.status_code == 302
    return newest()


def restore(client: Client, version: PageVersion, shown: int) -> Any:
    return client.post(address("restore", version.pk), {"shown": shown}, follow=True)


def read() -> str:
    return Client().get(page().get_absolute_url()).content.decode()


def test_text_of_the_portal_is_the_first_version() -> None:
    (first,) = page().versions.all()
    assert first.data == {"title": page().title, "body": page().body}
    assert first.created_by is None
    assert first.note.startswith("Texte du portail")


def test_what_is_saved_is_kept_with_its_author_and_what_is_not_changed_is_not(
    editor: Client,
) -> None:
    one = write(editor, "<p>Un.</p>")
    assert one.data == {"title": "Pour vous", "body": "<p>Un.</p>"}
    assert one.created_by is not None and one.created_by.get_full_name() == "Camille M"
    assert write(editor, "<p>Un.</p>") == one


def test_former_text_is_shown_compared_and_put_back(
    editor: Client, assert_valid_html: HtmlChecker
) -> None:
    one, two = write(editor, "<p>Un chat.</p>"), write(editor, "<p>Un chien.</p>")
    assert "Un chien." in read()

    shown = editor.get(address("version", one.pk)).content.decode()
    assert "Un chat." in shown and "Version ancienne" in shown
    asked = {"avant": two.pk, "apres": one.pk}
    compared = editor.get(address("versions"), asked).content.decode()
    assert "<del>chat.</del>" in compared and "<ins>chien.</ins>" in compared
    assert_valid_html({"versions": compared, "version": shown})

    assert restore(editor, one, two.pk).status_code == 200
    assert "Un chat." in read()
    assert newest().action == PageVersion.Action.RESTORED and newest().data == one.data
    assert page().versions.filter(pk=two.pk).exists()
    assert Entry.objects.filter(action=Action.RESTORED, target_id=str(page().pk)).exists()


def test_nothing_is_put_back_over_what_somebody_saved_meanwhile(editor: Client) -> None:
    one, two = write(editor, "<p>Un.</p>"), write(editor, "<p>Deux.</p>")
    write(editor, "<p>Trois.</p>")
    told = restore(editor, one, two.pk).content.decode()
    assert "Rien n’a été fait" in told
    assert page().body == "<p>Trois.</p>"


def test_version_of_another_page_is_not_there(editor: Client) -> None:
    other = Page.objects.get(slug="confidentialite").versions.get()
    assert editor.get(address("version", other.pk)).status_code == 404
    assert restore(editor, other, page().versions.get().pk).status_code == 404


@pytest.mark.parametrize("group", ["Rédaction", "Contribution"])
def test_whoever_may_not_write_the_page_reads_none_of_them(group: str) -> None:
    client = Client()
    client.force_login(UserFactory(group=group))
    (first,) = page().versions.all()
    for path in (address("versions"), address("version", first.pk)):
        assert client.get(path).status_code == 403
    assert client.post(address("restore", first.pk), {"shown": first.pk}).status_code == 403


def test_new_text_of_the_portal_is_a_version_too() -> None:
    first = page().versions.get()
    # As the page was before a release that brought today's text.
    former = {"body": "<p>Avant.</p>", "followed_body": "<p>Avant.</p>", "followed_version": 0}
    Page.objects.filter(slug=SLUG).update(**former)
    following.put_in_step(using="default")
    assert page().versions.count() == 2
    assert newest().data == first.data


def test_text_of_a_page_when_versions_begin_is_its_first() -> None:
    PageVersion.objects.all().delete()
    history: Any = MigrationLoader(None).project_state().apps
    import_module("pages.migrations.0013_page_versions").keep_first(history, None)
    for one in Page.objects.all():
        (first,) = one.versions.all()
        assert first.data == {"title": one.title, "body": one.body}
        assert first.created_at == one.changed_at
        assert versions.record(one, by=None) == first


def test_form_leads_to_the_versions(editor: Client) -> None:
    form: Any = html.fromstring(editor.get(address("change")).content.decode())
    assert address("versions") in form.xpath("//ul[@class='object-tools']//a/@href")
