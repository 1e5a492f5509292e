"""Each move is made of what its page showed: what changes for readers, by whom; another version
since is told, and nothing is done."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from publishing import services
from publishing.models import Status
from tests.publishing.desk import Desk, editor_named, shown, signed_in, words

pytestmark = pytest.mark.django_db

KINDS = ["article", "event"]
both = pytest.mark.parametrize("kind", KINDS)

# By move: what the content must be before, and what it is after.
MOVES: dict[str, tuple[str, str]] = {
    "submit": ("draft", Status.REVIEW),
    "return": ("review", Status.DRAFT),
    "archive": ("live", Status.ARCHIVED),
    "reopen": ("archived", Status.DRAFT),
    "unschedule": ("scheduled", Status.DRAFT),
    "take_up_online": ("scheduled", Status.DRAFT),
}


def put(desk: Desk, state: str, by: Any) -> None:
    working = desk.working
    if state in ("live", "scheduled", "archived"):
        services.publish(working=working, by=by)
    if state == "scheduled":
        services.publish(working=working, by=by, at=timezone.now() + timedelta(days=2))
    if state == "archived":
        services.archive(working=working, by=by)
    if state == "review":
        services.submit(working=working, by=by)


@both
def test_publish_page_shows_what_changes_and_by_whom(kind: str) -> None:
    anne, paul = editor_named("Anne"), editor_named("Paul")
    desk = Desk.of(kind, published=True, standfirst="Une présentation ancienne.")
    desk.rewrite("Une présentation nouvelle.", anne)
    desk.rewrite("Une présentation nouvelle.", paul, title="Un titre de Paul")
    page = signed_in(anne).get(desk.url("publish"))
    text = words(page)
    assert "Ce qui change pour les lecteurs" in text
    assert "<del>ancienne.</del>" in page.content.decode()
    assert "<ins>nouvelle.</ins>" in page.content.decode()
    title, standfirst = text.index("Titre modifié par Paul"), text.index("modifié par Anne")
    assert title < standfirst
    assert "Qui a enregistré quoi depuis la dernière publication (2)" in text


@both
def test_first_publication_is_told_as_such(kind: str) -> None:
    desk = Desk.of(kind, standfirst="Une présentation.")
    text = words(signed_in(editor_named("Anne")).get(desk.url("publish")))
    assert "C’est une première publication" in text
    assert "Une présentation." in text


def test_change_of_a_link_alone_is_shown() -> None:
    desk = Desk.of("article", published=True, text='<p>Lire <a href="https://a.example/">x</a></p>')
    desk.working.blocks.update(text='<p>Lire <a href="https://b.example/">x</a></p>')
    services.record_save(working=desk.working, by=None)
    page = signed_in(editor_named("Anne")).get(desk.url("publish")).content.decode()
    assert "<ins>[https://b.example/]</ins>" in page


@both
def test_publishing_publishes_what_was_shown(kind: str) -> None:
    anne = signed_in(editor_named("Anne"))
    desk = Desk.of(kind, standfirst="Lue par Anne.")
    page = anne.get(desk.url("publish"))
    anne.post(desk.url("publish"), {"shown": shown(page), "at": "", "note": ""})
    assert "Lue par Anne." in desk.read()


@both
def test_what_was_saved_since_is_told_and_not_published(kind: str) -> None:
    anne, paul = signed_in(editor_named("Anne")), editor_named("Paul")
    desk = Desk.of(kind, published=True, standfirst="Avant.")
    desk.rewrite("Lu par Anne.", paul)
    seen = shown(anne.get(desk.url("publish")))
    desk.rewrite("Jamais lu par Anne.", paul)
    typed = {"shown": seen, "at": "2099-01-02T08:00", "note": "Un mot à garder"}
    page = anne.post(desk.url("publish"), typed)
    assert "Avant." in desk.read()
    assert desk.working.publications.count() == 1
    text = words(page)
    assert "Rien n’a été fait" in text
    assert "par Paul Exemple" in text
    assert "<ins>Jamais lu</ins>" in page.content.decode()
    assert 'value="Un mot à garder"' in page.content.decode()
    assert 'value="2099-01-02T08:00"' in page.content.decode()
    # Read again, it goes.
    anne.post(desk.url("publish"), {"shown": shown(page), "at": "", "note": ""})
    assert "Jamais lu par Anne." in desk.read()


@both
@pytest.mark.parametrize("claim", ["", "0", "-1", "nan", "99999999", "²", "9" * 30])
def test_version_that_the_page_did_not_show_publishes_nothing(kind: str, claim: str) -> None:
    desk = Desk.of(kind)
    page = signed_in(editor_named("Anne")).post(desk.url("publish"), {"shown": claim})
    assert page.status_code == 200
    assert "Rien n’a été fait" in words(page)
    assert not desk.working.publications.exists()


def test_version_of_another_content_publishes_nothing() -> None:
    desk, other = Desk.of("article"), Desk.of("article")
    claim = {"shown": other.working.versions.latest("pk").pk}
    signed_in(editor_named("Anne")).post(desk.url("publish"), claim)
    assert not desk.working.publications.exists()


@both
@pytest.mark.parametrize("move", MOVES)
def test_every_move_shows_and_carries_the_version_that_it_acts_on(kind: str, move: str) -> None:
    state, after = MOVES[move]
    anne, paul = editor_named("Anne"), editor_named("Paul")
    desk = Desk.of(kind, standfirst="Avant.")
    put(desk, state, anne)
    client = signed_in(anne)
    seen = shown(client.get(desk.url(move)))
    services.record_save(working=desk.working, by=paul)
    desk.rewrite("Enregistré par Paul.", paul)
    if state == "archived":
        services.archive(working=desk.working, by=paul)
    before = desk.working.versions.count()
    page = client.post(desk.url(move), {"shown": seen, "note": "Un mot à garder"}, follow=True)
    assert desk.working.versions.count() == before
    assert "Un mot à garder" in words(page)
    assert "Paul Exemple" in words(page)
    if 'name="shown"' in page.content.decode() and page.request["PATH_INFO"] == desk.url(move):
        client.post(desk.url(move), {"shown": shown(page)})
        desk.working.refresh_from_db()
        assert desk.working.status == after


@both
def test_services_refuse_what_was_not_shown(kind: str) -> None:
    anne = editor_named("Anne")
    desk = Desk.of(kind, published=True)
    seen = desk.working.versions.latest("pk").pk
    desk.rewrite("Autre chose.", None)
    version = desk.working.versions.last()
    asked = {"working": desk.working, "by": anne, "expected": seen}
    for move in (
        services.submit,
        services.return_to_draft,
        services.publish,
        services.publish_fix,
        services.carry_fix,
        services.unschedule,
        services.archive,
        services.reopen,
        services.take_up_online,
    ):
        with pytest.raises(services.SavedMeanwhile):
            move(**asked)
    with pytest.raises(services.SavedMeanwhile):
        services.restore(version=version, **asked)


@both
def test_restoring_is_of_the_history_that_was_shown(kind: str) -> None:
    anne, paul = signed_in(editor_named("Anne")), editor_named("Paul")
    desk = Desk.of(kind, standfirst="Première.")
    first = desk.working.versions.latest("pk")
    desk.rewrite("Deuxième.", paul)
    seen = shown(anne.get(desk.url("versions")))
    desk.rewrite("Troisième.", paul)
    page = anne.post(desk.url("restore", first.pk), {"shown": seen}, follow=True)
    desk.working.refresh_from_db()
    assert desk.working.standfirst == "Troisième."
    assert "par Paul Exemple" in page.content.decode()
    assert "<ins>Troisième.</ins>" in page.content.decode()
    anne.post(desk.url("restore", first.pk), {"shown": shown(page)})
    desk.working.refresh_from_db()
    assert desk.working.standfirst == "Première."


def test_checking_links_keeps_what_was_typed() -> None:
    desk = Desk.of("article")
    typed = {"check_links": "1", "at": "2099-01-02T08:00", "note": "Un mot à garder"}
    page = signed_in(editor_named("Anne")).post(desk.url("publish"), typed).content.decode()
    assert 'value="2099-01-02T08:00"' in page
    assert 'value="Un mot à garder"' in page


def test_history_says_what_was_read_when() -> None:
    anne = editor_named("Anne")
    desk = Desk.of("article", published=True)
    desk.rewrite("Autre chose.", anne)
    services.publish(working=desk.working, by=anne)
    desk.rewrite("Plus tard.", anne)
    services.publish(working=desk.working, by=anne, at=timezone.now() + timedelta(days=2))
    text = words(signed_in(anne).get(desk.url("versions")))
    assert text.index("N° 6 – Programmé") < text.index("programmée pour le")
    assert "en ligne depuis le" in text
    assert "en ligne du" in text
