"""HR, with every release there is and with reports of their own making, tries to learn of one report."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from speakup.culture.closing import close_quarter
from speakup.culture.facts import assessed_fact, received_fact, record_fact
from speakup.culture.models import PublishedTable
from speakup.culture.presenters import assessed_csv
from speakup.culture.protection import protected
from speakup.culture.releasing import make_release, released_quarters
from speakup.culture.services import move_facts
from speakup.embedded.demonstration import Force
from tests.culture.builders import IN_SPRING, IN_SUMMER, SPRING, SUMMER, assess, write_keys

AUTUMN = dt.datetime(2026, 11, 11, 12, tzinfo=dt.UTC)


@pytest.fixture
def folder(force: Force, settings: Any, tmp_path: Path) -> Path:
    settings.METRICS_KEYS_DIR = tmp_path / "metrics"
    return tmp_path / "metrics"


def seen(force: Force, folder: Path, spring: int, summer: int | None, *, fakes: int = 0) -> str:
    """Everything HR can see where so many real reports were assessed; the world is forgotten again.

    A fake is sent and, once somebody looked at it, set aside.
    """
    before = transaction.savepoint()
    write_keys(force.root_seed, folder, quarters=4)
    assess(spring, IN_SPRING)
    for _ in range(fakes):
        record_fact(received_fact(IN_SPRING))
        record_fact(assessed_fact(IN_SPRING, set_aside=True))
    if summer is not None:
        assess(summer, IN_SUMMER)
    move_facts(AUTUMN)
    for quarter in (SPRING, SUMMER) if summer is not None else (SPRING,):
        close_quarter(quarter, now=AUTUMN)
        make_release(quarter, now=AUTUMN)
    tables = PublishedTable.objects.order_by("release__period").values_list("cells", flat=True)
    found = assessed_csv(released_quarters()) + repr([bytes(cells) for cells in tables])
    transaction.savepoint_rollback(before)
    return found


@pytest.mark.parametrize("fakes", [0, 9, 40])
def test_nine_fake_reports_do_not_show_the_tenth(force: Force, folder: Path, fakes: int) -> None:
    nothing = seen(force, folder, 0, None)
    assert "not shown" in nothing
    for real in (1, 9):
        assert seen(force, folder, real, None, fakes=fakes) == nothing


def test_fakes_move_no_number_that_is_shown(force: Force, folder: Path) -> None:
    assert seen(force, folder, 12, None, fakes=40) == seen(force, folder, 12, None)


@pytest.mark.parametrize(("one", "other"), [(0, 9), (10, 12), (58, 62)])
def test_the_second_quarter_does_not_betray_the_first(force: Force, folder: Path, one: int, other: int) -> None:
    """What looked alike before the second release looks alike after it, whatever the second says."""
    assert seen(force, folder, one, None) == seen(force, folder, other, None)
    for summer in (0, 9, 10, 43):
        assert seen(force, folder, one, summer) == seen(force, folder, other, summer)


def test_every_printed_number_stands_for_several_counts() -> None:
    """Each quarter prints what it would alone, and every printed number stands for three counts at least."""
    for first in range(40):
        assert sum(protected(count) == protected(first) for count in range(50)) >= 3


def test_twin_a_total_to_date_would_betray_the_first_quarter() -> None:
    """Printed beside the quarters, a year's total to date tells hidden quarters apart: why there is none."""

    def with_total(spring: int, summer: int) -> tuple[int | None, int | None, int | None]:
        return protected(spring), protected(summer), protected(spring + summer)

    assert with_total(0, 10) != with_total(9, 10)


def test_a_release_says_how_it_was_made_and_no_count(force: Force, folder: Path) -> None:
    """No row that a release makes holds the true number: not the table, not the ledger."""
    write_keys(force.root_seed, folder, quarters=4)
    assess(7, IN_SPRING)
    move_facts(AUTUMN)
    close_quarter(SPRING, now=AUTUMN)
    release = make_release(SPRING, now=AUTUMN)
    table = PublishedTable.objects.get(release=release)
    assert bytes(table.cells) == b'{"cells":[{"period":"2026Q1","shown":null}],"notice":"Demonstration. Not audited"}'
