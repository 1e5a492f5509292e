"""What is not for everyone is nowhere for the others, surface by surface."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.models import User
from events.models import CalendarKey, Event
from events.models.registration import new_secret
from publishing import services
from publishing.audiences import Role
from publishing.previews import preview_link
from territories.models import Territory
from tests.factories import (
    ArticleFactory,
    EventFactory,
    StructureFactory,
    ThemeFactory,
    UserFactory,
    make_document,
    place_at,
)

pytestmark = pytest.mark.django_db

SECRET = "Rencontre cachée"
LINK = "visio.example/secret"


@pytest.fixture
def hidden(geography: None) -> Event:
    """Makes an event for pilots only, found wherever an event can be."""
    structure = StructureFactory(public=True, slug="structure-montree")
    event: Event = EventFactory(
        title=SECRET,
        slug="rencontre-cachee",
        audience="roles",
        audience_roles="pilot",
        registration_for="members",
        themes=[ThemeFactory(slug="theme-montre")],
        territories=[Territory.objects.get(pk="departement-38")],
        structures=[structure],
        sessions=[{"title": SECRET}],
        description=f"<p>{SECRET}</p>",
    )
    event.resources.create(title=SECRET, document=make_document(SECRET))
    services.record_save(working=event, by=None)
    services.publish(working=event, by=None)
    ArticleFactory(slug="article-montre", event=event, published=True)
    return event


LISTS: dict[str, Callable[[], str]] = {
    "agenda": lambda: reverse("events:list"),
    "all the agenda": lambda: reverse("events:list") + "?quand=tous&theme=theme-montre",
    "month": lambda: (
        reverse("events:list") + f"?vue=mois&mois={Event.objects.get().starts_on:%Y-%m}"
    ),
    "calendar": lambda: reverse("events:calendar"),
    "calendar of a territory": lambda: reverse("events:calendar") + "?territoire=departement-38",
    "rss": lambda: reverse("events:rss"),
    "atom": lambda: reverse("events:atom") + "?theme=theme-montre",
    "sitemap": lambda: reverse("sitemap_section", args=["events"]),
    "home": lambda: reverse("pages:home"),
    "theme": lambda: reverse("pages:theme", args=["theme-montre"]),
    "territory": lambda: reverse("territories:detail", args=["departement", "38"]),
    "structure": lambda: reverse("structures:detail", args=["structure-montree"]),
    "article": lambda: reverse("articles:detail", args=["article-montre"]),
}
PAGES: dict[str, Callable[[], str]] = {
    "page": lambda: reverse("events:detail", args=["rencontre-cachee"]),
    "file": lambda: reverse("events:event_calendar", args=["rencontre-cachee"]),
    "session": lambda: (
        reverse("events:event_calendar", args=["rencontre-cachee"])
        + f"?session={Event.objects.get().sessions.get().key}"
    ),
    "registration": lambda: reverse("events:register", args=["rencontre-cachee"]),
    "received": lambda: reverse("events:registered", args=["rencontre-cachee"]),
    "document": lambda: reverse(
        "events:document", args=[Event.objects.get().resources.get().document_id]
    ),
}
# Those without a session show the same to everyone.
MACHINES = {"calendar", "calendar of a territory", "rss", "atom", "sitemap"}


def shows(client: Client, url: str) -> bool:
    answer = client.get(url)
    assert answer.status_code == 200, url
    content = answer.content.decode()
    return SECRET in content or "rencontre-cachee" in content


def visitor_member_and_pilot() -> list[Client]:
    visitor, member, pilot = Client(), Client(), Client()
    member.force_login(UserFactory(role=Role.CRDLA))
    pilot.force_login(UserFactory(role=Role.PILOT))
    return [visitor, member, pilot]


def test_lists_show_it_to_its_readers_only(hidden: Event) -> None:
    people = visitor_member_and_pilot()
    seen = {name: [shows(client, url()) for client in people] for name, url in LISTS.items()}
    assert seen == {name: [False, False, name not in MACHINES] for name in LISTS}


def test_its_own_addresses_do_not_exist_for_the_others(hidden: Event) -> None:
    people = visitor_member_and_pilot()

    def status(client: Client, url: str) -> int:
        answer = client.get(url)
        b"".join(answer.streaming_content) if answer.streaming else None  # type: ignore[attr-defined]  # a file
        return answer.status_code

    answers = {name: [status(client, url()) for client in people] for name, url in PAGES.items()}
    assert answers == {name: [404, 404, 200] for name in PAGES}


def test_once_public_the_same_surfaces_show_it(hidden: Event) -> None:
    """So that the tests above test something."""
    hidden.audience, hidden.audience_roles = "public", ""
    hidden.save()
    services.publish(working=hidden, by=None)
    for surface, address in LISTS.items():
        assert shows(Client(), address()), surface


@pytest.mark.parametrize("move", ["draft", "archived", "scheduled"])
def test_what_is_not_in_line_is_nowhere(move: str, geography: None) -> None:
    from datetime import timedelta

    from django.utils import timezone

    event = EventFactory(title=SECRET, slug="rencontre-cachee")
    if move == "archived":
        services.publish(working=event, by=None)
        services.archive(working=event, by=UserFactory())
    elif move == "scheduled":
        services.publish(working=event, by=None, at=timezone.now() + timedelta(days=1))
    client = Client()
    client.force_login(UserFactory(role=Role.PILOT))
    for surface in ("agenda", "all the agenda", "month", "calendar", "rss", "sitemap", "home"):
        assert not shows(client, LISTS[surface]()), surface
    assert client.get(PAGES["page"]()).status_code == 404


def everything_about(event: Event, client: Client) -> str:
    urls = [
        event.get_absolute_url(),
        reverse("events:event_calendar", args=[event.slug]),
        reverse("events:calendar"),
        reverse("events:rss"),
        reverse("events:list"),
    ]
    return "".join(client.get(url).content.decode() for url in urls).replace("\r\n ", "")


def test_the_online_link_is_nowhere_but_with_a_place() -> None:
    event = EventFactory(open=True, capacity=1, published=True)
    holder, waiter = UserFactory(), UserFactory()
    place_at(event, holder.email, user=holder)
    place_at(event, waiter.email, user=waiter)
    for user in (None, waiter, UserFactory(role=Role.NATIONAL)):
        client = Client()
        if user:
            client.force_login(user)
        assert LINK not in everything_about(event, client), user
    client = Client()
    client.force_login(holder)
    assert LINK in everything_about(event, client)
    assert (
        LINK not in client.get(event.get_absolute_url()).content.decode()
    )  # but on one's own page


def own_feed(user: User) -> str:
    key = CalendarKey.objects.create(user=user, key=new_secret())
    return reverse("events:own_calendar", args=[key.key])


def test_a_members_own_feed_shows_what_they_may_see(hidden: Event) -> None:
    pilot, member = UserFactory(role=Role.PILOT), UserFactory(role=Role.CRDLA)
    urls = {user: own_feed(user) for user in (pilot, member)}
    visitor = Client()
    assert SECRET in visitor.get(urls[pilot] + "?tout=1").content.decode()
    assert SECRET not in visitor.get(urls[member] + "?tout=1").content.decode()
    # Without a place, it is not theirs.
    assert SECRET not in visitor.get(urls[pilot]).content.decode()
    place_at(hidden, pilot.email, user=pilot)
    mine = visitor.get(urls[pilot])
    assert SECRET in mine.content.decode()
    assert LINK in mine.content.decode().replace("\r\n ", "")
    assert mine.headers["Cache-Control"] == "private, no-cache"


def test_a_revoked_or_closed_accounts_feed_answers_no_more(client: Client) -> None:
    user = UserFactory()
    url = own_feed(user)
    assert client.get(url).status_code == 200
    client.force_login(user)
    client.post(reverse("events:calendar_key"))
    assert client.get(url).status_code == 404
    url = reverse("events:own_calendar", args=[CalendarKey.objects.get(user=user).key])
    assert client.get(url).status_code == 200
    client.post(reverse("events:calendar_key"), {"revoke": "1"})
    assert client.get(url).status_code == 404
    other = UserFactory()
    url = own_feed(other)
    other.is_active = False
    other.save()
    assert client.get(url).status_code == 404


def test_the_page_tells_machines_nothing_that_its_reader_may_not_see() -> None:
    event = EventFactory(open_to_all=True, published=True)
    page: Any = html.fromstring(Client().get(event.get_absolute_url()).content)
    (script,) = page.xpath("//script[@type='application/ld+json']/text()")
    described, breadcrumbs = json.loads(script)
    assert described["@type"] == "Event"
    assert described["eventAttendanceMode"].endswith("OnlineEventAttendanceMode")
    assert described["startDate"].startswith(f"{event.starts_on:%Y-%m-%d}T10:00:00+0")
    assert breadcrumbs["@type"] == "BreadcrumbList"
    assert LINK not in script


def test_a_preview_opens_by_its_link_and_shows_no_secret() -> None:
    event = EventFactory(title=SECRET)
    url = preview_link(event)
    answer = Client().get(url)
    assert SECRET in answer.content.decode()
    assert LINK not in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert Client().get(url[:-4] + "xxx/").status_code == 404
    services.new_preview_key(working=event)
    assert Client().get(url).status_code == 404


def test_the_link_of_a_place_is_not_enough_once_the_event_is_archived() -> None:
    event = EventFactory(open=True, published=True)
    mine: Any = place_at(event)
    services.archive(working=event, by=UserFactory())
    assert Client().get(mine.get_absolute_url()).status_code == 404
