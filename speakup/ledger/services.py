"""Writing to the ledger: staff acts as they happen, reporters' acts at night (vault.md, 'Ledger')."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Sequence
from secrets import SystemRandom
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

from speakup.ledger.actions import REPORTER, Action
from speakup.ledger.chain import chain_hash, entry_bytes
from speakup.ledger.models import Entry, EntryDetail, Head, PendingAct
from speakup.ledger.written import Written, written_document
from speakup.web.days import london_day

# Shuffles what the night appends: the system's generator, never a seeded one.
SHUFFLER = SystemRandom()


def append_entry(
    action: Action,
    *,
    actor_id: UUID | None,
    role: str,
    object_id: UUID | None,
    written: Sequence[Written] = (),
    seal_detail: Callable[[UUID], bytes] | None = None,
    now: dt.datetime,
) -> Entry:
    """Appends one act to the chain, in the caller's transaction and last in it: the head stays locked until its end.

    Staff entries carry the moment `now`; a reporter's (role 'reporter', no actor) only its day. `seal_detail` is given
    the entry's id and returns the sealed detail, of which the chain holds the SHA-256. A refusal is appended without
    `object_id`: with it a dump would show who is kept from what.
    Raises TransactionManagementError outside a transaction, ValueError for a reporter with an actor id.
    """
    if role == REPORTER and actor_id is not None:
        raise ValueError("a reporter has no actor id")
    head = _locked_head()
    entry_id = uuid.uuid4()
    sealed = None if seal_detail is None else seal_detail(entry_id)
    entry = Entry(
        id=entry_id,
        day=london_day(now),
        at=None if role == REPORTER else now,
        actor_id=actor_id,
        role=role,
        action=Action(action),
        object_id=object_id,
        written=written_document(written),
        detail_hash=None if sealed is None else hashlib.sha256(sealed).digest(),
    )
    _append(head, entry)
    if sealed is not None:
        EntryDetail.objects.create(entry=entry, sealed=sealed)
    return entry


def note_pending_act(
    action: Action,
    *,
    object_id: UUID | None,
    role: str = REPORTER,
    written: Sequence[Written] = (),
    now: dt.datetime,
) -> PendingAct:
    """Keeps a reporter's act for the night, with nothing finer than its day and without touching the head's lock."""
    return PendingAct.objects.create(
        day=london_day(now),
        action=Action(action),
        object_id=object_id,
        role=role,
        written=written_document(written),
    )


def append_pending_acts(*, now: dt.datetime) -> int:
    """Appends the waiting acts of every day that is over, day by day, each day's in random order; how many.

    Today's wait on: appended before midnight they would stand among staff entries with a time, and so say in which
    part of the day they were done. Raises TransactionManagementError outside a transaction.
    """
    head = _locked_head()  # before the acts are read: of two runs at once the second finds none
    acts = list(PendingAct.objects.filter(day__lt=london_day(now)).values_list("day", "id"))
    SHUFFLER.shuffle(acts)
    for _, act_id in sorted(acts, key=lambda act: act[0]):
        act = PendingAct.objects.get(pk=act_id)
        _append(
            head,
            Entry(
                day=act.day,
                role=act.role,
                action=act.action,
                object_id=act.object_id,
                written=act.written,
            ),
        )
        act.delete()
    return len(acts)


def entries_about(object_id: UUID) -> QuerySet[Entry]:
    """The entries about one object, in the order of the chain."""
    return Entry.objects.filter(object_id=object_id).order_by("seq")


def _locked_head() -> Head:
    if not connection.in_atomic_block:
        raise TransactionManagementError("the ledger is written inside the transaction of the act it tells of")
    return Head.objects.select_for_update().get()


def _append(head: Head, entry: Entry) -> None:
    entry.seq = head.count + 1
    entry.hash = chain_hash(bytes(head.hash), entry_bytes(entry))
    entry.save(force_insert=True)
    head.count, head.hash = entry.seq, entry.hash
    head.save(force_update=True)
