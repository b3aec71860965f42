"""Which clocks begin, when they are due, and under which key they are sealed."""

import datetime as dt
import uuid
from typing import Any

import pytest

from speakup.clocks.models import Clock
from speakup.clocks.models.clock import CLOCK_SIZE
from speakup.clocks.rules import BUILT, RiskUnknown, event, moved, stage_entered, track_entered
from speakup.clocks.sealing import NotARule, Rule, open_rule
from speakup.clocks.watching import Watched, new_clocks
from speakup.embedded.demonstration import Force
from speakup.policy.document import LimitKind, Risk
from tests.attacks.dumping import dump
from tests.attacks.searching import as_bytes
from tests.clocks.builders import NOW, POLICY, SUBMITTED, by_limit, london, signal, watched_in_case, watched_report


def sent(now: dt.datetime = NOW, **changes: Any) -> tuple[Watched, dict[str, Clock]]:
    watched = watched_report(**changes)
    return watched, by_limit(watched, new_clocks(watched, [SUBMITTED], now=now))


@pytest.mark.parametrize(
    ("risk", "limit_id", "due"),
    [
        (Risk.LOW, "triage_low", "2026-11-30T23:59"),
        (Risk.MEDIUM, "triage_medium", "2026-11-26T23:59"),
        (Risk.HIGH, "triage_high", "2026-11-24T23:59"),
        (Risk.CRITICAL, "triage_critical", "2026-11-23T12:00"),
    ],
)
def test_the_starting_risk_chooses_the_triage_clock(risk: Risk, limit_id: str, due: str) -> None:
    _, clocks = sent(risk=risk)
    assert set(clocks) == {"ack", "first_reply", limit_id}
    assert clocks[limit_id].due_at == london(due)


def test_what_was_promised_is_sealed_under_the_reporters_key_and_nothing_else_is() -> None:
    _, clocks = sent()
    assert {limit_id: clock.key_kind for limit_id, clock in clocks.items()} == {
        "ack": "R",
        "first_reply": "R",
        "triage_medium": "T",
    }
    assert clocks["first_reply"].due_at == london("2026-11-26T23:59")
    assert clocks["ack"].due_at == london("2026-11-30T23:59")


def test_nothing_is_written_before_sending_does(force: Force) -> None:
    sent()
    assert not Clock.objects.exists()


def test_no_risk_no_report() -> None:
    with pytest.raises(RiskUnknown):
        new_clocks(watched_report(risk=None), [SUBMITTED], now=NOW)


def test_a_report_at_night_counts_from_its_london_day() -> None:
    """23:30 UTC in summer is the next day in London."""
    _, clocks = sent(now=dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC), risk=Risk.HIGH)
    assert clocks["triage_high"].due_at == london("2026-07-02T23:59")


class TestUrgent:
    def test_its_triage_runs_round_the_clock_from_its_block_and_reminds_at_once(self) -> None:
        _, clocks = sent(now=london("2026-11-22T02:40"), risk=Risk.CRITICAL, urgent=True)
        clock = clocks["triage_critical"]
        assert (clock.halfway_at, clock.due_at) == (london("2026-11-22T00:00"), london("2026-11-22T04:00"))
        assert clock.ladder == "urgent"
        assert clock.counts_hours

    def test_its_other_clocks_are_ordinary(self) -> None:
        _, clocks = sent(risk=Risk.CRITICAL, urgent=True)
        assert {limit_id: clock.ladder for limit_id, clock in clocks.items()} == {
            "ack": "ordinary",
            "first_reply": "ordinary",
            "triage_critical": "urgent",
        }

    def test_one_of_high_risk_wakes_people_at_once_and_is_due_by_the_day(self) -> None:
        _, clocks = sent(now=london("2026-11-22T02:40"), risk=Risk.HIGH, urgent=True)
        clock = clocks["triage_high"]
        assert (clock.halfway_at, clock.due_at) == (london("2026-11-22T00:00"), london("2026-11-23T23:59"))
        assert clock.ladder == "urgent"

    def test_a_critical_report_that_is_not_urgent_counts_the_desks_own_hours(self) -> None:
        _, clocks = sent(now=london("2026-11-21T02:40"), risk=Risk.CRITICAL)
        clock = clocks["triage_critical"]
        assert clock.due_at == london("2026-11-23T12:00")
        assert clock.ladder == "ordinary"
        assert clock.counts_hours


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
@pytest.mark.parametrize("risk", Risk)
@pytest.mark.parametrize("urgent", [True, False])
def test_no_clock_says_more_of_sending_than_its_four_hours(risk: Risk, urgent: bool, minute: int) -> None:
    """Everything in clear, and everything sealed, is the same for any moment of a block."""

    def shown(now: dt.datetime) -> list[tuple[Any, ...]]:
        watched, clocks = sent(now=now, risk=risk, urgent=urgent)
        rules = {limit_id: str(open_rule(clock, watched.keys[clock.key_kind])) for limit_id, clock in clocks.items()}
        return sorted(
            (limit_id, clock.due_at, clock.halfway_at, clock.ladder, rules[limit_id])
            for limit_id, clock in clocks.items()
        )

    assert shown(london(f"2026-11-23T12:{minute:02}:17")) == shown(london("2026-11-23T15:59:59.9"))


def test_the_referral_is_due_by_the_end_of_the_next_day() -> None:
    subject = watched_in_case("subject")
    (clock,) = new_clocks(subject, [track_entered("iopc", "due")], now=london("2026-11-27T22:00"))
    assert clock.due_at == london("2026-11-28T23:59")  # a Saturday: the next day, whatever it is
    assert clock.key_kind == "C"
    assert open_rule(clock, subject.keys["C"]) == Rule("iopc_referral", dt.date(2026, 11, 27))


@pytest.mark.parametrize(
    ("stage", "limits"),
    [
        ("conduct_decision", {"sev_asap"}),
        ("investigation_report", {"determination_asap"}),
        ("investigation", set()),  # sup_review is no limit that runs yet
        ("outcome", set()),
    ],
)
def test_of_the_laws_limits_only_those_built_run(stage: str, limits: set[str]) -> None:
    proceeding = watched_in_case()
    assert set(by_limit(proceeding, new_clocks(proceeding, [stage_entered(stage)], now=NOW))) == limits


def test_every_limit_that_runs_is_one_of_the_policy_and_escalates() -> None:
    for limit_id in BUILT:
        assert POLICY.time_limits[limit_id].kind in {LimitKind.DEADLINE, LimitKind.ASAP, LimitKind.RECURRING}


def test_a_stage_or_event_that_starts_nothing_starts_nothing() -> None:
    watched = watched_report()
    assert new_clocks(watched, [*moved("monitoring", "closed"), event("update_given")], now=NOW) == []


class TestSealed:
    def test_no_rule_stands_in_the_database(self, force: Force) -> None:
        report, proceeding = watched_report(risk=Risk.CRITICAL), watched_in_case()
        signal(report, SUBMITTED)
        signal(report, *moved("triage", "in_case"), event("message_sent"))
        signal(proceeding, *moved("", "conduct_decision"))
        found = b"".join(
            as_bytes(value)
            for table, rows in dump().items()
            if table.startswith("clocks_")
            for row in rows
            for value in row.values()
        )
        assert b"proceeding" in found
        for limit_id in POLICY.time_limits:
            assert limit_id.encode() not in found
        for word in (b"because", b"critical"):
            assert word not in found

    def test_all_are_of_one_size(self) -> None:
        _, clocks = sent()
        assert {len(clock.sealed) for clock in clocks.values()} == {CLOCK_SIZE}

    def test_a_rule_opens_only_where_it_stands(self) -> None:
        watched, clocks = sent()
        clock, other = clocks["ack"], clocks["first_reply"]
        clock.sealed = other.sealed
        with pytest.raises(NotARule):
            open_rule(clock, watched.keys["R"])
        other.key_id = uuid.uuid4()
        with pytest.raises(NotARule):
            open_rule(other, watched.keys["R"])

    def test_a_watched_report_shows_no_key(self) -> None:
        watched, _ = sent(risk=Risk.CRITICAL)
        shown = repr(watched)
        assert "critical" not in shown
        for key in watched.keys.values():
            assert repr(key) not in shown
