"""What this process is told by its environment: the mode, which part of SpeakUp it is, and its secrets.

Every value may stand in the environment itself (NAME) or in a file that the environment names (NAME_FILE), as secrets
of a container do. speakup/settings.py says what Django makes of them.
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

# The parts that production runs as processes of their own, each with its own secrets. `both` is the demonstration's:
# the two sites in one process, and every other part with the same settings.
WEB_SITES = ("reporter", "staff")
# `owner` is whoever changes the tables (manage.py migrate, grant_tables), and serves nothing.
PARTS = (*WEB_SITES, "worker", "metrics", "beat", "owner")
SITE = env.str("SPEAKUP_SITE", default="both" if DEMONSTRATION else "")
if SITE not in PARTS and not (DEMONSTRATION and SITE == "both"):
    raise ImproperlyConfigured(f"SPEAKUP_SITE must be one of {', '.join(PARTS)} (both: demonstration only)")

# Fewer different characters than this in a secret, and somebody typed it: by chance fewer come once in a billion.
FEWEST_CHARACTERS = 6
# Words in secrets that stood in an example or in a generator's template.
OF_EXAMPLES = ("change", "example", "insecure", "secret", "password", "default")


def is_for(*sites: str) -> bool:
    """Whether this process is one of these parts; `both` is all of them."""
    return SITE == "both" or SITE in sites


def text(name: str, default: str | None = None) -> str:
    """The value of NAME or of the file NAME_FILE, without the space and line ends around it.

    Raises ImproperlyConfigured, naming it, where there is none and no default.
    """
    value = str(env.str(name, default="")).strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set")
    return default


def secret(name: str) -> str:
    """A secret of this installation: from the environment, or in demonstration mode from a file made once.

    Raises ImproperlyConfigured where there is none, and in production where it was plainly not made at random.
    """
    value = text(name, "")
    if value:
        if not DEMONSTRATION:
            _refuse_default(name, value)
        return value
    if not DEMONSTRATION:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set")
    path = DATA_DIR / "secrets" / name.lower()
    try:
        return _made_once(path)
    except OSError as complaint:
        raise ImproperlyConfigured(f"the data folder cannot be used: {path}: {complaint.strerror}") from None


def _refuse_default(name: str, value: str) -> None:
    if len(set(value)) < FEWEST_CHARACTERS or any(word in value.lower() for word in OF_EXAMPLES):
        raise ImproperlyConfigured(f"{name} is a default or an example, not a secret: make one at random")


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
