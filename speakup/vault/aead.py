"""A value under a key that both sides have: AES-256-GCM with a fresh random nonce (vault.md, 'Content').

Layout: format version (1 byte), nonce (12), ciphertext, tag (16).
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .encoding import KEY_SIZE, VERSION_BYTE
from .errors import CannotOpen, UnknownFormat

NONCE_SIZE = 12
TAG_SIZE = 16
OVERHEAD = 1 + NONCE_SIZE + TAG_SIZE


def seal(key: bytes, context: bytes, padded_plaintext: bytes) -> bytes:
    """The sealed value, OVERHEAD bytes longer than its plaintext. `context` is `encoding.context(...)`.

    The plaintext's length shows: pad it first. ValueError for a key that has not 32 bytes.
    """
    nonce = secrets.token_bytes(NONCE_SIZE)
    return VERSION_BYTE + nonce + _cipher(key).encrypt(nonce, padded_plaintext, context)


def open_sealed(key: bytes, context: bytes, sealed: bytes) -> bytes:
    """The padded plaintext. CannotOpen for a wrong key, place or byte; UnknownFormat for another version."""
    check_version(sealed)
    if len(sealed) < OVERHEAD:
        raise CannotOpen
    opened = decrypt(key, sealed[1 : 1 + NONCE_SIZE], sealed[1 + NONCE_SIZE :], context)
    if opened is None:
        raise CannotOpen
    return opened


def check_version(sealed: bytes) -> None:
    """CannotOpen when there is no first byte, UnknownFormat when it says another version than ours."""
    if not sealed:
        raise CannotOpen
    if sealed[:1] != VERSION_BYTE:
        raise UnknownFormat


def encrypt(key: bytes, nonce: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Ciphertext and tag, for formats that make their own nonce (stream.py)."""
    return _cipher(key).encrypt(nonce, plaintext, context)


def decrypt(key: bytes, nonce: bytes, ciphertext: bytes, context: bytes) -> bytes | None:
    """The plaintext, or None when it does not verify: no exception of another library travels on."""
    try:
        return _cipher(key).decrypt(nonce, ciphertext, context)
    except InvalidTag:
        return None


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_SIZE:
        raise ValueError("a key has 32 bytes")
    return AESGCM(key)
