"""An OpenID Connect provider on this machine, over real HTTP, that can be told to lie.

Discovery, authorisation (it lets in whoever comes), token with PKCE checked, keys, and a userinfo
that is a signed token, as ProConnect's is.
"""

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT_ID, CLIENT_SECRET = "portail", "secret-du-portail"


def _make_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


KEY, OTHER_KEY = _make_key(), _make_key()


@dataclass
class Provider:
    url: str
    email: str = "camille.martin@reseau.example"
    email_verified: bool | None = True
    # It gets these wrong, when told to.
    identity_changes: dict[str, Any] = field(default_factory=dict)
    userinfo_changes: dict[str, Any] = field(default_factory=dict)
    identity_key: Any = KEY
    userinfo_key: Any = KEY
    algorithm: str = "RS256"
    signs_userinfo: bool = True
    issuer: str = ""
    refuses: str = ""
    key_id: str = "une"
    # It publishes these keys; by default the one key, under its name.
    published: dict[str, RSAPrivateKey] = field(default_factory=lambda: {"une": KEY})
    # It falls silent here, or says a byte now and then.
    stalls: str = ""
    dribbles: bool = False
    # It saw these requests.
    asked: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        to_jwk = jwt.algorithms.RSAAlgorithm.to_jwk
        return {
            "keys": [
                {**json.loads(to_jwk(key.public_key())), "kid": name, "use": "sig", "alg": "RS256"}
                for name, key in self.published.items()
            ]
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Returns the address to send the person back to."""
        self.asked = asked
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        answer = {"error": self.refuses} if self.refuses else {"code": code}
        return f"{asked['redirect_uri']}?{urlencode({**answer, 'state': asked['state']})}"

    def token(self, given: dict[str, str]) -> dict[str, Any] | None:
        asked = self.codes.pop(given["code"], None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        known = (given["client_id"], given["client_secret"]) == (CLIENT_ID, CLIENT_SECRET)
        if not asked or not known or challenge != asked["code_challenge"]:
            return None
        identity = {**self._claims(), "nonce": asked["nonce"], **self.identity_changes}
        return {
            "access_token": "jeton",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": self._signed(identity, self.identity_key),
        }

    def userinfo(self) -> tuple[str, str]:
        said = {**self._claims(), "email": self.email, "given_name": "Camille"}
        if self.email_verified is not None:
            said["email_verified"] = self.email_verified
        said |= self.userinfo_changes
        if self.signs_userinfo:
            return "application/jwt", self._signed(said, self.userinfo_key)
        return "application/json", json.dumps(said)

    def _claims(self) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self.url, "aud": CLIENT_ID, "sub": "abc", "iat": now, "exp": now + 60}

    def _signed(self, said: dict[str, Any], key: Any) -> str:
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, key, algorithm=self.algorithm, headers={"kid": self.key_id})


@contextmanager
def running() -> Iterator[Provider]:
    server = ThreadingHTTPServer(("localhost", 0), _Handler)
    server.daemon_threads = True
    provider = Provider(f"http://localhost:{server.server_port}")
    server.provider = provider  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    @property
    def provider(self) -> Provider:
        return self.server.provider  # type: ignore[attr-defined]

    def do_GET(self) -> None:  # http.server calls it so
        parts = urlsplit(self.path)
        if self._stalls():
            return
        match parts.path:
            case "/.well-known/openid-configuration":
                self._answer(self.provider.discovery())
            case "/jwks":
                self._answer(self.provider.keys())
            case "/authorize":
                self.send_response(302)
                self.send_header("Location", self.provider.authorize(_flat(parts.query)))
                self.send_header("Content-Length", "0")
                self.end_headers()
            case "/userinfo" if self.headers["Authorization"] == "Bearer jeton":
                content_type, body = self.provider.userinfo()
                self._answer(body, content_type=content_type)
            case _:
                self._answer({}, status=404)

    def do_POST(self) -> None:
        if self._stalls():
            return
        length = int(self.headers["Content-Length"])
        token = self.provider.token(_flat(self.rfile.read(length).decode()))
        self._answer(token or {"error": "invalid_grant"}, status=200 if token else 400)

    def _stalls(self) -> bool:
        """Stalls until the portal hangs up, which it must; three seconds at most."""
        if not self.provider.stalls or self.provider.stalls not in self.path:
            return False
        self.close_connection = True
        end = time.monotonic() + 3
        with contextlib.suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while time.monotonic() < end:
                if self.provider.dribbles:
                    self.wfile.write(b"x")
                time.sleep(0.05)
        return True

    def _answer(
        self, body: Any, *, status: int = 200, content_type: str = "application/json"
    ) -> None:
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        """Logs nothing."""


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
