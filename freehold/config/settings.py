"""
Django's settings, from a handful of environment variables.

FREEHOLD_MODE           production (default) | demo | development | test; noted in the data folder
FREEHOLD_DATA           the data folder
FREEHOLD_DATABASE_URL   a PostgreSQL of one's own
FREEHOLD_URL            the market's public address, e.g. https://market.example
FREEHOLD_HOSTS          further host names that may be used, separated by commas
FREEHOLD_TRUST_PROXY    1: believe X-Forwarded-Proto of the proxy in front
FREEHOLD_EMAIL_URL      smtp://user:password@host:587 (smtps:// for implicit TLS)
FREEHOLD_EMAIL_FROM     the sender's address
FREEHOLD_SECRET_KEY     instead of the file in the data folder
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict

from freehold.config import data, logs
from freehold.config.apps import exists, our_apps

FREEHOLD_MODE = data.mode()
if FREEHOLD_MODE not in ("production", "demo", "development", "test"):
    raise ValueError(f"FREEHOLD_MODE is {FREEHOLD_MODE!r}; it can be production, demo, development or test.")
TESTING = FREEHOLD_MODE == "test"

FREEHOLD_DATA = data.folder()
FREEHOLD_URL = os.environ.get("FREEHOLD_URL", "http://127.0.0.1:8000").rstrip("/")
SECRET_KEY = "only for tests" if TESTING else data.secret_key()
DEBUG = False

_public = urlsplit(FREEHOLD_URL)
HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", _public.hostname or "", "testserver" if TESTING else ""]
ALLOWED_HOSTS = [h for h in [*ALLOWED_HOSTS, *os.environ.get("FREEHOLD_HOSTS", "").split(",")] if h]

# --- what the house is made of --------------------------------------------------------------------

_HAS_ACCOUNTS = exists("freehold.people.accounts.models")
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    *(["allauth", "allauth.account", "allauth.mfa", "allauth.usersessions"] if _HAS_ACCOUNTS else []),
    "procrastinate.contrib.django",
    *our_apps(),
    "freehold.config",
]
AUTH_USER_MODEL = "accounts.Account" if _HAS_ACCOUNTS else "auth.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_ours = "freehold.web.middleware"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    *([f"{_ours}.SecurityHeadersMiddleware"] if exists(_ours) else []),
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    *(["allauth.account.middleware.AccountMiddleware"] if _HAS_ACCOUNTS else []),
    *(["allauth.usersessions.middleware.UserSessionsMiddleware"] if _HAS_ACCOUNTS else []),
    *([f"{_ours}.RequestMiddleware", f"{_ours}.RefusalMiddleware"] if exists(_ours) else []),
]
ROOT_URLCONF = "freehold.config.urls"
WSGI_APPLICATION = "freehold.config.wsgi.application"

_ROOT = Path(__file__).resolve().parent.parent
_FOLDERS = [_ROOT.joinpath(*app.split(".")[1:]) for app in our_apps()]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [folder / "templates" for folder in _FOLDERS],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "freehold.kit.pages.environment",
            "context_processors": ["django.contrib.messages.context_processors.messages"],
            "auto_reload": FREEHOLD_MODE == "development",
        },
    },
    {
        # Only for the templates of other people's packages.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

# --- where things are kept ------------------------------------------------------------------------


def _database(url: str) -> dict[str, Any]:
    parts: dict[str, Any] = {k: v for k, v in conninfo_to_dict(url).items() if v is not None}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "freehold"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        # One connection per web thread, kept, and looked at before it is used again: restarts heal.
        "CONN_MAX_AGE": 0 if TESTING else 600,
        "CONN_HEALTH_CHECKS": not TESTING,
        "OPTIONS": {
            "connect_timeout": 10,
            "application_name": "freehold",
            "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=120s",
            **parts,
        },
    }


DATABASES = {"default": _database(data.database_url())}
ATOMIC_REQUESTS = False  # actions own their transactions

MEDIA_ROOT = FREEHOLD_DATA / "files"  # served by a view after it asked who is looking, never by path
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
STATIC_URL = "/static/"
STATIC_ROOT = FREEHOLD_DATA / "static"
_HASHED = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _HASHED if FREEHOLD_MODE in ("production", "demo") else _PLAIN},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# --- who gets in ----------------------------------------------------------------------------------

_PREFIX = "__Host-" if HTTPS else "freehold_"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = f"{_PREFIX}session"
SESSION_COOKIE_AGE = 336 * 3600
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [FREEHOLD_URL] if HTTPS else []
if exists("freehold.web.views"):
    CSRF_FAILURE_VIEW = "freehold.web.views.csrf_failed"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if os.environ.get("FREEHOLD_TRUST_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher" if TESTING else "freehold.config.hashing.Argon2",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = (
    ["allauth.account.auth_backends.AuthenticationBackend"]
    if _HAS_ACCOUNTS
    else ["django.contrib.auth.backends.ModelBackend"]
)
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/home"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_TOTP_TOLERANCE = 1  # one step of drift
MFA_RECOVERY_CODE_DIGITS = 10
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "freehold.people.accounts.providers.mfa.Adapter"
USERSESSIONS_TRACK_ACTIVITY = False

# --- language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [_ROOT / "locale"]
LANGUAGES = [("en", "English")]

# --- mail -----------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = os.environ.get("FREEHOLD_EMAIL_FROM", "Freehold <no-reply@freehold.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
_mail = os.environ.get("FREEHOLD_EMAIL_URL", "")
if _mail:
    _at = urlsplit(_mail)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _at.hostname or "localhost", _at.port or (465 if _at.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_at.username or ""), unquote(_at.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _at.scheme == "smtps", _at.scheme == "smtp" and _at.hostname != "localhost"
    EMAIL_TIMEOUT = 20
elif exists("freehold.talk.notifications.mailbox"):
    EMAIL_BACKEND = "freehold.talk.notifications.mailbox.Backend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# --- jobs and logs --------------------------------------------------------------------------------

PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 4, "delete_jobs": "successful"}
LOGGING_CONFIG = None
logs.configure(FREEHOLD_MODE)
