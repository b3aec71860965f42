"""What a session that holds the keys sees of the clocks of a report or a case."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max, QuerySet

from speakup.clocks.models import Clock, ClockEvent
from speakup.clocks.sealing import NotARule, open_event, open_rule
from speakup.clocks.services import EXTENDED
from speakup.policy.document import Policy, TimeLimit
from speakup.vault.errors import VaultError
from speakup.web.days import london_day


@dataclass(frozen=True)
class RunningClock:
    """A clock with its limit read. `start` is a day, for hours the start of the four-hour block."""

    id: UUID
    owner_kind: str
    owner_id: UUID
    limit: TimeLimit
    start: dt.date | dt.datetime
    due_at: dt.datetime
    open: bool
    closed_day: dt.date | None

    def overdue(self, now: dt.datetime) -> bool:
        """Whether it runs and its time is over at `now`."""
        return self.open and now > self.due_at

    @property
    def kept(self) -> bool | None:
        """Whether it was closed on the day that it was due or before; None while it runs."""
        if self.open or self.closed_day is None:
            return None
        return self.closed_day <= london_day(self.due_at)


@dataclass(frozen=True)
class ReadClocks:
    """The clocks that could be read, the one due first first; `intact` is False where one did not open."""

    clocks: tuple[RunningClock, ...]
    intact: bool

    def __iter__(self) -> Iterator[RunningClock]:
        return iter(self.clocks)

    def __len__(self) -> int:
        return len(self.clocks)


@dataclass(frozen=True, repr=False)
class Extension:
    """That somebody of the staff gave a clock more time: who and when, from which due time, and why."""

    by_id: UUID
    at: dt.datetime
    old_due: dt.datetime
    reason: str


@dataclass(frozen=True, repr=False)
class ReadExtensions:
    """Extensions by clock, each clock's the oldest first; `intact` is False where an event did not open."""

    by_clock: Mapping[UUID, Sequence[Extension]]
    intact: bool


def clocks_under(key_ids: Collection[UUID]) -> QuerySet[Clock]:
    """The clocks sealed under these reports or cases, open and closed, with the moment of the last event of each."""
    return Clock.objects.filter(key_id__in=key_ids).annotate(last_event_at=Max("events__at")).order_by("due_at", "id")


def read_clocks(rows: Iterable[Clock], keys: Mapping[str, bytes], epoch: int, policy: Policy) -> ReadClocks:
    """Opens what `keys` (of one report or case, in `epoch`, or DataKeys with earlier ones) open. Rows come from
    `clocks_under`.

    A clock under a kind of key that was not given is left out: a reporter, who has R, sees what she was promised. One
    that should open and does not, or names no limit of `policy`, is left out too, and `intact` is False.
    """
    read, intact = [], True
    for row in rows:
        key = keys.get(row.key_kind)
        if key is None:
            continue
        clock = _read(row, key, policy) if row.epoch == epoch or row.epoch in getattr(key, "earlier", ()) else None
        if clock is None:
            intact = False
        else:
            read.append(clock)
    return ReadClocks(tuple(sorted(read, key=lambda clock: (clock.due_at, str(clock.id)))), intact)


def read_extensions(keys: Mapping[UUID, Mapping[str, bytes]]) -> ReadExtensions:
    """What was extended of the running clocks under these reports and cases, each with its keys. One query."""
    events = ClockEvent.objects.filter(clock__key_id__in=keys, clock__state=Clock.State.OPEN)
    by_clock: dict[UUID, list[Extension]] = {}
    intact = True
    for event in events.select_related("clock").order_by("at", "id"):
        try:
            opened = open_event(event, keys[event.clock.key_id])
        except VaultError:
            intact = False
            continue
        if opened["kind"] == EXTENDED:
            old_due = dt.datetime.fromisoformat(opened["old_due"])
            extension = Extension(UUID(opened["by"]), event.at, old_due, opened["reason"])
            by_clock.setdefault(event.clock_id, []).append(extension)
    for extensions in by_clock.values():
        extensions.sort(key=lambda extension: extension.old_due)  # each made it later
    return ReadExtensions(by_clock, intact)


def _read(row: Clock, key: bytes, policy: Policy) -> RunningClock | None:
    try:
        rule = open_rule(row, key)
    except NotARule:
        return None
    limit = policy.time_limits.get(rule.limit_id)
    if limit is None:
        return None
    closed_at: dt.datetime | None = None if row.state == Clock.State.OPEN else getattr(row, "last_event_at", None)
    return RunningClock(
        id=row.id,
        owner_kind=row.owner_kind,
        owner_id=row.owner_id,
        limit=limit,
        start=rule.start,
        due_at=row.due_at,
        open=row.state == Clock.State.OPEN,
        closed_day=london_day(closed_at) if closed_at else None,
    )
