"""The periods that statistics are counted in: quarters and financial years, 1 April to 31 March.

A year's code is the year it begins in, a quarter's has its number behind it: `2026` runs from 1 April 2026 to 31 March
2027, `2026Q1` is April to June 2026 and `2026Q4` is January to March 2027. The codes are part of sealed contexts and
of the names of key files: they never change.
"""

import datetime as dt
import re
from dataclasses import dataclass

QUARTERS = 4
_FIRST_MONTH = 4
_MONTHS = 3
_QUARTER = re.compile(r"(\d{4})Q([1-4])", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
CODE_LENGTH = 6


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter of the financial year that begins in `year`; `number` is 1 to 4. Ordered as time goes."""

    year: int
    number: int

    @property
    def code(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def year_code(self) -> str:
        """The code of its financial year."""
        return year_code(self.year)

    @property
    def first_day(self) -> dt.date:
        months = _FIRST_MONTH - 1 + (self.number - 1) * _MONTHS
        return dt.date(self.year + months // 12, months % 12 + 1, 1)

    @property
    def last_day(self) -> dt.date:
        return self.next().first_day - dt.timedelta(days=1)

    def next(self) -> "Quarter":
        return self.moved(1)

    def moved(self, by: int) -> "Quarter":
        """The quarter that many later, or earlier where `by` is negative."""
        year, index = divmod(self.year * QUARTERS + self.number - 1 + by, QUARTERS)
        return Quarter(year, index + 1)


def quarter_of(day: dt.date) -> Quarter:
    """The quarter that a day (of Europe/London) lies in."""
    months = day.year * 12 + day.month - _FIRST_MONTH
    return Quarter(months // 12, months % 12 // _MONTHS + 1)


def read_quarter(code: str) -> Quarter:
    """The quarter of a code such as 2026Q3. Raises ValueError."""
    match = _QUARTER.fullmatch(code)
    if match is None:
        raise ValueError("a quarter is written like 2026Q3")
    return Quarter(int(match[1]), int(match[2]))


def is_quarter(code: str) -> bool:
    return _QUARTER.fullmatch(code) is not None


def is_period(code: str) -> bool:
    """Whether this is the code of a quarter or of a year."""
    return is_quarter(code) or _YEAR.fullmatch(code) is not None


def year_code(year: int) -> str:
    return f"{year:04d}"


def periods_from(first: Quarter, quarters: int) -> list[str]:
    """The codes of so many quarters from `first` on, and of every year that they touch."""
    wanted = [first.moved(by) for by in range(quarters)]
    return [*(quarter.code for quarter in wanted), *sorted({quarter.year_code for quarter in wanted})]
