"""A dump of the day on which reports were sent: their facts lie there too, and nothing says whose is whose."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from speakup.culture.metrics_keys import write_metrics_keys
from speakup.culture.models import Fact, FactInbox, MetricsKey
from speakup.culture.periods import quarter_of
from speakup.culture.services import move_facts
from speakup.embedded.demonstration import Force
from speakup.reporting.models import Report
from speakup.vault.facts import FACT_SIZE
from speakup.web.days import london_day
from tests.attacks.dumping import Row, added, dump
from tests.attacks.searching import cells
from tests.attacks.travelling import ReporterBrowser, fill_in
from tests.culture.builders import opened, seed_of

SENT = 3


@pytest.fixture
def folder(force: Force, settings: Any, tmp_path: Path) -> Path:
    """The private halves of the running quarter and its year."""
    folder: Path = tmp_path / "metrics"
    settings.METRICS_KEYS_DIR = folder
    MetricsKey.objects.all().delete()
    write_metrics_keys(force.root_seed, quarter_of(london_day(timezone.now())), 2, folder)
    return folder


@pytest.fixture
def rows(folder: Path) -> dict[str, list[Row]]:
    """What sending some reports adds to a dump."""
    before = dump()
    for _ in range(SENT):
        reporter = ReporterBrowser()
        fill_in(reporter)
        reporter.send()
    assert Report.objects.count() == SENT
    return added(before, dump())


def test_a_report_leaves_one_fact_of_one_size_with_its_day_alone(rows: dict[str, list[Row]]) -> None:
    facts = rows["culture_factinbox"]
    assert len(facts) == SENT
    for fact in facts:
        assert set(fact) == {"id", "day", "sealed"}
        assert str(fact["day"]) == london_day(timezone.now()).isoformat()
        assert len(fact["sealed"]) == FACT_SIZE


def test_no_other_row_names_a_fact(rows: dict[str, list[Row]]) -> None:
    """Not the ledger's acts either, which list every other row that was written."""
    ids = set(FactInbox.objects.values_list("id", flat=True))
    for fact_id in ids:
        spellings = (fact_id.bytes, fact_id.hex.encode(), str(fact_id).encode())
        named = [place for place, value in cells() if any(spelling in value for spelling in spellings)]
        assert named == ["culture_factinbox.id"]


def test_whoever_has_the_quarters_key_reads_that_reports_came_and_nothing_of_any(
    rows: dict[str, list[Row]], folder: Path
) -> None:
    move_facts(timezone.now() + dt.timedelta(days=1))
    quarter = quarter_of(london_day(timezone.now())).code
    said = opened(Fact.objects.all(), seed_of(folder, quarter))
    assert said == [{"kind": "received", "period": quarter}] * SENT


def test_without_a_metrics_key_a_report_is_sent_all_the_same(folder: Path) -> None:
    MetricsKey.objects.all().delete()
    reporter = ReporterBrowser()
    fill_in(reporter)
    reporter.send()
    assert Report.objects.count() == 1
    assert not FactInbox.objects.exists()
