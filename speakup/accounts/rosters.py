"""Whose public key is whose: signed rosters, checked against the root key at every use.

Source: vault.md, 'Rosters: whose key is whose'. A row of the database proves nothing: whoever can write it could
put a key of their own there. In this version of the product a desk has one roster, version 1, signed by the root.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings

from speakup.accounts.casework import CASEWORK_ROLES, receiving_code
from speakup.accounts.models import Desk, PersonalKey, RecoveryKey, Roster, StaffMember
from speakup.policy.services import current_policy
from speakup.vault.encoding import canonical, parse
from speakup.vault.signing import sign_with_seed, verify

ROSTER = "roster"
RECOVERY_KEY = "recovery-key"
ROOT = "root"
_ROOT_KEY_SIZE = 32
_MEMBER_FIELDS = {"id", "name", "collar_number", "former_names", "role", "hpke_sha256", "ed25519"}
_ROSTER_FIELDS = {"desk", "version", "previous", "members"}


class RosterInvalid(Exception):
    """No key may be used: a roster, the recovery key or a member's key is missing, changed or not vouched for.

    Says nothing about which: the ledger and the operator's check do.
    """

    def __init__(self, *_: object) -> None:
        super().__init__("the roster cannot be used")


@dataclass(frozen=True)
class Member:
    """Somebody of a desk as its roster names them. `hpke_sha256` and `ed25519` are 32 bytes each."""

    staff_id: UUID
    name: str
    collar_number: str
    former_names: tuple[str, ...]
    role: str
    hpke_sha256: bytes
    ed25519: bytes


@dataclass(frozen=True)
class VerifiedRoster:
    """A roster whose signature, form, roles and members' keys were right a moment ago.

    `sha256` is of the document without signatures. `inactive` are members whose account was closed: they keep a
    row like everybody and never get a real grant.
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


def write_first_roster(desk: Desk, members: Sequence[Member], root_seed: bytes) -> Roster:
    """Save version 1 of a desk's roster, signed with the root's seed (32 bytes). Run by the key ceremony."""
    document = canonical(
        {
            "desk": desk.code,
            "version": 1,
            "previous": None,
            "members": [_member_document(member) for member in members],
        }
    )
    signature = sign_with_seed(root_seed, ROSTER, document)
    return Roster.objects.create(
        desk=desk,
        version=1,
        previous_hash=None,
        document=document,
        signatures=canonical([{"signer": ROOT, "signature": signature.hex()}]),
    )


def write_recovery_key(public: bytes, root_seed: bytes, *, from_day: dt.date, version: int = 1) -> RecoveryKey:
    """Save the recovery quorum's public key (1,216 bytes), signed with the root's seed. Run by the key ceremony."""
    key = RecoveryKey(version=version, public=public, from_day=from_day)
    key.signature = sign_with_seed(root_seed, RECOVERY_KEY, _recovery_document(key))
    key.save(force_insert=True)
    return key


def verify_roster(desk_code: str) -> VerifiedRoster:
    """The desk's roster, if and only if the root vouches for it and every member's key is the one it names.

    Read and checked anew at every call, never cached: what it is checked against may have been replaced since.
    Raises RosterInvalid.
    """
    if "\x00" in desk_code:  # of which PostgreSQL cannot even be asked
        raise RosterInvalid
    rosters = list(Roster.objects.filter(desk__code=desk_code).order_by("version")[:2])
    if len(rosters) != 1 or rosters[0].version != 1:
        raise RosterInvalid
    document, signatures = bytes(rosters[0].document), bytes(rosters[0].signatures)
    _check_root_signature(document, signatures)
    members = _read_roster(document, desk_code)
    keys = _public_keys(members)
    active = set(
        StaffMember.objects.filter(pk__in=[member.staff_id for member in members], is_active=True).values_list(
            "pk", flat=True
        )
    )
    return VerifiedRoster(
        desk_code=desk_code,
        version=1,
        members=members,
        sha256=hashlib.sha256(document).digest(),
        inactive=frozenset(member.staff_id for member in members if member.staff_id not in active),
        public_keys=keys,
    )


def casework_desks() -> dict[UUID, str]:
    """The receiving desk's code for everybody whom a casework roster names; one query for the rosters.

    Says whom to offer and what to list, never what may be sealed: that is verify_roster. A roster that the root does
    not vouch for names nobody.
    """
    found: dict[UUID, str] = {}
    rosters = Roster.objects.filter(desk__kind=Desk.Kind.CASEWORK).select_related("desk")
    for roster in rosters.order_by("desk__code", "version"):
        code, document = roster.desk.code, bytes(roster.document)
        try:
            _check_root_signature(document, bytes(roster.signatures))
            members = _read_roster(document, code)
        except RosterInvalid:
            continue
        found |= {member.staff_id: receiving_code(code) or code for member in members}
    return found


def recovery_key() -> VerifiedRecovery:
    """The newest recovery key, if the root vouches for it. Raises RosterInvalid."""
    key = RecoveryKey.objects.order_by("-version").first()
    if key is None:
        raise RosterInvalid
    _verify_with_root(RECOVERY_KEY, _recovery_document(key), bytes(key.signature))
    return VerifiedRecovery(key.pk, bytes(key.public))


def _public_keys(members: Sequence[Member]) -> dict[UUID, bytes]:
    """The members' HPKE public keys (1,216 bytes each): the stored ones whose SHA-256 the roster names.

    Raises RosterInvalid where no stored key is that one: a swapped key gets no grant.
    """
    stored: dict[UUID, list[PersonalKey]] = {}
    for key in PersonalKey.objects.filter(staff__in=[member.staff_id for member in members]):
        stored.setdefault(key.staff_id, []).append(key)
    found: dict[UUID, bytes] = {}
    for member in members:
        for key in stored.get(member.staff_id, []):
            public = bytes(key.hpke_public)
            if hmac.compare_digest(hashlib.sha256(public).digest(), member.hpke_sha256) and hmac.compare_digest(
                bytes(key.ed25519_public), member.ed25519
            ):
                found[member.staff_id] = public
    if len(found) != len(members):
        raise RosterInvalid
    return found


def _verify_with_root(purpose: str, document: bytes, signature: bytes) -> None:
    root = getattr(settings, "ROOT_PUBLIC_KEY", None)
    if not isinstance(root, bytes) or len(root) != _ROOT_KEY_SIZE:
        raise RosterInvalid
    try:
        verify(root, purpose, document, signature)
    except Exception:  # whatever is wrong with it, it does not count
        raise RosterInvalid from None


def _check_root_signature(document: bytes, signatures: bytes) -> None:
    try:
        (entry,) = parse(signatures)
        if set(entry) != {"signer", "signature"} or entry["signer"] != ROOT:
            raise RosterInvalid
        signature = bytes.fromhex(entry["signature"])
    except Exception:
        raise RosterInvalid from None
    _verify_with_root(ROSTER, document, signature)


def _read_roster(document: bytes, desk_code: str) -> tuple[Member, ...]:
    try:
        read = parse(document)
        if set(read) != _ROSTER_FIELDS or read["desk"] != desk_code or read["previous"] is not None:
            raise RosterInvalid
        if type(read["version"]) is not int or read["version"] != 1:
            raise RosterInvalid
        members = tuple(_read_member(entry) for entry in read["members"])
    except Exception:  # the root signed something that is no roster
        raise RosterInvalid from None
    if not members or len({member.staff_id for member in members}) != len(members):
        raise RosterInvalid
    if len({member.hpke_sha256 for member in members}) != len(members):
        raise RosterInvalid
    roles = _roles_of_desk(desk_code)
    if any(member.role not in roles for member in members):
        raise RosterInvalid
    return members


def _roles_of_desk(desk_code: str) -> frozenset[str]:
    policy, receiving = current_policy(), receiving_code(desk_code)
    if receiving is not None:
        return CASEWORK_ROLES if receiving in {desk.id for desk in policy.receiving_desks} else frozenset()
    return frozenset(role for desk in policy.desks if desk.id == desk_code for role in desk.member_roles)


def _read_member(entry: Any) -> Member:
    if set(entry) != _MEMBER_FIELDS:
        raise RosterInvalid
    texts = [entry["name"], entry["collar_number"], entry["role"], *entry["former_names"]]
    if any(not isinstance(text, str) for text in texts) or not entry["name"].strip():
        raise RosterInvalid
    member = Member(
        staff_id=UUID(entry["id"]),
        name=entry["name"],
        collar_number=entry["collar_number"],
        former_names=tuple(entry["former_names"]),
        role=entry["role"],
        hpke_sha256=bytes.fromhex(entry["hpke_sha256"]),
        ed25519=bytes.fromhex(entry["ed25519"]),
    )
    if len(member.hpke_sha256) != 32 or len(member.ed25519) != 32 or _member_document(member) != entry:
        raise RosterInvalid
    return member


def _member_document(member: Member) -> dict[str, Any]:
    return {
        "id": str(member.staff_id),
        "name": member.name,
        "collar_number": member.collar_number,
        "former_names": list(member.former_names),
        "role": member.role,
        "hpke_sha256": member.hpke_sha256.hex(),
        "ed25519": member.ed25519.hex(),
    }


def _recovery_document(key: RecoveryKey) -> bytes:
    return canonical(
        {
            "id": str(key.pk),
            "version": key.version,
            "public": bytes(key.public).hex(),
            "from_day": key.from_day.isoformat(),
        }
    )
