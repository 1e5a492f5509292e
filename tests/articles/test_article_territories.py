"""The places that an article speaks of: on its page, in the list's filter, on territory pages."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from articles.forms import ArticleForm
from articles.models import Article
from articles.services import import_document
from territories.models import Territory
from tests.factories import ArticleFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]


def place(key: str) -> Territory:
    return Territory.objects.get(pk=key)


def found(query: str) -> set[str]:
    page = Client().get(reverse("articles:list") + query)
    return {publication.slug for publication in page.context["page_obj"]}


@pytest.fixture
def places() -> dict[str, Article]:
    keys = ("region-84", "departement-38", "commune-38185", "departement-75")
    articles: dict[str, Article] = {
        key: ArticleFactory(published=True, slug=key, territories=[place(key)]) for key in keys
    }
    articles[""] = ArticleFactory(published=True, slug="partout")
    return articles


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ("region-84", {"region-84", "departement-38", "commune-38185"}),
        ("departement-38", {"region-84", "departement-38", "commune-38185"}),
        ("commune-38185", {"region-84", "departement-38", "commune-38185"}),
        ("departement-01", {"region-84"}),
        ("commune-01003", {"region-84"}),  # a former commune
        ("epci-200040715", {"region-84", "departement-38", "commune-38185"}),
        ("departement-75", {"departement-75"}),
    ],
)
def test_filter_gives_what_concerns_a_territory(
    asked: str, answers: set[str], places: dict[str, Article]
) -> None:
    assert found(f"?territoire={asked}") == answers


def test_unknown_territory_gives_nothing(places: dict[str, Article]) -> None:
    assert found("?territoire=departement-99") == set()
    assert found("?territoire=%00&territoire=departement-75") == {"departement-75"}


def test_several_territories_widen_the_list(places: dict[str, Article]) -> None:
    assert found("?territoire=departement-75&territoire=departement-01") == {
        "departement-75",
        "region-84",
    }


def test_choices_are_regions_with_their_counts(places: dict[str, Article]) -> None:
    page = Client().get(reverse("articles:list"))
    facet = next(f for f in page.context["facets"] if f.name == "territoire")
    assert {option.label: option.count for option in facet.options} == {
        "Auvergne-Rhône-Alpes": 3,
        "Île-de-France": 1,
    }
    narrowed = Client().get(reverse("articles:list") + "?territoire=departement-38")
    assert [chip.label for chip in narrowed.context["chips"]] == ["Isère (département)"]


def test_page_names_its_territories(places: dict[str, Article]) -> None:
    page = Client().get(places["commune-38185"].get_absolute_url()).content.decode()
    assert '<a href="/territoires/commune/38185/">Grenoble (Isère)</a>' in page
    assert "spatialCoverage" in page


def test_feed_of_a_territory(places: dict[str, Article]) -> None:
    feed = Client().get(reverse("articles:rss") + "?territoire=departement-75").content.decode()
    assert "departement-75" in feed
    assert "commune-38185" not in feed


# --- Regional editors -----------------------------------------------------------------------------


def form_of(user: Any, **values: Any) -> ArticleForm:
    data = {"title": "Titre", "slug": "titre", "audience": "public", **values}
    return type("Form", (ArticleForm,), {"user": user})(data)


@pytest.mark.parametrize(
    ("territories", "accepted"),
    [
        (["departement-38"], True),
        (["commune-38185", "epci-200040715"], True),
        ([], False),
        (["departement-01"], False),
        (["departement-38", "departement-01"], False),
        (["region-84"], False),
    ],
)
def test_regional_editor_writes_about_their_territories_only(
    territories: list[str], accepted: bool
) -> None:
    editor = UserFactory(group="Rédaction", territories=[place("departement-38")])
    form = form_of(editor, territories=territories)
    assert form.is_valid() == accepted, form.errors
    if not accepted:
        assert "Isère" in str(form.errors["territories"])


def test_national_editor_writes_about_anything() -> None:
    assert form_of(UserFactory(group="Rédaction")).is_valid()


def test_imported_draft_of_a_regional_editor_is_theirs() -> None:
    editor = UserFactory(group="Rédaction", territories=[place("departement-38")])
    report = import_document(name="a.md", content=b"# Un titre\n\nDu texte.", by=editor)
    assert editor.has_perm("articles.change_article", report.article)
    assert report.article in Article.objects.changeable_by(editor)


def test_chosen_roles_need_at_least_one() -> None:
    form = form_of(UserFactory(group="Rédaction"), audience="roles")
    assert "audience_roles" in form.errors
    form = form_of(UserFactory(group="Rédaction"), audience="roles", audience_roles=["pilot"])
    assert form.is_valid(), form.errors
    with pytest.raises(ValidationError, match="rôle"):
        ArticleFactory(audience="roles", published=True)


def test_link_to_edit_is_offered_to_those_who_may(places: dict[str, Article]) -> None:
    client = Client()
    client.force_login(UserFactory(group="Rédaction", territories=[place("departement-38")]))
    assert "Modifier cet article" in client.get("/articles/commune-38185/").content.decode()
    assert "Modifier cet article" not in client.get("/articles/departement-75/").content.decode()
