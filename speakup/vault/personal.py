"""A member of staff's own secret: what it gives, how a passphrase keeps it, how a session carries it.

vault.md, 'Encoding' and 'Personal keys and the staff session'. Opening the wrapped secret is the passphrase check:
there is no second hash. Layout of a wrapped secret: format version (1 byte), time cost (4, big-endian), memory in KiB
(4, big-endian), then nonce (12), ciphertext (32) and tag (16); the parts after the version are not padded, as all
have one size. The costs need no place in the associated data: another cost is another key.
"""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from . import aead, envelope, signing
from .cookies import cookie_key, new_cookie
from .encoding import KEY_SIZE, VERSION_BYTE, context, hkdf
from .errors import CannotOpen

__all__ = [
    "Costs",
    "PublicKeys",
    "hpke_seed",
    "new_cookie",
    "new_personal_secret",
    "open_unlocked",
    "public_keys",
    "seal_unlocked",
    "session_hash",
    "sign",
    "unwrap_personal_secret",
    "wrap_personal_secret",
]

SALT_SIZE = 16
PASSPHRASE_LIMIT = 1024
WRAPPED_SIZE = 1 + 8 + aead.NONCE_SIZE + KEY_SIZE + aead.TAG_SIZE
UNLOCKED_SIZE = aead.OVERHEAD + KEY_SIZE


@dataclass(frozen=True)
class Costs:
    """What one Argon2id guess costs: passes, and memory in KiB; one lane. No value under FLOOR is used or accepted.

    CEILING keeps whoever can write the database from making a sign-in take all memory.
    """

    time: int
    memory_kib: int

    FLOOR: ClassVar["Costs"]
    CEILING: ClassVar["Costs"]

    def allowed(self) -> bool:
        """Whether both costs lie between floor and ceiling."""
        return (
            self.FLOOR.time <= self.time <= self.CEILING.time
            and self.FLOOR.memory_kib <= self.memory_kib <= self.CEILING.memory_kib
        )


Costs.FLOOR = Costs(time=3, memory_kib=64 * 1024)
Costs.CEILING = Costs(time=16, memory_kib=256 * 1024)


@dataclass(frozen=True)
class PublicKeys:
    """A member's public keys: HPKE (1,216 bytes) and Ed25519 (32 bytes)."""

    hpke: bytes = field(repr=False)
    ed25519: bytes = field(repr=False)

    @property
    def hpke_sha256(self) -> bytes:
        """What a roster says of the HPKE key: its SHA-256, 32 bytes."""
        return hashlib.sha256(self.hpke).digest()


def new_personal_secret() -> bytes:
    """A fresh random personal secret, 32 bytes."""
    return secrets.token_bytes(KEY_SIZE)


def hpke_seed(secret: bytes) -> bytes:
    """The seed of the member's HPKE key pair, 96 bytes."""
    return hkdf(secret, b"personal/hpke", envelope.SEED_SIZE)


def public_keys(secret: bytes) -> PublicKeys:
    """Both public keys of a personal secret."""
    return PublicKeys(envelope.public_from_seed(hpke_seed(secret)), signing.signing_public(_ed25519_seed(secret)))


def sign(secret: bytes, purpose: str, document: bytes) -> bytes:
    """The member's signature, 64 bytes (signing.py)."""
    return signing.sign_with_seed(_ed25519_seed(secret), purpose, document)


def _ed25519_seed(secret: bytes) -> bytes:
    return hkdf(secret, b"personal/ed25519", signing.SEED_SIZE)


def wrap_personal_secret(
    secret: bytes, passphrase: str, salt: bytes, staff_id: UUID, version: int, *, costs: Costs = Costs.FLOOR
) -> bytes:
    """The secret under a passphrase, WRAPPED_SIZE bytes. The salt is random, 16 bytes, and the row's own.

    The passphrase is compared in its NFKC form, so that every keyboard spells it alike; ValueError for an empty one
    or one of more than 1,024 characters, for a salt or a secret of another length, for costs outside their bounds.
    """
    spelt = _spell(passphrase)
    if spelt is None or len(salt) != SALT_SIZE or len(secret) != KEY_SIZE or not costs.allowed():
        raise ValueError("the secret, the salt, the passphrase or the costs are not of the right form")
    key = _passphrase_key(spelt, salt, costs)
    sealed = aead.seal(key, context("personal", staff_id, version), secret)
    return VERSION_BYTE + costs.time.to_bytes(4, "big") + costs.memory_kib.to_bytes(4, "big") + sealed[1:]


def unwrap_personal_secret(wrapped: bytes, passphrase: str, salt: bytes, staff_id: UUID, version: int) -> bytes:
    """The secret, 32 bytes. CannotOpen for a wrong passphrase, row or byte and for costs outside their bounds."""
    aead.check_version(wrapped)
    spelt = _spell(passphrase)
    costs = Costs(int.from_bytes(wrapped[1:5], "big"), int.from_bytes(wrapped[5:9], "big"))
    if spelt is None or len(wrapped) != WRAPPED_SIZE or len(salt) != SALT_SIZE or not costs.allowed():
        raise CannotOpen
    key = _passphrase_key(spelt, salt, costs)
    return aead.open_sealed(key, context("personal", staff_id, version), VERSION_BYTE + wrapped[9:])


def _spell(passphrase: str) -> bytes | None:
    if not 0 < len(passphrase) <= PASSPHRASE_LIMIT:
        return None
    try:
        return unicodedata.normalize("NFKC", passphrase).encode()
    except UnicodeEncodeError:
        return None


def _passphrase_key(passphrase: bytes, salt: bytes, costs: Costs) -> bytes:
    return Argon2id(
        salt=bytes(salt), length=KEY_SIZE, iterations=costs.time, lanes=1, memory_cost=costs.memory_kib
    ).derive(passphrase)


def session_hash(session_key: str) -> bytes:
    """What the row of an unlocked secret keeps of the session's key: a SHA-256, 32 bytes."""
    return hashlib.sha256(context("session-key", session_key)).digest()


def seal_unlocked(cookie: str, staff_id: UUID, session_hash: bytes, secret: bytes) -> bytes:
    """The opened personal secret for one session, UNLOCKED_SIZE bytes, under the cookie that only the browser keeps."""
    if len(secret) != KEY_SIZE:
        raise ValueError("a personal secret has 32 bytes")
    return aead.seal(_unlocked_key(cookie), context("unlocked", staff_id, session_hash), secret)


def open_unlocked(cookie: str, staff_id: UUID, session_hash: bytes, sealed: bytes) -> bytes:
    """The personal secret, 32 bytes; CannotOpen for any cookie but the session's own."""
    return aead.open_sealed(_unlocked_key(cookie), context("unlocked", staff_id, session_hash), sealed)


def _unlocked_key(cookie: str) -> bytes:
    return hkdf(cookie_key(cookie), b"unlocked")
