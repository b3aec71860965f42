"""Somebody wants to know what the reporter of one report said of herself: woman or man, how old, of what faith.

Tried with all that a thief of the database has, with the private half of the quarter's key beside it, as HR with every
release, and as an administrator with the ledger and the logs (ADR 0030).
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from notifications import nightly
from notifications.nightly import run_nightly
from speakup.culture import closing, facts, releasing
from speakup.culture.closing import close_quarter
from speakup.culture.equality import EQUALITY, NOT_SAID
from speakup.culture.facts import FactKind, equality_facts, read_fact, record_fact
from speakup.culture.metrics_keys import write_metrics_keys
from speakup.culture.models import Fact, FactInbox, MetricsKey
from speakup.culture.periods import Quarter, quarter_of
from speakup.culture.presenters import assessed_csv
from speakup.culture.releasing import make_release, released_quarters
from speakup.culture.services import move_facts
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry, PendingAct
from speakup.reporting.drafts import confirm_receipt
from speakup.reporting.equality import record_equality
from speakup.reporting.questions import CHECK
from speakup.vault.facts import FACT_SIZE, open_fact
from speakup.web.days import london_day
from tests.attacks.conftest import Logs
from tests.attacks.dumping import added, dump
from tests.attacks.searching import as_bytes, cells
from tests.attacks.travelling import ReporterBrowser, step
from tests.culture.builders import CLOSING, IN_SPRING, RELEASING, SPRING, assess, seed_of, write_keys
from tests.reporting.builders import sent_report

DAYS = 12
# By chance one in some hundred thousand runs has so many right.
TOO_MANY = 8
FIRST_DAY = dt.date(2031, 2, 3)
NOON = dt.time(12, 0, tzinfo=dt.UTC)
BY_NIGHT = dt.time(2, 30, tzinfo=dt.UTC)
ALL_ANSWERS = {
    "sex": "woman",
    "age": "under_30",
    "ethnicity": "mixed",
    "disability": "yes",
    "orientation": "other",
    "faith": "christian",
}
ANSWERED = "ethnicity"


# ---- a thief of one dump, after some nights, with the private half of the quarter's key


@dataclass(frozen=True)
class Stolen:
    """A fact as the thief reads it: what it says, where it lies and, on PostgreSQL, which transaction wrote it last."""

    id: UUID
    sealed: bytes
    place: tuple[int, ...]
    transaction: int
    question: str


Order = Callable[[Stolen], Any]
ORDERS: Mapping[str, Order] = {
    "place": lambda fact: fact.place,
    "transaction, then place": lambda fact: (fact.transaction, fact.place),
    "transaction, then value": lambda fact: (fact.transaction, fact.sealed),
    "id": lambda fact: fact.id.bytes,
    "value": lambda fact: fact.sealed,
}


@pytest.fixture
def quarter(force_in_file: Force, django_db_blocker: Any, settings: Any, tmp_path: Path) -> Iterator[Quarter]:
    """A quarter with keys, in a database with real commits."""
    settings.METRICS_KEYS_DIR = tmp_path / "metrics"
    with django_db_blocker.unblock():
        MetricsKey.objects.all().delete()
        write_metrics_keys(force_in_file.root_seed, quarter_of(FIRST_DAY), 2, settings.METRICS_KEYS_DIR)
        yield quarter_of(FIRST_DAY)


def one_report_a_day() -> dict[UUID, int]:
    """On each day one report, whose reporter says who she is, and a night; the day's number by the fact's id."""
    of_day: dict[UUID, int] = {}
    for number in range(DAYS):
        day = FIRST_DAY + dt.timedelta(days=number)
        now = dt.datetime.combine(day, NOON)
        reporter = sent_report(now=now).reporter
        confirm_receipt(reporter)
        earlier = set(FactInbox.objects.values_list("id", flat=True))
        assert record_equality(reporter, ALL_ANSWERS, now)
        new = set(FactInbox.objects.values_list("id", flat=True)) - earlier
        assert len(new) == len(EQUALITY)
        of_day.update(dict.fromkeys(new, number))
        run_nightly(dt.datetime.combine(day + dt.timedelta(days=1), BY_NIGHT))
    assert not FactInbox.objects.exists()
    return of_day


def stolen_facts(quarter: Quarter, seed: bytes) -> list[Stolen]:
    """Every fact of equality in a dump, opened, in the order of the dump."""
    postgresql = connection.vendor == "postgresql"
    where, by = ("ctid::text", "xmin::text::bigint") if postgresql else ("rowid", "0")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, sealed, {where}, {by} FROM culture_fact")  # noqa: S608
        found = cursor.fetchall()
    stolen = []
    for fact_id, sealed, place, number in found:
        known = fact_id if isinstance(fact_id, UUID) else UUID(fact_id)
        read = read_fact(open_fact(seed, known, quarter.code, as_bytes(sealed)))
        where_it_lies = tuple(int(part) for part in str(place).strip("()").split(","))
        if read.kind is FactKind.EQUALITY:
            stolen.append(Stolen(known, as_bytes(sealed), where_it_lies, int(number), read.question))
    return stolen


def right_days(stolen: Sequence[Stolen], of_day: Mapping[UUID, int]) -> dict[str, int]:
    """For how many reports, one a day, each order finds the fact of its reporter: the first is the first's."""
    answers = [fact for fact in stolen if fact.question == ANSWERED]
    assert len(answers) == DAYS
    return {
        name: sum(of_day[fact.id] == number for number, fact in enumerate(sorted(answers, key=order)))
        for name, order in ORDERS.items()
    }


def put_together(stolen: Sequence[Stolen], of_day: Mapping[UUID, int]) -> dict[str, int]:
    """How many reporters each order puts together from all of their answers: neighbours are one person's."""
    together = {}
    for name, order in ORDERS.items():
        ordered, size = sorted(stolen, key=order), len(EQUALITY)
        people = [{of_day[fact.id] for fact in ordered[at : at + size]} for at in range(0, len(ordered), size)]
        together[name] = sum(len(days) == 1 for days in people)
    return together


def test_after_the_night_no_order_says_whose_an_answer_is_nor_puts_a_persons_together(
    quarter: Quarter, settings: Any
) -> None:
    of_day = one_report_a_day()
    stolen = stolen_facts(quarter, seed_of(settings.METRICS_KEYS_DIR, quarter.code))
    assert len(stolen) == DAYS * len(EQUALITY)
    assert len({fact.transaction for fact in stolen}) == 1
    assert {name: found for name, found in right_days(stolen, of_day).items() if found >= TOO_MANY} == {}
    assert set(put_together(stolen, of_day).values()) == {0}


def test_twin_where_only_the_days_own_facts_are_moved_each_day_stands_by_itself(
    quarter: Quarter, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "facts_of_open_quarters", lambda today: Fact.objects.none())
    of_day = one_report_a_day()
    stolen = stolen_facts(quarter, seed_of(settings.METRICS_KEYS_DIR, quarter.code))
    assert right_days(stolen, of_day)["transaction, then place"] == DAYS
    assert put_together(stolen, of_day)["transaction, then place"] == DAYS


def test_after_the_closing_the_thief_of_an_older_dump_and_the_new_key_reads_nothing_of_it(
    quarter: Quarter, settings: Any
) -> None:
    of_day = one_report_a_day()
    older = {fact.id: bytes(fact.sealed) for fact in Fact.objects.filter(period=quarter.code)}
    ends = dt.datetime.combine(closing.closes_on(quarter), NOON)
    close_quarter(quarter, now=ends)
    assert not older.keys() & set(Fact.objects.values_list("id", flat=True))
    year = seed_of(settings.METRICS_KEYS_DIR, quarter.year_code)
    said = Counter(
        (read.question, read.answer)
        for fact in Fact.objects.filter(period=quarter.year_code)
        if (read := read_fact(open_fact(year, fact.id, quarter.year_code, bytes(fact.sealed)))).kind
        is FactKind.EQUALITY
    )
    assert set(of_day) <= set(older)
    assert said == dict.fromkeys(ALL_ANSWERS.items(), DAYS), "numbers, a question at a time"


# ---- a thief of a dump of the day itself, without the key


def answered(answers: Mapping[str, str], act: str = "about-you-send") -> dict[str, list[dict[str, Any]]]:
    """What a reporter's answers add to a dump, through the real page."""
    reporter = ReporterBrowser().start()
    reporter.answer("account", text="He waited for me at my car.")
    reporter.send()
    reporter.post(step(CHECK), act="kept-surely")
    assert reporter.post(step(CHECK), act="about-you").status_code == 200
    before = dump()
    assert reporter.post(step(CHECK), act=act, **answers).status_code == 200
    return added(before, dump())


def test_answering_adds_facts_and_nothing_that_names_them(force: Force) -> None:
    acts = (Entry.objects.count(), PendingAct.objects.count())
    rows = answered(ALL_ANSWERS)
    assert (Entry.objects.count(), PendingAct.objects.count()) == (acts[0], acts[1] + 1), "the sending's own act alone"
    assert {table for table, new in rows.items() if new} == {"culture_factinbox", "reporting_reportersession"}
    for row in rows["culture_factinbox"]:
        assert set(row) == {"id", "day", "sealed"}
        assert str(row["day"]) == london_day(timezone.now()).isoformat()
        spellings = (row["id"].encode(), bytes.fromhex(row["id"]), str(UUID(row["id"])).encode())
        named = [place for place, value in cells() if any(spelling in value for spelling in spellings)]
        assert named == ["culture_factinbox.id"]


@pytest.mark.parametrize("answers", [{"sex": "man"}, {"faith": NOT_SAID, "age": "45_or_over"}, ALL_ANSWERS])
def test_how_much_was_answered_shows_nowhere(force: Force, answers: dict[str, str]) -> None:
    rows = answered(answers)["culture_factinbox"]
    assert [len(row["sealed"]) for row in rows] == [FACT_SIZE] * len(EQUALITY)


@pytest.mark.parametrize("act", ["about-you-send", "about-you-skip"])
def test_who_leaves_everything_out_leaves_nothing(force: Force, act: str) -> None:
    assert answered({}, act).get("culture_factinbox", []) == []


def test_an_answer_has_the_size_of_every_other_fact(force: Force, folder: Path) -> None:
    made = equality_facts(IN_SPRING, ALL_ANSWERS) + equality_facts(IN_SPRING, {})
    others = [facts.received_fact(IN_SPRING), facts.closed_fact(IN_SPRING)]
    others += [facts.assessed_fact(IN_SPRING, set_aside=aside) for aside in (True, False)]
    assert {len(fact.sealed) for fact in [*made, *others] if fact} == {FACT_SIZE}


# ---- an administrator with the logs, and HR with every release


def test_no_log_says_that_or_what_somebody_answered(force: Force, logs: Logs) -> None:
    answered(ALL_ANSWERS)
    for word in ("about-you", "under_30", "ethnicity", "orientation", "christian"):
        assert word not in logs.written.getvalue()
        assert word not in logs.everything.getvalue()


@pytest.fixture
def folder(force: Force, settings: Any, tmp_path: Path) -> Path:
    settings.METRICS_KEYS_DIR = tmp_path / "metrics"
    write_keys(force.root_seed, tmp_path / "metrics", quarters=4)
    return tmp_path / "metrics"


def released(*, people: int) -> str:
    """All that HR sees of a quarter with nine reports, so many of whose reporters said who they are."""
    assess(9, IN_SPRING)
    for _ in range(people):
        for fact in equality_facts(IN_SPRING, ALL_ANSWERS):
            record_fact(fact)
    move_facts(CLOSING)
    close_quarter(SPRING, now=CLOSING)
    make_release(SPRING, now=RELEASING)
    return assessed_csv(released_quarters())


def test_hr_sees_nothing_of_any_answer_and_no_number_moves(force: Force, folder: Path) -> None:
    shown = released(people=40)
    assert shown.count("not shown") == 1
    assert not any(answer in shown for answer in ("woman", "christian", "mixed"))


def test_twin_a_release_that_counts_whatever_there_is_is_moved_by_them(
    force: Force, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "_counts", lambda fact, quarter: fact.period == quarter.code)
    assert "not shown" not in released(people=40)
