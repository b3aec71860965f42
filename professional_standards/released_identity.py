"""Reading a released identity: by whoever asked, while they read the report, until the end of its day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from professional_standards.holding import HeldReport, hold_report_as_it_is
from professional_standards.refusals import NotGranted
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import Epoch, ObjectKind, StaffMember
from speakup.ledger.actions import Action
from speakup.reporting.identities import enter_on_identity, read_identity
from speakup.reporting.models import Identity, IdentityRequest
from speakup.reporting.opening import refuse
from speakup.reporting.progress import Line, open_progress
from speakup.vault.errors import VaultError
from speakup.web.days import london_day


@dataclass(frozen=True, repr=False)
class ReleasedIdentity:
    """Who the reporter is, and the last day on which it can be read. `intact` is False where it does not open, or
    neither the reporter nor a custodian vouches for its key: somebody may have put another name there."""

    name: str
    contact: str
    until: dt.date
    intact: bool


def requests_of(report_id: UUID, actor: StaffMember) -> Sequence[IdentityRequest]:
    """What the actor, who holds the report, ever asked about it: the newest first."""
    found = IdentityRequest.objects.filter(identity__report=report_id, asked_by=actor)
    return list(found.order_by("-asked_at", "id"))


def open_identity(report_id: UUID, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> ReleasedIdentity:
    """Who the reporter is, once a `read` entry about the identity is committed.

    Raises NotGranted, after a `refuse` entry, for whoever holds no report, has no release, or whose day is over.
    """
    held = hold_report_as_it_is(report_id, keyring, actor, now)
    identity = Identity.objects.get(report=report_id)
    released = identity.requests.filter(
        asked_by=actor, state=IdentityRequest.State.RELEASED, until_day__gte=london_day(now)
    )
    request = released.order_by("-asked_at").first()
    try:
        grant = keyring.open(ObjectKind.IDENTITY, identity.id)
    except NotGranted:
        refuse(actor, now)
        raise
    if request is None or request.until_day is None or grant.epoch != identity.epoch:
        refuse(actor, now)
        raise NotGranted
    with transaction.atomic(durable=True):
        enter_on_identity(
            identity, grant.keys["I"], Action.READ, "open_identity", actor=actor, now=now, request=request.id.hex
        )
    try:
        document = read_identity(identity, grant.keys["I"])
    except VaultError:
        return ReleasedIdentity("", "", request.until_day, intact=False)
    return ReleasedIdentity(
        document.get("name", ""), document.get("contact", ""), request.until_day, _is_vouched_for(held, identity)
    )


def _is_vouched_for(held: HeldReport, identity: Identity) -> bool:
    """Whether every key that no custodian signed is one that the reporter says, under R, she made: at sending, or when
    she said later who she is. What is signed was looked at when the keys were opened.
    """
    lines, intact = open_progress(held.report.progress.all(), held.grant.keys["R"], held.grant.epoch)
    hers = {
        (line.detail.get("epoch"), line.detail.get("commitment"))
        for line in lines
        if line.line in (Line.SENT, Line.NAME_CHANGED)
    }
    epochs = Epoch.objects.filter(object_kind=ObjectKind.IDENTITY, object_id=identity.id)
    made = {(str(row.epoch), bytes(row.commitment).hex()) for row in epochs if not row.signature}
    return intact and made <= hers
