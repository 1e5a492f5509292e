"""One way out for mails: the queue, which no failure of a mail server reaches back from."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOMS = [
    path
    for room in settings.BASE_DIR.iterdir()
    if (room / "__init__.py").exists() and room.name not in ("tests", "benchmarks", "mailing")
    for path in room.rglob("*.py")
]
SENDERS = ("django.core.mail", "smtplib")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_nothing_outside_the_queue_sends_a_mail() -> None:
    assert len(ROOMS) > 100
    sending = [
        f"{path.relative_to(settings.BASE_DIR)}: {name}"
        for path in ROOMS
        for name in imported(path)
        if name in SENDERS or name.startswith(tuple(f"{sender}." for sender in SENDERS))
    ]
    assert sending == []


def test_errors_are_logged_and_mailed_to_nobody() -> None:
    """Django would send them at once, from within the request that failed."""
    assert settings.ADMINS == settings.MANAGERS == []
