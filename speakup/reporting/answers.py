"""What a reporter answered, read from the one document that a draft or a report keeps of it.

`{question id: {"value": {...}, "version": int}}`; a skipped question is absent or `{"skipped": "skip" | "unknown" |
"prefer_not"}`. Whatever is missing or of another shape reads as not answered: the document was sealed by this
program, but perhaps by an older one. Nothing here shows itself in a repr: logs and tracebacks print those.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# The relations of whoever tells about what was done to somebody else.
OTHERS = frozenset({"saw", "told", "for_someone"})


@dataclass(frozen=True, repr=False)
class Answer:
    """One answer as it was stored, and how often it was written."""

    value: Mapping[str, Any]
    version: int


@dataclass(frozen=True, repr=False)
class Person:
    """Somebody told about, as much as the reporter knows; every field may be empty."""

    name: str = ""
    rank: str = ""
    team: str = ""
    collar_number: str = ""
    description: str = ""
    works_in: str = ""


@dataclass(frozen=True, repr=False)
class Place:
    """Where and when, in the reporter's words; `ongoing` is yes, no, unknown or empty."""

    where: str = ""
    when: str = ""
    ongoing: str = ""


@dataclass(frozen=True, repr=False)
class KnownAs:
    """How the reporter wants to be known. Name and contact are empty when anonymous."""

    mode: str = "anonymous"
    name: str = ""
    contact: str = ""


@dataclass(frozen=True, repr=False)
class Chosen:
    """Choices from a list, by id, and own words beside them; both may be empty."""

    choices: tuple[str, ...] = ()
    text: str = ""


class Answers(Mapping[str, Answer]):
    """The answers of one draft or report, by question id, with the questions' own shapes as properties."""

    def __init__(self, document: Mapping[str, Any] | None = None) -> None:
        self._document: Mapping[str, Any] = document or {}

    def __getitem__(self, question_id: str) -> Answer:
        stored = self._document[question_id]
        return Answer(stored["value"], stored["version"])

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def __len__(self) -> int:
        return len(self._document)

    @property
    def document(self) -> Mapping[str, Any]:
        """The stored form, for sealing."""
        return self._document

    def value(self, question_id: str) -> Mapping[str, Any]:
        """The stored value, or an empty mapping where the question was not answered."""
        return self[question_id].value if question_id in self._document else {}

    def version(self, question_id: str) -> int:
        """How often the question was answered; 0 when never. A form posts back what it showed."""
        return self[question_id].version if question_id in self._document else 0

    def skipped(self, question_id: str) -> str:
        """`skip`, `unknown`, `prefer_not`, or empty."""
        return self._text(question_id, "skipped")

    @property
    def in_danger(self) -> bool:
        return self._text("danger", "choice") == "yes"

    @property
    def danger(self) -> str:
        return self._text("danger", "choice")

    @property
    def relation(self) -> str:
        return self._text("relation", "choice")

    @property
    def shape(self) -> str:
        """`once`, `several`, `ongoing` (no single event) or empty."""
        return self._text("shape", "choice")

    @property
    def account(self) -> str:
        return self._text("account", "text")

    @property
    def more(self) -> str:
        """What was added to the account when prompted."""
        return self._text("more", "text")

    @property
    def knows(self) -> str:
        return self._text("knows", "text")

    @property
    def aware(self) -> str:
        """Whether the person it was done to knows of the report, of a reporter who is somebody else: or empty."""
        return self._text("knows", "aware")

    @property
    def categories(self) -> tuple[str, ...]:
        return self._texts("behaviours", "categories")

    @property
    def not_sure(self) -> bool:
        return self.value("behaviours").get("not_sure") is True

    @property
    def behaviours(self) -> tuple[str, ...]:
        return self._texts("kinds", "behaviours")

    @property
    def people(self) -> tuple[Person, ...]:
        people = self.value("people").get("people")
        known = Person.__dataclass_fields__
        return tuple(
            Person(**{name: str(text) for name, text in person.items() if name in known})
            for person in (people if isinstance(people, list) else [])
            if isinstance(person, Mapping)
        )

    @property
    def people_unknown(self) -> bool:
        return self.value("people").get("unknown") is True

    @property
    def place(self) -> Place:
        return Place(*(self._text("place", name) for name in ("where", "when", "ongoing")))

    @property
    def evidence(self) -> Chosen:
        return self._chosen("evidence")

    @property
    def chat(self) -> Chosen:
        """Whether showing messages shows that it was her: at most one choice."""
        choice = self._text("chat", "choice")
        return Chosen((choice,) if choice else (), self._text("chat", "text"))

    @property
    def tried(self) -> Chosen:
        return self._chosen("tried")

    @property
    def effect(self) -> Chosen:
        return self._chosen("effect")

    @property
    def wants(self) -> Chosen:
        return self._chosen("wants")

    @property
    def fears(self) -> Chosen:
        return self._chosen("fears")

    @property
    def motive(self) -> Chosen:
        """The characteristics that it happened because of, in the reporter's own view."""
        return self._chosen("motive")

    @property
    def consents(self) -> tuple[str, ...]:
        """What was agreed to; whatever is not in it was not. Nobody anonymous can be met outside this site."""
        anonymous = self.known_as.mode == "anonymous"
        return tuple(each for each in self._texts("consent", "choices") if not (anonymous and each == "contact"))

    @property
    def keep_out(self) -> tuple[str, ...]:
        """Names that must not see this, as typed, without empty ones."""
        return tuple(name for name in self._texts("exclusions", "names") if name.strip())

    @property
    def wants_outside(self) -> bool:
        return self.value("exclusions").get("outside") is True

    @property
    def known_as(self) -> KnownAs:
        mode = self._text("mode", "mode")
        if mode not in {"confidential", "open"}:
            return KnownAs()
        return KnownAs(mode, self._text("mode", "name"), self._text("mode", "contact"))

    def with_answer(self, question_id: str, value: Mapping[str, Any]) -> "Answers":
        """The same answers with this one written once more."""
        written = {"value": dict(value), "version": self.version(question_id) + 1}
        return Answers({**self._document, question_id: written})

    def without_name(self) -> "Answers":
        """The same answers as they are sealed with the report: name and contact only of who is known openly."""
        known_as = self.known_as
        if known_as.mode == "open" or self.skipped("mode") or "mode" not in self._document:
            return self
        kept = {"value": {"mode": known_as.mode, "name": "", "contact": ""}, "version": self.version("mode")}
        return Answers({**self._document, "mode": kept})

    def _chosen(self, question_id: str) -> Chosen:
        return Chosen(self._texts(question_id, "choices"), self._text(question_id, "text"))

    def _text(self, question_id: str, name: str) -> str:
        text = self.value(question_id).get(name)
        return text if isinstance(text, str) else ""

    def _texts(self, question_id: str, name: str) -> tuple[str, ...]:
        texts = self.value(question_id).get(name)
        return tuple(text for text in texts if isinstance(text, str)) if isinstance(texts, list) else ()
