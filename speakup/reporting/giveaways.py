"""What in a text may show who wrote it: 'the only woman on the team', her own collar number, a phone number.

Found in memory when a page is made, and kept nowhere (ADR 0029). It knows nothing of the force or of her: it looks for
ways of saying 'I', not for people. So it is neither complete nor always right, and the page says so. What describes
somebody else ('PC 4521 did it', 'he was on nights', 'her phone number') is no giveaway.

The time it takes grows with the length of the text and with nothing else, whatever the text: words are read once, and
from each of them at most LONGEST_PATTERN more.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from speakup.reporting.giveaway_contacts import email_addresses, is_of_somebody_else, phone_numbers
from speakup.reporting.giveaway_kinds import Kind
from speakup.reporting.giveaway_names import names_spoken_to_her, words_of_own_name
from speakup.reporting.giveaway_patterns import find_patterns
from speakup.reporting.giveaway_tokens import tokens_of

MOST_SHOWN: Final = 6
MOST_OF_A_KIND: Final = 2
LONGEST_QUOTE: Final = 80


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
    tokens = tokens_of(text)
    starts = [token.start for token in tokens]
    taken: list[tuple[int, int]] = []
    for start, end in email_addresses(text):
        taken.append((start, end))
        if not is_of_somebody_else(tokens, bisect_right(starts, start - 1)):
            yield Kind.EMAIL, start, end
    for first, last in phone_numbers(text, tokens):
        taken.append((tokens[first].start, tokens[last].end))
        if not is_of_somebody_else(tokens, first):
            yield Kind.PHONE, tokens[first].start, tokens[last].end
    taken.sort()
    for kind, start, end in find_patterns(tokens):
        before = bisect_right(taken, (end - 1, len(text))) - 1
        # 'My number is 07700 900123' is a phone number, not a collar number and the rest of one.
        if before < 0 or taken[before][1] <= start:
            yield kind, start, end
    yield from names_spoken_to_her(text, tokens)
    yield from words_of_own_name(tokens, own_name)


def _quoted(words: str) -> str:
    """One line, cut at a whole word."""
    line = " ".join(words.split())
    if len(line) <= LONGEST_QUOTE:
        return line
    cut = line[:LONGEST_QUOTE]
    return f"{cut.rsplit(' ', 1)[0]}…"
