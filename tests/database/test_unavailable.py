"""What people and machines read while the database cannot serve, whatever its reason."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django import forms
from django.db import OperationalError, ProgrammingError
from django.test import Client
from django.urls import get_resolver

from database.failures import unavailability
from pages.unavailable import RETRY_AFTER, SECRET
from tests.database.failing import AWAY, OURS, PAGE, WRITES, failing
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped() -> Iterator[None]:
    with failing(AWAY["stopped"]):
        yield


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def member() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory.create())
    return client


@pytest.mark.parametrize("name", AWAY)
def test_a_database_that_is_away_is_told_from_an_error_of_ours(name: str) -> None:
    with pytest.raises(OperationalError) as told:
        raise OperationalError("said by Django") from AWAY[name]

    assert unavailability(told.value)


@pytest.mark.parametrize("name", OURS)
def test_an_error_of_ours_stays_one(name: str, visitor: Client) -> None:
    with failing(OURS[name]):
        assert visitor.get("/articles/", headers=PAGE).status_code == 500


def test_what_follows_in_a_broken_transaction_is_told_as_what_broke_it() -> None:
    broken = ProgrammingError("Cannot open a new connection in an atomic block.")
    broken.__context__ = AWAY["killed"]

    assert unavailability(broken) == "AdminShutdown (57P01)"


@pytest.mark.usefixtures("stopped")
def test_a_reader_gets_a_page_that_says_so_and_when_to_come_back(visitor: Client) -> None:
    answer = visitor.get("/articles/?theme=emploi", headers=PAGE)

    assert answer.status_code == 503
    assert answer["Retry-After"] == str(RETRY_AFTER)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Security-Policy"] and answer["X-Content-Type-Options"] == "nosniff"
    page = answer.content.decode()
    assert "Revenez dans un instant" in page and 'href="/articles/?theme=emploi"' in page


@pytest.mark.usefixtures("member", "stopped")
@pytest.mark.parametrize("path", ["/", "/admin/", "/compte/", "/structures/", "/pilotage/"])
def test_whoever_is_signed_in_stays_so(member: Client, path: str) -> None:
    answer = member.get(path, headers=PAGE)

    assert answer.status_code == 503
    assert not answer.cookies


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize(
    ("path", "headers", "kind"),
    [
        ("/articles/", {}, "text/html"),
        ("/articles/", {"Accept": "*/*"}, "text/html"),
        ("/structures/export.csv", PAGE | {"Sec-Fetch-Dest": "document"}, "text/html"),
        ("/structures/export.csv", {"Accept": "*/*"}, "text/plain"),
        ("/structures/export.geojson", {"Accept": "*/*"}, "application/json"),
        ("/articles/flux.rss", {"Accept": "application/rss+xml, */*"}, "text/plain"),
        ("/evenements/agenda.ics", {"Accept": "text/calendar"}, "text/plain"),
        ("/territoires/recherche/?q=gre", {"Accept": "application/json"}, "application/json"),
        ("/structures/", {"Accept": "text/html, */*", "Sec-Fetch-Dest": "empty"}, "text/plain"),
    ],
)
def test_each_gets_an_answer_that_it_can_read(
    visitor: Client, path: str, headers: dict[str, str], kind: str
) -> None:
    answer = visitor.get(path, headers=headers)

    assert answer.status_code == 503
    assert answer["Content-Type"].startswith(kind)
    assert answer["Retry-After"] == str(RETRY_AFTER)
    assert "pour le moment" in answer.content.decode("unicode-escape") or kind == "text/html"


@pytest.mark.usefixtures("stopped")
def test_what_was_sent_is_kept_by_the_page_which_says_that_it_was_perhaps_not_written(
    visitor: Client,
) -> None:
    typed = {"first_name": "Zoé <b>", "needs": "Ligne 1\nLigne 2", "csrfmiddlewaretoken": "abc"}

    answer = visitor.post(
        "/evenements/rencontre/inscription/",
        typed,
        headers=PAGE | {"Referer": "http://testserver/evenements/rencontre/inscription/?x=1"},
    )

    page = answer.content.decode()
    assert answer.status_code == 503
    assert "n’a peut-être pas été enregistré" in page
    assert 'name="first_name" value="Zoé &lt;b&gt;"' in page
    assert 'name="needs" value="Ligne 1\nLigne 2"' in page
    assert '<form method="post" action="/evenements/rencontre/inscription/" novalidate>' in page
    assert 'href="http://testserver/evenements/rencontre/inscription/?x=1"' in page


@pytest.mark.usefixtures("stopped")
def test_neither_a_password_nor_another_site_is_written_in_the_page(visitor: Client) -> None:
    answer = visitor.post(
        "/compte/connexion/",
        {"login": "zoe@reseau.example", "password": "correct horse"},
        headers=PAGE | {"Referer": "https://ailleurs.example/"},
    )

    page = answer.content.decode()
    assert answer.status_code == 503
    assert "correct horse" not in page and "<form" not in page
    assert "ailleurs.example" not in page


def _forms(of: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in of.__subclasses__():
        yield form
        yield from _forms(form)


def test_every_field_for_a_secret_is_known_as_one() -> None:
    """Its name tells it: the page is made of what was posted, without the form."""
    assert get_resolver().url_patterns  # all views are imported, and their forms with them
    kept = ("one-time-code", "current-password", "new-password")
    secrets = {
        name
        for form in _forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.PasswordInput)
        or field.widget.attrs.get("autocomplete") in kept
    }
    assert {"password", "code", "oldpassword"} <= secrets
    assert [name for name in secrets if not SECRET.search(name)] == []


def test_robots_read_their_file_whatever_cookie_they_carry(member: Client, stopped: None) -> None:
    assert member.get("/robots.txt").status_code == 200


@pytest.mark.usefixtures("stopped")
def test_what_another_site_made_somebody_send_stays_refused(visitor: Client) -> None:
    """The page offers to send again only what it got: it adds no token."""
    answer = visitor.post("/evenements/rencontre/inscription/", {"x": "1"}, headers=PAGE)

    assert 'name="x"' in answer.content.decode()
    assert "csrfmiddlewaretoken" not in answer.content.decode()


@pytest.mark.usefixtures("member", "stopped")
def test_machines_are_told_why_and_that_the_process_lives(member: Client) -> None:
    assert member.get("/healthz").status_code == 200
    ready = member.get("/readyz")
    assert (ready.status_code, ready.content) == (503, b"database: no connection\n")


def test_pages_are_read_while_the_disk_is_full(visitor: Client) -> None:
    with failing(AWAY["disk full"], *WRITES):
        for path in ("/", "/articles/", "/evenements/", "/structures/", "/compte/connexion/"):
            assert visitor.get(path, headers=PAGE).status_code == 200, path
        asked = {"email": "a@b.example"}
        assert visitor.post("/compte/connexion/", asked).status_code in (200, 503)


def test_what_sqlite_itself_says_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "portal.sqlite3"
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as holder,
        closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as other,
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as reader,
    ):
        holder.execute("CREATE TABLE told (said TEXT)")
        holder.execute("BEGIN IMMEDIATE")
        assert _reason_of(lambda: other.execute("BEGIN IMMEDIATE")) == "locked"
        holder.execute("ROLLBACK")
        assert _reason_of(lambda: reader.execute("INSERT INTO told VALUES ('x')")) == "read-only"
        other.execute("PRAGMA max_page_count = 2")
        large = "INSERT INTO told VALUES (zeroblob(100000))"
        assert _reason_of(lambda: other.execute(large)) == "disk full"
        assert _reason_of(lambda: other.execute("SELECT nothing FROM told")) == ""
    nowhere = tmp_path / "missing" / "portal.sqlite3"
    assert _reason_of(lambda: sqlite3.connect(nowhere)) == "cannot be opened"


def _reason_of(act: Callable[[], object]) -> str:
    with pytest.raises(sqlite3.Error) as told:
        act()
    return unavailability(told.value)
