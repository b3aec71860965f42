"""Reading a receipt as people type it, mending slips before any derivation (vault.md, 'Receipt').

Words or digits, in any case, with any separators, numbered or not; a word may be cut to its first three letters,
carry one slip (a letter wrong, missing, doubled or swapped with its neighbour) or be split in two. The check word
decides between what a slip could have been; where it cannot decide, the receipt is refused and never guessed.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate, combinations, pairwise, product
from math import prod
from string import ascii_lowercase

from .errors import NotAReceipt
from .receipt_words import (
    ALL_DIGITS,
    ALL_WORDS,
    INDEX,
    SECRET_SIZE,
    SECRETS,
    WORDS,
    check_digits,
    check_index,
    secret_of,
)

TYPED_LIMIT = 2000
WORD_LIMIT = 16
CANDIDATE_LIMIT = 512
PREFIX = 3
LONGEST = max(map(len, WORDS))
# So many of the eight leave few enough to guess.
GIVEN_AWAY = 4

# For each of the eight words, the indices that it may mean.
Reading = tuple[tuple[int, ...], ...]

_BY_PREFIX = {word[:PREFIX]: index for index, word in enumerate(WORDS)}
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200c\u200d\u2060\ufeff"))
_NUMBERING = re.compile(r"\d+(?:(?:st|nd|rd|th)\b)?")
# In a text, groups as somebody would write a long number: days and times stand in shorter ones.
_GROUPS_OF_DIGITS = re.compile(r"(?<!\d)\d{3,}(?: +\d{3,})*(?!\d)")
# Letters that are written for digits, where nothing but digits stands beside them.
_LOOKALIKES = str.maketrans("oil", "011")
_DIGITS_AND_LOOKALIKES = " 0123456789oil"


def read_receipt(typed: str) -> bytes:
    """The secret, 10 bytes. NotAReceipt says what is wrong by kind and position, never by what was typed."""
    if len(typed) > TYPED_LIMIT:
        raise NotAReceipt(NotAReceipt.TOO_MANY)
    plain = _plain(typed)
    words = _words_of(plain)
    digits = re.sub(r"\D", "", plain)
    if digits and not plain.strip(_DIGITS_AND_LOOKALIKES):
        digits = re.sub(r"\D", "", plain.translate(_LOOKALIKES))
        words = []
    if digits and (not words or (len(words) < ALL_WORDS and len(digits) == ALL_DIGITS)):
        return _read_digits(digits)
    return _read_words(words)


def words_typed(typed: str) -> int:
    """How many words were typed, numbers beside them left out: what read_receipt counts."""
    return len(_words_of(_plain(typed[:TYPED_LIMIT])))


def holds_receipt(text: str) -> bool:
    """Whether somebody's receipt stands in this text: GIVEN_AWAY words of the list in a row, or all of the digits.

    No secret is needed for it. The list has few words that hold sentences together: prose does not pass for a receipt.
    """
    plain = _plain(text)
    run = 0
    for word in _words_of(plain):
        run = run + 1 if word in INDEX else 0
        if run == GIVEN_AWAY:
            return True
    return any(_holds_digits(digits.split()) for digits in _GROUPS_OF_DIGITS.findall(plain))


def _holds_digits(groups: list[str]) -> bool:
    """Whether some of these groups, one after another, are the digits of a receipt."""
    digits, bounds = "".join(groups), {0, *accumulate(map(len, groups))}
    return any(
        begin + ALL_DIGITS in bounds and _are_of_a_receipt(digits[begin : begin + ALL_DIGITS]) for begin in bounds
    )


def _words_of(plain: str) -> list[str]:
    return re.findall(r"[a-z]+", _NUMBERING.sub(" ", plain))


def _plain(typed: str) -> str:
    """Lower case ASCII letters and digits; everything else is a space. Accents and invisible marks fall away."""
    # Twice: folding case can bring new compositions, decomposing new capitals.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", typed).casefold()).translate(_INVISIBLE)
    kept = (_ascii_digit(character) for character in folded if not unicodedata.combining(character))
    return re.sub(r"[^a-z0-9]", " ", "".join(kept))


def _ascii_digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _read_digits(digits: str) -> bytes:
    if len(digits) != ALL_DIGITS:
        raise NotAReceipt(NotAReceipt.TOO_FEW if len(digits) < ALL_DIGITS else NotAReceipt.TOO_MANY)
    if not _are_of_a_receipt(digits):
        raise NotAReceipt(NotAReceipt.CHECK_FAILED)
    return int(digits[:-2]).to_bytes(SECRET_SIZE, "big")


def _are_of_a_receipt(digits: str) -> bool:
    number, check = int(digits[:-2]), int(digits[-2:])
    return number < SECRETS and check == check_digits(number)


def _read_words(typed: list[str]) -> bytes:
    if len(typed) < ALL_WORDS:
        raise NotAReceipt(NotAReceipt.TOO_FEW)
    if len(typed) > WORD_LIMIT:
        raise NotAReceipt(NotAReceipt.TOO_MANY)
    single = [candidates(word) for word in typed]
    if len(typed) == ALL_WORDS and not all(single):
        raise NotAReceipt(NotAReceipt.UNKNOWN_WORD, 1 + [bool(meant) for meant in single].index(False))
    joined = [candidates(first + second) for first, second in pairwise(typed)]
    readings = list(_groupings(single, joined))
    if not readings:
        raise NotAReceipt(NotAReceipt.TOO_MANY)
    return _decide(readings)


def candidates(word: str) -> tuple[int, ...]:
    """The indices of the words that `word` (lower case letters) may mean: itself, or cut short, or with one slip."""
    if word in INDEX:
        return (INDEX[word],)
    if not PREFIX - 1 <= len(word) <= LONGEST + 1:
        return ()
    meant = {INDEX[slipped] for slipped in _one_slip_from(word) if slipped in INDEX}
    begun = _BY_PREFIX.get(word[:PREFIX])
    if begun is not None and WORDS[begun].startswith(word):
        meant.add(begun)
    return tuple(sorted(meant))


def _one_slip_from(word: str) -> Iterator[str]:
    for cut in range(len(word) + 1):
        before, after = word[:cut], word[cut:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in ascii_lowercase:
            yield before + letter + after
            yield before + letter + after[1:]


def _groupings(single: list[tuple[int, ...]], joined: list[tuple[int, ...]]) -> Iterator[Reading]:
    """Every way to read the typed words as eight, some of them split in two; a word that means nothing ends a way."""
    splits = len(single) - ALL_WORDS
    for chosen in combinations(range(len(joined)), splits):
        if any(second - first < 2 for first, second in pairwise(chosen)):
            continue
        second_halves = {position + 1 for position in chosen}
        reading = tuple(
            joined[position] if position in chosen else single[position]
            for position in range(len(single))
            if position not in second_halves
        )
        if all(reading):
            yield reading


def _decide(readings: list[Reading]) -> bytes:
    """The one secret whose check word agrees; CHECK_FAILED for none, for several, and for too many to try."""
    if sum(prod(map(len, reading)) for reading in readings) > CANDIDATE_LIMIT:
        raise NotAReceipt(NotAReceipt.CHECK_FAILED)
    agreeing = set()
    for reading in readings:
        for *indices, check in product(*reading):
            secret = secret_of(indices)
            if check_index(secret) == check:
                agreeing.add(secret)
    if len(agreeing) != 1:
        raise NotAReceipt(NotAReceipt.CHECK_FAILED)
    return agreeing.pop()
