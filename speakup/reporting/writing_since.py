"""Whether a reporter wrote since staff last did, told by what stands in clear: no key is needed for it."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from speakup.ledger.actions import REPORTER, Action
from speakup.ledger.models import Entry, PendingAct

# What `written` says of a sending, and of a message: names of entities, in clear (vault.md, 'Ledger').
_SENDING, _MESSAGE = b'"Report"', b'"Message"'


@dataclass
class _Days:
    """The newest day of each; None where there is none."""

    reporter_wrote: dt.date | None = None
    staff_wrote: dt.date | None = None
    staff_read: dt.date | None = None


def reporter_wrote_since(report_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dt.date]:
    """By report, the day on which its reporter last wrote or sent a file, where no message of staff followed.

    What a reporter does has a day and no time. Of one day nobody can tell who wrote last: it counts as the reporter,
    until somebody opens the report on a later day. Two queries, whatever the number of reports.
    """
    days = {report_id: _Days() for report_id in report_ids}
    acts = PendingAct.objects.filter(object_id__in=report_ids, action=Action.WRITE)
    entries = Entry.objects.filter(object_id__in=report_ids)
    _note_acts(days, acts.values_list("role", "action", "object_id", "day", "written"))
    _note_acts(days, entries.values_list("role", "action", "object_id", "day", "written"))
    return {report_id: each.reporter_wrote for report_id, each in days.items() if each.reporter_wrote and _waits(each)}


def _note_acts(
    days: dict[uuid.UUID, _Days], acts: Iterable[tuple[str, str, uuid.UUID | None, dt.date, bytes | memoryview]]
) -> None:
    for role, action, object_id, day, written in acts:
        each = days.get(object_id) if object_id else None
        if each is None:
            continue
        if role == REPORTER:
            if action == Action.WRITE and _SENDING not in bytes(written):
                each.reporter_wrote = _later(each.reporter_wrote, day)
        elif _MESSAGE in bytes(written):
            each.staff_wrote = _later(each.staff_wrote, day)
        elif action == Action.READ:
            each.staff_read = _later(each.staff_read, day)


def _waits(days: _Days) -> bool:
    if days.reporter_wrote is None:
        return False
    if days.staff_wrote is None or days.staff_wrote < days.reporter_wrote:
        return True
    seen_later = days.staff_read is not None and days.staff_read > days.reporter_wrote
    return days.staff_wrote == days.reporter_wrote and not seen_later


def _later(known: dt.date | None, day: dt.date) -> dt.date:
    return day if known is None else max(known, day)
