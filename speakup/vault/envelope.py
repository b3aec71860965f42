"""A value to a public key: HPKE in base mode, single shot (RFC 9180; vault.md, 'Envelope').

Suite: MLKEM768-X25519 (X-Wing), HKDF-SHA256, AES-256-GCM. Layout: format version (1 byte), encapsulated key (1,120),
ciphertext, tag (16). It says for whom, never from whom.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from .aead import check_version
from .encoding import VERSION_BYTE
from .errors import CannotOpen, UnknownFormat

MLKEM_SEED_SIZE = 64
MLKEM_PUBLIC_SIZE = 1184
X25519_SIZE = 32
SEED_SIZE = MLKEM_SEED_SIZE + X25519_SIZE
PUBLIC_KEY_SIZE = MLKEM_PUBLIC_SIZE + X25519_SIZE
OVERHEAD = 1 + 1120 + 16

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def new_seed() -> bytes:
    """A fresh random seed of a key pair, 96 bytes: 64 for ML-KEM-768, 32 for X25519."""
    return secrets.token_bytes(SEED_SIZE)


def public_from_seed(seed: bytes) -> bytes:
    """The public key of a seed, 1,216 bytes: ML-KEM-768's 1,184, then X25519's 32. ValueError for another length."""
    mlkem, x25519 = _private_halves(seed)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def seal_to(public_key: bytes, info: bytes, plaintext: bytes) -> bytes:
    """The plaintext sealed to a public key, OVERHEAD bytes longer; `info` is `encoding.context(...)`.

    UnknownFormat when the bytes are no public key. The plaintext's length shows: pad it first.
    """
    sealed = None
    try:
        sealed = _SUITE.encrypt(plaintext, _public_key(bytes(public_key)), info=info)
    except ValueError:
        sealed = None
    if sealed is None:
        raise UnknownFormat
    return VERSION_BYTE + sealed


def open_with(seed: bytes, info: bytes, sealed: bytes) -> bytes:
    """The plaintext; CannotOpen for a wrong key, place or byte, UnknownFormat for another version."""
    check_version(sealed)
    private_key = MLKEM768X25519PrivateKey(*_private_halves(seed))
    opened = None
    try:
        opened = _SUITE.decrypt(sealed[1:], private_key, info=info)
    except (InvalidTag, ValueError):
        opened = None
    if opened is None:
        raise CannotOpen
    return opened


def _private_halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(seed) != SEED_SIZE:
        raise ValueError("a seed has 96 bytes")
    return (
        MLKEM768PrivateKey.from_seed_bytes(seed[:MLKEM_SEED_SIZE]),
        X25519PrivateKey.from_private_bytes(seed[MLKEM_SEED_SIZE:]),
    )


def _public_key(raw: bytes) -> MLKEM768X25519PublicKey:
    if len(raw) != PUBLIC_KEY_SIZE:
        raise ValueError
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:MLKEM_PUBLIC_SIZE]),
        X25519PublicKey.from_public_bytes(raw[MLKEM_PUBLIC_SIZE:]),
    )
