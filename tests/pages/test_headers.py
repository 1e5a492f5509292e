"""Every answer has the security headers, whatever made it and whatever went wrong.

Addresses are read from the portal's own: a new one is asked without anybody adding it here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from PIL import Image

from dla_portal.headers import SecurityHeaders
from tests.factories import ArticleFactory, EventFactory, UserFactory

# An answer gets its headers whatever the database.
pytestmark = pytest.mark.once

PAGE = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "frame-src": "'self' https://www.youtube-nocookie.com https://player.vimeo.com",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
# Written out, not read from the settings: an audit from outside gives its points for these.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OFF = ("camera", "microphone", "geolocation", "payment", "usb", "serial", "midi", "autoplay")


def policy_of(response: Any) -> dict[str, str]:
    """The content policy, by directive; the nonce of a page of the admin apart."""
    directives: dict[str, str] = {}
    for each in response.headers["Content-Security-Policy"].split(";"):
        name, _, sources = each.strip().partition(" ")
        assert name not in directives, "a directive said twice counts once"
        directives[name] = re.sub(r" 'nonce-[^']+'", "", sources)
    return directives


def check(response: Any, where: object = "") -> None:
    corp = "Cross-Origin-Resource-Policy"
    is_picture = str(where).startswith("/media/") and response.status_code < 400
    for name, value in HEADERS.items():
        wanted = {value}
        if name == corp and is_picture:
            wanted = {"cross-origin"}
        elif name == "Referrer-Policy":  # stricter where the address itself is a secret
            wanted |= {"same-origin", "no-referrer"}
        assert response.headers.get(name) in wanted, (name, response.status_code, where)
    features = response.headers["Permissions-Policy"]
    assert all(f"{name}=()" in features for name in OFF), where
    assert "publickey-credentials-get=(self)" in features
    assert 'fullscreen=(self "https://www.youtube-nocookie.com"' in features
    policy = policy_of(response)
    assert "unsafe" not in str(policy) and "*" not in str(policy), where
    for name, value in (
        *(("default-src", "'none'"), ("base-uri", "'none'"), ("frame-ancestors", "'none'")),
        *((("form-action", "'none'"),) if "img-src" not in policy else ()),
    ):
        assert policy[name] == value, (where, policy)
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if kind == "text/html":
        assert set(policy) == set(PAGE), (where, policy)
    else:
        assert not {"script-src", "img-src", "object-src"} & set(policy), (where, policy)


def read(response: Any) -> bytes:
    """To its end, which closes what it is read from (and not the test's database)."""
    return b"".join(response.streaming_content) if response.streaming else response.content


# --- Every address ---


def addresses(patterns: Any, before: str = "/") -> Iterator[str]:
    """One of each pattern, of things that are not there."""
    for pattern in patterns:
        route = str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, before + route)
        elif isinstance(pattern, URLPattern):
            whole = before + route
            whole = re.sub(r"<int:[^>]+>|\(\?P<\w*id\w*>[^)]*\)", "1", whole)
            whole = re.sub(r"<[^>]+>|\(\?P<\w+>(?:[^()]|\([^)]*\))*\)", "x", whole)
            yield whole.replace("\\", "").replace("?", "").replace("$", "")


@pytest.mark.django_db
@pytest.mark.usefixtures("geography")
def test_every_address_whoever_asks_and_however() -> None:
    visitor, staff = Client(raise_request_exception=False), Client(raise_request_exception=False)
    staff.force_login(UserFactory(is_superuser=True, is_staff=True))
    asked = list(dict.fromkeys(addresses(get_resolver().url_patterns)))
    assert len(asked) > 200
    statuses = set()
    for address in asked:
        answers = [staff.get(address)]
        if not address.startswith("/admin/"):
            answers += [visitor.get(address), visitor.post(address)]
        for response in answers:
            check(response, address)
            statuses.add(response.status_code)
            read(response)
    assert {200, 302, 403, 404, 405} <= statuses


# --- Every kind of answer ---


@pytest.fixture
def content() -> dict[str, str]:
    return {
        "article": ArticleFactory(published=True).get_absolute_url(),
        "event": EventFactory(published=True).get_absolute_url(),
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("geography")
def test_pages_feeds_calendars_exports_and_documents(content: dict[str, str]) -> None:
    national = Client()
    national.force_login(UserFactory(is_superuser=True, is_staff=True, whole_country=True))
    kinds = {}
    for address in (
        "/",
        content["article"],
        content["event"],
        content["event"].rstrip("/") + ".ics",
        *map(reverse, ("articles:rss", "articles:atom", "events:rss", "events:calendar")),
        *(reverse("structures:export", args=[kind]) for kind in ("csv", "xlsx", "geojson")),
        f"{reverse('territories:search')}?q=Grenoble&format=json",
        *(reverse("steering:sheet_pdf"), reverse("steering:sheet_csv")),
        *("/robots.txt", "/sitemap.xml", "/healthz", "/readyz", "/favicon.ico", "/admin/"),
        "/apple-touch-icon.png",
    ):
        response = national.get(address)
        assert response.status_code == 200, address
        check(response, address)
        kinds[response.headers["Content-Type"].partition(";")[0]] = response
        read(response)
    # A sandbox keeps a browser from showing these at all.
    for kind in ("application/pdf", "application/rss+xml", "application/atom+xml"):
        assert "sandbox" not in policy_of(kinds[kind])
    for kind in ("text/calendar", "text/csv", "application/json", "text/plain", "image/png"):
        assert "sandbox" in policy_of(kinds[kind])


@pytest.mark.django_db
def test_public_pictures() -> None:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(buffer, "JPEG")
    storage = storages["default"]
    name = storage.save("images/essai.jpg", BytesIO(buffer.getvalue()))
    address = storage.url(name)
    client = Client()
    whole = client.get(address)
    assert read(whole) == buffer.getvalue()
    assert whole.headers["Content-Type"] == "image/jpeg"
    assert f"max-age={365 * 24 * 3600}" in whole.headers["Cache-Control"]
    tag = {"If-None-Match": whole.headers["ETag"]}
    asked = [
        (200, whole),
        (206, client.get(address, headers={"Range": "bytes=10-19"})),
        (304, client.get(address, headers=tag)),
        (200, client.head(address)),
        (405, client.put(address)),
    ]
    for status, response in asked:
        assert response.status_code == status
        check(response, address)
    assert read(asked[1][1]) == buffer.getvalue()[10:20]
    for elsewhere in ("images/", "images", "../private/x", "%2e%2e/private/x", "a" * 300, "x\0y"):
        response = client.get(f"/media/{elsewhere}")
        assert response.status_code == 404, elsewhere
        check(response, "nowhere")
    storage.delete(name)
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_errors_and_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)

    def fails(*args: Any) -> None:
        raise OperationalError("gone")

    def breaks(*args: Any) -> None:
        raise RuntimeError("broken")

    answers = {
        400: client.get("/", headers={"host": "ailleurs.example"}),
        403: client.post(reverse("accounts:login"), {"login": "x"}),
        404: client.get("/static/css/absent.css"),
        405: Client().post("/robots.txt"),
    }
    login = reverse("accounts:login")
    trying = Client()
    for _ in range(12):
        answers[429] = trying.post(login, {"login": "a@example.org", "password": "x"})
    monkeypatch.setattr("pages.machines.MigrationExecutor", fails)
    answers[503] = client.get("/readyz")
    monkeypatch.setattr("pages.views.render", breaks)
    answers[500] = client.get("/")
    for status, response in answers.items():
        assert response.status_code == status
        check(response, status)


@pytest.mark.django_db
@override_settings(
    SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31536000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
    SECURE_HSTS_PRELOAD=True, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
)  # fmt: skip
def test_tls_is_asked_for_and_kept() -> None:
    client = Client()
    for address in ("/", "/favicon.ico", "/media/x.jpg", "/absent"):
        plain = client.get(address)
        assert plain.status_code == 301 and plain["Location"] == f"https://testserver{address}"
        assert "Strict-Transport-Security" not in plain.headers, "of no meaning without TLS"
        check(plain)
        answer = client.get(address, headers={"x-forwarded-proto": "https"})
        assert answer.headers["Strict-Transport-Security"] == (
            "max-age=31536000; includeSubDomains; preload"
        )
        check(answer)
        read(answer)
    # Asked from inside, without TLS.
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
    check(client.get("/", headers={"host": "ailleurs.example"}), "refused before the redirect")


def test_a_view_decides_for_its_own_answer_and_nothing_is_said_twice() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        answer = HttpResponse("{}", content_type="application/json")
        answer["cross-origin-resource-policy"] = "same-site"
        answer["Content-Security-Policy"] = "default-src 'self'"
        return answer

    response: Any = SecurityHeaders(view)(RequestFactory().get("/"))
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-site"
    assert response.headers["Content-Security-Policy"] == "default-src 'self'"
    names = [name.lower() for name, _ in response.items()]
    assert len(names) == len(set(names))


def test_drawings_keep_their_own_style() -> None:
    for name in ("favicon", "logo"):
        drawing = Path(settings.BASE_DIR, "static", f"{name}.svg").read_text(encoding="utf-8")
        (style,) = re.findall("<style>(.*?)</style>", drawing)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in settings.POLICY_OF_FILES


def test_the_icon_has_the_sizes_that_browsers_ask_for() -> None:
    response = Client().get("/favicon.ico")
    assert response.headers["Content-Type"] in ("image/x-icon", "image/vnd.microsoft.icon")
    assert "max-age=86400" in response.headers["Cache-Control"]
    with Image.open(BytesIO(read(response))) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_the_server_in_front_is_told_the_same() -> None:
    told = Path(settings.BASE_DIR, "docs", "operations.md").read_text(encoding="utf-8")
    lines = re.findall(r"add_header (\S+) (['\"])(.*)\2 always;", told)
    assert {name: value for name, _, value in lines} == {
        **settings.SECURITY_HEADERS,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Content-Security-Policy": f"{settings.POLICY_OF_FILES}; sandbox",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("geography")
def test_a_browser_runs_the_scripts_that_the_page_names_and_no_other() -> None:
    for address in ("/", "/structures/", "/compte/connexion/"):
        scripts = re.findall(r"<script[^>]* src=[^>]*>", Client().get(address, follow=True).text)
        assert scripts, address
        for script in scripts:
            name = re.findall(r'src="/static/([^"]+)"', script)[0]
            content = Path(settings.BASE_DIR, "static", name).read_bytes()
            digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
            assert f'integrity="sha384-{digest}"' in script
    written = Path(settings.BASE_DIR, "templates").rglob("*.html")
    for script in re.findall(
        r"<script[^>]*\{% static[^>]*>", "".join(map(Path.read_text, written))
    ):
        assert "{% integrity" in script, script


@pytest.mark.django_db
@pytest.mark.usefixtures("geography")
@override_settings(
    SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31536000,
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
)  # fmt: skip
def test_points_of_the_http_observatory() -> None:
    """By the tables of mdn/mdn-http-observatory (src/grader/charts.js), of the page that it reads:
    145, or 135 by its rules of before COOP was counted. None is lost, so that all are given."""
    client = Client(headers={"x-forwarded-proto": "https"})
    page = client.get("/")
    asked = client.options("/", headers={"origin": "https://http-observatory.security.mozilla.org"})
    policy, scripts = policy_of(page), re.findall(r"<script[^>]* src=[^>]*>", page.text)
    given = {
        "csp": 10 * (policy == PAGE),
        "referrer": 5 * (page.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"),
        "frames": 5 * (policy["frame-ancestors"] == "'none'"),
        "corp": 10 * (page.headers["Cross-Origin-Resource-Policy"] == "same-origin"),
        "coop": 10 * (page.headers["Cross-Origin-Opener-Policy"] == "same-origin"),
        "sri": 5 * all("integrity=" in script for script in scripts),
    }
    assert 100 + sum(given.values()) == 145, given
    assert not client.cookies, "a visitor gets none; those of others are tested with the settings"
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in {**page.headers, **asked.headers}
