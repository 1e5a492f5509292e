"""A search tells nothing of what somebody may not see: its pages are, to the letter, those of a
portal that does not hold it, and cost as many statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from pytest_django import DjangoDbBlocker

from articles.models import Series
from events.models import Invitation
from media.models import DocumentText
from media.texts import keep_text
from publishing.kinds import published
from search import rebuilding, storage
from search.models import Entry, WordKey
from search.urls import urlpatterns
from structures.models import Structure
from structures.models.structure import FormerIdentity
from territories.models import Territory
from tests.factories import (
    ArticleFactory,
    EventFactory,
    SeriesFactory,
    StructureFactory,
    ThemeFactory,
    UserFactory,
    make_document,
)
from tests.permissions.world import (
    CLOSED,
    CRDLA,
    DLA_38,
    EDITOR,
    EDITOR_84,
    PILOT_38,
    VISITOR,
    Person,
    parameters,
)
from tests.putting_back import made_once
from tests.search.asking import drift, load_searched_geography

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("leaks of search")]

# They ask every question, the others one in three.
FULLY = {VISITOR, PILOT_38}
GUEST = "invitee@ailleurs.example"
AUDIENCES: dict[str, dict[str, Any]] = {
    "public": {"published": True},
    "network": {"published": True, "audience": "network"},
    "pilots": {"published": True, "audience": "roles", "audience_roles": "pilot"},
    "crdla": {"published": True, "audience": "roles", "audience_roles": "crdla"},
    "scheduled": {"scheduled": True},
    "archived": {"archived": True},
    "draft": {},
}
# Each of them is one letter away from « bordore », as « bordure » is, and comes before it.
RESEMBLING = (
    "bardore berdore birdore burdore bordare bordere bordire bordoie bordole bordome bordone"
    " bordope bordose"
)
QUESTIONS = (
    "tilleul", "tilleuls", "TILLEUL", "tileul", "tilleuil", "till", "tilleul clairière",
    "tilleul clairiere inconnu", "clairière -tilleul", '"tilleul de la clairière"', '"rien de tel"',
    "public", "reseau", "network", "pilots", "crdla", "scheduled", "archived", "draft", "invited",
    "schedule", "archivd", "netwrk", "pilotts", "scheduld tilleul", "invitd", "bordore", "bordure",
    "parchemin", "parchemn", "grimoire", "vitrail", "vitrial",
    "vannerie", "vannrie", "osier", "enseigne", "enseigné", "enseinge", "vieille enseigne",
    "grenoble", "tilleul grenoble", "tilleul isère", "isere", "paris", "tilleul paris", "69123",
    "W381000001", "W751000002", "siren", "association de grenoble", "assocation de paris",
    "que trouver sur le tilleul", "le", "fiche", "chapô", "corps", "reservé", "événement tilleul",
)  # fmt: skip
NARROWED = (
    "genre=articles", "genre=events", "genre=structures", "genre=series",
    "territoire=departement-38", "territoire=commune-38185", "territoire=departement-75",
    "theme=clairiere", "annee=2026", "page=2", "page=9", "exactement=1",
    "genre=articles&territoire=region-84",
)  # fmt: skip


def content(make: Any, name: str, traits: dict[str, Any], **more: Any) -> Any:
    resembling = "" if name == "public" else f" {RESEMBLING}"
    return make(
        title=f"Tilleul {name} de la clairière",
        standfirst=f"Ce que dit {name}s{resembling}.",
        **{**more, **traits},
    )


@pytest.fixture(scope="module")
def world(kept_geography: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Of each kind, what each audience reads, in Isère and in Paris; each says a word of its
    own."""

    def make() -> None:
        load_searched_geography()
        isere, paris = (Territory.objects.get(pk=f"departement-{n}") for n in (38, 75))
        theme = ThemeFactory(name="La clairière", slug="clairiere")
        for name, traits in AUDIENCES.items():
            document = make_document(f"Grimoire {name}")
            keep_text(
                document,
                DocumentText(pages=[[3, f"parchemin {name}"]], page_count=3, state="whole"),
            )
            series = SeriesFactory(name=f"Vannerie {name}", description=f"<p>osier {name}</p>")
            for place in (isere, paris):
                content(
                    ArticleFactory, name, traits, themes=[theme], territories=[place],
                    documents=[document], text="<p>bordure</p>",
                    series=series,
                )  # fmt: skip
                content(EventFactory, name, traits, themes=[theme], territories=[place])
        invited = content(EventFactory, "invited", {"published": True}, audience="invited")
        Invitation.objects.create(event=invited, email=GUEST)
        for code, rna in (("38185", "W381000001"), ("75056", "W751000002")):
            commune = Territory.objects.get(pk=f"commune-{code}")
            for number in range(12):
                is_public = number % 2 == 0
                structure = StructureFactory(
                    name=f"Association du tilleul {code} {'public' if is_public else 'vitrail'}",
                    commune=commune, public=is_public,
                    rna=rna if number == 1 else None,
                    description="bordure" if is_public else f"vitrail {RESEMBLING}",
                )  # fmt: skip
            FormerIdentity.objects.create(structure=structure, name="La vieille enseigne")

    yield from made_once(django_db_blocker, make)


def addresses() -> list[str]:
    """Every page of the room that answers to what is typed."""
    patterns = [one for one in urlpatterns if isinstance(one, URLPattern)]
    return [f"/{one.pattern}" for one in patterns if "<" not in str(one.pattern)]


def answers(client: Client, *, one_in: int) -> dict[str, tuple[int, int, str]]:
    """Returns by address its status, its statements and its text, but for what protects forms and
    the moment at which a feed was made."""
    found = {}
    asked = [f"q={question}" for question in QUESTIONS]
    asked += [f"q=tilleul&{narrowed}" for narrowed in NARROWED]
    for address in addresses():
        is_page = address == reverse("search:results")
        for query in asked[:: one_in if is_page else 4 * one_in]:
            with CaptureQueriesContext(connection) as statements:
                response = client.get(f"{address}?{query}")
            text = response.content.decode()
            text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
            text = re.sub(r"<(lastBuildDate|updated)>[^<]+", "", text, count=1)
            found[f"{address}?{query}"] = response.status_code, len(statements), text
    return found


def take_away_what_is_hidden_from(user: Any) -> None:
    """Leaves the portal as one that never held what this person may not see, its index too."""
    for kind in published():
        kind.model._base_manager.exclude(pk__in=kind.visible_to(user).values("pk")).delete()
    seen = Structure.objects.visible_to(user).values("pk")
    hidden = Structure.objects.exclude(pk__in=list(seen.values_list("pk", flat=True)))
    FormerIdentity.objects.filter(structure__in=hidden).delete()
    hidden.delete()
    offered = {
        key
        for kind in published()
        if kind.document_page
        for key in kind.model._base_manager.values_list("documents", flat=True)
    }
    DocumentText.objects.exclude(document__in=offered - {None}).delete()
    _hide_series()
    storage.delete(Entry.objects.values_list("pk", flat=True))
    WordKey.objects.all().delete()
    rebuilding.rebuild()


def _hide_series() -> None:
    """Makes that those of which no article is left say nothing: working copies keep them there."""
    (articles,) = (kind for kind in published() if kind.name == "articles")
    left = articles.model._base_manager.exclude(series=None).values("series")
    for series in Series.objects.exclude(pk__in=left):
        series.name, series.description = f"_{series.pk}", ""
        series.save()


def is_asked_twice(user: Any, *, one_in: int) -> None:
    client = Client()
    if user is not None:
        client.force_login(user)
    answers(client, one_in=4)  # what a process reads once is read
    with_it = answers(client, one_in=one_in)
    with transaction.atomic():
        take_away_what_is_hidden_from(user or AnonymousUser())
        without_it = answers(client, one_in=one_in)
        assert not drift()
        transaction.set_rollback(True)
    assert with_it.keys() == without_it.keys()
    for address, answer in with_it.items():
        assert answer[0] == 200, address
        assert answer[2] == without_it[address][2], address
    costs = {a: (with_it[a][1], without_it[a][1]) for a in with_it}
    assert {a: both for a, both in costs.items() if both[0] != both[1]} == {}


@parameters([VISITOR, DLA_38, CRDLA, PILOT_38, EDITOR_84, EDITOR, CLOSED])
def test_answers_are_those_of_a_portal_without_what_is_hidden(person: Person, world: None) -> None:
    one_in = 1 if person in FULLY else 3
    is_asked_twice(None if person.role is None else person.user(), one_in=one_in)


def test_somebody_invited_by_name(world: None) -> None:
    is_asked_twice(UserFactory(email=GUEST), one_in=3)
