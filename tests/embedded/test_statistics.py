"""What HR of a new demonstration sees, and that making it can be cut off anywhere."""

import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from speakup.culture.models import Fact, FactInbox, MetricsKey
from speakup.culture.periods import Quarter
from speakup.culture.releasing import released_quarters
from speakup.embedded.culture import INVENTED, first_quarter, prepare_statistics
from speakup.embedded.demonstration import Force
from tests.reporting.faults import failing_at

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
SHOWN = [45, None, 60, 60]


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.METRICS_KEYS_DIR = tmp_path / "metrics"
    return tmp_path / "metrics"


@pytest.fixture
def bare(force: Force, folder: Path) -> Force:
    """A force whose ceremony made no metrics keys."""
    MetricsKey.objects.all().delete()
    return force


def shown() -> list[int | None]:
    return [one.shown for one in released_quarters()]


def test_four_past_quarters_are_released(bare: Force, folder: Path) -> None:
    prepare_statistics(bare.root_seed, folder, NOW)
    assert shown() == SHOWN
    assert [one.quarter.code for one in released_quarters()] == ["2025Q3", "2025Q4", "2026Q1", "2026Q2"]
    assert not FactInbox.objects.exists()
    assert not Fact.objects.exclude(period__in=["2025", "2026"]).exists()
    assert {path.stem for path in folder.iterdir()}.isdisjoint({"2025Q3", "2025Q4", "2026Q1", "2026Q2"})
    assert MetricsKey.objects.filter(period="2026Q3", closed_day=None).exists()


def test_again_it_changes_nothing(bare: Force, folder: Path) -> None:
    prepare_statistics(bare.root_seed, folder, NOW)
    facts = set(Fact.objects.values_list("id", flat=True))
    prepare_statistics(bare.root_seed, folder, NOW + dt.timedelta(days=1))
    assert set(Fact.objects.values_list("id", flat=True)) == facts
    assert shown() == SHOWN


def test_after_a_year_nothing_is_invented_beside_what_was_counted(bare: Force, folder: Path) -> None:
    prepare_statistics(bare.root_seed, folder, NOW)
    prepare_statistics(bare.root_seed, folder, NOW + dt.timedelta(days=365))
    assert shown() == [*SHOWN, None, None, None, None]


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (dt.date(2026, 11, 10), Quarter(2025, 2)),
        (dt.date(2026, 11, 11), Quarter(2025, 3)),
        (dt.date(2027, 2, 11), Quarter(2025, 4)),
        (dt.date(2027, 4, 1), Quarter(2025, 4)),
    ],
)
def test_as_many_quarters_are_invented_as_can_be_released_on_that_day(day: dt.date, first: Quarter) -> None:
    assert first_quarter(dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)) == first
    assert len(INVENTED) == 4


@pytest.mark.slow
def test_cut_off_anywhere_the_next_start_goes_on(
    own_database: Path, django_db_setup: Force, django_db_blocker: Any, folder: Path
) -> None:
    with django_db_blocker.unblock():
        MetricsKey.objects.all().delete()
        for at in itertools.count(0, 41):
            try:
                with failing_at(at):
                    prepare_statistics(django_db_setup.root_seed, folder, NOW)
                break
            except OperationalError:
                continue
        prepare_statistics(django_db_setup.root_seed, folder, NOW)
        assert shown() == SHOWN
