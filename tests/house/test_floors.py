"""Imports go down only; the floors are drawn in pyproject.toml."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FLOORS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
SIZE_LIMIT = 500


def _sources() -> list[Path]:
    return [path for room in FLOORS["root_packages"] for path in (ROOT / room).rglob("*.py")]


@pytest.mark.in_check
def test_imports_go_down_only() -> None:
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_room_has_its_floor() -> None:
    rooms = {config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    (layers,) = (
        contract["layers"]
        for contract in FLOORS["contracts"]
        if "layers" in contract and "containers" not in contract
    )

    assert rooms <= set(FLOORS["root_packages"])
    # import-linter asks nothing of a room that stands on no floor.
    assert set(FLOORS["root_packages"]) == {room for floor in layers for room in floor.split(" | ")}


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "core"])
def test_no_module_is_named_after_nothing(name: str) -> None:
    assert [path for path in _sources() if name in (path.stem, path.parent.name)] == []


def test_modules_are_short_enough_to_be_held_in_mind() -> None:
    lines = {
        str(path.relative_to(ROOT)): path.read_text().count("\n")
        for path in _sources()
        if "migrations" not in path.parts
    }

    assert {name: count for name, count in lines.items() if count > SIZE_LIMIT} == {}
