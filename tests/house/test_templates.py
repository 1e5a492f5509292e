"""Every template compiles, is used, and names static files that exist."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Engine
from django.template.base import Template
from django.templatetags.static import StaticNode
from django.test import override_settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
# Looked up by Django itself, by these names.
BY_CONVENTION = re.compile(r"(?:400|403|403_csrf|404|500)\.html")


def _compiled(name: str) -> Template:
    return Engine.get_default().get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_compiles_and_its_static_files_exist(name: str) -> None:
    nodes = cast(list[StaticNode], _compiled(name).nodelist.get_nodes_by_type(StaticNode))
    static = [node.path.var for node in nodes]

    missing = [path for path in static if isinstance(path, str) and not finders.find(path)]

    assert missing == []


@pytest.mark.parametrize("name", NAMES)
def test_is_used(name: str) -> None:
    if BY_CONVENTION.fullmatch(name) or _overrides_a_library(name):
        return

    assert any(pattern.fullmatch(name) for pattern in _mentions()), "nothing uses this template"


def _overrides_a_library(name: str) -> bool:
    loaders = [{**settings.TEMPLATES[0], "DIRS": []}]
    with override_settings(TEMPLATES=loaders):
        try:
            _compiled(name)
        except Exception:  # absent, or leaning on one of ours: either way not an override
            return False
    return True


@cache
def _mentions() -> list[re.Pattern[str]]:
    """Names of templates as they stand in Python (f-strings included) and in other templates."""
    return [re.compile(text) for text in {*_in_python(), *_in_templates()}]


def _in_python() -> Iterator[str]:
    for room in [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]:
        for source in room.rglob("*.py"):
            for node in ast.walk(ast.parse(source.read_text())):
                if isinstance(node, ast.JoinedStr):
                    yield "".join(
                        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w-]+"
                        for part in node.values
                    )
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield re.escape(node.value)


def _in_templates() -> Iterator[str]:
    for name in NAMES:
        used = re.findall(
            r"{%\s*(?:extends|include)\s+[\"']([^\"']+)[\"']", (TEMPLATES / name).read_text()
        )
        yield from (re.escape(other) for other in used if other != name)
