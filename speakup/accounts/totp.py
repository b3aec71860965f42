"""One-time codes of authenticator apps (RFC 6238: SHA-1, 30 seconds, six digits), each good once."""

import datetime as dt
import functools
import hmac
import secrets
from uuid import UUID, uuid4

from django.conf import settings
from django_otp.oath import hotp

from speakup.accounts.models import SealedTotp, StaffMember
from speakup.vault.errors import VaultError
from speakup.vault.staff_site import open_totp, seal_totp

STEP_SECONDS = 30
DRIFT_STEPS = 1  # a clock may be half a minute out
SECRET_SIZE = 20  # RFC 4226, section 4: 160 bits
_DIGITS = 6


def add_totp(staff: StaffMember, secret: bytes, *, name: str, last_step: int = 0) -> SealedTotp:
    """Save a device with this secret (20 bytes), sealed to it under the staff site's own secret.

    Codes of `last_step` and before are used up already.
    """
    device = SealedTotp(id=uuid4(), user=staff, name=name, confirmed=True, last_step=last_step)
    device.sealed = seal_totp(settings.STAFF_SECRET, staff.pk, device.pk, secret)
    device.save(force_insert=True)
    return device


def current_code(secret: bytes, *, now: dt.datetime) -> str:
    """The code that an authenticator app with this secret shows at `now`."""
    return _code(secret, step_at(now))


def step_at(now: dt.datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(device: SealedTotp | None, code: str, *, now: dt.datetime) -> int | None:
    """The time step whose code this is, if the device may still use it; None for a wrong, old or repeated one.

    Without a device the same work is done on a made-up one. What is returned counts only once `use_step` took it.
    """
    known = device is not None
    device = device or _nobodys()
    try:
        secret = open_totp(settings.STAFF_SECRET, _owner(device), device.pk, bytes(device.sealed))
    except VaultError:
        secret, known = secrets.token_bytes(SECRET_SIZE), False
    fresh = [step for step in _steps_of(secret, code, now=now) if step > device.last_step]
    return fresh[0] if known and fresh else None


def step_of(secret: bytes, code: str, *, now: dt.datetime) -> int | None:
    """The time step whose code this is with a secret that is being enrolled; None for a wrong one."""
    found = _steps_of(secret, code, now=now)
    return found[0] if found else None


def use_step(device: SealedTotp, step: int) -> bool:
    """Use up a step and all before it; False where somebody was faster with the same code."""
    taken: int = SealedTotp.objects.filter(pk=device.pk, confirmed=True, last_step__lt=step).update(last_step=step)
    return taken == 1


def _steps_of(secret: bytes, code: str, *, now: dt.datetime) -> list[int]:
    typed = "".join(code.split())
    return [
        step
        for step in range(step_at(now) - DRIFT_STEPS, step_at(now) + DRIFT_STEPS + 1)
        if hmac.compare_digest(_code(secret, step).encode(), typed.encode("utf-8", "replace"))
    ]


def _code(secret: bytes, step: int) -> str:
    return str(hotp(secret, step, digits=_DIGITS)).zfill(_DIGITS)


def _owner(device: SealedTotp) -> UUID:
    owner: UUID = device.user_id
    return owner


@functools.cache
def _nobodys() -> SealedTotp:
    """A device of nobody, for the same work where there is none; made when first asked for, on the staff site."""
    device = SealedTotp(id=uuid4(), user_id=uuid4())
    device.sealed = seal_totp(settings.STAFF_SECRET, _owner(device), device.pk, secrets.token_bytes(SECRET_SIZE))
    return device
