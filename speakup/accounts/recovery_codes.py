"""Recovery codes: ten for the day on which the authenticator app is not at hand, each good once.

A code stands in place of the one-time code, wherever one is asked for, and never in place of the passphrase. It is 16
letters and digits of Crockford's alphabet (80 random bits), in fours. Only an HMAC under the staff site's secret is
kept (vault.md, 'Personal keys and the staff session').
"""

import hmac
import secrets
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from speakup.accounts.models import RecoveryCode, StaffMember
from speakup.vault.staff_site import recovery_code_hmac

HOW_MANY = 10
LENGTH = 16
# Crockford's base 32: no I, L, O and U, so that nothing written by hand is read as something else.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
_NO_CODE = bytes(32)
_MARK = "speakup.accounts.recovery_codes"


def make_codes(staff: StaffMember) -> list[str]:
    """Ten new codes, as they are shown once; those before them are good no more. In the caller's transaction."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(LENGTH)) for _ in range(HOW_MANY)]
    RecoveryCode.objects.filter(staff=staff).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(staff=staff, code_hmac=_hmac(staff.pk, code)) for code in codes])
    return ["-".join(code[start : start + 4] for start in range(0, LENGTH, 4)) for code in codes]


def codes_of(staff_id: UUID) -> Sequence[bytes]:
    """What is kept of the member's codes that are left. One query, for somebody who is not there too."""
    kept = RecoveryCode.objects.filter(staff_id=staff_id).values_list("code_hmac", flat=True)
    return [bytes(code) for code in kept]


def matching_code(kept: Sequence[bytes], staff_id: UUID, typed: str) -> bytes | None:
    """Which of the codes this is, as it is kept; None for none of them. The same work however many are left."""
    tried = _hmac(staff_id, spell(typed))
    rows = [*kept, *[_NO_CODE] * HOW_MANY][: max(HOW_MANY, len(kept))]
    found = [code for code in rows if hmac.compare_digest(code, tried)]
    return found[0] if found else None


def use_code(staff_id: UUID, code: bytes) -> bool:
    """Use the code up; False where somebody was faster with it. In the caller's transaction."""
    deleted, _ = RecoveryCode.objects.filter(staff_id=staff_id, code_hmac=code).delete()
    return deleted == 1


def codes_left(staff: StaffMember) -> int:
    return RecoveryCode.objects.filter(staff=staff).count()


def marks_of(staff: StaffMember) -> list[str]:
    """A mark of each code that is left, for the form that asks for new ones: it tells nothing of a code."""
    return [salted_hmac(_MARK, code, algorithm="sha256").hexdigest()[:16] for code in codes_of(staff.pk)]


def spell(typed: str) -> str:
    """The one spelling of a code: without spaces and hyphens, in capitals, what is misread as what was meant."""
    return "".join(typed.split()).replace("-", "").upper().translate(_MISREAD)


def _hmac(staff_id: UUID, code: str) -> bytes:
    return recovery_code_hmac(settings.STAFF_SECRET, staff_id, code)
