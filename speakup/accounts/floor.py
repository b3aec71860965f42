"""The floor file: under which version no roster and no recovery key is taken any more (vault.md, 'Rosters').

Whoever can write the database can put an earlier roster back, or another in its place, signed by somebody who has left
since. The floor lies outside the database, one file a host: name -> [version, SHA-256 of the document in hex], where
the name is a desk's code or `recovery-key`. It only rises. It is read anew before every verification, and a missing or
spoilt one is never made good by itself: nothing verifies until an operator puts it back (docs/operations.md).
"""

import fcntl
import hmac
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from speakup.vault.encoding import canonical, parse

_HASH_SIZE = 32
_LARGEST = 1024 * 1024


class FloorUnusable(Exception):
    """There is no floor file, it is not one, it cannot be written, or something else stands at a version it names."""

    def __init__(self, *_: object) -> None:
        super().__init__("the floor file cannot be used")


@dataclass(frozen=True)
class Mark:
    """How high the floor is under one name: a version, and the SHA-256 (32 bytes) of the document of that version."""

    version: int
    sha256: bytes

    def is_of(self, version: int, sha256: bytes) -> bool:
        """Whether it marks this very document."""
        return self.version == version and hmac.compare_digest(self.sha256, sha256)


def read_floor() -> dict[str, Mark]:
    """Every mark by its name. Raises FloorUnusable."""
    try:
        with _file().open("rb") as file:
            document = parse(file.read(_LARGEST))
        return {name: _mark(entry) for name, entry in document.items()}
    except Exception:  # missing, unreadable, no document of ours: it does not count, whatever is wrong with it
        raise FloorUnusable from None


def raise_floor(marks: Mapping[str, Mark]) -> None:
    """Raise the floor to these marks, where they are higher; a lower one changes nothing.

    In one step, under a lock that all processes of this host share. Raises FloorUnusable where there is no floor yet,
    and for another document at the version that the floor names: then nothing is raised.
    """
    with _locked():
        floor = read_floor()
        raised = dict(floor)
        for name, mark in marks.items():
            stands = floor.get(name)
            if stands is None or stands.version < mark.version:
                raised[name] = mark
            elif stands.version == mark.version and not mark.is_of(stands.version, stands.sha256):
                raise FloorUnusable
        if raised != floor:
            _write(raised)


def replace_floor(marks: Mapping[str, Mark], path: Path | None = None) -> None:
    """Write the first floor, in place of whatever file is there: for the key ceremony, before which no roster stood.

    To `path` where it is to be carried to other hosts. Raises FloorUnusable where it cannot be written.
    """
    with _locked(path):
        _write(marks, path)


def _file() -> Path:
    return Path(settings.ROSTER_FLOOR_FILE)


def _mark(entry: object) -> Mark:
    match entry:
        case [int() as version, str() as sha256] if type(version) is int and version > 0:
            digest = bytes.fromhex(sha256)
            if len(digest) == _HASH_SIZE:
                return Mark(version, digest)
    raise FloorUnusable


@contextmanager
def _locked(path: Path | None = None) -> Iterator[None]:
    """A lock beside the file: the file itself is replaced at every change."""
    path = path or _file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        raise FloorUnusable from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(marks: Mapping[str, Mark], path: Path | None = None) -> None:
    """The whole file or none of it, on the disk before it takes the old one's place."""
    path = path or _file()
    made = path.with_suffix(".new")
    document = canonical({name: [mark.version, mark.sha256.hex()] for name, mark in marks.items()})
    try:
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError:
        raise FloorUnusable from None
