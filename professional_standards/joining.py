"""Reports that join a case, and leave it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.reporting.reading import Headline


@dataclass(frozen=True, repr=False)
class CaseToJoin:
    """An open case of the same desk that the actor holds."""

    id: UUID
    reference: str
    headline: Headline
    owner_id: UUID


def cases_to_join(report_id: UUID, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> Sequence[CaseToJoin]:
    """The open cases that this report may be tried to join to, newest first, 50 at most. Raises NotGranted."""
    raise NotImplementedError


def join_report(
    report_id: UUID, case_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """Join a report in triage to an open case of the same desk, both held by the actor. Needs an assessment.

    Raises NotAllowed(CANNOT_JOIN) where it cannot be, which never says whether for somebody's sake; FormProblem.
    """
    raise NotImplementedError


def leave_case(
    report_id: UUID, case_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """Take a report out of its case, back to triage and to the whole desk. For those who lead the case.

    Raises NotAllowed, DeskCannotTake, FormProblem.
    """
    raise NotImplementedError
