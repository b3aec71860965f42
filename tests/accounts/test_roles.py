"""Roles: which may stand together, and what they are called."""

import datetime as dt
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction

from speakup.accounts.models import RoleAssignment, StaffMember
from speakup.accounts.roles import desk_of, live_roles, role_at_work, role_title, role_title_for_reporter
from speakup.accounts.services import RoleRefused, assign_role, end_role
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.policy.services import current_policy
from tests.builders import make_member

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def staff(force: Force) -> StaffMember:
    return make_member().staff


@pytest.fixture
def actor(force: Force) -> StaffMember:
    return make_member("Ada Minton").staff


def test_it_gives_a_role_and_says_so(staff: StaffMember, actor: StaffMember) -> None:
    assignment = assign_role(staff, "triage", actor=actor, now=NOW)
    assert (assignment.by, assignment.ended_at, live_roles(staff)) == (actor, None, ["triage"])
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.action, entry.actor_id, entry.object_id) == ("administer", actor.pk, staff.pk)


def test_a_role_held_already_is_given_once(staff: StaffMember, actor: StaffMember) -> None:
    first = assign_role(staff, "triage", actor=actor, now=NOW)
    assert assign_role(staff, "triage", actor=actor, now=NOW) == first
    assert Entry.objects.filter(action="administer", object_id=staff.pk).count() == 1


def test_what_the_policy_keeps_apart_never_stands_together(force: Force, actor: StaffMember) -> None:
    """Every ordered pair of roles: refused if and only if one of the two names the other."""
    policy = current_policy()
    roles = [member_role for desk in policy.desks for member_role in desk.member_roles]
    roles += ["auditor", "hr_analyst", "administrator", "investigator"]
    wrong = []
    for first, second in permutations(roles, 2):
        somebody = StaffMember.objects.create(name="S", email=f"{first}.{second}@example.test")
        RoleAssignment.objects.create(staff=somebody, role=first)
        apart = second in policy.roles(first).never_with or first in policy.roles(second).never_with
        try:
            assign_role(somebody, second, actor=actor, now=NOW)
            refused = False
        except RoleRefused:
            refused = True
        if refused is not apart:
            wrong.append((first, second))
    assert wrong == []


@pytest.mark.parametrize(
    ("held", "wanted"), [("triage", "hr_analyst"), ("hr_analyst", "triage"), ("administrator", "auditor")]
)
def test_hr_administrators_and_auditors_stay_apart(
    staff: StaffMember, actor: StaffMember, held: str, wanted: str
) -> None:
    assign_role(staff, held, actor=actor, now=NOW)
    with pytest.raises(RoleRefused):
        assign_role(staff, wanted, actor=actor, now=NOW)
    assert live_roles(staff) == [held]


def test_a_role_that_ended_stands_in_no_ones_way(staff: StaffMember, actor: StaffMember) -> None:
    held = assign_role(staff, "triage", actor=actor, now=NOW)
    end_role(held, actor=actor, now=NOW)
    end_role(held, actor=actor, now=NOW + dt.timedelta(days=1))
    assert RoleAssignment.objects.get(pk=held.pk).ended_at == NOW
    assign_role(staff, "hr_analyst", actor=actor, now=NOW)
    assert live_roles(staff) == ["hr_analyst"]


@pytest.mark.parametrize("role", ["", "root", "TRIAGE", "triage\x00"])
def test_a_role_that_the_policy_does_not_know_is_refused(staff: StaffMember, actor: StaffMember, role: str) -> None:
    with pytest.raises(RoleRefused):
        assign_role(staff, role, actor=actor, now=NOW)


def test_nobody_gives_themselves_a_role(staff: StaffMember) -> None:
    with pytest.raises(RoleRefused):
        assign_role(staff, "triage", actor=staff, now=NOW)


def test_the_database_keeps_one_live_role(staff: StaffMember) -> None:
    RoleAssignment.objects.create(staff=staff, role="triage", ended_at=NOW)
    RoleAssignment.objects.create(staff=staff, role="triage")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(staff=staff, role="triage")


def test_a_member_belongs_to_the_desk_of_their_role(force: Force, staff: StaffMember) -> None:
    for code, role in (("psd", "supervisor"), ("ccu", "ccu_head"), ("outside", "lpb_member")):
        desk = desk_of(force.members[role][0])
        assert desk is not None
        assert desk.code == code
    assert desk_of(force.members["identity_custodian"][0]) is None
    assert desk_of(staff) is None


def test_the_ledger_takes_the_role_at_the_desk(force: Force, staff: StaffMember) -> None:
    assert role_at_work(staff) == ""
    RoleAssignment.objects.create(staff=staff, role="investigator")
    assert role_at_work(staff) == "investigator"
    RoleAssignment.objects.create(staff=staff, role="triage")
    assert role_at_work(staff) == "triage"


def test_every_role_of_the_policy_has_its_titles(force: Force) -> None:
    roles = {role for desk in current_policy().desks for role in desk.member_roles}
    roles |= current_policy().roles("administrator").never_with | {"administrator"}
    for role in roles:
        assert role_title(role) != role_title("unknown")
    readers = roles - {"administrator", "auditor", "hr_analyst"}  # these reach no report
    for role in readers:
        assert role_title_for_reporter(role) != role_title_for_reporter("unknown")


def test_an_unknown_role_has_a_sensible_title() -> None:
    assert role_title("chief_wizard") == "Member of staff"
    assert role_title_for_reporter("chief_wizard") == "somebody who may read your report"


def test_a_reporter_cannot_tell_counter_corruption_from_professional_standards() -> None:
    for ours, theirs in (("triage", "ccu_officer"), ("supervisor", "ccu_supervisor"), ("head_of_psd", "ccu_head")):
        assert role_title_for_reporter(ours) == role_title_for_reporter(theirs)
        assert not {"Professional", "Counter"} & set(role_title_for_reporter(theirs).replace("-", " ").split())
        assert role_title(ours) != role_title(theirs)
