"""Celery's part: what beat starts exists, and neither messages nor logs carry anything of a reporter."""

import ast
import datetime as dt
import io
import logging
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError

from notifications import nightly, tasks
from speakup.celery import app
from speakup.clocks.models import LastSweep, Outbox
from speakup.ledger.models import PendingAct
from speakup.web.logs import AllowListFormatter
from tests.builders import make_member
from tests.ledger.test_pending_acts import NIGHT, note

ROOT = Path(settings.BASE_DIR)


@pytest.fixture(autouse=True, scope="module")
def all_tasks():
    app.loader.import_default_modules()


def test_beat_starts_only_tasks_that_exist():
    assert app.conf.beat_schedule
    for name, planned in app.conf.beat_schedule.items():
        assert planned["task"] in app.tasks, name
        assert not planned.get("args")
        assert not planned.get("kwargs")


@pytest.mark.parametrize("month", [1, 3, 7, 10])
def test_the_night_is_at_half_past_two_in_london(month):
    schedule = app.conf.beat_schedule["run_nightly"]["schedule"]
    schedule.app = app
    london = ZoneInfo("Europe/London")
    # The last Sundays of March and October 2026, when the clocks change, among them.
    day = {1: 14, 3: 29, 7: 14, 10: 25}[month]
    ran = dt.datetime(2026, month, day - 1, 2, 30, tzinfo=london)
    before, due = (dt.datetime(2026, month, day, 2, minute, 30, tzinfo=london) for minute in (29, 30))
    with time_machine.travel(before, tick=False):
        assert not schedule.is_due(ran).is_due
    with time_machine.travel(due, tick=False):
        assert schedule.is_due(ran).is_due


def planned(name):
    schedule = app.conf.beat_schedule[name]["schedule"]
    schedule.app = app
    return schedule


def test_the_sweep_is_every_five_minutes_and_delivery_every_minute():
    begin = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/London"))
    for name, minutes in (("sweep_clocks", 5), ("deliver_outbox", 1)):
        with time_machine.travel(begin + dt.timedelta(seconds=1), tick=False):
            state = planned(name).is_due(begin)
            assert not state.is_due
            assert 0 < state.next <= minutes * 60
        with time_machine.travel(begin + dt.timedelta(minutes=minutes), tick=False):
            assert planned(name).is_due(begin).is_due


@pytest.mark.parametrize("name", ["sweep_clocks", "deliver_outbox"])
def test_what_comes_often_does_not_pile_up_while_no_worker_runs(name):
    between = {"sweep_clocks": 300, "deliver_outbox": 60}[name]
    assert 0 < app.conf.beat_schedule[name]["options"]["expires"] < between


def test_the_sweeps_task_sweeps_now(db):
    with time_machine.travel(NIGHT, tick=False):
        assert tasks.sweep_clocks() is None
    assert LastSweep.objects.get().at == NIGHT


def test_the_deliverys_task_delivers(db, mailoutbox):
    row = Outbox.objects.create(staff=make_member().staff, kind="daily", slot_at=NIGHT)
    with time_machine.travel(NIGHT, tick=False):
        assert tasks.deliver_outbox() is None
    assert [message.to for message in mailoutbox] == [[row.staff.email]]


def test_every_task_of_ours_is_acknowledged_when_it_is_done():
    # What a killed worker held comes again: each can be run twice.
    for name, task in app.tasks.items():
        if name.split(".")[0] in {"notifications", "speakup"}:
            assert task.acks_late, name


def test_the_metrics_workers_task_has_a_queue_of_its_own():
    routed = app.amqp.Router().route({}, "speakup.culture.tasks.run_metrics")
    assert routed["queue"].name == "metrics"
    other = app.amqp.Router().route({}, "notifications.tasks.sweep_clocks")
    assert other["queue"].name != "metrics"


def test_the_task_runs_the_night_now(db):
    note()
    with time_machine.travel(NIGHT, tick=False):
        assert tasks.run_nightly() is None
    assert not PendingAct.objects.exists()


def test_delivered_twice_it_appends_once(db):
    note()
    with time_machine.travel(NIGHT, tick=False):
        tasks.run_nightly()
        tasks.run_nightly()
    assert not PendingAct.objects.exists()


def test_no_task_keeps_a_result_or_takes_more_than_ids():
    ours = [task for name, task in app.tasks.items() if name.startswith("notifications.")]
    assert ours
    for task in ours:
        assert task.ignore_result, task.name
        assert all(name.endswith("_id") for name in task.run.__code__.co_varnames[: task.run.__code__.co_argcount])


def test_a_busy_database_is_tried_again(monkeypatch):
    tried = []

    def busy(now):
        tried.append(now)
        raise OperationalError

    monkeypatch.setattr(nightly, "run_nightly", busy)
    outcome = tasks.run_nightly.apply()
    assert outcome.state == "FAILURE"
    assert len(tried) == 4


def test_a_failing_task_logs_neither_text_nor_time(monkeypatch):
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(AllowListFormatter())

    def fail(now):
        raise RuntimeError("canary otter-lantern")

    monkeypatch.setattr(nightly, "run_nightly", fail)
    logging.getLogger().addHandler(handler)
    try:
        with time_machine.travel(dt.datetime(2031, 2, 13, 3, 17, 42, tzinfo=dt.UTC), tick=False):
            assert tasks.run_nightly.apply().state == "FAILURE"
    finally:
        logging.getLogger().removeHandler(handler)
    logged = said.getvalue()
    assert "RuntimeError" in logged
    assert "canary" not in logged
    assert "03:17" not in logged


def test_nothing_a_reporter_does_starts_a_task():
    # A message in the broker would tell when: the reporter's side and all below it know no Celery.
    for folder in ("web", "vault", "policy", "ledger", "accounts", "reporting"):
        for path in (ROOT / "speakup" / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not [name for name in names if name.split(".")[0] in {"celery", "kombu", "notifications"}], path
