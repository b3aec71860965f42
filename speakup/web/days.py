"""A day is a day of Europe/London (vault.md, 'Encoding')."""

import datetime as dt
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london_day(now: dt.datetime) -> dt.date:
    """The day in London at `now` (aware)."""
    return now.astimezone(LONDON).date()


def midnight(day: dt.date) -> dt.datetime:
    """The aware start of `day` in London: the only moment that a stored file may carry."""
    return dt.datetime.combine(day, dt.time.min, tzinfo=LONDON)
