"""Nothing that is typed, sent or kept in a browser makes an error of the portal's.

Addresses are read from the portal: a new one is asked as the others are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from publishing.admin_reach import SuggestionsWithinReach
from tests.factories import UserFactory
from tests.permissions.world import ADMINISTRATOR, DLA_38, VISITOR, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

# As they are written in an address. PostgreSQL refuses the first two, and the numbers.
VALUES = (
    "%00", "a%00b", "9" * 30, "-9223372036854775809", "-1", "1.5", "%D9%A3", "%C2%B2", "[" * 2_000,
    "0000-00-00", "99999-01-01", "2026-02-30", "0000-00", "99999-13", "%ED%A0%80", "%FF%C0%80",
    "%E2%80%AE", "x" * 10_000, "1" * 5_000, "%25", "..%2F..%2Fetc%2Fpasswd", "%0D%0AX:%20y", "__",
    "nan", "1e400", "%F0%9F%92%A3" * 300, "", "%20",
)  # fmt: skip
IN_PATHS = ("%00", "9" * 30, "x" * 3_000, "%D9%A3", "..%2F..", "_0", "%ED%A0%80", "a%0Ab")
# Three kinds of rows stand for all those whose pages of the admin Django makes.
ASKED = ("articles/article", "events/event", "accounts/user")
GENERIC = re.compile(r"admin/(\w+/\w+)/(<path:object_id>|add/|$)")
NAMES = (
    "page", "q", "theme", "type", "serie", "territoire", "annee", "departement", "region", "epci",
    "commune", "secteur", "mois", "vue", "quand", "tri", "pays", "frontieres", "next", "p", "o",
    "a[]", "_changelist_filters", "_popup", "_to_field", "obligatoire", "state", "code", "term",
)  # fmt: skip


def routes(patterns: Any, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            generic = GENERIC.match(route)
            if not generic or generic[1] in ASKED:
                yield route


ROUTES = sorted(set(routes(get_resolver().url_patterns)))
OF_EVERYONE = [route for route in ROUTES if not route.startswith("admin/")]


def filled(route: str, value: str) -> str:
    """Returns a route with values; only the start of one that is written as a regular
    expression."""
    return "/" + re.sub(r"<(\w+:)?\w+>", value, route.partition("^")[0])


def ask(client: Client, method: str, address: str, **more: Any) -> None:
    __tracebackhide__ = True
    try:
        response: Any = client.generic(method, address, **more)
        if response.streaming:
            b"".join(response.streaming_content)
    except Exception as error:
        raise AssertionError(f"{method} {address[:200]} {str(more)[:300]}") from error
    assert response.status_code < 500, f"{method} {address[:200]} {str(more)[:300]}"
    if response.status_code == 400 and "text/html" in response["Content-Type"]:
        assert b"Bad Request" not in response.content, address


@pytest.mark.parametrize("who", [ADMINISTRATOR, VISITOR], ids=["staff", "visitor"])
def test_paths(who: Any) -> None:
    client, values = who.client(), cycle(IN_PATHS)
    for route in ROUTES if who is ADMINISTRATOR else OF_EVERYONE:
        if "<" in route:
            for _ in range(2):
                ask(client, "GET", filled(route, next(values)))
            ask(client, "POST", filled(route, next(values)))


@pytest.mark.parametrize(
    "who", [ADMINISTRATOR, DLA_38, VISITOR], ids=["staff", "member", "visitor"]
)
def test_parameters_and_fields(who: Any, settings: Any) -> None:
    """Each name is asked once by address with a value of its own, then all of them with one."""
    settings.ACCOUNT_RATE_LIMITS = {}
    world = World()
    values = cycle(VALUES)
    article = world.articles["public"]
    shown = {"articles/<slug:slug>/": article.slug, "themes/<slug:slug>/": world.theme.slug}
    client = who.client()
    for route in ROUTES if who is ADMINISTRATOR else OF_EVERYONE:
        if "deconnexion" in route or "logout" in route:
            continue
        address = filled(route, shown.get(route, "1"))
        each = "&".join(f"{name}={next(values)}" for name in NAMES)
        ask(client, "GET", f"{address}?{each}")
        ask(client, "POST", address, data=each, content_type=FORM)
        ask(client, "POST", address)


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("value", VALUES[:14])
def test_lists_one_parameter_at_a_time(value: str) -> None:
    client = ADMINISTRATOR.client()
    lists = {
        "/articles/": ("page", "annee"),
        "/evenements/": ("page", "mois"),
        "/structures/": ("page", "q", "annee"),
        "/territoires/recherche/": ("q",),
        "/admin/accounts/user/": ("p", "q", "o"),
        "/admin/structures/structure/": ("q",),
    }
    for address, names in lists.items():
        for name in names:
            ask(client, "GET", f"{address}?vue=mois&{name}={value}&{name}=1")


# A length that is no number never comes this far: the server in front answers.
HEADERS: list[dict[str, str]] = [
    {"CONTENT_LENGTH": "-1"},
    {"CONTENT_LENGTH": "9" * 30},
    {"CONTENT_TYPE": "multipart/form-data"},
    {"CONTENT_TYPE": "multipart/form-data; boundary=" + "x" * 300},
    {"CONTENT_TYPE": "multipart/form-data; boundary=é"},
    {"CONTENT_TYPE": f"{FORM}; charset=inconnu"},
    {"CONTENT_TYPE": "application/json"},
    {"HTTP_ACCEPT": ",;q=x" * 1_000},
    {"HTTP_ACCEPT_LANGUAGE": "x-" * 5_000},
    {"HTTP_ACCEPT_LANGUAGE": "fr;q=9,*;q=\x00"},
    {"HTTP_ACCEPT_ENCODING": "gzip;q=x, \x00"},
    {"HTTP_IF_MODIFIED_SINCE": "Sun, 99 Foo 99999 99:99:99 GMT"},
    {"HTTP_IF_NONE_MATCH": '"' * 1_000},
    {"HTTP_RANGE": "bytes=-,5-1,99999999999999999999-"},
    {"HTTP_USER_AGENT": "\x80" * 10_000},
    {"HTTP_REFERER": "http://["},
    {"HTTP_ORIGIN": "null"},
    {"HTTP_HOST": "[::1"},
    {"HTTP_X_FORWARDED_FOR": "x, \x00"},
    *(
        {"HTTP_COOKIE": f"{name}={value}"}
        for name in ("sessionid", "csrftoken", "messages", "mfa_trusted")
        for value in ("\x00", "x" * 5_000, "[" * 2_000, '"\\077', "é", "eyJ9:1:2", "")
    ),
]


def test_headers_and_cookies(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    for headers in HEADERS:
        client = Client(enforce_csrf_checks=True)
        ask(client, "GET", "/articles/", **headers)
        ask(client, "GET", "/compte/connexion/", **headers)
        body = {"data": b"login=a&csrfmiddlewaretoken=%00", "content_type": FORM}
        ask(client, "POST", "/compte/connexion/", **{**body, **headers})
        ask(Client(), "POST", "/compte/connexion/", **{**body, **headers})


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_suggestions_are_those_of_fields(model: type[Model]) -> None:
    """Whatever a model has by that name; what is no field that a form shows offers none."""
    view = SuggestionsWithinReach.as_view(admin_site=admin.site)
    person = UserFactory(is_superuser=True, is_staff=True, whole_country=True)
    for field in [*model._meta.get_fields(include_hidden=True), None]:
        asked = {
            "app_label": model._meta.app_label,
            "model_name": model._meta.model_name or "",
            "field_name": field.name if field else "\x00",
            "term": "é",
        }
        request = RequestFactory().get("/", asked)
        request.user = person
        try:
            view(request)
        except (PermissionDenied, Http404):
            continue
        assert field is not None and not field.auto_created, field
