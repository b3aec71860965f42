"""Real servers for the whole run of these tests: those that DATABASE_URL and REDIS_URL name, or our own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.installation import Installation
from tests.services.servers import PostgresqlServer, named_postgresql, postgresql, valkey

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.services)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("services"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    given = os.environ.get("DATABASE_URL")
    if given:
        yield named_postgresql(given)
        return
    with postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    given = os.environ.get("REDIS_URL")
    if given:
        yield given
        return
    with valkey() as url:
        yield url


@pytest.fixture(scope="module")
def installation(
    postgresql_server: PostgresqlServer, broker_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An installation of this file's own: the database is new, the broker is everybody's."""
    made = Installation.make(tmp_path_factory.mktemp("installation"), postgresql_server, broker_url)
    yield made
    made.stop_all()
