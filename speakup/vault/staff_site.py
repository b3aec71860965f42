"""What lies under the secret of the staff site: second factors, codes for the day without one, names of buckets.

vault.md, 'Personal keys and the staff session'; entities.md section 2, row 'TOTP secret'; ADR 0020 for a secret that
is being enrolled and for recovery codes.
"""

import hashlib
import hmac
from uuid import UUID

from . import aead, padding
from .encoding import context, hkdf
from .errors import CannotOpen

TOTP_PADDED_SIZE = 64
TOTP_SEALED_SIZE = aead.OVERHEAD + TOTP_PADDED_SIZE


def seal_totp(site_secret: bytes, staff_id: UUID, device_id: UUID | int, secret: bytes) -> bytes:
    """A TOTP secret (at most 63 bytes), sealed to its device, TOTP_SEALED_SIZE bytes; ValueError for a longer one."""
    padded = padding.pad_to(secret, TOTP_PADDED_SIZE)
    return aead.seal(hkdf(site_secret, b"totp"), context("totp", staff_id, device_id), padded)


def open_totp(site_secret: bytes, staff_id: UUID, device_id: UUID | int, sealed: bytes) -> bytes:
    """The TOTP secret; CannotOpen or UnknownFormat."""
    if len(sealed) != TOTP_SEALED_SIZE:
        raise CannotOpen
    return padding.unpad(aead.open_sealed(hkdf(site_secret, b"totp"), context("totp", staff_id, device_id), sealed))


def seal_enrolment(site_secret: bytes, owner_id: UUID, hour: int, secret: bytes) -> bytes:
    """A TOTP secret that its owner has not confirmed yet, TOTP_SEALED_SIZE bytes: it travels in a form, in no row.

    `owner_id` is the member or the invitation, `hour` the hour since 1970 in which it was made.
    """
    padded = padding.pad_to(secret, TOTP_PADDED_SIZE)
    return aead.seal(hkdf(site_secret, b"enrolment"), context("enrolment", owner_id, hour), padded)


def open_enrolment(site_secret: bytes, owner_id: UUID, hour: int, sealed: bytes) -> bytes:
    """The TOTP secret; CannotOpen or UnknownFormat for another owner's, another hour's and anything made up."""
    if len(sealed) != TOTP_SEALED_SIZE:
        raise CannotOpen
    bound = context("enrolment", owner_id, hour)
    return padding.unpad(aead.open_sealed(hkdf(site_secret, b"enrolment"), bound, sealed))


def recovery_code_hmac(site_secret: bytes, staff_id: UUID, code: str) -> bytes:
    """What is kept of a recovery code, 32 bytes. The code is in its one spelling (accounts/recovery_codes.py)."""
    message = context("recovery-code", staff_id, code)
    return hmac.digest(hkdf(site_secret, b"recovery-code"), message, hashlib.sha256)


def bucket_key(site_secret: bytes, label: str) -> bytes:
    """The name of a throttling bucket, 32 bytes: without the site's secret it says nothing of account or device."""
    return hmac.digest(hkdf(site_secret, b"bucket"), label.encode(errors="surrogatepass"), hashlib.sha256)
