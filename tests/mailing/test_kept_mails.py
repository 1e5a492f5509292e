"""What is kept of mails: what they said, never what they open."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from mailing.models import Message
from mailing.secret_links import masked
from mailing.services import Attachment, deliver_due, enqueue

SECRET = "k" * 32
LINK = f"https://portail.example/evenements/inscription/{SECRET}/"


def put() -> Message:
    return enqueue(
        key="place",
        to="p@reseau.example",
        subject="Votre place",
        text=f"Votre place : {LINK}\nÀ bientôt.",
        html=f'<a href="{LINK}">Votre place</a>',
        attachments=[Attachment("agenda.ics", f"URL:{LINK}", "text/calendar")],
    )


def whole(message: Message) -> str:
    return str(Message.objects.filter(pk=message.pk).values().get())


@pytest.mark.django_db
def test_a_mail_that_left_is_kept_without_what_it_opens() -> None:
    message = put()
    assert deliver_due().sent == 1
    sent: Any = mail.outbox[0]
    parts = [sent.body, sent.alternatives[0][0], sent.attachments[0][1]]
    assert all(LINK in part for part in parts)
    message.refresh_from_db()
    assert SECRET not in whole(message)
    assert "/evenements/inscription/…/\nÀ bientôt." in message.text
    assert message.attachments == [{"name": "agenda.ics", "type": "text/calendar", "content": ""}]


@pytest.mark.django_db
def test_a_mail_that_did_not_leave_keeps_its_links_until_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    message = put()

    def refuse(*args: object) -> int:
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        deliver_due()
    assert SECRET in whole(message)
    Message.objects.update(not_before=message.created_at)
    assert deliver_due().sent == 1
    assert LINK in mail.outbox[-1].body
    assert SECRET not in whole(message)


def addresses(resolver: URLResolver, before: str = "/") -> list[str]:
    """Every address of the site that a secret is a part of, with one."""
    found = []
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            found += addresses(pattern, route)
        elif isinstance(pattern, URLPattern) and any(
            f":{name}>" in route or f"<{name}>" in route
            for name in ("secret", "token", "key", "claim")
        ):
            found.append(route)
    return found


def test_every_address_that_is_a_key_is_masked() -> None:
    """Of the whole site, those of tomorrow too."""
    routes = [route for route in addresses(get_resolver()) if not route.startswith("/admin/")]
    assert len(routes) > 10
    for route in routes:
        shown = masked(re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]*>", SECRET, route))
        assert SECRET not in shown, route
    assert SECRET not in masked(f"/evenements/documents/3/?cle={SECRET}")


def test_keys_are_masked_while_addresses_cannot_be_read(settings: Any) -> None:
    """A portal whose addresses do not load logs them all the same."""
    settings.ROOT_URLCONF = "nowhere"
    assert SECRET not in masked(f"Internal Server Error: /evenements/inscription/{SECRET}/")
    assert masked("Not Found: /articles/un-titre/") == "Not Found: /articles/un-titre/"


@pytest.mark.parametrize("path", ["/articles/apercu/", "/evenements/inscription/"])
def test_machines_are_told_to_leave_them_alone(path: str, client: Client) -> None:
    assert f"Disallow: {path}\n" in client.get("/robots.txt").content.decode()


def test_only_what_follows_such_an_address_is_masked() -> None:
    """An article whose address is long is read whole in logs."""
    path = "/articles/un-titre-bien-long-d-article/"
    assert masked(f"Not Found: {path}") == f"Not Found: {path}"
