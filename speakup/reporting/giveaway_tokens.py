"""A text as words and marks, each with the signs by which a pattern of giveaway_words.py knows it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from speakup.reporting.giveaway_words import GIVEN_NAMES, GROUPS, PATTERNS


def word_set(line: str) -> frozenset[str]:
    """The words of a line, for asking whether a token is one of them."""
    return frozenset(line.split())


# What ends a sentence or a part of one, who says what another said, and who is not her.
ENDS = frozenset({"\n", ".", ",", "!", "?"})
SAYS = word_set("said says saying replied shouted shouts joked bragged boasted laughed goes")
OTHERS = word_set("his her their he she they him them hers theirs its")


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A word, a run of digits or one mark, where it stands in the text, and every sign by which a pattern knows it."""

    text: str
    word: str
    start: int
    end: int
    signs: frozenset[str]


# Letters with apostrophes inside, digits, a line end, or any one mark. Possessive: no part is ever tried again.
_PIECES = re.compile(r"[^\W\d_]++(?:['\u2019][^\W\d_]++)*+|\d++|\n|[^\w\s]|_")
_APOSTROPHES = str.maketrans({"\u2019": "'"})
_DASHES = {"-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212"}
_LONGEST_WORD = 40
_IGNORED = frozenset("'\"\u2018\u2019\u201c\u201d()[]*_~`")
_CONTRACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    **{f"{who}'{short}": (who, full) for who in ("i", "we", "you", "they", "he", "she", "it", "there", "who", "that")
       for short, full in (("m", "am"), ("re", "are"), ("ve", "have"), ("s", "is"))},
    "i'd": ("i", "had"), "im": ("i", "am"), "ive": ("i", "have"), "hes": ("he", "is"),
    "shes": ("she", "is"), "theres": ("there", "is"),
    "wasn't": ("was", "not"), "haven't": ("have", "not"), "hadn't": ("had", "not"), "havent": ("have", "not"),
    "hadnt": ("had", "not"), "name's": ("name", "is"), "number's": ("number", "is"), "else's": ("else", "is"),
}  # fmt: skip


def tokens_of(text: str) -> list[Token]:
    """The words and marks of the text in order, contractions as two words, quotation marks and brackets left out."""
    tokens: list[Token] = []
    pieces = list(_PIECES.finditer(text))
    for number, piece in enumerate(pieces):
        shown, start, end = piece[0], piece.start(), piece.end()
        if shown in _IGNORED or (shown in _DASHES and _joins_letters(pieces, number)):
            continue
        if shown in _DASHES:
            tokens.append(Token("-", "-", start, end, _sign("-")))
            continue
        word = _lowered(shown)
        parts = _CONTRACTIONS.get(word, (word,))
        tokens += [Token(shown, part, start, end, _signs(shown, part)) for part in parts]
    return _with_clock_times(tokens)


def _lowered(shown: str) -> str:
    if len(shown) > _LONGEST_WORD:
        return ""
    return unicodedata.normalize("NFKC", shown).translate(_APOSTROPHES).casefold()


def _joins_letters(pieces: list[re.Match[str]], number: int) -> bool:
    """Whether the mark stands between two words without a space, as in 'part-time'."""
    if not 0 < number < len(pieces) - 1:
        return False
    before, mark, after = pieces[number - 1], pieces[number], pieces[number + 1]
    touching = before.end() == mark.start() and mark.end() == after.start()
    return touching and before[0][-1].isalpha() and after[0][0].isalpha()


_GROUPS_OF: Final[Mapping[str, frozenset[str]]] = {
    word: frozenset(f"<{group}>" for group, words in GROUPS.items() if word in words)
    for word in frozenset().union(*GROUPS.values())
}
_NAMED = (item.rstrip("?").split("|") for lines in PATTERNS.values() for line in lines for item in line.split())
_VOCABULARY: Final = frozenset(part for parts in _NAMED for part in parts)
_SINGLE_SIGNS: dict[str, frozenset[str]] = {mark: frozenset({mark}) for mark in (",", ":", "-")}
_SINGLE_SIGNS["\n"] = frozenset({"⏎"})
_NONE: Final[frozenset[str]] = frozenset()
_FIRST_YEAR, _LAST_YEAR = 1950, 2059


def _sign(mark: str) -> frozenset[str]:
    return _SINGLE_SIGNS.get(mark, _NONE)


def _signs(shown: str, word: str) -> frozenset[str]:
    """Every sign of one word: itself where a pattern names it, its groups, and what its form tells."""
    if not shown[0].isalnum():
        return _sign(shown)
    if shown.isdigit():
        return _signs_of_digits(shown) | _GROUPS_OF.get(word, _NONE)
    signs = {"<any>"} | _GROUPS_OF.get(word, _NONE)
    if word in _VOCABULARY:
        signs.add(word)
    is_name_like = shown[0].isupper() and any(letter.islower() for letter in shown)
    is_no_name = "<no_name>" in signs
    if is_name_like and not is_no_name:
        signs.add("<capital>")
    if word in GIVEN_NAMES and is_name_like:
        signs.add("<given_name>")
    if (word in GIVEN_NAMES or is_name_like) and not is_no_name:
        signs.add("<name>")
    if "<not_post_word>" not in signs:
        signs.add("<post_word>")
    if "<counted>" in signs:
        signs.add("<amount>")
    if len(shown) == 1:
        signs.add("<letter>")
    return frozenset(signs)


def _signs_of_digits(digits: str) -> frozenset[str]:
    signs = {"<digits>", "<any>", "<amount>"}
    if len(digits) <= 2 and digits.isascii() and 1 <= int(digits) <= 24:
        signs.add("<hour>")
    if len(digits) == 4 and digits.isascii():
        if _FIRST_YEAR <= int(digits) <= _LAST_YEAR:
            signs.add("<year>")
        elif int(digits[:2]) < 24 and int(digits[2:]) < 60:
            signs |= {"<clock>", "<worked>"}
    return frozenset(signs)


def _with_clock_times(tokens: list[Token]) -> list[Token]:
    """The same with each time of day as one token: 7:30, 07.30, 7am, 0700 hrs."""
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        length = _clock_length(tokens, at)
        if length > 1:
            last = tokens[at + length - 1]
            signs = frozenset({"<clock>", "<worked>"})
            made.append(Token(tokens[at].text, "", tokens[at].start, last.end, signs))
        elif tokens[at].signs & {"<turns>", "<turn>", "<hour>"}:
            token = tokens[at]
            made.append(Token(token.text, token.word, token.start, token.end, token.signs | {"<worked>"}))
        else:
            made.append(tokens[at])
        at += max(length, 1)
    return made


_HALVES_OF_A_DAY = frozenset({"am", "pm", "hrs", "hours", "hr"})


def _clock_length(tokens: list[Token], at: int) -> int:
    """How many tokens from here are one time of day; 0 for none."""
    first = tokens[at]
    if not first.text.isdigit() or len(first.text) > 4 or not first.text.isascii():
        return 0
    if len(first.text) == 4:
        return 2 if text_at(tokens, at + 1) in {"hrs", "hours"} and int(first.text[2:]) < 60 else 0
    if len(first.text) > 2 or int(first.text) > 24:
        return 0
    length = 1
    minutes = text_at(tokens, at + 2)
    touching = at + 2 < len(tokens) and tokens[at + 2].start == first.end + 1
    if text_at(tokens, at + 1) in {":", "."} and touching and len(minutes) == 2 and minutes.isdigit():
        length = 3
    if text_at(tokens, at + length).casefold() in _HALVES_OF_A_DAY - ({"hours", "hrs", "hr"} if length == 1 else set()):
        return length + 1
    return length if length == 3 and text_at(tokens, at + 1) == ":" else 0


def text_at(tokens: list[Token], at: int) -> str:
    """What stands in the text as this token; empty after the last."""
    return tokens[at].text if at < len(tokens) else ""
