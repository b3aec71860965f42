"""Reminders in words: what must be done, by when, by which rule, and how far up it has come."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from professional_standards.presenters.due import Due, source_words
from professional_standards.presenters.headlines import headline_words
from professional_standards.reminders import OpenedReminder, ReminderLine
from speakup.clocks.ladder import HALFWAY, LAST_DAY
from speakup.policy.document import Relation
from speakup.reporting.presenters.lengths import length_in_words
from speakup.web.days import LONDON


@dataclass(frozen=True)
class ReminderWords:
    """One reminder, seen from `now`."""

    line: ReminderLine
    now: dt.datetime

    @property
    def id(self) -> str:
        return str(self.line.id)

    @property
    def href(self) -> str:
        return reverse("staff-reminder", args=[self.line.id])

    @property
    def what(self) -> str:
        """What it is about; which limit it is, only who opens it is told. Several about one thing are numbered."""
        what = headline_words(self.line.headline, self.line.policy)
        if self.line.of == 1:
            return what
        numbers = {"what": what, "number": self.line.number, "of": self.line.of}
        return _("%(what)s, reminder %(number)d of %(of)d") % numbers

    @property
    def reference(self) -> str:
        return self.line.reference

    @property
    def due(self) -> Due:
        return Due(self.line.due_at, self.now)

    @property
    def rung_words(self) -> str:
        """How far it has come: before the due time, or up whose ladder."""
        if self.line.rung == HALFWAY:
            return _("Urgent: look at it now") if self.line.urgent else _("Half of the time is over")
        if self.line.rung == LAST_DAY:
            return _("The last working day has come")
        further: dict[Relation | str, str] = {
            Relation.DESK_SUPERVISOR: _("Overdue: now the supervisor is told"),
            Relation.DESK_HEAD: _("Overdue: now the head of the desk is told"),
        }
        return further.get(self.line.who, _("The time is over"))


class ReminderPage:
    """An opened reminder, as its page lays it out."""

    def __init__(self, opened: OpenedReminder, now: dt.datetime) -> None:
        self.opened = opened
        self.words = ReminderWords(opened.line, now)

    @property
    def limit(self) -> str:
        clock = self.opened.clock
        return clock.limit.what if clock else _("A time limit that does not open")

    @property
    def running(self) -> bool:
        return self.opened.running

    @property
    def about_case(self) -> bool:
        return self.opened.line.about_case

    @property
    def about(self) -> str:
        """Where the work is: the case, or the report."""
        return reverse("staff-case" if self.about_case else "staff-report", args=[self.opened.line.about_id])

    @property
    def rows(self) -> list[dict[str, str]]:
        """Limit, source, how long and since when, and when it is due, for a summary list."""
        rows = [{"key": _("About"), "value": self.words.what}, {"key": _("Due"), "value": self.words.due.words}]
        clock = self.opened.clock
        if clock is None:
            return rows
        counted = _("%(length)s from %(start)s") % {
            "length": length_in_words(clock.limit.interval),
            "start": _start_words(clock.start),
        }
        rows += [{"key": _("How it is counted"), "value": counted}, {"key": _("Source"), "value": source_words(clock)}]
        if clock.limit.note:
            rows.append({"key": _("Note"), "value": clock.limit.note})
        return rows


def _start_words(start: dt.date | dt.datetime) -> str:
    if isinstance(start, dt.datetime):
        local = start.astimezone(LONDON)
        return _("%(time)s on %(day)s") % {"time": f"{local:%H:%M}", "day": formats.date_format(local, "j F Y")}
    return formats.date_format(start, "j F Y")
