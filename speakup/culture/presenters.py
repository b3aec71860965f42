"""Released numbers in words, as a chart and as a file. 'Not shown' is never drawn or written as a number."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from speakup.culture.periods import Quarter
from speakup.culture.protection import NOTICE, ROUNDED_TO, SHOWN_FROM
from speakup.culture.releasing import ReleasedQuarter

# The chart's measures: heights in pixels, widths in per cent of whatever room it has, so that words keep their size.
ROW = 60
_LABEL_LINE, _BAR_TOP, BAR_HEIGHT, _VALUE_LINE = 18, 26, 24, 43
_WIDEST = 68
_MOST_BARS = 12


@dataclass(frozen=True)
class Bar:
    """One quarter of the chart: `width` of a number in per cent, of what is not shown in pixels, the lines on which
    label and value stand in pixels."""

    label: str
    words: str
    shown: bool
    width: str
    label_y: int
    bar_y: int
    value_y: int


@dataclass(frozen=True)
class Row:
    """One quarter of the table."""

    label: str
    words: str
    released: str


class CulturePage:
    """Everything that was released, for HR's page."""

    notice = NOTICE
    shown_from = SHOWN_FROM
    rounded_to = ROUNDED_TO
    bar_height = BAR_HEIGHT

    def __init__(self, released: Sequence[ReleasedQuarter]) -> None:
        self.rows = [
            Row(quarter_words(one.quarter), shown_words(one), date_format(one.day, "j F Y")) for one in released
        ]
        charted = released[-_MOST_BARS:]
        largest = max((one.shown or 0 for one in charted), default=0)
        self.bars = [_bar(at, one, largest) for at, one in enumerate(charted)]
        self.height = len(self.bars) * ROW

    @property
    def chart_words(self) -> str:
        """The chart, told: for whoever does not see it."""
        return " ".join(f"{bar.label}: {bar.words}." for bar in self.bars)


def quarter_words(quarter: Quarter) -> str:
    """A quarter as people say it: 'October to December 2026'."""
    return _("%(first)s to %(last)s") % {
        "first": date_format(quarter.first_day, "F"),
        "last": date_format(quarter.last_day, "F Y"),
    }


def shown_words(released: ReleasedQuarter) -> str:
    return _("not shown") if released.shown is None else str(released.shown)


def assessed_csv(released: Sequence[ReleasedQuarter]) -> str:
    """The table as a file. Its first line says what it is not."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow([NOTICE])
    lines.writerow([_("Quarter"), _("Reports assessed"), _("Released")])
    lines.writerows([quarter_words(one.quarter), shown_words(one), one.day.isoformat()] for one in released)
    return written.getvalue()


def _bar(at: int, released: ReleasedQuarter, largest: int) -> Bar:
    top = at * ROW
    # What is not shown is a square, whatever stands beside it: its length says nothing, and is nobody's number.
    width = f"{BAR_HEIGHT}" if released.shown is None else f"{_WIDEST * released.shown / largest:.2f}%"
    return Bar(
        label=quarter_words(released.quarter),
        words=shown_words(released),
        shown=released.shown is not None,
        width=width,
        label_y=top + _LABEL_LINE,
        bar_y=top + _BAR_TOP,
        value_y=top + _VALUE_LINE,
    )
