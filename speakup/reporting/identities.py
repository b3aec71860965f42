"""The identity of a report: who holds its key, and its next key (vault.md, 'Identity'; docs/adr/0023).

The custodians hold I, each by a row of their own, decoys among them. What they hold says who of them is kept out, so
that the custodian who makes the next key keeps them out too, without a key of the report.
"""

import base64
import binascii
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from speakup.accounts.casework import casework_code
from speakup.accounts.epochs import end_rekey_due, next_keys, open_rekey_due, sign_epoch, write_rekey_due
from speakup.accounts.grants import end_grants, seal_to_people
from speakup.accounts.keyring import Keyring, NotGranted, OpenedGrant
from speakup.accounts.models import Epoch, Grant, ObjectKind, RekeyDue, StaffMember
from speakup.accounts.roles import role_at_work
from speakup.accounts.rosters import RosterInvalid, VerifiedRoster, verify_roster
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import Written, written
from speakup.reporting.models import Identity, IdentityRequest
from speakup.reporting.routing import CUSTODIANS
from speakup.vault.content import Place, seal_detail
from speakup.vault.identity import open_identity as open_value
from speakup.vault.identity import seal_identity
from speakup.web.days import london_day

_KEPT_OUT = "kept-out:"
_ID_SIZE = 16


class CannotRekey(Exception):
    """This session cannot make the next key: not a custodian's, or it cannot know whom to keep out."""

    def __init__(self) -> None:
        super().__init__("no next key from here")


def kept_out_note(excluded: Collection[UUID]) -> str:
    """Who of the custodians is kept out, as it stands among the identifiers of their grants: 22 letters each."""
    return _KEPT_OUT + ",".join(base64.urlsafe_b64encode(each.bytes).decode()[:-2] for each in sorted(excluded))


def kept_out_of(grant: OpenedGrant) -> frozenset[UUID]:
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
    decoys for those kept out, and for whoever the name is released to, until their day. The row of whoever's release
    is over is gone with its key. True, or False where another custodian was first.

    Raises NotGranted, CannotRekey, RosterInvalid.
    """
    opened = keyring.open(ObjectKind.IDENTITY, identity_id)
    roster = verify_roster(CUSTODIANS)
    if actor.pk not in roster.staff_ids - roster.inactive:
        raise CannotRekey
    kept_out = kept_out_of(opened)
    with transaction.atomic():
        identity = Identity.objects.select_for_update(of=("self",)).select_related("report").get(id=identity_id)
        newest = Epoch.objects.filter(object_kind=ObjectKind.IDENTITY, object_id=identity_id).order_by("-epoch")
        due = open_rekey_due(ObjectKind.IDENTITY, identity_id)
        if newest.values_list("epoch", flat=True).first() != opened.epoch or due is None:
            return False
        if opened.epoch != identity.epoch:  # changed by hand
            raise CannotRekey
        document = read_identity(identity, opened.keys["I"])
        keys = next_keys(ObjectKind.IDENTITY, identity.id, opened)
        identity.epoch, key = opened.epoch + 1, keys["I"]
        identity.sealed = seal_identity(key, place_of(identity), document)
        rows = _rows_of_next_epoch(identity, key, roster, kept_out=kept_out, opened=opened, now=now)
        epoch = sign_epoch(ObjectKind.IDENTITY, identity.id, keys, keyring=keyring, roster=roster)
        end_grants(ObjectKind.IDENTITY, identity.id, keep=())
        end_rekey_due(ObjectKind.IDENTITY, identity.id)
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
    now: dt.datetime,
) -> list[Grant]:
    """Whom the database merely says to have had a row counts only as far as the roster names them."""
    before = Grant.objects.filter(object_kind=ObjectKind.IDENTITY, object_id=identity.id, epoch=opened.epoch)
    had = {row.staff_id: row.until_day for row in before if row.staff_id is not None}
    custodians = {each for each in had if each in roster.staff_ids}
    rows = seal_to_people(
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
    asked = IdentityRequest.objects.filter(identity=identity, state=IdentityRequest.State.RELEASED)
    for request in asked.filter(until_day__gte=london_day(now)):
        if request.asked_by_id in had and request.asked_by_id not in custodians:
            keys = public_keys_at(identity.report.desk_id)
            if request.asked_by_id in keys:
                public = keys[request.asked_by_id]
                rows += release_rows(identity, key, request.asked_by_id, public, request.until_day)
    return rows


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


def end_requests_of_others(report_id: UUID, reading: Collection[UUID], *, now: dt.datetime) -> None:
    """End what those who no longer read a report asked for, and what was released to them.

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


def end_releases(now: dt.datetime) -> int:
    """End the releases whose last day is over; how many. Nightly: it holds no key. In the caller's transaction."""
    over = IdentityRequest.objects.select_for_update().filter(
        state=IdentityRequest.State.RELEASED, until_day__lt=london_day(now)
    )
    ended = 0
    for request in over.order_by("id"):
        end_release(request, now=now)
        append_entry(Action.REVOKE, actor_id=None, role="", object_id=request.identity_id, now=now)
        ended += 1
    return ended


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
