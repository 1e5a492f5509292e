"""One of each thing that a form could point at and that some people of the admin may not, each
under a name of its own that nothing else bears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db.models import Model

from events.models import Session, Speaker
from publishing import services
from structures.models import Structure
from territories.models import Territory
from tests.factories import (
    ArticleFactory,
    EventFactory,
    StructureFactory,
    make_document,
    make_image,
)
from tests.permissions.matrix import EVERYWHERE, READ_ALL
from tests.permissions.world import (
    ADMINISTRATOR,
    EDITOR,
    ISERE,
    NATIONAL,
    PARIS,
    PARIS_COMMUNE,
    Person,
)

PILOTS: dict[str, Any] = {"audience": "roles", "audience_roles": "pilot"}


@dataclass(frozen=True)
class Hidden:
    """`word`: of its name, and of nothing else. `choosers`: those of the staff who may point at
    it."""

    row: Model
    word: str
    choosers: frozenset[Person]


def hidden_things() -> dict[str, Hidden]:
    paris = [Territory.objects.get(pk=PARIS)]
    isere = [Territory.objects.get(pk=ISERE)]
    document = make_document("Documentpilote")
    cover = make_image("Couverturepilote")
    pilots = ArticleFactory(
        title="Articlepilote", territories=isere, cover=cover, cover_is_decorative=True,
        documents=[document], published=True, **PILOTS,
    )  # fmt: skip
    draft_document = make_document("Documentbrouillon")
    draft = ArticleFactory(
        title="Articlebrouillon", territories=paris, documents=[draft_document],
        standfirst="Un chapô motbrouillon.",
    )  # fmt: skip
    scheduled = ArticleFactory(title="Articleprogramme", territories=paris, scheduled=True)
    event_document = make_document("Documentatelier")
    speaker = Speaker.objects.create(name="Oratricepilote", portrait=make_image("Portraitpilote"))
    gathering = EventFactory(title="Evenementpilote", territories=isere, **PILOTS)
    session = Session.objects.create(event=gathering, title="A", starts=time(14), ends=time(15))
    session.speakers.add(speaker)
    session.documents.add(event_document)
    services.record_save(working=gathering, by=None)
    services.publish(working=gathering, by=None)
    guests = EventFactory(title="Evenementinvites", audience="invited", published=True)
    draft_event = EventFactory(title="Evenementbrouillon", territories=paris)
    structure: Structure = StructureFactory(
        name="Structurecachee", commune=Territory.objects.get(pk=PARIS_COMMUNE)
    )
    national = frozenset({EDITOR, NATIONAL, ADMINISTRATOR})
    return {
        "document of pilots": Hidden(document, "Documentpilote", READ_ALL),
        "document of a draft": Hidden(draft_document, "Documentbrouillon", READ_ALL),
        "document of a session": Hidden(event_document, "Documentatelier", READ_ALL),
        "cover of pilots": Hidden(cover, "Couverturepilote", READ_ALL),
        "portrait": Hidden(speaker.portrait, "Portraitpilote", READ_ALL),  # type: ignore[arg-type]  # just made
        "speaker": Hidden(speaker, "Oratricepilote", READ_ALL),
        "article of pilots": Hidden(pilots, "Articlepilote", READ_ALL),
        "draft": Hidden(draft, "Articlebrouillon", EVERYWHERE),
        "scheduled": Hidden(scheduled, "Articleprogramme", EVERYWHERE),
        "event of pilots": Hidden(gathering, "Evenementpilote", READ_ALL),
        "event of guests": Hidden(guests, "Evenementinvites", READ_ALL),
        "draft of an event": Hidden(draft_event, "Evenementbrouillon", EVERYWHERE),
        "structure": Hidden(structure, "Structurecachee", national),
    }
