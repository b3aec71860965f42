"""Working days of England and Wales, against a calculator of its own."""

import datetime as dt
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speakup.clocks import calendar
from tests.clocks import naive

DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31))


@pytest.mark.parametrize("year", range(2013, 2029))
def test_every_day_of_a_year_is_what_the_rules_say(year: int) -> None:
    day = dt.date(year, 1, 1)
    while day.year == year:
        assert calendar.is_working_day(day) == naive.works(day), day
        day += dt.timedelta(days=1)


@given(DAYS, st.integers(1, 120))
def test_working_days_are_added_as_counted_by_hand(day: dt.date, number: int) -> None:
    if day + dt.timedelta(days=2 * number + 20) <= calendar.known_until():
        assert calendar.add_working_days(day, number) == naive.nth_working_day(day, number)


@given(DAYS, st.integers(1, 60), st.integers(1, 60))
def test_adding_in_two_steps_is_adding_at_once(day: dt.date, first: int, second: int) -> None:
    at_once = calendar.add_working_days(day, first + second)
    assert calendar.add_working_days(calendar.add_working_days(day, first), second) == at_once


@pytest.mark.parametrize(
    ("day", "number", "expected"),
    [
        (dt.date(2026, 4, 2), 1, dt.date(2026, 4, 7)),  # Good Friday to Easter Monday
        (dt.date(2026, 12, 24), 1, dt.date(2026, 12, 29)),  # Boxing Day on a Saturday is kept on Monday
        (dt.date(2027, 12, 24), 1, dt.date(2027, 12, 29)),  # Christmas on a Saturday, Boxing Day on a Sunday
        (dt.date(2026, 11, 22), 3, dt.date(2026, 11, 25)),  # a Sunday
        (dt.date(2026, 11, 21), 1, dt.date(2026, 11, 23)),
    ],
)
def test_around_bank_holidays(day: dt.date, number: int, expected: dt.date) -> None:
    assert calendar.add_working_days(day, number) == expected


@pytest.mark.parametrize("number", [0, -1])
def test_less_than_one_working_day_is_not_counted(number: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        calendar.add_working_days(dt.date(2026, 11, 23), number)


def test_the_last_working_day_is_the_day_itself_or_one_before() -> None:
    assert calendar.last_working_day(dt.date(2026, 11, 20)) == dt.date(2026, 11, 20)
    assert calendar.last_working_day(dt.date(2026, 4, 6)) == dt.date(2026, 4, 2)


class TestTheEndOfTheList:
    def test_a_warning_comes_ninety_days_before(self) -> None:
        last = calendar.known_until()
        assert (last.month, last.day) == (12, 31)
        assert not calendar.running_out(last - dt.timedelta(days=90))
        assert calendar.running_out(last - dt.timedelta(days=89))
        assert calendar.running_out(last + dt.timedelta(days=400))

    def test_after_it_every_weekday_counts(self) -> None:
        """Too early rather than too late."""
        beyond = calendar.known_until() + dt.timedelta(days=1)
        for number in range(400):
            day = beyond + dt.timedelta(days=number)
            assert calendar.is_working_day(day) == (day.weekday() < 5)

    def test_it_is_not_near(self) -> None:
        """Fails in good time: a newer version of govuk-bank-holidays is due."""
        assert not calendar.running_out(dt.datetime.now(tz=dt.UTC).date())


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    calendar._bank_holidays.cache_clear()
    assert not calendar.is_working_day(dt.date(2026, 12, 25))
