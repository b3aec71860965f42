"""An urgent report wakes people at the next quarter hour. Once that message has gone, a dump says no more of when it
was sent than the four-hour block that its clock counts from (architecture.md, 'What is in clear')."""

import datetime as dt

import pytest
from django.db import transaction

from notifications.delivery import MOST_TRIES, deliver_outbox
from notifications.models import DeadLetter
from notifications.nightly import run_nightly
from notifications.sweep import sweep_clocks
from speakup.clocks.models import Clock, Outbox, Reminder
from speakup.reporting.models import Report
from tests.attacks.dumping import REVIEWED, Holds, dump
from tests.notifications.builders import MONDAY, london
from tests.reporting.builders import sent_report

MINUTE = dt.timedelta(minutes=1)
CLEAR = {Holds.DAY, Holds.MOMENT, Holds.NUMBER, Holds.WORD}
# What the service itself keeps of its own working, whether or not anything was sent.
OF_THE_SERVICE = {"clocks_lastsweep", "django_migrations", "ledger_entry", "accounts_unlocked", "django_session"}


def sweep_every_five_minutes(begin, end):
    now = begin
    while now < end:
        sweep_clocks(now)
        deliver_outbox(now)
        now += 5 * MINUTE


def in_clear(dumped):
    """Every value in clear of every table that a report adds to, by table and column, in no order."""
    return {
        (table, column): sorted(repr(row[column]) for row in rows)
        for table, rows in dumped.items()
        if table not in OF_THE_SERVICE and table in REVIEWED
        for column, holds in REVIEWED[table].items()
        if holds in CLEAR
    }


def sent_at(time):
    """A dump of the next morning, of a database in which one urgent report was sent at this time of Monday."""
    now = london(MONDAY, time)
    sent_report({"danger": {"choice": "yes"}}, now=now)
    sweep_every_five_minutes(now - now.minute % 5 * MINUTE + 5 * MINUTE, london(MONDAY, "09:00"))
    run_nightly(london(MONDAY + dt.timedelta(days=1), "02:30"))
    return in_clear(dump())


@pytest.fixture
def quiet(force, settings, tmp_path, mailoutbox):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def one_by_one(db):
    """Runs several things, each on the database as it was before."""

    def run(*works):
        found = []
        for work in works:
            point = transaction.savepoint()
            found.append(work())
            transaction.savepoint_rollback(point)
        return found

    return run


@pytest.mark.parametrize("time", ["00:01", "00:14", "02:22", "03:59"])
def test_its_clock_tells_the_block_and_no_more(quiet, time):
    sent_at(time)
    # The whole of what a dump knows of it: due at the end of the block, raised at its start and by its ladder.
    (report,) = Report.objects.all()
    urgent = Clock.objects.get(key_id=report.id, ladder="urgent")
    assert (urgent.halfway_at, urgent.due_at) == (london(MONDAY, "00:00"), london(MONDAY, "04:00"))
    raised = dict(Reminder.objects.filter(clock=urgent).values_list("rung", "raised_at"))
    assert raised == {
        -2: london(MONDAY, "00:00"),
        0: london(MONDAY, "04:00"),
        1: london(MONDAY, "06:00"),
    }
    assert not Outbox.objects.filter(kind="urgent", slot_at__lt=london(MONDAY, "08:00")).exists()


def test_two_moments_of_one_block_leave_the_same(quiet, one_by_one):
    early, late = one_by_one(lambda: sent_at("00:03"), lambda: sent_at("03:41"))
    assert early == late


def test_two_blocks_do_not(quiet, one_by_one):
    """The twin: what the comparison above would see."""
    early, late = one_by_one(lambda: sent_at("00:03"), lambda: sent_at("04:03"))
    assert early != late


def test_a_message_that_could_not_be_sent_says_a_day_and_no_time(quiet):
    """A mail server that was away all day: the row that held the quarter hour is gone, its dead letter has a day."""
    sent_report({"danger": {"choice": "yes"}}, now=london(MONDAY, "02:07"))
    sweep_clocks(london(MONDAY, "02:10"))
    Outbox.objects.filter(kind="urgent").update(attempts=MOST_TRIES, next_try_at=london(MONDAY, "04:40"))
    deliver_outbox(london(MONDAY, "04:40"))
    assert len(DeadLetter.objects.all()) == 4  # who is on call at the three desks, and a custodian
    assert {letter.failed_at for letter in DeadLetter.objects.all()} == {london(MONDAY, "00:00")}
    assert not Outbox.objects.filter(kind="urgent").exists()
