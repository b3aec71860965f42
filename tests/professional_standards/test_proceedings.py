"""A proceeding through the stages of the policy: what is offered, who takes it there, what each step says."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from notifications.sweep import sweep_clocks
from professional_standards.aftercare import end_monitoring, give_feedback, reopen_report
from professional_standards.joining import join_report
from professional_standards.models import Case, Note, Proceeding, Transition
from professional_standards.noting import add_note, change_subject
from professional_standards.opened_case import CaseAct
from professional_standards.proceedings import close_case, move_proceeding
from professional_standards.reading import open_case_page
from professional_standards.refusals import FormProblem, NotAllowed, NotGranted, Stale, Why
from professional_standards.supervision import supervise
from professional_standards.tracks import set_track
from professional_standards.triage import NamedSubject
from speakup.clocks.models import Clock, Reminder
from speakup.culture.models import FactInbox
from speakup.ledger.models import Entry
from speakup.reporting.inbox import Outcome, open_inbox, read_inbox
from tests.professional_standards.casework import AT, WHY, Desk, new_subject, only_proceeding, state_of
from tests.reporting.builders import new_reporter

STAFF = NamedSubject("Dawn Ellis", "", "", "Custody", "police_staff")


@pytest.fixture
def desk(force):
    return Desk(force)


@pytest.fixture
def owner(desk):
    return desk.as_(desk.member("triage"))


@pytest.fixture
def sent(desk):
    return desk.triaged()


@pytest.fixture
def investigator(desk):
    return desk.force.members["investigator"][0]


@pytest.fixture
def case(desk, sent, investigator):
    return desk.case(sent, investigator_id=investigator.id)


def move(case, to, by, *, number=0, **said):
    proceeding = Proceeding.objects.filter(subject__case=case).order_by("id")[number]
    move_proceeding(proceeding.id, to, proceeding.seq, reason=WHY, **said, **by)


def page_of(case, by):
    return open_case_page(case.id, *by.values())


def offered(case, by):
    return {each.to for each in page_of(case, by).subjects[0].proceeding.moves}


def inbox_of(sent):
    reporter = new_reporter()
    assert open_inbox(sent.words, reporter, AT) is Outcome.OPENED
    return read_inbox(reporter)


def test_from_decision_to_end(desk, sent, case, owner, investigator):
    told = []
    for to, by, said in (
        ("severity", owner, {}),
        ("investigator_appointed", desk.as_(desk.member("supervisor")), {}),
        ("investigation", desk.as_(investigator), {}),
        ("investigation_report", desk.as_(investigator), {}),
        ("determination", owner, {}),
        ("misconduct_meeting", owner, {"determination": "cta_misconduct", "decided_by": "Appropriate authority"}),
        ("outcome", owner, {"outcome": "written_warning"}),
        ("concluded", owner, {}),
    ):
        assert to in offered(case, by)
        move(case, to, by, **said)
        told.append(inbox_of(sent).state_words)
    assert told == [
        "We are deciding how serious it is",
        "An investigator has your case",
        "We are investigating",
        "The investigation has finished",
        "A decision is being made",
        "There will be a misconduct meeting",
        "There is an outcome",
        "We are about to tell you what we did and why",
    ]
    assert state_of(sent) == "closing_feedback"
    proceeding = page_of(case, owner).subjects[0].proceeding
    assert [step.to_stage for step in proceeding.steps][-2:] == ["outcome", "concluded"]
    decided = proceeding.steps[6]
    assert (decided.determination, decided.decided_by) == ("cta_misconduct", "Appropriate authority")
    assert proceeding.steps[7].outcome == "written_warning"
    assert {step.reason for step in proceeding.steps[1:]} == {WHY}
    give_feedback(sent.id, "This is what came of it.", **owner)
    assert CaseAct.CLOSE in page_of(case, owner).may
    close_case(case.id, WHY, **owner)
    end_monitoring(sent.id, WHY, **owner)
    assert (Case.objects.get(id=case.id).state, state_of(sent)) == ("closed", "closed")
    assert not Clock.objects.filter(state="open").exists()
    assert FactInbox.objects.count() == 3
    assert page_of(case, owner).intact


def test_clocks_follow_the_stages(case, owner):
    def running():
        return {clock.limit.id for clock in page_of(case, owner).clocks if clock.open and clock.owner_kind != "report"}

    assert running() == {"sev_asap"}
    move(case, "severity", owner)
    assert running() == {"sev_asap"}
    move(case, "investigator_appointed", owner)
    assert running() == set()
    move(case, "investigation", owner)
    move(case, "investigation_report", owner)
    assert running() == {"determination_asap"}
    due = [clock.due_at for clock in page_of(case, owner).clocks if clock.open]
    assert Case.objects.get(id=case.id).next_due_at == min(due)


def test_an_investigator_is_appointed_once_there_is_one(desk, owner):
    case = desk.case()
    move(case, "severity", owner)
    with pytest.raises(NotAllowed) as refused:
        move(case, "investigator_appointed", owner)
    assert refused.value.why is Why.NEEDS_INVESTIGATOR
    assert only_proceeding(case).stage == "severity"


@pytest.mark.parametrize("to", ["determination", "concluded_twice", "triage", "staff_assessment", ""])
def test_only_what_is_offered_is_accepted(case, owner, to):
    with pytest.raises(NotAllowed):
        move(case, to, owner)
    assert only_proceeding(case).seq == 1


def test_a_head_who_is_nothing_else_to_the_case_does_not_move_it(desk, case):
    head = desk.as_(desk.member("head_of_psd"))
    assert offered(case, head) == set()
    with pytest.raises(NotAllowed) as refused:
        move(case, "severity", head)
    assert refused.value.why is Why.ROLE


@pytest.mark.parametrize(("role", "number"), [("triage", 1), ("investigator", 1), ("ccu_head", 0)])
def test_outsiders_find_nothing(desk, case, role, number):
    for proceeding_id in (only_proceeding(case).id, case.id):
        with pytest.raises(NotGranted):
            move_proceeding(proceeding_id, "severity", 1, reason=WHY, **desk.as_(desk.member(role, number)))
    assert list(Entry.objects.order_by("-seq").values_list("action", "object_id")[:2]) == [("refuse", None)] * 2


def test_a_form_that_is_older_than_the_proceeding(desk, case, owner):
    proceeding = only_proceeding(case)
    move(case, "severity", owner)
    with pytest.raises(Stale) as stale:
        move_proceeding(proceeding.id, "severity", 1, reason=WHY, **owner)
    assert (stale.value.current.stage, stale.value.current.seq) == ("severity", 2)
    assert Transition.objects.filter(proceeding=proceeding).count() == 2


def test_another_office_decides_and_the_owner_records_it(desk, case, owner, investigator):
    move(case, "iopc_pending", owner)
    subject = page_of(case, owner).subjects[0]
    assert subject.proceeding.decided_outside
    assert subject.iopc.state == "referred"
    with pytest.raises(NotAllowed):
        move(case, "iopc_independent", desk.as_(investigator), decided_by="IOPC")
    with pytest.raises(FormProblem) as problem:
        move(case, "iopc_independent", owner)
    assert problem.value.field == "decided_by"
    with pytest.raises(FormProblem) as problem:
        move(case, "iopc_independent", owner, decided_by="IOPC", decided_day=AT.date() + dt.timedelta(days=1))
    assert problem.value.field == "decided_day"
    move(case, "iopc_independent", owner, decided_by="IOPC", decided_day=AT.date() - dt.timedelta(days=2))
    subject = page_of(case, owner).subjects[0]
    assert subject.iopc.state == "mode_decided"
    assert subject.proceeding.steps[-1].decided_day == AT.date() - dt.timedelta(days=2)


def test_an_interruption_returns_to_what_it_interrupted(case, owner):
    move(case, "severity", owner)
    move(case, "paused_criminal", owner)
    assert "severity" in offered(case, owner)
    move(case, "iopc_pending", owner)
    assert {"paused_criminal", "severity"} <= offered(case, owner)
    move(case, "severity", owner, decided_by="IOPC")
    assert page_of(case, owner).subjects[0].iopc.state == "returned"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "determination"),
        ({"determination": "not_conduct"}, "determination"),
        ({"determination": "cta_gross", "outcome": "dismissal"}, "outcome"),
        ({"determination": "cta_gross", "reason": " "}, "reason"),
    ],
)
def test_a_determination_is_of_the_policy(case, owner, said, field):
    for to in ("severity", "investigator_appointed", "investigation", "investigation_report", "determination"):
        move(case, to, owner)
    proceeding = only_proceeding(case)
    with pytest.raises(FormProblem) as problem:
        move_proceeding(proceeding.id, "misconduct_hearing", proceeding.seq, **{"reason": WHY, **said, **owner})
    assert problem.value.field == field


def test_an_outcome_fits_forum_and_route(desk, owner):
    case = desk.case(subjects=(new_subject(STAFF, legal_basis="staff_policy"),))
    for to in ("staff_assessment", "staff_investigation", "staff_report"):
        move(case, to, owner)
    moves = {each.to: each for each in page_of(case, owner).subjects[0].proceeding.moves}
    assert moves["outcome"].outcomes == ("staff_no_action",)
    for outcome in ("", "written_warning", "staff_dismissal"):
        with pytest.raises(FormProblem):
            move(case, "outcome", owner, outcome=outcome)
    move(case, "outcome", owner, outcome="staff_no_action")


def test_reports_wait_for_the_last_proceeding(desk, sent, owner):
    case = desk.case(sent, subjects=(new_subject(), new_subject(STAFF)))
    move(case, "concluded", owner, number=0)
    assert state_of(sent) == "in_case"
    with pytest.raises(NotAllowed):
        close_case(case.id, WHY, **owner)
    move(case, "concluded", owner, number=1)
    assert state_of(sent) == "closing_feedback"
    with pytest.raises(NotAllowed):
        close_case(case.id, WHY, **owner)


def test_what_is_concluded_begins_again_with_a_report_in_the_case(desk, sent, case, owner):
    move(case, "concluded", owner)
    assert offered(case, owner) == set()
    with pytest.raises(NotAllowed):
        move(case, "conduct_decision", owner)
    second = desk.triaged()
    join_report(second.id, case.id, WHY, **desk.as_(desk.member("supervisor")))
    move(case, "conduct_decision", owner)
    move(case, "concluded", owner)
    assert state_of(second) == "closing_feedback"


def test_a_report_opened_again_leaves_the_case(desk, sent, case, owner, investigator):
    move(case, "concluded", owner)
    give_feedback(sent.id, "This is what came of it.", **owner)
    with pytest.raises(NotAllowed):
        reopen_report(sent.id, WHY, **desk.as_(investigator))
    reopen_report(sent.id, WHY, **owner)
    assert state_of(sent) == "triage"
    assert not desk.holds(investigator, "report", sent.id)
    assert len(desk.reads("report", sent.id)) == 5


def test_a_case_says_that_its_report_was_opened_again_and_left(desk, sent, case, owner):
    second, tomasz = desk.triaged(), desk.member("triage", 1)
    join_report(second.id, case.id, WHY, **owner)
    change_subject(case.subjects.get().id, NamedSubject(tomasz.name), 1, **owner)
    move(case, "concluded", owner)
    for each in (sent, second):
        give_feedback(each.id, "This is what came of it.", **owner)
    due = Case.objects.get(id=case.id).next_due_at
    Case.objects.filter(id=case.id).update(next_due_at=AT - dt.timedelta(days=1))
    reopen_report(sent.id, WHY, **owner)
    page = page_of(case, owner)
    assert page.intact
    assert "reopen_report" in {line.act for line in page.chronology if line.action == "write"}
    assert Case.objects.get(id=case.id).next_due_at in {due, None}
    about_report = Entry.objects.filter(object_id=sent.id).order_by("-seq")
    assert [entry.action for entry in about_report[:3]] == ["revoke", "grant", "move"]
    assert not desk.holds(tomasz, "report", sent.id)
    assert len(desk.reads("report", sent.id)) == 4


def test_a_referral_that_is_due_runs_until_it_is_made(desk, case, owner):
    subject = page_of(case, owner).subjects[0]
    set_track(subject.id, "due", subject.iopc.version, WHY, **owner)
    clock = Clock.objects.get(owner_kind="subject")
    assert (clock.due_at.date() - AT.date(), clock.state) == (dt.timedelta(days=1), "open")
    with pytest.raises(Stale) as stale:
        set_track(subject.id, "criteria_not_met", 1, WHY, **owner)
    assert (stale.value.current.state, stale.value.current.version) == ("due", 2)
    move(case, "iopc_pending", owner)
    clock.refresh_from_db()
    assert clock.state == "closed"
    track = page_of(case, owner).subjects[0].iopc
    assert [step.state for step in track.history] == ["not_assessed", "due", "referred"]


def test_a_referral_recorded_late_counts_from_its_own_day(case, owner):
    subject = page_of(case, owner).subjects[0]
    day = AT.date() - dt.timedelta(days=10)
    set_track(subject.id, "due", subject.iopc.version, WHY, day=day, **owner)
    clock = Clock.objects.get(owner_kind="subject")
    assert clock.due_at.date() - day == dt.timedelta(days=1)
    (running,) = [each for each in page_of(case, owner).clocks if each.owner_kind == "subject"]
    assert running.start == day
    assert running.overdue(AT)
    assert Case.objects.get(id=case.id).next_due_at == clock.due_at
    sweep_clocks(AT)
    assert Reminder.objects.filter(clock=clock, rung__gt=0).exists()


@pytest.mark.parametrize(
    ("state", "more", "field"),
    [
        ("referred", {}, "state"),
        ("no_such", {}, "state"),
        ("due", {"day": AT.date() + dt.timedelta(days=1)}, "day"),
    ],
)
def test_a_track_goes_where_it_may(case, owner, state, more, field):
    subject = page_of(case, owner).subjects[0]
    with pytest.raises(FormProblem) as problem:
        set_track(subject.id, state, 1, WHY, **more, **owner)
    assert problem.value.field == field


def test_a_case_is_not_closed_while_a_referral_is_due(desk, sent, owner):
    case = desk.case(sent, subjects=(new_subject(iopc="due"),))
    move(case, "concluded", owner)
    give_feedback(sent.id, "This is what came of it.", **owner)
    with pytest.raises(NotAllowed):
        close_case(case.id, WHY, **owner)


def test_a_closed_case_is_read_and_not_written(sent, case, owner):
    move(case, "concluded", owner)
    give_feedback(sent.id, "This is what came of it.", **owner)
    close_case(case.id, WHY, **owner)
    page = page_of(case, owner)
    assert (page.may, page.subjects[0].proceeding.moves, page.subjects[0].iopc.next_states) == (frozenset(), (), ())
    for act in (
        lambda: add_note(case.id, "Too late.", **owner),
        lambda: close_case(case.id, WHY, **owner),
        lambda: move(case, "conduct_decision", owner),
        lambda: set_track(page.subjects[0].id, "due", 1, WHY, **owner),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_database_refuses_to_rewrite_history(case, owner):
    add_note(case.id, "As it was.", **owner)
    proceeding = only_proceeding(case)
    for change in (
        lambda: Transition.objects.filter(proceeding=proceeding).update(to_stage="concluded"),
        lambda: Note.objects.update(sealed=b"as it was not"),
        lambda: Proceeding.objects.filter(id=proceeding.id).update(stage="concluded"),
        lambda: Proceeding.objects.filter(id=proceeding.id).update(seq=7),
        lambda: Case.objects.filter(id=case.id).update(state="closed"),
        lambda: Transition.objects.create(
            proceeding=proceeding,
            seq=2,
            from_stage="investigation",
            to_stage="concluded",
            by=owner["actor"],
            at=AT,
            sealed=b"",
        ),
        lambda: Transition.objects.create(
            proceeding=proceeding,
            seq=3,
            from_stage="conduct_decision",
            to_stage="concluded",
            by=owner["actor"],
            at=AT,
            sealed=b"",
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_what_waits_for_whom(desk, investigator):
    for _ in range(2):
        desk.case(investigator_id=investigator.id)
    desk.case(owner_id=desk.member("triage", 1).id)
    desk.triaged()
    supervisor = desk.as_(desk.member("supervisor"), AT + dt.timedelta(days=8))
    loads = supervise(**{**{name: supervisor[name] for name in ("keyring", "now")}, "staff": supervisor["actor"]})
    counted = {(load.name, load.part): (load.open, load.overdue) for load in loads}
    assert counted == {
        ("Grace Adeyemi", "owner"): (2, 2),
        ("Tomasz Nowak", "owner"): (1, 1),
        (investigator.name, "investigator"): (2, 2),
        ("", "desk"): (1, 1),
    }


def test_a_case_page_asks_no_more_for_more_reports(desk, case, owner):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert page_of(case, owner).intact
        return len(asked)

    few = queries()
    for _ in range(3):
        join_report(desk.triaged().id, case.id, WHY, **desk.as_(desk.member("supervisor")))
    add_note(case.id, "Four reports now.", **owner)
    assert queries() == few
    assert few <= 28  # eight of them are the entry on the ledger
