"""Whose public key is whose: signed rosters, checked against the root key and the floor at every use.

Source: vault.md, 'Rosters: whose key is whose'; ADR 0019. A row of the database proves nothing: whoever can write it
could put a key of their own there.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from speakup.accounts.casework import casework_code, receiving_code
from speakup.accounts.floor import FloorUnusable, Mark, raise_floor, read_floor
from speakup.accounts.keyholders import roles_of_desk
from speakup.accounts.models import Desk, PersonalKey, RecoveryKey, Roster, StaffMember
from speakup.accounts.roster_chain import ROOT, ROSTER, RosterChains, hash_of, verify_with_root
from speakup.accounts.roster_documents import Member, RosterDocument, RosterInvalid, write_document
from speakup.policy.document import Policy
from speakup.policy.services import current_policy
from speakup.vault.encoding import canonical
from speakup.vault.signing import sign_with_seed

__all__ = [
    "Member",
    "RosterChanged",
    "RosterInvalid",
    "VerifiedRecovery",
    "VerifiedRoster",
    "casework_desks",
    "first_marks",
    "hold_for_change",
    "hold_rosters",
    "recovery_key",
    "verified_documents",
    "verified_versions",
    "verify_roster",
    "write_recovery_key",
    "write_root_roster",
]

RECOVERY_KEY = "recovery-key"
# Any number, the same in every process: PostgreSQL's name for 'the rosters stay as they are'.
_LOCK = 0x5350_524F


class RosterChanged(RosterInvalid):
    """A roster that something was sealed by is no longer its desk's newest: it is to be sealed anew."""


@dataclass(frozen=True)
class VerifiedRoster:
    """A roster whose signature, form, roles and members' keys were right a moment ago.

    `sha256` is of the document without signatures. `inactive` are members whose account was closed, or
    who have a newer key than the one named here, which nobody opens any more: they keep a row like everybody and never
    get a real grant.
    """

    desk_code: str
    version: int
    members: tuple[Member, ...]
    sha256: bytes
    inactive: frozenset[UUID] = frozenset()
    public_keys: Mapping[UUID, bytes] = field(default_factory=dict, repr=False)

    @property
    def staff_ids(self) -> frozenset[UUID]:
        return frozenset(member.staff_id for member in self.members)


@dataclass(frozen=True)
class VerifiedRecovery:
    """The recovery quorum's public key, vouched for by the root. `id` is the target of its grants."""

    id: UUID
    public: bytes = field(repr=False)


def write_root_roster(
    desk: Desk, members: Sequence[Member], root_seed: bytes, *, day: dt.date, epochs: Collection[bytes] = ()
) -> Roster:
    """Save the desk's next roster, signed with the root's seed (32 bytes), in the caller's transaction.

    `epochs` are those of whoever leaves with it (epochs.signed_until_now).
    Version 1 in the key ceremony; a later one where a desk has lost its keyholders and the quorum names new ones.
    """
    hold_for_change()
    last = Roster.objects.filter(desk=desk).order_by("-version").first()
    version, previous = (1, None) if last is None else (last.version + 1, hash_of(bytes(last.document)))
    document = write_document(desk.code, version, previous, day, members, epochs=epochs)
    signature = sign_with_seed(root_seed, ROSTER, document)
    return Roster.objects.create(
        desk=desk,
        version=version,
        previous_hash=previous,
        document=document,
        signatures=canonical([{"signer": ROOT, "signature": signature.hex()}]),
    )


def first_marks() -> dict[str, Mark]:
    """What the first floor says: the first roster of every desk and the recovery key, as they stand now.

    For the key ceremony alone, in the transaction that wrote them. Raises ValueError where a later roster stands.
    """
    marks = {}
    for roster in Roster.objects.select_related("desk").order_by("desk__code", "version"):
        if roster.version != 1:
            raise ValueError("a first floor stands under first rosters")
        marks[roster.desk.code] = Mark(1, hash_of(bytes(roster.document)))
    newest = RecoveryKey.objects.order_by("-version").first()
    if newest is not None:
        marks[RECOVERY_KEY] = Mark(newest.version, hash_of(_recovery_document(newest)))
    return marks


def write_recovery_key(public: bytes, root_seed: bytes, *, from_day: dt.date, version: int = 1) -> RecoveryKey:
    """Save the recovery quorum's public key (1,216 bytes), signed with the root's seed. Run by the key ceremony."""
    key = RecoveryKey(version=version, public=public, from_day=from_day)
    key.signature = sign_with_seed(root_seed, RECOVERY_KEY, _recovery_document(key))
    key.save(force_insert=True)
    return key


def verify_roster(desk_code: str) -> VerifiedRoster:
    """The desk's newest roster, if its chain goes back to the root and not under the floor, if enough keyholders signed
    it, and if every member's key is the one it names.

    Read and checked anew at every call, never cached: what it is checked against may have been replaced since. The
    floor follows when the caller's transaction is committed. Raises RosterInvalid.
    """
    if "\x00" in desk_code:  # of which PostgreSQL cannot even be asked
        raise RosterInvalid
    chains = RosterChains([desk_code])
    document = chains.newest(desk_code)
    _check_roles(current_policy(), document)
    keys, replaced = _public_keys(document.members)
    active = set(
        StaffMember.objects.filter(pk__in=[member.staff_id for member in document.members], is_active=True).values_list(
            "pk", flat=True
        )
    )
    raise_floor_on_commit(chains.marks_above([desk_code]))
    return VerifiedRoster(
        desk_code=desk_code,
        version=document.version,
        members=document.members,
        sha256=document.sha256,
        inactive=frozenset(member.staff_id for member in document.members if member.staff_id not in active - replaced),
        public_keys=keys,
    )


def hold_rosters(*verified: VerifiedRoster) -> None:
    """Let no roster change until the end of the caller's transaction: the first lock in every one that writes grants.

    Without it somebody whom the next roster leaves out would be given a row after theirs had ended. `verified` are
    rosters that were verified before the transaction. Several hold them at once; whoever changes one waits for all of
    them (hold_for_change), and they for that.
    Raises RosterChanged where one of `verified` has a newer version by now, TransactionManagementError outside a
    transaction.
    """
    _lock("pg_advisory_xact_lock_shared")
    if not verified:
        return
    rows = Roster.objects.filter(desk__code__in={roster.desk_code for roster in verified}).order_by("version")
    newest = dict(rows.values_list("desk__code", "version"))
    if any(newest.get(roster.desk_code) != roster.version for roster in verified):
        raise RosterChanged


def hold_for_change() -> None:
    """One change of a roster at a time, of whatever desk, and while nobody gives anything: before any other lock.

    In the caller's transaction. Raises TransactionManagementError outside one.
    """
    _lock("pg_advisory_xact_lock")


def verified_documents(desk_code: str) -> list[RosterDocument]:
    """Every version of the desk's roster, the first first: for what was signed under an earlier one.

    Says nothing of the members' stored keys. Raises RosterInvalid where today's does not verify.
    """
    if "\x00" in desk_code:
        raise RosterInvalid
    return RosterChains([desk_code]).every(desk_code)


def verified_versions(desk_code: str) -> dict[int, tuple[Member, ...]]:
    """Who was on each version of the desk's roster, by its number. Raises RosterInvalid as verified_documents."""
    return {roster.version: roster.members for roster in verified_documents(desk_code)}


def raise_floor_on_commit(marks: Mapping[str, Mark]) -> None:
    """Raise the floor to what this transaction verified, if it is committed: what is rolled back never stood.

    A floor that cannot be written is an error in the log, and costs nobody what they have done.
    """
    if marks:
        transaction.on_commit(lambda: raise_floor(marks), robust=True)


def casework_desks() -> dict[UUID, str]:
    """The receiving desk's code for everybody whom a casework roster names; one query for the rosters.

    Says whom to offer and what to list, never what may be sealed: that is verify_roster. A roster that does not verify
    names nobody.
    """
    found: dict[UUID, str] = {}
    policy = current_policy()
    codes = sorted(casework_code(desk.id) for desk in policy.receiving_desks)
    try:
        chains = RosterChains(codes)
    except RosterInvalid:
        return found
    for code in codes:
        try:
            document = chains.newest(code)
            _check_roles(policy, document)
        except RosterInvalid:
            continue
        found |= {member.staff_id: receiving_code(code) or code for member in document.members}
    return found


def recovery_key() -> VerifiedRecovery:
    """The newest recovery key, if the root vouches for it and it is not under the floor. Raises RosterInvalid."""
    key = RecoveryKey.objects.order_by("-version").first()
    if key is None:
        raise RosterInvalid
    document = _recovery_document(key)
    verify_with_root(RECOVERY_KEY, document, bytes(key.signature))
    stands = Mark(key.version, hash_of(document))
    try:
        mark = read_floor().get(RECOVERY_KEY)
    except FloorUnusable:
        raise RosterInvalid from None
    if mark is None or mark.version < stands.version:
        raise_floor_on_commit({RECOVERY_KEY: stands})
    elif not mark.is_of(stands.version, stands.sha256):
        raise RosterInvalid
    return VerifiedRecovery(key.pk, bytes(key.public))


def _lock(function: str) -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("rosters are held until the end of a transaction")
    # An advisory lock, which takes no privilege: the reporter site's role may change no table of desks. On SQLite the
    # transaction itself is the lock: there is one writer.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_LOCK])


def _check_roles(policy: Policy, document: RosterDocument) -> None:
    roles = roles_of_desk(policy, document.desk_code)
    if any(member.role not in roles for member in document.members):
        raise RosterInvalid


def _public_keys(members: Sequence[Member]) -> tuple[dict[UUID, bytes], set[UUID]]:
    """The members' HPKE public keys (1,216 bytes each): the stored ones whose SHA-256 the roster names; and whose of
    these is not the newest one.

    Raises RosterInvalid where no stored key is that one: a swapped key gets no grant.
    """
    stored: dict[UUID, list[PersonalKey]] = {}
    for key in PersonalKey.objects.filter(staff__in=[member.staff_id for member in members]):
        stored.setdefault(key.staff_id, []).append(key)
    found: dict[UUID, bytes] = {}
    replaced: set[UUID] = set()
    for member in members:
        newest = max((key.version for key in stored.get(member.staff_id, [])), default=0)
        for key in stored.get(member.staff_id, []):
            public = bytes(key.hpke_public)
            if hmac.compare_digest(hashlib.sha256(public).digest(), member.hpke_sha256) and hmac.compare_digest(
                bytes(key.ed25519_public), member.ed25519
            ):
                found[member.staff_id] = public
                if key.version != newest:
                    replaced.add(member.staff_id)
    if len(found) != len(members):
        raise RosterInvalid
    return found, replaced


def _recovery_document(key: RecoveryKey) -> bytes:
    return canonical(
        {
            "id": str(key.pk),
            "version": key.version,
            "public": bytes(key.public).hex(),
            "from_day": key.from_day.isoformat(),
        }
    )
