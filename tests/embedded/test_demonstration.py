import datetime as dt
import hashlib
from collections import Counter
from itertools import pairwise

import pytest
from django.conf import settings

from speakup.accounts.casework import receiving_code
from speakup.accounts.models import Desk, PersonalSecret, RoleAssignment, SealedTotp, StaffMember
from speakup.accounts.rosters import recovery_key, verify_roster
from speakup.culture.metrics_keys import private_seed, verified_key
from speakup.culture.models import MetricsKey
from speakup.culture.periods import quarter_of
from speakup.embedded.cast import EVERYBODY, PASSPHRASE
from speakup.embedded.demonstration import Force, force_exists, seed_force, who_can_sign_in
from speakup.policy.services import current_policy
from speakup.vault.envelope import public_from_seed
from speakup.vault.personal import public_keys, unwrap_personal_secret
from speakup.vault.staff_site import open_totp

pytestmark = pytest.mark.django_db


def test_every_desk_of_the_policy_has_a_roster_that_verifies(force: Force) -> None:
    rosters = {desk.id: verify_roster(desk.id) for desk in current_policy().desks}
    assert {code: len(roster.members) for code, roster in rosters.items()} == {
        "psd": 5,
        "ccu": 5,
        "outside": 5,
        "identity_custodians": 3,
    }
    rosters |= {desk.code: verify_roster(desk.code) for desk in Desk.objects.filter(kind=Desk.Kind.CASEWORK)}
    assert len(rosters) == 7
    for roster in rosters.values():
        for member in roster.members:
            assert hashlib.sha256(roster.public_keys[member.staff_id]).digest() == member.hpke_sha256


def test_the_roles_are_those_the_pages_need(force: Force) -> None:
    assert {role: len(members) for role, members in force.members.items()} == {
        "head_of_psd": 1,
        "supervisor": 1,
        "triage": 3,
        "ccu_head": 1,
        "ccu_supervisor": 1,
        "ccu_officer": 3,
        "independent_head": 1,
        "independent_member": 2,
        "lpb_head": 1,
        "lpb_member": 1,
        "identity_custodian": 3,
        "investigator": 7,
        "appropriate_authority": 1,
        "hr_analyst": 1,
        "auditor": 1,
        "administrator": 1,
    }


def test_nobody_holds_two_roles_or_works_at_two_desks(force: Force) -> None:
    held = Counter(RoleAssignment.objects.values_list("staff_id", flat=True))
    assert set(held.values()) == {1}
    rostered = Counter(member.staff_id for desk in Desk.objects.all() for member in verify_roster(desk.code).members)
    without_a_desk = {force.members[role][0].pk for role in ("hr_analyst", "auditor", "administrator")}
    assert rostered == Counter(set(StaffMember.objects.values_list("pk", flat=True)) - without_a_desk)


def test_the_passphrase_opens_every_personal_secret(force: Force) -> None:
    secrets = PersonalSecret.objects.select_related("personal_key")
    assert secrets.count() == 29
    for row in secrets.order_by("?")[:3]:
        key = row.personal_key
        secret = unwrap_personal_secret(bytes(row.sealed), PASSPHRASE, bytes(row.salt), key.staff_id, key.version)
        assert secret == force.personal_secrets[key.staff_id]
        assert public_keys(secret).hpke == bytes(key.hpke_public)


def test_every_member_has_a_device_whose_secret_is_sealed(force: Force) -> None:
    for device in SealedTotp.objects.all():
        secret = open_totp(settings.STAFF_SECRET, device.user_id, device.id, bytes(device.sealed))
        assert secret == force.totp_secrets[device.user_id]
        assert secret not in bytes(device.sealed)
        assert device.confirmed
    assert len(set(force.totp_secrets.values())) == 29


def test_the_recovery_key_is_the_one_the_quorum_can_open(force: Force) -> None:
    assert recovery_key().public == public_from_seed(force.recovery_seed)


def test_the_statistics_have_keys_whose_private_halves_are_files(force: Force) -> None:
    day = dt.datetime.now(dt.UTC).date()
    period = MetricsKey.objects.get(period=quarter_of(day).code).period
    assert public_from_seed(private_seed(period)) == verified_key(period).public


def test_nobodys_address_can_exist_and_none_is_used_twice() -> None:
    addresses = [person.email for person in EVERYBODY]
    assert all(address.isascii() and address.endswith("@example.test") for address in addresses)
    assert len(set(addresses)) == len(addresses)
    numbers = [person.collar_number for person in EVERYBODY if person.collar_number]
    assert len(set(numbers)) == len(numbers)


def test_supervisors_are_of_the_same_desk(force: Force) -> None:
    desk_of = {
        member.staff_id: receiving_code(desk.code) or desk.code
        for desk in Desk.objects.all()
        for member in verify_roster(desk.code).members
    }
    supervised = StaffMember.objects.exclude(supervisor=None)
    assert supervised.count() == 18
    for member in supervised:
        assert member.supervisor_id is not None
        assert desk_of[member.supervisor_id] == desk_of[member.pk]


def test_a_force_is_seeded_once(force: Force) -> None:
    assert force_exists()
    with pytest.raises(ValueError, match="a force exists"):
        seed_force()
    assert StaffMember.objects.count() == 29


def test_the_table_lists_everybody_heads_first_desk_by_desk(force: Force) -> None:
    people = who_can_sign_in()
    assert len(people) == 29
    assert (people[0].email, people[0].role, people[0].desk) == (
        "helen.marsh@example.test",
        "Head of Professional Standards",
        "Professional Standards",
    )
    desks = [*(desk.name for desk in current_policy().desks), ""]
    assert all(desks.index(one.desk) <= desks.index(other.desk) for one, other in pairwise(people))
    assert [(one.name, one.role, one.desk) for one in people if not one.desk] == [
        ("Daniel Frost", "Administrator", ""),
        ("Joanna Whitfield", "HR analyst", ""),
        ("Margaret Ellison", "Appropriate authority", ""),
        ("Priya Raman", "Auditor", ""),
    ]


def test_the_table_lists_a_desks_investigators_after_its_members(force: Force) -> None:
    for name, members in (("Professional Standards", 5), ("Counter-Corruption", 5)):
        roles = [one.role for one in who_can_sign_in() if one.desk == name]
        assert "Investigator" not in roles[:members]
        assert set(roles[members:]) == {"Investigator"}


def test_the_table_leaves_out_who_left(force: Force) -> None:
    StaffMember.objects.filter(email="helen.marsh@example.test").update(is_active=False)
    RoleAssignment.objects.filter(staff__email="imran.sheikh@example.test").update(ended_at=dt.datetime.now(dt.UTC))
    assert {"helen.marsh@example.test", "imran.sheikh@example.test"}.isdisjoint(one.email for one in who_can_sign_in())


def test_the_secrets_of_a_force_are_not_shown(force: Force) -> None:
    shown = repr(force)
    assert force.root_seed.hex() not in shown
    assert repr(force.root_seed) not in shown
    assert not any(repr(secret) in shown for secret in force.totp_secrets.values())
