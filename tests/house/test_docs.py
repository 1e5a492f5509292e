"""What docs tell of the code is there: folders and files, and what walks meet in each file.

Names of files alone, dotted names and links are read in `test_names_in_prose.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
DEVELOPING = ROOT / "docs" / "developing.md"
TOLD = re.compile(r"`([^`\n]+)`")
# Only folders that git keeps count: any other is one's own, or is made by every clone.
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"var"}
STEP = re.compile(r"^- `(?P<path>[\w/]+\.\w+)`(?P<names>(?:,? `[\w.]+`)*):", re.MULTILINE)


def missing_paths(text: str) -> list[str]:
    """`<name>` stands for whatever the reader chooses."""
    paths = [told for told in TOLD.findall(text) if " " not in told and "/" in told]
    return [
        path
        for path in dict.fromkeys(paths)
        if path.split("/")[0] in FOLDERS and not any(ROOT.glob(re.sub(r"<\w+>", "*", path)))
    ]


def names_in(path: Path) -> set[str]:
    """Returns what a module defines, members of its classes as `Class.member`."""
    return set(_defined(ast.parse(path.read_text(encoding="utf-8")).body))


def _defined(body: list[ast.stmt], holder: str = "") -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield holder + node.name
            if isinstance(node, ast.ClassDef):
                yield from _defined(node.body, f"{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (holder + t.id for t in targets if isinstance(t, ast.Name))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_are_there(page: Path) -> None:
    assert missing_paths(page.read_text(encoding="utf-8")) == []


def test_every_room_is_told() -> None:
    table = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("\n## ")[1]
    rows = [row for row in table.splitlines() if row.startswith("| ")]
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")}

    assert rooms <= {told.rstrip("/") for row in rows for told in TOLD.findall(row.split("|")[2])}


def test_walks_meet_what_is_in_their_files() -> None:
    steps = list(STEP.finditer(DEVELOPING.read_text(encoding="utf-8")))
    missing = [
        f"{step['path']}: {name}"
        for step in steps
        for name in TOLD.findall(step["names"])
        if name not in names_in(ROOT / step["path"])
    ]

    assert len(steps) > 50
    assert missing == []


def test_what_is_not_there_would_be_seen() -> None:
    text = "`docs/nowhere/`, `articles/views.py`, `templates/articles/<kind>.html`, `tests/<room>/`"

    assert missing_paths(text) == ["docs/nowhere/"]
    assert "detail" in names_in(ROOT / "articles" / "views.py")
    assert "nowhere" not in names_in(ROOT / "articles" / "views.py")
