"""The people and the content that the matrix of permissions is asked about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from accounts.models import AccessRequest, Invitation, User
from articles.models import Article
from events.models import Event
from publishing.audiences import Role
from publishing.kinds import PublishedKind, published
from publishing.models import Audience
from structures import duplicates
from structures.models import Agreement, ImportRun, Operator, Structure, Support
from territories.models import Territory
from tests.factories import (
    CONTENT_FACTORIES,
    OperatorFactory,
    StructureFactory,
    SupportFactory,
    ThemeFactory,
    UserFactory,
    make_document,
)

ISERE, AUVERGNE_RHONE_ALPES, PARIS = "departement-38", "region-84", "departement-75"
GRENOBLE, PARIS_COMMUNE = "commune-38185", "commune-75056"


class Visit(Client):
    """A browser that can keep the pages it opens."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: dict[str, tuple[int, str]] = {}

    def page(self, address: str) -> tuple[int, str]:
        """Status and text of a page, asked of the portal the first time only."""
        if address not in self._pages:
            answer = self.get(address)
            self._pages[address] = answer.status_code, answer.getvalue().decode()
        return self._pages[address]


@dataclass(frozen=True)
class Person:
    """A line of the documentation: who they are, in French, and how the portal knows them."""

    name: str
    role: Role | None = None
    group: str = ""
    territories: tuple[str, ...] = ()
    is_superuser: bool = False
    is_active: bool = True

    def client(self) -> Visit:
        """A browser in which they are signed in."""
        client = Visit()
        if self.role is not None:
            client.force_login(self.user())
        return client

    def user(self) -> User:
        assert self.role is not None
        user = UserFactory(
            role=self.role,
            whole_country=not self.territories,
            is_superuser=self.is_superuser,
            is_staff=self.is_superuser,
            group=self.group or None,
        )
        user.role = self.role
        user.whole_country = not self.territories
        user.save()
        user.territories.set(Territory.objects.filter(pk__in=self.territories))
        if not self.is_active:
            User.objects.filter(pk=user.pk).update(is_active=False)
        return user


VISITOR = Person("Visiteur")
DLA_38 = Person("DLA départemental, Isère", Role.DEPARTMENTAL_DLA, territories=(ISERE,))
DLA_84 = Person("DLA régional, ARA", Role.REGIONAL_DLA, territories=(AUVERGNE_RHONE_ALPES,))
CRDLA = Person("CRDLA", Role.CRDLA)
PILOT_38 = Person("Pilote, Isère", Role.PILOT, territories=(ISERE,))
PILOT_84 = Person("Pilote, ARA", Role.PILOT, territories=(AUVERGNE_RHONE_ALPES,))
PILOT = Person("Pilote national", Role.PILOT)
WRITER_38 = Person("Contribution, Isère", Role.DEPARTMENTAL_DLA, "Contribution", (ISERE,))
HEAD_84 = Person(
    "Animation régionale, ARA",
    Role.REGIONAL_DLA,
    "Animation régionale",
    territories=(AUVERGNE_RHONE_ALPES,),
)
EDITOR_84 = Person("Rédaction, ARA", Role.EDITOR, "Rédaction", territories=(AUVERGNE_RHONE_ALPES,))
EDITOR = Person("Rédaction", Role.EDITOR, "Rédaction")
NATIONAL = Person("Équipe nationale", Role.NATIONAL, "Équipe nationale")
ADMINISTRATOR = Person("Administrateur", Role.NATIONAL, is_superuser=True)
CLOSED = Person("Compte fermé", Role.NATIONAL, "Équipe nationale", is_active=False)

PEOPLE = (
    VISITOR,
    DLA_38,
    DLA_84,
    CRDLA,
    PILOT_38,
    PILOT_84,
    PILOT,
    WRITER_38,
    HEAD_84,
    EDITOR_84,
    EDITOR,
    NATIONAL,
    ADMINISTRATOR,
    CLOSED,
)

# What differs in the questions that the database gets: a reader without role, with one, who reads
# all; an editor of a department, of a region, of the whole country.
OF_EACH_KIND = {VISITOR, PILOT_38, WRITER_38, HEAD_84, NATIONAL}


def parameters(people: Iterable[Person]) -> Any:
    """`@parameters(PEOPLE)`: a test asked of each, on the second database of one of each kind. The
    others' groups are judged in Python, on the first."""
    return pytest.mark.parametrize(
        "person",
        [
            pytest.param(person, marks=() if person in OF_EACH_KIND else pytest.mark.once)
            for person in people
        ],
        ids=lambda person: person.name,
    )


class World:
    """One of each thing that somebody may be refused. Nobody changes it for the others: what an
    action did is taken back (`tests/permissions/test_matrix.py`)."""

    def __init__(self) -> None:
        self.theme = ThemeFactory()
        self.contents = {kind.name: self._contents(kind) for kind in published()}
        self.articles: dict[str, Article] = self.contents["articles"]
        self.events: dict[str, Event] = self.contents["events"]
        # Other people's accounts.
        self.member: User = UserFactory()
        self.peer: User = UserFactory(group="Équipe nationale")
        self.administrator: User = UserFactory(is_staff=True, is_superuser=True)
        # By territory; without one, for the whole country.
        self.invitations = {key: self._invitation(key) for key in (ISERE, PARIS, "")}
        self.access_requests = {key: self._access_request(key) for key in (ISERE, PARIS, "")}
        # By commune, or of none.
        self.structures = {key: self._structure(key) for key in (GRENOBLE, PARIS_COMMUNE, "")}
        self.public_structures = {
            key: self._structure(key, public=True) for key in (GRENOBLE, PARIS_COMMUNE, "")
        }
        self.supports: dict[str, Support] = {
            key: SupportFactory(structure=self._structure(key)) for key in (GRENOBLE, PARIS_COMMUNE)
        }
        self.operators = {key: self._operator(key) for key in (ISERE, PARIS)}
        # By the commune of the second structure; the first is of Grenoble.
        self.pairs = {
            key: duplicates.flag(one=self._structure(GRENOBLE), other=self._structure(key))
            for key in (GRENOBLE, PARIS_COMMUNE)
        }
        self.import_run = ImportRun.objects.create(
            format="rna", file_name="f.csv", fingerprint="0" * 64, state=ImportRun.State.DONE
        )

    def _contents(self, kind: PublishedKind) -> dict[str, Any]:
        """By what sets each apart: who reads it, or where its editors are."""
        make = CONTENT_FACTORIES[kind.name]
        isere, paris = (Territory.objects.get(pk=key) for key in (ISERE, PARIS))

        def shown(audience: str, roles: str = "") -> Any:
            own = {"documents": [make_document()]} if kind.working_copy is Article else {}
            about = {"themes": [self.theme], "territories": [isere], **own}
            return make(published=True, audience=audience, audience_roles=roles, **about)

        contents = {
            "public": shown(Audience.PUBLIC),
            "network": shown(Audience.NETWORK),
            "pilots": shown(Audience.ROLES, "pilot"),
            "crdla": shown(Audience.ROLES, "crdla"),
            "draft": make(),
            "isere": make(territories=[isere]),
            "paris": make(territories=[paris]),
        }
        if kind.working_copy is Event:
            contents["guests"] = shown(Audience.INVITED)
            contents["draft for guests"] = make(audience=Audience.INVITED)
        return contents

    def _invitation(self, key: str) -> Invitation:
        """One that waits."""
        invitation = Invitation.objects.create(
            email=f"invitation-{Invitation.objects.count()}@reseau.example",
            role=Role.DEPARTMENTAL_DLA,
            whole_country=not key,
        )
        invitation.territories.set(Territory.objects.filter(pk=key))
        return invitation

    def _access_request(self, key: str) -> AccessRequest:
        request = AccessRequest.objects.create(
            email=f"demande-{AccessRequest.objects.count()}@reseau.example",
            first_name="Camille",
            last_name="Martin",
            organisation="Association Exemple",
            role=Role.DEPARTMENTAL_DLA,
        )
        request.territories.set(Territory.objects.filter(pk=key))
        return request

    def _structure(self, key: str, **traits: Any) -> Structure:
        commune = Territory.objects.get(pk=key) if key else None
        structure: Structure = StructureFactory(commune=commune, **traits)
        return structure

    def _operator(self, key: str) -> Operator:
        operator: Operator = OperatorFactory()
        territory = Territory.objects.get(pk=key)
        Agreement.objects.create(operator=operator, territory=territory, first_year=2025)
        return operator
