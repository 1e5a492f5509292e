"""The structures that an article speaks of: at its end, and the article on their pages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article
from publishing import services
from structures.merging import merge
from structures.models import Structure
from structures.services import withdraw_consent
from territories.models import Territory
from tests.factories import ArticleFactory, StructureFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

NAME = "Ressourcerie du Vieux-Lavoir"


def structure(**values: Any) -> Structure:
    commune = Territory.objects.get(pk="commune-38185")
    made: Structure = StructureFactory(name=NAME, commune=commune, **values)
    return made


def text(url: str, user: Any = None) -> str:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(url).content.decode()


def posted(article: Article, structures: list[int]) -> dict[str, Any]:
    """The article's form as it is shown, with those structures chosen."""
    data: dict[str, Any] = {
        "title": article.title,
        "slug": article.slug,
        "type": article.type_id,
        "standfirst": article.standfirst,
        "themes": list(article.themes.values_list("pk", flat=True)),
        "territories": list(article.territories.values_list("pk", flat=True)),
        "structures": structures,
        "audience": "public",
        "published_on": "2026-03-02",
        "opened_revision": article.revision,
    }
    for prefix in ("blocks", "contributions", "related_articles", "attachments"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return data


def test_article_and_structure_lead_to_each_other() -> None:
    told = structure(public=True)
    article = ArticleFactory(title="Compter ses heures", structures=[told], published=True)
    assert told.get_absolute_url() in text(article.get_absolute_url())
    page = text(told.get_absolute_url())
    assert "Compter ses heures" in page and article.get_absolute_url() in page


def test_structure_without_agreement_is_named_to_those_who_may_see_it() -> None:
    told = structure()
    article = ArticleFactory(structures=[told], published=True)
    pilot = UserFactory(territories=[Territory.objects.get(pk="departement-38")])
    elsewhere = UserFactory(territories=[Territory.objects.get(pk="departement-75")])
    assert NAME in text(article.get_absolute_url(), pilot)
    assert NAME not in text(article.get_absolute_url(), elsewhere)
    assert NAME not in text(article.get_absolute_url())


def test_agreement_withdrawn_after_publication_is_obeyed() -> None:
    told = structure(public=True)
    article = ArticleFactory(structures=[told], published=True)
    withdraw_consent(structure=told, by=None)
    assert NAME not in text(article.get_absolute_url())


@pytest.mark.parametrize(
    "life", [{}, {"scheduled": True}, {"archived": True}, {"published": True, "network": True}]
)
def test_page_of_a_structure_hides_what_one_may_not_read(life: dict[str, bool]) -> None:
    told = structure(public=True)
    ArticleFactory(title="Titre secret", structures=[told], **life)
    assert "Titre secret" not in text(told.get_absolute_url())


def test_article_follows_a_structure_that_was_merged() -> None:
    kept, absorbed = structure(public=True), structure(public=True)
    article = ArticleFactory(title="Compter ses heures", structures=[absorbed], published=True)
    merge(kept=kept, absorbed=absorbed, taken=[], by=UserFactory(group="Équipe nationale"))
    assert "Compter ses heures" in text(kept.get_absolute_url())
    assert kept.get_absolute_url() in text(article.get_absolute_url())


def test_scheduled_article_survives_the_end_of_a_structure() -> None:
    told, other = structure(public=True), structure(public=True)
    article = ArticleFactory(structures=[told, other])
    told.consent = None
    told.save()
    told.consents.all().delete()
    told.delete()
    services.publish(working=article, by=None)
    assert list(article.publications.latest("pk").structures.all()) == [other]


def test_editor_chooses_among_those_they_may_see_and_keeps_the_others() -> None:
    isere = Territory.objects.get(pk="departement-38")
    mine, hidden = structure(), StructureFactory(commune_id="commune-75056", name="Ailleurs")
    article = ArticleFactory(territories=[isere], structures=[hidden])
    editor = UserFactory(group="Rédaction", territories=[isere])
    client = Client()
    client.force_login(editor)
    url = reverse("admin:articles_article_change", args=[article.pk])
    assert "Ailleurs" not in client.get(url).content.decode()
    client.post(url, posted(article, [mine.pk]))
    assert set(article.structures.all()) == {mine, hidden}
    article.refresh_from_db()
    refused = client.post(url, posted(article, [hidden.pk]))
    assert refused.status_code == 200 and "structures" in refused.context["adminform"].form.errors


def test_namesakes_are_told_apart_where_they_are_chosen() -> None:
    told = structure(rna="W381000001")
    client = Client()
    client.force_login(UserFactory(group="Rédaction"))
    article = ArticleFactory(structures=[told])
    page = client.get(reverse("admin:articles_article_change", args=[article.pk]))
    assert f"{NAME}, Grenoble (Isère), W381000001" in page.content.decode()
    suggested = client.get(
        reverse("admin:structures_structure_suggestions"),
        {
            "term": "vieux-lavoir",
            "app_label": "articles",
            "model_name": "article",
            "field_name": "structures",
        },
    )
    assert [row["text"] for row in suggested.json()["results"]] == [
        f"{NAME}, Grenoble (Isère), W381000001"
    ]


def test_contributor_who_may_not_look_among_structures_leaves_them_be() -> None:
    isere = Territory.objects.get(pk="departement-38")
    told = structure()
    article = ArticleFactory(territories=[isere], structures=[told])
    client = Client()
    client.force_login(UserFactory(group="Contribution", territories=[isere]))
    url = reverse("admin:articles_article_change", args=[article.pk])
    page = client.get(url).content.decode()
    assert 'name="structures"' not in page
    assert NAME not in page
    client.post(url, posted(article, []))
    assert list(article.structures.all()) == [told]


def test_history_does_not_name_what_one_may_not_see() -> None:
    isere = Territory.objects.get(pk="departement-38")
    article = ArticleFactory(territories=[isere])
    article.structures.set([StructureFactory(commune_id="commune-75056", name="Ailleurs")])
    services.record_save(working=article, by=None)
    first, last = article.versions.order_by("pk").values_list("pk", flat=True)
    url = reverse("admin:articles_article_versions", args=[article.pk])
    for user, is_named in (
        (UserFactory(group="Rédaction"), True),
        (UserFactory(group="Rédaction", territories=[isere]), False),
    ):
        assert ("Ailleurs" in text(f"{url}?avant={first}&apres={last}", user)) == is_named


def test_suggestions_are_what_the_form_accepts() -> None:
    isere = Territory.objects.get(pk="departement-38")
    StructureFactory(commune_id="commune-75056", name="Ailleurs confidentielle")
    StructureFactory(commune_id="commune-75056", name="Ailleurs publique", public=True)
    StructureFactory(commune_id="commune-38185", name="Ailleurs ici")
    client = Client()
    client.force_login(UserFactory(group="Rédaction", territories=[isere]))

    def suggested(app_label: str, model_name: str, field_name: str) -> set[str]:
        source = {"app_label": app_label, "model_name": model_name, "field_name": field_name}
        url = reverse("admin:structures_structure_suggestions")
        answer = client.get(url, {**source, "term": "ailleurs"}).json()
        return {row["text"].partition(",")[0] for row in answer["results"]}

    spoken_of = suggested("articles", "article", "structures")
    assert spoken_of == {"Ailleurs publique", "Ailleurs ici"}
    assert suggested("structures", "support", "structure") == {"Ailleurs ici"}
    url = reverse("admin:structures_structure_suggestions")
    other = {"app_label": "articles", "model_name": "block", "field_name": "articles"}
    assert client.get(url, other).status_code == 403
