"""The inbox as lines, newest first, and what may be expected next. No id and no count of people stands in it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from speakup.accounts.roles import role_title_for_reporter
from speakup.clocks.reading import RunningClock
from speakup.reporting.inbox import Inbox
from speakup.reporting.presenters.lengths import length_in_words
from speakup.reporting.progress import Line
from speakup.web.days import london_day

LINES_A_PAGE = 20
# Time limits by what they promise (the policy's ids).
FIRST_REPLY, LATEST_REPLY = "first_reply", "ack"
NEXT_WORDS = ("update_4w", "feedback")


class Kind(StrEnum):
    """What a line of the inbox tells; the words are the template's."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    OPENED = "opened"
    STAGE = "stage"
    NAME_ASKED = "name_asked"
    NAME_RELEASED = "name_released"
    NAME_REFUSED = "name_refused"
    NAME_READ = "name_read"
    NAME_REVIEWED = "name_reviewed"
    NAME_CHANGED = "name_changed"
    FROM_STAFF = "from_staff"
    FROM_REPORTER = "from_reporter"


class Turn(StrEnum):
    """Whose move it is."""

    FIRST_REPLY = "first_reply"
    OURS = "ours"
    REPORTERS = "reporters"


@dataclass(frozen=True)
class InboxLine:
    """One line. `promised` is a day by which something was promised, `until` the last on which her name can be read;
    `emergency`: her name was asked for because a life was in danger; `upheld`: that was found to be right."""

    day: dt.date
    kind: Kind
    role: str = ""
    number: int = 0
    words: str = ""
    promised: dt.date | None = None
    until: dt.date | None = None
    emergency: bool = False
    upheld: bool = False
    mode: str = ""


@dataclass(frozen=True)
class Promise:
    """What the reporter was told to expect by a day: how long it may take, and whether that day is over."""

    day: dt.date
    length: str
    late: bool


@dataclass(frozen=True)
class Standing:
    """Where the report stands, for the top of the inbox. `replied` is the day of the first reply, if there was one.

    `first_reply` and `latest_reply` are the promise of a reply and its limit, `next_reply` that of another one, after a
    message once it was finished, `next_words` the day by which more is to be written; each None where none was made.
    `newest` is the number of our newest message, 0 where there is none.
    """

    turn: Turn
    first_reply: Promise | None
    latest_reply: Promise | None
    replied: dt.date | None
    next_words: Promise | None
    next_reply: Promise | None = None
    newest: int = 0

    @property
    def kept(self) -> bool | None:
        """Whether the first reply came by the promised day; None while there is none, or no promise."""
        if self.replied is None or self.first_reply is None:
            return None
        return self.replied <= self.first_reply.day


# On one day a report is sent before it is opened, and opened before anything comes of it.
_SENT, _OPENED, _LATER, _NAMES = range(4)


def inbox_lines(inbox: Inbox) -> list[InboxLine]:
    """Everything that happened, newest first; a message has a number, and a page of its own."""
    ordered = sorted(_lines(inbox), key=lambda each: (each[1].day, each[0]), reverse=True)
    return [line for _place, line in ordered]


def page_of(lines: list[InboxLine], page: int) -> tuple[list[InboxLine], int | None]:
    """The lines of one page, from 0, and the number of the page with older ones, if there are any."""
    start = page * LINES_A_PAGE
    older = page + 1 if len(lines) > start + LINES_A_PAGE else None
    return lines[start : start + LINES_A_PAGE], older


def standing(inbox: Inbox, now: dt.datetime) -> Standing:
    """Whose move it is: the first reply is awaited, or whoever did not write last moves. What was promised, and
    honestly whether it is late."""
    from_staff = [message for message in inbox.messages if message.from_staff]
    turn = Turn.FIRST_REPLY
    if from_staff:
        turn = Turn.REPORTERS if inbox.messages[-1].from_staff else Turn.OURS
    answers = (clock for clock in inbox.promises if clock.open and clock.limit.id == FIRST_REPLY and from_staff)
    coming = (clock for clock in inbox.promises if clock.open and clock.limit.id in NEXT_WORDS)
    return Standing(
        turn=turn,
        first_reply=_promised(inbox, FIRST_REPLY, now),
        latest_reply=_promised(inbox, LATEST_REPLY, now),
        replied=from_staff[0].day if from_staff else None,
        next_words=next((_promise(clock, now) for clock in coming), None),
        next_reply=next((_promise(clock, now) for clock in answers), None),
        newest=from_staff[-1].number if from_staff else 0,
    )


def _promised(inbox: Inbox, limit_id: str, now: dt.datetime) -> Promise | None:
    return next((_promise(clock, now) for clock in inbox.promises if clock.limit.id == limit_id), None)


def _promise(clock: RunningClock, now: dt.datetime) -> Promise:
    return Promise(london_day(clock.due_at), length_in_words(clock.limit.interval), clock.overdue(now))


def _lines(inbox: Inbox) -> Iterator[tuple[tuple[int, ...], InboxLine]]:
    """Every line with its place among those of its day: a step stands behind the messages that there were by then."""
    yield from _names(inbox)
    for step in inbox.progress:
        if step.line in _OF_NAMES or (step.line is Line.ACKNOWLEDGED and _was_answered(inbox, step.day)):
            continue
        words = inbox.stage_words.get(step.stage, "")
        if words or not step.stage:
            group = _SENT if step.line is Line.SENT else _LATER
            line = InboxLine(step.day, Kind(step.line.value), words=words, promised=step.promised)
            yield (group, step.after, 1, step.order), line
    for number, opening in enumerate(inbox.openings):
        yield (_OPENED, number), InboxLine(opening.day, Kind.OPENED, role=opening.role)
    for message in inbox.messages:
        kind = Kind.FROM_STAFF if message.from_staff else Kind.FROM_REPORTER
        yield (_LATER, message.number, 0), InboxLine(message.day, kind, number=message.number)


def _was_answered(inbox: Inbox, day: dt.date) -> bool:
    """Whether a message had come by that day: it says itself that somebody read the report."""
    return any(message.from_staff and message.day <= day for message in inbox.messages)


_OF_NAMES = frozenset({Line.NAME_ASKED, Line.NAME_REVIEWED, Line.NAME_CHANGED})
_ASKED, _DECIDED, _READ, _REVIEWED, _CHANGED = range(5)


def _names(inbox: Inbox) -> Iterator[tuple[tuple[int, ...], InboxLine]]:
    """What became of her name, each day in this order: asked for, decided, read, looked at afterwards."""
    for number, asked in enumerate(inbox.names_asked):
        role = role_title_for_reporter(asked.role)
        yield (_NAMES, _ASKED, number), InboxLine(asked.day, Kind.NAME_ASKED, role=role, emergency=asked.emergency)
        if asked.released is not None and asked.decided_day is not None:
            kind = Kind.NAME_RELEASED if asked.released else Kind.NAME_REFUSED
            yield (_NAMES, _DECIDED, number), InboxLine(asked.decided_day, kind, role=role, until=asked.until)
    for number, reading in enumerate(inbox.names_read):
        yield (_NAMES, _READ, number), InboxLine(reading.day, Kind.NAME_READ, role=reading.role)
    for step in inbox.progress:
        if step.line is Line.NAME_REVIEWED:
            upheld = bool(step.detail.get("upheld"))
            yield (_NAMES, _REVIEWED, step.order), InboxLine(step.day, Kind.NAME_REVIEWED, upheld=upheld)
        elif step.line is Line.NAME_CHANGED:
            mode = step.detail.get("mode", "")
            yield (_NAMES, _CHANGED, step.order), InboxLine(step.day, Kind.NAME_CHANGED, mode=mode)
