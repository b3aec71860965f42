"""The nightly run with real commits: killed anywhere, run by two at once, and what the database file still holds."""

import secrets
import threading

import pytest
from django.db import connection, connections

from notifications.nightly import run_nightly
from speakup.ledger.models import Entry, PendingAct
from speakup.ledger.verification import verify_chain
from speakup.reporting.models import Draft
from speakup.web.days import london_day
from tests.notifications.test_nightly import DAY, NIGHT, SENT, attach, contents, draft_of
from tests.reporting.builders import draft_with, sent_report

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="looks into SQLite's file")


class Killed(BaseException):
    """Stands for the process's end: nothing after it runs but what the database does by itself."""


@pytest.fixture
def night(own_database, settings, tmp_path):
    """A database of its own in which two reports wait for the night, and a draft with a file is over."""
    settings.FILES_DIR = tmp_path / "files"
    sent_report(now=SENT)
    sent_report(now=SENT)
    reporter = draft_with(now=SENT - 9 * DAY)
    attach({"draft": draft_of(reporter)}, london_day(SENT - 9 * DAY))
    return own_database


def run_until(statement):
    """Runs the night and is killed before its statement of that number; True where it came to its end."""
    seen = 0

    def count(execute, sql, params, many, context):
        nonlocal seen
        seen += 1
        if seen == statement:
            raise Killed
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(count):
            run_nightly(NIGHT)
    except Killed:
        return False
    return True


def test_killed_at_any_statement_it_leaves_all_or_nothing(night):
    def state():
        return contents(), PendingAct.objects.count(), Entry.objects.count()

    before, after, statement = state(), None, 1
    while not run_until(statement):
        now = state()
        if now != before:
            assert after in (None, now)
            after = now
        verify_chain()
        # Every statement near the seams, and then some: the rows in between are one like the other.
        statement += 1 if statement < 12 or after else 5
    assert (state()[1], state()[2]) == (before[1] - 2, before[2] + 2)
    assert after in (None, state())
    verify_chain()


def test_two_at_once_append_each_act_once(night):
    entries, faults = Entry.objects.count(), []
    ready = threading.Barrier(3)

    def run():
        try:
            ready.wait()
            run_nightly(NIGHT)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Entry.objects.count() == entries + 2
    assert not PendingAct.objects.exists()
    verify_chain()


@sqlite_only
def test_the_database_file_keeps_nothing_of_a_deleted_draft(night):
    sealed = secrets.token_bytes(20_000)
    Draft.objects.filter(expires_day__lt=london_day(NIGHT)).update(answers=sealed)
    assert found_in_files(night, sealed)
    run_nightly(NIGHT)
    assert not found_in_files(night, sealed)


def found_in_files(path, value):
    """Whether any stretch of `value` stands in the database file or its journal."""
    stored = b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
    return any(value[start : start + 32] in stored for start in range(0, len(value), 1000))


@sqlite_only
def test_freed_pages_would_keep_it(night):
    # The twin of the test above: rows deleted and acts appended, but no pages given up.
    sealed = secrets.token_bytes(20_000)
    expired = Draft.objects.filter(expires_day__lt=london_day(NIGHT))
    expired.update(answers=sealed)
    expired.delete()
    assert found_in_files(night, sealed)
