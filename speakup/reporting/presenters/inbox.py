"""The inbox as lines, newest first, and what may be expected next. No id and no count of people stands in it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from speakup.reporting.inbox import Inbox

LINES_A_PAGE = 20
# The limit of the promise: a person's reply (reporter-journey.md, decision on statement 53).
LATEST_REPLY = dt.timedelta(days=7)


class Kind(StrEnum):
    """What a line of the inbox tells; the words are the template's."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    OPENED = "opened"
    FROM_STAFF = "from_staff"
    FROM_REPORTER = "from_reporter"


class Turn(StrEnum):
    """Whose move it is."""

    FIRST_REPLY = "first_reply"
    OURS = "ours"
    REPORTERS = "reporters"


@dataclass(frozen=True)
class InboxLine:
    day: dt.date
    kind: Kind
    role: str = ""
    number: int = 0


@dataclass(frozen=True)
class Standing:
    """Where the report stands, for the top of the inbox; `replied` is the day of the first reply, if there was one."""

    turn: Turn
    latest_reply: dt.date
    replied: dt.date | None


# On one day a report is sent before it is opened, and opened before it is answered.
_ORDER_ON_A_DAY = [Kind.SENT, Kind.OPENED, Kind.ACKNOWLEDGED, Kind.FROM_STAFF, Kind.FROM_REPORTER]


def inbox_lines(inbox: Inbox) -> list[InboxLine]:
    """Everything that happened, newest first; a message has a number, and a page of its own."""
    dated = [(line.day, _rank(line), number, line) for number, line in enumerate(_lines(inbox))]
    return [line for *_when, line in sorted(dated, key=lambda each: each[:3], reverse=True)]


def page_of(lines: list[InboxLine], page: int) -> tuple[list[InboxLine], int | None]:
    """The lines of one page, from 0, and the number of the page with older ones, if there are any."""
    start = page * LINES_A_PAGE
    older = page + 1 if len(lines) > start + LINES_A_PAGE else None
    return lines[start : start + LINES_A_PAGE], older


def standing(inbox: Inbox) -> Standing:
    """Whose move it is: the first reply is awaited, or whoever did not write last moves."""
    from_staff = [message for message in inbox.messages if message.from_staff]
    turn = Turn.FIRST_REPLY
    if from_staff:
        turn = Turn.REPORTERS if inbox.messages[-1].from_staff else Turn.OURS
    return Standing(turn, inbox.received_day + LATEST_REPLY, from_staff[0].day if from_staff else None)


def _lines(inbox: Inbox) -> Iterator[InboxLine]:
    for step in inbox.progress:
        yield InboxLine(step.day, Kind(step.line.value))
    for opening in inbox.openings:
        yield InboxLine(opening.day, Kind.OPENED, role=opening.role)
    for message in inbox.messages:
        kind = Kind.FROM_STAFF if message.from_staff else Kind.FROM_REPORTER
        yield InboxLine(message.day, kind, number=message.number)


def _rank(line: InboxLine) -> int:
    """Messages of one day stay in the order in which they were written, whoever wrote them."""
    return min(_ORDER_ON_A_DAY.index(line.kind), _ORDER_ON_A_DAY.index(Kind.FROM_STAFF))
