"""`make` tells a newcomer every command there is."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CONTRACT = {"run", "test", "check", "fix", "bench"}


@pytest.fixture(scope="module")
def shown() -> set[str]:
    # Without what an enclosing make hands down, or `make test` would change what is printed.
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    printed = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return set(re.findall(r"^  make (\w+)", printed, flags=re.MULTILINE))


def test_help_shows_the_commands_of_the_contract(shown: set[str]) -> None:
    assert shown >= CONTRACT


def test_help_shows_every_command_a_person_types(shown: set[str]) -> None:
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)

    assert phony
    assert set(phony[1].split()) - shown == {"system"}  # called by the others
