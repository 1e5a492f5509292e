"""Forms with pages of their own; and those whose row went while one wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.models import User
from events.models import Registration
from territories.models import Territory
from tests.editing.conftest import Form
from tests.factories import ArticleFactory, EventFactory, UserFactory, place_at

pytestmark = pytest.mark.django_db


class Page(Form):
    """The last form of a page, which is the one that saves."""

    def read(self, markup: bytes, form_id: str) -> None:
        self.form_id = form_id
        page: Any = html.fromstring(markup.decode())
        self.page = page
        form = [form for form in page.forms if form.xpath(".//*[@name='shown_at_opening']")][-1]
        self.values = {}
        for name, value in form.form_values():
            self.values.setdefault(name, []).append(value or "")

    def post(self, changes: dict[str, Any] | None = None, **more: Any) -> Any:
        answer = self.client.post(self.url, self.values | (changes or {}) | more)
        if answer.status_code != 302:
            self.read(answer.content, "")
        return answer


def page(user: User, name: str, *args: Any) -> Page:
    client = Client()
    client.force_login(user)
    url = reverse(f"admin:events_event_{name}", args=args)
    return Page(client, url, client.get(url).content, "")


def test_the_state_of_an_event(people: tuple[User, User]) -> None:
    event = EventFactory(published=True)
    mine, theirs = (page(user, "state", event.pk) for user in people)
    assert theirs.post({"state": "postponed", "note": "La salle est prise."}).status_code == 302
    mine.post({"note": "Complet."})
    assert "La salle est prise." in mine.text and "Complet." in mine.text
    event.refresh_from_db()
    assert (event.state, event.state_note) == ("postponed", "La salle est prise.")
    assert mine.post({"keep:note": "mine"}).status_code == 302
    event.refresh_from_db()
    assert (event.state, event.state_note) == ("postponed", "Complet.")


def test_a_registration_that_two_organisers_correct(people: tuple[User, User]) -> None:
    event = EventFactory(open_to_all=True, published=True)
    place: Registration = place_at(event)
    mine, theirs = (page(user, "registration", event.pk, place.pk) for user in people)
    assert theirs.post({"first_name": "Camille"}).status_code == 302
    assert mine.post({"organisation": "Le Vieux-Lavoir"}).status_code == 302
    place.refresh_from_db()
    assert (place.first_name, place.organisation) == ("Camille", "Le Vieux-Lavoir")


def test_what_left_ones_reach_gives_back_what_was_typed(
    geography: Any, opened: Callable[[User, Any], Form]
) -> None:
    paris, isere = (Territory.objects.get(pk=f"departement-{code}") for code in ("75", "38"))
    article = ArticleFactory(territories=[paris])
    mine = opened(UserFactory(group="Rédaction", territories=[paris]), article)
    article.territories.set([isere])
    answer = mine.post({"title": "Ce que j’ai écrit", "blocks-0-text": "<p>Et là</p>"})
    assert answer.status_code == 403
    said = answer.content.decode()
    assert "Ce que j’ai écrit" in said and "Bloc 1, texte" in said
    article.refresh_from_db()
    assert article.title != "Ce que j’ai écrit"


def test_what_was_never_opened_is_as_if_it_were_not(
    geography: Any, opened: Callable[[User, Any], Form]
) -> None:
    paris, isere = (Territory.objects.get(pk=f"departement-{code}") for code in ("75", "38"))
    elsewhere = ArticleFactory(territories=[isere])
    mine = opened(
        UserFactory(group="Rédaction", territories=[paris]), ArticleFactory(territories=[paris])
    )
    url = reverse("admin:articles_article_change", args=[elsewhere.pk])
    none = reverse("admin:articles_article_change", args=[elsewhere.pk + 999])
    answers = [mine.client.post(address, mine.values) for address in (url, none)]
    assert [answer.status_code for answer in answers] == [302, 302]
