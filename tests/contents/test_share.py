"""« Partager » : the address of a content, by the means of whoever reads it and no third party."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from lxml import html
from playwright.sync_api import expect

from events.models import Invitation
from events.registrations.guest_list import Guest
from events.registrations.invitations import invite
from publishing.previews import preview_link
from tests.browser import NewPage, axe, overflow
from tests.factories import CONTENT_FACTORIES, ArticleFactory, EventFactory, UserFactory

TITLE = "Été & emploi : « l’aide », 100 % gratuite ? Oui + vite"
pytestmark = pytest.mark.django_db
both_kinds = pytest.mark.parametrize("name", ["articles", "events"])


def share_of(address: str, client: Client | None = None) -> Any:
    response = (client or Client()).get(address)
    assert response.status_code == 200
    found: Any = html.fromstring(response.content.decode()).xpath("//section[@data-share]")
    return found[0] if found else None


def letter(share: Any) -> dict[str, list[str]]:
    (address,) = share.xpath(".//a/@href")
    parts = urlsplit(address)
    assert (parts.scheme, parts.path) == ("mailto", "")
    assert "+" not in parts.query.replace("%2B", ""), "which mail programs do not read as a space"
    return parse_qs(parts.query)


@both_kinds
def test_mail_says_title_and_address_whatever_their_letters(name: str) -> None:
    content = CONTENT_FACTORIES[name](title=TITLE, slug="ete", published=True)
    share = share_of(content.get_absolute_url())
    address = settings.SITE_URL + content.get_absolute_url()
    (publication,) = content.publications.all()
    assert letter(share) == {
        "subject": [publication.title],
        "body": [f"{publication.title}\r\n\r\n{address}"],
    }
    # Without script, the address is there to be copied.
    assert share.xpath("string(.//*[@data-share-address])") == address
    assert all(button.get("hidden") is not None for button in share.xpath(".//button"))


@both_kinds
def test_what_is_reserved_says_to_whom(name: str) -> None:
    content = CONTENT_FACTORIES[name](published=True, network=True)
    member = Client()
    member.force_login(UserFactory())
    (body,) = letter(share_of(content.get_absolute_url(), member))["body"]
    assert body.endswith("Réservé au réseau")


def test_secret_addresses_are_not_passed_on() -> None:
    event = EventFactory(published=True, audience="invited")
    invite(event=event, guests=[Guest("ada@exemple.example")])
    invitation = Invitation.objects.get()
    assert share_of(invitation.get_absolute_url()) is None
    for content in (ArticleFactory(), EventFactory()):
        assert share_of(preview_link(content)) is None


@pytest.mark.django_db(transaction=True)
@both_kinds
def test_address_is_copied_and_it_is_said(name: str, new_page: NewPage) -> None:
    content = CONTENT_FACTORIES[name](title=TITLE, slug="ete", published=True)
    page = new_page((360, 640), permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script("delete Navigator.prototype.share")
    page.goto(content.get_absolute_url())
    assert page.get_by_role("button", name="Partager avec").count() == 0
    copy = page.get_by_role("button", name="Copier l’adresse")
    copy.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".share [role=status]")).to_have_text("Adresse copiée.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == settings.SITE_URL + content.get_absolute_url()
    box = copy.bounding_box()
    assert box
    assert box["height"] >= 44
    axe(page)
    assert not overflow(page)


@pytest.mark.django_db(transaction=True)
def test_devices_own_menu_is_offered_where_there_is_one(new_page: NewPage) -> None:
    article = ArticleFactory(title=TITLE, published=True, published_on=date(2026, 1, 1))
    page = new_page("phone")
    page.add_init_script("navigator.share = async (told) => { window.told = told; }")
    page.goto(article.get_absolute_url())
    page.get_by_role("button", name="Partager avec").click()
    assert page.evaluate("window.told") == {
        "title": article.publications.get().title,
        "url": settings.SITE_URL + article.get_absolute_url(),
    }


@pytest.mark.django_db(transaction=True)
def test_where_nothing_may_be_copied_the_address_is_selected(new_page: NewPage) -> None:
    article = ArticleFactory(published=True)
    page = new_page()
    page.add_init_script("navigator.clipboard.writeText = async () => { throw new Error(); }")
    page.goto(article.get_absolute_url())
    page.get_by_role("button", name="Copier l’adresse").click()
    expect(page.locator(".share [role=status]")).to_contain_text("sélectionnée")
    assert page.evaluate("getSelection().toString()").strip().endswith(article.get_absolute_url())
