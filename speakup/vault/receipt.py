"""The receipt: the only way back to a report, seven words and an eighth that checks them (vault.md, 'Receipt').

A secret is a number below N^7 as 10 bytes, big-endian (N words, 72.3 bits). Formats are frozen.
"""

import secrets
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from . import aead, envelope
from . import receipt_words as numbers
from .encoding import KEY_SIZE, context, hkdf
from .receipt_reading import read_receipt, words_typed
from .receipt_words import WORDS

__all__ = [
    "LATER_KEY_SIZE",
    "PEPPER_SIZE",
    "WRAPPED_SIZE",
    "ReceiptKeys",
    "derive",
    "digits",
    "new_receipt_secret",
    "open_later_key",
    "read_receipt",
    "seal_later_key",
    "unwrap_draft_key",
    "unwrap_report_key",
    "words",
    "words_typed",
    "wrap_draft_key",
    "wrap_report_key",
]

PEPPER_SIZE = 32
TIME_COST = 2
MEMORY_KIB = 19 * 1024
ROOT_SIZE = 64
LATER_KEY_SIZE = envelope.OVERHEAD + KEY_SIZE
WRAPPED_SIZE = aead.OVERHEAD + KEY_SIZE


@dataclass(frozen=True, repr=False)
class ReceiptKeys:
    """What a receipt opens: where its rows are found, and the keys that its rows are under (32 bytes each).

    `report_hpke_seed` (96 bytes) makes the key pair that later epochs are sealed to.
    """

    draft_lookup: bytes = field(repr=False)
    draft_wrap: bytes = field(repr=False)
    report_lookup: bytes = field(repr=False)
    report_wrap: bytes = field(repr=False)
    report_hpke_seed: bytes = field(repr=False)

    def __repr__(self) -> str:
        return "ReceiptKeys(hidden)"


def new_receipt_secret() -> bytes:
    """A fresh random secret, 10 bytes, each of the N^7 as likely."""
    return secrets.randbelow(numbers.SECRETS).to_bytes(numbers.SECRET_SIZE, "big")


def words(secret: bytes) -> tuple[str, ...]:
    """The eight words. ValueError for what is no secret."""
    indices = [*numbers.indices_of(secret), numbers.check_index(secret)]
    return tuple(WORDS[index] for index in indices)


def digits(secret: bytes) -> str:
    """The same secret as 24 digits in groups of four, the last two checking the others (ISO 7064, MOD 97-10)."""
    number = numbers.number_of(secret)
    text = f"{number:0{numbers.SECRET_DIGITS}d}{numbers.check_digits(number):02d}"
    return " ".join(text[start : start + 4] for start in range(0, numbers.ALL_DIGITS, 4))


def derive(secret: bytes, pepper: bytes) -> ReceiptKeys:
    """The receipt's keys: Argon2id (2 passes, 19 MiB, 1 lane, 64 bytes), then HKDF-Expand with a label a purpose.

    `pepper` is the reporter site's secret, at least PEPPER_SIZE bytes; it can never change. Costs about 30 ms and
    19 MiB: stand at a gate first. ValueError for what is no secret or no pepper.
    """
    numbers.number_of(secret)
    if len(pepper) < PEPPER_SIZE:
        raise ValueError("the pepper has at least 32 bytes")
    root = Argon2id(salt=pepper, length=ROOT_SIZE, iterations=TIME_COST, lanes=1, memory_cost=MEMORY_KIB).derive(
        numbers.versioned(secret)
    )
    return ReceiptKeys(
        draft_lookup=hkdf(root, b"draft/lookup"),
        draft_wrap=hkdf(root, b"draft/wrap"),
        report_lookup=hkdf(root, b"report/lookup"),
        report_wrap=hkdf(root, b"report/wrap"),
        report_hpke_seed=hkdf(root, b"report/hpke", envelope.SEED_SIZE),
    )


def wrap_report_key(keys: ReceiptKeys, report_id: UUID, epoch: int, key: bytes) -> bytes:
    """The report's key R for its reporter. Under a shared key: whoever only writes the database cannot make one."""
    if len(key) != KEY_SIZE:
        raise ValueError("a key has 32 bytes")
    return aead.seal(keys.report_wrap, context("receipt", report_id, epoch), key)


def unwrap_report_key(keys: ReceiptKeys, report_id: UUID, epoch: int, wrapped: bytes) -> bytes:
    """The report's key R, 32 bytes; CannotOpen or UnknownFormat."""
    return aead.open_sealed(keys.report_wrap, context("receipt", report_id, epoch), wrapped)


def wrap_draft_key(keys: ReceiptKeys, draft_id: UUID, key: bytes) -> bytes:
    """A saved draft's key D under its words, WRAPPED_SIZE bytes: it opens for this draft alone."""
    if len(key) != KEY_SIZE:
        raise ValueError("a key has 32 bytes")
    return aead.seal(keys.draft_wrap, context("receipt-draft", draft_id), key)


def unwrap_draft_key(keys: ReceiptKeys, draft_id: UUID, wrapped: bytes) -> bytes:
    """The draft's key D, 32 bytes; CannotOpen or UnknownFormat."""
    return aead.open_sealed(keys.draft_wrap, context("receipt-draft", draft_id), wrapped)


def seal_later_key(public_key: bytes, report_id: UUID, epoch: int, key: bytes) -> bytes:
    """R of a later epoch, sealed to the receipt's public key (1,216 bytes): LATER_KEY_SIZE bytes.

    It says for whom, never from whom: who made the epoch is signed, and its chain leads back to the first R.
    """
    if len(key) != KEY_SIZE:
        raise ValueError("a key has 32 bytes")
    return envelope.seal_to(public_key, context("receipt-epoch", report_id, epoch), bytes(key))


def open_later_key(keys: ReceiptKeys, report_id: UUID, epoch: int, sealed: bytes) -> bytes:
    """R of a later epoch, 32 bytes; CannotOpen or UnknownFormat."""
    return envelope.open_with(keys.report_hpke_seed, context("receipt-epoch", report_id, epoch), sealed)
