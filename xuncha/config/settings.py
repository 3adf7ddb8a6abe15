"""Django's settings. What an office may change comes from `environment`; the rest is the product's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from xuncha.archive.home import home
from xuncha.config import environment

PACKAGE = Path(__file__).resolve().parent.parent
HOME = home()

DEBUG = environment.flag("XUNCHA_DEBUG")
SECRET_KEY = environment.secret_key(HOME)
ALLOWED_HOSTS = environment.names("XUNCHA_HOSTS", "localhost,127.0.0.1,[::1]")
# A proxy stands before the server and speaks HTTPS; it says so of each request, and only `PROXIES` are listened to.
HTTPS = environment.flag("XUNCHA_HTTPS")
# The proxies whose word on address and HTTPS is believed; without HTTPS none is expected.
PROXIES = environment.networks("XUNCHA_PROXIES", "127.0.0.0/8,::1" if HTTPS else "")
# So many requests a minute an address may make without being signed in; 0: no limit.
PUBLIC_REQUESTS = environment.number("XUNCHA_PUBLIC_REQUESTS", 240, 0, 100_000)
CSRF_TRUSTED_ORIGINS = environment.names("XUNCHA_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "xuncha.security",
    "xuncha.rulebook",
    "xuncha.archive",
    "xuncha.notices",
    "xuncha.organisation",
    "xuncha.rounds",
    "xuncha.findings",
    "xuncha.rectification",
    "xuncha.web",
    # After our own, so that its templates of controls can be replaced.
    "django.forms",
]

MIDDLEWARE = [
    # Before all that asks who calls, and whether over HTTPS.
    "xuncha.web.proxies.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After WhiteNoise, which answers for static files by itself and lets browsers keep them.
    "xuncha.web.headers.HeadersMiddleware",
    "xuncha.web.workspace.circumstances.CircumstancesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xuncha.web.limits.PublicLimitMiddleware",
    "xuncha.web.workspace.language.LanguageMiddleware",
    # Every page asks for a signed-in user unless its view says otherwise.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "xuncha.web.workspace.idle.IdleMiddleware",
    "xuncha.web.workspace.leading.LeadingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xuncha.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "xuncha.config.urls"
WSGI_APPLICATION = "xuncha.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "xuncha.web.context.frame",
            ],
        },
    }
]

FORM_RENDERER = "xuncha.web.forms.HouseRenderer"

# Keys of what is sealed stand outside the database; an office may put them on a medium of their own.
KEYS = environment.folder("XUNCHA_KEYS", HOME / "keys")
SEALING = environment.one_of("XUNCHA_SEALING", ("aes-256-gcm", "sm4-gcm"))
TRAIL_DIGEST = environment.one_of("XUNCHA_DIGEST", ("sm3", "sha256"))
# An anchor is signed after so many entries, and once a day where anything was written; a copy goes into this file.
ANCHOR_EVERY = environment.number("XUNCHA_ANCHOR_EVERY", 1000, 1, 1_000_000)
ANCHOR_FILE = HOME / "anchors.txt"
# What the service does by itself: dotted name, seconds between two runs.
JOBS = [
    ("xuncha.security.anchoring.anchor_if_due", 60),
    ("xuncha.security.retention.destroying.carry_out_approved", 60),
    ("xuncha.rectification.actions.sweeping.sweep_if_due", 300),
]
# What the stages seal and open by approval alone: dotted names of `security.opening.kinds.SealedKind`.
SEALED_KINDS = ["xuncha.findings.sealed_notes.SEALED_NOTES"]
# Which rounds a later stage still works on: dotted names of queries of their keys. Nothing of them is destroyed.
ROUNDS_IN_WORK = ["xuncha.rectification.queries.in_work.rounds_in_work"]
# Who works on inspections though no grant says so yet: dotted names of queries of their keys. None of them administers.
AT_WORK = ["xuncha.rounds.permissions.people_in_teams"]
# What follows where units become one, or part again: dotted names of acts that take the keys of the units.
UNITS_FOLLOWED = ["xuncha.rounds.actions.following.follow_units"]
# What is kept for a time and then destroyed: dotted names of `security.retention.kinds.RecordKind`.
RECORD_KINDS = [
    "xuncha.findings.retained.PAPERS",
    "xuncha.findings.retained.SEALED_NOTES",
    "xuncha.findings.retained.LEDGER_TRAIL",
    "xuncha.rounds.retained.TEAM_TRAIL",
    "xuncha.rectification.retained.RECTIFICATION_TRAIL",
    "xuncha.security.retention.trails.OPENING_TRAIL",
    "xuncha.security.retention.trails.ACCOUNT_TRAIL",
]

DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "security.User"
# One place for a county's single sign-on, see docs/operations.md.
AUTHENTICATION_BACKENDS = environment.names("XUNCHA_SIGN_IN_BACKENDS", "django.contrib.auth.backends.ModelBackend")
# The first one keeps; what the others kept is renewed when its owner signs in.
PASSWORD_HASHERS = ["xuncha.security.hashing.Argon2id", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
PASSWORD_HISTORY = environment.number("XUNCHA_PASSWORD_HISTORY", 5, 0, 24)
# A password that an administrator gave opens the door for so many days; 0: until it is changed.
ONE_TIME_DAYS = environment.number("XUNCHA_ONE_TIME_DAYS", 3, 0, 90)
PASSWORD_DAYS = environment.number("XUNCHA_PASSWORD_DAYS", 0, 0, 3650)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "xuncha.security.passwords.StrengthValidator",
        "OPTIONS": {"min_length": environment.number("XUNCHA_PASSWORD_LENGTH", 10, 8, 64)},
    },
    {"NAME": "xuncha.security.passwords.CommonValidator"},
    {"NAME": "xuncha.security.passwords.NameValidator"},
    {"NAME": "xuncha.security.passwords.EarlierValidator", "OPTIONS": {"number": PASSWORD_HISTORY}},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "sign_in"
SESSION_ENGINE = "xuncha.security.sessions"
# A desk left alone is signed out, and so is one that was worked at for longer than a day's work.
SESSION_COOKIE_AGE = environment.number("XUNCHA_IDLE_MINUTES", 15, 1, 480) * 60
SESSION_LONGEST = environment.number("XUNCHA_SESSION_HOURS", 12, 1, 168) * 3600
# Who shows a second factor beside the password: names of roles, or ``all``.
SECOND_FACTOR = environment.names("XUNCHA_SECOND_FACTOR")
ONE_SESSION = environment.flag("XUNCHA_ONE_SESSION")
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "xuncha.web.refusals.csrf_failure"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
LANGUAGE_COOKIE_NAME = "xuncha_language"
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(HOME / "files")}},
    "staticfiles": {
        "BACKEND": ("django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "xuncha.web.assets.Assets")
    },
}
WHITENOISE_USE_FINDERS = DEBUG

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
# A year, and the names below it: whoever came once over HTTPS is not led to a page without.
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# Browsers' lists of names are for the open Internet: an office's inner name has no place there.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# One upload of one file; a zip of a round's papers fits. The parts go to disk, not to memory.
UPLOAD_LIMIT_BYTES = 200 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["xuncha.web.findings.papers.receiving.ReceivingHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 200
# Bulk edit sends one number per chosen row of a page and no more.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
