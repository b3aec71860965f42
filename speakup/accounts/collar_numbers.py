"""What may be a collar number in what a reporter typed, and what states one exactly (docs/adr/0010)."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from speakup.accounts.titles import BREAKS, TITLES

# Words beside a collar number that are no part of it. (One letter is: 'C 2207' is another number than '2207'.)
_BESIDE_A_NUMBER = (
    frozenset(title for title in TITLES if len(title) > 1)
    | BREAKS
    | frozenset("no nr num number numbers collar shoulder warrant badge id psd ccu acu".split())  # noqa: SIM905
)
_WORD = re.compile(r"[^\W_]+")
_DOT_OF_SHORT_FORM = re.compile(r"(?<=[^\W\d_])\.(?=[^\W\d_])")
_ACTING = re.compile(r"\b[at][/\s]+(?=[^\W\d_])")
_DIGITS = re.compile(r"\d+")
_LETTERS_AND_DIGITS = re.compile(r"([^\W\d_]*)(\d+)([^\W\d_]*)")
_LEADING_ZEROS = re.compile(r"^(\D*)0+(?=\d)")
_NUMBER_END = re.compile(r"[\s,;/()]+")
_LONGEST_PREFIX = 2  # of a collar number


def numbers_in(boxes: Sequence[str], prose: Sequence[str]) -> set[str]:
    """Everything typed that may be a collar number: whole, piece by piece, and as digits alone."""
    texts = {part for text in boxes for part in (text, *_NUMBER_END.split(text))}
    found = {_collar(text) for text in texts} | {_digits(text) for text in texts}
    for text in (*boxes, *prose):
        pieces = {word for word in _WORD.findall(_folded(text)) if _DIGITS.search(word)}
        found |= pieces | {digits.lstrip("0") for piece in pieces for digits in _DIGITS.findall(piece)}
    return found - {""}


def may_be_number(numbers: set[str], collar_number: str) -> bool:
    """Whether one of these (numbers_in) may be a member's collar number, letters or leading zeros apart."""
    return _collar(collar_number) in numbers or _digits(collar_number) in numbers


def stated_numbers(text: str) -> set[str]:
    """The collar numbers that a box states: every piece that holds a digit, and all of it as one ('33 18')."""
    words = _words_of_number(text)
    pieces = {
        before + word if before.isalpha() and len(before) <= _LONGEST_PREFIX else word
        for before, word in pairwise(["", *words])
        if _DIGITS.search(word)
    }
    return {_LEADING_ZEROS.sub(r"\1", piece) for piece in (*pieces, "".join(words))} - {""}


def whole_number(text: str) -> str:
    """A roster's collar number, in the form that stated_numbers gives."""
    return _LEADING_ZEROS.sub(r"\1", "".join(_words_of_number(text)))


def is_a_number(text: str) -> bool:
    """Whether a name is nothing but a number, with what may stand beside it ('PC 2207')."""
    words = _words_of_number(text)
    return any(map(_DIGITS.search, words)) and all(
        len(word) <= _LONGEST_PREFIX or _DIGITS.search(word) for word in words
    )


def _words_of_number(text: str) -> list[str]:
    """The words of a collar number, without those that only stand beside it, apart or attached ('PC2207')."""
    words = _WORD.findall(_ACTING.sub("", _DOT_OF_SHORT_FORM.sub("", _folded(text))))
    kept = (word for word in words if word not in _BESIDE_A_NUMBER)
    return [_without_words_attached(word) for word in kept]


def _without_words_attached(word: str) -> str:
    parts = _LETTERS_AND_DIGITS.fullmatch(word)
    return "".join(part for part in parts.groups() if part not in _BESIDE_A_NUMBER) if parts else word


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _collar(text: str) -> str:
    return "".join(letter for letter in _folded(text) if letter.isalnum())


def _digits(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isdecimal()).lstrip("0")
