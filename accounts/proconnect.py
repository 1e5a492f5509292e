"""Sign-in through OpenID Connect, as ProConnect speaks it.

django-allauth does the exchange (state, PKCE). Added here, because it does not: the nonce, the
signature of the identity token, and a userinfo that is itself a signed token. Nobody gets an
account this way: whoever comes must have one, under an address that the provider has verified.

A second factor is asked as after a password, whatever the provider says that it did.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException, Session

from accounts import identities, provider_calls
from accounts.signin import users_by_email

logger = logging.getLogger(__name__)

# Keys come in pairs only: with a shared one, whoever can check a token could write it.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
CLOCKS_APART_SECONDS = 30


class Exchange(OpenIDConnectOAuth2Adapter):
    """One person's way through the provider and back."""

    state: dict[str, Any] | None = None

    def get_provider(self) -> Provider:
        app = get_adapter(self.request).get_app(self.request, provider=self.provider_id)
        return Provider(self.request, app=app)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        path = reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})
        return settings.SITE_URL + path  # the settings say it, and never a request's Host

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider publishes about itself. Raises OAuth2Error where another issuer
        published it."""
        config: dict[str, Any] = super().openid_config
        if config["issuer"].rstrip("/") != settings.OIDC_SERVER_URL:
            raise OAuth2Error(f"Published by another issuer: {config['issuer']}")
        return config

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Returns the sign-in that the provider's tokens prove. Raises OAuth2Error where they
        cannot be read, or prove another."""
        try:
            keys = self._keys()
            identity = self._read(kwargs["response"]["id_token"], keys)
            nonce = (self.state or {})["nonce"]
            if not hmac.compare_digest(str(identity.get("nonce", "")), nonce):
                raise OAuth2Error("The identity token answers another question (nonce)")
            userinfo = self._userinfo(token.token, keys)
            if userinfo["sub"] != identity["sub"]:
                raise OAuth2Error("The two tokens speak of different persons (sub)")
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise OAuth2Error(f"Unreadable answer: {error!r}") from error
        return self.get_provider().sociallogin_from_response(
            request, {"userinfo": userinfo, "id_token": identity}
        )

    def _keys(self) -> jwt.PyJWKSet:
        with get_adapter().get_requests_session() as session:
            response = session.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
            return jwt.PyJWKSet.from_dict(response.json())

    def _read(self, token: str, keys: jwt.PyJWKSet) -> dict[str, Any]:
        """Returns what a signed token says, once sure of who wrote it, for whom, and how long
        ago."""
        key_id = jwt.get_unverified_header(token).get("kid")
        candidates = [key for key in keys.keys if key_id in (None, key.key_id)]
        if len(candidates) != 1:
            raise OAuth2Error(f"Signed with an unknown key: {key_id}")
        client = self.get_provider().app.client_id
        said: dict[str, Any] = jwt.decode(
            token,
            candidates[0],
            algorithms=ALGORITHMS,
            issuer=self.openid_config["issuer"],
            audience=client,
            leeway=CLOCKS_APART_SECONDS,
            options={"require": ["iss", "aud", "exp", "iat", "sub"]},
        )
        if said.get("azp", client) != client:
            raise OAuth2Error("Made for another client (azp)")
        return said

    def _userinfo(self, access_token: str, keys: jwt.PyJWKSet) -> dict[str, Any]:
        """Reads what ProConnect signed; it is plain JSON elsewhere, which the standard allows over
        TLS."""
        with get_adapter().get_requests_session() as session:
            response = session.get(
                self.profile_url, headers={"Authorization": f"Bearer {access_token}"}
            )
            response.raise_for_status()
        if response.headers.get("Content-Type", "").startswith("application/jwt"):
            return self._read(response.text.strip(), keys)
        said: dict[str, Any] = response.json()
        return said


class Provider(OpenIDConnectProvider):
    oauth2_adapter_class = Exchange

    def redirect_from_request(self, request: HttpRequest) -> HttpResponse:
        """Asks for what the settings say; the library would take scopes, parameters and the purpose
        (linking accounts) from the request as well."""
        wanted = super().get_redirect_from_request_kwargs(request)
        return self.redirect(request, AuthProcess.LOGIN, next_url=wanted.get("next_url"))

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(32)
        parameters = {**self.get_auth_params(), "nonce": nonce}
        return super().redirect(
            request, process, next_url, data, auth_params=parameters, nonce=nonce, **kwargs
        )

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        addresses = super().extract_email_addresses(data)
        said = data["userinfo"].get("email_verified", settings.OIDC_EMAILS_ARE_VERIFIED)
        for address in addresses:
            address.verified = said is True
        return addresses


class ProviderAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Finds the account: the address is the link, it is the portal that says whose it is, and
        one identity alone opens it."""
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        users = [user for email in verified for user in users_by_email(email) if user.is_active]
        if not users:
            raise _refused(request, "socialaccount/no_account.html")
        if not identities.may_open(users[0], sociallogin.account.uid):
            logger.warning("Another identity came for account %s", users[0].pk)
            raise _refused(request, "socialaccount/other_identity.html")
        sociallogin.user = users[0]

    def get_requests_session(self) -> Session:
        return provider_calls.session()

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        logger.warning("Sign-in through %s refused: %s %s", settings.OIDC_NAME, error, exception)


def _refused(request: HttpRequest, template: str) -> ImmediateHttpResponse:
    page = render(request, template, {"provider_name": settings.OIDC_NAME}, status=403)
    return ImmediateHttpResponse(page)


class Callback(OAuth2CallbackView):
    adapter: Exchange

    def _get_state(self, request: HttpRequest, provider: Provider) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state
        return state, response


def _exchange(request: HttpRequest, provider_id: str) -> Exchange:
    exchange = Exchange(request, provider_id)
    try:
        exchange.get_provider()
    except SocialApp.DoesNotExist as absent:
        raise Http404 from absent
    return exchange


@require_POST
def begin_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Leaves for the provider by a form, not a link: no other site can make someone leave for
    it."""
    provider = _exchange(request, provider_id).get_provider()
    try:
        return provider.redirect_from_request(request)
    except (OAuth2Error, RequestException, KeyError, ValueError) as error:
        return render_authentication_error(request, provider, exception=error)


@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    exchange = _exchange(request, provider_id)
    try:
        return Callback.adapter_view(exchange)(request)
    except (OAuth2Error, RequestException, KeyError, ValueError) as error:
        # The provider stopped answering in between: the library looks at its addresses too early.
        return render_authentication_error(request, exchange.get_provider(), exception=error)
