"""A code serves once, however it is written; the secret of an application stays until it serves."""

import threading
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import totp_codes
from accounts.models import User
from tests.accounts.conftest import PASSWORD, SignIn
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
REAL = pytest.mark.django_db(transaction=True)

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# It is the middle of a period, so that no second that passes changes it.
NOON = 1_900_000_000 // 30 * 30 + 15


class Clock:
    def __init__(self) -> None:
        self.now = float(NOON)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
def application(person: User) -> Authenticator:
    return totp.TOTP.activate(person, SECRET).instance


def shown(at: float, secret: str = SECRET) -> str:
    """Returns what the telephone shows at that time."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(at) // 30))


def enters(person: User, typed: str, sign_in: SignIn) -> bool:
    """Says whether the code lets in, from a browser of its own, with nothing left in the cache."""
    cache.clear()
    browser = Client()
    assert sign_in(person.email, by=browser).url == reverse("mfa_authenticate")
    cache.clear()
    return bool(browser.post(reverse("mfa_authenticate"), {"code": typed}).status_code == 302)


def spellings(code: str) -> list[str]:
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    return [
        code,
        f"{code[:3]}-{code[3:]}",
        f" {code[:3]}\u202f{code[3:]}\t",
        "\u2011".join(code),
        f"{code[:3]}\u2212{code[3:]}",
        f"\u200b{code}\u200f",
        code.translate(arabic),
        code.translate(wide),
        f"{code[:3]}.{code[3:]}",
    ]


@pytest.mark.parametrize("spelling", range(len(spellings("123456"))))
def test_is_read_however_it_is_written_and_serves_once(
    person: User, application: Authenticator, clock: Clock, sign_in: SignIn, spelling: int
) -> None:
    code = shown(clock.now)
    assert enters(person, spellings(code)[spelling], sign_in)

    clock.now += 31  # it is right for one period more

    assert not any(enters(person, spelt, sign_in) for spelt in spellings(code))


@pytest.mark.parametrize("typed", ["", "-", "12345", "1234567", "abcdef", "²³¹²³¹", "9" * 100_000])
def test_what_is_no_code_opens_nothing(
    person: User, application: Authenticator, clock: Clock, sign_in: SignIn, typed: str
) -> None:
    assert not enters(person, typed, sign_in)


def test_code_before_one_that_served_does_not_serve(
    person: User, application: Authenticator, clock: Clock, sign_in: SignIn
) -> None:
    assert enters(person, shown(clock.now), sign_in)

    assert not enters(person, shown(clock.now - 30), sign_in)
    assert enters(person, shown(clock.now + 30), sign_in)
    assert not enters(person, shown(clock.now), sign_in)


def test_tolerance_is_one_period(
    person: User, application: Authenticator, clock: Clock, sign_in: SignIn
) -> None:
    assert not enters(person, shown(clock.now - 60), sign_in)
    assert not enters(person, shown(clock.now + 60), sign_in)
    assert enters(person, shown(clock.now - 30), sign_in)


def test_signing_in_and_confirming_share_what_served(
    client: Client, person: User, application: Authenticator, clock: Clock, sign_in: SignIn
) -> None:
    sign_in(person.email)
    client.post(reverse("mfa_authenticate"), {"code": shown(clock.now)})
    confirm = reverse("mfa_reauthenticate")
    cache.clear()

    assert client.post(confirm, {"code": shown(clock.now)}).status_code == 200
    assert client.post(confirm, {"code": shown(clock.now + 30)}).status_code == 302
    assert not enters(person, shown(clock.now + 30), sign_in)


def test_trying_a_code_that_served_counts_as_a_failure(
    person: User, application: Authenticator, clock: Clock, sign_in: SignIn
) -> None:
    assert enters(person, shown(clock.now), sign_in)
    browser = Client()
    sign_in(person.email, by=browser)

    answers = []
    for _ in range(6):
        # The library would remember no more of this code.
        cache.delete(totp.TOTP(application)._get_used_cache_key(shown(clock.now)))
        answer = browser.post(reverse("mfa_authenticate"), {"code": shown(clock.now)})
        answers.append(answer.status_code)

    assert answers == [200] * 5 + [429]


@REAL
def test_of_many_at_once_one_passes(person: User, application: Authenticator) -> None:
    """Each has a connection of its own, and all of them had read before any had written."""
    step = int(time.time()) // 30
    begin, passed = threading.Barrier(3, timeout=20), []

    def try_it() -> None:
        try:
            mine = Authenticator.objects.get(pk=application.pk)
            begin.wait()
            if totp_codes.spend(mine, step):
                passed.append(True)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(3)]  # the pool has room for four
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(passed) == 1


def test_clock_that_was_wrong_keeps_nobody_out(
    person: User,
    application: Authenticator,
    clock: Clock,
    sign_in: SignIn,
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock.now += 86_400
    assert enters(person, shown(clock.now), sign_in)
    clock.now -= 86_400  # the clock is set right again

    assert enters(person, shown(clock.now), sign_in)
    assert not enters(person, shown(clock.now), sign_in), "and codes serve once as before"
    assert "wrong clock" in caplog.text


def test_clock_that_goes_back_a_little_gives_no_code_a_second_life(
    person: User, application: Authenticator, clock: Clock, sign_in: SignIn
) -> None:
    served = shown(clock.now)
    assert enters(person, served, sign_in)
    clock.now -= 30

    assert not enters(person, served, sign_in)
    clock.now += 2 * 30 + 5 * 60
    assert enters(person, shown(clock.now), sign_in), "nobody waits for longer than five minutes"


@pytest.mark.parametrize("spelling", range(len(spellings("12345678"))))
def test_recovery_code_serves_once_however_it_is_written(
    person: User, application: Authenticator, sign_in: SignIn, spelling: int
) -> None:
    code = RecoveryCodes.activate(person).generate_codes()[3]

    assert enters(person, spellings(code)[spelling], sign_in)
    assert not any(enters(person, spelt, sign_in) for spelt in spellings(code))


class TestActivation:
    @pytest.fixture
    def page(self, client: Client, person: User, sign_in: SignIn, clock: Clock) -> str:
        sign_in(person.email)
        return reverse("mfa_activate_totp")

    def secret(self, client: Client, page: str) -> str:
        form = client.get(page).context["form"]
        assert form.spaced_secret.replace(" ", "") == form.secret
        return str(form.secret)

    def test_reloading_keeps_the_secret(self, client: Client, person: User, page: str) -> None:
        first = self.secret(client, page)
        assert self.secret(client, page) == first

        assert client.post(page, {"code": "000000"}).context["form"].secret == first
        assert self.secret(client, page) == first
        client.post(page, {"code": shown(NOON, first)})
        assert Authenticator.objects.filter(user=person, type="totp").exists()

    def test_is_another_one_each_time_that_an_application_is_installed(
        self, client: Client, person: User, page: str
    ) -> None:
        first = self.secret(client, page)
        client.post(page, {"code": shown(NOON, first)})
        assert totp.SECRET_SESSION_KEY not in client.session
        Authenticator.objects.filter(user=person).delete()

        assert self.secret(client, page) != first

    def test_is_nobody_else_s(self, client: Client, page: str, sign_in: SignIn) -> None:
        first = self.secret(client, page)
        other = UserFactory()
        other.set_password(PASSWORD)
        other.save()
        client.post(reverse("accounts:logout"))
        sign_in(other.email)

        assert self.secret(client, page) != first

    def test_code_that_activates_has_served(
        self, client: Client, person: User, page: str, clock: Clock, sign_in: SignIn
    ) -> None:
        secret = self.secret(client, page)
        code = shown(NOON, secret)
        assert client.post(page, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302

        assert not any(enters(person, spelt, sign_in) for spelt in spellings(code))
        assert not enters(person, shown(NOON - 30, secret), sign_in)
        clock.now += 30
        assert enters(person, shown(clock.now, secret), sign_in)

    def test_pressing_twice_activates_once(
        self, client: Client, person: User, page: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        secret = self.secret(client, page)
        held = totp_codes.Activate.form_valid

        def after_another(view: Any, form: Any) -> Any:
            totp.TOTP.activate(person, secret)  # it is the other request's, in between
            return held(view, form)

        monkeypatch.setattr(totp_codes.Activate, "form_valid", after_another)

        assert client.post(page, {"code": shown(NOON, secret)})["Location"] == reverse("mfa_index")
        assert Authenticator.objects.filter(user=person, type="totp").count() == 1
