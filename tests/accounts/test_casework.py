"""Investigators: on a roster of their own, of no desk, and given to cases one by one."""

import datetime as dt
from typing import Any

import pytest

from speakup.accounts.casework import CASEWORK_ROLES, casework_code, receiving_code
from speakup.accounts.matching import NamedPerson, match_members
from speakup.accounts.models import Desk, PersonalKey, RoleAssignment, Roster, StaffMember
from speakup.accounts.roles import casework_desk_of, desk_of, live_roles, role_at_work
from speakup.accounts.rosters import RosterInvalid, casework_desks, verify_roster, write_root_roster
from speakup.embedded.demonstration import Force
from speakup.policy.services import current_policy
from speakup.vault.personal import new_personal_secret, public_keys
from speakup.vault.signing import new_signing_seed
from tests.builders import make_member
from tests.floors import put_on_floor

TODAY = dt.date(2026, 11, 20)
RECEIVING = ("psd", "ccu", "outside")


def investigators(force: Force, code: str) -> set[Any]:
    return set(verify_roster(casework_code(code)).staff_ids)


def test_a_code_leads_there_and_back() -> None:
    assert casework_code("psd") == "psd.casework"
    assert receiving_code("psd.casework") == "psd"
    assert receiving_code("psd") is None


def test_each_receiving_desk_of_the_policy_has_one_and_custodians_none(force: Force) -> None:
    assert {desk.code for desk in Desk.objects.filter(kind=Desk.Kind.CASEWORK)} == {
        casework_code(desk.id) for desk in current_policy().receiving_desks
    }
    assert {code: len(investigators(force, code)) for code in RECEIVING} == {"psd": 3, "ccu": 2, "outside": 2}
    with pytest.raises(RosterInvalid):
        verify_roster(casework_code("identity_custodians"))


@pytest.mark.parametrize("code", RECEIVING)
def test_it_is_signed_and_names_investigators_alone(force: Force, code: str) -> None:
    roster = verify_roster(casework_code(code))
    assert {member.role for member in roster.members} == CASEWORK_ROLES
    for member in roster.members:
        assert roster.public_keys[member.staff_id] == public_keys(force.personal_secrets[member.staff_id]).hpke


def test_nobody_of_a_desk_is_on_its_casework_roster(force: Force) -> None:
    for code in RECEIVING:
        assert not investigators(force, code) & verify_roster(code).staff_ids


@pytest.mark.parametrize("role", ["triage", "supervisor", "head_of_psd", "", "hr_analyst"])
def test_another_role_on_it_is_refused(force: Force, role: str) -> None:
    Roster.objects.filter(desk__code="psd.casework").delete()
    desk = Desk.objects.get(code="psd.casework")
    write_root_roster(desk, [make_member("Ivy Malory").on_roster(role)], force.root_seed, day=TODAY)
    put_on_floor("psd.casework")
    with pytest.raises(RosterInvalid):
        verify_roster("psd.casework")


def test_an_investigator_on_the_desks_own_roster_is_refused(force: Force) -> None:
    Roster.objects.filter(desk__code="psd").delete()
    member = make_member("Ivy Malory").on_roster("investigator")
    write_root_roster(Desk.objects.get(code="psd"), [member], force.root_seed, day=TODAY)
    put_on_floor("psd")
    with pytest.raises(RosterInvalid):
        verify_roster("psd")


@pytest.mark.parametrize(
    "code", ["identity_custodians.casework", "nowhere.casework", ".casework", "psd.casework.casework"]
)
def test_casework_belongs_to_a_desk_that_receives(force: Force, code: str) -> None:
    desk = Desk.objects.create(code=code, kind=Desk.Kind.CASEWORK)
    write_root_roster(desk, [make_member("Ivy Malory").on_roster("investigator")], force.root_seed, day=TODAY)
    with pytest.raises(RosterInvalid):
        verify_roster(code)
    assert code not in casework_desks().values()


def test_a_roster_of_another_desk_put_there_is_refused(force: Force) -> None:
    other = Roster.objects.get(desk__code="ccu.casework")
    Roster.objects.filter(desk__code="psd.casework").update(document=other.document, signatures=other.signatures)
    put_on_floor("psd.casework")
    with pytest.raises(RosterInvalid):
        verify_roster("psd.casework")


def test_a_swapped_key_gets_no_case(force: Force) -> None:
    attackers = public_keys(new_personal_secret())
    PersonalKey.objects.filter(staff=force.members["investigator"][0]).update(hpke_public=attackers.hpke)
    with pytest.raises(RosterInvalid):
        verify_roster("psd.casework")


def test_an_investigator_is_of_no_desk_and_works_as_investigator(force: Force) -> None:
    for member in force.members["investigator"]:
        assert desk_of(member) is None
        assert role_at_work(member) == "investigator"
        assert live_roles(member) == ["investigator"]


def test_the_casework_desk_is_the_one_whose_roster_names_them(force: Force) -> None:
    for code in RECEIVING:
        for staff_id in investigators(force, code):
            assert casework_desk_of(StaffMember.objects.get(pk=staff_id)) == code
    for role in ("head_of_psd", "identity_custodian", "appropriate_authority"):
        assert casework_desk_of(force.members[role][0]) is None


def test_a_role_alone_puts_nobody_on_a_roster(force: Force) -> None:
    """Whoever can write the database can write a role; only the root's roster names investigators."""
    intruder = make_member("Ivy Malory").staff
    RoleAssignment.objects.create(staff=intruder, role="investigator")
    assert casework_desk_of(intruder) is None


def test_a_roster_that_the_root_did_not_sign_names_nobody(force: Force) -> None:
    intruder = make_member("Ivy Malory")
    Roster.objects.filter(desk__code="psd.casework").delete()
    desk = Desk.objects.get(code="psd.casework")
    write_root_roster(desk, [intruder.on_roster("investigator")], new_signing_seed(), day=TODAY)
    put_on_floor("psd.casework")
    assert casework_desk_of(intruder.staff) is None
    assert set(casework_desks().values()) == {"ccu", "outside"}


def test_everybodys_casework_desk_takes_one_query_for_the_rosters(
    force: Force, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(1 + len(RECEIVING)):  # and the policy, for each roster read
        assert len(casework_desks()) == 7


@pytest.mark.parametrize("typed", ["Charlotte Okafor", "DC Okafor", "Charlotte Dunne", "Dunn", "4417"])
def test_an_investigator_who_may_be_meant_is_found(force: Force, typed: str) -> None:
    charlotte = force.member("charlotte.okafor@example.test")
    assert match_members([NamedPerson(typed)], verify_roster("psd.casework")) == {charlotte.pk}


def test_an_investigator_named_in_what_was_told_is_found(force: Force) -> None:
    gareth = force.member("gareth.llewellyn@example.test")
    told = "It was in the van after the night shift, and Llewellyn was the one who laughed about it the loudest of them"
    assert match_members([], verify_roster("psd.casework"), prose=[told]) == {gareth.pk}
