"""The locks say exactly what is installed, for what pyproject.toml asks, wherever it comes from."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.in_check

RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())


@dataclass(frozen=True)
class Pin:
    version: Version
    hashes: int


def _locked(filename: str) -> dict[str, Pin]:
    """Pins by canonical name. An entry is one line, continued by backslashes."""
    text = (ROOT / filename).read_text().replace("\\\n", " ")
    pins: dict[str, Pin] = {}
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        entry = re.match(r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)", line)
        assert entry, f"{filename}: not an exact pin: {line[:80]}"
        pins[canonicalize_name(entry["name"])] = Pin(
            Version(entry["version"]), len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line))
        )
    return pins


def _asked(filename: str) -> list[Requirement]:
    asked = list(PROJECT["project"]["dependencies"])
    if filename == DEVELOPMENT:
        asked += PROJECT["dependency-groups"]["dev"]
    return [Requirement(line) for line in asked]


@pytest.mark.parametrize("filename", [RUNTIME, DEVELOPMENT])
def test_lock_satisfies_every_dependency(filename: str) -> None:
    locked = _locked(filename)

    unmet = [
        str(requirement)
        for requirement in _asked(filename)
        if (pin := locked.get(canonicalize_name(requirement.name))) is None
        or pin.version not in requirement.specifier
    ]

    assert unmet == [], "run `make lock`"


@pytest.mark.parametrize("filename", [RUNTIME, DEVELOPMENT])
def test_lock_carries_hashes_and_no_address(filename: str) -> None:
    text = (ROOT / filename).read_text()

    assert [name for name, pin in _locked(filename).items() if not pin.hashes] == []
    assert "://" not in text
    assert "index-url" not in text


def test_development_runs_what_production_runs() -> None:
    runtime, development = _locked(RUNTIME), _locked(DEVELOPMENT)

    assert {name: development.get(name) for name in runtime} == runtime


def test_every_runtime_dependency_says_why() -> None:
    lines = (ROOT / "pyproject.toml").read_text().split("dependencies = [\n")[1].split("\n]")[0]

    assert [line for line in lines.splitlines() if not re.search(r'",\s+# \w', line)] == []
