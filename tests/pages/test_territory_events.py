"""What is to come in a territory, on its page: its own events, and those that are online."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from publishing.audiences import Role
from territories.models import Territory
from tests.factories import EventFactory, UserFactory, place_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

ISERE, PARIS, MEYLAN = "departement-38", "departement-75", "commune-38229"


def place(key: str) -> Territory:
    return Territory.objects.get(pk=key)


def event(title: str, *, days: int = 30, where: str = "", **said: Any) -> Any:
    """Makes an event, in that many days; in person, where it is said to be in a department."""
    if where:
        town = place("commune-75056" if where == PARIS else "commune-38185")
        said = {"format": "in_person", "commune": town, "venue": "Salle démo", **said}
        said["territories"] = [place(where)]
    starts_on = timezone.localdate() + timedelta(days=days)
    said.setdefault("published", True)
    return EventFactory(title=title, starts_on=starts_on, **said)


def listed(key: str, client: Client | None = None) -> list[str]:
    page = (client or Client()).get(place(key).get_absolute_url()).content.decode()
    section = page.partition('aria-labelledby="events"')[2].partition("</section>")[0]
    return re.findall(r'<h3><a href="/evenements/[^"]*">([^<]*)</a>', section)


def test_its_own_events_and_those_online_come_the_soonest_first() -> None:
    event("Café en Isère", days=20, where=ISERE)
    event("Webinaire", days=10)
    event("Journée à Paris", days=5, where=PARIS)
    event("Demain, partout", days=1, format="hybrid", commune=place("departement-75"), venue="X")
    event("Hier", days=-3)

    assert listed(ISERE) == ["Demain, partout", "Webinaire", "Café en Isère"]
    assert listed(MEYLAN) == ["Demain, partout", "Webinaire", "Café en Isère"]
    assert listed(PARIS) == ["Demain, partout", "Journée à Paris", "Webinaire"]


def test_what_is_followed_online_says_so() -> None:
    event("Webinaire")
    page = Client().get(place(ISERE).get_absolute_url()).content.decode()
    assert "· En ligne" in page.partition('aria-labelledby="events"')[2].partition("</section>")[0]


def test_many_online_leave_room_for_its_own() -> None:
    for number in range(9):
        event(f"Webinaire {number}", days=2 + number)
    event("Café en Isère", days=60, where=ISERE)
    assert listed(ISERE) == ["Webinaire 0", "Webinaire 1", "Webinaire 2", "Café en Isère"]


@pytest.mark.parametrize(
    "traits",
    [
        {"network": True},
        {"audience": "roles", "audience_roles": "pilot"},
        {"audience": "invited"},
        {"published": False},
        {"published": False, "scheduled": True},
        {"published": False, "archived": True},
    ],
    ids=["network", "roles", "invited", "draft", "scheduled", "archived"],
)
@pytest.mark.parametrize("where", ["", ISERE], ids=["online", "there"])
def test_visitors_see_nothing_that_is_not_theirs(traits: dict[str, Any], where: str) -> None:
    event("À ne pas lire", where=where, **traits)
    for key in (ISERE, MEYLAN, PARIS):
        page = Client().get(place(key).get_absolute_url()).content.decode()
        assert "À ne pas lire" not in page


def test_members_see_theirs() -> None:
    event("Pour le réseau", network=True)
    member = Client()
    member.force_login(UserFactory(role=Role.CRDLA))
    assert listed(ISERE, member) == ["Pour le réseau"]


def test_costs_the_same_however_many_events() -> None:
    def cost() -> int:
        Client().get(place(ISERE).get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            page = Client().get(place(ISERE).get_absolute_url()).content.decode()
        assert "Complet" in page
        return len(captured)

    place_at(event("Limité", open_to_all=True, capacity=1))
    event("En Isère", where=ISERE)
    few = cost()
    for number in range(3):
        place_at(event(f"Limité {number}", days=2, open_to_all=True, capacity=1))
        event(f"En Isère {number}", where=ISERE)
    assert cost() == few
    assert few <= 19
