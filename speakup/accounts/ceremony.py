"""The key ceremony: the recovery quorum's key, and the first roster of every desk, signed by the root.

Source: vault.md, 'Rosters', and docs/adr/0026. Both are done once, as the owner of the database, with the officers in
the room: `key_ceremony` makes the keys, `first_rosters` uses them when the first members have theirs. From then on
rosters are signed by keyholders, and the root signs nothing more.
"""

import datetime as dt
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from speakup.accounts.casework import casework_code
from speakup.accounts.fingerprints import fingerprint_words, same_words
from speakup.accounts.keyholders import AUTHORITY, is_of_custodians, keyholder_roles, roles_of_desk
from speakup.accounts.models import Desk, PersonalKey, RecoveryKey, RoleAssignment, Roster, StaffMember
from speakup.accounts.roster_changes import QUORUM, ChangeRefused, Why, sign_roster_by_root
from speakup.accounts.rosters import Member, RosterInvalid, write_recovery_key, write_root_roster
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import Written, written
from speakup.policy.document import Policy
from speakup.policy.services import current_policy
from speakup.vault.envelope import public_from_seed
from speakup.vault.personal import PublicKeys
from speakup.vault.recovery import recovery_seed, root_seed
from speakup.web.days import london_day

_FEWEST_MEMBERS = 2  # two people read every report and keep every name
_FIELDS = {"email", "role", "words"}
_MORE_FIELDS = {"collar_number", "former_names"}


class CeremonyRefused(Exception):
    """The ceremony cannot go on; the text is one line for the people in the room, and names nothing secret."""


@dataclass(frozen=True)
class FirstDesk:
    """A desk that stands from the beginning, and how few people may be on it."""

    code: str
    kind: str
    fewest: int


def check_first_ceremony() -> None:
    """Raise CeremonyRefused where a ceremony was held: a second would leave everything sealed so far to the first."""
    if RecoveryKey.objects.exists() or Roster.objects.exists():
        raise CeremonyRefused("A key ceremony was held for this database: its keys stand, and its shares open it.")


def write_quorum_key(secret: bytes, *, now: dt.datetime) -> RecoveryKey:
    """Save the public key of this recovery secret (32 bytes), signed by its root. In the caller's transaction, which
    the ledger's entry ends. Raises CeremonyRefused where there is one."""
    check_first_ceremony()
    return write_recovery_key(public_from_seed(recovery_seed(secret)), root_seed(secret), from_day=london_day(now))


def enter_ceremony(rows: Sequence[Written], *, now: dt.datetime) -> None:
    """The ledger's entry of what the officers did, last in the transaction."""
    append_entry(Action.ADMINISTER, actor_id=None, role=QUORUM, object_id=None, written=rows, now=now)


def first_desks(policy: Policy) -> list[FirstDesk]:
    """Every desk that must have a roster before a report can be taken and worked."""
    kinds = Desk.Kind
    desks = [
        FirstDesk(desk.id, kinds.RECEIVING if desk.receives_reports else kinds.CUSTODIAN, _FEWEST_MEMBERS)
        for desk in policy.desks
    ]
    desks += [FirstDesk(casework_code(desk.id), kinds.CASEWORK, 1) for desk in policy.receiving_desks]
    return [*desks, FirstDesk(AUTHORITY, kinds.AUTHORITY, 1)]


def read_first_members(document: Any) -> dict[str, list[Member]]:
    """The members of each desk's first roster, from the document that the officers bring: desk -> members, each with
    `email`, `role` and the eight `words` that the member's own screen shows, and where there are any `collar_number`
    and `former_names`.

    A member is somebody who joined: an open account with that role and a key whose words are these. Raises
    CeremonyRefused, naming the first desk or address that is not so, or whoever is to keep names and read reports.
    """
    policy = current_policy()
    desks = {desk.code: desk for desk in first_desks(policy)}
    if not isinstance(document, dict) or set(document) != set(desks):
        raise CeremonyRefused(f"The file must have a list of members for each of: {', '.join(sorted(desks))}.")
    members = {code: _members_of(desks[code], entries, policy) for code, entries in document.items()}
    _check_kinds(members, policy)
    return members


def read_next_members(desk_code: str, entries: Any) -> list[Member]:
    """Everybody who is to be on the desk's next roster, in the form that read_first_members has for a desk. Raises
    CeremonyRefused, also for no desk of the policy."""
    policy = current_policy()
    for desk in first_desks(policy):
        if desk.code == desk_code:
            return _members_of(desk, entries, policy)
    raise CeremonyRefused(f"There is no desk {desk_code!a}.")


def _check_kinds(members: Mapping[str, Sequence[Member]], policy: Policy) -> None:
    of_kind: dict[bool, dict[UUID, str]] = {True: {}, False: {}}
    for code, people in members.items():
        of_kind[is_of_custodians(policy, code)].update({each.staff_id: each.name for each in people})
    both = sorted(of_kind[True][staff_id] for staff_id in of_kind[True].keys() & of_kind[False].keys())
    if both:
        raise CeremonyRefused(
            f"Custodians, who keep names, read no report. On a roster of both kinds: {', '.join(both)}."
        )


def _members_of(desk: FirstDesk, entries: Any, policy: Policy) -> list[Member]:
    if not isinstance(entries, list) or len(entries) < desk.fewest:
        raise CeremonyRefused(f"{desk.code} must have at least {desk.fewest} members.")
    found = [_member(entry, desk.code, policy) for entry in entries]
    if len({member.staff_id for member in found}) != len(entries):
        raise CeremonyRefused(f"Somebody stands twice at {desk.code}.")
    keyholders = keyholder_roles(policy, desk.code)
    if keyholders and not any(member.role in keyholders for member in found):
        raise CeremonyRefused(f"Nobody at {desk.code} could sign its next roster: a head or a supervisor is missing.")
    return found


def write_first_rosters(members: Mapping[str, Sequence[Member]], secret: bytes, *, now: dt.datetime) -> list[Roster]:
    """Save version 1 of every desk's roster, signed by the root of this recovery secret (32 bytes), all or none.

    Raises CeremonyRefused where a roster stands, where no ceremony made the keys, or where the secret is of another.
    """
    with transaction.atomic():
        check_secret(secret)
        if Roster.objects.exists():
            raise CeremonyRefused("The first rosters stand. From here on keyholders sign, on the page of their desk.")
        rosters = []
        for desk in first_desks(current_policy()):
            row, _ = Desk.objects.get_or_create(code=desk.code, defaults={"kind": desk.kind})
            rosters.append(write_root_roster(row, members[desk.code], root_seed(secret), day=london_day(now)))
        enter_ceremony([written(roster, "document", "signatures") for roster in rosters], now=now)
    return rosters


def write_next_roster(desk_code: str, members: Sequence[Member], secret: bytes, *, now: dt.datetime) -> Roster:
    """Save the desk's next roster, signed by the root of this recovery secret (32 bytes): where its own keyholders
    cannot (docs/adr/0019). What follows is as where they sign: sessions and rows end, the floor rises.

    Raises CeremonyRefused where the secret is of another ceremony, nothing changes, another change was first, or the
    desk's roster of today does not verify.
    """
    check_secret(secret)
    desk = Desk.objects.filter(code=desk_code).first()
    if desk is None:
        raise CeremonyRefused(f"{desk_code!a} has no first roster yet.")
    try:
        return sign_roster_by_root(desk, members, root_seed(secret), now=now)
    except ChangeRefused as refused:
        says = {
            Why.SAME: "These are its members and keys already.",
            Why.BOTH: "Custodians, who keep names, read no report: somebody here is on a roster of the other kind.",
        }
        raise CeremonyRefused(says.get(refused.why, "It was changed meanwhile. Begin again.")) from None
    except RosterInvalid:
        raise CeremonyRefused(f"The roster of {desk_code} does not verify. Look at the floor file first.") from None


def check_secret(secret: bytes) -> None:
    """Raise CeremonyRefused unless the newest recovery key is of this secret (32 bytes)."""
    key = RecoveryKey.objects.order_by("-version").first()
    if key is None:
        raise CeremonyRefused("No key ceremony was held for this database.")
    if not hmac.compare_digest(public_from_seed(recovery_seed(secret)), bytes(key.public)):
        raise CeremonyRefused("These shares are of another ceremony: they open nothing here.")


def _member(entry: Any, code: str, policy: Policy) -> Member:
    if not isinstance(entry, dict) or not _FIELDS <= set(entry) <= _FIELDS | _MORE_FIELDS:
        raise CeremonyRefused(f"A member at {code} must have email, role and words, and nothing that is not known.")
    former = entry.get("former_names", [])
    texts = [entry["email"], entry["role"], entry["words"], entry.get("collar_number", "")]
    if not isinstance(former, list) or not all(isinstance(text, str) for text in [*texts, *former]):
        raise CeremonyRefused(f"A member at {code} is written in a way that cannot be read.")
    email, role = entry["email"].strip().lower(), entry["role"]
    staff = StaffMember.objects.filter(email=email, is_active=True).first()
    key = PersonalKey.objects.filter(staff=staff).order_by("-version").first() if staff else None
    if staff is None or key is None:
        raise CeremonyRefused(f"{email} has no open account with a key: they must join first.")
    held = RoleAssignment.objects.filter(staff=staff, role=role, ended_at=None).exists()
    if role not in roles_of_desk(policy, code) or not held:
        raise CeremonyRefused(f"{email} does not hold the role {role}, or it is none of {code}.")
    public = PublicKeys(bytes(key.hpke_public), bytes(key.ed25519_public))
    if not same_words(entry["words"], fingerprint_words(public)):
        raise CeremonyRefused(f"The words of {email} are not those of the key that stands here. Stop and find out why.")
    return Member(
        staff_id=staff.pk,
        name=staff.name,
        collar_number=entry.get("collar_number", ""),
        former_names=tuple(former),
        role=role,
        hpke_sha256=public.hpke_sha256,
        ed25519=public.ed25519,
    )
