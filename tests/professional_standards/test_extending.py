"""More time for what waits: who gives it, for which limits, and what becomes of its reminders."""

import datetime as dt
import uuid

import pytest

from notifications.sweep import sweep_clocks
from professional_standards.extending import extend_case_clock, extend_report_clock
from professional_standards.reading import open_case_page
from professional_standards.refusals import FormProblem, NotAllowed, NotGranted, Problem, Why
from professional_standards.report_page import open_report_page
from professional_standards.tracks import set_track
from professional_standards.triage import ask_reporter
from speakup.clocks.counting import end_of_day
from speakup.clocks.ladder import DUE, HALFWAY
from speakup.clocks.models import Clock, ClockEvent, Reminder
from speakup.clocks.sealing import open_event
from speakup.clocks.services import LONGEST_EXTENSION
from speakup.ledger.models import Entry
from speakup.reporting.models import Report
from speakup.vault.content import open_detail
from speakup.web.days import london_day
from tests.professional_standards.casework import AT, WHY, Desk, new_subject, only_proceeding
from tests.reporting.builders import keep_out

TODAY = london_day(AT)
LATER = TODAY + dt.timedelta(days=29)
DAY = dt.timedelta(days=1)


@pytest.fixture
def desk(force):
    return Desk(force)


@pytest.fixture
def officer(desk):
    return desk.as_(desk.member("triage"))


@pytest.fixture
def supervisor(desk):
    return desk.as_(desk.member("supervisor"))


@pytest.fixture
def head(desk):
    return desk.as_(desk.member("head_of_psd"))


@pytest.fixture
def sent(desk):
    return desk.triaged()


@pytest.fixture
def case(desk, sent):
    return desk.case(sent, subjects=(new_subject(iopc="due"),))


def page_of_report(sent, by):
    return open_report_page(sent.id, *by.values())


def clock_of(opened, limit):
    return next(clock for clock in opened.clocks if clock.open and clock.limit.id == limit)


def test_triage_gets_more_time(sent, supervisor):
    before = clock_of(page_of_report(sent, supervisor), "triage_high")
    extend_report_clock(sent.id, before.id, LATER, WHY, **supervisor)
    after = clock_of(page_of_report(sent, supervisor), "triage_high")
    assert (after.id, after.due_at, after.start) == (before.id, end_of_day(LATER), before.start)


def test_the_report_is_due_when_its_next_clock_is(desk, sent, supervisor):
    ask_reporter(sent.id, "Is the chat still there?", **supervisor)
    report = Report.objects.get(id=sent.id)
    running = sorted(page_of_report(sent, supervisor).clocks, key=lambda clock: (not clock.open, clock.due_at))
    assert running[0].limit.id == "triage_high"
    assert report.next_due_at == running[0].due_at
    extend_report_clock(sent.id, running[0].id, LATER, WHY, **supervisor)
    report.refresh_from_db()
    assert report.next_due_at == running[1].due_at < end_of_day(LATER)


def test_why_and_the_day_before_are_kept_for_those_who_read_it(sent, supervisor):
    page = page_of_report(sent, supervisor)
    clock = clock_of(page, "triage_high")
    extend_report_clock(sent.id, clock.id, LATER, WHY, **supervisor)
    event = ClockEvent.objects.get(clock=clock.id)
    keys = supervisor["keyring"].open("report", sent.id).keys
    opened = open_event(event, keys)
    assert (opened["kind"], opened["reason"]) == ("extended", WHY)
    assert opened["by"] == str(supervisor["actor"].id)
    assert dt.datetime.fromisoformat(opened["old_due"]) == clock.due_at


def test_the_ledger_has_the_exact_act_sealed(sent, case, supervisor):
    clock = clock_of(open_case_page(case.id, *supervisor.values()), "sev_asap")
    extend_case_clock(case.id, clock.id, LATER, WHY, **supervisor)
    entry = Entry.objects.latest("seq")
    assert (entry.action, entry.object_id, entry.actor_id) == ("write", case.id, supervisor["actor"].id)
    grant = supervisor["keyring"].open("case", case.id)
    detail = open_detail(grant.keys["C"], entry.id, case.id, grant.epoch, bytes(entry.detail.sealed))
    assert (detail["action"], detail["clock"]) == ("extend_case_clock", clock.id.hex)
    assert detail["until"] == LATER.isoformat()
    line = open_case_page(case.id, *supervisor.values()).chronology[1]  # [0] is this very reading
    assert (line.act, line.reference) == ("extend_case_clock", "")


def test_a_case_is_due_when_the_next_of_all_its_clocks_is(sent, case, supervisor):
    first = clock_of(open_case_page(case.id, *supervisor.values()), "sev_asap")
    set_track(only_proceeding(case).subject_id, "referred", 1, WHY, **supervisor)
    case.refresh_from_db()
    assert case.next_due_at == first.due_at
    extend_case_clock(case.id, first.id, LATER, WHY, **supervisor)
    case.refresh_from_db()
    assert case.next_due_at == Report.objects.get(id=sent.id).next_due_at
    assert case.next_due_at < end_of_day(LATER)


def test_its_reminders_begin_anew(sent, supervisor):
    clock = clock_of(page_of_report(sent, supervisor), "triage_high")
    old = clock.due_at
    sweep_clocks(old + 3 * DAY)
    raised = set(Reminder.objects.filter(clock=clock.id).values_list("due_at", "rung"))
    assert {(old, HALFWAY), (old, DUE)} <= raised
    assert max(rung for _, rung in raised) > DUE
    now = old + 4 * DAY
    until = london_day(now) + 20 * DAY
    extend_report_clock(sent.id, clock.id, until, WHY, **{**supervisor, "now": now})
    sweep_clocks(now)
    assert set(Reminder.objects.filter(clock=clock.id).values_list("due_at", "rung")) == raised
    new = end_of_day(until)
    for _ in range(2):
        sweep_clocks(new - 9 * DAY)
    assert set(Reminder.objects.filter(clock=clock.id).values_list("due_at", "rung")) - raised == {(new, HALFWAY)}
    sweep_clocks(new)
    again = set(Reminder.objects.filter(clock=clock.id, due_at=new).values_list("rung", flat=True))
    assert {HALFWAY, DUE} <= again
    assert max(again) == DUE


@pytest.mark.parametrize("limit", ["ack", "first_reply", "feedback"])
def test_what_the_reporter_was_promised_is_not_put_off(desk, head, limit):
    sent = desk.sent() if limit != "feedback" else desk.triaged()
    clock = clock_of(page_of_report(sent, head), limit)
    refused(extend_report_clock, sent.id, clock.id, head, Why.PROMISED)


def test_the_day_of_the_law_is_not_put_off(case, head):
    clock = clock_of(open_case_page(case.id, *head.values()), "iopc_referral")
    refused(extend_case_clock, case.id, clock.id, head, Why.FIXED_BY_LAW)


def test_updates_of_a_case_are_promised_too(sent, case, head):
    clock = clock_of(page_of_report(sent, head), "update_4w")
    refused(extend_report_clock, sent.id, clock.id, head, Why.PROMISED)


def test_who_works_it_does_not_give_it_more_time(desk, sent, case, officer):
    clock = clock_of(open_case_page(case.id, *officer.values()), "sev_asap")
    assert page_of_report(sent, officer).extendable == frozenset()
    assert open_case_page(case.id, *officer.values()).extendable == frozenset()
    refused(extend_case_clock, case.id, clock.id, officer, Why.LEADERS)


def test_in_triage_the_officers_of_the_desk_do_not(sent, officer):
    clock = clock_of(page_of_report(sent, officer), "triage_high")
    refused(extend_report_clock, sent.id, clock.id, officer, Why.LEADERS)


def test_leaders_are_offered_just_what_may_be_put_off(sent, case, supervisor, head):
    for by in (supervisor, head):
        opened = open_case_page(case.id, *by.values())
        assert {clock.limit.id for clock in opened.clocks if clock.id in opened.extendable} == {"sev_asap"}
        assert page_of_report(sent, by).extendable == frozenset()


@pytest.mark.parametrize(
    ("until", "problem"),
    [
        (TODAY - DAY, Problem.NOT_LATER),
        (TODAY, Problem.NOT_LATER),
        (TODAY + LONGEST_EXTENSION + DAY, Problem.TOO_FAR),
        (dt.date.max, Problem.TOO_FAR),
        (dt.date.min, Problem.NOT_LATER),
    ],
)
def test_only_to_a_later_day_of_the_next_year(sent, supervisor, until, problem):
    clock = clock_of(page_of_report(sent, supervisor), "triage_high")
    with pytest.raises(FormProblem) as found:
        extend_report_clock(sent.id, clock.id, until, WHY, **supervisor)
    assert (found.value.field, found.value.problem) == ("until", problem)
    assert unchanged(clock)


@pytest.mark.parametrize("why", ["", "  ", "x" * 4001])
def test_not_without_a_reason(sent, supervisor, why):
    clock = clock_of(page_of_report(sent, supervisor), "triage_high")
    with pytest.raises(FormProblem) as found:
        extend_report_clock(sent.id, clock.id, LATER, why, **supervisor)
    assert found.value.field == "why"
    assert unchanged(clock)


def test_not_what_is_over(sent, case, supervisor):
    closed = next(clock for clock in page_of_report(sent, supervisor).clocks if clock.limit.id == "triage_high")
    assert not closed.open
    refused(extend_report_clock, sent.id, closed.id, supervisor, Why.STATE)


def test_a_clock_of_something_else_is_not_there(desk, sent, case, supervisor):
    other = desk.triaged()
    of_other = clock_of(page_of_report(other, supervisor), "triage_high")
    of_case = clock_of(open_case_page(case.id, *supervisor.values()), "sev_asap")
    for extend, object_id, clock_id in (
        (extend_report_clock, sent.id, of_other.id),
        (extend_report_clock, sent.id, of_case.id),
        (extend_case_clock, case.id, of_other.id),
        (extend_case_clock, case.id, uuid.uuid4()),
    ):
        with pytest.raises(NotGranted):
            extend(object_id, clock_id, LATER, WHY, **supervisor)
    assert unchanged(of_other)
    assert unchanged(of_case)


def test_whoever_cannot_open_it_is_refused_first(desk, case, supervisor):
    clock = clock_of(open_case_page(case.id, *supervisor.values()), "sev_asap")
    for role in ("ccu_head", "investigator"):
        with pytest.raises(NotGranted):
            extend_case_clock(case.id, clock.id, LATER, WHY, **desk.as_(desk.member(role)))
        entry = Entry.objects.latest("seq")
        assert (entry.action, entry.object_id) == ("refuse", None)
    assert unchanged(clock)


def test_a_leader_who_is_kept_out_is_refused(desk, officer):
    leader = desk.member("supervisor")
    sent = desk.triaged(keep_out(leader.name), by=officer["actor"])
    clock = clock_of(page_of_report(sent, officer), "triage_high")
    with pytest.raises(NotGranted):
        extend_report_clock(sent.id, clock.id, LATER, WHY, **desk.as_(leader))
    assert unchanged(clock)


def refused(extend, object_id, clock_id, by, why):
    entries = Entry.objects.count()
    with pytest.raises(NotAllowed) as found:
        extend(object_id, clock_id, LATER, WHY, **by)
    assert found.value.why is why
    assert Entry.objects.count() == entries
    assert not ClockEvent.objects.filter(clock=clock_id, at=by["now"]).exclude(clock__state="closed").exists()
    assert Clock.objects.get(id=clock_id).due_at != end_of_day(LATER)


def unchanged(clock):
    row = Clock.objects.get(id=clock.id)
    return row.due_at == clock.due_at and not ClockEvent.objects.filter(clock=clock.id).exists()


def test_a_second_time_a_head_alone_and_then_nobody(sent, supervisor, head):
    clock = clock_of(page_of_report(sent, supervisor), "triage_high")
    extend_report_clock(sent.id, clock.id, LATER - 2 * DAY, WHY, **supervisor)
    assert clock.id not in page_of_report(sent, supervisor).extendable
    with pytest.raises(NotAllowed) as refused:
        extend_report_clock(sent.id, clock.id, LATER - DAY, WHY, **supervisor)
    assert refused.value.why is Why.OFTEN
    assert clock.id in page_of_report(sent, head).extendable
    extend_report_clock(sent.id, clock.id, LATER - DAY, WHY, **head)
    assert clock.id not in page_of_report(sent, head).extendable
    with pytest.raises(NotAllowed):
        extend_report_clock(sent.id, clock.id, LATER, WHY, **head)


def test_a_head_who_owns_a_case_gives_no_time_to_themselves(desk, sent, head):
    case = desk.case(sent, owner_id=desk.member("head_of_psd").id)
    opened = open_case_page(case.id, *head.values())
    clock = clock_of(opened, "sev_asap")
    with pytest.raises(NotAllowed) as refused:
        extend_case_clock(case.id, clock.id, LATER, WHY, **head)
    assert refused.value.why is Why.LEADERS
