"""Every form of the admin, whichever the room: what two people do in it is never lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import User
from articles.models import Article, ArticleType, Series
from events.models import Event, EventSeries, Speaker
from glossary.models import Term
from media.models import Document, Image
from pages.models import FrontPage, KeyFigure, Page
from search.models import ChosenAnswer, Synonym
from structures.models import ConsentText, Operator, ResourceCentre, Sector, Structure, Support
from tests.editing.conftest import Form
from tests.factories import (
    ArticleFactory,
    ArticleTypeFactory,
    EventFactory,
    OperatorFactory,
    SeriesFactory,
    StructureFactory,
    SupportFactory,
    TermFactory,
    ThemeFactory,
    UserFactory,
    make_document,
    make_image,
)
from themes.models import Theme

pytestmark = pytest.mark.django_db

Opened = Callable[[User, Any], Form]

# Each model has a row, and two of its boxes, with what each person writes in them.
ROWS: dict[type[Model], tuple[Callable[[], Any], str, str]] = {
    Article: (ArticleFactory, "title", "standfirst"),
    ArticleType: (ArticleTypeFactory, "name", "position"),
    ConsentText: (
        lambda: ConsentText.objects.create(
            version="9", body="Texte", in_force_from=timezone.localdate()
        ),
        "version",
        "body",
    ),
    ChosenAnswer: (
        lambda: ChosenAnswer.objects.create(
            queries="aviron", title="L’aviron", text="Tout de l’aviron.", link="/articles/"
        ),
        "title",
        "text",
    ),
    Document: (make_document, "title", ""),
    Event: (EventFactory, "title", "venue"),
    EventSeries: (
        lambda: EventSeries.objects.create(name="Rencontres", slug="rencontres"),
        "name",
        "position",
    ),
    Group: (lambda: Group.objects.create(name="Essai"), "name", ""),
    FrontPage: (lambda: FrontPage.objects.get(), "", ""),
    Image: (make_image, "title", "credit"),
    KeyFigure: (
        lambda: KeyFigure.objects.create(value="6 000", label="emplois", source="DLA, 2025"),
        "value",
        "label",
    ),
    Operator: (OperatorFactory, "name", "phone"),
    Page: (lambda: Page.objects.order_by("pk").first(), "title", "body"),
    ResourceCentre: (
        lambda: ResourceCentre.objects.create(name="Culture", slug="culture-9", carrier="Opale"),
        "name",
        "carrier",
    ),
    Sector: (lambda: Sector.objects.create(name="Aviron", slug="aviron"), "name", "position"),
    Series: (SeriesFactory, "name", "position"),
    Speaker: (lambda: Speaker.objects.create(name="Ada"), "name", "organisation"),
    Structure: (StructureFactory, "name", "phone"),
    Synonym: (lambda: Synonym.objects.create(said="aviron", same="barque"), "said", "same"),
    Support: (SupportFactory, "title", "reference"),
    Term: (TermFactory, "definition", "source"),
    Theme: (ThemeFactory, "name", "position"),
    User: (UserFactory, "first_name", "last_name"),
}
CHANGED = sorted(ROWS, key=str)
WORDS = {
    "phone": ("0476000001", "0476000002", "0476000003"),
    "position": ("31", "32", "33"),
    "body": ("<p>Une</p>", "<p>Deux</p>", "<p>Trois</p>"),
}


def words(name: str) -> tuple[str, str, str]:
    return WORDS.get(name, ("Une", "Deux", "Trois"))


def value_of(row: Any, name: str) -> str:
    row = type(row)._default_manager.get(pk=row.pk)
    return str(getattr(row, name))


def test_every_class_whose_rows_are_changed_is_tried(people: tuple[User, User]) -> None:
    request = RequestFactory().get("/")
    request.user = people[0]
    tried = set()
    for model, registered in admin.site._registry.items():
        if registered.has_change_permission(request):
            tried.add(model)
    # A mail is read: the right to change it is that of sending it again.
    assert {model.__name__ for model in tried - set(ROWS)} == {"Message"}


@pytest.mark.parametrize("model", CHANGED, ids=str)
def test_a_form_that_nobody_touched_changes_nothing(
    people: tuple[User, User], opened: Opened, model: type[Model]
) -> None:
    row = ROWS[model][0]()
    form = opened(people[0], row)
    answer = form.post()
    assert answer.status_code == 302, form.text
    again = opened(people[0], row)
    drop = {"csrfmiddlewaretoken", "shown_at_opening"}
    assert {k: v for k, v in again.values.items() if k not in drop} == {
        k: v for k, v in form.values.items() if k not in drop
    }


@pytest.mark.parametrize("model", [m for m in CHANGED if ROWS[m][2]], ids=str)
def test_what_each_changed_alone_is_kept(
    people: tuple[User, User], opened: Opened, model: type[Model]
) -> None:
    make, one, other = ROWS[model]
    row = make()
    mine, theirs = opened(people[0], row), opened(people[1], row)
    assert theirs.post({one: words(one)[0]}).status_code == 302
    answer = mine.post({other: words(other)[1]})
    assert answer.status_code == 302, mine.text
    assert words(one)[0] in value_of(row, one)
    assert words(other)[1] in value_of(row, other)
    said = mine.client.get(mine.url).content.decode()
    assert "Ali Martin a enregistré à" in said


@pytest.mark.parametrize("model", [m for m in CHANGED if ROWS[m][1]], ids=str)
def test_what_both_changed_is_asked_and_nothing_is_lost(
    people: tuple[User, User], opened: Opened, model: type[Model]
) -> None:
    make, one, _ = ROWS[model]
    row = make()
    mine, theirs = opened(people[0], row), opened(people[1], row)
    first, second, _ = words(one)
    assert theirs.post({one: first}).status_code == 302
    assert mine.post({one: second}).status_code == 200
    assert first in value_of(row, one)
    assert mine.values[one] == [second]
    assert "Ali Martin a enregistré" in mine.text and "Rien n’est perdu" in mine.text
    for told in (first, second):
        assert told.removeprefix("<p>").removesuffix("</p>") in mine.text
    # Without a choice, the form asks again.
    assert mine.post().status_code == 200
    assert first in value_of(row, one)
    assert mine.post({f"keep:{one}": "mine"}).status_code == 302
    assert second in value_of(row, one)
    # The row is deleted at last: what was typed is given back.
    type(row)._default_manager.filter(pk=row.pk).delete()
    answer = mine.post({one: first})
    assert answer.status_code == 410
    assert "supprimé cette fiche" in answer.content.decode()
    assert first.removeprefix("<p>").removesuffix("</p>") in answer.content.decode()
