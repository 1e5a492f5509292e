"""Signing in by e-mail and password, signing out, changing and resetting the password."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.throttling import too_many_requests
from tests.accounts.conftest import PASSWORD, SignIn
from tests.browser import NewPage, axe, each_scheme, overflow
from tests.factories import UserFactory
from tests.html_validity import HtmlChecker
from tests.outbox import delivered

pytestmark = pytest.mark.django_db
BROWSER = pytest.mark.django_db(transaction=True)

OTHER_PASSWORD = "une-autre-longue-phrase-2"


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "typed",
    [
        "Camille.Martin@reseau.example",
        "camille.martin@reseau.example",
        " CAMILLE.MARTIN@RESEAU.EXAMPLE ",
    ],
)
def test_signs_in_however_the_address_is_capitalised(
    client: Client, person: User, sign_in: SignIn, typed: str
) -> None:
    response = sign_in(typed)

    assert response.status_code == 302 and response.url == reverse("pages:home")
    assert signed_in(client)


def test_account_made_by_the_admin_signs_in(client: Client, sign_in: SignIn) -> None:
    User.objects.create_user("Nouvelle@RESEAU.example", PASSWORD)

    sign_in("nouvelle@reseau.example")

    assert signed_in(client)


def test_refuses_a_wrong_password_and_keeps_the_address(
    client: Client, person: User, sign_in: SignIn
) -> None:
    response = sign_in(person.email, "une-mauvaise-phrase")

    assert "L’adresse ou le mot de passe n’est pas le bon." in response.content.decode()
    assert person.email in response.content.decode()
    assert not signed_in(client)


def test_suspended_account_is_told_so_only_with_the_right_password(
    client: Client, person: User, sign_in: SignIn
) -> None:
    person.is_active = False
    person.save()

    wrong = sign_in(person.email, "une-mauvaise-phrase").content.decode()
    right = sign_in(person.email)

    assert "n’est pas le bon" in wrong and "suspendu" not in wrong
    assert right.status_code == 302 and right.url == reverse("account_inactive")
    assert "Compte suspendu" in client.get(right.url).content.decode()
    assert not signed_in(client)


@pytest.mark.parametrize(("remember", "lasts"), [("on", True), ("", False)])
def test_session_outlives_the_browser_only_if_asked(
    client: Client, person: User, sign_in: SignIn, remember: str, lasts: bool
) -> None:
    sign_in(person.email, data={"remember": remember} if remember else {})

    assert bool(client.cookies[settings.SESSION_COOKIE_NAME]["max-age"]) is lasts


def test_nobody_signs_up(client: Client) -> None:
    for address in ("/compte/inscription/", "/compte/signup/", "/compte/adresse/"):
        assert client.get(address).status_code == 404


def test_signs_out_by_a_form_only(client: Client, person: User, sign_in: SignIn) -> None:
    sign_in(person.email)

    asked = client.get(reverse("accounts:logout"))

    assert asked.status_code == 200 and signed_in(client)
    assert client.post(reverse("accounts:logout"))["Location"] == reverse("pages:home")
    assert not signed_in(client)


class TestAdminDoor:
    def test_visitor_is_led_to_the_portal_and_back(self, client: Client, sign_in: SignIn) -> None:
        user = UserFactory(group="Rédaction")
        user.set_password(PASSWORD)
        user.save()
        wanted = reverse("admin:articles_article_changelist")

        led = client.get(wanted, follow=True)

        assert led.redirect_chain[-1][0] == f"{reverse('accounts:login')}?next={quote(wanted, '')}"
        assert sign_in(user.email, data={"next": wanted}).url == wanted

    def test_member_without_rights_is_refused_plainly(self, client: Client, person: User) -> None:
        client.force_login(person)

        assert client.get(reverse("admin:index"), follow=True).status_code == 403

    def test_signing_out_of_the_admin_signs_out_of_the_portal(self, client: Client) -> None:
        client.force_login(UserFactory(group="Rédaction"))

        assert client.post("/admin/logout/")["Location"] == reverse("pages:home")
        assert not signed_in(client)


class TestPassword:
    def test_changing_it_keeps_this_session_and_ends_the_others(
        self, client: Client, person: User, sign_in: SignIn
    ) -> None:
        elsewhere = Client()
        sign_in(person.email)
        sign_in(person.email, by=elsewhere)
        before = client.session.session_key

        response = client.post(
            reverse("account_change_password"),
            {
                "oldpassword": PASSWORD,
                "password1": OTHER_PASSWORD,
                "password2": OTHER_PASSWORD,
            },
        )

        assert response["Location"] == reverse("accounts:home")
        assert client.get(reverse("accounts:home")).status_code == 200
        assert client.session.session_key != before
        assert elsewhere.get(reverse("accounts:home")).status_code == 302
        assert "votre mot de passe a changé" in delivered()[-1].subject

    def test_refuses_a_short_one(self, client: Client, person: User, sign_in: SignIn) -> None:
        sign_in(person.email)

        page = client.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": "court", "password2": "court"},
        ).content.decode()

        assert "12" in page and "errorlist" in page

    def test_reset_link_works_once_and_signs_nobody_in(
        self, client: Client, person: User, sign_in: SignIn
    ) -> None:
        link = _ask_link(client, person.email)

        form = client.get(link, follow=True)
        done = client.post(
            form.redirect_chain[-1][0],
            {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD},
            follow=True,
        )

        assert "Mot de passe changé" in done.content.decode()
        assert not signed_in(client)
        assert "Ce lien ne vaut plus" in Client().get(link, follow=True).content.decode()
        sign_in(person.email, OTHER_PASSWORD)
        assert signed_in(client)

    def test_reset_link_expires(self, client: Client, person: User, settings: Any) -> None:
        link = _ask_link(client, person.email)
        settings.PASSWORD_RESET_TIMEOUT = -1

        assert "Ce lien ne vaut plus" in client.get(link, follow=True).content.decode()

    def test_reset_ends_the_wait_after_too_many_failures(
        self, client: Client, person: User, sign_in: SignIn
    ) -> None:
        while sign_in(person.email, "une-mauvaise-phrase").status_code == 200:
            pass
        form = client.get(_ask_link(client, person.email), follow=True)
        client.post(
            form.redirect_chain[-1][0], {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
        )

        assert sign_in(person.email, OTHER_PASSWORD, REMOTE_ADDR="192.0.2.7").status_code == 302


def _ask_link(client: Client, email: str) -> str:
    client.post(reverse("account_reset_password"), {"email": email})
    found = re.search(r"http\S+", str(delivered()[-1].body))
    assert found
    return found[0].removeprefix(settings.SITE_URL)


def test_page_says_who_one_is_and_leads_on(client: Client, person: User) -> None:
    client.force_login(person)

    page = client.get(reverse("accounts:home")).content.decode()

    assert person.email in page and person.get_role_display() in page
    for name in ("account_change_password", "mfa_index", "usersessions_list"):
        assert reverse(name) in page


def test_pages_are_valid_html(
    client: Client, person: User, sign_in: SignIn, assert_valid_html: HtmlChecker
) -> None:
    pages: dict[str, Any] = {
        name: client.get(reverse(name))
        for name in ("account_reset_password", "account_reset_password_done", "account_inactive")
    }
    pages["wrong password"] = sign_in(person.email, "une-mauvaise-phrase")
    pages["form to choose one"] = client.get(_ask_link(client, person.email), follow=True)
    pages["link of yesterday"] = client.get("/compte/mot-de-passe/nouveau/1-x/")
    pages["throttled"] = too_many_requests(pages["wrong password"].wsgi_request)
    sign_in(person.email)
    for name in ("accounts:home", "accounts:logout", "account_change_password", "mfa_index"):
        pages[name] = client.get(reverse(name))
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "usersessions_list"):
        pages[name] = client.get(reverse(name))
    TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)
    for name in ("mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"):
        pages[name] = client.get(reverse(name))
    pages["mfa_index, all there"] = client.get(reverse("mfa_index"))
    other = Client()
    sign_in(person.email, by=other)
    pages["mfa_authenticate"] = other.get(reverse("mfa_authenticate"))

    assert {name for name, page in pages.items() if page.status_code not in (200, 429)} == set()
    # The checker still warns of this one, which every browser has known since 2020.
    assert_valid_html(
        {
            name: page.content.decode().replace(' inputmode="numeric"', "")
            for name, page in pages.items()
        }
    )


@BROWSER
@pytest.mark.parametrize("viewport", [(320, 700), (1280, 900)])
def test_pages_are_accessible_and_fit(
    new_page: NewPage, person: User, viewport: tuple[int, int]
) -> None:
    visitor = new_page(viewport)
    member = new_page(viewport, user=person)
    outside = ["account_reset_password", "account_reset_password_done", "account_inactive"]
    inside = ["accounts:home", "accounts:logout", "account_change_password", "mfa_index"]
    inside += ["usersessions_list"]
    for page, names in ((visitor, ["accounts:login", *outside]), (member, inside)):
        for name in names:
            page.goto(reverse(name))
            for scheme in each_scheme(page):
                axe(page)
                assert not overflow(page), f"{name}, {scheme}"


@BROWSER
def test_signs_in_by_keyboard_without_javascript(new_page: NewPage, person: User) -> None:
    page = new_page("phone", javascript=False)
    page.goto(reverse("accounts:login"))

    page.get_by_label("Adresse électronique").focus()
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url(reverse("pages:home"))
    page.locator(".site-menu > summary").press("Enter")
    page.get_by_role("link", name="Mon compte").wait_for()
