"""An exception that carries what was typed reaches no log: not of a page, a task, a command or the database
(vault.md, 'Rules of the room'). The real logging configuration is used; the twin beside it is Python's own format."""

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from celery import Celery
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from gunicorn.config import Config

from notifications import nightly, tasks
from professional_standards import report_page
from speakup.celery import app
from speakup.embedded.demonstration import Force
from speakup.reporting import drafts, reading
from speakup.reporting.forms import behaviours
from speakup.reporting.presenters import giveaways
from speakup.reporting.views import start
from speakup.web.logs import AllowListFormatter
from speakup.web_server import OurFormat
from tests.attacks.conftest import Logs
from tests.attacks.searching import where_found
from tests.attacks.travelling import ReporterBrowser, staff_browser, step

CANARY = "canary-quillfeather-7731"
Raises = Callable[..., Any]


def value_error(*args: Any, **kwargs: Any) -> None:
    raise ValueError(f"cannot read {CANARY}")


def integrity_error(*args: Any, **kwargs: Any) -> None:
    """Typed text in a key that must be unique: SQLite names the column, our own message the value."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO accounts_desk (id, code, kind) VALUES (%s, %s, %s)", [CANARY, CANARY, CANARY])
    except IntegrityError as error:
        raise IntegrityError(f"{error}: DETAIL: Key (code)=({CANARY})") from error


def decode_error(*args: Any, **kwargs: Any) -> None:
    (CANARY.encode() + b"\xff").decode("utf-8")


def json_error(*args: Any, **kwargs: Any) -> None:
    """What was to be read is kept in the exception as `doc`."""
    json.loads(f'{{"{CANARY}')


def chained(*args: Any, **kwargs: Any) -> None:
    try:
        value_error()
    except ValueError as error:
        raise RuntimeError(CANARY) from error


def grouped(*args: Any, **kwargs: Any) -> None:
    raise ExceptionGroup(CANARY, [ValueError(CANARY), KeyError(CANARY)])


def noted(*args: Any, **kwargs: Any) -> None:
    error = ValueError("nothing")
    error.add_note(CANARY)
    raise error


class CanaryError(Exception):
    """One that carries the text in its arguments and its representation."""

    def __repr__(self) -> str:
        return f"CanaryError({CANARY})"


def own(*args: Any, **kwargs: Any) -> None:
    raise CanaryError(CANARY)


FAULTS: list[Raises] = [value_error, integrity_error, decode_error, json_error, chained, grouped, noted, own]


def written(logs: Logs) -> str:
    return logs.written.getvalue()


def assert_kept_out(logs: Logs, printed: str = "") -> None:
    """Something was logged, and the canary is not in it; Python's own format beside it did write it."""
    assert written(logs) != ""
    assert where_found([CANARY], [("log", written(logs).encode()), ("printed", printed.encode())]) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_in_a_reporter_s_page(
    force: Force, logs: Logs, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], fault: Raises
) -> None:
    browser = ReporterBrowser().start()
    monkeypatch.setattr(drafts, "_check", fault)
    monkeypatch.setattr(start, "render", fault)
    answer = browser.post(step("account"), text=CANARY, version="0")
    assert answer.status_code == 500
    assert browser.get(f"/?q={CANARY}").status_code == 500
    assert CANARY not in answer.content.decode()
    assert_kept_out(logs, repr(capfd.readouterr()))
    assert " at " in written(logs)


@pytest.mark.parametrize("fault", FAULTS)
def test_in_a_search_and_in_a_warning(
    force: Force, logs: Logs, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], fault: Raises
) -> None:
    """What looks through her words has them in its hands when it fails."""
    browser = ReporterBrowser().start()
    monkeypatch.setattr(behaviours, "find_behaviours", fault)
    monkeypatch.setattr(giveaways, "find_giveaways", fault)
    searched = browser.post(step("behaviours"), search=CANARY, find="yes", version="0")
    warned = browser.post(step("account"), text=CANARY, version="0")
    for answer in (searched, warned):
        assert answer.status_code == 500
        assert CANARY not in answer.content.decode()
    assert_kept_out(logs, repr(capfd.readouterr()))


def test_twin_python_s_own_format_writes_it(force: Force, logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    for fault in FAULTS:
        logs.everything.truncate(0)
        monkeypatch.setattr(start, "render", fault)
        ReporterBrowser().get("/")
        assert CANARY in logs.everything.getvalue(), fault.__name__


def test_twin_django_s_page_for_developers_shows_it(
    force: Force, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """DEBUG is False in both modes, and our own reporter shows nothing even where it is not: what Django's would."""
    assert settings.DEBUG is False
    settings.DEBUG = True
    monkeypatch.setattr(start, "render", own)
    assert CANARY not in ReporterBrowser().get("/").content.decode()
    settings.DEFAULT_EXCEPTION_REPORTER = "django.views.debug.ExceptionReporter"
    assert CANARY in ReporterBrowser().get("/").content.decode()


@pytest.mark.parametrize("fault", FAULTS)
def test_in_a_page_of_staff(force: Force, logs: Logs, monkeypatch: pytest.MonkeyPatch, fault: Raises) -> None:
    client = staff_browser(force, "helen.marsh@example.test")
    client.raise_request_exception = False
    monkeypatch.setattr(reading, "list_reports", fault)
    monkeypatch.setattr(report_page, "open_report", fault)
    assert client.get(reverse("staff-home") + f"?after={CANARY}").status_code == 500
    answer = client.get(reverse("staff-report", args=["7f3c0a52-9a53-4a8e-b7c1-52f8f6a4d911"]))
    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
    assert_kept_out(logs)


def test_in_paths_hosts_and_methods_that_are_refused(force: Force, logs: Logs) -> None:
    """What Django itself warns of carries the path, the host, or the cookie."""
    browser = ReporterBrowser()
    assert browser.get(f"/{CANARY}/").status_code == 404
    elsewhere = {"host": f"{CANARY}.test", "origin": f"http://{CANARY}.test"}
    assert browser.client.post("/report/", headers=elsewhere).status_code in {400, 403}
    assert browser.client.post("/report/", {"text": CANARY}).status_code == 403
    browser.client.generic("POST", "/report/", CANARY * 500_000, content_type="application/x-www-form-urlencoded")
    browser.client.cookies["r"] = CANARY
    browser.get("/return/")
    staff = staff_browser(force, "helen.marsh@example.test")
    staff.put(reverse("staff-home"), CANARY)
    assert CANARY in logs.everything.getvalue()
    assert_kept_out(logs)


@pytest.mark.parametrize("fault", FAULTS)
def test_in_a_task(
    db: None, logs: Logs, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], fault: Raises
) -> None:
    """Run as a worker runs it: with the worker's tracing, which logs what failed."""
    monkeypatch.setattr(nightly, "run_nightly", fault)
    tasks.run_nightly.apply(throw=False)
    assert_kept_out(logs, repr(capfd.readouterr()))
    assert CANARY in logs.everything.getvalue()


@pytest.mark.parametrize("fault", FAULTS)
def test_in_a_command(
    db: None, logs: Logs, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], fault: Raises
) -> None:
    monkeypatch.setattr("notifications.management.commands.run_nightly.run_nightly", fault)
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("run_nightly", stdout=out, stderr=err)
    said = out.getvalue() + err.getvalue() + str(refused.value) + repr(refused.value.__cause__)
    assert_kept_out(logs, said + repr(capfd.readouterr()))
    assert CANARY in logs.everything.getvalue()


def test_in_what_the_web_server_complains_of(logs: Logs, capfd: pytest.CaptureFixture[str]) -> None:
    """gunicorn has loggers of its own, which do not hand on to ours."""
    kept = logging.getLogger("gunicorn.error").handlers[:]
    try:
        config = Config()
        config.set("errorlog", "-")
        server = OurFormat(config)
        try:
            chained()
        except RuntimeError:
            server.exception("Error handling request %s", CANARY)
    finally:
        logging.getLogger("gunicorn.error").handlers[:] = kept
    printed = capfd.readouterr()
    assert "gunicorn.error" in printed.err
    assert CANARY not in printed.err + printed.out


def test_no_logger_writes_past_the_one_format() -> None:
    """Every handler of every logger, ours and others', has the allow-list; gunicorn's are set when it starts."""
    ours = {"speakup", "professional_standards", "notifications", "django", "celery", "kombu"}
    for name in [*logging.root.manager.loggerDict, "root"]:
        if name.split(".")[0] not in ours:
            continue
        logger = logging.getLogger(name)
        writing = [each for each in logger.handlers if not isinstance(each, logging.NullHandler)]
        if name == "root":
            writing = [each for each in writing if type(each).__module__ != "_pytest.logging"]
        assert all(isinstance(each.formatter, AllowListFormatter) for each in writing), name
        assert logger.propagate or name == "root", name


def test_the_worker_sets_no_format_of_its_own(logs: Logs) -> None:
    """Celery's set-up would put its own handlers in: ours stay the only ones."""
    assert isinstance(app, Celery)
    before = {name: logging.getLogger(name).handlers[:] for name in ("", "celery", "celery.task")}
    app.log.setup(loglevel=logging.INFO, redirect_stdouts=False)
    assert {name: logging.getLogger(name).handlers[:] for name in before} == before
