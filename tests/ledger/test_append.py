"""What an appended entry holds, and what appending refuses."""

import datetime as dt
import hashlib
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError

from speakup.ledger.actions import REPORTER, Action
from speakup.ledger.chain import chain_hash, entry_bytes
from speakup.ledger.models import GENESIS, Entry, EntryDetail, Head
from speakup.ledger.services import append_entry, entries_about
from speakup.ledger.written import Written
from speakup.vault.encoding import canonical

NIGHT = dt.datetime(2026, 7, 3, 23, 30, 12, 345678, tzinfo=dt.UTC)  # 00:30 of the 4th in London
LONDON_DAY = dt.date(2026, 7, 4)


def append(**changed):
    act: dict[str, Any] = {"actor_id": uuid.uuid4(), "role": "psd_head", "object_id": uuid.uuid4(), "now": NIGHT}
    return append_entry(changed.pop("action", Action.READ), **(act | changed))


def test_an_entry_is_chained_to_the_one_before(db):
    before = Head.objects.get()
    first = append()
    second = append()
    assert (first.seq, second.seq) == (before.count + 1, before.count + 2)
    assert first.hash == chain_hash(bytes(before.hash), entry_bytes(first))
    assert second.hash == chain_hash(first.hash, entry_bytes(second))
    head = Head.objects.get()
    assert (head.count, bytes(head.hash)) == (second.seq, second.hash)


def test_the_first_hash_stands_on_the_genesis():
    entry = Entry(id=uuid.UUID(int=1), seq=1, day=LONDON_DAY, role=REPORTER, action="write", written=b"[]")
    data = (
        b'{"action":"write","actor_id":null,"at":null,"day":"2026-07-04","detail_hash":null,'
        b'"id":"00000000-0000-0000-0000-000000000001","object_id":null,"role":"reporter","seq":1,"written":"[]"}'
    )
    assert entry_bytes(entry) == data
    assert not any(GENESIS)
    assert chain_hash(GENESIS, data) == hashlib.sha256(bytes(32) + data).digest()


def test_the_columns_read_back_give_the_same_bytes(db):
    entry = append(written=[Written("Message", uuid.uuid4(), 3, "ab" * 32)], seal_detail=lambda entry_id: b"sealed")
    again = Entry.objects.get(pk=entry.pk)
    assert entry_bytes(again) == entry_bytes(entry)


def test_staff_entries_carry_the_moment_and_the_london_day(db):
    entry = Entry.objects.get(pk=append().pk)
    assert entry.at == NIGHT
    assert entry.day == LONDON_DAY


def test_an_act_by_nobody_signed_in_carries_the_moment_too(db):
    entry = append(action=Action.REFUSE, actor_id=None, role="", object_id=None)
    assert entry.at == NIGHT


def test_a_reporters_entry_carries_the_day_alone(db):
    entry = Entry.objects.get(pk=append(actor_id=None, role=REPORTER).pk)
    assert (entry.at, entry.actor_id, entry.day) == (None, None, LONDON_DAY)


def test_a_reporter_with_an_actor_id_is_refused(db):
    with pytest.raises(ValueError, match="no actor id"):
        append(role=REPORTER)


@pytest.mark.parametrize(
    "columns",
    [
        {"role": REPORTER, "at": NIGHT},
        {"role": REPORTER, "actor_id": uuid.UUID(int=5)},
        {"role": "psd_head", "at": None},
        {"role": "psd_head", "at": NIGHT, "action": "peek"},
    ],
)
def test_the_database_refuses_what_no_service_would_write(db, columns):
    head = Head.objects.get()
    row = {"seq": head.count + 1, "day": LONDON_DAY, "action": "read", "written": b"[]", "hash": bytes(32)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(**(row | columns))


def test_an_unknown_action_is_refused(db):
    with pytest.raises(ValueError, match="peek"):
        append(action="peek")


def test_outside_a_transaction_nothing_is_appended():
    with pytest.raises(TransactionManagementError):
        append()


def test_the_detail_is_sealed_for_the_entrys_own_id_and_hashed_into_it(db):
    seen = []

    def seal(entry_id):
        seen.append(entry_id)
        return b"sealed for " + entry_id.bytes

    entry = append(seal_detail=seal)
    assert seen == [entry.pk]
    detail = EntryDetail.objects.get(entry=entry)
    assert hashlib.sha256(bytes(detail.sealed)).digest() == entry.detail_hash


def test_what_was_written_is_listed_in_an_order_that_says_nothing(db):
    rows = [Written("Grant", uuid.UUID(int=number), 1, "ab" * 32, ("sealed",)) for number in (9, 2, 5)]
    entry = append(written=rows)
    expected = canonical([["Grant", str(uuid.UUID(int=number)), 1, "ab" * 32, ["sealed"]] for number in (2, 5, 9)])
    assert bytes(entry.written) == expected


def test_an_act_undone_leaves_no_entry(db):
    before = Head.objects.get().count
    with transaction.atomic():
        append()
        transaction.set_rollback(True)
    assert Head.objects.get().count == before
    assert append().seq == before + 1


def test_entries_about_one_object_come_in_the_order_of_the_chain(db):
    about = uuid.uuid4()
    first, _, second = append(object_id=about), append(), append(object_id=about, action=Action.WRITE)
    assert list(entries_about(about)) == [first, second]
