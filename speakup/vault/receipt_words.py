"""The words of receipts and the arithmetic between secret, words and digits (vault.md, 'Receipt').

`receipt_words.txt` is the EFF short wordlist 2 (Joseph Bonneau, CC BY 3.0 US), changed: words that a frightened
person should not be handed (violence, sex, death, crime, police, body, insult, illness) gave way to others. Kept: any
three letters begin at most one word, and any two words are at least three slips apart. The file and everything here
are frozen: a change loses every receipt.
"""

import hashlib
from importlib import resources

from .encoding import VERSION_BYTE

WORDS: tuple[str, ...] = tuple(
    resources.files(__package__).joinpath("receipt_words.txt").read_text(encoding="ascii").split()
)
BASE = len(WORDS)
INDEX = {word: index for index, word in enumerate(WORDS)}
SECRET_WORDS = 7
ALL_WORDS = SECRET_WORDS + 1
SECRETS = BASE**SECRET_WORDS
SECRET_SIZE = 10
SECRET_DIGITS = 22
ALL_DIGITS = SECRET_DIGITS + 2


def versioned(secret: bytes) -> bytes:
    """The bytes that Argon2id and the check word get: the list's version, then the secret."""
    return VERSION_BYTE + secret


def number_of(secret: bytes) -> int:
    """The number a secret is, below SECRETS; ValueError for what is no secret."""
    number = int.from_bytes(secret, "big")
    if len(secret) != SECRET_SIZE or number >= SECRETS:
        raise ValueError("a receipt's secret is 10 bytes below its bound")
    return number


def secret_of(indices: list[int]) -> bytes:
    """The secret of seven word indices, the first the most significant."""
    number = 0
    for index in indices:
        number = number * BASE + index
    return number.to_bytes(SECRET_SIZE, "big")


def indices_of(secret: bytes) -> list[int]:
    """The seven word indices of a secret."""
    number = number_of(secret)
    return [number // BASE**power % BASE for power in reversed(range(SECRET_WORDS))]


def check_index(secret: bytes) -> int:
    """The index of the eighth word: SHA-256 of version and secret, modulo the number of words."""
    return int.from_bytes(hashlib.sha256(versioned(secret)).digest(), "big") % BASE


def check_digits(number: int) -> int:
    """The two check digits of ISO 7064, MOD 97-10: with them the whole number is 1 modulo 97."""
    return 98 - number * 100 % 97
