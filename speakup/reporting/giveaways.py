"""What in a text may show who wrote it: 'the only woman on the team', her own collar number, a phone number.

Found in memory when a page is made, and kept nowhere (ADR 0029). It knows nothing of the force or of her: it looks for
ways of saying 'I', not for people. So it is neither complete nor always right, and the page says so. What describes
somebody else ('PC 4521 did it', 'he was on nights', 'her phone number') is no giveaway.

The time it takes grows with the length of the text and with nothing else, whatever the text: words are read once, and
from each of them at most LONGEST_PATTERN more.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise, takewhile
from typing import Final

from speakup.reporting.giveaway_words import GIVEN_NAMES, GROUPS, PATTERNS

MOST_SHOWN: Final = 6
MOST_OF_A_KIND: Final = 2
LONGEST_QUOTE: Final = 80


class Kind(StrEnum):
    """What a giveaway tells of her, in the order in which they are shown."""

    NAME = "name"
    COLLAR = "collar"
    EMAIL = "email"
    PHONE = "phone"
    ONLY = "only"
    ALONE = "alone"
    SHIFT = "shift"
    POST = "post"
    LIFE = "life"
    HOME = "home"


@dataclass(frozen=True, repr=False)
class Giveaway:
    """Some words of the text, as she wrote them but for line ends, and what they tell. Not for a repr or a log."""

    kind: Kind
    quote: str


def find_giveaways(text: str, *, own_name: str = "") -> tuple[Giveaway, ...]:
    """What in `text` may show who wrote it: at most MOST_SHOWN, of each kind at most MOST_OF_A_KIND, by kind.

    `own_name` is the name that she gave us in confidence, if she did: its words are looked for too.
    Source: reporter-journey.md 36, 37.
    """
    found: dict[Kind, dict[str, Giveaway]] = {}
    for kind, start, end in _places(text, own_name):
        quote = _quoted(text[start:end])
        of_kind = found.setdefault(kind, {})
        if len(of_kind) < MOST_OF_A_KIND:
            of_kind.setdefault(quote.casefold(), Giveaway(kind, quote))
    shown = [giveaway for kind in Kind for giveaway in found.get(kind, {}).values()]
    # One of each kind before a second of any.
    first = [each for kind in Kind for each in list(found.get(kind, {}).values())[:1]]
    chosen = [*first, *(each for each in shown if each not in first)][:MOST_SHOWN]
    return tuple(sorted(chosen, key=lambda each: list(Kind).index(each.kind)))


def _places(text: str, own_name: str) -> Iterator[tuple[Kind, int, int]]:
    tokens = _tokens(text)
    starts = [token.start for token in tokens]
    taken: list[tuple[int, int]] = []
    for start, end in _email_addresses(text):
        taken.append((start, end))
        if not _is_of_somebody_else(tokens, bisect_right(starts, start - 1)):
            yield Kind.EMAIL, start, end
    for first, last in _phone_numbers(text, tokens):
        taken.append((tokens[first].start, tokens[last].end))
        if not _is_of_somebody_else(tokens, first):
            yield Kind.PHONE, tokens[first].start, tokens[last].end
    taken.sort()
    for kind, start, end in _patterns(tokens):
        before = bisect_right(taken, (end - 1, len(text))) - 1
        # 'My number is 07700 900123' is a phone number, not a collar number and the rest of one.
        if before < 0 or taken[before][1] <= start:
            yield kind, start, end
    yield from _spoken_to(text, tokens)
    yield from _own_name(tokens, own_name)


def _quoted(words: str) -> str:
    """One line, cut at a whole word."""
    line = " ".join(words.split())
    if len(line) <= LONGEST_QUOTE:
        return line
    cut = line[:LONGEST_QUOTE]
    return f"{cut.rsplit(' ', 1)[0]}…"


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


# Words


@dataclass(frozen=True, slots=True, repr=False)
class _Token:
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


def _tokens(text: str) -> list[_Token]:
    """The words and marks of the text in order, contractions as two words, quotation marks and brackets left out."""
    tokens: list[_Token] = []
    pieces = list(_PIECES.finditer(text))
    for number, piece in enumerate(pieces):
        shown, start, end = piece[0], piece.start(), piece.end()
        if shown in _IGNORED or (shown in _DASHES and _joins_letters(pieces, number)):
            continue
        if shown in _DASHES:
            tokens.append(_Token("-", "-", start, end, _sign("-")))
            continue
        word = _lowered(shown)
        parts = _CONTRACTIONS.get(word, (word,))
        tokens += [_Token(shown, part, start, end, _signs(shown, part)) for part in parts]
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


def _with_clock_times(tokens: list[_Token]) -> list[_Token]:
    """The same with each time of day as one token: 7:30, 07.30, 7am, 0700 hrs."""
    made: list[_Token] = []
    at = 0
    while at < len(tokens):
        length = _clock_length(tokens, at)
        if length > 1:
            last = tokens[at + length - 1]
            signs = frozenset({"<clock>", "<worked>"})
            made.append(_Token(tokens[at].text, "", tokens[at].start, last.end, signs))
        elif tokens[at].signs & {"<turns>", "<turn>", "<hour>"}:
            token = tokens[at]
            made.append(_Token(token.text, token.word, token.start, token.end, token.signs | {"<worked>"}))
        else:
            made.append(tokens[at])
        at += max(length, 1)
    return made


_HALVES_OF_A_DAY = frozenset({"am", "pm", "hrs", "hours", "hr"})


def _clock_length(tokens: list[_Token], at: int) -> int:
    """How many tokens from here are one time of day; 0 for none."""
    first = tokens[at]
    if not first.text.isdigit() or len(first.text) > 4 or not first.text.isascii():
        return 0
    if len(first.text) == 4:
        return 2 if _texts(tokens, at + 1) in {"hrs", "hours"} and int(first.text[2:]) < 60 else 0
    if len(first.text) > 2 or int(first.text) > 24:
        return 0
    length = 1
    minutes = _texts(tokens, at + 2)
    touching = at + 2 < len(tokens) and tokens[at + 2].start == first.end + 1
    if _texts(tokens, at + 1) in {":", "."} and touching and len(minutes) == 2 and minutes.isdigit():
        length = 3
    if _texts(tokens, at + length).casefold() in _HALVES_OF_A_DAY - ({"hours", "hrs", "hr"} if length == 1 else set()):
        return length + 1
    return length if length == 3 and _texts(tokens, at + 1) == ":" else 0


def _texts(tokens: list[_Token], at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""


# Patterns

_Item = tuple[frozenset[str], bool]  # the signs of which one is needed; whether the item may be missing


def _items(line: str) -> tuple[_Item, ...]:
    return tuple((frozenset(part.rstrip("?").split("|")), part.endswith("?")) for part in line.split())


_ALL: Final = tuple((Kind(kind), _items(line)) for kind, lines in PATTERNS.items() for line in lines)
LONGEST_PATTERN: Final = max(len(items) for _kind, items in _ALL)
_State = tuple[int, int]  # a pattern, and how many of its items are behind us
_States = frozenset[_State]


def _reachable(states: Iterable[_State]) -> _States:
    """These, and what can be reached from them by leaving out what may be missing."""
    reached = set(states)
    waiting = list(reached)
    while waiting:
        pattern, at = waiting.pop()
        items = _ALL[pattern][1]
        if at < len(items) and items[at][1] and (pattern, at + 1) not in reached:
            reached.add((pattern, at + 1))
            waiting.append((pattern, at + 1))
    return frozenset(reached)


_START: Final = _reachable((pattern, 0) for pattern in range(len(_ALL)))
_Steps = dict[tuple[_States, frozenset[str]], tuple[_States, Kind | None]]


def _step(states: _States, signs: frozenset[str], steps: _Steps) -> tuple[_States, Kind | None]:
    """Where one more word leads, and the kind of a pattern that ends with it. `steps` are those taken in this text:
    the same few come again and again, and nothing of a text is remembered after it.
    """
    known = steps.get((states, signs))
    if known is not None:
        return known
    open_ones = [(pattern, at) for pattern, at in states if at < len(_ALL[pattern][1])]
    after = _reachable((pattern, at + 1) for pattern, at in open_ones if _ALL[pattern][1][at][0] & signs)
    ended = next((_ALL[pattern][0] for pattern, at in sorted(after) if at == len(_ALL[pattern][1])), None)
    steps[states, signs] = after, ended
    return after, ended


def _patterns(tokens: list[_Token]) -> Iterator[tuple[Kind, int, int]]:
    at, steps = 0, _Steps()
    while at < len(tokens):
        kind, last = _longest_from(tokens, at, steps)
        holds = kind is not None and _holds(kind, tokens, at, last)
        if kind is not None and holds:
            yield kind, tokens[at].start, tokens[last].end
        # An 'I' that is another's takes the words after it along.
        at = last + 1 if holds or tokens[at].word == "i" else at + 1


def _longest_from(tokens: list[_Token], at: int, steps: _Steps) -> tuple[Kind | None, int]:
    """The kind of the longest pattern that begins at this word, and its last word."""
    states, found, last = _START, None, at
    for here in range(at, min(at + LONGEST_PATTERN, len(tokens))):
        states, ended = _step(states, tokens[here].signs, steps)
        if ended is not None:
            found, last = ended, here
        if not states:
            break
    return found, last


_NOT_AFTER_A_TURN = _words("out off in of before after")
_IS = _words("is was are were be been")
_BETWEEN = _words("the still also always then now just probably obviously nearly almost really")
_OWN = _words("i me my we us our myself am as being")
_SAYS = _words("said says saying replied shouted shouts joked bragged boasted laughed goes")
_OTHERS = _words("his her their he she they him them hers theirs its")


def _holds(kind: Kind, tokens: list[_Token], first: int, last: int) -> bool:
    """Whether what was found is about her: 'he was the only man on the shift' is not."""
    if tokens[first].word == "i" and _is_told_by_somebody_else(tokens, first):
        return False
    if kind is Kind.ONLY:
        return not _describes_somebody_else(tokens, first, last)
    if kind is Kind.SHIFT:
        return _texts(tokens, last + 1).casefold() not in _NOT_AFTER_A_TURN
    if kind is Kind.NAME:
        return _is_her_own_name(tokens, first, last)
    if kind is Kind.LIFE and tokens[last].word == "expecting":
        return _texts(tokens, last + 1).casefold() in _AFTER_EXPECTING
    return not (kind is Kind.ALONE and _is_conditional(tokens, first))


_ENDS = frozenset({"\n", ".", ",", "!", "?"})
_AFTER_EXPECTING = frozenset({"", *_ENDS, "at", "when", "and", "then", "again", "so", "while"})
_AFTER_HERE = frozenset({"", *_ENDS, ":", "-", "from", "in", "at", "on", "and", "writing", "reporting"})
_SIGNS_OFF = _words("thank many all kind warm take with hear")


def _is_her_own_name(tokens: list[_Token], first: int, last: int) -> bool:
    """Whether a name stands where she would put her own: at the end of all, or first in a sentence before 'here'."""
    begins = tokens[first]
    if begins.text == "\n":
        # A name in a line of its own, after a whole sentence: 'It was:' before it is a list of others.
        return first > 0 and tokens[first - 1].text in _ENDS and last == len(tokens) - 1
    if "<regards>" in begins.signs or begins.word in _SIGNS_OFF:
        return all(token.text in _ENDS for token in tokens[last + 1 : last + 6])
    if "<rank>" in begins.signs:
        # 'PC 4521 Jones here' and not 'PC Jones here is a bully' or 'I saw PC Jones here'.
        follows = _texts(tokens, last + 1).casefold() in _AFTER_HERE
        return follows and (first == 0 or tokens[first - 1].text in _ENDS)
    return True


def _is_told_by_somebody_else(tokens: list[_Token], first: int) -> bool:
    """Whether 'I' is the I of another: 'she said I am PC Jones and I do what I like'."""
    at = first - 1
    while at >= 0 and tokens[at].word in {"that", ",", ":", "me", "us", "to", "all"}:
        at -= 1
    speaks = at > 0 and tokens[at].word in _SAYS
    return speaks and (tokens[at - 1].word in _OTHERS or "<capital>" in tokens[at - 1].signs)


def _is_conditional(tokens: list[_Token], first: int) -> bool:
    """'If nobody else knows', 'when we were alone' in a threat or a wish is still hers; 'if I am alone' is not."""
    return first > 0 and tokens[first - 1].word in {"if", "whenever", "unless"}


def _describes_somebody_else(tokens: list[_Token], first: int, last: int) -> bool:
    """Whether the words before say of somebody else what follows: 'Dave is still the only man on the team'."""
    if any(token.word in _OWN for token in tokens[first : last + 1]):
        return False
    at, says = first - 1, False
    while at >= 0 and first - at < 6 and tokens[at].word in _IS | _BETWEEN:
        says = says or tokens[at].word in _IS
        at -= 1
    if at < 0 or not says:
        return False
    return bool(tokens[at].signs & {"<any>"}) and tokens[at].word not in _OWN | {"there", "it"}


def _is_of_somebody_else(tokens: list[_Token], first: int) -> bool:
    """Whether the nearest word of belonging before a number or an address, in the same sentence, is not hers."""
    for token in reversed(tokens[max(first - 7, 0) : first]):
        if token.text in {".", "!", "?", "\n"}:
            return False
        if token.word in {"my", "me", "mine", "i", "our", "us"}:
            return False
        if token.word in _OTHERS:
            return True
    return False


# Addresses and numbers

_SHARED_MAILBOXES = _words(
    "psd hr info enquiries enquiry contact help helpline support admin reception office press news team "
    "complaints professional standards federation unison occupational welfare noreply no-reply duty custody "
    "control"
)
_LONGEST_ADDRESS = 100
_MOST_ADDRESSES = 500


def _email_addresses(text: str) -> Iterator[tuple[int, int]]:
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


def _phone_numbers(text: str, tokens: list[_Token]) -> Iterator[tuple[int, int]]:
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


def _goes_on(text: str, tokens: list[_Token], last: int) -> bool:
    between = text[tokens[last].end : tokens[last + 1].start]
    following = tokens[last + 1].text
    return (
        len(between) <= _MOST_BETWEEN and set(between) <= _BETWEEN_DIGITS and (following.isdigit() or following == "-")
    )


def _phone_within(text: str, tokens: list[_Token], first: int, last: int) -> Iterator[tuple[int, int]]:
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


# What others called her, in their words

_OPENING_QUOTES, _CLOSING_QUOTES = "'\"\u2018\u201c", "'\"\u2019\u201d"
_LONGEST_SPEECH = 40
_NEAR = 8
_ADDRESSED = _words("me my")
_SOMEBODY_ELSE = _words("him her them us you")
_SPEAKING_BEFORE = _words("hi hello hey dear morning evening thanks oi oh well yes no happy on done now birthday")


def _spoken_to(text: str, tokens: list[_Token]) -> Iterator[tuple[Kind, int, int]]:
    """Names in speech between quotation marks that was spoken to her: "He said to me 'Sarah, come here'".

    A name is one that somebody is spoken to by where it stands first, last, between commas or after a greeting. It is
    hers where 'me' or 'my' stands just before the speech or just after it, and nobody else's is nearer.
    """
    for first, last in _speeches(text, tokens):
        if not _is_spoken_to_her(tokens, first, last):
            continue
        for at in range(first, last + 1):
            if _is_spoken_to_by(tokens, at, first, last):
                yield Kind.NAME, tokens[at].start, tokens[at].end


def _speeches(text: str, tokens: list[_Token]) -> Iterator[tuple[int, int]]:
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


def _is_spoken_to_her(tokens: list[_Token], first: int, last: int) -> bool:
    before = _back_to_the_sentence(tokens, first)
    if any(token.word in {"i", "we"} and after.word in _SAYS | {"told", "asked"} for token, after in pairwise(before)):
        return False
    nearest = next((token.word for token in reversed(before) if token.word in _ADDRESSED | _SOMEBODY_ELSE), "")
    if nearest or {token.word for token in before} & {"to", "at"}:
        return nearest in _ADDRESSED
    after = takewhile(lambda token: token.text not in _ENDS - {","}, tokens[last + 1 : last + 1 + _NEAR])
    return next((token.word for token in after if token.word in _ADDRESSED | _SOMEBODY_ELSE), "") in _ADDRESSED


def _back_to_the_sentence(tokens: list[_Token], first: int) -> list[_Token]:
    start = first
    while start > 0 and first - start < _NEAR and tokens[start - 1].text not in _ENDS - {","}:
        start -= 1
    return tokens[start:first]


_TITLES = _words("miss mrs ms mr")


def _is_spoken_to_by(tokens: list[_Token], at: int, first: int, last: int) -> bool:
    token = tokens[at]
    is_name = "<given_name>" in token.signs or ("<capital>" in token.signs and len(token.text) > 2)
    if not is_name:
        return False
    following = "," if at == last else tokens[at + 1].text
    preceding = "" if at == first else tokens[at - 1].text
    ends = following in _ENDS
    begins = "" if at == first else tokens[at - 1].word
    if at > first and ("<rank>" in tokens[at - 1].signs or begins in _TITLES):
        # 'PC Doyle, my office' and 'Not you, Miss Okafor'; 'Sergeant Moore is after you' speaks of him.
        return ends
    if at == first:
        # The first word of a sentence has a capital whatever it is: 'Relax, everybody does it'.
        return following in {",", "!"} and "<given_name>" in token.signs
    return ends and (preceding in {",", "!"} or begins in _SPEAKING_BEFORE or at == last)


def _own_name(tokens: list[_Token], own_name: str) -> Iterator[tuple[Kind, int, int]]:
    """The words of the name that she gave us, written with a capital: 'Will' is a name, 'will' is not."""
    parts = {token.word for token in _tokens(own_name[:200]) if token.text[0].isalpha() and len(token.text) > 2}
    if not parts:
        return
    for token in tokens:
        if token.word in parts and token.text[0].isupper() and "<rank>" not in token.signs:
            yield Kind.NAME, token.start, token.end
