"""Signatures over a purpose and a document (vault.md, 'Rosters' and 'Ledger').

Ed25519 (RFC 8032); for the ledger's checkpoints beside it ML-DSA-65 (FIPS 204), which a quantum computer does not
forge: both must hold, so that whoever breaks one of the two has gained nothing.
"""

import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey

from .encoding import context
from .errors import BadSignature

SEED_SIZE = 32
PUBLIC_SIZE = 32
SIGNATURE_SIZE = 64
MLDSA_PUBLIC_SIZE = 1952
MLDSA_SIGNATURE_SIZE = 3309


def new_signing_seed() -> bytes:
    """A fresh random Ed25519 seed, 32 bytes."""
    return secrets.token_bytes(SEED_SIZE)


def signing_public(seed: bytes) -> bytes:
    """The public key of a seed, 32 bytes. ValueError for a seed of another length."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign_with_seed(seed: bytes, purpose: str, document: bytes) -> bytes:
    """The signature, 64 bytes, over `context('signature', purpose)` and then the document's exact bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(_signed(purpose, document))


def verify(public: bytes, purpose: str, document: bytes, signature: bytes) -> None:
    """BadSignature unless the holder of `public` signed these bytes for this purpose."""
    holds = False
    try:
        Ed25519PublicKey.from_public_bytes(bytes(public)).verify(signature, _signed(purpose, document))
        holds = True
    except (InvalidSignature, ValueError, TypeError):
        holds = False
    if not holds:
        raise BadSignature


def mldsa_public(seed: bytes) -> bytes:
    """The ML-DSA-65 public key of a seed (32 bytes), 1,952 bytes. ValueError for a seed of another length."""
    return MLDSA65PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()


def mldsa_sign(seed: bytes, purpose: str, document: bytes) -> bytes:
    """The ML-DSA-65 signature, 3,309 bytes, over the same bytes as sign_with_seed(); another one each time."""
    return MLDSA65PrivateKey.from_seed_bytes(seed).sign(_signed(purpose, document))


def mldsa_verify(public: bytes, purpose: str, document: bytes, signature: bytes) -> None:
    """BadSignature unless the holder of the ML-DSA-65 key `public` signed these bytes for this purpose."""
    holds = False
    try:
        MLDSA65PublicKey.from_public_bytes(bytes(public)).verify(bytes(signature), _signed(purpose, document))
        holds = True
    except (InvalidSignature, ValueError, TypeError):
        holds = False
    if not holds:
        raise BadSignature


def _signed(purpose: str, document: bytes) -> bytes:
    return context("signature", purpose) + document
