"""When something is due: pure arithmetic with days of Europe/London and hours.

A limit in days, weeks or months ends at 23:59 in London on its last day. A limit in hours counts from the start of the
four-hour block in which it began, so that no due time says more of a reporter's act than that block.
"""

import calendar
import datetime as dt

from speakup.clocks.calendar import add_working_days, is_working_day, last_working_day
from speakup.clocks.models.clock import END_OF_DAY
from speakup.policy.document import Interval, StartRule, Unit
from speakup.web.days import LONDON

BLOCK_HOURS = 4
# A desk's own day: on every working day somebody is at work at each receiving desk between these times. No law sets
# them; they decide when the desks hear of what is due in hours, and when a critical report that is not urgent is late.
OPENS = dt.time(8, 0)
CLOSES = dt.time(17, 0)
# When a working day's reminders are raised: at the start of the desk's day.
MORNING = OPENS
_ONE_DAY = dt.timedelta(days=1)


def block_start(now: dt.datetime) -> dt.datetime:
    """The start of the four-hour block of `now` (aware): 00:00, 04:00, ... 20:00 in London."""
    local = now.astimezone(LONDON)
    return dt.datetime.combine(local.date(), dt.time(local.hour // BLOCK_HOURS * BLOCK_HOURS), tzinfo=LONDON)


def end_of_day(day: dt.date) -> dt.datetime:
    """23:59 in London: when a limit counted in days ends."""
    return dt.datetime.combine(day, END_OF_DAY, tzinfo=LONDON)


def morning(day: dt.date) -> dt.datetime:
    """The start of the desk's day on `day`, aware."""
    return dt.datetime.combine(day, MORNING, tzinfo=LONDON)


def in_working_hours(now: dt.datetime) -> bool:
    """Whether the desks are at work at `now` (aware)."""
    local = now.astimezone(LONDON)
    return is_working_day(local.date()) and OPENS <= local.time() < CLOSES


def due_at(
    interval: Interval,
    start_rule: StartRule,
    start: dt.date,
    *,
    block: dt.datetime | None = None,
    desk_hours: bool = False,
) -> dt.datetime:
    """When a limit of `interval` that starts on the day `start` is due, aware.

    For hours `block` is where they begin (block_start): they run round the clock, or with `desk_hours` only while the
    desks are at work, from the next opening. Every other unit ends with a day: `start` itself does not count
    (`after`), is the first day (`beginning_with`), or the next working day is (`first_working_day_after`). Months and
    weeks end on the day with the same number or name; where the month has none, on its last.
    Raises ValueError for hours without a block.
    """
    if interval.unit is Unit.HOURS:
        if block is None:
            raise ValueError("hours are counted from a block")
        return _desk_hours(block, interval.amount) if desk_hours else _plus_hours(block, interval.amount)
    return end_of_day(_last_day(interval, start_rule, start))


def after(moment: dt.datetime, interval: Interval) -> dt.datetime:
    """`interval` later: hours round the clock; days, weeks and months at the same time of their day in London."""
    if interval.unit is Unit.HOURS:
        return _plus_hours(moment, interval.amount)
    local = moment.astimezone(LONDON)
    return dt.datetime.combine(_plus(local.date(), interval), local.time(), tzinfo=LONDON)


def halfway(start: dt.date | dt.datetime, due: dt.datetime) -> dt.datetime:
    """When the first reminder comes: half of the time from `start` to `due`.

    Between days the morning of the day in the middle, the later one of two; so it never stands on the day on which
    something began unless that is the day on which it is due. Between moments (hours) the moment in the middle.
    """
    if isinstance(start, dt.datetime):
        first, last = start.astimezone(dt.UTC), due.astimezone(dt.UTC)
        return first + (last - first) / 2
    days = (due.astimezone(LONDON).date() - start).days
    return min(morning(start + dt.timedelta(days=(days + 1) // 2)), due)


def last_morning_before(due: dt.datetime) -> dt.datetime:
    """The morning of the last working day that begins before `due`, `due`'s own day if it is one."""
    day = due.astimezone(LONDON).date()
    found = last_working_day(day)
    if morning(found) >= due:
        found = last_working_day(found - _ONE_DAY)
    return morning(found)


def _last_day(interval: Interval, start_rule: StartRule, start: dt.date) -> dt.date:
    if start_rule is StartRule.AFTER:
        return _plus(start, interval)
    first = start if start_rule is StartRule.BEGINNING_WITH else add_working_days(start, 1)
    # The first day counts: what ends n days after the day before it.
    return _plus(first - _ONE_DAY, interval) if _counts_days(interval) else _plus(first, interval) - _ONE_DAY


def _counts_days(interval: Interval) -> bool:
    return interval.unit in {Unit.WORKING_DAYS, Unit.CALENDAR_DAYS}


def _plus(day: dt.date, interval: Interval) -> dt.date:
    match interval.unit:
        case Unit.WORKING_DAYS:
            return add_working_days(day, interval.amount)
        case Unit.CALENDAR_DAYS:
            return day + dt.timedelta(days=interval.amount)
        case Unit.WEEKS:
            return day + dt.timedelta(weeks=interval.amount)
        case Unit.MONTHS:
            return _plus_months(day, interval.amount)
        case _:
            raise ValueError("hours are no days")


def _plus_months(day: dt.date, number: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def _plus_hours(moment: dt.datetime, hours: int) -> dt.datetime:
    # By UTC: an hour of the law lasts an hour, also in the nights in which the clocks change.
    return (moment.astimezone(dt.UTC) + dt.timedelta(hours=hours)).astimezone(LONDON)


def _desk_hours(start: dt.datetime, hours: int) -> dt.datetime:
    # No clock changes while a desk is at work, so the local difference is the true one.
    local = start.astimezone(LONDON)
    day, left = local.date(), dt.timedelta(hours=hours)
    begin = max(local.time(), OPENS)
    while True:
        if is_working_day(day) and begin < CLOSES:
            open_for = dt.datetime.combine(day, CLOSES) - dt.datetime.combine(day, begin)
            if left <= open_for:
                return (dt.datetime.combine(day, begin) + left).replace(tzinfo=LONDON)
            left -= open_for
        day, begin = day + _ONE_DAY, OPENS
