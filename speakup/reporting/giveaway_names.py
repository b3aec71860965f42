"""Her name in a text where no pattern shows it: what others called her, in their words, and the name she gave us."""

from collections.abc import Iterator
from itertools import pairwise, takewhile

from speakup.reporting.giveaway_kinds import Kind
from speakup.reporting.giveaway_tokens import ENDS, SAYS, Token, tokens_of, word_set

_OPENING_QUOTES, _CLOSING_QUOTES = "'\"\u2018\u201c", "'\"\u2019\u201d"
_LONGEST_SPEECH = 40
_NEAR = 8
_ADDRESSED = word_set("me my")
_SOMEBODY_ELSE = word_set("him her them us you")
_SPEAKING_BEFORE = word_set("hi hello hey dear morning evening thanks oi oh well yes no happy on done now birthday")


def names_spoken_to_her(text: str, tokens: list[Token]) -> Iterator[tuple[Kind, int, int]]:
    """Names in speech between quotation marks that was spoken to her: "He said to me 'Sarah, come here'".

    A name is one that somebody is spoken to by where it stands first, last, between commas or after a greeting. It is
    hers where 'me' or 'my' stands just before the speech or just after it, and nobody else's is nearer. Each by where
    it begins and ends in the text.
    """
    for first, last in _speeches(text, tokens):
        if not _is_spoken_to_her(tokens, first, last):
            continue
        for at in range(first, last + 1):
            if _is_spoken_to_by(tokens, at, first, last):
                yield Kind.NAME, tokens[at].start, tokens[at].end


def _speeches(text: str, tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """Every run of words between quotation marks that is short enough, by its first and last token."""
    opened: int | None = None
    for number, token in enumerate(tokens):
        if opened is not None and number - opened > _LONGEST_SPEECH:
            opened = None
        if opened is None and token.start > 0 and text[token.start - 1] in _OPENING_QUOTES:
            opened = number
        # Quotation marks are no tokens: one that closes stands right after a word or after its last mark.
        if opened is not None and text[token.end : token.end + 1] and text[token.end] in _CLOSING_QUOTES:
            yield opened, number
            opened = None


def _is_spoken_to_her(tokens: list[Token], first: int, last: int) -> bool:
    before = _back_to_the_sentence(tokens, first)
    if any(token.word in {"i", "we"} and after.word in SAYS | {"told", "asked"} for token, after in pairwise(before)):
        return False
    nearest = next((token.word for token in reversed(before) if token.word in _ADDRESSED | _SOMEBODY_ELSE), "")
    if nearest or {token.word for token in before} & {"to", "at"}:
        return nearest in _ADDRESSED
    after = takewhile(lambda token: token.text not in ENDS - {","}, tokens[last + 1 : last + 1 + _NEAR])
    return next((token.word for token in after if token.word in _ADDRESSED | _SOMEBODY_ELSE), "") in _ADDRESSED


def _back_to_the_sentence(tokens: list[Token], first: int) -> list[Token]:
    start = first
    while start > 0 and first - start < _NEAR and tokens[start - 1].text not in ENDS - {","}:
        start -= 1
    return tokens[start:first]


_TITLES = word_set("miss mrs ms mr")


def _is_spoken_to_by(tokens: list[Token], at: int, first: int, last: int) -> bool:
    token = tokens[at]
    is_name = "<given_name>" in token.signs or ("<capital>" in token.signs and len(token.text) > 2)
    if not is_name:
        return False
    following = "," if at == last else tokens[at + 1].text
    preceding = "" if at == first else tokens[at - 1].text
    ends = following in ENDS
    begins = "" if at == first else tokens[at - 1].word
    if at > first and ("<rank>" in tokens[at - 1].signs or begins in _TITLES):
        # 'PC Doyle, my office' and 'Not you, Miss Okafor'; 'Sergeant Moore is after you' speaks of him.
        return ends
    if at == first:
        # The first word of a sentence has a capital whatever it is: 'Relax, everybody does it'.
        return following in {",", "!"} and "<given_name>" in token.signs
    return ends and (preceding in {",", "!"} or begins in _SPEAKING_BEFORE or at == last)


def words_of_own_name(tokens: list[Token], own_name: str) -> Iterator[tuple[Kind, int, int]]:
    """The words of the name that she gave us, written with a capital: 'Will' is a name, 'will' is not.

    Each by where it begins and ends in the text.
    """
    parts = {token.word for token in tokens_of(own_name[:200]) if token.text[0].isalpha() and len(token.text) > 2}
    if not parts:
        return
    for token in tokens:
        if token.word in parts and token.text[0].isupper() and "<rank>" not in token.signs:
            yield Kind.NAME, token.start, token.end
