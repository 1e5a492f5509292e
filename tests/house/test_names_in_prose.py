"""What comments, docstrings and docs name is there: files, modules and what is in them, pages that
docs link to. And the tables of docs are whole."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FILE = re.compile(r"(?<![\w/.-])((?:[\w-]+/)*[\w-]+\.(?:py|js|css|html|md))\b")
DOTTED = re.compile(r"`(\w+(?:\.\w+)+)(?:\(\))?`")
LINK = re.compile(r"\]\(([^)#:]+\.\w+)(?:#[^)]*)?\)")
COMMENTS = re.compile(r"\{#.*?#\}|/\*.*?\*/|^\s*//[^\n]*$", re.DOTALL | re.MULTILINE)
# These are files of others, or made up for the sentence.
ELSEWHERE = {"pasted.html", "src/grader/charts.js"}


@cache
def tracked() -> tuple[Path, ...]:
    """Returns what is in git, or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file())


@cache
def prose(path: Path) -> str:
    """Returns what a file says to people. Migrations tell what was."""
    if path.suffix not in {".py", ".md", ".html", ".js", ".css"} or "migrations" in path.parts:
        return ""
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.suffix == ".md":
        return text
    if "vendor" in path.parts:
        return ""
    return "\n".join(_spoken(text) if path.suffix == ".py" else COMMENTS.findall(text))


def _spoken(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""


def missing_files(text: str) -> list[str]:
    """A name alone is that of a file anywhere; one that begins with « _ », the end of some."""
    names = [f"/{path.as_posix()}" for path in tracked()]
    return [
        named
        for named in dict.fromkeys(FILE.findall(text))
        if named not in ELSEWHERE
        and not any(name.endswith(named if named[0] == "_" else f"/{named}") for name in names)
    ]


def missing_names(text: str, near: Path) -> list[str]:
    """Dotted names between backticks that begin with a room, or with what stands beside the file;
    others (`request.user`) are of whatever the sentence speaks of."""
    found = []
    for named in dict.fromkeys(DOTTED.findall(text)):
        if FILE.fullmatch(named):  # a file's name, read above
            continue
        first = named.split(".")[0]
        homes = [home for home in (near.parent, *near.parent.parents) if _is_module(home / first)]
        if homes and not any(_exists([*home.parts, *named.split(".")]) for home in homes):
            found.append(named)
    return found


def _is_module(path: Path) -> bool:
    return (ROOT / path / "__init__.py").is_file() or (ROOT / path).with_suffix(".py").is_file()


@cache
def _modules() -> frozenset[tuple[str, ...]]:
    python = [path.with_suffix("") for path in tracked() if path.suffix == ".py"]
    return frozenset(p.parent.parts if p.name == "__init__" else p.parts for p in python)


def _exists(parts: list[str]) -> bool:
    """A module, or what one has under that name."""
    longest = next((n for n in range(len(parts), 0, -1) if tuple(parts[:n]) in _modules()), 0)
    if longest == len(parts):
        return True
    held: object = import_module(".".join(parts[:longest])) if longest else None
    for name in parts[longest:]:
        fields = getattr(held, "__annotations__", {})
        if not hasattr(held, name):
            return name in fields
        held = getattr(held, name)
    return longest > 0


def test_files_that_are_named_are_there() -> None:
    missing = {str(path): missing_files(prose(path)) for path in tracked()}
    assert {path: names for path, names in missing.items() if names} == {}


def test_modules_and_what_they_hold_are_there_under_their_names() -> None:
    missing = {str(path): missing_names(prose(path), path) for path in tracked()}
    assert {path: names for path, names in missing.items() if names} == {}


def test_pages_that_docs_link_to_are_there() -> None:
    missing = {
        f"{path}: {link}"
        for path in tracked()
        if path.suffix == ".md"
        for link in LINK.findall(prose(path))
        if not (ROOT / path.parent / link).exists()
    }
    assert missing == set()


def broken_tables(text: str) -> list[str]:
    """The first line of each run of rows that has no line of dashes under it."""
    runs = re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE)
    return [
        lines[0]
        for run in runs
        if (lines := run.splitlines())
        and (len(lines) < 2 or not re.fullmatch(r"\|(?:\s*:?-+:?\s*\|)+", lines[1]))
    ]


def test_tables_of_docs_are_whole() -> None:
    broken = {str(path): broken_tables(prose(path)) for path in tracked() if path.suffix == ".md"}
    assert {path: rows for path, rows in broken.items() if rows} == {}


TABLE = "| What | After |\n|---|---|\n| a | b |\n"


@pytest.mark.parametrize(
    ("text", "file", "name", "table"),
    [
        (
            "`accounts.nowhere`, `accounts/nowhere.py`",
            "accounts/nowhere.py",
            "accounts.nowhere",
            "",
        ),
        ("`register.figures_of` beside `nowhere.py`", "nowhere.py", "register.figures_of", ""),
        ("`accounts.groups.Nothing`", "", "accounts.groups.Nothing", ""),
        (f"{TABLE}\n| c | d |\n", "", "", "| c | d |"),
        (f"`accounts.groups.GROUPS`, `register.editions`, `request.user`\n{TABLE}", "", "", ""),
    ],
)
def test_what_is_not_there_would_be_seen(text: str, file: str, name: str, table: str) -> None:
    assert missing_files(text) == [file] * bool(file)
    assert missing_names(text, Path("structures/sight.py")) == [name] * bool(name)
    assert broken_tables(text) == [table] * bool(table)
