"""Deciding whether whoever asked may know who a reporter is (vault.md, 'Identity'; docs/adr/0023).

A custodian, who reads no report, decides in their own session, which seals the identity's key to the asker until a day.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction

from professional_standards.identity_request_rows import (
    SEALED,
    State,
    hold_request,
    is_custodian,
    last_day,
    line_of,
    lock_request,
    place_in_request,
    read_sealed,
    signed_lines,
)
from professional_standards.refusals import FormProblem, NotAllowed, NotGranted, Problem, Why
from professional_standards.typed import LONGEST_REASON, required
from speakup.accounts.grants import holders
from speakup.accounts.keyring import Keyring, OpenedGrant
from speakup.accounts.models import Grant, ObjectKind, StaffMember
from speakup.accounts.rosters import hold_rosters
from speakup.ledger.actions import Action
from speakup.ledger.written import written
from speakup.reporting.identities import enter_on_identity, public_keys_at, release_rows
from speakup.reporting.identity_told import seal_told
from speakup.reporting.models import IdentityRequest
from speakup.reporting.opening import refuse
from speakup.vault.content import seal_document
from speakup.web.days import london_day


def decide_identity(
    request_id: UUID,
    release: bool,
    until: dt.date | None,
    why: str,
    *,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Release the identity to whoever asked until the end of a day, or refuse it. The reporter is told which.

    Raises NotGranted, for a request that its asker did not sign too; FormProblem for no reason and for a day that is
    past or too far; NotAllowed where it was decided meanwhile, or for whoever asked, reads the report, or is under the
    asker in the line of supervisors; RosterInvalid.
    """
    opened = hold_request(request_id, keyring, actor, now)
    identity_grant = _hold_identity(request_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    if not is_custodian(actor):
        raise NotAllowed(Why.SOMEBODY_ELSE)
    with transaction.atomic():
        hold_rosters()
        request = lock_request(request_id)
        identity = request.identity
        if request.state != State.ASKED or identity.epoch != identity_grant.epoch:
            raise NotAllowed(Why.STATE)
        _refuse_whoever_has_a_part(request, keyring, actor)
        if not signed_lines([line_of(request, opened.headline)]):
            raise NotGranted
        reason = read_sealed(request, "reason", opened.keys["Q"])
        grants = []
        if release:
            request.until_day = _checked(until, now, emergency=reason["emergency"])
            grants = _released(request, identity_grant)
        request.state = State.RELEASED if release else State.REFUSED
        request.decided_by, request.version = actor, request.version + 1
        decision = {"why": why, "by": actor.pk.hex, "at": now.isoformat(), "released": release}
        request.decision = seal_document(opened.keys["Q"], place_in_request(request, "decision"), decision)
        request.told = seal_told(
            request, bytes.fromhex(reason["tell"]), released=release, day=london_day(now), until=request.until_day
        )
        request.save(update_fields=["state", "decided_by", "until_day", "version", "decision", "told"])
        Grant.objects.bulk_create(grants)
        rows = [written(request, *SEALED), *(written(row, "sealed") for row in grants)]
        enter_on_identity(
            identity,
            identity_grant.keys["I"],
            Action.GRANT if release else Action.WRITE,
            "decide_identity",
            rows,
            actor=actor,
            now=now,
            request=request.id.hex,
            to=request.asked_by_id.hex,
            released=release,
            until=request.until_day.isoformat() if request.until_day else "",
            why=why,
        )


def _hold_identity(request_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> OpenedGrant:
    identity_id = IdentityRequest.objects.values_list("identity_id", flat=True).get(id=request_id)
    try:
        return keyring.open(ObjectKind.IDENTITY, identity_id)
    except NotGranted:
        refuse(actor, now)
        raise


def _released(request: IdentityRequest, grant: OpenedGrant) -> list[Grant]:
    """The row for whoever asked, who still has one on the report. What is left of an earlier release goes."""
    keys = public_keys_at(request.identity.report.desk_id)
    asker = request.asked_by_id
    if asker not in keys or asker not in holders(ObjectKind.REPORT, request.identity.report_id):
        raise NotAllowed(Why.STATE)
    if Grant.objects.filter(
        object_kind=ObjectKind.IDENTITY, object_id=request.identity_id, epoch=grant.epoch, staff=asker
    ).exists():
        raise NotAllowed(Why.STATE)
    return release_rows(request.identity, grant.keys["I"], asker, keys[asker], request.until_day)


def _refuse_whoever_has_a_part(request: IdentityRequest, keyring: Keyring, actor: StaffMember) -> None:
    """Never who asked, who reads the report, or who is under the asker (`second_person` and `never_with_on_object`)."""
    if request.asked_by_id == actor.pk or _is_under(actor, request.asked_by_id):
        raise NotAllowed(Why.SOMEBODY_ELSE)
    try:
        keyring.open(ObjectKind.REPORT, request.identity.report_id)
    except NotGranted:
        return
    raise NotAllowed(Why.SOMEBODY_ELSE)


def _is_under(staff: StaffMember, above_id: UUID) -> bool:
    seen: set[UUID] = set()
    current: UUID | None = staff.supervisor_id
    while current is not None and current not in seen:
        if current == above_id:
            return True
        seen.add(current)
        current = StaffMember.objects.filter(pk=current).values_list("supervisor_id", flat=True).first()
    return False


def _checked(until: dt.date | None, now: dt.datetime, *, emergency: bool) -> dt.date:
    if until is None:
        raise FormProblem("until", Problem.REQUIRED)
    if until < london_day(now):
        raise FormProblem("until", Problem.IN_THE_PAST)
    if until > last_day(now, emergency=emergency):
        raise FormProblem("until", Problem.TOO_LONG_A_RELEASE)
    return until
