"""Lengths that say little: a few buckets, then PADME (vault.md, 'Content').

PADME: Nikitin and others, 'Reducing Metadata Leakage from Encrypted Files and Communication with PURBs' (PETS 2019),
section 4: at most 12 % longer, and a length says O(log log n) bits.
"""

from .errors import CannotOpen

BUCKETS = (1024, 4 * 1024, 16 * 1024, 64 * 1024, 256 * 1024)
MARK = 0x80


def padme(length: int) -> int:
    """The PADME length of `length` bytes: the next one whose low bits are zero."""
    if length < 2:
        return max(length, 0)
    exponent = length.bit_length() - 1
    kept = exponent.bit_length()
    low_bits = (1 << (exponent - kept)) - 1
    return (length + low_bits) & ~low_bits


def bucket(length: int) -> int:
    """The smallest padded size that holds `length` bytes."""
    return next((size for size in BUCKETS if length <= size), padme(length))


def pad(plaintext: bytes, *, at_least: int = BUCKETS[0]) -> bytes:
    """The plaintext, 0x80 and zeros up to a bucket; `at_least` (bytes) picks the smallest bucket used."""
    return pad_to(plaintext, bucket(max(len(plaintext) + 1, at_least)))


def pad_to(plaintext: bytes, size: int) -> bytes:
    """The plaintext, 0x80 and zeros, `size` bytes in all; ValueError when it does not fit."""
    if len(plaintext) + 1 > size:
        raise ValueError("the plaintext does not fit")
    return plaintext + bytes([MARK]) + bytes(size - len(plaintext) - 1)


def unpad(padded: bytes) -> bytes:
    """The plaintext behind its padding; CannotOpen when there is no mark. Only for what has verified."""
    stripped = padded.rstrip(b"\0")
    if not stripped or stripped[-1] != MARK:
        raise CannotOpen
    return stripped[:-1]
