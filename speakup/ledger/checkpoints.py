"""Checkpoints: how far the chain had come, signed twice every 15 minutes and written outside the database.

Source: vault.md, 'Ledger'; ADR 0024. A document says its number, the moment, how many entries there were, the hash of
the last, the hash of the hashes since the checkpoint before, the newest roster of every desk, which keys signed it, and
the hash of the checkpoint before. What a kept checkpoint counts cannot be changed without being found, not
even by somebody who can write the whole database.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from speakup.ledger.chain import moment, stored_bytes
from speakup.ledger.checkpoint_file import (
    CheckpointRecord,
    KeyRecord,
    append_record,
    entries_hash,
    has_key,
    last_checkpoint,
    opened_to_append,
)
from speakup.ledger.checkpoint_keys import NoCheckpointKey, SigningKeys, signing_keys
from speakup.ledger.models import GENESIS, Checkpoint, CheckpointKey, Entry, Head
from speakup.ledger.verification import BrokenLedgerError, Verified, verify_entries
from speakup.vault.encoding import canonical, parse
from speakup.vault.errors import VaultError

# An hour without a checkpoint is four that were missed.
LATE = dt.timedelta(hours=1)
# A first checkpoint over a long chain, or one after a long rest, is made in several: each is held in memory whole.
MOST_ENTRIES = 50_000


class TurnedBack(Exception):
    """The file and the database disagree about what was signed: one of the two was changed or turned back. Nothing is
    signed until somebody has looked (docs/operations.md)."""

    def __init__(self, *_: object) -> None:
        super().__init__("the checkpoints in the database are not those of the file")


@dataclass(frozen=True)
class Signed:
    """What a checkpoint's document says. `at` is a moment in UTC as text, hashes are hex, `rosters` is by desk."""

    number: int
    at: str
    count: int
    head: bytes
    entries: str
    key: int
    previous: str | None
    rosters: Mapping[str, Any]


def sign_checkpoint(rosters: Mapping[str, tuple[int, str]], *, now: dt.datetime) -> int:
    """Sign how far the chain has come, into the table and the file; how many checkpoints it took (nearly always one).

    `rosters` are the version and SHA-256 (hex) of every desk's newest roster, by its code. What came since the last one
    is verified first: a chain that does not hold is not signed. What the file lacks of the table, because a process was
    killed between the two, is written there first. Safe to call twice or by two at once. Raises NoCheckpointKey in
    every process but the worker, TurnedBack, BrokenLedgerError, OSError.
    """
    keys, path = signing_keys(), getattr(settings, "CHECKPOINT_FILE", None)
    if not path:
        raise NoCheckpointKey
    with opened_to_append(Path(path)) as file:
        last = _catch_up(file)
        made = 0
        while True:
            hashes, reached = _entries_since(last)
            signed = Signed(
                number=1 if last is None else last.number + 1,
                at=moment(now),
                count=reached.count,
                head=reached.last_hash,
                entries=entries_hash(hashes),
                key=keys.version,
                previous=None if last is None else checkpoint_hash(bytes(last.document)),
                rosters={desk: list(newest) for desk, newest in rosters.items()},
            )
            last = _sign(signed, keys, now)
            _write(file, last, hashes)
            made += 1
            if len(hashes) < MOST_ENTRIES:
                return made


def read_document(document: bytes) -> Signed:
    """What the document says. Raises ValueError for anything that is no document of a checkpoint."""
    try:
        plain = parse(document)
        signed = Signed(**{**plain, "head": bytes.fromhex(plain["head"])})
    except (VaultError, TypeError, KeyError):
        raise ValueError("this is no checkpoint") from None
    if not all(isinstance(number, int) for number in (signed.number, signed.count, signed.key)):
        raise ValueError("this is no checkpoint")
    return signed


def checkpoint_hash(document: bytes) -> str:
    """The name of a checkpoint: SHA-256 of its document, in hex. The next one holds it; the auditor is mailed it."""
    return hashlib.sha256(document).hexdigest()


def newest_checkpoint(*, before: dt.datetime | None = None) -> Checkpoint | None:
    """The newest checkpoint, or the newest that was signed before a moment."""
    found = Checkpoint.objects.order_by("-number")
    return (found if before is None else found.filter(at__lt=before)).first()


def is_late(newest: Checkpoint | None, now: dt.datetime) -> bool:
    """Whether the newest checkpoint is more than an hour old, or there is none."""
    return newest is None or newest.at < now - LATE


def checkpoints_are_late(now: dt.datetime) -> bool:
    """Whether a key to sign with was made, and no checkpoint has been signed for an hour. Two queries."""
    return CheckpointKey.objects.exists() and is_late(newest_checkpoint(), now)


def _entries_since(last: Checkpoint | None) -> tuple[list[bytes], Verified]:
    """The hashes of what was appended since, at most MOST_ENTRIES, and how far they reach. Raises BrokenLedgerError."""
    since = Verified(0, GENESIS) if last is None else Verified(last.count, read_document(bytes(last.document)).head)
    head = Head.objects.get()  # read before the entries: what it counts is there
    hashes: list[bytes] = []
    reached = since
    for batch in verify_entries(since):
        hashes += batch
        hashes = hashes[:MOST_ENTRIES]
        reached = Verified(since.count + len(hashes), hashes[-1])
        if len(hashes) == MOST_ENTRIES:
            break
    if reached.count < head.count and len(hashes) < MOST_ENTRIES:
        raise BrokenLedgerError(f"entry {reached.count + 1}", "it is missing")
    if head.count < since.count:
        raise BrokenLedgerError(f"entry {head.count + 1}", "it was signed, and is missing")
    if last is not None and last.count and not Entry.objects.filter(seq=last.count, hash=since.last_hash).exists():
        raise BrokenLedgerError(f"entry {last.count}", "it is not the one that was signed")
    return hashes, reached


def _sign(signed: Signed, keys: SigningKeys, now: dt.datetime) -> Checkpoint:
    document = canonical({**vars(signed), "head": signed.head.hex()})
    ed25519, mldsa = keys.sign(document)
    with transaction.atomic():
        return Checkpoint.objects.create(
            number=signed.number, at=now, count=signed.count, document=document, ed25519=ed25519, mldsa=mldsa
        )


def _catch_up(file: BinaryIO) -> Checkpoint | None:
    """The newest checkpoint of the table, once the file has all of them. Raises TurnedBack."""
    newest, kept = newest_checkpoint(), last_checkpoint(file)
    reached = 0
    if kept is not None:
        try:
            reached = read_document(kept.document).number
        except ValueError:
            raise TurnedBack from None
        row = Checkpoint.objects.filter(number=reached).first()
        if row is None or stored_bytes(row.document) != kept.document:
            raise TurnedBack
    for row in _rows_after(reached):
        before = Checkpoint.objects.filter(number=row.number - 1).values_list("count", flat=True).first() or 0
        counted = Entry.objects.filter(seq__gt=before, seq__lte=row.count).order_by("seq")
        hashes = [stored_bytes(each) for each in counted.values_list("hash", flat=True)]
        if entries_hash(hashes) != read_document(stored_bytes(row.document)).entries:
            raise BrokenLedgerError(f"entries {before + 1} to {row.count}", "they are not those that were signed")
        _write(file, row, hashes)
    return newest


def _rows_after(number: int) -> Iterator[Checkpoint]:
    yield from Checkpoint.objects.filter(number__gt=number).order_by("number").iterator(chunk_size=100)


def _write(file: BinaryIO, row: Checkpoint, hashes: list[bytes]) -> None:
    document = stored_bytes(row.document)
    version = read_document(document).key
    before = last_checkpoint(file)
    if before is None or read_document(before.document).key != version:
        key = CheckpointKey.objects.get(version=version)
        if not has_key(file, version):
            publics = (stored_bytes(value) for value in (key.ed25519, key.mldsa, key.signature))
            append_record(file, KeyRecord(version, *publics))
    append_record(file, CheckpointRecord(document, stored_bytes(row.ed25519), stored_bytes(row.mldsa), hashes))
