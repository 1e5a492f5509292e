"""What people type on one line has one stored form: no column is forgotten."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from publishing.fields import FrenchCharField
from publishing.models import PublicationBase
from search.models import Entry
from spelling.fields import EmailAddressField, LineField
from territories.models import Territory

NAMES = {
    "address", "carrier", "first_name", "given_by", "label", "last_name", "name", "organisation",
    "organiser", "phone", "reference", "role", "room", "short_name", "title", "venue",
}  # fmt: skip
# Copied from what was typed, or from official files.
COPIES = (Entry, PublicationBase, Territory)


def columns(kind: type[models.Field[Any, Any]]) -> Iterator[models.Field[Any, Any]]:
    for model in apps.get_models():
        room = Path(model._meta.app_config.path)
        if room.parent == settings.BASE_DIR and not issubclass(model, COPIES):
            yield from (one for one in model._meta.concrete_fields if isinstance(one, kind))


def test_every_address_has_one_stored_form() -> None:
    addresses = list(columns(models.EmailField))

    assert len(addresses) > 8
    assert [str(one) for one in addresses if not isinstance(one, EmailAddressField)] == []


def test_every_name_has_one_stored_form() -> None:
    names = [one for one in columns(models.CharField) if one.name in NAMES and not one.choices]

    assert len(names) > 20
    kept = (LineField, FrenchCharField)
    assert [str(one) for one in names if not isinstance(one, kept)] == []
