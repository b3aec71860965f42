"""A name given in confidence, asked for and released; whose keys open it, and a key that somebody else put there."""

import datetime as dt
from uuid import UUID

from professional_standards.asking_identity import ask_identity
from professional_standards.deciding_identity import decide_identity
from professional_standards.identity_requests import Requests, list_requests
from speakup.accounts.grants import epoch_row, seal_to_people
from speakup.accounts.models import Grant, ObjectKind, StaffMember
from speakup.accounts.roles import live_roles
from speakup.accounts.rosters import verify_roster
from speakup.reporting.identities import kept_out_note
from speakup.reporting.inbox import Inbox, open_inbox, read_inbox
from speakup.reporting.models import Identity, IdentityRequest
from speakup.reporting.routing import CUSTODIANS
from speakup.vault.errors import VaultError
from speakup.vault.grants import open_grant
from speakup.vault.personal import hpke_seed
from speakup.web.days import london_day
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import Sent, new_reporter

NAME = "Quillamane Thistlewrack"
CONFIDENTIAL = {"mode": {"mode": "confidential", "name": NAME, "contact": "quillamane@nowhere.test"}}
TODAY = london_day(AT)


def custodian(desk: Desk, number: int = 0) -> StaffMember:
    return desk.member("identity_custodian", number)


def asked(desk: Desk, sent: Sent, by: StaffMember | None = None) -> IdentityRequest:
    return ask_identity(sent.id, "The bramblecause.", **desk.as_(by or desk.member("triage")))


def released(desk: Desk, sent: Sent, until: dt.date = TODAY) -> IdentityRequest:
    request = asked(desk, sent)
    decide_identity(request.id, True, until, "The sorrelanswer.", **desk.as_(custodian(desk)))
    request.refresh_from_db()
    return request


def back(sent: Sent) -> Inbox:
    reporter = new_reporter(AT)
    open_inbox(sent.words, reporter, AT)
    return read_inbox(reporter)


def identity_keys(desk: Desk, staff: StaffMember, identity_id: UUID) -> list[bytes]:
    """Every key of the identity that this member's secret opens, of any row of the table, whoever's it says it is."""
    found = []
    seed = hpke_seed(desk.force.personal_secrets[staff.id])
    for row in Grant.objects.filter(object_id=identity_id):
        for target in (row.staff_id, staff.id):
            if target is None:
                continue
            try:
                contents = open_grant(seed, row.object_kind, identity_id, row.epoch, target, bytes(row.sealed))
            except VaultError:
                continue
            found += [bytes(key) for key in contents.keys.values()]
    return found


def names_of(desk: Desk, staff: StaffMember) -> Requests:
    """What their page of requests lists, by the roles that they have."""
    return list_requests(roles=live_roles(staff), **desk.as_(staff))


def public_key_of(desk: Desk, staff: StaffMember) -> bytes:
    code = CUSTODIANS if "custodian" in str(staff.roles.values_list("role", flat=True).first()) else "psd"
    return verify_roster(code).public_keys[staff.id]


def forge_epoch(identity: Identity, key: bytes, targets: dict[UUID, bytes], *, epoch: int = 2) -> None:
    """What the reporter's session makes, made by somebody who writes the database."""
    epoch_row(ObjectKind.IDENTITY, identity.id, epoch, {"I": key}).save(force_insert=True)
    Grant.objects.filter(object_id=identity.id).delete()
    Grant.objects.bulk_create(
        seal_to_people(
            ObjectKind.IDENTITY,
            identity.id,
            epoch,
            {"I": key},
            targets=targets,
            real=set(targets),
            headline={},
            identifiers=[kept_out_note(())],
            with_recovery=True,
        )
    )
