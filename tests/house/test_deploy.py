"""The portal refuses to start, or says why, when it is set up in a way that is not safe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

DEPLOYED = {
    "ALLOWED_HOSTS": "portail.example",
    "DATABASE_URL": "sqlite://:memory:",
    "DEBUG": "false",
    "SECRET_KEY": "for-checks-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
    "SITE_URL": "https://portail.example",
}


def _manage(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        **DEPLOYED,
        "DJANGO_SETTINGS_MODULE": "dla_portal.settings",
        **changes,
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_deployment_checks_find_nothing_to_say() -> None:
    checked = _manage("check", "--deploy", "--fail-level", "WARNING")

    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(
    Path(settings.BASE_DIR, ".env").exists(), reason="a .env gives the secret that must be missing"
)
def test_refuses_to_start_in_production_without_a_secret() -> None:
    checked = _manage("check", SECRET_KEY="")

    assert checked.returncode != 0
    assert "SECRET_KEY" in checked.stderr
