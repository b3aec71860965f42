"""Whatever is done to the ledger behind the application's back is found, and the first broken entry named."""

import datetime as dt
import tracemalloc
import uuid
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speakup.ledger.actions import REPORTER, Action
from speakup.ledger.chain import chain_hash, entry_bytes
from speakup.ledger.models import Entry, Head
from speakup.ledger.services import append_entry
from speakup.ledger.triggers import TRIGGERS
from speakup.ledger.verification import BrokenLedgerError, verify_chain
from speakup.ledger.written import Written
from speakup.web.triggers import drop_triggers
from tests.ledger.test_append import NIGHT
from tests.ledger.test_triggers import Editor, run

LENGTH = 6
COLUMNS = ["id", "day", "at", "actor_id", "role", "action", "object_id", "written", "detail_hash", "hash"]
tampering = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="writes rows as SQLite keeps them")


@pytest.fixture
def first(db):
    """The sequence number of the first of LENGTH fresh entries; triggers and checks are out of the way."""
    entries = []
    for number in range(LENGTH):
        staff = number % 3 != 0
        entries.append(
            append_entry(
                Action.READ if staff else Action.WRITE,
                actor_id=uuid.uuid4() if staff else None,
                role="psd_head" if staff else REPORTER,
                object_id=uuid.uuid4(),
                written=[Written("Message", uuid.uuid4(), 1, "ab" * 32)],
                seal_detail=(lambda entry_id: b"sealed " + entry_id.bytes) if staff else None,
                now=NIGHT + dt.timedelta(minutes=number),
            )
        )
    drop_triggers(Editor(), TRIGGERS)
    run("PRAGMA ignore_check_constraints = ON")
    yield entries[0].seq
    run("PRAGMA ignore_check_constraints = OFF")


@contextmanager
def undone():
    """What is done inside is taken back, so that each example finds the same ledger."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def broken_place():
    with pytest.raises(BrokenLedgerError) as broken:
        verify_chain()
    return broken.value.place


def test_an_untouched_ledger_holds(first):
    verified = verify_chain()
    head = Head.objects.get()
    assert (verified.count, verified.last_hash) == (first + LENGTH - 1, bytes(head.hash))


def columns_and_values():
    words = st.one_of(
        st.none(),
        st.integers(-(2**40), 2**40),
        st.floats(allow_nan=False),
        st.binary(max_size=40),
        st.text(max_size=40),
    )
    return st.tuples(st.sampled_from(COLUMNS), words)


def read_columns(seq):
    with connection.cursor() as cursor:
        quoted = ", ".join(f"quote({column})" for column in COLUMNS)
        cursor.execute(f"SELECT {quoted} FROM ledger_entry WHERE seq = %s", [seq])  # noqa: S608
        return cursor.fetchone()


@tampering
@given(at=st.integers(0, LENGTH - 1), change=columns_and_values())
def test_any_change_of_a_column_is_named(first, at, change):
    (column, value), seq = change, first + at
    with undone():
        before = read_columns(seq)
        run("PRAGMA defer_foreign_keys = ON")
        nullable = column in {"at", "actor_id", "object_id", "detail_hash"}
        if value is None and not nullable:
            value = b""
        run(f"UPDATE ledger_entry SET {column} = %s WHERE seq = %s", [value, seq])  # noqa: S608
        if read_columns(seq) == before:
            verify_chain()
        else:
            assert broken_place() == f"entry {seq}"
        run("DELETE FROM ledger_entrydetail")  # an entry's id may have been changed under its detail


@tampering
@given(at=st.integers(0, LENGTH - 1), column=st.sampled_from(["day", "at", "role", "written", "hash", "detail_hash"]))
def test_the_change_of_one_character_is_named(first, at, column):
    seq = first + at
    with undone():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT CAST({column} AS blob), typeof({column}) FROM ledger_entry WHERE seq = %s",  # noqa: S608
                [seq],
            )
            value, kind = cursor.fetchone()
        if value is None:
            return
        changed = value[:-1] + bytes([value[-1] ^ 1])
        changed = changed.decode() if kind == "text" else changed
        run(f"UPDATE ledger_entry SET {column} = %s WHERE seq = %s", [changed, seq])  # noqa: S608
        assert broken_place() == f"entry {seq}"


@tampering
@given(at=st.integers(0, LENGTH - 1))
def test_a_removed_entry_is_named(first, at):
    with undone():
        run("DELETE FROM ledger_entrydetail")
        run("DELETE FROM ledger_entry WHERE seq = %s", [first + at])
        with pytest.raises(BrokenLedgerError, match=f"^entry {first + at}: it is missing"):
            verify_chain()


@tampering
@given(at=st.integers(0, LENGTH - 1), shifted=st.booleans())
def test_a_removed_entry_is_named_though_the_rest_closed_up(first, at, shifted):
    with undone():
        run("DELETE FROM ledger_entrydetail")
        run("DELETE FROM ledger_entry WHERE seq = %s", [first + at])
        for seq in range(first + at + 1, first + LENGTH):
            run("UPDATE ledger_entry SET seq = %s WHERE seq = %s", [seq - 1, seq])
        if shifted:
            run("UPDATE ledger_head SET count = count - 1")
        if shifted and at == LENGTH - 1:
            assert broken_place() == "head"
        else:
            assert broken_place() == f"entry {first + at}"


@tampering
@given(at=st.integers(0, LENGTH), counted=st.booleans(), chained=st.booleans())
def test_an_inserted_entry_is_named(first, at, counted, chained):
    seq = first + at
    with undone():
        for later in range(first + LENGTH - 1, seq - 1, -1):
            run("UPDATE ledger_entry SET seq = %s WHERE seq = %s", [later + 1, later])
        forged = Entry(seq=seq, day=NIGHT.date(), at=NIGHT, role="psd_head", action="read", written=b"[]")
        before = Entry.objects.filter(seq=seq - 1).values_list("hash", flat=True).first() or bytes(32)
        forged.hash = chain_hash(bytes(before), entry_bytes(forged)) if chained else bytes(32)
        forged.save(force_insert=True)
        if counted:
            run("UPDATE ledger_head SET count = count + 1")
        if not chained:
            assert broken_place() == f"entry {seq}"
        elif at < LENGTH:
            assert broken_place() == f"entry {seq + 1}"
        else:
            assert broken_place() == ("head" if counted else f"entry {seq}")


@tampering
@given(places=st.sets(st.integers(0, LENGTH - 1), min_size=2, max_size=2), all_columns=st.booleans())
def test_two_entries_swapped_are_named_by_the_first(first, places, all_columns):
    one, other = sorted(first + place for place in places)
    with undone():
        run("UPDATE ledger_entry SET seq = 999999 WHERE seq = %s", [one])
        run("UPDATE ledger_entry SET seq = %s WHERE seq = %s", [one, other])
        run("UPDATE ledger_entry SET seq = %s WHERE seq = 999999", [other])
        if all_columns:  # hashes left where they were
            hashes = dict(Entry.objects.filter(seq__in=[one, other]).values_list("seq", "hash"))
            run("UPDATE ledger_entry SET hash = %s WHERE seq = %s", [hashes[other], one])
            run("UPDATE ledger_entry SET hash = %s WHERE seq = %s", [hashes[one], other])
        assert broken_place() == f"entry {one}"


@pytest.mark.parametrize("number", [0, -3, 10**12])
def test_an_entry_moved_out_of_the_row_is_missed(first, number):
    run("UPDATE ledger_entry SET seq = %s WHERE seq = %s", [number, first + 2])
    if number > 0:
        assert broken_place() == f"entry {first + 2}"
    else:
        with pytest.raises(BrokenLedgerError, match=f"entry 1: number {number} stands in its place"):
            verify_chain()


def test_a_number_between_two_is_named(first):
    run(
        "INSERT INTO ledger_entry SELECT %s, seq + 0.5, day, at, actor_id, role, action, object_id, written, "
        "detail_hash, hash FROM ledger_entry WHERE seq = %s",
        [uuid.uuid4().hex, first + 1],
    )
    assert broken_place() == f"entry {first + 2}"


def test_text_that_is_no_text_is_named_and_not_those_read_with_it(first):
    run("UPDATE ledger_entry SET role = CAST(x'ff' AS text) WHERE seq = %s", [first + 3])
    assert broken_place() == f"entry {first + 3}"


@pytest.mark.parametrize(
    "row",
    [
        "count = count + 1",
        "count = count - 1",
        "hash = zeroblob(32)",
        "hash = 99999999999",
        "hash = 'text'",
        "count = 'x'",
    ],
)
def test_a_head_that_says_otherwise_is_found(first, row):
    run(f"UPDATE ledger_head SET {row}")  # noqa: S608
    last = first + LENGTH - 1
    expected = {"count = count + 1": f"entry {last + 1}", "count = count - 1": f"entry {last}"}
    assert broken_place() == expected.get(row, "head")


def test_a_head_that_is_gone_or_doubled_is_found(first):
    with undone():
        run("DELETE FROM ledger_head")
        assert broken_place() == "head"
    run("INSERT INTO ledger_head SELECT 2, count, hash FROM ledger_head")
    assert broken_place() == "head"


@pytest.mark.parametrize("column", ["hash", "written", "detail_hash"])
def test_a_number_where_bytes_belong_is_named_and_makes_no_zeros(first, column):
    run(f"UPDATE ledger_entry SET {column} = 10000000000000 WHERE seq = %s", [first + 1])  # noqa: S608
    assert broken_place() == f"entry {first + 1}"


def test_a_changed_detail_is_named_and_an_erased_one_is_not(first):
    run(
        "UPDATE ledger_entrydetail SET sealed = %s WHERE entry_id = (SELECT id FROM ledger_entry WHERE seq = %s)",
        [b"other", first + 1],
    )
    with pytest.raises(BrokenLedgerError, match=f"^entry {first + 1}: the hash of its detail does not match"):
        verify_chain()
    run("DELETE FROM ledger_entrydetail")
    verify_chain()


def test_a_detail_slipped_in_is_named(first):
    run("INSERT INTO ledger_entrydetail SELECT id, %s FROM ledger_entry WHERE seq = %s", [b"slipped in", first])
    assert broken_place() == f"entry {first}"


def test_a_detail_of_no_entry_is_found(first):
    with undone():
        run("INSERT INTO ledger_entrydetail VALUES (%s, %s)", [uuid.uuid4().hex, b"of nothing"])
        assert broken_place() == "detail"


def test_the_command_prints_count_and_last_hash(first):
    said = StringIO()
    call_command("verify_ledger", stdout=said)
    head = Head.objects.get()
    run("DELETE FROM ledger_entrydetail WHERE entry_id = (SELECT id FROM ledger_entry WHERE seq = %s)", [first + 1])
    call_command("verify_ledger", stdout=(later := StringIO()))
    assert said.getvalue().splitlines() == [
        f"{head.count} entries hold. Last hash: {bytes(head.hash).hex()}",
        "0 details were erased.",
        "There is no checkpoint yet: nothing outside the database vouches for this.",
    ]
    assert "1 details were erased." in later.getvalue()


def test_the_command_names_the_broken_entry_and_fails(first):
    run("UPDATE ledger_entry SET role = 'hr' WHERE seq = %s", [first + 4])
    with pytest.raises(CommandError, match=f"^entry {first + 4}: its hash does not match") as failed:
        call_command("verify_ledger")
    assert failed.value.returncode == 1


def test_memory_stays_flat_over_a_long_chain(first):
    head = Head.objects.get()
    previous, made = bytes(head.hash), []
    for number in range(3000):
        row = Entry(seq=head.count + 1 + number, day=NIGHT.date(), role=REPORTER, action="write", written=bytes(4096))
        row.hash = previous = chain_hash(previous, entry_bytes(row))
        made.append(row)
    Entry.objects.bulk_create(made, batch_size=80)
    run("UPDATE ledger_head SET count = %s, hash = %s", [head.count + 3000, previous])
    del made
    tracemalloc.start()
    assert verify_chain().count == head.count + 3000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024  # the rows hold 12 MiB
