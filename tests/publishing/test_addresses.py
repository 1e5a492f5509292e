"""Former addresses of themes, series, operators: kept by whatever way of writing, found again."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from publishing.addresses import Addressed
from tests.factories import ThemeFactory, UserFactory
from themes.models import Theme

pytestmark = pytest.mark.django_db


def by_save(theme: Any, slug: str) -> None:
    theme.slug = slug
    theme.save()


def by_fields(theme: Any, slug: str) -> None:
    theme.slug = slug
    theme.save(update_fields=["slug"])


def by_update(theme: Any, slug: str) -> None:
    Theme.objects.filter(slug=theme.slug).update(slug=slug)
    theme.refresh_from_db()


def by_bulk_update(theme: Any, slug: str) -> None:
    theme.slug = slug
    Theme.objects.bulk_update([theme], ["slug"])
    theme.refresh_from_db()


def by_admin(theme: Any, slug: str) -> None:
    client = Client()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    values = {"name": theme.name, "slug": slug, "position": 1, "description": ""}
    response = client.post(f"/admin/themes/theme/{theme.pk}/change/", values)
    assert response.status_code == 302
    theme.refresh_from_db()


@pytest.mark.parametrize("renamed", [by_save, by_fields, by_update, by_bulk_update, by_admin])
def test_a_changed_address_is_remembered(renamed: Any) -> None:
    theme = ThemeFactory(slug="avant")
    renamed(theme, "pendant")
    renamed(theme, "apres")
    asked = ["avant", "pendant", "apres", "jamais"]
    assert Theme.objects.today(asked) == {"avant": "apres", "pendant": "apres"}
    renamed(theme, "avant")
    assert Theme.objects.today(["avant", "apres"]) == {"apres": "avant"}


def test_an_address_that_another_has_now_leads_to_that_one() -> None:
    first = ThemeFactory(slug="partagee")
    by_save(first, "ailleurs")
    by_save(ThemeFactory(), "partagee")
    assert Theme.objects.today(["partagee"]) == {}


def test_an_address_that_was_anothers_is_refused() -> None:
    by_save(ThemeFactory(slug="suivie", name="La suivie"), "ailleurs")
    other = ThemeFactory()
    other.slug = "suivie"
    with pytest.raises(ValidationError, match="Cette adresse était celle de"):
        other.full_clean()
    own = Theme.objects.get(slug="ailleurs")
    own.slug = "suivie"
    own.full_clean()


def test_what_is_removed_leads_nowhere() -> None:
    theme = ThemeFactory(slug="avant")
    by_save(theme, "apres")
    theme.delete()
    assert Theme.objects.today(["avant", "apres"]) == {}


def test_every_model_that_filters_name_keeps_its_addresses() -> None:
    """What has a slug that may be changed is `Addressed`; contents keep theirs by publications."""
    from django.apps import apps

    kept_otherwise = {"Article", "Publication", "Event", "EventPublication", "Page", "Structure"}
    for model in apps.get_models():
        fields = {field.name for field in model._meta.get_fields()}
        if "slug" in fields and model.__name__ not in kept_otherwise:
            assert issubclass(model, Addressed), model
