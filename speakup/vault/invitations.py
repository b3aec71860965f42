"""What an invitation's link carries, and what a joining member carries from one page to the next (ADR 0021).

The token is derived from the invitation's id under a secret that the staff site and the worker share: no row, queue or
message holds it, and a mail that is sent again after a crash is the same mail.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from uuid import UUID

from . import aead
from .encoding import KEY_SIZE, context, hkdf
from .errors import CannotOpen
from .personal import SALT_SIZE, WRAPPED_SIZE, new_personal_secret, wrap_personal_secret

NEW_KEY_SIZE = aead.OVERHEAD + KEY_SIZE + SALT_SIZE + WRAPPED_SIZE


def invitation_token(invitation_secret: bytes, invitation_id: UUID) -> str:
    """The token of this invitation's link: 32 bytes, for others as good as random, as text."""
    return _text(
        hmac.digest(hkdf(invitation_secret, b"invitation"), context("invitation", invitation_id), hashlib.sha256)
    )


def token_hash(token: str) -> bytes:
    """What is kept of a token, and what it is looked up by: a SHA-256, 32 bytes."""
    return hashlib.sha256(context("invitation-token", token)).digest()


def is_token_of(invitation_secret: bytes, invitation_id: UUID, token: str) -> bool:
    """Whether this is that invitation's token: a hash that somebody put into the row is not enough."""
    expected = invitation_token(invitation_secret, invitation_id)
    return hmac.compare_digest(expected.encode(), token.encode(errors="surrogatepass"))


@dataclass(frozen=True)
class NewKey:
    """A personal secret (32 bytes) that was made just now, and the row that will keep it under its passphrase."""

    secret: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)


def make_new_key(passphrase: str, staff_id: UUID, version: int) -> NewKey:
    """A fresh personal secret under this passphrase: one Argon2id. ValueError as wrap_personal_secret raises it."""
    secret, salt = new_personal_secret(), secrets.token_bytes(SALT_SIZE)
    return NewKey(secret, salt, wrap_personal_secret(secret, passphrase, salt, staff_id, version))


def seal_new_key(site_secret: bytes, invitation_id: UUID, version: int, key: NewKey) -> bytes:
    """The key for a hidden field of the next page, NEW_KEY_SIZE bytes, bound to invitation and version."""
    plain = key.secret + key.salt + key.wrapped
    return aead.seal(hkdf(site_secret, b"joining"), context("joining", invitation_id, version), plain)


def open_new_key(site_secret: bytes, invitation_id: UUID, version: int, sealed: bytes) -> NewKey:
    """The key that a page carried; CannotOpen or UnknownFormat for what this site did not seal for this invitation."""
    if len(sealed) != NEW_KEY_SIZE:
        raise CannotOpen
    plain = aead.open_sealed(hkdf(site_secret, b"joining"), context("joining", invitation_id, version), sealed)
    return NewKey(plain[:KEY_SIZE], plain[KEY_SIZE : KEY_SIZE + SALT_SIZE], plain[KEY_SIZE + SALT_SIZE :])


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
