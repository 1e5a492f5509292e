"""Two people in one form of the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.models import User


class Form:
    """A form of the admin as a browser holds it, once opened."""

    def __init__(self, client: Client, url: str, markup: bytes, form_id: str) -> None:
        self.client, self.url = client, url
        self.read(markup, form_id)

    def read(self, markup: bytes, form_id: str) -> None:
        page: Any = html.fromstring(markup.decode())
        self.form_id, self.page = form_id, page
        form = page.get_element_by_id(form_id)
        self.values: dict[str, list[str]] = {}
        for name, value in form.form_values():
            if "__prefix__" not in name and "-empty-" not in name:
                value = (value or "").removeprefix("\n")
                self.values.setdefault(name, []).append(value)

    def post(self, changes: dict[str, Any] | None = None, **more: Any) -> Any:
        data = self.values | (changes or {}) | more | {"_continue": "1"}
        answer = self.client.post(self.url, data)
        if answer.status_code == 200:
            self.read(answer.content, self.form_id)
        return answer

    @property
    def text(self) -> str:
        found = self.page.find_class("conflict")
        return " ".join(found[0].text_content().split()) if found else ""


@pytest.fixture
def people() -> tuple[User, User]:
    """Two people who may do all: what is under test is what they do to each other."""
    made = [
        User.objects.create_superuser(
            f"{name}@reseau.example", "x", first_name=first, last_name="Martin"
        )
        for name, first in (("ana", "Ana"), ("ali", "Ali"))
    ]
    return made[0], made[1]


@pytest.fixture
def opened() -> Callable[[User, Any], Form]:
    def call(user: User, row: Any) -> Form:
        client = Client()
        client.force_login(user)
        meta = row._meta
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
        answer = client.get(url)
        assert answer.status_code == 200, answer
        return Form(client, url, answer.content, f"{meta.model_name}_form")

    return call
