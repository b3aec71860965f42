"""The sweep: who is to be reminded of what, found from the rows alone, by time alone (architecture.md, 'Nobody is
forgotten').

It holds no key and asks for none: it knows when a clock is due and whose ladder it is on, never what the clock is
about, nor who can open it. Every reminder is written once, whoever runs, however often, several at once, or after
months in which nothing ran: the database's unique constraint decides, not a memory of earlier runs.
"""

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from notifications.inserting import insert_missing
from notifications.slots import daily_slot, next_opening, next_quarter
from speakup.accounts.duties import on_call
from speakup.accounts.roles import people_with_a_role, people_with_roles
from speakup.clocks.counting import in_working_hours
from speakup.clocks.ladder import DUE, HALFWAY, RungDue, rungs
from speakup.clocks.models import Clock, LastSweep, Outbox, Reminder
from speakup.policy.document import Policy, Rung
from speakup.policy.services import current_policy

log = logging.getLogger(__name__)

AT_ONCE = 500
URGENT_LADDER = "urgent"


@dataclass(frozen=True)
class Sweep:
    """What a run did: reminders that it raised, and mails that it put into the outbox."""

    raised: int
    mails: int


def sweep_clocks(now: dt.datetime) -> Sweep:
    """Raise every rung that is reached at `now` (aware) and not yet raised, and queue the mail that goes with it.

    A clock's escalation ends once any of its reminders from the due time on was opened by somebody who really holds
    the report or case; the rungs before the due time are reminders only. A rung whose time passed while nothing ran is
    raised by the first run that comes. That a whole run ended is noted last, for /readyz and the staff pages.

    Mail: everybody who has a role gets one a day. Beside it only the message to the people on call of every desk, at
    the next quarter hour: for an urgent report or a name asked for in an emergency when it comes, at whatever hour; for
    any limit in hours while the desks are at work, or else at their next opening.
    """
    run = _Run(now, current_policy())
    raised = sum(run.raise_reminders(batch) for batch in _reached(now))
    run.queue_daily_mail()
    if not LastSweep.objects.filter(id=1).update(at=now):
        insert_missing([LastSweep(id=1, at=now)])
    return Sweep(raised, run.mails)


def _reached(now: dt.datetime) -> Iterator[list[Clock]]:
    """The open clocks whose first rung is reached, in batches, by id: memory does not grow with their number."""
    found = Clock.objects.filter(state=Clock.State.OPEN, halfway_at__lte=now).order_by("id")
    found = found.only("id", "due_at", "halfway_at", "ladder", "desk_id")
    left = found
    while True:
        batch = list(left[: AT_ONCE + 1])  # one more tells whether there are more
        yield batch[:AT_ONCE]
        if len(batch) <= AT_ONCE:
            return
        left = found.filter(id__gt=batch[AT_ONCE - 1].id)


@dataclass
class _Run:
    """One sweep: what it looked up once, and how much mail it queued."""

    now: dt.datetime
    policy: Policy
    mails: int = 0
    _known_rungs: dict[tuple[str, dt.datetime, dt.datetime], list[RungDue]] = field(default_factory=dict)
    _queued: set[dt.datetime] = field(default_factory=set)

    def raise_reminders(self, clocks: Sequence[Clock]) -> int:
        """Raises what is reached of these clocks, with its mail, in one transaction; how many reminders."""
        missing = self._missing(clocks) if clocks else []
        if not missing:
            return 0
        with transaction.atomic():
            raised = insert_missing(missing)
            self._queue_urgent_mail(missing)
        return raised

    def queue_daily_mail(self) -> None:
        """One row a day for everybody who has a role, whether or not anything is due: mail must not tell a storm."""
        slot = daily_slot(self.now)
        if slot > self.now or Outbox.objects.filter(kind=Outbox.Kind.DAILY, slot_at=slot).exists():
            return
        people = people_with_a_role().order_by("pk").values_list("pk", flat=True)
        # One statement: all of them, or none and the next run does it.
        self.mails += insert_missing(
            [Outbox(staff_id=staff_id, kind=Outbox.Kind.DAILY, slot_at=slot) for staff_id in people]
        )

    def _missing(self, clocks: Sequence[Clock]) -> list[Reminder]:
        """The reminders to be raised, in the order of clocks and rungs."""
        known: dict[UUID, set[tuple[dt.datetime, int]]] = {}
        opened: set[tuple[UUID, dt.datetime]] = set()
        rows = Reminder.objects.filter(clock__in=[clock.id for clock in clocks])
        for clock_id, due_at, rung, acknowledged in rows.values_list("clock", "due_at", "rung", "acknowledged"):
            known.setdefault(clock_id, set()).add((due_at, rung))
            if acknowledged and rung >= DUE:
                opened.add((clock_id, due_at))
        return [
            Reminder(clock=clock, due_at=clock.due_at, rung=rung.rung, raised_at=rung.at)
            for clock in clocks
            if (clock.id, clock.due_at) not in opened
            for rung in self._rungs(clock)
            if rung.at <= self.now and (clock.due_at, rung.rung) not in known.get(clock.id, ())
        ]

    def _rungs(self, clock: Clock) -> list[RungDue]:
        # Most clocks share their due time with many others: days end at the same minute.
        name = URGENT_LADDER if clock.ladder == Clock.Ladder.URGENT else self._ladder_of(clock.desk_id)
        key = (name, clock.due_at, clock.halfway_at)
        if key not in self._known_rungs:
            ladder: Sequence[Rung] = self.policy.ladders.get(name, ())
            if not ladder:
                log.error("a clock stands on no ladder of the policy: nobody is reminded of it")
            self._known_rungs[key] = rungs(clock, ladder) if ladder else []
        return self._known_rungs[key]

    def _ladder_of(self, desk_code: str) -> str:
        return next((desk.ladder or "" for desk in self.policy.desks if desk.id == desk_code), "")

    def _queue_urgent_mail(self, missing: Iterable[Reminder]) -> None:
        """In the transaction that raised the reminders: neither is ever there without the other."""
        slots = {reminder.id: slot for reminder in missing if (slot := self._slot(reminder)) is not None}
        if self._queued.issuperset(slots.values()):
            return
        # Only for what this run raised: another one, a moment earlier, may have meant the quarter hour before.
        clock_ids = {reminder.clock_id for reminder in missing if reminder.id in slots}
        mine = slots.keys() & set(Reminder.objects.filter(clock__in=clock_ids).values_list("id", flat=True))
        wanted = {slots[reminder_id] for reminder_id in mine} - self._queued
        rows = [
            Outbox(staff_id=staff_id, kind=Outbox.Kind.URGENT, slot_at=slot)
            for slot in sorted(wanted)
            for staff_id in self._people_on_call(slot)
        ]
        self.mails += insert_missing(rows)
        self._queued |= wanted

    def _slot(self, reminder: Reminder) -> dt.datetime | None:
        """When the people on call hear of it; None for what waits for the daily mail."""
        clock = reminder.clock
        if clock.ladder == Clock.Ladder.URGENT and reminder.rung == HALFWAY:
            return next_quarter(self.now)
        if not clock.counts_hours:
            return None
        return next_quarter(self.now) if in_working_hours(self.now) else next_opening(self.now)

    def _people_on_call(self, slot: dt.datetime) -> list[UUID]:
        """Who is on call when the message goes, of every receiving desk and the custodians: one to one desk would say
        whose report it is, and whether a name was asked for.

        A desk with nobody on call is never silent: its supervisors and heads hear instead, of the custodians all.
        """
        found: set[UUID] = set()
        for desk in self.policy.desks:
            people = {staff.pk for staff in on_call(desk.id, slot)}
            leading = {*desk.supervisor_roles, *desk.head_roles} or set(desk.member_roles)
            found |= people or people_with_roles(leading)
        return sorted(found)
