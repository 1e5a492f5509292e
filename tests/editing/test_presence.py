"""Who else has a form open, and who saved since, is told while one writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from editing.models import Presence
from editing.presence import forget_old
from territories.models import Territory
from tests.editing.conftest import Form
from tests.factories import ArticleFactory, StructureFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db

Opened = Callable[[User, Any], Form]


def ask(form: Form, **words: str) -> dict[str, str]:
    panel = form.page.xpath("//*[@data-presence]")[0]
    data = {"seen": panel.get("data-seen")} | words
    answer = form.client.post(panel.get("data-presence"), data)
    assert answer.status_code == 200
    told: dict[str, str] = answer.json()
    return told


@pytest.mark.parametrize("make", [ArticleFactory, StructureFactory, ThemeFactory])
def test_each_is_told_of_the_other(
    people: tuple[User, User], opened: Opened, make: Callable[[], Any]
) -> None:
    row = make()
    mine, theirs = opened(people[0], row), opened(people[1], row)
    assert ask(theirs) == {"others": "", "news": ""}
    assert ask(mine)["others"] == "Ali Martin a aussi ce contenu ouvert."
    ask(theirs, leaving="1")
    assert ask(mine)["others"] == ""


def test_who_is_no_longer_heard_of_is_gone(people: tuple[User, User], opened: Opened) -> None:
    row = ThemeFactory()
    mine, theirs = opened(people[0], row), opened(people[1], row)
    ask(theirs)
    Presence.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert ask(mine)["others"] == ""
    # The clock was ahead, and has been set.
    Presence.objects.update(seen_at=timezone.now() + timedelta(days=400))
    assert ask(mine)["others"] == ""
    Presence.objects.update(seen_at=timezone.now() - timedelta(days=2))
    assert forget_old() == 2


def test_a_save_is_told_to_whoever_has_it_open(people: tuple[User, User], opened: Opened) -> None:
    row = ThemeFactory()
    mine, theirs = opened(people[0], row), opened(people[1], row)
    theirs.post({"position": "8"})
    assert ask(mine)["news"].startswith("Ali Martin vient d’enregistrer, à ")
    # The page that shows it already is not told.
    assert ask(opened(people[0], row))["news"] == ""


def test_ones_own_save_in_another_tab_is_told_as_such(
    people: tuple[User, User], opened: Opened
) -> None:
    row = ThemeFactory()
    one, other = opened(people[0], row), opened(people[0], row)
    other.post({"position": "8"})
    assert ask(one)["news"].startswith("Vous venez d’enregistrer dans un autre onglet")


def test_a_deletion_is_told(people: tuple[User, User], opened: Opened) -> None:
    row = ThemeFactory()
    mine, theirs = opened(people[0], row), opened(people[1], row)
    theirs.post({"position": "8"})
    mine = opened(people[0], row)
    ask(mine)
    theirs.client.post(reverse("admin:themes_theme_delete", args=[row.pk]), {"post": "yes"})
    assert ask(mine)["news"].startswith("Ali Martin a supprimé cette fiche")
    # Whoever had it open alone is told; to the others it never was.
    stranger = opened(people[1], ThemeFactory())
    url = reverse("admin:themes_theme_presence", args=[row.pk])
    assert stranger.client.post(url, {"seen": "1"}).status_code == 404


def test_asking_costs_little(
    people: tuple[User, User], opened: Opened, django_assert_max_num_queries: Any
) -> None:
    row = ArticleFactory()
    mine, theirs = opened(people[0], row), opened(people[1], row)
    ask(theirs)
    ask(mine)
    with django_assert_max_num_queries(9):
        ask(mine)


def test_nothing_is_told_of_what_is_out_of_reach(geography: Any) -> None:
    paris = Territory.objects.get(pk="departement-75")
    isere = Territory.objects.get(pk="departement-38")
    article = ArticleFactory(territories=[isere])
    client = Client()
    client.force_login(UserFactory(group="Rédaction", territories=[paris]))
    url = reverse("admin:articles_article_presence", args=[article.pk])
    assert client.post(url, {"seen": "1"}).status_code == 404
    assert client.get(url).status_code == 405
    assert Client().post(url).status_code == 302
    assert not Presence.objects.exists()
