"""What waits for whom: made of what the reader could really open, never of what the database counts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember


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
    """The load of everybody who works what `staff` can open: most overdue first. One `read` entry."""
    raise NotImplementedError
