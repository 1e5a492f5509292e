import json
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from lxml import html
from pytest_django import DjangoAssertNumQueries

from articles.models import Article, Publication, Series
from publishing import services
from territories.models import Territory
from tests.factories import (
    ArticleFactory,
    SeriesFactory,
    ThemeFactory,
    UserFactory,
    make_document,
    make_image,
)
from themes.models import Theme

pytestmark = pytest.mark.django_db


def read(article: Article) -> Any:
    response = Client().get(f"/articles/{article.slug}/")
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def text(page: Any, path: str) -> str:
    return " ".join("".join(page.xpath(path)[0].itertext()).split())


@pytest.fixture
def full() -> Article:
    """Makes one article with every kind of block."""
    theme = ThemeFactory(name="Théâtre")
    other = ArticleFactory(title="Un autre article", published=True, themes=[theme])
    hidden = ArticleFactory(
        title="Un article réservé", published=True, network=True, themes=[theme]
    )
    article: Article = ArticleFactory(
        themes=[theme],
        text="<h2>Un</h2><p>a</p><h2>Un</h2><p>b</p><h2>Trois</h2><p>c</p>",
        series=SeriesFactory(name="Ruralités bis"),
        published_on=date(2020, 12, 22),
        updated_on=date(2021, 1, 4),
        related=[hidden, other],
    )
    add = article.blocks.create
    add(
        position=1,
        kind="figure",
        image=make_image(),
        alt="L’<em>établi</em> & co",
        caption="Légende",
    )
    add(position=2, kind="quote", text="<p>Citation</p>", source="Une chargée de mission")
    add(position=3, kind="key_figure", value="6 000", title="structures", source="Avise, 2020")
    add(position=4, kind="callout", title="À retenir", text="<p>Ceci</p>")
    add(position=5, kind="table", title="Un tableau", cells="Année\tN\n2020\t12\n2021")
    add(position=6, kind="download", document=make_document(), title="La fiche")
    add(position=7, kind="replay", url="https://www.youtube.com/watch?v=abc123", title="La vidéo")
    listed = add(position=8, kind="related", title="À lire")
    listed.articles.set([other, hidden])
    article.attachments.create(document=make_document("Annexe"))
    article.contributions.create(name="Une autrice", role="rédactrice", organisation="Réseau")
    services.publish(working=article, by=None)
    return article


def test_shows_what_the_editor_wrote(full: Article) -> None:
    page = read(full)
    assert text(page, "//h1").startswith(full.title)
    whole = text(page, "//article")
    assert "Publié le 22 décembre 2020 – Mis à jour le 4 janvier 2021" in whole
    assert "Une autrice rédactrice, Réseau" in whole
    assert text(page, "//table/caption") == "Un tableau"
    assert len(page.xpath("//table/tbody/tr[2]/*")) == 2  # the short row is completed
    assert page.xpath("//figure//img/@alt") == ["L’<em>établi</em> & co"]
    assert text(page, "//a[contains(@href, '/articles/documents/')]").startswith("La fiche (CSV, ")
    assert not page.xpath("//iframe")  # nothing is asked of the video's host before a click
    links = page.xpath("//section//h3/a/text()")
    assert links.count("Un autre article") == 2
    assert "Un article réservé" not in links


def test_headings_with_the_same_words_have_their_own_anchors(full: Article) -> None:
    page = read(full)
    anchors = page.xpath("//nav[@aria-label='Sommaire']//a/@href")
    assert anchors == ["#un", "#un-2", "#trois"]
    assert all(len(page.xpath(f"//*[@id='{anchor[1:]}']")) == 1 for anchor in anchors)


def test_describes_itself_to_machines(full: Article) -> None:
    page = read(full)
    article, breadcrumbs = json.loads(page.xpath("//script[@type='application/ld+json']/text()")[0])
    assert article["headline"] == full.title
    assert (article["datePublished"], article["dateModified"]) == ("2020-12-22", "2021-01-04")
    assert article["author"][0]["name"] == "Une autrice"
    assert [entry["position"] for entry in breadcrumbs["itemListElement"]] == [1, 2, 3, 4]
    assert page.xpath("//link[@rel='canonical']/@href") == [
        f"http://testserver/articles/{full.slug}/"
    ]
    assert page.xpath("//meta[@property='og:type']/@content") == ["article"]


def test_text_cannot_close_the_data_it_is_described_in() -> None:
    article = ArticleFactory(title="</script><b>x", published=True)
    (data,) = read(article).xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(data)[0]["headline"] == "</script><b>x"


RELATED = "//section[@class='related']//h3/a/text()"


def sharing(title: str, themes: list[Theme], *places: Territory, **traits: Any) -> Article:
    traits = {"published": True, **traits}
    made: Article = ArticleFactory(title=title, themes=themes, territories=places, **traits)
    return made


def test_what_to_read_next_shares_a_theme_or_a_territory(geography: None) -> None:
    """Chosen by the editor first; then what shares the most, newest first; nothing else."""
    isere, rhone = (Territory.objects.get(pk=f"departement-{code}") for code in ("38", "69"))
    one, two, other = ThemeFactory(), ThemeFactory(), ThemeFactory()
    unrelated = sharing("Sans rapport", [other], rhone, published_on=date(2002, 1, 1))
    chosen = sharing("Choisi", [one], published_on=date(2001, 1, 1))
    sharing("Une thématique, ancien", [one], rhone, published_on=date(2019, 1, 1))
    sharing("Une thématique, récent", [two, other], published_on=date(2025, 1, 1))
    sharing("Tout", [one, two], isere, published_on=date(2010, 1, 1))
    sharing("Un territoire, réservé", [other], isere, network=True, published_on=date(2024, 1, 1))
    article = sharing("L’article", [one, two], isere, related=[unrelated, chosen])
    assert read(article).xpath(RELATED) == ["Choisi", "Tout", "Une thématique, récent"]

    alone = sharing("Seul", [other], published_on=date(2026, 1, 1))
    assert read(alone).xpath(RELATED) == ["Une thématique, récent", "Sans rapport"]
    assert not read(sharing("Sans personne", [ThemeFactory()], related=[chosen])).xpath(RELATED)

    member = Client()
    member.force_login(UserFactory())
    page: Any = html.fromstring(member.get(alone.get_absolute_url()).content.decode())
    assert page.xpath(RELATED)[1] == "Un territoire, réservé"


def test_a_preview_relates_to_the_same(geography: None) -> None:
    isere = Territory.objects.get(pk="departement-38")
    sharing("En Isère", [ThemeFactory()], isere)
    draft = sharing("Brouillon", [ThemeFactory()], isere, published=False)
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    preview = client.get(reverse("admin:articles_article_preview", args=[draft.pk]))
    assert html.fromstring(preview.content.decode()).xpath(RELATED) == ["En Isère"]


def test_costs_at_most_four_queries(
    full: Article, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    client.get(full.get_absolute_url())
    # The publication, its themes, what its body points at, what to read next.
    with django_assert_num_queries(4):
        client.get(full.get_absolute_url())


def test_visitor_gets_no_cookie_and_a_strict_policy(full: Article) -> None:
    for address in ("/", "/articles/", full.get_absolute_url(), "/themes/", "/plan-du-site/"):
        response = Client().get(address)
        assert not response.cookies
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "nonce" not in policy
        assert "default-src 'none'" in policy
        assert b" style=" not in response.content
        assert b" onclick=" not in response.content


def test_preview_is_the_page_as_readers_will_see_it() -> None:
    article = ArticleFactory(text="<h2>Un</h2><p>Le corps</p>")
    editor = Client()
    editor.force_login(UserFactory(group="Contribution"))
    preview = editor.get(reverse("admin:articles_article_preview", args=[article.pk]))
    assert "private, no-store" in preview["Cache-Control"]
    assert "noindex" in preview["X-Robots-Tag"]
    services.publish(working=article, by=None)

    def body(content: bytes) -> str:
        page: Any = html.fromstring(content.decode())
        found = page.find_class("article-body")
        return str(html.tostring(found[0], encoding="unicode"))

    published = Client().get(f"/articles/{article.slug}/")
    assert body(preview.content) == body(published.content)


def test_incomplete_draft_can_be_previewed() -> None:
    article = Article.objects.create(title="Sans rien", slug="sans-rien")
    article.blocks.create(kind="figure")
    article.blocks.create(kind="download", position=1)
    article.blocks.create(kind="table", position=2)
    editor = Client()
    editor.force_login(UserFactory(group="Contribution"))
    response = editor.get(reverse("admin:articles_article_preview", args=[article.pk]))
    assert response.status_code == 200


def test_preview_link_is_refused_when_forged_expired_or_revoked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from publishing import previews

    article = ArticleFactory()
    link = previews.preview_link(article)
    assert Client().get(link).status_code == 200
    assert Client().get(link[:-3] + "xx/").status_code == 404
    services.new_preview_key(working=article)
    assert Client().get(link).status_code == 404
    article.refresh_from_db()
    fresh = previews.preview_link(article)
    monkeypatch.setattr(previews, "LINK_DAYS", -1)
    refused = Client().get(fresh)
    assert refused.status_code == 404
    assert "n’est plus ouvert" in refused.content.decode()


def test_series_page_lists_its_articles_only(full: Article) -> None:
    series = Series.objects.get(name="Ruralités bis")
    response = Client().get(series.get_absolute_url())
    assert [p.title for p in response.context["page_obj"]] == [full.title]


def test_published_slugs_of_others_are_free_once_archived() -> None:
    first = ArticleFactory(slug="meme-adresse", published=True)
    services.archive(working=first, by=UserFactory())
    first.slug = "rangee"
    first.save()
    second = ArticleFactory(slug="meme-adresse", published=True)
    assert (
        Publication.objects.visible_to(AnonymousUser()).get(slug="meme-adresse").article == second
    )
