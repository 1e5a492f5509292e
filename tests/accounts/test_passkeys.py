"""Passkeys: what a device answers wrongly, what somebody else makes of it, what nobody's device
would write."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from fido2 import cbor
from fido2.utils import websafe_encode
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts import passkeys
from accounts.models import User
from tests.accounts.conftest import PASSWORD, SignIn
from tests.accounts.device import Device
from tests.browser import NewPage
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
REAL = pytest.mark.django_db(transaction=True)

ADD, LOGIN = "mfa_add_webauthn", "mfa_login_webauthn"
CONFIRM, SECOND = "mfa_reauthenticate_webauthn", "mfa_authenticate"


def options(client: Client, door: str) -> Any:
    """Returns what the page asks of the device."""
    if door == LOGIN:
        return client.get(reverse(door), headers={"accept": "application/json"}).json()[
            "request_options"
        ]
    asked = client.get(reverse(door)).context["js_data"]
    return asked.get("creation_options") or asked["request_options"]


def post(client: Client, door: str, credential: Any, **more: str) -> Any:
    cache.clear()
    typed = credential if isinstance(credential, str) else json.dumps(credential)
    return client.post(reverse(door), {"credential": typed, **more}, follow=True)


@pytest.fixture(autouse=True)
def over_tls(settings: Any) -> None:
    """Signs in over TLS, which keys need."""
    settings.SITE_URL = "https://testserver"


@pytest.fixture
def device(client: Client, person: User, sign_in: SignIn) -> Device:
    """A device of theirs, which they added from `client`; they are signed out then."""
    sign_in(person.email)
    device = Device()
    post(client, ADD, device.created(options(client, ADD)), name="La mienne")
    client.post(reverse("accounts:logout"))
    return device


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_signs_in_alone(client: Client, device: Device, person: User) -> None:
    post(client, LOGIN, device.shown(options(client, LOGIN)))

    assert client.session["_auth_user_id"] == str(person.pk)


REFUSED: dict[str, Callable[[Device], Any]] = {
    "of another site": lambda d: setattr(d, "origin", "https://evil.example"),
    "of a host under the portal's": lambda d: setattr(d, "origin", "https://a.testserver"),
    "of another port": lambda d: setattr(d, "origin", "https://testserver:8080"),
    "for another site": lambda d: setattr(d, "host", "evil.example"),
    "without checking who holds it": lambda d: setattr(d, "verifies", False),
    "with another key": lambda d: setattr(d, "key", Device().key),
    "of an unknown device": lambda d: setattr(d, "id", b"another"),
    "without saying whose": lambda d: setattr(d, "handle", None),
    "in nobody's name": lambda d: setattr(d, "handle", websafe_encode(b"zzzzzzzzzzzzz")),
}


@pytest.mark.parametrize("lie", REFUSED)
def test_answer_that_is_not_right_opens_nothing(client: Client, device: Device, lie: str) -> None:
    asked = options(client, LOGIN)
    REFUSED[lie](device)

    page = post(client, LOGIN, device.shown(asked)).content.decode()

    expected = passkeys.NO_HANDLE if lie == "without saying whose" else passkeys.NOT_KNOWN
    assert expected in page and not signed_in(client)


def test_in_the_name_of_another_opens_nothing(client: Client, device: Device) -> None:
    other = UserFactory()
    device.handle = websafe_encode(str(other.pk).encode())

    post(client, LOGIN, device.shown(options(client, LOGIN)))

    assert not signed_in(client)


def test_answer_is_good_once_and_for_its_question(client: Client, device: Device) -> None:
    answer = device.shown(options(client, LOGIN))
    post(client, LOGIN, answer)
    assert signed_in(client)
    client.post(reverse("accounts:logout"))

    other = Client()
    for browser in (client, other):
        post(browser, LOGIN, answer)
        options(browser, LOGIN)
        post(browser, LOGIN, answer)
        assert not signed_in(browser)


def test_question_of_a_door_that_asks_less_serves_at_no_other(
    client: Client, device: Device, sign_in: SignIn
) -> None:
    """Somebody who found a key, and has an account with one, would go without its PIN."""
    mine = UserFactory()
    mine.set_password(PASSWORD)
    mine.save()
    sign_in(mine.email)
    post(client, ADD, Device().created(options(client, ADD)))
    client.post(reverse("accounts:logout"))
    sign_in(mine.email)
    device.verifies = False

    post(client, LOGIN, device.shown(options(client, SECOND)))

    assert not signed_in(client)


@pytest.mark.parametrize("door", [LOGIN, SECOND])
def test_copied_device_is_found_out(
    client: Client, device: Device, person: User, sign_in: SignIn, door: str
) -> None:
    def enter(held: Device) -> str:
        browser = Client()
        if door == SECOND:
            sign_in(person.email, by=browser)
        page = post(browser, door, held.shown(options(browser, door)))
        return "open" if signed_in(browser) else str(page.content.decode())

    copy = replace(device)
    assert enter(device) == enter(device) == "open"

    assert passkeys.COPIED in enter(copy)
    assert enter(device) == "open", "the one that is ahead goes on"


def test_device_that_does_not_count_is_no_copy(
    client: Client, person: User, sign_in: SignIn
) -> None:
    sign_in(person.email)
    device = Device(counts=False)
    post(client, ADD, device.created(options(client, ADD)))

    for _ in range(2):
        client.post(reverse("accounts:logout"))
        post(client, LOGIN, device.shown(options(client, LOGIN)))
        assert signed_in(client)


def test_closed_account_stays_closed(client: Client, device: Device, person: User) -> None:
    person.is_active = False
    person.save()

    page = post(client, LOGIN, device.shown(options(client, LOGIN)))

    assert page.request["PATH_INFO"] == reverse("account_inactive") and not signed_in(client)


def test_one_key_is_one_account_s(client: Client, device: Device, sign_in: SignIn) -> None:
    other = UserFactory()
    other.set_password(PASSWORD)
    other.save()
    sign_in(other.email)
    asked = options(client, ADD)

    assert passkeys.ALREADY_THERE in post(client, ADD, device.created(asked)).content.decode()

    asked, answer = options(client, ADD), {}
    answer = device.created(asked)
    answer["id"] = answer["rawId"] = websafe_encode(b"another name")
    assert passkeys.NOT_ADDED in post(client, ADD, answer).content.decode()


def test_removing_a_key_closes_what_it_had_opened_elsewhere(
    client: Client, device: Device, person: User, sign_in: SignIn
) -> None:
    """A third browser has just been asked for it."""
    post(client, LOGIN, device.shown(options(client, LOGIN)))
    found, waiting = Client(), Client()
    post(found, LOGIN, device.shown(options(found, LOGIN)))
    assert signed_in(found)
    asked = options(waiting, LOGIN)

    key = Authenticator.objects.get(user=person, type="webauthn")
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert client.get(reverse("accounts:home")).status_code == 200
    assert found.get(reverse("accounts:home")).status_code == 302
    assert passkeys.NOT_KNOWN in post(waiting, LOGIN, device.shown(asked)).content.decode()
    assert not signed_in(waiting)


# --- What no device writes ------------------------------------------------------------------------

HUGE = 2_000_000_000  # bytes, where memory is reserved for what it tells


def changed(answer: dict[str, Any], where: str, value: Any) -> Any:
    """Returns a copy of the answer with one thing of another value, or without it (`...`)."""
    copy = json.loads(json.dumps(answer))
    *way, last = where.split(".")
    place = copy
    for step in way:
        place = place[step]
    if value is ...:
        place.pop(last, None)
    else:
        place[last] = value
    return copy


def client_data(**said: Any) -> str:
    told = {"type": "webauthn.get", "challenge": "AAAA", "origin": "https://testserver", **said}
    return websafe_encode(json.dumps(told).encode())


ODD: list[Any] = [
    ..., None, -1, HUGE, 1.5, True, "", "é", "====", "A", "A" * 20_000, "\x00", "\ud800", [],
    [1, 2], {}, {"a": 1},
]  # fmt: skip
WHOLE = [
    "", "null", "0", "[]", "{}", '"texte"', "{", "[" * 2_000, "[" * 2_000 + "]" * 2_000,
    '{"a":' * 2_000 + "1" + "}" * 2_000, "9" * 5_000, "-", "NaN", "\x00", "\ud800", "x" * 100_000,
    '{"id":"\\u0000","rawId":"\\ud800"}', '{"response": {"userHandle": 99999999999}}',
]  # fmt: skip
NESTED_CBOR = b"\x81" * 3_000
CLIENTS = [
    client_data(challenge=HUGE),
    client_data(challenge=None),
    client_data(origin=["https://testserver"]),
    client_data(origin="https://[testserver"),
    client_data(crossOrigin=True),
    client_data(type={}),
    websafe_encode(b"[" * 3_000),
    websafe_encode(b"9" * 5_000),
    websafe_encode(b"\xff\xfe"),
    websafe_encode(b"[]"),
]
ATTESTATIONS = [
    websafe_encode(content)
    for content in (
        b"",
        b"\xff",
        b"\x9b" + b"\xff" * 8,  # it announces a list of 2^64 - 1
        NESTED_CBOR,
        cbor.encode({"fmt": "none", "attStmt": {}, "authData": HUGE}),
        cbor.encode({"fmt": "none", "attStmt": {}, "authData": b"short"}),
        cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(32) + b"\x41" + bytes(22)}),
        cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(32) + b"\x81" + bytes(4)}),
        cbor.encode(["authData"]),
    )
]
DATA = [
    websafe_encode(content)
    for content in (b"", b"\x00" * 36, b"\x00" * 37, bytes(32) + b"\xc5" + bytes(30) + NESTED_CBOR)
]


def hostile(answer: dict[str, Any], doors: bool = False) -> list[Any]:
    """Returns all of it, each at its place; some of each kind on pages of sign-in."""
    response = answer["response"]
    parts = {
        "clientDataJSON": CLIENTS,
        "attestationObject": ATTESTATIONS,
        "authenticatorData": DATA,
    }
    whole: list[Any] = WHOLE[3:12:2] if doors else WHOLE
    deep = [
        changed(answer, f"response.{part}", value)
        for part, values in parts.items()
        if part in response
        for value in (values[::2] if doors else values)
    ]
    places = ["id", "rawId", "response", *(f"response.{part}" for part in response)]
    odd = [
        changed(answer, place, value)
        for place in places
        if place != "response.userHandle"
        for value in ([[], HUGE] if doors else ODD)
    ]
    return [*whole, *deep, *odd]


@pytest.mark.parametrize("parts", [passkeys.ATTESTATION, passkeys.ASSERTION])
def test_nothing_but_an_answer_is_read(parts: tuple[str, ...]) -> None:
    device, challenge = Device(), {"challenge": "AAAA", "user": {"id": "MQ"}}
    make = device.created if parts == passkeys.ATTESTATION else device.shown
    answer = make({"publicKey": challenge})
    field = passkeys.CredentialField(parts)
    assert field.clean(json.dumps(answer))["response"].keys() <= answer["response"].keys()

    for typed in hostile(answer):
        # What it says of itself may be read, and is compared with what was asked: no more.
        try:
            read = field.clean(typed if isinstance(typed, str) else json.dumps(typed))
        except ValidationError:
            continue
        assert all(isinstance(text, str) for text in [read["id"], *read["response"].values()])
    for handle in ODD:
        if handle is not ... and handle is not None and not isinstance(handle, str):
            with pytest.raises(ValidationError):
                field.clean(json.dumps(changed(answer, "response.userHandle", handle)))


@pytest.mark.parametrize("door", [ADD, LOGIN, CONFIRM, SECOND])
def test_nothing_typed_breaks_a_door(
    client: Client,
    device: Device,
    person: User,
    sign_in: SignIn,
    door: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are asked the same question each time, so that what is wrong is met as deep as it can
    be."""
    monkeypatch.setattr("fido2.server._validata_challenge", lambda given: b"?" * 32)
    RecoveryCodes.activate(person)
    if door == SECOND:
        sign_in(person.email)
    elif door != LOGIN:
        post(client, LOGIN, device.shown(options(client, LOGIN)))
    asked = options(client, door)
    good = Device().created(asked) if door == ADD else device.shown(asked)

    for typed in hostile(good, doors=True):
        cache.clear()
        text = typed if isinstance(typed, str) else json.dumps(typed)
        text = text.encode("utf-8", "replace").decode()
        assert client.post(reverse(door), {"credential": text}).status_code in (200, 302), text
        if door in (LOGIN, SECOND):
            assert not signed_in(client), text
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    # What was right still is.
    assert client.post(reverse(door), {"credential": json.dumps(good)}).status_code == 302


def test_key_keeps_nothing_but_what_serves(client: Client, person: User, sign_in: SignIn) -> None:
    sign_in(person.email)
    answer = Device().created(options(client, ADD))
    answer["autre"] = {"\x00": "\ud800"}
    answer["clientExtensionResults"]["x"] = "\x00"

    page = post(client, ADD, answer, name="n" * 101).content.decode()
    assert passkeys.NOT_ADDED not in page and "100 caractères" in page
    assert not Authenticator.objects.filter(user=person).exists()
    answer |= Device().created(options(client, ADD))
    post(client, ADD, answer, name="La mienne")

    kept = Authenticator.objects.get(user=person, type="webauthn").data["credential"]
    assert set(kept) == {"id", "rawId", "type", "response", "clientExtensionResults"}
    assert kept["clientExtensionResults"] == {"credProps": {"rk": True}}


# --- In a browser ---------------------------------------------------------------------------------

VIRTUAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def _by_key(page: Page) -> None:
    page.goto(reverse("accounts:login"))
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()


@REAL
def test_key_that_says_no_name_then_one_that_is_removed_meanwhile(
    new_page: NewPage, person: User, settings: Any, live_server: LiveServer
) -> None:
    settings.SITE_URL = live_server.url
    page = new_page(user=person)
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    held = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL})["authenticatorId"]
    page.goto(reverse("account_reauthenticate"))
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_role("button", name="Ajouter").click()
    page.get_by_role("heading", name="Codes de secours", level=1).wait_for()
    page.get_by_role("button", name="Se déconnecter").first.click()
    page.get_by_text("Vous êtes déconnecté").wait_for()

    # A browser sends this where a key without room of its own answers.
    page.goto(reverse("accounts:login"))
    page.evaluate("""() => {
        const real = PublicKeyCredential.prototype.toJSON;
        PublicKeyCredential.prototype.toJSON = function () {
            const said = real.call(this);
            said.response.userHandle = null;
            return said;
        };
    }""")
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    page.get_by_text("Cette clé ne dit pas de quel compte elle est").wait_for()

    _by_key(page)
    page.get_by_role("link", name="Mon compte").wait_for()
    assert cdp.send("WebAuthn.getCredentials", {"authenticatorId": held})["credentials"]

    # Removed from elsewhere, it opens none.
    Authenticator.objects.filter(user=person).delete()
    page.get_by_role("button", name="Se déconnecter").first.click()
    page.get_by_text("Vous êtes déconnecté").wait_for()
    _by_key(page)
    page.get_by_text("Cette clé d’accès n’a pas été reconnue").wait_for()
