"""Reading the trail in the admin: who may, by what it is filtered, what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from articles.models import Article
from audit.admin import FAMILIES
from audit.models import Action, Entry
from audit.services import record
from tests.factories import ArticleFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "admin:audit_entry_changelist"


def signed_in(group: str = "Équipe nationale") -> Client:
    client = Client()
    client.force_login(UserFactory(group=group))
    Entry.objects.all().delete()
    return client


def read(client: Client, **query: Any) -> str:
    response = client.get(reverse(LIST), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("group", "status"),
    [("Équipe nationale", 200), ("Rédaction", 403), ("Contribution", 403)],
)
def test_the_national_team_reads_it(group: str, status: int) -> None:
    assert signed_in(group).get(reverse(LIST)).status_code == status


def test_nobody_writes_in_it() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("racine@reseau.example", "x"))
    entry = record(action=Action.EXPORTED, by=None)
    args = [entry.pk]
    assert client.get(reverse("admin:audit_entry_add")).status_code == 403
    assert client.post(reverse("admin:audit_entry_delete", args=args)).status_code == 403
    change = reverse("admin:audit_entry_change", args=args)
    assert client.get(change).status_code == 200
    assert client.post(change, {"detail": "x"}).status_code == 403


def test_filters_by_action_kind_person_and_words() -> None:
    client = signed_in()
    camille = UserFactory(first_name="Camille", last_name="Martin")
    article = ArticleFactory(title="Le premier article")
    record(action=Action.EXPORTED, by=camille, detail="Par Camille.")
    record(action=Action.PUBLISHED, by=UserFactory(), target=article, detail="Par une autre.")
    for query, shown, hidden in [
        ({"famille": "donnees"}, "Par Camille.", "Par une autre."),
        ({"action": "exported"}, "Par Camille.", "Par une autre."),
        ({"nature": "articles.article"}, "Par une autre.", "Par Camille."),
        ({"personne": camille.pk}, "Par Camille.", "Par une autre."),
        ({"q": "Martin"}, "Par Camille.", "Par une autre."),
        ({"q": camille.email}, "Par Camille.", "Par une autre."),
        ({"q": "premier"}, "Par une autre.", "Par Camille."),
    ]:
        page = read(client, **query)
        assert shown in page, query
        assert hidden not in page, query


def test_filters_by_period() -> None:
    client = signed_in()
    for days in (0, 3, 20, 100):
        at = timezone.now() - timedelta(days=days, minutes=1)
        Entry.objects.create(action=Action.EXPORTED, at=at, detail=f"Il y a {days} jours.")
    assert [f"Il y a {n} jours." in read(client, periode="7") for n in (0, 3, 20, 100)] == [
        True,
        True,
        False,
        False,
    ]
    month = timezone.localtime() - timedelta(days=100, minutes=1)
    page = read(client, periode=f"{month:%Y-%m}")
    assert "Il y a 100 jours." in page
    assert "Il y a 0 jours." not in page


@pytest.mark.parametrize(
    "query",
    [
        {"periode": "2026-99"},
        {"periode": "x" * 10_000},
        {"nature": "rien.du-tout"},
        {"personne": "a"},
        {"personne": "9" * 30},
        {"q": "\x00"},
        {"q": "x" * 10_000},
    ],
)
def test_a_mistyped_filter_breaks_nothing(query: dict[str, str]) -> None:
    client = signed_in()
    assert client.get(reverse(LIST), query).status_code in (200, 302)


def test_links_to_what_still_exists_and_only_there() -> None:
    client = signed_in()
    article, gone = ArticleFactory(title="Toujours là"), ArticleFactory(title="Plus là")
    record(action=Action.CHANGED, by=None, target=article)
    record(action=Action.CHANGED, by=None, target=gone)
    key = gone.pk
    Article.objects.filter(pk=key).delete()
    page = read(client)
    assert f'href="{reverse("admin:articles_article_change", args=[article.pk])}"' in page
    assert f'href="{reverse("admin:articles_article_change", args=[key])}"' not in page
    assert "Plus là" in page


def test_costs_no_more_with_more_lines(django_assert_max_num_queries: Any) -> None:
    client = signed_in()
    for _ in range(20):
        record(action=Action.CHANGED, by=UserFactory(), target=ArticleFactory())
        record(action=Action.CHANGED, by=UserFactory(), target=UserFactory())
    read(client)
    with django_assert_max_num_queries(18):
        read(client)


def test_counts_no_further_than_anybody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.admin.MOST_COUNTED", 3)
    client = signed_in()
    for _ in range(5):
        record(action=Action.EXPORTED, by=None)
    assert "3 " in read(client)


@pytest.mark.parametrize(
    "query", ["periode=9999-12", "periode=0001-01", "objet=a%00b", "nature=a%00.b"]
)
def test_an_address_that_was_tampered_with_shows_the_list(query: str) -> None:
    assert signed_in().get(f"{reverse(LIST)}?{query}", follow=True).status_code == 200


def test_every_action_is_in_one_family() -> None:
    told = [action for _, actions in FAMILIES.values() for action in actions]
    assert sorted(told) == sorted(Action)


def test_history_of_a_thing_is_its_lines_of_the_trail() -> None:
    keeper = UserFactory(group="Équipe nationale")
    theme, other = ThemeFactory(name="Sobriété"), ThemeFactory(name="Autre")
    for target in (theme, other):
        record(action=Action.CHANGED, by=keeper, target=target)
    client = Client()
    client.force_login(keeper)
    page = client.get(reverse("admin:themes_theme_history", args=[theme.pk]), follow=True)
    rows = page.content.decode().split("<tbody>")[1]
    assert "Sobriété" in rows and "Autre" not in rows
