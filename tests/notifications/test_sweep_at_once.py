"""Several sweeps and several deliveries at once, with real commits: nothing lost, nothing twice."""

import datetime as dt
import threading

import pytest
from django.core import mail
from django.db import connections

from notifications.delivery import deliver_outbox
from notifications.sweep import sweep_clocks
from speakup.clocks.models import Clock, LastSweep, Outbox, Reminder
from tests.notifications.builders import MONDAY, clock, london

NIGHT = london(MONDAY, "02:14")
MORNING = london(MONDAY + dt.timedelta(days=1), "09:00")
AT_ONCE = 4


def all_at_once(*works):
    """Runs each in a thread of its own, beginning together; what they returned, in any order."""
    ready, done, faults = threading.Barrier(len(works)), [], []

    def run(work):
        try:
            ready.wait()
            done.append(work())
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    return done


@pytest.fixture
def storm(own_database):
    """1,200 clocks, half of them over, and among them ten urgent ones."""
    Clock.objects.bulk_create(
        [clock(london(MONDAY), london(MONDAY, "08:00")) for _ in range(600)]
        + [clock(london(MONDAY + dt.timedelta(days=9)), london(MONDAY, "08:00")) for _ in range(590)]
        + [clock(london(MONDAY, "04:00"), london(MONDAY, "00:00"), ladder="urgent") for _ in range(10)]
    )
    return own_database


def test_sweeps_at_once_raise_each_rung_once(storm):
    done = all_at_once(*[lambda: sweep_clocks(MORNING)] * AT_ONCE)
    rows = list(Reminder.objects.values_list("clock", "due_at", "rung"))
    assert len(rows) == len(set(rows)) == sum(run.raised for run in done)
    # Half of the time over and due: 600 clocks; half over: 590. Urgent: three hourly rungs beside the first.
    assert len(rows) == 600 * 2 + 590 + 10 * 4
    assert sum(run.mails for run in done) == Outbox.objects.count()
    assert LastSweep.objects.get().at == MORNING


def test_sweeps_on_both_sides_of_a_quarter_hour_queue_one_message(storm):
    """Two beats a minute apart: whichever raises the reminder names the quarter hour, and the other one none."""
    moments = [NIGHT + dt.timedelta(seconds=seconds) for seconds in (0, 59, 61, 120)]
    all_at_once(*[lambda now=now: sweep_clocks(now) for now in moments])
    assert Outbox.objects.filter(kind="urgent").values("slot_at").distinct().count() == 1
    assert Outbox.objects.filter(kind="urgent").count() == 4


def test_deliveries_at_once_send_each_mail_once(storm):
    sweep_clocks(NIGHT)
    sweep_clocks(MORNING)
    waiting = Outbox.objects.filter(sent_at=None, slot_at__lte=MORNING).count()
    assert waiting > 20
    mail.outbox = []
    done = all_at_once(*[lambda: deliver_outbox(MORNING)] * AT_ONCE)
    assert sum(run.sent for run in done) == waiting
    ids = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert len(ids) == len(set(ids)) == waiting
