"""Public keys count only through a roster that the root signed (vault.md, 'Rosters')."""

import copy
import datetime as dt
from typing import Any

import pytest
from django.conf import settings as django_settings

from speakup.accounts.models import Desk, PersonalKey, RecoveryKey, Roster, StaffMember
from speakup.accounts.rosters import (
    RosterInvalid,
    recovery_key,
    verify_roster,
    write_recovery_key,
    write_root_roster,
)
from speakup.embedded.demonstration import Force
from speakup.vault.encoding import canonical, parse
from speakup.vault.personal import hpke_seed, new_personal_secret, public_keys
from speakup.vault.signing import new_signing_seed, sign_with_seed
from tests.builders import make_member
from tests.floors import put_on_floor, put_recovery_key_on_floor

DESKS = ("psd", "ccu", "outside", "identity_custodians")


def signed(document: dict[str, Any], seed: bytes, *, signer: str = "root") -> dict[str, bytes]:
    exact = canonical(document)
    signature = sign_with_seed(seed, "roster", exact).hex()
    return {"document": exact, "signatures": canonical([{"signer": signer, "signature": signature}])}


def replace(desk_code: str, **fields: object) -> None:
    """What somebody who can write the database does, and has never been seen to do: it stands on the floor."""
    assert Roster.objects.filter(desk__code=desk_code).update(**fields) == 1
    put_on_floor(desk_code)


def document_of(desk_code: str) -> dict[str, Any]:
    document: dict[str, Any] = parse(bytes(Roster.objects.get(desk__code=desk_code).document))
    return document


def assert_refused(desk_code: str) -> None:
    with pytest.raises(RosterInvalid):
        verify_roster(desk_code)


@pytest.mark.parametrize("desk_code", DESKS)
def test_the_forces_rosters_verify(force: Force, desk_code: str) -> None:
    roster = verify_roster(desk_code)
    assert roster.desk_code == desk_code
    assert roster.version == 1
    assert roster.inactive == frozenset()
    for member in roster.members:
        public = public_keys(force.personal_secrets[member.staff_id])
        assert roster.public_keys[member.staff_id] == public.hpke
        assert member.ed25519 == public.ed25519


def test_the_roster_names_what_matching_needs(force: Force) -> None:
    grace = next(member for member in verify_roster("psd").members if member.name == "Grace Adeyemi")
    assert (grace.collar_number, grace.former_names, grace.role) == ("5142", ("Grace Hughes",), "triage")


def test_it_takes_few_queries(force: Force, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(5):
        verify_roster("psd")


def test_a_swapped_public_key_gets_no_grant(force: Force) -> None:
    member = force.members["triage"][0]
    attackers = public_keys(new_personal_secret())
    PersonalKey.objects.filter(staff=member).update(hpke_public=attackers.hpke)
    assert_refused("psd")


def test_a_swapped_signing_key_is_refused(force: Force) -> None:
    member = force.members["triage"][0]
    PersonalKey.objects.filter(staff=member).update(ed25519_public=public_keys(new_personal_secret()).ed25519)
    assert_refused("psd")


def test_a_newer_key_beside_the_vouched_one_is_not_used(force: Force) -> None:
    member = force.members["triage"][0]
    attackers = public_keys(new_personal_secret())
    PersonalKey.objects.create(staff=member, version=2, hpke_public=attackers.hpke, ed25519_public=attackers.ed25519)
    vouched = public_keys(force.personal_secrets[member.pk]).hpke
    assert verify_roster("psd").public_keys[member.pk] == vouched


def test_a_missing_key_is_refused(force: Force) -> None:
    member = next(one for one in verify_roster("psd").members)
    StaffMember.objects.get(pk=member.staff_id).personalkey_set.update(staff=make_member().staff, version=7)
    assert_refused("psd")


def test_a_roster_with_an_extra_member_is_refused(force: Force) -> None:
    intruder = make_member("Ivy Malory")
    document = document_of("psd")
    member = intruder.on_roster("triage", collar_number="9999")
    document["members"].append(
        {
            "id": str(member.staff_id),
            "name": member.name,
            "collar_number": "9999",
            "former_names": [],
            "role": "triage",
            "hpke_sha256": member.hpke_sha256.hex(),
            "ed25519": member.ed25519.hex(),
        }
    )
    replace("psd", document=canonical(document))
    assert_refused("psd")
    replace("psd", **signed(document, new_signing_seed()))  # signed, but not by the root
    assert_refused("psd")
    replace("psd", **signed(document, force.root_seed))  # the twin: with the root's hand it is a roster
    assert intruder.staff.pk in verify_roster("psd").staff_ids


def test_another_desks_roster_is_refused(force: Force) -> None:
    other = Roster.objects.get(desk__code="ccu")
    replace("psd", document=bytes(other.document), signatures=bytes(other.signatures))
    assert_refused("psd")


def test_a_signature_for_another_purpose_is_refused(force: Force) -> None:
    document = bytes(Roster.objects.get(desk__code="psd").document)
    signature = sign_with_seed(force.root_seed, "recovery-key", document).hex()
    replace("psd", signatures=canonical([{"signer": "root", "signature": signature}]))
    assert_refused("psd")


@pytest.mark.parametrize(
    "signatures",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff\x00",
        b'[{"signature":"zz","signer":"root"}]',
        b'[{"signature":"","signer":"root"}]',
        b'[{"signature":5,"signer":"root"}]',
        b'[{"signer":"root"}]',
        b"[1,2]",
    ],
)
def test_signatures_that_are_none_are_refused(force: Force, signatures: bytes) -> None:
    replace("psd", signatures=signatures)
    assert_refused("psd")


def test_two_signatures_or_another_signer_are_refused(force: Force) -> None:
    (entry,) = parse(bytes(Roster.objects.get(desk__code="psd").signatures))
    replace("psd", signatures=canonical([entry, entry]))
    assert_refused("psd")
    replace("psd", signatures=canonical([{**entry, "signer": "head"}]))
    assert_refused("psd")


@pytest.mark.parametrize("root", [b"", b"\x00" * 31, b"\x00" * 32, None, "ab" * 32])
def test_without_the_roots_public_key_nothing_verifies(force: Force, settings: Any, root: object) -> None:
    settings.ROOT_PUBLIC_KEY = root
    assert_refused("psd")
    with pytest.raises(RosterInvalid):
        recovery_key()


def test_a_missing_setting_refuses(force: Force, settings: Any) -> None:
    del settings.ROOT_PUBLIC_KEY
    assert_refused("psd")


def test_no_roster_no_desk_no_keys(force: Force) -> None:
    assert_refused("nowhere")
    assert_refused("psd\x00")
    Roster.objects.filter(desk__code="psd").delete()
    assert_refused("psd")


def test_a_second_version_that_follows_none_is_refused_whoever_signed_it(force: Force) -> None:
    first = Roster.objects.get(desk__code="psd")
    document = {**document_of("psd"), "version": 2}
    Roster.objects.create(desk=first.desk, version=2, previous_hash=b"\x00" * 32, **signed(document, force.root_seed))
    assert_refused("psd")  # it follows no other


def _without_members(document: dict[str, Any]) -> None:
    document["members"] = []


def _repeated_member(document: dict[str, Any]) -> None:
    document["members"].append(copy.deepcopy(document["members"][0]))


def _shared_key(document: dict[str, Any]) -> None:
    document["members"][1]["hpke_sha256"] = document["members"][0]["hpke_sha256"]


def _role_of_another_desk(document: dict[str, Any]) -> None:
    document["members"][0]["role"] = "ccu_head"


def _unknown_role(document: dict[str, Any]) -> None:
    document["members"][0]["role"] = "administrator"


def _unknown_field(document: dict[str, Any]) -> None:
    document["members"][0]["note"] = ""


def _missing_field(document: dict[str, Any]) -> None:
    del document["members"][0]["former_names"]


def _id_spelt_otherwise(document: dict[str, Any]) -> None:
    document["members"][0]["id"] = document["members"][0]["id"].upper()


def _name_of_nothing(document: dict[str, Any]) -> None:
    document["members"][0]["name"] = " "


def _name_of_another_type(document: dict[str, Any]) -> None:
    document["members"][0]["name"] = 5


def _former_names_as_text(document: dict[str, Any]) -> None:
    document["members"][0]["former_names"] = "Grace"


def _short_hash(document: dict[str, Any]) -> None:
    document["members"][0]["hpke_sha256"] = document["members"][0]["hpke_sha256"][:-2]


def _version_true(document: dict[str, Any]) -> None:
    document["version"] = True


def _version_two(document: dict[str, Any]) -> None:
    document["version"] = 2


def _follows_another(document: dict[str, Any]) -> None:
    document["previous"] = "00" * 32


def _day_spelt_otherwise(document: dict[str, Any]) -> None:
    document["day"] = "20261120"


def _extra_field(document: dict[str, Any]) -> None:
    document["comment"] = ""


@pytest.mark.parametrize(
    "change",
    [
        _without_members,
        _repeated_member,
        _shared_key,
        _role_of_another_desk,
        _unknown_role,
        _unknown_field,
        _missing_field,
        _id_spelt_otherwise,
        _name_of_nothing,
        _name_of_another_type,
        _former_names_as_text,
        _short_hash,
        _version_true,
        _version_two,
        _follows_another,
        _extra_field,
        _day_spelt_otherwise,
    ],
)
def test_even_the_root_cannot_sign_what_is_no_roster(force: Force, change: Any) -> None:
    document = document_of("psd")
    replace("psd", **signed(document, force.root_seed))
    verify_roster("psd")  # the twin: unchanged, it counts
    change(document)
    replace("psd", **signed(document, force.root_seed))
    assert_refused("psd")


@pytest.mark.parametrize("exact", [b"", b"null", b"[]", b'{"a": 1}', b"\xff"])
def test_documents_that_are_not_canonical_are_refused(force: Force, exact: bytes) -> None:
    signature = sign_with_seed(force.root_seed, "roster", exact).hex()
    replace("psd", document=exact, signatures=canonical([{"signer": "root", "signature": signature}]))
    assert_refused("psd")


def test_an_error_says_nothing_of_what_was_wrong(force: Force) -> None:
    with pytest.raises(RosterInvalid) as caught:
        verify_roster("a canary")
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_who_left_is_told_apart(force: Force) -> None:
    member = force.members["triage"][1]
    StaffMember.objects.filter(pk=member.pk).update(is_active=False)
    assert verify_roster("psd").inactive == {member.pk}


def test_a_first_roster_is_written_once(force: Force) -> None:
    desk = Desk.objects.create(code="casework", kind=Desk.Kind.CASEWORK)
    member = make_member().on_roster("investigator")
    roster = write_root_roster(desk, [member], force.root_seed, day=dt.date(2026, 11, 20))
    assert (roster.version, roster.previous_hash) == (1, None)
    assert_refused("casework")  # the policy has no such desk


def test_the_recovery_key_verifies(force: Force) -> None:
    row = RecoveryKey.objects.get()
    verified = recovery_key()
    assert (verified.id, verified.public) == (row.pk, bytes(row.public))
    assert "public=" not in repr(verified)


@pytest.mark.parametrize(
    "fields",
    [
        {"public": public_keys(b"\x01" * 32).hpke},
        {"version": 9},
        {"from_day": dt.date(2020, 1, 1)},
        {"signature": b"\x00" * 64},
    ],
)
def test_a_changed_recovery_key_is_refused(force: Force, fields: dict[str, object]) -> None:
    RecoveryKey.objects.update(**fields)
    put_recovery_key_on_floor()
    with pytest.raises(RosterInvalid):
        recovery_key()


def test_a_recovery_key_of_somebody_elses_is_refused(force: Force) -> None:
    mine = public_keys(new_personal_secret()).hpke
    write_recovery_key(mine, new_signing_seed(), from_day=dt.date(2026, 1, 1), version=2)
    put_recovery_key_on_floor()
    with pytest.raises(RosterInvalid):
        recovery_key()


def test_no_recovery_key_is_refused(force: Force) -> None:
    RecoveryKey.objects.all().delete()
    with pytest.raises(RosterInvalid):
        recovery_key()


def test_the_forces_recovery_seed_opens_for_that_key(force: Force) -> None:
    assert len(force.recovery_seed) == len(hpke_seed(b"\x00" * 32))
    assert force.root_public == django_settings.ROOT_PUBLIC_KEY
