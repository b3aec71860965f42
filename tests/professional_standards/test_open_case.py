"""Opening a case: whose it is, who reads it, what begins with it."""

from dataclasses import replace
from operator import attrgetter

import pytest

from professional_standards import case_rows, cases
from professional_standards.assessment import read_triage
from professional_standards.models import Case, CaseReport, Transition
from professional_standards.outcomes import pass_report
from professional_standards.people import people_to_open
from professional_standards.reading import open_case_page
from professional_standards.refusals import FormProblem, NotAllowed, NotGranted, NotOffered, TooFewReaders, Why
from professional_standards.replying import reply_to_reporter
from professional_standards.triage import NamedSubject, assess_triage
from speakup.accounts.models import Epoch, Grant, ListEntry
from speakup.clocks.models import Clock
from speakup.culture.models import FactInbox
from speakup.ledger.models import Entry
from speakup.reporting.inbox import Outcome, open_inbox, read_inbox
from speakup.reporting.models import Report
from tests.professional_standards.casework import (
    AT,
    SUBJECT,
    WHY,
    Desk,
    assessment,
    new_subject,
    only_proceeding,
    state_of,
)
from tests.reporting.builders import keep_out, keyring_of, new_reporter, people, person

LEADERS = {"Imran Sheikh", "Helen Marsh"}
PSD = {*LEADERS, "Grace Adeyemi", "Tomasz Nowak", "Siân Pritchard"}


@pytest.fixture
def desk(force):
    return Desk(force)


def names_of(choices):
    return {choice.name for choice in choices}


def test_a_case_is_read_by_its_people_alone(desk):
    sent = desk.triaged()
    assert desk.reads("report", sent.id) == PSD
    case = desk.case(sent)
    readers = {"Grace Adeyemi", *LEADERS}
    assert desk.reads("case", case.id) == readers
    assert desk.reads("report", sent.id) == readers
    assert Grant.objects.filter(object_id=case.id).count() == 4  # and recovery
    assert Grant.objects.filter(object_id=sent.id).count() == 4


def test_what_was_typed_is_read_again(desk):
    sent = desk.triaged()
    case = desk.case(sent)
    opened = open_case_page(case.id, *desk.as_(desk.member("supervisor")).values())
    subject = opened.subjects[0]
    assert (opened.title, opened.intact, opened.case.desk_id) == ("Jokes on the late shift", True, "psd")
    assert (subject.person, subject.proceeding.legal_basis) == (SUBJECT, "conduct_regulations")
    assert (subject.proceeding.route, subject.proceeding.stage) == ("officer", "conduct_decision")
    assert [(step.from_stage, step.to_stage) for step in subject.proceeding.steps] == [("", "conduct_decision")]
    assert subject.iopc.state == "not_assessed"
    assert [(report.id, report.opens) for report in opened.reports] == [(sent.id, True)]
    assert opened.names[desk.member("triage").id] == "Grace Adeyemi"


def test_an_investigator_who_is_assigned_reads_it_and_no_other_of_the_desk(desk):
    sent = desk.triaged()
    investigator = desk.force.members["investigator"][0]
    case = desk.case(sent, investigator_id=investigator.id)
    assert desk.reads("case", case.id) == {"Grace Adeyemi", *LEADERS, investigator.name}
    assert desk.reads("report", sent.id) == {"Grace Adeyemi", *LEADERS, investigator.name}
    assert open_case_page(case.id, *desk.as_(investigator).values()).intact


def test_somebody_told_about_has_a_decoy_and_is_not_offered(desk):
    sent = desk.triaged({**people(person("Gareth Pike")), **keep_out("Helen Marsh", "Tomasz Nowak")})
    offered = people_to_open(sent.id, **desk.as_(desk.member("triage")))
    assert names_of(offered.owners) == {"Grace Adeyemi", "Siân Pritchard"}
    assert not names_of(offered.investigators) & {"Helen Marsh"}
    case = desk.case(sent)
    assert desk.reads("case", case.id) == {"Grace Adeyemi", "Imran Sheikh"}
    assert Grant.objects.filter(object_id=case.id).count() == 4
    assert Grant.objects.filter(object_id=case.id, staff=desk.member("head_of_psd")).exists()


def test_an_investigator_who_is_told_about_is_refused_in_the_words_for_anybody(desk):
    investigator = desk.force.members["investigator"][0]
    sent = desk.triaged(people(person(investigator.name)))
    offered = people_to_open(sent.id, **desk.as_(desk.member("triage")))
    assert investigator.name not in names_of(offered.investigators)
    with pytest.raises(NotOffered) as refused:
        desk.case(sent, investigator_id=investigator.id)
    with pytest.raises(NotOffered) as stranger:
        desk.case(sent, investigator_id=desk.member("ccu_officer").id)
    assert str(refused.value) == str(stranger.value)
    assert state_of(sent) == "triage"


def test_whom_staff_name_loses_the_row_they_had(desk):
    """A head whom the reporter did not name, and triage did, held the report; they do not hold its case."""
    head = desk.member("head_of_psd")
    sent = desk.triaged(named=())
    assert desk.holds(head, "report", sent.id)
    case = desk.case(sent, subjects=(new_subject(NamedSubject("Helen Marsh", "2207", person_type="officer")),))
    assert not desk.holds(head, "case", case.id)
    assert not desk.holds(head, "report", sent.id)
    assert Grant.objects.filter(object_id=sent.id, staff=head).count() == 1


def test_two_people_cannot_work_a_case_alone_by_naming_those_who_lead(desk):
    sent = desk.triaged(named=())
    named = (
        new_subject(NamedSubject("Helen Marsh", person_type="officer")),
        new_subject(NamedSubject("Imran Sheikh", person_type="officer")),
    )
    investigator = desk.force.members["investigator"][0]
    with pytest.raises(TooFewReaders):
        desk.case(sent, subjects=named, investigator_id=investigator.id)
    assert desk.reads("report", sent.id) == PSD
    assert state_of(sent) == "triage"


def test_the_owner_is_not_the_supervisor(desk):
    sent = desk.triaged()
    with pytest.raises(NotOffered):
        desk.case(sent, owner_id=desk.member("supervisor").id)
    case = desk.case(sent, owner_id=desk.member("head_of_psd").id)
    assert desk.reads("case", case.id) == LEADERS


def test_at_the_outside_desk_the_supervisor_is_chosen(desk):
    independent = desk.force.members["independent_member"]
    sent = desk.triaged(keep_out(outside=True), by=independent[0])
    offered = people_to_open(sent.id, **desk.as_(independent[0]))
    assert names_of(offered.supervisors) == {"Kwame Boateng", "Fiona Macleod"}
    case = desk.case(sent, by=independent[0], owner_id=independent[0].id)
    assert desk.reads("case", case.id) == {"Kwame Boateng", "Fiona Macleod", "Ruth Abrahams"}
    assert Grant.objects.filter(object_id=case.id, staff__name="Angharad Rees").count() == 1
    assert Case.objects.get(id=case.id).supervisor.name == "Fiona Macleod"


def test_a_name_that_nobody_knows_leaves_it_to_the_leaders_and_whom_they_choose(desk):
    head, investigator = desk.member("head_of_psd"), desk.force.members["investigator"][0]
    sent = desk.triaged(keep_out("my sergeant's wife"), by=head)
    assert desk.reads("report", sent.id) == LEADERS
    with pytest.raises(NotOffered):
        desk.case(sent, by=head)
    case = desk.case(sent, by=head, owner_id=head.id, investigator_id=investigator.id)
    assert desk.reads("case", case.id) == {*LEADERS, investigator.name}


def test_clocks_begin_and_the_triage_clock_ends(desk):
    sent = desk.triaged()
    case = desk.case(sent, subjects=(new_subject(iopc="due"),))
    page = open_case_page(case.id, *desk.as_(desk.member("triage")).values())
    running = {clock.limit.id for clock in page.clocks if clock.open}
    assert running == {"sev_asap", "iopc_referral", "update_4w", "feedback"}
    due = {clock.limit.id: clock.due_at for clock in page.clocks if clock.open}
    case = Case.objects.get(id=case.id)
    assert case.next_due_at == due["iopc_referral"] == min(due.values())
    assert set(Clock.objects.filter(state="open").values_list("assignee", flat=True)) == {case.owner_id}
    assert page.subjects[0].iopc.state == "due"


def test_its_headline_names_the_gravest_that_was_assessed(desk):
    sent = desk.sent()
    reply_to_reporter(sent.id, "Thank you.", **desk.as_(desk.member("triage")))
    assessed = replace(assessment(), behaviours=("sexism.jokes", "sexism.public", "sexism.ability"))
    assess_triage(sent.id, assessed, 0, **desk.as_(desk.member("triage")))
    case = desk.case(sent)
    keyring = keyring_of(desk.force, desk.member("triage"))
    assert keyring.open("case", case.id).headline["behaviour"] == "sexism.public"


def test_the_reporter_is_told(desk):
    sent = desk.triaged()
    desk.case(sent)
    reporter = new_reporter()
    assert open_inbox(sent.words, reporter, AT) is Outcome.OPENED
    assert read_inbox(reporter).state_words == "We have recorded it and are assessing it"


def test_the_statistics_get_one_assessed_fact(desk):
    sent = desk.triaged()
    facts = FactInbox.objects.count()
    desk.case(sent)
    assert FactInbox.objects.count() == facts + 1
    grant = keyring_of(desk.force, desk.member("triage")).open("report", sent.id)
    saved = read_triage(sent.report, grant)
    assert saved is not None
    assert saved.counted_assessed


def test_what_is_entered(desk):
    sent = desk.triaged()
    before = Entry.objects.count()
    case = desk.case(sent)
    entries = Entry.objects.order_by("seq")[before:]
    assert [(entry.action, entry.object_id, entry.role) for entry in entries] == [
        ("write", case.id, "triage"),
        ("move", sent.id, "triage"),
        ("grant", sent.id, "triage"),
        ("revoke", sent.id, "triage"),
    ]
    acts = [line.act for line in open_case_page(case.id, *desk.as_(desk.member("triage")).values()).chronology]
    assert acts[:3] == ["open_case_page", "open_case", "open_case"]


def test_an_assessment_comes_first(desk):
    sent = desk.sent()
    with pytest.raises(NotAllowed):
        desk.case(sent)
    assert not Case.objects.exists()


def test_the_same_report_opens_one_case(desk):
    sent = desk.triaged()
    desk.case(sent)
    with pytest.raises(NotAllowed) as refused:
        desk.case(sent)
    assert refused.value.why is Why.STATE
    assert Case.objects.count() == CaseReport.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "t" * 201}, "title"),
        ({"subjects": ()}, "subjects"),
        ({"subjects": (new_subject(first_stage="severity"),)}, "subjects.0.first_stage"),
        ({"subjects": (new_subject(first_stage="intelligence"),)}, "subjects.0.first_stage"),
        ({"subjects": (new_subject(), new_subject(legal_basis="magna_carta"))}, "subjects.1.legal_basis"),
        ({"subjects": (new_subject(iopc="referred"),)}, "subjects.0.iopc"),
        ({"subjects": (new_subject(NamedSubject("Gareth Pike")),)}, "subjects.0.person_type"),
        ({"subjects": (new_subject(route="sideways"),)}, "subjects.0.route"),
        ({"subjects": (new_subject(NamedSubject("p" * 201, person_type="officer")),)}, "subjects.0.name"),
    ],
)
def test_what_cannot_stand_is_said_by_its_field(desk, changes, field):
    sent = desk.triaged()
    with pytest.raises(FormProblem) as problem:
        desk.case(sent, **changes)
    assert problem.value.field == field
    assert state_of(sent) == "triage"


def test_intelligence_begins_at_counter_corruption(desk):
    officers = desk.force.members["ccu_officer"]
    sent = desk.triaged(people(person("Gareth Pike", works_in="psd")), by=officers[0])
    case = desk.case(sent, by=officers[0], owner_id=officers[0].id, subjects=(new_subject(first_stage="intelligence"),))
    assert only_proceeding(case).stage == "intelligence"


@pytest.mark.parametrize(("role", "number"), [("investigator", 0), ("ccu_head", 0), ("identity_custodian", 0)])
def test_nobody_without_the_report_opens_one(desk, role, number):
    sent = desk.triaged()
    with pytest.raises(NotGranted):
        desk.case(sent, by=desk.member(role, number))
    last = Entry.objects.latest("seq")
    assert (last.action, last.object_id) == ("refuse", None)


def test_a_decoy_holder_is_refused_like_a_stranger(desk):
    sent = desk.triaged(keep_out("Tomasz Nowak"))
    excluded = desk.member("triage", 1)
    assert excluded.name == "Tomasz Nowak"
    with pytest.raises(NotGranted):
        desk.case(sent, by=excluded, owner_id=excluded.id)
    with pytest.raises(NotGranted):
        people_to_open(sent.id, **desk.as_(excluded))


@pytest.mark.parametrize("meanwhile", ["assessed", "there_and_back"])
def test_what_moved_on_meanwhile_is_looked_at_again_first(desk, monkeypatch, meanwhile):
    """Whom a colleague names while the rows are being sealed must not become the owner."""
    sent, tomasz = desk.triaged(), desk.member("triage", 1)
    named = NamedSubject(tomasz.name, person_type="officer")
    seal_rows = case_rows.seal_rows

    def passed_there_and_back():
        pass_report(sent.id, "ccu", WHY, **desk.as_(desk.member("supervisor")))
        pass_report(sent.id, "psd", WHY, **desk.as_(desk.member("ccu_head")))

    def between(*given):
        rows = seal_rows(*given)
        if meanwhile == "assessed":
            assess_triage(sent.id, assessment((SUBJECT, named)), 1, **desk.as_(desk.member("supervisor")))
        else:
            passed_there_and_back()
        return rows

    monkeypatch.setattr(cases, "seal_rows", between)
    with pytest.raises(NotAllowed) as refused:
        desk.case(sent, owner_id=tomasz.id)
    assert refused.value.why is Why.STATE
    assert not Case.objects.exists()
    assert Report.objects.get(id=sent.id).state == "triage"


def test_everything_or_nothing_is_written(desk, monkeypatch):
    sent = desk.triaged()
    counts = [model.objects.count() for model in (Case, Grant, Epoch, ListEntry, Transition, Clock, Entry)]

    def fail(*_args, **_kwargs):
        raise OSError("cut off")

    monkeypatch.setattr("professional_standards.cases.enter_given", fail)
    with pytest.raises(OSError, match="cut off"):
        desk.case(sent)
    assert [model.objects.count() for model in (Case, Grant, Epoch, ListEntry, Transition, Clock, Entry)] == counts
    assert Report.objects.get(id=sent.id).state == "triage"


def test_the_rows_of_a_case_have_one_size_whatever_is_typed(desk):
    longer = {"title": "t" * 150, "subjects": (new_subject(NamedSubject("n" * 150, person_type="former")),)}
    one, other = desk.case(desk.triaged()), desk.case(desk.triaged(), **longer)
    assert len(bytes(one.sealed)) == len(bytes(other.sealed))
    for row in ("sealed", "iopc.sealed", "proceeding.sealed"):
        first, second = (attrgetter(row)(case.subjects.get()) for case in (one, other))
        assert len(bytes(first)) == len(bytes(second))
