"""Is the ledger what it was? The chain, the checkpoints over it, and the copies of them that lie elsewhere."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.db import models

from speakup.ledger.chain import chain_hash, entry_bytes, moment, stored_bytes
from speakup.ledger.checkpoint_file import CheckpointRecord, KeyRecord, entries_hash, read_records
from speakup.ledger.checkpoint_keys import NoCheckpointKey, PublicKeys, public_keys, vouched
from speakup.ledger.checkpoints import Signed, checkpoint_hash, read_document
from speakup.ledger.models import GENESIS, Checkpoint, CheckpointKey, Entry
from speakup.ledger.verification import BrokenLedgerError, Verified, count_erased, verify_chain
from speakup.vault.errors import VaultError

_ROWS_AT_ONCE = 100


@dataclass(frozen=True)
class Checked:
    """A ledger that holds: how far it reaches, how many details were erased, and how many checkpoints are over it.

    `signed_to` is how many entries the newest of them counts, and `signed_at` its moment; None where there is none.
    """

    verified: Verified
    erased: int
    checkpoints: int
    signed_to: int
    signed_at: str | None


def verify_ledger(
    *, checkpoint_file: Path | None = None, mailed: str = "", progress: Callable[[int], object] | None = None
) -> Checked:
    """Checks the chain and every checkpoint of the table, and, where given, a copy of the file of checkpoints and the
    hash of one that was mailed (hex). `progress` is told how many more entries were looked at.

    In constant memory, safe while others append. Raises BrokenLedgerError for the first fault, which names the entry:
    exactly with the file, without it the entries that one checkpoint counts and the one before does not. Raises OSError
    for a file that cannot be read.
    """
    if checkpoint_file is None:
        return _verify(None, mailed, progress)
    with checkpoint_file.open("rb") as file:
        return _verify(file, mailed, progress)


def _verify(file: BinaryIO | None, mailed: str, progress: Callable[[int], object] | None) -> Checked:
    table = _TableWatch(mailed)
    kept = None if file is None else _FileWatch(file)

    def watch(first: int, hashes: Sequence[bytes]) -> None:
        if kept is not None:
            kept.look_at(first, hashes)
        table.look_at(first, hashes)
        if progress is not None:
            progress(len(hashes))

    verified = verify_chain(watch)
    if kept is not None:
        kept.end(verified.count)
    table.end(verified.count)
    return Checked(verified, count_erased(), table.number, table.count, table.at)


class _Watch:
    """Follows checkpoints in the order of their numbers while the entries pass by."""

    def __init__(self) -> None:
        self.number = 0
        self.count = 0
        self.at: str | None = None
        self._previous: str | None = None
        self._head = GENESIS

    def take(self, document: bytes, ed25519: bytes, mldsa: bytes, keys: PublicKeys | None) -> Signed:
        """What the next checkpoint says, if it follows the one before and its signatures hold."""
        place = f"checkpoint {self.number + 1}"
        try:
            signed = read_document(document)
        except ValueError:
            raise BrokenLedgerError(place, "it is no checkpoint") from None
        if signed.number != self.number + 1:
            raise BrokenLedgerError(place, f"it is missing; the next is {signed.number}")
        if keys is None or keys.version != signed.key:
            raise BrokenLedgerError(place, "no key that the root vouches for signed it")
        try:
            keys.verify(document, ed25519, mldsa)
        except VaultError:
            raise BrokenLedgerError(place, "its signatures do not hold") from None
        if signed.previous != self._previous:
            raise BrokenLedgerError(place, "it does not follow the one before")
        if signed.count < self.count or (signed.count == self.count and signed.head != self._head):
            raise BrokenLedgerError(place, "it counts otherwise than the one before")
        return signed

    def passed(self, signed: Signed, document: bytes) -> None:
        """The entries have come as far as this checkpoint counts."""
        self.number, self.count, self.at = signed.number, signed.count, signed.at
        self._previous, self._head = checkpoint_hash(document), signed.head


class _TableWatch(_Watch):
    def __init__(self, mailed: str) -> None:
        super().__init__()
        self._mailed = mailed.strip().lower()
        self._keys = _keys_of_table()
        self._rows = _rows()
        self._next: tuple[Signed, bytes] | None = None
        self._fetch()

    def look_at(self, first: int, hashes: Sequence[bytes]) -> None:
        last = first + len(hashes) - 1
        while self._next is not None and self._next[0].count <= last:
            signed, document = self._next
            if signed.count >= first and hashes[signed.count - first] != signed.head:
                raise BrokenLedgerError(
                    f"entries {self.count + 1} to {signed.count}",
                    f"they are not those that checkpoint {signed.number} signed",
                )
            self.passed(signed, document)
            self._fetch()

    def end(self, count: int) -> None:
        self.look_at(count + 1, [])  # those over an empty chain, of which nothing passed by
        if self._next is not None:
            signed = self._next[0]
            raise BrokenLedgerError(
                f"entry {count + 1}", f"it is missing; checkpoint {signed.number} counted {signed.count}"
            )
        if self._mailed:
            raise BrokenLedgerError("checkpoint", "the one that was mailed is not there")

    def _fetch(self) -> None:
        self._next = None
        row = next(self._rows, None)
        if row is None:
            return
        document = stored_bytes(row.document)
        key = self._keys.get(_key_of(document))
        signed = self.take(document, stored_bytes(row.ed25519), stored_bytes(row.mldsa), key)
        if (row.number, row.count, moment(row.at)) != (signed.number, signed.count, signed.at):
            raise BrokenLedgerError(f"checkpoint {signed.number}", "its columns are not what it says")
        if checkpoint_hash(document) == self._mailed:
            self._mailed = ""
        self._next = signed, document


class _FileWatch(_Watch):
    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._records = read_records(file)
        self._keys: dict[int, PublicKeys] = {}
        self._next: tuple[Signed, CheckpointRecord] | None = None
        self._fetch()
        if self._next is None:
            raise BrokenLedgerError("checkpoint 1", "the file holds none")

    def look_at(self, first: int, hashes: Sequence[bytes]) -> None:
        at = first
        while self._next is not None and at < first + len(hashes):
            signed, record = self._next
            until = min(signed.count + 1, first + len(hashes))
            here = hashes[at - first : until - first]
            start = at - self.count - 1
            if list(here) != list(record.entries[start : start + len(here)]):
                self._name(at, here, record.entries[start:], signed)
            at = until
            if at == signed.count + 1:
                self._pass()

    def end(self, count: int) -> None:
        while self._next is not None and self._next[0].count <= count:
            self._pass()  # those that count no more than the one before
        if self._next is not None:
            signed = self._next[0]
            raise BrokenLedgerError(
                f"entry {count + 1}",
                f"it is missing; checkpoint {signed.number} of the file counted {signed.count}",
            )

    def _pass(self) -> None:
        if self._next is None:
            return
        signed, record = self._next
        row = Checkpoint.objects.filter(number=signed.number).first()
        if row is None:
            raise BrokenLedgerError(f"checkpoint {signed.number}", "the file has it, the database has not")
        if stored_bytes(row.document) != record.document:
            raise BrokenLedgerError(f"checkpoint {signed.number}", "the database has another than the file")
        self.passed(signed, record.document)
        self._fetch()

    def _fetch(self) -> None:
        self._next = None
        for record in self._records:
            if isinstance(record, KeyRecord):
                self._add_key(record)
                continue
            signed = self.take(record.document, record.ed25519, record.mldsa, self._keys.get(_key_of(record.document)))
            if entries_hash(record.entries) != signed.entries or len(record.entries) != signed.count - self.count:
                raise BrokenLedgerError(f"checkpoint {signed.number}", "the file's hashes are not those it signed")
            self._next = signed, record
            return

    def _add_key(self, record: KeyRecord) -> None:
        try:
            self._keys[record.version] = vouched(record.version, record.ed25519, record.mldsa, record.signature)
        except NoCheckpointKey:
            raise BrokenLedgerError(f"checkpoint key {record.version}", "the root does not vouch for it") from None

    def _name(self, first: int, here: Sequence[bytes], kept: Sequence[bytes], signed: Signed) -> None:
        pairs = zip(here, kept, strict=False)
        at = next((place for place, (one, other) in enumerate(pairs) if one != other), len(kept))
        before = kept[at - 1] if at else self._before(first)
        how = _how(first + at, before, kept[at : at + 2])
        raise BrokenLedgerError(
            f"entry {first + at}", f"{how}: it is not the one that checkpoint {signed.number} signed"
        )

    def _before(self, seq: int) -> bytes:
        """The hash of the entry before, which was looked at and held."""
        stored = Entry.objects.filter(seq=seq - 1).values_list("hash", flat=True).first()
        return GENESIS if stored is None else stored_bytes(stored)


def _how(seq: int, before: bytes, kept: Sequence[bytes]) -> str:
    """In one word what was done at this place, as far as the entries that stand there now can tell.

    `before` is the hash that the entry there was chained to, `kept` the hashes that it and the next one had.
    """
    rows = {entry.seq: entry for entry in Entry.objects.filter(seq__in=[seq, seq + 1])}
    here, following = rows.get(seq), rows.get(seq + 1)
    first, second = (*kept, None, None)[:2]
    next_is_first = following is not None and _hash_as(following, seq, before) == first
    here_is_second = here is not None and first is not None and _hash_as(here, seq + 1, first) == second
    if next_is_first and here_is_second:
        return "re-ordered"
    if next_is_first:
        return "inserted"
    if here_is_second:
        return "one was removed here"
    return "altered"


def _hash_as(entry: Entry, seq: int, before: bytes) -> bytes:
    entry.seq, kept = seq, entry.seq
    try:
        return chain_hash(before, entry_bytes(entry))
    finally:
        entry.seq = kept


def _key_of(document: bytes) -> int:
    try:
        return read_document(document).key
    except ValueError:
        return 0


def _keys_of_table() -> dict[int, PublicKeys]:
    keys = {}
    for row in CheckpointKey.objects.order_by("version"):
        try:
            keys[row.version] = public_keys(row)
        except NoCheckpointKey:
            raise BrokenLedgerError(f"checkpoint key {row.version}", "the root does not vouch for it") from None
    return keys


def _rows() -> Iterator[Checkpoint]:
    number: int | None = None
    while True:
        found: models.QuerySet[Checkpoint] = Checkpoint.objects.order_by("number")
        rows = list((found if number is None else found.filter(number__gt=number))[:_ROWS_AT_ONCE])
        yield from rows
        if len(rows) < _ROWS_AT_ONCE:
            return
        number = rows[-1].number
