"""Whether somebody a reporter typed may be a member of a desk: loose, in memory, never shown.

Source: architecture.md, 'Who may receive', and docs/adr/0010. A match only ever makes a decoy, so one too many is safe
and one too few is not: wherever what was typed can be read in two ways, both count, and a surname that is alike is
enough, because first names are shortened, translated and mistaken. Only an exact collar number moves a desk.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase
from uuid import UUID

from speakup.accounts.collar_numbers import is_a_number, may_be_number, numbers_in, stated_numbers, whole_number
from speakup.accounts.rosters import Member, VerifiedRoster
from speakup.accounts.titles import BREAKS, PARTICLES, TITLES

# What NFKD leaves whole and people type plain.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h"}
)
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u0060\u00b4\u2032]")
_POSSESSIVE = re.compile("['\u2018\u2019\u02bc\u0060\u00b4\u2032]s\\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_SEGMENT_END = re.compile(r"[,;:/()\[\]{}&+\n\r\t|]")

_SHORTEST_WITH_A_SLIP = 5
_SHORTEST_SURNAME_WITH_A_SLIP = 4
_SHORTEST_PREFIX = 2
_SHORTEST_PREFIX_ALONE = 3
_MOST_JOINED = 3
_LONGEST_NAME = 12  # more words are prose: any name in it counts
_ANY_OTHER = "\0"  # stands for every letter that no name on the roster has


@dataclass(frozen=True)
class NamedPerson:
    """Somebody as a reporter described them; either part may be empty."""

    name: str
    collar_number: str = ""


class _Name:
    """The words of a name, and its forms by length: each word, and neighbours written as one ('Mac Donald').

    The first `given` words are no surname.
    """

    def __init__(self, words: Sequence[str], given: int = 0) -> None:
        self.words = list(words)
        self.given = given
        self.forms: dict[int, list[tuple[int, int, str]]] = {}
        for start in range(len(words)):
            for end in range(start + 1, min(start + _MOST_JOINED, len(words)) + 1):
                form = "".join(words[start:end])
                self.forms.setdefault(len(form), []).append((start, end, form))

    def without(self, start: int, end: int) -> list[str]:
        return self.words[:start] + self.words[end:]

    def has_surname(self, start: int, end: int) -> bool:
        """Whether these words are of the surname, and more than an initial or a word that many surnames share."""
        surname = [word for word in self.words[self.given :] if len(word) > 1]
        telling = [word for word in surname if word not in PARTICLES] or surname or self.words
        return start >= self.given and any(word in telling for word in self.words[start:end])


def match_members(
    typed: Sequence[NamedPerson | str], roster: VerifiedRoster, *, prose: Sequence[str] = ()
) -> set[UUID]:
    """The members whom anything typed may mean, by name, former name or collar number.

    A surname, or one that the member had, is enough whatever the first name. Case, accents, punctuation, order, ranks
    and titles do not count; a surname of four letters or more, and any name of five, may have one slip. A first name
    counts alone, or where the rest agrees, an initial or a shortened name too. In `prose`, and in a name of more than
    12 words, any word that is alike to a name counts. Never raises, whatever was typed.
    """
    people = [entry if isinstance(entry, NamedPerson) else NamedPerson(entry) for entry in typed]
    texts = [*prose, *(person.name for person in people if len(_words(person.name)) > _LONGEST_NAME)]
    short = [text for text in prose if len(text.split()) <= _LONGEST_NAME]
    names = [(text.strip().casefold(), _readings(text)) for text in (*(person.name for person in people), *short)]
    of_members = {member.staff_id: _names_of(member) for member in roster.members}
    in_prose = _named_in(texts, of_members)
    boxes = [text for person in people for text in (person.collar_number, person.name)]
    numbers = numbers_in(boxes, prose)
    return {
        member.staff_id
        for member in roster.members
        if member.staff_id in in_prose
        or may_be_number(numbers, member.collar_number)
        or any(_name_may_be(names, plain, name) for plain, name in of_members[member.staff_id])
    }


def exact_collar(typed: Iterable[NamedPerson | str], roster: VerifiedRoster) -> set[UUID]:
    """The members whose collar number is stated, alone or as one of several in a box ('2207 or 2270').

    Spaces, case, leading zeros and words beside it (a rank, 'no.', 'PSD') do not count; any other letter before or
    after it does. A name counts where it is nothing but a number.
    """
    stated: set[str] = set()
    for entry in typed:
        person = entry if isinstance(entry, NamedPerson) else NamedPerson("", entry)
        stated |= stated_numbers(person.collar_number)
        if is_a_number(person.name):
            stated |= stated_numbers(person.name)
    return {member.staff_id for member in roster.members if whole_number(member.collar_number) in stated}


def _names_of(member: Member) -> list[tuple[str, _Name]]:
    """Each name that a member has or had: as it is written, and in words. 'Marsh, Helen' is read as Helen Marsh."""
    found = []
    for name in (member.name, *member.former_names):
        before, _, after = name.partition(",")
        words, given = _without_leading_titles(_words(name)), 1
        if _words(before) and _words(after):
            first = _without_leading_titles(_words(after))
            words, given = [*first, *_without_leading_titles(_words(before))], len(first)
        elif all(len(word) == 1 for word in words[1:]):
            given = 0
        found.append((name.strip().casefold(), _Name(words, given)))
    return found


def _name_may_be(typed: Sequence[tuple[str, list[_Name]]], plain: str, member: _Name) -> bool:
    return any(
        (bool(plain) and whole == plain) or any(_reading_may_be(reading, member) for reading in readings)
        for whole, readings in typed
    )


def _readings(typed: str) -> list[_Name]:
    """Every way to read what was typed as one name: whole, or a part of it; with and without its titles."""
    wholes = [_words(typed)]
    for segment in _SEGMENT_END.split(typed):
        words: list[str] = []
        for word in _words(segment):
            if word in BREAKS:
                wholes.append(words)
                words = []
            else:
                words.append(word)
        wholes.append(words)
    readings = {
        tuple(reading)
        for words in wholes
        if len(words) <= _LONGEST_NAME
        for reading in (words, _without_leading_titles(words), [one for one in words if one not in TITLES] or words)
    }
    return [_Name(reading) for reading in readings]


def _reading_may_be(typed: _Name, member: _Name) -> bool:
    alone = typed.words[0] if len(typed.words) == 1 else ""
    if len(alone) >= _SHORTEST_PREFIX_ALONE and any(_shortens(alone, word) for word in member.words):
        return True
    for length, member_forms in member.forms.items():
        close = [form for near in (length - 1, length, length + 1) for form in typed.forms.get(near, ())]
        for member_start, member_end, name in member_forms if close else ():
            surname = member.has_surname(member_start, member_end)
            for start, end, form in close:
                if (surname and _surname_alike(form, name)) or (
                    _alike(form, name)
                    and _rest_agrees(typed.without(start, end), member.without(member_start, member_end))
                ):
                    return True
    return False


def _surname_alike(typed: str, name: str) -> bool:
    return typed == name or (
        max(len(typed), len(name)) >= _SHORTEST_SURNAME_WITH_A_SLIP and _at_most_one_slip(typed, name)
    )


def _named_in(texts: Sequence[str], of_members: Mapping[UUID, list[tuple[str, _Name]]]) -> set[UUID]:
    """Whose name, or a word of it, stands in prose. By sets, so that a long text costs little whatever is in it."""
    typed: set[str] = set()
    for text in texts:
        words = _words(_POSSESSIVE.sub(" s", text))
        typed.update(words, map("".join, pairwise(words)), map("".join, zip(words, words[1:], words[2:], strict=False)))
    if not typed:
        return set()
    forms = {staff_id: _forms_for_prose(names) for staff_id, names in of_members.items()}
    letters = set(ascii_lowercase).union(*(form for each in forms.values() for form in each))
    others = dict.fromkeys(map(ord, set().union(*typed) - letters), _ANY_OTHER)
    typed = {form.translate(others) for form in typed} if others else typed
    alphabet = [*letters, _ANY_OTHER]
    return {
        staff_id
        for staff_id, each in forms.items()
        if not each.isdisjoint(typed)
        or any(not typed.isdisjoint(_slips(form, alphabet)) for form in each if len(form) >= _SHORTEST_WITH_A_SLIP)
    }


def _forms_for_prose(names: Iterable[tuple[str, _Name]]) -> set[str]:
    return {
        form
        for _, name in names
        for forms in name.forms.values()
        for start, end, form in forms
        if len(form) > 1 and (end - start > 1 or form not in PARTICLES)
    }


def _slips(form: str, alphabet: Iterable[str]) -> set[str]:
    """Everything that `_alike` holds to be this form, in these letters."""
    cuts = [(form[:at], form[at:]) for at in range(len(form) + 1)]
    found = {before + after[1:] for before, after in cuts}
    found.update(before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1)
    for before, after in cuts:
        found.update([before + letter + after for letter in alphabet])
        found.update([before + letter + after[1:] for letter in alphabet])
    return found


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
    """Equal, or for a name of five letters or more with one slip."""
    return typed == name or (len(name) >= _SHORTEST_WITH_A_SLIP and _at_most_one_slip(typed, name))


def _at_most_one_slip(typed: str, name: str) -> bool:
    """One letter wrong, missing, too many, or two neighbours swapped."""
    if abs(len(typed) - len(name)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(name)) and typed[start] == name[start]:
        start += 1
    a, b = typed[start:], name[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold().translate(_PLAIN)
    marks = [letter for letter in set(decomposed) if unicodedata.combining(letter)]
    plain = decomposed.translate(dict.fromkeys(map(ord, marks))) if marks else decomposed
    return [word for word in _WORD.findall(plain) if not word.isdecimal()]


def _without_leading_titles(words: list[str]) -> list[str]:
    kept = list(words)
    while len(kept) > 1 and kept[0] in TITLES:
        kept.pop(0)
    return kept
