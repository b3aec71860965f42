"""The one log format: what may be written is listed, everything else is left out.

Exceptions carry what was typed (`IntegrityError`, `UnicodeDecodeError`, `JSONDecodeError` and many more), and so do
the arguments of other people's log calls. So a line holds the day, the level, the logger, where in the code it was
written, for our own loggers the constant text, and of an exception its class and where it passed. No time: a
reporter's act must not be datable from a log (adversaries.md).
"""

import datetime as dt
import logging
import traceback
from pathlib import PurePath
from types import TracebackType

from speakup.web.days import london_day

_OURS = ("speakup", "professional_standards", "notifications")
_MOST_FRAMES = 12


def _place(path: str) -> str:
    return "/".join(PurePath(path).parts[-3:])


def _where(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace, limit=-_MOST_FRAMES)
    return " < ".join(f"{_place(frame.filename)}:{frame.lineno}" for frame in reversed(frames))


class AllowListFormatter(logging.Formatter):
    """Formats a record from listed fields alone; `status_code` is the only extra that is ever shown."""

    def format(self, record: logging.LogRecord) -> str:
        day = london_day(dt.datetime.fromtimestamp(record.created, tz=dt.UTC))
        line = f"{day} {record.levelname} {record.name} {_place(record.pathname)}:{record.lineno}"
        if record.name.split(".", 1)[0] in _OURS and isinstance(record.msg, str):
            line += f" {record.msg}"  # the constant text, its arguments left out
        status = getattr(record, "status_code", None)
        if isinstance(status, int):
            line += f" status={status}"
        if record.exc_info and record.exc_info[0] is not None:
            kind, trace = record.exc_info[0], record.exc_info[2]
            line += f" {kind.__module__}.{kind.__qualname__} at {_where(trace)}"
        return line
