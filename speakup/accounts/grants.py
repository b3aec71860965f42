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
KEY_OF_KIND = {ObjectKind.REPORT: "R", ObjectKind.CASE: "C", ObjectKind.IDENTITY: "I"}
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
    _check_keys(kind, keys)
    if not set(real) <= roster.staff_ids:
        raise ValueError("a real grant is for a member of the roster")
    recovery = recovery_key()
    contents = GrantContents(real=True, keys=dict(keys), headline=dict(headline), identifiers=tuple(identifiers))
    readers = set(real) - roster.inactive
    rows = [
        _row(kind, object_id, epoch, None, seal_grant(recovery.public, kind, object_id, epoch, recovery.id, contents))
    ]
    for member in roster.members:
        public = roster.public_keys[member.staff_id]
        inside = contents if member.staff_id in readers else _DECOY
        sealed = seal_grant(public, kind, object_id, epoch, member.staff_id, inside)
        rows.append(_row(kind, object_id, epoch, member.staff_id, sealed))
    _any_order.shuffle(rows)
    return rows


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


def _check_keys(kind: str, keys: Mapping[str, bytes]) -> None:
    if set(keys) != key_kinds(kind):
        raise ValueError("a grant carries exactly the keys of its kind")


def _row(kind: str, object_id: UUID, epoch: int, staff_id: UUID | None, sealed: bytes) -> Grant:
    return Grant(object_kind=kind, object_id=object_id, epoch=epoch, staff_id=staff_id, sealed=sealed)
