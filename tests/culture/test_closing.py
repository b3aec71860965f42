import datetime as dt
import itertools
import logging
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from speakup.culture import closing
from speakup.culture.closing import METRICS_WORKER, NotYet, close_quarter, closes_on
from speakup.culture.metrics_keys import NoMetricsKey, NoPrivateKey
from speakup.culture.models import Fact, FactInbox, MetricsKey
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.vault.envelope import new_seed, public_from_seed
from speakup.vault.facts import FACT_SIZE, seal_fact
from tests.culture.builders import (
    CLOSING,
    IN_SPRING,
    IN_SUMMER,
    SPRING,
    SUMMER,
    assess,
    move_all,
    opened,
    seed_of,
    write_keys,
)
from tests.reporting.faults import failing_at


@pytest.fixture
def spring(keys: Path) -> list[Fact]:
    """Seven facts of spring, two of them set aside, and three of summer."""
    assess(5)
    assess(2, set_aside=True)
    assess(3, IN_SUMMER)
    move_all(dt.datetime(2026, 10, 5, tzinfo=dt.UTC))
    return list(Fact.objects.filter(period="2026Q1"))


def contents(folder: Path, period: str) -> Counter[tuple[tuple[str, object], ...]]:
    facts = opened(Fact.objects.filter(period=period), seed_of(folder, period))
    return Counter(tuple(sorted(fact.items())) for fact in facts)


def test_its_facts_are_the_years_then_and_say_the_same(keys: Path, spring: list[Fact]) -> None:
    before = contents(keys, "2026Q1")
    assert close_quarter(SPRING, now=CLOSING) == 7
    assert not Fact.objects.filter(period="2026Q1").exists()
    assert contents(keys, "2026") == before


def test_they_are_other_rows_with_other_bytes(keys: Path, spring: list[Fact]) -> None:
    close_quarter(SPRING, now=CLOSING)
    closed = list(Fact.objects.filter(period="2026"))
    assert {fact.id for fact in closed}.isdisjoint(fact.id for fact in spring)
    assert {bytes(fact.sealed) for fact in closed}.isdisjoint(bytes(fact.sealed) for fact in spring)


def test_its_private_key_goes_and_no_other(keys: Path, spring: list[Fact]) -> None:
    before = {path.name for path in keys.iterdir()}
    close_quarter(SPRING, now=CLOSING)
    assert before - {path.name for path in keys.iterdir()} == {"2026Q1.key"}


def test_other_quarters_are_not_touched(keys: Path, spring: list[Fact]) -> None:
    summer = set(Fact.objects.filter(period="2026Q2").values_list("id", "sealed"))
    close_quarter(SPRING, now=CLOSING)
    assert set(Fact.objects.filter(period="2026Q2").values_list("id", "sealed")) == summer


def test_the_ledger_says_that_it_was_closed_and_names_no_fact(keys: Path, spring: list[Fact]) -> None:
    close_quarter(SPRING, now=CLOSING)
    entry = Entry.objects.order_by("seq").last()
    assert entry is not None
    assert (entry.action, entry.role, entry.actor_id) == ("administer", METRICS_WORKER, None)
    assert entry.object_id == MetricsKey.objects.get(period="2026Q1").id
    assert bytes(entry.written) == b"[]"


def test_again_it_does_nothing(keys: Path, spring: list[Fact]) -> None:
    close_quarter(SPRING, now=CLOSING)
    closed, entries = set(Fact.objects.values_list("id", "sealed")), Entry.objects.count()
    assert close_quarter(SPRING, now=CLOSING) == 0
    assert set(Fact.objects.values_list("id", "sealed")) == closed
    assert Entry.objects.count() == entries


def test_a_quarter_without_facts_is_closed_too(keys: Path) -> None:
    assert close_quarter(SPRING, now=CLOSING) == 0
    assert MetricsKey.objects.get(period="2026Q1").closed_day == dt.date(2026, 7, 2)
    assert not (keys / "2026Q1.key").exists()


def test_not_before_the_second_day_after_its_end(keys: Path, spring: list[Fact]) -> None:
    assert closes_on(SPRING) == dt.date(2026, 7, 2)
    with pytest.raises(NotYet):
        close_quarter(SPRING, now=dt.datetime(2026, 7, 1, 22, 59, tzinfo=dt.UTC))
    assert (keys / "2026Q1.key").exists()
    close_quarter(SPRING, now=dt.datetime(2026, 7, 1, 23, 0, tzinfo=dt.UTC))  # midnight in London


@pytest.mark.parametrize("held", ["nothing", "another", "folder"])
def test_without_its_own_private_key_nothing_is_touched(
    keys: Path, spring: list[Fact], held: str, settings: Any
) -> None:
    if held == "nothing":
        (keys / "2026Q1.key").unlink()
    elif held == "another":
        (keys / "2026Q1.key").write_text(new_seed().hex())
    else:
        settings.METRICS_KEYS_DIR = None
    with pytest.raises(NoPrivateKey):
        close_quarter(SPRING, now=CLOSING)
    assert Fact.objects.filter(period="2026Q1").count() == 7
    assert MetricsKey.objects.get(period="2026Q1").closed_day is None


def test_without_its_years_key_nothing_is_touched(keys: Path, spring: list[Fact]) -> None:
    MetricsKey.objects.filter(period="2026").update(signature=bytes(64))
    with pytest.raises(NoMetricsKey):
        close_quarter(SPRING, now=CLOSING)
    assert Fact.objects.filter(period="2026Q1").count() == 7
    assert (keys / "2026Q1.key").exists()


def test_a_swapped_years_key_gets_no_fact(keys: Path, spring: list[Fact]) -> None:
    MetricsKey.objects.filter(period="2026").update(public=public_from_seed(new_seed()))
    with pytest.raises(NoMetricsKey):
        close_quarter(SPRING, now=CLOSING)
    assert Fact.objects.filter(period="2026Q1").count() == 7


def test_what_does_not_open_or_is_no_fact_is_left_out(
    keys: Path, spring: list[Fact], caplog: pytest.LogCaptureFixture
) -> None:
    public = public_from_seed(seed_of(keys, "2026Q1"))
    Fact.objects.create(period="2026Q1", sealed=bytes(FACT_SIZE))
    for document in ({"kind": "other"}, {"kind": "received", "period": "2026Q2"}, ["received"]):
        fact = Fact(id=uuid.uuid4(), period="2026Q1")
        fact.sealed = seal_fact(public, fact.id, "2026Q1", document)
        fact.save(force_insert=True)
    with caplog.at_level(logging.WARNING, logger="speakup.culture.closing"):
        assert close_quarter(SPRING, now=CLOSING) == 7
    assert "left out" in caplog.text
    assert not (keys / "2026Q1.key").exists()


def test_not_while_a_fact_of_it_waits_to_be_moved(keys: Path, spring: list[Fact]) -> None:
    assess(1, SPRING.last_day)
    with pytest.raises(NotYet):
        close_quarter(SPRING, now=CLOSING)
    assert Fact.objects.filter(period="2026Q1").count() == 7
    assert MetricsKey.objects.get(period="2026Q1").closed_day is None
    assert (keys / "2026Q1.key").exists()
    move_all()
    assert close_quarter(SPRING, now=CLOSING) == 8


def test_a_fact_of_the_next_quarter_holds_nothing_up(keys: Path, spring: list[Fact]) -> None:
    assess(1, SUMMER.first_day)
    assert close_quarter(SPRING, now=CLOSING) == 7
    assert FactInbox.objects.count() == 1


def test_a_fact_that_arrives_meanwhile_is_closed_too(
    keys: Path, spring: list[Fact], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, came = closing.seal_again, iter([True])

    def late(*args: Any) -> list[Fact]:
        if next(came, False):
            assess(1)
            move_all()
        return real(*args)

    monkeypatch.setattr(closing, "seal_again", late)
    assert close_quarter(SPRING, now=CLOSING) == 8


def test_somebody_else_closing_it_meanwhile_is_no_fault(
    keys: Path, spring: list[Fact], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, first = closing.seal_again, iter([True])

    def meanwhile(*args: Any) -> list[Fact]:
        if next(first, False):
            close_quarter(SPRING, now=CLOSING)
        return real(*args)

    monkeypatch.setattr(closing, "seal_again", meanwhile)
    assert close_quarter(SPRING, now=CLOSING) == 0
    assert Fact.objects.filter(period="2026").count() == 7


def test_cut_off_between_closing_and_deleting_the_next_run_deletes(
    keys: Path, spring: list[Fact], monkeypatch: pytest.MonkeyPatch
) -> None:
    def pulled(_period: str) -> bool:
        raise OSError("the plug was pulled")

    with monkeypatch.context() as cut:
        cut.setattr(closing, "delete_private_key", pulled)
        with pytest.raises(OSError, match="plug"):
            close_quarter(SPRING, now=CLOSING)
    assert (keys / "2026Q1.key").exists()
    assert Fact.objects.filter(period="2026").count() == 7
    assert close_quarter(SPRING, now=CLOSING) == 0
    assert not (keys / "2026Q1.key").exists()
    assert Fact.objects.filter(period="2026").count() == 7


def test_refused_inside_a_transaction_with_a_real_commit(
    own_database: Path, django_db_setup: Force, django_db_blocker: Any, settings: Any, tmp_path: Path
) -> None:
    """The key would go before the closing stands."""
    settings.METRICS_KEYS_DIR = tmp_path / "metrics"
    with django_db_blocker.unblock():
        write_keys(django_db_setup.root_seed, tmp_path / "metrics")
        with pytest.raises(RuntimeError), transaction.atomic():
            close_quarter(SPRING, now=CLOSING)
    assert (tmp_path / "metrics" / "2026Q1.key").exists()


def test_killed_at_any_statement_it_leaves_all_or_nothing_and_is_finished_later(
    own_database: Path, django_db_setup: Force, django_db_blocker: Any, settings: Any, tmp_path: Path
) -> None:
    folder = settings.METRICS_KEYS_DIR = tmp_path / "metrics"
    with django_db_blocker.unblock():
        write_keys(django_db_setup.root_seed, folder, quarters=4)
        assess(4, IN_SPRING)
        assess(4, IN_SUMMER)
        move_all(timezone.now())
        seeds = {quarter: seed_of(folder, quarter.code) for quarter in (SPRING, SUMMER)}
        now = dt.datetime(2026, 10, 20, tzinfo=dt.UTC)
        close_quarter(SPRING, now=now)
        pulled = 0
        for at in itertools.count():
            try:
                with failing_at(at):
                    assert close_quarter(SUMMER, now=now) == 4
                break
            except OperationalError:
                pulled += 1
            said = [{"kind": "assessed", "period": "2026Q2", "set_aside": False}] * 4
            assert opened(Fact.objects.filter(period="2026Q2"), seeds[SUMMER]) == said
            assert Fact.objects.count() == 8
            assert (folder / "2026Q2.key").exists()
        assert pulled > 5
        assert Counter(fact["period"] for fact in opened(Fact.objects.all(), seed_of(folder, "2026"))) == {
            "2026Q1": 4,
            "2026Q2": 4,
        }
        assert not (folder / "2026Q2.key").exists()


def test_in_the_quarter_itself_nothing_is_closed(keys: Path, spring: list[Fact]) -> None:
    with pytest.raises(NotYet):
        close_quarter(SPRING, now=dt.datetime.combine(IN_SPRING, dt.time(12), tzinfo=dt.UTC))
