"""Journeys drive the service that `make run` starts, one for the whole run."""

from collections.abc import Iterator

import pytest

from tests.journeys.running_service import RunningService, running_service


@pytest.fixture(scope="session")
def service() -> Iterator[RunningService]:
    """The real service: base_url, data folder, passphrase, code(email). Stopped at the end, leaving no process."""
    with running_service() as running:
        yield running
