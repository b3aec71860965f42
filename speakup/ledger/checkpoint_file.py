"""The checkpoints outside the database: a file that only grows, a line a record.

A record is a key (public halves and the root's signature) or a checkpoint: the signed document, its two signatures, and
the hashes of the entries that came since the one before. With these hashes, whose own hash is signed, an entry that was
changed is told from those chained after it. It stands on a disk of its own (docs/operations.md); the auditor copies it.
"""

import base64
import binascii
import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from speakup.ledger.models import HASH_SIZE
from speakup.vault.encoding import canonical, parse
from speakup.vault.errors import VaultError

_BLOCK = 64 * 1024


@dataclass(frozen=True)
class KeyRecord:
    """The public halves of a version of the keys, with the root's signature."""

    version: int
    ed25519: bytes = field(repr=False)
    mldsa: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True)
class CheckpointRecord:
    """A checkpoint as it was signed, and the hashes (32 bytes each) of the entries since the one before."""

    document: bytes
    ed25519: bytes = field(repr=False)
    mldsa: bytes = field(repr=False)
    entries: Sequence[bytes] = field(repr=False)


Record = KeyRecord | CheckpointRecord


def entries_hash(hashes: Sequence[bytes]) -> str:
    """What a document says of the entries since the checkpoint before: SHA-256 of their hashes, one after the other."""
    return hashlib.sha256(b"".join(hashes)).hexdigest()


@contextmanager
def opened_to_append(path: Path) -> Iterator[BinaryIO]:
    """The file, made (0600) where it is missing, for one process at a time."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def append_record(file: BinaryIO, record: Record) -> None:
    """Add one line, so that it outlasts a loss of power. A line that a killed process left unended is ended first: it
    is no record, and the next one says the same again."""
    line = canonical(_plain(record)) + b"\n"
    file.seek(0, os.SEEK_END)
    if file.tell():
        file.seek(-1, os.SEEK_END)
        line = line if file.read(1) == b"\n" else b"\n" + line
    file.write(line)
    file.flush()
    os.fsync(file.fileno())


def read_records(file: BinaryIO) -> Iterator[Record]:
    """Every whole record, in the order of the file, one at a time; what is none is left out, and missed by number."""
    for line in file:
        record = _read(line)
        if record is not None:
            yield record


def last_checkpoint(file: BinaryIO) -> CheckpointRecord | None:
    """The newest checkpoint in the file, read from its end."""
    for line in _lines_backwards(file):
        record = _read(line)
        if isinstance(record, CheckpointRecord):
            return record
    return None


def has_key(file: BinaryIO, version: int) -> bool:
    """Whether the file has the public halves of this version. Reads it from its beginning: asked seldom."""
    file.seek(0)
    return any(isinstance(record, KeyRecord) and record.version == version for record in read_records(file))


def _plain(record: Record) -> dict[str, Any]:
    if isinstance(record, KeyRecord):
        return {
            "key": record.version,
            "ed25519": _text(record.ed25519),
            "mldsa": _text(record.mldsa),
            "signature": _text(record.signature),
        }
    return {
        "document": record.document.decode(),
        "ed25519": _text(record.ed25519),
        "mldsa": _text(record.mldsa),
        "entries": _text(b"".join(record.entries)),
    }


def _read(line: bytes) -> Record | None:
    try:
        plain = parse(line.rstrip(b"\n"))
        if set(plain) == {"key", "ed25519", "mldsa", "signature"} and isinstance(plain["key"], int):
            return KeyRecord(plain["key"], *(_bytes(plain[name]) for name in ("ed25519", "mldsa", "signature")))
        if set(plain) == {"document", "ed25519", "mldsa", "entries"}:
            joined = _bytes(plain["entries"])
            hashes = [joined[at : at + HASH_SIZE] for at in range(0, len(joined), HASH_SIZE)]
            return CheckpointRecord(
                plain["document"].encode(), _bytes(plain["ed25519"]), _bytes(plain["mldsa"]), hashes
            )
    except (VaultError, ValueError, TypeError, AttributeError, binascii.Error):
        return None
    return None


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _lines_backwards(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0, os.SEEK_END)
    at, rest = file.tell(), b""
    while at:
        size = min(_BLOCK, at)
        at -= size
        file.seek(at)
        first, *lines = (file.read(size) + rest).split(b"\n")
        yield from reversed(lines)
        rest = first
    yield rest
