"""What every test stands on: the demonstration force, seeded once into the test database.

SQLite, or PostgreSQL where DATABASE_URL names a server (`make test-slow` starts one, and runs there again all
that has a database).
"""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from speakup.embedded.demonstration import Force, seed_force
from tests.floors import floor_file

pytest_plugins = ["tests.chromium"]

_seeded: dict[Path, bytes] = {}
_GIVEN = settings.DATABASES["default"]["NAME"]  # before a test database takes its place


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Force:
    """The migrated test database with the force in it; its root key is the one that rosters are checked against."""
    with django_db_blocker.unblock():
        if connections["default"].settings_dict["NAME"] == _GIVEN:
            # Where only own_database is asked for, pytest-django has made none.
            connections["default"].creation.create_test_db(verbosity=0, autoclobber=True)
        force = seed_force()
    settings.ROOT_PUBLIC_KEY = force.root_public
    _seeded.update((path, path.read_bytes()) for path in (floor_file(), Path(settings.POLICY_PINS_FILE)))
    return force


@pytest.fixture(autouse=True)
def _floor_of_its_own() -> Iterator[None]:
    """What a test raised, lowered or trusted is gone after it, as its rows are: a floor above them would end intake."""
    yield
    for path, content in _seeded.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


@pytest.fixture
def force(django_db_setup: Force, db: None) -> Force:
    """The demonstration force: members by role, their secrets, the root's and the recovery quorum's."""
    return django_db_setup


@pytest.fixture
def own_database(django_db_setup: Force, django_db_blocker: Any, tmp_path: Path) -> Iterator[Path]:
    """A copy of the seeded database of this test's own, for what needs real commits, several threads or processes.

    On SQLite the file; on PostgreSQL a path whose name is the database's. (Emptying tables between tests is no way: the
    ledger's triggers refuse it, as they should.)
    """
    shared = connections["default"]
    kept = connections.settings["default"]
    with django_db_blocker.unblock():
        copy = _copy_sqlite if shared.vendor == "sqlite" else _copy_postgresql
        path, drop = copy(shared, tmp_path)
        name = str(path) if shared.vendor == "sqlite" else path.name
        connections.settings["default"] = {**kept, "NAME": name}
        del connections["default"]
        try:
            yield path
        finally:
            connections["default"].close()
            connections.settings["default"] = kept
            connections["default"] = shared
            drop()


def _copy_sqlite(shared: Any, tmp_path: Path) -> tuple[Path, Callable[[], None]]:
    path = tmp_path / "speakup.sqlite3"
    shared.ensure_connection()
    with sqlite3.connect(path) as target:
        shared.connection.backup(target)
    target.close()
    return path, lambda: None


def _copy_postgresql(shared: Any, tmp_path: Path) -> tuple[Path, Callable[[], None]]:
    name, quote = f"own_{secrets.token_hex(6)}", shared.ops.quote_name

    def run(statement: str) -> None:
        with shared._nodb_cursor() as cursor:
            cursor.execute(statement)

    shared.close()  # nobody may look at what is copied
    run(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(shared.settings_dict['NAME'])}")
    return tmp_path / name, lambda: run(f"DROP DATABASE {quote(name)} WITH (FORCE)")
