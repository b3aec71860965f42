"""Sealing an object's keys to people: one row for each member of a desk, decoys among them, and one for recovery.

Source: vault.md, 'Grants: who can read'.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from speakup.accounts.models import Epoch, Grant, ListEntry, ObjectKind
from speakup.accounts.models.grants import LIST_ENTRY_SIZE
from speakup.accounts.models.keys import Desk
from speakup.accounts.rosters import VerifiedRoster, recovery_key
from speakup.vault.content import commit
from speakup.vault.grants import GrantContents, seal_grant

# The kinds of key that a grant on an object carries: the one every holder shares, and the one for staff alone.
KEY_OF_KIND = {ObjectKind.REPORT: "R", ObjectKind.CASE: "C", ObjectKind.IDENTITY: "I", ObjectKind.IDENTITY_REQUEST: "Q"}
STAFF_KEY_OF_KIND = {ObjectKind.REPORT: "T"}

_DECOY = GrantContents(real=False, keys={}, headline={}, identifiers=())
_any_order = secrets.SystemRandom()


def seal_object(
    kind: str,
    object_id: UUID,
    epoch: int,
    keys: Mapping[str, bytes],
    *,
    roster: VerifiedRoster,
    real: Collection[UUID],
    headline: Mapping[str, Any],
    identifiers: Sequence[str],
) -> list[Grant]:
    """Unsaved Grant rows, in random order: one for each member of `roster` and one for recovery, all of one size.

    Members in `real` get the keys; everybody else on the roster, and whoever's account was closed, gets a decoy that
    no onlooker can tell from it. `keys` are exactly those of the kind (report: R and T), 32 bytes each. The caller
    saves the rows with `bulk_create`, in its own transaction, in this order.

    Raises RosterInvalid where recovery's key is not vouched for, ValueError where the keys are not those of the
    kind or `real` names somebody who is not on the roster.
    """
    return seal_to_people(
        kind,
        object_id,
        epoch,
        keys,
        targets={member.staff_id: roster.public_keys[member.staff_id] for member in roster.members},
        real=_still_here(real, roster),
        headline=headline,
        identifiers=identifiers,
        with_recovery=True,
    )


def seal_to_people(
    kind: str,
    object_id: UUID,
    epoch: int,
    keys: Mapping[str, bytes],
    *,
    targets: Mapping[UUID, bytes],
    real: Collection[UUID],
    headline: Mapping[str, Any],
    identifiers: Sequence[str],
    with_recovery: bool,
) -> list[Grant]:
    """Unsaved Grant rows, in random order: one for each of `targets`, and one for recovery where it has none yet.

    `targets` are public keys (1,216 bytes each) from verified rosters, by staff id; whoever of them is in `real` gets
    the keys, the others decoys. Accounts that were closed (VerifiedRoster.inactive) are for the caller to leave out of
    `real`. The caller saves with `bulk_create`, in its own transaction, in this order.

    Raises RosterInvalid where recovery's key is wanted and not vouched for, ValueError where the keys are not those
    of the kind or `real` names somebody who is no target.
    """
    _check_keys(kind, keys)
    if not set(real) <= set(targets):
        raise ValueError("a real grant is for one of the targets")
    contents = GrantContents(real=True, keys=dict(keys), headline=dict(headline), identifiers=tuple(identifiers))
    rows = []
    if with_recovery:
        recovery = recovery_key()
        sealed = seal_grant(recovery.public, kind, object_id, epoch, recovery.id, contents)
        rows.append(_row(kind, object_id, epoch, None, sealed))
    for staff_id, public in targets.items():
        inside = contents if staff_id in real else _DECOY
        sealed = seal_grant(public, kind, object_id, epoch, staff_id, inside)
        rows.append(_row(kind, object_id, epoch, staff_id, sealed))
    _any_order.shuffle(rows)
    return rows


def end_grants(kind: str, object_id: UUID, *, keep: Collection[UUID]) -> list[UUID]:
    """Delete the rows, real or decoy and of every epoch, of all staff who are not in `keep`; whose they were.

    Recovery's row stays. In the caller's transaction, with its ledger entry: who loses a row can no longer open
    the object, but keeps what they read.
    """
    ended = Grant.objects.filter(object_kind=kind, object_id=object_id, staff__isnull=False).exclude(staff__in=keep)
    whose = {staff_id for staff_id in ended.values_list("staff_id", flat=True) if staff_id}
    ended.delete()
    return sorted(whose)


def holders(kind: str, object_id: UUID) -> frozenset[UUID]:
    """Whoever of staff has a row on the object in its newest epoch, real or decoy: no row tells which."""
    newest = Epoch.objects.filter(object_kind=kind, object_id=object_id).order_by("-epoch").values("epoch")[:1]
    rows = Grant.objects.filter(object_kind=kind, object_id=object_id, epoch=newest, staff__isnull=False)
    return frozenset(staff_id for staff_id in rows.values_list("staff_id", flat=True) if staff_id)


def epoch_row(kind: str, object_id: UUID, epoch: int, keys: Mapping[str, bytes]) -> Epoch:
    """The unsaved Epoch row with the commitments to `keys` (vault.md, 'Content'). Raises ValueError as seal_object."""
    _check_keys(kind, keys)
    shared = KEY_OF_KIND[ObjectKind(kind)]
    staff_only = STAFF_KEY_OF_KIND.get(ObjectKind(kind))
    return Epoch(
        object_kind=kind,
        object_id=object_id,
        epoch=epoch,
        commitment=commit(keys[shared], object_id, shared, epoch),
        staff_commitment=commit(keys[staff_only], object_id, staff_only, epoch) if staff_only else None,
    )


def random_list_entry(desk: Desk, object_id: UUID) -> ListEntry:
    """The unsaved list entry of a new object: random bytes until a real reader opens it (vault.md, 'Lists')."""
    return ListEntry(desk=desk, object_id=object_id, sealed=secrets.token_bytes(LIST_ENTRY_SIZE))


def key_kinds(kind: str) -> frozenset[str]:
    """The kinds of key that a grant on an object of this kind carries. Raises ValueError for an unknown kind."""
    known = ObjectKind(kind)
    return frozenset(name for name in (KEY_OF_KIND[known], STAFF_KEY_OF_KIND.get(known)) if name)


def _still_here(real: Collection[UUID], roster: VerifiedRoster) -> frozenset[UUID]:
    if not set(real) <= roster.staff_ids:
        raise ValueError("a real grant is for a member of the roster")
    return frozenset(real) - roster.inactive


def _check_keys(kind: str, keys: Mapping[str, bytes]) -> None:
    if set(keys) != key_kinds(kind):
        raise ValueError("a grant carries exactly the keys of its kind")


def _row(kind: str, object_id: UUID, epoch: int, staff_id: UUID | None, sealed: bytes) -> Grant:
    return Grant(object_kind=kind, object_id=object_id, epoch=epoch, staff_id=staff_id, sealed=sealed)
