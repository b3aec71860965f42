import datetime as dt
import logging
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from speakup.culture.equality import EQUALITY, NOT_SAID
from speakup.culture.facts import (
    FactKind,
    assessed_fact,
    closed_fact,
    equality_facts,
    new_fact,
    read_fact,
    received_fact,
    record_fact,
)
from speakup.culture.models import Fact, FactInbox, MetricsKey
from speakup.culture.services import move_facts
from speakup.vault.errors import CannotOpen
from speakup.vault.facts import FACT_SIZE, open_fact
from tests.culture.builders import CLOSING, IN_SPRING, IN_SUMMER, assess, seed_of


def test_a_fact_says_its_kind_and_quarter_and_nothing_finer(keys: Path) -> None:
    seed = seed_of(keys, "2026Q1")
    facts = [received_fact(IN_SPRING), assessed_fact(IN_SPRING, set_aside=True), closed_fact(IN_SPRING)]
    assert [open_fact(seed, fact.id, "2026Q1", bytes(fact.sealed)) for fact in facts if fact] == [
        {"kind": "received", "period": "2026Q1"},
        {"kind": "assessed", "period": "2026Q1", "set_aside": True},
        {"kind": "closed", "period": "2026Q1"},
    ]


def test_facts_of_every_kind_have_one_size(keys: Path) -> None:
    facts = [received_fact(IN_SPRING), assessed_fact(IN_SPRING, set_aside=False), closed_fact(IN_SUMMER)]
    assert {len(fact.sealed) for fact in facts if fact} == {FACT_SIZE}
    with pytest.raises(IntegrityError), transaction.atomic():
        FactInbox.objects.create(day=IN_SPRING, sealed=bytes(FACT_SIZE - 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.create(period="2026Q1", sealed=bytes(FACT_SIZE + 1))


def test_a_fact_is_sealed_to_its_own_quarter_under_its_own_id(keys: Path) -> None:
    fact, other = received_fact(IN_SPRING), received_fact(IN_SPRING)
    assert fact
    assert other
    for seed, fact_id, period in [
        (seed_of(keys, "2026Q2"), fact.id, "2026Q1"),
        (seed_of(keys, "2026Q1"), other.id, "2026Q1"),
        (seed_of(keys, "2026Q1"), fact.id, "2026Q2"),
    ]:
        with pytest.raises(CannotOpen):
            open_fact(seed, fact_id, period, bytes(fact.sealed))


def test_making_a_fact_is_one_query_and_saves_nothing(keys: Path) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert received_fact(IN_SPRING)
    assert len(queries) == 1
    assert not FactInbox.objects.exists()


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("received", {"desk": True}),
        ("received", {"set_aside": True}),
        ("assessed", {}),
        ("assessed", {"set_aside": "a name"}),
        ("assessed", {"set_aside": 1}),
        ("assessed", {"set_aside": True, "name": True}),
        ("withdrawn", {}),
        ("equality", {}),
        ("equality", {"question": True, "answer": True, "name": True}),
    ],
)
def test_a_fact_says_nothing_else(keys: Path, kind: str, document: dict[str, bool]) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        new_fact(kind, IN_SPRING, document)
    assert "name" not in str(refused.value)


@pytest.mark.parametrize("lacking", ["key", "signature", "open"])
def test_where_the_quarter_has_no_key_a_statistic_is_lost_and_nothing_else(
    keys: Path, lacking: str, caplog: pytest.LogCaptureFixture
) -> None:
    key = MetricsKey.objects.filter(period="2026Q1")
    if lacking == "key":
        key.delete()
    elif lacking == "signature":
        key.update(signature=bytes(64))
    else:
        key.update(closed_day=IN_SUMMER)
    with caplog.at_level(logging.WARNING, logger="speakup.culture.facts"):
        fact = received_fact(IN_SPRING)
    assert fact is None
    assert [record.getMessage() for record in caplog.records] == ["a fact was not recorded: its quarter has no key"]
    record_fact(fact)
    assert not FactInbox.objects.exists()


def test_a_fact_cannot_be_changed(keys: Path) -> None:
    assess(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        FactInbox.objects.update(day=IN_SUMMER)
    move_facts(CLOSING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.update(period="2026Q2")


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"kind": "received"},
        {"kind": "received", "period": 2026},
        {"kind": "received", "period": "2026Q1", "set_aside": False},
        {"kind": "assessed", "period": "2026Q1"},
        {"kind": "assessed", "period": "2026Q1", "set_aside": 0},
        {"kind": "assessed", "period": "2026Q1", "set_aside": False, "weight": 10},
        {"kind": "other", "period": "2026Q1"},
        {"kind": "equality", "period": "2026Q1"},
        {"kind": "equality", "period": "2026Q1", "question": "sex"},
        {"kind": "equality", "period": "2026Q1", "question": "sex", "answer": "nobody"},
        {"kind": "equality", "period": "2026Q1", "question": "age", "answer": "woman"},
        {"kind": "equality", "period": "2026Q1", "question": "rank", "answer": "woman"},
        {"kind": "equality", "period": "2026Q1", "question": "sex", "answer": ["woman"]},
        {"kind": "equality", "period": "2026Q1", "question": ["sex"], "answer": "woman"},
        {"kind": "equality", "period": "2026Q1", "question": "sex", "answer": "woman", "age": "under_30"},
        {"kind": "equality", "period": "2026Q1", "question": "sex", "answer": "woman", "set_aside": False},
        {"kind": "equality", "period": 2026, "question": "sex", "answer": "woman"},
        {"kind": "assessed", "period": "2026Q1", "set_aside": False, "question": "sex", "answer": "woman"},
    ],
)
def test_whatever_else_was_sealed_is_no_fact(document: object) -> None:
    with pytest.raises(ValueError, match="no fact"):
        read_fact(document)


def test_what_was_sealed_is_read_as_it_was_meant() -> None:
    read = read_fact({"kind": "assessed", "period": "2026Q1", "set_aside": True})
    assert (read.kind, read.period, read.set_aside) == (FactKind.ASSESSED, "2026Q1", True)


class TestEquality:
    SAID = {"sex": "woman", "age": "45_or_over", "faith": NOT_SAID}

    def opened(self, keys: Path, facts: list[FactInbox]) -> list[dict[str, object]]:
        return [open_fact(seed_of(keys, "2026Q1"), fact.id, "2026Q1", bytes(fact.sealed)) for fact in facts]

    def test_each_answer_is_a_fact_of_its_own_and_what_was_left_open_is_one_too(self, keys: Path) -> None:
        said = self.opened(keys, equality_facts(IN_SPRING, self.SAID))
        assert sorted((str(each["question"]), str(each["answer"])) for each in said) == sorted(
            (question, self.SAID.get(question, NOT_SAID)) for question in EQUALITY
        )
        assert all(set(each) == {"kind", "period", "question", "answer"} for each in said)

    def test_every_answer_is_read_as_it_was_meant(self, keys: Path) -> None:
        for question, answers in EQUALITY.items():
            for answer in answers:
                said = map(read_fact, self.opened(keys, equality_facts(IN_SPRING, {question: answer})))
                found = {fact.question: fact.answer for fact in said}
                assert found == {**dict.fromkeys(EQUALITY, NOT_SAID), question: answer}

    def test_the_longest_fits(self, keys: Path) -> None:
        for fact in equality_facts(IN_SPRING, {}):
            assert len(fact.sealed) == FACT_SIZE

    def test_one_query_and_nothing_is_saved(self, keys: Path) -> None:
        with CaptureQueriesContext(connection) as queries:
            assert len(equality_facts(IN_SPRING, self.SAID)) == len(EQUALITY)
        assert len(queries) == 1
        assert not FactInbox.objects.exists()

    def test_they_come_in_no_order_of_their_own(self, keys: Path) -> None:
        orders = {
            tuple(str(each["question"]) for each in self.opened(keys, equality_facts(IN_SPRING, self.SAID)))
            for _ in range(8)
        }
        assert len(orders) > 1  # all eight alike by chance: once in 720 to the power of seven

    @pytest.mark.parametrize(
        "answers", [{"sex": "nobody"}, {"rank": "sergeant"}, {"sex": ""}, {"age": "woman"}, {"sex": "Canary Wexmarrow"}]
    )
    def test_nothing_that_is_on_no_list_is_sealed(self, keys: Path, answers: dict[str, str]) -> None:
        with pytest.raises(ValueError, match="something else") as refused:
            equality_facts(IN_SPRING, answers)
        assert "Wexmarrow" not in str(refused.value)

    def test_without_a_key_they_are_lost_and_nothing_else(self, keys: Path, caplog: pytest.LogCaptureFixture) -> None:
        MetricsKey.objects.filter(period="2026Q1").delete()
        with caplog.at_level(logging.WARNING, logger="speakup.culture.facts"):
            assert equality_facts(IN_SPRING, self.SAID) == []
        assert [record.getMessage() for record in caplog.records] == ["a fact was not recorded: its quarter has no key"]


class TestMoving:
    def test_what_is_of_a_day_that_is_over_leaves_the_inbox(self, keys: Path) -> None:
        assess(3, IN_SPRING)
        assess(2, IN_SUMMER)
        night = dt.datetime(2026, 8, 3, 1, 30, tzinfo=dt.UTC)
        assert move_facts(night) == 3
        assert set(FactInbox.objects.values_list("day", flat=True)) == {IN_SUMMER}
        assert move_facts(night + dt.timedelta(days=1)) == 2
        assert not FactInbox.objects.exists()
        assert sorted(Fact.objects.values_list("period", flat=True)) == ["2026Q1"] * 3 + ["2026Q2"] * 2

    def test_a_day_is_a_day_of_london(self, keys: Path) -> None:
        assess(1, dt.date(2026, 7, 6))
        assert move_facts(dt.datetime(2026, 7, 6, 22, 59, tzinfo=dt.UTC)) == 0
        assert move_facts(dt.datetime(2026, 7, 6, 23, 0, tzinfo=dt.UTC)) == 1

    def test_moved_facts_open(self, keys: Path) -> None:
        assess(1)
        move_facts(CLOSING)
        fact = Fact.objects.get()
        assert open_fact(seed_of(keys, "2026Q1"), fact.id, "2026Q1", bytes(fact.sealed))["kind"] == "assessed"

    def test_again_moves_nothing(self, keys: Path) -> None:
        assess(2)
        assert move_facts(CLOSING) == 2
        assert move_facts(CLOSING) == 0
        assert Fact.objects.count() == 2
