"""Settings, read from the environment and from `.env` beside manage.py.

Every variable is described in docs/environment.md. Production is the default: `DEBUG` is false
unless asked for, and without a secret key the portal refuses to start.
"""

import contextlib
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
with contextlib.suppress(OSError):  # commands that need it say so (`dla_portal.production`)
    VAR_DIR.mkdir(exist_ok=True)

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- Who answers, and where ---------------------------------------------------------------------

DEBUG: bool = env.bool("DEBUG", default=False)
SECRET_KEY: str = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Give it at least 50 random characters in the environment "
            "or in .env (`make run` does this for you)."
        )
    SECRET_KEY = "development-only-" + "0123456789" * 5
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])

SITE_URL: str = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
_site = urlsplit(SITE_URL)
HTTPS = _site.scheme == "https"
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", default=list(dict.fromkeys([_site.hostname or "", "127.0.0.1", "localhost"]))
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

PORTAL_NAME = "Portail DLA"
# The result of the last RGAA audit is shown in the footer of every page, as the law asks.
ACCESSIBILITY_LEVEL: str = env.str("ACCESSIBILITY_LEVEL", default="non conforme")
# Demonstration accounts and content may be made only where this is set; `make run` sets it.
DEMO: bool = env.bool("DEMO", default=False)

# --- Rooms, from the ground floor up ------------------------------------------------------------

INSTALLED_APPS = [
    "territories",
    "audit",
    "mailing",
    "publishing",
    "editing",
    "media",
    "themes",
    "glossary",
    "accounts",
    "structures",
    "events",
    "articles",
    "pages.apps.PagesConfig",
    "search",  # what migrations leave is indexed once all rooms have written theirs
    "django_prose_editor",
    "django_filters",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "pages.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "dla_portal.headers.SecurityHeaders",  # outermost: every answer gets its headers
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.private_pages",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.second_factor_required",
]

ROOT_URLCONF = "dla_portal.urls"
WSGI_APPLICATION = "dla_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "publishing.templatetags.french_plural",
                "publishing.templatetags.integrity",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "pages.context_processors.portal",
            ],
        },
    }
]

# --- Data ---------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR}/portal.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for a writer (WAL), a writer waits its turn instead of failing
    # (IMMEDIATE: the lock is asked for at the start of the transaction, so it can be queued).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728; "
            "PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-20000"
        ),
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    # Each thread keeps its connection between requests, and asks it whether it still lives before
    # the first query of each, so that a server that was restarted is not noticed
    # (database/postgresql/base.py).
    DATABASES["default"] |= {
        "ENGINE": "database.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }

# Attempts to sign in are counted in the cache: all processes must share it, and it must not lose a
# count by making room. In the database it needs no service; no public page reads it.
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://portal_cache")}
if CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache":
    CACHES["default"]["BACKEND"] = "database.cache.CountingCache"
    CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 50_000)

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    # Pictures are public, under names that cannot be guessed.
    "default": {
        "BACKEND": "media.storage.WholeFileStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "public", "base_url": MEDIA_URL},
    },
    # Documents have no address of their own: a view decides who reads them.
    "private": {
        "BACKEND": "media.storage.PrivateStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "private"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Browsers ask for these at the root of their own accord: favicon.ico, apple-touch-icon.png.
WHITENOISE_ROOT = BASE_DIR / "static" / "root"
WHITENOISE_MAX_AGE = 24 * 3600  # names that carry a hash are kept for ever
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "media.uploads.RoomAskingHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # an article of 200 blocks is one form
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
# It replaces Django’s own French where that is clumsy in the admin.
LOCALE_PATHS = [BASE_DIR / "dla_portal" / "locale"]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# --- Accounts -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.signin.EmailBackend",  # e-mail and password, rights of groups
    "accounts.access.ScopeBackend",  # rights on one thing: in the person's territories
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "pages:home"
LOGOUT_REDIRECT_URL = "pages:home"
PASSWORD_RESET_TIMEOUT = 2 * 3600
# A session lasts until the browser closes, unless the person asks to stay for as long as it may
# last.
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]  # ANSSI: 12 characters

# Sign-in itself is django-allauth's; what differs from its defaults, and why, is in these modules.
ACCOUNT_ADAPTER = "accounts.signin.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.signin.SignInForm",
    "reset_password": "accounts.signin.AskResetForm",
    "reset_password_from_key": "accounts.signin.ResetForm",
    "change_password": "accounts.signin.ChangeForm",
    "set_password": "accounts.signin.SetForm",
    "reauthenticate": "accounts.signin.ConfirmPasswordForm",
}
# The token is made from the account's row alone. The library's asks its table of addresses, which
# takes longer for who has an account than for who has not.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.password_links.LinkTokens"  # noqa: S105  # a class
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# The library wants them, although sign-up is closed.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # whoever makes an account vouches for its address
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail when the password or the second factor changes
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{PORTAL_NAME}\u00a0: "
# Limits hold by address (ip), account (key) or person signed in (user). None counts over a longer
# time than said.
LONGEST_WAIT = 5 * 60  # seconds
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reauthenticate": "10/5m/user",
    "change_password": "10/5m/user",
    "reset_password": "20/5m/ip,3/5m/key",
    "reset_password_from_key": "20/5m/ip",
    "access_request": "5/5m/ip,3/5m/key",
    "event_registration": "300/5m/ip,5/5m/key",
}
# A visitor's address is the last one that the server in front added to X-Forwarded-For; without
# a server in front that header is whatever its sender wrote, and is not read.
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.bool("BEHIND_PROXY", default=False))

# The trail of who did what is kept for so many months, and the link of an invitation is good for so
# many days.
AUDIT_MONTHS: int = env.int("AUDIT_MONTHS", default=12)
INVITATION_DAYS: int = env.int("INVITATION_DAYS", default=14)
# An import can be undone, and its lines read, for so many days.
IMPORT_DAYS: int = env.int("IMPORT_DAYS", default=90)
# Counts of structures below it are masked for whoever does not see their supports.
SMALL_COUNT: int = env.int("SMALL_COUNT", default=5)
# This secret decides on whom supports are counted in public figures; where it is empty, SECRET_KEY
# does. It outlives a change of that key, since two copies drawn apart would tell more than one.
FIGURES_SECRET: str = env.str("FIGURES_SECRET", default="")

# Whoever works in the admin signs in with a second factor; demonstration accounts need not.
STAFF_SECOND_FACTOR: bool = env.bool("STAFF_SECOND_FACTOR", default=not DEMO)
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.totp_codes.CodeForm",
    "reauthenticate": "accounts.totp_codes.ConfirmCodeForm",
    "activate_totp": "accounts.totp_codes.ActivateForm",
    "add_webauthn": "accounts.passkeys.AddKeyForm",
    "login_webauthn": "accounts.passkeys.LoginKeyForm",
    "authenticate_webauthn": "accounts.passkeys.KeyForm",
    "reauthenticate_webauthn": "accounts.passkeys.ConfirmKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the library knows of no address: see accounts/signin.py
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # a period early or late: telephones are not all on time

# OpenID Connect, for ProConnect, is off without an address.
OIDC_SERVER_URL: str = (
    env.str("OIDC_SERVER_URL", default="")
    .removesuffix("/.well-known/openid-configuration")
    .rstrip("/")
)
OIDC_NAME: str = env.str("OIDC_NAME", default="ProConnect")
OIDC_EMAILS_ARE_VERIFIED: bool = env.bool("OIDC_EMAILS_ARE_VERIFIED", default=False)
SOCIALACCOUNT_ADAPTER = "accounts.proconnect.ProviderAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": env.list("OIDC_SCOPE", default=["openid", "email"]),
        "AUTH_PARAMS": (
            {"acr_values": acr_values}
            if (acr_values := env.str("OIDC_ACR_VALUES", default=""))
            else {}
        ),
        "APPS": [
            {
                "provider_id": "proconnect",
                "name": OIDC_NAME,
                "client_id": env.str("OIDC_CLIENT_ID", default=""),
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}

# --- Mail ---------------------------------------------------------------------------------------

try:
    EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
except (ImproperlyConfigured, ValueError):
    # The value is left out, and so is the error that repeats it: a password is in it.
    raise ImproperlyConfigured(
        "EMAIL_URL cannot be read. It looks like smtp+tls://user:password@host:587, where other "
        "signs than letters and digits of user and password are written %40, %23, %2F…"
    ) from None
vars().update(EMAIL_CONFIG)
# The backends are the portal's own: one bounds how long each answer of the server may take, one
# prints for people.
EMAIL_BACKEND = {
    "django.core.mail.backends.smtp.EmailBackend": "mailing.smtp.Backend",
    "django.core.mail.backends.console.EmailBackend": "mailing.console.EmailBackend",
}.get(EMAIL_CONFIG["EMAIL_BACKEND"], EMAIL_CONFIG["EMAIL_BACKEND"])
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="portail@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Security -----------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without TLS
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if HTTPS:
    # A browser takes a cookie of that name from this very host alone, over TLS: no neighbour under
    # the same domain can put one in its place.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

# A replay may be shown from these, after the reader has clicked; nothing is called before.
REPLAY_HOSTS: list[str] = env.list(
    "REPLAY_HOSTS", default=["www.youtube-nocookie.com", "player.vimeo.com"]
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],  # a nonce appears only where a template uses it: the admin
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF, *(f"https://{host}" for host in REPLAY_HOSTS)],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# These are the styles inside favicon.svg and logo.svg; a test compares.
_STYLES_OF_DRAWINGS = (
    "'sha256-+GxNG8Of47AJWdgho6nNgaghgY6GJEKg7osgVUH0lcc=' "
    "'sha256-UYX1JwQqc6NI0BjCfVnQxn+YEcTc3xrbJKLU6fkrgfU='"
)
# This is the policy of what is no page: it needs nothing, and is shown by itself or not at all.
POLICY_OF_FILES = (
    f"default-src 'none'; style-src {_STYLES_OF_DRAWINGS}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# A part of the browser that a sandbox would stop shows these: PDF, XML.
SHOWN_BY_VIEWERS = {
    *("application/pdf", "application/xml", "text/xml"),
    *("application/rss+xml", "application/atom+xml"),
}

SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# What a browser offers and the portal does not use is off, for what it frames too.
_PLAYERS = " ".join(["self", *(f'"https://{host}"' for host in REPLAY_HOSTS)])
_FEATURES = {
    **dict.fromkeys(
        (
            *("accelerometer", "autoplay", "browsing-topics", "camera"),
            *("display-capture", "encrypted-media", "gamepad", "geolocation", "gyroscope", "hid"),
            *("identity-credentials-get", "idle-detection", "local-fonts", "magnetometer"),
            *("microphone", "midi", "otp-credentials", "payment", "screen-wake-lock", "serial"),
            *("storage-access", "usb", "window-management", "xr-spatial-tracking"),
        ),
        "",
    ),
    "fullscreen": _PLAYERS,
    "picture-in-picture": _PLAYERS,
    "publickey-credentials-create": "self",
    "publickey-credentials-get": "self",
}
# dla_portal.headers puts these on every answer, with the content policies above and HSTS
# (SECURE_HSTS_*). The server in front adds them to what it hands out itself (docs/operations.md).
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": X_FRAME_OPTIONS,
    "Referrer-Policy": SECURE_REFERRER_POLICY,
    "Permissions-Policy": ", ".join(f"{name}=({whom})" for name, whom in _FEATURES.items()),
    "Cross-Origin-Opener-Policy": SECURE_CROSS_ORIGIN_OPENER_POLICY,
    # Pictures alone say otherwise: feed readers and webmails show them (media/views.py).
    "Cross-Origin-Resource-Policy": "same-origin",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {
        "without_keys": {"()": "dla_portal.logs.WithoutKeys"},
        "away_in_one_line": {"()": "dla_portal.logs.AwayInOneLine"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["away_in_one_line", "without_keys"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
