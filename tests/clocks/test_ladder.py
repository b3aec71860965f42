"""When each rung is reached, by the due time alone."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speakup.clocks.counting import end_of_day, halfway
from speakup.clocks.ladder import rungs
from speakup.clocks.models import Clock
from speakup.clocks.rules import track_entered
from speakup.clocks.watching import new_clocks
from speakup.policy.document import Relation, Risk
from tests.clocks.builders import NOW, POLICY, SUBMITTED, by_limit, london, watched_in_case, watched_report

PSD, OUTSIDE, URGENT = (POLICY.ladders[name] for name in ("psd", "outside", "urgent"))


def clock(limit_id: str = "triage_medium", now: dt.datetime = NOW, *, urgent: bool = False) -> Clock:
    risk = next((risk for risk, level in POLICY.severity_levels.items() if level.triage == limit_id), Risk.MEDIUM)
    watched = watched_report(risk=risk, urgent=urgent)
    return by_limit(watched, new_clocks(watched, [SUBMITTED], now=now))[limit_id]


def test_a_reminder_before_and_on_and_after_then_up_the_ladder() -> None:
    """Three working days from Monday; the deputy is passed over with the day that was theirs."""
    assert [(rung.rung, rung.who, rung.at) for rung in rungs(clock(), PSD)] == [
        (-2, Relation.OWNER, london("2026-11-25T08:00")),
        (-1, Relation.OWNER, london("2026-11-26T08:00")),
        (0, Relation.OWNER, london("2026-11-26T23:59")),
        (2, Relation.DESK_SUPERVISOR, london("2026-11-27T23:59")),
        (3, Relation.DESK_HEAD, london("2026-12-02T23:59")),
        (4, "appropriate_authority", london("2026-12-09T23:59")),
    ]


def test_the_desk_outside_has_nobody_between_the_owner_and_the_heads() -> None:
    assert [(rung.rung, rung.who) for rung in rungs(clock(), OUTSIDE)] == [
        (-2, Relation.OWNER),
        (-1, Relation.OWNER),
        (0, Relation.OWNER),
        (1, Relation.DESK_HEAD),
    ]


def test_half_of_one_day_is_its_last_morning_and_comes_once() -> None:
    assert [(rung.rung, rung.at) for rung in rungs(clock("triage_high"), PSD)][:2] == [
        (-2, london("2026-11-24T08:00")),
        (0, london("2026-11-24T23:59")),
    ]


def test_a_last_day_without_work_is_reminded_of_on_the_working_day_before() -> None:
    """Four weeks from Friday 27 November end on Christmas Day."""
    made = clock("ack")
    made.due_at = end_of_day(dt.date(2026, 12, 25))
    made.halfway_at = halfway(dt.date(2026, 11, 27), made.due_at)
    assert [rung.at for rung in rungs(made, PSD)][:3] == [
        london("2026-12-11T08:00"),
        london("2026-12-24T08:00"),
        london("2026-12-25T23:59"),
    ]


def test_the_referral_on_a_saturday_is_reminded_of_on_friday() -> None:
    subject = watched_in_case("subject")
    (made,) = new_clocks(subject, [track_entered("iopc", "due")], now=london("2026-11-27T07:00"))
    assert [(rung.rung, rung.at) for rung in rungs(made, PSD)][:2] == [
        (-2, london("2026-11-28T08:00")),
        (0, london("2026-11-28T23:59")),
    ]


class TestUrgent:
    def test_the_people_on_call_hear_at_once_then_by_the_hour(self) -> None:
        urgent = clock("triage_critical", london("2026-11-22T02:40"), urgent=True)
        assert [(rung.rung, rung.who, rung.at) for rung in rungs(urgent, URGENT)] == [
            (-2, Relation.ON_CALL, london("2026-11-22T00:00")),
            (0, Relation.ON_CALL, london("2026-11-22T04:00")),
            (1, Relation.DESK_SUPERVISOR, london("2026-11-22T06:00")),
            (2, Relation.DESK_HEAD, london("2026-11-22T10:00")),
        ]

    def test_an_hour_lasts_an_hour_in_the_night_of_the_change(self) -> None:
        urgent = clock("triage_critical", london("2026-03-28T23:10"), urgent=True)
        assert [rung.at for rung in rungs(urgent, URGENT)] == [
            london("2026-03-28T20:00"),
            london("2026-03-29T00:00"),
            london("2026-03-29T03:00"),
            london("2026-03-29T07:00"),
        ]


DUES = st.dates(dt.date(2024, 1, 10), dt.date(2027, 12, 1))


@given(DUES, st.integers(0, 120), st.sampled_from(sorted(POLICY.ladders)))
def test_rungs_are_reached_in_their_order_and_follow_from_the_due_time(due: dt.date, days: int, name: str) -> None:
    due_at = end_of_day(due)
    made = Clock(id=uuid.uuid4(), due_at=due_at, halfway_at=halfway(due - dt.timedelta(days=days), due_at))
    reached = rungs(made, POLICY.ladders[name])
    assert [rung.rung for rung in reached] == sorted({rung.rung for rung in reached})
    assert [rung.at for rung in reached] == sorted(rung.at for rung in reached)
    assert reached == rungs(made, POLICY.ladders[name])
    assert {rung.rung for rung in reached} >= {-2, 0}
    assert Relation.DEPUTY not in {rung.who for rung in reached}
    assert len(reached) >= len([rung for rung in POLICY.ladders[name] if rung.who is not Relation.DEPUTY]) + 1


@pytest.mark.parametrize("name", sorted(POLICY.ladders))
def test_every_ladder_ends_with_somebody_who_leads(name: str) -> None:
    assert rungs(clock(), POLICY.ladders[name])[-1].who in {Relation.DESK_HEAD, "appropriate_authority"}
