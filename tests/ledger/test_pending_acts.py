"""Reporters' acts wait for the night and are appended with nothing finer than their day."""

import datetime as dt
import sqlite3
import uuid

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from speakup.ledger import services
from speakup.ledger.actions import Action
from speakup.ledger.models import Entry, Head, PendingAct
from speakup.ledger.services import append_pending_acts, note_pending_act
from speakup.ledger.verification import verify_chain
from speakup.ledger.written import Written

SENT = dt.datetime(2031, 2, 13, 3, 17, 42, tzinfo=dt.UTC)
NIGHT = dt.datetime(2031, 2, 14, 2, 30, tzinfo=dt.UTC)


def note(now=SENT, **changed):
    return note_pending_act(Action.WRITE, **({"object_id": uuid.uuid4(), "now": now} | changed))


def test_a_waiting_act_holds_the_day_and_no_time(db):
    # The clock of the machine stands at the moment of sending too: no default may pick it up.
    with time_machine.travel(SENT, tick=False):
        act = note()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_pendingact WHERE id = %s", [act.pk.hex])
        columns = {column[0]: value for column, value in zip(cursor.description, cursor.fetchone(), strict=True)}
    assert str(columns.pop("day")) == "2031-02-13"
    for name, value in columns.items():
        assert "03:17" not in str(value), name
        assert "2031" not in str(value), name
    assert sorted(columns) == ["action", "id", "object_id", "role", "written"]


def test_the_day_is_londons(db):
    summer_night = dt.datetime(2026, 7, 3, 23, 30, tzinfo=dt.UTC)
    assert note(summer_night).day == dt.date(2026, 7, 4)


def test_a_waiting_act_leaves_the_head_alone(db):
    before = Head.objects.values().get()
    note()
    assert Head.objects.values().get() == before


def test_only_a_reporters_act_may_wait(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        note(role="psd_head")


def test_at_night_acts_become_entries_with_the_day_alone(db):
    row = Written("Report", uuid.uuid4(), 1, "ab" * 32)
    act = note(written=[row])
    waiting = bytes(act.written)
    assert append_pending_acts(now=NIGHT) == 1
    assert not PendingAct.objects.exists()
    entry = Entry.objects.latest("seq")
    assert (entry.day, entry.at, entry.actor_id) == (dt.date(2031, 2, 13), None, None)
    assert (entry.action, entry.object_id, bytes(entry.written)) == ("write", act.object_id, waiting)
    verify_chain()


def test_the_entrys_id_is_not_the_waiting_acts(db):
    act = note()
    append_pending_acts(now=NIGHT)
    assert not Entry.objects.filter(pk=act.pk).exists()


def test_todays_acts_wait_until_their_day_is_over(db):
    note(dt.datetime(2031, 2, 14, 0, 5, tzinfo=dt.UTC))
    assert append_pending_acts(now=NIGHT) == 0
    assert PendingAct.objects.count() == 1
    assert append_pending_acts(now=NIGHT + dt.timedelta(days=1)) == 1


def test_days_come_in_order_and_acts_of_a_day_are_shuffled(db, monkeypatch):
    monkeypatch.setattr(services.SHUFFLER, "shuffle", lambda acts: acts.sort(key=lambda act: act[1].int, reverse=True))
    acts = [note(SENT - dt.timedelta(days=number % 2)) for number in range(6)]
    append_pending_acts(now=NIGHT)
    appended = list(Entry.objects.order_by("-seq").values_list("day", "object_id")[:6])[::-1]
    by_id = sorted(acts, key=lambda act: act.pk.int, reverse=True)
    expected = sorted(((act.day, act.object_id) for act in by_id), key=lambda pair: pair[0])
    assert appended == expected


def test_the_shuffling_is_the_systems(db):
    acts = [note().object_id for _ in range(24)]
    append_pending_acts(now=NIGHT)
    appended = list(Entry.objects.order_by("-seq").values_list("object_id", flat=True)[:24])
    assert set(appended) == set(acts)
    assert appended not in (acts, acts[::-1])  # by chance once in 10^23 runs


def test_run_twice_it_appends_once(db):
    note()
    assert append_pending_acts(now=NIGHT) == 1
    assert append_pending_acts(now=NIGHT) == 0


def test_it_asks_for_a_transaction():
    with pytest.raises(TransactionManagementError):
        append_pending_acts(now=NIGHT)


def test_the_dump_after_the_night_holds_no_moment_of_sending(db):
    if connection.vendor != "sqlite":
        pytest.skip("reads the whole database as SQLite's dump")
    with time_machine.travel(SENT, tick=False):
        note()
    with time_machine.travel(NIGHT, tick=False):
        append_pending_acts(now=NIGHT)
    assert isinstance(connection.connection, sqlite3.Connection)
    ledger = [line for line in connection.connection.iterdump() if "ledger_" in line]
    assert any("2031-02-13" in line for line in ledger)
    assert not any("2031-02-13 03" in line for line in ledger)
