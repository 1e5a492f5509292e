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


@pytest.mark.in_check
def test_deployment_checks_find_nothing_to_say() -> None:
    checked = _manage("check", "--deploy", "--fail-level", "WARNING")

    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(
    Path(settings.BASE_DIR, ".env").exists(), reason="a .env gives the secret that must be missing"
)
def test_refuses_to_start_in_production_without_a_secret() -> None:
    checked = _manage("check", SECRET_KEY="")

    assert checked.returncode == os.EX_CONFIG
    assert checked.stderr.startswith("SECRET_KEY is not set.")
    assert "Traceback" not in checked.stderr


def test_pending_migrations_are_told_without_a_secret() -> None:
    """From a bare clone, as whoever reviews a change asks."""
    checked = _manage("makemigrations", "--check", "--dry-run", SECRET_KEY="")

    assert (checked.returncode, checked.stderr) == (0, "")


def test_over_tls_cookies_are_of_this_host_alone() -> None:
    told = _manage("diffsettings", "--all", BEHIND_PROXY="true").stdout
    for cookie in ("SESSION", "CSRF"):
        name = {"SESSION": "sessionid", "CSRF": "csrftoken"}[cookie]
        for setting, value in (
            ("NAME", f"'__Host-{name}'"),
            ("SECURE", "True"),
            ("HTTPONLY", "True"),
            ("SAMESITE", "'Lax'"),
            ("PATH", "'/'"),
            ("DOMAIN", "None"),
        ):
            assert f"{cookie}_COOKIE_{setting} = {value}\n" in told, (cookie, setting)
    for line in (
        "SECURE_SSL_REDIRECT = True",
        "SECURE_HSTS_SECONDS = 31536000",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS = True",
        "SECURE_HSTS_PRELOAD = True",
        "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')",
    ):
        assert line in told, line
