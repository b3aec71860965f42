"""What stands sealed in the rows of a case, under C. Every value is bound to its row, field, epoch and version."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from professional_standards.assessment import NamedSubject, person_document, read_person
from professional_standards.models import Case, CaseReport, Note, Proceeding, Subject, Track, Transition
from professional_standards.opened_case import OpenedNote, OpenedStep, OpenedTrack, TrackStep
from speakup.reporting.excluding import Excluded
from speakup.vault.content import Place, open_document, seal_document
from speakup.vault.errors import CannotOpen

if TYPE_CHECKING:
    from professional_standards.holding import HeldCase

SMALLEST = 4 * 1024
# Room for a title with who works the case, and for each person of the rosters: the size follows those alone, never
# who is kept out.
ROOM_FOR_A_TITLE = 1280
ROOM_A_MEMBER = 160
# A track has one size, whatever it went through: what does not fit stands in the ledger's details.
TRACK_ROOM = 16 * 1024
MOST_TRACK_STEPS = 80
LONGEST_WHY_OF_A_TRACK = 1000
IOPC = "iopc"


@dataclass(frozen=True, repr=False)
class CaseContent:
    """The title of a case, and whom its reports and subjects keep out (with routing.py's reasons); what those are
    called who declared a conflict stands in `conflicts`, for whatever report joins or leaves."""

    title: str
    excluded: Mapping[UUID, str]
    conflicts: Sequence[Excluded] = ()


@dataclass(frozen=True, repr=False)
class StepContent:
    """Why a step was taken, and who decided: somebody outside, or (empty) whoever took it."""

    reason: str
    decided_by: str = ""
    decided_day: dt.date | None = None
    determination: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class CaseKey:
    """C (32 bytes) of one case in one epoch: what seals and opens here."""

    case_id: UUID
    key: bytes
    epoch: int

    def __repr__(self) -> str:
        return "<CaseKey>"

    def seal(self, row: Any, field: str, document: Any, *, at_least: int = SMALLEST) -> bytes:
        """The document, for this field of this row as its version stands."""
        return seal_document(self.key, self._place(row, field), document, at_least=at_least)

    def open(self, row: Any, field: str) -> Any:
        """What the field of this row holds. Raises VaultError where it was changed by hand."""
        return open_document(self.key, self._place(row, field), bytes(getattr(row, field)))

    def _place(self, row: Any, field: str) -> Place:
        name = f"{type(row).__name__}.{field}"
        return Place(self.case_id, "C", self.epoch, name, row.pk, getattr(row, "version", 1))


def key_of(held: "HeldCase") -> CaseKey:
    """C, as the actor's own grant carries it."""
    return CaseKey(held.case.id, held.grant.keys["C"], held.grant.epoch)


def seal_case(case: Case, key: CaseKey, content: CaseContent, *, members: int) -> None:
    """Set the sealed value, for the version, the desk and the people of the case as they stand; `members` is how many
    the desk's rosters name."""
    document = {
        "title": content.title,
        "excluded": [[staff_id.hex, why] for staff_id, why in sorted(content.excluded.items())],
        "conflicts": [each.stored for each in content.conflicts],
        **_who_works(case),
    }
    room = max(SMALLEST, ROOM_FOR_A_TITLE + ROOM_A_MEMBER * members)
    case.sealed = key.seal(case, "sealed", document, at_least=room)


def open_case(case: Case, key: CaseKey) -> CaseContent:
    """Raises VaultError, also where other people or another desk stand in the case's columns than were sealed with it:
    never read that as nobody being kept out."""
    document = key.open(case, "sealed")
    works = _who_works(case)
    if {name: document[name] for name in works} != works:
        raise CannotOpen
    return CaseContent(
        document["title"],
        {UUID(staff_id): why for staff_id, why in document["excluded"]},
        [Excluded.read(stored) for stored in document["conflicts"]],
    )


def _who_works(case: Case) -> dict[str, Any]:
    """What the clockwork and the lists read in clear, and grants are given by: it counts only as it is sealed."""
    people = (case.owner_id, case.supervisor_id, case.investigator_id)
    return {"desk": case.desk_id, "people": [each.hex if each else "" for each in people]}


def seal_why(joined: CaseReport, key: CaseKey, why: str) -> None:
    """Why a report was joined, or a case opened on it; and which one: a row that names another joins nothing."""
    joined.why = key.seal(joined, "why", {"why": why, "report": joined.report_id.hex})


def open_why(joined: CaseReport, key: CaseKey) -> str:
    """Raises VaultError, also where another report stands in the row's column than was sealed with it."""
    document = key.open(joined, "why")
    if document["report"] != joined.report_id.hex:
        raise CannotOpen
    return str(document["why"])


def seal_subject(subject: Subject, key: CaseKey, person: NamedSubject) -> None:
    """Set the sealed value, for the version as it stands."""
    subject.sealed = key.seal(subject, "sealed", person_document(person))


def open_subject(subject: Subject, key: CaseKey) -> NamedSubject:
    """Raises VaultError."""
    return read_person(key.open(subject, "sealed"))


def seal_proceeding(proceeding: Proceeding, key: CaseKey, legal_basis: str) -> None:
    """Set the sealed value."""
    proceeding.sealed = key.seal(proceeding, "sealed", {"legal_basis": legal_basis})


def open_legal_basis(proceeding: Proceeding, key: CaseKey) -> str:
    """Raises VaultError."""
    return str(key.open(proceeding, "sealed")["legal_basis"])


def seal_step(step: Transition, key: CaseKey, content: StepContent) -> None:
    """Set the sealed value."""
    document = {
        "reason": content.reason,
        "decided_by": content.decided_by,
        "decided_day": content.decided_day.isoformat() if content.decided_day else "",
        "determination": content.determination,
        "outcome": content.outcome,
    }
    step.sealed = key.seal(step, "sealed", document)


def open_step(step: Transition, key: CaseKey) -> OpenedStep:
    """Raises VaultError."""
    document = key.open(step, "sealed")
    day = document["decided_day"]
    return OpenedStep(
        seq=step.seq,
        from_stage=step.from_stage,
        to_stage=step.to_stage,
        by_id=step.by_id,
        at=step.at,
        reason=document["reason"],
        decided_by=document["decided_by"],
        decided_day=dt.date.fromisoformat(day) if day else None,
        determination=document["determination"],
        outcome=document["outcome"],
    )


def seal_note(note: Note, key: CaseKey, text: str) -> None:
    """Set the sealed value."""
    note.sealed = key.seal(note, "sealed", {"text": text})


def open_note(note: Note, key: CaseKey) -> OpenedNote:
    """Raises VaultError."""
    return OpenedNote(note.id, note.by_id, note.at, key.open(note, "sealed")["text"])


def first_track(state: str, day: dt.date, by_id: UUID, why: str) -> OpenedTrack:
    """The track as it begins."""
    return OpenedTrack(1, state, why[:LONGEST_WHY_OF_A_TRACK], [TrackStep(state, day, by_id)])


def next_track(track: OpenedTrack, state: str, day: dt.date, by_id: UUID, why: str) -> OpenedTrack:
    """The track one state on."""
    history = [*track.history, TrackStep(state, day, by_id)][-MOST_TRACK_STEPS:]
    return replace(track, version=track.version + 1, state=state, why=why[:LONGEST_WHY_OF_A_TRACK], history=history)


def seal_track(row: Track, key: CaseKey, track: OpenedTrack) -> None:
    """Set the row's version and sealed value."""
    row.version = track.version
    document = {
        "track": IOPC,
        "state": track.state,
        "why": track.why,
        "history": [[step.state, step.day.isoformat(), step.by_id.hex] for step in track.history],
    }
    row.sealed = key.seal(row, "sealed", document, at_least=TRACK_ROOM)


def open_track(row: Track, key: CaseKey) -> OpenedTrack:
    """Raises VaultError."""
    document = key.open(row, "sealed")
    history = [
        TrackStep(state, dt.date.fromisoformat(day), UUID(staff_id)) for state, day, staff_id in document["history"]
    ]
    return OpenedTrack(row.version, document["state"], document["why"], history)
