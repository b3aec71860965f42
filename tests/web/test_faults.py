"""What nobody caught is told by its class and its place, whichever process it ends (speakup/web/faults.py)."""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core import mail
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter

CANARY = "canary-brindlemoor-5520"
PROJECT = Path(__file__).resolve().parents[2]

UNCAUGHT = f"raise ValueError('{CANARY}')"
CHAINED = f"""
try:
    int('{CANARY}')
except ValueError as error:
    raise RuntimeError('{CANARY}') from error
"""
IN_A_THREAD = f"""
import threading
def fail(typed):
    raise ValueError(typed)
thread = threading.Thread(target=fail, args=('{CANARY}',))
thread.start()
thread.join()
raise SystemExit(3)
"""
WHILE_DELETED = f"""
class Typed:
    def __del__(self):
        raise ValueError('{CANARY}')
typed = Typed()
del typed
raise SystemExit(3)
"""
WARNED = f"""
import warnings
warnings.warn('{CANARY}')
raise SystemExit(3)
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False, env={**os.environ}
    )


@pytest.mark.parametrize("fault", [UNCAUGHT, CHAINED, IN_A_THREAD, WHILE_DELETED, WARNED])
def test_what_nobody_caught_is_told_without_its_text(fault: str) -> None:
    begin = "import django; django.setup(); from speakup.web.faults import report_faults_without_text as begin; begin()"
    ended = run(f"{begin}\n{fault}")
    assert ended.returncode != 0
    assert CANARY not in ended.stdout + ended.stderr
    assert " at " in ended.stderr or "py.warnings" in ended.stderr


@pytest.mark.parametrize("fault", [UNCAUGHT, CHAINED, IN_A_THREAD, WHILE_DELETED, WARNED])
def test_twin_python_itself_would_have_printed_it(fault: str) -> None:
    assert CANARY in run(fault).stderr


def test_a_command_that_fails_prints_no_text() -> None:
    code = f"""
import sys
import django
from django.core import management
def fail(argv):
    raise ValueError('{CANARY}')
management.execute_from_command_line = fail
import manage
manage.main()
"""
    ended = run(code)
    assert ended.returncode == 1
    assert "builtins.ValueError at " in ended.stderr
    assert CANARY not in ended.stdout + ended.stderr


def test_nobody_is_mailed_a_fault() -> None:
    assert configured.ADMINS == []
    assert configured.MANAGERS == []


def test_a_mail_handler_that_somebody_adds_mails_class_and_place_alone(settings: Any) -> None:
    """The twin beside it: Django's own reporter carries the text and every variable."""
    settings.ADMINS = [("A", "a@example.test")]
    typed = CANARY
    try:
        raise ValueError(typed)
    except ValueError:
        found = sys.exc_info()
    AdminEmailHandler(include_html=True).emit(_record(found))
    sent = repr([message.message().as_string() for message in mail.outbox])
    assert "builtins.ValueError at " in sent
    assert CANARY not in sent
    assert CANARY in ExceptionReporter(None, *found).get_traceback_text()


def _record(found: Any) -> logging.LogRecord:
    return logging.LogRecord("django.request", logging.ERROR, __file__, 1, "a fault", (), found)
