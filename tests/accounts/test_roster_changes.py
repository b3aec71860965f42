"""The next roster: who may sign it, with how many, and what comes with it (ADR 0019)."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from speakup.accounts.fingerprints import fingerprint_words
from speakup.accounts.keyholders import AUTHORITY
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import (
    Desk,
    Grant,
    PersonalKey,
    RoleAssignment,
    Roster,
    RosterProposal,
    StaffMember,
    StaffSession,
    Unlocked,
)
from speakup.accounts.roster_changes import (
    ChangeRefused,
    Why,
    changes_between,
    propose_roster,
    sign_proposal,
    waiting_for,
    withdraw_proposal,
)
from speakup.accounts.rosters import Member, RosterInvalid, casework_desks, verified_versions, verify_roster
from speakup.embedded.demonstration import Force
from speakup.ledger.actions import Action
from speakup.ledger.models import Entry
from speakup.vault.personal import new_personal_secret, public_keys
from tests.builders import MadeMember, make_member, sign_in_client

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
HEAD, SUPERVISOR = "helen.marsh@example.test", "imran.sheikh@example.test"
CCU_HEAD, CCU_SUPERVISOR = "robert.iveson@example.test", "meera.chauhan@example.test"


def joiner(role: str, name: str = "Ivy Malory") -> MadeMember:
    """Somebody with an account and the role, and on no roster."""
    made = make_member(name)
    RoleAssignment.objects.create(staff=made.staff, role=role)
    return made


def keyring_of(force: Force, email: str) -> Keyring:
    member = force.member(email)
    return Keyring(member, force.personal_secrets[member.pk])


def words_of(*made: MadeMember) -> dict[UUID, str]:
    return {each.staff.pk: " ".join(fingerprint_words(public_keys(each.secret))) for each in made}


def propose(
    force: Force, desk_code: str, by: str, members: Sequence[Member], words: dict[UUID, str] | None = None
) -> Roster | RosterProposal:
    return propose_roster(
        Desk.objects.get(code=desk_code),
        members,
        words_by_member=words or {},
        keyring=keyring_of(force, by),
        actor=force.member(by),
        now=NOW,
    )


def sign(force: Force, proposal: Roster | RosterProposal, by: str, words: dict[UUID, str] | None = None) -> Roster:
    assert isinstance(proposal, RosterProposal)
    return sign_proposal(
        proposal, words_by_member=words or {}, keyring=keyring_of(force, by), actor=force.member(by), now=NOW
    )


def with_another(desk_code: str, role: str, made: MadeMember) -> list[Member]:
    return [*verify_roster(desk_code).members, made.on_roster(role)]


def without(desk_code: str, email: str, force: Force) -> list[Member]:
    gone = StaffMember.objects.get(email=email).pk
    return [member for member in verify_roster(desk_code).members if member.staff_id != gone]


def refused(why: Why, *parts: Any) -> ChangeRefused:
    before = (list(Roster.objects.values_list("pk")), Entry.objects.count())
    with pytest.raises(ChangeRefused) as caught:
        propose(*parts)
    assert caught.value.why is why
    assert (list(Roster.objects.values_list("pk")), Entry.objects.count()) == before
    return caught.value


@pytest.mark.parametrize("by", [HEAD, SUPERVISOR])
def test_a_keyholder_adds_somebody_whose_words_they_heard(force: Force, by: str) -> None:
    ivy = joiner("triage")
    roster = propose(force, "psd", by, with_another("psd", "triage", ivy), words_of(ivy))
    assert isinstance(roster, Roster)
    verified = verify_roster("psd")
    assert (verified.version, verified.public_keys[ivy.staff.pk]) == (2, public_keys(ivy.secret).hpke)
    assert list(verified_versions("psd")) == [1, 2]
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.action, entry.actor_id, entry.object_id) == (Action.ADMINISTER, force.member(by).pk, roster.desk_id)
    assert b"Roster" in bytes(entry.written)


def test_a_third_version_follows_the_second(force: Force) -> None:
    first, second = joiner("triage"), joiner("triage", "Jack Dawe")
    propose(force, "psd", HEAD, with_another("psd", "triage", first), words_of(first))
    propose(force, "psd", SUPERVISOR, with_another("psd", "triage", second), words_of(second))
    assert verify_roster("psd").version == 3


@pytest.mark.parametrize(
    "by",
    [
        "grace.adeyemi@example.test",  # of the desk, no keyholder
        CCU_HEAD,  # a keyholder of another desk
        "patricia.lowe@example.test",
        "charlotte.okafor@example.test",
        "daniel.frost@example.test",  # the administrator
    ],
)
def test_nobody_else_may(force: Force, by: str) -> None:
    ivy = joiner("triage")
    refused(Why.NOT_YOURS, force, "psd", by, with_another("psd", "triage", ivy), words_of(ivy))


def test_a_keyholder_whose_key_is_not_the_rosters_signs_nothing(force: Force) -> None:
    """They said that somebody may know their secret, and have not come back through the roster."""
    ivy, head = joiner("triage"), force.member(HEAD)
    with pytest.raises(ChangeRefused) as caught:
        propose_roster(
            Desk.objects.get(code="psd"),
            with_another("psd", "triage", ivy),
            words_by_member=words_of(ivy),
            keyring=Keyring(head, new_personal_secret()),
            actor=head,
            now=NOW,
        )
    assert caught.value.why is Why.NOT_YOURS


@pytest.mark.parametrize(
    "spoil", [str.upper, lambda words: f"  {words.replace(' ', '   ')}\n"], ids=["upper case", "wide"]
)
def test_case_and_space_are_no_slip(force: Force, spoil: Any) -> None:
    ivy = joiner("triage")
    words = {staff_id: spoil(typed) for staff_id, typed in words_of(ivy).items()}
    assert isinstance(propose(force, "psd", HEAD, with_another("psd", "triage", ivy), words), Roster)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda words: "",
        lambda words: " ".join(words.split()[:-1]),
        lambda words: " ".join(reversed(words.split())),
        lambda words: words + " " + words.split()[0],
    ],
    ids=["none", "seven", "in another order", "nine"],
)
def test_other_words_let_nobody_in(force: Force, spoil: Any) -> None:
    ivy = joiner("triage")
    words = {staff_id: spoil(typed) for staff_id, typed in words_of(ivy).items()}
    caught = refused(Why.WORDS, force, "psd", HEAD, with_another("psd", "triage", ivy), words)
    assert caught.staff_ids == {ivy.staff.pk}


def test_the_words_are_of_the_key_that_the_roster_names(force: Force) -> None:
    """Somebody puts another key in the database: the words that the owner reads out are not that key's."""
    ivy = joiner("triage")
    heard = words_of(ivy)
    swapped = MadeMember(ivy.staff, new_personal_secret(), ivy.totp_secret)
    public = public_keys(swapped.secret)
    PersonalKey.objects.filter(staff=ivy.staff).update(hpke_public=public.hpke, ed25519_public=public.ed25519)
    refused(Why.WORDS, force, "psd", HEAD, with_another("psd", "triage", swapped), heard)
    refused(Why.WORDS, force, "psd", HEAD, with_another("psd", "triage", ivy), heard)  # nor a key that is not there


def test_who_comes_has_the_role(force: Force) -> None:
    ivy = make_member("Ivy Malory")
    refused(Why.NO_ROLE, force, "psd", HEAD, with_another("psd", "triage", ivy), words_of(ivy))
    RoleAssignment.objects.create(staff=ivy.staff, role="investigator")
    refused(Why.NO_ROLE, force, "psd", HEAD, with_another("psd", "triage", ivy), words_of(ivy))
    refused(Why.NO_ROLE, force, "psd", HEAD, with_another("psd", "investigator", ivy), words_of(ivy))


def test_nothing_new_is_no_roster(force: Force) -> None:
    refused(Why.SAME, force, "psd", HEAD, list(reversed(verify_roster("psd").members)))


def test_nobody_changes_what_stands_about_themselves(force: Force) -> None:
    refused(Why.YOURSELF, force, "psd", SUPERVISOR, without("psd", SUPERVISOR, force))
    mine = force.member(SUPERVISOR).pk
    renumbered = [
        dataclasses.replace(member, collar_number="") if member.staff_id == mine else member
        for member in verify_roster("psd").members
    ]
    refused(Why.YOURSELF, force, "psd", SUPERVISOR, renumbered)


def test_who_leaves_loses_rows_and_sessions(force: Force) -> None:
    grace = force.member("grace.adeyemi@example.test")
    sign_in_client(grace, force.personal_secrets[grace.pk], now=NOW)
    propose(force, "psd", HEAD, without("psd", "grace.adeyemi@example.test", force))
    assert grace.pk not in verify_roster("psd").staff_ids
    assert not Unlocked.objects.filter(staff=grace).exists()
    assert StaffSession.objects.get(staff=grace).revoked_at == NOW
    assert not Grant.objects.filter(staff=grace).exists()


def test_a_new_key_of_a_member_comes_with_words_and_ends_their_sessions(force: Force) -> None:
    grace = force.member("grace.adeyemi@example.test")
    secret = new_personal_secret()
    public = public_keys(secret)
    PersonalKey.objects.create(staff=grace, version=2, hpke_public=public.hpke, ed25519_public=public.ed25519)
    (waiting,) = waiting_for("psd", verify_roster("psd").members)
    assert (waiting.staff_id, waiting.collar_number, waiting.former_names) == (grace.pk, "5142", ("Grace Hughes",))
    members = [waiting if each.staff_id == grace.pk else each for each in verify_roster("psd").members]
    refused(Why.WORDS, force, "psd", HEAD, members)
    sign_in_client(grace, secret, now=NOW)
    words = {grace.pk: " ".join(fingerprint_words(public))}
    propose(force, "psd", HEAD, members, words)
    assert verify_roster("psd").public_keys[grace.pk] == public.hpke
    assert not Unlocked.objects.filter(staff=grace).exists()
    assert waiting_for("psd", verify_roster("psd").members) == []


def test_investigators_are_vouched_for_by_their_desk(force: Force) -> None:
    ivy = joiner("investigator")
    members = with_another("psd.casework", "investigator", ivy)
    refused(Why.NOT_YOURS, force, "psd.casework", CCU_HEAD, members, words_of(ivy))
    refused(Why.NOT_YOURS, force, "psd.casework", "charlotte.okafor@example.test", members, words_of(ivy))
    propose(force, "psd.casework", SUPERVISOR, members, words_of(ivy))
    assert casework_desks()[ivy.staff.pk] == "psd"


def test_two_custodians_sign(force: Force) -> None:
    ivy = joiner("identity_custodian")
    members = with_another("identity_custodians", "identity_custodian", ivy)
    proposal = propose(force, "identity_custodians", "patricia.lowe@example.test", members, words_of(ivy))
    assert isinstance(proposal, RosterProposal)
    assert verify_roster("identity_custodians").version == 1
    with pytest.raises(ChangeRefused) as caught:
        sign(force, proposal, "patricia.lowe@example.test", words_of(ivy))
    assert caught.value.why is Why.SIGNED
    with pytest.raises(ChangeRefused) as caught:
        sign(force, proposal, HEAD, words_of(ivy))
    assert caught.value.why is Why.NOT_YOURS
    with pytest.raises(ChangeRefused) as caught:
        sign(force, proposal, "amit.desai@example.test")  # without words of their own
    assert caught.value.why is Why.WORDS
    sign(force, proposal, "amit.desai@example.test", words_of(ivy))
    assert ivy.staff.pk in verify_roster("identity_custodians").staff_ids
    assert not RosterProposal.objects.exists()


def test_two_custodians_stay(force: Force) -> None:
    proposal = propose(
        force,
        "identity_custodians",
        "patricia.lowe@example.test",
        without("identity_custodians", "eleanor.fraser@example.test", force),
    )
    sign(force, proposal, "amit.desai@example.test")
    refused(
        Why.TOO_FEW,
        force,
        "identity_custodians",
        "patricia.lowe@example.test",
        without("identity_custodians", "amit.desai@example.test", force),
    )


@pytest.mark.parametrize("desk_code", ["psd", "psd.casework"])
def test_who_reads_reports_keeps_no_names(force: Force, desk_code: str) -> None:
    """Whoever held the key of a report and of its name would need no second person."""
    role = "triage" if desk_code == "psd" else "investigator"
    ivy = joiner(role)
    propose(force, desk_code, HEAD, with_another(desk_code, role, ivy), words_of(ivy))
    RoleAssignment.objects.create(staff=ivy.staff, role="identity_custodian")
    members = with_another("identity_custodians", "identity_custodian", ivy)
    parts = (force, "identity_custodians", "patricia.lowe@example.test", members, words_of(ivy))
    assert refused(Why.BOTH, *parts).staff_ids == {ivy.staff.pk}
    propose(
        force, desk_code, HEAD, [each for each in verify_roster(desk_code).members if each.staff_id != ivy.staff.pk]
    )
    assert isinstance(propose(*parts), RosterProposal)


def test_who_keeps_names_reads_no_reports(force: Force) -> None:
    patricia = force.member("patricia.lowe@example.test")
    made = MadeMember(patricia, force.personal_secrets[patricia.pk], force.totp_secrets[patricia.pk])
    RoleAssignment.objects.create(staff=patricia, role="triage")
    refused(Why.BOTH, force, "psd", HEAD, with_another("psd", "triage", made), words_of(made))


def test_who_came_to_read_reports_meanwhile_keeps_no_names(force: Force) -> None:
    """Between the first custodian's signature and the second's."""
    ivy = joiner("identity_custodian")
    RoleAssignment.objects.create(staff=ivy.staff, role="triage")
    members = with_another("identity_custodians", "identity_custodian", ivy)
    proposal = propose(force, "identity_custodians", "patricia.lowe@example.test", members, words_of(ivy))
    propose(force, "psd", HEAD, with_another("psd", "triage", ivy), words_of(ivy))
    with pytest.raises(ChangeRefused) as caught:
        sign(force, proposal, "amit.desai@example.test", words_of(ivy))
    assert caught.value.why is Why.BOTH
    assert ivy.staff.pk not in verify_roster("identity_custodians").staff_ids


def test_a_heads_key_takes_keyholders_of_two_desks(force: Force) -> None:
    ivy = joiner("head_of_psd")
    members = with_another("psd", "head_of_psd", ivy)
    proposal = propose(force, "psd", SUPERVISOR, members, words_of(ivy))
    with pytest.raises(ChangeRefused) as caught:
        sign(force, proposal, HEAD, words_of(ivy))
    assert caught.value.why is Why.SAME_DESK
    roster = sign(force, proposal, CCU_SUPERVISOR, words_of(ivy))
    assert verify_roster("psd").version == roster.version == 2


def test_a_head_who_goes_takes_one(force: Force) -> None:
    assert isinstance(propose(force, "psd", SUPERVISOR, without("psd", HEAD, force)), Roster)


def test_the_appropriate_authority_takes_keyholders_of_two_desks(force: Force) -> None:
    ivy = joiner(AUTHORITY)
    members = [ivy.on_roster(AUTHORITY)]
    refused(Why.NOT_YOURS, force, AUTHORITY, "margaret.ellison@example.test", members, words_of(ivy))
    proposal = propose(force, AUTHORITY, HEAD, members, words_of(ivy))
    with pytest.raises(ChangeRefused):
        sign(force, proposal, SUPERVISOR, words_of(ivy))
    sign(force, proposal, CCU_HEAD, words_of(ivy))
    assert verify_roster(AUTHORITY).staff_ids == {ivy.staff.pk}


def test_one_proposal_a_desk_waits_and_can_be_let_go(force: Force) -> None:
    ivy = joiner("head_of_psd")
    members = with_another("psd", "head_of_psd", ivy)
    first = propose(force, "psd", SUPERVISOR, members, words_of(ivy))
    second = propose(force, "psd", HEAD, members, words_of(ivy))
    assert [each.pk for each in RosterProposal.objects.all()] == [second.pk]
    with pytest.raises(ChangeRefused) as caught:
        sign(force, first, CCU_HEAD, words_of(ivy))
    assert caught.value.why is Why.STALE
    assert isinstance(second, RosterProposal)
    with pytest.raises(ChangeRefused):
        withdraw_proposal(second, actor=force.member("grace.adeyemi@example.test"), now=NOW)
    withdraw_proposal(second, actor=force.member(CCU_HEAD), now=NOW)
    assert not RosterProposal.objects.exists()


def test_a_proposal_is_of_the_roster_that_stood(force: Force) -> None:
    ivy, jack = joiner("head_of_psd"), joiner("triage", "Jack Dawe")
    proposal = propose(force, "psd", SUPERVISOR, with_another("psd", "head_of_psd", ivy), words_of(ivy))
    propose(force, "psd", HEAD, with_another("psd", "triage", jack), words_of(jack))
    assert not RosterProposal.objects.exists()
    with pytest.raises(ChangeRefused) as caught:
        sign(force, proposal, CCU_HEAD, words_of(ivy))
    assert caught.value.why is Why.STALE


def test_without_a_floor_nobody_signs(force: Force, settings: Any, tmp_path: Any) -> None:
    ivy = joiner("triage")
    members = with_another("psd", "triage", ivy)
    settings.ROSTER_FLOOR_FILE = tmp_path / "nowhere.json"
    with pytest.raises(RosterInvalid):
        propose(force, "psd", HEAD, members, words_of(ivy))


def test_changes_are_told_apart(force: Force) -> None:
    before = verify_roster("psd").members
    after = [
        dataclasses.replace(before[0], collar_number="1"),
        dataclasses.replace(before[1], role="triage"),
        *before[3:],
        make_member("Ivy Malory").on_roster("triage"),
    ]
    changes = changes_between(before, after)
    assert [each.name for each in changes.came] == ["Ivy Malory"]
    assert [each.name for each in changes.went] == [before[2].name]
    assert [each.staff_id for each in changes.rekeyed] == [before[1].staff_id]
    assert [each.staff_id for each in changes.renamed] == [before[0].staff_id]


def test_who_waits_has_a_role_of_the_desk_and_an_open_account(force: Force) -> None:
    ivy = joiner("triage")
    assert [each.staff_id for each in waiting_for("psd", verify_roster("psd").members)] == [ivy.staff.pk]
    assert waiting_for("ccu", verify_roster("ccu").members) == []
    StaffMember.objects.filter(pk=ivy.staff.pk).update(is_active=False)
    assert waiting_for("psd", verify_roster("psd").members) == []
