"""Receipts: words, digits and what they open."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speakup.vault import envelope, receipt
from speakup.vault.errors import CannotOpen
from speakup.vault.receipt_words import BASE, SECRETS, WORDS

from .sealed_formats import KEY, OBJECT

PEPPER = bytes(range(100, 132))
secrets_of_receipts = st.integers(0, SECRETS - 1).map(lambda number: number.to_bytes(10, "big"))


def slips_between(one: str, other: str) -> int:
    """Optimal string alignment: letters wrong, missing, added, or swapped with their neighbour."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, facing in enumerate(other, start=1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def test_seven_words_carry_at_least_72_bits() -> None:
    assert BASE >= 1249
    assert SECRETS > 2**72
    assert SECRETS <= 10**22


def test_words_are_plain_sorted_and_begin_with_three_letters_of_their_own() -> None:
    assert list(WORDS) == sorted(set(WORDS))
    assert all(word.isascii() and word.isalpha() and word.islower() and len(word) >= 3 for word in WORDS)
    assert len({word[:3] for word in WORDS}) == len(WORDS)


@pytest.mark.parametrize(
    "word", ["yo-yo", "body", "policeman", "mortuary", "psychopath", "handgun", "lewdness", "wound"]
)
def test_no_frightened_person_is_handed_such_words(word: str) -> None:
    assert word not in WORDS


def test_any_two_words_are_three_slips_apart() -> None:
    """So one slip never makes another word, and what it made can only have been one."""
    by_length: dict[int, list[str]] = {}
    for word in WORDS:
        by_length.setdefault(len(word), []).append(word)
    for word in WORDS:
        near = (other for length in range(len(word), len(word) + 3) for other in by_length.get(length, ()))
        # Words that share fewer than all but four letters are far apart: the exact count is slow.
        alike = (other for other in near if other != word and len(set(word) ^ set(other)) <= 4)
        assert all(slips_between(word, other) >= 3 for other in alike)


def test_secrets_are_random_and_below_their_bound() -> None:
    drawn = {receipt.new_receipt_secret() for _ in range(100)}
    assert len(drawn) == 100
    assert all(len(secret) == 10 and int.from_bytes(secret, "big") < SECRETS for secret in drawn)


@given(secret=secrets_of_receipts)
def test_words_and_digits_come_back(secret: bytes) -> None:
    words = receipt.words(secret)
    assert len(words) == 8
    assert receipt.read_receipt(" ".join(words)) == secret
    digits = receipt.digits(secret)
    assert [len(group) for group in digits.split(" ")] == [4] * 6
    assert receipt.read_receipt(digits) == secret


@pytest.mark.parametrize("number", [0, 1, BASE - 1, BASE, SECRETS - 1])
def test_secrets_at_the_edges_come_back(number: int) -> None:
    secret = number.to_bytes(10, "big")
    assert receipt.read_receipt(" ".join(receipt.words(secret))) == secret
    assert receipt.read_receipt(receipt.digits(secret)) == secret


def test_the_first_word_is_the_most_significant() -> None:
    assert receipt.words((1).to_bytes(10, "big"))[:7] == (WORDS[0],) * 6 + (WORDS[1],)
    assert receipt.words((BASE**6).to_bytes(10, "big"))[:7] == (WORDS[1],) + (WORDS[0],) * 6


@given(secret=secrets_of_receipts)
def test_digits_are_one_modulo_97(secret: bytes) -> None:
    """ISO 7064, MOD 97-10: a digit wrong, or two neighbours swapped, always shows."""
    assert int(receipt.digits(secret).replace(" ", "")) % 97 == 1


@pytest.mark.parametrize("secret", [b"", bytes(9), bytes(11), SECRETS.to_bytes(10, "big"), b"\xff" * 10], ids=range(5))
def test_what_is_no_secret_gives_neither_words_nor_keys(secret: bytes) -> None:
    for give in (receipt.words, receipt.digits, lambda secret: receipt.derive(secret, PEPPER)):
        with pytest.raises(ValueError, match="below its bound"):
            give(secret)


def test_a_pepper_has_at_least_32_bytes() -> None:
    with pytest.raises(ValueError, match="pepper"):
        receipt.derive(bytes(10), PEPPER[:31])


def test_keys_differ_by_purpose_secret_and_pepper() -> None:
    keys = [
        receipt.derive(bytes(10), PEPPER),
        receipt.derive(bytes(9) + b"\1", PEPPER),
        receipt.derive(bytes(10), PEPPER[::-1]),
    ]
    values = [
        value
        for one in keys
        for value in (one.draft_lookup, one.draft_wrap, one.report_lookup, one.report_wrap, one.report_hpke_seed[:32])
    ]
    assert len(set(values)) == 15
    assert all(len(one.report_hpke_seed) == envelope.SEED_SIZE for one in keys)
    assert receipt.derive(bytes(10), PEPPER) == keys[0]


def test_only_the_wrapping_key_opens_a_report_key() -> None:
    keys = receipt.derive(bytes(10), PEPPER)
    wrapped = receipt.wrap_report_key(keys, OBJECT, 1, KEY)
    assert receipt.unwrap_report_key(keys, OBJECT, 1, wrapped) == KEY
    with pytest.raises(CannotOpen):
        receipt.unwrap_report_key(replace(keys, report_wrap=keys.draft_wrap), OBJECT, 1, wrapped)
    with pytest.raises(CannotOpen):
        receipt.unwrap_report_key(keys, UUID(int=0), 1, wrapped)
    with pytest.raises(ValueError, match="32 bytes"):
        receipt.wrap_report_key(keys, OBJECT, 1, KEY[:-1])


def test_keys_show_nothing() -> None:
    assert repr(receipt.derive(bytes(10), PEPPER)) == "ReceiptKeys(hidden)"
