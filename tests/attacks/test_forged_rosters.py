"""Whoever can write the database, and holds keys that once counted, makes no roster (vault.md, 'Rosters').

The attacker writes any row and, in some of these, signs with the true key of somebody who left, of one custodian, or
of a keyholder acting alone. The floor file and the root's public key are out of reach.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from speakup.accounts.floor import Mark, read_floor
from speakup.accounts.keyholders import AUTHORITY
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import Desk, Roster
from speakup.accounts.roster_chain import ROSTER, hash_of
from speakup.accounts.roster_documents import Member, write_document
from speakup.accounts.rosters import RosterInvalid, casework_desks, verify_roster, write_root_roster
from speakup.embedded.demonstration import Force
from speakup.reporting.models import Report
from speakup.reporting.questions import CHECK
from speakup.vault.encoding import canonical
from speakup.vault.signing import new_signing_seed
from tests.attacks.travelling import TYPED, ReporterBrowser, fill_in, step
from tests.builders import MadeMember, make_member
from tests.floors import floor_file, forget_floor_of, put_on_floor

DAY = dt.date(2026, 11, 20)
HEAD, SUPERVISOR = "helen.marsh@example.test", "imran.sheikh@example.test"
CCU_HEAD = "robert.iveson@example.test"
CUSTODIAN, OTHER_CUSTODIAN = "patricia.lowe@example.test", "amit.desai@example.test"
# Who signs: an address, the desk and the version of its roster that they name.
Signature = tuple[str, str, int]


@pytest.fixture
def mallory(force: Force) -> MadeMember:
    return make_member("Ivy Malory")


def write(force: Force, desk_code: str, members: Iterable[Member], *signatures: Signature) -> Roster:
    """The next version, straight into the database, signed with these people's true keys."""
    last = Roster.objects.filter(desk__code=desk_code).order_by("-version")[0]
    previous = hash_of(bytes(last.document))
    document = write_document(desk_code, last.version + 1, previous, DAY, list(members))
    return Roster.objects.create(
        desk=last.desk,
        version=last.version + 1,
        previous_hash=previous,
        document=document,
        signatures=canonical([_signed(force, document, *each) for each in signatures]),
    )


def _signed(force: Force, document: bytes, email: str, desk: str, version: int) -> dict[str, Any]:
    member = force.member(email)
    signature = Keyring(member, force.personal_secrets[member.pk]).sign(ROSTER, document)
    return {"signer": str(member.pk), "desk": desk, "version": version, "signature": signature.hex()}


def members(desk_code: str) -> tuple[Member, ...]:
    return verify_roster(desk_code).members


def without(force: Force, email: str, desk_code: str) -> list[Member]:
    return [each for each in members(desk_code) if each.staff_id != force.member(email).pk]


def refused(desk_code: str) -> bool:
    try:
        verify_roster(desk_code)
    except RosterInvalid:
        return True
    return False


# ---- signatures that are not enough


# desk, role of who comes, who signs, and with whom it would have been enough
NOT_ENOUGH: dict[str, tuple[str, str, Sequence[Signature], Sequence[Signature]]] = {
    "nobody who holds a key": (
        "psd",
        "triage",
        [("grace.adeyemi@example.test", "psd", 1)],
        [(HEAD, "psd", 1)],
    ),
    "a keyholder of another desk": ("psd", "triage", [(CCU_HEAD, "ccu", 1)], [(SUPERVISOR, "psd", 1)]),
    "as if of this desk": ("psd", "triage", [(CCU_HEAD, "psd", 1)], [(SUPERVISOR, "psd", 1)]),
    "one custodian alone": (
        "identity_custodians",
        "identity_custodian",
        [(CUSTODIAN, "identity_custodians", 1)],
        [(CUSTODIAN, "identity_custodians", 1), (OTHER_CUSTODIAN, "identity_custodians", 1)],
    ),
    "one custodian twice": (
        "identity_custodians",
        "identity_custodian",
        [(CUSTODIAN, "identity_custodians", 1), (CUSTODIAN, "identity_custodians", 1)],
        [(CUSTODIAN, "identity_custodians", 1), (OTHER_CUSTODIAN, "identity_custodians", 1)],
    ),
    "custodians and the head of a desk": (
        "identity_custodians",
        "identity_custodian",
        [(CUSTODIAN, "identity_custodians", 1), (HEAD, "psd", 1)],
        [(CUSTODIAN, "identity_custodians", 1), (OTHER_CUSTODIAN, "identity_custodians", 1)],
    ),
    "a head's key with one": (
        "psd",
        "head_of_psd",
        [(SUPERVISOR, "psd", 1)],
        [(SUPERVISOR, "psd", 1), (CCU_HEAD, "ccu", 1)],
    ),
    "a head's key with two of the same desk": (
        "psd",
        "head_of_psd",
        [(SUPERVISOR, "psd", 1), (HEAD, "psd", 1)],
        [(SUPERVISOR, "psd", 1), (CCU_HEAD, "ccu", 1)],
    ),
    "a head's key with two of other desks": (
        "psd",
        "head_of_psd",
        [("ruth.abrahams@example.test", "outside", 1), (CCU_HEAD, "ccu", 1)],
        [(SUPERVISOR, "psd", 1), (CCU_HEAD, "ccu", 1)],
    ),
    "the authority's key with two of one desk": (
        AUTHORITY,
        AUTHORITY,
        [(SUPERVISOR, "psd", 1), (HEAD, "psd", 1)],
        [(SUPERVISOR, "psd", 1), (CCU_HEAD, "ccu", 1)],
    ),
    "the authority's key by the authority": (
        AUTHORITY,
        AUTHORITY,
        [("margaret.ellison@example.test", AUTHORITY, 1)],
        [(SUPERVISOR, "psd", 1), (CCU_HEAD, "ccu", 1)],
    ),
    "an investigator by an investigator": (
        "psd.casework",
        "investigator",
        [("charlotte.okafor@example.test", "psd.casework", 1)],
        [(HEAD, "psd", 1)],
    ),
    "an investigator by another desk's head": (
        "psd.casework",
        "investigator",
        [(CCU_HEAD, "ccu", 1)],
        [(HEAD, "psd", 1)],
    ),
    "nobody": ("psd", "triage", [], [(HEAD, "psd", 1)]),
}


@pytest.mark.parametrize("name", NOT_ENOUGH)
def test_too_few_or_the_wrong_keyholders_make_no_roster(force: Force, mallory: MadeMember, name: str) -> None:
    desk_code, role, attempt, enough = NOT_ENOUGH[name]
    after = [*members(desk_code), mallory.on_roster(role)]
    forged = write(force, desk_code, after, *attempt)
    assert refused(desk_code)
    forged.delete()
    write(force, desk_code, after, *enough)  # the twin: with these it is one
    assert mallory.staff.pk in verify_roster(desk_code).staff_ids


@pytest.mark.parametrize(
    "change",
    [
        {"signature": "00" * 64},
        {"version": 2},
        {"version": 0},
        {"desk": "nowhere"},
        {"desk": "psd\x00"},
        {"signer": "root"},
        {"signer": "00000000-0000-4000-8000-000000000000"},
    ],
    ids=str,
)
def test_a_signature_that_is_not_what_it_says_is_none(
    force: Force, mallory: MadeMember, change: dict[str, Any]
) -> None:
    forged = write(force, "psd", [*members("psd"), mallory.on_roster("triage")], (HEAD, "psd", 1))
    good = _signed(force, bytes(forged.document), HEAD, "psd", 1)
    assert not refused("psd")
    Roster.objects.filter(pk=forged.pk).update(signatures=canonical([good | change]))
    assert refused("psd")


def test_a_signature_of_another_roster_is_none(force: Force, mallory: MadeMember) -> None:
    """The head's true signature, of a roster without the stranger."""
    written = write(force, "psd", without(force, "grace.adeyemi@example.test", "psd"), (HEAD, "psd", 1))
    signatures = bytes(written.signatures)
    written.delete()
    forged = write(force, "psd", [*members("psd"), mallory.on_roster("triage")], (HEAD, "psd", 1))
    Roster.objects.filter(pk=forged.pk).update(signatures=signatures)
    assert refused("psd")


def test_rosters_that_vouch_for_each_other_are_none(force: Force, mallory: MadeMember) -> None:
    """Two strangers, each head by the roster that the other signs."""
    other = make_member("Jack Dawe")
    strangers = {"psd": (mallory, "head_of_psd"), "ccu": (other, "ccu_head")}
    for code, (stranger, role) in strangers.items():
        write(force, code, [*members(code), stranger.on_roster(role)])
    for code, signer_code in (("psd", "ccu"), ("ccu", "psd")):
        row, signer = Roster.objects.get(desk__code=code, version=2), strangers[signer_code][0]
        signature = Keyring(signer.staff, signer.secret).sign(ROSTER, bytes(row.document)).hex()
        entry = {"signer": str(signer.staff.pk), "desk": signer_code, "version": 2, "signature": signature}
        Roster.objects.filter(pk=row.pk).update(signatures=canonical([entry]))
    assert refused("psd")
    assert refused("ccu")


# ---- somebody who left


def test_a_former_keyholder_signs_nothing_any_more(force: Force, mallory: MadeMember) -> None:
    before = members("psd")
    write(force, "psd", without(force, SUPERVISOR, "psd"), (HEAD, "psd", 1))
    forged = write(force, "psd", [*before, mallory.on_roster("triage")], (SUPERVISOR, "psd", 2))
    assert refused("psd")
    Roster.objects.filter(pk=forged.pk).update(
        signatures=canonical([_signed(force, bytes(forged.document), SUPERVISOR, "psd", 1)])
    )
    assert refused("psd")


def test_a_former_keyholder_forks_nothing(force: Force, mallory: MadeMember) -> None:
    """In place of the roster that named them no more, one of the same version that does: the floor knows the other."""
    before = members("psd")
    true = write(force, "psd", without(force, SUPERVISOR, "psd"), (HEAD, "psd", 1))
    put_on_floor("psd")
    true.delete()
    write(force, "psd", [*before, mallory.on_roster("triage")], (SUPERVISOR, "psd", 1))
    assert refused("psd")
    put_on_floor("psd", 1)  # the twin: a floor that never heard of the true one takes the fork
    assert mallory.staff.pk in verify_roster("psd").staff_ids


def test_a_longer_fork_is_no_better(force: Force, mallory: MadeMember) -> None:
    before = members("psd")
    true = write(force, "psd", without(force, SUPERVISOR, "psd"), (HEAD, "psd", 1))
    put_on_floor("psd")
    true.delete()
    for version in (1, 2, 3):
        after = [*before, make_member(f"Stranger {version}").on_roster("triage")]
        write(force, "psd", after, (SUPERVISOR, "psd", version))
    assert refused("psd")


def test_a_former_keyholder_of_the_desk_vouches_for_no_investigator(force: Force, mallory: MadeMember) -> None:
    """They name the version of their desk that listed them, which is true: today's does not."""
    write(force, "psd", without(force, SUPERVISOR, "psd"), (HEAD, "psd", 1))
    forged = write(
        force, "psd.casework", [*members("psd.casework"), mallory.on_roster("investigator")], (SUPERVISOR, "psd", 1)
    )
    assert refused("psd.casework")
    assert mallory.staff.pk not in casework_desks()
    Roster.objects.filter(desk__code="psd", version=2).delete()  # the twin: had they not left, it would stand
    assert not refused("psd.casework")
    assert forged.version == 2


def test_a_former_keyholder_of_another_desk_vouches_for_no_head(force: Force, mallory: MadeMember) -> None:
    write(force, "ccu", without(force, "meera.chauhan@example.test", "ccu"), (CCU_HEAD, "ccu", 1))
    after = [*members("psd"), mallory.on_roster("head_of_psd")]
    forged = write(force, "psd", after, (SUPERVISOR, "psd", 1), ("meera.chauhan@example.test", "ccu", 1))
    assert refused("psd")
    forged.delete()
    write(force, "psd", after, (SUPERVISOR, "psd", 1), (CCU_HEAD, "ccu", 2))
    assert not refused("psd")


def test_what_somebody_signed_before_they_left_stands(force: Force) -> None:
    """A host that looked last before both: the chain goes on from whom they let in."""
    write(force, "psd", without(force, "grace.adeyemi@example.test", "psd"), (SUPERVISOR, "psd", 1))
    write(force, "psd", without(force, SUPERVISOR, "psd"), (HEAD, "psd", 2))
    assert verify_roster("psd").version == 3


# ---- rolled back


def test_a_rolled_back_roster_is_refused(force: Force) -> None:
    """Somebody who left, back by deleting the roster that named them no more."""
    newer = write(force, "psd", without(force, SUPERVISOR, "psd"), (HEAD, "psd", 1))
    put_on_floor("psd")
    newer.delete()
    assert refused("psd")
    put_on_floor("psd", 1)  # the twin
    assert force.member(SUPERVISOR).pk in verify_roster("psd").staff_ids


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_missing_in_between_is_refused(force: Force, version: int) -> None:
    write(force, "psd", without(force, SUPERVISOR, "psd"), (HEAD, "psd", 1))
    write(force, "psd", without(force, "grace.adeyemi@example.test", "psd"), (HEAD, "psd", 2))
    Roster.objects.filter(desk__code="psd", version=version).delete()
    assert refused("psd")


def test_a_roster_that_the_root_signs_in_another_database_is_under_the_floor(force: Force, mallory: MadeMember) -> None:
    """Version 1 signed by the root once more, with the stranger on it: not what the floor names."""
    Roster.objects.filter(desk__code="psd").delete()
    desk = Desk.objects.get(code="psd")
    write_root_roster(desk, [mallory.on_roster("head_of_psd")], force.root_seed, day=DAY)
    assert refused("psd")
    forget_floor_of("psd")  # the twin
    assert verify_roster("psd").staff_ids == {mallory.staff.pk}


def test_the_root_names_new_keyholders_where_none_are_left(force: Force, mallory: MadeMember) -> None:
    desk, after = Desk.objects.get(code="psd"), [*members("psd"), mallory.on_roster("head_of_psd")]
    write_root_roster(desk, after, new_signing_seed(), day=DAY)
    assert refused("psd")
    Roster.objects.filter(desk=desk, version=2).delete()
    write_root_roster(desk, after, force.root_seed, day=DAY)
    assert verify_roster("psd").version == 2


def test_the_first_rosters_signature_is_looked_at_under_a_high_floor(force: Force) -> None:
    """Every version before the floor is tied to it and to the root, by the first look of each process."""
    write(force, "psd", without(force, SUPERVISOR, "psd"), (HEAD, "psd", 1))
    put_on_floor("psd")
    Roster.objects.filter(desk__code="psd", version=1).update(signatures=canonical([]))
    assert refused("psd")


# ---- the floor itself


def _gone() -> None:
    floor_file().unlink()


def _empty() -> None:
    floor_file().write_bytes(b"")


def _no_document() -> None:
    floor_file().write_text('{"psd": [1, "00"]}')


def _of_zero() -> None:
    floor_file().write_bytes(canonical({"psd": [0, "00" * 32]}))


@pytest.mark.parametrize("spoil", [_gone, _empty, _no_document, _of_zero])
def test_without_a_floor_intake_closes_and_nothing_is_stored(force: Force, spoil: Any) -> None:
    reporter = ReporterBrowser()
    fill_in(reporter, {**TYPED, "kept out": ""})
    spoil()
    answer = reporter.post(step(CHECK), act="send")
    assert answer.status_code == 503
    assert answer.context["problem"] == "closed"
    assert not Report.objects.exists()


def test_a_forged_roster_closes_intake(force: Force, mallory: MadeMember) -> None:
    reporter = ReporterBrowser()
    fill_in(reporter, {**TYPED, "kept out": ""})
    write(force, "psd", [*members("psd"), mallory.on_roster("triage")], (CCU_HEAD, "ccu", 1))
    assert reporter.post(step(CHECK), act="send").status_code == 503
    assert not Report.objects.exists()


def test_the_floor_was_where_the_ceremony_put_it(force: Force) -> None:
    floor = read_floor()
    for roster in Roster.objects.select_related("desk"):
        assert floor[roster.desk.code] == Mark(1, hash_of(bytes(roster.document)))
