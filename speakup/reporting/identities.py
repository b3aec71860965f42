"""The identity of a report: who holds its key, and its next key (vault.md, 'Identity'; docs/adr/0023).

The custodians hold I, each by a row of their own, decoys among them. What they hold says who of them is kept out, so
that the custodian who makes the next key keeps them out too, without a key of the report.
"""

import base64
import binascii
import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from speakup.accounts.casework import casework_code
from speakup.accounts.epochs import end_rekey_due, next_keys, open_rekey_due, sign_epoch, write_rekey_due
from speakup.accounts.grants import KEY_OF_KIND, end_grants, epoch_row, seal_to_people
from speakup.accounts.keyring import Keyring, NotGranted, OpenedGrant
from speakup.accounts.models import Epoch, Grant, ObjectKind, PersonalKey, RekeyDue, StaffMember
from speakup.accounts.roles import role_at_work
from speakup.accounts.rosters import RosterInvalid, VerifiedRoster, hold_rosters, verify_roster
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import Written, written
from speakup.reporting.models import FIRST_EPOCH, Identity, IdentityRequest
from speakup.reporting.routing import CUSTODIANS
from speakup.vault.content import Place, new_key, seal_detail
from speakup.vault.grants import GrantContents
from speakup.vault.identity import open_identity as open_value
from speakup.vault.identity import seal_identity
from speakup.web.days import london_day

_KEPT_OUT = "kept-out:"
_ID_SIZE = 16
_any_order = secrets.SystemRandom()


class CannotRekey(Exception):
    """This session cannot make the next key: not a custodian's, or it cannot know whom to keep out."""

    def __init__(self) -> None:
        super().__init__("no next key from here")


def kept_out_note(excluded: Collection[UUID]) -> str:
    """Who of the custodians is kept out, as it stands among the identifiers of their grants: 22 letters each."""
    return _KEPT_OUT + ",".join(base64.urlsafe_b64encode(each.bytes).decode()[:-2] for each in sorted(excluded))


def kept_out_of(grant: OpenedGrant | GrantContents) -> frozenset[UUID]:
    """Who is kept out, by a custodian's own grant. Raises CannotRekey where it does not say: never read as nobody."""
    note = next((each for each in grant.identifiers if each.startswith(_KEPT_OUT)), None)
    if note is None:
        raise CannotRekey
    try:
        raw = [base64.urlsafe_b64decode(each + "==") for each in note.removeprefix(_KEPT_OUT).split(",") if each]
    except (binascii.Error, ValueError):
        raise CannotRekey from None
    if any(len(each) != _ID_SIZE for each in raw):
        raise CannotRekey
    return frozenset(UUID(bytes=each) for each in raw)


def place_of(identity: Identity) -> Place:
    """Where the identity's value stands, in its own epoch."""
    return Place(identity.id, "I", identity.epoch, "Identity.sealed", identity.id)


def read_identity(identity: Identity, key: bytes) -> Mapping[str, Any]:
    """{"name", "contact"}, or nothing where nobody gave a name. Raises VaultError."""
    document: Mapping[str, Any] = open_value(key, place_of(identity), bytes(identity.sealed))
    return document


def public_keys_at(desk_code: str) -> dict[UUID, bytes]:
    """The public keys of a desk's members and investigators with open accounts. Raises RosterInvalid."""
    keys: dict[UUID, bytes] = {}
    for code in (casework_code(desk_code), desk_code):
        roster = verify_roster(code)
        keys |= {each: key for each, key in roster.public_keys.items() if each not in roster.inactive}
    return keys


def rekey_identities(keyring: Keyring, *, actor: StaffMember, now: dt.datetime, most: int = 20) -> int:
    """Make the next key of those identities that wait for one and that this custodian really holds; how many.

    Part of every custodian's listing. What this session cannot do is left for another custodian's.
    """
    mine = Grant.objects.filter(object_kind=ObjectKind.IDENTITY, staff=actor)
    due = RekeyDue.objects.filter(object_kind=ObjectKind.IDENTITY, object_id__in=mine.values("object_id"))
    made = 0
    for identity_id in list(due.order_by("day", "id").values_list("object_id", flat=True).distinct()[:most]):
        try:
            made += make_epoch_of_identity(identity_id, keyring=keyring, actor=actor, now=now)
        except (NotGranted, CannotRekey, RosterInvalid):
            continue
    return made


def make_epoch_of_identity(identity_id: UUID, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> bool:
    """Make the identity's next key in a custodian's session: for the custodians who had a row and are on the roster,
    decoys for those kept out, at sending or since. Every release ends with the key that it gave: that the database says
    released is nobody's word. True, or False where another custodian was first.

    Raises NotGranted, CannotRekey, RosterInvalid.
    """
    opened = keyring.open(ObjectKind.IDENTITY, identity_id)
    roster = verify_roster(CUSTODIANS)
    if actor.pk not in roster.staff_ids - roster.inactive:
        raise CannotRekey
    with transaction.atomic():
        hold_rosters(roster)
        identity = Identity.objects.select_for_update(of=("self",)).select_related("report").get(id=identity_id)
        newest = Epoch.objects.filter(object_kind=ObjectKind.IDENTITY, object_id=identity_id).order_by("-epoch")
        due = open_rekey_due(ObjectKind.IDENTITY, identity_id)
        if newest.values_list("epoch", flat=True).first() != opened.epoch or due is None:
            return False
        if opened.epoch != identity.epoch:  # changed by hand
            raise CannotRekey
        kept_out = kept_out_of(opened) | _kept_out_since(identity, keyring)
        document = read_identity(identity, opened.keys["I"])
        keys = next_keys(ObjectKind.IDENTITY, identity.id, opened)
        identity.epoch, key = opened.epoch + 1, keys["I"]
        identity.sealed = seal_identity(key, place_of(identity), document)
        rows = _rows_of_next_epoch(identity, key, roster, kept_out=kept_out, opened=opened)
        epoch = sign_epoch(ObjectKind.IDENTITY, identity.id, keys, keyring=keyring, roster=roster)
        end_grants(ObjectKind.IDENTITY, identity.id, keep=())
        _notes(identity).delete()
        end_rekey_due(ObjectKind.IDENTITY, identity.id)
        identity.requests.filter(state=IdentityRequest.State.RELEASED).update(state=IdentityRequest.State.ENDED)
        Grant.objects.bulk_create(rows)
        epoch.save(force_insert=True)
        identity.save(update_fields=["epoch", "sealed"])
        enter_on_identity(
            identity,
            key,
            Action.GRANT,
            "make_epoch_of_identity",
            [written(identity, "sealed"), *(written(row, "sealed") for row in rows)],
            actor=actor,
            now=now,
        )
    return True


def _rows_of_next_epoch(
    identity: Identity,
    key: bytes,
    roster: VerifiedRoster,
    *,
    kept_out: frozenset[UUID],
    opened: OpenedGrant,
) -> list[Grant]:
    """Whom the database merely says to have had a row counts only as far as the roster names them."""
    before = Grant.objects.filter(object_kind=ObjectKind.IDENTITY, object_id=identity.id, epoch=opened.epoch)
    custodians = {row.staff_id for row in before if row.staff_id in roster.staff_ids}
    return seal_to_people(
        ObjectKind.IDENTITY,
        identity.id,
        identity.epoch,
        {"I": key},
        targets={each: roster.public_keys[each] for each in custodians},
        real=custodians - kept_out - roster.inactive,
        headline={},
        identifiers=[kept_out_note(kept_out)],
        with_recovery=True,
    )


def keep_out_of_identity(
    identity: Identity, kept_out: Collection[UUID], roster: VerifiedRoster, *, now: dt.datetime
) -> list[Written]:
    """Decoys for these custodians, in place of their rows on the identity and on every request for it; its next key is
    due, and the other custodians of `roster` are told, sealed, whom it keeps out. What was written.

    In the caller's transaction, the identity's row locked. Nothing tells afterwards whose row changed.
    """
    rows = _seal_decoys(ObjectKind.IDENTITY, [identity.id], kept_out)
    rows += _seal_decoys(ObjectKind.IDENTITY_REQUEST, identity.requests.values_list("id", flat=True), kept_out)
    due = write_rekey_due(ObjectKind.IDENTITY, identity.id, RekeyDue.Cause.RELEASED, day=london_day(now))
    keys = {"Q": new_key()}
    told = seal_to_people(
        ObjectKind.IDENTITY_REQUEST,
        due.id,
        FIRST_EPOCH,
        keys,
        targets=roster.public_keys,
        real=roster.staff_ids - roster.inactive - set(kept_out),
        headline={},
        identifiers=[kept_out_note(kept_out)],
        with_recovery=False,
    )
    Grant.objects.bulk_create(told)
    epoch = epoch_row(ObjectKind.IDENTITY_REQUEST, due.id, FIRST_EPOCH, keys)
    epoch.save(force_insert=True)
    rows += [written(due, "sealed"), *(written(row, "sealed") for row in told)]
    return [*rows, written(epoch, "commitment", "staff_commitment")]


def _notes(identity: Identity) -> QuerySet[Grant]:
    """The rows that tell custodians whom the identity's next key keeps out: each under the id of what is due."""
    due = RekeyDue.objects.filter(object_kind=ObjectKind.IDENTITY, object_id=identity.id)
    ids = list(due.values_list("id", flat=True))
    return Grant.objects.filter(object_kind=ObjectKind.IDENTITY_REQUEST, object_id__in=ids)


def _kept_out_since(identity: Identity, keyring: Keyring) -> frozenset[UUID]:
    """Whom staff came to know of since the key before. Raises CannotRekey where there is word of it, and none for
    whoever's session this is: never read as nobody."""
    notes = _notes(identity)
    opened = keyring.open_rows(notes.filter(staff=keyring.staff_id))
    if set(notes.values_list("object_id", flat=True)) != opened.keys():
        raise CannotRekey
    return frozenset[UUID]().union(*(kept_out_of(note) for note in opened.values()))


def _seal_decoys(kind: ObjectKind, object_ids: Iterable[UUID], staff_ids: Collection[UUID]) -> list[Written]:
    """Decoys in place of the rows of these people. Everybody's are written again, as they were, under other ids: which
    are new is not to be seen. What was written; nothing where none of them has a row."""
    found: dict[UUID, list[Grant]] = defaultdict(list)
    for row in Grant.objects.filter(object_kind=kind, object_id__in=list(object_ids), staff__isnull=False):
        found[row.object_id].append(row)
    rows: list[Grant] = []
    for of_object in found.values():
        if any(row.staff_id in staff_ids for row in of_object):
            rows += [
                _decoy(row, row.staff_id) if row.staff_id and row.staff_id in staff_ids else _again(row)
                for row in of_object
            ]
            Grant.objects.filter(pk__in=[row.pk for row in of_object]).delete()
    _any_order.shuffle(rows)
    Grant.objects.bulk_create(rows)
    return [written(row, "sealed") for row in rows]


def _again(row: Grant) -> Grant:
    return Grant(
        object_kind=row.object_kind,
        object_id=row.object_id,
        epoch=row.epoch,
        staff_id=row.staff_id,
        until_day=row.until_day,
        sealed=bytes(row.sealed),
    )


def _decoy(row: Grant, staff_id: UUID) -> Grant:
    """Holds nothing, so that any key of theirs will do: no roster need vouch for it."""
    newest = PersonalKey.objects.filter(staff=staff_id).order_by("-version").values_list("hpke_public", flat=True)
    (decoy,) = seal_to_people(
        row.object_kind,
        row.object_id,
        row.epoch,
        {KEY_OF_KIND[ObjectKind(row.object_kind)]: new_key()},
        targets={staff_id: bytes(newest[0])},
        real=(),
        headline={},
        identifiers=(),
        with_recovery=False,
    )
    decoy.until_day = row.until_day
    return decoy


def release_rows(
    identity: Identity, key: bytes, staff_id: UUID, public_key: bytes, until: dt.date | None
) -> list[Grant]:
    """The unsaved row that lets one person read the identity until the end of a day."""
    rows = seal_to_people(
        ObjectKind.IDENTITY,
        identity.id,
        identity.epoch,
        {"I": key},
        targets={staff_id: public_key},
        real={staff_id},
        headline={},
        identifiers=(),
        with_recovery=False,
    )
    for row in rows:
        row.until_day = until
    return rows


def end_release(request: IdentityRequest, *, now: dt.datetime) -> None:
    """Take back a release, its row locked: the row that it gave goes, and the value waits for its next key.

    In the caller's transaction, with the caller's ledger entry. Needs no key.
    """
    Grant.objects.filter(
        object_kind=ObjectKind.IDENTITY,
        object_id=request.identity_id,
        staff=request.asked_by_id,
        until_day__isnull=False,
    ).delete()
    request.state = IdentityRequest.State.ENDED
    request.save(update_fields=["state"])
    write_rekey_due(ObjectKind.IDENTITY, request.identity_id, RekeyDue.Cause.RELEASED, day=london_day(now))


def end_requests_of_others(report_id: UUID, reading: Collection[UUID], *, now: dt.datetime) -> list[Written]:
    """End what those who no longer read a report asked for, and what was released to them; of every request for its
    name, whoever asked, they hold a decoy from now on. Custodians, who read no report, keep theirs. What was written.

    In the caller's transaction, the report's row locked, with the caller's ledger entry. Needs no key.
    """
    identity = Identity.objects.select_for_update().get(report=report_id)
    running = [IdentityRequest.State.ASKED, IdentityRequest.State.RELEASED]
    for request in identity.requests.filter(state__in=running).exclude(asked_by__in=reading).order_by("id"):
        if request.state == IdentityRequest.State.RELEASED:
            end_release(request, now=now)
        else:
            request.state = IdentityRequest.State.ENDED
            request.save(update_fields=["state"])
    custodians = Grant.objects.filter(object_kind=ObjectKind.IDENTITY, object_id=identity.id, until_day__isnull=True)
    staying = {*reading, *custodians.values_list("staff_id", flat=True)}
    requests = list(identity.requests.values_list("id", flat=True))
    rows = Grant.objects.filter(object_kind=ObjectKind.IDENTITY_REQUEST, object_id__in=requests, staff__isnull=False)
    others = {staff_id for staff_id in rows.values_list("staff_id", flat=True) if staff_id and staff_id not in staying}
    return _seal_decoys(ObjectKind.IDENTITY_REQUEST, requests, others)


def end_releases(now: dt.datetime) -> int:
    """End the releases whose last day is over; how many. Nightly: it holds no key. In the caller's transaction."""
    over = IdentityRequest.objects.filter(state=IdentityRequest.State.RELEASED, until_day__lt=london_day(now))
    # An identity before its requests, as everybody locks them, and the ledger's head after all of them.
    of = Identity.objects.select_for_update(no_key=True).filter(id__in=over.values("identity"))
    list(of.order_by("id").values_list("id"))
    ended = list(over.select_for_update().order_by("id"))
    for request in ended:
        end_release(request, now=now)
    for request in ended:
        append_entry(Action.REVOKE, actor_id=None, role="", object_id=request.identity_id, now=now)
    return len(ended)


def enter_on_identity(
    identity: Identity,
    key: bytes,
    action: Action,
    act: str,
    rows: Sequence[Written] = (),
    *,
    actor: StaffMember,
    now: dt.datetime,
    **detail: Any,
) -> None:
    """The ledger's entry about the identity, with the exact act under I: last in the transaction."""
    append_entry(
        action,
        actor_id=actor.pk,
        role=role_at_work(actor),
        object_id=identity.id,
        written=rows,
        seal_detail=lambda entry_id: seal_detail(key, entry_id, identity.id, identity.epoch, {"action": act, **detail}),
        now=now,
    )
