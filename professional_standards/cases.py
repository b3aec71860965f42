"""Opening a case on a report."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from professional_standards.assessment import NamedSubject
from professional_standards.models import Case
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember


@dataclass(frozen=True, repr=False)
class NewSubject:
    """Somebody whom a case is to be about: `person_type` gives the route, unless `route` says another.

    `legal_basis` is LEGAL_BASES' word. `iopc` is the track's first state: 'not_assessed', 'criteria_not_met' or 'due'.
    """

    person: NamedSubject
    legal_basis: str
    first_stage: str
    iopc: str = "not_assessed"
    route: str = ""


@dataclass(frozen=True, repr=False)
class Opening:
    """What a case is opened with. `supervisor_id` None: the desk has but one who can be chosen."""

    owner_id: UUID
    title: str
    subjects: Sequence[NewSubject] = field(default_factory=tuple)
    supervisor_id: UUID | None = None
    investigator_id: UUID | None = None


LEGAL_BASES = ("conduct_regulations", "schedule_3", "staff_policy", "other")
FIRST_IOPC_STATES = ("not_assessed", "criteria_not_met", "due")


def open_case(report_id: UUID, opening: Opening, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> Case:
    """Open a case on a report in triage: a key of its own for its people, who alone then have a row on the report too.

    Needs an assessment. Raises NotAllowed, NotOffered, TooFewReaders (pass it to another desk), FormProblem (fields
    'title', 'subjects', 'subjects.0.first_stage', ...).
    """
    raise NotImplementedError


def first_stages(route: str, desk_code: str, *, policy: "object") -> tuple[str, ...]:
    """Where a proceeding on this route may begin at this desk."""
    raise NotImplementedError
