"""The eight words of a key."""

import math

import pytest

from speakup.accounts.fingerprints import FINGERPRINT_WORDS, fingerprint_words, same_words
from speakup.vault.personal import new_personal_secret, public_keys
from speakup.vault.receipt_words import BASE, WORDS


def test_they_are_82_bits_of_words_that_receipts_use() -> None:
    assert math.log2(BASE**FINGERPRINT_WORDS) > 82
    words = fingerprint_words(public_keys(new_personal_secret()))
    assert len(words) == FINGERPRINT_WORDS
    assert set(words) <= set(WORDS)


def test_they_follow_both_keys() -> None:
    one, other = public_keys(b"\x01" * 32), public_keys(b"\x02" * 32)
    mixed = {type(one)(hpke, ed25519) for hpke in (one.hpke, other.hpke) for ed25519 in (one.ed25519, other.ed25519)}
    assert len({fingerprint_words(public) for public in mixed}) == 4
    assert fingerprint_words(one) == fingerprint_words(public_keys(b"\x01" * 32))


@pytest.mark.parametrize("typed", ["", "é", "\x00", "a" * 100_000])
def test_whatever_is_typed_is_compared(typed: str) -> None:
    words = fingerprint_words(public_keys(b"\x01" * 32))
    assert not same_words(typed, words)
    assert same_words(" ".join(words), words)


@pytest.mark.parametrize("between", [" ", ", ", ",", ".\n", " - ", "; "])
def test_what_stands_between_the_words_does_not_matter(between: str) -> None:
    words = fingerprint_words(public_keys(b"\x01" * 32))
    assert same_words(between.join(words).upper() + ".", words)
    assert not same_words(between.join(words[:-1]), words)
    assert not same_words("".join(words), words)
