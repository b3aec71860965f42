"""Settings, all of them, read from the environment.

Two modes. `demonstration` (the default) needs nothing: it keeps its data and its generated secrets under
`SPEAKUP_DATA`, serves both sites from one process over plain http and says on every page that it is a
demonstration. `production` takes every secret from the environment (NAME, or NAME_FILE naming a file) and
refuses to start on a missing one.
"""

import contextlib
import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.FileAwareEnv()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("SPEAKUP_DATA", default=str(BASE_DIR / "var"))).resolve()

MODE = env.str("SPEAKUP_MODE", default="demonstration")
if MODE not in {"demonstration", "production"}:
    raise ImproperlyConfigured(f"SPEAKUP_MODE must be demonstration or production, not {MODE!r}")
DEMONSTRATION = MODE == "demonstration"

# Which of the two sites this process serves: reporter, staff, or (demonstration only) both.
SITE = env.str("SPEAKUP_SITE", default="both" if DEMONSTRATION else "")
if SITE not in ({"both", "reporter", "staff"} if DEMONSTRATION else {"reporter", "staff"}):
    raise ImproperlyConfigured("SPEAKUP_SITE must be reporter or staff (both: demonstration only)")


def secret(name: str) -> str:
    """A secret of this installation: from the environment, or in demonstration mode from a file made once."""
    value: str = env.str(name, default="")
    if value:
        return value
    if not DEMONSTRATION:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set")
    path = DATA_DIR / "secrets" / name.lower()
    try:
        return made_once(path)
    except OSError as complaint:
        raise ImproperlyConfigured(f"the data folder cannot be used: {path}: {complaint.strerror}") from None


def made_once(path: Path) -> str:
    """The text of a secret's file, made with 32 random bytes in hex where it is missing."""
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        made = path.with_name(f".{path.name}.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):  # another process was first: its value stands
            os.link(made, path)
        made.unlink()
    return path.read_text().strip()


def key(name: str, value: str) -> bytes:
    """32 bytes written as 64 hexadecimal digits."""
    try:
        made = bytes.fromhex(value)
    except ValueError:
        made = b""
    if len(made) != 32:
        raise ImproperlyConfigured(f"{name} must be 32 bytes, written as 64 hexadecimal digits")
    return made


SECRET_KEY = secret("SPEAKUP_SECRET_KEY")
# Each site has its own: a stolen reporter process opens no second factor, a stolen staff process tries no receipt.
RECEIPT_PEPPER = key("SPEAKUP_RECEIPT_PEPPER", secret("SPEAKUP_RECEIPT_PEPPER")) if SITE != "staff" else b""
STAFF_SECRET = key("SPEAKUP_STAFF_SECRET", secret("SPEAKUP_STAFF_SECRET")) if SITE != "reporter" else b""

# The public half of the root signing key (Ed25519, hex). Rosters and the recovery key count only through it.
ROOT_PUBLIC_KEY_FILE = DATA_DIR / "secrets" / "root_public_key"
if DEMONSTRATION and not env.str("SPEAKUP_ROOT_PUBLIC_KEY", default=""):
    _root = ROOT_PUBLIC_KEY_FILE.read_text().strip() if ROOT_PUBLIC_KEY_FILE.is_file() else ""
else:
    _root = secret("SPEAKUP_ROOT_PUBLIC_KEY")
ROOT_PUBLIC_KEY = key("SPEAKUP_ROOT_PUBLIC_KEY", _root) if _root else b""

DEBUG = False
try:
    PORT = env.int("SPEAKUP_PORT", default=8000)
except ValueError:
    raise ImproperlyConfigured("SPEAKUP_PORT must be a number") from None
ALLOWED_HOSTS = ["localhost", "127.0.0.1"] if DEMONSTRATION else env.list("SPEAKUP_HOSTS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_otp",
    "speakup.web",
    "speakup.policy",
    "speakup.ledger",
    "speakup.accounts",
    "speakup.clocks",
    "speakup.culture",
    "speakup.reporting",
    "professional_standards",
    "notifications",
    "speakup.embedded",
]

# One list for both sites: what belongs to one site passes the other's requests by (speakup/web/dispatcher.py).
MIDDLEWARE = [
    "speakup.web.dispatcher.SiteMiddleware",
    "speakup.web.headers.HeadersMiddleware",
    "speakup.web.dispatcher.KnownHostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "speakup.web.dispatcher.ForgetSenderMiddleware",
    "speakup.web.padding.PaddingMiddleware",
    "speakup.reporting.sessions.ReporterSessionMiddleware",
    "speakup.web.dispatcher.ReporterCsrfMiddleware",
    "speakup.web.dispatcher.StaffSessionMiddleware",
    "speakup.web.dispatcher.StaffCsrfMiddleware",
    "speakup.web.dispatcher.StaffAuthenticationMiddleware",
    "speakup.web.dispatcher.StaffOtpMiddleware",
    "speakup.accounts.door.StaffDoorMiddleware",
]

ROOT_URLCONF = f"speakup.urls.{SITE}"
WSGI_APPLICATION = "speakup.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "speakup.web.context.page",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
        },
    }
]
FORM_RENDERER = "speakup.web.forms.ComponentRenderer"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "speakup.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.StaffMember"
AUTHENTICATION_BACKENDS = ["speakup.accounts.backends.SessionBackend"]
LOGIN_URL = "sign-in"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SESSION_COOKIE_NAME = "staff" if DEMONSTRATION else "__Host-staff"
SESSION_COOKIE_PATH = "/staff/" if DEMONSTRATION else "/"
SESSION_COOKIE_SECURE = not DEMONSTRATION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 15 * 60
SESSION_SAVE_EVERY_REQUEST = True
CSRF_COOKIE_NAME = "csrf"  # the name between middleware and Django; the sites' cookies are rc and sc
CSRF_COOKIE_SECURE = not DEMONSTRATION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "speakup.web.views.csrf_failure"
SECURE_SSL_REDIRECT = not DEMONSTRATION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# Each site has a subclass of Django's CSRF middleware with a cookie of its own; the check knows only Django's name.
SILENCED_SYSTEM_CHECKS = ["security.W003"]
SECURE_HSTS_SECONDS = 0 if DEMONSTRATION else 63072000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMONSTRATION
SECURE_HSTS_PRELOAD = not DEMONSTRATION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if not DEMONSTRATION else None

# Nothing uploaded may reach Django's own handlers: they spill to the temporary folder in clear.
FILE_UPLOAD_HANDLERS = ["speakup.reporting.uploads.RefusingUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILES_DIR = DATA_DIR / "files"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
USE_I18N = True
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

# Where 'leave this site' goes: neutral, not personalised.
NEUTRAL_SITE = env.str("SPEAKUP_NEUTRAL_SITE", default="https://www.bbc.co.uk/weather")

BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://localhost")
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
    }
    if CELERY_BROKER_URL.startswith("filesystem:")
    else {}
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"allow_list": {"()": "speakup.web.logs.AllowListFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "allow_list"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        # Their every-day lines say nothing once their text is left out.
        "celery": {"handlers": [], "level": "WARNING", "propagate": True},
        "kombu": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
