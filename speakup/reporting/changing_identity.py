"""A reporter says later who she is: in confidence, to the custodians, or openly, to whoever reads her report.

Her session holds R and no key of the identity, so that it makes a new one: the custodians get rows as at sending, by
what she answered, and the old rows end. Either way the same rows are written: a dump does not tell which it was, nor a
name from padding. That the new key is hers stands in a line of progress under R (docs/adr/0023).
"""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from speakup.accounts.grants import end_grants, epoch_row, seal_object
from speakup.accounts.models import Epoch, Grant, ObjectKind
from speakup.accounts.rosters import RosterInvalid, hold_rosters, verify_roster
from speakup.ledger.actions import Action
from speakup.ledger.services import note_pending_act
from speakup.ledger.written import written
from speakup.reporting.answers import Answers
from speakup.reporting.identities import kept_out_note, place_of
from speakup.reporting.identity_told import CONFIDENTIAL, OPEN, modes_after, name_key_detail
from speakup.reporting.inbox import NoReportOpen
from speakup.reporting.later_keys import open_slot
from speakup.reporting.models import Identity, IdentityRequest, Progress, Report
from speakup.reporting.progress import Line, seal_progress
from speakup.reporting.report_content import kept_from_name, open_answers, reseal_answers
from speakup.reporting.routing import CUSTODIANS, NoCustodians, choose_custodians
from speakup.reporting.sealed_report import IntakeClosed
from speakup.reporting.sessions import Reporter
from speakup.reporting.slots import ReportSlot
from speakup.vault.content import new_key
from speakup.vault.identity import seal_identity
from speakup.web.days import london_day

__all__ = ["IntakeClosed", "NoCustodians", "NoReportOpen", "NotFromHere", "change_identity"]


class NotFromHere(Exception):
    """From how she is known now there is no way to that."""

    def __init__(self) -> None:
        super().__init__("not from here")


def change_identity(reporter: Reporter, mode: str, name: str, contact: str, now: dt.datetime) -> None:
    """Let the reporter of the open report be known in this way from now on.

    Requests for the name that wait, and releases of it, end. Said twice, by a double post, it is done once. Raises
    NoReportOpen, NotFromHere, NoCustodians where fewer than two may keep the name, IntakeClosed where the custodians'
    roster or recovery's key is not vouched for, VaultError where the answers were changed by hand.
    """
    slot: ReportSlot | None = reporter.report
    if slot is None:
        raise NoReportOpen
    with transaction.atomic():
        hold_rosters()
        report = Report.objects.select_for_update().filter(id=slot.report_id).first()
        # Looked at again under the lock: staff may have made a newer key meanwhile, which somebody must not have.
        slot = open_slot(slot) if report else None
        if report is None or slot is None:
            raise NoReportOpen
        identity = Identity.objects.select_for_update().get(report=report)
        answers = open_answers(report, slot.key, slot.epoch)
        if _is_said_already(answers, identity, mode, name, contact):
            return
        if mode not in modes_after(answers.known_as.mode):
            raise NotFromHere
        answers = answers.with_answer("mode", {"mode": mode, "name": name, "contact": contact})
        known = kept_from_name(report, slot.key, slot.epoch)
        report.answers = reseal_answers(report, slot.key, slot.epoch, answers)
        epoch, grants = _next_key(identity, answers, known, now)
        line = _line(report, slot, mode, epoch, now)
        report.save(update_fields=["answers"])
        identity.save(update_fields=["epoch", "day", "sealed"])
        end_grants(ObjectKind.IDENTITY, identity.id, keep=())
        Grant.objects.bulk_create(grants)
        epoch.save(force_insert=True)
        line.save(force_insert=True)
        open_ones = [IdentityRequest.State.ASKED, IdentityRequest.State.RELEASED]
        IdentityRequest.objects.filter(identity=identity, state__in=open_ones).update(state=IdentityRequest.State.ENDED)
        rows = [
            written(report, "answers", "excluded"),
            written(identity, "sealed"),
            written(line, "sealed"),
            *(written(row, "sealed") for row in grants),
            written(epoch, "commitment", "staff_commitment"),
        ]
        note_pending_act(Action.WRITE, object_id=report.id, written=rows, now=now)


def _is_said_already(answers: Answers, identity: Identity, mode: str, name: str, contact: str) -> bool:
    """A name in confidence cannot be compared: her session does not open it."""
    known_as = answers.known_as
    if mode == OPEN:
        return (known_as.mode, known_as.name, known_as.contact) == (mode, name, contact)
    return known_as.mode == mode == CONFIDENTIAL and identity.epoch > 1


def _next_key(
    identity: Identity, answers: Answers, known: Collection[UUID], now: dt.datetime
) -> tuple[Epoch, list[Grant]]:
    """The identity under a key never used before, and who holds it. Nobody signs it: a reporter has no such key."""
    try:
        roster = verify_roster(CUSTODIANS)
        custodians = choose_custodians(answers, roster, known)
        known_as, key = answers.known_as, new_key()
        document = {"name": known_as.name, "contact": known_as.contact} if known_as.mode == CONFIDENTIAL else {}
        identity.epoch, identity.day = identity.epoch + 1, london_day(now)
        identity.sealed = seal_identity(key, place_of(identity), document)
        grants = seal_object(
            ObjectKind.IDENTITY,
            identity.id,
            identity.epoch,
            {"I": key},
            roster=roster,
            real=custodians.real,
            headline={},
            identifiers=[kept_out_note(custodians.excluded.keys())],
        )
    except RosterInvalid:
        raise IntakeClosed from None
    return epoch_row(ObjectKind.IDENTITY, identity.id, identity.epoch, {"I": key}), grants


def _line(report: Report, slot: ReportSlot, mode: str, made: Epoch, now: dt.datetime) -> Progress:
    return seal_progress(
        report,
        slot.key,
        slot.epoch,
        Line.NAME_CHANGED,
        report.progress.count() + 1,
        day=london_day(now),
        after=report.messages.count(),
        detail={"mode": mode, **name_key_detail(made)},
    )
