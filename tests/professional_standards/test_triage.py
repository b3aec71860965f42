"""Triage: an assessment, questions, and how a report leaves without a case."""

import uuid
from dataclasses import replace

import pytest

from professional_standards.aftercare import end_monitoring, give_feedback, reopen_report
from professional_standards.models import Triage
from professional_standards.outcomes import close_report, desks_to_pass_to, pass_report, transfer_report
from professional_standards.refusals import (
    DeskCannotTake,
    FormProblem,
    NotAllowed,
    NotGranted,
    Stale,
    TooFewReaders,
    Why,
)
from professional_standards.replying import reply_to_reporter
from professional_standards.report_acts import ReportAct
from professional_standards.report_page import open_report_page
from professional_standards.triage import NamedSubject, ask_reporter, assess_triage, resume_triage
from speakup.accounts.models import Grant
from speakup.clocks.models import Clock
from speakup.culture.models import FactInbox
from speakup.ledger.models import Entry
from speakup.policy.document import Risk
from speakup.reporting.inbox import Outcome, open_inbox, read_inbox
from speakup.reporting.messages import LONGEST_TEXT, TextMissing, TextTooLong
from speakup.reporting.models import Report
from tests.professional_standards.casework import AT, WHY, Desk, assessment, state_of
from tests.reporting.builders import keep_out, new_reporter, people, person

TEXT = "What we found, and why we stop here."


@pytest.fixture
def desk(force):
    return Desk(force)


@pytest.fixture
def officer(desk):
    return desk.as_(desk.member("triage"))


def page_of(sent, officer):
    return open_report_page(sent.id, *officer.values())


def inbox_of(sent):
    reporter = new_reporter()
    assert open_inbox(sent.words, reporter, AT) is Outcome.OPENED
    return read_inbox(reporter)


def running(sent, officer):
    return {clock.limit.id for clock in page_of(sent, officer).clocks if clock.open}


def test_the_first_assessment_brings_it_into_triage(desk, officer):
    sent = desk.sent()
    reply_to_reporter(sent.id, "Thank you.", **officer)
    assess_triage(sent.id, assessment(), 0, **officer)
    page = page_of(sent, officer)
    assert (page.opened.report.state, page.triage.version, page.triage.by_id) == ("triage", 1, officer["actor"].id)
    assert page.triage.assessment == assessment()
    assert [step.to_state for step in page.steps] == ["submitted", "acknowledged", "triage"]
    assert page.steps[-1].reason == WHY
    assert inbox_of(sent).state_words == "We are deciding what to do"
    assert page.intact


def test_its_risk_moves_no_clock(desk, officer):
    sent = desk.triaged()
    before = set(Clock.objects.filter(state="open").values_list("id", "due_at"))
    assess_triage(sent.id, assessment(risk=Risk.CRITICAL), 1, **officer)
    assert set(Clock.objects.filter(state="open").values_list("id", "due_at")) == before
    assert page_of(sent, officer).triage.assessment.risk is Risk.CRITICAL


def test_the_second_of_two_is_shown_what_the_first_saved(desk, officer):
    sent = desk.triaged()
    other = desk.as_(desk.member("triage", 1))
    assess_triage(sent.id, assessment(reason="What the first saved"), 1, **other)
    with pytest.raises(Stale) as stale:
        assess_triage(sent.id, assessment(reason="What the second typed"), 1, **officer)
    assert stale.value.current.assessment.reason == "What the first saved"
    assert stale.value.current.by_id == other["actor"].id
    assert Entry.objects.latest("seq").action == "read"
    assess_triage(sent.id, assessment(reason="What the second typed"), stale.value.current.version, **officer)
    assert page_of(sent, officer).triage.assessment.reason == "What the second typed"


def test_before_it_is_acknowledged_nothing_is_assessed(desk, officer):
    sent = desk.sent()
    with pytest.raises(NotAllowed):
        assess_triage(sent.id, assessment(), 0, **officer)
    assert ReportAct.ASSESS not in page_of(sent, officer).may


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "r" * 4001}, "reason"),
        ({"raisers": ("no_such",)}, "raisers"),
        ({"behaviours": ("no.such",)}, "behaviours"),
        ({"people": (NamedSubject(person_type="wizard"),)}, "people.0.person_type"),
        ({"people": (NamedSubject(),) * 21}, "people"),
    ],
)
def test_what_cannot_stand_is_said_by_its_field(desk, officer, changes, field):
    sent = desk.triaged()
    with pytest.raises(FormProblem) as problem:
        assess_triage(sent.id, replace(assessment(), **changes), 1, **officer)
    assert problem.value.field == field


def named_as(member):
    return NamedSubject(member.name, "", "", "", "officer")


def test_whom_triage_names_of_the_desk_reads_it_no_more(desk, officer):
    tomasz = desk.member("triage", 1)
    sent = desk.triaged()
    rows = Grant.objects.filter(object_id=sent.id).count()
    assess_triage(sent.id, assessment((named_as(tomasz),)), 1, **officer)
    assert desk.reads("report", sent.id) == {"Helen Marsh", "Imran Sheikh", "Grace Adeyemi", "Siân Pritchard"}
    assert Grant.objects.filter(object_id=sent.id).count() == rows
    page = page_of(sent, officer)
    assert (page.triage.assessment.people, page.intact) == ((named_as(tomasz),), True)
    with pytest.raises(NotGranted):
        close_report(sent.id, "not_conduct", WHY, TEXT, **desk.as_(tomasz))


def test_a_later_assessment_without_them_does_not_bring_them_back(desk, officer):
    tomasz, naomi = desk.member("triage", 1), desk.force.member("naomi.clarke@example.test")
    sent = desk.triaged(named=(named_as(tomasz), named_as(naomi)))
    assess_triage(sent.id, assessment(()), 1, **officer)
    assess_triage(sent.id, assessment(), 2, **officer)
    assert not desk.holds(tomasz, "report", sent.id)
    with pytest.raises(NotAllowed):
        desk.case(sent, owner_id=tomasz.id)
    pass_report(sent.id, "ccu", WHY, **officer)
    assert desk.reads("report", sent.id) == {"Robert Iveson", "Meera Chauhan", "Declan Byrne", "Yusuf Demir"}
    pass_report(sent.id, "psd", WHY, **desk.as_(desk.member("ccu_officer")))
    assert not desk.holds(tomasz, "report", sent.id)


def test_who_names_themself_reads_it_no_more(desk):
    tomasz = desk.member("triage", 1)
    sent = desk.triaged(by=tomasz, named=(named_as(tomasz),))
    assert state_of(sent) == "triage"
    assert not desk.holds(tomasz, "report", sent.id)


def test_an_investigator_whom_triage_named_once_is_never_offered(desk, officer):
    investigator = desk.force.members["investigator"][0]
    sent = desk.triaged(named=(named_as(investigator),))
    assess_triage(sent.id, assessment(), 1, **officer)
    with pytest.raises(NotAllowed) as refused:
        desk.case(sent, investigator_id=investigator.id)
    assert refused.value.why is Why.CANNOT_BE_GIVEN


def test_an_assessment_that_leaves_too_few_is_refused_whole(desk, officer):
    sent = desk.triaged()
    named = [named_as(each) for each in desk.readers("report", sent.id)[1:]]
    before, entries = desk.reads("report", sent.id), Entry.objects.count()
    with pytest.raises(TooFewReaders):
        assess_triage(sent.id, assessment(named), 1, **officer)
    assert (desk.reads("report", sent.id), Entry.objects.count()) == (before, entries)
    assert page_of(sent, officer).triage.version == 1


def test_a_question_waits_for_the_reporter_and_the_triage_clock_runs_on(desk, officer):
    sent = desk.triaged()
    limits = running(sent, officer)
    message = uuid.uuid4()
    ask_reporter(sent.id, "Was anybody with you?", message_id=message, **officer)
    assert state_of(sent) == "awaiting_reporter"
    assert running(sent, officer) == limits | {"awaiting_reporter_28d"}
    ask_reporter(sent.id, "Was anybody with you?", message_id=message, **officer)
    assert [each.text for each in inbox_of(sent).messages][-1:] == ["Was anybody with you?"]
    assert len(inbox_of(sent).messages) == 2
    resume_triage(sent.id, WHY, **officer)
    assert state_of(sent) == "triage"
    assert running(sent, officer) == limits


def test_a_question_is_not_asked_from_elsewhere(desk, officer):
    sent = desk.sent()
    with pytest.raises(NotAllowed):
        ask_reporter(sent.id, "Was anybody with you?", **officer)
    assert state_of(sent) == "submitted"
    assert not inbox_of(sent).messages


@pytest.mark.parametrize(("text", "error"), [("", TextMissing), ("t" * (LONGEST_TEXT + 1), TextTooLong)])
def test_a_text_that_cannot_be_sent_changes_nothing(desk, officer, text, error):
    sent = desk.triaged()
    entries = Entry.objects.count()
    with pytest.raises(error):
        close_report(sent.id, "not_conduct", WHY, text, **officer)
    assert (state_of(sent), Entry.objects.count()) == ("triage", entries)


def test_it_is_passed_to_another_desk_whole(desk, officer):
    sent = desk.triaged()
    assert desks_to_pass_to(sent.report, page_of(sent, officer).policy) == ("ccu", "outside")
    pass_report(sent.id, "ccu", WHY, **officer)
    report = Report.objects.get(id=sent.id)
    assert (report.desk_id, report.state) == ("ccu", "triage")
    ccu = {"Robert Iveson", "Meera Chauhan", "Declan Byrne", "Naomi Clarke", "Yusuf Demir"}
    assert desk.reads("report", sent.id) == ccu
    assert not Grant.objects.filter(object_id=sent.id, staff__in=desk.force.members["triage"]).exists()
    with pytest.raises(NotGranted):
        page_of(sent, officer)
    taken = page_of(sent, desk.as_(desk.member("ccu_officer")))
    assert taken.triage.assessment == assessment()
    clocks = Clock.objects.filter(state="open")
    assert set(clocks.values_list("desk__code", flat=True)) == {"ccu"}
    assert not clocks.exclude(assignee=None).exists()
    assert taken.intact
    assert inbox_of(sent).state_words == "We are deciding what to do"


def test_whom_triage_named_gets_a_decoy_at_the_next_desk(desk, officer):
    sent = desk.triaged(named=(NamedSubject("Declan Byrne", "5560"),))
    pass_report(sent.id, "ccu", WHY, **officer)
    declan = desk.member("ccu_officer", 0)
    assert declan.name == "Declan Byrne"
    assert Grant.objects.filter(object_id=sent.id, staff=declan).count() == 1
    assert not desk.holds(declan, "report", sent.id)
    excluded = page_of(sent, desk.as_(desk.member("ccu_head"))).opened.excluded
    assert (declan.id, "told_about") in {(each.staff_id, each.why) for each in excluded}


def test_it_is_not_passed_back_to_whom_it_is_about(desk):
    sent = desk.triaged(people(person("Somebody", works_in="psd")), by=desk.member("ccu_officer"))
    ccu = desk.as_(desk.member("ccu_officer"))
    with pytest.raises(DeskCannotTake):
        pass_report(sent.id, "psd", WHY, **ccu)
    with pytest.raises(FormProblem):
        pass_report(sent.id, "ccu", WHY, **ccu)
    with pytest.raises(FormProblem):
        pass_report(sent.id, "identity_custodians", WHY, **ccu)
    assert Report.objects.get(id=sent.id).desk_id == "ccu"
    assert desk.holds(desk.member("ccu_officer"), "report", sent.id)


def test_somebody_who_is_kept_out_gives_it_to_nobody(desk):
    sent = desk.triaged(keep_out("Tomasz Nowak"))
    excluded = desk.as_(desk.member("triage", 1))
    for act in (
        lambda: pass_report(sent.id, "ccu", WHY, **excluded),
        lambda: close_report(sent.id, "not_conduct", WHY, TEXT, **excluded),
        lambda: assess_triage(sent.id, assessment(), 1, **excluded),
        lambda: ask_reporter(sent.id, TEXT, **excluded),
        lambda: reopen_report(sent.id, WHY, **excluded),
        lambda: reply_to_reporter(sent.id, TEXT, **excluded),
    ):
        with pytest.raises(NotGranted):
            act()
    assert state_of(sent) == "triage"
    refused = Entry.objects.filter(action="refuse")
    assert refused.count() == 6
    assert set(refused.values_list("object_id", flat=True)) == {None}


def test_it_is_sent_out_and_comes_back_or_is_closed(desk, officer):
    sent = desk.triaged()
    transfer_report(sent.id, "Northshire Police", WHY, "We have sent it to the force that it is about.", **officer)
    page = page_of(sent, officer)
    assert (state_of(sent), page.steps[-1].receiver) == ("transfer_out", "Northshire Police")
    assert "feedback" in running(sent, officer)
    resume_triage(sent.id, WHY, **officer)
    assert running(sent, officer) >= {"triage_high"}
    transfer_report(sent.id, "Northshire Police", WHY, "We have sent it there again.", **officer)
    close_report(sent.id, "", WHY, TEXT, **officer)
    assert state_of(sent) == "monitoring"
    assert FactInbox.objects.count() == 3  # received, assessed once, closed


def test_closing_tells_the_reporter_and_counts_once(desk, officer):
    sent = desk.triaged()
    close_report(sent.id, "not_conduct", WHY, TEXT, **officer)
    assert state_of(sent) == "monitoring"
    inbox = inbox_of(sent)
    assert (inbox.messages[-1].text, inbox.state_words) == (TEXT, "We will check in with you")
    page = page_of(sent, officer)
    assert (page.triage.determination, running(sent, officer)) == ("not_conduct", set())
    assert page.may == {ReportAct.REPLY, ReportAct.END, ReportAct.REOPEN}
    end_monitoring(sent.id, WHY, **officer)
    assert state_of(sent) == "closed"
    reopen_report(sent.id, WHY, **officer)
    assert (state_of(sent), running(sent, officer)) == ("triage", {"triage_high"})
    assert inbox_of(sent).state_words == "We are deciding what to do"
    close_report(sent.id, "duplicate", WHY, TEXT, **officer)
    assert FactInbox.objects.count() == 3


@pytest.mark.parametrize("determination", ["", "cta_gross", "no_such"])
def test_it_is_closed_with_a_determination_for_reports(desk, officer, determination):
    sent = desk.triaged()
    with pytest.raises(FormProblem) as problem:
        close_report(sent.id, determination, WHY, TEXT, **officer)
    assert problem.value.field == "determination"
    assert len(inbox_of(sent).messages) == 1


def test_an_outcome_needs_an_assessment(desk, officer):
    sent = desk.triaged()
    Triage.objects.filter(report=sent.id).delete()
    for act in (
        lambda: close_report(sent.id, "not_conduct", WHY, TEXT, **officer),
        lambda: transfer_report(sent.id, "Northshire Police", WHY, TEXT, **officer),
    ):
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.why is Why.NEEDS_ASSESSMENT
    assert not page_of(sent, officer).may & {ReportAct.CLOSE, ReportAct.OPEN_CASE, ReportAct.JOIN}


def test_feedback_is_for_what_is_closing(desk, officer):
    sent = desk.triaged()
    with pytest.raises(NotAllowed):
        give_feedback(sent.id, TEXT, **officer)
    with pytest.raises(NotAllowed):
        end_monitoring(sent.id, WHY, **officer)
    with pytest.raises(NotAllowed):
        reopen_report(sent.id, WHY, **officer)


def test_a_form_that_is_sent_again_closes_once(desk, officer):
    sent = desk.triaged()
    message = uuid.uuid4()
    for _ in range(2):
        close_report(sent.id, "not_conduct", WHY, TEXT, message_id=message, **officer)
    assert len(inbox_of(sent).messages) == 2
    assert Report.objects.get(id=sent.id).transitions.count() == 5


def test_a_row_that_ended_while_the_act_was_prepared_opens_nothing(desk, officer, monkeypatch):
    """The keys were opened before the transaction: the row is looked at again under the lock."""
    sent = desk.triaged()

    def passed_meanwhile(text):
        Grant.objects.filter(object_id=sent.id, staff=officer["actor"]).delete()

    monkeypatch.setattr("professional_standards.outcomes.check_text", passed_meanwhile)
    with pytest.raises(NotGranted):
        close_report(sent.id, "not_conduct", WHY, TEXT, **officer)
    assert state_of(sent) == "triage"


def test_nothing_of_it_stands_in_clear(desk, officer):
    desk.triaged()
    sealed = bytes(Triage.objects.get().sealed)
    assert b"canary" not in sealed.lower()
    assert len(sealed) % 1024 < 64  # a bucket, and what sealing adds


def test_a_value_that_was_changed_by_hand_is_said(desk, officer):
    sent = desk.triaged()
    triage = Triage.objects.get()
    triage.version += 1
    triage.save()
    page = page_of(sent, officer)
    assert (page.triage, page.intact) == (None, False)
