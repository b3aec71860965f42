"""Open prompts for what was already told, each with a few words of it: what was said, what came next.

Who was there has a question of its own ('knows'), and nothing is asked twice.

They quote only words that the reporter typed, and name nothing first: no part of a body, no reason, no offence
(reporter-journey.md 27). What is found here is found in memory when the page is made, and kept nowhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_WORDS: Final = 12
FEWEST_WORDS: Final = 3
LONGEST_QUOTE: Final = 90
# A long account is looked at where people begin and where they end.
_LOOKED_AT: Final = 4000
_LONGEST_WORD: Final = 40


class Prompt(StrEnum):
    """What is asked for, in the order in which it is asked."""

    SAID = "said"
    ONE_TIME = "one_time"
    NEXT = "next"


@dataclass(frozen=True, repr=False)
class Prompted:
    """A prompt, and the words of the account that it begins from: empty where none fits."""

    prompt: Prompt
    quote: str = ""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SPEAKING = _set(
    "said says say saying told tells tell called calls calling shouted shouts asked asks joked jokes joke "
    "joking comment comments commented remark remarks message messages messaged text texts texted wrote writes "
    "sent swore whispered laughed banter names rumour rumours"
)
_AGAIN = _set("always again often every keeps kept times usually constantly still never weekly daily whenever most")
_CLAUSE_ENDS = re.compile(r"[.!?;:\n\u2026]")
_COMMA = re.compile(r", (?:and|but|then|so) |,")
_QUOTED = frozenset('"\u201c\u201d')


def prompts_for(account: str, *, more_than_once: bool = False) -> tuple[Prompted, ...]:
    """The prompts for this account. `more_than_once`: she told us that it happened more than one time, or goes on.

    What was said and what came next are always asked; for one time that she remembers well only where
    there were several. No words are quoted twice.
    """
    clauses = list(_clauses(account))
    used: set[str] = set()
    last = next((clause for clause in reversed(clauses) if _is_worth_quoting(clause)), "")
    # The last words are kept for what came next, unless they are all there is.
    if len(clauses) > 1:
        used.add(last)
    said = _first(clauses, _SPEAKING, used)
    again = _first(clauses, _AGAIN, used)
    prompts = [Prompted(Prompt.SAID, _shown(said))]
    if more_than_once or again:
        prompts.append(Prompted(Prompt.ONE_TIME, _shown(again)))
    if len(clauses) == 1 and last in used:
        last = ""
    return (*prompts, Prompted(Prompt.NEXT, _shown(last)))


def _clauses(account: str) -> Iterator[str]:
    """Parts of sentences, in order, of the beginning and the end of the account."""
    looked_at = account if len(account) <= 2 * _LOOKED_AT else f"{account[:_LOOKED_AT]}\n{account[-_LOOKED_AT:]}"
    for sentence in _CLAUSE_ENDS.split(looked_at):
        for clause in _COMMA.split(sentence):
            words = clause.strip(" ,-\u2013\u2014()'\u2018\u2019")
            if words:
                yield words


def _words(clause: str) -> list[str]:
    return [word.strip("'\u2018\u2019\"()[]").casefold() for word in clause.split()]


def _is_worth_quoting(clause: str) -> bool:
    words = clause.split()
    is_readable = all(len(word) <= _LONGEST_WORD for word in words) and "\ufffd" not in clause
    # Numbers and addresses were warned of a page ago.
    is_plain = _QUOTED.isdisjoint(clause) and "@" not in clause and not any(each.isdigit() for each in clause)
    return len(words) >= FEWEST_WORDS and is_readable and is_plain


def _first(clauses: list[str], wanted: frozenset[str], used: set[str]) -> str:
    """The first clause with one of these words that is not quoted elsewhere; empty for none."""
    for clause in clauses:
        if clause not in used and _is_worth_quoting(clause) and not wanted.isdisjoint(_words(clause)):
            used.add(clause)
            return clause
    return ""


def _shown(clause: str) -> str:
    """Its first words, on one line."""
    words = clause.split()
    shown = " ".join(words[:MOST_WORDS])
    if len(shown) > LONGEST_QUOTE:
        shown = shown[:LONGEST_QUOTE].rsplit(" ", 1)[0]
        return f"{shown}…"
    return f"{shown}…" if len(words) > MOST_WORDS else shown
