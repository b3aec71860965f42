"""The cases that really open for a member, by their headlines."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from professional_standards.models import Case, CaseReport
from speakup.accounts.keyring import NO_OBJECT, Keyring
from speakup.accounts.models import Grant, StaffMember
from speakup.accounts.roles import role_at_work
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.reporting.listing import FETCHED_AT_MOST, FETCHED_FIRST, PAGE, Headline, read_headline
from speakup.reporting.writing_since import reporter_wrote_since

_MOMENT = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, repr=False)
class ListedCase:
    """One line. `names` in it are of staff; the headline says nothing that was typed. `reporter_wrote` is the newest
    day on which the reporter of one of its reports wrote and no message of staff followed."""

    id: UUID
    reference: str
    desk: str
    state: str
    urgent: bool
    next_due_at: dt.datetime | None
    opened_day: dt.date
    policy_id: UUID
    headline: Headline
    owner_id: UUID
    owner: str
    investigator_id: UUID | None
    investigator: str
    reporter_wrote: dt.date | None = None


@dataclass(frozen=True)
class CasePosition:
    """Where a page ends in the order of work. It says where, whether or not there is such a case; str() and read()
    carry it in an address."""

    urgent: bool
    next_due_at: dt.datetime | None
    id: UUID

    def __str__(self) -> str:
        due = self.next_due_at.astimezone(dt.UTC).strftime(_MOMENT) if self.next_due_at else ""
        return f"{int(self.urgent)}_{due}_{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> "CasePosition | None":
        """The position that an address carries; None for anything else."""
        urgent, _, rest = text.partition("_")
        due, _, case_id = rest.partition("_")
        try:
            moment = dt.datetime.strptime(due, _MOMENT).replace(tzinfo=dt.UTC) if due else None
            return cls(urgent == "1", moment, UUID(case_id))
        except ValueError:
            return None


@dataclass(frozen=True)
class CasePage:
    """At most 50 lines, and where the next page begins (None: there is none)."""

    cases: Sequence[ListedCase]
    after: CasePosition | None


def list_cases(
    keyring: Keyring, staff: StaffMember, *, now: dt.datetime, after: CasePosition | None = None, closed: bool = False
) -> CasePage:
    """The open (or closed) cases that `staff` can really open: urgent first, then by what is due next.

    Decoys are left out as if they were not there, and rows are fetched on, more at a time, until the page is full. One
    `read` entry a listing, without an object: headlines come from one's own grants.
    """
    with transaction.atomic(durable=True):
        append_entry(Action.READ, actor_id=staff.pk, role=role_at_work(staff), object_id=None, now=now)
    state = Case.State.CLOSED if closed else Case.State.OPEN
    listed: list[ListedCase] = []
    for case in openable_cases(keyring, staff, state, after):
        if len(listed) == PAGE:
            last = listed[-1]
            return CasePage(_with_writing(listed), CasePosition(last.urgent, last.next_due_at, last.id))
        listed.append(case)
    return CasePage(_with_writing(listed), None)


def openable_cases(
    keyring: Keyring, staff: StaffMember, state: str, after: CasePosition | None = None
) -> Iterator[ListedCase]:
    """Every case in this state that opens, in the order of work, after the position: three queries a batch."""
    size = FETCHED_FIRST
    while True:
        rows = Case.objects.visible_to(staff).filter(_later_than(after), state=state).in_order_of_work()
        batch = list(rows.select_related("owner", "investigator").defer("sealed")[:size])
        wanted = [row.id for row in batch] or [NO_OBJECT]
        opened = keyring.open_rows(Grant.objects.filter(object_kind="case", object_id__in=wanted, staff=staff))
        for row in batch:
            if row.id in opened:
                yield _line(row, read_headline(opened[row.id].headline))
        if len(batch) < size:
            return
        after = CasePosition(batch[-1].urgent, batch[-1].next_due_at, batch[-1].id)
        size = min(size * 4, FETCHED_AT_MOST)


def _with_writing(listed: Sequence[ListedCase]) -> list[ListedCase]:
    """The lines with the day on which a reporter wrote: three queries, however many cases and reports there are."""
    wrote = _reporters_wrote([case.id for case in listed])
    return [replace(case, reporter_wrote=wrote.get(case.id)) for case in listed]


def _reporters_wrote(case_ids: Collection[UUID]) -> Mapping[UUID, dt.date]:
    joined = CaseReport.objects.filter(case__in=case_ids, left_at=None).values_list("report_id", "case_id")
    case_of = dict(joined)  # a report is in one case at a time
    days: dict[UUID, dt.date] = {}
    for report_id, day in reporter_wrote_since(case_of).items():
        case_id = case_of[report_id]
        days[case_id] = max(day, days.get(case_id, day))
    return days


def _later_than(position: CasePosition | None) -> Q:
    if position is None:
        return Q()
    if position.next_due_at is None:
        later = Q(next_due_at__isnull=True, id__gt=position.id)
    else:
        same = Q(next_due_at=position.next_due_at, id__gt=position.id)
        later = same | Q(next_due_at__gt=position.next_due_at) | Q(next_due_at__isnull=True)
    beside = Q(urgent=position.urgent) & later
    return beside | Q(urgent=False) if position.urgent else beside


def _line(case: Case, headline: Headline) -> ListedCase:
    return ListedCase(
        id=case.id,
        reference=case.reference,
        desk=case.desk_id,
        state=case.state,
        urgent=case.urgent,
        next_due_at=case.next_due_at,
        opened_day=case.opened_day,
        policy_id=case.policy_id,
        headline=headline,
        owner_id=case.owner_id,
        owner=case.owner.name,
        investigator_id=case.investigator_id,
        investigator=case.investigator.name if case.investigator else "",
    )
