"""What must not be in the repository: hosts of package registries, paths of one person's machine.

Both work where they were written and nowhere else.
"""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
REGISTRIES = [
    rf"\b{domain}\.{end}\b"
    for domain, end in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "(?:org|com)"),
        ("deb.debian", "org"),
        ("security.debian", "org"),
        ("archive.ubuntu", "com"),
    ]
]
# The home of a person, or a directory that only some machine has at its root.
MACHINE_PATHS = [r"(?<![\w.:/}-])/(?:home|Users|root|work)/\w"]


def _files() -> list[Path]:
    """Returns what is in git, or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("pattern", [*REGISTRIES, *MACHINE_PATHS])
def test_no_file_names_where_it_was_made(pattern: str) -> None:
    searched = re.compile(pattern.encode())

    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _files()
        for number, line in enumerate(path.read_bytes().split(b"\n"), start=1)
        if searched.search(line)
    ]

    assert found == []
