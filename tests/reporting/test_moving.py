"""Steps of a report: only the policy's, each with its transition, its line for the reporter and its clocks."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import transaction

from speakup.accounts.keyring import OpenedGrant
from speakup.clocks.models import Clock, ClockEvent
from speakup.clocks.rules import event
from speakup.clocks.sealing import open_event
from speakup.clocks.services import assign_clocks
from speakup.embedded.demonstration import Force
from speakup.ledger.written import Written, written
from speakup.policy.document import Risk
from speakup.policy.services import current_policy
from speakup.reporting.inbox import open_inbox, read_inbox
from speakup.reporting.models import IntakeTransition, Progress, Report
from speakup.reporting.moving import NotAllowed, step_report, tell_stage
from speakup.reporting.presenters.inbox import inbox_lines
from speakup.reporting.progress import Line, words_of
from speakup.reporting.replying import write_message
from speakup.reporting.watching import signal_report
from speakup.vault.content import Place, open_document
from tests.reporting.builders import NOW, Sent, grant_of, new_reporter, running, sent_report

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
THE_WAY_TO_A_CASE = ("acknowledged", "triage", "in_case")


@pytest.fixture
def sent(force: Force) -> Sent:
    return sent_report()


@pytest.fixture
def grant(force: Force, sent: Sent) -> OpenedGrant:
    return grant_of(force, sent.id)


def step(sent: Sent, grant: OpenedGrant, to: str, force: Force, **how: Any) -> list[Written]:
    """As an act of staff does it: the row locked, in a transaction."""
    actor = force.member("grace.adeyemi@example.test")
    with transaction.atomic():
        report = Report.objects.select_for_update().get(id=sent.id)
        return step_report(report, grant, to, **{"actor_id": actor.pk, "reason": {"reason": "why"}, "now": NOW, **how})


def walk(sent: Sent, grant: OpenedGrant, force: Force, *states: str, now: dt.datetime = NOW) -> Report:
    for to in states:
        step(sent, grant, to, force, now=now)
    return Report.objects.get(id=sent.id)


def happened(sent: Sent, grant: OpenedGrant, event_id: str, force: Force, now: dt.datetime = NOW) -> None:
    with transaction.atomic():
        report = Report.objects.select_for_update().get(id=sent.id)
        signal_report(report, grant, [event(event_id)], actor_id=force.member("grace.adeyemi@example.test").pk, now=now)


def test_a_step_is_written_with_its_reason_and_said_to_have_been(sent: Sent, grant: OpenedGrant, force: Force) -> None:
    rows = step(sent, grant, "acknowledged", force, reason={"reason": "she is safe", "decided_by": "me"})
    report = Report.objects.get()
    assert (report.state, report.seq) == ("acknowledged", 2)
    taken = IntakeTransition.objects.get(seq=2)
    assert (taken.from_state, taken.to_state, taken.day) == ("submitted", "acknowledged", dt.date(2026, 11, 23))
    place = Place(sent.id, "T", 1, "IntakeTransition.reason", taken.id)
    document = {"reason": "she is safe", "decided_by": "me"}
    assert open_document(grant.keys["T"], place, bytes(taken.reason)) == document
    assert written(taken, "reason") in rows
    assert {written(each, "sealed") for each in ClockEvent.objects.all()} < set(rows)
    assert {row.entity for row in rows} == {"IntakeTransition", "Progress", "ClockEvent", "Clock"}


@pytest.mark.parametrize("to", ["triage", "in_case", "submitted", "draft", "closed", "severity", "", "no such stage"])
def test_only_what_the_policy_lets_follow_is_taken(sent: Sent, grant: OpenedGrant, force: Force, to: str) -> None:
    with pytest.raises(NotAllowed):
        step(sent, grant, to, force)
    report = Report.objects.get()
    assert (report.state, report.seq) == ("submitted", 1)
    assert IntakeTransition.objects.count() == Progress.objects.count() == 1


def test_every_way_through_the_policy_keeps_the_state_of_the_newest_step(
    sent: Sent, grant: OpenedGrant, force: Force
) -> None:
    way = (
        *THE_WAY_TO_A_CASE,
        "triage",
        "awaiting_reporter",
        "triage",
        "transfer_out",
        "closing_feedback",
        "monitoring",
    )
    report = walk(sent, grant, force, *way, "reopened", "triage", "closing_feedback", "monitoring", "closed")
    steps = list(IntakeTransition.objects.order_by("seq"))
    assert [each.seq for each in steps] == [*range(1, len(steps) + 1)]
    assert all(before.to_state == after.from_state for before, after in itertools.pairwise(steps))
    assert (report.state, report.seq) == ("closed", steps[-1].seq)


def test_what_is_promised_runs_from_sending(sent: Sent, grant: OpenedGrant) -> None:
    assert running(sent.id, grant) == {
        "first_reply": dt.date(2026, 11, 26),
        "ack": dt.date(2026, 11, 30),
        "triage_high": dt.date(2026, 11, 24),
    }


def test_the_first_message_keeps_two_promises_and_makes_another(sent: Sent, grant: OpenedGrant, force: Force) -> None:
    actor = force.member("grace.adeyemi@example.test")
    with transaction.atomic():
        report = Report.objects.select_for_update().get(id=sent.id)
        write_message(report, grant, "We have it.", actor_id=actor.pk, now=NOW)
    assert running(sent.id, grant) == {"triage_high": dt.date(2026, 11, 24), "feedback": dt.date(2027, 2, 23)}
    ended = [open_event(each, grant.keys) for each in ClockEvent.objects.select_related("clock")]
    assert {(each["kind"], each["by"]) for each in ended} == {("closed", str(actor.pk))}
    assert len(ended) == 2


def test_triage_runs_until_something_came_of_it_and_anew_after_a_return(
    sent: Sent, grant: OpenedGrant, force: Force
) -> None:
    later = NOW + 7 * DAY
    walk(sent, grant, force, "acknowledged", "triage")
    walk(sent, grant, force, "awaiting_reporter", "triage", now=later)
    assert running(sent.id, grant)["triage_high"] == dt.date(2026, 11, 24)
    walk(sent, grant, force, "in_case", now=later)
    assert set(running(sent.id, grant)) == {"first_reply", "feedback", "update_4w"}
    walk(sent, grant, force, "triage", now=later)
    assert running(sent.id, grant)["triage_high"] == dt.date(2026, 12, 1)
    assert "update_4w" not in running(sent.id, grant)


def test_a_return_to_triage_takes_the_risk_that_is_known_by_then(sent: Sent, grant: OpenedGrant, force: Force) -> None:
    walk(sent, grant, force, *THE_WAY_TO_A_CASE)
    step(sent, grant, "triage", force, risk=Risk.LOW)
    assert "triage_low" in running(sent.id, grant)


def test_waiting_for_the_reporter_has_an_end(sent: Sent, grant: OpenedGrant, force: Force) -> None:
    walk(sent, grant, force, "acknowledged", "triage", "awaiting_reporter")
    assert running(sent.id, grant)["awaiting_reporter_28d"] == dt.date(2026, 12, 21)
    walk(sent, grant, force, "triage")
    assert "awaiting_reporter_28d" not in running(sent.id, grant)


def test_updates_go_on_every_four_weeks_until_the_case_is_left(sent: Sent, grant: OpenedGrant, force: Force) -> None:
    walk(sent, grant, force, *THE_WAY_TO_A_CASE)
    assert running(sent.id, grant)["update_4w"] == dt.date(2026, 12, 21)
    happened(sent, grant, "update_given", force, NOW + 3 * DAY)
    assert running(sent.id, grant)["update_4w"] == dt.date(2026, 12, 24)
    walk(sent, grant, force, "closing_feedback")
    assert set(running(sent.id, grant)) == {"first_reply", "feedback"}
    happened(sent, grant, "feedback_given", force)
    assert "feedback" not in running(sent.id, grant)


def test_when_it_is_next_due_follows_the_clocks(sent: Sent, grant: OpenedGrant, force: Force) -> None:
    def earliest() -> dt.datetime | None:
        open_ones = Clock.objects.filter(owner_id=sent.id, state=Clock.State.OPEN)
        return min((each.due_at for each in open_ones), default=None)

    assert Report.objects.get().next_due_at == earliest() is not None
    for to in (*THE_WAY_TO_A_CASE, "closing_feedback"):
        assert walk(sent, grant, force, to).next_due_at == earliest() is not None
    happened(sent, grant, "message_sent", force)
    happened(sent, grant, "feedback_given", force)
    assert walk(sent, grant, force, "monitoring", "closed").next_due_at is earliest() is None


def test_new_clocks_wait_for_whom_the_others_wait_for(sent: Sent, grant: OpenedGrant, force: Force) -> None:
    walk(sent, grant, force, *THE_WAY_TO_A_CASE)
    owner = force.member("tomasz.nowak@example.test")
    assign_clocks([sent.id], owner.pk)
    happened(sent, grant, "update_given", force, NOW + 3 * DAY)
    open_ones = Clock.objects.filter(owner_id=sent.id, state=Clock.State.OPEN)
    assert {each.assignee_id for each in open_ones} == {owner.pk}


def test_a_report_changed_by_hand_is_looked_at_soon_and_stops_nobody(
    sent: Sent, grant: OpenedGrant, force: Force
) -> None:
    walk(sent, grant, force, *THE_WAY_TO_A_CASE)
    Report.objects.update(answers=sent_report().report.answers)
    walk(sent, grant, force, "triage")
    assert "triage_high" in running(sent.id, grant)


def inbox_of(sent: Sent) -> Any:
    reporter = new_reporter()
    open_inbox(sent.words, reporter, NOW)
    return read_inbox(reporter)


def test_the_reporter_reads_every_stage_in_plain_words(sent: Sent, grant: OpenedGrant, force: Force) -> None:
    walk(sent, grant, force, "acknowledged", "triage")
    step(sent, grant, "awaiting_reporter", force, promised_day=dt.date(2026, 12, 7))
    inbox = inbox_of(sent)
    assert [(line.line, line.stage) for line in inbox.progress] == [
        (Line.SENT, ""),
        (Line.ACKNOWLEDGED, ""),
        (Line.STAGE, "triage"),
        (Line.STAGE, "awaiting_reporter"),
    ]
    assert inbox.progress[-1].promised == dt.date(2026, 12, 7)
    assert inbox.stage_words["triage"] == "We are deciding what to do"
    assert inbox.state_words == "We have asked you a question"
    assert inbox.intact


def test_in_a_case_the_newest_stage_of_what_came_of_it_is_where_it_stands(
    sent: Sent, grant: OpenedGrant, force: Force
) -> None:
    report = walk(sent, grant, force, *THE_WAY_TO_A_CASE)
    assert inbox_of(sent).state_words == "We are deciding what to do"
    assert [written(Progress.objects.get(id=row.row), "sealed") for row in tell(report, grant, "severity")]
    assert inbox_of(sent).state_words == "We are deciding how serious it is"
    assert tell(report, grant, "severity") == []
    assert tell(report, grant, "staff_assessment") == [], "the same words for another person's stage"
    assert len(tell(report, grant, "investigation")) == 1
    assert len(tell(report, grant, "severity")) == 1, "back again is news"
    assert tell(report, grant, "in_case") == tell(report, grant, "no such stage") == []
    assert inbox_of(sent).state_words == "We are deciding how serious it is"
    assert inbox_of(sent).intact


def tell(report: Report, grant: OpenedGrant, stage: str) -> list[Written]:
    with transaction.atomic():
        return tell_stage(Report.objects.select_for_update().get(id=report.id), grant, stage, now=NOW)


def test_no_words_for_a_reporter_name_counter_corruption() -> None:
    policy = current_policy()
    said = {words_of(policy, stage) for stage in policy.workflow.stages}
    assert len(said) > 20
    assert not [words for words in said if "corruption" in words.lower() or "ccu" in words.lower().split()]
    assert not [words for words in said if words.startswith("(")]


def test_of_one_day_steps_and_messages_stand_as_they_came(sent: Sent, grant: OpenedGrant, force: Force) -> None:
    actor = force.member("grace.adeyemi@example.test")

    def message(text: str) -> None:
        with transaction.atomic():
            report = Report.objects.select_for_update().get(id=sent.id)
            write_message(report, grant, text, actor_id=actor.pk, now=NOW)

    message("one")
    walk(sent, grant, force, "triage")
    message("two")
    message("three")
    walk(sent, grant, force, "awaiting_reporter")
    lines = [(line.kind.value, line.number or line.words) for line in inbox_lines(inbox_of(sent))]
    assert lines == [
        ("stage", "We have asked you a question"),
        ("from_staff", 3),
        ("from_staff", 2),
        ("stage", "We are deciding what to do"),
        ("from_staff", 1),
        ("sent", ""),
    ]
