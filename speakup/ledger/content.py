"""Is every sealed value still the one that was written? The newest hash of each row against what stands there now.

A value that was moved or changed does not open (vault.md, 'Content'); one that was put in place of another by somebody
who holds its key, or an older one of the same place, would. Against those stands the hash in the entry of its writing.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model

from speakup.ledger.actions import REPORTER
from speakup.ledger.chain import stored_bytes
from speakup.ledger.models import Entry, PendingAct
from speakup.ledger.verification import BrokenLedgerError
from speakup.ledger.written import written
from speakup.vault.encoding import parse
from speakup.vault.errors import VaultError

# Ended by a rule, without an entry that names the row: rows of members (a `revoke` entry says that some ended), entries
# of a desk's list, what is due or proposed until it is done, and a reporter's older key where a newer one follows it.
MAY_GO = frozenset({"Grant", "ListEntry", "RekeyDue", "RosterProposal", "ReceiptEpoch"})
# What reporters and staff are shown as somebody's words or acts: a row that no entry wrote was put there by hand.
ALWAYS_ENTERED = frozenset({"Report", "Message", "Progress", "IntakeTransition", "Note", "Transition"})
_ROWS_AT_ONCE = 200
_MOST_CACHE = 32 * 1024  # KiB: beyond it the table below spills to a file that has no name
_PENDING = 2**62  # reporters' acts that wait for the night come after every entry

Row = tuple[str, str, int, int, str, int, str | None, str]


@dataclass(frozen=True)
class Found:
    """How many rows hold what was last written there, and how many of those that may go are gone."""

    same: int
    gone: int


@dataclass(frozen=True)
class _Write:
    version: int
    seq: int
    day: str
    by_reporter: bool
    sha256: str | None
    fields: tuple[str, ...]


def verify_content(*, progress: Callable[[int], object] | None = None) -> Found:
    """Compares every row that any entry, or any act that waits for the night, wrote. verify_ledger() goes before it:
    what the entries say is believed here.

    Memory is constant: what was written where is sorted in a table of SQLite's own, ids and hashes alone. Raises
    BrokenLedgerError for the first row that is not as written, is gone though it may not go, or was written by nobody.
    """
    with closing(sqlite3.connect("")) as table:
        table.execute(f"PRAGMA cache_size = -{_MOST_CACHE}")
        table.execute(
            "CREATE TABLE writes (entity TEXT, id TEXT, version INT, seq INT, day TEXT, by_reporter INT, sha256 TEXT,"
            " fields TEXT)"
        )
        table.executemany("INSERT INTO writes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _all_writes())
        table.execute("CREATE INDEX one_row ON writes (entity, id)")
        found = Found(0, 0)
        for entity, batch in _batches(table):
            same, gone = _compare(entity, batch)
            found = Found(found.same + same, found.gone + gone)
            if progress is not None:
                progress(len(batch))
        for entity in sorted(ALWAYS_ENTERED):
            _verify_all_entered(entity, table)
    return found


def _all_writes() -> Iterator[Row]:
    entries = Entry.objects.order_by("seq").values_list("seq", "day", "role", "written")
    for seq, day, role, document in entries.iterator(chunk_size=_ROWS_AT_ONCE):
        yield from _writes(f"entry {seq}", seq, day.isoformat(), document, by_reporter=role == REPORTER)
    for day, document in PendingAct.objects.values_list("day", "written").iterator(chunk_size=_ROWS_AT_ONCE):
        yield from _writes("an act that waits", _PENDING, day.isoformat(), document, by_reporter=True)


def _writes(place: str, seq: int, day: str, document: bytes | memoryview, *, by_reporter: bool) -> Iterator[Row]:
    try:
        for entity, row, version, sha256, fields in parse(stored_bytes(document)):
            yield entity, str(UUID(row)), version, seq, day, int(by_reporter), sha256, ",".join(fields)
    except (VaultError, ValueError, TypeError):
        raise BrokenLedgerError(place, "what it wrote cannot be read") from None


def _batches(table: sqlite3.Connection) -> Iterator[tuple[str, dict[UUID, list[_Write]]]]:
    """What was written to some hundred rows of one entity at a time."""
    sorted_rows = table.execute(
        "SELECT entity, id, version, seq, day, by_reporter, sha256, fields FROM writes ORDER BY entity, id"
    )
    for entity, of_entity in groupby(sorted_rows, key=lambda row: row[0]):
        batch: dict[UUID, list[_Write]] = {}
        for row_id, of_row in groupby(of_entity, key=lambda row: row[1]):
            batch[UUID(row_id)] = [_write(row) for row in of_row]
            if len(batch) == _ROWS_AT_ONCE:
                yield entity, batch
                batch = {}
        if batch:
            yield entity, batch


def _write(row: Row) -> _Write:
    _, _, version, seq, day, by_reporter, sha256, fields = row
    return _Write(version, seq, day, bool(by_reporter), sha256, tuple(fields.split(",")) if fields else ())


def _compare(entity: str, batch: Mapping[UUID, Sequence[_Write]]) -> tuple[int, int]:
    stored = {row.pk: row for row in _model(entity)._default_manager.filter(pk__in=list(batch))}
    gone = 0
    for row_id, writes in batch.items():
        row = stored.get(row_id)
        if row is not None:
            _verify_row(entity, row, writes)
        elif entity in MAY_GO or any(write.sha256 is None for write in _newest(writes)):
            gone += 1
        else:
            raise BrokenLedgerError(f"{entity} {row_id}", "it was written and is gone")
    return len(batch) - gone, gone


def _verify_row(entity: str, row: Model, writes: Sequence[_Write]) -> None:
    """Each column against the newest write that says anything of it."""
    while writes:
        newest = _newest(writes)
        if not any(_holds(row, write) for write in newest):
            places = ", ".join(sorted({f"entry {write.seq}" if write.seq < _PENDING else "today" for write in newest}))
            raise BrokenLedgerError(f"{entity} {row.pk}", f"it is not what was last written there ({places})")
        settled = {name for write in newest for name in write.fields}
        writes = [write for write in writes if write.fields and settled.isdisjoint(write.fields)]


def _newest(writes: Sequence[_Write]) -> list[_Write]:
    """The newest write; several where nobody can say which came later.

    Reporters' acts stand in the chain a night later and in random order, so that of a reporter's acts of one day, and
    of a reporter's and a member's of one day, any may have been the last. A row that counts its versions says it.
    """
    highest = max(write.version for write in writes)
    latest = [write for write in writes if write.version == highest]
    day = max(write.day for write in latest)
    latest = [write for write in latest if write.day == day]
    by_staff = [write for write in latest if not write.by_reporter]
    newest = [write for write in latest if write.by_reporter]
    return [*newest, max(by_staff, key=lambda write: write.seq)] if by_staff else newest


def _holds(row: Model, write: _Write) -> bool:
    try:
        return write.sha256 is not None and written(row, *write.fields).sha256 == write.sha256
    except (AttributeError, TypeError):
        return False


def _verify_all_entered(entity: str, table: sqlite3.Connection) -> None:
    ids = _model(entity)._default_manager.order_by("pk").values_list("pk", flat=True)
    for row_id in ids.iterator(chunk_size=_ROWS_AT_ONCE):
        known = table.execute("SELECT 1 FROM writes WHERE entity = ? AND id = ? LIMIT 1", [entity, str(row_id)])
        if known.fetchone() is None:
            raise BrokenLedgerError(f"{entity} {row_id}", "no entry says that it was written")


def _model(entity: str) -> Any:
    for model in apps.get_models():
        if model.__name__ == entity:
            return model
    raise BrokenLedgerError(entity, "there is no such table")
