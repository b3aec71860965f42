"""Addresses and phone numbers in a text that may be a person's, and whether they are said to be somebody else's."""

from collections.abc import Iterator

from speakup.reporting.giveaway_tokens import OTHERS, Token, word_set


def is_of_somebody_else(tokens: list[Token], first: int) -> bool:
    """Whether the nearest word of belonging before a number or an address, in the same sentence, is not hers."""
    for token in reversed(tokens[max(first - 7, 0) : first]):
        if token.text in {".", "!", "?", "\n"}:
            return False
        if token.word in {"my", "me", "mine", "i", "our", "us"}:
            return False
        if token.word in OTHERS:
            return True
    return False


_SHARED_MAILBOXES = word_set(
    "psd hr info enquiries enquiry contact help helpline support admin reception office press news team "
    "complaints professional standards federation unison occupational welfare noreply no-reply duty custody "
    "control"
)
_LONGEST_ADDRESS = 100
_MOST_ADDRESSES = 500


def email_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Each of the first addresses of persons, by where it stands. Looks at each character at most twice."""
    at, looked_at = text.find("@"), 0
    while at >= 0 and looked_at < _MOST_ADDRESSES:
        looked_at += 1
        start, end = at, at + 1
        while start > 0 and at - start < _LONGEST_ADDRESS and _may_be_in_address(text[start - 1]):
            start -= 1
        while end < len(text) and end - at < _LONGEST_ADDRESS and _may_be_in_address(text[end]):
            end += 1
        while end > at and text[end - 1] in ".-_+":
            end -= 1
        name, domain = text[start:at].strip("."), text[at + 1 : end]
        if name and "." in domain and domain.rpartition(".")[2].isalpha() and not _is_shared(name):
            yield start, end
        at = text.find("@", at + 1)


def _may_be_in_address(character: str) -> bool:
    return character.isalnum() or character in "._+-"


def _is_shared(name: str) -> bool:
    return name.casefold() in _SHARED_MAILBOXES or name.casefold().replace("_", ".").split(".")[0] in _SHARED_MAILBOXES


_BETWEEN_DIGITS = frozenset(" -().")
_MOST_BETWEEN = 3
# Mobile, area and London numbers. 03 and 08 are offices and helplines; 09 and 06 nobody has at home.
_OWN_NUMBERS = ("01", "02", "07", "05")


def phone_numbers(text: str, tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """Every British phone number that may be a person's, as the numbers of its first and last token."""
    at = 0
    while at < len(tokens):
        if not tokens[at].text.isdigit():
            at += 1
            continue
        last = at
        while last + 1 < len(tokens) and _goes_on(text, tokens, last):
            last += 1
        while not tokens[last].text.isdigit():
            last -= 1
        yield from _phone_within(text, tokens, at, last)
        at = last + 1


def _goes_on(text: str, tokens: list[Token], last: int) -> bool:
    between = text[tokens[last].end : tokens[last + 1].start]
    following = tokens[last + 1].text
    return (
        len(between) <= _MOST_BETWEEN and set(between) <= _BETWEEN_DIGITS and (following.isdigit() or following == "-")
    )


def _phone_within(text: str, tokens: list[Token], first: int, last: int) -> Iterator[tuple[int, int]]:
    length = sum(len(token.text) for token in tokens[first : last + 1] if token.text.isdigit())
    if not 10 <= length <= 14:
        return
    digits = "".join(token.text for token in tokens[first : last + 1] if token.text.isdigit())
    for code in ("0044", "440", "44"):
        if digits.startswith(code) and len(digits) - len(code) in {9, 10}:
            digits = f"0{digits.removeprefix(code)}"
            break
    if digits.isascii() and len(digits) in {10, 11} and digits.startswith(_OWN_NUMBERS):
        yield first, last
