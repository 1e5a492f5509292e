"""Terms of the glossary in articles: proposed to the editor, explained to readers once ticked."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from articles.models import Article, Publication
from articles.quality import remarks
from articles.services import render_again
from glossary.models import Term
from publishing import services
from publishing.audiences import Role
from publishing.kinds import kind_of
from publishing.surfaces import surfaces_of
from tests.factories import ArticleFactory, BlockFactory, TermFactory, UserFactory
from tests.publishing.test_before_publishing import sentences, url_of, values_of

pytestmark = pytest.mark.django_db

TEXT = (
    '<h2>L’ESS ici</h2><p>Une <a href="/x/">ESS</a> et une SIAE. L’<strong>ESS</strong>, encore '
    "l’ESS.</p>"
)


@pytest.fixture
def ess() -> Term:
    return TermFactory(
        term="ESS",
        expansion="économie sociale et solidaire",
        definition="Une manière d’entreprendre.",
        source="Loi du 31 juillet 2014",
        slug="ess",
    )


@pytest.fixture
def siae() -> Term:
    return TermFactory(term="SIAE", slug="siae", definition="Une structure d’insertion.")


def explaining(*terms: Term, text: str = TEXT, **values: Any) -> Article:
    article: Article = ArticleFactory(text=text, **values)
    article.explained_terms.set(terms)
    services.record_save(working=article, by=None)
    services.publish(working=article, by=None)
    return article


def parsed(answer: Any) -> Any:
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def read(url: str, user: Any = None) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    return parsed(client.get(url))


def page_of(article: Article) -> Any:
    return read(article.get_absolute_url())


# --- Readers ---


def test_the_first_mention_leads_to_the_definition_and_back(ess: Term, siae: Term) -> None:
    page = page_of(explaining(ess))
    (mention,) = page.xpath("//a[@class='term']")
    assert mention.text == "ESS"
    assert mention.getparent().tag == "strong"  # neither in the heading, nor in the link
    definition = page.get_element_by_id(mention.get("href").removeprefix("#"))
    told = " ".join(definition.text_content().split())
    assert "ESS économie sociale et solidaire Une manière d’entreprendre. Loi du 31" in told
    back, whole = definition.xpath(".//a")
    assert page.get_element_by_id(back.get("href").removeprefix("#")) is mention
    assert whole.get("href") == "/glossaire/ess/"


def test_nothing_is_explained_that_was_not_ticked(ess: Term, siae: Term) -> None:
    page = page_of(explaining())
    assert not page.xpath("//a[@class='term'] | //section[@class='explained'] | //dfn")
    assert not page.xpath("//script[contains(@src, 'articles/terms')]")


def test_callouts_explain_and_quotes_tables_and_captions_do_not(ess: Term) -> None:
    article = ArticleFactory(text="<p>Rien.</p>")
    BlockFactory(article=article, position=1, kind="quote", text="<p>ESS</p>", source="ESS")
    BlockFactory(article=article, position=2, kind="table", title="ESS", cells="ESS\tb\nESS\td")
    BlockFactory(article=article, position=3, kind="callout", title="ESS", text="<p>ESS !</p>")
    article.explained_terms.set([ess])
    services.record_save(working=article, by=None)
    services.publish(working=article, by=None)
    (mention,) = page_of(article).xpath("//a[@class='term']")
    assert mention.xpath("ancestor::div[@class='callout']")


def test_of_two_names_the_longest_is_meant_whichever_is_ticked(ess: Term) -> None:
    TermFactory(term="CRESS", expansion="chambre régionale de l’ESS", slug="cress")
    article = explaining(ess, text="<p>La chambre régionale de l’ESS, puis l’ESS.</p>")
    (mention,) = page_of(article).xpath("//a[@class='term']")
    assert mention.getparent().text == "La chambre régionale de l’ESS, puis l’"


def test_the_definition_is_that_of_today(ess: Term) -> None:
    article = explaining(ess)
    ess.definition, ess.slug = "Autre chose.", "economie-sociale"
    ess.save()
    page = page_of(article)
    assert "Autre chose." in page.text_content()
    assert page.xpath("//a[@class='term']/@href") == ["#mot:economie-sociale"]
    assert page.xpath("//dl//a/@href")[1] == "/glossaire/economie-sociale/"
    ess.delete()
    page = page_of(article)
    assert "L’ESS, encore" in page.text_content()
    assert not page.xpath("//dfn | //a[@class='term'] | //section[@class='explained']")


def test_costs_one_statement_more_however_many_terms(ess: Term, siae: Term) -> None:
    def cost(article: Article) -> int:
        client = Client()
        client.get(article.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            client.get(article.get_absolute_url())
        return len(captured)

    bare, one, two = (cost(explaining(*terms)) for terms in ((), (ess,), (ess, siae)))
    assert (one - bare, two - one) == (1, 0)


def test_what_was_typed_is_text_there_too(ess: Term) -> None:
    article = explaining(ess, text="<p>R&amp;D &lt;script&gt; et ESS &amp; Cie</p>")
    ess.definition = "<script>alert(1)</script>"
    ess.save()
    answer = Client().get(article.get_absolute_url()).content.decode()
    assert "R&amp;D &lt;script&gt; et <a" in answer
    assert "<script>alert" not in answer


def test_feeds_and_plain_text_have_the_words_alone(ess: Term) -> None:
    article = explaining(ess)
    publication = Publication.objects.get(article=article)
    assert "L’ESS, encore" in kind_of(Article).text(publication)
    feed = Client().get(reverse("articles:rss")).content.decode()
    assert "dfn" not in feed and "mot:" not in feed


def test_a_publication_of_before_there_was_a_glossary_still_shows(ess: Term) -> None:
    article = explaining(ess)
    publication = Publication.objects.get(article=article)
    del publication.content["terms"]
    publication.save()
    page = page_of(article)
    assert "L’ESS, encore" in page.text_content()
    assert not page.xpath("//dfn")


def test_what_is_rendered_again_follows_the_names_of_today(ess: Term) -> None:
    article = explaining(ess, title="Tiers secteur", text="<p>Le tiers secteur.</p>")
    assert "Tiers secteur" not in read("/glossaire/ess/").text_content()
    ess.other_forms = "tiers secteur"
    ess.save()
    render_again(Publication.objects.all())
    assert len(page_of(article).xpath("//a[@class='term']")) == 1
    assert article.get_absolute_url() in read("/glossaire/ess/").xpath("//main//a/@href")


# --- The page of the term ---


@pytest.mark.parametrize(
    ("values", "readers"),
    [
        ({}, ("visitor", "member", "pilot")),
        ({"audience": "network"}, ("member", "pilot")),
        ({"audience": "roles", "audience_roles": "pilot"}, ("pilot",)),
    ],
)
def test_its_page_names_articles_to_their_readers_alone(
    ess: Term, values: dict[str, Any], readers: tuple[str, ...]
) -> None:
    article = explaining(ess, title="Titre-à-ne-pas-lire", **values)
    people = {
        "visitor": None,
        "member": UserFactory(),
        "pilot": UserFactory(role=Role.PILOT),
    }
    seen = {
        name
        for name, person in people.items()
        if article.title in read("/glossaire/ess/", person).text_content()
    }
    assert seen == set(readers)
    told = surfaces_of(kind_of(Article), article, article.snapshot(), AnonymousUser())
    (surface,) = [one for one in told if one.url == "/glossaire/ess/"]
    assert surface.readers["Visiteurs"] is ("visitor" in readers)
    assert surface.where == "Mots expliqués"


def test_drafts_archives_and_what_no_more_mentions_it_are_not_named(ess: Term) -> None:
    draft = ArticleFactory(text=TEXT, title="Brouillon")
    draft.explained_terms.set([ess])
    services.archive(working=explaining(ess, title="Archive"), by=UserFactory())
    explaining(ess, title="Ailleurs", text="<h2>ESS</h2><p>Rien.</p>")
    page = read("/glossaire/ess/").text_content()
    assert not any(title in page for title in ("Brouillon", "Archive", "Ailleurs"))


def test_ten_articles_at_most_in_a_bounded_number_of_statements(ess: Term) -> None:
    def cost() -> int:
        Client().get("/glossaire/ess/")
        with CaptureQueriesContext(connection) as captured:
            Client().get("/glossaire/ess/")
        return len(captured)

    explaining(ess)
    few = cost()
    for _ in range(11):
        explaining(ess)
    assert cost() == few <= 3
    assert len(read("/glossaire/ess/").xpath("//ul[@class='rows short']/li")) == 10


# --- Editors ---


def test_the_form_proposes_what_the_text_mentions(ess: Term, siae: Term, client: Client) -> None:
    TermFactory(term="QPV", slug="qpv")
    article = ArticleFactory(text=TEXT)
    client.force_login(UserFactory(group="Rédaction"))
    page = parsed(client.get(url_of(article)))
    (choice,) = page.xpath("//div[@class='terms-choice']")
    assert [one.text for one in choice.xpath("./ul//strong")] == ["ESS", "SIAE"]
    assert [one.text for one in choice.xpath("./details//strong")] == ["QPV"]
    assert not choice.xpath(".//input[@checked]")


def test_avant_de_publier_asks_and_leads_to_the_box(ess: Term, client: Client) -> None:
    article = ArticleFactory(text="<p>Rien.</p>")
    client.force_login(UserFactory(group="Rédaction"))
    page = parsed(client.get(url_of(article)))
    values = values_of(page, "article_form") | {"blocks-0-text": TEXT}
    answer = client.post(url_of(article, "before"), values)
    panel = parsed(answer)
    asked = [one for one in sentences(panel) if "glossaire" in one]
    assert asked == ["Bloc 1 · Texte : « ESS » est au glossaire. Expliquer ce mot ?"]
    assert page.get_element_by_id(f"id_explained_terms_{ess.pk}").get("value") == str(ess.pk)
    assert panel.xpath(f"//a[@href='#id_explained_terms_{ess.pk}']")

    ticked = values | {"explained_terms": [str(ess.pk)]}
    panel = parsed(client.post(url_of(article, "before"), ticked))
    assert not [one for one in sentences(panel) if "glossaire" in one]
    none = ticked | {"blocks-0-text": "<p>Rien.</p>"}
    panel = parsed(client.post(url_of(article, "before"), none))
    assert [one for one in sentences(panel) if "coché, mais le texte n’en parle pas" in one]


def test_a_remark_never_blocks(ess: Term) -> None:
    article = ArticleFactory(text=TEXT)
    said = remarks(article.snapshot(), reader=AnonymousUser())
    assert any("« ESS » est au glossaire" in remark.text for remark in said)
    assert article.missing_for_publication() == []
    services.publish(working=article, by=None)


def test_ticking_is_saved_versioned_and_restored(ess: Term, client: Client) -> None:
    article = ArticleFactory(text=TEXT)
    client.force_login(UserFactory(group="Rédaction"))
    page = parsed(client.get(url_of(article)))
    values = values_of(page, "article_form") | {"explained_terms": [str(ess.pk)]}
    assert client.post(url_of(article), values).status_code == 302
    newest = article.versions.first()
    assert newest.data["explained_terms"] == [ess.pk]

    article.explained_terms.clear()
    assert article.restore_from(newest.data) == []
    assert list(article.explained_terms.all()) == [ess]
    ess.delete()
    (gone,) = article.restore_from(newest.data)
    assert "mots expliqués" in gone


def test_a_preview_explains_too(ess: Term, client: Client) -> None:
    article = ArticleFactory(text=TEXT)
    article.explained_terms.set([ess])
    client.force_login(UserFactory(group="Rédaction"))
    page = parsed(client.get(url_of(article, "preview")))
    assert len(page.xpath("//a[@class='term']")) == 1
