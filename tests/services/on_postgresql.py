"""Runs a command with DATABASE_URL naming a PostgreSQL started for it: `python -m tests.services.on_postgresql pytest`.

Where DATABASE_URL names a server already, that one is used.

As a plugin (`pytest -p tests.services.on_postgresql`) it leaves out what no database has a part in, which another one
could not change: pytest-django lets no test touch the database that has not asked for it, by mark or by fixture.
"""

import inspect
import os
import subprocess
import sys

import pytest

from tests.services.servers import postgresql

# Every fixture that gives a database, whoever asks for it on the way (pytest-django's, and tests/conftest.py's).
GIVES_A_DATABASE = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "django_db_setup",
    "live_server",
    "own_database",
}


def has_a_database(item: pytest.Item) -> bool:
    """Whether a test may come to the database: by a mark, by a fixture of its fixtures, by one that it asks for as it
    runs, or as one of Django's test cases."""
    if not isinstance(item, pytest.Function) or item.cls is not None:
        return True
    if item.get_closest_marker("django_db") is not None or "request" in inspect.signature(item.function).parameters:
        return True
    return not GIVES_A_DATABASE.isdisjoint(item.fixturenames)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect, and say how many, what would run here as it ran before."""
    without = [item for item in items if not has_a_database(item)]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if has_a_database(item)]


def main(command: list[str]) -> int:
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(command, check=False).returncode
    with postgresql() as server:
        environment = {**os.environ, "DATABASE_URL": server.url("speakup")}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
