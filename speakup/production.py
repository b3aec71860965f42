"""What production looks at before it tells a database anything: that it keeps quiet about what it is told.

With psycopg a failed statement reaches PostgreSQL's log with its values, and several settings have every statement
written there: a second copy of what somebody typed, in clear, in a place that nobody thinks of (vault.md, 'Rules of
the room'). The settings are PostgreSQL's own; docs/operations.md says how they are set.
"""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, Protocol

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

# Setting of PostgreSQL -> the values under which it writes no statement and no value; the first is the one we ask for.
# `log_min_messages` too: an error's own text carries values ("invalid input syntax for type uuid: ...", "Key (...)=
# (...) already exists"). At `log` the server still writes what it does itself, and refused connections.
QUIET: Mapping[str, tuple[str, ...]] = {
    "log_statement": ("none",),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
    "log_min_error_statement": ("panic",),
    "log_min_messages": ("log", "fatal", "panic"),
    "log_parameter_max_length_on_error": ("0",),
    "debug_print_parse": ("off",),
    "debug_print_rewritten": ("off",),
    "debug_print_plan": ("off",),
}
# Of an extension: no such setting where it is not loaded.
_AUTO_EXPLAIN = "auto_explain.log_min_duration"


class Cursor(Protocol):
    """What asking PostgreSQL for a setting needs: psycopg's cursor, or Django's round it."""

    def execute(self, query: LiteralString, params: Sequence[str]) -> object:
        """Run one statement."""

    def fetchone(self) -> Sequence[Any] | None:
        """The next row."""


def what_talks(cursor: Cursor) -> str | None:
    """The first setting under which this connection's PostgreSQL writes down what it is asked, in words; else None."""
    for name, allowed in {**QUIET, _AUTO_EXPLAIN: ("-1",)}.items():
        cursor.execute("SELECT current_setting(%s, true)", [name])
        (value,) = cursor.fetchone() or (None,)
        if value is not None and value not in allowed:
            return f"set {name} to {allowed[0]}, not {value}"
    return None


def look_at_first_connection() -> None:
    """From now on this process uses no PostgreSQL that writes down what it is asked: neither a command, nor a worker
    or a site that was started in another way than by `manage.py serve`.

    Looks once; opening the connection then raises ImproperlyConfigured, as often as it is tried.
    """
    connection_created.connect(_look, dispatch_uid="a database that keeps quiet")


_LOOKED_AT: set[str] = set()


def _look(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.alias in _LOOKED_AT:
        return
    with connection.connection.cursor() as cursor:
        talks = what_talks(cursor)
    if talks:
        connection.close()
        raise _talkative(talks)
    _LOOKED_AT.add(connection.alias)


def _talkative(talks: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"PostgreSQL would write what it is asked into its log: {talks}")


def refuse_talkative_database() -> None:
    """Look at the settings of this connection's PostgreSQL. Leaves the connection closed.

    Raises ImproperlyConfigured, with one line naming the first setting under which it writes down what it is asked, or
    saying that the database cannot be reached.
    """
    try:
        with connection.cursor() as cursor:
            talks = what_talks(cursor)
    except DatabaseError as complaint:
        raise ImproperlyConfigured(f"the database cannot be used ({type(complaint).__name__})") from None
    finally:
        connection.close()
    if talks:
        raise _talkative(talks)
