"""Later epochs of an object's keys: who may make one, what is written of it, and when one is due.

Source: vault.md, 'Content' (epoch n+1); docs/adr/0022. Whoever can write the database can seal a key of theirs to
anybody, so an epoch after the first counts only with the signature of somebody whom a verified roster names. An object
is owed its next epoch once a reader declared a conflict, a member left, or a released identity came to its day.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from speakup.accounts.grants import KEY_OF_KIND, STAFF_KEY_OF_KIND, epoch_row, seal_to_people
from speakup.accounts.models import Desk, Epoch, Grant, ListEntry, ObjectKind, RekeyDue
from speakup.accounts.models.grants import LIST_ENTRY_SIZE, REKEY_DUE_SIZE
from speakup.accounts.rosters import RosterInvalid, VerifiedRoster, verified_documents
from speakup.ledger.written import Written, written
from speakup.vault.aead import OVERHEAD
from speakup.vault.content import Link, Place, new_key, open_chain, open_document, seal_document
from speakup.vault.data_key import DataKey, seal_earlier
from speakup.vault.encoding import canonical
from speakup.vault.errors import BadSignature, CannotOpen
from speakup.vault.signing import verify

if TYPE_CHECKING:
    from speakup.accounts.keyring import Keyring, OpenedGrant

EPOCH = "epoch"
FIRST_EPOCH = 1

# Whose signature an epoch needs: of a desk that works reports and cases, or of those who keep identities.
_WORKING = frozenset({Desk.Kind.RECEIVING, Desk.Kind.CASEWORK})
_KEEPING = frozenset({Desk.Kind.CUSTODIAN})
_SIGNING_DESKS = {
    ObjectKind.REPORT: _WORKING,
    ObjectKind.CASE: _WORKING,
    ObjectKind.IDENTITY: _KEEPING,
    ObjectKind.IDENTITY_REQUEST: _KEEPING,
}


def next_keys(kind: str, object_id: UUID, grant: "OpenedGrant") -> dict[str, DataKey]:
    """Fresh keys of the epoch after the grant's, each with the ones before it."""
    return {name: _after(key, grant.epoch) for name, key in grant.keys.items()}


def sign_epoch(
    kind: str,
    object_id: UUID,
    keys: Mapping[str, DataKey],
    *,
    keyring: "Keyring",
    roster: VerifiedRoster,
    receipt_hash: bytes | None = None,
) -> Epoch:
    """The unsaved row of an epoch after the first, signed by the keyring's member, whom `roster` names.

    `keys` are those of next_keys, `receipt_hash` the SHA-256 of what was sealed to a report's receipt. Raises
    RosterInvalid where the roster does not name them.
    """
    if keyring.staff_id not in roster.staff_ids:
        raise RosterInvalid
    shared, staff_only = KEY_OF_KIND[ObjectKind(kind)], STAFF_KEY_OF_KIND.get(ObjectKind(kind))
    epoch = keys[shared].epoch
    row = epoch_row(kind, object_id, epoch, keys)
    row.earlier = _sealed_earlier(object_id, shared, keys[shared])
    row.staff_earlier = _sealed_earlier(object_id, staff_only, keys[staff_only]) if staff_only else None
    row.receipt_hash = receipt_hash
    row.signer_id, row.signed_desk, row.signed_version = keyring.staff_id, roster.desk_code, roster.version
    row.signature = keyring.sign(EPOCH, signed_document(row))
    return row


def begin_epoch(
    kind: str,
    object_id: UUID,
    grant: "OpenedGrant",
    keys: Mapping[str, DataKey],
    *,
    keyring: "Keyring",
    roster: VerifiedRoster,
    receipt_hash: bytes | None = None,
) -> tuple["OpenedGrant", list[Written]]:
    """Write the epoch of `keys` (next_keys): its row, recovery's grant, random bytes on every list; nothing is due any
    more. The grant with the new keys, and what was written. In the caller's transaction, with the object locked, which
    gives the rows of its readers and ends the older ones.

    Raises RosterInvalid where no roster names the keyring's member, or recovery's key is not vouched for.
    """
    row = sign_epoch(kind, object_id, keys, keyring=keyring, roster=roster, receipt_hash=receipt_hash)
    renewed = replace(grant, keys=keys, epoch=row.epoch)
    recovery = seal_to_people(
        kind,
        object_id,
        row.epoch,
        keys,
        targets={},
        real=(),
        headline=grant.headline,
        identifiers=grant.identifiers,
        with_recovery=True,
    )
    row.save(force_insert=True)
    Grant.objects.bulk_create(recovery)
    fields = ["commitment", "earlier"] + (["staff_commitment", "staff_earlier"] if row.staff_commitment else [])
    rows = [written(row, *fields), *(written(each, "sealed") for each in recovery)]
    for entry in ListEntry.objects.select_for_update().filter(object_id=object_id):
        entry.version, entry.sealed = entry.version + 1, secrets.token_bytes(LIST_ENTRY_SIZE)
        entry.save(update_fields=["version", "sealed"])
        rows.append(written(entry, "sealed"))
    end_rekey_due(kind, object_id)
    return renewed, rows


def signed_document(row: Epoch) -> bytes:
    """What the member signs: everything of the epoch but the signature, sealed values by their SHA-256."""
    return canonical(
        {
            "kind": str(row.object_kind),
            "object": row.object_id.hex,
            "epoch": row.epoch,
            "commitment": bytes(row.commitment).hex(),
            "staff_commitment": _hex(row.staff_commitment),
            "earlier": _digest(row.earlier),
            "staff_earlier": _digest(row.staff_earlier),
            "receipt": _hex(row.receipt_hash),
            "signer": row.signer_id.hex if row.signer_id else "",
            "desk": row.signed_desk,
            "version": row.signed_version or 0,
        }
    )


def vouched_for(epochs: Iterable[Epoch]) -> frozenset[UUID]:
    """The ids of those of `epochs` that may be used: first ones, and later ones that somebody on a verified roster of
    the right kind of desk signed. Two queries a desk that signed and one more, none where all are first.

    An identity's epoch without a signer is the reporter's own, who cannot sign: it is vouched for under R, with her
    report (reporting/identities.py).
    """
    good: set[UUID] = set()
    signed: dict[str, list[Epoch]] = {}
    for row in epochs:
        if row.epoch == FIRST_EPOCH or (row.object_kind == ObjectKind.IDENTITY and not row.signature):
            good.add(row.pk)
        elif row.signature and row.signer_id:
            signed.setdefault(row.signed_desk, []).append(row)
    for desk_code, kind in Desk.objects.filter(code__in=signed).values_list("code", "kind") if signed else ():
        signers = _signers(desk_code)
        good |= {row.pk for row in signed[desk_code] if _is_signed(row, kind, signers)}
    return frozenset(good)


def signed_until_now(desk_code: str, staff_ids: Collection[UUID]) -> frozenset[bytes]:
    """The digests (32 bytes each) of every epoch that these members signed for the desk and that counts now.

    The roster with which they leave, or have another key, names them (roster_changes.py): what they sign afterwards in
    the name of the version that listed them counts for nothing.
    """
    rows = list(Epoch.objects.filter(signed_desk=desk_code, signer__in=staff_ids, epoch__gt=FIRST_EPOCH))
    good = vouched_for(rows)
    return frozenset(_digest_of(row) for row in rows if row.pk in good)


def open_all_epochs(
    kind: str, object_id: UUID, keys: Mapping[str, bytes], epochs: Collection[Epoch]
) -> dict[str, DataKey]:
    """The newest keys, by their kind, with every earlier one that the epochs (all of the object's) lead to.

    Raises CannotOpen where a commitment is not to the key that was opened, or an epoch is missing.
    """
    rows = _from_the_last_break(sorted(epochs, key=lambda row: row.epoch))
    if not rows or (rows[0].epoch != FIRST_EPOCH and kind != ObjectKind.IDENTITY):
        raise CannotOpen
    staff_only = STAFF_KEY_OF_KIND.get(ObjectKind(kind))
    opened = {}
    for name, key in keys.items():
        links = [
            _link(row.epoch, row.staff_commitment, row.staff_earlier)
            if name == staff_only
            else _link(row.epoch, row.commitment, row.earlier)
            for row in rows
        ]
        opened[name] = open_chain(key, object_id, name, links)
    return opened


def write_rekey_due(
    kind: str,
    object_id: UUID,
    cause: RekeyDue.Cause,
    *,
    day: dt.date,
    grant: "OpenedGrant | None" = None,
    who: UUID | None = None,
    why: str = "",
) -> RekeyDue:
    """Save that an object is due its next epoch, in the caller's transaction, with its ledger entry.

    `grant` seals who left and why under the staff key; without one the row has random bytes of the same size. The
    clock of one working day is the caller's to start (the event `conflict_declared` of the policy).
    """
    row = RekeyDue(object_kind=kind, object_id=object_id, day=day, cause=cause)
    if grant is None:
        row.sealed = secrets.token_bytes(REKEY_DUE_SIZE)
    else:
        name, document = _staff_key(kind), {"who": who.hex if who else "", "why": why}
        place = _place(row, name, grant.epoch)
        row.sealed = seal_document(grant.keys[name], place, document, at_least=REKEY_DUE_SIZE - OVERHEAD)
    row.save(force_insert=True)
    return row


def open_rekey_due(kind: str, object_id: UUID) -> RekeyDue | None:
    """The oldest open one of the object, a declared conflict before any other; None where no epoch is due."""
    return _first_due(RekeyDue.objects.filter(object_kind=kind, object_id=object_id))


def rekey_due_of(object_ids: Collection[UUID]) -> RekeyDue | None:
    """The same of a case together with its reports. One query."""
    return _first_due(RekeyDue.objects.filter(object_id__in=object_ids))


def is_blocked(kind: str, object_id: UUID) -> bool:
    """Whether a declared conflict keeps staff from adding to the object until its next epoch."""
    due = RekeyDue.objects.filter(object_kind=kind, object_id=object_id, cause=RekeyDue.Cause.CONFLICT)
    return due.exists()


def blocks(due: RekeyDue | None) -> bool:
    """Whether what is due keeps staff from adding to its object meanwhile: a declared conflict does."""
    return due is not None and due.cause == RekeyDue.Cause.CONFLICT


def read_rekey_due(row: RekeyDue, grant: "OpenedGrant") -> Mapping[str, str]:
    """{"who": staff id in hexadecimal, "why"}. Raises VaultError where whoever wrote the row held no key."""
    name = _staff_key(row.object_kind)
    document: Mapping[str, str] = open_document(grant.keys[name], _place(row, name, grant.epoch), bytes(row.sealed))
    return document


def end_rekey_due(kind: str, object_id: UUID) -> int:
    """Delete what was due of the object: its next epoch is made. How many there were."""
    return RekeyDue.objects.filter(object_kind=kind, object_id=object_id).delete()[0]


def _first_due(rows: Iterable[RekeyDue]) -> RekeyDue | None:
    found = sorted(rows, key=lambda row: (row.cause != RekeyDue.Cause.CONFLICT, row.day))
    return found[0] if found else None


def _after(key: bytes, epoch: int) -> DataKey:
    earlier = dict(key.earlier) if isinstance(key, DataKey) else {}
    return DataKey(new_key(), epoch + 1, {**earlier, epoch: bytes(key)})


def _sealed_earlier(object_id: UUID, name: str, key: DataKey) -> bytes:
    return seal_earlier(key, object_id, name, key.epoch, key.earlier[key.epoch - 1])


def _link(epoch: int, commitment: Any, earlier: Any) -> Link:
    return Link(epoch, bytes(commitment or b""), bytes(earlier) if earlier else None)


def _from_the_last_break(rows: list[Epoch]) -> list[Epoch]:
    """The newest epochs that one key leads to: an identity's may begin again without the key before."""
    breaks = [number for number, row in enumerate(rows) if not row.earlier]
    return rows[breaks[-1] :] if breaks else []


@dataclass(frozen=True)
class _Signers:
    """Whose signature counts for a desk: the Ed25519 keys by version of its roster and member, those of today, and what
    members who left since had signed by then."""

    by_version: Mapping[tuple[int, UUID], bytes]
    today: Mapping[UUID, bytes]
    kept: frozenset[bytes]


_NOBODY = _Signers({}, {}, frozenset())


def _signers(desk_code: str) -> _Signers:
    """By the version at signing; nobody where the desk's roster is not valid."""
    try:
        documents = verified_documents(desk_code)
    except RosterInvalid:
        return _NOBODY
    return _Signers(
        {(each.version, member.staff_id): member.ed25519 for each in documents for member in each.members},
        {member.staff_id: member.ed25519 for member in documents[-1].members},
        frozenset(digest for each in documents for digest in each.epochs),
    )


def _is_signed(row: Epoch, desk_kind: str, signers: _Signers) -> bool:
    if (
        row.signer_id is None
        or row.signed_version is None
        or desk_kind not in _SIGNING_DESKS[ObjectKind(row.object_kind)]
    ):
        return False
    public = signers.by_version.get((row.signed_version, row.signer_id))
    if public is None:
        return False
    try:
        verify(public, EPOCH, signed_document(row), bytes(row.signature or b""))
    except BadSignature:
        return False
    # Whoever left, or has another key, could go on to sign in the name of the version that listed them.
    return signers.today.get(row.signer_id) == public or _digest_of(row) in signers.kept


def _digest_of(row: Epoch) -> bytes:
    return hashlib.sha256(signed_document(row)).digest()


def _staff_key(kind: str) -> str:
    return STAFF_KEY_OF_KIND.get(ObjectKind(kind)) or KEY_OF_KIND[ObjectKind(kind)]


def _place(row: RekeyDue, name: str, epoch: int) -> Place:
    return Place(row.object_id, name, epoch, "RekeyDue.sealed", row.id)


def _hex(value: Any) -> str:
    return bytes(value).hex() if value else ""


def _digest(value: Any) -> str:
    return hashlib.sha256(bytes(value)).hexdigest() if value else ""
