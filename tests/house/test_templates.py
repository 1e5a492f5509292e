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

    assert _is_mentioned(name), "nothing uses this template"


def test_no_template_passes_for_used_because_of_its_folder() -> None:
    """Names that are put together in Python match those alone that Python gives."""
    others = {str(Path(name).with_stem("nothing-asks-for-it")) for name in NAMES}
    assert {name for name in others if _is_mentioned(name)} == set()


def _overrides_a_library(name: str) -> bool:
    loaders = [{**settings.TEMPLATES[0], "DIRS": []}]
    with override_settings(TEMPLATES=loaders):
        try:
            _compiled(name)
        except Exception:  # absent, or leaning on one of ours: either way not an override
            return False
    return True


def _is_mentioned(name: str) -> bool:
    if name in _written_out():
        return True
    return any(
        set(found.groups()) <= words
        for pattern, words in _put_together()
        if (found := pattern.fullmatch(name))
    )


@cache
def _written_out() -> set[str]:
    """Names of templates as they stand in Python and in other templates."""
    return {*_in_templates()}.union(*(words for words, _ in _rooms()))


@cache
def _put_together() -> list[tuple[re.Pattern[str], set[str]]]:
    """F-strings that name templates, with the words of their room, one of which is each part."""
    return [
        (re.compile(pattern), words)
        for words, joined in _rooms()
        for node in joined
        if (pattern := _pattern(node)).endswith((r"\.html", r"\.txt"))
    ]


def _pattern(node: ast.JoinedStr) -> str:
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"([\w-]+)"
        for part in node.values
    )


@cache
def _rooms() -> list[tuple[set[str], list[ast.JoinedStr]]]:
    """Returns, for each room, its texts as they stand in Python, and its f-strings."""
    rooms = []
    for room in [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]:
        words: set[str] = set()
        joined: list[ast.JoinedStr] = []
        for source in room.rglob("*.py"):
            for node in ast.walk(ast.parse(source.read_text())):
                if isinstance(node, ast.JoinedStr):
                    joined.append(node)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    words.add(node.value)
        rooms.append((words, joined))
    return rooms


def _in_templates() -> Iterator[str]:
    for name in NAMES:
        used = re.findall(
            r"{%\s*(?:extends|include)\s+[\"']([^\"']+)[\"']", (TEMPLATES / name).read_text()
        )
        yield from (other for other in used if other != name)
