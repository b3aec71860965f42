"""Rewriting leaves every value as it was and every row in a new, random place."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from notifications.rewriting import rewrite
from speakup.ledger.models import Entry, Head, PendingAct
from tests.ledger.test_append import append
from tests.ledger.test_pending_acts import note

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="looks at SQLite's row numbers")


def places(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, rowid FROM {table}")  # noqa: S608 - our own table names
        return dict(cursor.fetchall())


def test_every_value_stays(db):
    for _ in range(5):
        note()
    before = list(PendingAct.objects.order_by("id").values())
    assert rewrite([PendingAct.objects.all()]) == 5
    assert list(PendingAct.objects.order_by("id").values()) == before


@sqlite_only
def test_every_row_gets_a_random_place(db):
    for _ in range(8):
        note()
    in_order_of_coming = sorted(places("ledger_pendingact"), key=places("ledger_pendingact").__getitem__)
    rewrite([PendingAct.objects.all()])
    after = places("ledger_pendingact")
    assert all(place > 2**32 for place in after.values())  # by chance once in 2^28 runs
    rewrite([PendingAct.objects.all()])
    again = places("ledger_pendingact")
    orders = [in_order_of_coming, sorted(after, key=after.__getitem__), sorted(again, key=again.__getitem__)]
    assert orders[0] != orders[1] or orders[1] != orders[2]  # both by chance once in 10^9 runs


@sqlite_only
def test_rows_that_were_not_asked_for_stay_in_their_place(db):
    one, other = note(), note()
    before = places("ledger_pendingact")
    rewrite([PendingAct.objects.filter(pk=one.pk)])
    assert places("ledger_pendingact")[other.pk.hex] == before[other.pk.hex]


def test_all_tables_are_shuffled_together(db, monkeypatch):
    shuffled = []
    monkeypatch.setattr(
        "notifications.rewriting.secrets.SystemRandom.shuffle", lambda self, rows: shuffled.extend(rows)
    )
    acts = [note() for _ in range(3)]
    rewrite([PendingAct.objects.filter(pk=act.pk) for act in acts])
    assert shuffled == [(PendingAct, act.pk) for act in acts]


def test_a_row_that_went_meanwhile_is_no_fault(db):
    act = note()
    gone = PendingAct.objects.filter(pk__in=[act.pk, uuid.uuid4()])
    assert rewrite([gone]) == 1


def test_what_never_changes_is_not_rewritten(db):
    append()
    with pytest.raises(IntegrityError), transaction.atomic():
        rewrite([Entry.objects.all()])


def test_a_table_kept_by_numbers_is_refused(db):
    with pytest.raises(TypeError, match="Head"):
        rewrite([Head.objects.all()])
