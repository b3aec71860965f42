"""Every column is on a reviewed list (dumping.REVIEWED): a new one that says something in clear does not slip in."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from speakup.embedded.demonstration import Force
from speakup.reporting.sealed_report import REFERENCE_LETTERS
from tests.attacks.dumping import OF_REPORTS, REVIEWED, Holds, dump
from tests.attacks.searching import as_bytes, tables
from tests.attacks.travelling import travel

WORDS_OF_REPORTS = {
    "",  # nobody signed the first keys
    "psd",
    "draft",
    "submitted",
    "acknowledged",
    "report",
    "identity",
    "write",
    "reporter",
    "R",
    "T",
    "ordinary",
    "open",
    "closed",
}


def columns() -> dict[str, set[str]]:
    """What the database itself says it has."""
    with connection.cursor() as cursor:
        return {
            table: {each.name for each in connection.introspection.get_table_description(cursor, table)}
            for table in tables()
        }


def not_reviewed() -> set[str]:
    return {
        f"{table}.{column}"
        for table, names in columns().items()
        for column in names
        if column not in REVIEWED.get(table, {})
    }


def test_every_column_of_every_table_was_reviewed(db: None) -> None:
    assert not_reviewed() == set()


def test_the_list_names_nothing_that_is_gone(db: None) -> None:
    assert {table: set(named) for table, named in REVIEWED.items()} == columns()


def test_twin_a_new_column_and_a_new_table_are_noticed(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reporting_report ADD COLUMN about varchar(40)")
        cursor.execute("CREATE TABLE reporting_summary (id integer)")
    assert not_reviewed() == {"reporting_report.about", "reporting_summary.id"}


@pytest.fixture
def travelled(force: Force) -> None:
    travel(force)


def test_what_the_list_says_of_a_column_is_true(travelled: None) -> None:
    """Random ids are version 4, sealed values say their format and share no bytes, words are known ones."""
    assert untrue() == []


def untrue() -> list[str]:
    """The columns whose values are not what REVIEWED says, among the rows that reports make."""
    found, sealed = [], set()
    for table in OF_REPORTS:
        for row in dump()[table]:
            for column, value in row.items():
                holds = REVIEWED[table][column]
                if value is None:
                    continue
                if holds is Holds.SEALED and as_bytes(value) in sealed:
                    found.append(f"{table}.{column} twice")
                sealed.add(as_bytes(value))
                if not _is_true(holds, value):
                    found.append(f"{table}.{column}")
    return found


def _is_true(holds: Holds, value: object) -> bool:
    checks: dict[Holds, Callable[[Any], bool]] = {
        Holds.RANDOM: lambda value: _is_random(str(value)),
        Holds.SEALED: lambda value: isinstance(value, bytes) and len(value) >= 61,
        Holds.HASH: lambda value: isinstance(value, bytes) and len(value) == 32,
        Holds.DAY: lambda value: bool(re.fullmatch(r"\d{4}-\d\d-\d\d", str(value))),
        Holds.DUE: lambda value: bool(re.search(r":(00|30|59):00(\+00:00)?$", str(value))),
        Holds.NUMBER: lambda value: isinstance(value, int) and 0 <= value < 1000,
        Holds.WORD: lambda value: value in WORDS_OF_REPORTS or _is_random(str(value)),
    }
    return holds not in checks or checks[holds](value)


def _is_random(value: str) -> bool:
    """A UUID of version 4, which holds neither a time nor a place; or a reference of our alphabet."""
    if re.fullmatch(rf"[{REFERENCE_LETTERS}]{{4}}-[{REFERENCE_LETTERS}]{{2}}", value):
        return True
    try:
        return uuid.UUID(value).version == 4
    except ValueError:
        return False


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("reporting_draft", "version", 1_928_373_645),
        ("reporting_message", "sealed", b"in clear"),
        ("accounts_epoch", "object_id", "3ad83a9ae69811f1923102fc00000001"),  # uuid1: holds a moment
        ("accounts_listentry", "object_id", uuid.uuid5(uuid.NAMESPACE_URL, "a name").hex),
        ("reporting_report", "received_day", "2031-02-13 03:17:42"),
        ("reporting_report", "next_due_at", "2031-02-13 03:17:42"),
        ("reporting_report", "state", "about somebody"),
    ],
)
def test_twin_a_column_that_says_more_is_noticed(
    travelled: None, monkeypatch: pytest.MonkeyPatch, table: str, column: str, value: object
) -> None:
    dumped = dump()
    dumped[table].append({column: value})
    monkeypatch.setattr("tests.attacks.test_what_is_in_clear.dump", lambda: dumped)
    assert untrue() == [f"{table}.{column}"]
