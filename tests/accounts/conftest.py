"""Fixtures for signing in."""

import datetime as dt
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from speakup.accounts import sign_in
from speakup.accounts.models import PersonalSecret, StaffMember
from speakup.accounts.totp import current_code
from speakup.embedded.demonstration import Force
from speakup.vault.errors import CannotOpen

NOON = dt.datetime(2026, 11, 20, 12, 0, 7, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stands at NOON until it is moved."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def member(force: Force) -> StaffMember:
    return force.members["triage"][0]


@pytest.fixture
def totp_secret(force: Force, member: StaffMember) -> bytes:
    return force.totp_secrets[member.pk]


@pytest.fixture
def typed(force: Force, member: StaffMember) -> dict[str, str]:
    """What the member types at NOON."""
    return {
        "email": member.email,
        "passphrase": force.passphrase,
        "code": current_code(force.totp_secrets[member.pk], now=NOON),
    }


@pytest.fixture
def retyped(force: Force, member: StaffMember, typed: dict[str, str]) -> Callable[[], dict[str, str]]:
    """The same with the code of the moment at which it is called."""
    return lambda: {**typed, "code": current_code(force.totp_secrets[member.pk], now=timezone.now())}


@pytest.fixture
def without_argon2(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrase check without its third of a second, for tests of what stands around it."""

    def unwrap(wrapped: bytes, passphrase: str, salt: bytes, staff_id: UUID, version: int) -> bytes:
        row = PersonalSecret.objects.filter(personal_key__staff=staff_id, sealed=wrapped, salt=salt).first()
        if row is None or passphrase != force.passphrase:
            raise CannotOpen
        return force.personal_secrets[row.personal_key.staff_id]

    monkeypatch.setattr(sign_in, "unwrap_personal_secret", unwrap)
