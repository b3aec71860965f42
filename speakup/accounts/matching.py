"""Whether somebody a reporter typed may be a member of a desk: loose, in memory, never shown.

Source: architecture.md, 'Who may receive'. A match only ever makes a decoy, so one too many is safe and one too few
is not: wherever what was typed can be read in two ways, both count. Only an exact collar number moves a desk.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from speakup.accounts.rosters import VerifiedRoster

# Words that say what somebody is, not who: ranks, their short forms, prefixes for acting and temporary, titles.
_TITLES = frozenset(
    """
    a t acting temp temporary ret retd retired police staff officer
    pc wpc dc wdc ps wps ds wds sgt sergeant sarge insp inspector di dci ci chief supt superintendent dsupt dsu
    dcs cs acc dcc cc dac ac cmdr commander commissioner assistant deputy det detective constable special sc pcso
    tpc tps tdc tds tdi tdci adc ads adi adci aps
    mr mrs ms miss mx dr prof professor sir dame lord lady rev
    """.split()  # noqa: SIM905 (read as a list of words)
)
# Words after which something other than the name begins ('Smith from custody'), or another name does.
_BREAKS = frozenset(
    """
    and or in at on of from with who whom whose is was the works worked working team unit dept department shift
    """.split()  # noqa: SIM905
)
# What NFKD leaves whole and people type plain.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h"}
)
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u0060\u00b4\u2032]")
_WORD = re.compile(r"[^\W_]+")
_NUMBER_END = re.compile(r"[\s,;/()]+")
_SEGMENT_END = re.compile(r"[,;:/()\[\]{}&+\n\r\t|]")

_SHORTEST_WITH_A_SLIP = 5
_SHORTEST_PREFIX = 2
_SHORTEST_PREFIX_ALONE = 3
_MOST_JOINED = 3
_LONGEST_NAME = 12  # more words are prose: any name in it counts


@dataclass(frozen=True)
class NamedPerson:
    """Somebody as a reporter described them; either part may be empty."""

    name: str
    collar_number: str = ""


class _Name:
    """The words of a name, and its forms by length: each word, and neighbours written as one ('Mac Donald')."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)
        self.forms: dict[int, list[tuple[int, int, str]]] = {}
        for start in range(len(words)):
            for end in range(start + 1, min(start + _MOST_JOINED, len(words)) + 1):
                form = "".join(words[start:end])
                self.forms.setdefault(len(form), []).append((start, end, form))

    def without(self, start: int, end: int) -> list[str]:
        return self.words[:start] + self.words[end:]


def match_members(typed: Sequence[NamedPerson | str], roster: VerifiedRoster) -> set[UUID]:
    """The members whom anything typed may mean, by name, former name or collar number.

    Case, accents, punctuation, order, ranks and titles do not count; a name of five letters or more may have one
    slip; a first name may be missing, an initial or shortened. Never raises, whatever was typed.
    """
    people = [entry if isinstance(entry, NamedPerson) else NamedPerson(entry) for entry in typed]
    names = [(person.name.strip().casefold(), [_Name(words) for words in _readings(person.name)]) for person in people]
    numbers = _numbers(people)
    return {
        member.staff_id
        for member in roster.members
        if _collar_may_be(numbers, member.collar_number)
        or any(_name_may_be(names, name) for name in (member.name, *member.former_names))
    }


def exact_collar(typed: Iterable[str], roster: VerifiedRoster) -> set[UUID]:
    """The members whose collar number is one of those typed: all letters and digits alike, spaces and case apart."""
    numbers = {_collar(text) for text in typed} - {""}
    return {member.staff_id for member in roster.members if _collar(member.collar_number) in numbers}


def _numbers(people: Sequence[NamedPerson]) -> set[str]:
    """Everything typed that may be a collar number: whole, word by word, and as digits alone."""
    texts = {text for one in people for text in (one.collar_number, one.name, *_NUMBER_END.split(one.name))}
    return ({_collar(text) for text in texts} | {_digits(text) for text in texts}) - {""}


def _collar_may_be(numbers: set[str], collar_number: str) -> bool:
    return _collar(collar_number) in numbers or _digits(collar_number) in numbers


def _collar(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def _digits(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isdecimal()).lstrip("0")


def _name_may_be(typed: Sequence[tuple[str, list[_Name]]], name: str) -> bool:
    plain = name.strip().casefold()
    of_member = _Name(_without_leading_titles(_words(name)))
    return any(
        (bool(plain) and whole == plain) or any(_reading_may_be(reading, of_member) for reading in readings)
        for whole, readings in typed
    )


def _readings(typed: str) -> set[tuple[str, ...]]:
    """Every way to read what was typed as one name: whole, or a part of it; with and without its titles."""
    wholes = [_words(typed)]
    for segment in _SEGMENT_END.split(typed):
        words: list[str] = []
        for word in _words(segment):
            if word in _BREAKS:
                wholes.append(words)
                words = []
            else:
                words.append(word)
        wholes.append(words)
    return {
        tuple(reading)
        for words in wholes
        for reading in (words, _without_leading_titles(words), [one for one in words if one not in _TITLES] or words)
    }


def _reading_may_be(typed: _Name, member: _Name) -> bool:
    alone = typed.words[0] if len(typed.words) == 1 else ""
    if len(alone) >= _SHORTEST_PREFIX_ALONE and any(_shortens(alone, word) for word in member.words):
        return True
    for length, member_forms in member.forms.items():
        close = [form for near in (length - 1, length, length + 1) for form in typed.forms.get(near, ())]
        for member_start, member_end, name in member_forms:
            for start, end, form in close:
                if _alike(form, name) and (
                    len(typed.words) > _LONGEST_NAME
                    or _rest_agrees(typed.without(start, end), member.without(member_start, member_end))
                ):
                    return True
    return False


def _rest_agrees(typed: list[str], member: list[str]) -> bool:
    if not typed or not member:
        return True
    initials = "".join(word[0] for word in member)
    return any(
        _alike(word, other) or _shortens(word, other) or word[0] == other or initials.startswith(word)
        for word in typed
        for other in member
    )


def _shortens(typed: str, name: str) -> bool:
    """An initial, or one name the beginning of the other ('Rob' and 'Robert')."""
    if len(typed) == 1:
        return name.startswith(typed)
    shorter = min(len(typed), len(name))
    return shorter >= _SHORTEST_PREFIX and (name.startswith(typed) or typed.startswith(name))


def _alike(typed: str, name: str) -> bool:
    """Equal, or for a name of five letters or more one letter wrong, missing, too many, or two neighbours swapped."""
    if typed == name:
        return True
    if len(name) < _SHORTEST_WITH_A_SLIP or abs(len(typed) - len(name)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(name)) and typed[start] == name[start]:
        start += 1
    a, b = typed[start:], name[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold().translate(_PLAIN)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return [word for word in _WORD.findall(plain) if not word.isdecimal()]


def _without_leading_titles(words: list[str]) -> list[str]:
    kept = list(words)
    while len(kept) > 1 and kept[0] in _TITLES:
        kept.pop(0)
    return kept
