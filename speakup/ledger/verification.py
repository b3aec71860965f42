"""Recomputing the chain from the columns, and naming the first entry that is not as it was appended.

It proves that nothing was changed, cut out, put in or moved by somebody who did not also recompute the whole chain
after it; against that stand the checkpoints (vault.md, 'Ledger'; checking.py).

A million entries are read in well under a minute: their bytes are made straight from the columns as the driver gives
them. Whatever does not look as it should on that way is looked at again through the models, which alone name a fault.
"""

import datetime as dt
import functools
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from speakup.ledger.chain import chain_hash, entry_bytes, moment, stored_bytes
from speakup.ledger.models import GENESIS, Entry, EntryDetail, Head

ROWS_AT_ONCE = 500
# What a value of another type than its column's leads to, or text that is no UTF-8: SQLite takes both without a word.
NOT_OF_THE_COLUMN = (ValueError, TypeError, AttributeError, OverflowError, OperationalError)
_COLUMNS = "e.id, e.seq, {day}, {at}, e.actor_id, e.role, e.action, e.object_id, e.written, e.detail_hash, e.hash"
_HEX_OF_ID = 32

# Told of the hashes of each few hundred entries that hold: the number of the first, and the hashes in order.
Watch = Callable[[int, Sequence[bytes]], None]


class BrokenLedgerError(Exception):
    """The ledger is not as it was written: `place` ('entry 17', 'head') and `reason`, made of our own words."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


@dataclass(frozen=True)
class Verified:
    """A chain that holds: how many entries, and the hash of the last."""

    count: int
    last_hash: bytes


@dataclass
class _Walk:
    """How far a look at the chain has come."""

    verified: Verified
    with_details: bool


def verify_chain(watch: Watch | None = None) -> Verified:
    """Checks every entry, its detail and the head, in constant memory. Raises BrokenLedgerError for the first fault.

    Safe while others append: what came after the first look is read on from the last entry that held. Only a head
    that was seen before the rows were looked at again, and that they still do not reach, is a fault: an entry and its
    head are committed together.
    """
    walk, seen = _Walk(Verified(0, GENESIS), with_details=True), None
    while True:
        before = walk.verified
        for hashes in _batches(walk):
            if watch is not None:
                watch(walk.verified.count - len(hashes) + 1, hashes)
        head = _read_head()
        stands = Verified(head.count, stored_bytes(head.hash))
        if stands == walk.verified:
            break
        if stands == seen and walk.verified == before:
            _name_head_fault(head, walk.verified)
        seen = stands
    _verify_no_detail_is_orphaned()
    return walk.verified


def count_erased() -> int:
    """How many details were appended and are there no more: the chain allows it, and says so."""
    return Entry.objects.filter(detail_hash__isnull=False, detail__isnull=True).count()


def verify_entries(since: Verified) -> Iterator[list[bytes]]:
    """The hashes of the entries after one that held, some hundred at a time, each checked against the one before.

    Looks at no detail: the worker, which signs checkpoints, may not. Raises BrokenLedgerError.
    """
    yield from _batches(_Walk(since, with_details=False))


def _batches(walk: _Walk) -> Iterator[list[bytes]]:
    while True:
        hashes, fetched = _read_quickly(walk)
        if not fetched:
            return
        if len(hashes) < fetched:  # one of them does not look as it should: through the models, one by one
            for each in _verify_after(walk.verified, with_details=walk.with_details):
                walk.verified = each
                hashes.append(each.last_hash)
                if len(hashes) >= fetched:
                    break
        if not hashes:
            return
        yield hashes


def _read_quickly(walk: _Walk) -> tuple[list[bytes], int]:
    """The hashes of the next entries, up to the first that does not hold, and how many there were to look at."""
    try:
        rows = _fetch(walk)
    except OperationalError:
        if connection.vendor != "sqlite":
            raise
        return [], ROWS_AT_ONCE  # text that is no UTF-8 spoils the whole fetch
    hashes: list[bytes] = []
    count, previous = walk.verified.count, walk.verified.last_hash
    for row in rows:
        try:
            data = _quick_bytes(row)
            recorded = _bytes(row[10])
            if row[1] != count + 1 or type(row[1]) is not int or chain_hash(previous, data) != recorded:
                break
            if walk.with_details and not _detail_holds(row):
                break
        except (ValueError, TypeError, AttributeError, IndexError):
            break
        count, previous = count + 1, recorded
        hashes.append(recorded)
    walk.verified = Verified(count, previous)
    return hashes, len(rows)


def _fetch(walk: _Walk) -> list[Any]:
    # The first look takes every row there is, so that none hides under a number below 1.
    after = "WHERE e.seq > %s " if walk.verified.count else ""
    detail = "d.sealed", "LEFT JOIN ledger_entrydetail d ON d.entry_id = e.id "
    column, join = detail if walk.with_details else ("NULL", "")
    # SQLite's driver reads the days and moments of a column, and what is none as NULL; of an expression it gives text.
    dates = (
        {"day": "e.day || ''", "at": "e.at || ''"} if connection.vendor == "sqlite" else {"day": "e.day", "at": "e.at"}
    )
    columns = _COLUMNS.format(**dates)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns}, {column} FROM ledger_entry e {join}{after}"  # noqa: S608 - words of our own
            f"ORDER BY e.seq, e.id LIMIT {ROWS_AT_ONCE}",
            [walk.verified.count] if after else [],
        )
        rows: list[Any] = cursor.fetchall()
    return rows


def _detail_holds(row: Any) -> bool:
    if row[11] is None:
        return True  # none was appended, or it was erased, which the chain allows
    return row[9] is not None and hashlib.sha256(_bytes(row[11])).digest() == _bytes(row[9])


def _quick_bytes(row: Any) -> bytes:
    """What chain.entry_bytes() makes of the same row. Raises where a column is not plainly what it should be."""
    entry_id, seq, day, at, actor, role, action, about, written, detail_hash, _, _ = row
    return (
        f'{{"action":{_quoted(action)},"actor_id":{_id(actor)},"at":{_at(at)},"day":"{_day(day)}",'
        f'"detail_hash":{_hex(detail_hash)},"id":{_id(entry_id)},"object_id":{_id(about)},"role":{_quoted(role)},'
        f'"seq":{seq},"written":{json.dumps(_bytes(written).decode("latin-1"), ensure_ascii=False)}}}'
    ).encode()


@functools.lru_cache(maxsize=256)
def _quoted(text: str) -> str:
    if type(text) is not str:
        raise TypeError
    return json.dumps(text, ensure_ascii=False)


def _id(value: Any) -> str:
    if value is None:
        return "null"
    if type(value) is UUID:
        return f'"{value}"'
    if type(value) is not str or len(value) != _HEX_OF_ID or not value.isalnum():
        raise TypeError
    return f'"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"'


def _at(value: Any) -> str:
    if value is None:
        return "null"
    if type(value) is dt.datetime:
        return f'"{moment(value)}"'
    if type(value) is not str or value[10] != " ":
        raise TypeError
    # SQLite keeps UTC, and whole seconds without a fraction.
    fraction = {19: ".000000", 26: ""}.get(len(value))
    if fraction is None:
        raise ValueError
    return f'"{value[:10]}T{value[11:]}{fraction}+00:00"'


def _day(value: Any) -> str:
    if type(value) is dt.date:
        return value.isoformat()
    if type(value) is not str or len(value) != 10:
        raise TypeError
    return value


def _hex(value: Any) -> str:
    return "null" if value is None else f'"{_bytes(value).hex()}"'


def _bytes(value: Any) -> bytes:
    return value if type(value) is bytes else stored_bytes(value)


def _verify_after(verified: Verified, rows_at_once: int = ROWS_AT_ONCE, *, with_details: bool) -> Iterator[Verified]:
    entries = _rows_after(verified, with_details=with_details).iterator(chunk_size=rows_at_once)
    while True:
        place = f"entry {verified.count + 1}"
        try:
            entry = next(entries, None)
            if entry is None:
                return
            _verify_seq(entry, verified)
            recorded = _verify_columns(place, entry, verified, with_details=with_details)
        except NOT_OF_THE_COLUMN as fault:
            if isinstance(fault, OperationalError) and connection.vendor != "sqlite":
                raise
            if rows_at_once == 1:
                raise BrokenLedgerError(place, "a column cannot be read") from None
            # It spoiled all rows fetched with it: those before it are looked at one by one.
            yield from _verify_after(verified, rows_at_once=1, with_details=with_details)
            return
        verified = Verified(entry.seq, recorded)
        yield verified


def _rows_after(verified: Verified, *, with_details: bool) -> QuerySet[Entry]:
    rows = Entry.objects.order_by("seq", "id").annotate(
        has_moment=ExpressionWrapper(Q(at__isnull=False), output_field=BooleanField())
    )
    if with_details:
        rows = rows.select_related("detail")
    # The first look takes every row there is, so that none hides under a number below 1.
    return rows.filter(seq__gt=verified.count) if verified.count else rows


def _verify_seq(entry: Entry, verified: Verified) -> None:
    expected = verified.count + 1
    if entry.seq == expected:
        return
    if entry.seq == verified.count and verified.count:
        raise BrokenLedgerError(f"entry {entry.seq}", "it stands twice")
    if int(entry.seq) != entry.seq or entry.seq < expected:
        raise BrokenLedgerError(f"entry {expected}", f"number {entry.seq} stands in its place")
    raise BrokenLedgerError(f"entry {expected}", f"it is missing; the next is {entry.seq}")


def _verify_columns(place: str, entry: Entry, verified: Verified, *, with_details: bool) -> bytes:
    recorded = stored_bytes(entry.hash)
    if vars(entry)["has_moment"] != (entry.at is not None):
        raise ValueError  # Django reads a moment that is none as NULL on SQLite
    if chain_hash(verified.last_hash, entry_bytes(entry)) != recorded:
        raise BrokenLedgerError(place, "its hash does not match its columns and the entry before it")
    if not with_details or not hasattr(entry, "detail"):
        return recorded  # none was appended, or it was erased, which the chain allows
    if entry.detail_hash is None:
        raise BrokenLedgerError(place, "it has a detail that was not appended with it")
    if hashlib.sha256(stored_bytes(entry.detail.sealed)).digest() != stored_bytes(entry.detail_hash):
        raise BrokenLedgerError(place, "the hash of its detail does not match")
    return recorded


def _verify_no_detail_is_orphaned() -> None:
    entries = Entry.objects.filter(pk=OuterRef("entry_id"))
    if EntryDetail.objects.filter(~Exists(entries)).exists():
        raise BrokenLedgerError("detail", "one belongs to no entry")


def _read_head() -> Head:
    heads = list(Head.objects.all()[:2])
    if len(heads) != 1:
        raise BrokenLedgerError("head", "it is missing" if not heads else "there are several")
    if not isinstance(heads[0].hash, bytes | memoryview) or not isinstance(heads[0].count, int):
        raise BrokenLedgerError("head", "a column cannot be read")
    return heads[0]


def _name_head_fault(head: Head, verified: Verified) -> None:
    if head.count > verified.count:
        raise BrokenLedgerError(
            f"entry {verified.count + 1}", f"it is missing; the head counts {head.count}, the last is {verified.count}"
        )
    if head.count < verified.count:
        raise BrokenLedgerError(f"entry {head.count + 1}", f"the head counts only {head.count}")
    raise BrokenLedgerError("head", f"its hash is not that of entry {verified.count}")
