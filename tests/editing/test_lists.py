"""Lists whose rows are changed in place, and the page that asks before deleting."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.models import User
from tests.editing.conftest import Form
from themes.models import Theme

pytestmark = pytest.mark.django_db


class List(Form):
    def __init__(self, user: User) -> None:
        client = Client()
        client.force_login(user)
        url = reverse("admin:themes_theme_changelist")
        super().__init__(client, url, client.get(url).content, "changelist-form")

    def position(self, theme: Theme) -> str:
        """Returns the name of the box where its rank is typed."""
        for name, values in self.values.items():
            if name.endswith("-id") and values == [str(theme.pk)]:
                return name.removesuffix("-id") + "-position"
        raise AssertionError(theme)

    def save(self, changes: dict[Theme, str] | None = None, **more: str) -> Any:
        typed = {self.position(theme): rank for theme, rank in (changes or {}).items()}
        return self.post(typed | {"_save": "1"}, **more)


@pytest.fixture
def themes() -> tuple[Theme, Theme]:
    first, second = Theme.objects.order_by("pk")[:2]
    Theme.objects.filter(pk=first.pk).update(position=40)
    Theme.objects.filter(pk=second.pk).update(position=41)
    return first, second


@pytest.fixture
def lists(people: tuple[User, User], themes: tuple[Theme, Theme]) -> tuple[List, List]:
    return List(people[0]), List(people[1])


def rank(theme: Theme) -> int:
    return Theme.objects.get(pk=theme.pk).position


def test_rows_that_another_changed_keep_what_they_got(
    lists: tuple[List, List], themes: tuple[Theme, Theme]
) -> None:
    mine, theirs = lists
    one, other = themes
    assert theirs.save({one: "51"}).status_code == 302
    assert mine.save({other: "62"}).status_code == 302
    assert (rank(one), rank(other)) == (51, 62)
    assert "Ali Martin a enregistré à" in mine.client.get(mine.url).content.decode()


@pytest.mark.parametrize(("choice", "left"), [("mine", 62), ("theirs", 51)])
def test_a_row_that_both_changed_is_asked_about(
    lists: tuple[List, List], themes: tuple[Theme, Theme], choice: str, left: int
) -> None:
    mine, theirs = lists
    theirs.save({themes[0]: "51"})
    assert mine.save({themes[0]: "62"}).status_code == 200
    assert rank(themes[0]) == 51
    for told in (themes[0].name, "40", "51", "62", "Ali Martin"):
        assert told in mine.text
    assert mine.values[mine.position(themes[0])] == ["62"]
    assert mine.save().status_code == 200
    key = f"keep:form:{themes[0].pk}:position"
    assert mine.save(None, **{key: choice}).status_code == 302
    assert rank(themes[0]) == left


def test_rows_that_come_back_are_beside_their_names(
    lists: tuple[List, List], themes: tuple[Theme, Theme]
) -> None:
    """The other save moved them in the list."""
    mine, theirs = lists
    theirs.save({themes[0]: "1", themes[1]: "0"})
    mine.save({themes[0]: "2"})
    for row in mine.page.xpath("//table[@id='result_list']//tbody/tr"):
        link = row.xpath(".//th/a")[0]
        box = row.xpath(".//input[contains(@name, '-position')]")[0].get("name")
        key = mine.values[box.replace("-position", "-id")][0]
        assert f"/{key}/change/" in link.get("href")


def test_a_row_that_was_deleted_meanwhile_keeps_nothing_from_being_saved(
    lists: tuple[List, List], themes: tuple[Theme, Theme]
) -> None:
    mine, _ = lists
    gone = Theme.objects.create(name="Passagère", slug="passagere")
    mine = List(User.objects.get(email="ana@reseau.example"))
    gone.delete()
    assert mine.save({themes[0]: "77"}).status_code == 302
    assert rank(themes[0]) == 77


# --- Deleting ---


def test_what_was_saved_since_the_question_is_read_before_it_goes(
    people: tuple[User, User], opened: Any
) -> None:
    theme = Theme.objects.create(name="Passagère", slug="passagere")
    client = Client()
    client.force_login(people[0])
    url = reverse("admin:themes_theme_delete", args=[theme.pk])
    asked = client.get(url).context["seen"]
    opened(people[1], theme).post({"name": "Durable"})
    answer = client.post(url, {"post": "yes", "seen": asked})
    assert answer.status_code == 200
    assert "Ali Martin a enregistré à" in answer.content.decode()
    assert Theme.objects.filter(pk=theme.pk).exists()
    assert client.post(url, {"post": "yes", "seen": answer.context["seen"]}).status_code == 302
    assert not Theme.objects.filter(pk=theme.pk).exists()


def seen_by(answer: Any) -> str:
    """Returns what the page that asks says that it knows."""
    page: Any = html.fromstring(answer.content.decode())
    value: str = page.xpath("//input[@name='seen']/@value")[0]
    return value


def test_several_rows_are_asked_about_again_where_one_was_saved_since(
    people: tuple[User, User], opened: Any
) -> None:
    themes = [Theme.objects.create(name=f"Passagère {n}", slug=f"passagere-{n}") for n in (1, 2)]
    client = Client()
    client.force_login(people[0])
    url = reverse("admin:themes_theme_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [theme.pk for theme in themes]}
    seen = seen_by(client.post(url, chosen))
    opened(people[1], themes[1]).post({"name": "Durable"})
    answer = client.post(url, chosen | {"post": "yes", "seen": seen})
    assert "Ali Martin a enregistré à" in answer.content.decode()
    assert Theme.objects.filter(slug__startswith="passagere-").count() == 2
    seen = seen_by(answer)
    assert client.post(url, chosen | {"post": "yes", "seen": seen}).status_code == 302
    assert not Theme.objects.filter(slug__startswith="passagere-").exists()
