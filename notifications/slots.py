"""When mail goes: at times that everybody knows before, so that its moment tells as little as can be."""

import datetime as dt

from speakup.clocks.calendar import is_working_day
from speakup.clocks.counting import OPENS
from speakup.web.days import LONDON, london_day

DAILY = dt.time(7, 0)
QUARTER = dt.timedelta(minutes=15)
_ONE_DAY = dt.timedelta(days=1)


def daily_slot(now: dt.datetime) -> dt.datetime:
    """07:00 in London on the day of `now`: before the desks open."""
    return dt.datetime.combine(london_day(now), DAILY, tzinfo=LONDON)


def next_quarter(now: dt.datetime) -> dt.datetime:
    """The next quarter hour, always after `now`: what came within the last fifteen minutes goes together."""
    moment = now.astimezone(dt.UTC)
    since = dt.timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment - since + QUARTER


def next_opening(now: dt.datetime) -> dt.datetime:
    """When the desks are at work next, after `now`."""
    day = london_day(now)
    while True:
        opens = dt.datetime.combine(day, OPENS, tzinfo=LONDON)
        if opens > now and is_working_day(day):
            return opens
        day += _ONE_DAY
