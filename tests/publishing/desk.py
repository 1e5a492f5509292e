"""An article or an event as its editors have it in the admin: what they open, read and press."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml.html import HtmlElement, document_fromstring

from publishing import services
from tests.factories import ArticleFactory, EventFactory, UserFactory


def editor_named(name: str, group: str = "Rédaction") -> Any:
    return UserFactory(group=group, first_name=name, last_name="Exemple")


@dataclass
class Desk:
    """One content, and the addresses of its pages."""

    working: Any

    @classmethod
    def of(cls, kind: str, **traits: Any) -> Desk:
        made: Any = ArticleFactory(**traits) if kind == "article" else EventFactory(**traits)
        made.refresh_from_db()
        return cls(made)

    def url(self, page: str, *args: Any) -> str:
        opts = self.working._meta
        name = f"admin:{opts.app_label}_{opts.model_name}_{page}"
        return reverse(name, args=[self.working.pk, *args])

    def rewrite(self, standfirst: str, by: Any, **fields: Any) -> Any:
        """A save of the form."""
        self.working.refresh_from_db()
        for name, value in {"standfirst": standfirst, **fields}.items():
            setattr(self.working, name, value)
        self.working.save()
        return services.record_save(working=self.working, by=by)

    def read(self) -> str:
        """Returns what a visitor reads now; empty where there is nothing."""
        self.working.refresh_from_db()
        online = self.working.publications.live().first()
        response = Client().get(online.get_absolute_url()) if online else None
        return html.unescape(response.content.decode()) if response else ""

    @property
    def list_url(self) -> str:
        opts = self.working._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")

    def will_read(self) -> str:
        waiting = self.working.publications.order_by("-live_from").first()
        return str(waiting.standfirst)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(response: Any) -> str:
    """The text of a page, on one line, with ordinary spaces."""
    page: HtmlElement = document_fromstring(response.content.decode())
    return re.sub(r"\s+", " ", page.body.text_content())


def shown(response: Any) -> str:
    """Which version the page says that it shows."""
    found = re.search(r'name="shown" value="(\d*)"', response.content.decode())
    assert found, "The page carries no version"
    return found[1]


def form_data(client: Client, desk: Desk, **changed: str) -> dict[str, str]:
    """Returns what the form of an article or an event posts, as the page gives it."""
    return {**fields_of(client.get(desk.url("change")), desk), **changed}


def fields_of(response: Any, desk: Desk) -> dict[str, Any]:
    """Returns the fields of the form that this page holds: opened, or come back."""
    page: HtmlElement = document_fromstring(response.content.decode())
    form: Any = page.get_element_by_id(f"{desk.working._meta.model_name}_form")
    fields: dict[str, Any] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return fields


def buttons(client: Client, desk: Desk) -> str:
    return client.get(desk.url("change")).content.decode()


# --- A text that waits, and its correction ---

ONLINE = "Le fonds est ouvert, il aide les associations."
SCHEDULED = f"{ONLINE} Il sera doté de douze millions."
CORRECTED = f"{ONLINE.replace('ouvert,', 'ouvert ;')} Il sera doté de douze millions."
FIXED = ONLINE.replace("ouvert,", "ouvert\u202f;")
HOUR = timedelta(days=2)


def embargoed(kind: str, by: Any) -> Desk:
    """Version 2 is online, version 4 scheduled, and version 5 is 4 with one sign corrected."""
    desk = Desk.of(kind, standfirst=ONLINE, published=True)
    desk.rewrite(SCHEDULED, by)
    services.publish(working=desk.working, by=by, at=timezone.now() + HOUR)
    desk.rewrite(CORRECTED, by)
    return desk


def intervals(desk: Desk) -> list[tuple[Any, Any]]:
    rows = desk.working.publications.order_by("live_from")
    return list(rows.values_list("live_from", "live_until"))


def standfirst_at(desk: Desk, moment: Any) -> str:
    return str(desk.working.publications.live(moment).get().standfirst)
