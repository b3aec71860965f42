import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speakup.culture.periods import Quarter, is_period, is_quarter, periods_from, quarter_of, read_quarter

DAYS = st.dates(min_value=dt.date(2001, 1, 1), max_value=dt.date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (dt.date(2026, 3, 31), "2025Q4"),
        (dt.date(2026, 4, 1), "2026Q1"),
        (dt.date(2026, 6, 30), "2026Q1"),
        (dt.date(2026, 7, 1), "2026Q2"),
        (dt.date(2026, 12, 31), "2026Q3"),
        (dt.date(2027, 1, 1), "2026Q4"),
        (dt.date(2028, 2, 29), "2027Q4"),
    ],
)
def test_financial_years_begin_in_april(day: dt.date, code: str) -> None:
    assert quarter_of(day).code == code
    assert quarter_of(day).year_code == code[:4]


@given(DAYS)
def test_a_day_lies_in_its_quarter_and_in_no_other(day: dt.date) -> None:
    quarter = quarter_of(day)
    assert quarter.first_day <= day <= quarter.last_day
    assert quarter.next().first_day == quarter.last_day + dt.timedelta(days=1)
    assert quarter.first_day.month % 3 == 1
    assert quarter.next().moved(-1) == quarter < quarter.next()
    assert read_quarter(quarter.code) == quarter


@pytest.mark.parametrize(
    "typed", ["", "2026", "2026Q0", "2026Q5", "26Q1", "2026q1", "2026Q1\n", "\u0662\u0660\u0662\u0666Q1", "../2026Q1"]
)
def test_what_is_no_quarter(typed: str) -> None:
    assert not is_quarter(typed)
    with pytest.raises(ValueError, match="2026Q3"):
        read_quarter(typed)


def test_periods_are_quarters_and_years() -> None:
    assert is_period("2026")
    assert is_period("2026Q1")
    assert not is_period("2026Q")


def test_a_ceremony_makes_forty_quarters_and_the_years_they_touch() -> None:
    periods = periods_from(Quarter(2026, 3), 40)
    assert (periods[0], periods[39]) == ("2026Q3", "2036Q2")
    assert periods[40:] == [str(year) for year in range(2026, 2037)]
