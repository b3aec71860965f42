"""A place in a policy document: reads a value of the type that belongs there, or complains and goes on."""

import datetime as dt
import re
import unicodedata
from collections.abc import Container, Iterable
from enum import StrEnum
from typing import Any, Final, TypeVar

from speakup.policy.reading.complaints import quoted
from speakup.policy.reading.findings import Findings

LONGEST_TEXT = 4_000
LONGEST_LIST = 1_000
LONGEST_ID = 64

_ID = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", re.ASCII)
_CODE = re.compile(r"[A-Z0-9]{1,8}", re.ASCII)
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_*-]{1,60}", re.ASCII)
_TEXT_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MISSING: Final = object()

Word = TypeVar("Word", bound=StrEnum)
Text = TypeVar("Text", bound=str)


class Entry:
    """A value at a place. Each reading method answers a value of its type always: a harmless one after a complaint."""

    __slots__ = ("_findings", "_value", "place")

    def __init__(self, findings: Findings, place: str, value: object) -> None:
        self._findings = findings
        self._value: Any = value
        self.place = place

    def complain(self, text: str) -> None:
        self._findings.complain(self.place, text)

    @property
    def is_given(self) -> bool:
        """False for a field that is not there."""
        return self._value is not _MISSING

    @property
    def is_null(self) -> bool:
        return self._value is None

    @property
    def is_list(self) -> bool:
        return type(self._value) is list

    @property
    def length(self) -> int:
        """Of a list; 0 of anything else."""
        return len(self._value) if self.is_list else 0

    def equals(self, text: str) -> bool:
        return type(self._value) is str and bool(self._value == text)

    @property
    def is_text(self) -> bool:
        return type(self._value) is str

    def __getitem__(self, name: str) -> "Entry":
        value = self._value.get(name, _MISSING) if isinstance(self._value, dict) else _MISSING
        return Entry(self._findings, self._place_of(name), value)

    def record(self, *required: str, optional: Iterable[str] = ()) -> "Entry":
        """Complains unless this is an object with these fields and no other; answers itself."""
        if not self._is_a(dict, "an object"):
            return self
        for name in required:
            if name not in self._value:
                self._findings.complain(self._place_of(name), "is missing")
        known = {*required, *optional}
        for name in self._value:
            if name not in known:
                self._findings.complain(self._place_of(name), "is no field that belongs here")
        return self

    def field_names(self) -> list[str]:
        """The names of the fields of an object that may have any."""
        if not self._is_a(dict, "an object"):
            return []
        return [name for name in self._value if isinstance(name, str)]

    def entries(self, *, at_least: int = 0) -> list["Entry"]:
        """The places in a list."""
        if not self._is_a(list, "a list"):
            return []
        if len(self._value) > LONGEST_LIST:
            self.complain(f"has more than {LONGEST_LIST} entries")
            return []
        if len(self._value) < at_least:
            self.complain("must not be empty" if at_least == 1 else f"needs {at_least} entries")
        return [Entry(self._findings, f"{self.place}[{index}]", value) for index, value in enumerate(self._value)]

    def at(self, index: int) -> "Entry":
        """The place of one entry of a list that was read already, for a complaint about it."""
        return Entry(self._findings, f"{self.place}[{index}]", _MISSING)

    def expect(self, what: str, names: Iterable[str], given: Container[str]) -> None:
        """Complains about each of the names that the code needs and that is not given here."""
        for name in names:
            if self.is_given and name not in given:
                self.complain(f"{what} {quoted(name)} is missing")

    def text(self, *, may_be_empty: bool = False) -> str:
        """Text of one line that can be shown and stored."""
        if not self._is_a(str, "text"):
            return ""
        text: str = self._value
        if len(text) > LONGEST_TEXT:
            self.complain(f"is longer than {LONGEST_TEXT} characters")
        elif not may_be_empty and not text.strip():
            self.complain("must not be empty")
        elif not text.isprintable() and any(_is_unfit(character) for character in text):
            self.complain("has a control character")
        else:
            return text
        return ""

    def optional_text(self) -> str:
        return self.text(may_be_empty=True) if self.is_given else ""

    def texts(self, *, at_least: int = 0) -> tuple[str, ...]:
        """A list of different texts."""
        return self._different((entry, entry.text()) for entry in self.entries(at_least=at_least))

    def flag(self) -> bool:
        return bool(self._value) if self._is_a(bool, "true or false") else False

    def whole(self, lowest: int, highest: int) -> int:
        """A whole number from `lowest` to `highest`."""
        if not self._is_a(int, "a whole number"):
            return lowest
        if not lowest <= self._value <= highest:
            self.complain(f"must be from {lowest} to {highest}")
            return lowest
        return int(self._value)

    def known_word(self, words: type[Word]) -> Word | None:
        """One of the words that the code gives a meaning to; None after a complaint."""
        if self._is_a(str, "text"):
            for word in words:
                if self._value == word.value:
                    return word
            self.complain(f"{quoted(self._value)} is none of: {'; '.join(words)}")
        return None

    def word(self, words: type[Word]) -> Word:
        """As `known_word`; the first of the words after a complaint."""
        return self.known_word(words) or next(iter(words))

    def words(self, words: type[Word], *, at_least: int = 0) -> tuple[Word, ...]:
        """A list of different words; what is no word is left out."""
        read = [(entry, entry.known_word(words)) for entry in self.entries(at_least=at_least)]
        return self._different((entry, word) for entry, word in read if word is not None)

    def one_of(self, *names: str) -> str:
        if self._is_a(str, "text") and self._value not in names:
            self.complain(f"{quoted(self._value)} is none of: {'; '.join(names)}")
        return self._value if self._value in names else names[0]

    def day(self) -> None:
        """A day like 2026-11-22."""
        text = self.text()
        if text and not _is_day(text):
            self.complain("must be a day like 2026-11-22")

    def identifier(self, kind: str, *, within: str = "") -> str:
        """The id under which this document defines a thing of this kind.

        `within`: the id begins with that id and a dot.
        """
        name = self._id(within)
        if name:
            self._findings.define(kind, name, self.place)
        return name

    def identifier_within(self, kind: str, owner: str) -> str:
        """An id that is unique only within its owner; it is referred to as `owner:id`."""
        name = self._id()
        if name:
            self._findings.define(kind, f"{owner}:{name}", self.place)
        return name

    def _id(self, within: str = "") -> str:
        if not self._is_a(str, "text"):
            return ""
        name: str = self._value
        own = name.removeprefix(f"{within}.") if within else name
        if len(name) > LONGEST_ID or not _ID.fullmatch(own) or (within and own == name):
            shape = f"{within}.some_words" if within else "some_words"
            self.complain(f"{quoted(name)} is not an id: small letters, digits and underscores, like {shape}")
            return ""
        return name

    def code(self, kind: str) -> str:
        """As `identifier`, for things that go by a code of somebody else's: 'F10'."""
        if not self._is_a(str, "text"):
            return ""
        if not _CODE.fullmatch(self._value):
            self.complain(f"{quoted(self._value)} is no code: capital letters and digits")
            return ""
        self._findings.define(kind, self._value, self.place)
        return str(self._value)

    def reference(self, kind: str) -> str:
        """The id of a thing that this document defines somewhere."""
        if not self._is_a(str, "text"):
            return ""
        self._findings.refer((kind,), self._value, self.place)
        return str(self._value)

    def references(self, kind: str, *, at_least: int = 0) -> tuple[str, ...]:
        """A list of different ids, as `reference`; it keeps its positions whatever is wrong with them."""
        return self._different((entry, entry.reference(kind)) for entry in self.entries(at_least=at_least))

    def refer(self, kind: str, name: str) -> None:
        """Says that `name`, which stands at this place or is part of it, must be defined somewhere."""
        self._findings.refer((kind,), name, self.place)

    def refer_to_one_of(self, kinds: tuple[str, ...], name: str) -> None:
        """As `refer`, where the thing may be of any of these kinds."""
        self._findings.refer(kinds, name, self.place)

    def define(self, kind: str, name: str) -> None:
        """Says that this place defines `name`, once in the document."""
        self._findings.define(kind, name, self.place)

    def key(self, kind: str, name: str) -> None:
        """Says that this field's own name is an id that the document defines."""
        if len(name) > LONGEST_ID or not _ID.fullmatch(name):
            self.complain("the name of this field is not an id: small letters, digits and underscores")
        else:
            self._findings.define(kind, name, self.place)

    def _different(self, read: Iterable[tuple["Entry", Text]]) -> tuple[Text, ...]:
        all_read: list[Text] = []
        seen: set[Text] = set()
        for entry, text in read:
            if text and text in seen:
                entry.complain(f"{quoted(text)} is there twice")
            seen.add(text)
            all_read.append(text)
        return tuple(all_read)

    def _place_of(self, name: object) -> str:
        if not isinstance(name, str):
            return f"{self.place}[{type(name).__name__}]"
        if not _PLAIN_KEY.fullmatch(name):
            return f"{self.place}[{quoted(name)}]"
        return f"{self.place}.{name}" if self.place else name

    def _is_a(self, kind: type, named: str) -> bool:
        if type(self._value) is kind:
            return True
        if self.is_given:
            self.complain(f"must be {named}")
        return False


def _is_unfit(character: str) -> bool:
    """Control characters, halves of surrogate pairs and what turns the direction of text around."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in _TEXT_DIRECTIONS


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
