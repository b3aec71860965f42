"""Starting, stopping and extending clocks, each in the transaction of the act that does it.

The ledger entry is the caller's, whose act it is: every service answers with what it wrote. Celery starts and stops
nothing; a clock whose owner nobody opens runs on and goes up its ladder.
"""

import contextlib
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Min, Q

from speakup.clocks import counting
from speakup.clocks.models import Clock, Reminder
from speakup.clocks.rules import RiskUnknown, starting, stopping, turns
from speakup.clocks.sealing import NotARule, open_acknowledgement, open_rule, seal_event
from speakup.clocks.watching import Watched, new_clock, new_clocks
from speakup.ledger.written import Written, written
from speakup.policy.document import LimitKind, Signal, TimeLimit
from speakup.vault.errors import VaultError
from speakup.web.days import london_day

__all__ = [
    "LONGEST_EXTENSION",
    "CannotExtend",
    "ClockChange",
    "RiskUnknown",
    "Watched",
    "assign_clocks",
    "end_clocks",
    "extend_clock",
    "move_clocks_to_desk",
    "new_clocks",
    "next_due_at",
    "signal_clocks",
    "void_acknowledgements",
]

CLOSED, EXTENDED = "closed", "extended"
# Longer than this and a clock is forgotten rather than extended: whoever needs more time says so again, with a reason.
LONGEST_EXTENSION = dt.timedelta(days=30)


class CannotExtend(Exception):
    """The clock is closed or not this owner's, or the day is no later, before today or too far, or no reason said."""


@dataclass(frozen=True)
class ClockChange:
    """What an act did to the clocks of its owner: `started` and `closed` are ids of time limits."""

    written: list[Written] = field(default_factory=list)
    started: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


def signal_clocks(
    watched: Watched,
    signals: Sequence[Signal],
    *,
    actor_id: UUID | None,
    now: dt.datetime,
    reason: str = "",
    start: dt.date | None = None,
) -> ClockChange:
    """Stops what `signals` stop, then starts what they start, for the clocks of `watched` (rules.py makes signals).

    In the caller's transaction, with the owner's row locked by it. A limit that still runs for the owner is not
    started a second time. A recurring limit that an event meets begins its next turn here, from today; one that a
    leaving stops is over. Where staff act (`actor_id`), each clock that closes gets its event with `reason`. A clock
    that does not open is left running: it goes up its ladder until somebody looks. Its limit may then start again.
    What starts counts from the day `start`, where it was recorded later than it happened (None: today).
    Raises rules.RiskUnknown and KeyError as `new_clocks` does.
    """
    running = _running(watched)
    closing: list[tuple[Clock, TimeLimit, Signal]] = []
    for clock, limit in running:
        signal = stopping(watched.policy, limit, signals)
        if signal is not None:
            closing.append((clock, limit, signal))
    closed_ids = {clock.id for clock, _, _ in closing}
    runs = {limit.id for clock, limit in running if clock.id not in closed_ids}
    to_start = [limit for limit in starting(watched.policy, signals, watched.risk) if limit.id not in runs]
    # What may begin again on its own: met by an event, and neither stopped for good by another signal of this act.
    for _, limit, _ in closing:
        if limit not in to_start and limit.id not in runs and _turns(watched, limit, signals):
            to_start.append(limit)
    started = [new_clock(watched, limit, now=now, start=start) for limit in to_start]
    rows: list[Written] = []
    for clock, _, _ in closing:
        rows += _close(clock, watched, actor_id=actor_id, now=now, reason=reason)
    Clock.objects.bulk_create(started)
    return ClockChange(
        written=[*rows, *(written(clock, "sealed") for clock in started)],
        started=tuple(limit.id for limit in to_start),
        closed=tuple(limit.id for _, limit, _ in closing),
    )


def end_clocks(watched: Watched, *, actor_id: UUID | None, now: dt.datetime, reason: str = "") -> ClockChange:
    """Closes every open clock of `watched`, one that does not open included: its owner has come to an end.

    In the caller's transaction, as `signal_clocks`. Raises KeyError where `watched` lacks the key of an event.
    """
    found = Clock.objects.select_for_update().filter(owner_id=watched.owner_id, state=Clock.State.OPEN).order_by("id")
    rows = [row for clock in found for row in _close(clock, watched, actor_id=actor_id, now=now, reason=reason)]
    return ClockChange(written=rows)


def extend_clock(
    clock_id: UUID, *, watched: Watched, until: dt.date, reason: str, actor_id: UUID, now: dt.datetime
) -> list[Written]:
    """Moves the due time of an open clock of `watched` to the end of the day `until`, with a reason.

    In the caller's transaction. Only to a later day, not to one before today, and at most a year ahead: reminders begin
    again for the new due time, up the desk's ordinary ladder, since somebody has looked. Who may do it, and for which
    limit (rules.may_be_extended), is the caller's to know. Raises CannotExtend, and KeyError where
    `watched` lacks the key of the event.
    """
    clock = Clock.objects.select_for_update().filter(id=clock_id, owner_id=watched.owner_id).first()
    due = counting.end_of_day(until)
    today = london_day(now)
    if clock is None or clock.state != Clock.State.OPEN or due <= clock.due_at or not reason.strip():
        raise CannotExtend
    if not today <= until <= today + LONGEST_EXTENSION:
        raise CannotExtend
    event = seal_event(clock, watched.keys, kind=EXTENDED, old_due=clock.due_at, reason=reason, by=actor_id, at=now)
    clock.due_at, clock.halfway_at, clock.ladder = due, counting.halfway(today, due), Clock.Ladder.ORDINARY
    clock.save(update_fields=["due_at", "halfway_at", "ladder"])
    event.save(force_insert=True)
    return [written(event, "sealed")]


def next_due_at(key_ids: Collection[UUID] = (), *, owner_ids: Collection[UUID] = ()) -> dt.datetime | None:
    """When the first of the open clocks sealed under these objects, or owned by these, is due; None for none.

    A report's clocks have the report as their key's object, those of a case, its subjects and proceedings the case.
    """
    found = Clock.objects.filter(Q(key_id__in=key_ids) | Q(owner_id__in=owner_ids), state=Clock.State.OPEN)
    earliest: dt.datetime | None = found.aggregate(first=Min("due_at"))["first"]
    return earliest


def assign_clocks(key_ids: Collection[UUID], assignee_id: UUID | None) -> None:
    """The open clocks under these objects wait for `assignee_id` from now on; for the desk where it is None."""
    Clock.objects.filter(key_id__in=key_ids, state=Clock.State.OPEN).update(assignee_id=assignee_id)


def move_clocks_to_desk(key_ids: Collection[UUID], desk_code: str, *, assignee_id: UUID | None = None) -> None:
    """The open clocks under these objects are another desk's from now on: its ladder, its people. They run on."""
    Clock.objects.filter(key_id__in=key_ids, state=Clock.State.OPEN).update(desk_id=desk_code, assignee_id=assignee_id)


def void_acknowledgements(key_id: UUID, keys: Mapping[str, bytes], still: Collection[UUID]) -> list[Written]:
    """Takes back that reminders of the open clocks under this report or case were opened, where whoever opened one is
    not in `still`, the people who really read it from now on: its clock goes up its ladder again.

    In the caller's transaction, whose session holds `keys`. What does not open is taken back too.
    """
    # The clocks are locked, not the reminders alone: one that is being opened waits, and then sees who reads it.
    clocks = Clock.objects.select_for_update().filter(key_id=key_id, state=Clock.State.OPEN).order_by("id")
    opened = Reminder.objects.filter(clock__in=[clock.id for clock in clocks], acknowledged=True)
    rows = []
    for reminder in opened.select_related("clock").order_by("id"):
        if _opened_by(reminder, keys) in still:
            continue
        reminder.acknowledged, reminder.sealed = False, None
        reminder.save(update_fields=["acknowledged", "sealed"])
        rows.append(written(reminder, "sealed"))
    return rows


def _opened_by(reminder: Reminder, keys: Mapping[str, bytes]) -> UUID | None:
    try:
        return UUID(open_acknowledgement(reminder, keys)["by"])
    except (VaultError, KeyError, ValueError):
        return None


def _running(watched: Watched) -> list[tuple[Clock, TimeLimit]]:
    found = Clock.objects.select_for_update().filter(owner_id=watched.owner_id, state=Clock.State.OPEN).order_by("id")
    running = []
    for clock in found:
        key = watched.keys[clock.key_kind]
        with contextlib.suppress(NotARule):
            limit = watched.policy.time_limits.get(open_rule(clock, key).limit_id)
            if limit is not None:
                running.append((clock, limit))
    return running


def _turns(watched: Watched, limit: TimeLimit, signals: Sequence[Signal]) -> bool:
    stopped_by = [signal for signal in signals if stopping(watched.policy, limit, [signal])]
    return limit.kind is LimitKind.RECURRING and all(turns(limit, signal) for signal in stopped_by)


def _close(clock: Clock, watched: Watched, *, actor_id: UUID | None, now: dt.datetime, reason: str) -> list[Written]:
    clock.state = Clock.State.CLOSED
    clock.save(update_fields=["state"])
    if actor_id is None:
        return []
    event = seal_event(clock, watched.keys, kind=CLOSED, old_due=clock.due_at, reason=reason, by=actor_id, at=now)
    event.save(force_insert=True)
    return [written(event, "sealed")]
