"""A case as its reader sees it, once its `read` entry is committed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from professional_standards.assessment import NamedSubject
from professional_standards.models import Case
from speakup.accounts.models import RekeyDue
from speakup.clocks.reading import Extension, RunningClock
from speakup.policy.document import Policy
from speakup.reporting.reading import Headline


class CaseAct(StrEnum):
    """One thing that a reader may do with the case now."""

    ASSIGN = "assign"
    NOTE = "note"
    CHANGE_SUBJECT = "change_subject"
    SET_TRACK = "set_track"
    LEAVE = "leave"
    CLOSE = "close"


@dataclass(frozen=True, repr=False)
class OpenedStep:
    """One step of a proceeding or of the case. `decided_by` is empty where `by_id` decided; the days are of London."""

    seq: int
    from_stage: str
    to_stage: str
    by_id: UUID
    at: dt.datetime
    reason: str
    decided_by: str = ""
    decided_day: dt.date | None = None
    determination: str = ""
    outcome: str = ""


@dataclass(frozen=True, repr=False)
class Move:
    """What may follow, and what it needs: `determinations` and `outcomes` (ids) are empty where none is asked for."""

    to: str
    determinations: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    needs_investigator: bool = False


@dataclass(frozen=True, repr=False)
class OpenedProceeding:
    """A proceeding with its steps. `moves` is empty for somebody who may not move it; `decided_outside`: the stage's
    owner has no account here, so that the case's owner records who decided."""

    id: UUID
    route: str
    stage: str
    seq: int
    legal_basis: str
    steps: Sequence[OpenedStep]
    moves: Sequence[Move]
    decided_outside: bool


@dataclass(frozen=True)
class TrackStep:
    """A state that the track entered, on which day, written by whom."""

    state: str
    day: dt.date
    by_id: UUID


@dataclass(frozen=True, repr=False)
class OpenedTrack:
    """The IOPC track: its state, why, the states before, and those that may be written now."""

    version: int
    state: str
    why: str
    history: Sequence[TrackStep]
    next_states: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class OpenedSubject:
    """Somebody whom the case is about, with their proceeding and the IOPC track beside it."""

    id: UUID
    version: int
    person: NamedSubject
    proceeding: OpenedProceeding
    iopc: OpenedTrack


@dataclass(frozen=True, repr=False)
class JoinedReport:
    """A report that the case joins; `why` it was joined; `opens` False where it does not open for the reader."""

    id: UUID
    reference: str
    state: str
    urgent: bool
    received_day: dt.date
    next_due_at: dt.datetime | None
    headline: Headline
    why: str
    opens: bool


@dataclass(frozen=True, repr=False)
class OpenedNote:
    """A note of the case."""

    id: UUID
    by_id: UUID
    at: dt.datetime
    text: str


def reason_in(detail: Mapping[str, Any]) -> str:
    """The reason that the detail of an entry says; empty where it says none."""
    return str(detail.get("why") or detail.get("reason") or "")


@dataclass(frozen=True, repr=False)
class ChronologyLine:
    """One entry of the ledger about the case or one of its reports (`reference` of the report; empty for the case).

    `act` is the exact act where its detail opens, else empty, and `detail` what more it says; reporters' acts have no
    moment and no actor.
    """

    day: dt.date
    at: dt.datetime | None
    actor_id: UUID | None
    role: str
    action: str
    act: str
    reference: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """The reason that was given for it; empty where none was, or its detail does not open."""
        return reason_in(self.detail)


@dataclass(frozen=True, repr=False)
class OpenedCase:
    """A case, all of it. `extendable` are the ids of the clocks to which the reader may give more time, `extensions`
    by clock who gave it and why, `names` are of the staff that any part names, by id, `kept_out` are those of them whom
    the case keeps out (its readers may know: nobody else opens it), `rekey_due` that a next key is to be made.
    `intact` is False where something stored with it was changed by hand: what does not open is left out."""

    case: Case
    policy: Policy
    title: str
    headline: Headline
    subjects: Sequence[OpenedSubject]
    reports: Sequence[JoinedReport]
    notes: Sequence[OpenedNote]
    clocks: Sequence[RunningClock]
    steps: Sequence[OpenedStep]
    chronology: Sequence[ChronologyLine]
    may: frozenset[CaseAct]
    extendable: frozenset[UUID]
    extensions: Mapping[UUID, Sequence[Extension]]
    names: Mapping[UUID, str]
    kept_out: frozenset[UUID]
    rekey_due: RekeyDue | None
    intact: bool
