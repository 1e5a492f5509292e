"""The portal's own settings, made quick, hermetic and unforgiving for the tests.

The environment is filled in before the portal's settings read it, so neither a developer's `.env`
nor the shell changes what the tests see. Only `DATABASE_URL` comes from outside: SQLite without
it, PostgreSQL through `tests/throwaway_postgres.py`.
"""

import os
import tempfile
from pathlib import Path

for _variable in (
    "ACCESSIBILITY_LEVEL",
    "AUDIT_MONTHS",
    "BEHIND_PROXY",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_URL",
    "INVITATION_DAYS",
    "MEDIA_ROOT",
    "OIDC_ACR_VALUES",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_EMAILS_ARE_VERIFIED",
    "OIDC_NAME",
    "OIDC_SCOPE",
    "OIDC_SERVER_URL",
    "REPLAY_HOSTS",
    "SECRET_KEY_FALLBACKS",
):
    os.environ.pop(_variable, None)

_scratch = tempfile.TemporaryDirectory(prefix="portal-tests-", ignore_cleanup_errors=True)
SCRATCH = Path(_scratch.name)

os.environ.setdefault("DATABASE_URL", f"sqlite:///{SCRATCH}/portal.sqlite3")
os.environ.update(
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    # Emptied before each test, those without a database included.
    CACHE_URL="locmemcache://tests",
    DEBUG="false",
    DEMO="false",
    LOG_LEVEL="WARNING",
    MEDIA_ROOT=f"{SCRATCH}/media",
    SECRET_KEY="for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    SITE_URL="http://testserver",
    # Tests of the second factor turn it on; the others sign staff in with one step.
    STAFF_SECOND_FACTOR="false",
)

from dla_portal.settings import *  # noqa: E402, F403
from dla_portal.settings import DATABASES, STORAGES, TEMPLATES  # noqa: E402
from tests.undefined import Undefined  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: the test and the live server then each have a connection of their
    # own, and wait for each other as two processes would. In memory they would share one.
    DATABASES["default"]["TEST"] = {"NAME": SCRATCH / "test.sqlite3"}

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined()  # type: ignore[index]  # settings are dictionaries of anything

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# The live server takes static files where they are written, not where collectstatic puts them.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = SCRATCH / "static"
STATIC_ROOT.mkdir()
# It serves MEDIA_ROOT whole, where production serves only what is public.
MEDIA_ROOT = SCRATCH / "media" / "public"
