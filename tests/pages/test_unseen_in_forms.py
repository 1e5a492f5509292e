"""A form that is sent by hand, in each room that has rich text: what it hides is not stored."""

from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from lxml import html

from pages.models import Page
from publishing.richtext import RichTextField
from tests.factories import ArticleFactory, EventFactory, SeriesFactory, ThemeFactory, UserFactory
from tests.publishing.unseen_cases import DELETED, HIDDEN, said

pytestmark = pytest.mark.django_db

TEXT = "<p>Un <del>caché </del>mot<span style='display:none'>, caché</span>.</p><!-- caché -->"


def everything_stored() -> str:
    """Every text of the tables of the rooms with rich text, versions among them."""
    rooms = {model._meta.app_config for model in rich_text_models()}
    models = [model for room in rooms if room is not None for model in room.get_models()]
    return repr([list(model._base_manager.values()) for model in models])


def rich_text_models() -> set[type[Model]]:
    return {
        model
        for model in apps.get_models()
        if any(isinstance(column, RichTextField) for column in model._meta.get_fields())
    }


@pytest.mark.parametrize("room", ["article", "event", "page", "theme", "series"])
def test_what_a_form_hides_is_not_stored_and_its_author_is_told(room: str) -> None:
    made: Any = {
        "article": lambda: ArticleFactory(text="<p>Avant</p>"),
        "event": EventFactory,
        "page": Page.objects.first,
        "theme": ThemeFactory,
        "series": SeriesFactory,
    }[room]()
    client = Client()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    label = f"{made._meta.app_label}_{made._meta.model_name}"
    address = reverse(f"admin:{label}_change", args=[made.pk])
    written: Any = html.fromstring(client.get(address).content)
    form = written.get_element_by_id(f"{made._meta.model_name}_form")
    posted = [(name, value) for name, value in form.form_values() if "__prefix__" not in name]
    fields = [
        area.name
        for area in form.iter("textarea")
        if "data-django-prose-editor-configurable" in area.attrib and "__prefix__" not in area.name
    ]
    data: dict[str, list[str]] = {}
    for name, value in posted:
        data.setdefault(name, []).append(value)
    data |= {name: [TEXT] for name in fields}
    answer = client.post(address, data, follow=True)
    page: Any = html.fromstring(answer.content.decode())
    told = page.xpath("//ul[@class='messagelist']")[0].text_content()

    assert fields
    assert "caché" not in everything_stored()
    assert "Un mot." in everything_stored()
    assert said(DELETED, "caché") in told
    assert said(HIDDEN, ", caché") in told


def test_every_room_with_rich_text_is_asked() -> None:
    assert {model.__name__ for model in rich_text_models()} == {
        "Block", "Event", "Page", "Theme", "Series",
    }  # fmt: skip
