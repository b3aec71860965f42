"""What every test stands on: the demonstration force, seeded once into the test database."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from speakup.embedded.demonstration import Force, seed_force

pytest_plugins = ["tests.chromium"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Force:
    """The migrated test database with the force in it; its root key is the one that rosters are checked against."""
    with django_db_blocker.unblock():
        if connections["default"].settings_dict["NAME"] == settings.DATA_DIR / "speakup.sqlite3":
            # Where only own_database is asked for, pytest-django has made none.
            connections["default"].creation.create_test_db(verbosity=0, autoclobber=True)
        force = seed_force()
    settings.ROOT_PUBLIC_KEY = force.root_public
    return force


@pytest.fixture
def force(django_db_setup: Force, db: None) -> Force:
    """The demonstration force: members by role, their secrets, the root's and the recovery quorum's."""
    return django_db_setup


@pytest.fixture
def own_database(django_db_setup: Force, django_db_blocker: Any, tmp_path: Path) -> Iterator[Path]:
    """A copy of the seeded database in a file of its own, for what needs real commits, several threads or processes.

    (Emptying tables between tests is no way: the ledger's triggers refuse it, as they should.)
    """
    path = tmp_path / "speakup.sqlite3"
    shared = connections["default"]
    kept = connections.settings["default"]
    with django_db_blocker.unblock():
        shared.ensure_connection()
        with sqlite3.connect(path) as target:
            shared.connection.backup(target)
        target.close()
        connections.settings["default"] = {**kept, "NAME": str(path)}
        del connections["default"]
        try:
            yield path
        finally:
            connections["default"].close()
            connections.settings["default"] = kept
            connections["default"] = shared
