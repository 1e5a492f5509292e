"""What the editor is told before publishing."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from articles import quality
from articles.models import Article
from publishing import links
from publishing.kinds import kind_of
from publishing.remarks import Remark
from publishing.surfaces import READERS, Surface, surfaces_of
from tests.factories import ArticleFactory, ThemeFactory, make_image

pytestmark = pytest.mark.django_db


def said_of(article: Article) -> list[Remark]:
    return quality.remarks(article.snapshot(), reader=AnonymousUser())


def remarks(article: Article) -> list[str]:
    return [f"{remark.where} : {remark.text}" for remark in said_of(article)]


def surfaces(article: Article) -> list[Surface]:
    return surfaces_of(kind_of(Article), article, article.snapshot(), AnonymousUser())


def good(**fields: Any) -> Article:
    article: Article = ArticleFactory(
        seo_description="Une description assez longue pour donner envie de lire, mais pas trop non "
        "plus.",
        **fields,
    )
    return article


def test_nothing_to_say_of_a_sound_article() -> None:
    assert remarks(good(text="<h2>Un</h2><p>a</p><h3>Deux</h3><p>b</p>")) == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h3>Trop bas</h3>", "un niveau est sauté"),
        ("<h2>Un</h2><h4>Saut</h4>", "un niveau est sauté"),
        ('<p><a href="https://a.example/">cliquez ici</a></p>', "ne dit pas où il mène"),
        ('<p><a href="https://a.example/">https://a.example/</a></p>', "ne dit pas où il mène"),
        ("<p><strong>Un faux intertitre</strong></p>", "paragraphe tout en gras"),
        (f"<p>{'mot ' * 200}</p>", "compte 200 mots"),
    ],
)
def test_text_that_trips(html: str, expected: str) -> None:
    found = remarks(good(text=html))
    assert len(found) == 1
    assert expected in found[0]
    assert found[0].startswith("Bloc 1 · Texte")


def test_heading_levels_are_followed_across_blocks() -> None:
    article = good(text="<h2>Un</h2><p>a</p>")
    article.blocks.create(kind="text", text="<h3>Suite</h3>", position=1)
    assert remarks(article) == []


def test_pictures_without_words_are_named() -> None:
    article = good()
    article.blocks.create(kind="figure", image=make_image(), position=1)
    article.blocks.create(kind="figure", image=make_image(), alt="IMG_2041.jpg", position=2)
    found = remarks(article)
    assert "Bloc 2 · Image : L’image n’a pas de texte de remplacement." in found
    assert "Bloc 3 · Image : Le texte de remplacement est un nom de fichier." in found


def test_title_too_long_for_a_search_result() -> None:
    assert "le coupera" in remarks(good(title="Un titre " * 8))[0]
    assert remarks(good(title="Un titre " * 8, seo_title="Un titre court")) == []


def test_dead_links_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def external(url: str) -> str:
        asked.append(url)
        return "la page n’existe plus (erreur 404)" if "perdu" in url else ""

    monkeypatch.setattr(links, "_external", external)
    network = ArticleFactory(published=True, network=True)
    public = ArticleFactory(published=True)
    article = good(
        text=f'<p><a href="https://perdu.example/">Une page perdue</a> '
        f'<a href="https://ici.example/">Une autre</a> '
        f'<a href="/articles/{network.slug}/">Réservé</a> '
        f'<a href="http://testserver/articles/{public.slug}/">Public</a> '
        '<a href="/nulle-part/">Nulle part</a> <a href="mailto:a@b.example">Écrire</a></p>'
    )
    found = [r.text for r in links.dead_links(quality.links(article.snapshot()))]
    assert found == [
        "Lien « Une page perdue » : la page n’existe plus (erreur 404).",
        "Lien « Réservé » : les visiteurs ne verraient pas cet article du portail.",
        "Lien « Nulle part » : cette page du portail n’existe pas.",
    ]
    assert sorted(asked) == ["https://ici.example/", "https://perdu.example/"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/"]
)
def test_neighbours_of_the_server_are_never_asked(url: str) -> None:
    assert "introuvable" in links._external(url)


def test_surfaces_promise_what_the_visibility_rule_gives() -> None:
    visitor, *members = READERS
    public = surfaces(ArticleFactory())
    assert all(all(surface.readers.values()) for surface in public)
    network = {s.name: s.readers for s in surfaces(ArticleFactory(network=True))}
    assert network["Page de l’article"] == {visitor: False, **dict.fromkeys(members, True)}
    assert not any(network["Flux RSS et Atom"].values())
    pilots = ArticleFactory(audience="roles", audience_roles="pilot")
    seen = {s.name: s.readers for s in surfaces(pilots)}["Page de l’article"]
    assert [name for name, sees in seen.items() if sees] == ["Pilote"]


def test_each_remark_leads_to_its_place_in_the_form() -> None:
    article = good(title="Un titre " * 8)
    article.blocks.create(kind="figure", image=make_image(), position=1)
    article.blocks.create(kind="text", text="<h4>Saut</h4>", position=2)
    anchors = {remark.anchor for remark in said_of(article)}
    assert anchors == {"id_title", "id_blocks-1-alt", "id_blocks-2-text"}


def test_each_lack_leads_to_its_place_in_the_form() -> None:
    article = good()
    article.standfirst = ""
    article.themes.clear()
    article.blocks.create(kind="quote", position=1)
    lacks = {remark.anchor: remark.sentence for remark in article.lacks()}
    assert set(lacks) == {"id_standfirst", "id_themes", "id_blocks-1-text"}
    assert lacks["id_blocks-1-text"].startswith("Bloc 2 · Citation\u00a0: remplissez")


def test_what_puts_an_article_somewhere_is_told_with_its_place() -> None:
    found = {surface.where: surface.anchor for surface in surfaces(good())}
    assert found["Thématiques"] == "id_themes"
    assert found["Adresse"] == "id_slug"


def test_tells_of_what_readers_will_not_find_under_to_read_next() -> None:
    theme = ThemeFactory()
    same = ArticleFactory(themes=[theme], published=True)
    other = ArticleFactory(published=True)
    reserved = ArticleFactory(published=True, network=True)
    article = good(themes=[theme], related=[same, other, reserved])
    (said,) = [one for one in said_of(article) if "À lire aussi" in one.where]
    assert said.where == "À lire aussi, article 2"
    assert "ni thématique ni territoire" in said.text
