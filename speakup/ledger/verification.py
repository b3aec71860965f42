"""Recomputing the chain from the columns, and naming the first entry that is not as it was appended.

It proves that nothing was changed, cut out, put in or moved by somebody who did not also recompute the whole chain
after it; against that stand the checkpoints (vault.md, 'Ledger').
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import OperationalError, connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from speakup.ledger.chain import chain_hash, entry_bytes, stored_bytes
from speakup.ledger.models import GENESIS, Entry, EntryDetail, Head

ROWS_AT_ONCE = 500
# What a value of another type than its column's leads to, or text that is no UTF-8: SQLite takes both without a word.
NOT_OF_THE_COLUMN = (ValueError, TypeError, AttributeError, OverflowError, OperationalError)


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


def verify_ledger() -> Verified:
    """Checks every entry, its detail and the head, in constant memory; raises BrokenLedgerError for the first fault.

    Safe while others append: what came after the first look is read on from the last entry that held. Only a head
    that was seen before the rows were looked at again, and that they still do not reach, is a fault: an entry and its
    head are committed together.
    """
    verified, seen = Verified(0, GENESIS), None
    while True:
        reached = verified
        for each in _verify_after(verified):
            reached = each
        head = _read_head()
        stands = Verified(head.count, stored_bytes(head.hash))
        if stands == reached:
            break
        if stands == seen and reached == verified:
            _name_head_fault(head, verified)
        verified, seen = reached, stands
    _verify_no_detail_is_orphaned()
    return reached


def _verify_after(verified: Verified, rows_at_once: int = ROWS_AT_ONCE) -> Iterator[Verified]:
    entries = _rows_after(verified).iterator(chunk_size=rows_at_once)
    while True:
        place = f"entry {verified.count + 1}"
        try:
            entry = next(entries, None)
            if entry is None:
                return
            _verify_seq(entry, verified)
            recorded = _verify_columns(place, entry, verified)
        except NOT_OF_THE_COLUMN as fault:
            if isinstance(fault, OperationalError) and connection.vendor != "sqlite":
                raise
            if rows_at_once == 1:
                raise BrokenLedgerError(place, "a column cannot be read") from None
            # It spoiled all rows fetched with it: those before it are looked at one by one.
            yield from _verify_after(verified, rows_at_once=1)
            return
        verified = Verified(entry.seq, recorded)
        yield verified


def _rows_after(verified: Verified) -> QuerySet[Entry]:
    rows = (
        Entry.objects.order_by("seq", "id")
        .select_related("detail")
        .annotate(has_moment=ExpressionWrapper(Q(at__isnull=False), output_field=BooleanField()))
    )
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


def _verify_columns(place: str, entry: Entry, verified: Verified) -> bytes:
    recorded = stored_bytes(entry.hash)
    if vars(entry)["has_moment"] != (entry.at is not None):
        raise ValueError  # Django reads a moment that is none as NULL on SQLite
    if chain_hash(verified.last_hash, entry_bytes(entry)) != recorded:
        raise BrokenLedgerError(place, "its hash does not match its columns and the entry before it")
    if not hasattr(entry, "detail"):
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
