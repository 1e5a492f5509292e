"""What editors answer to a query stands above its results, for whoever may read it, in its time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from publishing.audiences import Audience, Role
from search.french.queries import asked
from search.models import ChosenAnswer
from tests.browser import axe, each_scheme, overflow
from tests.factories import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db

VISITOR = AnonymousUser()


def chosen(**given: Any) -> ChosenAnswer:
    answer = ChosenAnswer(
        **{
            "queries": "trouver un financement\nsubventions",
            "title": "Le DLA ne verse pas d’argent",
            "text": "Il aide à en trouver.",
            "link": "/le-dla/",
            **given,
        }
    )
    answer.full_clean()
    answer.save()
    return answer


def answer_to(query: str, user: Any = VISITOR) -> ChosenAnswer | None:
    found: ChosenAnswer | None = ChosenAnswer.objects.answer_to(asked(query), user)
    return found


@pytest.mark.parametrize(
    "query",
    ["trouver un financement", "TROUVER DES FINANCEMENTS", "Financement ?", "la subvention"],
)
def test_answers_a_query_however_it_is_typed(query: str) -> None:
    assert answer_to(query) is None
    answer = chosen()
    assert answer_to(query) == answer


@pytest.mark.parametrize(
    "query",
    ["", "?", "subvention européenne", "« subvention »", "don -subvention", "x" * 10_000, "\x00"],
)
def test_answers_no_other(query: str) -> None:
    chosen()
    assert answer_to(query) is None


def test_what_is_for_the_network_does_not_exist_for_visitors() -> None:
    answer = chosen(audience=Audience.NETWORK)
    closed = UserFactory(is_active=False)
    assert [answer_to("subvention", one) for one in (VISITOR, closed)] == [None, None]
    for role in Role:
        assert answer_to("subvention", UserFactory(role=role)) == answer
    public = chosen(queries="subvention publique")
    assert answer_to("subvention publique", VISITOR) == public


def test_stands_from_its_first_day_to_its_last() -> None:
    today = timezone.localdate()
    before, after = today - timedelta(days=1), today + timedelta(days=1)
    answer = chosen()
    for first, last, stands in (
        (None, None, True), (today, today, True), (before, None, True), (None, after, True),
        (after, None, False), (None, before, False), (after, after, False),
    ):  # fmt: skip
        ChosenAnswer.objects.update(shown_from=first, shown_until=last)
        assert (answer_to("subvention") == answer) is stands


def test_costs_one_query() -> None:
    chosen()
    for query in ("subvention", "autre chose"):
        with CaptureQueriesContext(connection) as queries:
            answer_to(query)
        assert len(queries) == 1


def test_queries_follow_whatever_way_of_writing() -> None:
    answer = chosen()
    ChosenAnswer.objects.filter(pk=answer.pk).update(queries="mécénat")
    assert answer_to("mécénats") == answer
    assert answer_to("subvention") is None
    (other,) = ChosenAnswer.objects.bulk_create(
        [ChosenAnswer(queries="don", title="Dons", text="…", link="/le-dla/")]
    )
    assert answer_to("dons") == other
    answer.delete()
    assert answer_to("mécénat") is None


def test_two_answers_to_one_query_are_refused_at_the_same_time_only() -> None:
    today = timezone.localdate()
    chosen(shown_until=today)
    with pytest.raises(ValidationError, match="a déjà une réponse aux mêmes dates"):
        chosen(queries="la subvention", title="Autre")
    with pytest.raises(ValidationError, match="Le DLA ne verse pas d’argent"):
        chosen(queries="la subvention", shown_from=today, audience=Audience.NETWORK)
    later = chosen(queries="la subvention", title="Autre", shown_from=today + timedelta(days=1))
    later.full_clean()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"queries": "subvention\n?!"}, "ne contient aucun mot"),
        ({"link": "/nulle-part/"}, "Cette page du portail n’existe pas"),
        ({"link": "//exemple.fr/"}, "Donnez l’adresse"),
        ({"link": "javascript:alert(1)"}, "Donnez l’adresse"),
        ({"link": "exemple.fr"}, "Donnez l’adresse"),
        ({"audience": Audience.ROLES}, "n’est pas un choix valide"),
        ({"shown_from": "2026-02-02", "shown_until": "2026-02-01"}, "finirait avant"),
    ],
)
def test_refuses_what_would_answer_nothing(given: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        chosen(**given)
    assert told in " ".join(refused.value.messages)


def test_the_database_holds_no_other_audience() -> None:
    answer = chosen()
    with pytest.raises(IntegrityError), transaction.atomic():
        ChosenAnswer.objects.filter(pk=answer.pk).update(audience=Audience.ROLES)


def test_a_page_of_the_portal_is_kept_without_its_site(settings: Any) -> None:
    assert chosen(link=f"{settings.SITE_URL}/le-dla/").link == "/le-dla/"


# --- In the admin ---

FORM = {
    "queries": "subvention",
    "title": "Subventions",
    "text": "Où chercher.",
    "audience": "public",
    "shown_from": "",
    "shown_until": "",
}


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(group="Rédaction"))
    return client


def test_tells_that_visitors_would_not_see_the_page(editor: Client) -> None:
    article = ArticleFactory(title="Entre nous", network=True, published=True)
    link = reverse("articles:detail", args=[article.slug])
    add = reverse("admin:search_chosenanswer_add")
    page = editor.post(add, {**FORM, "link": link}, follow=True)
    assert "les visiteurs ne verraient pas cet article du portail" in page.content.decode()
    assert answer_to("subvention") is not None
    given = {**FORM, "queries": "dons", "audience": "network", "link": link}
    page = editor.post(add, given, follow=True)
    assert "les visiteurs ne verraient pas" not in page.content.decode()


def test_tells_that_another_site_does_not_answer(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publishing.links._external", lambda url: "le site ne répond pas")
    given = {**FORM, "link": "https://exemple.example/aides"}
    page = editor.post(reverse("admin:search_chosenanswer_add"), given, follow=True)
    assert "Lien « Subventions » : le site ne répond pas." in page.content.decode().replace(
        "\u00a0", " "
    )


def test_is_not_for_contributors(client: Client) -> None:
    client.force_login(UserFactory(group="Contribution"))
    assert client.get(reverse("admin:search_chosenanswer_changelist")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_is_written_in_a_browser(staff_page: Any) -> None:
    page = staff_page(UserFactory(group="Rédaction"))
    page.goto(reverse("admin:search_chosenanswer_add") + "?queries=cagnotte")
    page.get_by_label("Titre").fill("Une cagnotte, comment ?")
    page.get_by_label("Réponse").fill("On vous explique.")
    page.get_by_label("Page à ouvrir").fill("/le-dla/")
    page.get_by_label("Jusqu’au").fill("01/03/2099")
    for _ in each_scheme(page):
        axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) == 0
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("cell", name="En ce moment, jusqu’au 1er mars 2099")).to_be_visible()
    for _ in each_scheme(page):
        axe(page)
