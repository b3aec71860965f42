"""What starts a clock again, what ends it, what meets one turn of it, and what is written of that."""

import datetime as dt
import uuid
from dataclasses import replace
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction

from speakup.clocks.models import Clock, ClockEvent
from speakup.clocks.rules import RiskUnknown, event, moved, track_entered, track_left
from speakup.clocks.sealing import open_event
from speakup.clocks.services import (
    CannotExtend,
    assign_clocks,
    end_clocks,
    extend_clock,
    move_clocks_to_desk,
    next_due_at,
    signal_clocks,
)
from speakup.embedded.demonstration import Force
from speakup.ledger.written import written
from speakup.policy.document import Risk
from speakup.vault.content import new_key
from speakup.vault.errors import CannotOpen
from tests.clocks.builders import NOW, SUBMITTED, london, running, signal, watched_in_case, watched_report

pytestmark = pytest.mark.usefixtures("force")
STAFF = uuid.uuid4()
LATER = NOW + dt.timedelta(days=20)


def test_acknowledging_meets_one_promise_and_starts_the_next() -> None:
    report = watched_report()
    signal(report, SUBMITTED)
    change = signal(report, *moved("submitted", "acknowledged"), event("message_sent"))
    assert set(change.closed) == {"ack", "first_reply"}
    assert change.started == ("feedback",)
    assert set(running(report)) == {"feedback", "triage_medium"}
    assert running(report)["feedback"].due_at == london("2027-02-23T23:59")


class TestTriage:
    def test_coming_back_to_it_starts_its_clock_anew(self) -> None:
        report = watched_report()
        signal(report, SUBMITTED)
        signal(report, *moved("triage", "in_case"))
        assert "triage_medium" not in running(report)
        signal(report, *moved("in_case", "triage"), now=LATER)
        assert running(report)["triage_medium"].due_at == london("2026-12-16T23:59")

    def test_entering_it_the_first_time_leaves_the_running_one(self) -> None:
        report = watched_report()
        signal(report, SUBMITTED)
        before = running(report)["triage_medium"]
        change = signal(report, *moved("acknowledged", "triage"), now=LATER)
        assert change.started == ()
        assert running(report)["triage_medium"].id == before.id
        assert running(report)["triage_medium"].due_at == before.due_at

    def test_waiting_for_the_reporter_does_not_reset_it(self) -> None:
        report = watched_report()
        signal(report, SUBMITTED)
        before = running(report)["triage_medium"].id
        signal(report, *moved("triage", "awaiting_reporter"))
        assert running(report)["awaiting_reporter_28d"].due_at == london("2026-12-21T23:59")
        signal(report, *moved("awaiting_reporter", "triage"))
        assert set(running(report)) == {"ack", "first_reply", "triage_medium"}
        assert running(report)["triage_medium"].id == before

    def test_no_risk_no_clock(self) -> None:
        with pytest.raises(RiskUnknown):
            signal(watched_report(risk=None), *moved("reopened", "triage"))

    def test_another_risk_moves_no_clock(self) -> None:
        """Triage's own risk is not the starting risk; should a caller give it, the clock that runs stays."""
        report = watched_report()
        signal(report, SUBMITTED)
        signal(replace(report, risk=Risk.CRITICAL), event("message_sent"))
        assert set(running(report)) == {"ack", "triage_medium"}


class TestUpdates:
    def test_giving_one_begins_the_next_four_weeks(self) -> None:
        report = watched_report()
        signal(report, *moved("triage", "in_case"))
        first = running(report)["update_4w"]
        assert first.due_at == london("2026-12-21T23:59")
        change = signal(report, event("update_given"), now=LATER)
        assert (change.closed, change.started) == (("update_4w",), ("update_4w",))
        second = running(report)["update_4w"]
        assert second.id != first.id
        assert second.due_at == london("2027-01-10T23:59")

    def test_they_end_with_the_case(self) -> None:
        report = watched_report()
        signal(report, *moved("triage", "in_case"))
        change = signal(report, *moved("in_case", "closing_feedback"))
        assert "update_4w" not in running(report)
        assert change.started == ("feedback",)

    def test_one_given_in_the_act_that_ends_the_case_begins_no_turn(self) -> None:
        report = watched_report()
        signal(report, *moved("triage", "in_case"))
        signal(report, event("update_given"), *moved("in_case", "closing_feedback"))
        assert set(running(report)) == {"feedback"}

    def test_one_given_outside_a_case_starts_nothing(self) -> None:
        report = watched_report()
        assert signal(report, event("update_given")).started == ()


class TestReferral:
    def test_referring_meets_it(self) -> None:
        subject = watched_in_case("subject")
        signal(subject, track_entered("iopc", "due"))
        change = signal(subject, track_left("iopc", "due"), track_entered("iopc", "referred"))
        assert change.closed == ("iopc_referral",)
        assert running(subject) == {}

    def test_no_longer_due_ends_it(self) -> None:
        subject = watched_in_case("subject")
        signal(subject, track_entered("iopc", "due"))
        signal(subject, track_left("iopc", "due"), track_entered("iopc", "criteria_not_met"))
        assert running(subject) == {}


@pytest.mark.parametrize("to", ["staff_assessment", "resolution", "vetting_route", "concluded", "investigation"])
def test_a_proceeding_that_needs_no_severity_assessment_owes_none(to: str) -> None:
    proceeding = watched_in_case()
    signal(proceeding, *moved("", "conduct_decision"))
    assert set(running(proceeding)) == {"sev_asap"}
    signal(proceeding, *moved("conduct_decision", to))
    assert running(proceeding) == {}


def test_the_assessment_is_still_owed_while_the_iopc_decides_() -> None:
    proceeding = watched_in_case()
    signal(proceeding, *moved("", "conduct_decision"))
    for before, then in pairwise(("conduct_decision", "iopc_pending", "conduct_decision", "severity")):
        signal(proceeding, *moved(before, then))
        assert set(running(proceeding)) == {"sev_asap"}
    signal(proceeding, *moved("severity", "investigator_appointed"))
    assert running(proceeding) == {}


class TestWhatIsWritten:
    def test_every_row_is_named_with_its_hash(self) -> None:
        report = watched_report()
        change = signal_clocks(report, [SUBMITTED], actor_id=STAFF, now=NOW)
        assert sorted(str(row) for row in change.written) == sorted(
            str(written(clock, "sealed")) for clock in Clock.objects.all()
        )
        change = signal_clocks(report, [event("message_sent")], actor_id=STAFF, now=NOW)
        (made,) = ClockEvent.objects.all()
        assert change.written == [written(made, "sealed")]

    def test_who_stopped_a_clock_and_why_is_for_staff_alone(self) -> None:
        """Also where the reporter holds the clock's own key."""
        report = watched_report()
        signal_clocks(report, [SUBMITTED], actor_id=STAFF, now=NOW)
        due_at = running(report)["first_reply"].due_at
        signal_clocks(report, [event("message_sent")], actor_id=STAFF, now=NOW, reason="She was answered.")
        (made,) = ClockEvent.objects.all()
        assert made.at == NOW
        opened = open_event(made, report.keys)
        assert opened == {
            "kind": "closed",
            "old_due": opened["old_due"],
            "reason": "She was answered.",
            "by": str(STAFF),
        }
        assert dt.datetime.fromisoformat(opened["old_due"]) == due_at
        with pytest.raises(CannotOpen):
            open_event(made, {"R": report.keys["R"], "T": report.keys["R"]})

    def test_without_an_actor_nothing_is_written_of_stopping(self) -> None:
        report = watched_report()
        signal(report, SUBMITTED)
        change = signal_clocks(report, [event("message_sent")], actor_id=None, now=NOW)
        assert change.closed == ("first_reply",)
        assert change.written == []
        assert not ClockEvent.objects.exists()


def test_a_clock_that_does_not_open_runs_on() -> None:
    report = watched_report()
    signal(report, SUBMITTED)
    stranger = replace(report, keys={"R": new_key(), "T": new_key()})
    assert signal(stranger, event("message_sent")).closed == ()
    assert set(running(report)) == {"ack", "first_reply", "triage_medium"}


def test_a_missing_key_is_no_silence() -> None:
    report = watched_report()
    signal(report, SUBMITTED)
    with pytest.raises(KeyError):
        signal(replace(report, keys={"R": report.keys["R"]}), event("message_sent"))


def test_another_owner_s_clocks_are_left_alone() -> None:
    report, other = watched_report(), watched_report()
    signal(report, SUBMITTED)
    signal(other, SUBMITTED)
    signal(report, event("message_sent"))
    assert "first_reply" in running(other)


def test_ending_closes_everything_of_one_owner_what_does_not_open_too() -> None:
    report, other = watched_report(), watched_report()
    signal(report, SUBMITTED)
    signal(other, SUBMITTED)
    change = end_clocks(replace(report, keys={"R": new_key(), "T": new_key()}), actor_id=STAFF, now=NOW, reason="Over.")
    assert len(change.written) == 3
    assert running(report) == {}
    assert len(running(other)) == 3


class TestNextDue:
    def test_is_the_earliest_of_the_open_ones(self) -> None:
        report = watched_report(risk=Risk.HIGH)
        assert next_due_at([report.key_id]) is None
        signal(report, SUBMITTED)
        assert next_due_at([report.key_id]) == london("2026-11-24T23:59")
        signal(report, *moved("triage", "in_case"), event("message_sent"))
        assert next_due_at([report.key_id]) == london("2026-11-30T23:59")

    def test_of_a_case_and_its_reports_together(self) -> None:
        report, proceeding = watched_report(), watched_in_case()
        signal(report, SUBMITTED)
        signal(proceeding, *moved("", "conduct_decision"), now=NOW - dt.timedelta(days=6))
        assert next_due_at([report.key_id, proceeding.key_id]) == london("2026-11-24T23:59")
        assert next_due_at(owner_ids=[report.owner_id]) == london("2026-11-26T23:59")


class TestExtending:
    def test_moves_the_day_and_says_why(self) -> None:
        report = watched_report()
        signal(report, SUBMITTED)
        clock = running(report)["triage_medium"]
        rows = extend_clock(
            clock.id,
            watched=report,
            until=dt.date(2026, 12, 4),
            reason="She asked for time.",
            actor_id=STAFF,
            now=NOW,
        )
        moved_clock = running(report)["triage_medium"]
        assert moved_clock.due_at == london("2026-12-04T23:59")
        assert moved_clock.halfway_at == london("2026-11-29T08:00")
        (made,) = ClockEvent.objects.all()
        assert rows == [written(made, "sealed")]
        opened = open_event(made, report.keys)
        assert (opened["kind"], opened["reason"], opened["by"]) == ("extended", "She asked for time.", str(STAFF))
        assert dt.datetime.fromisoformat(opened["old_due"]) == clock.due_at

    def test_an_urgent_one_wakes_nobody_again(self) -> None:
        report = watched_report(risk=Risk.CRITICAL, urgent=True)
        signal(report, SUBMITTED)
        clock = running(report)["triage_critical"]
        extend_clock(
            clock.id, watched=report, until=dt.date(2026, 11, 24), reason="She is safe.", actor_id=STAFF, now=NOW
        )
        clock.refresh_from_db()
        assert (clock.ladder, clock.counts_hours) == ("ordinary", False)

    @pytest.mark.parametrize(
        ("until", "reason"),
        [
            (dt.date(2026, 11, 26), "no later than it is"),
            (dt.date(2026, 11, 24), "earlier"),
            (dt.date(2026, 12, 4), "  "),
            (dt.date(2027, 11, 25), "more than a year ahead"),
            (dt.date.max, "never"),
        ],
    )
    def test_only_to_a_later_day_with_a_reason(self, until: dt.date, reason: str) -> None:
        report = watched_report()
        signal(report, SUBMITTED)
        clock = running(report)["triage_medium"]
        with pytest.raises(CannotExtend):
            extend_clock(clock.id, watched=report, until=until, reason=reason, actor_id=STAFF, now=NOW)
        clock.refresh_from_db()
        assert clock.due_at == london("2026-11-26T23:59")

    def test_not_into_the_past(self) -> None:
        report = watched_report()
        signal(report, SUBMITTED)
        clock = running(report)["triage_medium"]
        with pytest.raises(CannotExtend):
            extend_clock(
                clock.id, watched=report, until=dt.date(2026, 11, 30), reason="late", actor_id=STAFF, now=LATER
            )

    def test_not_what_is_closed_or_somebody_elses(self) -> None:
        report, other = watched_report(), watched_report()
        signal(report, SUBMITTED)
        clock = running(report)["first_reply"]
        with pytest.raises(CannotExtend):
            extend_clock(clock.id, watched=other, until=dt.date(2026, 12, 4), reason="x", actor_id=STAFF, now=NOW)
        signal(report, event("message_sent"))
        with pytest.raises(CannotExtend):
            extend_clock(clock.id, watched=report, until=dt.date(2026, 12, 4), reason="x", actor_id=STAFF, now=NOW)


def test_whom_open_clocks_wait_for_moves_with_the_case(force: Force) -> None:
    officer = force.members["triage"][0]
    report, proceeding, other = watched_report(), watched_in_case(), watched_report()
    for each in (report, other):
        signal(each, SUBMITTED)
    signal(report, event("message_sent"))
    signal(proceeding, *moved("", "conduct_decision"))
    assign_clocks([report.key_id, proceeding.key_id], officer.pk)
    assert set(Clock.objects.filter(assignee=officer).values_list("owner_id", "state")) == {
        (report.owner_id, "open"),
        (proceeding.owner_id, "open"),
    }
    move_clocks_to_desk([report.key_id], "ccu")
    assert {clock.desk_id for clock in running(report).values()} == {"ccu"}
    assert {clock.assignee_id for clock in running(report).values()} == {None}
    assert {clock.desk_id for clock in running(other).values()} == {"psd"}
    assert {clock.assignee_id for clock in running(proceeding).values()} == {officer.pk}


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "change", ["owner_id = key_id, key_id = id", "sealed = zeroblob(1053)", "epoch = 2", "key_kind = 'T'"]
    )
    def test_another_rule_or_owner(self, change: str) -> None:
        signal(watched_report(), SUBMITTED)
        zeroes = "decode(repeat('00', 1053), 'hex')"
        statement = change.replace("zeroblob(1053)", zeroes) if connection.vendor == "postgresql" else change
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE clocks_clock SET {statement} WHERE key_kind = 'R'")  # noqa: S608 -- ours

    def test_opening_a_closed_clock_again(self) -> None:
        report = watched_report()
        signal(report, SUBMITTED)
        signal(report, event("message_sent"))
        with pytest.raises(IntegrityError), transaction.atomic():
            Clock.objects.filter(state="closed").update(state="open")

    def test_changing_what_happened_to_a_clock(self) -> None:
        report = watched_report()
        signal(report, SUBMITTED)
        signal(report, event("message_sent"))
        with pytest.raises(IntegrityError), transaction.atomic():
            ClockEvent.objects.update(at=LATER)

    def test_and_lets_the_night_write_a_row_anew(self) -> None:
        signal(watched_report(), SUBMITTED)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE clocks_clock SET id = id")
