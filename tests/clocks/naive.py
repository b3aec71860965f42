"""A second calculator of working days and due times, slow and plain, that shares nothing with the first.

Bank holidays come from the rules by which they are set (Easter by the Anonymous Gregorian algorithm), days are walked
one by one, hours one by one in UTC.
"""

import datetime as dt
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
# Moved or added by proclamation.
_EXTRA = {
    2012: ({dt.date(2012, 6, 4), dt.date(2012, 6, 5)}, {dt.date(2012, 5, 28)}),
    2020: ({dt.date(2020, 5, 8)}, {dt.date(2020, 5, 4)}),
    2022: ({dt.date(2022, 6, 2), dt.date(2022, 6, 3), dt.date(2022, 9, 19)}, {dt.date(2022, 5, 30)}),
    2023: ({dt.date(2023, 5, 8)}, set()),
}


def easter(year: int) -> dt.date:
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * el) // 433
    month = (h + el - 7 * m + 90) // 25
    return dt.date(year, month, (h + el - 7 * m + 33 * month + 19) % 32)


def bank_holidays(year: int) -> set[dt.date]:
    """Those of England and Wales."""
    found = {easter(year) - dt.timedelta(days=2), easter(year) + dt.timedelta(days=1)}
    found |= {_monday(year, 5, first=True), _monday(year, 5, first=False), _monday(year, 8, first=False)}
    for fixed in (dt.date(year, 1, 1), dt.date(year, 12, 25), dt.date(year, 12, 26)):
        day = fixed
        while day.weekday() >= 5 or day in found:
            day += dt.timedelta(days=1)
        found.add(day)
    more, fewer = _EXTRA.get(year, (set(), set()))
    return (found | more) - fewer


def _monday(year: int, month: int, *, first: bool) -> dt.date:
    days = [dt.date(year, month, day) for day in range(1, 32)]
    mondays = [day for day in days if day.weekday() == 0]
    return mondays[0] if first else mondays[-1]


def works(day: dt.date) -> bool:
    return day.weekday() not in {5, 6} and day not in bank_holidays(day.year)


def nth_working_day(day: dt.date, number: int) -> dt.date:
    """The nth working day after `day`."""
    found: list[dt.date] = []
    while len(found) < number:
        day = day + dt.timedelta(days=1)
        if works(day):
            found.append(day)
    return found[-1]


def months_later(day: dt.date, number: int) -> dt.date:
    year, month = day.year, day.month
    for _ in range(number):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for last in range(day.day, 0, -1):
        try:
            return dt.date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def desk_hours_later(start: dt.datetime, hours: int) -> dt.datetime:
    """The end of the nth hour, from `start` on the hour, in which a desk that works from 8 to 5 is at work."""
    at = start.astimezone(dt.UTC)
    while True:
        local = at.astimezone(LONDON)
        if works(local.date()) and 8 <= local.hour < 17:
            hours -= 1
        at += dt.timedelta(hours=1)
        if hours == 0:
            return at
