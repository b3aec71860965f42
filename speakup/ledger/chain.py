"""The bytes of an entry and the hash that chains it to the one before (vault.md, 'Ledger')."""

import datetime as dt
import hashlib

from speakup.ledger.models import Entry
from speakup.vault.encoding import canonical


def entry_bytes(entry: Entry) -> bytes:
    """The canonical bytes of every column of `entry` but its hash: verification makes them again from the row."""
    return canonical(
        {
            "id": str(entry.id),
            "seq": entry.seq,
            "day": entry.day.isoformat(),
            "at": None if entry.at is None else moment(entry.at),
            "actor_id": None if entry.actor_id is None else str(entry.actor_id),
            "role": entry.role,
            "action": str(entry.action),
            "object_id": None if entry.object_id is None else str(entry.object_id),
            # Latin-1 gives every byte a character of its own: whatever stands in the column has one reading.
            "written": stored_bytes(entry.written).decode("latin-1"),
            "detail_hash": None if entry.detail_hash is None else stored_bytes(entry.detail_hash).hex(),
        }
    )


def stored_bytes(value: bytes | memoryview) -> bytes:
    """The bytes of a column. TypeError for anything else: of a number, bytes() would make as many zeros."""
    if not isinstance(value, bytes | memoryview):
        raise TypeError
    return bytes(value)


def chain_hash(previous: bytes, data: bytes) -> bytes:
    """SHA-256(hash of the entry before | this entry's bytes); before the first stands models.GENESIS."""
    return hashlib.sha256(previous + data).digest()


def moment(at: dt.datetime) -> str:
    """A moment as it stands in an entry's bytes: UTC, to the microsecond."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")
