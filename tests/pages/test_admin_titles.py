"""Titles of the admin, in French that agrees."""

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests.factories import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_every_list_bears_the_name_of_what_it_lists(client: Client, model: type[Model]) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    page = client.get(reverse(name), follow=True).content.decode()
    assert "Sélectionnez l’objet" not in page


def test_forms_bear_the_name_of_what_they_write(client: Client) -> None:
    article = ArticleFactory()
    change = client.get(reverse("admin:articles_article_change", args=[article.pk]))
    assert "<h1>Article</h1>" in change.content.decode()
    add = client.get(reverse("admin:themes_theme_add")).content.decode()
    assert "<h1>Ajout\u00a0: thématique</h1>" in add
    invitation = client.get(reverse("admin:accounts_invitation_add")).content.decode()
    assert "<h1>Inviter quelqu’un</h1>" in invitation
