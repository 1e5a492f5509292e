"""The second factor: required of staff, offered to all, by application, passkey and codes."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts import second_factor
from accounts.models import User
from tests.accounts.conftest import PASSWORD, SignIn
from tests.browser import NewPage, axe
from tests.factories import UserFactory
from tests.outbox import delivered

pytestmark = pytest.mark.django_db
# Transactions are real; what migrations wrote comes back afterwards.
REAL = pytest.mark.django_db(transaction=True)

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def required(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def editor(db: None) -> User:
    user: User = UserFactory(group="Rédaction")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def telephone() -> Callable[..., str]:
    """`telephone(user)` is an application on a telephone; `code()` is what it shows now."""

    def link(user: User) -> list[str]:
        totp.TOTP.activate(user, SECRET)
        return RecoveryCodes.activate(user).generate_codes()

    return link  # type: ignore[return-value]


def code(secret: str = SECRET, periods: int = 0) -> str:
    counter = int(time.time()) // 30 + periods
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


class TestRequired:
    @pytest.mark.parametrize(
        "name", ["admin:index", "pages:home", "articles:list", "accounts:login"]
    )
    def test_staff_without_one_reach_their_account_only(
        self, client: Client, editor: User, name: str
    ) -> None:
        client.force_login(editor)

        led = client.get(reverse(name))["Location"]
        assert led == f"{reverse('mfa_activate_totp')}?obligatoire=1"
        assert client.post(reverse(name)).status_code == 302
        assert client.get(reverse("accounts:home")).status_code == 200

    def test_superuser_is_no_exception(self, client: Client) -> None:
        client.force_login(User.objects.create_superuser("chef@reseau.example", PASSWORD))

        assert client.get(reverse("admin:index")).status_code == 302

    def test_recovery_codes_alone_do_not_count(self, client: Client, editor: User) -> None:
        RecoveryCodes.activate(editor)
        client.force_login(editor)

        assert client.get(reverse("admin:index")).status_code == 302

    def test_staff_with_one_work(self, client: Client, editor: User, telephone: Any) -> None:
        telephone(editor)
        client.force_login(editor)

        assert client.get(reverse("admin:index")).status_code == 200

    def test_members_are_free(self, client: Client, person: User) -> None:
        client.force_login(person)

        assert client.get(reverse("pages:home")).status_code == 200

    def test_visitors_do_not_notice(self, client: Client) -> None:
        response = client.get(reverse("pages:home"))

        assert response.status_code == 200 and not response.cookies

    def test_page_says_why(self, client: Client, editor: User, sign_in: SignIn) -> None:
        sign_in(editor.email)

        page = client.get(reverse("admin:index"), follow=True).content.decode()

        assert "Votre compte donne accès à l’administration" in page

    def test_staff_do_not_remove_their_last_one(
        self, client: Client, editor: User, telephone: Any, sign_in: SignIn
    ) -> None:
        telephone(editor)
        _sign_in_with_code(client, editor, sign_in)

        page = client.post(reverse("mfa_deactivate_totp")).content.decode()

        assert "il lui faut une seconde vérification" in page
        assert second_factor.is_set_up(editor)


def _sign_in_with_code(client: Client, user: User, sign_in: SignIn) -> Any:
    assert sign_in(user.email).url == reverse("mfa_authenticate")
    return client.post(reverse("mfa_authenticate"), {"code": code()})


class TestSignIn:
    def test_password_alone_opens_nothing(
        self, client: Client, person: User, telephone: Any, sign_in: SignIn
    ) -> None:
        telephone(person)

        assert sign_in(person.email).url == reverse("mfa_authenticate")
        assert client.get(reverse("accounts:home")).status_code == 302

    def test_code_opens_on_a_new_session(
        self, client: Client, person: User, telephone: Any, sign_in: SignIn
    ) -> None:
        telephone(person)
        sign_in(person.email, data={"next": reverse("usersessions_list")})
        waiting = client.session.session_key

        response = client.post(reverse("mfa_authenticate"), {"code": code()})

        assert response["Location"] == reverse("usersessions_list")
        assert client.session.session_key != waiting

    def test_recovery_code_serves_once(
        self, client: Client, person: User, telephone: Any, sign_in: SignIn
    ) -> None:
        (first, *_) = telephone(person)

        answers = []
        for _ in range(2):
            visitor = Client()
            sign_in(person.email, by=visitor)
            answers.append(visitor.post(reverse("mfa_authenticate"), {"code": first}).status_code)

        assert answers == [302, 200]

    def test_guessing_codes_is_throttled(
        self, client: Client, person: User, telephone: Any, sign_in: SignIn
    ) -> None:
        telephone(person)
        sign_in(person.email)

        answers = [
            client.post(
                reverse("mfa_authenticate"), {"code": "000000"}, REMOTE_ADDR=f"192.0.2.{number}"
            ).status_code
            for number in range(6)
        ]

        assert answers == [200] * 5 + [429]


class TestSecrets:
    def test_database_alone_makes_no_code(self, person: User, telephone: Any) -> None:
        telephone(person)

        kept = [str(found.data) for found in Authenticator.objects.filter(user=person)]

        assert len(kept) == 2 and not any(SECRET in data for data in kept)

    def test_former_key_still_reads(self, person: User, telephone: Any, settings: Any) -> None:
        telephone(person)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another-key-" * 6

        authenticator = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
        assert authenticator.wrap().validate_code(code())

    def test_lost_key_makes_every_code_wrong(
        self, person: User, telephone: Any, settings: Any
    ) -> None:
        telephone(person)
        settings.SECRET_KEY = "another-key-" * 6

        authenticator = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
        assert not authenticator.wrap().validate_code(code())
        assert not authenticator.wrap().validate_code(code(secret=""))

    def test_removing_all_lets_in_by_password_again(
        self, person: User, telephone: Any, sign_in: SignIn
    ) -> None:
        telephone(person)
        second_factor.remove_all(person)

        assert sign_in(person.email).url == reverse("pages:home")


@REAL
def test_adding_one_ends_the_sessions_that_did_not_show_it(
    client: Client, person: User, sign_in: SignIn
) -> None:
    elsewhere = Client()
    sign_in(person.email, by=elsewhere)
    sign_in(person.email)
    client.get(reverse("mfa_activate_totp"))

    shown = code(client.session[totp.SECRET_SESSION_KEY])
    client.post(reverse("mfa_activate_totp"), {"code": shown})

    assert second_factor.is_set_up(person)
    assert client.get(reverse("accounts:home")).status_code == 200
    assert elsewhere.get(reverse("accounts:home")).status_code == 302


def test_change_long_after_signing_in_asks_for_the_password(
    client: Client, person: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(person.email)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 3600)

    asked = client.get(reverse("mfa_activate_totp"))

    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    wanted = reverse("mfa_activate_totp")
    confirmed = client.post(
        reverse("account_reauthenticate"), {"password": PASSWORD, "next": wanted}
    )
    assert confirmed["Location"] == wanted


# --- In a browser -----------------------------------------------------------------------------


def _fill_sign_in(page: Page, user: User) -> None:
    page.goto(reverse("accounts:login"))
    page.get_by_label("Adresse électronique").fill(user.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def _wait_until_in(page: Page) -> None:
    """The menu, which is folded on a phone, leads to their account."""
    page.locator(".site-menu a", has_text="Mon compte").wait_for(state="attached")


def _leave(page: Page) -> None:
    button = page.get_by_role("button", name="Se déconnecter").first
    if not button.is_visible():
        page.locator(".site-menu > summary").click()
    button.click()
    page.get_by_text("Vous êtes déconnecté").wait_for()


@REAL
@pytest.mark.parametrize("javascript", [True, False])
def test_whole_way_of_an_editor(new_page: NewPage, editor: User, javascript: bool) -> None:
    page = new_page("phone", javascript=javascript, accept_downloads=False)
    read = (lambda: axe(page)) if javascript else (lambda: None)

    # The admin is out of reach until there is an application.
    _fill_sign_in(page, editor)
    page.goto(reverse("admin:index"))
    page.get_by_role("heading", name="Installer une application").wait_for()
    page.get_by_text("il lui faut une seconde vérification").wait_for()
    read()
    secret = page.locator(".secret").inner_text()
    assert all(len(group) == 4 for group in secret.split())
    page.get_by_label("Code affiché par l’application").fill("000000")
    page.get_by_role("button", name="Activer").click()
    page.get_by_role("alert").get_by_text("Ce code n’est pas le bon").wait_for()
    assert page.locator(".secret").inner_text() == secret
    page.get_by_label("Code affiché par l’application").fill(code(secret.replace(" ", "")))
    page.get_by_role("button", name="Activer").click()

    # Codes for the day when the telephone is not there are shown once.
    page.get_by_role("heading", name="Codes de secours", level=1).wait_for()
    read()
    recovery = page.locator(".codes code").all_inner_texts()
    assert len(set(recovery)) == 10
    page.reload()
    assert page.locator(".codes code").count() == 0
    page.goto(reverse("admin:index"))
    page.get_by_role("heading", name="Tableau de bord").wait_for()
    assert [message.subject for message in delivered()] == [
        "Portail DLA\u00a0: seconde vérification en place"
    ]

    # From now on the code is asked for.
    page.goto(reverse("pages:home"))
    _leave(page)
    _fill_sign_in(page, editor)
    page.get_by_role("heading", name="Seconde vérification").wait_for()
    read()
    page.get_by_label("Code").fill(recovery[0])
    page.get_by_role("button", name="Continuer").click()
    _wait_until_in(page)
    _leave(page)
    _fill_sign_in(page, editor)
    page.get_by_label("Code").fill(recovery[0])
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("alert").get_by_text("il a déjà servi").wait_for()
    page.get_by_label("Code").fill(recovery[1])
    page.get_by_role("button", name="Continuer").click()
    _wait_until_in(page)

    # Of two devices, the other one is sent away.
    other = new_page("wide", javascript=javascript)
    _fill_sign_in(other, editor)
    other.get_by_label("Code").fill(recovery[2])
    other.get_by_role("button", name="Continuer").click()
    _wait_until_in(other)
    page.goto(reverse("usersessions_list"))
    assert page.locator(".devices > li").count() == 2
    read()
    page.get_by_role("button", name="Déconnecter les autres appareils").click()
    page.get_by_text("Les autres appareils sont déconnectés").wait_for()
    assert page.locator(".devices > li").count() == 1
    other.goto(reverse("accounts:home"))
    other.get_by_role("button", name="Se connecter", exact=True).wait_for()


@REAL
def test_passkey_replaces_password_and_code(
    new_page: NewPage, editor: User, settings: Any, live_server: LiveServer
) -> None:
    settings.SITE_URL = live_server.url
    page = new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    _fill_sign_in(page, editor)
    page.get_by_role("link", name="Ajoutez plutôt une clé d’accès.").click()
    page.get_by_role("heading", name="Ajouter une clé d’accès").wait_for()
    axe(page)
    page.get_by_label("Nom de cette clé").fill("Mon ordinateur")
    page.get_by_role("button", name="Ajouter").click()
    page.get_by_role("heading", name="Codes de secours", level=1).wait_for()
    page.goto(reverse("mfa_index"))
    page.get_by_text("Mon ordinateur", exact=True).first.wait_for()
    axe(page)

    # The key serves alone, without password.
    _leave(page)
    page.goto(f"{reverse('accounts:login')}?next={reverse('admin:index')}")
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    page.get_by_role("heading", name="Tableau de bord").wait_for()

    # It also serves after the password, instead of a code.
    page.goto(reverse("pages:home"))
    _leave(page)
    _fill_sign_in(page, editor)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    _wait_until_in(page)

    page.goto(reverse("mfa_index"))
    page.get_by_role("link", name="Retirer Mon ordinateur").click()
    axe(page)
    page.get_by_role("button", name="Retirer").click()
    page.get_by_text("La clé d’accès est retirée").wait_for()


@REAL
def test_device_that_refuses_is_said_so(
    new_page: NewPage, settings: Any, live_server: LiveServer
) -> None:
    settings.SITE_URL = live_server.url
    page = new_page()
    page.goto(reverse("accounts:login"))
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(Error('no')); }")

    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()

    page.get_by_text("L’appareil n’a pas donné de clé").wait_for()
    axe(page)
