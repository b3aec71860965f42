"""The second factor of somebody who is signed in: a one-time code, or one of the recovery codes in its place."""

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from speakup.accounts.models import SealedTotp, StaffMember
from speakup.accounts.recovery_codes import codes_of, matching_code, use_code
from speakup.accounts.totp import matching_step, use_step


@dataclass(frozen=True)
class Factor:
    """A code that is right and not used up yet: the step of a device, or a recovery code as it is kept."""

    staff_id: UUID
    device: SealedTotp
    step: int | None
    code: bytes | None = field(repr=False)


def matching_factor(staff: StaffMember, typed: str, *, now: dt.datetime) -> Factor | None:
    """The factor that this code is; None for a wrong, old or used one. Counts only once `use_factor` took it."""
    device = SealedTotp.objects.filter(user=staff, confirmed=True).first()
    step = matching_step(device, typed, now=now)
    code = matching_code(codes_of(staff.pk), staff.pk, typed)
    if device is None or (step is None and code is None):
        return None
    return Factor(staff.pk, device, step, code)


def use_factor(factor: Factor) -> bool:
    """Use the code up; False where somebody was faster with it. In the caller's transaction."""
    if factor.step is not None:
        return use_step(factor.device, factor.step)
    return factor.code is not None and use_code(factor.staff_id, factor.code)
