"""What no page of ours sends is refused, and is no error of the portal."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from articles.models import Article
from publishing.choosing import key_of
from tests.factories import ArticleFactory, UserFactory
from themes.models import Theme

pytestmark = pytest.mark.django_db

TOO_LARGE = "9" * 30
NO_KEYS = ["x", "\x00", TOO_LARGE, "²", "1e400", "9223372036854775808"]
LISTS = sorted(
    (one for one in admin.site._registry.values() if one.actions is not None),
    key=lambda one: one.opts.label,
)


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(UserFactory(is_superuser=True, is_staff=True, whole_country=True))
    return client


@pytest.mark.parametrize("sent", NO_KEYS)
def test_what_can_be_no_key_is_none(sent: str) -> None:
    assert key_of(Theme, sent) is None


def test_a_key_is_what_the_database_has() -> None:
    assert key_of(Theme, "12") == 12
    assert key_of(Theme, "position", "name") == "position"


@pytest.mark.parametrize("model_admin", LISTS, ids=lambda one: one.opts.label)
def test_an_act_on_rows_that_cannot_be_does_nothing(
    administrator: Client, model_admin: admin.ModelAdmin[Any]
) -> None:
    name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist"
    count = model_admin.model._default_manager.count()
    for action in (
        "delete_selected",
        *(one for one in model_admin.actions or () if type(one) is str),
    ):
        sent = {"action": action, ACTION_CHECKBOX_NAME: NO_KEYS, "post": "yes", "seen": "0"}
        assert administrator.post(reverse(name), sent).status_code in (200, 302, 403)
    assert model_admin.model._default_manager.count() == count


@pytest.mark.parametrize("sent", NO_KEYS)
@pytest.mark.parametrize("total", ["1", "no number"])
def test_rows_changed_in_place_that_cannot_be_are_left_out(
    administrator: Client, sent: str, total: str
) -> None:
    before = list(Theme.objects.values())
    posted = {
        "_save": "1",
        "form-TOTAL_FORMS": total,
        "form-INITIAL_FORMS": "1",
        "form-0-id": sent,
        "form-0-position": "7",
    }
    answer = administrator.post(reverse("admin:themes_theme_changelist"), posted)
    assert answer.status_code in (200, 302)
    assert list(Theme.objects.values()) == before


@pytest.mark.parametrize("sent", ["x", "_00", TOO_LARGE, "²"])
def test_a_page_of_a_row_that_cannot_be_is_that_of_none(administrator: Client, sent: str) -> None:
    """`_00` is a NUL, as the admin writes it in its addresses."""
    for name in ("themes_theme", "territories_territory", "articles_article"):
        for page in ("change", "delete", "history"):
            url = reverse(f"admin:{name}_{page}", args=["0"]).replace("/0/", f"/{sent}/")
            assert administrator.get(url).status_code in (302, 403, 404), url
            assert administrator.post(url, {"seen": "1"}).status_code in (302, 403, 404), url
        url = reverse(f"admin:{name}_presence", args=["0"]).replace("/0/", f"/{sent}/")
        assert administrator.post(url).status_code in (403, 404), url


def test_a_form_is_not_saved_as_another_row_where_no_button_offers_it(
    administrator: Client,
) -> None:
    article = ArticleFactory()
    url = reverse("admin:articles_article_change", args=[article.pk])
    answer = administrator.post(url, {"_saveasnew": "1", "title": ""})
    assert answer.status_code == 200
    assert answer.context["original"] == article
    assert Article.objects.count() == 1


@pytest.mark.parametrize("sent", NO_KEYS)
def test_a_form_chooses_nothing_by_what_can_be_no_key(administrator: Client, sent: str) -> None:
    """It chooses none as it opens, nor as it comes back."""
    url = reverse("admin:articles_article_add")
    assert administrator.get(url, {"cover": sent, "event": sent}).status_code == 200
    lines = {"blocks-TOTAL_FORMS": "1", "blocks-INITIAL_FORMS": "0", "blocks-0-kind": "related"}
    chosen = {"cover": sent, "blocks-0-image": sent, "blocks-0-articles": [sent, "1"]}
    answer = administrator.post(url, {"title": "Un titre", **lines, **chosen})
    assert answer.status_code == 200
    assert "cover" in answer.context["adminform"].form.errors
    assert Article.objects.count() == 0


@pytest.mark.parametrize(
    "day",
    [
        {"year": TOO_LARGE},
        {"year": "2026", "month": TOO_LARGE},
        {"year": "2026", "month": "1", "day": TOO_LARGE},
        {"year": "9999"},
        {"year": "9999", "month": "12", "day": "31"},
        {"year": "1", "month": "1", "day": "1"},
        {"year": "\x00"},
    ],
    ids=str,
)
def test_a_list_has_nothing_of_a_day_that_no_calendar_has(
    administrator: Client, day: dict[str, str]
) -> None:
    asked = {f"created_at__{part}": value for part, value in day.items()}
    url = reverse("admin:media_image_changelist")
    answer = administrator.get(url, asked, follow=True)
    assert answer.status_code == 200
    assert answer.context["cl"].result_count == 0
