"""Who may do what: every group on every move, and what no group may."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from articles.models import Article
from audit.models import Action, Entry
from publishing.audiences import Role
from publishing.models import Status
from territories.models import Territory
from tests.factories import ArticleFactory, ThemeFactory, UserFactory
from tests.outbox import delivered

pytestmark = pytest.mark.django_db

GROUPS = ("", "Contribution", "Rédaction", "Équipe nationale")
WRITERS = GROUPS[1:]
PUBLISHERS = GROUPS[2:]
NATIONAL = GROUPS[3:]

# Each page of the admin has traits of the article, and groups that may.
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
    shown = {"shown": article.versions.latest("pk").pk}
    signed_in(group).post(reverse("admin:articles_article_publish", args=[article.pk]), shown)
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


# An "Équipe nationale" of one region, or whoever administrators gave a part of the rights, may not
# do this on the page of an account.
GIFTS: dict[str, tuple[dict[str, Any], str]] = {
    "the whole country": ({"whole_country": "on"}, "Votre périmètre n’est pas"),
    "another region": ({"territories": ["departement-75"]}, "Hors de votre périmètre"),
    "an editor's role": ({"role": "editor"}, "Seule l’équipe nationale"),
    "a group above": ({"groups": "Rédaction"}, "Sélectionnez un choix valide"),
}


def keeper_of_one_region() -> User:
    keeper = UserFactory(
        role=Role.REGIONAL_DLA, is_staff=True, territories=[Territory.objects.get(pk="region-84")]
    )
    for codename in ("view_user", "change_user", "delete_user"):
        keeper.user_permissions.add(Permission.objects.get(codename=codename))
    return keeper


@pytest.mark.usefixtures("geography")
@pytest.mark.parametrize("gift", GIFTS)
def test_nobody_gives_more_than_their_own(gift: str) -> None:
    fields, sentence = GIFTS[gift]
    if name := fields.get("groups"):
        fields = {"groups": [Group.objects.get(name=name).pk]}
    keeper = keeper_of_one_region()
    client = Client()
    client.force_login(keeper)
    isere = UserFactory(territories=[Territory.objects.get(pk="departement-38")])
    for person in (isere, keeper):
        data = {
            "email": person.email,
            "role": person.role,
            "is_active": "on",
            "territories": [territory.pk for territory in person.territories.all()],
            **fields,
        }
        url = reverse("admin:accounts_user_change", args=[person.pk])
        page = client.post(url, data)
        if person == isere:
            assert sentence in page.content.decode()
        before = (person.role, person.whole_country, list(person.territories.all()))
        person = User.objects.get(pk=person.pk)
        assert (person.role, person.whole_country, list(person.territories.all())) == before
        assert not person.groups.exists()


@pytest.mark.usefixtures("geography")
@pytest.mark.parametrize(
    "rights",
    [
        {"group": "Équipe nationale"},
        {"whole_country": True},
        {"territories": "departement-75"},
        {"role": Role.EDITOR},
        {"is_superuser": True},
    ],
)
def test_nobody_touches_an_account_that_has_more(rights: dict[str, Any]) -> None:
    if key := rights.get("territories"):
        rights = {"territories": [Territory.objects.get(pk=key)]}
    person = UserFactory(**rights)
    client = Client()
    client.force_login(keeper_of_one_region())
    change = reverse("admin:accounts_user_change", args=[person.pk])
    taken_over = {"email": "prise@reseau.example", "role": person.role, "is_active": "on"}
    assert client.post(change, taken_over).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[person.pk])
    assert client.get(password).status_code == 403
    assert client.get(reverse("admin:accounts_user_delete", args=[person.pk])).status_code == 403
    person.refresh_from_db()
    assert person.email != "prise@reseau.example"


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


@pytest.mark.parametrize("field", ["is_active", "is_staff"])
def test_nobody_closes_their_own_door(field: str) -> None:
    national = UserFactory(group="Équipe nationale")
    UserFactory(group="Équipe nationale")
    client = Client()
    client.force_login(national)
    data = {
        "email": national.email,
        "role": national.role,
        "whole_country": "on",
        "is_active": "on",
        "is_staff": "on",
        "groups": [group.pk for group in national.groups.all()],
    }
    del data[field]
    url = reverse("admin:accounts_user_change", args=[national.pk])
    assert "propre porte" in client.post(url, data).content.decode()
    national.refresh_from_db()
    assert getattr(national, field)


def test_the_last_who_makes_accounts_keeps_the_right_to() -> None:
    root = User.objects.create_superuser("racine@reseau.example", "x")
    national = UserFactory(group="Équipe nationale")
    User.objects.filter(pk=root.pk).update(is_superuser=False)
    client = Client()
    client.force_login(national)
    data = {
        "email": national.email,
        "role": national.role,
        "whole_country": "on",
        "is_active": "on",
        "is_staff": "on",
    }
    url = reverse("admin:accounts_user_change", args=[national.pk])
    assert "le dernier compte" in client.post(url, data).content.decode()
    assert national.groups.exists()


def test_what_staff_do_to_an_account_is_told_to_its_owner(
    django_capture_on_commit_callbacks: Any,
) -> None:
    person = UserFactory(email="avant@reseau.example", whole_country=True)
    client = Client()
    client.force_login(UserFactory(group="Équipe nationale"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("admin:accounts_user_change", args=[person.pk]),
            {
                "email": "apres@reseau.example",
                "role": person.role,
                "whole_country": "on",
                "is_active": "on",
            },
        )
    assert sorted(message.to[0] for message in delivered()) == [
        "apres@reseau.example",
        "avant@reseau.example",
    ]
    delivered().clear()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("admin:auth_user_password_change", args=[person.pk]),
            {
                "usable_password": "true",
                "password1": "une-longue-phrase-2",
                "password2": "une-longue-phrase-2",
            },
        )
    (message,) = delivered()
    assert "mot de passe" in message.body
    assert Entry.objects.filter(action=Action.PASSWORD_CHANGED, target_id=person.pk).exists()


def test_one_s_own_password_is_changed_where_the_former_is_asked_for() -> None:
    national = UserFactory(group="Équipe nationale")
    client = Client()
    client.force_login(national)
    url = reverse("admin:auth_user_password_change", args=[national.pk])
    assert client.get(url)["Location"] == reverse("account_change_password")


def test_a_department_is_not_taken_for_another_whose_code_holds_its_own() -> None:
    """71 is also in 971."""
    guadeloupe = Territory.objects.create(
        id="departement-971", level="departement", code="971", name="Guadeloupe", kind="departement"
    )
    saone = Territory.objects.create(
        id="departement-71", level="departement", code="71", name="Saône", kind="departement"
    )
    epci = Territory.objects.create(
        id="epci-1",
        level="epci",
        code="1",
        name="CAP",
        kind="ca",
        department=guadeloupe,
        departments="971",
    )
    straddling = Territory.objects.create(
        id="epci-2",
        level="epci",
        code="2",
        name="Deux",
        kind="cc",
        department=guadeloupe,
        departments="971 71",
    )
    within = set(Territory.objects.within(saone))
    assert straddling in within and epci not in within
