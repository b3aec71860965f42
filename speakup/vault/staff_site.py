"""What lies under the secret of the staff site: second factors and the names of throttling buckets.

vault.md, 'Personal keys and the staff session'; entities.md section 2, row 'TOTP secret'.
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


def bucket_key(site_secret: bytes, label: str) -> bytes:
    """The name of a throttling bucket, 32 bytes: without the site's secret it says nothing of account or device."""
    return hmac.digest(hkdf(site_secret, b"bucket"), label.encode(errors="surrogatepass"), hashlib.sha256)
