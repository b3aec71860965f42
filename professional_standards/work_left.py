"""What somebody left behind: every object that they could read, or seemed to, is due new keys (docs/adr/0026).

Each of those who remain takes up what they really read, some at a time: an object, or a case with its reports, in one
transaction (rekeying.py), which also seats whoever is missing. What is due stands in a row that goes with the next key,
so that work that was broken off anywhere goes on where it stood, whoever goes on with it.
"""

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from professional_standards.models import CaseReport
from professional_standards.refusals import DeskCannotTake, NotAllowed, NotGranted, TooFewReaders
from professional_standards.rekeying import make_epoch_of_case, make_epoch_of_report
from speakup.accounts.keyring import NO_OBJECT, Keyring
from speakup.accounts.models import Grant, ObjectKind, RekeyDue, StaffMember

# One request does so much at most: the page then shows how far it came.
SECONDS = 4.0


@dataclass(frozen=True)
class WorkLeft:
    """What the member can give new keys to: cases, which take their reports along, and reports before a case."""

    cases: Sequence[UUID]
    reports: Sequence[UUID]

    def __len__(self) -> int:
        return len(self.cases) + len(self.reports)


@dataclass(frozen=True)
class TakenUp:
    """How many were given new keys in one request, how many are left, and how many of those nobody here can."""

    made: int
    left: int
    stuck: int


def work_left(*, keyring: Keyring, actor: StaffMember) -> WorkLeft:
    """What was left behind and really opens for the member, in the order of the ids. Says nothing of what
    does not open."""
    due = RekeyDue.objects.filter(
        cause=RekeyDue.Cause.LEFT,
        object_kind__in=[ObjectKind.REPORT, ObjectKind.CASE],
        object_id__in=Grant.objects.filter(staff=actor).values("object_id"),
    )
    # Looked up even where nothing is due: a decoy on something that is costs as many queries.
    object_ids = set(due.values_list("object_id", flat=True)) or {NO_OBJECT}
    rows = list(Grant.objects.filter(staff=actor, object_id__in=object_ids))
    opened = set(keyring.open_rows(rows))
    found = {kind: {row.object_id for row in rows if row.object_kind == kind} & opened for kind in ObjectKind}
    joined = CaseReport.objects.filter(report__in=found[ObjectKind.REPORT], left_at=None)
    case_of = dict(joined.values_list("report_id", "case_id"))
    return WorkLeft(
        cases=sorted(found[ObjectKind.CASE] | set(case_of.values())),
        reports=sorted(found[ObjectKind.REPORT] - case_of.keys()),
    )


def take_up_work_left(*, keyring: Keyring, actor: StaffMember, now: dt.datetime, seconds: float = SECONDS) -> TakenUp:
    """Give new keys to as much as `seconds` allow, at least one. What nobody here may go on with is left as it is."""
    ends = time.monotonic() + seconds
    made = stuck = 0
    for kind, object_id in _pieces(work_left(keyring=keyring, actor=actor)):
        make = make_epoch_of_case if kind == ObjectKind.CASE else make_epoch_of_report
        try:
            made += make(object_id, keyring=keyring, actor=actor, now=now)
        except (NotAllowed, NotGranted, DeskCannotTake, TooFewReaders):
            stuck += 1
        if made and time.monotonic() > ends:
            break
    return TakenUp(made, len(work_left(keyring=keyring, actor=actor)), stuck)


def _pieces(left: WorkLeft) -> Iterator[tuple[ObjectKind, UUID]]:
    yield from ((ObjectKind.CASE, case_id) for case_id in left.cases)
    yield from ((ObjectKind.REPORT, report_id) for report_id in left.reports)
