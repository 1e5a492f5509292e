"""Templates and what they lean on go down only, as imports do: the floors are import-linter's.

What a template extends and includes, the tag libraries that it loads, the style sheets and scripts
that it links are imports of their room. So are templates, style sheets and scripts that Python
names. Whatever has a name of no room (`base.html`, `_menu.html`, `static/site/`) frames every page:
it is under all, and leans on no room.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
# Pages of libraries that a room makes its own.
ROOM_OF_LIBRARY = {
    "account": "accounts",
    "mfa": "accounts",
    "socialaccount": "accounts",
    "usersessions": "accounts",
}
# Django's own pages of the admin: all rooms lean on them by Django's names, whoever made ours.
DJANGO_ADMIN, ROOM_OF_ADMIN = "admin", "editing"
# The name that stands for what is under all.
SITE = "site"

WAYS_DOWN = re.compile(
    r"""{%\s*(?:extends|include)\s+["'](?P<template>[^"']+)["']"""
    r"""|{%\s*static\s+["'](?P<static>[^"']+\.(?:css|js))["']"""
    r"""|{%\s*load\s+(?:[\w\s]+\sfrom\s+)?(?P<libraries>[\w\s]+?)\s*%}"""
)


@cache
def floors() -> dict[str, int]:
    """Returns each room's floor, from the ground."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (layers,) = (
        contract["layers"]
        for contract in contracts["contracts"]
        if contract["type"] == "layers" and "containers" not in contract
    )
    return {
        room.strip(): floor
        for floor, layer in enumerate(reversed(layers))
        for room in layer.split("|")
    }


def room_of(name: str) -> str:
    """Whose a template, style sheet or script of that name is."""
    first, _, rest = name.partition("/")
    if first == DJANGO_ADMIN:
        return found if (found := room_of(rest)) != SITE else DJANGO_ADMIN
    room = ROOM_OF_LIBRARY.get(first, first)
    return room if room in floors() else SITE


def room_of_library(library: str) -> str:
    module = Engine.get_default().libraries.get(library, "")
    return first if (first := module.split(".")[0]) in floors() else SITE


def leans_on(text: str) -> Iterator[tuple[str, str]]:
    """Yields what a template of that text names, and whose it is."""
    for found in WAYS_DOWN.finditer(text):
        for library in (found["libraries"] or "").split():
            yield library, room_of_library(library)
        if name := found["template"] or found["static"]:
            yield name, room_of(name)


def leads_up(room: str, other: str) -> bool:
    """Says whether what is of a room may not lean on what is of the other."""
    if room == DJANGO_ADMIN:
        room = ROOM_OF_ADMIN
    if other in (room, SITE, DJANGO_ADMIN):
        return False
    return floors().get(room, -1) <= floors()[other]


def ways_up(texts: Mapping[str, str]) -> set[str]:
    return {
        f"{name} → {other}"
        for name, text in texts.items()
        for other, theirs in leans_on(text)
        if leads_up(room_of(name), theirs)
    }


def test_templates_lean_on_their_own_room_and_on_those_below() -> None:
    texts = {
        str(path.relative_to(TEMPLATES)): path.read_text()
        for path in TEMPLATES.rglob("*")
        if path.is_file()
    }
    assert ways_up(texts) == set()


def named_in(room: str) -> Iterable[str]:
    """Templates, style sheets and scripts that the room's Python names."""
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                name = node.value
                if re.fullmatch(r"[\w/.-]+\.(html|txt|css|js)", name) and (
                    (TEMPLATES / name).exists() or (ROOT / "static" / name).exists()
                ):
                    yield name


@pytest.mark.parametrize("room", sorted(floors()))
def test_python_names_what_is_of_its_room_or_below(room: str) -> None:
    assert [name for name in named_in(room) if leads_up(room, room_of(name))] == []


@pytest.mark.parametrize(
    "way_up",
    [
        '{% extends "pages/page.html" %}',
        "{% include 'pages/page.html' %}",
        '{% include "admin/pages/page.html" with one=1 only %}',
        '<link rel="stylesheet" href="{% static "pages/pages.css" %}">',
        "<script src=\"{% static 'pages/x.js' %}\" defer></script>",
        "{% load event_dates %}",
        "{% load static event_dates %}",
        "{% load clock from event_dates %}",
        # Beside it, on the same floor.
        '{% include "themes/theme.html" %}',
    ],
)
def test_every_way_up_is_seen(way_up: str) -> None:
    assert ways_up({"media/picture.html": way_up})


@pytest.mark.parametrize(
    "name", ["base.html", "_menu.html", "publishing/list.html", "admin/publishing/list.html"]
)
def test_nothing_low_leans_on_articles(name: str) -> None:
    assert ways_up({name: '{% include "articles/_row.html" %}'})


@pytest.mark.parametrize(
    "way_down",
    [
        '{% extends "base.html" %}',
        '{% extends "admin/change_form.html" %}',
        '{% include "publishing/_list.html" %}',
        '{% static "site/base.css" %}',
        "{% load i18n static french_text pictures %}",
    ],
)
def test_ways_down_are_open(way_down: str) -> None:
    assert not ways_up({"media/picture.html": way_down})
