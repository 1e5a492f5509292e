"""« Où cela apparaîtra » is what happens: each page that it names shows the content to those of
whom it says so and to nobody else, and no other page shows it. Asked of every kind that is
declared, so that one of tomorrow is asked too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from publishing.audiences import Role
from publishing.filters import concerned_by
from publishing.kinds import PublishedKind, published
from publishing.surfaces import Surface, surfaces_of
from territories.models import Territory
from tests.factories import (
    CONTENT_FACTORIES,
    ArticleFactory,
    EventFactory,
    StructureFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TITLE, SLUG = "Titre-à-ne-pas-lire", "adresse-secrete"
AUDIENCES: dict[str, dict[str, str]] = {
    "public": {},
    "network": {"audience": "network"},
    "pilots": {"audience": "roles", "audience_roles": "pilot"},
}
ROLES = {str(role.label): role for role in Role}


def every_kind() -> list[PublishedKind]:
    """Returns the kinds, which the rooms have declared when tests are collected."""
    return published()


kinds = pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.name)


def made(kind: PublishedKind, **traits: Any) -> Any:
    """Returns one that is published and found wherever a content of that kind can be."""
    department = Territory.objects.get(pk="departement-38")
    known: dict[str, Any] = {
        "themes": [ThemeFactory()],
        "territories": [department],
        "structures": [StructureFactory(public=True), StructureFactory()],
    }
    about = {name: rows for name, rows in known.items() if kind.has(name)}
    traits = {"published": True, **traits}
    return CONTENT_FACTORIES[kind.name](title=TITLE, slug=SLUG, **about, **traits)


def surfaces(kind: PublishedKind, working: Any, user: Any) -> list[Surface]:
    return surfaces_of(kind, working, working.snapshot(), user)


def shows(client: Client, url: str) -> bool:
    response = client.get(url)
    text = response.content.decode()
    return response.status_code == 200 and (TITLE in text or SLUG in text)


def browser(reader: str) -> Client:
    """Returns the browser of somebody who reads as the panel says; of the whole country, where a
    page is not shown to everybody."""
    client = Client()
    if reader in ROLES:
        client.force_login(UserFactory(role=ROLES[reader], whole_country=True))
    return client


@kinds
@pytest.mark.parametrize("audience", AUDIENCES)
def test_each_page_shows_it_to_whom_it_says(
    kind: PublishedKind, audience: str, geography: None
) -> None:
    working = made(kind, **AUDIENCES[audience])
    if kind.name == "events":
        ArticleFactory(event=working, published=True)
    elif kind.name == "articles":
        working.event = EventFactory(published=True)
        working.save()
        republish(working)
    told = surfaces(kind, working, UserFactory(is_superuser=True))
    asked = [surface for surface in told if surface.url]
    assert len(asked) > 5
    for reader in ("Visiteurs", str(Role.CRDLA.label), str(Role.PILOT.label)):
        client = browser(reader)
        shown = {surface.name: shows(client, surface.url) for surface in asked}
        assert shown == {surface.name: surface.readers[reader] for surface in asked}, reader


STATES: dict[str, dict[str, Any]] = {
    "draft": {"published": False},
    "in review": {"published": False, "in_review": True},
    "scheduled": {"published": False, "scheduled": True},
    "archived": {"published": False, "archived": True},
}


@kinds
@pytest.mark.parametrize("state", STATES)
def test_what_is_not_online_shows_on_none_of_them(
    kind: PublishedKind, state: str, geography: None
) -> None:
    """Those who write it see it on the public site no sooner: they have the admin and previews."""
    working = made(kind, **STATES[state])
    told = surfaces(kind, working, UserFactory(is_superuser=True))
    editor = Client()
    editor.force_login(UserFactory(group="Rédaction", role=Role.EDITOR))
    for client in (Client(), editor):
        assert not [surface.name for surface in told if surface.url and shows(client, surface.url)]


@kinds
@pytest.mark.parametrize("state", [*STATES, "reserved"])
def test_its_page_answers_like_an_unknown_one(
    kind: PublishedKind, state: str, geography: None
) -> None:
    made(kind, **STATES.get(state, AUDIENCES["network"]))
    hidden = Client().get(reverse(kind.page, args=[SLUG]))
    unknown = Client().get(reverse(kind.page, args=["n-existe-pas-xx"]))
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content.replace(SLUG.encode(), b"") == unknown.content.replace(
        b"n-existe-pas-xx", b""
    )


def republish(working: Any) -> None:
    from publishing import services

    services.record_save(working=working, by=None)
    services.publish(working=working, by=None)


@kinds
def test_no_other_page_shows_it(kind: PublishedKind, geography: None) -> None:
    """A visitor follows every link from the home page and from those that are named."""
    working = made(kind)
    named = {surface.url.partition("?")[0] for surface in surfaces(kind, working, AnonymousUser())}
    places = concerned_by(Territory.objects.filter(pk__in=kind.territories(working.snapshot())))
    if kind.is_everywhere(working.snapshot()):
        places = Territory.objects.select_related("successor")
    named |= {place.get_absolute_url() for place in places}
    own = reverse(kind.page, args=[SLUG]).rstrip("/")
    client = Client()
    for url, text in visited(client, {reverse("pages:home"), *filter(None, named)}):
        if (TITLE in text or SLUG in text) and not url.startswith(own):
            assert url in named, url


def visited(client: Client, start: Iterable[str], most: int = 150) -> Iterable[tuple[str, str]]:
    """Returns pages and what they say, by following links; each address once, without its
    query."""
    waiting, seen = sorted(start), set(start)
    while waiting and len(seen) - len(waiting) < most:
        url = waiting.pop(0)
        response = client.get(url)
        if response.status_code != 200 or "html" not in response["Content-Type"]:
            continue
        text = response.content.decode()
        yield url, text
        for link in re.findall(r'href="(/[^"?#]*)', text):
            if link not in seen and not link.startswith(("/compte/", "/static/", "/media/")):
                seen.add(link)
                waiting.append(link)


@kinds
def test_nothing_reserved_to_others_is_named(kind: PublishedKind, geography: None) -> None:
    """A writer of another region is told that the content shows on the page of a structure, not of
    which."""
    hidden = StructureFactory(name="Structure-à-ne-pas-nommer")
    working = CONTENT_FACTORIES[kind.name](structures=[hidden])
    elsewhere = [Territory.objects.get(pk="departement-75")]
    writer = UserFactory(role=Role.CRDLA, group="Contribution", territories=elsewhere)
    told = surfaces(kind, working, writer)
    assert not any(hidden.name in surface.name or hidden.slug in surface.url for surface in told)
    assert any("réservé" in surface.name for surface in told)


@kinds
def test_each_page_that_a_field_puts_it_on_leads_to_that_field(
    kind: PublishedKind, geography: None
) -> None:
    found = {
        surface.where: surface.anchor for surface in surfaces(kind, made(kind), AnonymousUser())
    }
    expected = {
        "Adresse": "id_slug",
        "Public": "id_audience",
        "Thématiques": "id_themes",
        "Territoires": "id_territories",
        "Structures": "id_structures",
    }
    assert expected.items() <= found.items()


def test_a_report_that_is_reserved_to_others_is_not_named(geography: None) -> None:
    event = EventFactory(published=True)
    ArticleFactory(title=TITLE, slug=SLUG, event=event, published=True, **AUDIENCES["pilots"])
    kind = next(kind for kind in published() if kind.name == "events")
    for role, is_named in ((Role.CRDLA, False), (Role.PILOT, True)):
        told = surfaces(kind, event, UserFactory(role=role))
        assert any(TITLE in surface.name for surface in told) is is_named
        assert any(SLUG in surface.url for surface in told) is is_named
