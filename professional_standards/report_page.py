"""A report as casework sees it: what was sent, what triage made of it, its clocks, its case, what may be done now."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from professional_standards.assessment import SavedTriage
from professional_standards.models import Case
from professional_standards.report_acts import ReportAct
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.clocks.reading import RunningClock
from speakup.policy.document import Policy
from speakup.reporting.reading import OpenedReport


@dataclass(frozen=True, repr=False)
class IntakeStep:
    """A step of the report from state to state, with its reason ({"reason", and what the act adds})."""

    seq: int
    from_state: str
    to_state: str
    day: dt.date
    reason: str


@dataclass(frozen=True, repr=False)
class OpenedReportPage:
    """Everything that the page of a report shows. `case` is the one that joins it now, if any.

    `intact` is False where anything of it was changed by hand.
    """

    opened: OpenedReport
    policy: Policy
    triage: SavedTriage | None
    clocks: Sequence[RunningClock]
    steps: Sequence[IntakeStep]
    case: Case | None
    may: frozenset[ReportAct]
    intact: bool


def open_report_page(report_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> OpenedReportPage:
    """Open a report with all that casework has of it. Raises NotGranted, after a `refuse` entry."""
    raise NotImplementedError
