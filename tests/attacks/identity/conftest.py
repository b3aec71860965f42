"""What attacks on a reporter's name stand on: one moment, a desk, and a report with a name given in confidence."""

from collections.abc import Iterator

import pytest
import time_machine

from speakup.embedded.demonstration import Force
from tests.attacks.identity.asking import CONFIDENTIAL
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import Sent


@pytest.fixture(autouse=True)
def at_one_moment() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


@pytest.fixture
def sent(desk: Desk) -> Sent:
    return desk.sent(CONFIDENTIAL)
