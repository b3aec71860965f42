"""What staff type into this room's forms: how long it may be, and when it is missing."""

import datetime as dt
import uuid

from professional_standards.refusals import FormProblem, Problem
from speakup.web.days import london_day

LONGEST_REASON = 4000
LONGEST_TITLE = 200
LONGEST_NOTE = 100_000
LONGEST_OFFICE = 200


def required(field: str, text: str, longest: int) -> None:
    """Raises FormProblem where nothing is said, or too much."""
    if not text.strip():
        raise FormProblem(field, Problem.REQUIRED)
    short(field, text, longest)


def short(field: str, text: str, longest: int) -> None:
    """Raises FormProblem where more than `longest` characters are typed."""
    if len(text) > longest:
        raise FormProblem(field, Problem.TOO_LONG)


def not_later(field: str, day: dt.date, now: dt.datetime) -> None:
    """Raises FormProblem for a day that has not come."""
    if day > london_day(now):
        raise FormProblem(field, Problem.IN_THE_FUTURE)


def row_id(posted: uuid.UUID | None) -> uuid.UUID:
    """The id that a form brought for what it writes, if it is a random one; else a new one."""
    return posted if posted is not None and posted.version == 4 else uuid.uuid4()
