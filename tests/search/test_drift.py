"""After thousands of writes of every kind, at random, the index says what the rows say."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from articles.models import Article, ArticleType, Publication, Series
from events.models import Event, EventPublication, EventSeries, State
from events.registrations.organisers import change_state
from glossary.models import Term
from media.models import Document, DocumentText
from pages.models import Page
from publishing import services
from publishing.services import Schedule
from search import rebuilding
from search.models import Entry
from structures import merging
from structures.models import Agreement, ConsentText, Merge, Operator, Sector, Structure
from structures.models.structure import FormerIdentity
from structures.services import record_consent, withdraw_consent
from territories.models import Territory
from tests.factories import (
    ArticleFactory,
    EventFactory,
    OperatorFactory,
    SeriesFactory,
    StructureFactory,
    TermFactory,
    ThemeFactory,
    UserFactory,
    make_document,
)
from tests.search.asking import drift, load_searched_geography
from themes.models import Theme

pytestmark = pytest.mark.django_db

OPERATIONS, COMPARED_EVERY = 2_000, 500
YEAR = timezone.localdate().year
PLACES = ("commune-38185", "commune-75056", "departement-38", "departement-69", "region-84")
WORDS = ("tilleul", "bordure", "lanterne", "vannerie", "osier", "grimoire", "vitrail")
NAMED = (Theme, Series, EventSeries, ArticleType, Sector, Operator)


class Portal:
    """One of each, and what may happen to them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.number = 0
        self.editor = UserFactory.create()
        self.places = list(Territory.objects.filter(pk__in=PLACES).order_by("pk"))
        themes = [ThemeFactory() for _ in range(3)]
        series = [SeriesFactory() for _ in range(2)]
        self.document = make_document()
        for number in range(3):
            place = self.places[number]
            ArticleFactory(
                published=True, themes=themes[:2], territories=[place], series=series[number % 2],
                documents=[self.document],
            )  # fmt: skip
            EventFactory(published=True, themes=themes[1:], territories=[place])
            StructureFactory(commune=self.places[0], public=number == 0)
            operator = OperatorFactory()
            Agreement.objects.create(operator=operator, territory=place, first_year=YEAR)
        TermFactory()
        Sector.objects.create(name="Secteur", slug="secteur")
        EventSeries.objects.create(name="Cycle", slug="cycle")

    # --- Chance ---

    def any(self, rows: Any) -> Any:
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.get(pk=self.random.choice(keys)) if keys else None

    def words(self) -> str:
        self.number += 1
        return f"{' '.join(self.random.sample(WORDS, 2))} {self.number}"

    # --- What happens ---

    def saves(self, model: Any, *fields: str) -> None:
        if row := self.any(model.objects.all()):
            setattr(row, self.random.choice(fields), self.words())
            row.save()

    def updates(self, model: Any, *fields: str) -> None:
        keys = [
            row.pk for row in (self.any(model.objects.all()), self.any(model.objects.all())) if row
        ]
        field = self.random.choice(fields)
        for key in set(keys):  # some names are unique
            model.objects.filter(pk=key).update(**{field: self.words()})

    def makes(self, factory: Any, **traits: Any) -> None:
        factory(**traits)

    def writes_structures_at_once(self) -> None:
        rows = [Structure(name=self.words(), slug=f"s-{self.number}-{n}") for n in range(3)]
        Structure.objects.bulk_create(rows)
        for row in rows:
            row.description = self.words()
        Structure.objects.bulk_update(rows, ["description"])

    def deletes(self, model: Any) -> None:
        if (row := self.any(model.objects.all())) and model.objects.count() > 2:
            row.delete()

    def deletes_a_structure(self) -> None:
        row = self.any(Structure.objects.filter(merged_into=None))
        # What holds on to it keeps it.
        with suppress(ProtectedError), transaction.atomic():
            row.delete()
        StructureFactory(name=self.words())

    def comes_due(self) -> None:
        rebuilding.make_due()

    def moves_on(self, working: Any) -> None:
        # One whose last theme was deleted is published no more.
        with suppress(ValidationError), transaction.atomic():
            self._moves_on(working)

    def _moves_on(self, working: Any) -> None:
        row = self.any(working.objects.all())
        act = self.random.randrange(6)
        if row.status == "archived":
            services.reopen(working=row, by=self.editor)
            return
        if act < 3:
            row.title = self.words()
            row.save()
            services.record_save(working=row, by=None)
        at = timezone.now() + timedelta(days=2)
        match act:
            case 0 | 1:
                waits = row.publications.filter(live_from__gt=timezone.now()).exists()
                kept = self.random.choice([*Schedule]) if waits else None
                services.publish(working=row, by=None, schedule=kept)
            case 2:
                services.publish(working=row, by=None, at=at)
            case 3:
                services.unschedule(working=row, by=self.editor)
            case 4:
                services.archive(working=row, by=self.editor)

    def postpones(self) -> None:
        change_state(event=self.any(Event.objects.all()), state=self.random.choice([*State.values]))

    def hands_over(self) -> None:
        row = self.any(Agreement.objects.all())
        row.operator, row.territory = self.any(Operator.objects.all()), self.places[2]
        row.first_year = self.random.randint(2003, YEAR + 2)
        row.last_year = None
        if not Agreement.objects.filter(
            operator=row.operator, territory=row.territory, first_year=row.first_year
        ).exists():
            row.save()

    def agrees_or_not(self) -> None:
        row = self.any(Structure.objects.filter(merged_into=None))
        if row.consent_id:
            withdraw_consent(structure=row, by=None)
        else:
            record_consent(
                structure=row, text=ConsentText.objects.latest("id"), given_by="La présidence",
                given_on=timezone.localdate(), by=None,
            )  # fmt: skip

    def is_called_otherwise(self) -> None:
        if not FormerIdentity.objects.exists() or self.random.random() < 0.5:
            one = self.any(Structure.objects.filter(merged_into=None))
            FormerIdentity.objects.create(structure=one, name=self.words())
            return
        row = self.any(FormerIdentity.objects.all())
        if self.random.random() < 0.5:
            row.delete()
        else:
            row.structure = self.any(Structure.objects.filter(merged_into=None))
            row.save()

    def merges(self) -> None:
        current = Structure.objects.filter(merged_into=None)
        kept, absorbed = self.any(current), self.any(current)
        if kept != absorbed:
            merging.merge(kept=kept, absorbed=absorbed, taken=["name"], by=None)

    def takes_a_merge_back(self) -> None:
        done = Merge.objects.filter(undone_at=None).order_by("-pk").first()
        if done:
            merging.undo(merge=done, by=None)

    def lies_elsewhere(self) -> None:
        row = self.any(Structure.objects.filter(merged_into=None))
        row.commune = self.random.choice([*self.places[:2], None])
        row.save()

    def holds_or_releases(self) -> None:
        document = self.any(Document.objects.all())
        document.hidden = [] if document.hidden else ["1 feuille masquée"]
        document.save()

    def is_read(self) -> None:
        DocumentText.objects.update_or_create(
            document=self.any(Document.objects.all()),
            defaults={"pages": [[1, self.words()]], "page_count": 1, "state": "whole"},
        )

    def renames_a_place(self) -> None:
        Territory.objects.filter(pk=self.random.choice(PLACES)).update(former_names=self.words())

    def is_taken_back(self) -> None:
        with transaction.atomic():
            for _ in range(3):
                self.one_thing()
            transaction.set_rollback(True)

    def one_thing(self) -> None:
        self.random.choice(self.things())()

    def things(self) -> list[Callable[[], None]]:
        return [
            *(lambda m=m: self.saves(m, "name") for m in NAMED),
            *(lambda m=m: self.updates(m, "name") for m in (Theme, Series, Operator)),
            lambda: self.saves(Structure, "name", "short_name", "description"),
            lambda: self.updates(Structure, "short_name", "description"),
            lambda: self.saves(Page, "title", "body"),
            lambda: self.saves(Term, "term", "definition"),
            lambda: self.makes(TermFactory, term=self.words()),
            lambda: self.deletes(Term),
            lambda: self.deletes(Theme),
            lambda: self.makes(ThemeFactory, name=self.words()),
            self.writes_structures_at_once, self.deletes_a_structure, self.postpones,
            self.hands_over, self.agrees_or_not, self.is_called_otherwise, self.merges,
            self.takes_a_merge_back, self.lies_elsewhere, self.holds_or_releases, self.is_read,
            self.renames_a_place,
            *[lambda: self.moves_on(Article)] * 2,
            *[lambda: self.moves_on(Event)] * 2,
            self.comes_due,
        ]  # fmt: skip


def test_no_drift_after_thousands_of_writes(kept_geography: None) -> None:
    load_searched_geography()
    portal = Portal(seed=1901)
    number = 1
    for number in range(1, OPERATIONS + 1):
        portal.one_thing()
        if number % 50 == 0:
            portal.is_taken_back()
        if number % COMPARED_EVERY == 0:
            found = drift()
            assert not found, (number, found)
    rebuilding.make_due()
    found = drift()
    assert not found, (number, found)
    assert Entry.objects.filter(kind="structures").count() > 10
    assert Publication.objects.count() > 5 and EventPublication.objects.count() > 5
