"""The rows of a form, blocks of an article and sessions of an event: moved, added, changed and
deleted by two people at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing

from accounts.models import User
from articles.models import Article, Block
from structures.models import Agreement, Operator
from territories.models import Territory
from tests.editing.conftest import Form
from tests.factories import (
    ArticleFactory,
    EventFactory,
    OperatorFactory,
    StructureFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

Opened = Callable[[User, Any], Form]


@pytest.fixture
def article() -> Article:
    made: Article = ArticleFactory(text="<p>Un</p>")
    for position, text in enumerate(("Deux", "Trois"), start=1):
        made.blocks.create(kind="text", text=f"<p>{text}</p>", position=position)
    return made


@pytest.fixture
def both(people: tuple[User, User], opened: Opened, article: Article) -> tuple[Form, Form]:
    return opened(people[0], article), opened(people[1], article)


def texts(article: Article) -> list[str]:
    return [block.text.removeprefix("<p>").removesuffix("</p>") for block in article.blocks.all()]


def with_new_block(form: Form, text: str, position: int) -> dict[str, Any]:
    total = int(form.values["blocks-TOTAL_FORMS"][0])
    return {
        "blocks-TOTAL_FORMS": str(total + 1),
        f"blocks-{total}-kind": "text",
        f"blocks-{total}-text": f"<p>{text}</p>",
        f"blocks-{total}-position": str(position),
        f"blocks-{total}-id": "",
    }


def test_two_blocks_changed_by_two_people_are_both_kept(
    article: Article, both: tuple[Form, Form]
) -> None:
    mine, theirs = both
    theirs.post({"blocks-0-text": "<p>Premier</p>"})
    assert mine.post({"blocks-2-text": "<p>Troisième</p>"}).status_code == 302
    assert texts(article) == ["Premier", "Deux", "Troisième"]
    assert "Bloc 1 · Texte, texte" in mine.client.get(mine.url).content.decode()


def test_one_block_changed_by_two_people_is_asked(
    article: Article, both: tuple[Form, Form]
) -> None:
    mine, theirs = both
    theirs.post({"blocks-1-text": "<p>Le sien</p>", "blocks-0-text": "<p>Premier</p>"})
    assert mine.post({"blocks-1-text": "<p>Le mien</p>"}).status_code == 200
    assert "Bloc 2 · Texte – texte" in mine.text
    assert "Deux" in mine.text and "Le sien" in mine.text and "Le mien" in mine.text
    assert mine.values["blocks-1-text"] == ["<p>Le mien</p>"]
    assert mine.values["blocks-0-text"] == ["<p>Premier</p>"]
    key = article.blocks.all()[1].pk
    assert mine.post({f"keep:blocks:{key}:text": "theirs"}).status_code == 302
    assert texts(article) == ["Premier", "Le sien", "Trois"]


def test_blocks_that_two_people_added_are_both_there(
    article: Article, both: tuple[Form, Form]
) -> None:
    mine, theirs = both
    first = with_new_block(theirs, "Sien", 1)
    theirs.post(first | {"blocks-1-position": "2", "blocks-2-position": "3"})
    assert mine.post(with_new_block(mine, "Mien", 3)).status_code == 302
    assert texts(article) == ["Un", "Sien", "Deux", "Trois", "Mien"]


def test_a_block_that_is_deleted_goes_unless_it_was_being_written(
    article: Article, both: tuple[Form, Form]
) -> None:
    mine, theirs = both
    theirs.post({"blocks-0-DELETE": "on", "blocks-1-DELETE": "on"})
    assert mine.post({"blocks-1-text": "<p>Deux, bien mieux</p>"}).status_code == 200
    assert "(supprimé)" in mine.text and "Bloc (supprimé)" in mine.text
    assert mine.post().status_code == 302
    assert texts(article) == ["Deux, bien mieux", "Trois"]


@pytest.mark.parametrize(("choice", "left"), [("mine", ["Un", "Trois"]), ("theirs", None)])
def test_deleting_what_another_just_changed_is_asked(
    article: Article, both: tuple[Form, Form], choice: str, left: list[str] | None
) -> None:
    mine, theirs = both
    theirs.post({"blocks-1-text": "<p>Deux, bien mieux</p>"})
    assert mine.post({"blocks-1-DELETE": "on"}).status_code == 200
    assert "Deux, bien mieux" in mine.text
    assert mine.post().status_code == 200, "without a choice, it is asked again"
    key = article.blocks.all()[1].pk
    assert mine.post({f"keep:blocks:{key}": choice}).status_code == 302
    assert texts(article) == (left or ["Un", "Deux, bien mieux", "Trois"])


def test_an_order_that_one_changed_holds_with_the_text_of_the_other(
    article: Article, both: tuple[Form, Form]
) -> None:
    mine, theirs = both
    theirs.post({"blocks-0-position": "2", "blocks-1-position": "0", "blocks-2-position": "1"})
    assert mine.post({"blocks-0-text": "<p>Premier</p>"}).status_code == 302
    assert texts(article) == ["Deux", "Trois", "Premier"]


@pytest.mark.parametrize(
    ("choice", "order"),
    [("mine", ["Trois", "Un", "Deux"]), ("theirs", ["Deux", "Trois", "Un"])],
)
def test_two_orders_are_asked_about(
    article: Article, both: tuple[Form, Form], choice: str, order: list[str]
) -> None:
    mine, theirs = both
    theirs.post({"blocks-0-position": "2", "blocks-1-position": "0", "blocks-2-position": "1"})
    moved = {"blocks-0-position": "1", "blocks-1-position": "2", "blocks-2-position": "0"}
    assert mine.post(moved).status_code == 200
    assert "Ordre" in mine.text
    assert mine.post().status_code == 200
    assert mine.post({"keep:blocks:": choice}).status_code == 302
    assert texts(article) == order


def test_a_third_save_is_asked_about_again(
    people: tuple[User, User], opened: Opened, article: Article, both: tuple[Form, Form]
) -> None:
    mine, theirs = both
    theirs.post({"title": "Le sien"})
    mine.post({"title": "Le mien"})
    third = opened(people[1], article)
    third.post({"title": "Encore un autre"})
    assert mine.post({"keep:title": "mine"}).status_code == 200
    assert "Encore un autre" in mine.text
    assert mine.post({"keep_every": "mine"}).status_code == 302
    article.refresh_from_db()
    assert article.title == "Le mien"


def test_one_person_in_two_tabs_is_told_so(
    people: tuple[User, User], opened: Opened, article: Article
) -> None:
    one, other = (opened(people[0], article) for _ in range(2))
    other.post({"title": "Dans l’autre"})
    assert one.post({"title": "Dans celui-ci"}).status_code == 200
    assert "Vous, dans un autre onglet" in one.text


def test_a_form_that_comes_back_for_another_reason_has_the_other_save(
    article: Article, both: tuple[Form, Form]
) -> None:
    mine, theirs = both
    theirs.post({"standfirst": "Le chapô de l’autre."})
    assert mine.post({"title": ""}).status_code == 200
    assert mine.values["standfirst"] == ["Le chapô de l’autre."]
    assert "Ali Martin a enregistré" in mine.text and "Chapô" in mine.text
    assert mine.post({"title": "Un titre"}).status_code == 302


def test_agreements_of_an_operator(
    people: tuple[User, User], opened: Opened, geography: Any
) -> None:
    operator: Operator = OperatorFactory()
    place = Territory.objects.get(pk="departement-38")
    Agreement.objects.create(operator=operator, territory=place, first_year=2023)
    mine, theirs = opened(people[0], operator), opened(people[1], operator)
    assert theirs.post({"agreements-0-last_year": "2025"}).status_code == 302
    assert mine.post({"agreements-0-first_year": "2024"}).status_code == 302
    agreement = operator.agreements.get()
    assert (agreement.first_year, agreement.last_year) == (2024, 2025)


def test_sessions_of_an_event(people: tuple[User, User], opened: Opened) -> None:
    event = EventFactory(sessions=[{"title": "Atelier"}, {"title": "Bilan"}])
    mine, theirs = opened(people[0], event), opened(people[1], event)
    assert theirs.post({"sessions-0-room": "Salle bleue"}).status_code == 302
    assert mine.post({"sessions-0-room": "Salle verte"}).status_code == 200
    assert "Session 1 · Atelier · Atelier – salle" in mine.text
    assert "Salle bleue" in mine.text and "Salle verte" in mine.text


# --- The mark that a form carries ---


def test_a_mark_that_was_tampered_with_asks_about_all(
    article: Article, both: tuple[Form, Form]
) -> None:
    mine, theirs = both
    theirs.post({"title": "Le sien"})
    forged = mine.values["shown_at_opening"][0][:-2] + "xx"
    assert mine.post({"title": "Le mien", "shown_at_opening": forged}).status_code == 200
    article.refresh_from_db()
    assert article.title == "Le sien"


def test_the_mark_of_another_row_or_person_is_none(
    people: tuple[User, User], opened: Opened, article: Article, both: tuple[Form, Form]
) -> None:
    mine, theirs = both
    other = opened(people[0], ArticleFactory())
    theirs.post({"title": "Le sien"})
    late = opened(people[1], article).values["shown_at_opening"]
    for mark in (other.values["shown_at_opening"], late):
        assert mine.post({"title": "Le mien", "shown_at_opening": mark}).status_code == 200


def test_the_mark_holds_nothing_that_the_page_does_not_show(geography: Any, opened: Opened) -> None:
    """Structures out of the reach of an editor stay chosen, and are not told."""
    hidden = StructureFactory(commune=Territory.objects.get(pk="commune-38185"))
    isere = Territory.objects.get(pk="departement-38")
    paris = Territory.objects.get(pk="departement-75")
    article = ArticleFactory(structures=[hidden], territories=[paris])
    editor = UserFactory(group="Rédaction", territories=[paris])
    form = opened(editor, article)
    salt = f"editing:articles.article:{article.pk}:{editor.pk}"
    _, (fields, _), _ = signing.loads(form.values["shown_at_opening"][0], salt=salt)
    assert "structures" not in fields
    assert isere not in editor.territories.all()


def test_the_mark_of_a_long_article_is_small(people: tuple[User, User], opened: Opened) -> None:
    article = ArticleFactory()
    Block.objects.bulk_create(
        Block(article=article, kind="text", text=f"<p>{uuid4()}</p>" * 50, position=n)
        for n in range(1, 40)
    )
    form = opened(people[0], article)
    assert len(form.values["shown_at_opening"][0]) < 20_000


def test_a_form_that_is_sent_twice_adds_its_rows_once(
    article: Article, both: tuple[Form, Form]
) -> None:
    mine, _ = both
    typed = with_new_block(mine, "Quatre", 3)
    for _ in range(2):
        assert mine.post(typed).status_code == 302
    assert texts(article) == ["Un", "Deux", "Trois", "Quatre"]
