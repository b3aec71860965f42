"""Triggers that keep rows as they were written, on SQLite and on PostgreSQL (entities.md section 5).

An app that has some declares them in its `triggers.py` and makes them in its `0002_triggers` migration:

    # speakup/reporting/triggers.py
    from speakup.web.triggers import insert_only
    TRIGGERS = (insert_only("reporting_message"), insert_only("reporting_progress"))

    # speakup/reporting/migrations/0002_triggers.py
    operations = [trigger_operation(TRIGGERS)]

The trap: on SQLite Django rebuilds a table for most changes of a column, and its triggers go with the old one. A
migration that changes such a table ends with `trigger_operation` again; `tests/ledger/test_triggers.py` walks every
app's `triggers.py` and names each trigger that is missing, or that does not know a column added since.
What a trigger refuses arrives as `django.db.IntegrityError`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

# What `allowed` holds where a row may only be updated to itself; the columns are read when the trigger is made.
UNCHANGED = "unchanged"
NEVER = "1 = 0"


class Event(StrEnum):
    """The statement that a trigger watches. TRUNCATE exists on PostgreSQL alone and passes row triggers by."""

    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    TRUNCATE = "TRUNCATE"


@dataclass(frozen=True)
class Trigger:
    """Refuses `event` on `table` unless `allowed`, an SQL condition on NEW and OLD, is true (NULL is not).

    `allowed` is written by us, never typed by anybody: it goes into the statement as it stands.
    """

    table: str
    event: Event
    allowed: str = NEVER

    @property
    def name(self) -> str:
        """The trigger's name, and on PostgreSQL its function's: one a table and event."""
        return f"{self.table}_{self.event.lower()}_guard"


class Editor(Protocol):
    """What making triggers needs of Django's schema editor."""

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """The database that the statements go to."""

    def execute(self, sql: str, params: None) -> None:
        """Runs one statement, without placeholders."""


def insert_only(table: str) -> Trigger:
    """Rows that are never changed: an update that changes no column passes, any other is refused.

    The one that passes is the nightly rewriting (vault.md, 'Nightly'): `SET id = id`, on SQLite `SET rowid`.
    Deleting stays allowed; append_only() refuses that too.
    """
    return Trigger(table, Event.UPDATE, UNCHANGED)


def append_only(table: str) -> tuple[Trigger, ...]:
    """Rows that never change or go, not even by TRUNCATE, and that nothing rewrites."""
    return tuple(Trigger(table, event) for event in (Event.UPDATE, Event.DELETE, Event.TRUNCATE))


def only_if(table: str, event: Event, allowed: str) -> Trigger:
    """Refuses `event` on `table` unless the SQL condition `allowed` (on NEW and OLD, with subqueries) is true."""
    return Trigger(table, event, allowed)


def trigger_sql(connection: BaseDatabaseWrapper, trigger: Trigger) -> list[str]:
    """The statements that make `trigger` on this engine; none where the engine knows no such event."""
    if connection.vendor == "sqlite":
        return [] if trigger.event is Event.TRUNCATE else [_sqlite(connection, trigger)]
    if connection.vendor == "postgresql":
        return _postgresql(trigger)
    raise NotImplementedError(connection.vendor)


def create_triggers(editor: Editor, triggers: Iterable[Trigger]) -> None:
    """Makes every one of `triggers` on their existing tables, in place of one of the same name."""
    for trigger in triggers:
        for statement in _drop_sql(editor.connection, trigger) + trigger_sql(editor.connection, trigger):
            editor.execute(statement, params=None)


def drop_triggers(editor: Editor, triggers: Iterable[Trigger]) -> None:
    """Takes `triggers` away, where they exist."""
    for trigger in triggers:
        for statement in _drop_sql(editor.connection, trigger):
            editor.execute(statement, params=None)


def trigger_operation(triggers: Iterable[Trigger]) -> RunPython:
    """The migration operation that makes `triggers`, and undone drops them."""
    wanted = tuple(triggers)

    def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        create_triggers(schema_editor, wanted)

    def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        drop_triggers(schema_editor, wanted)

    return RunPython(create, drop)


def missing_triggers(connection: BaseDatabaseWrapper, triggers: Iterable[Trigger]) -> list[str]:
    """The names of those of `triggers` that this database lacks, or holds in other words than trigger_sql() says.

    On PostgreSQL only existence is compared: the server does not keep the statement, and OLD and NEW stand there for
    all columns, also those added later.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            stored = dict(cursor.fetchall())
            return [
                trigger.name
                for trigger in triggers
                for statement in trigger_sql(connection, trigger)
                if stored.get(trigger.name) != statement
            ]
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        names = {name for (name,) in cursor.fetchall()}
    return [trigger.name for trigger in triggers if trigger.name not in names]


def _columns(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _sqlite(connection: BaseDatabaseWrapper, trigger: Trigger) -> str:
    allowed = trigger.allowed
    if allowed == UNCHANGED:
        columns = _columns(connection, trigger.table)
        allowed = " AND ".join(f'OLD."{column}" IS NEW."{column}"' for column in columns)
    return (
        f'CREATE TRIGGER "{trigger.name}" BEFORE {trigger.event} ON "{trigger.table}" '
        f"FOR EACH ROW WHEN ({allowed}) IS NOT TRUE "
        f"BEGIN SELECT RAISE(ABORT, '{_refusal(trigger)}'); END"
    )


def _postgresql(trigger: Trigger) -> list[str]:
    allowed = "OLD IS NOT DISTINCT FROM NEW" if trigger.allowed == UNCHANGED else trigger.allowed
    statement_wide = trigger.event is Event.TRUNCATE
    passed = "NULL" if statement_wide else "OLD" if trigger.event is Event.DELETE else "NEW"
    return [
        f'CREATE OR REPLACE FUNCTION "{trigger.name}"() RETURNS trigger LANGUAGE plpgsql AS $guard$ '
        f"BEGIN IF ({allowed}) IS NOT TRUE THEN "
        f"RAISE EXCEPTION '{_refusal(trigger)}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {passed}; END $guard$",
        f'CREATE TRIGGER "{trigger.name}" BEFORE {trigger.event} ON "{trigger.table}" '
        f'FOR EACH {"STATEMENT" if statement_wide else "ROW"} EXECUTE FUNCTION "{trigger.name}"()',
    ]


def _drop_sql(connection: BaseDatabaseWrapper, trigger: Trigger) -> list[str]:
    if connection.vendor == "sqlite":
        return [f'DROP TRIGGER IF EXISTS "{trigger.name}"']
    return [
        f'DROP TRIGGER IF EXISTS "{trigger.name}" ON "{trigger.table}"',
        f'DROP FUNCTION IF EXISTS "{trigger.name}"()',
    ]


def _refusal(trigger: Trigger) -> str:
    # Fixed words: an exception's text may reach a log, a row's values must not.
    return f"{trigger.event} refused on {trigger.table}"
