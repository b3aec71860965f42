"""Working days of England and Wales, from the list of bank holidays that comes with a package: nothing is fetched.

The list ends. Beyond its last year every weekday counts as a working day, so that a limit falls too early rather than
too late, and `running_out` says so in good time.
"""

import datetime as dt
from functools import lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays

WARNED_BEFORE = dt.timedelta(days=90)
_SATURDAY = 5


@lru_cache(maxsize=1)
def _bank_holidays() -> frozenset[dt.date]:
    listed = BankHolidays(use_cached_holidays=True)
    return frozenset(holiday["date"] for holiday in listed.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))


def is_working_day(day: dt.date) -> bool:
    """Whether `day` is neither Saturday, Sunday nor a bank holiday of England and Wales."""
    return day.weekday() < _SATURDAY and day not in _bank_holidays()


def add_working_days(day: dt.date, number: int) -> dt.date:
    """The `number`th working day after `day`, which itself never counts. Raises ValueError for less than one."""
    if number < 1:
        raise ValueError("count at least one working day")
    while number:
        day += dt.timedelta(days=1)
        number -= is_working_day(day)
    return day


def last_working_day(day: dt.date) -> dt.date:
    """The working day that `day` is, or else the one before it."""
    while not is_working_day(day):
        day -= dt.timedelta(days=1)
    return day


def known_until() -> dt.date:
    """The last day of which is known whether it is a bank holiday: the list is published by whole years."""
    return dt.date(max(_bank_holidays()).year, 12, 31)


def running_out(today: dt.date) -> bool:
    """Whether the list ends within 90 days of `today`, or has ended: it is time for a newer one."""
    return today > known_until() - WARNED_BEFORE
