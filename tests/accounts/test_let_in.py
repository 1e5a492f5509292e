"""The operator's way back in, for when nobody can let anybody in from the portal."""

import re
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import keepers
from accounts.models import User
from audit.models import Entry
from publishing.audiences import Role
from territories.models import Territory
from tests.accounts.conftest import PASSWORD, SignIn
from tests.outbox import delivered

pytestmark = pytest.mark.django_db

CHOSEN = "une-longue-phrase-2"


@pytest.fixture
def let_in(django_capture_on_commit_callbacks: Any) -> Any:
    """`let_in(address, *options)` returns what the command prints."""

    def run(*arguments: str) -> str:
        out = StringIO()
        with django_capture_on_commit_callbacks(execute=True):
            call_command("let_in", *arguments, stdout=out)
        return out.getvalue()

    return run


def opened(printed: str) -> tuple[Client, Any]:
    link = re.search(r"http\S+", printed)
    assert link
    client = Client()
    return client, client.get(link[0], follow=True)


def choose_password(printed: str) -> str:
    client, page = opened(printed)
    answer = client.post(
        page.redirect_chain[-1][0], {"password1": CHOSEN, "password2": CHOSEN}, follow=True
    )
    return answer.content.decode()


@pytest.mark.usefixtures("geography")
def test_from_a_closed_and_demoted_account_to_the_accounts_of_all(
    let_in: Any, person: User, sign_in: SignIn, client: Client
) -> None:
    region = Territory.objects.get(pk="region-84")
    person.territories.add(region)
    elsewhere = Client()
    sign_in(person.email, by=elsewhere)
    TOTP.activate(person, generate_totp_secret())
    User.objects.update(is_active=False)
    assert keepers.best_level() is keepers.KeeperLevel.NONE

    printed = let_in(person.email.lower(), "--forget-factors")

    person = User.objects.get(pk=person.pk)
    assert keepers.keeper_level(person) is keepers.KeeperLevel.KEEPS
    assert not person.territories.exists()
    assert elsewhere.get(reverse("accounts:home")).status_code == 302
    assert "Vous pouvez vous connecter" in choose_password(printed)
    sign_in(person.email, CHOSEN)
    page = client.get(reverse("admin:accounts_user_add")).content.decode()
    assert Role.NATIONAL.label in page

    (told,) = [m for m in delivered() if "depuis le serveur" in m.body]
    assert told.to == [person.email] and "/nouveau/" not in told.body
    trail = list(Entry.objects.filter(target_id=str(person.pk)).values_list("action", "detail"))
    assert ("factor_removed", "Depuis le serveur, par la commande let_in.") in trail
    assert ("right_changed", "Depuis le serveur, par la commande let_in.") in trail
    assert any("rôle\u00a0: DLA départemental → Animation nationale" in said for _, said in trail)
    # The link opens once.
    assert "Ce lien ne vaut plus" in opened(printed)[1].content.decode()


def test_account_that_does_not_exist_is_made(let_in: Any, client: Client, sign_in: SignIn) -> None:
    printed = let_in("neuve@reseau.example")
    assert "est créé" in printed
    choose_password(printed)
    sign_in("neuve@reseau.example", CHOSEN)
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 200
    assert Entry.objects.filter(action="created", actor=None).exists()


def test_factor_stays_unless_it_is_lost(let_in: Any, person: User) -> None:
    TOTP.activate(person, generate_totp_secret())
    assert "--forget-factors" in let_in(person.email)
    assert Authenticator.objects.filter(user=person).exists()
    assert "--forget-factors" not in let_in(person.email, "--forget-factors")
    assert not Authenticator.objects.exists()


def test_password_stays_until_the_link_is_used(let_in: Any, person: User, sign_in: SignIn) -> None:
    let_in(person.email)
    assert sign_in(person.email, PASSWORD).status_code == 302


def test_two_runs_leave_one_link(let_in: Any, person: User) -> None:
    first, second = let_in(person.email), let_in(person.email)
    assert "Ce lien ne vaut plus" in opened(first)[1].content.decode()
    assert "Vous pouvez vous connecter" in choose_password(second)


@pytest.mark.parametrize(
    "address", ["", " ", "camille", "camille@", "a b@reseau.example", "x" * 300 + "@a.example"]
)
def test_nonsense_is_refused_and_nothing_done(let_in: Any, address: str) -> None:
    with pytest.raises(CommandError, match="«"):
        let_in(address)
    assert not User.objects.exists() and not Entry.objects.exists() and not delivered()


def test_group_is_known_by_its_rights_and_not_by_its_name(let_in: Any) -> None:
    team = Group.objects.get(name="Équipe nationale")
    team.name = "Équipe du pays"
    team.save()
    assert "Équipe du pays" in let_in("neuve@reseau.example")


def test_without_any_such_group_it_says_what_to_do(let_in: Any) -> None:
    Group.objects.all().delete()
    with pytest.raises(CommandError, match="--all-rights"):
        let_in("neuve@reseau.example")
    assert not User.objects.exists() and not delivered()
    let_in("neuve@reseau.example", "--all-rights")
    assert keepers.best_level() is keepers.KeeperLevel.KEEPS
