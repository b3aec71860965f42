"""When something is due, against a calculator of its own: bank holidays, month ends, both changes of the clock."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from speakup.clocks.counting import (
    after,
    block_start,
    due_at,
    end_of_day,
    halfway,
    in_working_hours,
    last_morning_before,
    morning,
)
from speakup.policy.document import Interval, StartRule, Unit
from tests.clocks import naive

LONDON = ZoneInfo("Europe/London")
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31))
MOMENTS = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2027, 12, 31), timezones=st.just(dt.UTC))  # noqa: DTZ001
SPRING, AUTUMN = dt.date(2026, 3, 29), dt.date(2026, 10, 25)
ONE_DAY = dt.timedelta(days=1)


def counted(amount: int, unit: Unit, rule: StartRule, start: dt.date) -> dt.date:
    """The last day, said in other words than counting.py says it."""
    first = {
        StartRule.AFTER: start + ONE_DAY,
        StartRule.FIRST_WORKING_DAY_AFTER: naive.nth_working_day(start, 1),
        StartRule.BEGINNING_WITH: start,
    }[rule]
    if unit is Unit.WORKING_DAYS:
        return naive.nth_working_day(first - ONE_DAY, amount)
    if unit is Unit.CALENDAR_DAYS:
        return first + dt.timedelta(days=amount - 1)
    if unit is Unit.WEEKS:
        return first + dt.timedelta(days=7 * amount - 1)
    # The corresponding date: from 31 January a month ends on 28 or 29 February.
    if rule is StartRule.AFTER:
        return naive.months_later(start, amount)
    return naive.months_later(first, amount) - ONE_DAY


@given(
    DAYS,
    st.integers(1, 60),
    st.sampled_from([unit for unit in Unit if unit is not Unit.HOURS]),
    st.sampled_from(StartRule),
)
@example(dt.date(2026, 1, 31), 1, Unit.MONTHS, StartRule.AFTER)
@example(dt.date(2024, 2, 29), 12, Unit.MONTHS, StartRule.AFTER)
@example(dt.date(2026, 4, 2), 10, Unit.WORKING_DAYS, StartRule.FIRST_WORKING_DAY_AFTER)
@example(dt.date(2026, 12, 24), 3, Unit.WORKING_DAYS, StartRule.BEGINNING_WITH)
@example(SPRING - ONE_DAY, 1, Unit.CALENDAR_DAYS, StartRule.AFTER)
@example(AUTUMN - ONE_DAY, 1, Unit.CALENDAR_DAYS, StartRule.AFTER)
def test_a_limit_in_days_ends_with_the_day_counted_by_hand(
    start: dt.date, amount: int, unit: Unit, rule: StartRule
) -> None:  # fmt: skip
    due = due_at(Interval(amount, unit), rule, start)
    local = due.astimezone(LONDON)
    assert local.date() == counted(amount, unit, rule, start)
    assert local.time() == dt.time(23, 59)


@given(MOMENTS, st.integers(1, 100))
@example(dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC), 4)
@example(dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC), 4)
def test_hours_last_an_hour_and_begin_with_their_block(now: dt.datetime, hours: int) -> None:
    block = block_start(now)
    local = block.astimezone(LONDON)
    assert (local.hour % 4, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    assert block <= now
    assert local.date() == now.astimezone(LONDON).date()
    assert now.astimezone(LONDON).hour - local.hour < 4

    due = due_at(Interval(hours, Unit.HOURS), StartRule.AFTER, local.date(), block=block)
    assert (due.timestamp() - block.timestamp()) / 3600 == hours


@given(MOMENTS, st.integers(1, 40))
def test_a_desks_hours_are_those_walked_by_hand(now: dt.datetime, hours: int) -> None:
    block = block_start(now)
    due = due_at(Interval(hours, Unit.HOURS), StartRule.AFTER, block.date(), block=block, desk_hours=True)
    assert due == naive.desk_hours_later(block, hours)
    assert due.astimezone(LONDON).time() != dt.time(23, 59)


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ("2026-11-24T03:59", "2026-11-24T12:00"),
        ("2026-11-24T09:30", "2026-11-24T12:00"),
        ("2026-11-24T12:00", "2026-11-24T16:00"),
        ("2026-11-24T16:30", "2026-11-25T11:00"),
        ("2026-11-27T20:00", "2026-11-30T12:00"),  # Friday night to Monday noon
        ("2026-12-24T17:30", "2026-12-29T11:00"),  # over Christmas, and one hour of the block was at work
    ],
)
def test_four_hours_of_the_desks_own_day(sent: str, due: str) -> None:
    block = block_start(dt.datetime.fromisoformat(sent).replace(tzinfo=LONDON))
    found = due_at(Interval(4, Unit.HOURS), StartRule.AFTER, block.date(), block=block, desk_hours=True)
    assert found == dt.datetime.fromisoformat(due).replace(tzinfo=LONDON)


def test_hours_without_a_block_are_refused() -> None:
    with pytest.raises(ValueError, match="block"):
        due_at(Interval(4, Unit.HOURS), StartRule.AFTER, SPRING)


@pytest.mark.parametrize(
    ("now", "at_work"),
    [
        ("2026-11-23T08:00", True),
        ("2026-11-23T16:59", True),
        ("2026-11-23T17:00", False),
        ("2026-11-23T07:59", False),
        ("2026-11-21T12:00", False),
        ("2026-12-25T12:00", False),
        ("2026-07-01T08:30", True),
    ],
)
def test_working_hours_are_those_of_london(now: str, at_work: bool) -> None:
    assert in_working_hours(dt.datetime.fromisoformat(now).replace(tzinfo=LONDON).astimezone(dt.UTC)) is at_work


@given(MOMENTS, st.integers(1, 12), st.sampled_from(Unit))
def test_an_interval_later_is_at_the_same_time_of_its_day(moment: dt.datetime, amount: int, unit: Unit) -> None:
    later = after(moment, Interval(amount, unit))
    if unit is Unit.HOURS:
        assert later.timestamp() - moment.timestamp() == amount * 3600
        return
    local, before = later.astimezone(LONDON), moment.astimezone(LONDON)
    assert local.date() == counted(amount, unit, StartRule.AFTER, before.date())
    # An hour that the night of spring has not got is the hour after it.
    assert local.replace(tzinfo=None).time() == before.time() or local.date().month == 3


class TestHalfway:
    @given(DAYS, st.integers(0, 400))
    def test_between_days_it_is_the_morning_in_the_middle(self, start: dt.date, days: int) -> None:
        due = end_of_day(start + dt.timedelta(days=days))
        at = halfway(start, due)
        local = at.astimezone(LONDON)
        assert local.time() == dt.time(8)
        assert at <= due
        assert 0 <= 2 * (local.date() - start).days - days <= 1
        assert local.date() > start or days == 0

    @given(MOMENTS, st.integers(1, 100))
    def test_between_moments_it_is_the_middle(self, start: dt.datetime, hours: int) -> None:
        due = start.astimezone(LONDON) + dt.timedelta(hours=hours)
        at = halfway(start, due)
        assert abs((at - start) - (due - at)) <= dt.timedelta(microseconds=1)

    @given(DAYS, st.integers(0, 60))
    def test_it_does_not_tell_on_which_of_two_days_a_clock_began(self, start: dt.date, number: int) -> None:
        due = end_of_day(start + dt.timedelta(days=2 * number + 1))
        assert halfway(start, due) == halfway(start + ONE_DAY, due)


@given(DAYS)
def test_the_last_morning_is_that_of_the_last_working_day(day: dt.date) -> None:
    at = last_morning_before(end_of_day(day))
    found = at.astimezone(LONDON).date()
    assert at == morning(found)
    assert naive.works(found)
    assert found <= day
    assert not any(naive.works(found + ONE_DAY * number) for number in range(1, (day - found).days + 1))


@given(MOMENTS)
def test_the_last_morning_is_before_it_is_due(due: dt.datetime) -> None:
    assert last_morning_before(due) < due
