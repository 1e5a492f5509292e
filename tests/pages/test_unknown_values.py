"""A value that does not exist gives nothing, and says so, by every filter of every surface.

Surfaces are read from the addresses of the portal: a new one is classified here, or the test fails.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import feedparser
import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from icalendar import Calendar
from openpyxl import load_workbook

from articles.filters import ArticleFilter
from articles.models import ArticleType, Series
from events.models import EventSeries
from events.site.filters import EventFilter
from pages.models import FrontPage
from publishing.audiences import Role
from structures.exports import TYPES
from structures.models import Operator, Sector
from structures.questions import LEVELS, TYPED
from structures.register.reading import Reading
from territories.models import Territory
from tests.factories import (
    ArticleFactory,
    EventFactory,
    OperatorFactory,
    StructureFactory,
    SupportFactory,
    UserFactory,
    live,
    place_at,
)
from themes.models import Theme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

# The word by which what is given away is known.
MARK = "Zibeline"
ODD = "inconnu-ici"
ROOMS = ("articles", "events", "structures", "steering", "territories")
LISTS = ("articles:list", "articles:rss", "articles:atom")
AGENDAS = ("events:list", "events:rss", "events:atom", "events:calendar")
REGISTER = ("structures:list",)
ROOM = tuple(
    f"steering:{name}" for name in ("figures", "comparison", "sheet", "sheet_pdf", "sheet_csv")
)
# Without filters: what they show is one thing, or the person's own.
OTHERS = {
    "events:own",
    "events:calendar_key",
    "steering:save_view",
    "territories:list",
    "territories:search",
}


def routes(patterns: Any, room: str = "") -> Iterator[str]:
    """Yields the names of pages of those rooms that take no argument."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, pattern.namespace or room)
        elif isinstance(pattern, URLPattern) and room in ROOMS and not pattern.pattern.converters:
            yield f"{room}:{pattern.name}"


def test_every_surface_is_classified() -> None:
    known = {*LISTS, *AGENDAS, *REGISTER, *ROOM, *OTHERS}
    assert set(routes(get_resolver().url_patterns)) == known


@pytest.fixture
def world() -> dict[str, Any]:
    theme, kind = Theme.objects.all()[0], ArticleType.objects.all()[0]
    grenoble = Territory.objects.get(pk="commune-38185")
    ArticleFactory(title=f"{MARK} article", themes=[theme], type=kind, published=True)
    EventFactory(title=f"{MARK} rencontre", themes=[theme], commune=grenoble, published=True)
    structure = StructureFactory(
        name=f"{MARK} structure", commune=grenoble, public=True, sector=Sector.objects.all()[0]
    )
    SupportFactory.create_batch(
        6, structure=structure, year=2024, operator=OperatorFactory(slug="une-porteuse")
    )
    return {"theme": theme, "structure": structure}


@pytest.fixture
def national() -> Client:
    client = Client()
    client.force_login(UserFactory(role=Role.NATIONAL, whole_country=True))
    return client


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def given(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if "spreadsheetml" in response["Content-Type"]:
        rows = load_workbook(io.BytesIO(content)).active
        return "\n".join(";".join(str(cell) for cell in row) for row in rows.values)
    if content.startswith(b"%PDF"):
        return MARK
    # Of a calendar, long lines are folded.
    return content.decode().replace("\r\n ", "")


def tells_why(said: str) -> bool:
    words = ("ne connaissons pas", "n’est plus", "n’existe plus", "Aucun territoire", "réservé")
    return any(word in said for word in words)


def questions() -> list[tuple[str, dict[str, str]]]:
    """Every address of a list with one filter that asks for what does not exist."""
    of_articles = [*ArticleFilter.base_filters]
    of_events = [*EventFilter.base_filters, "quand"]
    of_structures = [*LEVELS, TYPED, f"{TYPED}_q", "accompagnement", *AXES]
    asked = [(reverse(name), {key: ODD}) for name in LISTS for key in of_articles]
    asked += [(reverse(name), {key: ODD}) for name in AGENDAS for key in of_events]
    asked.append((reverse("events:list"), {"vue": "mois", "mois": "2031-13"}))
    exports = [reverse("structures:export", args=[kind]) for kind in TYPES]
    for key in of_structures:
        asked += [(reverse("structures:list"), {key: ODD, "vue": view}) for view in VIEWS]
        asked += [(address, {key: ODD}) for address in exports]
    for name in ROOM:
        asked += [(reverse(name), {key: ODD}) for key in (*of_structures, "pays", "frontieres")]
    return asked


VIEWS = ("liste", "carte", "figures")
AXES = (
    "secteur", "theme", "annee", "famille", "forme", "taille", "agrement", "modalite", "etape",
    "operateur",
)  # fmt: skip


def test_all_axes_are_asked() -> None:
    assert set(Reading(AnonymousUser()).axes) == set(AXES)


def test_an_unknown_value_gives_nothing_and_says_so(
    world: dict[str, Any], national: Client
) -> None:
    whole = {address for address, _ in questions()}
    for address in whole:
        said = given(national.get(address))
        assert MARK in said or "accompagn" in said, f"nothing to give away at {address}"
    for address, query in questions():
        for client in (national, Client()):
            response = client.get(address, query)
            if response.status_code == 302 and "/pilotage/" in address:
                continue  # for people of the network
            said = given(response)
            assert response.status_code in (200, 400), (address, query)
            assert MARK not in said, (address, query)
            assert tells_why(said), (address, query)
            assert "<table" not in said and 'class="map' not in said, (address, query)


@pytest.mark.parametrize("odd", ["abc", "9" * 400, "-1", "' OR 1=1 --", "\x00", "é" * 99, "20"])
def test_whatever_the_value_is_like(odd: str, world: dict[str, Any], national: Client) -> None:
    for address, query in (
        (reverse("articles:rss"), {"annee": odd}),
        (reverse("events:calendar"), {"territoire": odd}),
        (reverse("structures:export", args=["csv"]), {"departement": odd}),
        (reverse("structures:export", args=["csv"]), {"annee": odd}),
    ):
        said = given(national.get(address, query))
        assert MARK not in said and tells_why(said), (address, odd)


def test_what_is_not_a_filter_changes_nothing(world: dict[str, Any]) -> None:
    for name in (*LISTS, *AGENDAS, *REGISTER):
        for query in ({"utm_source": "lettre"}, {"theme": ""}, {"page": "abc"}):
            assert MARK in given(Client().get(reverse(name), query)), (name, query)


# --- Subscribers ---


@pytest.mark.parametrize("name", ["articles:rss", "articles:atom", "events:rss", "events:atom"])
def test_a_feed_goes_on_under_its_former_theme(name: str, world: dict[str, Any]) -> None:
    former = world["theme"].slug
    ArticleFactory(published=True)
    EventFactory(published=True)
    world["theme"].slug = "une-autre-adresse"
    world["theme"].save()
    read = feedparser.parse(Client().get(reverse(name), {"theme": former}).content)
    assert [MARK in entry.title for entry in read.entries] == [True]
    assert "theme=une-autre-adresse" in read.feed.link


@pytest.mark.parametrize("name", ["articles:rss", "articles:atom", "events:rss", "events:atom"])
def test_a_feed_of_a_theme_that_is_gone_is_empty_with_its_reason(
    name: str, world: dict[str, Any]
) -> None:
    response = Client().get(reverse(name), {"theme": "retiree"})
    read = feedparser.parse(response.content)
    assert response.status_code == 200 and not read.bozo and read.entries == []
    assert "la thématique «\u00a0retiree\u00a0»" in read.feed.subtitle
    assert "filtre inconnu" in read.feed.title
    assert "theme=retiree" in read.feed.link, "the page that it leads to says so too"


def test_a_calendar_goes_on_under_its_former_theme(world: dict[str, Any]) -> None:
    former = world["theme"].slug
    EventFactory(published=True)
    world["theme"].slug = "une-autre-adresse"
    world["theme"].save()
    content = Client().get(reverse("events:calendar"), {"theme": former}).content
    assert [MARK in str(one["summary"]) for one in Calendar.from_ical(content).events] == [True]
    gone = Client().get(reverse("events:calendar"), {"theme": "retiree"})
    empty = Calendar.from_ical(gone.content)
    assert gone.status_code == 200 and empty.events == []
    assert empty.subcomponents, "a calendar without any component is not one"
    assert "la thématique «\u00a0retiree\u00a0»" in str(empty["x-wr-caldesc"])


@pytest.mark.parametrize(
    ("model", "address"),
    [
        (Theme, "/themes/{}/"),
        (Series, "/series/{}/"),
        (Operator, "/structures/porteuses/{}/"),
    ],
)
def test_pages_redirect_from_their_former_address(
    model: Any, address: str, world: dict[str, Any]
) -> None:
    row = model.objects.all()[0]
    former, row.slug = row.slug, "une-autre-adresse"
    row.save()
    response = Client().get(address.format(former) + "?page=2")
    assert response.status_code == 301
    assert response["Location"] == address.format("une-autre-adresse") + "?page=2"
    assert Client().get(address.format("jamais")).status_code == 404


def test_a_series_of_events_keeps_its_address(world: dict[str, Any]) -> None:
    series = EventSeries.objects.all()[0]
    former = series.slug
    EventFactory(title="Édition", series=series, published=True)
    EventSeries.objects.filter(pk=series.pk).update(slug="une-autre-adresse")
    said = given(Client().get(reverse("events:list"), {"serie": former}))
    assert "Édition" in said and MARK not in said


def test_a_former_region_is_told_with_what_it_became(world: dict[str, Any]) -> None:
    page = Client().get(reverse("articles:list"), {"territoire": "region-82"})
    (unknown,) = page.context["unknown"]
    assert "Rhône-Alpes (région 82) n’est plus une région depuis 2016" in unknown.reason
    assert unknown.remove_url == "/articles/"
    ways = {way.label: way.url for way in unknown.instead}
    assert ways["Auvergne-Rhône-Alpes"] == "/articles/?territoire=region-84"


# --- Places, desk, admin ---


def test_a_level_that_does_not_exist_finds_no_territory() -> None:
    search = reverse("territories:search")
    found = Client().get(search, {"q": "Grenoble", "niveau": ODD, "format": "json"}).json()
    assert (found["results"], found["unknown"]) == ([], [ODD])
    assert "niveau" in given(Client().get(search, {"q": "Grenoble", "niveau": ODD}))
    both = Client().get(search, {"q": "Grenoble", "niveau": [ODD, "commune"], "format": "json"})
    assert both.json()["results"], "what is known counts"


def test_one_s_own_calendar_is_not_widened_by_an_odd_value(national: Client) -> None:
    EventFactory(title=MARK, published=True)
    national.post(reverse("events:calendar_key"))
    key = national.get(reverse("events:own")).context["subscribe_url"].partition("agenda/")[2]
    address = f"/evenements/agenda/{key}"
    assert MARK in given(national.get(address, {"tout": "1"}))
    for value in ("0", "", ODD):
        assert MARK not in given(national.get(address, {"tout": value}))


SHEETS = ("desk", "export_csv", "export_xlsx", "participants_pdf", "badges", "message")


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("key", ["etat", "atelier"])
def test_the_desk_lists_and_writes_to_nobody(name: str, key: str, staff: Client) -> None:
    event = EventFactory(open=True, published=True)
    place_at(event, last_name=MARK)
    assert live(event)
    address = reverse(f"admin:events_event_{name}", args=[event.pk])
    response = staff.get(address, {key: ODD}, follow=True)
    said = given(response)
    assert tells_why(said)
    if name == "message":
        assert response.redirect_chain and "Relire avant" not in said
    else:
        assert MARK not in said
        assert response.status_code == (200 if name == "desk" else 400)


def test_lists_of_the_admin_show_nothing(world: dict[str, Any], staff: Client) -> None:
    looked_at = 0
    for model, model_admin in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for given_filter in model_admin.list_filter:
            if not isinstance(given_filter, type):
                continue
            looked_at += 1
            query = {str(given_filter.parameter_name): ODD}  # type: ignore[attr-defined]  # SimpleListFilter
            response = staff.get(address, query)
            assert response.status_code == 200, (address, query)
            assert list(response.context["cl"].result_list) == [], (address, query)
            # One thing's own trail is asked for by its key, whether it is still there or not.
            said = given(response)
            told = tells_why(said) or "n’existe pas" in said
            assert told or "objet" in query, (address, query)
            assert list(staff.get(address, {**query, "e": "1"}).context["cl"].result_list) == []
        for odd in ({"e": "1"}, {"q": "\x00"}):
            response = staff.get(address, odd, follow=True)
            if model is FrontPage:
                continue  # one row, without a list
            assert list(response.context["cl"].result_list) == [], address
            assert "n’existe pas" in given(response)
    assert looked_at > 10
    for address, query in (
        ("/admin/structures/structure/", {"family__exact": ODD}),
        ("/admin/structures/structure/", {"sector__id__exact": "abc"}),
        ("/admin/structures/structure/", {"territoire_q": ODD}),
        ("/admin/accounts/user/", {"is_active__exact": "7"}),
    ):
        response = staff.get(address, query, follow=True)
        assert list(response.context["cl"].result_list) == [], (address, query)
        said = given(response)
        assert tells_why(said) or "n’existe pas" in said or "Aucun" in said, (address, query)
