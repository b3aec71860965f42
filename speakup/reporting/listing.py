"""What waits for a member: the reports that really open, by their headlines."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Q

from speakup.accounts.keyring import NO_OBJECT, Keyring
from speakup.accounts.models import Grant, StaffMember
from speakup.accounts.roles import role_at_work
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.reporting.models import Report
from speakup.reporting.writing_since import reporter_wrote_since

# What a desk works on: before a case, back from one, or on its way to an end.
WAITING_STATES = frozenset(
    {
        "submitted",
        "acknowledged",
        "triage",
        "awaiting_reporter",
        "reopened",
        "transfer_out",
        "closing_feedback",
    }
)
# Where no clock runs by itself: after-care, and the end. What its reporter writes then starts one (inbox.py).
FINISHED_STATES = frozenset({"monitoring", "closed"})
# What waits: what a desk works on, and what is finished and due all the same, because its reporter wrote.
WAITING = Q(state__in=WAITING_STATES) | Q(state__in=FINISHED_STATES, next_due_at__isnull=False)
PAGE = 50
FETCHED_FIRST = 60
FETCHED_AT_MOST = 900
_MOMENT = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True)
class Headline:
    """What a listing says of a report; `behaviour` is the id of the first kind, or category, chosen (or empty)."""

    behaviour: str
    people: int
    vawg: bool
    danger: bool


@dataclass(frozen=True)
class ListedReport:
    """One line of what waits."""

    id: uuid.UUID
    reference: str
    desk: str
    state: str
    urgent: bool
    received_day: dt.date
    next_due_at: dt.datetime | None
    policy_id: uuid.UUID
    headline: Headline
    reporter_wrote: dt.date | None = None


@dataclass(frozen=True)
class Position:
    """Where a page ends in the order of work. It says where, whether or not there is such a report."""

    urgent: bool
    next_due_at: dt.datetime | None
    id: uuid.UUID

    def __str__(self) -> str:
        due = "" if self.next_due_at is None else self.next_due_at.astimezone(dt.UTC).strftime(_MOMENT)
        return f"{int(self.urgent)}_{due}_{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> "Position | None":
        """The position that `str` wrote, from a query string; None for anything else."""
        try:
            urgent, due, report_id = text.split("_")
            at = dt.datetime.strptime(due, _MOMENT).replace(tzinfo=dt.UTC) if due else None
            return cls({"0": False, "1": True}[urgent], at, uuid.UUID(hex=report_id))
        except (KeyError, ValueError):
            return None


@dataclass(frozen=True)
class ReportPage:
    """At most PAGE lines; `after` is where the next page begins, or None at the end."""

    reports: Sequence[ListedReport]
    after: Position | None


def list_reports(
    keyring: Keyring,
    staff: StaffMember,
    *,
    now: dt.datetime,
    after: Position | None = None,
    states: Collection[str] | None = None,
) -> ReportPage:
    """Those in these states (None: what waits) that `staff` can really open: urgent first, then what is due first.

    Decoys, and rows that do not open, are left out as if they were not there, and rows are fetched on, more at a
    time, until the page is full. One `read` entry a listing, without an object: headlines come from one's own grants.
    """
    with transaction.atomic(durable=True):
        append_entry(Action.READ, actor_id=staff.pk, role=role_at_work(staff), object_id=None, now=now)
    opened: list[ListedReport] = []
    more = False
    for report in _openable(keyring, staff, states, after):
        if len(opened) == PAGE:
            more = True
            break
        opened.append(report)
    wrote = reporter_wrote_since([report.id for report in opened])
    listed = [replace(report, reporter_wrote=wrote.get(report.id)) for report in opened]
    if not more:
        return ReportPage(listed, None)
    return ReportPage(listed, Position(listed[-1].urgent, listed[-1].next_due_at, listed[-1].id))


def read_headline(sealed: Mapping[str, Any]) -> Headline:
    """The headline as a grant carries it (choices.headline); what is missing reads as nothing said."""
    return Headline(
        str(sealed.get("behaviour", "")),
        int(sealed.get("people", 0)),
        sealed.get("vawg") is True,
        sealed.get("danger") is True,
    )


def _openable(
    keyring: Keyring, staff: StaffMember, states: Collection[str] | None, after: Position | None
) -> Iterator[ListedReport]:
    """Every report that opens, in the order of work, beginning after the position: three queries a batch."""
    wanted_states = WAITING if states is None else Q(state__in=states)
    size = FETCHED_FIRST
    while True:
        rows = Report.objects.visible_to(staff).filter(wanted_states).filter(_later_than(after)).in_order_of_work()
        batch = list(rows.defer("answers", "excluded")[:size])
        wanted = [row.id for row in batch] or [NO_OBJECT]
        opened = keyring.open_rows(Grant.objects.filter(object_kind="report", object_id__in=wanted, staff=staff))
        for row in batch:
            if row.id in opened:
                yield _line(row, opened[row.id].headline)
        if len(batch) < size:
            return
        after = Position(batch[-1].urgent, batch[-1].next_due_at, batch[-1].id)
        size = min(size * 4, FETCHED_AT_MOST)


def _later_than(position: Position | None) -> Q:
    if position is None:
        return Q()
    due = position.next_due_at
    later = Q(next_due_at=due, id__gt=position.id)
    if due is not None:
        later |= Q(next_due_at__gt=due) | Q(next_due_at__isnull=True)
    beside = Q(urgent=position.urgent) & later
    return beside | Q(urgent=False) if position.urgent else beside


def _line(report: Report, headline: Mapping[str, Any]) -> ListedReport:
    return ListedReport(
        id=report.id,
        reference=report.reference,
        desk=report.desk_id,
        state=report.state,
        urgent=report.urgent,
        received_day=report.received_day,
        next_due_at=report.next_due_at,
        policy_id=report.policy_id,
        headline=read_headline(headline),
    )
