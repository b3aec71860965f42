"""The next roster of a desk: a keyholder types the words of everybody whose key is new, and signs.

Source: vault.md, 'Rosters', and ADR 0019. Custodians, heads of desks and the appropriate authority need a second
keyholder: until then the roster is a proposal, which names nobody's key to anybody.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from speakup.accounts.casework import receiving_code
from speakup.accounts.epochs import signed_until_now
from speakup.accounts.fingerprints import fingerprint_words, same_words
from speakup.accounts.floor import Mark
from speakup.accounts.keyholders import (
    AUTHORITY,
    Signer,
    all_codes,
    are_enough,
    desks_that_sign,
    is_of_custodians,
    keyholder_roles,
    roles_of_desk,
)
from speakup.accounts.keyring import Keyring
from speakup.accounts.leaving import member_left
from speakup.accounts.models import Desk, PersonalKey, RoleAssignment, Roster, RosterProposal, StaffMember
from speakup.accounts.roles import role_at_work
from speakup.accounts.roster_chain import ROOT, ROSTER, RosterChains, hash_of, read_signatures, signer_of
from speakup.accounts.roster_documents import Member, RosterDocument, RosterInvalid, read_document, write_document
from speakup.accounts.rosters import hold_for_change, raise_floor_on_commit
from speakup.accounts.sessions import revoke_sessions
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import written
from speakup.policy.document import Policy
from speakup.policy.services import current_policy
from speakup.vault.encoding import canonical
from speakup.vault.errors import VaultError
from speakup.vault.personal import PublicKeys
from speakup.vault.signing import sign_with_seed, verify
from speakup.web.days import london_day

# The role in the ledger of what the officers of the quorum do together.
QUORUM = "recovery"
# Who keeps names is never alone with them, and never the only one who can vouch.
_FEWEST_CUSTODIANS = 2


class Why(StrEnum):
    """Why a change was not made."""

    NOT_YOURS = "not yours"  # no keyholder of this desk, or with a key that is on no roster yet
    SAME = "same"  # nobody comes, goes or changes
    WORDS = "words"  # the words of somebody are not those of their key
    STALE = "stale"  # the desk's roster is another one by now
    YOURSELF = "yourself"  # a keyholder changes nothing about themselves
    TOO_FEW = "too few"  # nobody could sign the next roster
    NO_ROLE = "no role"  # somebody who comes has no account, key or role for this desk
    SAME_DESK = "same desk"  # both keyholders are of one desk, and it takes two
    SIGNED = "signed"  # this person signed the proposal already
    BOTH = "both"  # somebody who comes is on a roster of the other kind: custodians read no report


class ChangeRefused(Exception):
    """The roster stays as it is. `staff_ids` are those whom the reason is about."""

    def __init__(self, why: Why, staff_ids: Collection[UUID] = ()) -> None:
        super().__init__("the roster stays as it is")
        self.why = why
        self.staff_ids = frozenset(staff_ids)


@dataclass(frozen=True)
class Changes:
    """What a next roster changes: `rekeyed` have another key or role than before, `renamed` another name or number."""

    came: tuple[Member, ...]
    went: tuple[Member, ...]
    rekeyed: tuple[Member, ...]
    renamed: tuple[Member, ...]

    @property
    def to_vouch_for(self) -> tuple[Member, ...]:
        """Those whose words a keyholder types."""
        return (*self.came, *self.rekeyed)

    @property
    def staff_ids(self) -> frozenset[UUID]:
        everybody = (*self.came, *self.went, *self.rekeyed, *self.renamed)
        return frozenset(member.staff_id for member in everybody)


def changes_between(before: Sequence[Member], after: Sequence[Member]) -> Changes:
    """Who comes, who goes, and whose entry is another; the order of members is no change."""
    then, now = {each.staff_id: each for each in before}, {each.staff_id: each for each in after}
    stayed = [(then[each.staff_id], each) for each in after if each.staff_id in then]
    rekeyed = tuple(each for old, each in stayed if (old.keys, old.role) != (each.keys, each.role))
    return Changes(
        came=tuple(each for each in after if each.staff_id not in then),
        went=tuple(each for each in before if each.staff_id not in now),
        rekeyed=rekeyed,
        renamed=tuple(each for old, each in stayed if old != each and each not in rekeyed),
    )


def signs_for(desk_code: str, actor: StaffMember, chains: RosterChains | None = None) -> Signer | None:
    """As whom the actor signs a roster of this desk; None for somebody who is no keyholder for it.

    Where the desk has keyholders of its own, those of other desks sign only what waits for them. Raises RosterInvalid
    where a roster that would say so does not verify.
    """
    policy = current_policy()
    codes = desks_that_sign(policy, desk_code)
    chains = chains or RosterChains([*codes, desk_code])
    for code in sorted(codes, key=lambda code: (code != desk_code, code)):
        roster = chains.newest(code)
        member = roster.member(actor.pk)
        if member is not None and member.role in keyholder_roles(policy, code):
            return Signer(actor.pk, code, roster.version)
    return None


def may_propose(desk_code: str, signer: Signer | None) -> bool:
    """Whether this keyholder may begin a change of the desk's roster: its own, or of the desk that it belongs to."""
    if signer is None:
        return False
    return desk_code in {signer.desk_code, AUTHORITY} or receiving_code(desk_code) == signer.desk_code


def propose_roster(
    desk: Desk,
    members: Sequence[Member],
    *,
    words_by_member: Mapping[UUID, str],
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> Roster | RosterProposal:
    """Sign `members` as the desk's next roster: the new Roster where one signature is enough, else the proposal that
    waits for the second, in place of any that waited.

    `words_by_member` is what the actor typed for everybody whose key or role is new. A new roster ends the sessions of
    everybody who came, went or changed, and the rows of who went or whose key is another. Raises ChangeRefused, and
    RosterInvalid where today's roster does not verify.
    """
    policy, chains = current_policy(), RosterChains([*desks_that_sign(current_policy(), desk.code), desk.code])
    before, signer = chains.newest(desk.code), signs_for(desk.code, actor, chains)
    if signer is None or not may_propose(desk.code, signer) or keyring.staff_id != actor.pk:
        raise ChangeRefused(Why.NOT_YOURS)
    _check_members(policy, before, members, actor)
    _check_words(changes_between(before.members, members).to_vouch_for, words_by_member)
    version = before.version + 1
    epochs = signed_until_now(desk.code, _whose_key_goes(before, members))
    document = write_document(desk.code, version, before.sha256, london_day(now), members, epochs=epochs)
    entry = _signed(
        document, signer, before if signer.desk_code == desk.code else chains.newest(signer.desk_code), keyring
    )
    signatures = canonical([entry])
    with transaction.atomic():
        _lock(desk, before.version)
        if are_enough(policy, desk.code, before.members, members, [signer]):
            return _complete(desk, before, document, signatures, actor=actor, now=now)
        RosterProposal.objects.filter(desk=desk).delete()
        proposal = RosterProposal.objects.create(
            desk=desk, proposed_by=actor, version=version, document=document, signatures=signatures
        )
        _enter(desk, proposal, actor, now)
    return proposal


def sign_proposal(
    proposal: RosterProposal,
    *,
    words_by_member: Mapping[UUID, str],
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> Roster:
    """The second keyholder's signature, with the words typed once more by them: the proposal becomes the roster.

    Raises ChangeRefused, also where the first signature no longer counts or both are of one desk where they must not
    be; and RosterInvalid as propose_roster.
    """
    desk, policy = proposal.desk, current_policy()
    chains = RosterChains([*desks_that_sign(policy, desk.code), desk.code])
    before, signer = chains.newest(desk.code), signs_for(desk.code, actor, chains)
    if signer is None or keyring.staff_id != actor.pk:
        raise ChangeRefused(Why.NOT_YOURS)
    document = bytes(proposal.document)
    after = _read_proposal(document, before)
    _check_members(policy, before, after.members, actor)
    first = read_signatures(bytes(proposal.signatures))
    if any(entry["signer"] == str(actor.pk) for entry in first):
        raise ChangeRefused(Why.SIGNED)
    _check_words(changes_between(before.members, after.members).to_vouch_for, words_by_member)
    if not are_enough(policy, desk.code, before.members, after.members, [*map(signer_of, first), signer]):
        raise ChangeRefused(Why.SAME_DESK)
    entry = _signed(document, signer, chains.newest(signer.desk_code), keyring)
    signatures = canonical([*({**one, "signature": one["signature"].hex()} for one in first), entry])
    with transaction.atomic():
        _lock(desk, before.version)
        if not RosterProposal.objects.filter(pk=proposal.pk).exists():
            raise ChangeRefused(Why.STALE)
        return _complete(desk, before, document, signatures, actor=actor, now=now)


def sign_roster_by_root(desk: Desk, members: Sequence[Member], root_seed: bytes, *, now: dt.datetime) -> Roster:
    """Sign `members` as the desk's next roster with the root's seed (32 bytes): where nobody is left who could, because
    its keyholders are gone or have keys that no roster names. The quorum heard the words of everybody themselves.

    Raises ChangeRefused, and RosterInvalid where today's roster does not verify.
    """
    before = RosterChains([desk.code]).newest(desk.code)
    if not changes_between(before.members, members).staff_ids:
        raise ChangeRefused(Why.SAME)
    epochs = signed_until_now(desk.code, _whose_key_goes(before, members))
    document = write_document(desk.code, before.version + 1, before.sha256, london_day(now), members, epochs=epochs)
    signature = sign_with_seed(root_seed, ROSTER, document)
    with transaction.atomic():
        _lock(desk, before.version)
        signatures = canonical([{"signer": ROOT, "signature": signature.hex()}])
        return _complete(desk, before, document, signatures, actor=None, now=now)


def withdraw_proposal(proposal: RosterProposal, *, actor: StaffMember, now: dt.datetime) -> None:
    """Let a proposal go: by any keyholder who could sign it. Raises ChangeRefused, RosterInvalid."""
    desk = proposal.desk
    if signs_for(desk.code, actor) is None:
        raise ChangeRefused(Why.NOT_YOURS)
    with transaction.atomic():
        Desk.objects.select_for_update().get(pk=desk.pk)
        if RosterProposal.objects.filter(pk=proposal.pk).delete()[0]:
            _enter(desk, None, actor, now)


def waiting_for(desk_code: str, members: Sequence[Member]) -> list[Member]:
    """Everybody whose key the desk's roster does not name yet and whose role is one of the desk's: as it would name
    them, with the newest key that the database has. Whether that is theirs, their words tell. Nobody who has the role
    at another desk: several have the same roles, as those of investigators do."""
    policy = current_policy()
    roles = roles_of_desk(policy, desk_code)
    held: dict[UUID, list[str]] = {}
    people: dict[UUID, StaffMember] = {}
    assigned = RoleAssignment.objects.filter(role__in=roles, ended_at=None, staff__is_active=True)
    for assignment in assigned.select_related("staff").order_by("role"):
        held.setdefault(assignment.staff_id, []).append(assignment.role)
        people[assignment.staff_id] = assignment.staff
    newest = {key.staff_id: key for key in PersonalKey.objects.filter(staff__in=people).order_by("version")}
    listed = {member.staff_id: member for member in members}
    elsewhere = _listed_elsewhere(policy, desk_code) - listed.keys() if newest.keys() - listed.keys() else frozenset()
    waiting = []
    for staff_id, key in newest.items():
        if staff_id in elsewhere:
            continue
        member = listed.get(staff_id)
        role = member.role if member is not None and member.role in held[staff_id] else held[staff_id][0]
        as_named = _named(people[staff_id], role, key, member)
        if member is None or (member.keys, member.role) != (as_named.keys, as_named.role):
            waiting.append(as_named)
    return sorted(waiting, key=lambda member: member.name)


def _listed_elsewhere(policy: Policy, desk_code: str) -> frozenset[UUID]:
    """Who is on the roster of another desk in a role that this desk has too. One that does not verify names nobody."""
    roles = roles_of_desk(policy, desk_code)
    codes = [code for code in all_codes(policy) if code != desk_code and roles & roles_of_desk(policy, code)]
    return frozenset(staff_id for staff_id, as_roles in _listed_at(codes).items() if roles & as_roles)


def _listed_at(codes: Sequence[str]) -> dict[UUID, set[str]]:
    """Everybody whom a roster of these desks names, with the roles they have there. One that does not verify names
    nobody."""
    found: dict[UUID, set[str]] = {}
    chains = RosterChains(codes)
    for code in codes:
        try:
            members = chains.newest(code).members
        except RosterInvalid:
            continue
        for member in members:
            found.setdefault(member.staff_id, set()).add(member.role)
    return found


def _named(staff: StaffMember, role: str, key: PersonalKey, listed: Member | None) -> Member:
    return Member(
        staff_id=staff.pk,
        name=staff.name,
        collar_number=listed.collar_number if listed else "",
        former_names=listed.former_names if listed else (),
        role=role,
        hpke_sha256=hashlib.sha256(bytes(key.hpke_public)).digest(),
        ed25519=bytes(key.ed25519_public),
    )


def _check_members(policy: Policy, before: RosterDocument, after: Sequence[Member], actor: StaffMember) -> None:
    changes = changes_between(before.members, after)
    if actor.pk in changes.staff_ids:
        raise ChangeRefused(Why.YOURSELF, [actor.pk])
    if not changes.staff_ids:
        raise ChangeRefused(Why.SAME)
    if not after or (is_of_custodians(policy, before.desk_code) and len(after) < _FEWEST_CUSTODIANS):
        raise ChangeRefused(Why.TOO_FEW)
    roles = roles_of_desk(policy, before.desk_code)
    assigned = RoleAssignment.objects.filter(
        staff__in=[each.staff_id for each in changes.to_vouch_for], ended_at=None, staff__is_active=True
    )
    held = set(assigned.values_list("staff_id", "role"))
    without = [
        each.staff_id
        for each in changes.to_vouch_for
        if each.role not in roles or (each.staff_id, each.role) not in held
    ]
    if without:
        raise ChangeRefused(Why.NO_ROLE, without)
    _check_kinds(policy, before.desk_code, changes.to_vouch_for)


def _check_kinds(policy: Policy, desk_code: str, members: Collection[Member]) -> None:
    """Nobody keeps names and reads what was reported: such a person would need no second one."""
    of_custodians = is_of_custodians(policy, desk_code)
    others = [code for code in all_codes(policy) if is_of_custodians(policy, code) != of_custodians]
    both = {member.staff_id for member in members} & set(_listed_at(others)) if members else ()
    if both:
        raise ChangeRefused(Why.BOTH, both)


def _check_words(members: Sequence[Member], typed: Mapping[UUID, str]) -> None:
    """Raises ChangeRefused unless what was typed for each of these are the words of the keys that the roster names."""
    stored: dict[UUID, list[PublicKeys]] = {}
    for key in PersonalKey.objects.filter(staff__in=[member.staff_id for member in members]):
        stored.setdefault(key.staff_id, []).append(PublicKeys(bytes(key.hpke_public), bytes(key.ed25519_public)))
    wrong = [
        member.staff_id
        for member in members
        if not any(
            hmac.compare_digest(public.hpke_sha256, member.hpke_sha256)
            and hmac.compare_digest(public.ed25519, member.ed25519)
            and same_words(typed.get(member.staff_id, ""), fingerprint_words(public))
            for public in stored.get(member.staff_id, [])
        )
    ]
    if wrong:
        raise ChangeRefused(Why.WORDS, wrong)


def _read_proposal(document: bytes, before: RosterDocument) -> RosterDocument:
    try:
        after = read_document(document, before.desk_code, before.version + 1)
    except RosterInvalid:
        raise ChangeRefused(Why.STALE) from None
    if after.previous != before.sha256:
        raise ChangeRefused(Why.STALE)
    return after


def _signed(document: bytes, signer: Signer, roster: RosterDocument, keyring: Keyring) -> dict[str, object]:
    """The signature as a roster keeps it, if the key in this session is the one that the keyholder's roster names."""
    signature, member = keyring.sign(ROSTER, document), roster.member(signer.staff_id)
    try:
        verify(member.ed25519 if member else b"", ROSTER, document, signature)
    except VaultError:
        raise ChangeRefused(Why.NOT_YOURS) from None
    return {
        "signer": str(signer.staff_id),
        "desk": signer.desk_code,
        "version": signer.version,
        "signature": signature.hex(),
    }


def _lock(desk: Desk, version: int) -> None:
    """One change of a desk's roster at a time. Raises ChangeRefused where another was first."""
    hold_for_change()
    Desk.objects.select_for_update().get(pk=desk.pk)
    newest = Roster.objects.filter(desk=desk).order_by("-version").values_list("version", flat=True).first()
    if newest != version:
        raise ChangeRefused(Why.STALE)


def _complete(
    desk: Desk,
    before: RosterDocument,
    document: bytes,
    signatures: bytes,
    *,
    actor: StaffMember | None,
    now: dt.datetime,
) -> Roster:
    after = read_document(document, desk.code, before.version + 1)
    _check_kinds(current_policy(), desk.code, changes_between(before.members, after.members).to_vouch_for)
    # Somebody who leaves made another key meanwhile: a roster that does not name it would close what it is on.
    if after.epochs != signed_until_now(desk.code, _whose_key_goes(before, after.members)):
        raise ChangeRefused(Why.STALE)
    roster = Roster.objects.create(
        desk=desk,
        version=before.version + 1,
        previous_hash=before.sha256,
        document=document,
        signatures=signatures,
    )
    try:
        # As everybody else will verify it: a signature that counts no more makes no roster.
        after = RosterChains([desk.code]).newest(desk.code)
    except RosterInvalid:
        raise ChangeRefused(Why.STALE) from None
    RosterProposal.objects.filter(desk=desk).delete()
    changes, going = changes_between(before.members, after.members), _whose_key_goes(before, after.members)
    revoke_sessions(changes.staff_ids, now=now)
    member_left(desk.code, going, actor=actor, now=now)
    raise_floor_on_commit({desk.code: Mark(after.version, hash_of(document))})
    _enter(desk, roster, actor, now)
    return roster


def _whose_key_goes(before: RosterDocument, after: Sequence[Member]) -> list[UUID]:
    """Who leaves, and whose key is another: what their old one opened or signed is theirs no more."""
    changes, keys = changes_between(before.members, after), {each.staff_id: each.keys for each in before.members}
    rekeyed = (each.staff_id for each in changes.rekeyed if each.keys != keys[each.staff_id])
    return [*(each.staff_id for each in changes.went), *rekeyed]


def _enter(desk: Desk, row: Roster | RosterProposal | None, actor: StaffMember | None, now: dt.datetime) -> None:
    append_entry(
        Action.ADMINISTER,
        actor_id=actor.pk if actor else None,
        role=role_at_work(actor) if actor else QUORUM,
        object_id=desk.pk,
        written=[] if row is None else [written(row, "document", "signatures")],
        now=now,
    )
