"""One-time codes (RFC 6238): sealed secrets, each step used once."""

import datetime as dt

import django_otp
import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django_otp.models import Device

from speakup.accounts.models import SealedTotp, StaffMember
from speakup.accounts.totp import add_totp, current_code, matching_step, step_at, use_step
from speakup.embedded.demonstration import Force
from speakup.vault.staff_site import open_totp

# RFC 6238, appendix B (SHA-1), the last six of its eight digits.
RFC_SECRET = b"12345678901234567890"
RFC_CODES = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]
NOW = dt.datetime(2026, 11, 20, 12, 0, 7, tzinfo=dt.UTC)


@pytest.fixture
def device(force: Force) -> SealedTotp:
    staff = StaffMember.objects.create(name="Joan Fielding", email="joan@example.test")
    return add_totp(staff, RFC_SECRET, name="phone")


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_the_published_codes(device: SealedTotp, seconds: int, code: str) -> None:
    now = dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    assert current_code(RFC_SECRET, now=now) == code
    assert matching_step(device, code, now=now) == seconds // 30 == step_at(now)


@pytest.mark.parametrize("shift", [-2, -1, 0, 1, 2])
def test_one_step_of_drift_either_way(device: SealedTotp, shift: int) -> None:
    code = current_code(RFC_SECRET, now=NOW + dt.timedelta(seconds=30 * shift))
    step = matching_step(device, code, now=NOW)
    assert step == (step_at(NOW) + shift if abs(shift) <= 1 else None)


def test_a_step_is_used_once_and_none_before_it_again(device: SealedTotp) -> None:
    step = step_at(NOW)
    assert use_step(device, step)
    assert not use_step(device, step)
    assert not use_step(device, step - 1)
    device.refresh_from_db()
    assert matching_step(device, current_code(RFC_SECRET, now=NOW), now=NOW) is None
    before = NOW - dt.timedelta(seconds=30)
    assert matching_step(device, current_code(RFC_SECRET, now=before), now=NOW) is None
    after = NOW + dt.timedelta(seconds=30)
    assert matching_step(device, current_code(RFC_SECRET, now=after), now=NOW) == step + 1


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "-00001", "abcdef", "\ud800", "\u0660" * 6, "0" * 5000])
def test_what_is_no_code_matches_nothing(device: SealedTotp, code: str) -> None:
    assert matching_step(device, code, now=NOW) is None
    assert matching_step(None, code, now=NOW) is None


def test_a_moved_or_changed_secret_matches_nothing(device: SealedTotp) -> None:
    code = current_code(RFC_SECRET, now=NOW)
    assert matching_step(device, code, now=NOW)
    other = SealedTotp.objects.exclude(pk=device.pk)[0]
    other.sealed = device.sealed
    assert matching_step(other, code, now=NOW) is None
    device.sealed = bytes(len(bytes(device.sealed)))
    assert matching_step(device, code, now=NOW) is None


def test_the_secret_is_sealed_under_the_sites_own(device: SealedTotp) -> None:
    assert RFC_SECRET not in bytes(device.sealed)
    assert open_totp(settings.STAFF_SECRET, device.user_id, device.pk, bytes(device.sealed)) == RFC_SECRET


def test_django_otp_finds_the_device_and_can_verify_nothing_with_it(device: SealedTotp) -> None:
    code = current_code(RFC_SECRET, now=dt.datetime.now(dt.UTC))
    assert Device.from_persistent_id(device.persistent_id) == device
    assert not device.verify_token(code)
    assert device.verify_is_allowed() == (False, None)
    assert django_otp.match_token(device.user, code) is None
    assert django_otp.verify_token(device.user, device.persistent_id, code) is None


def test_one_device_a_member(device: SealedTotp) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        add_totp(device.user, RFC_SECRET, name="second phone")
