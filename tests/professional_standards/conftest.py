"""The desk at work: signed-in members, and reports to read."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from speakup.embedded.demonstration import Force
from tests.builders import sign_in_client
from tests.professional_standards.reminded import RECOVERY_SEED

SignedIn = Callable[..., Client]


@pytest.fixture
def signed_in(force: Force) -> SignedIn:
    """signed_in("triage", 0): a client of the first member with this role, with Django's CSRF check on."""

    def make(role: str, number: int = 0) -> Client:
        staff = force.members[role][number]
        client = sign_in_client(staff, force.personal_secrets[staff.id])
        client.handler.enforce_csrf_checks = True
        return client

    return make


@pytest.fixture
def recovery(force: Force) -> Iterator[None]:
    """What reminded.py opens clocks with."""
    RECOVERY_SEED.append(force.recovery_seed)
    yield
    RECOVERY_SEED.clear()


def csrf_token(page: bytes) -> str:
    """The token of the first form on a page."""
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, "no form on the page"
    return found.group(1).decode()
