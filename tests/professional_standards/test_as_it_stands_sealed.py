"""Whatever staff do, nothing of it looks changed by hand: passing on, joining, taking out, a conflict, next keys,
people who leave (docs/adr/0022)."""

import datetime as dt
from uuid import UUID

import pytest

from professional_standards.assigning import assign_case
from professional_standards.conflicts import declare_conflict_on_case
from professional_standards.holding import hold_case, hold_report, hold_reports_of
from professional_standards.joining import join_report, leave_case
from professional_standards.models import Case
from professional_standards.noting import add_note
from professional_standards.outcomes import pass_report
from professional_standards.reading import open_case_page
from professional_standards.rekeying import make_epoch_of_case
from professional_standards.work_left import take_up_work_left
from speakup.accounts.rosters import verify_roster
from speakup.embedded.demonstration import Force
from speakup.reporting.reading import open_report
from tests.accounts.test_roster_changes import HEAD, propose, without
from tests.attacks.test_rosters_killed import GRACE
from tests.professional_standards.casework import AT, Desk

LATER = AT + dt.timedelta(hours=1)


def intact(desk: Desk, case: Case, *reports: UUID) -> None:
    """For everybody who reads them, to read and to act on."""
    for staff in desk.readers("case", case.id):
        keyring = desk.as_(staff)["keyring"]
        assert open_case_page(case.id, keyring, staff, LATER).intact
        hold_reports_of(hold_case(case.id, keyring, staff, LATER), lock=False)
    for report in reports:
        assert len(desk.readers("report", report)) >= 2
        for staff in desk.readers("report", report):
            assert open_report(report, desk.as_(staff)["keyring"], staff, LATER).intact
            hold_report(report, desk.as_(staff)["keyring"], staff, LATER)


def everybody_takes_up(desk: Desk) -> None:
    for staff in desk.everybody:
        taken = take_up_work_left(**desk.as_(staff), seconds=60)
        assert not taken.stuck


@pytest.mark.slow
def test_a_case_whose_people_leave_one_after_another(force: Force) -> None:
    desk = Desk(force)
    first, second, third = desk.triaged(), desk.triaged(), desk.triaged()
    reports = [each.id for each in (first, second, third)]
    grace, helen = desk.member("triage"), desk.member("head_of_psd")
    works = desk.member("investigator")
    case = desk.case(first, investigator_id=works.id)

    def now() -> Case:
        return Case.objects.get(id=case.id)

    join_report(second.id, case.id, "The same man.", **desk.as_(grace))
    join_report(third.id, case.id, "The same man.", **desk.as_(grace))
    intact(desk, case, *reports)
    leave_case(third.id, case.id, "Another man.", **desk.as_(grace))
    pass_report(third.id, "ccu", "Theirs.", **desk.as_(grace))
    intact(desk, case, *reports)

    declare_conflict_on_case(case.id, "A neighbour.", **desk.as_(works))
    assert make_epoch_of_case(case.id, **desk.as_(grace))
    intact(desk, case, *reports)

    propose(force, "psd", HEAD, without("psd", GRACE, force))
    intact(desk, case, *reports)
    everybody_takes_up(desk)
    intact(desk, case, *reports)

    another = desk.member("investigator", 1)
    case = now()
    assign_case(case.id, case.owner_id, case.supervisor_id, another.id, case.version, **desk.as_(helen))
    add_note(case.id, "A note.", **desk.as_(another))
    intact(desk, case, *reports)

    propose(force, "psd.casework", HEAD, without("psd.casework", another.email, force))
    assert another.pk not in verify_roster("psd.casework").staff_ids
    everybody_takes_up(desk)
    assert not desk.holds(another, "case", case.id)
    intact(desk, case, *reports)


def test_a_desk_that_is_emptied_but_for_two(force: Force) -> None:
    desk = Desk(force)
    sent = desk.triaged()
    case = desk.case(desk.triaged())
    kept = {desk.member("head_of_psd").pk, desk.member("supervisor").pk}
    propose(force, "psd", HEAD, [member for member in verify_roster("psd").members if member.staff_id in kept])
    everybody_takes_up(desk)
    intact(desk, case, sent.id, case.joined.get().report_id)
    joined = desk.member("supervisor")
    join_report(sent.id, case.id, "The same man.", **desk.as_(joined))
    intact(desk, case, sent.id)
