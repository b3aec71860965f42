"""Asking who a reporter is (vault.md, 'Identity'; docs/adr/0023).

Somebody who really reads a report asks, with a reason, which stands under a key Q of the request's own. In an emergency
a supervisor of the desk asks, and the custodian on call is woken.
"""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from professional_standards.holding import HeldReport, enter_on_report, hold_report, lock_report, renew_case_of
from professional_standards.identity_request_rows import SEALED, SIGNED, State, place_in_request, signed_document
from professional_standards.named import case_rosters, kept_out_by_report
from professional_standards.new_readers import kept_from_identity
from professional_standards.refusals import NotAllowed, Why
from professional_standards.typed import LONGEST_REASON, required
from speakup.accounts.grants import epoch_row, seal_to_people
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import Grant, ObjectKind, StaffMember
from speakup.accounts.roles import live_roles, role_at_work
from speakup.accounts.rosters import RosterInvalid, verify_roster
from speakup.clocks import rules
from speakup.ledger.actions import Action
from speakup.ledger.written import written
from speakup.policy.document import ReceivingDesk
from speakup.reporting.identities import public_keys_at
from speakup.reporting.identity_told import asked_detail
from speakup.reporting.models import FIRST_EPOCH, Identity, IdentityRequest
from speakup.reporting.moving import tell_of_name
from speakup.reporting.progress import Line
from speakup.reporting.report_content import open_answers
from speakup.reporting.routing import CUSTODIANS
from speakup.reporting.watching import signal_report
from speakup.vault.content import new_key, seal_document

CONFIDENTIAL = "confidential"
EMERGENCY = "identity_emergency"


def ask_identity(
    report_id: UUID, why: str, *, emergency: bool = False, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> IdentityRequest:
    """Ask the custodians who the reporter is. The reporter is told that it was asked, in which role.

    In an emergency the clock of its review starts. Raises NotGranted; FormProblem; NotAllowed (nobody gave a name in
    confidence; asked already; in an emergency only a supervisor of the desk asks); RosterInvalid.
    """
    held = hold_report(report_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    desk = held.policy.desk(held.report.desk_id)
    if emergency and not may_ask_in_an_emergency(desk, live_roles(actor)):
        raise NotAllowed(Why.NOT_IN_AN_EMERGENCY)
    with transaction.atomic():
        held = lock_report(held)
        if known_as(held) != CONFIDENTIAL:
            raise NotAllowed(Why.NO_NAME)
        identity = Identity.objects.select_for_update().get(report=held.report)
        if identity.requests.filter(asked_by=actor, state__in=[State.ASKED, State.RELEASED]).exists():
            raise NotAllowed(Why.ASKED_ALREADY)
        request = IdentityRequest(identity=identity, asked_by=actor, asked_at=now)
        key, tell, role = new_key(), new_key(), role_at_work(actor)
        reason = {"why": why, "emergency": emergency, "role": role, "tell": tell.hex()}
        request.reason = seal_document(key, place_in_request(request, "reason"), reason)
        request.signature = keyring.sign(SIGNED, signed_document(request, role, emergency=emergency))
        grants = _grants(held, request, key, role, emergency=emergency)
        request.save(force_insert=True)
        Grant.objects.bulk_create(grants)
        epoch = epoch_row(ObjectKind.IDENTITY_REQUEST, request.id, FIRST_EPOCH, {"Q": key})
        epoch.save(force_insert=True)
        rows = [written(request, *SEALED), *(written(row, "sealed") for row in grants)]
        rows.append(written(epoch, "commitment", "staff_commitment"))
        detail = asked_detail(request.id, tell, role, emergency=emergency)
        rows.append(tell_of_name(held.report, held.grant, Line.NAME_ASKED, detail, now=now))
        if emergency:
            rows += signal_report(held.report, held.grant, [rules.event(EMERGENCY)], actor_id=actor.pk, now=now)
            renew_case_of(held)
        enter_on_report(held, Action.WRITE, "ask_identity", rows, request=request.id.hex, why=why)
    return request


def known_as(held: HeldReport) -> str:
    """How the reporter wants to be known, as it stands in the report now."""
    return open_answers(held.report, held.grant.keys["R"], held.grant.epoch).known_as.mode


def may_ask_in_an_emergency(desk: ReceivingDesk, roles: Collection[str]) -> bool:
    """Whether somebody with these roles supervises this desk."""
    return not set(roles).isdisjoint(desk.supervisor_roles)


def _grants(held: HeldReport, request: IdentityRequest, key: bytes, role: str, *, emergency: bool) -> list[Grant]:
    """The request's key for the asker and every custodian, decoys for those whom the report keeps out; in an emergency
    for those who lead the desk, too, who look at it afterwards."""
    custodians, rosters = verify_roster(CUSTODIANS), case_rosters(held.report.desk_id)
    kept_out = {*kept_from_identity(held.report, held.grant, custodians), *custodians.inactive}
    targets = dict(custodians.public_keys)
    if emergency:
        kept_out |= set(kept_out_by_report(held, rosters)) | rosters.inactive
        desk = held.policy.desk(held.report.desk_id)
        leading = {*desk.head_roles, *desk.supervisor_roles}
        targets |= {
            member.staff_id: rosters.desk.public_keys[member.staff_id]
            for member in rosters.desk.members
            if member.role in leading
        }
    if held.actor.pk not in targets:
        targets[held.actor.pk] = _key_of_asker(held)
    return seal_to_people(
        ObjectKind.IDENTITY_REQUEST,
        request.id,
        FIRST_EPOCH,
        {"Q": key},
        targets=targets,
        real=(set(targets) - kept_out) | {held.actor.pk},
        headline={"emergency": emergency, "role": role},
        identifiers=(),
        with_recovery=True,
    )


def _key_of_asker(held: HeldReport) -> bytes:
    try:
        return public_keys_at(held.report.desk_id)[held.actor.pk]
    except KeyError:
        raise RosterInvalid from None
