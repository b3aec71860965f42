import datetime as dt
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, transaction

from speakup.celery import app
from speakup.culture import releasing, services
from speakup.culture.closing import METRICS_WORKER, NotYet, close_quarter
from speakup.culture.facts import closed_fact, received_fact, record_fact
from speakup.culture.metrics_keys import NoPrivateKey
from speakup.culture.models import Fact, FactInbox, MetricsKey, PublishedTable, Release
from speakup.culture.releasing import PublishingRefused, make_release, released_quarters, releases_on
from speakup.culture.services import run_metrics
from speakup.culture.tasks import run_metrics as run_metrics_task
from speakup.ledger.models import Entry
from speakup.ledger.written import written
from speakup.vault.envelope import new_seed
from tests.culture.builders import (
    AFTER_SUMMER,
    CLOSING,
    IN_SPRING,
    IN_SUMMER,
    RELEASING,
    SPRING,
    SUMMER,
    assess,
    move_all,
)
from tests.reporting.faults import failing_at


def released(count: int, day: dt.date = IN_SPRING) -> int | None:
    """What is printed where so many reports were assessed in spring."""
    assess(count, day)
    move_all()
    close_quarter(SPRING, now=CLOSING)
    make_release(SPRING, now=RELEASING)
    (only,) = released_quarters()
    assert only.quarter == SPRING
    return only.shown


@pytest.mark.parametrize(("count", "shown"), [(0, None), (1, None), (9, None), (10, 10), (12, 10), (13, 15), (43, 45)])
def test_a_release_prints_the_protected_number(keys: Path, count: int, shown: int | None) -> None:
    assert released(count) == shown


def test_only_what_was_assessed_and_not_set_aside_counts(keys: Path) -> None:
    for _ in range(30):
        record_fact(received_fact(IN_SPRING))
        record_fact(closed_fact(IN_SPRING))
    assess(30, set_aside=True)
    assert released(11) == 10


def test_only_its_own_quarter_counts(keys: Path) -> None:
    assess(40, IN_SUMMER)
    move_all(AFTER_SUMMER)
    close_quarter(SUMMER, now=AFTER_SUMMER)
    assert released(9) is None


def test_a_table_holds_the_printed_number_and_says_that_it_is_not_audited(keys: Path) -> None:
    released(43)
    table = PublishedTable.objects.get()
    assert json.loads(bytes(table.cells)) == {
        "cells": [{"period": "2026Q1", "shown": 45}],
        "notice": "Demonstration. Not audited",
    }
    assert table.release.day == dt.date(2026, 8, 11)


def test_the_ledger_says_what_was_released(keys: Path) -> None:
    released(43)
    entry = Entry.objects.order_by("seq").last()
    assert entry is not None
    table = PublishedTable.objects.get()
    assert (entry.action, entry.role, entry.actor_id) == ("export", METRICS_WORKER, None)
    assert entry.object_id == table.release_id
    assert str(written(table, "cells").sha256) in bytes(entry.written).decode()


def test_not_before_six_weeks_have_passed(keys: Path) -> None:
    assert releases_on(SPRING) == dt.date(2026, 8, 11)
    close_quarter(SPRING, now=CLOSING)
    with pytest.raises(NotYet):
        make_release(SPRING, now=dt.datetime(2026, 8, 10, 22, 59, tzinfo=dt.UTC))
    make_release(SPRING, now=dt.datetime(2026, 8, 10, 23, 0, tzinfo=dt.UTC))  # midnight in London


def test_not_before_it_is_closed(keys: Path) -> None:
    assess(20)
    move_all()
    with pytest.raises(NotYet):
        make_release(SPRING, now=RELEASING)
    assert not Release.objects.exists()


def test_in_production_nothing_is_published(keys: Path, settings: Any) -> None:
    close_quarter(SPRING, now=CLOSING)
    settings.DEMONSTRATION = False
    with pytest.raises(PublishingRefused, match="Nothing is published in production"):
        make_release(SPRING, now=RELEASING)
    assert not Release.objects.exists()


def test_a_release_is_made_once_and_never_changes(keys: Path) -> None:
    assert released(43) == 45
    first = make_release(SPRING, now=RELEASING)
    entries = Entry.objects.count()
    assess(30, IN_SUMMER)
    move_all(AFTER_SUMMER)
    close_quarter(SUMMER, now=AFTER_SUMMER)
    assert make_release(SPRING, now=AFTER_SUMMER) == first
    assert Entry.objects.count() == entries + 1  # of closing summer
    for change in (
        lambda: Release.objects.update(day=IN_SUMMER),
        lambda: PublishedTable.objects.update(cells=b"{}"),
        lambda: PublishedTable.objects.all().delete(),
        lambda: Release.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_somebody_else_releasing_meanwhile_is_no_fault(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close_quarter(SPRING, now=CLOSING)
    stands = make_release(SPRING, now=RELEASING)
    answers = iter([None, stands])
    monkeypatch.setattr(releasing, "_standing", lambda _quarter: next(answers))
    assert make_release(SPRING, now=RELEASING) == stands
    assert PublishedTable.objects.count() == 1


@pytest.mark.parametrize("held", ["nothing", "another"])
def test_without_the_years_own_private_key_nothing_is_released(keys: Path, held: str) -> None:
    assess(20)
    move_all()
    close_quarter(SPRING, now=CLOSING)
    if held == "nothing":
        (keys / "2026.key").unlink()
    else:
        (keys / "2026.key").write_text(new_seed().hex())
    with pytest.raises(NoPrivateKey):
        make_release(SPRING, now=RELEASING)
    assert not Release.objects.exists()


def test_a_row_that_is_no_fact_is_not_counted(keys: Path) -> None:
    assess(12)
    move_all()
    close_quarter(SPRING, now=CLOSING)
    sealed = Fact.objects.first()
    assert sealed is not None
    Fact.objects.bulk_create([Fact(period="2026", sealed=bytes(sealed.sealed)) for _ in range(20)])  # copies
    make_release(SPRING, now=RELEASING)
    assert released_quarters()[0].shown == 10


def test_cut_off_at_any_statement_a_release_is_whole_or_not_there(keys: Path) -> None:
    assess(20)
    move_all()
    close_quarter(SPRING, now=CLOSING)

    pulled = 0
    for at in itertools.count():
        try:
            with failing_at(at), transaction.atomic():
                make_release(SPRING, now=RELEASING)
            break
        except OperationalError:
            pulled += 1
        assert Release.objects.count() == PublishedTable.objects.count() == 0
    assert pulled > 5
    assert released_quarters()[0].shown == 20


class TestTheDailyRun:
    def test_closes_what_is_over_and_releases_what_is_due(self, keys: Path) -> None:
        assess(20, IN_SPRING)
        assess(30, IN_SUMMER)
        move_all(dt.datetime(2026, 8, 11, 2, tzinfo=dt.UTC))
        assert run_metrics(CLOSING).closed == (SPRING,)
        assert run_metrics(CLOSING) == services.MetricsRun()
        assert run_metrics(RELEASING).released == (SPRING,)
        later = run_metrics(AFTER_SUMMER)
        assert (later.closed, later.released, later.failed) == ((SUMMER,), (SUMMER,), ())
        assert [(one.quarter, one.shown) for one in released_quarters()] == [(SPRING, 20), (SUMMER, 30)]

    def test_after_months_of_none_it_does_everything_at_once(self, keys: Path) -> None:
        run = run_metrics(dt.datetime(2027, 6, 1, tzinfo=dt.UTC))
        quarters = tuple(SPRING.moved(by) for by in range(4))
        assert (run.closed, run.released) == (quarters, quarters)

    def test_where_the_night_was_down_over_a_quarters_end_no_fact_is_lost(self, keys: Path) -> None:
        assess(20)
        assess(10, SPRING.last_day)
        assess(7, SUMMER.first_day)
        assert run_metrics(CLOSING).closed == (SPRING,)
        assert not FactInbox.objects.exists()
        assert run_metrics(RELEASING).released == (SPRING,)
        assert [(one.quarter, one.shown) for one in released_quarters()] == [(SPRING, 30)]
        assert Fact.objects.filter(period="2026Q2").count() == 7

    def test_a_quarter_whose_facts_cannot_be_moved_is_tried_again_the_next_day(
        self, keys: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assess(20)
        with monkeypatch.context() as stuck:
            stuck.setattr(services, "move_facts", lambda _now: 0)
            run = run_metrics(CLOSING)
        assert (run.closed, run.failed) == ((), (SPRING,))
        assert run_metrics(CLOSING + dt.timedelta(days=1)).closed == (SPRING,)
        run_metrics(RELEASING)
        assert [one.shown for one in released_quarters()] == [20]

    def test_a_lost_key_stops_no_other_quarter(self, keys: Path) -> None:
        assess(20, IN_SUMMER)
        move_all(AFTER_SUMMER)
        (keys / "2026Q1.key").unlink()
        run = run_metrics(AFTER_SUMMER)
        assert (run.closed, run.released, run.failed) == ((SUMMER,), (SUMMER,), (SPRING,))
        assert [one.quarter for one in released_quarters()] == [SUMMER]

    def test_deletes_a_key_that_an_earlier_run_left(self, keys: Path) -> None:
        MetricsKey.objects.filter(period="2026Q1").update(closed_day=IN_SUMMER)
        run_metrics(CLOSING)
        assert not (keys / "2026Q1.key").exists()

    def test_in_production_it_closes_and_releases_nothing(self, keys: Path, settings: Any) -> None:
        settings.DEMONSTRATION = False
        run = run_metrics(AFTER_SUMMER)
        assert (run.closed, run.released, run.failed) == ((SPRING, SUMMER), (), ())

    def test_only_the_metrics_worker_can(self, keys: Path, settings: Any) -> None:
        settings.METRICS_KEYS_DIR = None
        with pytest.raises(NoPrivateKey):
            run_metrics(AFTER_SUMMER)

    def test_the_task_has_a_queue_of_its_own(self, keys: Path, time_machine: Any) -> None:
        assert app.amqp.router.route({}, run_metrics_task.name)["queue"].name == "metrics"
        time_machine.move_to(AFTER_SUMMER)
        run_metrics_task()
        assert Release.objects.count() == 2


class TestTheCommand:
    def test_says_what_it_did(self, keys: Path, time_machine: Any, capsys: pytest.CaptureFixture[str]) -> None:
        time_machine.move_to(RELEASING)
        call_command("make_release")
        assert capsys.readouterr().out == "Closed 2026Q1.\nReleased 2026Q1.\n"
        call_command("make_release")
        assert capsys.readouterr().out == "Nothing is due.\n"

    def test_names_a_quarter_whose_key_is_lost(self, keys: Path, time_machine: Any) -> None:
        time_machine.move_to(RELEASING)
        (keys / "2026Q1.key").unlink()
        with pytest.raises(CommandError, match="2026Q1"):
            call_command("make_release")

    def test_in_production_it_closes_and_says_that_nothing_is_published(
        self, keys: Path, settings: Any, time_machine: Any, capsys: pytest.CaptureFixture[str]
    ) -> None:
        time_machine.move_to(RELEASING)
        settings.DEMONSTRATION = False
        call_command("make_release")
        closed, notice = capsys.readouterr().out.splitlines()
        assert closed == "Closed 2026Q1."
        assert notice.startswith("Nothing is published in production")
        assert MetricsKey.objects.get(period="2026Q1").closed_day == dt.date(2026, 8, 11)
        assert not Release.objects.exists()

    def test_in_production_a_lost_key_is_a_fault_all_the_same(
        self, keys: Path, settings: Any, time_machine: Any
    ) -> None:
        time_machine.move_to(RELEASING)
        settings.DEMONSTRATION = False
        (keys / "2026Q1.key").unlink()
        with pytest.raises(CommandError, match="2026Q1"):
            call_command("make_release")

    def test_refuses_elsewhere_than_in_the_metrics_worker(self, keys: Path, settings: Any) -> None:
        settings.METRICS_KEYS_DIR = None
        with pytest.raises(CommandError, match="no metrics keys"):
            call_command("make_release")
