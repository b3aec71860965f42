"""What waits for whom: made of what the reader could really open, never of what the database counts."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from professional_standards.listing import openable_cases
from professional_standards.models import Case, CaseReport
from speakup.accounts.keyring import NO_OBJECT, Keyring
from speakup.accounts.models import Grant, StaffMember
from speakup.accounts.roles import role_at_work
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.reporting.listing import WAITING
from speakup.reporting.models import Report
from speakup.web.days import london_day

OWNER, INVESTIGATOR, DESK = "owner", "investigator", "desk"
BATCH = 900


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: since which day, and when it is next due."""

    day: dt.date
    next_due_at: dt.datetime | None


@dataclass(frozen=True)
class Load:
    """What waits for one person, as owner or as investigator of open cases; for reports before a case `staff_id` is
    None: they are the desk's."""

    staff_id: UUID | None
    name: str
    part: str  # 'owner', 'investigator' or 'desk'
    open: int
    overdue: int
    due_today: int
    oldest_day: dt.date | None
    next_due_at: dt.datetime | None


def supervise(keyring: Keyring, staff: StaffMember, *, now: dt.datetime) -> Sequence[Load]:
    """The load of everybody who works what `staff` can open: most overdue first. One `read` entry.

    A case counts for its owner, and for its investigator too. Reports that are in no case yet wait for the desk.
    """
    with transaction.atomic(durable=True):
        append_entry(Action.READ, actor_id=staff.pk, role=role_at_work(staff), object_id=None, now=now)
    waiting: dict[tuple[UUID | None, str, str], list[Waiting]] = {}
    for case in openable_cases(keyring, staff, Case.State.OPEN):
        one = Waiting(case.opened_day, case.next_due_at)
        waiting.setdefault((case.owner_id, case.owner, OWNER), []).append(one)
        if case.investigator_id:
            waiting.setdefault((case.investigator_id, case.investigator, INVESTIGATOR), []).append(one)
    waiting.setdefault((None, "", DESK), []).extend(_reports(keyring, staff))
    loads = [_load(staff_id, name, part, ones, now) for (staff_id, name, part), ones in waiting.items() if ones]
    return sorted(loads, key=lambda load: (-load.overdue, -load.due_today, -load.open, load.name, load.part))


def _load(staff_id: UUID | None, name: str, part: str, waiting: Sequence[Waiting], now: dt.datetime) -> Load:
    due = [one.next_due_at for one in waiting if one.next_due_at]
    return Load(
        staff_id=staff_id,
        name=name,
        part=part,
        open=len(waiting),
        overdue=sum(each < now for each in due),
        due_today=sum(each >= now and london_day(each) == london_day(now) for each in due),
        oldest_day=min(one.day for one in waiting),
        next_due_at=min(due, default=None),
    )


def _reports(keyring: Keyring, staff: StaffMember) -> Iterator[Waiting]:
    """The reports that open and are in no case, a batch at a time by id: three queries each."""
    mine = Report.objects.visible_to(staff).filter(WAITING)
    joined = CaseReport.objects.filter(left_at=None).values("report")
    rows, last = mine.exclude(id__in=joined).order_by("id").defer("answers", "excluded"), NO_OBJECT
    while True:
        batch = list(rows.filter(id__gt=last)[:BATCH])
        wanted = [row.id for row in batch] or [NO_OBJECT]
        opened = keyring.open_rows(Grant.objects.filter(object_kind="report", object_id__in=wanted, staff=staff))
        yield from (Waiting(row.received_day, row.next_due_at) for row in batch if row.id in opened)
        if len(batch) < BATCH:
            return
        last = batch[-1].id
