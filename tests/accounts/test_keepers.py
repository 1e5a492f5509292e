"""Somebody is always left who can let the others in again."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts import keepers, personal_data, second_factor
from accounts.keepers_admin import KeepersGuard
from accounts.models import User
from audit.models import Entry
from publishing.audiences import Role
from tests.accounts.conftest import SignIn
from tests.factories import UserFactory
from tests.outbox import delivered

TEAM = "Équipe nationale"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def posted(person: User, **changes: Any) -> dict[str, Any]:
    """Returns what the form of their account sends as it is shown, with some fields changed; None
    unticks one."""
    fields = {
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "role": person.role,
        "whole_country": "on" if person.whole_country else None,
        "is_active": "on",
        "is_staff": "on" if person.is_staff else None,
        "is_superuser": "on" if person.is_superuser else None,
        "groups": [group.pk for group in person.groups.all()],
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def page_of(row: Any, page: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


# These accounts look like another keeper, and could not let anybody in again.
LOOKALIKES: dict[str, Callable[[], User]] = {
    "closed": lambda: UserFactory(group=TEAM, is_active=False),
    "closed superuser": lambda: UserFactory(is_superuser=True, is_staff=True, is_active=False),
    "outside the admin": lambda: UserFactory(is_superuser=True),
    "an editor's role": lambda: _changed(UserFactory(group=TEAM), role=Role.EDITOR),
    "one region": lambda: _changed(UserFactory(group=TEAM), whole_country=False),
    "no group": lambda: UserFactory(role=Role.NATIONAL, whole_country=True, is_staff=True),
    "another group": lambda: UserFactory(group="Rédaction", role=Role.NATIONAL),
    "a right that cannot be handed on": lambda: _granted(
        UserFactory(role=Role.NATIONAL, whole_country=True, is_staff=True)
    ),
}


def _changed(person: User, **values: Any) -> User:
    User.objects.filter(pk=person.pk).update(**values)
    return person


def _granted(person: User) -> User:
    person.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    return person


@pytest.mark.django_db
class TestTheLastOne:
    @pytest.mark.parametrize(
        "changes",
        [
            {"role": Role.EDITOR},
            {"whole_country": None},
            {"whole_country": None, "territories": ["region-84"]},
            {"groups": []},
        ],
        ids=["role", "no scope", "a region", "groups"],
    )
    @pytest.mark.usefixtures("geography")
    def test_cannot_put_herself_out(self, changes: dict[str, Any]) -> None:
        national = UserFactory(group=TEAM)
        client = signed_in(national)
        before = User.objects.values().get(pk=national.pk)

        answer = client.post(
            page_of(national),
            posted(national, first_name="Prénom corrigé", email="neuve@reseau.example", **changes),
        )

        page = answer.content.decode()
        assert answer.status_code == 200
        assert keepers.LAST in page and "donnez d’abord" in page
        # Nothing of what was typed is lost, and nothing of it is done.
        assert "Prénom corrigé" in page and "neuve@reseau.example" in page
        assert User.objects.values().get(pk=national.pk) == before
        assert list(national.groups.values_list("name", flat=True)) == [TEAM]
        assert not national.territories.exists()
        assert not Entry.objects.filter(action__in=["changed", "right_changed"]).exists()
        assert "a été modifié" not in page and not delivered()

    @pytest.mark.parametrize("field", ["is_superuser", "is_staff", "is_active"])
    def test_superuser_cannot_either(self, field: str) -> None:
        root = User.objects.create_superuser("racine@reseau.example", "x")
        page = signed_in(root).post(page_of(root), posted(root, **{field: None})).content.decode()
        assert ("le dernier compte" in page) or ("propre porte" in page)
        root.refresh_from_db()
        assert getattr(root, field)

    @pytest.mark.parametrize("lookalike", LOOKALIKES)
    def test_is_not_replaced_by_one_who_could_not_do_it(self, lookalike: str) -> None:
        LOOKALIKES[lookalike]()
        national = UserFactory(group=TEAM)
        answer = signed_in(national).post(page_of(national), posted(national, role=Role.EDITOR))
        assert keepers.LAST in answer.content.decode()
        with pytest.raises(keepers.NobodyLeft):
            personal_data.erase(person=national, by=None)
        assert User.objects.get(pk=national.pk).role == Role.NATIONAL

    @pytest.mark.parametrize("other", ["national", "superuser"])
    def test_may_leave_once_there_is_another(self, other: str) -> None:
        if other == "national":
            UserFactory(group=TEAM)
        else:
            User.objects.create_superuser("racine@reseau.example", "x")
        national = UserFactory(group=TEAM)
        answer = signed_in(national).post(page_of(national), posted(national, role=Role.EDITOR))
        assert answer.status_code == 302
        assert User.objects.get(pk=national.pk).role == Role.EDITOR

    def test_is_any_account_whatever_its_password_and_factor(
        self, client: Client, sign_in: SignIn, settings: Any
    ) -> None:
        """Neither is needed to come in: the address gives a password, and signing in a factor."""
        settings.STAFF_SECOND_FACTOR = True
        national = UserFactory(group=TEAM)
        national.set_unusable_password()
        national.save()
        second_factor.remove_all(national)
        assert keepers.best_level() is keepers.KeeperLevel.KEEPS

        client.post(reverse("account_reset_password"), {"email": national.email})
        link = re.search(r"http\S+", str(delivered()[-1].body))
        assert link
        form = client.get(link[0], follow=True).redirect_chain[-1][0]
        chosen = "une-longue-phrase-2"
        client.post(form, {"password1": chosen, "password2": chosen})
        sign_in(national.email, chosen)

        assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.django_db
class TestTheGroups:
    """Their rights are those of their members."""

    @pytest.fixture
    def national(self) -> User:
        """A person who may change groups as well, by one that an administrator made."""
        person: User = UserFactory(group=TEAM)
        groups = Group.objects.create(name="Groupes")
        groups.permissions.set(Permission.objects.filter(content_type__app_label="auth"))
        person.groups.add(groups)
        return person

    @pytest.fixture
    def team(self) -> Group:
        return Group.objects.get(name=TEAM)

    def test_keep_the_right_that_the_last_one_needs(self, national: User, team: Group) -> None:
        kept = set(team.permissions.values_list("pk", flat=True))
        without = [right.pk for right in team.permissions.exclude(codename="change_user")]
        answer = signed_in(national).post(
            page_of(team), {"name": "Un autre nom", "permissions": without}
        )
        page = answer.content.decode()
        assert keepers.NOBODY in page and "Un autre nom" in page
        team.refresh_from_db()
        assert team.name == TEAM
        assert set(team.permissions.values_list("pk", flat=True)) == kept

    def test_are_not_deleted_under_the_last_one(self, national: User, team: Group) -> None:
        client = signed_in(national)
        one = client.post(page_of(team, "delete"), {"post": "yes"}, follow=True)
        some = client.post(
            reverse("admin:auth_group_changelist"),
            {"action": "delete_selected", "_selected_action": [team.pk], "post": "yes"},
            follow=True,
        )
        for answer in (one, some):
            page = answer.content.decode()
            assert keepers.NOBODY in page
            assert "supprimé" not in page
        assert Group.objects.filter(pk=team.pk).exists()
        assert not Entry.objects.filter(action="deleted").exists()

    def test_change_freely_otherwise(self, national: User, team: Group) -> None:
        client = signed_in(national)
        rights = list(team.permissions.values_list("pk", flat=True))
        renamed = {"name": "Équipe du pays", "permissions": rights}
        assert client.post(page_of(team), renamed).status_code == 302
        contributors = Group.objects.get(name="Contribution")
        assert client.post(page_of(contributors, "delete"), {"post": "yes"}).status_code == 302
        assert not Group.objects.filter(pk=contributors.pk).exists()


@pytest.mark.parametrize("model", [User, Group, Permission])
def test_no_page_that_decides_of_rights_is_without_the_guard(model: Any) -> None:
    model_admin = admin.site._registry.get(model)
    assert isinstance(model_admin, KeepersGuard) or (model is Permission and model_admin is None)


# --- At the same moment ---


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way_out", ["demoted", "erased"])
def test_two_last_ones_do_not_put_each_other_out(way_out: str) -> None:
    one, other = UserFactory(group=TEAM), UserFactory(group=TEAM)
    clients = {one.pk: signed_in(one), other.pk: signed_in(other)}
    start = Barrier(2, timeout=60)

    def put_out(pair: tuple[User, User]) -> bool:
        by, person = pair
        try:
            start.wait()
            if way_out == "demoted":
                data = posted(person, role=Role.EDITOR)
                return clients[by.pk].post(page_of(person), data).status_code == 302
            personal_data.erase(person=User.objects.get(pk=by.pk), by=None)
            return True
        except keepers.NobodyLeft:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(put_out, [(one, other), (other, one)]))

    assert sorted(done) == [False, True]
    assert keepers.best_level() is keepers.KeeperLevel.KEEPS
