"""Which policies this host was told to trust: outside the database, beside the floor of the rosters.

The policy says which roles hold a desk's keys and who receives what: whoever could put one of their own into the
database would decide who reads. So a version counts only where the file of this host names its number, the SHA-256 of
its bytes and its first day, one line each; and none counts on a day for which the file names a later one, so that a
version that was replaced does not come back. `adopt_policy` writes the line, on each host that it is run on with the
document in hand.
"""

import datetime as dt
import fcntl
import os
import re
from pathlib import Path

from django.conf import settings

_WHOLE = re.compile(r"\d+ [0-9a-f]{64} \d{4}-\d\d-\d\d")


class PinsUnusable(Exception):
    """The file of trusted policies cannot be written."""

    def __init__(self, *_: object) -> None:
        super().__init__("the file of trusted policies cannot be written")


def is_pinned(seq: int, sha256: bytes, from_day: dt.date) -> bool:
    """Whether this host was told to trust these bytes (their SHA-256, 32 bytes) as this version, from this day on. A
    missing file trusts none."""
    return _line(seq, sha256, from_day) in _lines()


def newest_pinned(day: dt.date) -> int:
    """The number of the newest version that this host trusts from this day or an earlier one; 0 for none. Of a version
    that was adopted again after a restore the last day counts."""
    days: dict[str, str] = {}
    for line in _lines():
        seq, _, from_day = line.split(" ")
        days[seq] = from_day
    return max((int(seq) for seq, from_day in days.items() if from_day <= day.isoformat()), default=0)


def pinned_day(seq: int, sha256: bytes) -> dt.date | None:
    """From which day on this host was last told to trust these bytes as this version; None where it never was."""
    days = [day for *version, day in map(str.split, _lines()) if version == [str(seq), sha256.hex()]]
    return dt.date.fromisoformat(days[-1]) if days else None


def pin(seq: int, sha256: bytes, from_day: dt.date) -> None:
    """From now on this host trusts them; again changes nothing. Raises PinsUnusable."""
    try:
        _file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(_file(), os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "a", encoding="ascii") as file:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if not is_pinned(seq, sha256, from_day):
                file.write(_line(seq, sha256, from_day) + "\n")
                file.flush()
                os.fsync(descriptor)
    except OSError:
        raise PinsUnusable from None


def _lines() -> list[str]:
    """Those that are whole: one that was broken off names nothing."""
    try:
        lines = _file().read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return []
    return [line for line in lines if _WHOLE.fullmatch(line)]


def _file() -> Path:
    return Path(settings.POLICY_PINS_FILE)


def _line(seq: int, sha256: bytes, from_day: dt.date) -> str:
    return f"{seq} {sha256.hex()} {from_day.isoformat()}"
