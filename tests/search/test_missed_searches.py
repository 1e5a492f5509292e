"""What is searched without result is counted, never who searched; editors see what comes back."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from search import missed
from search.french.queries import asked
from search.models import ChosenAnswer, MissedSearch, Synonym
from search.synonyms import Synonyms
from tests.browser import axe, each_scheme, overflow
from tests.factories import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
NOTHING = "zzyrk quetzalcoatl"


def search(client: Client, query: str, *, agent: str = BROWSER, **asked_with: Any) -> bytes:
    answer = client.get(
        reverse("search:results"),
        {"q": query, **asked_with.pop("chosen", {})},
        headers={"user-agent": agent, **asked_with},
    )
    assert answer.status_code == 200
    return answer.content


def counted() -> dict[str, int]:
    missed.write()
    return dict(MissedSearch.objects.values_list("query", "count"))


def asked_on(query: str, *days_ago: int, count: int = 1) -> None:
    today = timezone.localdate()
    MissedSearch.objects.bulk_create(
        MissedSearch(query=query, day=today - timedelta(days=ago), count=count) for ago in days_ago
    )


# --- What is counted ---


def test_what_finds_nothing_is_counted_by_its_key_and_its_day_alone(client: Client) -> None:
    ArticleFactory(title="Une cagnotte", published=True)
    search(client, "Les Quetzalcóatls ?")
    search(client, "cagnotte")
    search(client, "")
    assert counted() == {"quetzalcoatl": 1}
    row = MissedSearch.objects.get()
    assert row.day == timezone.localdate()
    columns = {field.name for field in MissedSearch._meta.get_fields()}
    assert columns == {"id", "query", "day", "count"}


def test_asked_again_at_once_counts_once_then_again(client: Client) -> None:
    for _ in range(3):
        search(client, NOTHING)
    assert counted() == {NOTHING: 1}
    search(client, NOTHING)
    assert counted() == {NOTHING: 2}


def test_filters_that_leave_nothing_are_no_missed_search(client: Client) -> None:
    ArticleFactory(title="Une cagnotte", published=True)
    search(client, "cagnotte", chosen={"genre": "events"})
    search(client, "cagnotte", chosen={"genre": "nulle-part"})
    assert counted() == {}


@pytest.mark.parametrize(
    "query",
    [
        "camille.martin@reseau.example", "zzyrk ＠exemple", "06 12 34 56 78", "zzyrk 123456",
        "zzyrk 12 34 56", "zzyrk ١٢٣٤٥٦", "824541148", "« zzyrk quetzalcoatl »",
        '"12 rue des zzyrk"', "12 rue des zzyrk", "zzyrk 3 bis avenue quetzalcoatl",
        "zzyrk " * 11, "z" * 61, "z" * 10_000, "\x00", "🙂",
    ],
)  # fmt: skip
def test_what_may_say_who_somebody_is_is_never_counted(client: Client, query: str) -> None:
    search(client, query)
    assert counted() == {}


@given(st.text(max_size=80))
def test_no_query_that_is_kept_holds_an_address_or_a_number(text: str) -> None:
    query = asked(text)
    if missed.may_be_kept(query):
        assert "@" not in query.key
        assert sum(sign.isdigit() for sign in query.key) < 6
        assert 0 < len(query.key) <= 60


@pytest.mark.parametrize(
    "headers",
    [
        {"agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"agent": "python-requests/2.32"},
        {"agent": "curl/8.5"},
        {"agent": ""},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-moz": "prefetch"},
    ],
)
def test_machines_are_not_counted(client: Client, headers: dict[str, str]) -> None:
    search(client, NOTHING, **headers)
    assert counted() == {}


def test_neither_head_nor_people_of_the_admin_are_counted(client: Client) -> None:
    url = reverse("search:results")
    client.head(url, {"q": NOTHING}, headers={"user-agent": BROWSER})
    client.force_login(UserFactory(group="Rédaction"))
    search(client, NOTHING)
    assert counted() == {}


# --- When it is written ---


def test_no_page_waits_for_what_is_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with CaptureQueriesContext(connection) as queries:
        search(client, NOTHING)
    assert not [one for one in queries if "search_missedsearch" in one["sql"]]
    assert not MissedSearch.objects.exists()

    # A minute later, the end of any answer writes it.
    now = missed.time.monotonic()
    monkeypatch.setattr(missed.time, "monotonic", lambda: now + missed.SECONDS + 1)
    client.get(reverse("glossary:list"))
    assert MissedSearch.objects.get().query == NOTHING


def test_no_page_fails_by_what_cannot_be_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: Any) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr(missed, "_count", failing)
    monkeypatch.setattr(missed, "SECONDS", 0)
    with caplog.at_level(logging.WARNING, "search.missed"):
        search(client, NOTHING)
    assert "could not be counted" in caplog.text
    assert counted() == {}


def test_queries_that_are_made_up_fill_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "MOST_NOTED", 3)
    monkeypatch.setattr(missed, "MOST_A_DAY", 2)
    for letter in "abcde":
        search(client, f"zzyrk{letter}zz")
    assert counted() == {"zzyrkazz": 1, "zzyrkbzz": 1}
    search(client, "zzyrkazz")
    assert counted()["zzyrkazz"] == 2


# --- What editors see ---


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(group="Rédaction"))
    return client


def listed(client: Client, **query: str) -> list[list[str]]:
    page = client.get(reverse("admin:search_missedsearch_changelist"), query).content.decode()
    found = []
    tree: Any = html.fromstring(page)
    for row in tree.xpath("//table[@id='result_list']/tbody/tr"):
        (query,) = row.xpath(".//*[contains(@class, 'field-what_was_asked')]/text()")
        others = row.xpath("./td[not(contains(@class, 'field-what_was_asked'))][@class]")
        found.append([query, *(cell.text_content() for cell in others)])
    return found


def test_shows_only_what_was_asked_on_several_days(editor: Client) -> None:
    asked_on("une fois", 0, count=50)
    asked_on("deux jours", 0, 1, count=50)
    asked_on("quetzalcoatl", 0, 1, 40, count=2)
    asked_on("zzyrk", 100, 101, 102)
    rows = {row[0]: row[1:3] for row in listed(editor)}
    assert rows == {"quetzalcoatl": ["6", "4"], "zzyrk": ["3", "0"]}
    assert [row[3] for row in listed(editor)] == [
        date_format(timezone.localdate() - timedelta(days=ago), "F Y") for ago in (0, 100)
    ]
    assert [row[0] for row in listed(editor, q="quetz")] == ["quetzalcoatl"]


def test_says_what_was_done_about_it_since(editor: Client) -> None:
    for query in ("quetzalcoatl", "zzyrk", "chupacabra"):
        asked_on(query, 0, 1, 2)
    Synonym.objects.create(said="Quetzalcóatl", same="serpent")
    ChosenAnswer.objects.create(queries="Zzyrks", title="A", text="B", link="/le-dla/")
    assert {row[0]: row[4] for row in listed(editor)} == {
        "quetzalcoatl": "synonyme",
        "zzyrk": "réponse choisie",
        "chupacabra": "–",
    }


def test_leads_to_what_can_be_done_about_it(editor: Client) -> None:
    asked_on("quetzalcoatl", 0, 1, 2)
    page = editor.get(reverse("admin:search_missedsearch_changelist")).content.decode()
    tree: Any = html.fromstring(page)
    links = tree.xpath("//ul[@class='what-to-do']//a/@href")
    assert len(links) == 3
    for link, name in zip(links, ("q", "said", "queries"), strict=True):
        form: Any = html.fromstring(editor.get(link).content.decode())
        assert form.xpath(f"//*[@id='{name}' or @id='id_{name}']")[0].value.strip() == (
            "quetzalcoatl"
        )


@pytest.mark.parametrize("typed", ["stress", "business", "les baux", "zzyrkx"])
def test_what_is_done_about_it_holds_of_what_was_typed(client: Client, typed: str) -> None:
    search(client, typed)
    (query,) = counted()
    ChosenAnswer.objects.create(queries=query, title="A", text="B", link="/le-dla/")
    Synonym.objects.create(said=query, same="serpent")
    said = asked(typed)
    assert ChosenAnswer.objects.answer_to(said, AnonymousUser()) is not None
    assert Synonyms.now().runs(said.words)


def test_nobody_writes_there_and_the_national_team_forgets_a_query(client: Client) -> None:
    asked_on("quetzalcoatl", 0, 1, 2)
    row = MissedSearch.objects.latest("day")
    url = reverse("admin:search_missedsearch_changelist")
    delete = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    client.force_login(UserFactory(group="Rédaction"))
    client.post(url, delete)
    assert client.get(reverse("admin:search_missedsearch_add")).status_code == 403
    assert MissedSearch.objects.count() == 3
    client.force_login(UserFactory(group="Équipe nationale"))
    client.post(url, delete)
    assert MissedSearch.objects.count() == 0
    client.force_login(UserFactory(group="Contribution"))
    assert client.get(url).status_code == 403


def test_costs_no_more_for_a_longer_list(editor: Client) -> None:
    costs = []
    for letter in "abc":
        asked_on(f"zzyrk{letter}", 0, 1, 2)
        with CaptureQueriesContext(connection) as queries:
            listed(editor)
        costs.append(len(queries))
    assert costs[1] == costs[2]


def test_is_forgotten_after_twelve_months(monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate()
    for day in (today, today - timedelta(days=364), today - timedelta(days=367), date(2020, 1, 1)):
        MissedSearch.objects.create(query="zzyrk", day=day, count=1)
    assert missed.forget_old() == 2
    assert MissedSearch.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_is_read_in_a_browser(staff_page: Any) -> None:
    asked_on("quetzalcoatl", 0, 1, 2)
    page = staff_page(UserFactory(group="Rédaction"))
    page.goto(reverse("admin:search_missedsearch_changelist"))
    for _ in each_scheme(page):
        axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) == 0
    page.get_by_role("link", name="Ajouter un synonyme").press("Enter")
    assert page.get_by_label("Qui cherche").input_value().strip() == "quetzalcoatl"
