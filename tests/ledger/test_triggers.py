"""The database refuses changes to what is only ever added to; every declared trigger is really there."""

import uuid
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from speakup.ledger.actions import Action
from speakup.ledger.models import Entry, EntryDetail, Head
from speakup.ledger.services import append_entry
from speakup.ledger.triggers import TRIGGERS
from speakup.web.triggers import (
    Event,
    Trigger,
    append_only,
    create_triggers,
    drop_triggers,
    insert_only,
    missing_triggers,
    only_if,
)
from tests.ledger.test_append import NIGHT


def declared_triggers() -> dict[str, tuple[Trigger, ...]]:
    modules = [f"{app.name}.triggers" for app in apps.get_app_configs() if app.name != "speakup.web"]
    return {name: import_module(name).TRIGGERS for name in modules if find_spec(name)}


@pytest.fixture
def entry(db):
    return append_entry(
        Action.READ, actor_id=uuid.uuid4(), role="psd_head", object_id=None, seal_detail=lambda _: b"sealed", now=NIGHT
    )


@pytest.fixture
def things(db):
    """A table with one row, made for a test."""
    with connection.schema_editor(atomic=False) if connection.vendor != "sqlite" else transaction.atomic():
        run("CREATE TABLE thing (id integer NOT NULL, word varchar(20) NULL)")
        run("INSERT INTO thing VALUES (1, NULL)")
    return "thing"


class Editor:
    """The part of a schema editor that making triggers needs; a real one cannot be opened inside a test on SQLite."""

    connection = connection

    def execute(self, sql: str, params: None) -> None:
        run(sql, params)


def run(sql, params=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def refused(sql, params=None):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        run(sql, params)
    return str(refusal.value)


def test_every_declared_trigger_exists_after_all_migrations(db):
    declared = declared_triggers()
    assert "speakup.ledger.triggers" in declared
    missing = {app: missing_triggers(connection, triggers) for app, triggers in declared.items()}
    assert not any(missing.values()), missing


def test_a_trigger_that_vanished_is_named(db):
    drop_triggers(Editor(), [TRIGGERS[0]])
    assert missing_triggers(connection, TRIGGERS) == [TRIGGERS[0].name]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="on PostgreSQL the trigger compares whole rows")
def test_a_trigger_that_does_not_know_a_new_column_is_named(things):
    trigger = insert_only(things)
    create_triggers(Editor(), [trigger])
    run("ALTER TABLE thing ADD COLUMN later varchar(20) NULL")
    assert missing_triggers(connection, [trigger]) == [trigger.name]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("day", "2020-01-01"),
        ("role", "nobody"),
        ("object_id", uuid.UUID(int=7).hex),
        ("hash", bytes(32)),
        ("seq", 99),
        ("written", b"[]"),
    ],
)
def test_no_column_of_an_entry_changes_not_even_to_itself(entry, column, value):
    refused(f"UPDATE ledger_entry SET {column} = %s", [value])  # noqa: S608 - our own column names
    refused(f"UPDATE ledger_entry SET {column} = {column}")  # noqa: S608


def test_no_entry_goes(entry):
    refused("DELETE FROM ledger_entry")
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()
    assert Entry.objects.filter(pk=entry.pk).exists()


def test_a_replacing_insert_is_refused(entry):
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    refused("INSERT OR REPLACE INTO ledger_entry SELECT * FROM ledger_entry")


@pytest.mark.parametrize("skipped", [-1, 0, 2])
def test_an_entry_follows_the_heads_count(entry, skipped):
    later = Entry(seq=entry.seq + skipped, day=entry.day, at=entry.at, role="x", action="read")
    later.written, later.hash = b"[]", bytes(32)
    with pytest.raises(IntegrityError), transaction.atomic():
        later.save(force_insert=True)


@pytest.mark.parametrize("change", ["count = count + 1", "count = count - 1", "hash = zeroblob(32)", "id = 1"])
def test_the_head_moves_only_with_an_entry(entry, change):
    if connection.vendor == "postgresql":
        change = change.replace("zeroblob(32)", "'\\x00'::bytea")
    refused(f"UPDATE ledger_head SET {change}")  # noqa: S608


def test_the_head_stays_and_stays_alone(entry):
    refused("DELETE FROM ledger_head")
    with pytest.raises(IntegrityError), transaction.atomic():
        Head.objects.create(id=2)


def test_a_detail_may_go_but_never_change(entry):
    refused("UPDATE ledger_entrydetail SET sealed = %s", [b"another"])
    assert EntryDetail.objects.filter(entry=entry).delete()[0] == 1


def test_an_entry_without_a_detail_hash_takes_no_detail(db):
    bare = append_entry(Action.READ, actor_id=None, role="", object_id=None, now=NIGHT)
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryDetail.objects.create(entry=bare, sealed=b"slipped in")


def test_insert_only_passes_an_update_that_changes_nothing(things):
    create_triggers(Editor(), [insert_only(things)])
    run("UPDATE thing SET id = id, word = word")
    if connection.vendor == "sqlite":
        run("UPDATE thing SET rowid = 987654321")
    refused("UPDATE thing SET id = 2")
    refused("UPDATE thing SET word = 'a'")  # from NULL, which an ordinary comparison would miss
    run("INSERT INTO thing VALUES (2, 'a')")
    refused("UPDATE thing SET word = NULL WHERE id = 2")
    run("DELETE FROM thing")


def test_append_only_refuses_each_way_out(things):
    create_triggers(Editor(), append_only(things))
    refused("UPDATE thing SET id = id")
    refused("DELETE FROM thing")
    if connection.vendor == "postgresql":
        refused("TRUNCATE thing")


def test_a_condition_that_is_null_refuses(things):
    create_triggers(Editor(), [only_if(things, Event.INSERT, "NEW.word = 'ok'")])
    run("INSERT INTO thing VALUES (2, 'ok')")
    refused("INSERT INTO thing VALUES (3, NULL)")


def test_a_refusal_names_the_table_and_no_value(things):
    create_triggers(Editor(), [insert_only(things)])
    told = refused("UPDATE thing SET word = %s", ["typed words"])
    assert "UPDATE refused on thing" in told
    assert "typed words" not in told
