"""Who may do what: every group on every move, and what no group may."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from articles.models import Article
from publishing.models import Status
from tests.factories import ArticleFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db

GROUPS = ("", "Contribution", "Rédaction", "Équipe nationale")
WRITERS = GROUPS[1:]
PUBLISHERS = GROUPS[2:]
NATIONAL = GROUPS[3:]

# page of the admin: (traits of the article, groups that may)
MOVES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "change": ({}, WRITERS),
    "preview": ({}, WRITERS),
    "link": ({}, WRITERS),
    "versions": ({}, WRITERS),
    "submit": ({}, WRITERS),
    "return": ({"in_review": True}, PUBLISHERS),
    "publish": ({}, PUBLISHERS),
    "unschedule": ({"scheduled": True}, PUBLISHERS),
    "archive": ({"published": True}, PUBLISHERS),
    "reopen": ({"archived": True}, WRITERS),
    "delete": ({}, PUBLISHERS),
}


def signed_in(group: str) -> Client:
    client = Client()
    client.force_login(UserFactory(group=group, is_staff=True))
    return client


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("move", MOVES)
def test_each_group_has_its_moves(group: str, move: str) -> None:
    traits, allowed = MOVES[move]
    article = ArticleFactory(**traits)
    url = reverse(f"admin:articles_article_{move}", args=[article.pk])
    assert signed_in(group).get(url).status_code == (200 if group in allowed else 403)


@pytest.mark.parametrize("group", GROUPS)
def test_publishing_is_decided_on_the_server(group: str) -> None:
    article = ArticleFactory()
    signed_in(group).post(reverse("admin:articles_article_publish", args=[article.pk]), {})
    article.refresh_from_db()
    assert (article.status == Status.PUBLISHED) == (group in PUBLISHERS)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("admin:articles_articletype_add", NATIONAL),
        ("admin:themes_theme_add", NATIONAL),
        ("admin:accounts_user_changelist", NATIONAL),
        ("admin:pages_page_changelist", NATIONAL),
        ("admin:articles_series_add", PUBLISHERS),
        ("admin:media_image_add", WRITERS),
        ("admin:articles_article_import", WRITERS),
    ],
)
def test_each_group_has_its_lists(name: str, allowed: tuple[str, ...]) -> None:
    seen = {group: signed_in(group).get(reverse(name)).status_code == 200 for group in GROUPS}
    assert seen == {group: group in allowed for group in GROUPS}


def test_member_without_staff_right_sees_no_admin() -> None:
    client = Client()
    client.force_login(UserFactory())
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("group", WRITERS)
def test_what_readers_have_seen_cannot_be_deleted(group: str) -> None:
    article = ArticleFactory(archived=True)
    url = reverse("admin:articles_article_delete", args=[article.pk])
    assert signed_in(group).post(url, {"post": "yes"}).status_code == 403
    assert Article.objects.filter(pk=article.pk).exists()


def test_managing_accounts_is_no_way_to_more_rights() -> None:
    root = User.objects.create_superuser("racine@reseau.example", "x")
    national = UserFactory(group="Équipe nationale")
    client = Client()
    client.force_login(national)
    change = reverse("admin:accounts_user_change", args=[national.pk])
    client.post(change, {"email": national.email, "is_superuser": "on", "is_active": "on"})
    national.refresh_from_db()
    assert not national.is_superuser
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert client.get(password).status_code in (302, 403)
    assert b'name="is_superuser"' not in client.get(change).content


def test_moves_that_are_no_longer_possible_say_so() -> None:
    article = ArticleFactory(published=True)
    client = signed_in("Rédaction")
    url = reverse("admin:articles_article_submit", args=[article.pk])
    response = client.get(url, follow=True)
    assert "n’est plus possible" in response.content.decode()


def test_get_never_moves_anything() -> None:
    article = ArticleFactory(published=True)
    client = signed_in("Rédaction")
    before = article.versions.count()
    for move in MOVES:
        client.get(reverse(f"admin:articles_article_{move}", args=[article.pk]))
    assert article.versions.count() == before


def test_login_ignores_the_case_of_the_address_and_refuses_a_twin(client: Client) -> None:
    User.objects.create_user("Prenom.Nom@reseau.example", "une-longue-phrase-1")
    assert client.login(username="prenom.nom@RESEAU.example", password="une-longue-phrase-1")
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("prenom.nom@reseau.example", "x")


def test_lists_of_the_dashboard_follow_rights() -> None:
    waiting = ArticleFactory(in_review=True, title="Un article à relire")
    ThemeFactory()
    for group in WRITERS:
        page = signed_in(group).get(reverse("admin:index")).content.decode()
        assert waiting.title in page
        assert ("À relire et à publier" in page) == (group in PUBLISHERS)
