"""docs/reporter-journey.md tells of every statement, and names no page, test or setting that is not there."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
DOCUMENT = (PROJECT / "docs" / "reporter-journey.md").read_text()
STATEMENTS: dict[str, str] = dict(re.findall(r"^(\d+)\. (.*?)(?=^\d+\. |^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL))
NOT_MET = ("*later*", "*the force's to", "*the force's to provide*")
NAMED = sorted(set(re.findall(r"`((?:tests|templates|speakup|docs)/[^`\s]+)`", DOCUMENT)))


def test_every_statement_is_there_once_and_in_order() -> None:
    assert [int(number) for number in re.findall(r"^(\d+)\. ", DOCUMENT, re.MULTILINE)] == list(range(1, 63))


@pytest.mark.parametrize("number", [str(number) for number in range(1, 63)])
def test_each_names_a_test_or_says_that_it_is_not_met(number: str) -> None:
    said = " ".join(STATEMENTS[number].split())
    assert "`tests/" in said or any(words in said for words in NOT_MET), said


@pytest.mark.parametrize("named", NAMED)
def test_what_is_named_is_there(named: str) -> None:
    path, _, test = named.partition("::")
    assert (PROJECT / path).is_file(), path
    if test:
        assert re.search(rf"^def {re.escape(test)}\(", (PROJECT / path).read_text(), re.MULTILINE), named


def test_settings_that_are_named_are_read() -> None:
    settings = (PROJECT / "speakup" / "settings.py").read_text()
    for name in set(re.findall(r"SPEAKUP_[A-Z_]+", DOCUMENT)):
        assert f'"{name}"' in settings, name


def test_nothing_is_named_in_half() -> None:
    assert not re.findall(r"`::", DOCUMENT)
    assert len(NAMED) > 80


# The journeys that somebody must be able to make, by the words that begin their row.
JOURNEYS = (
    "It happened to me",
    "Witness",
    "Told",
    "On behalf",
    "Several people and no single incident",
    "Saved and returned",
    "In danger now",
    "Without JavaScript",
    "At the width of a phone",
    "By keyboard only",
    "Over a slow phone link",
)

NOT_A_JOURNEY = {"test_the_page_waits_for_no_script_but_the_way_out", "test_without_scripts_it_is_as_light"}


@pytest.mark.parametrize("journey", JOURNEYS)
def test_each_journey_is_in_the_table_with_its_tests(journey: str) -> None:
    (row,) = re.findall(rf"^\| {journey}[^|]*\|(.*)\|$", DOCUMENT, re.MULTILINE)
    assert re.search(r"`tests/journeys/[^`]+::test_\w+`", row), row


def test_every_journey_of_who_tells_is_named() -> None:
    """A journey that is added to these files, and to no row of the table, is one that nobody finds."""
    for name in ("test_each_reporter.py", "test_who_tells.py", "test_slow_link.py"):
        for test in re.findall(r"^def (test_\w+)\(", (PROJECT / "tests" / "journeys" / name).read_text(), re.MULTILINE):
            if f"{name}::{test}" not in DOCUMENT:
                assert test in NOT_A_JOURNEY, test
