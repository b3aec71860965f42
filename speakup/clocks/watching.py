"""Whose clocks are started or stopped, and what a session needs for it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from speakup.clocks import counting
from speakup.clocks.models import Clock, KeyKind, OwnerKind
from speakup.clocks.rules import PROMISED, ROUND_THE_CLOCK, is_hours, is_triage, starting
from speakup.clocks.sealing import Rule, seal_rule
from speakup.policy.document import Policy, Risk, Signal, TimeLimit
from speakup.web.days import london_day, midnight


@dataclass(frozen=True)
class Watched:
    """A report, proceeding, subject or case whose clocks are meant, and the keys that its clocks are sealed with.

    `key_id` is the report, or the case that a proceeding or subject belongs to, and `epoch` that of its keys: R and T
    of a report, C of a case. `risk` is a report's starting risk (Policy.starting_risk), which chooses its triage
    clock; `urgent` the report's own mark.
    """

    owner_kind: str
    owner_id: UUID
    key_id: UUID
    epoch: int
    keys: Mapping[str, bytes] = field(repr=False)
    desk: str
    assignee: UUID | None
    policy: Policy = field(repr=False)
    risk: Risk | None = field(default=None, repr=False)
    urgent: bool = False


def new_clocks(watched: Watched, signals: Sequence[Signal], *, now: dt.datetime) -> list[Clock]:
    """Unsaved clocks of every limit that `signals` start for `watched`, counted from `now` (aware).

    For something new: what runs already is not looked at (services.signal_clocks does). Nothing is written: sending
    makes its clocks before its transaction begins. Raises rules.RiskUnknown where a triage limit is to start without
    a risk, KeyError where `watched` lacks the key that a clock is sealed under.
    """
    return [new_clock(watched, limit, now=now) for limit in starting(watched.policy, signals, watched.risk)]


def new_clock(watched: Watched, limit: TimeLimit, *, now: dt.datetime, start: dt.date | None = None) -> Clock:
    """One unsaved clock of `limit`, counted from `now`, or from the beginning of an earlier day `start`: it may be due
    already. An urgent report's triage, and what runs round the clock by its nature, counts every hour from the start of
    the four-hour block and reminds at once; any other limit in hours counts the desks' own hours."""
    urgent = limit.id in ROUND_THE_CLOCK or (watched.urgent and is_triage(watched.policy, limit))
    day = start or london_day(now)
    block = counting.block_start(now if day == london_day(now) else midnight(day))
    hours = is_hours(limit.interval)
    due = counting.due_at(limit.interval, limit.start_rule, day, block=block, desk_hours=hours and not urgent)
    clock = Clock(
        owner_kind=watched.owner_kind,
        owner_id=watched.owner_id,
        key_kind=key_kind(watched.owner_kind, limit),
        key_id=watched.key_id,
        epoch=watched.epoch,
        desk_id=watched.desk,
        assignee_id=watched.assignee,
        due_at=due,
        halfway_at=block if urgent else counting.halfway(block if hours else day, due),
        ladder=Clock.Ladder.URGENT if urgent else Clock.Ladder.ORDINARY,
    )
    seal_rule(clock, watched.keys[clock.key_kind], Rule(limit.id, block if hours else day))
    return clock


def key_kind(owner_kind: str, limit: TimeLimit) -> str:
    """Under which key a clock is sealed: a report's under R where the limit was promised to the reporter, else T."""
    if owner_kind != OwnerKind.REPORT:
        return KeyKind.CASE
    return KeyKind.SHARED if limit.id in PROMISED else KeyKind.STAFF
