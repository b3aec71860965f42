"""The one way in which a fault is told of: its class and where it passed, never its text, arguments or variables.

Python prints what nobody caught with its text, and Django's own reporter adds every local variable. Both are replaced:
in the sites, the workers and every command (vault.md, 'Rules of the room'). logs.py has the line itself.
"""

import logging
import sys
import threading
from types import TracebackType
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

from speakup.web.logs import AllowListFormatter

_FORMAT = AllowListFormatter()


class FaultReporter(ExceptionReporter):
    """settings.DEFAULT_EXCEPTION_REPORTER: whatever asks for a report of a fault (mail, a page) gets this."""

    def get_traceback_data(self) -> dict[str, Any]:
        return {}

    def get_traceback_text(self) -> SafeString:
        return self.get_traceback_html()

    def get_traceback_html(self) -> SafeString:
        return escape(_line(self.exc_type, self.exc_value, self.tb))


def report_faults_without_text() -> None:
    """From now on this process tells of what nobody caught, in any thread, in the log's one format.

    Warnings too: they go through logging, which leaves their text out.
    """
    sys.excepthook = _tell
    threading.excepthook = lambda fault: _tell(fault.exc_type, fault.exc_value, fault.exc_traceback)
    sys.unraisablehook = lambda fault: _tell(fault.exc_type, fault.exc_value, fault.exc_traceback)
    logging.captureWarnings(True)


def _tell(kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
    # What is wrong with how it was installed is said in words, as manage.py says it: nobody typed that into a page.
    said = f"SpeakUp cannot start: {fault}" if isinstance(fault, ImproperlyConfigured) else _line(kind, fault, trace)
    sys.stderr.write(said + "\n")


def _line(kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> str:
    found = (kind, fault, trace) if kind is not None and fault is not None else None
    record = logging.LogRecord(__name__, logging.CRITICAL, __file__, 0, "a fault that nobody caught", (), found)
    return _FORMAT.format(record)
