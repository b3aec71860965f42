"""Somebody leaves: their rows end with the roster that leaves them out, and those who remain take up what they had."""

from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import transaction

from professional_standards import work_left as work_left_module
from professional_standards.asking_identity import ask_identity
from professional_standards.assigning import assign_case
from professional_standards.deciding_identity import decide_identity
from professional_standards.rekeying import make_epoch_of_report
from professional_standards.work_left import take_up_work_left, work_left
from speakup.accounts.keyring import NotGranted
from speakup.accounts.leaving import left_behind, member_left
from speakup.accounts.models import Duty, Epoch, Grant, RekeyDue, RoleAssignment, StaffMember
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.reporting.models import Identity
from speakup.web.days import london_day
from tests.accounts.test_roster_changes import CCU_HEAD, HEAD, propose, with_another, without, words_of
from tests.builders import MadeMember
from tests.professional_standards.casework import AT, Desk
from tests.professional_standards.test_identity_requests import CONFIDENTIAL
from tests.reporting.builders import keyring_of, people, person, sent_report

GRACE = "grace.adeyemi@example.test"
TOMASZ = "tomasz.nowak@example.test"


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


def leaves(force: Force, email: str, desk_code: str = "psd", by: str = HEAD) -> StaffMember:
    """A keyholder signs a roster without them."""
    propose(force, desk_code, by, without(desk_code, email, force))
    return force.member(email)


def take_up(desk: Desk, staff: StaffMember, **more: Any) -> Any:
    return take_up_work_left(**desk.as_(staff), **more)


def real_left(desk: Desk, staff: StaffMember) -> list[UUID]:
    found = work_left(keyring=keyring_of(desk.force, staff), actor=staff)
    return [*found.cases, *found.reports]


def test_every_row_of_who_left_ends_and_every_object_is_due(force: Force, desk: Desk) -> None:
    """A decoy as much as a grant: nothing tells them apart."""
    sent = [sent_report(), sent_report(people(person("Grace Hughes")))]
    grace = leaves(force, GRACE)
    assert not Grant.objects.filter(staff=grace).exists()
    assert set(left_behind("report")) == {each.id for each in sent}
    entry = Entry.objects.filter(action="revoke", object_id=grace.pk).get()
    assert (entry.actor_id, entry.detail_hash) == (force.member(HEAD).pk, None)
    with pytest.raises(NotGranted):
        keyring_of(force, grace).open("report", sent[0].id)


def test_what_belongs_to_another_desk_that_names_them_stays(force: Force, desk: Desk) -> None:
    case = desk.case()
    investigator = desk.member("investigator")
    assign_case(
        case.id, case.owner_id, case.supervisor_id, investigator.pk, case.version, **desk.as_(desk.member("triage"))
    )
    with transaction.atomic():
        assert member_left("ccu", [investigator.pk], actor=None, now=AT) == []
    assert desk.holds(investigator, "case", case.id)
    with transaction.atomic():
        assert member_left("psd.casework", [investigator.pk], actor=None, now=AT)
    assert not desk.holds(investigator, "case", case.id)


def test_who_goes_over_to_the_investigators_loses_the_reports_before_a_case(force: Force, desk: Desk) -> None:
    """And has back, with the next key, what is theirs as an investigator."""
    before, tomasz = sent_report(), force.member(TOMASZ)
    case = desk.case(investigator_id=_also_investigates(force, tomasz).pk)
    assert desk.holds(tomasz, "report", before.id)
    leaves(force, TOMASZ)
    assert not desk.holds(tomasz, "report", before.id)
    assert {before.id, case.id} <= set(RekeyDue.objects.values_list("object_id", flat=True))
    take_up(desk, force.member(GRACE))
    assert desk.holds(tomasz, "case", case.id)
    assert not desk.holds(tomasz, "report", before.id)


def test_who_stops_investigating_has_nothing_of_it_as_a_member_of_the_desk(force: Force, desk: Desk) -> None:
    tomasz = force.member(TOMASZ)
    case = desk.case(investigator_id=_also_investigates(force, tomasz).pk)
    assert desk.holds(tomasz, "case", case.id)
    with transaction.atomic():
        member_left("psd.casework", [tomasz.pk], actor=None, now=AT)
    assert not desk.holds(tomasz, "case", case.id)


@time_machine.travel(AT, tick=False)
def test_a_released_name_goes_with_the_desk_though_another_names_them(force: Force, desk: Desk) -> None:
    tomasz = force.member(TOMASZ)
    made = MadeMember(tomasz, force.personal_secrets[tomasz.pk], b"")
    RoleAssignment.objects.create(staff=tomasz, role="ccu_officer")
    propose(force, "ccu", CCU_HEAD, with_another("ccu", "ccu_officer", made), words_of(made))
    sent = sent_report(CONFIDENTIAL)
    request = ask_identity(sent.id, "She must be warned.", **desk.as_(tomasz))
    until = london_day(AT)
    decide_identity(request.id, True, until, "She must.", **desk.as_(desk.member("identity_custodian")))
    assert desk.holds(tomasz, "identity", request.identity_id)
    leaves(force, TOMASZ)
    assert not desk.holds(tomasz, "identity", request.identity_id)
    assert left_behind("identity") == [request.identity_id]


def _also_investigates(force: Force, staff: StaffMember) -> StaffMember:
    made = MadeMember(staff, force.personal_secrets[staff.pk], b"")
    RoleAssignment.objects.create(staff=staff, role="investigator")
    propose(force, "psd.casework", HEAD, with_another("psd.casework", "investigator", made), words_of(made))
    return staff


def test_again_it_changes_nothing(force: Force) -> None:
    sent_report()
    grace = force.member(GRACE)
    with transaction.atomic():
        assert len(member_left("psd", [grace.pk, grace.pk], actor=None, now=AT)) == 1
        before = RekeyDue.objects.count(), Entry.objects.count()
        assert member_left("psd", [grace.pk], actor=None, now=AT) == []
    assert (RekeyDue.objects.count(), Entry.objects.count()) == before


def test_who_left_is_woken_for_nothing(force: Force) -> None:
    imran = force.member("imran.sheikh@example.test")
    assert Duty.objects.filter(staff=imran).exists()
    with transaction.atomic():
        member_left("psd", [imran.pk], actor=None, now=AT)
    assert not Duty.objects.filter(staff=imran).exists()


def test_a_custodian_who_leaves_loses_every_name(force: Force) -> None:
    sent = sent_report()
    identity = Identity.objects.get(report=sent.id)
    amit = force.member("amit.desai@example.test")
    with transaction.atomic():
        member_left("identity_custodians", [amit.pk], actor=None, now=AT)
    assert not Grant.objects.filter(staff=amit).exists()
    assert left_behind("identity") == [identity.id]


def test_who_remains_gives_new_keys_and_who_left_opens_nothing_of_it(force: Force, desk: Desk) -> None:
    sent = [sent_report() for _ in range(3)]
    grace, tomasz = leaves(force, GRACE), force.member(TOMASZ)
    assert sorted(real_left(desk, tomasz)) == sorted(each.id for each in sent)
    taken_up = take_up(desk, tomasz)
    assert (taken_up.made, taken_up.left, taken_up.stuck) == (3, 0, 0)
    assert not RekeyDue.objects.exists()
    for each in sent:
        assert Epoch.objects.filter(object_id=each.id).count() == 2
        assert not desk.holds(grace, "report", each.id)
        assert desk.holds(tomasz, "report", each.id)


def test_what_one_does_not_read_is_not_offered_and_left_to_the_others(force: Force, desk: Desk) -> None:
    mine, kept = sent_report(), sent_report(people(person("Tomasz Nowak")))
    leaves(force, GRACE)
    tomasz, sian = force.member(TOMASZ), force.member("sian.pritchard@example.test")
    assert real_left(desk, tomasz) == [mine.id]
    assert take_up(desk, tomasz).made == 1
    assert real_left(desk, tomasz) == []
    assert real_left(desk, sian) == [kept.id]
    assert take_up(desk, sian).made == 1
    assert not desk.holds(tomasz, "report", kept.id)


def test_a_case_whose_owner_left_has_another(force: Force, desk: Desk) -> None:
    case = desk.case()
    owner = StaffMember.objects.get(pk=case.owner_id)
    leaves(force, owner.email)
    head = force.member(HEAD)
    assert take_up(desk, head).made == 1
    case.refresh_from_db()
    assert case.owner_id != owner.pk
    assert {each.pk for each in desk.readers("case", case.id)} >= {case.owner_id, head.pk}
    assert not RekeyDue.objects.exists()


def test_broken_off_it_goes_on_where_it_stood(force: Force, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the second of four: two have new keys whole, two stand as they were, and another goes on."""
    sent = [sent_report() for _ in range(4)]
    leaves(force, GRACE)
    made: list[UUID] = []
    make = make_epoch_of_report

    def killed(report_id: UUID, **who: Any) -> bool:
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(report_id)
        return make(report_id, **who)

    monkeypatch.setattr(work_left_module, "make_epoch_of_report", killed)
    with pytest.raises(KeyboardInterrupt):
        take_up(desk, force.member(TOMASZ))
    monkeypatch.setattr(work_left_module, "make_epoch_of_report", make)
    assert {each.id for each in sent} - set(made) == set(left_behind("report"))
    assert take_up(desk, force.member(HEAD)).made == 2
    assert [Epoch.objects.filter(object_id=each.id).count() for each in sent] == [2] * 4


def test_one_request_does_some_of_it(force: Force, desk: Desk) -> None:
    for _ in range(3):
        sent_report()
    leaves(force, GRACE)
    assert take_up(desk, force.member(TOMASZ), seconds=0.0).left == 2


def test_nothing_is_left_for_who_left(force: Force, desk: Desk) -> None:
    sent_report()
    grace = leaves(force, GRACE)
    assert real_left(desk, grace) == []
    assert take_up(desk, grace).made == 0
