"""Draft → review → scheduled or published → archived, and what readers get meanwhile."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from articles.models import Article, Publication
from publishing import services
from publishing.models import Status
from tests.factories import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db


def read(article: Article) -> str:
    response = Client().get(f"/articles/{article.slug}/")
    return response.content.decode() if response.status_code == 200 else ""


def rewrite(article: Article, text: str) -> None:
    article.blocks.update(text=f"<p>{text}</p>")
    services.record_save(working=article, by=None)


def test_edits_to_a_published_article_stay_unseen_until_published() -> None:
    article = ArticleFactory(text="<p>Première mouture</p>", published=True)
    rewrite(article, "Seconde mouture")
    article.title = "Titre changé"
    article.save()
    assert "Première mouture" in read(article)
    assert "Titre changé" not in read(article)
    services.publish(working=article, by=None)
    assert "Seconde mouture" in read(article)
    assert "Titre changé" in read(article)


def test_scheduled_change_replaces_the_present_publication_at_its_hour() -> None:
    article = ArticleFactory(text="<p>Avant</p>", published=True)
    rewrite(article, "Après")
    at = timezone.now() + timedelta(hours=2)
    services.publish(working=article, by=None, at=at)
    assert "Avant" in read(article)
    assert Publication.objects.live(at - timedelta(seconds=1)).get().live_until == at
    later = Publication.objects.live(at).get()
    assert "Après" in later.content["body"][0]["html"]


def test_cancelled_schedule_leaves_readers_what_they_had() -> None:
    article = ArticleFactory(published=True)
    at = timezone.now() + timedelta(hours=2)
    services.publish(working=article, by=None, at=at)
    services.unschedule(working=article, by=UserFactory())
    assert Publication.objects.live(at + timedelta(days=1)).count() == 1
    assert Publication.objects.count() == 1


def test_archived_article_disappears_and_can_come_back() -> None:
    article = ArticleFactory(published=True)
    services.archive(working=article, by=UserFactory())
    assert read(article) == ""
    services.reopen(working=article, by=UserFactory())
    assert read(article) == ""
    services.publish(working=article, by=None)
    assert read(article)


def test_article_keeps_the_date_that_its_editor_gave_it() -> None:
    article = ArticleFactory(
        published_on=timezone.localdate() - timedelta(days=900), published=True
    )
    services.publish(working=article, by=None)
    article.refresh_from_db()
    assert article.published_on == timezone.localdate() - timedelta(days=900)


def test_article_without_date_takes_the_day_of_its_publication() -> None:
    article = ArticleFactory(published_on=None)
    services.publish(working=article, by=None, at=timezone.now() + timedelta(days=5))
    article.refresh_from_db()
    assert article.published_on == timezone.localdate() + timedelta(days=5)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("type", "Choisissez un type d’article."),
        ("standfirst", "Écrivez le chapô."),
        ("themes", "Choisissez au moins une thématique."),
        ("blocks", "Ajoutez au moins un bloc de contenu."),
    ],
)
def test_publication_requires_what_a_draft_may_lack(missing: str, sentence: str) -> None:
    article = ArticleFactory()
    if missing == "themes":
        article.themes.clear()
    elif missing == "blocks":
        article.blocks.all().delete()
    else:
        setattr(article, missing, None if missing == "type" else "")
        article.save()
    with pytest.raises(ValidationError) as refused:
        services.publish(working=article, by=None)
    assert sentence in refused.value.messages
    assert not Publication.objects.exists()


def test_two_articles_cannot_be_live_at_one_address() -> None:
    first = ArticleFactory(slug="prise", published=True)
    first.slug = "ailleurs"
    first.save()  # the address "prise" is still the published one
    second = ArticleFactory(slug="prise")
    with pytest.raises(ValidationError, match="Une autre page est en ligne à cette adresse"):
        services.publish(working=second, by=None)


def test_former_address_leads_to_the_present_one() -> None:
    article = ArticleFactory(slug="ancienne", published=True)
    article.slug = "nouvelle"
    article.save()
    services.publish(working=article, by=None)
    response = Client().get("/articles/ancienne/")
    assert response.status_code == 301
    assert response["Location"] == "/articles/nouvelle/"


def test_database_refuses_two_open_publications_of_one_article() -> None:
    publication = Publication.objects.get(article=ArticleFactory(published=True))
    publication.pk = None
    publication.slug = "autre"
    with pytest.raises(IntegrityError), transaction.atomic():
        publication.save()


def test_every_save_is_a_version_unless_nothing_changed() -> None:
    article = ArticleFactory()
    assert article.versions.count() == 1
    services.record_save(working=article, by=None)
    assert article.versions.count() == 1
    rewrite(article, "Autre chose")
    assert article.versions.count() == 2


def test_version_is_restored_whole() -> None:
    linked = ArticleFactory()
    article = ArticleFactory(text="<p>Texte d’origine</p>", related=[linked])
    article.contributions.create(name="Une chargée de mission", kind="interviewee")
    services.record_save(working=article, by=None)
    wanted = article.snapshot()
    version = article.versions.first()
    article.title = "Autre titre"
    article.themes.clear()
    article.save()
    article.blocks.all().delete()
    article.contributions.all().delete()
    article.related_articles.all().delete()
    services.record_save(working=article, by=None)
    gone = services.restore(working=article, version=version, by=UserFactory(group="Rédaction"))
    assert gone == []
    assert Article.objects.get(pk=article.pk).snapshot() == wanted
    assert article.versions.first().action == "restored"


def test_restored_version_says_what_no_longer_exists() -> None:
    article = ArticleFactory()
    version = article.versions.first()
    for theme in article.themes.all():
        theme.delete()
    gone = services.restore(working=article, version=version, by=UserFactory())
    assert gone == ["thématiques\u00a0: 1 élément(s) supprimé(s) depuis"]


def test_review_stays_open_while_its_text_is_corrected() -> None:
    article = ArticleFactory(in_review=True)
    rewrite(article, "Une coquille en moins")
    article.refresh_from_db()
    assert article.status == Status.REVIEW
    services.return_to_draft(working=article, by=UserFactory(), note="Le chapô est trop long.")
    assert article.versions.first().note == "Le chapô est trop long."
    article.refresh_from_db()
    assert article.status == Status.DRAFT
