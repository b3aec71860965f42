"""Enrolling an authenticator app: a new secret, its QR code, and the first code that shows it arrived.

Between the two pages the secret travels in the form itself, sealed under the staff site's secret and bound to its
owner and the hour: nothing of it is kept anywhere until a code confirmed it (ADR 0020).
"""

import base64
import binascii
import datetime as dt
import io
import secrets
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode
from uuid import UUID

import segno
from django.conf import settings
from django.utils.safestring import SafeString

from speakup.accounts.models import SealedTotp, StaffMember
from speakup.accounts.totp import SECRET_SIZE, STEP_SECONDS, add_totp, step_of
from speakup.vault.errors import VaultError
from speakup.vault.staff_site import open_enrolment, seal_enrolment

ISSUER = "SpeakUp"
# The form can be sent in the hour in which it was made and in the next: at least one hour, at most two.
_HOUR = dt.timedelta(hours=1)
# The width of one dot of the QR code, in pixels: with its quiet zone it fits a narrow screen.
_DOT = 5


class EnrolmentOver(Exception):
    """The form's secret is not of this owner or older than its time: the app is enrolled afresh."""

    def __init__(self, *_: object) -> None:
        super().__init__("the enrolment is over")


class WrongCode(Exception):
    """The code is not the one that the app shows with this secret."""

    def __init__(self, *_: object) -> None:
        super().__init__("the code does not fit the new secret")


@dataclass(frozen=True)
class Enrolment:
    """What the page of an enrolment shows: `sealed` is the value of its hidden field."""

    owner_id: UUID
    account: str
    secret: bytes = field(repr=False)
    sealed: str = field(repr=False)

    @property
    def key(self) -> str:
        """The secret for typing into the app: base 32, in fours."""
        text = base64.b32encode(self.secret).decode("ascii")
        return " ".join(text[start : start + 4] for start in range(0, len(text), 4))

    @property
    def uri(self) -> str:
        """What the QR code says, as authenticator apps read it (the defaults are SHA-1, six digits, 30 seconds)."""
        query = urlencode(
            {"secret": base64.b32encode(self.secret).decode("ascii"), "issuer": ISSUER, "period": STEP_SECONDS}
        )
        return f"otpauth://totp/{quote(f'{ISSUER}:{self.account}', safe='')}?{query}"

    @property
    def qr(self) -> SafeString:
        """The QR code as SVG for the page: black on white, without style or script, its quiet zone inside."""
        target = io.BytesIO()
        code = segno.make(self.uri, error="m", micro=False)
        code.save(
            target, kind="svg", xmldecl=False, svgns=False, scale=_DOT, svgclass=None, lineclass=None, light="#fff"
        )
        # segno writes it from numbers alone; nothing of the account's stands in it as text.
        return SafeString(target.getvalue().decode("ascii"))


def new_enrolment(owner_id: UUID, account: str, *, now: dt.datetime) -> Enrolment:
    """A fresh secret for this owner: the member, or the invitation before there is one. `account` is their address."""
    return _enrolment(owner_id, account, secrets.token_bytes(SECRET_SIZE), now=now)


def read_enrolment(owner_id: UUID, account: str, sealed: str, *, now: dt.datetime) -> Enrolment:
    """The enrolment that a form carried, to be shown again or confirmed. Raises EnrolmentOver."""
    for hour in (_hour(now), _hour(now) - 1):
        try:
            value = base64.urlsafe_b64decode(sealed.encode("ascii"))
            secret = open_enrolment(settings.STAFF_SECRET, owner_id, hour, value)
        except (VaultError, ValueError, binascii.Error):
            continue
        return Enrolment(owner_id, account, secret, sealed)
    raise EnrolmentOver


def confirm_enrolment(enrolment: Enrolment, staff: StaffMember, code: str, *, now: dt.datetime) -> SealedTotp:
    """Save the secret as the member's only device. The code that confirms it is used up.

    In the caller's transaction, which ends the member's sessions. Raises WrongCode.
    """
    step = step_of(enrolment.secret, code, now=now)
    if step is None:
        raise WrongCode
    SealedTotp.objects.filter(user=staff).delete()
    return add_totp(staff, enrolment.secret, name="authenticator app", last_step=step)


def _enrolment(owner_id: UUID, account: str, secret: bytes, *, now: dt.datetime) -> Enrolment:
    sealed = seal_enrolment(settings.STAFF_SECRET, owner_id, _hour(now), secret)
    return Enrolment(owner_id, account, secret, base64.urlsafe_b64encode(sealed).decode("ascii"))


def _hour(now: dt.datetime) -> int:
    return int(now.timestamp()) // int(_HOUR.total_seconds())
