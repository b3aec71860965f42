"""Where a conflict left nobody, whom the recovery quorum chooses goes on, of another desk too; and nobody names all who
lead a desk away from a report."""

from uuid import UUID

import pytest

from professional_standards.conflicts import declare_conflict_on_case, declare_conflict_on_report
from professional_standards.outcomes import pass_report
from professional_standards.recovering import Chosen, find_target, recover
from professional_standards.refusals import NotGranted, TooFewReaders
from professional_standards.rekeying import make_epoch_of_case, make_epoch_of_report
from professional_standards.triage import NamedSubject, assess_triage
from speakup.accounts.models import Grant, ObjectKind, RekeyDue, StaffMember
from speakup.accounts.recovering import Quorum
from speakup.accounts.rosters import recovery_key
from speakup.embedded.demonstration import Force
from speakup.reporting.models import Report
from tests.professional_standards.casework import AT, Desk, assessment

HEAD = NamedSubject("Helen Marsh", "2207", "Superintendent", "PSD", "officer")
SUPERVISOR = NamedSubject("Imran Sheikh", "3318", "Inspector", "PSD", "officer")


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


def recovered(desk: Desk, kind: ObjectKind, object_id: UUID, staff: StaffMember) -> bool:
    """The quorum gives it to them."""
    quorum = Quorum.__new__(Quorum)
    quorum._id, quorum._seed = recovery_key().id, desk.force.recovery_seed
    return recover(Chosen(kind, object_id), find_target(staff)[0], quorum, why="Nobody is left.", now=AT)


def test_somebody_of_the_next_desk_goes_on_with_a_report(desk: Desk) -> None:
    sent, head = desk.sent(), desk.member("ccu_head")
    for staff in desk.readers("report", sent.id):
        declare_conflict_on_report(sent.id, "Mine.", **desk.as_(staff))
    assert desk.reads("report", sent.id) == set()
    assert recovered(desk, ObjectKind.REPORT, sent.id, head)
    assert make_epoch_of_report(sent.id, **desk.as_(head))
    assert Report.objects.get(id=sent.id).desk_id == "ccu"
    assert len(desk.reads("report", sent.id)) >= 2
    assert not RekeyDue.objects.filter(object_id=sent.id).exists()


def test_somebody_of_the_next_desk_goes_on_with_a_case(desk: Desk) -> None:
    sent = desk.triaged()
    case, head = desk.case(sent), desk.member("ccu_head")
    for staff in desk.readers("case", case.id):
        declare_conflict_on_case(case.id, "Mine.", **desk.as_(staff))
    assert recovered(desk, ObjectKind.CASE, case.id, head)
    assert make_epoch_of_case(case.id, **desk.as_(head))
    assert len(desk.reads("case", case.id)) >= 2
    assert desk.reads("case", case.id) == desk.reads("report", sent.id)
    assert not RekeyDue.objects.filter(object_id__in=[case.id, sent.id]).exists()


def test_somebody_of_no_receiving_desk_does_not(desk: Desk) -> None:
    """A row that opens for somebody on no roster that it may be passed to is none that staff gave."""
    sent, custodian = desk.sent(), desk.member("identity_custodian")
    declare_conflict_on_report(sent.id, "Mine.", **desk.as_(desk.member("triage")))
    row = Grant.objects.filter(object_id=sent.id, staff=desk.member("triage", 1)).get()
    Grant.objects.filter(pk=row.pk).update(staff=custodian)
    with pytest.raises(NotGranted):
        make_epoch_of_report(sent.id, **desk.as_(custodian))


def test_an_officer_does_not_name_everybody_who_leads_the_desk(desk: Desk) -> None:
    sent, grace = desk.triaged(), desk.member("triage")
    with pytest.raises(TooFewReaders):
        assess_triage(sent.id, assessment([HEAD, SUPERVISOR]), 1, **desk.as_(grace))
    assert {"Helen Marsh", "Imran Sheikh"} <= desk.reads("report", sent.id)


def test_nor_one_after_the_other(desk: Desk) -> None:
    sent, grace = desk.triaged(), desk.member("triage")
    assess_triage(sent.id, assessment([HEAD]), 1, **desk.as_(grace))
    assert "Helen Marsh" not in desk.reads("report", sent.id)
    with pytest.raises(TooFewReaders):
        assess_triage(sent.id, assessment([SUPERVISOR]), 2, **desk.as_(grace))
    assert "Imran Sheikh" in desk.reads("report", sent.id)


def test_it_is_passed_to_the_next_desk_instead(desk: Desk) -> None:
    sent, grace = desk.triaged(), desk.member("triage")
    pass_report(sent.id, "ccu", "About those who lead us.", **desk.as_(grace))
    assert "Robert Iveson" in desk.reads("report", sent.id)


def test_where_conflicts_took_the_leaders_away_naming_somebody_else_still_works(desk: Desk) -> None:
    sent, grace = desk.triaged(), desk.member("triage")
    for role in ("head_of_psd", "supervisor"):
        declare_conflict_on_report(sent.id, "Mine.", **desk.as_(desk.member(role)))
    make_epoch_of_report(sent.id, **desk.as_(grace))
    amit = desk.force.member("sian.pritchard@example.test")
    named = NamedSubject(amit.name, "", "Sergeant", "PSD", "officer")
    assess_triage(sent.id, assessment([named]), 1, **desk.as_(grace))
    assert not desk.holds(amit, "report", sent.id)
