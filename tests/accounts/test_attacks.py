"""What an attacker tries around a sign-in page, refused."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import PASSWORD, SignIn
from tests.factories import UserFactory
from tests.outbox import delivered

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example/",
    "\t//evil.example/",
    "http://localhost/",  # the host is allowed, but it is not this one
]


class TestFixation:
    def test_session_is_a_new_one_once_signed_in(self, person: User, sign_in: SignIn) -> None:
        victim = Client()
        victim.get(reverse("accounts:login"))
        # The attacker holds a session, and planted it in the victim's browser.
        session = victim.session
        session["planted"] = True
        session.save()
        victim.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
        planted = session.session_key

        sign_in(person.email, by=victim)

        assert victim.session.session_key != planted
        attacker = Client()
        attacker.cookies[settings.SESSION_COOKIE_NAME] = planted or ""
        assert attacker.get(reverse("accounts:home")).status_code == 302

    def test_invented_session_key_is_not_taken(self, person: User, sign_in: SignIn) -> None:
        visitor = Client()
        visitor.cookies[settings.SESSION_COOKIE_NAME] = "invented0invented0invented0inven"

        sign_in(person.email, by=visitor)

        key = visitor.cookies[settings.SESSION_COOKIE_NAME].value
        assert key and not key.startswith("invented")

    def test_session_of_someone_else_is_emptied(self, person: User, sign_in: SignIn) -> None:
        shared = Client()
        sign_in(person.email, by=shared)
        session = shared.session
        session["private"] = "of the first"
        session.save()
        shared.post(reverse("accounts:logout"))
        other = UserFactory(email="autre@reseau.example")
        other.set_password(PASSWORD)
        other.save()

        sign_in(other.email, by=shared)

        assert "private" not in shared.session

    def test_cookie_is_kept_from_scripts_and_other_sites(
        self, client: Client, person: User, sign_in: SignIn
    ) -> None:
        sign_in(person.email)

        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        assert cookie["httponly"] and cookie["samesite"] == "Lax"


class TestOpenRedirect:
    @pytest.mark.parametrize("address", ELSEWHERE)
    def test_signing_in_stays_here(
        self, client: Client, person: User, sign_in: SignIn, address: str
    ) -> None:
        assert sign_in(person.email, data={"next": address}).url == reverse("pages:home")

    @pytest.mark.parametrize("address", ELSEWHERE)
    def test_being_signed_in_already_stays_here(
        self, client: Client, person: User, address: str
    ) -> None:
        client.force_login(person)

        response = client.get(reverse("accounts:login"), {"next": address})

        assert response["Location"] == reverse("pages:home")

    @pytest.mark.parametrize("address", ELSEWHERE)
    def test_second_factor_stays_here(
        self, client: Client, person: User, sign_in: SignIn, address: str
    ) -> None:
        secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        totp.TOTP.activate(person, secret)
        sign_in(person.email, data={"next": address})
        code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))

        response = client.post(
            f"{reverse('mfa_authenticate')}?next={address}", {"code": code, "next": address}
        )

        assert response["Location"] == reverse("pages:home")

    @pytest.mark.parametrize("address", ELSEWHERE)
    def test_signing_out_stays_here(self, client: Client, person: User, address: str) -> None:
        client.force_login(person)

        response = client.post(reverse("accounts:logout"), {"next": address})

        assert response["Location"] == reverse("pages:home")

    @pytest.mark.parametrize("address", ELSEWHERE)
    def test_admin_door_and_confirmation_stay_here(
        self, client: Client, person: User, sign_in: SignIn, address: str
    ) -> None:
        led = client.get("/admin/login/", {"next": address})["Location"]
        assert led.startswith(reverse("accounts:login") + "?")
        sign_in(person.email)
        response = client.post(
            reverse("account_reauthenticate"), {"password": PASSWORD, "next": address}
        )
        assert response["Location"] == reverse("pages:home")


class TestHostHeader:
    @pytest.mark.parametrize("path", ["/compte/connexion/", "/compte/mot-de-passe/oublie/"])
    def test_unknown_host_gets_nothing(
        self, client: Client, path: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert client.get(path, headers={"host": "evil.example"}).status_code == 400

    @pytest.mark.parametrize(
        "headers",
        [
            {"host": "localhost"},  # those who look after the machine are let in
            {"host": "localhost:1234"},
            {"x-forwarded-host": "evil.example"},
        ],
    )
    def test_reset_mail_leads_to_the_portal_s_own_address(
        self, client: Client, person: User, headers: dict[str, str]
    ) -> None:
        client.post(reverse("account_reset_password"), {"email": person.email}, headers=headers)
        client.post(reverse("account_reset_password"), {"email": "x@y.example"}, headers=headers)

        for message in delivered():
            links = re.findall(r"https?://[^/\s]+", message.body)
            assert links and set(links) == {settings.SITE_URL}


class TestEnumeration:
    def test_reset_says_the_same_to_all(self, client: Client, person: User) -> None:
        ask = reverse("account_reset_password")
        pages = [
            _without_tokens(client.post(ask, {"email": email}, follow=True))
            for email in (person.email, "personne@reseau.example")
        ]

        assert pages[0] == pages[1]
        assert len(delivered()) == 2, "both take the time of a mail"
        assert "aucun compte" in delivered()[1].body and "http" in delivered()[0].body

    def test_sign_in_says_the_same_to_all(
        self, client: Client, person: User, sign_in: SignIn
    ) -> None:
        pages = [
            _without_tokens(sign_in(email, "une-mauvaise-phrase")).replace(email, "")
            for email in (person.email, "personne@reseau.example")
        ]

        assert pages[0] == pages[1]

    @pytest.mark.parametrize("known", [True, False])
    def test_sign_in_hashes_once_whoever_comes(
        self, person: User, sign_in: SignIn, known: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from django.contrib.auth.hashers import MD5PasswordHasher

        hashed: list[str] = []
        encode = MD5PasswordHasher.encode

        def counted(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
            hashed.append(password)
            return encode(hasher, password, salt)

        monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

        sign_in(person.email if known else "personne@reseau.example", "une-mauvaise-phrase")

        assert len(hashed) == 1

    def test_address_that_only_looks_alike_is_another(self, client: Client) -> None:
        UserFactory(email="mike@reseau.example")

        client.post(reverse("account_reset_password"), {"email": "mıke@reseau.example"})

        assert not any("nouveau/" in message.body for message in delivered())


def _without_tokens(response: Any) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


class TestForms:
    POSTS = (
        "accounts:login",
        "accounts:logout",
        "account_reset_password",
        "account_change_password",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_generate_recovery_codes",
        "mfa_add_webauthn",
        "mfa_login_webauthn",
        "usersessions_list",
    )

    @pytest.mark.parametrize("name", POSTS)
    def test_other_sites_post_nothing(self, person: User, name: str) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(person)

        assert client.post(reverse(name), {}).status_code == 403

    def test_pages_of_an_account_are_kept_by_no_cache(
        self, client: Client, person: User, sign_in: SignIn
    ) -> None:
        sign_in(person.email)

        for name in ("accounts:home", "mfa_index", "mfa_activate_totp", "pages:home"):
            assert "no-store" in client.get(reverse(name))["Cache-Control"], name

    def test_visitors_get_no_cookie_and_pages_may_be_kept(self, client: Client) -> None:
        response = client.get(reverse("pages:home"))

        assert not response.cookies
        assert "no-store" not in response.get("Cache-Control", "")

    @pytest.mark.parametrize(
        "address",
        [
            "mfa_view_recovery_codes",
            "mfa_index",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "usersessions_list",
            "accounts:home",
            "account_change_password",
        ],
    )
    def test_visitors_reach_no_page_of_an_account(self, client: Client, address: str) -> None:
        response = client.get(reverse(address))

        assert response.status_code == 302
        assert response["Location"].startswith(reverse("accounts:login"))

    def test_nobody_removes_someone_else_s_key(
        self, client: Client, person: User, sign_in: SignIn
    ) -> None:
        from allauth.mfa.models import Authenticator

        key = Authenticator.objects.create(
            user=UserFactory(), type=Authenticator.Type.WEBAUTHN, data={"name": "À elle"}
        )
        sign_in(person.email)

        assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 404
        assert Authenticator.objects.filter(pk=key.pk).exists()
