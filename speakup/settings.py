"""Settings, all of them, read from the environment (speakup/environment.py).

Two modes. `demonstration` (the default) needs nothing: it keeps its data and its generated secrets under
`SPEAKUP_DATA`, serves both sites from one process over plain http and says on every page that it is a
demonstration. `production` takes every secret from the environment (NAME, or NAME_FILE naming a file), is one part of
SpeakUp (`SPEAKUP_SITE`) with that part's secrets alone, and refuses to start on what would not protect anybody.
"""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from speakup.environment import (
    BASE_DIR,
    DATA_DIR,
    DEMONSTRATION,
    SITE,
    WEB_SITES,
    address,
    database,
    is_for,
    key,
    mail_server,
    onion_address,
    secret,
    telephone,
    text,
    web_page,
)

# Each part has what it needs: a stolen reporter process opens no second factor, a stolen staff process tries no
# receipt, and the workers, who serve nobody, have none of the three.
SECRET_KEY = secret("SPEAKUP_SECRET_KEY") if is_for(*WEB_SITES) else ""
RECEIPT_PEPPER = key("SPEAKUP_RECEIPT_PEPPER", secret("SPEAKUP_RECEIPT_PEPPER")) if is_for("reporter") else b""
STAFF_SECRET = key("SPEAKUP_STAFF_SECRET", secret("SPEAKUP_STAFF_SECRET")) if is_for("staff") else b""
# The links of invitations are derived from it, by the staff site when one is used and by the worker when it is mailed.
INVITATION_SECRET = (
    key("SPEAKUP_INVITATION_SECRET", secret("SPEAKUP_INVITATION_SECRET")) if is_for("staff", "worker") else b""
)

# The public half of the root signing key (Ed25519, hex). Rosters and the recovery key count only through it.
ROOT_PUBLIC_KEY_FILE = DATA_DIR / "secrets" / "root_public_key"
if DEMONSTRATION and not text("SPEAKUP_ROOT_PUBLIC_KEY", ""):
    _root = ROOT_PUBLIC_KEY_FILE.read_text().strip() if ROOT_PUBLIC_KEY_FILE.is_file() else ""
elif is_for(*WEB_SITES, "worker", "metrics"):
    _root = secret("SPEAKUP_ROOT_PUBLIC_KEY")
else:
    # Its owner makes the tables before there is a root, and checks the ledger's signatures after.
    _root = secret("SPEAKUP_ROOT_PUBLIC_KEY") if is_for("owner") and text("SPEAKUP_ROOT_PUBLIC_KEY", "") else ""
ROOT_PUBLIC_KEY = key("SPEAKUP_ROOT_PUBLIC_KEY", _root) if _root else b""

# Under which version no roster is taken any more: outside the database, one file a host (speakup/accounts/floor.py).
ROSTER_FLOOR_FILE = Path(text("SPEAKUP_ROSTER_FLOOR", str(DATA_DIR / "rosters" / "floor.json")))
# Which policies this host trusts, beside it: a row of the database is not enough (speakup/policy/pins.py).
POLICY_PINS_FILE = ROSTER_FLOOR_FILE.with_name("policies")

# A page of errors shows what was typed: for somebody who develops, on their own machine.
DEBUG = text("SPEAKUP_DEBUG", "").lower() in Env.BOOLEAN_TRUE_STRINGS
if DEBUG and not DEMONSTRATION:
    raise ImproperlyConfigured("SPEAKUP_DEBUG must not be set: its error pages show what somebody typed")
try:
    PORT = int(text("SPEAKUP_PORT", "8000"))
except ValueError:
    raise ImproperlyConfigured("SPEAKUP_PORT must be a number") from None

# Where a production web process listens: for its proxy, which alone may reach it.
BIND = text("SPEAKUP_BIND", f"0.0.0.0:{PORT}")

# Where people find this site. The workers' is the staff site's: their mail says where to sign in.
SITE_URL = f"http://localhost:{PORT}"
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
if not DEMONSTRATION:
    SITE_URL, ALLOWED_HOSTS = "", []
    if is_for(*WEB_SITES, "worker"):
        SITE_URL = text("SPEAKUP_URL").rstrip("/")
        if not SITE_URL.startswith("https://"):
            raise ImproperlyConfigured(
                "SPEAKUP_URL must begin with https:// (plain http lets a network read every word)"
            )
        _url = address("SPEAKUP_URL", SITE_URL, ["https"], "https://host")
        if _url.path or _url.query or _url.fragment or "@" in _url.netloc:
            raise ImproperlyConfigured("SPEAKUP_URL must be like https://host, with nothing behind the host")
        ALLOWED_HOSTS = [str(_url.hostname)] if is_for(*WEB_SITES) else []

# The reporter site's own address in the Tor network, where the force's network leads there: the onion service is
# plain http inside Tor's own encryption, and posts come from that origin (docs/operations.md).
ONION_ADDRESS = onion_address("SPEAKUP_ONION") if is_for("reporter") else ""
CSRF_TRUSTED_ORIGINS = []
if ONION_ADDRESS:
    ALLOWED_HOSTS.append(ONION_ADDRESS)
    CSRF_TRUSTED_ORIGINS.append(f"http://{ONION_ADDRESS}")

# Ways to tell beside this site, each the force's own to provide; what is not set is not shown.
OTHER_WAYS = {
    "phone": telephone("SPEAKUP_PHONE"),
    "bsl": web_page("SPEAKUP_BSL"),
    "easy_read": web_page("SPEAKUP_EASY_READ"),
    "large_print": web_page("SPEAKUP_LARGE_PRINT"),
}

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
]
if SITE != "reporter":
    INSTALLED_APPS += ["professional_standards", "notifications"]
if DEMONSTRATION or SITE not in WEB_SITES:
    INSTALLED_APPS += ["speakup.embedded"]

# One list for both sites: what belongs to one site passes the other's requests by (speakup/web/dispatcher.py). A
# process of one site has the other's not at all.
_ALL_MIDDLEWARE = [
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
_OF_THE_OTHER_SITE = {"reporter": ".Staff", "staff": ".Reporter"}.get(SITE)
MIDDLEWARE = [name for name in _ALL_MIDDLEWARE if _OF_THE_OTHER_SITE is None or _OF_THE_OTHER_SITE not in name]

# The workers serve no page; whoever names one in a mail means the staff's.
ROOT_URLCONF = f"speakup.urls.{SITE if SITE in {'both', 'reporter'} else 'staff'}"
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
                "speakup.clocks.context.clocks",
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

# beat reads the clock and writes to the broker, and needs no database.
_database = database("DATABASE_URL") if SITE != "beat" else {}
if not _database and DEMONSTRATION:
    _database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "speakup.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }
if not DEMONSTRATION and SITE != "beat":
    if _database.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL (or DATABASE_URL_FILE) must name a PostgreSQL database")
    # Each thread keeps its connection between requests, and looks whether it still stands before it uses it.
    _database |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DATABASES = {"default": _database}
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
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
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

# The force's scanner for harmful programs, where it has one. Without it the pages say that nobody looked.
CLAMD = text("SPEAKUP_CLAMD", "") if is_for("reporter") else ""
if CLAMD and not CLAMD.startswith("unix:///"):
    address("SPEAKUP_CLAMD", CLAMD, ["tcp"], "unix:///run/clamav/clamd.sock, or tcp://host:3310")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
USE_I18N = True
# Where a reviewed translation goes (Welsh: locale/cy/LC_MESSAGES/django.po); none is shipped yet.
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

# Where 'leave this site' goes: neutral, not personalised.
NEUTRAL_SITE = text("SPEAKUP_NEUTRAL_SITE", "https://www.bbc.co.uk/weather")
if not DEMONSTRATION:
    address("SPEAKUP_NEUTRAL_SITE", NEUTRAL_SITE, ["https"], "https://host/page (plain http tells a network who left)")
# Whether Escape alone leaves. The button and Shift three times always do.
_ESCAPE = text("SPEAKUP_ESCAPE_LEAVES", "yes").lower()
if _ESCAPE not in {"yes", "no"}:
    raise ImproperlyConfigured("SPEAKUP_ESCAPE_LEAVES must be yes or no")
ESCAPE_LEAVES = _ESCAPE == "yes"

# The metrics worker alone can read the private halves of the metrics keys. (A demonstration has one disk and one user:
# there they lie beside everything else, and it says so.)
if DEMONSTRATION:
    METRICS_KEYS_DIR: Path | None = Path(text("SPEAKUP_METRICS_KEYS", str(DATA_DIR / "metrics")))
else:
    METRICS_KEYS_DIR = Path(text("SPEAKUP_METRICS_KEYS")) if SITE == "metrics" else None

# The worker alone signs the ledger's checkpoints, and writes them to a file outside the database, on a disk of its own.
CHECKPOINT_KEYS_DIR: Path | None = None
CHECKPOINT_FILE: Path | None = None
if DEMONSTRATION:
    CHECKPOINT_KEYS_DIR = Path(text("SPEAKUP_CHECKPOINT_KEYS", str(DATA_DIR / "ledger" / "keys")))
    CHECKPOINT_FILE = Path(text("SPEAKUP_CHECKPOINTS", str(DATA_DIR / "ledger"))) / "checkpoints.jsonl"
elif SITE == "worker":
    CHECKPOINT_KEYS_DIR = Path(text("SPEAKUP_CHECKPOINT_KEYS"))
    CHECKPOINT_FILE = Path(text("SPEAKUP_CHECKPOINTS")) / "checkpoints.jsonl"

# Mail: files in a demonstration, the force's own mail server from the worker, and none from anybody else.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = text("SPEAKUP_MAIL_FROM", "speakup@localhost" if DEMONSTRATION or SITE != "worker" else None)
if DEMONSTRATION:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
elif SITE == "worker":
    vars().update(mail_server("SPEAKUP_MAIL_URL"))
EMAIL_TIMEOUT = 10
EMAIL_USE_LOCALTIME = False

BROKER_DIR = DATA_DIR / "broker"
# The sites send no task: what they write is found by the next sweep.
_BROKER_URL = text("CELERY_BROKER_URL", text("REDIS_URL", ""))
if not _BROKER_URL and not DEMONSTRATION and is_for("worker", "metrics", "beat"):
    raise ImproperlyConfigured("REDIS_URL (or REDIS_URL_FILE) must be set")
if _BROKER_URL and not DEMONSTRATION:
    _name = "CELERY_BROKER_URL" if text("CELERY_BROKER_URL", "") else "REDIS_URL"
    for _each in _BROKER_URL.split(";"):  # Celery's way to name several
        # A socket, which leaves the machine no more than a file does, has a path where the others have a host.
        if not _each.startswith("redis+socket:///"):
            address(_name, _each, ["redis", "rediss"], "redis://:password@host:6379/0, or rediss:// with TLS")
CELERY_BROKER_URL = _BROKER_URL or ("filesystem://localhost" if DEMONSTRATION else "")
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
    }
    if CELERY_BROKER_URL.startswith("filesystem:")
    else {"visibility_timeout": 3600}  # what a killed worker held is delivered again after an hour
)
# A queue of its own: no other worker is ever handed what needs the metrics keys.
CELERY_TASK_ROUTES = {"speakup.culture.tasks.*": {"queue": "metrics"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# Nobody is mailed a fault, and whatever else asks for a report of one gets its class and place alone.
ADMINS: list[tuple[str, str]] = []
MANAGERS: list[tuple[str, str]] = []
DEFAULT_EXCEPTION_REPORTER = "speakup.web.faults.FaultReporter"
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
