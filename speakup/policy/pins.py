"""Which policies this host was told to trust: outside the database, beside the floor of the rosters.

The policy says which roles hold a desk's keys and who receives what: whoever could put one of their own into the
database would decide who reads. So a version counts only where the file of this host names its number and the SHA-256
of its bytes, one line each. `adopt_policy` writes the line, on each host that it is run on with the document in hand.
"""

import fcntl
import os
from pathlib import Path

from django.conf import settings


class PinsUnusable(Exception):
    """The file of trusted policies cannot be written."""

    def __init__(self, *_: object) -> None:
        super().__init__("the file of trusted policies cannot be written")


def is_pinned(seq: int, sha256: bytes) -> bool:
    """Whether this host was told to trust these bytes (their SHA-256, 32 bytes) as this version. A missing file trusts
    none."""
    try:
        lines = _file().read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return False
    return _line(seq, sha256) in lines


def pin(seq: int, sha256: bytes) -> None:
    """From now on this host trusts them; again changes nothing. Raises PinsUnusable."""
    try:
        _file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(_file(), os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "a", encoding="ascii") as file:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if not is_pinned(seq, sha256):
                file.write(_line(seq, sha256) + "\n")
                file.flush()
                os.fsync(descriptor)
    except OSError:
        raise PinsUnusable from None


def _file() -> Path:
    return Path(settings.POLICY_PINS_FILE)


def _line(seq: int, sha256: bytes) -> str:
    return f"{seq} {sha256.hex()}"
