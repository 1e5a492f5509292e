"""Whatever is typed is answered with sense, alike each time, and in a bounded number of
statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from structures.models import Structure
from territories.models import Territory
from tests.engines import examples
from tests.factories import ArticleFactory, EventFactory, StructureFactory, TermFactory
from tests.putting_back import made_once
from tests.search.asking import load_searched_geography, search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

TYPED = (
    '"', '""', '"asso', "*", "asso*", "AND", "OR NOT", "asso AND grenoble", "l'", "l’", "dla-38",
    "dla38", ":", "title:asso", "{title} : asso", "{title}:x", "marks : a", "a:*", "asso:*", "'",
    "''", "\\", "\\'", "asso\\", "NEAR(asso, grenoble)", "NEAR(a b)", "!", "!asso", "&", "|",
    "asso & grenoble", "<->", "asso <-> grenoble", "-", "-asso", "asso -", "asso -grenoble",
    '-"asso grenoble"', "--", "- -", "^", "^asso", "+", "(", ")", "((asso)", "%", "_", "%%asso%%",
    "$1", "%s", "{}", "; DROP TABLE search_entry;", "<script>alert(1)</script>", "&lt;", "\x00",
    "as\x00so", "\x1f\x7f", "\ud800", "asso\udfff", "\u202easso\u202c", "\u200b", "as\u00adso",
    "ﬁnance", "ＡＳＳＯ", "اتحاد الجمعيات", "עמותה", "协会", "😀", "👩‍👩‍👧 asso", "🇫🇷",
    "e\u0301" * 50,
    "x" * 10_000, "asso " * 2_000, "'" * 10_000, '"' * 9_999, "-" * 10_000, "a.b." * 2_500,
    "l'" * 5_000, "1 " * 5_000, "9" * 10_000, "(" * 5_000, "é" * 10_000, "·es" * 3_000,
    "#824541148", "=asso", "@departement-38", "@@departement-38", "_asso", "824 541 148",
    "82454114800017", "W381234567", "38000", "38185", "2A004", "siren :", "le la les", "de", "été",
    "²", "٣", "½", "Ⅷ", "1e400", "nan", "null", "None", "true", "../../etc/passwd", "C++", "C#",
    " \t\r\n ", "\n", "", "asso\r\nSet-Cookie: a=b",
)  # fmt: skip
# A search costs so many at most, whatever is typed.
MOST_STATEMENTS = 90


@pytest.fixture(scope="module")
def world(kept_geography: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    def make() -> None:
        load_searched_geography()
        grenoble = Territory.objects.get(pk="commune-38185")
        for number in range(30):
            StructureFactory(name=f"Asso {number} de Grenoble", commune=grenoble, public=True)
        ArticleFactory(title="Une asso à Grenoble", territories=[grenoble], published=True)
        EventFactory(title="Les assos de l’Isère", published=True)
        TermFactory(term="Asso", expansion="association")

    yield from made_once(django_db_blocker, make)


def answer(address: str, query: Any) -> Any:
    return Client().get(address, query)


@pytest.mark.parametrize("typed", TYPED, ids=range(len(TYPED)))
def test_what_is_typed_is_answered(typed: str) -> None:
    sent = typed.encode("utf-8", "surrogatepass").decode("latin-1")
    query = "".join(f"%{ord(sign):02X}" for sign in sent)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = Client().get("/recherche/?q=" + query)
    assert response.status_code in (200, 400)
    assert len(asked) <= MOST_STATEMENTS
    page = response.content.decode()
    assert "<script>alert" not in page
    assert "\x00" not in page


@pytest.mark.parametrize("query", [
    "q=%FF%C0%80", "q=%ED%A0%80", "q=asso&q=grenoble", "q=asso&q=", "q[]=asso", "q=asso&page=-1",
    "q=asso&page=0", "q=asso&page=999999", "q=asso&page=abc", "q=asso&page=1.5", "q=asso&page=%00",
    "q=asso&page=" + "9" * 400, "q=asso&page=٢", "q=asso&annee=٢٠٢٤",
    "q=asso&annee=2024&annee=2025",
    "q=asso&annee=-1", "q=asso&annee=99999", "q=asso&annee=%00", "q=asso&genre=%00",
    "q=asso&genre=inconnu", "q=asso&theme=%00", "q=asso&territoire=%00",
    "q=asso&territoire=commune-99999", "q=asso&territoire=" + "x" * 5_000,
    "q=asso&exactement=2", "q=asso&exactement=%00", "genre=articles", "page=2", "",
    "q=asso&territoire=departement-38&territoire=departement-38",
    "q=asso&territoire=DEPARTEMENT-38", "q=asso&" + "&".join(f"theme=t{n}" for n in range(900)),
    "q=asso&" + "&".join(f"territoire=commune-{n}" for n in range(900)),
    "q=asso&" + "&".join(f"annee={n}" for n in range(900)),
])  # fmt: skip
def test_what_an_address_asks_is_answered(query: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        response = Client().get(f"/recherche/?{query}")
    assert response.status_code in (200, 400)
    assert len(asked) <= MOST_STATEMENTS


WORDS = st.sampled_from(
    [
        "asso",
        "assos",
        "associaton",
        "Grenoble",
        "isère",
        "dla-38",
        "38000",
        "l’",
        "d'",
        "de",
        "été",
        "AND",
        "OR",
        "NEAR",
        "-",
        '"',
        "*",
        "(",
        ")",
        ":",
        "&",
        "|",
        "!",
        "<->",
        "'",
        "\\",
        "{",
        "}",
        "title",
        "😀",
        "é",
        "ß",
        "ﬁ",
        "E.S.S.",
        "chargé·es",
        "1",
        "500",
        "2ème",
        "co-construction",
        "«",
        "»",
        "824541148",
    ]
)
TYPED_BY_ANYBODY = st.one_of(
    st.text(max_size=60),
    st.lists(WORDS, max_size=14).map(" ".join),
    st.lists(WORDS, max_size=8).map("".join),
    st.lists(st.one_of(WORDS, st.text(max_size=4)), max_size=10).map(" ".join),
)


@settings(
    max_examples=examples(200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=TYPED_BY_ANYBODY)
def test_anything_is_found_alike_each_time(text: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        once = search(text)
    assert len(asked) <= MOST_STATEMENTS
    again = search(text)
    assert (once.total, [e.pk for e in once.entries]) == (
        again.total,
        [e.pk for e in again.entries],
    )
    assert once.total >= len(once.entries)


def test_sense_is_made_of_it() -> None:
    for typed in ("asso*", "asso\x00", "ＡＳＳＯ", "as\u00adso", "asso:*", "'asso'", "(asso"):
        assert search(typed).total == search("asso").total > 30, typed
    assert search('"asso grenoble"').total == 0
    assert search("asso -grenoble").total < search("asso").total
    assert search("-asso").total == search("asso").total
    assert search("; DROP TABLE search_entry;").total == 0
    assert Structure.objects.exists()
