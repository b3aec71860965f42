"""Who declared a conflict stays out: at the next desk, through a case that a report joins and leaves, and under a new
account (vault.md, 'Content'; docs/adr/0022)."""

import pytest

from professional_standards.conflicts import declare_conflict_on_case, declare_conflict_on_report
from professional_standards.joining import join_report, leave_case
from professional_standards.outcomes import pass_report
from professional_standards.rekeying import make_epoch_of_case, make_epoch_of_report
from professional_standards.sealing_older import newcomers, seal_older
from speakup.accounts.keyring import Keyring, NotGranted
from speakup.accounts.models import Grant, RoleAssignment, StaffMember
from speakup.accounts.rosters import verify_roster
from speakup.embedded.demonstration import Force
from speakup.reporting import excluding, giving
from speakup.reporting.models import Report
from tests.accounts.test_roster_changes import CCU_HEAD, HEAD, joiner, propose, with_another, words_of
from tests.builders import MadeMember
from tests.professional_standards.casework import Desk

WITH = "He is my brother. Canary follows-hawthorn."


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


def of_both_desks(desk: Desk) -> StaffMember:
    """Tomasz is of professional standards, and of counter-corruption too."""
    tomasz = desk.member("triage", 1)
    RoleAssignment.objects.create(staff=tomasz, role="ccu_officer")
    made = MadeMember(tomasz, desk.force.personal_secrets[tomasz.id], b"")
    propose(desk.force, "ccu", CCU_HEAD, with_another("ccu", "ccu_officer", made), words_of(made))
    return tomasz


def test_it_holds_at_the_next_desk(desk: Desk) -> None:
    tomasz, sent = of_both_desks(desk), desk.sent()
    declare_conflict_on_report(sent.id, WITH, **desk.as_(tomasz))
    rest = desk.readers("report", sent.id)
    for staff in rest[1:]:
        declare_conflict_on_report(sent.id, "Mine too.", **desk.as_(staff))
    assert make_epoch_of_report(sent.id, **desk.as_(rest[0]))
    assert Report.objects.get(id=sent.id).desk_id == "ccu"
    assert Grant.objects.filter(object_id=sent.id, staff=tomasz).exists()
    assert not desk.holds(tomasz, "report", sent.id)
    assert desk.holds(desk.member("ccu_head"), "report", sent.id)


def test_twin_that_asks_the_desk_alone_gives_it_to_them(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving, "kept_from", lambda known, *rosters: {})
    tomasz, sent = of_both_desks(desk), desk.triaged()
    declare_conflict_on_report(sent.id, WITH, **desk.as_(tomasz))
    grace = desk.member("triage")
    make_epoch_of_report(sent.id, **desk.as_(grace))
    pass_report(sent.id, "ccu", "Corruption.", **desk.as_(grace))
    assert desk.holds(tomasz, "report", sent.id)


def test_declared_on_a_case_it_holds_for_what_joins_and_leaves_later(desk: Desk) -> None:
    case = desk.case(desk.triaged())
    grace, imran = desk.member("triage"), desk.member("supervisor")
    declare_conflict_on_case(case.id, WITH, **desk.as_(grace))
    make_epoch_of_case(case.id, **desk.as_(imran))
    second = desk.triaged(by=imran)
    assert desk.holds(grace, "report", second.id)
    join_report(second.id, case.id, "The same man.", **desk.as_(imran))
    leave_case(second.id, case.id, "Another man.", **desk.as_(imran))
    assert desk.holds(desk.member("triage", 1), "report", second.id)
    assert not desk.holds(grace, "report", second.id)


def test_declared_on_a_report_it_holds_for_what_joins_its_case_later(desk: Desk) -> None:
    first, grace, imran = desk.triaged(), desk.member("triage"), desk.member("supervisor")
    declare_conflict_on_report(first.id, WITH, **desk.as_(grace))
    make_epoch_of_report(first.id, **desk.as_(imran))
    case = desk.case(first, by=imran, owner_id=desk.member("triage", 1).id)
    second = desk.triaged(by=imran)
    join_report(second.id, case.id, "The same man.", **desk.as_(imran))
    leave_case(second.id, case.id, "Another man.", **desk.as_(imran))
    assert not desk.holds(grace, "report", second.id)


def back_under_a_new_account(desk: Desk) -> tuple[MadeMember, Report]:
    """Tomasz declared a conflict, left, came back, and a colleague passed on what is older."""
    tomasz, grace, sent = desk.member("triage", 1), desk.member("triage"), desk.sent()
    declare_conflict_on_report(sent.id, WITH, **desk.as_(tomasz))
    make_epoch_of_report(sent.id, **desk.as_(grace))
    propose(desk.force, "psd", HEAD, [each for each in verify_roster("psd").members if each.staff_id != tomasz.pk])
    back = joiner("triage", "Tomasz Nowak")
    propose(desk.force, "psd", HEAD, with_another("psd", "triage", back), words_of(back))
    (newcomer,) = newcomers("psd", grace)
    seal_older(newcomer, **desk.as_(grace))
    return back, sent.report


def test_it_holds_under_a_new_account(desk: Desk) -> None:
    back, report = back_under_a_new_account(desk)
    with pytest.raises(NotGranted):
        Keyring(back.staff, back.secret).open("report", report.id)


def test_twin_that_knows_the_account_alone_gives_it_to_them(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excluding, "match_members", lambda typed, roster: set())
    back, report = back_under_a_new_account(desk)
    assert Keyring(back.staff, back.secret).open("report", report.id).keys
