"""What this process is told by its environment: the mode, which part of SpeakUp it is, and its secrets.

Every value may stand in the environment itself (NAME) or in a file that the environment names (NAME_FILE), as secrets
of a container do. speakup/settings.py says what Django makes of them.
"""

import base64
import contextlib
import hashlib
import os
import re
import secrets
import warnings
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured


def _told(name: str) -> str | None:
    """The text of the file NAME_FILE where that is set, else of NAME; None where neither is. Without space around it.

    Raises ImproperlyConfigured, naming it, where the file cannot be read as text.
    """
    path = os.environ.get(f"{name}_FILE")
    if not path:
        value = os.environ.get(name)
        return value if value is None else value.strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as complaint:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {path}: {complaint.strerror}") from None
    except ValueError:
        raise ImproperlyConfigured(f"{name}_FILE is no text: {path}") from None


def text(name: str, default: str | None = None) -> str:
    """The value of NAME or of the file NAME_FILE, without the space and line ends around it.

    Raises ImproperlyConfigured, naming it, where there is none and no default, and where the file cannot be read.
    """
    value = _told(name)
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set")
    return default


BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(text("SPEAKUP_DATA", str(BASE_DIR / "var"))).resolve()

_MODE = _told("SPEAKUP_MODE")
MODE = "demonstration" if _MODE is None else _MODE  # not where it is empty: somebody meant to say something
if MODE not in {"demonstration", "production"}:
    raise ImproperlyConfigured(f"SPEAKUP_MODE must be demonstration or production, not {MODE!r}")
DEMONSTRATION = MODE == "demonstration"

# The parts that production runs as processes of their own, each with its own secrets. `both` is the demonstration's:
# the two sites in one process, and every other part with the same settings.
WEB_SITES = ("reporter", "staff")
# `owner` is whoever changes the tables (manage.py migrate, grant_tables), and serves nothing.
PARTS = (*WEB_SITES, "worker", "metrics", "beat", "owner")
SITE = text("SPEAKUP_SITE", "both" if DEMONSTRATION else "")
if SITE not in PARTS and not (DEMONSTRATION and SITE == "both"):
    raise ImproperlyConfigured(f"SPEAKUP_SITE must be one of {', '.join(PARTS)} (both: demonstration only)")

# Fewer different characters than this in a secret, and somebody typed it: by chance fewer come once in a billion.
FEWEST_CHARACTERS = 6
# Words in secrets that stood in an example or in a generator's template.
OF_EXAMPLES = ("change", "example", "insecure", "secret", "password", "default")
# What Django asks of the key that signs.
SHORTEST_SECRET_KEY = 50
_TELEPHONE = re.compile(r"\+?[0-9]+(?: [0-9]+)*", re.ASCII)
_DATABASES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")
_MAIL_SERVER = "django.core.mail.backends.smtp.EmailBackend"


def is_for(*sites: str) -> bool:
    """Whether this process is one of these parts; `both` is all of them."""
    return SITE == "both" or SITE in sites


def secret(name: str) -> str:
    """A secret of this installation: from the environment, or in demonstration mode from a file made once.

    Raises ImproperlyConfigured where there is none, and in production where it was plainly not made at random.
    """
    value = text(name, "")
    if value:
        if not DEMONSTRATION:
            _refuse_made_up(name, value)
        return value
    if not DEMONSTRATION:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set")
    path = DATA_DIR / "secrets" / name.lower()
    try:
        return _made_once(path)
    except OSError as complaint:
        raise ImproperlyConfigured(f"the data folder cannot be used: {path}: {complaint.strerror}") from None


def _refuse_made_up(name: str, value: str) -> None:
    if len(set(value)) < FEWEST_CHARACTERS or any(word in value.lower() for word in OF_EXAMPLES):
        raise ImproperlyConfigured(f"{name} is a default or an example, not a secret: make one at random")
    if any(value.startswith(value[block:]) for block in range(1, len(value) // 2 + 1)):
        raise ImproperlyConfigured(f"{name} is one block over and over, not a secret: make one at random")
    with contextlib.suppress(ValueError):
        _refuse_ladder(name, [int(digit, 16) for digit in value], 16)
        _refuse_ladder(name, list(bytes.fromhex(value)), 256)
    _refuse_ladder(name, [ord(character) for character in value], 1 << 32)
    if name == "SPEAKUP_SECRET_KEY" and len(value) < SHORTEST_SECRET_KEY:
        raise ImproperlyConfigured(f"{name} must have {SHORTEST_SECRET_KEY} characters or more: make it at random")


def _refuse_ladder(name: str, numbers: Sequence[int], wraps_at: int) -> None:
    """Raises ImproperlyConfigured where half the steps from one number to the next are the same: by chance they never
    are in anything long enough to be a secret."""
    steps = Counter((after - before) % wraps_at for before, after in pairwise(numbers))
    if max(steps.values(), default=0) * 2 > len(numbers):
        raise ImproperlyConfigured(f"{name} counts up or down, it is not a secret: make one at random")


def _made_once(path: Path) -> str:
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
    """32 bytes written as 64 hexadecimal digits. Raises ImproperlyConfigured."""
    try:
        made = bytes.fromhex(value)
    except ValueError:
        made = b""
    if len(made) != 32:
        raise ImproperlyConfigured(f"{name} must be 32 bytes, written as 64 hexadecimal digits")
    return made


def address(name: str, value: str, schemes: Collection[str], like: str) -> SplitResult:
    """What stands under `name`, taken apart: an address with one of these schemes, a host and, if any, a real port.

    Raises ImproperlyConfigured, with one line that says what it is to be `like` and nothing of what it is.
    """
    try:
        parts = urlsplit(value)
        stands = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        stands = False
    if not stands:
        raise ImproperlyConfigured(f"{name} must be like {like}")
    return parts


def web_page(name: str) -> str:
    """The https address of a page under `name`; empty where none is set. Raises ImproperlyConfigured."""
    value = text(name, "")
    if value:
        address(name, value, ["https"], "https://host/page")
    return value


def telephone(name: str) -> str:
    """The telephone number under `name`, digits with spaces between; empty where none is set.

    Raises ImproperlyConfigured.
    """
    value = text(name, "")
    if value and not _TELEPHONE.fullmatch(value):
        raise ImproperlyConfigured(f"{name} must be a telephone number, digits with spaces between")
    return value


def onion_address(name: str) -> str:
    """The host of a version 3 onion service under `name`, like (56 letters and digits).onion; empty where none is set.

    The address holds a checksum (Tor's rend-spec-v3, 'Encoding onion addresses'), so that a slip of the hand starts
    nothing: whoever typed such an address would come to nobody, or to somebody who had made it.
    Raises ImproperlyConfigured.
    """
    value = text(name, "").lower()
    if not value:
        return ""
    try:
        decoded = base64.b32decode(value.removesuffix(".onion").upper())
    except ValueError:
        decoded = b""
    public_key, checksum, version = decoded[:32], decoded[32:34], decoded[34:]
    expected = hashlib.sha3_256(b".onion checksum" + public_key + version).digest()[:2]
    if not value.endswith(".onion") or version != b"\x03" or checksum != expected:
        raise ImproperlyConfigured(f"{name} must be an onion address: 56 letters and digits, then .onion")
    return value


def database(name: str) -> dict[str, Any]:
    """Django's settings of the database whose address stands under `name`; empty where none does.

    Raises ImproperlyConfigured, without a word of the address: it holds a password.
    """
    value = text(name, "")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = environ.Env.db_url_config(value) if value else {}
    except (ValueError, Warning):
        found = {"ENGINE": None}
    if found and (found["ENGINE"] not in _DATABASES or not found["NAME"]):
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be like postgres://user:password@host:5432/name")
    return found


def mail_server(name: str) -> dict[str, Any]:
    """Django's settings of the mail server whose address stands under `name`, to which nothing goes in clear.

    Raises ImproperlyConfigured, without a word of the address: it holds a password.
    """
    like = "smtp+tls://user:password@host:587 or smtp+ssl://user:password@host:465"
    value = text(name)
    address(name, value, ("smtp+tls", "smtp+ssl"), like)
    found: dict[str, Any] = environ.Env.email_url_config(value)
    encrypted = [found.get(option) for option in ("EMAIL_USE_TLS", "EMAIL_USE_SSL")]
    if found["EMAIL_BACKEND"] != _MAIL_SERVER or sorted(map(bool, encrypted)) != [False, True]:
        raise ImproperlyConfigured(f"{name} must be like {like}")
    return found
