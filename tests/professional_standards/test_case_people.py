"""Giving a case to others, joining reports to it, taking them out: keys move, and only to whom they may."""

import uuid

import pytest

from professional_standards import assigning, holding, joining, report_steps
from professional_standards.aftercare import give_update
from professional_standards.assigning import assign_case
from professional_standards.joining import cases_to_join, join_report, leave_case
from professional_standards.listing import list_cases
from professional_standards.models import Case, CaseReport
from professional_standards.noting import add_note, change_subject
from professional_standards.outcomes import pass_report
from professional_standards.people import people_to_assign
from professional_standards.reading import open_case_page
from professional_standards.refusals import FormProblem, NotAllowed, NotGranted, NotOffered, Stale, TooFewReaders, Why
from professional_standards.report_page import open_report_page
from professional_standards.triage import NamedSubject, assess_triage
from speakup.accounts.models import Grant, StaffMember
from speakup.clocks.models import Clock
from speakup.ledger.models import Entry
from tests.professional_standards.casework import AT, WHY, Desk, assessment, new_subject, state_of
from tests.reporting.builders import keep_out

LEADERS = {"Imran Sheikh", "Helen Marsh"}
PSD = {*LEADERS, "Grace Adeyemi", "Tomasz Nowak", "Siân Pritchard"}


@pytest.fixture
def desk(force):
    return Desk(force)


@pytest.fixture
def sent(desk):
    return desk.triaged()


@pytest.fixture
def case(desk, sent):
    return desk.case(sent)


def as_(desk, role, number=0):
    return desk.as_(desk.member(role, number))


def test_assigning_moves_every_row(desk, sent, case):
    second = desk.triaged()
    join_report(second.id, case.id, WHY, **as_(desk, "supervisor"))
    investigator, tomasz = desk.force.members["investigator"][0], desk.member("triage", 1)
    version = Case.objects.get(id=case.id).version
    assign_case(case.id, tomasz.id, None, investigator.id, version, **as_(desk, "head_of_psd"))
    readers = {"Tomasz Nowak", investigator.name, *LEADERS}
    for kind, object_id in (("case", case.id), ("report", sent.id), ("report", second.id)):
        assert desk.reads(kind, object_id) == readers
        assert Grant.objects.filter(object_id=object_id).count() == 5
    waiting = Clock.objects.filter(key_id__in=[case.id, sent.id, second.id], state="open")
    assert set(waiting.values_list("assignee", flat=True)) == {tomasz.id}
    page = open_case_page(case.id, *desk.as_(investigator).values())
    assert page.intact
    assert all(report.opens for report in page.reports)
    assert {line.act for line in page.chronology} >= {"assign_case", "join_report", "open_case"}


def test_a_former_reader_reads_and_does_nothing_more(desk, sent, case):
    grace = as_(desk, "triage")
    assign_case(case.id, desk.member("triage", 1).id, None, None, case.version, **as_(desk, "supervisor"))
    proceeding = open_case_page(case.id, *as_(desk, "supervisor").values()).subjects[0]
    for act in (
        lambda: open_case_page(case.id, *grace.values()),
        lambda: open_report_page(sent.id, *grace.values()),
        lambda: add_note(case.id, "Still here.", **grace),
        lambda: give_update(sent.id, "Still here.", **grace),
        lambda: assign_case(case.id, grace["actor"].id, None, None, case.version + 1, **grace),
        lambda: leave_case(sent.id, case.id, WHY, **grace),
        lambda: change_subject(proceeding.id, proceeding.person, 1, **grace),
        lambda: people_to_assign(case.id, **grace),
    ):
        with pytest.raises(NotGranted):
            act()
    assert not list_cases(*list(grace.values())[:2], now=AT).cases


def test_assigning_is_for_who_leads_it(desk, sent):
    investigator = desk.force.members["investigator"][0]
    case = desk.case(sent, investigator_id=investigator.id)
    with pytest.raises(NotAllowed) as refused:
        assign_case(case.id, case.owner_id, None, None, case.version, **desk.as_(investigator))
    assert refused.value.why is Why.CASE_LEADERS
    with pytest.raises(NotAllowed) as refused:
        leave_case(sent.id, case.id, WHY, **desk.as_(investigator))
    assert refused.value.why is Why.CASE_LEADERS


def test_a_stale_assignment_is_shown_what_stands(desk, case):
    leader, investigator = as_(desk, "supervisor"), desk.force.members["investigator"][1]
    assign_case(case.id, case.owner_id, None, investigator.id, case.version, **leader)
    with pytest.raises(Stale) as stale:
        assign_case(case.id, desk.member("triage", 1).id, None, None, case.version, **leader)
    assert stale.value.current.investigator_id == investigator.id
    assert Case.objects.get(id=case.id).owner_id == case.owner_id


def test_who_is_kept_out_is_never_offered_and_refused_like_a_stranger(desk):
    case = desk.case(desk.triaged(keep_out("Tomasz Nowak")))
    leader = as_(desk, "supervisor")
    assert {choice.name for choice in people_to_assign(case.id, **leader).owners} == {
        "Helen Marsh",
        "Grace Adeyemi",
        "Siân Pritchard",
    }
    for nobody in (desk.member("triage", 1).id, desk.member("ccu_officer").id, uuid.uuid4()):
        with pytest.raises(NotOffered):
            assign_case(case.id, nobody, None, None, case.version, **leader)


def test_a_subject_named_later_is_matched_again(desk, case):
    """A correction that means an investigator takes them from the choice, though nothing was sealed again since."""
    investigator = desk.force.members["investigator"][0]
    leader = as_(desk, "supervisor")
    subject = open_case_page(case.id, *leader.values()).subjects[0]
    change_subject(subject.id, NamedSubject(investigator.name, "", "", "", "officer"), 1, **leader)
    assert investigator.name not in {choice.name for choice in people_to_assign(case.id, **leader).investigators}
    with pytest.raises(NotOffered):
        assign_case(case.id, case.owner_id, None, investigator.id, case.version, **leader)


@pytest.mark.parametrize("role", ["supervisor", "head_of_psd"])
@pytest.mark.parametrize("by", ["triage", "supervisor", "head_of_psd"])
def test_a_leader_who_is_meant_reads_the_case_no_more(desk, sent, case, role, by):
    second, grace, meant = desk.triaged(), as_(desk, "triage"), desk.member(role)
    join_report(second.id, case.id, WHY, **grace)
    rows = Grant.objects.filter(object_id=case.id).count()
    change_subject(case.subjects.get().id, NamedSubject(meant.name), 1, **as_(desk, by))
    for kind, object_id in (("case", case.id), ("report", sent.id), ("report", second.id)):
        assert desk.reads(kind, object_id) == {"Grace Adeyemi", *LEADERS} - {meant.name}
        assert Grant.objects.filter(object_id=object_id).count() == rows
    page = open_case_page(case.id, *grace.values())
    assert page.subjects[0].person.name == meant.name
    assert page.intact
    assert all(report.opens for report in page.reports)
    assert open_report_page(sent.id, *grace.values()).intact
    change_subject(case.subjects.get().id, NamedSubject("Gareth Pike"), 2, **grace)
    assign_case(case.id, case.owner_id, None, None, Case.objects.get(id=case.id).version, **grace)
    assert not desk.holds(meant, "case", case.id)
    leave_case(sent.id, case.id, WHY, **grace)
    assert desk.reads("report", sent.id) == PSD - {meant.name}


def test_an_investigator_who_is_meant_reads_the_case_no_more(desk, sent):
    investigator = desk.force.members["investigator"][0]
    case, grace = desk.case(sent, investigator_id=investigator.id), as_(desk, "triage")
    change_subject(case.subjects.get().id, NamedSubject(investigator.name), 1, **grace)
    for kind, object_id in (("case", case.id), ("report", sent.id)):
        assert desk.reads(kind, object_id) == {"Grace Adeyemi", *LEADERS}
    version = Case.objects.get(id=case.id).version
    with pytest.raises(NotOffered):
        assign_case(case.id, case.owner_id, None, investigator.id, version, **grace)


def test_its_owner_or_too_many_who_are_meant_must_give_it_away_first(desk, sent, case):
    grace = as_(desk, "triage")
    subject, entries = open_case_page(case.id, *grace.values()).subjects[0], Entry.objects.count()
    with pytest.raises(NotAllowed) as refused:
        change_subject(subject.id, NamedSubject("Grace Adeyemi"), 1, **as_(desk, "supervisor"))
    assert refused.value.why is Why.GIVE_AWAY_FIRST
    assert Entry.objects.count() == entries
    change_subject(subject.id, NamedSubject("Helen Marsh"), 1, **grace)
    with pytest.raises(NotAllowed) as refused:
        change_subject(subject.id, NamedSubject("Imran Sheikh"), 2, **grace)
    assert refused.value.why is Why.GIVE_AWAY_FIRST
    assert desk.reads("report", sent.id) == {"Grace Adeyemi", "Imran Sheikh"}
    assert open_case_page(case.id, *grace.values()).subjects[0].person.name == "Helen Marsh"


def test_whom_a_subject_was_corrected_to_stays_out_wherever_its_report_goes(desk, sent, case):
    tomasz, declan = desk.member("triage", 1), desk.member("ccu_officer")
    investigator, grace = desk.force.members["investigator"][0], as_(desk, "triage")
    join_report(desk.triaged().id, case.id, WHY, **grace)
    for version, meant in enumerate((tomasz, declan, investigator, desk.member("triage", 2)), 1):
        change_subject(case.subjects.get().id, NamedSubject(meant.name), version, **grace)
    leave_case(sent.id, case.id, WHY, **grace)
    assert desk.reads("report", sent.id) == PSD - {"Tomasz Nowak", desk.member("triage", 2).name}
    with pytest.raises(NotOffered):
        desk.case(sent, investigator_id=investigator.id)
    pass_report(sent.id, "ccu", WHY, **grace)
    assert not desk.holds(declan, "report", sent.id)
    pass_report(sent.id, "psd", WHY, **as_(desk, "ccu_head"))
    assert desk.reads("report", sent.id) == PSD - {"Tomasz Nowak", desk.member("triage", 2).name}


def test_a_subject_of_another_desk_is_kept_out_when_the_report_is_passed_there(desk, sent):
    declan, grace = desk.member("ccu_officer"), as_(desk, "triage")
    case = desk.case(sent, subjects=(new_subject(NamedSubject(declan.name, person_type="officer")),))
    join_report(desk.triaged().id, case.id, WHY, **grace)
    leave_case(sent.id, case.id, WHY, **grace)
    pass_report(sent.id, "ccu", WHY, **grace)
    assert Grant.objects.filter(object_id=sent.id, staff=declan).count() == 1
    assert not desk.holds(declan, "report", sent.id)


def test_a_stale_correction_is_shown_what_stands(desk, case):
    grace = as_(desk, "triage")
    subject = open_case_page(case.id, *grace.values()).subjects[0]
    change_subject(subject.id, NamedSubject("Gareth Pyke", "9971"), 1, **as_(desk, "supervisor"))
    with pytest.raises(Stale) as stale:
        change_subject(subject.id, NamedSubject("G. Pike"), 1, **grace)
    assert stale.value.current.person.name == "Gareth Pyke"
    assert stale.value.current.version == 2


def test_a_closed_account_is_not_counted(desk, case):
    StaffMember.objects.filter(id=desk.member("head_of_psd").id).update(is_active=False)
    leader = as_(desk, "supervisor")
    assert "Helen Marsh" not in {choice.name for choice in people_to_assign(case.id, **leader).owners}
    assign_case(case.id, case.owner_id, None, None, case.version, **leader)
    assert desk.reads("case", case.id) == {"Grace Adeyemi", "Imran Sheikh"}
    assert Grant.objects.filter(object_id=case.id).count() == 4
    StaffMember.objects.filter(id=case.owner_id).update(is_active=False)
    with pytest.raises(NotOffered):
        assign_case(case.id, case.owner_id, None, None, case.version + 1, **leader)


def test_too_few_to_read_it(desk):
    case = desk.case(desk.triaged(keep_out("Helen Marsh")))
    StaffMember.objects.filter(id=case.supervisor_id).update(is_active=False)
    investigator = desk.force.members["investigator"][0]
    with pytest.raises(TooFewReaders):
        assign_case(case.id, case.owner_id, None, investigator.id, case.version, **as_(desk, "triage"))


def test_a_second_report_joins(desk, sent, case):
    second = desk.triaged()
    leader = as_(desk, "supervisor")
    assert [each.id for each in cases_to_join(second.id, **leader)] == [case.id]
    join_report(second.id, case.id, WHY, **leader)
    assert state_of(second) == "in_case"
    assert desk.reads("report", second.id) == desk.reads("case", case.id) == {"Grace Adeyemi", *LEADERS}
    page = open_case_page(case.id, *leader.values())
    assert {report.id for report in page.reports} == {sent.id, second.id}
    assert WHY in {report.why for report in page.reports}
    with pytest.raises(NotAllowed):
        join_report(second.id, case.id, WHY, **leader)


def test_a_report_that_keeps_a_reader_out_does_not_join(desk, case):
    for kept_out in ("Helen Marsh", "Grace Adeyemi"):
        second = desk.triaged(keep_out(kept_out), by=desk.member("triage", 1))
        before = desk.reads("report", second.id)
        with pytest.raises(NotAllowed) as refused:
            join_report(second.id, case.id, WHY, **as_(desk, "supervisor"))
        assert refused.value.why is Why.CANNOT_JOIN
        assert (state_of(second), desk.reads("report", second.id)) == ("triage", before)


def test_whom_triage_of_the_second_names_keeps_it_out_too(desk, case):
    second = desk.triaged(named=(NamedSubject("Helen Marsh", "2207"),))
    with pytest.raises(NotAllowed) as refused:
        join_report(second.id, case.id, WHY, **as_(desk, "supervisor"))
    assert refused.value.why is Why.CANNOT_JOIN


def test_nobody_joins_what_they_do_not_hold(desk, case):
    second = desk.triaged()
    for staff in (desk.member("triage", 1), desk.member("ccu_head"), desk.force.members["investigator"][0]):
        with pytest.raises(NotGranted):
            join_report(second.id, case.id, WHY, **desk.as_(staff))
    assert not cases_to_join(second.id, **as_(desk, "triage", 1))


def test_another_desks_case_is_not_joined(desk):
    """Nobody holds both; and somebody who did could not."""
    second = desk.triaged()
    outside = desk.force.members["independent_member"][0]
    other = desk.case(desk.triaged(keep_out(outside=True), by=outside), by=outside, owner_id=outside.id)
    with pytest.raises(NotGranted):
        join_report(second.id, other.id, WHY, **as_(desk, "supervisor"))
    Case.objects.filter(id=other.id).update(desk="psd")
    with pytest.raises(NotGranted):
        join_report(second.id, other.id, WHY, **desk.as_(outside))


def test_whom_a_colleague_names_meanwhile_is_known_when_it_joins(desk, case, monkeypatch):
    second, make_facts = desk.triaged(), report_steps.make_facts

    def named_meanwhile(held, **more):
        named = NamedSubject("Grace Adeyemi", person_type="officer")
        assess_triage(second.id, assessment((named,)), 1, **as_(desk, "head_of_psd"))
        return make_facts(held, **more)

    monkeypatch.setattr(joining, "make_facts", named_meanwhile)
    with pytest.raises(NotAllowed) as refused:
        join_report(second.id, case.id, WHY, **as_(desk, "supervisor"))
    assert refused.value.why is Why.CANNOT_JOIN
    assert state_of(second) == "triage"


def test_whom_a_colleague_names_meanwhile_is_known_when_it_is_assigned(desk, case, monkeypatch):
    tomasz, hold_case = desk.member("triage", 1), holding.hold_case

    def named_meanwhile(*given):
        held = hold_case(*given)
        change_subject(
            case.subjects.get().id, NamedSubject(tomasz.name, person_type="officer"), 1, **as_(desk, "triage")
        )
        return held

    monkeypatch.setattr(assigning, "hold_case", named_meanwhile)
    with pytest.raises(NotOffered):
        assign_case(case.id, tomasz.id, None, None, case.version, **as_(desk, "supervisor"))
    assert not desk.holds(tomasz, "case", case.id)


def joined_too(desk, case):
    second = desk.triaged()
    join_report(second.id, case.id, WHY, **as_(desk, "triage"))
    return second


def test_the_last_report_of_a_case_that_goes_on_stays(desk, sent, case):
    """Its stage has no clock of its own: without the report's nobody would be reminded of it."""
    with pytest.raises(NotAllowed) as refused:
        leave_case(sent.id, case.id, WHY, **as_(desk, "supervisor"))
    assert refused.value.why is Why.LAST_REPORT
    assert state_of(sent) == "in_case"
    assert CaseReport.objects.get(case=case).left_at is None
    second = joined_too(desk, case)
    leave_case(sent.id, case.id, WHY, **as_(desk, "supervisor"))
    with pytest.raises(NotAllowed):
        leave_case(second.id, case.id, WHY, **as_(desk, "supervisor"))
    assert Clock.objects.filter(key_id=second.id, state="open").exists()


def test_a_report_leaves_to_the_whole_desk(desk, sent):
    investigator = desk.force.members["investigator"][0]
    case = desk.case(sent, investigator_id=investigator.id)
    second = joined_too(desk, case)
    leave_case(sent.id, case.id, WHY, **as_(desk, "triage"))
    assert state_of(sent) == "triage"
    assert desk.reads("report", sent.id) == PSD
    assert desk.reads("case", case.id) == {"Grace Adeyemi", investigator.name, *LEADERS}
    assert CaseReport.objects.get(case=case, report=sent.id).left_at == AT
    assert set(Clock.objects.filter(key_id=sent.id, state="open").values_list("assignee", flat=True)) == {None}
    assert [each.id for each in open_case_page(case.id, *as_(desk, "triage").values()).reports] == [second.id]
    with pytest.raises(NotAllowed):
        leave_case(sent.id, case.id, WHY, **as_(desk, "triage"))


def test_whom_the_case_kept_out_stays_out_when_it_leaves(desk):
    """Named by staff alone, when the case was opened: the report remembers it."""
    sent = desk.triaged(named=())
    tomasz = desk.member("triage", 1)
    subject = NamedSubject("Tomasz Nowak", "6093", person_type="officer")
    case = desk.case(sent, subjects=(new_subject(subject),))
    joined_too(desk, case)
    leave_case(sent.id, case.id, WHY, **as_(desk, "triage"))
    assert desk.reads("report", sent.id) == PSD - {"Tomasz Nowak"}
    assert Grant.objects.filter(object_id=sent.id, staff=tomasz).count() == 1


def test_a_report_does_not_learn_whom_another_keeps_out(desk):
    """The first keeps out somebody of the desk: the second, which left the case again, is read by them as before."""
    case = desk.case(desk.triaged(keep_out("Tomasz Nowak")))
    second, leader = desk.triaged(), as_(desk, "supervisor")
    join_report(second.id, case.id, WHY, **leader)
    leave_case(second.id, case.id, WHY, **leader)
    assert desk.reads("report", second.id) == PSD
    page = open_report_page(second.id, *as_(desk, "triage", 1).values())
    assert not [each for each in page.opened.excluded if each.desk == "psd"]


def test_leaving_names_the_right_case(desk, sent, case):
    other = desk.case(desk.triaged())
    with pytest.raises(NotAllowed):
        leave_case(sent.id, other.id, WHY, **as_(desk, "triage"))


def test_notes_are_written_once_and_read_by_the_people_of_the_case(desk, case):
    grace, note_id = as_(desk, "triage"), uuid.uuid4()
    for _ in range(2):
        add_note(case.id, "Canary note-hazel.", note_id=note_id, **grace)
    page = open_case_page(case.id, *as_(desk, "supervisor").values())
    assert [(note.text, note.by_id, note.at) for note in page.notes] == [("Canary note-hazel.", grace["actor"].id, AT)]
    with pytest.raises(FormProblem):
        add_note(case.id, " ", **grace)


def test_another_note_under_an_id_that_is_taken_is_written_too(desk, case):
    """From a page that a browser kept, by somebody else, or in another case: nothing typed is lost."""
    grace, helen, note_id = as_(desk, "triage"), as_(desk, "head_of_psd"), uuid.uuid4()
    other = desk.case(desk.triaged())
    add_note(case.id, "First.", note_id=note_id, **grace)
    add_note(case.id, "Second, after going back.", note_id=note_id, **grace)
    add_note(case.id, "First.", note_id=note_id, **helen)
    add_note(other.id, "First.", note_id=note_id, **grace)
    page = open_case_page(case.id, *grace.values())
    assert sorted((note.text, note.by_id) for note in page.notes) == sorted(
        [
            ("First.", grace["actor"].id),
            ("Second, after going back.", grace["actor"].id),
            ("First.", helen["actor"].id),
        ]
    )
    assert [note.text for note in open_case_page(other.id, *grace.values()).notes] == ["First."]
    assert page.intact


def test_an_update_meets_the_clock_and_the_next_begins(desk, sent, case):
    grace = as_(desk, "triage")
    before = Clock.objects.filter(key_id=sent.id, state="open").count()
    give_update(sent.id, "We have spoken to two people.", **grace)
    assert Clock.objects.filter(key_id=sent.id, state="open").count() == before
    page = open_case_page(case.id, *grace.values())
    met = [clock for clock in page.clocks if clock.limit.id == "update_4w"]
    assert sorted(clock.open for clock in met) == [False, True]
    assert Case.objects.get(id=case.id).next_due_at == min(clock.due_at for clock in page.clocks if clock.open)


def test_an_assessment_does_not_follow_into_the_case(desk, sent, case):
    with pytest.raises(NotAllowed):
        assess_triage(sent.id, assessment(), 2, **as_(desk, "triage"))


def test_a_listing_shows_what_opens_without_a_gap(desk):
    mine = [desk.case(desk.triaged()) for _ in range(2)]
    desk.case(desk.triaged(keep_out("Helen Marsh")))
    head = as_(desk, "head_of_psd")
    listed = list_cases(head["keyring"], head["actor"], now=AT)
    assert {case.id for case in listed.cases} == {case.id for case in mine}
    assert listed.after is None
    assert {(case.owner, case.headline.behaviour) for case in listed.cases} == {("Grace Adeyemi", "sexism.jokes")}
    assert Entry.objects.latest("seq").object_id is None
