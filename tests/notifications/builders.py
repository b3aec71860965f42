"""Clocks for the sweep, which has no keys: only what stands in clear matters to it."""

import datetime as dt
import secrets
import uuid
from typing import Any

from speakup.clocks.models import CLOCK_SIZE, Clock, Reminder
from speakup.policy.services import current_policy
from speakup.web.days import LONDON

# A Monday.
MONDAY = dt.date(2026, 11, 23)


def london(day: dt.date, time: str = "23:59") -> dt.datetime:
    """A time of day in London, aware."""
    return dt.datetime.combine(day, dt.time.fromisoformat(time), tzinfo=LONDON)


def clock(due_at: dt.datetime, halfway_at: dt.datetime, **changes: Any) -> Clock:
    """An unsaved open clock at PSD, of a report that exists only as an id."""
    report_id = uuid.uuid4()
    made = {
        "owner_kind": "report",
        "owner_id": report_id,
        "key_kind": "T",
        "key_id": report_id,
        "epoch": 1,
        "desk_id": "psd",
        "due_at": due_at,
        "halfway_at": halfway_at,
        "sealed": secrets.token_bytes(CLOCK_SIZE),
    }
    return Clock(**(made | changes))


def make_clock(due_at: dt.datetime, halfway_at: dt.datetime, **changes: Any) -> Clock:
    """A saved one."""
    made = clock(due_at, halfway_at, **changes)
    made.save(force_insert=True)
    return made


def week_clock(**changes: Any) -> Clock:
    """Due on Friday night, half of the time over on Wednesday morning."""
    return make_clock(london(MONDAY + dt.timedelta(days=4)), london(MONDAY + dt.timedelta(days=2), "08:00"), **changes)


def urgent_clock(block: dt.datetime, **changes: Any) -> Clock:
    """The triage of an urgent report: four hours from the start of a block, by the ladder that wakes people."""
    return make_clock(block + dt.timedelta(hours=4), block, ladder="urgent", **changes)


def raised(of: Clock) -> list[int]:
    """The rungs of a clock that were raised for the time that it is due now, in order."""
    rows = Reminder.objects.filter(clock=of, due_at=of.due_at)
    return sorted(rows.values_list("rung", flat=True))


def ladder_length(name: str = "psd") -> int:
    """How many rungs the policy's ladder has."""
    return len(current_policy().ladders[name])
