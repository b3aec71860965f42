"""When something is due, in words, and the clock that says so."""

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from professional_standards.presenters.readings import name_of
from speakup.clocks.models import OwnerKind
from speakup.clocks.reading import Extension, RunningClock
from speakup.policy.document import LimitKind
from speakup.web.days import LONDON, london_day
from speakup.web.forms import Wording

_END_OF_DAY = (23, 59)
LOCAL = "LOCAL"
# What the short codes of the policy's `sources` stand for. A code that is not here is shown as the policy has it.
SOURCE_NAMES: Mapping[str, Wording] = {
    "CR2020": gettext_lazy("Police (Conduct) Regulations 2020"),
    "CMR2020": gettext_lazy("Police (Complaints and Misconduct) Regulations 2020"),
    "PRA2002": gettext_lazy("Police Reform Act 2002"),
    "PA1996": gettext_lazy("Police Act 1996"),
    "SI2017_1135": gettext_lazy("Police Barred List and Police Advisory List Regulations 2017"),
    "SI2024_521": gettext_lazy("Police (Conduct) (Amendment) Regulations 2024"),
    "SI2025_502": gettext_lazy("Police (Vetting) Regulations 2025"),
    "SI2025_558": gettext_lazy(
        "Police (Conduct, Performance and Complaints and Misconduct) (Amendment) Regulations 2025"
    ),
    "PAT2020": gettext_lazy("Police Appeals Tribunals Rules 2020"),
    "MDP2020": gettext_lazy("MoD Police (Conduct etc.) Regulations 2020"),
    "HOSG2020": gettext_lazy("Home Office guidance on conduct 2020"),
    "PSCH2021": gettext_lazy("Police Staff Council Handbook 2021"),
    "ERA1996": gettext_lazy("Employment Rights Act 1996"),
    "EQA2010": gettext_lazy("Equality Act 2010"),
    "EU2019_1937": gettext_lazy("EU Directive 2019/1937 on whistleblowing"),
}
_CODES = re.compile(r"\b(?:{})\b".format("|".join(SOURCE_NAMES)))


@dataclass(frozen=True)
class Due:
    """A moment by which something must be done, seen from `now`. `at` None: nothing runs."""

    at: dt.datetime | None
    now: dt.datetime

    @property
    def late(self) -> bool:
        return self.at is not None and self.now > self.at

    @property
    def is_today(self) -> bool:
        return self.at is not None and not self.late and london_day(self.at) == london_day(self.now)

    @property
    def words(self) -> str:
        """'today', 'yesterday', 'Thursday 26 November', with the time where it is not the end of the day."""
        if self.at is None:
            return _("No date")
        local, today = self.at.astimezone(LONDON), london_day(self.now)
        near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
        days = (local.date() - today).days
        form = "l j F" if local.year == today.year else "l j F Y"
        day = near.get(days) or formats.date_format(local.date(), form)
        if (local.hour, local.minute) == _END_OF_DAY:
            return day
        return _("%(day)s %(time)s") % {"day": day, "time": local.strftime("%H:%M")}


@dataclass(frozen=True)
class ClockLine:
    """One clock: what must be done, by when, and by which rule; `may_extend`: whether the reader may give more time;
    `put_off`: who gave it before."""

    clock: RunningClock
    now: dt.datetime
    may_extend: bool = False
    put_off: tuple["PutOff", ...] = ()

    @property
    def what(self) -> str:
        return self.clock.limit.what

    @property
    def due(self) -> Due:
        return Due(self.clock.due_at, self.now)

    @property
    def open(self) -> bool:
        return self.clock.open

    @property
    def of_report(self) -> bool:
        """Whether it is a report's; else a case's, of a proceeding or a person of it."""
        return self.clock.owner_kind == OwnerKind.REPORT

    @property
    def outcome(self) -> str:
        """Of a clock that is over: whether it was in time."""
        return {True: _("in time"), False: _("late"), None: _("ended")}[self.clock.kept]

    @property
    def source(self) -> str:
        return source_words(self.clock)

    @property
    def since(self) -> dt.date:
        start = self.clock.start
        return london_day(start) if isinstance(start, dt.datetime) else start


@dataclass(frozen=True)
class PutOff:
    """That a clock was given more time."""

    who: str
    day: dt.date
    was_due: Due
    why: str


@dataclass(frozen=True)
class MoreTime:
    """What a page knows of more time: which clocks its reader may give it, and who gave it before, by clock."""

    extendable: Collection[UUID] = ()
    extensions: Mapping[UUID, Sequence[Extension]] = field(default_factory=dict)
    names: Mapping[UUID, str] = field(default_factory=dict)

    def line(self, clock: RunningClock, now: dt.datetime) -> ClockLine:
        """The clock with what is known of it."""
        put_off = (
            PutOff(name_of(dict(self.names), each.by_id), london_day(each.at), Due(each.old_due, now), each.reason)
            for each in self.extensions.get(clock.id, ())
        )
        return ClockLine(clock, now, clock.id in self.extendable, tuple(put_off))


def source_words(clock: RunningClock) -> str:
    """The law behind a limit, and whose number it is where the law sets none."""
    limit = clock.limit
    if limit.source == LOCAL:
        return _("The force's own limit")
    source = _CODES.sub(lambda code: str(SOURCE_NAMES[code[0]]), limit.source)
    if limit.kind is LimitKind.ASAP:
        text = limit.statutory_text or _("as soon as practicable")
        return _("%(source)s: '%(text)s'. The number is the force's") % {"source": source, "text": text}
    return source


def clock_lines(
    clocks: Sequence[RunningClock], now: dt.datetime, more_time: MoreTime | None = None
) -> tuple[list[ClockLine], list[ClockLine]]:
    """Those that run, the one due first first; and those that are over, the newest first."""
    known = more_time or MoreTime()
    lines = [known.line(clock, now) for clock in clocks]
    return [line for line in lines if line.open], [line for line in reversed(lines) if not line.open]
