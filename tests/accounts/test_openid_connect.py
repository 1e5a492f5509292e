"""Sign-in through OpenID Connect, against a provider that runs on this machine."""

import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from accounts import provider_calls
from accounts.models import User
from tests.accounts import provider as local
from tests.accounts.conftest import PASSWORD
from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, KEY, OTHER_KEY, Provider
from tests.browser import NewPage, axe
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
BROWSER = pytest.mark.django_db(transaction=True)

LEAVE = "/compte/oidc/proconnect/connexion/"


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with local.running() as running:
        settings.OIDC_SERVER_URL = running.url
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                **settings.SOCIALACCOUNT_PROVIDERS["openid_connect"],
                "APPS": [
                    {
                        "provider_id": "proconnect",
                        "name": "ProConnect",
                        "client_id": CLIENT_ID,
                        "secret": CLIENT_SECRET,
                        "settings": {"server_url": running.url},
                    }
                ],
            }
        }
        yield running


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any, **keywords: Any) -> None:
        return None


def _through_the_provider(client: Client, data: dict[str, str] | None = None) -> str:
    """Leaves for the provider and says where it sends the person back, on the portal."""
    left = client.post(LEAVE, data or {})
    assert left.status_code == 302, left.content.decode()
    try:
        urllib.request.build_opener(_Stay).open(left["Location"])
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.headers["Location"].removeprefix("http://testserver")
    raise AssertionError("the provider did not send back")


def _signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_off_without_settings(client: Client) -> None:
    assert client.post(LEAVE).status_code == 404
    page = client.get(reverse("accounts:login"))
    assert "ProConnect" not in page.content.decode()
    assert "form-action 'self';" in page["Content-Security-Policy"] + ";"


def test_known_person_signs_in(client: Client, provider: Provider, person: User) -> None:
    wanted = reverse("usersessions_list")
    back = _through_the_provider(client, {"next": wanted})
    before = client.session.session_key

    response = client.get(back)

    assert response.status_code == 302 and response["Location"] == wanted
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.session.session_key != before
    person.refresh_from_db()
    assert person.check_password(PASSWORD), "the password still works"
    (kept,) = SocialAccount.objects.all()
    assert kept.user == person and kept.extra_data == {}
    assert "abc" not in kept.uid, "who it was, as a digest: nothing else that the provider said"


def test_provider_may_spell_the_address_otherwise(client: Client, provider: Provider) -> None:
    person = UserFactory(email="camille@xn--caf-dma.example")
    provider.email = "Camille@CAFÉ.example"

    client.get(_through_the_provider(client))

    assert client.session["_auth_user_id"] == str(person.pk)


def test_asks_for_little_and_proves_it_asked(
    client: Client, provider: Provider, person: User
) -> None:
    _through_the_provider(client)

    asked = provider.asked
    assert set(asked["scope"].split()) == {"openid", "email"}
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) >= 32 and len(asked["state"]) >= 16
    assert asked["redirect_uri"] == "http://testserver/compte/oidc/proconnect/retour/"


def test_request_cannot_change_what_is_asked(
    client: Client, provider: Provider, person: User
) -> None:
    left = client.post(f"{LEAVE}?scope=admin&auth_params=prompt%3Dnone&process=connect")

    asked = parse_qs(urlsplit(left["Location"]).query)
    assert "prompt" not in asked and "admin" not in asked["scope"][0]


def test_userinfo_as_plain_json_is_read_too(
    client: Client, provider: Provider, person: User
) -> None:
    provider.signs_userinfo = False

    client.get(_through_the_provider(client))

    assert _signed_in(client)


LIES: dict[str, Callable[[Provider], Any]] = {
    "identity signed by another": lambda p: setattr(p, "identity_key", OTHER_KEY),
    "userinfo signed by another": lambda p: setattr(p, "userinfo_key", OTHER_KEY),
    "identity for another client": lambda p: p.identity_changes.update(aud="autre"),
    "userinfo for another client": lambda p: p.userinfo_changes.update(aud="autre"),
    "identity of another issuer": lambda p: p.identity_changes.update(iss="https://autre.example"),
    "userinfo of another issuer": lambda p: p.userinfo_changes.update(iss="https://autre.example"),
    "identity long past": lambda p: p.identity_changes.update(exp=1_000_000_000),
    "userinfo long past": lambda p: p.userinfo_changes.update(exp=1_000_000_000),
    "identity without end": lambda p: p.identity_changes.update(exp=None),
    "another nonce": lambda p: p.identity_changes.update(nonce="autre"),
    "no nonce": lambda p: p.identity_changes.update(nonce=None),
    "another person": lambda p: p.userinfo_changes.update(sub="def"),
    "given on to another client": lambda p: p.identity_changes.update(azp="autre"),
    "identity of tomorrow": lambda p: p.identity_changes.update(iat=int(time.time()) + 3600),
    "userinfo of tomorrow": lambda p: p.userinfo_changes.update(iat=int(time.time()) + 3600),
    "userinfo without audience": lambda p: p.userinfo_changes.update(aud=None),
    "nobody in particular": lambda p: p.identity_changes.update(sub=7),
    "a key that is withdrawn": lambda p: p.published.update(une=OTHER_KEY),
    "a key that nobody published": lambda p: setattr(p, "key_id", "inconnue"),
    "published by another": lambda p: setattr(p, "issuer", "https://autre.example"),
}


@pytest.mark.parametrize("lie", LIES)
def test_refuses_a_provider_that_lies(
    client: Client, provider: Provider, person: User, lie: str
) -> None:
    LIES[lie](provider)

    left = client.post(LEAVE)
    if left.status_code == 302:
        try:
            urllib.request.build_opener(_Stay).open(left["Location"])
        except urllib.error.HTTPError as answer:
            with answer:
                back = answer.headers["Location"].removeprefix("http://testserver")
        left = client.get(back)

    assert left.status_code == 401
    assert "Connexion impossible" in left.content.decode()
    assert not _signed_in(client)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_refuses_tokens_that_anyone_could_write(
    client: Client, provider: Provider, person: User, algorithm: str
) -> None:
    provider.algorithm = algorithm
    provider.identity_key = provider.userinfo_key = None if algorithm == "none" else "x" * 32

    assert client.get(_through_the_provider(client)).status_code == 401


def test_answer_is_good_once_and_in_one_browser(
    client: Client, provider: Provider, person: User
) -> None:
    stolen = _through_the_provider(client)

    other = Client()
    assert other.get(stolen).status_code == 401
    assert client.get(stolen).status_code == 302
    client.post(reverse("accounts:logout"))
    assert client.get(stolen).status_code == 401
    assert not _signed_in(other) and not _signed_in(client)


def test_code_without_the_state_is_refused(
    client: Client, provider: Provider, person: User
) -> None:
    back = _through_the_provider(client)

    assert client.get(back.replace("state=", "state=autre")).status_code == 401


@pytest.mark.parametrize("email_verified", [False, None])
def test_unverified_address_opens_nothing(
    client: Client, provider: Provider, person: User, email_verified: bool | None
) -> None:
    provider.email_verified = email_verified

    response = client.get(_through_the_provider(client))

    assert response.status_code == 403 and not _signed_in(client)


def test_provider_can_be_trusted_for_addresses_unless_it_says_otherwise(
    client: Client, provider: Provider, person: User, settings: Any
) -> None:
    settings.OIDC_EMAILS_ARE_VERIFIED = True
    provider.email_verified = False
    assert client.get(_through_the_provider(client)).status_code == 403

    provider.email_verified = None
    assert client.get(_through_the_provider(client)).status_code == 302


@pytest.mark.parametrize("known", [True, False])
def test_nobody_gets_an_account_this_way(
    client: Client, provider: Provider, person: User, known: bool
) -> None:
    person.is_active = False
    person.save()
    if not known:
        provider.email = "inconnue@reseau.example"

    response = client.get(_through_the_provider(client))

    assert response.status_code == 403
    assert "Pas encore de compte" in response.content.decode()
    assert User.objects.count() == 1 and not _signed_in(client)


def test_second_factor_is_asked_all_the_same(
    client: Client, provider: Provider, person: User
) -> None:
    totp.TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    provider.identity_changes["amr"] = ["pwd", "mfa"]

    response = client.get(_through_the_provider(client))

    assert response["Location"] == reverse("mfa_authenticate")
    assert not _signed_in(client)


def test_giving_up_over_there_is_no_error(client: Client, provider: Provider) -> None:
    provider.refuses = "access_denied"

    page = client.get(_through_the_provider(client), follow=True)

    assert page.status_code == 200 and "Connexion abandonnée" in page.content.decode()


def test_provider_that_is_down_is_said_so(client: Client, settings: Any) -> None:
    with local.running() as gone:
        pass
    settings.OIDC_SERVER_URL = gone.url
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "proconnect",
                    "name": "ProConnect",
                    "client_id": CLIENT_ID,
                    "secret": CLIENT_SECRET,
                    "settings": {"server_url": gone.url},
                }
            ]
        }
    }

    assert client.post(LEAVE).status_code == 401


def test_provider_that_goes_down_in_between_is_said_so(
    client: Client, provider: Provider, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = _through_the_provider(client)
    monkeypatch.setattr(Provider, "discovery", lambda self: {})

    assert client.get(back).status_code == 401


def test_new_key_serves_at_once(client: Client, provider: Provider, person: User) -> None:
    client.get(_through_the_provider(client))
    client.post(reverse("accounts:logout"))
    provider.published = {"une": KEY, "deux": OTHER_KEY}
    provider.key_id, provider.identity_key, provider.userinfo_key = "deux", OTHER_KEY, OTHER_KEY

    client.get(_through_the_provider(client))

    assert _signed_in(client)


def test_code_of_another_exchange_is_refused(
    client: Client, provider: Provider, person: User
) -> None:
    """It was stolen with its address, and is tried in an exchange of one's own: it serves once over
    there, and was asked for with another proof (PKCE)."""
    stolen = parse_qs(urlsplit(_through_the_provider(client)).query)["code"][0]
    thief = Client()
    own = _through_the_provider(thief)

    assert thief.get(re.sub(r"code=[^&]+", f"code={stolen}", own)).status_code == 401
    assert not _signed_in(thief)


class TestIdentity:
    def enter(self, provider: Provider, sub: str, email: str = "") -> Any:
        provider.identity_changes["sub"] = provider.userinfo_changes["sub"] = sub
        provider.email = email or provider.email
        client = Client()
        response = client.get(_through_the_provider(client))
        assert _signed_in(client) is (response.status_code == 302)
        return response

    def test_second_one_with_the_same_address_is_refused(
        self, provider: Provider, person: User
    ) -> None:
        assert self.enter(provider, "first").status_code == 302

        refused = self.enter(provider, "second")

        assert refused.status_code == 403 and "autre identité" in refused.content.decode()
        assert self.enter(provider, "first").status_code == 302

    def test_one_opens_one_account(self, provider: Provider, person: User) -> None:
        other = UserFactory()
        assert self.enter(provider, "first").status_code == 302

        assert self.enter(provider, "first", email=other.email).status_code == 403

    def test_is_bound_only_by_whoever_came_in(self, provider: Provider, person: User) -> None:
        totp.TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        provider.identity_changes["sub"] = provider.userinfo_changes["sub"] = "stranger"
        client = Client()

        client.get(_through_the_provider(client))

        assert not SocialAccount.objects.exists()

    @pytest.mark.parametrize(
        ("group", "cleared"), [("Équipe nationale", True), ("Rédaction", False)]
    )
    def test_staff_lets_a_new_one_in(
        self, client: Client, provider: Provider, person: User, group: str, cleared: bool
    ) -> None:
        self.enter(provider, "first")
        client.force_login(UserFactory(group=group))
        client.post(
            reverse("admin:accounts_user_changelist"),
            {"action": "forget_identity", "_selected_action": [person.pk]},
        )

        assert (self.enter(provider, "second").status_code == 302) is cleared

    def test_once_forgotten_leaves_nobody_signed_in_by_it(
        self, client: Client, provider: Provider, person: User
    ) -> None:
        thief = Client()
        thief.get(_through_the_provider(thief))
        assert _signed_in(thief)
        client.force_login(UserFactory(group="Équipe nationale"))

        client.post(
            reverse("admin:accounts_user_changelist"),
            {"action": "forget_identity", "_selected_action": [person.pk]},
        )

        assert not _signed_in(thief)

    def test_of_another_provider_is_another_matter(self, provider: Provider, person: User) -> None:
        SocialAccount.objects.create(provider="https://avant.example", uid="x", user=person)

        assert self.enter(provider, "first").status_code == 302


@pytest.mark.parametrize("dribbles", [False, True])
@pytest.mark.parametrize("step", ["openid-configuration", "token", "jwks", "userinfo"])
def test_provider_that_hangs_holds_nobody(
    client: Client,
    provider: Provider,
    person: User,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    dribbles: bool,
) -> None:
    assert provider_calls.ALTOGETHER_SECONDS <= 10
    monkeypatch.setattr(provider_calls, "ALTOGETHER_SECONDS", 0.8)
    back = _through_the_provider(client)
    provider.stalls, provider.dribbles = step, dribbles
    began = time.monotonic()

    response = client.get(back)

    assert time.monotonic() - began < 2.5
    assert response.status_code == 401 and "Connexion impossible" in response.content.decode()
    assert not _signed_in(client)
    provider.stalls = "openid-configuration"
    assert client.post(LEAVE).status_code == 401


@pytest.mark.parametrize("said", ["<script>alert(1)</script>", "access_denied<b>", "x" * 5_000])
def test_what_the_address_says_of_an_error_is_not_shown(
    client: Client, provider: Provider, said: str
) -> None:
    back = urlsplit(_through_the_provider(client))
    state = parse_qs(back.query)["state"][0]

    page = client.get(back.path, {"error": said, "error_description": said, "state": state})

    assert page.status_code == 401 and said not in page.content.decode()


def test_leaves_by_a_form_only(client: Client, provider: Provider) -> None:
    assert client.get(LEAVE).status_code == 405


@BROWSER
def test_in_a_browser_under_the_content_policy(
    new_page: NewPage,
    provider: Provider,
    person: User,
    settings: Any,
    live_server: LiveServer,
    allow_problem: Callable[[str], None],
) -> None:
    settings.SITE_URL = live_server.url
    allow_problem(provider.url)  # it is another host on purpose
    page = new_page()
    page.goto(reverse("accounts:login"))
    axe(page)

    page.get_by_role("button", name="Se connecter avec ProConnect").click()

    page.get_by_role("link", name="Mon compte").wait_for()
