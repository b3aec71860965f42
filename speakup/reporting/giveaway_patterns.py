"""The patterns of giveaway_words.py in a text, and whether what fits one is about her.

From each word at most LONGEST_PATTERN more are read.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from speakup.reporting.giveaway_kinds import Kind
from speakup.reporting.giveaway_tokens import ENDS, OTHERS, SAYS, Token, text_at, word_set
from speakup.reporting.giveaway_words import PATTERNS

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


def find_patterns(tokens: list[Token]) -> Iterator[tuple[Kind, int, int]]:
    """Each pattern that fits and is about her: its kind, and where in the text it begins and ends. None overlap."""
    at, steps = 0, _Steps()
    while at < len(tokens):
        kind, last = _longest_from(tokens, at, steps)
        holds = kind is not None and _holds(kind, tokens, at, last)
        if kind is not None and holds:
            yield kind, tokens[at].start, tokens[last].end
        # An 'I' that is another's takes the words after it along.
        at = last + 1 if holds or tokens[at].word == "i" else at + 1


def _longest_from(tokens: list[Token], at: int, steps: _Steps) -> tuple[Kind | None, int]:
    """The kind of the longest pattern that begins at this word, and its last word."""
    states, found, last = _START, None, at
    for here in range(at, min(at + LONGEST_PATTERN, len(tokens))):
        states, ended = _step(states, tokens[here].signs, steps)
        if ended is not None:
            found, last = ended, here
        if not states:
            break
    return found, last


_NOT_AFTER_A_TURN = word_set("out off in of before after")
_IS = word_set("is was are were be been")
_BETWEEN = word_set("the still also always then now just probably obviously nearly almost really")
_OWN = word_set("i me my we us our myself am as being")
_AFTER_EXPECTING = frozenset({"", *ENDS, "at", "when", "and", "then", "again", "so", "while"})
_AFTER_HERE = frozenset({"", *ENDS, ":", "-", "from", "in", "at", "on", "and", "writing", "reporting"})
_SIGNS_OFF = word_set("thank many all kind warm take with hear")


def _holds(kind: Kind, tokens: list[Token], first: int, last: int) -> bool:
    """Whether what was found is about her: 'he was the only man on the shift' is not."""
    if tokens[first].word == "i" and _is_told_by_somebody_else(tokens, first):
        return False
    if kind is Kind.ONLY:
        return not _describes_somebody_else(tokens, first, last)
    if kind is Kind.SHIFT:
        return text_at(tokens, last + 1).casefold() not in _NOT_AFTER_A_TURN
    if kind is Kind.NAME:
        return _is_her_own_name(tokens, first, last)
    if kind is Kind.LIFE and tokens[last].word == "expecting":
        return text_at(tokens, last + 1).casefold() in _AFTER_EXPECTING
    return not (kind is Kind.ALONE and _is_conditional(tokens, first))


def _is_her_own_name(tokens: list[Token], first: int, last: int) -> bool:
    """Whether a name stands where she would put her own: at the end of all, or first in a sentence before 'here'."""
    begins = tokens[first]
    if begins.text == "\n":
        # A name in a line of its own, after a whole sentence: 'It was:' before it is a list of others.
        return first > 0 and tokens[first - 1].text in ENDS and last == len(tokens) - 1
    if "<regards>" in begins.signs or begins.word in _SIGNS_OFF:
        return all(token.text in ENDS for token in tokens[last + 1 : last + 6])
    if "<rank>" in begins.signs:
        # 'PC 4521 Jones here' and not 'PC Jones here is a bully' or 'I saw PC Jones here'.
        follows = text_at(tokens, last + 1).casefold() in _AFTER_HERE
        return follows and (first == 0 or tokens[first - 1].text in ENDS)
    return True


def _is_told_by_somebody_else(tokens: list[Token], first: int) -> bool:
    """Whether 'I' is the I of another: 'she said I am PC Jones and I do what I like'."""
    at = first - 1
    while at >= 0 and tokens[at].word in {"that", ",", ":", "me", "us", "to", "all"}:
        at -= 1
    speaks = at > 0 and tokens[at].word in SAYS
    return speaks and (tokens[at - 1].word in OTHERS or "<capital>" in tokens[at - 1].signs)


def _is_conditional(tokens: list[Token], first: int) -> bool:
    """'If nobody else knows', 'when we were alone' in a threat or a wish is still hers; 'if I am alone' is not."""
    return first > 0 and tokens[first - 1].word in {"if", "whenever", "unless"}


def _describes_somebody_else(tokens: list[Token], first: int, last: int) -> bool:
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
